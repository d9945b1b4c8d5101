"""Web and mail addresses, so that whoever hears them can type them."""

import re

from outreach.speech.numbers import digits_in_words

_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_HOST = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:vn|com|org|net|edu|info)(?!\w)"
_ADDRESS = re.compile(
    rf"{_MAIL}|https?://[^\s<>()“”\"]+|www\.[^\s<>()“”\"]+|(?<![\w@.]){_HOST}(?:/[^\s<>()“”\"]*)?",
    re.IGNORECASE,
)
_SIGNS = {"@": "a còng", ".": "chấm", "/": "gạch chéo", "-": "gạch ngang", "_": "gạch dưới"}
# Nobody notes more than that down; the host alone finds the page.
_LONGEST_PATH = 30


def say_addresses(text: str) -> str:
    return _ADDRESS.sub(lambda found: _said(found[0]), text)


def _said(written):
    address = written.rstrip(".,;:!?")
    ending = written[len(address) :]
    address = re.sub(r"^(?:https?://)?(?:www\.)?", "", address, flags=re.IGNORECASE).rstrip("/")
    host, slash, path = address.partition("/")
    if slash and (len(path) > _LONGEST_PATH or re.search(r"[^\w./-]", path)):
        address = host
    pieces = re.findall(r"[^\W\d_]+|\d+|[@./_-]", address.lower())
    words = [digits_in_words(one) if one.isdigit() else _SIGNS.get(one, one) for one in pieces]
    return " ".join(words) + ending
