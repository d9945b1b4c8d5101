"""A survey itself: begun from a ready one, its facts, what may be done about it, and its end."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback.admin.survey_builder_forms import SurveyForm
from feedback.models import Survey
from feedback.surveys import counting, ready
from feedback.surveys.closing import close_survey, reopen_survey
from feedback.surveys.forms import minutes_for
from feedback.surveys.versions import (
    changes,
    current_version,
    draft_version,
    drop_draft,
    open_version,
    problems,
    remarks,
)
from portal.admin import is_key

TEMPLATE_WORDS = {
    Survey.Template.COUNTER: "Ngay sau lần làm thủ tục, ở quầy: bằng mã QR hoặc máy đặt ở đó.",
    Survey.Template.ONLINE_SERVICE: "Sau khi nộp hồ sơ trực tuyến, cả người định nộp mà không nộp được.",
    Survey.Template.FIVE_FACTORS: "Đủ năm yếu tố và câu hài lòng chung, để điều tra một lần trong kỳ.",
    Survey.Template.AGENCY: "Doanh nghiệp, hộ kinh doanh đánh giá sở, ban, ngành, địa phương, theo lối DDCI.",
    Survey.Template.USEFULNESS: "Người đọc Cổng cho biết bài viết, tài liệu có ích không.",
    Survey.Template.OWN: "Bắt đầu từ trang trắng, tự viết từng câu.",
}


class BuilderMixin:
    form = SurveyForm
    change_form_template = "admin/feedback/survey/facts.html"
    # Its own page leads there once there is something to see.
    view_on_site = False
    fieldsets = [
        (None, {"fields": ["title", "title_en", "slug", "period"]}),
        (
            "Lời ngỏ",
            {"fields": ["intro", "intro_en", "consent_text", "consent_text_en"]},
        ),
        (
            "Ai trả lời",
            {
                "fields": ["access", "asks_about_you"],
                "description": "Mở rồi thì không đổi được ai trả lời, để số liệu không lẫn hai loại mẫu.",
            },
        ),
        (
            "Mở và đóng",
            {
                "fields": ["opens_at", "closes_at", "closes_after"],
                "description": "Để trống thì mở ngay khi mở bản câu hỏi, và mở cho đến khi ông/bà đóng.",
            },
        ),
        (None, {"fields": ["is_sample"]}),
    ]

    def survey_pages(self):
        return [
            *super().survey_pages(),
            ("<int:pk>/thong-tin/", self.facts_view, "facts"),
            ("<int:pk>/mo/", self.open_view, "open"),
            ("<int:pk>/dong/", self.close_view, "close"),
            ("<int:pk>/mo-lai/", self.reopen_view, "reopen"),
            ("<int:pk>/ban-nhap/", self.draft_view, "draft"),
            ("<int:pk>/bo-ban-nhap/", self.drop_draft_view, "drop_draft"),
            ("<int:pk>/xoa-ban-soan/", self.remove_view, "remove"),
        ]

    def has_delete_permission(self, request, obj=None):
        """What people were asked stays; a draft is removed on a page of its own."""
        return False

    # A new one

    def add_view(self, request, form_url="", extra_context=None):
        template = request.GET.get("mau")
        if template in Survey.Template:
            title = f"Thêm khảo sát: {Survey.Template(template).label}"
            return super().add_view(request, form_url, {"title": title, **_FEWER_BUTTONS})
        if not self.has_add_permission(request):
            raise PermissionDenied
        kinds = {one: ready.kinds_of(one) for one in Survey.Template}
        choices = [
            (one, TEMPLATE_WORDS[one], len(kinds[one]), minutes_for(kinds[one]))
            for one in Survey.Template
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": "Thêm khảo sát",
            "subtitle": None,
            "opts": self.opts,
            "choices": choices,
        }
        return render(request, "admin/feedback/survey/templates.html", context)

    def get_changeform_initial_data(self, request):
        return ready.texts_of(request.GET["mau"])

    def save_model(self, request, obj, form, change):
        if not change:
            obj.template = request.GET["mau"]
        super().save_model(request, obj, form, change)
        if not change:
            ready.add_questions(draft_version(obj), obj.template)

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, "Đã thêm khảo sát. Xem lại các câu hỏi, rồi mở bản câu hỏi.")
        return redirect(self.address("change", obj.pk))

    # Its page and its facts

    @method_decorator(require_safe)
    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not is_key(object_id):
            raise Http404
        return self._survey_view(
            request, self.survey_or_404(request, object_id, "feedback.view_survey")
        )

    @transaction.atomic
    def facts_view(self, request, pk):
        """Whole rows are written here: not over the sheet that closes the survey meanwhile."""
        survey = self.survey_or_404(request, pk)
        counting.lock(survey.pk)
        return self.changeform_view(
            request, str(pk), extra_context={"title": "Thông tin khảo sát", **_FEWER_BUTTONS}
        )

    def get_readonly_fields(self, request, obj=None):
        """What is printed; and whether whoever came could answer: a sample is not called another afterwards."""
        is_opened = obj is not None and current_version(obj) is not None
        return ["slug", "access"] if is_opened else []

    def response_change(self, request, obj):
        messages.success(request, "Đã lưu thông tin khảo sát.")
        return redirect(self.address("change", obj.pk))

    def _survey_view(self, request, survey, *, is_refused=False, status=200):
        current = current_version(survey)
        draft = survey.versions.filter(opened_at=None).first()
        state = survey.state(current)
        context = {
            "title": str(survey),
            "current": current,
            "draft": draft,
            "state": state,
            "is_taking": state in {Survey.State.OPEN, Survey.State.COMING},
            "versions": survey.versions.annotate(question_count=Count("questions")).order_by(
                "-number"
            ),
            "sheet_count": self.get_queryset(request).get(pk=survey.pk).sheet_count,
            "is_refused": is_refused,
            "problems": problems(draft) if draft else [],
            "remarks": remarks(draft) if draft else [],
            "changes": changes(draft) if draft and current else [],
            "may_change": request.user.has_perm("feedback.change_survey"),
        }
        return self.survey_page(request, "survey", survey, context, status=status)

    # Steps

    @method_decorator(require_POST)
    def open_view(self, request, pk):
        survey = self.survey_or_404(request, pk)
        draft = survey.versions.filter(opened_at=None).first()
        if draft is None:
            messages.error(request, "Không có bản câu hỏi nào chờ mở.")
            return redirect(self.address("change", survey.pk))
        if problems(draft):
            return self._survey_view(request, survey, is_refused=True, status=422)
        done = f"Đã mở bản câu hỏi số {draft.number}."
        return self._step(request, survey, partial(open_version, draft), done)

    @method_decorator(require_POST)
    def close_view(self, request, pk):
        survey = self.survey_or_404(request, pk)
        return self._step(request, survey, partial(close_survey, survey), "Đã đóng khảo sát.")

    @method_decorator(require_POST)
    def reopen_view(self, request, pk):
        survey = self.survey_or_404(request, pk)
        return self._step(request, survey, partial(reopen_survey, survey), "Đã mở lại khảo sát.")

    @method_decorator(require_POST)
    def draft_view(self, request, pk):
        """To the questions: those of the draft, or of a new one."""
        survey = self.survey_or_404(request, pk)
        is_new = not survey.versions.filter(opened_at=None).exists()
        draft = draft_version(survey)
        if is_new:
            self.log_change(request, survey, f"Soạn bản câu hỏi số {draft.number}.")
        return redirect(self.address("questions", survey.pk, draft.number))

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def drop_draft_view(self, request, pk):
        survey = self.survey_or_404(request, pk)
        if current_version(survey) is None:
            raise PermissionDenied
        if request.method != "POST":
            context = {
                "title": "Bỏ bản nháp",
                "words": "Mất mọi chỗ đã sửa trong bản đang soạn, không lấy lại được. Bản đang hỏi người"
                " dân và các phiếu đã có không bị ảnh hưởng.",
                "way_back": self.address("change", survey.pk),
            }
            return self.survey_page(request, "confirm", survey, context)
        return self._step(request, survey, partial(drop_draft, survey), "Đã bỏ bản nháp.")

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def remove_view(self, request, pk):
        survey = self.survey_or_404(request, pk)
        if current_version(survey) is not None:
            raise PermissionDenied
        if request.method != "POST":
            context = {
                "title": "Xóa khảo sát đang soạn",
                "words": "Khảo sát này chưa mở cho ai. Xóa thì mất cả các câu hỏi đang soạn, không lấy"
                " lại được.",
                "way_back": self.address("change", survey.pk),
            }
            return self.survey_page(request, "confirm", survey, context)
        with transaction.atomic():
            self.log_deletions(request, Survey.objects.filter(pk=survey.pk))
            drop_draft(survey)
            survey.delete()
        messages.success(request, f"Đã xóa khảo sát “{survey}”.")
        return redirect(self.address("changelist"))

    def _step(self, request, survey, step, done):
        """What was done stands in the history of the survey; what was not is said on its page."""
        try:
            with transaction.atomic():
                step()
                self.log_change(request, survey, done)
        except ValidationError as refusal:
            for words in refusal.messages:
                messages.error(request, words)
        else:
            messages.success(request, done)
        return redirect(self.address("change", survey.pk))


_FEWER_BUTTONS = {"show_save_and_add_another": False, "show_save_and_continue": False}
