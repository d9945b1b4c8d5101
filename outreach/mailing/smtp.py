"""A mail given to the mail server in two steps: all but its last line, and then that line."""

import re
import smtplib
import socket
from contextlib import suppress
from typing import NamedTuple

from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

# For the answer to the last line: a server that examines what it was sent takes its time.
SECONDS_TO_TAKE_A_MAIL = 60


class Answer(NamedTuple):
    """What a mail server said. Its words may name the address, so they are shown and kept nowhere."""

    code: int
    words: bytes = b""

    def __str__(self):
        """ "550 5.1.1": the code, and the finer one where there is one."""
        finer = re.match(rb"([245]\.\d{1,3}\.\d{1,3})\b", self.words)
        return f"{self.code} {finer[1].decode()}" if finer else str(self.code)

    @property
    def is_yes(self):
        return 200 <= self.code < 300

    @property
    def is_final(self):
        return 500 <= self.code < 600

    @property
    def is_policy(self):
        """Whether the server refuses us, which can be mended, and not the mailbox."""
        return re.match(rb"[45]\.(7\.|1\.[78]\b)", self.words) is not None


class Refusal(Exception):
    """The server wants no more of this mail; it has not got it."""

    def __init__(self, answer, *, of_recipient):
        super().__init__(str(answer))
        self.answer, self.of_recipient = answer, of_recipient


class Courier:
    """A connection to the mail server of the settings, kept for many mails.

    What is raised before `complete` sends the last line means that the server has not got the mail.
    Backends of development, which speak to no server, get it in one piece by `complete`.
    """

    def __init__(self):
        self._backend = self._message = None
        self._is_amidst = False

    def connect(self):
        if self._backend is not None:
            return
        backend = get_connection()
        try:
            backend.open()
        except OSError:
            with suppress(OSError):
                backend.close()
            raise
        self._backend = backend
        if self._smtp:
            # The last line is short: without this it would wait until the lines before it are acknowledged.
            self._smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._smtp.ehlo_or_helo_if_needed()

    def offer(self, message):
        """Give all but the last line."""
        self._message = message
        if not self._smtp:
            return
        try:
            self._give_all_but_the_last_line(message)
        except Refusal as refusal:
            self._forget_this_mail(refusal.answer)
            raise
        except OSError:
            self.drop()
            raise

    def complete(self) -> Answer:
        """Give the last line and hear what the server says. What is raised here leaves open whether it has the mail."""
        if not self._smtp:
            self._backend.send_messages([self._message])
            return Answer(250)
        try:
            self._smtp.sock.settimeout(SECONDS_TO_TAKE_A_MAIL)
            self._smtp.send(b".\r\n")
            answer = Answer(*self._smtp.getreply())
            self._smtp.sock.settimeout(self._backend.timeout)
        except OSError:
            self.drop()
            raise
        self._is_amidst = False
        if answer.code == 421:
            self.drop()
        return answer

    def close(self):
        if self._is_amidst:
            self.drop()
        elif self._backend is not None:
            with suppress(OSError):
                self._backend.close()
            self._backend = None

    def drop(self):
        """End without a word: whatever is said amidst a mail would belong to it."""
        if self._smtp:
            self._smtp.close()
        self._backend, self._is_amidst = None, False

    @property
    def _smtp(self):
        return self._backend.connection if isinstance(self._backend, EmailBackend) else None

    def _give_all_but_the_last_line(self, message):
        encoding = message.encoding or "utf-8"
        sender = sanitize_address(message.from_email, encoding)
        recipient = sanitize_address(message.to[0], encoding)
        lines = message.message().as_bytes(linesep="\r\n").rstrip(b"\r\n") + b"\r\n"
        size = [f"size={len(lines)}"] if self._smtp.has_extn("size") else []
        _expect({250}, self._smtp.mail(sender, size))
        _expect({250, 251}, self._smtp.rcpt(recipient), of_recipient=True)
        self._is_amidst = True
        _expect({354}, self._smtp.docmd("data"))
        # A line that begins with a dot would end the mail.
        self._smtp.send(re.sub(rb"(?m)^\.", b"..", lines))

    def _forget_this_mail(self, answer):
        self._is_amidst = False
        try:
            if answer.code == 421:
                raise smtplib.SMTPServerDisconnected
            self._smtp.rset()
        except OSError:
            self.drop()


def _expect(codes, said, *, of_recipient=False):
    answer = Answer(*said)
    if answer.code not in codes:
        raise Refusal(answer, of_recipient=of_recipient)
