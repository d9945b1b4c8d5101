"""What a person should look at before an issue of the e-bulletin goes out: plain words, and what to do.

An error keeps it from being submitted or approved; a warning is for people to judge.
"""

from collections import Counter
from datetime import timedelta

from django.utils import timezone

from outreach.checking import Finding
from outreach.issue_contents import days_of, differences
from outreach.models import BulletinIssue

# A number that was true a quarter of a year ago is told as of that day, or not at all.
FIGURE_DAYS = 100
# A piece longer than a screen of a telephone is not read in a letter: the rest stands on its page.
TEXT_LENGTH = 900


def findings(issue, at=None) -> list[Finding]:
    """All that is wrong or doubtful, errors first, then in the order of the pieces."""
    at = at or timezone.now()
    items = list(issue.items.select_related("article", "material", "figure"))
    found = [
        *check_parts(issue, items),
        *check_sources(issue, at),
        *check_number(issue),
        *check_titles(items),
        *check_lengths(items),
        *check_figures(items, max(at, issue.publish_at or at)),
        *check_samples(issue, items),
    ]
    return sorted(found, key=lambda finding: finding.level != "error")


def check_parts(issue, items):
    if not issue.lead.strip():
        yield Finding("error", "Chưa có lời ngỏ.", "Viết vài câu: số này có gì, với ai.")
    if not items:
        yield Finding("error", "Số này chưa có phần nào.", "Thêm tin bài, tài liệu, số liệu.")


def check_sources(issue, at):
    for words in differences(issue, at):
        yield Finding("error", words, "Xem ở phần ấy trong trang soạn.")


def check_number(issue):
    earlier = BulletinIssue.objects.filter(year=issue.year, number__lt=issue.number)
    last = earlier.order_by("-number").values_list("number", flat=True).first() or 0
    if issue.number == last + 1:
        return
    before = f"đứng ngay sau số {last}" if last else "là số đầu tiên của năm"
    yield Finding(
        "warning",
        f"Số {issue.number}/{issue.year} {before}.",
        f"Nếu không bỏ số thì ghi số {last + 1}.",
    )


def check_titles(items):
    titles = Counter(item.title.casefold() for item in items)
    for item in items:
        if titles.pop(item.title.casefold(), 1) > 1:
            yield Finding(
                "warning",
                f"Có hơn một phần cùng tên “{item.title}”.",
                "Bỏ phần trùng, hoặc đổi tên để người đọc phân biệt.",
            )


def check_lengths(items):
    for item in items:
        if len(item.text) > TEXT_LENGTH:
            yield Finding(
                "warning",
                f"“{item.title}” dài {len(item.text)} chữ cái, quá dài để đọc trong thư.",
                f"Rút còn dưới {TEXT_LENGTH}; phần còn lại người đọc mở bài gốc.",
            )


def check_figures(items, at):
    oldest = timezone.localdate(at) - timedelta(days=FIGURE_DAYS)
    for item in items:
        if item.figure and item.figure.as_of < oldest:
            yield Finding(
                "warning",
                f"“{item.title}” là số {days_of(item.figure)}, đã quá {FIGURE_DAYS} ngày.",
                "Lấy số mới hơn, hoặc bỏ.",
            )


def check_samples(issue, items):
    if issue.is_sample:
        return
    for item in items:
        source = item.article or item.material or item.figure
        if source and source.is_sample:
            yield Finding(
                "warning",
                f"“{item.title}” lấy từ nội dung mẫu.",
                "Thay bằng nội dung thật, hoặc đánh dấu cả số này là nội dung mẫu.",
            )
