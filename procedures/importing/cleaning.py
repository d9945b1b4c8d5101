"""Remnants of web pages in source texts. Characters and blanks are the business of portal.text."""

import html
import re

from portal.text import clean_line, clean_text

# Only tags that pages are made of: "<500 GT" and "<họ tên>" are words of the source.
_BREAKING = r"p|br|div|li|ul|ol|table|tbody|thead|tr|h[1-6]|hr"
_INLINE = r"span|b|i|u|strong|em|td|th|a|font|sup|sub|o:p|img"
_BREAKING_TAG = re.compile(rf"</?(?:{_BREAKING})(?:\s[^<>]{{0,2000}})?/?>", re.I)
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE})(?:\s[^<>]{{0,2000}})?/?>", re.I)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,5});")
_INTERFACE = re.compile(r"\s*Xem chi tiết\s*$")
_SURROGATES = re.compile("[\ud800-\udfff]")


def prose(value: str | None) -> str:
    """Text of several lines without markup: tags that end a line become line breaks."""
    return clean_text(_without_markup(value)) if value else ""


def line(value: str | None) -> str:
    return clean_line(_without_markup(value)) if value else ""


def fee_text(value: str | None) -> str:
    """As `prose`, without the button that stands in the portal's fee cells."""
    return _INTERFACE.sub("", prose(value))


def storable(value):
    """A JSON value as PostgreSQL can keep it: without NUL and without halves of characters."""
    if isinstance(value, str):
        return _SURROGATES.sub("\ufffd", value).replace("\x00", "")
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    return value


def _without_markup(text):
    if "<" in text:
        text = _INLINE_TAG.sub("", _BREAKING_TAG.sub("\n", text))
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return text
