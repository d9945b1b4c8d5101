"""Days, months, years and times of day.

A day to the tenth is said "ngày mùng hai tháng chín", as on the radio: "ngày hai" alone may be heard as a count of days.
A minute is said with its word, for "tám giờ năm" is lost on a loudspeaker: "tám giờ năm phút".
"""

import re

from outreach.speech.numbers import in_words, roman_value

_TO = r"\s?[-–—]\s?"
_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
_AHEAD, _BEHIND = r"(?<![\w/.,])", r"(?![\w/]|[.,]\d)"
_CLOCK = (
    r"(?:[01]?\d|2[0-4])(?:\s?(?:h|g|giờ)\s?[0-5]\d(?:\s?(?:phút|p)(?!\w))?|:[0-5]\d|\s?h(?!\w))"
)
# After these "2/9" is a day, whatever follows: "dịp 2/9 cơ quan nghỉ".
_DAY_SURELY_FOLLOWS = r"ngày:?|mùng|mồng|hôm|dịp|lễ|khánh"
# After these it is one unless something is counted: "đến 9/10 xã". Else it is a part of something.
_DAY_FOLLOWS = r"từ|đến|tới|trước|sau|hết|vào|sáng|trưa|chiều|tối|và|nay|qua"
_COUNTED = r"hồ sơ|thủ tục|xã|phường|phiếu|đơn vị|cơ quan|phản ánh|kiến nghị|người|hộ|điểm|sở|tỉnh"
_NUMBERED = r"số|kỳ|đợt|tuần|lần|khóa|khoá|vụ"


def say_dates(text: str) -> str:
    for pattern, said in _RULES:
        text = pattern.sub(said, text)
    return text


def _rule(pattern, said):
    return re.compile(pattern, re.IGNORECASE), said


def _year(written):
    return f"năm {in_words(int(written))}"


def _month(written):
    return f"tháng {'tư' if int(written) == 4 else in_words(int(written))}"


def _day(written):
    """Without its word "ngày", which may stand before it already."""
    return f"{'mùng ' if int(written) <= 10 else ''}{in_words(int(written))}"


def _full_date(found):
    return f"{_with_day(found)} {_month(found['month'])} {_year(found['year'])}"


def _short_date(found):
    return f"{_with_day(found)} {_month(found['month'])}"


def _with_day(found):
    before = found["before"] or ""
    stands = before.strip().lower()
    if stands == "ngày:":
        return f"{before}{_day(found['day'])}"
    if stands in {"mùng", "mồng"}:
        return before + in_words(int(found["day"]))
    word = "" if stands in {"ngày", "hôm"} else "ngày "
    return f"{before}{word}{_day(found['day'])}"


def _days(found):
    rest = f" {_year(found['year'])}" if found["year"] else ""
    word = "" if re.match("ngày", found["before"] or "", re.IGNORECASE) else "ngày "
    return (
        f"{found['before'] or ''}{word}{_day(found['first'])} đến ngày {_day(found['day'])}"
        f" {_month(found['month'])}{rest}"
    )


def _quarter(found):
    written = found["quarter"]
    number = int(written) if written.isdigit() else roman_value(written.upper())
    year = f" {_year(found['year'])}" if found["year"] else ""
    return f"{found['word']} {in_words(number)}{year}"


def _years(found):
    parted = "," if found["school"] else " đến"
    return f"{found['school'] or ''}{in_words(int(found['first']))}{parted} {in_words(int(found['last']))}"


def _clock(written):
    hour, minute = (re.findall(r"\d+", written) + ["0"])[:2]
    said = f"{in_words(int(hour))} giờ"
    return f"{said} {in_words(int(minute))} phút" if int(minute) else said


