"""Canaries: words that stand in one private field each, so that a word found elsewhere tells what got out."""

import hashlib
import re
from dataclasses import dataclass, field
from enum import Enum

from feedback import codes

# Letters that no Vietnamese word puts together, so that no search mends them into one.
LETTERS = "bcdfghjlmnpqrstvwx"
MAIL_DOMAIN = "drill.example"
# Each begins with what is quickly looked for: the drill reads thousands of pages.
_WORD = re.compile("zk[a-y]{8}", re.IGNORECASE)
_PHONE = re.compile(r"97(?:[\s.\u00a0-]{0,2}\d){7}")
_CODE = re.compile(r"\b[2-9A-HJ-NP-Z]{4}(-?)[2-9A-HJ-NP-Z]{4}\1[2-9A-HJ-NP-Z]{4}\b")
_HASH = re.compile(r"\b[0-9a-f]{64}\b")
AROUND = 45


class Audience(Enum):
    """Who may meet a canary, beside nobody."""

    NOBODY = "không ai"
    SECRET = "người gửi, một lần trên biên nhận"
    REFERENCE = "người gửi, người giữ phiếu, thư"
    IDENTITY = "người được xem người gửi"
    SENT = "người gửi và người giữ phiếu"
    OFFICE = "người giữ phiếu"
    DESK = "cán bộ phản ánh"
    EDITORIAL = "biên tập viên"
    STAFF = "cán bộ"
    ACCOUNTS = "người quản trị tài khoản"
    PUBLIC = "mọi người"


@dataclass(eq=False)
class Case:
    """A ticket of the drill: what it stands for, and what opens it."""

    name: str
    kind: str
    way: tuple[str, ...] = ()
    # Which agency has it; which official it speaks of.
    agency: str = ""
    speaks_of_official: bool = False
    is_anonymous: bool = False
    is_erased: bool = False
    pk: int = 0
    code: str = ""
    secret: str = ""

    def __str__(self):
        return self.name


@dataclass(frozen=True, eq=False)
class Canary:
    word: str
    field: str
    audience: Audience
    case: Case | None = None


@dataclass
class Canaries:
    """All that were let in, found by their words."""

    known: dict[str, Canary] = field(default_factory=dict)
    made: int = 0

    def text(self, field, audience, case=None, rest="chữ riêng"):
        """Words for a field; the canary comes first, as what is shortened loses its end."""
        word = self.unused()
        self._keep(word, field, audience, case)
        return f"{word} {rest}".strip()

    def mail(self, field, audience, case=None):
        return f"{self.text(field, audience, case, rest='')}@{MAIL_DOMAIN}"

    def phone(self, field, audience, case=None):
        self.made += 1
        number = f"97{self.made * 7919 % 10_000_000:07}"
        self._keep(number, field, audience, case)
        return f"+84{number}"

    def made_by_portal(self, value, field, audience, case=None):
        """A code, a secret or a hash, which nobody chooses."""
        self._keep(value, field, audience, case)

    def unused(self):
        """A word that stands nowhere."""
        self.made += 1
        digest = hashlib.sha256(f"canary {self.made}".encode()).digest()
        return "zk" + "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:8])

    def one_of_each_field(self):
        found = {canary.field: canary for canary in self.known.values()}
        return list(found.values())

    def found_in(self, content) -> set[Canary]:
        if isinstance(content, bytes):
            content = _as_text(content)
        words = {
            *map(str.lower, _WORD.findall(content)),
            *(re.sub(r"\D", "", number) for number in _PHONE.findall(content)),
            *(codes.read(found[0]) for found in _CODE.finditer(content)),
            *_HASH.findall(content),
        }
        return {self.known[word] for word in words & self.known.keys()}

    def around(self, canary, content):
        """A few words of what stands about it, with no canary in them."""
        if isinstance(content, bytes):
            content = _as_text(content)
        words = re.sub("<[^>]*>", " ", content)
        place = self._place(canary, words)
        if place is None:
            words, place = content, self._place(canary, content) or 0
        piece = words[max(0, place - AROUND) : place + 2 * AROUND]
        return " ".join(self._masked(piece).split())

    def _place(self, canary, text):
        spellings = (canary.word, codes.written(canary.word), canary.word[-3:])
        places = [text.lower().find(word.lower()) for word in spellings]
        return next((place for place in places if place >= 0), None)

    def _masked(self, text):
        text = re.sub("zk[a-y]*", "•••", text, flags=re.IGNORECASE)
        return _CODE.sub("•••", re.sub(r"[\d][\d .-]{6,}|[0-9a-f]{16,}", "•••", text))

    def _keep(self, word, field, audience, case):
        self.known[word] = Canary(word, field, audience, case)


def _as_text(content):
    """Bytes of any kind: files write their texts in one of these."""
    return content.decode("utf-8", "replace") + content.replace(b"\0", b"").decode("latin-1")
