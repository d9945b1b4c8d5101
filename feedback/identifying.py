"""What in a text tells who somebody is, found and marked before the text becomes public.

It finds what is written in one of the usual ways; whatever it does not find, the two people who read the text
must. So the writer and the approver are shown its findings, and decide.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from feedback.codes import ALPHABET
from feedback.people_names import CAPITAL, LETTER, initials, names

# How each kind is called, and what stands for it in public.
LABELS = {
    "phone": "số điện thoại",
    "identity": "số giấy tờ",
    "plate": "biển số",
    "mail": "thư điện tử",
    "address": "địa chỉ",
    "land": "thửa đất",
    "name": "tên người",
    "dossier": "mã hồ sơ",
    "account": "số tài khoản",
    "link": "trang cá nhân",
    "birth": "ngày sinh",
    "number": "dãy số",
}


@dataclass(frozen=True)
class Finding:
    kind: str
    start: int
    end: int
    text: str
    suggestion: str

    @property
    def label(self):
        return LABELS[self.kind]


# A number, as far as it is none of a longer one.
_BEGIN = r"(?<!\d)(?<!\d[.,/])"
_END = r"(?!\d)(?![.,/]\d)"
_GAP = "[ \u00a0.\\-–()]{0,2}"
# As in (0290) or (+84), not as at the begin of what stands in brackets.
_PAREN = r"(?:\((?=[+\d ]{2,5}\)))?"
_NO_MONEY = r"(?![ \u00a0]?(?:đồng|đ\b|VNĐ|VND|vnđ|triệu|tỷ|tỉ))"
_DAY = r"\d{1,2}[ \u00a0]?[./\-][ \u00a0]?\d{1,2}[ \u00a0]?[./\-][ \u00a0]?(?:19|20)\d\d"
_LONG_DAY = r"\d{1,2}[ \u00a0]tháng[ \u00a0]\d{1,2}[ \u00a0,]{1,2}năm[ \u00a0](?:19|20)\d\d"
_TOKEN = r"(?=[\w./\-]{0,30}\d)[\w][\w./\-]{1,40}(?<![./\-])"
_IDENTITY_WORD = (
    r"(?i:cccd|cmnd|cmt|căn cước(?: công dân)?|chứng minh(?: nhân dân| thư)?|định danh(?: cá nhân)?"
    r"|hộ chiếu|bảo hiểm(?: xã hội| y tế)?|bhxh|bhyt|mã số thuế|mst)"
)
_COLON = "(?i:[ \u00a0]?(?:số|là|:)){0,3}:?[ \u00a0]?"
# Places that an office is named by, not a house.
_NO_STREET = (
    r"(?!(?:Bộ|Ủy|Uỷ|UBND|HĐND|Phụ|Nghị|Thông|Quyết|Luật|Điều|Sở|Phòng|Chính|Trung|Ban|Văn|Cục|Tổng|Kèm|Mẫu|Ngày"
    r"|Khoản|Tỉnh|Xã|Phường|Quốc|Công|Chỉ|Kế)\b)"
)
_STREET = f"{_NO_STREET}{CAPITAL}{LETTER}{{1,7}}(?:[ \u00a0]{CAPITAL}{LETTER}{{0,7}}){{1,4}}"
_HOUSE = r"\d{1,4}[A-Za-z]?(?:/\d{1,4}[A-Za-z]?){0,4}"
_SPOT = (
    f"(?:(?:số[ \u00a0])?\\d{{1,3}}[A-Z]?(?!\\w|[./]\\d)"
    f"(?![ \u00a0](?:người|thành viên|xã|phường|tuổi|ngày|giờ))"
    f"|{CAPITAL}{LETTER}{{0,7}}(?:[ \u00a0](?:{CAPITAL}{LETTER}{{0,7}}|\\d{{1,2}}[A-Z]?)(?!\\w)){{0,3}})"
)

_PATTERNS = [
    (kind, re.compile(pattern))
    for kind, pattern in [
        ("mail", r"(?<![\w.+\-])[\w.+\-]{1,64} ?(?:@|\(at\)|\[at\]) ?[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,4}"),
        (
            "link",
            r"(?i)(?:https?://)?(?<![\w])(?:(?:www|m|vi-vn)\.)?(?:facebook\.com|fb\.com|fb\.me|m\.me|zalo\.me|tiktok\.com"
            r"|instagram\.com|youtube\.com|t\.me|twitter\.com|x\.com|threads\.net)/[^\s<>\"”)]{1,300}(?<![.,;:!?])",
        ),
        (
            "dossier",
            r"(?<![\w.])(?:\d{3}\.\d{2}\.\d{2,3}\.)?[HG]\d{2}(?:\.\d{1,3}){0,4}-\d{6}-\d{3,6}(?!\d)",
        ),
        (
            "dossier",
            rf"(?i:biên nhận|mã hồ sơ|số hồ sơ|mã số hồ sơ|hồ sơ số|hồ sơ mã|mã phiếu|số vào sổ|số phát hành"
            rf"|số sê-ri|số seri){_COLON}({_TOKEN})",
        ),
        (
            "dossier",
            rf"(?<![\w\-])[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}(?![\w\-])",
        ),
        (
            "account",
            rf"(?i:stk|số tài khoản|tài khoản(?: ngân hàng)?|số thẻ)(?i:[ \u00a0]ngân hàng)?"
            rf"(?:[ \u00a0]{CAPITAL}{LETTER}{{1,14}}){{0,2}}{_COLON}(\d(?:{_GAP}\d){{5,19}})(?!\d)",
        ),
        ("identity", rf"{_IDENTITY_WORD}{_COLON}([A-Z]{{0,2}}[ \u00a0]?\d(?:{_GAP}\d){{6,14}})(?!\d)"),
        (
            "phone",
            rf"{_BEGIN}(?!{_DAY}){_PAREN}(?:\+[ \u00a0]?84|0084)\)?{_GAP}0?{_GAP}[235789](?:{_GAP}\d){{8,9}}(?!\d)",
        ),
        (
            "phone",
            rf"{_BEGIN}(?!{_DAY}){_PAREN}0{_GAP}(?:2(?:{_GAP}\d){{9}}|[35789](?:{_GAP}\d){{8}})(?!\d){_NO_MONEY}",
        ),
        ("phone", rf"{_BEGIN}84{_GAP}[35789](?:{_GAP}\d){{8}}(?!\d){_NO_MONEY}"),
        (
            "identity",
            rf"{_BEGIN}(?:0\d{{2}}(?:[ \u00a0.]\d{{3}}){{3}}|0\d{{3}}(?:[ \u00a0.]\d{{4}}){{2}}"
            rf"|\d{{3}}(?:[ \u00a0]\d{{3}}){{2}}){_END}{_NO_MONEY}",
        ),
        ("identity", r"(?<!\w)[BCNP]\d{7,8}(?!\w)"),
        ("identity", rf"(?<!\d)(?:\d{{12}}|\d{{9}})(?!\d){_NO_MONEY}"),
        ("number", rf"(?<!\d)\d{{8,19}}(?!\d){_NO_MONEY}"),
        (
            "plate",
            r"(?<![\w.])[1-9]\d[ \u00a0]?[\-–]?[ \u00a0]?[A-ZĐ]{1,2}\d?[ \u00a0]?[\-–.]?[ \u00a0]?"
            r"(?:\d{3}[. \u00a0]?\d{2}|\d{4})(?!\d)(?!/)",
        ),
        ("plate", r"(?<![\w.])[1-9]\d-?[a-jlnp-z]\d?[ \u00a0]?[\-–. ]?(?:\d{3}\.?\d{2})(?!\d)(?!/)"),
        ("plate", r"(?<!\w)[A-Z]{2}[ \u00a0\-]?\d{4,5}[ \u00a0\-]?TS(?!\w)"),
        (
            "birth",
            rf"(?i:ngày(?:,? tháng,? năm)? sinh|(?<!khai )(?<!học )(?<!phát )(?<!vệ )(?<!thí )(?<!hộ )"
            rf"(?<!giám )(?<!tái )(?<!\w)sinh(?: vào)?(?: ngày)?(?: năm)?|(?<!\w)s\.?n\.?){_COLON}"
            rf"({_DAY}|{_LONG_DAY}|\d{{1,2}}/(?:19|20)\d\d|(?:19|20)\d\d(?!\d))",
        ),
        (
            "land",
            r"(?i:thửa(?: đất)?(?: số)?:? \d{1,5}(?:[,;]? ?(?:thuộc |ở )?tờ(?: bản đồ)?(?: địa chính)?(?: số)?:? \d{1,4})?"
            r"|tờ bản đồ(?: địa chính)?(?: số)?:? \d{1,4}(?:[,;]? ?thửa(?: đất)?(?: số)?:? \d{1,5})?)(?!\d)",
        ),
        (
            "address",
            rf"(?<!\w)(?i:số nhà|nhà số|căn hộ(?: số)?|hẻm(?: số)?|ngõ(?: số)?|ngách(?: số)?|kiệt(?: số)?):?"
            rf"[ \u00a0]{_HOUSE}(?!\w|\.\d)(?:,?[ \u00a0](?i:đường|phố|hẻm)[ \u00a0]{_STREET})?",
        ),
        (
            "address",
            rf"(?<!\w)(?:(?i:số)[ \u00a0])?{_HOUSE},?[ \u00a0](?i:đường|phố|hẻm)[ \u00a0]"
            rf"(?:số[ \u00a0]\d{{1,3}}|{_STREET})",
        ),
        (
            "address",
            rf"(?<!mẫu )(?<!Mẫu )(?<!thứ )(?<!quầy )(?<!định )(?<!luật )(?<!Luật )(?<!tư )(?<!bản )(?<!văn )"
            rf"(?<!\w)(?i:số)[ \u00a0]{_HOUSE}[ \u00a0]{_STREET}",
        ),
        (
            "address",
            rf"(?<!\w)(?i:ấp|khóm|khu phố|tổ(?: dân phố)?|tổ nhân dân tự quản)[ \u00a0]{_SPOT}",
        ),
    ]
]  # fmt: skip
_ADDRESS_GAP = re.compile(r"(?:,|;|-|–)?[ \u00a0]{0,2}(?:thuộc |ở )?")
# A small word before, so that neither a sentence begins here nor a longer name goes on.
_WITHIN_SENTENCE = re.compile(r"(?:^|[ \u00a0])[^\W\d_A-Z][\w]{0,7},? $")
# Of an address these tell of thousands of people, and the answer needs them.
_WIDE = ("xã ", "phường ", "tỉnh ", "huyện ", "thành phố ", "thị trấn ", "thị xã ", "tp")


def findings(text: str, *, sender=None, dossier_code: str = "") -> list[Finding]:
    """What may tell who somebody is, in the order of the text; of a given sender, their own words, too.

    These are called as other names are: whoever reads the marks need not be one who may know the sender.
    """
    found = _of_sender(sender, text) if sender is not None else []
    found += [
        _finding(kind, text, *match.span(match.lastindex or 0))
        for kind, pattern in _PATTERNS
        for match in pattern.finditer(text)
    ]
    for start, end, has_title in names(text):
        name = _finding("name", text, start, end)
        found.append(replace(name, suggestion=initials(name.text)) if has_title else name)
    if dossier_code:
        found += _known("dossier", dossier_code, text)
    return _apart(text, found)


def masked(text: str, found: list[Finding]) -> str:
    """The text with each finding's suggestion in its place."""
    parts, place = [], 0
    for finding in found:
        parts += [text[place : finding.start], finding.suggestion]
        place = finding.end
    return "".join([*parts, text[place:]])


