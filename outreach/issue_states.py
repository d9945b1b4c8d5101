"""Where an issue stands on its way to the public: of one in words, of many as rows. Both say the same."""

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from outreach.article_states import ArticleState as State
from outreach.models import ArticleVersion, BulletinItem, Material


def state_of(issue, at=None) -> State:
    at = at or timezone.now()
    if issue.withdrawn_at:
        return State("đã gỡ lúc", issue.withdrawn_at)
    if issue.is_public(at):
        return State("đã ra lúc", issue.public_from)
    if issue.approved_at:
        return State("đã duyệt, hẹn ra lúc", issue.public_from)
    if issue.is_waiting:
        return State("chờ duyệt từ", issue.submitted_at)
    if issue.returned_at:
        return State("bị trả lại lúc", issue.returned_at)
    return State("đang soạn")


def being_composed(issues, at=None):
    return issues.filter(submitted_at=None)


def waiting(issues, at=None):
    return issues.waiting_for_approval()


def returned(issues, at=None):
    return issues.filter(returned_at__isnull=False, approved_at=None)


def scheduled(issues, at=None):
    return issues.filter(public_from__gt=at or timezone.now(), withdrawn_at=None)


def out(issues, at=None):
    return issues.public(at)


def withdrawn(issues, at=None):
    return issues.filter(withdrawn_at__isnull=False)


def with_changed_sources(issues, at=None):
    """Not approved, with a piece whose source says something else by now; see `issue_contents.differences`."""
    versions = ArticleVersion.objects.public(at).filter(pk=OuterRef("article_version"))
    materials = Material.objects.published(at).filter(pk=OuterRef("material"))
    changed = BulletinItem.objects.filter(
        Q(article__isnull=False) & ~Exists(versions)
        | Q(material__isnull=False) & ~Exists(materials)
        | Q(figure__replaced_by__isnull=False),
        issue=OuterRef("pk"),
    )
    return issues.filter(Exists(changed), approved_at=None)


# By the value in the address of the list: its words, and its rows.
FACETS = {
    "dang-soan": ("Đang soạn", being_composed),
    "cho-duyet": ("Chờ duyệt", waiting),
    "tra-lai": ("Bị trả lại", returned),
    "hen-ra": ("Đã duyệt, hẹn ra", scheduled),
    "da-ra": ("Đã ra", out),
    "da-go": ("Đã gỡ", withdrawn),
}
