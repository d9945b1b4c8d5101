"""Numbers of documents, as a listener understands them and can find them again.

"Nghị định 118/2025/NĐ-CP" is "Nghị định số một trăm mười tám năm hai nghìn không trăm hai mươi lăm của Chính phủ".
"""

import re

from outreach.speech.abbreviations import LETTER_NAMES
from outreach.speech.numbers import digits_in_words, in_words

KINDS = {
    "NĐ": "nghị định",
    "QĐ": "quyết định",
    "NQ": "nghị quyết",
    "TT": "thông tư",
    "TTLT": "thông tư liên tịch",
    "KH": "kế hoạch",
    "CT": "chỉ thị",
    "CTr": "chương trình",
    "HD": "hướng dẫn",
    "BC": "báo cáo",
    "TB": "thông báo",
    "CV": "công văn",
    "TTr": "tờ trình",
    "CĐ": "công điện",
    "KL": "kết luận",
    "QC": "quy chế",
    "ĐA": "đề án",
    "VBHN": "văn bản hợp nhất",
    "PL": "pháp lệnh",
    "L": "luật",
}
ISSUERS = {
    "CP": "Chính phủ",
    "TTg": "Thủ tướng Chính phủ",
    "TTG": "Thủ tướng Chính phủ",
    "VPCP": "Văn phòng Chính phủ",
    "VPQH": "Văn phòng Quốc hội",
    "TTCP": "Thanh tra Chính phủ",
    "TW": "Trung ương",
    "TU": "Tỉnh ủy",
    "HĐND": "Hội đồng nhân dân",
    "UBND": "Ủy ban nhân dân",
    "NHNN": "Ngân hàng Nhà nước",
    "BCA": "Bộ Công an",
    "BCT": "Bộ Công Thương",
    "BDTTG": "Bộ Dân tộc và Tôn giáo",
    "BGDĐT": "Bộ Giáo dục và Đào tạo",
    "BGTVT": "Bộ Giao thông vận tải",
    "BKHCN": "Bộ Khoa học và Công nghệ",
    "BKHĐT": "Bộ Kế hoạch và Đầu tư",
    "BLĐTBXH": "Bộ Lao động, Thương binh và Xã hội",
    "BNG": "Bộ Ngoại giao",
    "BNNMT": "Bộ Nông nghiệp và Môi trường",
    "BNNPTNT": "Bộ Nông nghiệp và Phát triển nông thôn",
    "BNV": "Bộ Nội vụ",
    "BQP": "Bộ Quốc phòng",
    "BTC": "Bộ Tài chính",
    "BTNMT": "Bộ Tài nguyên và Môi trường",
    "BTP": "Bộ Tư pháp",
    "BTTTT": "Bộ Thông tin và Truyền thông",
    "BVHTTDL": "Bộ Văn hóa, Thể thao và Du lịch",
    "BXD": "Bộ Xây dựng",
    "BYT": "Bộ Y tế",
}
_PARLIAMENT = {"QH": "Quốc hội khóa", "UBTVQH": "Ủy ban Thường vụ Quốc hội khóa"}
_LEADS = [*KINDS.values(), "văn bản", "luật", *KINDS]
_LEAD = "|".join(sorted(map(re.escape, _LEADS), key=len, reverse=True))
_YEAR = r"(?:19|20)\d\d"

