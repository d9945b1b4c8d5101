"""An issue of the e-bulletin as mail, and its way to all who subscribed: never twice to one address.

Nobody but the mail server knows whether it has taken a mail, and it may have done so when our worker dies. So each
mail is offered up to its last line, then its row says for good that the last line is going out, and only then does
it go. Whoever dies before leaves a mail that is sent later; whoever dies after leaves one that staff decide about.

    edition   what the mail says         letter    one subscriber's mail
    smtp      the two steps              sending   who is sent what, when
    steering  what staff decide          trial     a mailing to try it out
"""
