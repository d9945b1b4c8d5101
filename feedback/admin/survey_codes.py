"""The printed codes of a survey: one for each place, posters and cards with them, and their scans."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_safe

from feedback.surveys.printing import cards_pdf, posters_pdf
from feedback.surveys.versions import current_version
from procedures.admin.qr import with_scans
from procedures.models import QrTarget, ServicePoint
from procedures.views.qr import png_picture, svg_picture


class PlacesForm(forms.Form):
    is_everywhere = forms.BooleanField(label="Tất cả nơi nộp hồ sơ", required=False)
    points = forms.ModelMultipleChoiceField(
        ServicePoint.objects.none(),
        label="Hoặc chọn từng nơi",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    has_code_without_place = forms.BooleanField(
        label="Một mã không ghi nơi nào, để in trên tờ rơi, đưa lên mạng", required=False
    )

    def __init__(self, data=None):
        super().__init__(data, label_suffix="")
        self.fields["points"].queryset = ServicePoint.objects.in_name_order()

    def clean(self):
        if not any(self.cleaned_data.get(name) for name in self.fields):
            raise forms.ValidationError("Chọn ít nhất một nơi.")

    def places(self):
        """Service points, and None for the code without a place."""
        wanted = self.cleaned_data
        points = self.fields["points"].queryset if wanted["is_everywhere"] else wanted["points"]
        return [*points, *([None] if wanted["has_code_without_place"] else [])]


class CodesMixin:
    def survey_pages(self):
        return [
            *super().survey_pages(),
            ("<int:pk>/ma-qr/", self.codes_view, "codes"),
            ("<int:pk>/ma-qr/ap-phich.pdf", self.posters_view, "posters"),
            ("<int:pk>/ma-qr/the-de-quay.pdf", self.cards_view, "cards"),
            ("<int:pk>/ma-qr/<str:token>.svg", self.code_svg_view, "code_svg"),
            ("<int:pk>/ma-qr/<str:token>.png", self.code_png_view, "code_png"),
        ]

    def survey_tools(self, request, survey):
        tools = super().survey_tools(request, survey)
        if request.user.has_perm("feedback.change_survey"):
            tools = [*tools, ("Mã QR và áp phích", self.address("codes", survey.pk))]
        return tools

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def codes_view(self, request, pk):
        survey = self.survey_or_404(request, pk)
        refusal = _why_no_codes(survey)
        if request.method != "POST":
            return self._codes_page(request, survey, PlacesForm(), refusal)
        if refusal:
            raise Http404
        form = PlacesForm(request.POST)
        if not form.is_valid():
            return self._codes_page(request, survey, form, refusal, status=422)
        for place in form.places():
            QrTarget.objects.get_or_make(survey.get_absolute_url(), place)
        messages.success(request, "Các nơi đã chọn đều có mã.")
        return redirect(self.address("codes", survey.pk))

    @method_decorator(require_safe)
    def posters_view(self, request, pk):
        return self._codes_pdf(request, pk, posters_pdf, "ap-phich")

    @method_decorator(require_safe)
    def cards_view(self, request, pk):
        return self._codes_pdf(request, pk, cards_pdf, "the-de-quay")

    @method_decorator(require_safe)
    def code_svg_view(self, request, pk, token):
        survey = self.survey_or_404(request, pk)
        target = get_object_or_404(_targets(survey), token=token)
        title = f"Mã QR của khảo sát {survey}"
        return svg_picture(request, target, title=title, name=token)

    @method_decorator(require_safe)
    def code_png_view(self, request, pk, token):
        survey = self.survey_or_404(request, pk)
        return png_picture(request, get_object_or_404(_targets(survey), token=token), name=token)

    def _codes_pdf(self, request, pk, make, name):
        """Of all places, or of the one whose token is asked for."""
        survey = self.survey_or_404(request, pk)
        targets = _targets(survey)
        if token := request.GET.get("ma"):
            targets = targets.filter(token=token[:12])
        targets = list(targets)
        if not targets or _why_no_codes(survey):
            raise Http404
        headers = {"Content-Disposition": f'inline; filename="{name}-{survey.slug}.pdf"'}
        pdf = make(survey, current_version(survey), targets)
        return HttpResponse(pdf, content_type="application/pdf", headers=headers)

    def _codes_page(self, request, survey, form, refusal, status=200):
        context = {
            "title": "Mã QR và áp phích",
            "form": form,
            "refusal": refusal,
            "targets": with_scans(_targets(survey)),
        }
        return self.survey_page(request, "codes", survey, context, status=status)


def _targets(survey):
    """By name, the code without a place last."""
    order = ["service_point__kind_order", "service_point__sort_key", "pk"]
    found = QrTarget.objects.of_page(survey.get_absolute_url())
    return found.order_by(*order)


def _why_no_codes(survey):
    if not survey.is_open_to_all:
        return "Khảo sát này chỉ nhận người có phiếu mời: in phiếu mời, không dán mã."
    if current_version(survey) is None:
        return "Mở bản câu hỏi trước: mở rồi thì địa chỉ trong mã mới không đổi nữa."
    return ""
