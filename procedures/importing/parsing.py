"""What can be read with certainty out of the source's words. Pure functions; doubt leaves the words as they are."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from portal.text import clean_line, fold
from procedures.importing import cleaning
from procedures.importing.content import Duration, Paper, Step
from procedures.models import Level

# Most cells are repeated all over the file: "5 Ngày làm việc", "Trực tiếp", one act, one agency.
remembered = lru_cache(maxsize=2048)

PLACEHOLDER = "không có thông tin"

LEVELS = {
    "bo": Level.MINISTRY,
    "tinh": Level.PROVINCE,
    "huyen": Level.DISTRICT,
    "xa": Level.COMMUNE,
    "khac": Level.OTHER,
}
CHANNELS = {"truc tiep": "direct", "truc tuyen": "online", "dich vu buu chinh": "postal"}


def is_placeholder(text: str) -> bool:
    return text.rstrip(".").casefold() in {"", PLACEHOLDER}


def parse_level(text: str) -> str | None:
    """ "tinh", "Cấp tỉnh" and "Cấp Tỉnh" are one level; None for a word that is no level."""
    word = fold(text).strip().removeprefix("cap ")
    return LEVELS.get("khac" if word == "co quan khac" else word)


@remembered
def parse_channel(text: str) -> str | None:
    return CHANNELS.get(fold(clean_line(text)))


# --- Time limits ---------------------------------------------------------------------------

_UNITS = {
    "ngay lam viec": "working_day",
    "ngay": "day",
    "gio": "hour",
    "thang": "month",
}
_TIME = re.compile(
    r"(?:(?:trong )?(?:thoi han )?(?:khong qua |toi da )?)"
    r"(?P<value>\d{1,5}(?:[.,]\d)?) ?(?P<unit>ngay lam viec|ngay|gio|thang)(?P<rest>\W.*)?$",
    re.S,
)
_IMMEDIATE = re.compile(
    r"(giai quyet ngay|tra ket qua ngay|ngay khi|ngay sau khi|ngay trong (ngay|buoi))\b"
)


@remembered
def parse_duration(text: str | None) -> Duration:
    """ "5 Ngày làm việc" is five working days; a bare "3" and "tùy trường hợp" stay words."""
    note = cleaning.prose(text)
    if is_placeholder(note):
        return Duration()
    folded = fold(note)
    if _IMMEDIATE.match(folded) and not re.search(r"\d", folded):
        return Duration(unit="immediate", note=note)
    match = _TIME.match(folded)
    if match is None:
        return Duration(note=note)
    value = Decimal(match["value"].replace(",", "."))
    if value == 0 or re.search(r"\d", match["rest"] or ""):
        return Duration(note=note)
    unit = _UNITS[match["unit"]]
    says_it_all = match.start("value") == 0 and not (match["rest"] or "").strip(" .")
    return Duration(value, unit, "" if says_it_all else note)


# --- Steps -----------------------------------------------------------------------------------

_STEP = re.compile(
    r"""
    (?: ^ | \n | (?<=[.;:!)”"]) [ ]? | (?<=[.;:!)”"][ ]) | [ ](?=[-+*•][ ])   # where a sentence may begin
      | (?<!tại) (?<!theo) (?<!ở) (?<!của) (?<!như) (?<!tiếp) (?<!sang) [ ] (?=Bước[ ]\d{1,2}:) )
    [ ]?[-+*•.]?[ ]?
    (?P<mark> (?: [a-zđ]\) | \d{1,2}(?:\.\d{1,2}){0,3}[.)] ) [ ] )?
    (?P<word> Bước | BƯỚC | (?<=\n)bước ) [ ]? (?P<number>\d{1,2}) [ ]? (?: [:.] (?!\d) | (?=[ ][A-ZĐÀ-Ỹ]) | (?=\n) )
    """,
    re.X,
)
_HEADING = re.compile(r"(?:[-+*•] |[a-zđ]\)|\d+(?:\.\d+)*[.)]|[IVX]+\.|Trường hợp|Đối với|\()")


def parse_steps(text: str) -> tuple[Step, ...]:
    """Divide at "Bước 1:", "b) Bước 2." and the like; every word stays, in its order."""
    marks = list(_STEP.finditer(text))
    if not marks:
        return (Step("", text),) if text else ()
    steps = _untitled(text[: marks[0].start()].strip())
    for place, mark in enumerate(marks):
        following = marks[place + 1] if place + 1 < len(marks) else None
        body = text[mark.end() : following.start() if following else len(text)]
        body, heading = body.strip(), ""
        if following and int(following["number"]) <= int(mark["number"]):
            body, heading = _without_heading(body)
        title = f"{mark['mark'] or ''}{mark['word']} {mark['number']}"
        # A step needs a body: a bare "Bước 3" is its own.
        steps.append(Step(title, body) if body else Step("", title))
        steps += _untitled(heading)
    return tuple(steps)


def _without_heading(body):
    """Where the count starts anew, the last line often is the next case's heading: "Trường hợp 2: …"."""
    rest, _, last = body.rpartition("\n")
    if rest and len(last) <= 300 and (last.endswith(":") or _HEADING.match(last)):
        return rest.strip(), last
    return body, ""