_DOCUMENT = re.compile(
    rf"(?:(?<!\w)(?P<lead>(?i:{_LEAD}))\s+)?(?:(?<!\w)(?P<word>[Ss]ố)\s?:?\s*)?"
    rf"(?<![\w.,/])(?P<number>\d+(?:\.\d+)?)\s?(?:/\s?(?P<year>{_YEAR}))?/\s?"
    r"(?P<symbol>[A-ZĐ][A-ZĐ]*[a-z]{0,2}\d{0,2}(?:[-–][A-ZĐ][A-ZĐ]*[a-z]{0,2}\d{0,2})*)(?!\w)"
)
# Its issuer stands behind it in words, perhaps after its day.
_ISSUER_FOLLOWS = re.compile(
    r"\s*(?:,?\s*ngày\s+[\d/.-]+\s*|,?\s*ngày \d+ tháng \d+ năm \d+\s*)?của\s"
)
_DATED = re.compile(
    rf"(?<!\w)(?P<lead>(?i:{_LEAD}))\s+(?:[Ss]ố\s+)?(?P<number>\d+(?:\.\d+)?)/(?P<year>{_YEAR})(?![\w/])"
)
_PROCEDURE = re.compile(r"(?<![\w.,])(\d)\.(\d{3})(\d{3})((?:\.\w{2,3})*)(?!\w|[.,]\d)")
_DOSSIER = re.compile(r"(?<!\w)[A-Z]\d{2}(?:\.\d+)*(?:-\d{4,6}){1,2}(?!\w)")
_POINT = re.compile(r"\b([Đđ]iểm) ([a-zđ])(?= (?:và |, )|,|\s(?:khoản|mục)| Điều)")


def say_documents(text: str) -> str:
    text = _DOCUMENT.sub(_document, text)
    text = _DATED.sub(_dated, text)
    text = _DOSSIER.sub(lambda found: _spelled(found[0]), text)
    text = _PROCEDURE.sub(_procedure, text)
    return _POINT.sub(lambda found: f"{found[1]} {LETTER_NAMES[found[2]]}", text)


def _document(found):
    parts = re.split("[-–]", found["symbol"])
    kind = KINDS.get(parts[0])
    issuers = parts[1:] if kind else parts
    number = _number(found["number"]) + (f" năm {_number(found['year'])}" if found["year"] else "")
    if not kind and not _issuer(issuers[0]):
        head = _head(found) if found["lead"] or found["word"] else ""
        return f"{head}{number} {' '.join(parts)}"
    follows = _ISSUER_FOLLOWS.match(found.string, found.end())
    issuer = "" if follows else _issuers(issuers, is_joint=parts[0] == "TTLT")
    return _head(found, kind, parts[0]) + number + _tail(found, kind, issuer)


def _head(found, kind="", symbol=""):
    lead = found["lead"] or ""
    if lead:
        return f"{KINDS.get(lead, lead)} số "
    if found["word"]:
        return f"{found['word']} "
    if kind:
        return f"{kind} số "
    # A letter of an office has no kind in its number.
    return "văn bản số " if symbol.startswith(tuple(_PARLIAMENT)) else "công văn số "


def _tail(found, kind, issuer):
    lead = found["lead"] or ""
    is_told = not found["word"] if not lead else KINDS.get(lead, lead).lower() == kind
    of_issuer = f" của {issuer}" if issuer else ""
    return of_issuer if is_told or not kind else f", {kind}{of_issuer}"


def _issuers(parts, *, is_joint):
    """Of one office; what follows its sign is a desk of that office, which nobody says aloud."""
    names = [_issuer(part) or part for part in (parts if is_joint else parts[:1])]
    return " và ".join(names)


def _issuer(part):
    letters = part.rstrip("0123456789")
    if letters in _PARLIAMENT and letters != part:
        return f"{_PARLIAMENT[letters]} {in_words(int(part[len(letters) :]))}"
    return ISSUERS.get(part)


def _dated(found):
    lead = KINDS.get(found["lead"], found["lead"])
    return f"{lead} số {_number(found['number'])} năm {_number(found['year'])}"


def _number(written):
    """A leading zero is part of the number by which it is found."""
    return " chấm ".join(
        digits_in_words(part) if part.startswith("0") else in_words(int(part))
        for part in written.split(".")
    )


def _procedure(found):
    """Digit by digit with pauses, so that a listener can write it down."""
    first, *groups, more = found.groups()
    said = f"{digits_in_words(first)} chấm {', '.join(map(digits_in_words, groups))}"
    return f"{said} {_spelled(more)}" if more else said


_SIGNS = {".": "chấm", "-": "gạch ngang"}


def _spelled(code):
    return " ".join(
        _SIGNS.get(sign)
        or (digits_in_words(sign) if sign.isdigit() else LETTER_NAMES[sign.lower()])
        for sign in code
    )
