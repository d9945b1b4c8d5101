"""What is counted and measured: shares, parts of a whole, money, measures, ranges, numbers that stand alone."""

import re
from decimal import Decimal

from outreach.speech.abbreviations import LETTER_NAMES, letters_in_words
from outreach.speech.numbers import (
    LARGEST,
    decimal_in_words,
    digits_in_words,
    in_words,
    ordinal,
    parse,
)

_NUMBER = r"(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?)"
# "99.99 %" is meant as "99,99 %": no group of thousands has two digits.
_MEASURED = rf"(?:{_NUMBER}|\d+\.\d{{1,2}})"
_AHEAD, _BEHIND = r"(?<![\w.,])", r"(?![\w/]|[.,]\d)"
_DASH = r"\s?[-–—]\s?"
# What a part is counted in: "9/10 xã" is nine of ten communes, "2/3" alone two thirds.
_COUNTED = (
    r"hồ sơ|thủ tục|xã|phường|phiếu|đơn vị|cơ quan|phản ánh|kiến nghị|người|hộ|sở|tỉnh|câu|ấp|khóm|ngành|lượt"
    r"|nhiệm vụ|chỉ tiêu|trường hợp|địa phương|đại biểu|cán bộ|công chức|văn bản|dịch vụ|dự án|ý kiến|bài"
)
_UNITS = {
    "km/h": "ki-lô-mét một giờ",
    "km²": "ki-lô-mét vuông",
    "km2": "ki-lô-mét vuông",
    "m²": "mét vuông",
    "m2": "mét vuông",
    "m³": "mét khối",
    "m3": "mét khối",
    "cm²": "xăng-ti-mét vuông",
    "cm2": "xăng-ti-mét vuông",
    "km": "ki-lô-mét",
    "cm": "xăng-ti-mét",
    "mm": "mi-li-mét",
    "m": "mét",
    "kg": "ki-lô-gam",
    "mg": "mi-li-gam",
    "g": "gam",
    "ha": "héc-ta",
    "ml": "mi-li-lít",
    "l": "lít",
    "kWh": "ki-lô-oát giờ",
    "kW": "ki-lô-oát",
    "MW": "mê-ga-oát",
    "GB": "gi-ga-bai",
    "MB": "mê-ga-bai",
    "KB": "ki-lô-bai",
    "kB": "ki-lô-bai",
    "Mbps": "mê-ga-bít một giây",
    "°C": "độ xê",
    "%": "phần trăm",
    "‰": "phần nghìn",
    "đ": "đồng",
    "₫": "đồng",
    "VNĐ": "đồng",
    "VND": "đồng",
    "vnđ": "đồng",
    "USD": "đô la Mỹ",
    "EUR": "ơ-rô",
}
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))


def say_quantities(text: str) -> str:
    for pattern, said in _RULES:
        text = pattern.sub(said, text)
    return _PLAIN.sub(_plain, text)


def _measured(written):
    if re.fullmatch(r"\d+\.\d{1,2}", written):
        written = written.replace(".", ",")
    return decimal_in_words(written)


def _ratio(found):
    part, whole = found["part"], found["whole"]
    is_on_a_scale = found["scale"] or found["points"] is not None
    if not is_on_a_scale and found["counted"] is None and _is_fraction(part, whole):
        return f"{in_words(int(part))} phần {ordinal(int(whole))}"
    between = "trên" if is_on_a_scale else "trên tổng số"
    is_rank = found.string[: found.start("part")].casefold().endswith("thứ ") and part.isdigit()
    said = ordinal(int(part)) if is_rank else _plain_words(part)
    return f"{found['scale'] or ''}{said} {between} {_plain_words(whole)}"


def _is_fraction(part, whole):
    return part.isdigit() and whole.isdigit() and 0 < int(part) < int(whole) <= 10


def _range(found):
    """The second number stays as it is, for whatever its unit makes of it."""
    low, high = (float(found[end].replace(".", "").replace(",", ".")) for end in ("low", "high"))
    is_loose = found["dash"] != found["dash"].strip()
    if is_loose and low >= high:
        return found[0]
    return f"{_plain_words(found['low'])} đến {found['high']}"


def _said_once(found):
    """ "03 (ba) ngày": without the words, where they say what the digits say."""
    digits, words = found["digits"].replace(".", "").replace(",", "."), found["words"].casefold()
    try:
        is_same = parse(words) == Decimal(digits)
    except ValueError:
        is_same = False
    return found["digits"] + (found["unit"] or "") if is_same else found[0]


def _in_units(found):
    return f"{_measured(found['number'])} {_UNITS[found['unit']]}"


