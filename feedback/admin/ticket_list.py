"""The list of tickets: what is due first on top, and the filters behind the queues."""

from django.contrib import admin
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.html import format_html

from feedback import codes
from feedback.models import Ticket
from feedback.ticket_work import WORK, due_of, with_work
from portal.admin import ReadOnlyModelAdmin
from portal.work_queues import days_in_words

# With no step of the office open: below all that is.
SETTLED = (*Ticket.ENDED, Ticket.Status.ANSWERED, Ticket.Status.PUBLISHED)


class WorkFilter(admin.SimpleListFilter):
    title = "việc cần làm"
    parameter_name = "viec"

    def lookups(self, request, model_admin):
        return [(name, work.label) for name, work in WORK.items()]

    def queryset(self, request, queryset):
        if self.value() not in WORK:
            return queryset
        return queryset.filter(WORK[self.value()].rows)


class KindFilter(admin.SimpleListFilter):
    """Of denunciations not even the word: they have a list of their own."""

    title = "loại"
    parameter_name = "loai"

    def lookups(self, request, model_admin):
        return [
            (kind.value, kind.label) for kind in Ticket.Kind if kind != Ticket.Kind.DENUNCIATION
        ]

    def queryset(self, request, queryset):
        return queryset.filter(kind=self.value()) if self.value() else queryset


class OpenFilter(admin.SimpleListFilter):
    title = "đã xong hay chưa"
    parameter_name = "tinh-trang"

    def lookups(self, request, model_admin):
        return [("chua-xong", "Chưa kết thúc"), ("da-xong", "Đã kết thúc")]

    def queryset(self, request, queryset):
        match self.value():
            case "chua-xong":
                return queryset.open()
            case "da-xong":
                return queryset.filter(status__in=Ticket.ENDED)
        return queryset


class TicketListMixin(ReadOnlyModelAdmin):
    list_per_page = 30
    # What an address may ask the list for: nothing about senders, secrets or hashes.
    allowed_lookups = frozenset()

    class Media:
        css = {"all": ["css/admin-feedback.css"]}

    def lookup_allowed(self, lookup, value, request=None):
        return lookup in self.allowed_lookups

    def get_queryset(self, request):
        tickets = self.model.objects.visible_to(request.user)
        tickets = with_work(tickets).select_related("handling_agency", "receiving_agency")
        return tickets.order_by(*self.get_ordering(request))

    def get_ordering(self, request):
        is_open = {"status__in": SETTLED}
        return [
            Case(When(**is_open, then=Value(1)), default=Value(0)),
            F("due_at").asc(nulls_last=True),
            Case(When(**is_open, then=None), default=F("received_at")).asc(nulls_last=True),
            "-status_at",
            "-pk",
        ]

    def get_search_results(self, request, queryset, search_term):
        """By the code however it is written, or by words."""
        code = codes.read(search_term)
        if len(code) == codes.LENGTH and set(code) <= set(codes.ALPHABET):
            return queryset.filter(code=code), False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description="mã phiếu", ordering="code")
    def code_words(self, ticket):
        return ticket.written_code

    @admin.display(description="hạn", ordering="due_at")
    def due(self, ticket):
        due = due_of(ticket)
        if not due.state:
            return ""
        return format_html('<span class="due due--{}">{}</span>', due.state, due.words)

    @admin.display(description="đã nhận", ordering="-received_at")
    def age(self, ticket):
        received = timezone.localdate(ticket.received_at)
        return days_in_words((timezone.localdate() - received).days)


class TicketList(TicketListMixin):
    list_display = ["code_words", "due", "age", "subject", "kind", "status", "agency"]
    list_display_links = ["code_words", "subject"]
    list_filter = [
        WorkFilter,
        "status",
        KindFilter,
        "channel",
        ("handling_agency", admin.RelatedOnlyFieldListFilter),
    ]
    search_fields = ["code", "subject", "body"]
    search_help_text = "Tìm theo mã phiếu hoặc chữ trong nội dung; không tìm theo người gửi."
    allowed_lookups = frozenset(
        [
            WorkFilter.parameter_name,
            "status__exact",
            KindFilter.parameter_name,
            "channel__exact",
            "handling_agency__id__exact",
            "handling_agency__isnull",
        ]
    )

    @admin.display(description="cơ quan đang giữ")
    def agency(self, ticket):
        agency = ticket.handling_agency or ticket.receiving_agency
        return (agency.short_name or agency.name) if agency else ""


class DenunciationList(TicketListMixin):
    """Of what was sent nothing stands here: to read one is an opening, which is written down."""

    list_display = ["code_words", "due", "status", "agency", "age"]
    list_filter = [OpenFilter]
    search_fields = ["code"]
    search_help_text = "Tìm theo mã phiếu."
    allowed_lookups = frozenset([OpenFilter.parameter_name])

    @admin.display(description="đã chuyển tới")
    def agency(self, ticket):
        return str(ticket.handling_agency or "")
