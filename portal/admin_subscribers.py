"""Who gets mail, for staff: how many, of what, and whose mailboxes fail. No address is shown; one is erased on request."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from portal.admin import ReadOnlyModelAdmin
from portal.models import Subscriber, Subscription
from portal.subscriptions import choices, ending
from portal.subscriptions.forms import MailboxField

STATES = {"nhan": ("Đang nhận", True), "ngung": ("Ngừng gửi vì hộp thư không nhận", False)}

MOST_TOPICS = 50


class StateFilter(admin.SimpleListFilter):
    title = "tình trạng"
    parameter_name = "tinh-trang"

    def lookups(self, request, model_admin):
        return [(value, words) for value, (words, _is_reachable) in STATES.items()]

    def queryset(self, request, queryset):
        if self.value() not in STATES:
            return queryset
        _words, is_reachable = STATES[self.value()]
        return queryset.filter(stopped_at__isnull=is_reachable)


class EraseRequestForm(forms.Form):
    email = MailboxField(
        label="Địa chỉ thư", widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )


@admin.register(Subscriber)
class SubscriberAdmin(ReadOnlyModelAdmin):
    change_list_template = "admin/portal/subscriber/change_list.html"
    list_display = [
        "__str__",
        "mailbox",
        "topic_count",
        "frequency",
        "language",
        "confirmed_at",
        "bounce_count",
        "stopped_at",
    ]
    list_display_links = None
    list_filter = [StateFilter, "frequency", "language"]
    ordering = ["-pk"]
    fields = list_display
    readonly_fields = ["__str__", "mailbox", "topic_count"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(topic_total=Count("subscriptions"))

    def get_urls(self):
        summary = self.admin_site.admin_view(self.summary_view)
        return [
            path("tong-hop/", summary, name="portal_subscriber_summary"),
            *super().get_urls(),
        ]

    @admin.display(description="hộp thư")
    def mailbox(self, subscriber):
        """Where the mailbox lies, never whose it is."""
        return f"***@{subscriber.email.rpartition('@')[2]}"

    @admin.display(description="số chủ đề", ordering="topic_total")
    def topic_count(self, subscriber):
        return subscriber.topic_total

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    @method_decorator(sensitive_post_parameters())
    @method_decorator(sensitive_variables())
    def summary_view(self, request):
        """How many want what; and where somebody is erased who asked for it by telephone or letter."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_erase = request.user.has_perm("portal.delete_subscriber")
        form = EraseRequestForm(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            if not may_erase:
                raise PermissionDenied
            if form.is_valid():
                self._erase(request, form.cleaned_data["email"])
                return redirect("admin:portal_subscriber_summary")
        context = {
            **self.admin_site.each_context(request),
            "title": "Theo chủ đề, xóa theo yêu cầu",
            "opts": self.opts,
            "form": form,
            "may_erase": may_erase,
            "topics": _counts_by_topic(),
            "most_topics": MOST_TOPICS,
            "reachable": Subscriber.objects.reachable().count(),
            "stopped": Subscriber.objects.exclude(stopped_at=None).count(),
        }
        return render(request, "admin/portal/subscriber/summary.html", context)

    def _erase(self, request, email):
        if not ending.erase_address(email):
            self.message_user(request, "Cổng không giữ gì về địa chỉ này.", messages.WARNING)
            return
        LogEntry.objects.create(
            user=request.user,
            content_type=ContentType.objects.get_for_model(self.model),
            object_repr="Người nhận tin",
            action_flag=DELETION,
            change_message="Xóa dữ liệu của một người nhận tin theo yêu cầu.",
        )
        self.message_user(request, "Đã xóa hết dữ liệu về địa chỉ này.", messages.SUCCESS)


def _counts_by_topic():
    """(what, how many), of mailboxes that take mail, the most wanted first."""
    rows = (
        Subscription.objects.filter(subscriber__stopped_at=None)
        .values_list("kind", "key")
        .annotate(total=Count("pk"))
        .order_by("-total", "kind", "key")[:MOST_TOPICS]
    )
    return [
        (topic, total) for kind, key, total in rows for topic in choices.in_words([(kind, key)])
    ]
