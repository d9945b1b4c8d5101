"""What senders ask about their own data: the list with its clocks, and the reply."""

from functools import partial

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from feedback import personal_data, workflow
from feedback.admin.step_forms import prose
from feedback.models import DataSubjectRequest, Ticket, TicketEvent, TicketSender
from feedback.personal_data import ENDED
from feedback.rights import visible_tickets
from portal.admin import ReadOnlyModelAdmin, is_key
from procedures.deadlines import explanation

State = DataSubjectRequest.State


class OpenRequestsFilter(admin.SimpleListFilter):
    title = "đã xong hay chưa"
    parameter_name = "tinh-trang"

    def lookups(self, request, model_admin):
        return [("chua-xong", "Chưa xong"), ("da-xong", "Đã xong")]

    def queryset(self, request, queryset):
        match self.value():
            case "chua-xong":
                return queryset.exclude(state__in=ENDED)
            case "da-xong":
                return queryset.filter(state__in=ENDED)
        return queryset


class DueRequestsFilter(admin.SimpleListFilter):
    title = "hạn"
    parameter_name = "han"

    def lookups(self, request, model_admin):
        return [("qua-han", "Quá hạn"), ("sap-den-han", "Sắp đến hạn")]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        match self.value():
            case "qua-han":
                return queryset.overdue(today)
            case "sap-den-han":
                return queryset.due_soon(today)
        return queryset


class ReplyForm(forms.Form):
    state = forms.ChoiceField(label="Kết quả")
    reply = prose("Trả lời người gửi", rows=5, required=True)
    erase_text = forms.BooleanField(
        label="Xóa cả nội dung phiếu",
        required=False,
        help_text="Không đánh dấu thì chỉ xóa người gửi và các tệp; nội dung và trả lời còn lại.",
    )
    third_party = forms.BooleanField(
        label="Bên khác đã nhận dữ liệu cũng phải ngừng dùng",
        required=False,
        help_text="Hạn thực hiện được tính lại theo thời hạn dành cho trường hợp này.",
    )

    def __init__(self, request_about_data, data=None):
        super().__init__(data, label_suffix="")
        replied = request_about_data.state == State.REPLIED
        states = (
            [State.DONE, State.REFUSED] if replied else [State.REPLIED, State.DONE, State.REFUSED]
        )
        self.fields["state"].choices = [("", "Chọn kết quả")] + [(s.value, s.label) for s in states]
        if request_about_data.kind != DataSubjectRequest.Kind.DELETE:
            del self.fields["erase_text"]
        may_concern_others = request_about_data.kind in personal_data.MAY_CONCERN_OTHERS
        if replied or not may_concern_others or request_about_data.third_party_at:
            del self.fields["third_party"]


class ExtensionForm(forms.Form):
    days = forms.IntegerField(label="Thêm mấy ngày", min_value=1)
    reason = prose(
        "Lý do gia hạn",
        required=True,
        max_length=2000,
        help_text="Người gửi đọc được câu này. Chỉ gia hạn một lần.",
    )

    def __init__(self, data=None):
        super().__init__(data, label_suffix="")
        longest = personal_data.longest_extension()
        self.fields["days"].initial = longest
        self.fields["days"].help_text = f"Nhiều nhất {longest} ngày."


class LiftForm(forms.Form):
    reason = prose(
        "Vì sao dùng lại",
        required=True,
        max_length=2000,
        help_text="Người gửi đã đồng ý lại thế nào, hoặc luật nào buộc dùng. Không ghi tên ai.",
    )

    def __init__(self, data=None):
        super().__init__(data, label_suffix="")


