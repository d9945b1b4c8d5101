"""What is spoken, parted into sentences that need one breath. Never within a number or a name."""

import re

from outreach.speech.numbers import DIGITS

MOST_SYLLABLES = 25
# A little more is better than an end at a comma or before a binding word.
_BEARABLE = 30
_FEWEST = 5
# Shorter ones beside "và", "hoặc" are one thing: nông nghiệp và môi trường.
_FEWEST_BOUND = 7
_STOP = re.compile(r"(?<=[.!?])\s+(?=\S)")
# Where a new sentence may begin, though the writer put a comma.
_OWN_SENTENCE = (
    r"đồng thời|nhưng|tuy nhiên|trong đó|do đó|do vậy|vì vậy|vì thế|sau đó|ngoài ra|mặt khác|cụ thể"
    r"|bên cạnh đó"
)
_BINDING = r"và|hoặc|thì|để|vì|nếu|mà|nhằm|(?:(?:trước|sau|trong|mỗi|ngay) )?khi"
_NUMBER_WORDS = {
    *DIGITS,
    "mười",
    "mươi",
    "mốt",
    "tư",
    "lăm",
    "linh",
    "trăm",
    "nghìn",
    "triệu",
    "tỷ",
}
_OFFICE = re.compile(
    r"(?:Bộ|Sở|Phòng|Ban|Luật|Trung tâm|Hội|Cục|Vụ|Viện|Văn phòng|Bộ phận|Báo|Đài)(?: [^\W\d_]+){1,4}$"
)
# Said as one, whatever the comma.
_PAIRS = re.compile(
    r"phản ánh, kiến nghị|khiếu nại, tố cáo|góp ý, phản ánh|cán bộ, công chức|công chức, viên chức|xã, phường"
    r"|phí, lệ phí|tổ chức, cá nhân|cá nhân, tổ chức|tổ chức, doanh nghiệp|hộ gia đình, cá nhân|cơ quan, đơn vị"
    r"|cơ quan, tổ chức|cơ quan, người|sở, ngành|ban, ngành|ấp, khóm|ngày, tháng|yêu cầu, điều kiện|kinh tế, xã hội"
    r"|văn hóa, xã hội|sửa đổi, bổ sung|thay thế, bãi bỏ|phân cấp, ủy quyền|khai thác, sử dụng|xem xét, quyết định"
    r"|tiếp nhận, giải quyết|tiếp nhận, xử lý|kiểm tra, giám sát|giấy tờ, tài liệu|giấy tờ, văn bản|chế độ, chính sách"
    r"|quy định, mẫu biểu|chương trình, dự án|cập nhật, điều chỉnh|đoàn viên, hội viên|thông tin, tuyên truyền",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(r"Nghị (?:định|quyết)|Thông tư|Quyết định|Luật|Kế hoạch|Chỉ thị|Công văn")
# The best place to end first.
_PLACES = [
    [
        re.compile(r"(?<=[;:])\s"),
        re.compile(rf"(?<=,)\s(?=(?:{_OWN_SENTENCE})\b)"),
    ],
    [re.compile(r"(?<=,)\s")],
    [re.compile(rf"(?<![,;:])\s(?=(?:{_BINDING})\s)")],
]


def sentences(text: str) -> list[str]:
    """Short ones. Where a long one has no place to end, it goes on in the next after a comma."""
    return [
        short
        for line in text.split("\n")
        for sentence in _STOP.split(line.strip())
        if sentence
        for short in _shortened(sentence)
    ]


def count_syllables(text: str) -> int:
    return len(re.findall(r"[^\W_]+", text))


def _shortened(sentence):
    if count_syllables(sentence) <= MOST_SYLLABLES:
        return [sentence]
    place = _place_to_end(sentence)
    if place is None:
        return [sentence]
    first, rest = sentence[:place], sentence[place + 1 :]
    if first.endswith(";") or re.match(rf"(?:{_OWN_SENTENCE})\b", rest):
        first = f"{first.rstrip(',;')}."
        rest = rest[0].upper() + rest[1:]
    elif first[-1] not in ",:":
        first = f"{first},"
    return [*_shortened(first), *_shortened(rest)]


def _place_to_end(sentence):
    """The last of the best kind that keeps the first part short; failing that, the first place of all."""
    strong, commas, bindings = (
        [
            found.start()
            for kind in kinds
            for found in kind.finditer(sentence)
            if _may_end(sentence, found.start())
        ]
        for kinds in _PLACES
    )
    weak = [] if count_syllables(sentence) <= _BEARABLE else [*commas, *bindings]
    for places, most in [
        (strong, MOST_SYLLABLES),
        (commas, MOST_SYLLABLES),
        (commas, _BEARABLE),
        (bindings, MOST_SYLLABLES),
    ]:
        fitting = [at for at in places if count_syllables(sentence[:at]) <= most]
        if fitting and (places is strong or weak):
            return max(fitting)
    return min([*strong, *weak], default=None)


def _may_end(sentence, at):
    first, rest = sentence[:at], sentence[at + 1 :]
    if min(count_syllables(first), count_syllables(rest)) < _FEWEST:
        return False
    last, following = first.split()[-1].rstrip(","), rest.split()[0]
    if last.lower() in _NUMBER_WORDS and following.lower().rstrip(",") in _NUMBER_WORDS:
        return False
    if first[-1] not in ",;:" and min(map(count_syllables, _around(first, rest))) < _FEWEST_BOUND:
        return False
    if following in {"và", "hoặc"}:
        then = rest.split(maxsplit=1)[1]
        return then[0].islower() or bool(_DOCUMENT.match(then))
    if any(pair.start() < at < pair.end() for pair in _PAIRS.finditer(sentence)):
        return False
    return not (first.endswith(",") and following[0].isupper() and _OFFICE.search(first[:-1]))


def _around(first, rest):
    """What stands between the signs before and behind."""
    return re.split("[,;:]", first)[-1], re.split("[,;:]", rest)[0]