_RULES = [
    _rule(
        rf"(?<![\w:])({_CLOCK}){_TO}({_CLOCK})(?![\w:])",
        lambda found: f"{_clock(found[1])} đến {_clock(found[2])}",
    ),
    _rule(rf"(?<![\w:.,/])({_CLOCK})(?![\w:])", lambda found: _clock(found[1])),
    _rule(
        rf"{_AHEAD}(?P<before>(?:ngày|từ)\s+)?(?P<first>{_DAY}){_TO}(?P<day>{_DAY})/(?P<month>{_MONTH})"
        rf"(?:/(?P<year>{_YEAR}))?{_BEHIND}",
        _days,
    ),
    _rule(
        rf"\b(từ)\s+(?:ngày\s+)?({_DAY})\s+(?=đến\s+(?:ngày\s+)?{_DAY}/{_MONTH}{_BEHIND})",
        lambda found: f"{found[1]} ngày {_day(found[2])} ",
    ),
    # Two days: the dash between them is a word, and makes a day of the first, which alone may be a part.
    _rule(
        rf"{_AHEAD}(?P<before>(?:{_DAY_SURELY_FOLLOWS}|từ)\s+)?(?P<day>{_DAY})/(?P<month>{_MONTH}){_TO}"
        rf"(?={_DAY}/{_MONTH}(?:/{_YEAR})?{_BEHIND}(?(before)|(?!\s+(?:{_COUNTED}))))",
        lambda found: f"{_short_date(found)} đến ngày ",
    ),
    _rule(
        rf"(?<=\d)(/{_MONTH}/{_YEAR}){_TO}(?={_DAY}/{_MONTH}(?:/{_YEAR})?{_BEHIND})",
        r"\1 đến ",
    ),
    _rule(
        rf"{_AHEAD}(?P<before>(?:ngày:?|hôm|mùng|mồng)\s+)?(?P<day>{_DAY})(?P<sign>[/.-])"
        rf"(?P<month>{_MONTH})(?P=sign)(?P<year>{_YEAR})(?!\w)",
        _full_date,
    ),
    _rule(
        rf"(?P<word>quý)\s+(?P<quarter>IV|I{{1,3}}|[1-4])(?:\s?[/-]\s?(?P<year>{_YEAR}))?(?!\w)",
        _quarter,
    ),
    _rule(
        rf"\b(?P<word>{_NUMBERED})\s+(?P<number>\d+)/(?P<year>{_YEAR}){_BEHIND}",
        lambda found: f"{found['word']} {in_words(int(found['number']))} {_year(found['year'])}",
    ),
    _rule(
        rf"(?:(?<!\w)tháng\s+|{_AHEAD})({_MONTH})[/-]({_YEAR}){_BEHIND}",
        lambda found: f"{_month(found[1])} {_year(found[2])}",
    ),
    _rule(rf"(tháng|năm)\s?/\s?({_YEAR}){_BEHIND}", lambda found: f"{found[1]} {_year(found[2])}"),
    _rule(
        rf"(?P<before>\b(?:(?P<sure>{_DAY_SURELY_FOLLOWS})|{_DAY_FOLLOWS})\s+)"
        rf"(?P<day>{_DAY})/(?P<month>{_MONTH}){_BEHIND}(?(sure)|(?!\s+(?:{_COUNTED})))",
        _short_date,
    ),
    _rule(
        rf"{_AHEAD}(?P<before>)(?=0\d/|\d{{1,2}}/0)(?P<day>{_DAY})/(?P<month>{_MONTH}){_BEHIND}"
        rf"(?!\s+(?:{_COUNTED}))",
        _short_date,
    ),
    _rule(
        rf"(ngày)\s+({_DAY})\s+(?=tháng)",
        lambda found: f"{found[1]} {_day(found[2])} ",
    ),
    _rule(r"(tháng)\s+0?4(?![\w/]|[.,]\d)", r"\1 tư"),
    _rule(
        rf"(?P<school>(?:năm học|niên khóa|niên khoá)\s+)?{_AHEAD}(?P<first>{_YEAR}){_TO}(?P<last>{_YEAR})(?![\w/-])",
        _years,
    ),
]
