"""A mail server for tests, which speaks SMTP and can be told to refuse or to hang."""

import asyncio
import email
import email.policy
from contextlib import contextmanager

from aiosmtpd.controller import Controller

from tests.processes import free_port


class MailServer:
    """What it got is in `mails`; what it answers to a recipient, or to a mail, in `to_recipient` and `to_mail`."""

    def __init__(self):
        self.mails = []
        self.to_recipient = "250 OK"
        self.to_mail = "250 OK"
        self.hangs = False
        self.is_spoken_to = False

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.is_spoken_to = True
        while self.hangs:
            await asyncio.sleep(0.01)
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server, session, envelope):
        if self.to_mail.startswith("250"):
            mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.mails.append(mail)
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