def _untitled(body):
    return [Step("", body)] if body else []


# --- Papers ----------------------------------------------------------------------------------

# What a row is stands at its beginning; the rest may be pages long.
HEAD_LENGTH = 80

# A row without quantities that begins like this is a paper all the same; most such rows are notes.
_PAPER = re.compile(
    r"\W*(?:\w{1,3}[.)/] ?)*\W*(?:đơn|tờ khai|(?:các )?giấy|bản|(?:các )?văn bản|hợp đồng|hóa đơn|hoá đơn|chứng từ|chứng cứ|vận đơn|vận tải đơn|biên bản"
    r"|quyết định|danh sách|danh mục|bảng|phiếu|báo cáo|(?:các )?tài liệu|hồ sơ|sơ yếu|đề án|ảnh|hộ chiếu|công văn"
    r"|phương án|kế hoạch|thẻ|sổ|thư|lệnh|dự án|dự thảo|bộ hồ sơ|mẫu|tờ trình|điều lệ|nghị quyết|sơ đồ|thuyết minh|bằng|lý lịch|thông báo|chứng chỉ)\b",
    re.I,
)
_NOTE = re.compile(
    r"\W*(?:\w{1,3}[.)/] ?)*\W*(?:lưu ý|ghi chú|giấy tờ (?:phải|nộp|xuất trình|gửi|do cơ quan)|bản chụp các giấy tờ gửi kèm"
    r"|hồ sơ (?:gồm|bao gồm|có thể|nộp)|thành phần hồ sơ|số lượng|số bộ|bảng biểu)\b",
    re.I,
)


def is_note(name: str, quantities: Sequence[int | None], form: str) -> bool:
    """A line of words between the papers: "Lưu ý…", "Giấy tờ phải xuất trình:"."""
    if any(quantities) or form:
        return False
    start = name[:HEAD_LENGTH]
    return name.endswith(":") or bool(_NOTE.match(start)) or not _PAPER.match(start)


_SETS = re.compile(
    r"\W*(?:\d{1,2}[.)/] ?)?so (?:luong|bo) ho so\W*0?(\d)\W*(?:\(\w+\) ?)?\(?bo\)?(?: ho so)?\W*$"
)


def parse_sets(papers: Sequence[Paper]) -> int | None:
    """The number of sets, where a note says "Số lượng hồ sơ: 01 bộ" and no other note differs."""
    short = (fold(paper.name) for paper in papers if len(paper.name) <= HEAD_LENGTH)
    found = {int(match[1]) for name in short if (match := _SETS.match(name))}
    return found.pop() if len(found) == 1 and 0 not in found else None


# --- Numbers of decisions and acts -------------------------------------------------------------

