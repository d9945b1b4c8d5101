"""What was told on the air, in the press and on social channels. Plans are not public: only what was aired is."""

from urllib.parse import urlsplit

from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from outreach.broadcasting import airings_of, told, total, totals
from outreach.filters import BroadcastFilter
from outreach.models import (
    ArticleVersion,
    BroadcastColumn,
    BroadcastItem,
    BroadcastStation,
    BulletinIssue,
    Material,
)
from outreach.speech import reading
from portal.csv import csv_response
from procedures.terms import terms_of

PAGE_SIZE = 20


@require_safe
def broadcast_list(request):
    chosen = BroadcastFilter(request.GET, BroadcastItem.objects.aired())
    items = chosen.rows.newest_first().select_related("station", "column").defer("script")
    context = {
        "filter": chosen,
        "page": Paginator(items, PAGE_SIZE).get_page(request.GET.get("trang")),
        "total": total(chosen.rows),
        "tables": _tables(chosen.rows, has_months=bool(chosen.year)),
        "stations": _stations(),
        "today": timezone.localdate(),
    }
    return render(request, "outreach/broadcast_list.html", context)


@require_safe
def broadcast_csv(request):
    """The totals of the same choice, by every period there is."""
    chosen = BroadcastFilter(request.GET, BroadcastItem.objects.aired())
    terms = terms_of(request)
    tables = [
        (gettext("Tất cả"), [total(chosen.rows)]),
        (gettext("Năm"), totals(chosen.rows, "year")),
        (gettext("Quý"), totals(chosen.rows, "quarter")),
        (gettext("Tháng"), totals(chosen.rows, "month")),
        (gettext("Nơi phát, đăng"), totals(chosen.rows, "channel")),
        (gettext("Đài, báo, kênh"), totals(chosen.rows, "station")),
    ]
    rows = [
        (
            name,
            terms.get(row.label, row.label) if row.is_name else row.label,
            row.airings,
            row.scripts,
            row.seconds,
            row.minutes,
            row.unmeasured,
        )
        for name, table in tables
        for row in table
    ]
    header = (
        gettext("Chiều"),
        gettext("Giá trị"),
        gettext("Số lượt"),
        gettext("Số nội dung"),
        gettext("Số giây"),
        gettext("Số phút"),
        gettext("Số lượt chưa ghi độ dài"),
    )
    return csv_response(f"phat-thanh-{timezone.localdate()}.csv", [header, *rows])


@require_safe
def broadcast_item(request, pk):
    items = BroadcastItem.objects.aired().select_related(
        "station__agency", "column", "agency", "repeat_of"
    )
    item = get_object_or_404(items, pk=pk)
    script = told(item, "script")
    versions = ArticleVersion.objects.public().select_related("article")
    issues = BulletinIssue.objects.public()
    context = {
        "item": item,
        "script": script,
        "reading_minutes": max(1, round(reading.seconds(script) / 60)) if script else None,
        "material": Material.objects.published().filter(pk=told(item, "material_id")).first(),
        "version": versions.filter(article=told(item, "article_id")).defer("body").first(),
        "issue": issues.filter(pk=told(item, "issue_id")).first(),
        "airings": airings_of(item).aired().newest_first().select_related("station"),
        "evidence_count": item.evidence.count(),
        "host": urlsplit(item.url).hostname,
        "today": timezone.localdate(),
    }
    return render(request, "outreach/broadcast_item.html", context)


def _tables(items, *, has_months):
    """The parts of the table of totals, each under its heading."""
    period = totals(items, "month" if has_months else "year")
    return [
        (gettext("Theo tháng") if has_months else gettext("Theo năm"), period),
        (gettext("Theo nơi phát, đăng"), totals(items, "channel")),
        (gettext("Theo đài, báo, kênh"), totals(items, "station")),
    ]


def _stations():
    """Those that still work, each with the columns that still come."""
    today = timezone.localdate()
    going_on = Q(ended_on=None) | Q(ended_on__gt=today)
    columns = BroadcastColumn.objects.filter(
        going_on, Q(started_on=None) | Q(started_on__lte=today)
    )
    return (
        BroadcastStation.objects.filter(going_on)
        .select_related("admin_unit")
        .prefetch_related(Prefetch("columns", columns.order_by("name"), to_attr="open_columns"))
    )
