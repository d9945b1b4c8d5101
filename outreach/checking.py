"""What a person should look at before an article is published: plain words, where it stands, what to do.

An error keeps readers out (no words for a picture, a link that leads nowhere); a warning is for the writer to judge.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, get_script_prefix, resolve
from django.utils import timezone, translation

from outreach.models import (
    Article,
    Category,
    InformationPage,
    LibraryFile,
    Material,
    Picture,
    ReadingPoint,
    Tag,
)
from outreach.reading import TOO_LONG, count_syllables, reading_ease
from outreach.structure import Structure, read_structure
from portal.text import fold
from procedures.models import Agency, LegalDocument, Procedure, Sector, ServicePoint

LEAD_SYLLABLES = 75
SYLLABLES_WITHOUT_HEADING = 400


@dataclass(frozen=True)
class Finding:
    level: Literal["error", "warning"]
    text: str
    hint: str


def findings(version) -> list[Finding]:
    """All that is wrong or doubtful in one version, saved or not; errors first, then in the order of the page."""
    page = Page(version)
    found = [finding for check in CHECKS for finding in check(page)]
    return sorted(found, key=lambda finding: finding.level != "error")


@dataclass
class Page:
    """A version, taken apart once for all checks, and the moment from which it is to be read."""

    version: object
    structure: Structure = field(init=False)
    text: str = field(init=False)

    def __post_init__(self):
        self.structure = read_structure(self.version.body)
        self.text = f"{self.version.lead}\n{self.structure.text}"

    @property
    def is_vietnamese(self):
        return self.version.article.language == settings.LANGUAGE_CODE

    @property
    def public_at(self):
        now = timezone.now()
        return max(now, self.version.publish_at or now)


def check_cover(page):
    version = page.version
    if version.cover_id and not version.cover_alt and not version.cover_is_decorative:
        yield Finding(
            "error",
            "Ảnh đầu bài chưa có mô tả.",
            "Viết một câu nói ảnh cho thấy gì, hoặc đánh dấu “ảnh chỉ để trang trí”.",
        )


def check_pictures(page):
    for number, image in enumerate(page.structure.images, start=1):
        if not image.alt and not image.is_decorative:
            yield Finding(
                "error",
                f"Ảnh thứ {number} trong bài chưa có mô tả.",
                "Bấm vào ảnh, viết một câu nói ảnh cho thấy gì.",
            )


def check_headings(page):
    before = 1
    for heading in page.structure.headings:
        if not heading.text:
            yield Finding(
                "error",
                f"Có một đề mục trống (cấp {heading.level}).",
                "Xóa dòng đề mục không có chữ.",
            )
            continue
        if heading.level > before + 1:
            yield Finding("error", *_wrong_level(heading, before))
        before = heading.level


def _wrong_level(heading, before):
    if before == 1:
        return (
            f"Đề mục đầu tiên “{_short(heading.text)}” ở cấp {heading.level}.",
            "Đề mục đầu tiên trong bài phải ở cấp 2.",
        )
    return (
        f"Đề mục “{_short(heading.text)}” nhảy từ cấp {before} xuống cấp {heading.level}.",
        f"Đổi thành cấp {before + 1}, để người nghe máy đọc không tưởng thiếu một phần.",
    )


def check_false_headings(page):
    for text in page.structure.bold_paragraphs:
        yield Finding(
            "warning",
            f"Đoạn “{_short(text)}” in đậm cả đoạn, trông như đề mục.",
            "Nếu là đề mục thì chọn kiểu Đề mục; nếu không thì chỉ in đậm vài chữ.",
        )
    if not page.structure.headings and count_syllables(page.text) > SYLLABLES_WITHOUT_HEADING:
        yield Finding(
            "warning",
            f"Bài dài hơn {SYLLABLES_WITHOUT_HEADING} tiếng mà không có đề mục nào.",
            "Chia bài thành các phần có đề mục để bạn đọc tìm được chỗ mình cần.",
        )


def check_tables(page):
    for number, table in enumerate(page.structure.tables, start=1):
        where = f"Bảng thứ {number}" + (f" (“{_short(table.caption)}”)" if table.caption else "")
        if not table.has_headers:
            yield Finding(
                "error",
                f"{where} không có ô tiêu đề.",
                "Đặt con trỏ vào hàng đầu (hoặc cột đầu) của bảng, chọn làm tiêu đề.",
            )
        if not table.caption:
            yield Finding(
                "warning",
                f"{where} chưa có tên bảng.",
                "Thêm một dòng tên bảng: bảng cho biết gì, của ai, năm nào.",
            )


EMPTY_LINK_TEXTS = {
    *("tai day", "o day", "day", "nay", "xem", "xem them", "xem tai day", "xem o day", "chi tiet"),
    *("xem chi tiet", "doc them", "bam vao day", "nhan vao day", "vao day", "link", "lien ket"),
    *("click", "click vao day", "click here", "here", "read more", "more", "see more", "this"),
}


def check_link_texts(page):
    targets = defaultdict(set)
    for link in page.structure.links:
        words = " ".join(re.findall(r"\w+", fold(link.text)))
        if not words:
            yield Finding(
                "error",
                f"Liên kết tới {_short(link.href)} không có chữ.",
                "Viết chữ cho liên kết, hoặc xóa liên kết.",
            )
        elif words in EMPTY_LINK_TEXTS:
            yield Finding(
                "error",
                f"Liên kết “{link.text}” không nói dẫn tới đâu.",
                "Đặt liên kết vào tên trang sẽ mở, ví dụ “thủ tục đăng ký khai sinh”.",
            )
        elif re.match(r"(https?://|www\.)", link.text, re.IGNORECASE):
            yield Finding(
                "warning",
                f"Liên kết hiện nguyên địa chỉ {_short(link.text)}.",
                "Thay bằng tên trang; bản in tự ghi địa chỉ.",
            )
        else:
            targets[words].add(link.href)
    for words, hrefs in targets.items():
        if len(hrefs) > 1:
            yield Finding(
                "warning",
                f"Liên kết “{_spelled(page, words)}” dùng cho {len(hrefs)} nơi khác nhau.",
                "Viết mỗi liên kết một khác, để người chỉ nghe liên kết phân biệt được.",
            )


def _spelled(page, words):
    texts = [link.text for link in page.structure.links]
    return next(text for text in texts if " ".join(re.findall(r"\w+", fold(text))) == words)


def check_insecure_links(page):
    for link in page.structure.links:
        if link.href.lower().startswith("http:") and not _inside(link.href):
            yield Finding(
                "warning",
                f"Liên kết “{_short(link.text)}” dẫn tới địa chỉ http không bảo mật.",
                "Thử đổi http thành https; trang không mở được thì tìm nguồn khác.",
            )


@dataclass(frozen=True)
class Kind:
    """A kind of page that a link may lead to: which rows there are, and which of them readers find at a moment."""

    rows: object
    key: str
    argument: str
    public: object = None


def _on_open_shelves():
    """What lies on a private shelf never becomes public."""
    return Material.objects.exclude(collection__is_private=True)


KINDS = {
    "procedures:procedure_detail": Kind(
        Procedure.objects.all, "code", "code", lambda at: Procedure.objects.published()
    ),
    "procedures:sector_detail": Kind(Sector.objects.all, "slug", "slug"),
    "procedures:agency_detail": Kind(Agency.objects.all, "slug", "slug"),
    "procedures:service_point_detail": Kind(ServicePoint.objects.all, "slug", "slug"),
    "procedures:legal_document": Kind(LegalDocument.objects.all, "slug", "slug"),
    "procedures:legal_document_file": Kind(LegalDocument.objects.all, "slug", "slug"),
    "outreach:information_page": Kind(
        InformationPage.objects.all, "slug", "slug", InformationPage.objects.published
    ),
    "outreach:article": Kind(Article.objects.all, "slug", "slug", Article.objects.published),
    "outreach:category": Kind(Category.objects.all, "slug", "slug"),
    "outreach:tag": Kind(Tag.objects.all, "slug", "slug"),
    "outreach:material": Kind(_on_open_shelves, "slug", "slug", Material.objects.published),
    "outreach:material_file": Kind(_on_open_shelves, "slug", "slug", Material.objects.published),
    "outreach:reading_point": Kind(ReadingPoint.objects.all, "slug", "slug"),
    # Pictures and files become public together with the article that uses them.
    "picture": Kind(Picture.objects.all, "key", "key"),
    "library_file": Kind(LibraryFile.objects.all, "key", "key"),
}


def check_targets(page):
    """Links and pictures of the portal itself, asked for in one or two queries a kind."""
    asked = defaultdict(lambda: defaultdict(list))
    for href, words in _addresses(page.structure):
        if not _inside(href):
            if not _is_complete(href):
                yield Finding(
                    "error",
                    f"Liên kết “{_short(words)}” có địa chỉ không đầy đủ: {_short(href)}.",
                    "Chọn lại trang cần dẫn tới, hoặc dán cả địa chỉ bắt đầu bằng https://.",
                )
            continue
        match = _resolved(href)
        if match is None:
            yield _leads_nowhere(href, words)
        elif kind := KINDS.get(match.view_name):
            asked[match.view_name][match.kwargs[kind.argument]].append((href, words))
    for view_name, links in asked.items():
        yield from _check_rows(KINDS[view_name], links, page.public_at)


def _check_rows(kind, links, at):
    def among(rows, keys):
        found = rows.filter(**{f"{kind.key}__in": keys})
        return set(found.values_list(kind.key, flat=True))

    public = among(kind.public(at) if kind.public else kind.rows(), list(links))
    hidden = [key for key in links if key not in public]
    known = among(kind.rows(), hidden) if hidden and kind.public else set()
    for key in hidden:
        for href, words in links[key]:
            yield _comes_too_late(words) if key in known else _leads_nowhere(href, words)


def _comes_too_late(words):
    return Finding(
        "warning",
        f"Liên kết “{_short(words)}” dẫn tới trang chưa công khai vào lúc bài này đăng.",
        "Hẹn giờ đăng bài sau khi trang kia công khai, hoặc bỏ liên kết.",
    )


def _leads_nowhere(href, words):
    return Finding(
        "error",
        f"Liên kết “{_short(words)}” dẫn tới {_short(href)}: trên Cổng không có trang này.",
        "Chọn lại trang cần dẫn tới, hoặc xóa liên kết.",
    )


def _addresses(structure):
    yield from ((link.href, link.text) for link in structure.links)
    for image in structure.images:
        yield image.src, image.alt or "ảnh"


def _inside(href):
    """Whether it leads to the portal itself."""
    if href.startswith("/"):
        return not href.startswith("//")
    return href.lower().startswith(settings.SITE_URL.rstrip("/").lower() + "/")


def _is_complete(href):
    return href.startswith("#") or bool(
        re.match(r"(https?://[^/\s]|mailto:.|tel:.)", href, re.IGNORECASE)
    )


def _resolved(href):
    try:
        path = unquote(urlsplit(href).path)
    except ValueError:
        return None
    if not href.startswith("/"):
        # A whole address holds the prefix under which the portal may run; one that begins at the root does not.
        path = "/" + path.removeprefix(get_script_prefix())
    if "\x00" in path:
        return None
    language = translation.get_language_from_path(path) or settings.LANGUAGE_CODE
    with translation.override(language):
        try:
            return resolve(path)
        except Resolver404:
            return None


_NUMBER = re.compile(r"(?<![\w/])\d[\w.]*/(?:\d{4}/)?[A-ZĐƯ]+\d*(?:-[A-ZĐƯ]+\d*)*", re.IGNORECASE)


def check_expired_law(page):
    """Acts that have ended: chosen as related, or named in the text by their number."""
    named = {number.upper() for number in _NUMBER.findall(f"{page.version.title}\n{page.text}")}
    chosen = set()
    if page.version.pk:
        chosen = set(page.version.legal_documents.values_list("number", flat=True))
    if not (named or chosen):
        return
    expired = LegalDocument.objects.expired(timezone.localdate(page.public_at))
    for act in expired.filter(number__in=named | chosen).select_related("replaced_by"):
        where = "Bài nhắc" if act.number.upper() in named else "Mục văn bản liên quan có"
        instead = (
            f"Văn bản thay thế: {act.replaced_by.number}."
            if act.replaced_by
            else "Tìm văn bản đang áp dụng."
        )
        yield Finding(
            "warning",
            f"{where} {act.number}, đã hết hiệu lực từ {act.expired_on:%d/%m/%Y}.",
            f"{instead} Bài kể chuyện cũ, hay nói về việc thay thế, thì giữ nguyên.",
        )


def check_procedures(page):
    if not page.version.pk:
        return
    listed = Procedure.objects.listed(timezone.localdate(page.public_at))
    for procedure in page.version.procedures.exclude(pk__in=listed.values("pk")):
        yield Finding(
            "warning",
            f"Thủ tục liên quan {procedure.code} chưa công khai hoặc đã hết hiệu lực.",
            "Chọn thủ tục đang áp dụng; bài hướng dẫn thì xem lại cả nội dung.",
        )


OLD_WORDS = [
    (
        re.compile(r"(?<!chủ động )mức độ 0?[34]\b", re.IGNORECASE),
        "Nay chỉ có “toàn trình” và “một phần”. Bài kể chuyện cũ thì giữ nguyên.",
    ),
    (
        re.compile(r"\bCPI\b"),
        "Chỉ số năng lực cạnh tranh cấp tỉnh viết tắt là PCI.",
    ),
    (
        re.compile(
            r"(?:UBND|Ủy ban nhân dân|Uỷ ban nhân dân|Một cửa|Công an) (?:cấp )?(?:huyện|quận|thị xã)\b",
            re.IGNORECASE,
        ),
        "Từ 01/07/2025 không còn cấp huyện. Ghi cấp xã hoặc cấp tỉnh; bài kể chuyện cũ thì giữ nguyên.",
    ),
]


def check_old_words(page):
    for pattern, hint in OLD_WORDS:
        if match := pattern.search(f"{page.version.title}\n{page.text}"):
            yield Finding("warning", f"Bài dùng cách gọi cũ “{match[0]}”.", hint)


ABBREVIATIONS = {
    "CCHC": "cải cách hành chính",
    "TTHC": "thủ tục hành chính",
    "UBND": "ủy ban nhân dân",
    "HĐND": "hội đồng nhân dân",
    "DVC": "dịch vụ công",
    "DVCTT": "dịch vụ công trực tuyến",
    "BCCI": "bưu chính công ích",
    "CNTT": "công nghệ thông tin",
    "CĐS": "chuyển đổi số",
    "CSDL": "cơ sở dữ liệu",
    "BHXH": "bảo hiểm xã hội",
    "BHYT": "bảo hiểm y tế",
    "GCN": "giấy chứng nhận",
    "QSDĐ": "quyền sử dụng đất",
    "PAKN": "phản ánh, kiến nghị",
    "CBCC": "cán bộ, công chức",
    "MTTQ": "mặt trận tổ quốc",
}
# In the number of an act (1739/KH-UBND) it is no word.
_ABBREVIATION = re.compile(rf"(?<![\w/-])(?:{'|'.join(ABBREVIATIONS)})(?![\w-])")


def check_abbreviations(page):
    """Officials know them, citizens do not: the first use stands beside the full words."""
    if not page.is_vietnamese:
        return
    text = page.text.lower().replace("uỷ", "ủy")
    first = {}
    for match in _ABBREVIATION.finditer(page.text):
        first.setdefault(match[0], match.end())
    for match in _ABBREVIATION.finditer(page.version.title):
        first.setdefault(match[0], len(page.text))
    for short, end in first.items():
        full = ABBREVIATIONS[short]
        if full not in text[: end + len(full) + 4]:
            yield Finding(
                "warning",
                f"“{short}” viết tắt mà chưa giải thích.",
                f"Lần đầu viết “{full} ({short})”, hoặc viết đủ chữ.",
            )


def check_capitals(page):
    for text in (page.version.title, page.version.lead, *page.structure.blocks):
        if run := _capital_run(text):
            yield Finding(
                "warning",
                f"Đoạn “{_short(run)}” viết hoa toàn bộ.",
                "Viết chữ thường: chữ hoa khó đọc, máy đọc có thể đánh vần từng chữ.",
            )


def _capital_run(text):
    """The first four or more words in a row that are written in capitals, if any. A comma ends a row: SIPAS, PAPI."""
    for part in re.split(r"[,;]", text):
        run = []
        for word in [*part.split(), ""]:
            if word.isupper():
                run.append(word)
            elif len(run) >= 4:
                return " ".join(run)
            else:
                run = []
    return ""


def check_lead(page):
    length = count_syllables(page.version.lead)
    if page.is_vietnamese and length > LEAD_SYLLABLES:
        yield Finding(
            "warning",
            f"Lời dẫn dài {length} tiếng.",
            f"Rút còn hai, ba câu, không quá {LEAD_SYLLABLES} tiếng: có gì mới, với ai, từ bao giờ.",
        )


def check_reading_ease(page):
    if not page.is_vietnamese:
        return
    ease = reading_ease([page.version.lead, *page.structure.sentences_of])
    if not ease.is_easy:
        yield Finding(
            "warning",
            f"Bài {ease.grade}: trung bình {ease.written_average} tiếng một câu.",
            "Tách câu dài, mỗi câu một ý; liệt kê thì dùng danh sách.",
        )
    for sentence, length in ease.longest:
        yield Finding(
            "warning",
            f"Câu dài {length} tiếng: “{_short(sentence, 120)}”",
            f"Tách thành các câu không quá {TOO_LONG} tiếng.",
        )


CHECKS = [
    check_cover,
    check_lead,
    check_headings,
    check_false_headings,
    check_pictures,
    check_tables,
    check_link_texts,
    check_targets,
    check_insecure_links,
    check_expired_law,
    check_procedures,
    check_old_words,
    check_abbreviations,
    check_capitals,
    check_reading_ease,
]


def _short(text, length=60):
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
