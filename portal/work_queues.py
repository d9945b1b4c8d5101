"""The frame of the staff's work queues: each domain says what waits in it, the staff home shows them together."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Count, Min
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


def work_queue(label, rows, *, filters, since=None):
    """Count the rows; `filters` is what the address of their admin list says, `since` the expression
    for the day or the moment from which a row waits."""
    figures = {"count": Count("pk", distinct=True)} | ({"oldest": Min(since)} if since else {})
    found = rows.order_by().aggregate(**figures)
    options = rows.model._meta
    changelist = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
    return WorkQueue(
        label=label,
        address=f"{changelist}?{urlencode(filters)}",
        count=found["count"],
        oldest_on=_day(found.get("oldest")),
    )


def waiting_first(queues):
    """In the order given, those with nothing in them last."""
    return sorted(queues, key=lambda queue: queue.count == 0)


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


def _day(moment):
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment
