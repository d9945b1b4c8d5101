"""The list of tickets: what is due first on top, and the filters behind the queues."""

import string

from django.contrib import admin
from django.contrib.postgres.search import SearchQuery
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html

from feedback import codes
from feedback.admin.publication import PublicationFilter
from feedback.admin.retention import HeldFilter
from feedback.models import Ticket
from feedback.models.desk import most_pressing_first
from feedback.ticket_work import WORK, due_of, with_due
from portal.admin import ReadOnlyModelAdmin, is_key
from portal.forms import LONGEST_QUERY
from portal.text import fold
from portal.work_queues import days_in_words
from procedures.models import Agency

# Nobody turns so many pages; what is more is not counted to its end.
MOST_COUNTED = 3000


class BoundedPaginator(Paginator):
    """Counts no further than people turn pages, so that a long list opens as fast as a short one."""

    @cached_property
    def count(self):
        return min(self._counted, MOST_COUNTED)

    @property
    def has_more(self):
        """Whether there are more rows than were counted."""
        return self._counted > MOST_COUNTED

    @cached_property
    def _counted(self):
        return self.object_list.order_by().values("pk")[: MOST_COUNTED + 1].count()


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


class AgencyFilter(admin.SimpleListFilter):
    """The agencies that hold a ticket which this person sees; nothing to choose where it is one alone."""

    title = "cơ quan xử lý"
    parameter_name = "co-quan"

    def lookups(self, request, model_admin):
        handled = Ticket.objects.visible_to(request.user).filter(handling_agency=OuterRef("pk"))
        agencies = Agency.objects.filter(Exists(handled)).in_name_order()
        return [(str(pk), name) for pk, name in agencies.values_list("pk", "name")]

    def has_output(self):
        return len(self.lookup_choices) > 1

    def queryset(self, request, queryset):
        if is_key(self.value()):
            return queryset.filter(handling_agency=self.value())
        return queryset


class TicketListMixin(ReadOnlyModelAdmin):
    list_per_page = 30
    paginator = BoundedPaginator
    show_full_result_count = False
    # What an address may ask the list for: nothing about senders, secrets or hashes.
    allowed_lookups = frozenset()

    class Media:
        css = {"all": ["css/admin-feedback.css"]}

    def lookup_allowed(self, lookup, value, request=None):
        return lookup in self.allowed_lookups

    def get_queryset(self, request):
        tickets = self.model.objects.visible_to(request.user)
        tickets = with_due(tickets).select_related("handling_agency", "receiving_agency")
        return tickets.order_by(*self.get_ordering(request))

    def get_ordering(self, request):
        return most_pressing_first()

    def get_search_results(self, request, queryset, search_term):
        """By the code however it is written, or by the beginnings of words, with or without accents."""
        code = codes.read(search_term)
        if len(code) == codes.LENGTH and set(code) <= set(codes.ALPHABET):
            return queryset.filter(code=code), False
        beginnings = _beginnings(search_term)
        if not beginnings:
            return queryset, False
        return queryset.filter(words__vector=beginnings), False

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


def _beginnings(text):
    """What the index of words is asked for; None where no word was typed."""
    words = fold(text[:LONGEST_QUERY]).translate(_PUNCTUATION).split()
    if not words:
        return None
    return SearchQuery(
        " & ".join(f"'{word}':*" for word in words), config="simple", search_type="raw"
    )


_PUNCTUATION = str.maketrans(string.punctuation, " " * len(string.punctuation))


class TicketList(TicketListMixin):
    list_display = ["code_words", "due", "age", "subject", "kind", "status", "agency"]
    list_display_links = ["code_words", "subject"]
    list_filter = [
        WorkFilter,
        PublicationFilter,
        "status",
        KindFilter,
        "channel",
        AgencyFilter,
        HeldFilter,
    ]
    search_fields = ["code", "subject", "body"]
    search_help_text = "Tìm theo mã phiếu hoặc chữ trong nội dung; không tìm theo người gửi."
    allowed_lookups = frozenset(
        [
            WorkFilter.parameter_name,
            PublicationFilter.parameter_name,
            "status__exact",
            KindFilter.parameter_name,
            "channel__exact",
            AgencyFilter.parameter_name,
            HeldFilter.parameter_name,
        ]
    )

    @admin.display(description="cơ quan đang giữ")
    def agency(self, ticket):
        agency = ticket.handling_agency or ticket.receiving_agency
        return (agency.short_name or agency.name) if agency else ""


class DenunciationList(TicketListMixin):
    """Of what was sent nothing stands here: to read one is an opening, which is written down."""

    list_display = ["code_words", "due", "status", "agency", "age"]
    list_filter = [OpenFilter, HeldFilter]
    search_fields = ["code"]
    search_help_text = "Tìm theo mã phiếu."
    allowed_lookups = frozenset([OpenFilter.parameter_name, HeldFilter.parameter_name])

    @admin.display(description="đã chuyển tới")
    def agency(self, ticket):
        return str(ticket.handling_agency or "")
