"""A mail server for tests, which speaks SMTP and can be told to refuse or to hang."""

import asyncio
import email
import email.policy
from contextlib import contextmanager

from aiosmtpd.controller import Controller

from tests.processes import free_port


class MailServer:
    """What it got is in `mails`; what it answers to a recipient, or to a mail, in `to_recipient` and `to_mail`.

    `to_address` has other answers for some recipients. It takes `seconds_for_a_mail` over each.
    """

    def __init__(self):
        self.mails = []
        self.to_recipient = "250 OK"
        self.to_mail = "250 OK"
        self.to_sender = "250 OK"
        self.to_address = {}
        self.senders = []
        self.answers_no_mail = False
        self.mails_of_a_connection = None
        self.seconds_for_a_mail = 0
        self.connection_count = 0
        self.hangs = False
        self.is_spoken_to = False

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.is_spoken_to = True
        self.connection_count += 1
        while self.hangs:
            await asyncio.sleep(0.01)
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if getattr(session, "mail_count", 0) == self.mails_of_a_connection:
            return "421 4.7.0 Enough for one connection"
        if self.to_sender.startswith("250"):
            envelope.mail_from = address
            self.senders.append(address)
        return self.to_sender

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.to_address.get(address, self.to_recipient)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(self.seconds_for_a_mail)
        if self.to_mail.startswith("250"):
            mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.mails.append(mail)
        session.mail_count = getattr(session, "mail_count", 0) + 1
        if self.answers_no_mail:
            server.transport.close()
        return self.to_mail


@contextmanager
def running_mail_server():
    handler = MailServer()
    handler.port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    try:
        yield handler
    finally:
        handler.hangs = False
        controller.stop()