_KINDS = r"bộ luật|luật|pháp lệnh|nghị định|nghị quyết liên tịch|nghị quyết|thông tư liên tịch|thông tư|quyết định|lệnh|chỉ thị"
_PREFIX = re.compile(rf"(?:(?P<kind>{_KINDS})\b)? ?(?:số)? ?:? ?(?=\d)", re.I)
_GLUED_YEAR = re.compile(r"(?:19|20)\d\d\.(?=\d+/(?:19|20)\d\d/)")
_ORGANS = r"[A-ZĐƯ&]{2,}\d*(?:-[A-ZĐƯ&\d]{2,})*|TTg"
_DECISION = re.compile(rf"(\d+[A-Za-z]?)\.?/(?:QĐ|QD)-({_ORGANS})$")
_ACT = re.compile(
    r"\d+[A-Z]?(?:\.\d+)?/(?P<year>(?:19|20)\d\d)/"
    rf"(?P<type>QH\d+|UBTVQH\d+|(?P<short>NĐ|TTLT|TT|QĐ|NQLT|NQ|PL|CT)[-/](?:{_ORGANS})(?:/(?:{_ORGANS}))*)$"
)
_TYPES = {
    "NĐ": "Nghị định",
    "TT": "Thông tư",
    "TTLT": "Thông tư liên tịch",
    "QĐ": "Quyết định",
    "NQ": "Nghị quyết",
    "NQLT": "Nghị quyết liên tịch",
    "PL": "Pháp lệnh",
    "CT": "Chỉ thị",
}
_NATIONAL_ASSEMBLY_KINDS = ("Bộ luật", "Luật", "Nghị quyết", "Pháp lệnh")


@remembered
def parse_decision(text: str) -> tuple[str, str]:
    """The number of the decision that publishes a procedure, and the source's words where they differ.

    "Quyết định số 6225/QĐ-BQP" is 6225/QĐ-BQP. "QĐ/1234-BCA" and "1681" stay as they are.
    """
    match = _DECISION.match(_compact(_PREFIX.sub("", text, count=1)))
    if match is None:
        return text, ""
    number = f"{match[1].lower()}/QĐ-{match[2]}"
    return number, "" if number == text else text


@remembered
def parse_act(text: str) -> tuple[str, str]:
    """The number of an act and its type, or two empty strings when the number is not certain.

    "Luật số 32/2024/QH15" is 32/2024/QH15. "54", "225/NĐ-CP" and "85/2024/TT-B" could be many acts.
    """
    prefix = _PREFIX.match(text)
    said = (prefix["kind"] or "").capitalize() if prefix else ""
    number = _compact(_GLUED_YEAR.sub("", text[prefix.end() if prefix else 0 :]))
    number = re.sub(r"(?<=/)ND(?=-)", "NĐ", number.rstrip("."))
    if match := _ACT.match(number):
        return number, _TYPES.get(match["short"] or "", said)
    # Decisions of agencies carry no year; every other act does.
    if match := _DECISION.match(number):
        return f"{match[1].lower()}/QĐ-{match[2]}", "Quyết định"
    return "", ""


def act_kind(title: str) -> str:
    """ "Luật", "Bộ luật"…: what a numbered act of the National Assembly calls itself."""
    return next((kind for kind in _NATIONAL_ASSEMBLY_KINDS if title.startswith(kind)), "")


def _compact(text):
    number = re.sub(r"\s+", "", text).upper()
    return re.sub(r"(?<=/)QD(?=-)", "QĐ", number).replace("TTG", "TTg")


def parse_date(text: str | None) -> date | None:
    """ "19-02-2016" as the portal's Word export writes it, also with slashes."""
    match = re.fullmatch(r"\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\s*", text or "")
    if match is None:
        return None
    try:
        return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None


# --- Lists in one string -----------------------------------------------------------------------

