"""Frequent questions: what staff write themselves, made public by the same two people as the answer to a ticket."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Exists, OuterRef, Value, When
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html

from feedback.admin.publication import PublicationFilter, PublicationMixin, Rights
from feedback.models import PublicDraft
from feedback.publication_work import APPROVE, QUESTION_WORK, WRITE_QUESTIONS, has_any
from portal.admin import ModelAdmin

ABOUT = ["agency", "procedure", "legal_documents"]
NAMES = {name: f"admin:feedback_frequentquestion_{name}" for name in ("changelist", "change")}


class QuestionFilter(PublicationFilter):
    title = "việc cần làm"
    work = QUESTION_WORK


class FrequentQuestionAdmin(PublicationMixin, ModelAdmin):
    """What a question is about stands in its form, its words in the desk of publication."""

    list_display = ["words", "state", "agency", "procedure"]
    list_display_links = None
    list_select_related = ["agency", "procedure"]
    list_filter = [QuestionFilter, "public_state", ("agency", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["public_subject", "draft_subject"]
    search_help_text = "Tìm trong câu hỏi."
    fields = ABOUT
    autocomplete_fields = ABOUT
    actions = None

    class Media:
        css = {"all": ["css/admin-feedback.css"]}

    def get_queryset(self, request):
        """Those that wait for approval first, then the newest."""
        drafts = PublicDraft.objects.filter(question=OuterRef("pk")).order_by("-pk")
        waits = Exists(drafts.filter(decision=PublicDraft.Decision.WAITING))
        questions = super().get_queryset(request).annotate(waits=waits)
        questions = questions.annotate(draft_subject=drafts.values("subject")[:1])
        return questions.order_by(Case(When(waits=True, then=Value(0)), default=Value(1)), "-pk")

    # Quyền

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) or has_any(
            request.user, (*WRITE_QUESTIONS, *APPROVE)
        )

    def has_delete_permission(self, request, obj=None):
        """What was ever public, or proposed, is kept."""
        is_new = obj is None or not obj.public_drafts.exists()
        return is_new and super().has_delete_permission(request, obj)

    def get_readonly_fields(self, request, obj=None):
        """What a public page shows is not changed by its writer alone."""
        if obj and obj.is_published and not self._may_change_published(request.user, obj):
            return ABOUT
        return []

    def _may_change_published(self, user, question):
        return has_any(user, APPROVE) and question.public_written_by_id != user.pk

    # Trang

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    def response_add(self, request, obj, post_url_continue=None):
        return redirect(self.address("publication", obj.pk))

    def response_change(self, request, obj):
        return redirect(self.address("publication", obj.pk))

    def address(self, name, *args):
        return reverse(f"admin:feedback_frequentquestion_{name}", args=args)

    @admin.display(description="câu hỏi")
    def words(self, question):
        words = question.public_subject or question.draft_subject or f"Câu hỏi số {question.pk}"
        return format_html('<a href="{}">{}</a>', self.address("publication", question.pk), words)

    @admin.display(description="tình trạng", ordering="public_state")
    def state(self, question):
        waits = question.waits and question.is_published
        return question.get_public_state_display() + ("; bản sửa chờ duyệt" if waits else "")

    # Bàn công khai

    def public_item(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        question = self.get_queryset(request).filter(pk=pk).first()
        if question is None:
            raise Http404
        return question

    def public_rights(self, user, question):
        return Rights(write=has_any(user, WRITE_QUESTIONS), approve=has_any(user, APPROVE))

    def may_become_public(self, question):
        return True

    def title_of(self, question):
        return "một hỏi đáp"

    def original_words(self, question):
        return None

    def private_of(self, question):
        return {}

    def may_name_sender(self, question):
        return False

    def note_step(self, request, question, done, filled_in):
        reason = filled_in.get("reason", "")
        self.log_change(request, question, f"{done} {reason}".strip())

    def render_publication(self, request, question, context, status):
        context = {
            **self.admin_site.each_context(request),
            "subtitle": None,
            "opts": self.opts,
            "names": NAMES,
            **context,
        }
        return render(request, "admin/feedback/publication.html", context, status=status)
