"""Where an article stands on its way to the public: of one in words, of many as rows. Both say the same."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery
from django.utils import timezone
from django.utils.formats import date_format

from outreach.models import ArticleVersion


@dataclass(frozen=True)
class ArticleState:
    """A state in words with the moment that belongs to it."""

    words: str
    moment: datetime | None = None

    def __str__(self):
        return f"{self.words} {moment_in_words(self.moment)}" if self.moment else self.words


def moment_in_words(moment) -> str:
    """As staff read moments: 10:25 ngày 22/11/2026."""
    moment = timezone.localtime(moment)
    return f"{moment:%H:%M} ngày {date_format(moment.date(), 'SHORT_DATE_FORMAT')}"


def with_standing(articles):
    """Fetch of each article the versions that its state and its line in a list need, without their long texts."""
    later = ArticleVersion.objects.filter(
        article=OuterRef("article"), number__gt=OuterRef("number")
    )
    versions = ArticleVersion.objects.filter(Q(approved_at__isnull=False) | ~Exists(later))
    return articles.prefetch_related(
        Prefetch(
            "versions",
            versions.select_related("category", "saved_by").defer("lead", "body", "return_reason"),
            # Not among `versions`: a filter of those would keep to what was fetched here.
            to_attr="standing",
        )
    )


def state_of(article, at=None) -> ArticleState:
    """The state of an article whose versions were fetched by `with_standing`, or of any other."""
    at = at or timezone.now()
    fetched = getattr(article, "standing", None)
    versions = article.versions.all() if fetched is None else fetched
    approved = [version for version in versions if version.approved_at]
    newest = article.newest_version
    if newest is None:
        return ArticleState("chưa viết")
    public = next((version for version in approved if version.is_public(at)), None)
    coming = min(
        (version.public_from for version in approved if version.public_from > at), default=None
    )
    ended = [version.public_until for version in approved if version.public_from <= at]
    if public:
        return _state_of_public(public, newest, coming)
    if newest.is_waiting:
        return ArticleState("chờ duyệt từ", newest.submitted_at)
    if newest.returned_at:
        return ArticleState("bị trả lại lúc", newest.returned_at)
    if coming:
        return ArticleState("hẹn đăng lúc", coming)
    if ended:
        return ArticleState("đã gỡ lúc", max(ended))
    return ArticleState("bản thảo")


def _state_of_public(public, newest, coming):
    if newest.is_waiting:
        return ArticleState("đang đăng, có bản sửa chờ duyệt từ", newest.submitted_at)
    if newest.returned_at:
        return ArticleState("đang đăng, bản sửa bị trả lại lúc", newest.returned_at)
    if coming:
        return ArticleState("đang đăng, bản sửa hẹn đăng lúc", coming)
    if not newest.approved_at:
        return ArticleState("đang đăng, có bản sửa chưa gửi duyệt")
    if public.public_until:
        return ArticleState("đang đăng, sẽ gỡ lúc", public.public_until)
    return ArticleState("đang đăng")


# Rows: what the filter of the list and the work queues ask for.


def waiting(articles, at=None):
    """A version waits for approval, of a new article or of a public one."""
    return articles.filter(_newest(submitted_at__isnull=False, returned_at=None, approved_at=None))


def returned(articles, at=None):
    return articles.filter(_newest(returned_at__isnull=False, approved_at=None))


def scheduled(articles, at=None):
    return articles.filter(Exists(_of_article(ArticleVersion.objects.scheduled(at))))


def public(articles, at=None):
    return articles.filter(_public(at))


def being_edited(articles, at=None):
    """Public, with newer words that are not."""
    return public(articles, at).filter(_newest(approved_at=None))


def expiring(articles, at=None):
    """Public, with an end that no later version puts off."""
    ending = ArticleVersion.objects.public(at).filter(public_until__isnull=False)
    return articles.filter(Exists(_of_article(ending)) & ~_scheduled(at))


def ended(articles, at=None):
    """Was public, is not, and no other version is on its way."""
    begun = ArticleVersion.objects.filter(public_from__lte=at or timezone.now())
    return articles.filter(
        Exists(_of_article(begun))
        & ~_public(at)
        & ~_scheduled(at)
        & ~_newest(submitted_at__isnull=False, approved_at=None)
    )


def drafts(articles, at=None):
    """Never public, not scheduled, and nobody is asked to approve it."""
    approved = ArticleVersion.objects.filter(approved_at__isnull=False)
    return articles.filter(~Exists(_of_article(approved)) & _newest(submitted_at=None))


def resting_on_ended_acts(articles, at=None):
    """Public, and naming an act that has ended."""
    at = at or timezone.now()
    ended_act = ArticleVersion.objects.public(at).filter(
        legal_documents__expired_on__lte=timezone.localdate(at)
    )
    return articles.filter(Exists(_of_article(ended_act)))


def newest_moment(field):
    """A moment of the newest version, as an expression over articles."""
    newest = ArticleVersion.objects.filter(article=OuterRef("pk")).order_by("-number")
    return Subquery(newest.values(field)[:1])


# By the value in the address of the list: its words, and its rows.
FACETS = {
    "ban-thao": ("Bản thảo", drafts),
    "cho-duyet": ("Chờ duyệt", waiting),
    "tra-lai": ("Bị trả lại", returned),
    "hen-dang": ("Hẹn đăng", scheduled),
    "dang-dang": ("Đang đăng", public),
    "dang-sua": ("Đang đăng, có bản sửa chưa đăng", being_edited),
    "se-go": ("Đang đăng, sẽ gỡ", expiring),
    "da-go": ("Đã gỡ", ended),
}


def _of_article(versions):
    return versions.filter(article=OuterRef("pk"))


def _newest(**state):
    return Exists(_of_article(ArticleVersion.objects.newest().filter(**state)))


def _public(at):
    return Exists(_of_article(ArticleVersion.objects.public(at)))


def _scheduled(at):
    return Exists(_of_article(ArticleVersion.objects.scheduled(at)))
