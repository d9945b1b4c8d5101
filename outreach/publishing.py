"""The way of an article to the public: saved, submitted, returned or approved by another person, taken down.

Nothing here is done later by a job: an approved version carries the span of time in which it is public.
"""

import re
from copy import copy

from django.contrib.postgres.search import SearchVector
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max, Value
from django.utils import timezone
from django.utils.html import strip_tags

from outreach.checking import findings
from outreach.models import Article, ArticleText, ArticleVersion, LibraryFile, Picture
from portal.text import fold

_PICTURE = re.compile(r"/hinh-anh/([a-z0-9]{16})/")
_FILE = re.compile(r"/tep/([a-z0-9]{16})/")


class Overtaken(ValidationError):
    """Somebody saved another version while this one was being written."""

    def __init__(self, newest):
        self.newest = newest
        super().__init__("Bài đã có bản mới hơn. Xin mở lại để xem bản mới nhất.")


@transaction.atomic
def save_version(
    version,
    *,
    by=None,
    tags=(),
    files=(),
    procedures=(),
    legal_documents=(),
    made_from=None,
    now=None,
):
    """Keep an unsaved version as the newest of its article. What is public stays as it is.

    `made_from` is the number of the version that its writer began with: nobody's later words are passed over.
    """
    Article.objects.select_for_update().get(pk=version.article_id)
    newest = version.article.versions.order_by("-number").first()
    last = newest.number if newest else 0
    if made_from is not None and made_from != last:
        raise Overtaken(newest)
    version.pk, version.number = None, last + 1
    version.saved_at, version.saved_by = now or timezone.now(), by
    for field in ("submitted", "returned", "approved"):
        setattr(version, f"{field}_at", None)
        setattr(version, f"{field}_by", None)
    version.return_reason = ""
    version.public_from = version.public_until = version.published_at = None
    version._state.adding = True
    version.save(force_insert=True)
    version.tags.add(*tags)
    version.files.add(*files)
    version.procedures.add(*procedures)
    version.legal_documents.add(*legal_documents)
    version.pictures.add(*_named_in(version.body, _PICTURE, Picture))
    version.linked_files.add(*_named_in(version.body, _FILE, LibraryFile))
    return version


def _named_in(body, address, model):
    keys = set(address.findall(body))
    return model.objects.filter(key__in=keys) if keys else []


def restore_version(version, *, by=None, made_from=None, now=None):
    """Make the words of an earlier version the newest again. Moments that have passed ask for nothing."""
    now = now or timezone.now()
    parts = {
        name: list(getattr(version, name).all())
        for name in ("tags", "files", "procedures", "legal_documents")
    }
    again = copy(version)
    for name in ("publish_at", "expires_at"):
        moment = getattr(version, name)
        setattr(again, name, moment if moment and moment > now else None)
    return save_version(again, by=by, made_from=made_from, now=now, **parts)


@transaction.atomic
def submit(version, *, by, now=None):
    """Ask another person to approve the newest version."""
    now = now or timezone.now()
    version = _newest_and_locked(version)
    if version.approved_at:
        raise ValidationError("Bản này đã được duyệt.")
    if version.is_waiting:
        raise ValidationError("Bản này đã được gửi duyệt.")
    _refuse_faults(version)
    _refuse_past_end(version, now)
    version.submitted_at, version.submitted_by = now, by
    version.returned_at, version.returned_by, version.return_reason = None, None, ""
    version.save(
        update_fields=[
            "submitted_at",
            "submitted_by",
            "returned_at",
            "returned_by",
            "return_reason",
        ]
    )
    return version


@transaction.atomic
def send_back(version, *, by, reason, now=None):
    """Return a submitted version to its writer, who is told why."""
    version = _newest_and_locked(version)
    if not version.is_waiting:
        raise ValidationError("Bản này không ở trạng thái chờ duyệt.")
    if not reason.strip():
        raise ValidationError("Xin ghi lý do trả lại để người viết biết cần sửa gì.")
    version.returned_at, version.returned_by = now or timezone.now(), by
    version.return_reason = reason
    version.save(update_fields=["returned_at", "returned_by", "return_reason"])
    return version


