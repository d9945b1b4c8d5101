"""Which fields of the database hold what nobody outside may read. A text field that no table names fails the drill."""

from django.apps import apps

# All text fields of these belong into a table: what people send and staff write comes to rest here.
COMPLETE = ("feedback", "portal")
TEXT_TYPES = {
    "CharField",
    "EmailField",
    "FileField",
    "JSONField",
    "SearchVectorField",
    "SlugField",
    "TextField",
    "URLField",
}

# The drill puts a canary into each of these.
PRIVATE = {
    "feedback.ApologyLetter": "document_number reason signer",
    "feedback.DataSubjectRequest": "details extension_reason form_hash reply",
    "feedback.LegalHold": "document_number reason",
    "feedback.PublicDraft": "answer body reason sender_name subject",
    "feedback.RatedPage": "note",
    "feedback.SurveyAnswer": "text",
    "feedback.SurveyConcern": "reason",
    "feedback.SurveyPass": "batch",
    "feedback.Ticket": "body code dossier_code form_hash secret_hash source_reference subject",
    "feedback.TicketAnswer": "body document_number signer",
    "feedback.TicketEvent": "internal_note note",
    "feedback.TicketMessage": "body form_hash",
    "feedback.TicketRating": "comment",
    "feedback.TicketSender": "address email name organisation_name phone",
    "portal.FormDraft": "fields",
    "portal.HeldFile": "form_hash name",
    "portal.OutgoingMail": "to",
    # Whoever has the key of a subscriber can end their mails.
    "portal.Subscriber": "email key",
    "portal.SubscriptionRequest": "email",
    # Of other domains: what waits to be decided, and how staff are reached.
    "auth.User": "email last_name",
    "outreach.ArticleVersion": "body lead return_reason title",
    "outreach.BroadcastItem": "script title",
    "outreach.BulletinIssue": "lead return_reason title",
    "outreach.BulletinItem": "text title",
    "outreach.Comment": "body email name",
}
# Written for everybody, by staff or by the law.
PUBLIC = {
    "feedback.ConsentText": "language notice statement",
    "feedback.FrequentQuestion": "public_answer public_body public_subject",
    "feedback.LegalRoute": "address form_url hours how_to_send phone time_limits what_it_is what_to_write",
    "feedback.RatedPage": "key title",
    "feedback.Survey": "consent_text consent_text_en intro intro_en period slug title title_en",
    "feedback.SurveyAction": "body body_en",
    "feedback.SurveyChoice": "text text_en",
    "feedback.SurveyFactor": "title title_en",
    "feedback.SurveyPopulation": "source",
    "feedback.SurveyQuestion": "code text text_en",
    "feedback.SurveyVersion": "note",
    "feedback.Ticket": "public_answer public_body public_sender_name public_subject",
}
# Hashes of what was erased, names on the disk, rules as they stood, texts of the office that speak of nobody.
TECHNICAL = {
    "feedback.AnswerTemplate": "body title",
    "feedback.DataSubjectRequest": "action_explanation reply_explanation",
    "feedback.Erasure": "ground term",
    "feedback.LedgerDay": "hash",
    "feedback.LedgerEntry": "code_hash content_digest hash previous_hash salt",
    "feedback.PublicText": "vector",
    # Whoever opens the address of a screen has its token; the name of a screen says where it stands.
    "feedback.SurveyKiosk": "name token",
    "feedback.SurveyPass": "key_hash",
    "feedback.SurveyPopulation": "member",
    "feedback.SurveyResponse": "form_hash language sender_hash sheet_hash",
    "feedback.SurveyTally": "member",
    "feedback.Ticket": "due_kind",
    "feedback.TicketAttachment": "content_type digest file",
    "feedback.TicketDeadline": "explanation ground",
    "feedback.TicketEvent": "from_status to_status",
    # What the search of the desk reads: see StaffWalk for who finds what by it.
    "feedback.TicketWords": "vector",
    "portal.FormDraft": "form",
    "portal.HeldFile": "content_type file",
    "portal.OutgoingMail": "body key last_error subject unsubscribe_url",
    "portal.RateLimit": "key",
    "portal.Subscriber": "notice_version",
    "portal.Subscription": "key kind",
    "portal.SubscriptionRequest": "form_key token_hash topics",
}


def names_in(table) -> set[str]:
    return {f"{label}.{name}" for label, names in table.items() for name in names.split()}


def text_fields() -> set[str]:
    """Every field of the complete domains that can hold words, without those that only choose one of a list."""
    models = [model for model in apps.get_models() if model._meta.app_label in COMPLETE]
    return {
        f"{model._meta.label}.{field.name}"
        for model in models
        for field in model._meta.local_concrete_fields
        if field.get_internal_type() in TEXT_TYPES and not field.choices
    }


def unclassified() -> set[str]:
    return text_fields() - names_in(PRIVATE) - names_in(PUBLIC) - names_in(TECHNICAL)


def gone() -> set[str]:
    """What a table names and no model has."""
    named = names_in(PRIVATE) | names_in(PUBLIC) | names_in(TECHNICAL)
    return {label for label in named if not _exists(label)}


def column_of(label):
    """The model and the name of a field that a table names."""
    model, _, name = label.rpartition(".")
    return apps.get_model(model), name


def in_words(label) -> str:
    """As staff know it: người gửi, điện thoại (feedback.TicketSender.phone)."""
    if not _exists(label):
        return label
    model, name = column_of(label)
    field = model._meta.get_field(name)
    return f"{model._meta.verbose_name}, {field.verbose_name} ({label})"


def _exists(label):
    try:
        model, name = column_of(label)
    except (LookupError, ValueError):
        return False
    return any(field.name == name for field in model._meta.concrete_fields)
