"""The way of an issue of the e-bulletin: composed, submitted, returned or approved by another person, out, corrected."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from outreach import figure_work
from outreach.issue_checking import findings
from outreach.models import ArticleVersion, BulletinIssue, BulletinItem


def next_number(year) -> int:
    last = BulletinIssue.objects.filter(year=year).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


@transaction.atomic
def note_change(issue, *, by, now=None):
    """Note who changed the words of an issue that is still open; to be called in the transaction of the change."""
    issue = _locked(issue)
    if not issue.is_open:
        raise ValidationError("Số này đã gửi duyệt hoặc đã duyệt: lời trong số không sửa được nữa.")
    issue.changed_at = now or timezone.now()
    issue.save(update_fields=["changed_at"])
    if by is not None:
        issue.composers.add(by)
    return issue


def article_item(issue, article, *, section="", order=0):
    """An unsaved piece with the words of an article as the public reads it now."""
    version = ArticleVersion.objects.public().filter(article=article).first()
    if version is None:
        raise ValidationError(f"“{article}”: bài này không còn đăng trên Cổng.")
    return BulletinItem(
        issue=issue,
        order=order,
        kind=BulletinItem.Kind.ARTICLE,
        section=section,
        title=version.title,
        text=version.lead,
        article=article,
        article_version=version,
    )


def material_item(issue, material, *, section="", order=0):
    return BulletinItem(
        issue=issue,
        order=order,
        kind=BulletinItem.Kind.MATERIAL,
        section=section,
        title=material.title,
        text=material.summary,
        material=material,
    )


def figure_item(issue, figure, *, section="", order=0):
    return BulletinItem(
        issue=issue,
        order=order,
        kind=BulletinItem.Kind.FIGURE,
        section=section,
        title=figure.label,
        figure=figure,
    )


@transaction.atomic
def add_pieces(issue, items):
    """Put unsaved pieces behind those that the issue has."""
    last = issue.items.aggregate(last=Max("order"))["last"] or 0
    for place, item in enumerate(items, start=last + 1):
        item.order = place
        item.full_clean()
        item.save()


@transaction.atomic
def put_in_order(issue, before):
    """Count the places of the pieces from one on.

    `before` has the places until now by key: who takes the place of another comes before it from below, and
    behind it from above, as the list then reads.
    """

    def place_of(item):
        was = before.get(item.pk, item.order)
        return item.order, (item.order > was) - (item.order < was), was, item.pk

    for place, item in enumerate(sorted(issue.items.all(), key=place_of), start=1):
        if item.order != place:
            item.order = place
            item.save(update_fields=["order"])


def take_anew(item):
    """The words, or the number, that the source has now."""
    if item.article_id:
        fresh = article_item(item.issue, item.article)
        item.article_version = fresh.article_version
    elif item.material_id:
        fresh = material_item(item.issue, item.material)
    else:
        fresh = figure_item(item.issue, figure_work.newest(item.figure))
        fresh.text, item.figure = item.text, fresh.figure
    item.title, item.text = fresh.title, fresh.text
    item.save()


def keep_words(item):
    """The source was read again, and the piece says what it should."""
    item.article_version = article_item(item.issue, item.article).article_version
    item.save(update_fields=["article_version"])


def composers_of(issue):
    """Keys of those who put anything into an issue or handed it over; none of them lets it out."""
    composers = set(issue.composers.values_list("pk", flat=True))
    return composers | {issue.submitted_by_id} - {None}


def submit(issue, *, by, now=None):
    """Ask another person to let the issue out, with the numbers that its sources give now."""
    # Kept also if the issue is refused: its composer then sees which number is another.
    figure_work.remeasure_issue(issue, by=by)
    return _submit(issue, by, now)


@transaction.atomic
def _submit(issue, by, now):
    issue = _locked(issue)
    if issue.approved_at:
        raise ValidationError("Số này đã được duyệt.")
    if issue.is_waiting:
        raise ValidationError("Số này đã được gửi duyệt.")
    _refuse_faults(issue)
    issue.submitted_at, issue.submitted_by = now or timezone.now(), by
    issue.returned_at, issue.returned_by, issue.return_reason = None, None, ""
    issue.save()
    return issue


@transaction.atomic
def send_back(issue, *, by, reason, now=None):
    issue = _locked(issue)
    if not issue.is_waiting:
        raise ValidationError("Số này không ở trạng thái chờ duyệt.")
    if not reason.strip():
        raise ValidationError("Xin ghi lý do trả lại để người soạn biết cần sửa gì.")
    issue.returned_at, issue.returned_by = now or timezone.now(), by
    issue.return_reason = reason
    issue.save()
    return issue


def approve(issue, *, by, now=None):
    """Let the issue out: at once, or at the moment that its composer chose."""
    figure_work.remeasure_issue(issue, by=by)
    return _approve(issue, by, now or timezone.now())


@transaction.atomic
def _approve(issue, by, now):
    issue = _locked(issue)
    if not issue.is_waiting:
        raise ValidationError("Chỉ duyệt được số đang chờ duyệt.")
    if by is not None and by.pk in composers_of(issue):
        raise ValidationError("Người soạn không tự duyệt số bản tin. Xin nhờ người khác duyệt.")
    _refuse_faults(issue)
    issue.approved_at, issue.approved_by = now, by
    issue.public_from = max(now, issue.publish_at or now)
    issue.save()
    return issue


@transaction.atomic
def correct(issue, *, words, now=None):
    """Write a correction beside an approved issue: its own words stay as they were mailed."""
    issue = _locked(issue)
    if not issue.approved_at:
        raise ValidationError("Số chưa ra thì sửa thẳng vào lời.")
    issue.correction, issue.corrected_at = words, (now or timezone.now()) if words else None
    issue.save()
    return issue


@transaction.atomic
def withdraw(issue, *, now=None):
    """Take an issue down; say whether it was out or about to be."""
    issue = _locked(issue)
    if not issue.approved_at or issue.withdrawn_at:
        return False
    issue.withdrawn_at = now or timezone.now()
    issue.save(update_fields=["withdrawn_at"])
    return True


def _refuse_faults(issue):
    faults = [finding.text for finding in findings(issue) if finding.level == "error"]
    if faults:
        raise ValidationError(faults)


def _locked(issue):
    return BulletinIssue.objects.select_for_update(of=("self",)).get(pk=issue.pk)
