"""Where staff keep the working calendar and the terms that the portal itself works by."""

import calendar
from dataclasses import dataclass
from datetime import date

from django import forms
from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_safe

from portal.admin import ModelAdmin
from procedures import calendar_files
from procedures.calendar_files import SAME, UnreadableCalendar, compare, lines_of_list
from procedures.holiday_proposals import proposals_for
from procedures.models import CalendarException, OpeningHours
from procedures.models.calendar import FIRST_YEAR, LAST_YEAR

Kind = CalendarException.Kind
SALT = "procedures.calendar.import"
# What a cell of the year's table has room for; the legend says them in full.
SHORT = {
    Kind.PUBLIC_HOLIDAY: "lễ",
    Kind.COMPENSATORY_REST: "bù",
    Kind.SWAPPED_REST: "đổi",
    Kind.MAKEUP_WORKDAY: "làm",
}


class YearFilter(admin.SimpleListFilter):
    title = "năm"
    parameter_name = "nam"

    def lookups(self, request, model_admin):
        years = model_admin.get_queryset(request).dates("date", "year", order="DESC")
        return [(str(day.year), str(day.year)) for day in years]

    def queryset(self, request, queryset):
        if self.value() and self.value().isdecimal() and len(self.value()) == 4:
            return queryset.filter(date__year=int(self.value()))
        return queryset


class ImportForm(forms.Form):
    file = forms.FileField(
        label="Tệp CSV hoặc Excel (.xlsx)",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"required": "Chọn một tệp.", "empty": "Tệp rỗng. Chọn tệp khác."},
        max_length=None,
    )


class ProposalForm(forms.Form):
    """One box for each day that is proposed; none is ticked beforehand."""

    is_confirmed = forms.BooleanField(
        label="Tôi đã đối chiếu với thông báo chính thức về lịch nghỉ của năm này",
        required=False,
        help_text="Không đánh dấu thì các ngày được ghi là “dự kiến”.",
    )
    days = forms.MultipleChoiceField(
        error_messages={"required": "Đánh dấu ít nhất một ngày."},
    )

    def __init__(self, proposals, data=None):
        super().__init__(data)
        self.fields["days"].choices = [(f"{one.day:%Y-%m-%d}", one.note) for one in proposals]


@dataclass(frozen=True)
class DayCell:
    day: date
    row: CalendarException | None

    @property
    def word(self):
        return SHORT[self.row.kind] if self.row else ""

    @property
    def look(self):
        if self.row:
            return self.row.kind
        return "weekend" if self.day.weekday() >= 5 else ""