@transaction.atomic
def approve(version, *, by, now=None):
    """Make the newest version public from its moment on: at once, or when its writer asked for it.

    What is public until then stays until then; what had been scheduled for later gives way.
    """
    now = now or timezone.now()
    version = _newest_and_locked(version)
    if not version.is_waiting:
        raise ValidationError("Chỉ duyệt được bản đang chờ duyệt.")
    if by is not None and by.pk in writers_since_approval(version):
        raise ValidationError("Người viết không tự duyệt bài của mình. Xin nhờ người khác duyệt.")
    _refuse_faults(version)
    _refuse_past_end(version, now)
    version.published_at, version.public_from = dates_if_approved(version, now)
    _make_way(version, version.public_from)
    version.approved_at, version.approved_by = now, by
    version.public_until = version.expires_at
    version.save(
        update_fields=[
            "approved_at",
            "approved_by",
            "public_from",
            "public_until",
            "published_at",
        ]
    )
    _index(version)
    return version


@transaction.atomic
def withdraw(article, *, now=None):
    """Take an article down at once, with whatever was scheduled for it. Say whether anything was public or to be.

    What waits for approval has to be submitted anew: nobody puts back by a click what was just taken down.
    """
    now = now or timezone.now()
    article = Article.objects.select_for_update().get(pk=article.pk)
    coming = _unschedule(article.versions.scheduled(now))
    shown = article.versions.public(now).update(public_until=now)
    if coming or shown:
        waiting = ArticleVersion.objects.waiting_for_approval().filter(article=article)
        waiting.update(submitted_at=None, submitted_by=None)
    return bool(coming or shown)


@transaction.atomic
def cancel_schedule(article, *, now=None):
    """Call off what is still to come; what is public stays, until its own end."""
    now = now or timezone.now()
    article = Article.objects.select_for_update().get(pk=article.pk)
    cancelled = _unschedule(article.versions.scheduled(now))
    if cancelled:
        article.versions.public(now).update(public_until=F("expires_at"))
    return cancelled


def dates_if_approved(version, now):
    """The date line that the article would have, and when this version would become public, were it approved now."""
    starts_at = max(now, version.publish_at or now)
    public_ever = ArticleVersion.objects.filter(
        article=version.article_id, public_from__lt=starts_at
    )
    earliest = public_ever.order_by("public_from").values_list("published_at", flat=True).first()
    return earliest or starts_at, starts_at


def writers_since_approval(version):
    """Keys of those who wrote what would become public by approving: all that was saved since the last approval."""
    approved = version.article.versions.filter(approved_at__isnull=False)
    last = approved.aggregate(last=Max("number"))["last"] or 0
    later = version.article.versions.filter(number__gt=last, saved_by__isnull=False)
    return set(later.values_list("saved_by", flat=True))


def _newest_and_locked(version):
    """The version as the database has it; nobody else decides on the article meanwhile."""
    Article.objects.select_for_update().get(pk=version.article_id)
    version = ArticleVersion.objects.select_related("article").get(pk=version.pk)
    newest = version.article.versions.order_by("-number").first()
    if newest.number > version.number:
        raise Overtaken(newest)
    return version


def _refuse_faults(version):
    faults = [finding.text for finding in findings(version) if finding.level == "error"]
    if faults:
        raise ValidationError(faults)


def _refuse_past_end(version, now):
    starts_at = max(now, version.publish_at or now)
    if version.expires_at and version.expires_at <= starts_at:
        raise ValidationError(
            "Giờ gỡ đã qua hoặc trước giờ đăng. Xin sửa giờ gỡ rồi gửi duyệt lại."
        )


def _make_way(version, starts_at):
    """End what is public when the new version begins, and call off what was to begin after it."""
    others = ArticleVersion.objects.filter(article=version.article_id)
    _unschedule(others.filter(public_from__gte=starts_at))
    others.public(starts_at).update(public_until=starts_at)


def _unschedule(versions):
    """Back to the state before approval."""
    pks = list(versions.values_list("pk", flat=True))
    ArticleText.objects.filter(version__in=pks).delete()
    return ArticleVersion.objects.filter(pk__in=pks).update(
        approved_at=None,
        approved_by=None,
        submitted_at=None,
        submitted_by=None,
        public_from=None,
        public_until=None,
        published_at=None,
    )


def _index(version):
    """Let the search find the version: words with accents and without, those of the title first."""
    title, text = version.title, f"{version.lead}\n{strip_tags(version.body)}"
    vector = (
        SearchVector(Value(f"{title.lower()} {fold(title)}"), weight="A", config="simple")
        + SearchVector(
            Value(f"{version.lead.lower()} {fold(version.lead)}"), weight="B", config="simple"
        )
        + SearchVector(Value(f"{text.lower()} {fold(text)}"), weight="D", config="simple")
    )
    ArticleText.objects.filter(version=version).delete()
    ArticleText.objects.create(version=version, vector=vector)
