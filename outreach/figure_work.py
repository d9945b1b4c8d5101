"""How a figure comes about: computed from a source or typed by staff, and replaced, never changed."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from outreach.models import Figure
from portal.figures import figure_sources

NUMBERS = ("value", "part", "whole")


def measure(code, start=None, end=None) -> Figure | None:
    """What a source tells of a span of days, as an unsaved row; None where there is none to tell, or not yet."""
    source = figure_sources()[code]
    # Of a span that is not over the number changes from day to day.
    if source.has_period and end >= timezone.localdate():
        return None
    # Rows have one language, whoever measures.
    with override("vi"):
        found = source.measure(start, end)
    if found is None:
        return None
    return Figure(
        code=code,
        label=source.label,
        unit=source.unit,
        value=found.number,
        part=found.part,
        whole=found.whole,
        starts_on=start if source.has_period else None,
        as_of=found.as_of,
        source=found.source,
        source_url=found.path,
    )


def note(code, start=None, end=None, *, by) -> Figure:
    """The present figure of a source and a span, kept as a row: the one that tells it already, or a new one."""
    fresh = measure(code, start, end)
    if fresh is None:
        raise ValidationError("Nguồn này chưa có số để nêu trong kỳ đã chọn.")
    kept = Figure.objects.current().filter(
        is_sample=False, code=code, starts_on=fresh.starts_on, as_of=fresh.as_of
    )
    if same := next((one for one in kept if _tells_the_same(one, fresh)), None):
        return same
    fresh.noted_by = by
    fresh.save()
    return fresh


def remeasure(figure, by, *, renews=False) -> Figure:
    """Ask the source of a computed figure again: the same row if the number is the same, else the one that replaces it.

    With `renews` the same number gives a new row, too, if it can be told as of a later day.
    """
    if not figure.is_computed or figure.replaced_by_id:
        return figure
    fresh = _measured_again(figure)
    if fresh is None:
        raise ValidationError(
            f"“{figure.label}”: nguồn không còn cho số của kỳ này, xin bỏ hoặc thay số."
        )
    is_newer = renews and fresh.as_of > figure.as_of
    if _tells_the_same(figure, fresh) and not is_newer:
        return figure
    return replace(figure, fresh, by=by, reason="Tính lại từ nguồn.")


@transaction.atomic
def replace(figure, fresh, *, by, reason) -> Figure:
    """Let a new row stand for an old one; whoever told the old one is told so."""
    figure = Figure.objects.select_for_update().get(pk=figure.pk)
    if figure.replaced_by_id:
        raise ValidationError("Số này đã được thay. Xin mở số mới nhất.")
    if not reason.strip():
        raise ValidationError("Xin ghi vì sao sửa số.")
    fresh.code, fresh.is_sample = figure.code, figure.is_sample
    fresh.noted_by, fresh.noted_at, fresh.change_reason = by, timezone.now(), reason
    fresh.save(force_insert=True)
    figure.replaced_by = fresh
    figure.save(update_fields=["replaced_by"])
    return fresh


def newest(figure) -> Figure:
    """What stands for a figure now."""
    while figure.replaced_by_id:
        figure = figure.replaced_by
    return figure


def remeasure_issue(issue, *, by):
    """Ask the sources of all computed figures that an issue tells, so that it can be compared with them."""
    refusals = _remeasure_all(Figure.objects.filter(bulletin_items__issue=issue), by)
    if refusals:
        raise ValidationError(refusals)


def remeasure_open_issues():
    """Ask for whatever stands in issues that are not approved: their composers see what has become another number."""
    _remeasure_all(Figure.objects.filter(bulletin_items__issue__approved_at=None), None)


def _remeasure_all(figures, by):
    refusals = []
    for figure in figures.current().exclude(code="").distinct():
        try:
            remeasure(figure, by)
        except ValidationError as refusal:
            refusals += refusal.messages
    return refusals


def _measured_again(figure):
    if figure.code not in figure_sources():
        return None
    return measure(figure.code, figure.starts_on, figure.as_of if figure.starts_on else None)


def _tells_the_same(figure, other):
    return all(getattr(figure, name) == getattr(other, name) for name in NUMBERS)