def _lettered(found):
    """CT01, A4: letters that no staff have given a form, and a number whose zero belongs to it."""
    number = found[2]
    said = digits_in_words(number) if number[0] == "0" else in_words(int(number))
    return f"{letters_in_words(found[1])} {said}"


def _form_number(found):
    """ "Mẫu số 02A": the zero of a form's number is part of its name."""
    letter = f" {LETTER_NAMES[found[3].lower()]}" if found[3] else ""
    return f"{found[1]} {digits_in_words(found[2])}{letter}"


def _plain(found):
    """Whatever touches the number is parted from it: "Covid-19", "5a"."""
    before = f"{found['before']} " if found["before"] or found["dash"] else ""
    return before + _plain_words(found["number"]) + (" " if found["after"] else "")


def _plain_words(written):
    if re.fullmatch(r"0\d+", written):
        # "05 ngày" is said as five days; more zeros are some code.
        return in_words(int(written)) if len(written) == 2 else digits_in_words(written)
    if not re.fullmatch(_NUMBER, written):
        return " chấm ".join(_plain_words(part) for part in written.split("."))
    if int(written.replace(".", "").partition(",")[0]) > LARGEST:
        return digits_in_words(re.sub(r"\D", "", written))
    return decimal_in_words(written)


_RULES = [
    (
        re.compile(
            rf"{_AHEAD}(?P<digits>{_NUMBER})(?P<unit>\s?(?:đồng|đ|%)(?!\w))?\s*\((?:bằng chữ:? )?"
            r"(?P<words>[^\W\d_][^()\d]*?)(?: (?:đồng|phần trăm))?(?: chẵn)?\.?\)",
            re.IGNORECASE,
        ),
        _said_once,
    ),
    # Grouped as in English: money has no thousandth parts.
    (
        re.compile(
            r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?=(?:\s?(?:đ|đồng|VNĐ|VND|Việt Nam)\b))", re.IGNORECASE
        ),
        lambda found: found[0].replace(",", "."),
    ),
    (
        re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3}){2,}(?![\w,])"),
        lambda found: found[0].replace(",", "."),
    ),
    (re.compile(r"(?<!\S)[-−](?=\d)"), "âm "),
    (
        re.compile(r"(?<![\w.,/])24\s?/\s?(24\s?(?:h|giờ)|7|24)" + _BEHIND),
        lambda found: "hai mươi tư trên " + ("bảy" if found[1] == "7" else "hai mươi tư giờ"),
    ),
    (
        re.compile(rf"{_AHEAD}({_MEASURED})\s?%?{_DASH}({_MEASURED})\s?%"),
        lambda found: f"{_measured(found[1])} đến {_measured(found[2])} phần trăm",
    ),
    (
        re.compile(
            rf"(?P<scale>[Tt][ỷỉ] lệ )?{_AHEAD}(?P<part>{_NUMBER})\s?[/:]\s?(?P<whole>{_NUMBER}){_BEHIND}"
            rf"(?:(?P<points>(?=\s+điểm\b))|(?P<counted>(?=\s+(?:{_COUNTED})\b)))?"
        ),
        lambda found: _ratio(found),
    ),
    (
        re.compile(
            rf"(?<![\w.,-])(?P<low>{_NUMBER})(?P<dash>{_DASH})(?P<high>{_NUMBER})(?![\d/-]|[.,]\d)"
        ),
        _range,
    ),
    (re.compile(r"(?<=\d)\s?[x×]\s?(?=\d)"), " nhân "),
    (
        re.compile(rf"([Tt]hứ)\s+(\d{{1,2}}){_BEHIND}"),
        lambda found: f"{found[1]} {ordinal(int(found[2]))}",
    ),
    (
        re.compile(r"(\b(?:[Mm]ẫu|[Bb]iểu)(?: số)?)\s+(0\d+)([A-Za-zĐđ]?)(?!\w)"),
        _form_number,
    ),
    (re.compile(rf"(?<![\w.])(?P<number>{_MEASURED})\s?(?P<unit>{_UNIT})(?![\w²³])"), _in_units),
    (re.compile(r"(?<!\w)([A-ZĐ]{1,6})-?(\d{1,4})(?![\w.,]\d|\w)"), _lettered),
    (
        re.compile(r"(?<![\w.,])(\d{1,3})([A-ZĐ])(?!\w)"),
        lambda found: f"{in_words(int(found[1]))} {LETTER_NAMES[found[2].lower()]}",
    ),
]
_PLAIN = re.compile(
    r"(?P<before>[^\W\d_]?)(?P<dash>-?)(?P<number>\d+(?:\.\d+)*(?:,\d+)?)(?=(?P<after>\w?))"
)
