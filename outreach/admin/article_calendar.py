"""What will begin and end on the portal, month by month."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from outreach.models import ArticleVersion, Material, Notice

YEARS_SHOWN = range(2000, 2101)
# Of each kind of event in a month. Where there are more, the page says so.
MOST_SHOWN = 300


@dataclass(frozen=True, order=True)
class CalendarItem:
    """Something that begins or ends at a moment."""

    moment: datetime
    what: str
    title: str
    address: str


class ArticleCalendarMixin:
    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("lich/", view(self.calendar_view), name="outreach_article_calendar"),
            path(
                "lich/<int:year>/<int:month>/",
                view(self.calendar_view),
                name="outreach_article_calendar_month",
            ),
            *super().get_urls(),
        ]

    @method_decorator(require_safe)
    def calendar_view(self, request, year=None, month=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        today = timezone.localdate()
        first = today.replace(day=1) if year is None else _first_day(year, month)
        following = (first + timedelta(days=31)).replace(day=1)
        previous = (first - timedelta(days=1)).replace(day=1)
        items = items_between(request, _midnight(first), _midnight(following))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Lịch đăng và gỡ tháng {first:%m/%Y}",
            "opts": self.opts,
            "weeks": _weeks(first, items),
            "is_empty": not items,
            "is_cut": len(items) >= MOST_SHOWN,
            "today": today,
            "month": first,
            "previous": previous if previous.year in YEARS_SHOWN else None,
            "following": following if following.year in YEARS_SHOWN else None,
        }
        return render(request, "admin/outreach/article/calendar.html", context)


def items_between(request, start, end) -> list[CalendarItem]:
    """What begins or ends in a span, of all that this person may see."""
    sources = [
        (Material.objects.all(), "published_at", "Tài liệu công khai", "expires_at", "Gỡ tài liệu"),
        (
            Notice.objects.all(),
            "shown_from",
            "Thông báo hiện",
            "shown_until",
            "Thông báo thôi hiện",
        ),
    ]
    items = _article_items(start, end)
    for rows, begins, began, ends, ended in sources:
        model_admin = admin.site.get_model_admin(rows.model)
        if not model_admin.has_view_permission(request):
            continue
        address = f"admin:{rows.model._meta.app_label}_{rows.model._meta.model_name}_change"
        for field, what in [(begins, began), (ends, ended)]:
            for row in _within(rows, field, start, end):
                items.append(
                    CalendarItem(
                        getattr(row, field), what, str(row), reverse(address, args=[row.pk])
                    )
                )
    return sorted(items)


def _article_items(start, end):
    """Spans of approved versions; one that takes over from another is one beginning, not an end as well."""
    versions = ArticleVersion.objects.filter(approved_at__isnull=False).select_related("article")
    versions = versions.only("title", "article", "public_from", "public_until", "published_at")
    items, taken_over = [], set()
    for version in _within(versions, "public_from", start, end):
        taken_over.add((version.article_id, version.public_from))
        if version.public_until == version.public_from:
            continue
        what = "Bản sửa được đăng" if version.was_corrected else "Đăng bài"
        items.append(_article_item(version, version.public_from, what))
    for version in _within(versions, "public_until", start, end):
        is_replaced = (version.article_id, version.public_until) in taken_over
        if not is_replaced and version.public_until > version.public_from:
            items.append(_article_item(version, version.public_until, "Gỡ bài"))
    return items


def _article_item(version, moment, what):
    address = reverse("admin:outreach_article_desk", args=[version.article_id])
    return CalendarItem(moment, what, version.title, address)


def _weeks(first, items):
    """Weeks from Monday to Sunday; days of other months are left empty."""
    by_day = {}
    for item in items:
        by_day.setdefault(timezone.localdate(item.moment), []).append(item)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return [
        [(day, by_day.get(day, [])) if day.month == first.month else (None, []) for day in week]
        for week in weeks
    ]


def _first_day(year, month):
    if year not in YEARS_SHOWN or month not in range(1, 13):
        raise Http404
    return date(year, month, 1)


def _midnight(day):
    return timezone.make_aware(datetime(day.year, day.month, day.day))


def _within(rows, field, start, end):
    span = {f"{field}__gte": start, f"{field}__lt": end}
    return rows.filter(**span).order_by(field, "pk")[:MOST_SHOWN]
