"""Names of people in Vietnamese text: by the word before them, by their surname, and not those of places and offices."""

import re

_CAPITALS = "".join(chr(code) for code in range(0xC0, 0x1EFA) if chr(code).isupper())
CAPITAL = f"[A-Z{_CAPITALS}]"
LETTER = r"[^\W\d_]"
_WORD = rf"{CAPITAL}{LETTER}{{0,7}}(?!{LETTER})"
_BLANK = "[ \u00a0]"
_NAME = rf"{_WORD}(?:{_BLANK}{_WORD}){{0,4}}"

_SURNAMES = """
    Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trương Đoàn Lâm Mai Trịnh Đào Cao
    Hà Tô Tạ Châu Quách Thạch Danh Kim Sơn Lưu Thái Tăng Vương Lương Phùng Nghiêm Kiều Hứa Diệp Triệu Tống Mạc Khưu
    Tiêu Âu Liêu Tiết Mã Ngụy Bành Lục Nhan Doãn Khổng Lữ Ưng Nhâm Cù Đàm Chế Chu Thiều Đồng Ninh Phương Giáp Lạc
    Hữu Neang Thị Kiên Lư Bạch
""".split()
# Ordinary words as well: "Từ Cà Mau…", "Văn Phòng", "Trang Web".
_SURNAMES_BEFORE_A_MIDDLE_NAME = (
    "Từ Văn La Lại Chung Thân Hàn Ông Viên Trang Giang Tôn Tất Thành Công".split()
)
_MIDDLE_NAMES = {"văn", "thị", "hữu", "ngọc", "thanh", "minh", "hoàng", "quốc", "thành", "kim"}
# Those that are no other word even in a line of capitals.
_PLAIN = set(
    "nguyễn trần lê phạm huỳnh hoàng phan võ đặng bùi ngô trương đoàn trịnh quách khưu đinh".split()
)
_EITHER = "|".join(
    {
        form
        for name in (*_SURNAMES, *_SURNAMES_BEFORE_A_MIDDLE_NAME)
        for form in (name, name.upper())
    }
)
_FULL_NAME = re.compile(rf"(?<!\w)(?:{_EITHER}){_BLANK}{_NAME}")
# As people type in haste, without capitals: only with the middle name that nothing else has.
_SMALL = "|".join(name.lower() for name in (*_SURNAMES, *_SURNAMES_BEFORE_A_MIDDLE_NAME))
_SMALL_NAME = re.compile(
    rf"(?<!\w)(?:{_SMALL}){_BLANK}(?:thị|văn){_BLANK}{LETTER}{{1,7}}(?!{LETTER})"
)