# How names of agencies begin. A piece that begins otherwise belongs to the name before it:
# "Cục Chất lượng, Chế biến và Phát triển thị trường" is one. Accents count: Ban is not Bản.
_HEADS = """
Ban, Biên phòng, Bảo hiểm, Bệnh viện, Bộ, Chi cục, Chi nhánh, Chính phủ, Chính ủy, Chỉ huy, Chủ nhiệm, Chủ tịch, Chủ đầu tư,
Các, Cán bộ, Công an, Công dân, Công ty, Công đoàn, Cơ quan, Cơ sở, Cảng vụ, Cấp, Cục, Doanh nghiệp, Giám đốc, Hiệu trưởng,
Hải quan, Học viện, Hội, Hợp tác xã, Kho bạc, Khu, Kiểm toán, Lãnh đạo, Liên đoàn, Mặt trận, Ngân hàng, Người, Nhà, Phòng,
Quân chủng, Quân khu, Quỹ, Quốc hội, Sở, Thanh tra, Thi hành án, Thuế, Thành phố, Thủ trưởng, Thủ tướng, Trung tâm, Trường, Trưởng,
Trạm, Tòa án, Toà án, Tập đoàn, Tư lệnh, Tổ chức, Tổng, Tỉnh, UBND, HĐND, Viện, Văn phòng, Vụ, Đài, Đơn vị, Đại diện, Đảng, Đồn, Đội,
Ủy ban, Uỷ ban
"""
_HEAD = re.compile(
    "(?:"
    + "|".join(re.escape(head) for head in _HEADS.replace("\n", " ").strip().split(", "))
    + r")(?!\w)",
    re.I,
)
_SEPARATOR = re.compile(r"[,;] *(?:[,;] *)*")


@remembered
def parse_agencies(text: str) -> tuple[tuple[str, ...], str]:
    """The agencies named in one string, and the string itself when it is no list of agencies.

    Line breaks and commas divide; a comma also stands inside names. Repeats are told once.
    """
    names = []
    for line in text.split("\n"):
        if line.strip(" .,;-"):
            names += _agencies_in(line)
    if any(not _is_agency(name) for name in names):
        return (), text
    unique = {}
    for name in names:
        unique.setdefault(fold(name), name)
    return tuple(unique.values()), ""


def _agencies_in(line):
    names, start = [], 0
    for separator in _SEPARATOR.finditer(line):
        following = separator.end()
        if line[following : following + 1].isupper() and _HEAD.match(line, following):
            name = line[start : separator.start()]
            if name.count("(") <= name.count(")"):
                names.append(name)
                start = following
    names.append(line[start:])
    return [name.strip(" ,;").removesuffix(".") for name in names if name.strip(" .,;-")]


def _is_agency(name):
    return (
        len(name) <= 600
        and not name[0].islower()
        and name[0] not in "*+-"
        and bool(re.search(r"\w", name))
    )


APPLICANTS = (
    "Công dân Việt Nam",
    "Người Việt Nam định cư ở nước ngoài",
    "Người nước ngoài",
    "Cán bộ, công chức, viên chức",
    "Doanh nghiệp",
    "Doanh nghiệp Việt Nam",
    "Doanh nghiệp có vốn đầu tư nước ngoài",
    "Tổ chức (không bao gồm doanh nghiệp, HTX)",
    "Tổ chức nước ngoài",
    "Hợp tác xã",
    "Tổ chức Đảng",
    "Đảng viên",
)
_APPLICANT = re.compile(
    "("
    + "|".join(re.escape(name) for name in sorted(APPLICANTS, key=len, reverse=True))
    + r") ?(?=[,;]|$)",
    re.I,
)


@remembered
def parse_applicants(text: str) -> tuple[str, ...]:
    """Known kinds of applicants, each once; what stands between them stays whole, commas and all."""
    found, unknown, position = [], [], 0
    text = clean_line(text.replace("\n", ", "))
    while position < len(text):
        if match := _APPLICANT.match(text, position):
            found += _joined(unknown)
            found.append(_known_applicant(match[1]))
            unknown, end = [], match.end()
        else:
            separator = _SEPARATOR.search(text, position)
            end = separator.start() if separator else len(text)
            unknown.append(text[position:end])
        separator = _SEPARATOR.match(text, end)
        position = separator.end() if separator else max(end, position + 1)
    found += _joined(unknown)
    return tuple(dict.fromkeys(found))


def _joined(pieces):
    name = ", ".join(piece.strip() for piece in pieces if piece.strip(" .,;-"))
    return [name] if name else []


def _known_applicant(name):
    return next(known for known in APPLICANTS if known.casefold() == name.casefold())