class DataSubjectRequestAdmin(ReadOnlyModelAdmin):
    list_display = ["number", "ticket_code", "kind", "state", "reply_due", "action_due", "received"]
    list_filter = [DueRequestsFilter, OpenRequestsFilter, "kind"]
    search_fields = ["ticket__code"]

    class Media:
        css = {"all": ["css/admin-feedback.css"]}

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("feedback.view_datasubjectrequest")

    def lookup_allowed(self, lookup, value, request=None):
        own = {DueRequestsFilter.parameter_name, OpenRequestsFilter.parameter_name}
        return lookup in {"kind__exact", *own}

    def get_queryset(self, request):
        requests = super().get_queryset(request).select_related("ticket")
        return requests.filter(ticket__in=visible_tickets(request.user))

    def get_ordering(self, request):
        """What is open first, the most pressing on top; then what is done, the newest on top."""
        return [F("ended_at").desc(nulls_first=True), "reply_due_on", "pk"]

    def get_urls(self):
        pages = [
            ("tra-loi", self.reply_view, "reply"),
            ("gia-han", self.extend_view, "extend"),
            ("thoi-han-che", self.lift_view, "lift"),
        ]
        own = [
            path(
                f"<int:pk>/{address}/",
                self.admin_site.admin_view(view),
                name=f"feedback_datasubjectrequest_{name}",
            )
            for address, view, name in pages
        ]
        return [*own, *super().get_urls()]

    def add_view(self, request, form_url="", extra_context=None):
        raise Http404

    def delete_view(self, request, object_id, extra_context=None):
        raise Http404

    @method_decorator(require_safe)
    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self._request_page(request, self._opened(request, object_id))

    def history_view(self, request, object_id, extra_context=None):
        """What was done stands in the history of the ticket."""
        found = self._opened(request, object_id)
        return redirect(_ticket_address("history", found.ticket))

    @method_decorator(sensitive_post_parameters())
    @method_decorator(require_POST)
    def reply_view(self, request, pk):
        found = self._opened_to_change(request, pk)
        form = ReplyForm(found, request.POST)
        if form.is_valid():
            answer = partial(personal_data.answer_data_request, request=found)
            if self._took(request, form, answer):
                messages.success(request, f"{found}: đã trả lời người gửi.")
                return redirect("admin:feedback_datasubjectrequest_change", found.pk)
        found.refresh_from_db()
        return self._request_page(request, found, form=form, status=422)

    @method_decorator(require_POST)
    def extend_view(self, request, pk):
        found = self._opened_to_change(request, pk)
        form = ExtensionForm(request.POST)
        if form.is_valid():
            extend = partial(personal_data.extend_data_request, request=found)
            if self._took(request, form, extend):
                messages.success(request, f"{found}: đã gia hạn.")
                return redirect("admin:feedback_datasubjectrequest_change", found.pk)
        return self._request_page(request, found, extension=form, status=422)

    @method_decorator(require_POST)
    def lift_view(self, request, pk):
        found = self._opened_to_change(request, pk)
        form = LiftForm(request.POST)
        if form.is_valid():
            lift = partial(personal_data.lift_restriction, ticket=found.ticket)
            if self._took(request, form, lift):
                messages.success(request, f"{found}: đã thôi hạn chế.")
                return redirect("admin:feedback_datasubjectrequest_change", found.pk)
        return self._request_page(request, found, lifting=form, status=422)

    def _took(self, request, form, step):
        """Whether the step was taken; if not, the form says why."""
        try:
            step(by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return False
        return True

    def _opened_to_change(self, request, pk):
        found = self._opened(request, pk)
        if not request.user.has_perm("feedback.change_datasubjectrequest"):
            raise PermissionDenied
        return found

    def _opened(self, request, object_id):
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not is_key(object_id):
            raise Http404
        found = get_object_or_404(self.get_queryset(request), pk=object_id)
        if found.ticket.kind == Ticket.Kind.DENUNCIATION:
            workflow.note(
                found.ticket,
                type=TicketEvent.Type.VIEWED_RESTRICTED,
                by=TicketEvent.By.STAFF,
                actor=request.user,
            )
        return found

    def _request_page(self, request, found, *, form=None, extension=None, lifting=None, status=200):
        if request.user.has_perm("feedback.change_datasubjectrequest"):
            is_open = found.state not in ENDED
            if form is None and is_open:
                form = ReplyForm(found)
            if extension is None and is_open and not found.extended_at:
                extension = ExtensionForm()
            if lifting is None and _is_restricted(found.ticket):
                lifting = LiftForm()
        context = {
            **self.admin_site.each_context(request),
            "title": str(found),
            "subtitle": None,
            "opts": self.opts,
            "original": found,
            "data_request": found,
            "ticket_address": _ticket_address("change", found.ticket),
            "reply_sentences": explanation(found.reply_explanation),
            "action_sentences": explanation(found.action_explanation),
            "form": form,
            "extension": extension,
            "lifting": lifting,
            "is_refused": status != 200,
        }
        return render(request, "admin/feedback/data_request.html", context, status=status)

    @admin.display(description="yêu cầu")
    def number(self, found):
        return f"Số {found.pk}"

    @admin.display(description="phiếu")
    def ticket_code(self, found):
        return found.ticket.written_code

    @admin.display(description="hạn trả lời", ordering="reply_due_on")
    def reply_due(self, found):
        return _due(found.reply_due_on, found.replied_at)

    @admin.display(description="hạn thực hiện", ordering="action_due_on")
    def action_due(self, found):
        return _due(found.action_due_on, found.ended_at)

    @admin.display(description="nhận", ordering="received_at")
    def received(self, found):
        return timezone.localtime(found.received_at).strftime("%d/%m/%Y")


def _is_restricted(ticket):
    return TicketSender.objects.filter(ticket=ticket, restricted_at__isnull=False).exists()


def _due(day, done_at):
    left = (day - timezone.localdate()).days
    if done_at:
        state, words = "done", "xong"
    elif left < 0:
        state, words = "late", f"quá hạn {-left} ngày"
    else:
        state = "soon" if left <= DataSubjectRequest.SOON.days else "on-time"
        words = f"còn {left} ngày" if left else "hết hạn hôm nay"
    return format_html(
        '<span class="due due--{}">{}</span> {}', state, words, day.strftime("%d/%m/%Y")
    )


def _ticket_address(name, ticket):
    model = "denunciation" if ticket.kind == Ticket.Kind.DENUNCIATION else "ticket"
    return reverse(f"admin:feedback_{model}_{name}", args=[ticket.pk])
