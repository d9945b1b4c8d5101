"""The register of a year, as it is read, printed and handed over: numbers and days, never who sent a ticket."""

from itertools import chain

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F, OuterRef, Subquery
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from feedback.models import RegisterCounter, TicketAnswer, TicketDeadline, TicketPause
from portal.csv import csv_response

ROWS_ON_A_PAGE = 50


def _day(moment):
    return timezone.localtime(moment).strftime("%d/%m/%Y") if moment else ""


def promised_day(ticket):
    return ticket.promised_on.strftime("%d/%m/%Y") if ticket.promised_on else ""


def promise_in_words(ticket, now=None) -> str:
    """Of a row of `with_register_days`: whether what was promised was kept."""
    if ticket.promised_until is None:
        return "không hẹn ngày"
    at = ticket.kept_at or ticket.stopped_at or now or timezone.now()
    is_late = at >= ticket.promised_until
    if ticket.kept_at:
        return "muộn" if is_late else "đúng hạn"
    return "quá hạn" if is_late else "trong hạn"


def subject_in_words(ticket):
    return "(đã xóa nội dung)" if ticket.content_erased_at else ticket.subject


# The head of each column, and what stands in it of a row of `with_register_days`.
COLUMNS = {
    "Số": lambda ticket: ticket.register_number,
    "Ngày nhận": lambda ticket: _day(ticket.received_at),
    "Mã phiếu": lambda ticket: ticket.written_code,
    "Kênh": lambda ticket: ticket.get_channel_display(),
    "Số ở kênh nguồn": lambda ticket: ticket.source_reference,
    "Loại": lambda ticket: ticket.get_kind_display(),
    "Việc gì": subject_in_words,
    "Cơ quan xử lý": lambda ticket: ticket.agency_name or "",
    "Tình trạng": lambda ticket: ticket.get_status_display(),
    "Hạn trả lời": promised_day,
    "Ngày trả lời": lambda ticket: _day(ticket.answered_at),
    "Đúng hạn": promise_in_words,
}
# Of denunciations nothing but numbers, days and states: to read one is an opening, which is written down.
RESTRICTED_COLUMNS = {
    "Số": COLUMNS["Số"],
    "Ngày nhận": COLUMNS["Ngày nhận"],
    "Tình trạng": COLUMNS["Tình trạng"],
    "Hạn xử lý ban đầu": promised_day,
    "Đúng hạn": promise_in_words,
}


class RegisterBookMixin:
    """The book of the tickets that the manager of its model knows."""

    is_restricted = False
    register_columns = COLUMNS

    def get_urls(self):
        view, name = self.admin_site.admin_view, f"feedback_{self.opts.model_name}_register"
        pages = [path("so/", view(self.register_view), name=name)]
        if not self.is_restricted:
            pages.append(path("so.csv", view(self.register_csv_view), name=f"{name}_csv"))
        return [*pages, *super().get_urls()]

    @method_decorator(require_safe)
    def register_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        years = self._register_years()
        year = _chosen_year(request, years)
        rows = Paginator(self._register_rows(request, year), ROWS_ON_A_PAGE)
        page = rows.get_page(request.GET.get("trang"))
        names = ("changelist", "change", "register", "register_csv")
        context = {
            **self.admin_site.each_context(request),
            "title": f"Sổ đăng ký {self.opts.verbose_name} năm {year}",
            "subtitle": None,
            "opts": self.opts,
            "names": {name: f"admin:feedback_{self.opts.model_name}_{name}" for name in names},
            "year": year,
            "years": years,
            "page": page,
            "columns": list(self.register_columns),
            "rows": [
                (ticket.pk, number, cells)
                for ticket in page
                for number, *cells in [self._cells(ticket)]
            ],
            "around": rows.get_elided_page_range(page.number),
            "may_export": not self.is_restricted
            and request.user.has_perm("feedback.export_ticket"),
        }
        return render(request, "admin/feedback/register.html", context)

    @method_decorator(require_safe)
    def register_csv_view(self, request):
        """The whole year as a file; that it was taken away stands in the log."""
        if not (
            self.has_view_permission(request) and request.user.has_perm("feedback.export_ticket")
        ):
            raise PermissionDenied
        year = _chosen_year(request, self._register_years())
        rows = self._register_rows(request, year)
        LogEntry.objects.create(
            user=request.user,
            content_type=ContentType.objects.get_for_model(self.model),
            object_repr=f"Sổ đăng ký năm {year}",
            action_flag=CHANGE,
            change_message=f"Xuất sổ đăng ký năm {year}: {rows.count()} dòng.",
        )
        lines = (self._cells(ticket) for ticket in rows.iterator(chunk_size=500))
        return csv_response(f"so-phan-anh-{year}.csv", chain([self.register_columns], lines))

    def _cells(self, ticket):
        return [cell(ticket) for cell in self.register_columns.values()]

    def _register_years(self):
        """Those that have a book, the newest first; this year always."""
        books = RegisterCounter.objects.filter(is_restricted=self.is_restricted)
        years = {timezone.localdate().year, *books.values_list("year", flat=True)}
        return sorted(years, reverse=True)

    def _register_rows(self, request, year):
        seen = self.model.objects.visible_to(request.user).filter(register_year=year)
        return with_register_days(seen).order_by("register_number", "pk")


class RestrictedRegisterMixin(RegisterBookMixin):
    is_restricted = True
    register_columns = RESTRICTED_COLUMNS


def with_register_days(tickets):
    """Each with the day that was promised for its answer, the day of the answer, and how these stand."""
    kinds = [TicketDeadline.Kind.ANSWER, TicketDeadline.Kind.FIRST_HANDLING]
    promised = TicketDeadline.objects.filter(
        ticket=OuterRef("pk"), kind__in=kinds, dropped_at=None
    ).order_by("-round", "-pk")
    answered = TicketAnswer.objects.filter(ticket=OuterRef("pk")).order_by("-round")
    pauses = TicketPause.objects.filter(ticket=OuterRef("pk"), ended_at=None)
    return tickets.annotate(
        promised_on=Subquery(promised.values("due_on")[:1]),
        promised_until=Subquery(promised.values("due_at")[:1]),
        kept_at=Subquery(promised.values("met_at")[:1]),
        answered_at=Subquery(answered.values("answered_at")[:1]),
        stopped_at=Subquery(pauses.values("started_at")[:1]),
        agency_name=F("handling_agency__name"),
    )


def _chosen_year(request, years):
    asked = request.GET.get("nam", "")
    return next((year for year in years if str(year) == asked), years[0])
