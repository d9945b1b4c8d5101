"""Screens at counters that show a survey: made, opened on the device by a code, switched off, given a new address."""

from base64 import b64encode

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_POST

from feedback.models import SurveyKiosk
from feedback.surveys.kiosks import new_token
from portal.qr import qr_svg
from portal.site import absolute_url
from procedures.models import ServicePoint

TITLE = "Máy ở quầy"
QR_SIDE_MM = 50


class KioskForm(forms.ModelForm):
    class Meta:
        model = SurveyKiosk
        fields = ["service_point", "name"]
        error_messages = {
            "service_point": {"required": "Chọn nơi đặt máy."},
            "name": {"required": "Ghi tên để phân biệt các máy."},
        }

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["service_point"].queryset = ServicePoint.objects.in_name_order()
        self.fields["service_point"].empty_label = "Chọn nơi đặt máy"


class KiosksMixin:
    def survey_pages(self):
        return [
            *super().survey_pages(),
            ("<int:pk>/may-tai-quay/", self.kiosks_view, "kiosks"),
            ("<int:pk>/may-tai-quay/<int:number>/", self.kiosk_step_view, "kiosk"),
        ]

    def survey_tools(self, request, survey):
        tools = super().survey_tools(request, survey)
        if request.user.has_perm("feedback.change_survey"):
            tools.append((TITLE, self.address("kiosks", survey.pk)))
        return tools

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def kiosks_view(self, request, pk):
        survey = self.survey_or_404(request, pk)
        kiosk = SurveyKiosk(survey=survey, token=new_token())
        form = KioskForm(request.POST or None, instance=kiosk)
        if form.is_valid():
            form.save()
            self.log_change(request, survey, f"Thêm máy ở quầy: {kiosk}.")
            messages.success(request, f"Đã thêm máy “{kiosk}”. Mở trên máy bằng cách quét mã.")
            return redirect(self.address("kiosks", survey.pk))
        context = {"title": TITLE, "form": form, "kiosks": _shown_kiosks(survey)}
        status = 422 if form.is_bound else 200
        return self.survey_page(request, "kiosks", survey, context, status=status)

    @method_decorator(require_POST)
    def kiosk_step_view(self, request, pk, number):
        survey = self.survey_or_404(request, pk)
        kiosk = get_object_or_404(survey.kiosks, pk=number)
        take = {"tat": _switch_off, "bat": _switch_on, "ma-moi": _give_new_token}
        step = take.get(request.POST.get("viec"))
        if step is not None:
            done = step(kiosk)
            kiosk.save(update_fields=["is_active", "token"])
            self.log_change(request, survey, f"{done}: {kiosk}.")
            messages.success(request, f"{done}: {kiosk}.")
        return redirect(self.address("kiosks", survey.pk))


def _switch_off(kiosk):
    kiosk.is_active = False
    return "Đã tắt máy"


def _switch_on(kiosk):
    kiosk.is_active = True
    return "Đã bật máy"


def _give_new_token(kiosk):
    kiosk.token = new_token()
    return "Đã đổi địa chỉ, địa chỉ cũ không mở được nữa"


def _shown_kiosks(survey):
    """Each with its address, and the code in which a tablet reads it."""
    for kiosk in survey.kiosks.select_related("service_point").order_by("name", "pk"):
        address = absolute_url(reverse("feedback:kiosk", args=[kiosk.token]))
        picture = qr_svg(address, [], title=f"Mã mở máy {kiosk}", side_mm=QR_SIDE_MM)
        yield kiosk, address, b64encode(picture.encode()).decode()
