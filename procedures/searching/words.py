"""How text becomes words to be found: Vietnamese syllables, folded, alone and in pairs."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from portal.text import fold, nfc, settle_tones

_WORD = re.compile(r"\d+|[^\W\d_]+")
# "ký" and "kí", "lý" and "lí" are one word in two spellings; "quy", "thuy" and "y" itself are left alone.
_Y_FOR_I = re.compile(r"(?:kh|th|ph|[bhklmnstv])y")
_I_FROM_Y = str.maketrans("yýỳỷỹỵ", "iíìỉĩị")
_STRAY_MARK = re.compile("[\u0300-\u036f]")
LONGEST_WORD = 40


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """One syllable: `key` without accents finds it, `accented` tells "mã" from "má"."""

    key: str
    accented: str
    written: str

    @property
    def has_marks(self):
        return self.key != self.accented

    @property
    def is_number(self):
        return self.key.isdigit()


@lru_cache(maxsize=50_000)
def word(written: str) -> Word:
    if written.isdigit():
        number = fold(written).lstrip("0") or "0"
        return Word(number, number, written)
    accented = settle_tones(written)
    key = fold(accented)
    if _Y_FOR_I.fullmatch(key):
        accented = accented[:-1] + accented[-1].translate(_I_FROM_Y)
        key = fold(accented)
    return Word(key, accented, written)


@lru_cache(maxsize=10_000)
def words_of_phrase(text: str) -> list[Word]:
    """As `words_of`, for the phrases and meanings that every search compares."""
    return words_of(text)


def words_of(text: str) -> list[Word]:
    # A mark that no letter took up ("đó̂ng") would tear its word in two.
    text = _STRAY_MARK.sub("", nfc(text)).lower()
    return [word(found[:LONGEST_WORD]) for found in _WORD.findall(text)]


def spans_of(text: str) -> list[tuple[int, int, Word]]:
    """Words with the place in NFC text where each stands."""
    return [
        (found.start(), found.end(), word(found[0].lower()[:LONGEST_WORD]))
        for found in _WORD.finditer(nfc(text))
    ]


def pair(left: str, right: str) -> str:
    """Two neighbouring syllables as one term: most Vietnamese words have two."""
    return f"{left}_{right}"


def pairs_of(keys: list[str]) -> list[str]:
    return [pair(left, right) for left, right in pairwise(keys)]


def keys_of(text: str) -> list[str]:
    return [found.key for found in words_of(text)]


def phrase_key(text: str) -> str:
    """A phrase as it is compared: "Sổ đỏ", "so do" and "sổ  đỏ" are the same."""
    return " ".join(keys_of(text))


# Said around the matter, not about it. Long phrases come first: "hết bao nhiêu tiền" goes as a whole,
# while "hết" in "hết hạn" and "tiền" in "tiền giả" stay.
_FILLER_PHRASES = """
cần những giấy tờ gì|cần những gì|cần giấy tờ gì|cần giấy tờ nào|cần chuẩn bị gì|chuẩn bị những gì|gồm những gì|gồm giấy tờ gì
giấy tờ gì|giấy gì|giấy tờ nào|những giấy tờ|hồ sơ gồm|hồ sơ cần|hồ sơ gì|cần hồ sơ|bộ hồ sơ|thành phần hồ sơ|cần gì|phải làm gì|làm gì
hết bao nhiêu tiền|mất bao nhiêu tiền|tốn bao nhiêu tiền|bao nhiêu tiền|hết bao nhiêu|tốn bao nhiêu|mất bao nhiêu|bao nhiêu
mất bao lâu|hết bao lâu|trong bao lâu|bao lâu|mất mấy ngày|mấy ngày|bao giờ|khi nào|lúc nào|chừng nào|thời gian nào|mất thời gian
ở đâu|tại đâu|chỗ nào|nơi nào|tới đâu|đến đâu|đi đâu|cơ quan nào|phòng nào|nộp ở|gặp ai|hỏi ai|nhờ ai|báo ai|ai giải quyết|ai cấp
như thế nào|thế nào|làm sao|ra sao|làm thế nào|cách nào|bằng cách nào|sao đây|có được không|được không|có phải không|phải không|có không|hay không
cho hỏi|cho tôi hỏi|cho em hỏi|xin hỏi|tôi muốn hỏi|muốn hỏi|muốn biết|xin cho biết|cho biết|làm ơn|vui lòng|xin chỉ|chỉ giúp|giúp tôi|giúp em|giùm tôi|giùm em|dùm tôi
thủ tục hành chính|thủ tục|trình tự|quy trình|quy định|hướng dẫn|cách làm|các bước|gia đình tôi|nhà tôi|của tôi|chúng tôi|bây giờ|hiện nay|nhà nước
"""
_FILLER_WORDS = """
tôi tui em mình tớ cháu chúng nó họ ổng bả anh chị bác ạ à ơi nhé nha nhỉ hả vậy thế đây đấy đó này kia ấy
muốn cần phải được bị có không chưa là thì mà và hoặc hay của cho để ở tại từ với về vào ra lên xuống đi đến tới qua
các những một mỗi mấy nào gì đâu sao ai nữa rồi đã đang sẽ vừa cũng vẫn còn chỉ đều rất quá lắm luôn hết
khi nếu vì do bởi nên nhưng theo như thôi xong sắp ngay lỡ nhờ giúp giùm dùm hỏi biết xin làm lấy
""".split()
FILLER_PHRASES = frozenset(
    tuple(keys_of(phrase))
    for line in _FILLER_PHRASES.split("\n")
    for phrase in line.split("|")
    if phrase
)
LONGEST_FILLER = max(map(len, FILLER_PHRASES))
# Those that stay what they are when typed without accents; "nha" is rather "nhà", "the" rather "thẻ".
_FILLER_WITHOUT_ACCENTS = """
toi tui em minh chung a oi nhe vay day do nay kia muon can phai duoc bi co khong chua la thi ma va hoac hay cua cho de
o tai tu voi ve vao ra len xuong di den toi qua cac nhung mot gi nao dau sao ai nua roi da dang se vua cung van con
rat qua lam luon khi neu vi boi nen theo nhu thoi xong sap ngay lo nho giup gium dum biet xin lay
""".split()
FILLER_WORDS = frozenset(word(written).accented for written in _FILLER_WORDS)
FILLER_KEYS = frozenset(_FILLER_WITHOUT_ACCENTS)


# A Vietnamese syllable without accents: an initial and a rhyme. What has this form may be a word that
# the catalogue happens not to use; what has not, such as "qiân" or "thhành", is a slip or a foreign word.
_SYLLABLE_FORM = re.compile(
    "(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnprstvx])?"
    "(?:uyen|uyet|uych|uynh|ieng|iec|iem|iep|iet|ieu|ien|yem|yen|yet|yeu|oong|uong|uoc|uoi|uom|uon|uop|uot|uou"
    "|oang|oanh|oach|oac|oai|oam|oan|oap|oat|oay|oao|oeo|oen|oet|oe|oa|uang|uan|uat|uay|uau|uyt|uyu|uya|uy|ue|uo|uu|ua|ui"
    "|ang|anh|ach|ac|ai|am|an|ao|ap|at|au|ay|a|eng|enh|ech|ec|em|en|eo|ep|et|eu|e"
    "|inh|ich|im|in|ip|it|iu|ia|i|ong|oc|oi|om|on|op|ot|o|ung|uc|um|un|up|ut|u|y)"
)


def is_syllable(key: str) -> bool:
    return _SYLLABLE_FORM.fullmatch(key) is not None
