"""The frame of the staff's work queues: each domain says what waits in it, the staff home shows them together."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Count, DateTimeField, Min, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone


@dataclass(frozen=True)
class WorkQueue:
    """Rows that wait for staff, and the admin list that shows exactly these."""

    label: str
    address: str
    count: int
    oldest_on: date | None = None

    @property
    def age(self):
        """For how long its oldest row has waited; empty where the rows do not tell."""
        if not self.count or self.oldest_on is None:
            return ""
        return days_in_words((timezone.localdate() - self.oldest_on).days)


@dataclass(frozen=True)
class Waiting:
    """Rows that are counted together with those of other queues; see `work_queue`."""

    label: str
    rows: QuerySet
    address: str
    since: object = None


def work_queue(label, rows, *, filters, since=None):
    """A queue of rows; `filters` is what the address of their admin list says, `since` the expression
    for the day or the moment from which a row waits."""
    options = rows.model._meta
    changelist = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
    return Waiting(label, rows, f"{changelist}?{urlencode(filters)}", since)


def counted(queues):
    """The same queues with their figures, which all come in one query."""
    figures = iter(_figures([queue for queue in queues if isinstance(queue, Waiting)]))
    return [
        WorkQueue(queue.label, queue.address, *next(figures))
        if isinstance(queue, Waiting)
        else queue
        for queue in queues
    ]


def waiting_first(queues):
    """In the order given, those with nothing in them last."""
    return sorted(counted(queues), key=lambda queue: queue.count == 0)


def may_view(request, model) -> bool:
    return admin.site.get_model_admin(model).has_view_permission(request)


def days_in_words(days: int) -> str:
    if days < 1:
        return "hôm nay"
    if days < 60:
        return f"{days} ngày"
    if days < 730:
        return f"{days // 30} tháng"
    return f"{days // 365} năm"


def _figures(waiting):
    """How many rows and since which day, in the order of the queues."""
    if not waiting:
        return []
    counts = [
        queue.rows.order_by()
        .values(queue_place=Value(place))
        .annotate(queue_count=Count("pk", distinct=True), queue_since=_oldest(queue.since))
        .values_list("queue_place", "queue_count", "queue_since")
        for place, queue in enumerate(waiting)
    ]
    found = sorted(counts[0].union(*counts[1:], all=True) if counts[1:] else counts[0])
    return [(count, oldest and timezone.localdate(oldest)) for _place, count, oldest in found]


def _oldest(since):
    """A day is the moment at which it begins."""
    if since is None:
        return Value(None, output_field=DateTimeField())
    return Min(Cast(since, DateTimeField()))