def _finding(kind, text, start, end):
    return Finding(kind, start, end, text[start:end], f"[{LABELS[kind]}]")


def _of_sender(sender, text):
    """Their own name and what else is kept about them, with accents and capitals or without."""
    parts = [part.strip() for part in sender.address.split(",")]
    parts = [part for part in parts if len(part) > 3 and not part.lower().startswith(_WIDE)]
    found = []
    for words in (sender.name, sender.organisation_name):
        found += _known("name", words, text)
    for words in parts:
        found += _known("address", words, text)
    found += _known("mail", sender.email, text)
    if len(digits := re.sub(r"\D", "", sender.phone)[-9:]) >= 7:
        pattern = re.compile(rf"(?:(?:\+?84|0){_GAP})?" + _GAP.join(digits))
        found += [_finding("phone", text, *match.span()) for match in pattern.finditer(text)]
    return found + _given_name(sender.name, text)


def _known(kind, words, text):
    """These words, however they are accented, written large or small, and set apart."""
    if not words.strip():
        return []
    folded = r"\s{1,3}".join(re.escape(word) for word in _plain(words).split())
    pattern = re.compile(rf"(?<!\w){folded}(?!\w)")
    return [_finding(kind, text, *match.span()) for match in pattern.finditer(_plain(text))]


