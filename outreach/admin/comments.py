"""Where staff read what readers wrote, and decide: what was written cannot be changed here."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Case, OuterRef, Q, Subquery, When
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, linebreaks
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from outreach.models import ArticleVersion, Comment
from outreach.moderation import approve_comment, reject_comment, take_down_comment
from portal.admin import ModelAdmin
from portal.work_queues import days_in_words

WAITING = Q(approved_at=None, rejected_at=None)
# What a button of the page may ask for, and what the log then says.
DECISIONS = {
    "duyet": (approve_comment, "Duyệt ý kiến."),
    "tu-choi": (reject_comment, "Từ chối ý kiến: {reason}."),
    "go": (take_down_comment, "Gỡ ý kiến đã duyệt: {reason}."),
}


class StateFilter(admin.SimpleListFilter):
    title = "tình trạng"
    parameter_name = "tinh-trang"

    def lookups(self, request, model_admin):
        return [("cho-duyet", "Chờ duyệt"), ("da-duyet", "Đã duyệt"), ("tu-choi", "Không đăng")]

    def queryset(self, request, queryset):
        match self.value():
            case "cho-duyet":
                return queryset.waiting()
            case "da-duyet":
                return queryset.approved()
            case "tu-choi":
                return queryset.filter(rejected_at__isnull=False)
        return queryset


class CommentAdmin(ModelAdmin):
    list_display = ["state", "waited", "words", "name", "article_link", "submitted_at"]
    list_filter = [StateFilter, "reject_reason"]
    search_fields = ["name", "body"]
    # First what waits, the oldest on top; then what is decided, the newest on top.
    ordering = [
        Case(When(WAITING, then=0), default=1),
        Case(When(WAITING, then="submitted_at")).asc(nulls_last=True),
        "-submitted_at",
        "-pk",
    ]
    list_per_page = 20
    change_form_template = "admin/outreach/comment_change_form.html"

    def has_add_permission(self, request):
        return False

    def lookup_allowed(self, lookup, value, request=None):
        """No list may be asked for an e-mail, not even by its address."""
        return not lookup.startswith("email") and super().lookup_allowed(lookup, value, request)

    def get_queryset(self, request):
        newest = ArticleVersion.objects.newest().filter(article=OuterRef("article"))
        queryset = super().get_queryset(request).select_related("article", "decided_by")
        return queryset.annotate(article_title=Subquery(newest.values("title")[:1]))

    def get_fields(self, request, obj=None):
        email = ["email"] if obj.email and self.has_change_permission(request, obj) else []
        decision = ["decided_by", "reject_reason"] if obj.is_decided else []
        return ["state", "article_link", "submitted_at", "name", *email, "words", *decision]

    def get_readonly_fields(self, request, obj=None):
        return self.get_fields(request, obj) if obj else ()

    def get_actions(self, request):
        actions = super().get_actions(request)
        if self.has_change_permission(request):
            actions["approve"] = (_approve_chosen, "approve", "Duyệt các ý kiến đã chọn")
            for reason in Comment.RejectReason:
                name, words = f"reject_{reason.value}", f"Từ chối: {reason.label}"
                actions[name] = (_rejection_of_chosen(reason), name, words)
        return actions

    def get_urls(self):
        decide = path(
            "<int:pk>/quyet-dinh/<slug:decision>/",
            self.admin_site.admin_view(require_POST(self.decide)),
            name="outreach_comment_decide",
        )
        return [decide, *super().get_urls()]

    def render_change_form(self, request, context, *args, **options):
        context["reasons"] = Comment.RejectReason
        return super().render_change_form(request, context, *args, **options)

    def decide(self, request, pk, decision):
        """The decision on one comment; then back to those that wait."""
        comment = get_object_or_404(Comment, pk=pk)
        if not self.has_change_permission(request, comment):
            raise PermissionDenied
        if decision not in DECISIONS:
            raise Http404
        reason = request.POST.get("reason", "")
        try:
            self.decide_and_log(request, comment, decision, reason)
        except ValidationError as refusal:
            messages.error(request, refusal.message)
            return redirect("admin:outreach_comment_change", pk)
        messages.success(request, f"{comment}: {self.state(comment)}.")
        waiting = reverse("admin:outreach_comment_changelist")
        return redirect(f"{waiting}?{StateFilter.parameter_name}=cho-duyet")

    @transaction.atomic
    def decide_and_log(self, request, comment, decision, reason=""):
        service, words = DECISIONS[decision]
        options = {"reason": reason} if "{reason}" in words else {}
        service(comment, by=request.user, **options)
        self.log_change(request, comment, words.format(reason=comment.get_reject_reason_display()))

    @admin.display(description="tình trạng")
    def state(self, comment):
        if comment.approved_at:
            return "đã duyệt"
        return "không đăng" if comment.rejected_at else "chờ duyệt"

    @admin.display(description="đã chờ")
    def waited(self, comment):
        if comment.is_decided:
            return ""
        days = timezone.localdate() - timezone.localdate(comment.submitted_at)
        return days_in_words(days.days)

    @admin.display(description="ý kiến")
    def words(self, comment):
        # Safe: linebreaks escapes what the reader wrote.
        return mark_safe(linebreaks(comment.body, autoescape=True))

    @admin.display(description="bài viết")
    def article_link(self, comment):
        return format_html(
            '<a href="{}">{}</a>', comment.article.get_absolute_url(), comment.article_title
        )


def _approve_chosen(model_admin, request, comments):
    _decide_on_chosen(model_admin, request, comments, "duyet")


def _rejection_of_chosen(reason):
    def reject_chosen(model_admin, request, comments):
        _decide_on_chosen(model_admin, request, comments, "tu-choi", reason)

    return reject_chosen


def _decide_on_chosen(model_admin, request, comments, decision, reason=""):
    chosen = list(comments)
    decided = 0
    for comment in chosen:
        try:
            model_admin.decide_and_log(request, comment, decision, reason)
            decided += 1
        except ValidationError:
            continue
    messages.info(request, f"Đã quyết định {decided} ý kiến.")
    if left := len(chosen) - decided:
        messages.warning(request, f"{left} ý kiến đã được quyết định từ trước, không thay đổi.")