_TITLE = (
    r"(?<![\w])(?i:ông|bà|anh|chị|cô|chú|em|bác|cháu|cậu|dì|mợ|thím|dượng|thầy|vợ|chồng|mẹ|má|cha|bé"
    r"|họ và tên|họ tên|tên|con trai|con gái|đồng chí|đ/c)"
    r"(?i: tên)?(?i: là)?:?"
)
_TITLED_NAME = re.compile(rf"{_TITLE}{_BLANK}({_NAME})")
_TITLED_SMALL_NAME = re.compile(
    rf"{_TITLE}{_BLANK}((?:{'|'.join(sorted(_PLAIN))}){_BLANK}{LETTER}{{1,7}}(?!{LETTER}))"
)
# Officers are spoken of by their office, groups by what they have in common.
_OFFICES = set(
    """
    chủ phó giám trưởng bí hiệu cán thủ sở phòng ủy uỷ ubnd hđnd mttq hội đảng nhà tòa toà viện ban bộ cục ấp khóm xã
    phường tỉnh huyện tổ khmer người cổng rịa tp vneid cccd cmnd ông bà chị cô chú em bác
    """.split()
)
_PAIRS = {
    "công an", "công chức", "công ty", "công dân", "công đoàn", "công nghệ", "trung tâm", "trung quốc", "chi cục",
    "chi nhánh", "văn phòng", "văn thư", "văn bản", "văn hóa", "văn hoá", "thành phố", "thành viên", "việt nam",
    "hàn quốc", "đài loan", "nhật bản", "hoa kỳ", "cà mau", "bạc liêu", "hợp tác", "doanh nghiệp",
    "hà nội", "hà nam", "hà giang", "hà tĩnh", "hà tiên", "hồ sơ", "cao bằng", "cao đẳng", "cao lãnh", "cao tuổi",
    "cao cấp", "thái nguyên", "thái bình", "thái lan", "thái độ", "lâm đồng", "lâm nghiệp", "sơn la", "sơn tây",
    "lý lịch", "lý do", "danh sách", "danh mục", "danh dự", "đào tạo", "lưu trữ", "lưu ý", "lương hưu", "mai táng",
    "phương án", "phương tiện", "đồng nai", "đồng tháp", "đồng ý", "ninh bình", "ninh thuận", "kiên giang",
    "chu lai", "kim ngạch", "kim loại", "dương lịch", "đoàn thanh", "đoàn thể",
    "thạch anh", "tiết kiệm", "lục bình", "châu âu", "châu á", "châu đốc", "châu phi",
    "hoàng sa", "đỗ xe", "thị trấn", "thị xã",
    "thị trường", "thị thực", "thị đội", "hữu nghị", "tăng cường", "hồ bơi",
    "đồng bằng", "phan thiết", "phan rang", "vũ trang", "võ thuật", "mã số", "mã vạch",
    "mã qr", "triệu đồng", "phương thức", "phương pháp", "kiều bào", "kiều hối",
}  # fmt: skip
# Communes of the province, as of today and as they were, that are called after people, and a few more.
_PLACES = {
    "trần văn thời", "trần hợi", "trần thới", "trần phán", "hồ thị kỷ", "lý văn lâm", "nguyễn phích", "nguyễn huân",
    "nguyễn việt khái", "phan ngọc hiển", "tạ an khương", "tạ an khương đông", "tạ an khương nam", "quách phẩm",
    "quách phẩm bắc", "lương thế trân", "châu thới", "châu hưng", "châu hưng a", "lâm hải", "hồ chí minh",
}  # fmt: skip
# Before a name that is no person's: an office of that commune, a street, a school…
_NAMED_AFTER = re.compile(
    r"(?:(?:ubnd|ủy ban nhân dân|uỷ ban nhân dân|hđnd|hội đồng nhân dân|đảng ủy|phục vụ hành chính công)"
    r" (?:xã|phường|huyện)|đường|phố|hẻm|ngõ|trường|tiểu học|thcs|thpt|trung học cơ sở|trung học phổ thông|mầm non"
    r"|mẫu giáo|đại học|bệnh viện|chợ|cầu|kênh|rạch|sông|công viên|quảng trường|tượng đài|vòng xoay|ngã ba|ngã tư"
    r"|bến xe|chùa|đền|đình|cống|giải thưởng|học bổng|quỹ|quận|huyện|tỉnh|thành phố|tp\.?|thị trấn|khu dân cư)[ \u00a0]$",
    re.IGNORECASE,
)
_BEFORE = 48


def names(text: str) -> list[tuple[int, int, bool]]:
    """Where names of people stand, and whether a word such as "ông", "chị" goes before."""
    found = [
        (*match.span(1), True)
        for pattern in (_TITLED_NAME, _TITLED_SMALL_NAME)
        for match in pattern.finditer(text)
        if _may_follow_a_title(match, text)
    ]
    found += [
        (*match.span(), False) for match in _FULL_NAME.finditer(text) if _is_full_name(match, text)
    ]
    return found + [(*match.span(), False) for match in _SMALL_NAME.finditer(text)]


def initials(name: str) -> str:
    """Nguyễn Văn An as N.V.A."""
    return ".".join(word[0].upper() for word in name.split())


def _may_follow_a_title(match, text):
    name = match[1]
    words = name.lower().split()
    following = _next_word(text, match.end())
    pair = f"{words[0]} {(words[1:] or [following])[0]}"
    if words[0] in _OFFICES or pair in _PAIRS or name.lower() in _PLACES:
        return False
    if len(words) == 1 and (len(name) == 1 or name.isupper() and name.isascii()):
        # One letter is a name that is masked already; capitals alone are an abbreviation.
        return False
    if match[0].isupper() and words[0] not in _PLAIN and len(words) > 1:
        # A line in capitals: "TÊN THỦ TỤC".
        return words[1] in _MIDDLE_NAMES
    return match[0].lower() != "bác hồ"


def _is_full_name(match, text):
    words = match[0].lower().split()
    pair = " ".join(words[:2])
    if pair in _PAIRS or " ".join(words) in _PLACES:
        return False
    if _NAMED_AFTER.search(text, max(0, match.start() - _BEFORE), match.start()):
        return False
    has_middle_name = words[1] in _MIDDLE_NAMES and len(words) > 2
    if match[0].split()[0].capitalize() in _SURNAMES_BEFORE_A_MIDDLE_NAME:
        return has_middle_name
    return words[0] in _PLAIN or has_middle_name or not match[0].isupper()


def _next_word(text, place):
    match = re.compile(rf"{_BLANK}({LETTER}{{1,8}}|-)").match(text, place)
    return match[1].lower() if match else ""