class CalendarExceptionAdmin(ModelAdmin):
    list_display = ["day", "weekday", "kind", "note", "is_confirmed", "source_document"]
    list_display_links = ["day"]
    list_filter = [YearFilter, "kind", "is_confirmed"]
    list_select_related = ["source_document"]
    ordering = ["-date"]
    search_fields = ["note", "source_document__number"]
    autocomplete_fields = ["source_document"]
    fields = ["date", "kind", "note", "is_confirmed", "source_document"]
    actions = ["confirm"]
    change_list_template = "admin/procedures/calendarexception/change_list.html"

    @admin.display(description="ngày", ordering="date")
    def day(self, row):
        return f"{row.date:%d/%m/%Y}"

    @admin.display(description="thứ")
    def weekday(self, row):
        return OpeningHours.Weekday(row.date.weekday()).label

    @admin.action(description="Xác nhận: đã có văn bản", permissions=["change"])
    def confirm(self, request, rows):
        confirmed = list(rows.filter(is_confirmed=False))
        CalendarException.objects.filter(pk__in=[row.pk for row in confirmed]).update(
            is_confirmed=True
        )
        for row in confirmed:
            self.log_change(request, row, "Xác nhận đã có văn bản.")
        messages.success(request, f"Đã xác nhận {len(confirmed)} ngày.")

    def get_urls(self):
        view = self.admin_site.admin_view
        name = "procedures_calendarexception"
        return [
            path("nam/", view(self.year_view), name=f"{name}_this_year"),
            path("nam/<int:year>/", view(self.year_view), name=f"{name}_year"),
            path("nam/<int:year>/lich.csv", view(self.export_view), name=f"{name}_export"),
            path("nam/<int:year>/goi-y/", view(self.proposal_view), name=f"{name}_proposals"),
            path("nhap/", view(self.import_view), name=f"{name}_import"),
            *super().get_urls(),
        ]

    @method_decorator(require_safe)
    def year_view(self, request, year=None):
        self._check(request, self.has_view_permission)
        year = _known_year(year or timezone.localdate().year)
        rows = list(CalendarException.objects.in_year(year))
        context = {
            "title": f"Lịch nghỉ năm {year}",
            "year": year,
            "previous": year - 1 if year > FIRST_YEAR else None,
            "following": year + 1 if year < LAST_YEAR else None,
            "months": _months(year, rows),
            "today": timezone.localdate(),
            "legend": [(kind, SHORT[kind], kind.label) for kind in Kind],
            "totals": [
                (kind.label, sum(row.kind == kind for row in rows)) for kind in Kind if rows
            ],
            "doubts": doubts_about(rows),
            "may_add": self.has_add_permission(request),
        }
        return self._page(request, "year", context)

    @method_decorator(require_safe)
    def export_view(self, request, year):
        self._check(request, self.has_view_permission)
        rows = CalendarException.objects.in_year(_known_year(year))
        table = calendar_files.write_calendar(rows.select_related("source_document"))
        return HttpResponse(
            table,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="lich-nghi-{year}.csv"'},
        )

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def proposal_view(self, request, year):
        self._check(request, self.has_add_permission)
        proposals = proposals_for(_known_year(year))
        form = ProposalForm(proposals, request.POST if request.method == "POST" else None)
        if form.is_valid():
            count = self._keep(request, proposals, form.cleaned_data)
            messages.success(request, f"Đã thêm {count} ngày vào lịch năm {year}.")
            return redirect("admin:procedures_calendarexception_year", year)
        chosen = form["days"].value() or []
        context = {
            "title": f"Gợi ý lịch nghỉ năm {year}",
            "year": year,
            "form": form,
            "proposals": [(one, f"{one.day:%Y-%m-%d}" in chosen) for one in proposals],
        }
        return self._page(request, "proposals", context)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def import_view(self, request):
        self._check(request, self.has_add_permission)
        self._check(request, self.has_change_permission)
        if "rows" in request.POST:
            return self._save_import(request)
        form = ImportForm(request.POST or None, request.FILES or None)
        context = {
            "title": "Nhập lịch nghỉ từ tệp",
            "form": form,
            "columns": calendar_files.COLUMNS,
        }
        if request.method == "POST" and form.is_valid():
            context |= self._preview(form)
        return self._page(request, "import", context | {"kinds": [kind.label for kind in Kind]})

    def _preview(self, form):
        try:
            lines = calendar_files.read_calendar(form.cleaned_data["file"])
        except UnreadableCalendar as problem:
            form.add_error("file", str(problem))
            return {}
        compare(lines)
        wrong = [line for line in lines if line.errors]
        changes = [line for line in lines if not line.errors and line.outcome != SAME]
        rows = [line.as_list() for line in changes]
        return {
            "lines": lines,
            "wrong": wrong,
            "changes": changes,
            "rows": "" if wrong or not rows else signing.dumps(rows, salt=SALT, compress=True),
        }

    def _save_import(self, request):
        """Keep what was shown: the rows come back signed, so nobody has to choose the file twice."""
        try:
            rows = signing.loads(request.POST["rows"], salt=SALT, max_age=24 * 60 * 60)
            lines = lines_of_list(rows)
            count = calendar_files.save_calendar(lines)
        except (signing.BadSignature, ValidationError):
            messages.error(request, "Chưa lưu gì: bản xem trước không còn đúng. Xin chọn lại tệp.")
            return redirect("admin:procedures_calendarexception_import")
        for line in lines:
            self.log_change(request, line.row, "Nhập từ tệp.")
        messages.success(request, f"Đã lưu {count} ngày.")
        return redirect("admin:procedures_calendarexception_changelist")

    def _keep(self, request, proposals, chosen):
        rows = [
            CalendarException(
                date=one.day,
                kind=one.kind,
                note=one.note,
                is_confirmed=chosen["is_confirmed"],
            )
            for one in proposals
            if f"{one.day:%Y-%m-%d}" in chosen["days"]
        ]
        CalendarException.objects.bulk_create(rows, ignore_conflicts=True)
        for row in CalendarException.objects.filter(date__in=[row.date for row in rows]):
            self.log_addition(request, row, "Thêm từ gợi ý.")
        return len(rows)

    def _check(self, request, permission):
        if not permission(request):
            raise PermissionDenied

    def _page(self, request, name, context):
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return render(request, f"admin/procedures/calendarexception/{name}.html", shared | context)


class TermRuleAdmin(ModelAdmin):
    list_display = ["title", "term", "is_confirmed", "ground"]
    list_filter = ["is_confirmed"]
    ordering = ["key"]
    search_fields = ["title", "ground"]
    readonly_fields = ["title", "key"]
    fields = ["title", "key", ("value", "unit"), "ground", "is_confirmed"]

    @admin.display(description="thời hạn", ordering="value")
    def term(self, rule):
        return f"{rule.value.normalize():f}".replace(".", ",") + f" {rule.get_unit_display()}"

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def doubts_about(rows):
    """What does not fit together in the days of one year."""
    count = {kind: sum(row.kind == kind for row in rows) for kind in Kind}
    doubts = []
    if not count[Kind.PUBLIC_HOLIDAY]:
        return ["Năm này chưa có ngày nghỉ lễ nào: hạn tính qua năm này có thể sai."]
    lost = [row for row in rows if row.kind == Kind.PUBLIC_HOLIDAY and row.date.weekday() >= 5]
    if len(lost) > count[Kind.COMPENSATORY_REST]:
        days = ", ".join(f"{row.date:%d/%m}" for row in lost)
        doubts.append(f"Ngày lễ trùng cuối tuần ({days}) nhiều hơn số ngày nghỉ bù.")
    if count[Kind.SWAPPED_REST] != count[Kind.MAKEUP_WORKDAY]:
        doubts.append(
            f"Có {count[Kind.SWAPPED_REST]} ngày nghỉ hoán đổi nhưng {count[Kind.MAKEUP_WORKDAY]} ngày làm bù."
        )
    if tentative := sum(not row.is_confirmed for row in rows):
        doubts.append(
            f"Có {tentative} ngày mới là dự kiến. Có thông báo thì chọn các ngày ấy trong danh sách và xác nhận."
        )
    return doubts


def _known_year(year):
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    return year


def _months(year, rows):
    """Each month with its weeks from Monday; days of other months are left empty."""
    by_day = {row.date: row for row in rows}
    weeks = calendar.Calendar()
    return [
        (
            date(year, month, 1),
            [
                [DayCell(day, by_day.get(day)) if day.month == month else None for day in week]
                for week in weeks.monthdatescalendar(year, month)
            ],
        )
        for month in range(1, 13)
    ]
