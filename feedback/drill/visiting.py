"""Somebody who opens addresses: all that comes back is looked through, the headers and the insides of files, too."""

import re
from contextlib import suppress
from functools import partial
from io import BytesIO

import pypdfium2
from django.test import Client
from PIL import Image, UnidentifiedImageError

# What differs from one answer to the next without telling anything.
_CHANGING = re.compile(r"<(updated|lastBuildDate)>.*?</\1>|<(script|style)\b.*?</\2>", re.DOTALL)
# An address with an error page by design: a limit on many requests has its own tests.
UNEXPECTED = 500


class Visitor:
    def __init__(self, report, name, may_meet, user=None):
        self.report, self.name, self.may_meet = report, name, may_meet
        self.client = Client(raise_request_exception=False)
        if user is not None:
            self.client.force_login(user)

    def get(self, address, **options):
        return self.ask("get", address, **options)

    def post(self, address, data=None, **options):
        return self.ask("post", address, data or {}, **options)

    def ask(self, method, address, data=None, *, typed="", kind="địa chỉ"):
        """The answer, looked through. `typed` is the word in it that the visitor has brought along."""
        response = getattr(self.client, method)(address, data)
        place = f"{method.upper()} {self._shown(address, typed)} ({self.name})"
        if response.status_code >= UNEXPECTED and response.status_code != 503:
            self.report.gaps.append(f"{place} báo lỗi {response.status_code}")
        response.seen_body = response.getvalue()
        content = everything_in(response)
        may_meet = partial(self.may_meet, address=address)
        response.canaries = self.report.look(content, place, may_meet, kind, typed)
        return response

    def _shown(self, address, typed):
        """The place names no canary either."""
        return address.replace(typed, "•••") if typed else address


def everything_in(response) -> str:
    """Status, headers, cookies and body, as far as words can be read in it."""
    head = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    body = response.seen_body
    text = body.decode("utf-8", "replace") + words_in_file(body)
    return f"{head}\n{response.cookies.output()}\n{text}"


def words_in_file(content: bytes) -> str:
    """What a PDF or a picture says beside its pixels."""
    # Of what no program can open there are only the bytes.
    with suppress(pypdfium2.PdfiumError, UnidentifiedImageError):
        if content.startswith(b"%PDF"):
            return _words_in_pdf(content)
        if content.startswith((b"\xff\xd8", b"\x89PNG", b"RIFF")):
            return _words_in_picture(content)
    return ""


def visible_words(response) -> str:
    """What a person reads on a page, or all of what is made for programs."""
    text = _CHANGING.sub(" ", response.seen_body.decode("utf-8", "replace"))
    if "html" in response.headers.get("Content-Type", ""):
        text = re.sub("<[^>]*>", " ", text)
    return " ".join(text.split())


def _words_in_pdf(content):
    with pypdfium2.PdfDocument(content) as opened:
        pages = [page.get_textpage().get_text_bounded() for page in opened]
        return "\n".join([*pages, *opened.get_metadata_dict().values()])


def _words_in_picture(content):
    with Image.open(BytesIO(content)) as picture:
        exif = picture.getexif()
        return f"{dict(exif)} {dict(exif.get_ifd(0x8825))} {picture.info}"
