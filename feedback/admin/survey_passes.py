"""Invitation slips of a survey: printed, mailed, taken back; counted by batch, never one by one."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from feedback.models import Survey
from feedback.surveys import passes
from feedback.surveys.invitations import invite
from feedback.surveys.printing import slips_pdf
from feedback.surveys.versions import current_version
from portal.forms import GuardedForm, LineFormField, ProseFormField
from procedures.models import ServicePoint

MOST_SLIPS, MOST_MAILS = 2000, 500
LONGEST_ADDRESS = 254
TAKEN = "Đợt này đã có. Đặt tên khác, hoặc hủy đợt cũ rồi phát đợt mới."


class BatchForm(GuardedForm):
    """Sent twice it makes one batch: the passes follow from its stamp, which no table holds."""

    LEAST_SECONDS = 0
    MOST_SECONDS = 60 * 60
    TOO_OLD = "Trang này mở đã quá một giờ. Xin xem lại rồi bấm lần nữa."

    batch = LineFormField(
        label="Tên đợt phát", max_length=60, help_text="Ví dụ: Tháng 11, quầy số 2."
    )
    service_point = forms.ModelChoiceField(
        ServicePoint.objects.none(), label="Phát ở", required=False, empty_label="Không ghi nơi nào"
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options, label_suffix="", auto_id=f"id_{self.prefix_of_ids}_%s")
        self.fields["service_point"].queryset = ServicePoint.objects.in_name_order()

    def order(self):
        """What is asked for, as `passes.issue` and `invite` take it."""
        names = ("batch", "service_point")
        return {name: self.cleaned_data[name] for name in names} | {"form_key": self.form_key}


class SlipsForm(BatchForm):
    prefix_of_ids = "slips"

    count = forms.IntegerField(
        label="Số phiếu",
        min_value=1,
        max_value=MOST_SLIPS,
        help_text=f"Nhiều nhất {MOST_SLIPS}; tám phiếu một tờ A4.",
    )
    field_order = ["batch", "count", "service_point"]


class MailForm(BatchForm):
    prefix_of_ids = "mail"

    addresses = ProseFormField(
        label="Địa chỉ thư điện tử",
        max_length=MOST_MAILS * (LONGEST_ADDRESS + 1),
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        help_text=f"Mỗi dòng một địa chỉ, nhiều nhất {MOST_MAILS}. Địa chỉ ghi hai lần chỉ nhận một thư.",
    )
    field_order = ["batch", "addresses", "service_point"]

    def clean_addresses(self):
        lines = [line.strip() for line in self.cleaned_data["addresses"].split("\n")]
        wrong = [
            f"Dòng {number}: “{line[:80]}” không phải địa chỉ thư."
            for number, line in enumerate(lines, 1)
            if line and not _is_address(line)
        ]
        if wrong:
            raise ValidationError(wrong)
        # The first spelling of each.
        once = list({line.casefold(): line for line in reversed(lines) if line}.values())
        if len(once) > MOST_MAILS:
            raise ValidationError(f"Có {len(once)} địa chỉ; mỗi lần gửi nhiều nhất {MOST_MAILS}.")
        return once


def _is_address(line):
    try:
        validate_email(line)
    except ValidationError:
        return False
    return len(line) <= LONGEST_ADDRESS


class PassesMixin:
    def survey_pages(self):
        return [
            *super().survey_pages(),
            ("<int:pk>/phieu-moi/", self.passes_view, "passes"),
            ("<int:pk>/phieu-moi/in/", self.slips_view, "slips"),
            ("<int:pk>/phieu-moi/gui-thu/", self.invite_view, "invite"),
            ("<int:pk>/phieu-moi/huy/", self.void_view, "void"),
        ]

    def survey_tools(self, request, survey):
        tools = super().survey_tools(request, survey)
        if request.user.has_perm("feedback.change_survey"):
            tools = [*tools, ("Phiếu mời", self.address("passes", survey.pk))]
        return tools

    @method_decorator(require_safe)
    def passes_view(self, request, pk):
        return self._passes_page(request, self.survey_or_404(request, pk))

    @method_decorator(sensitive_post_parameters())
    @method_decorator(sensitive_variables())
    @method_decorator(require_POST)
    def slips_view(self, request, pk):
        """The file comes at once, as the answer: the keys in it are kept nowhere else."""
        survey = self._survey_for_passes(request, pk)
        form = SlipsForm(request.POST)
        if not form.is_valid():
            return self._passes_page(request, survey, slips=form)
        order, count = form.order(), form.cleaned_data["count"]
        about = {name: order[name] for name in ("batch", "service_point")}
        try:
            with transaction.atomic():
                keys = passes.issue(survey, count, **order)
                self.log_change(request, survey, f"In {count} phiếu mời, đợt {order['batch']}.")
                pdf = slips_pdf(survey, keys, **about)
        except passes.BatchTaken:
            form.add_error("batch", TAKEN)
            return self._passes_page(request, survey, slips=form)
        headers = {"Content-Disposition": f'attachment; filename="phieu-moi-{survey.slug}.pdf"'}
        return HttpResponse(pdf, content_type="application/pdf", headers=headers)

    @method_decorator(sensitive_post_parameters())
    @method_decorator(sensitive_variables())
    @method_decorator(require_POST)
    def invite_view(self, request, pk):
        survey = self._survey_for_passes(request, pk)
        form = MailForm(request.POST)
        if not form.is_valid():
            return self._passes_page(request, survey, mails=form)
        order, addresses = form.order(), form.cleaned_data["addresses"]
        try:
            with transaction.atomic():
                invite(survey, addresses, **order)
                words = f"Gửi {len(addresses)} thư mời, đợt {order['batch']}."
                self.log_change(request, survey, words)
        except passes.BatchTaken:
            form.add_error("batch", TAKEN)
            return self._passes_page(request, survey, mails=form)
        messages.success(request, f"Đã nhận gửi {len(addresses)} thư mời, mỗi địa chỉ một thư.")
        return redirect(self.address("passes", survey.pk))

    @method_decorator(require_POST)
    def void_view(self, request, pk):
        survey = self.survey_or_404(request, pk)
        name = request.POST.get("batch", "")
        if not any(batch.name == name for batch in passes.batches(survey)):
            raise Http404
        passes.void(survey, name)
        self.log_change(request, survey, f"Hủy phiếu mời chưa dùng, đợt {name}.")
        messages.success(request, f"Đã hủy các phiếu chưa dùng của đợt {name}.")
        return redirect(self.address("passes", survey.pk))

    def _survey_for_passes(self, request, pk):
        survey = self.survey_or_404(request, pk)
        if self._why_no_passes(survey):
            raise Http404
        return survey

    def _why_no_passes(self, survey):
        if survey.access == Survey.Access.OPEN:
            return "Khảo sát này ai cũng trả lời được, không dùng phiếu mời. Muốn dùng thì đổi mục “ai trả lời”."
        # Until it is opened its address may change, and slips are for good.
        match survey.state(current_version(survey)):
            case Survey.State.DRAFT:
                return "Mở bản câu hỏi trước: mở rồi thì địa chỉ in trên phiếu mới không đổi nữa."
            case Survey.State.CLOSED:
                return "Khảo sát đã đóng, không phát thêm phiếu mời."
        return ""

    def _passes_page(self, request, survey, *, slips=None, mails=None):
        context = {
            "title": "Phiếu mời",
            "refusal": self._why_no_passes(survey),
            "batches": passes.batches(survey),
            "slips": slips or SlipsForm(),
            "mails": mails or MailForm(),
            "is_wrong": bool(slips or mails),
        }
        return self.survey_page(
            request, "passes", survey, context, status=422 if slips or mails else 200
        )