def _given_name(name, text):
    """The last word of the sender's name, standing alone within a sentence: "mẹ của Thử"."""
    given = name.split()[-1] if " " in name.strip() else ""
    if len(given) < 2:
        return []
    pattern = re.compile(rf"(?<!\w){re.escape(given)}(?!\w)(?! {CAPITAL})")
    spans = (match.span() for match in pattern.finditer(text))
    return [
        _finding("name", text, *span)
        for span in spans
        if _WITHIN_SENTENCE.search(text, max(0, span[0] - 12), span[0])
    ]


def _plain(text):
    """Without accents and capitals, each letter in its place."""
    return "".join(_plain_letter(letter) for letter in text)


@lru_cache(maxsize=2048)
def _plain_letter(letter):
    base = unicodedata.normalize("NFD", letter)[0].lower().replace("đ", "d")
    return base if len(base) == 1 else letter


def _apart(text, found):
    """In order and without overlaps: of what overlaps, and of the parts of one address, one finding over all."""
    apart = []
    for finding in sorted(found, key=lambda one: (one.start, -one.end)):
        last = apart[-1] if apart else None
        if last and (finding.start < last.end or _is_one_address(text, last, finding)):
            apart[-1] = _joined(text, last, finding)
        else:
            apart.append(finding)
    return apart


def _is_one_address(text, first, second):
    both = first.kind == second.kind == "address"
    return both and _ADDRESS_GAP.fullmatch(text, first.end, second.start) is not None


def _joined(text, first, second):
    """The longer of the two tells what it is."""
    end = max(first.end, second.end)
    best = max(first, second, key=lambda one: one.end - one.start)
    if best.end - best.start == end - first.start:
        return best
    return replace(
        best,
        start=first.start,
        end=end,
        text=text[first.start : end],
        suggestion=f"[{best.label}]",
    )
