"""What came by telephone, letter, Zalo or at a counter, entered by an officer for its sender."""

from datetime import datetime, timedelta

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.signing import Signer
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from feedback.forms import ANONYMOUS, NAMED, OPEN_KINDS, TicketForm
from feedback.intake import SECRET_SHOWN_FOR_MINUTES, receipt_for
from feedback.models import IntakeSettings, LegalRoute, Ticket, may_handle_denunciations
from feedback.rights import visible_tickets
from feedback.slip import Slip
from portal.admin import KnownAutocompleteSelect
from portal.files import FileNotKept
from portal.forms import DayField, LineFormField
from procedures.deadlines import ZONE
from procedures.models import Agency, Procedure, ServicePoint

DENUNCIATION = Ticket.Kind.DENUNCIATION
CHANNELS = [choice for choice in Ticket.Channel.choices if choice[0] != Ticket.Channel.WEB]
# What came longer ago was more likely mistyped than left lying.
USUAL, LONGEST = timedelta(days=3), timedelta(days=366)


def chosen_from(queryset, field, label):
    return forms.ModelChoiceField(
        queryset,
        label=label,
        required=False,
        widget=KnownAutocompleteSelect(Ticket._meta.get_field(field), admin.site),
        error_messages={"invalid_choice": "Không còn trong danh sách. Chọn lại, hoặc để trống."},
    )


class EntryForm(TicketForm):
    """The public form in the hands of an officer: beside it how and when the message came."""

    # No program reaches it.
    website, LEAST_SECONDS = None, 0
    channel = forms.ChoiceField(
        label="Kênh",
        choices=[("", "Chọn kênh"), *CHANNELS],
        error_messages={"required": "Chọn kênh mà phiếu đến."},
    )
    source_reference = LineFormField(
        label="Số ở kênh nguồn",
        required=False,
        max_length=100,
        help_text="Số trên Cổng Dịch vụ công quốc gia, số công văn đến, số cuộc gọi.",
    )
    received_on = DayField(label="Ngày nhận", help_text="Ngày kênh ấy nhận được: hạn tính từ đây.")
    received_time = forms.TimeField(
        label="Giờ nhận",
        input_formats=["%H:%M", "%Hh%M", "%H giờ %M", "%H"],
        widget=forms.TimeInput(format="%H:%M", attrs={"size": 6, "autocomplete": "off"}),
        help_text="Ví dụ: 14:30.",
        error_messages={"invalid": "Ghi giờ và phút. Ví dụ: 14:30."},
    )
    is_old = forms.BooleanField(label="Ngày nhận đúng là đã lâu như vậy", required=False)
    procedure = chosen_from(Procedure.objects.published(), "procedure", "Về thủ tục")
    agency = chosen_from(Agency.objects.none(), "agency_concerned", "Về cơ quan")
    service_point = chosen_from(ServicePoint.objects.none(), "service_point", "Về nơi nộp hồ sơ")

    WORDS = {
        "declared_kind": ("Loại", "Loại mà người gửi nói; chưa rõ thì chọn “Phản ánh”."),
        "subject": ("Việc gì", "Một câu ngắn, không có tên ai."),
        "body": ("Nội dung", "Ghi đúng lời người dân, không sửa ý, không thêm nhận xét."),
        "files": ("Bản chụp đơn, ảnh, giấy tờ", None),
        "naming": ("Người gửi có cho biết tên không?", ""),
        "name": ("Họ và tên", ""),
        "phone": ("Điện thoại", ""),
        "dossier_code": ("Mã hồ sơ", ""),
    }
    NEEDED = {
        "declared_kind": "Chọn một loại.",
        "body": "Ghi nội dung người dân gửi.",
        "naming": "Chọn có tên hoặc không cho biết tên.",
        "name": "Ghi họ và tên, hoặc chọn “Không cho biết tên”.",
        "address": "Ghi địa chỉ: luật cần để trả lời. Người gửi không cho biết thì chọn “Không cho biết tên”.",
    }
    NAMING = [(NAMED, "Có tên, địa chỉ"), (ANONYMOUS, "Không cho biết tên")]

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        now = timezone.localtime(self.now)
        self.initial |= {"received_on": now.date(), "received_time": now.time()}
        for name, (label, hint) in self.WORDS.items():
            self.fields[name].label = label
            if hint is not None:
                self.fields[name].help_text = hint
        for name, words in self.NEEDED.items():
            self.fields[name].error_messages["required"] = words
        self.fields["naming"].choices = self.NAMING
        self.fields["declared_kind"].choices = [
            (kind.value, kind.label) for kind in kinds_for(self.request.user)
        ]
        # A letter says nothing of it; to settle what was sent the law asks for none.
        self.fields["consent_intake"].required = False
        if self._typed("declared_kind") == DENUNCIATION:
            self.fields["address"].required = self._typed("naming") != ANONYMOUS

    @classmethod
    def _signer(cls):
        return Signer(salt="feedback.entry")

    def clean(self):
        cleaned = super().clean()
        day, time = (cleaned.get(name) for name in ("received_on", "received_time"))
        if day and time is not None:
            self.received_at = datetime.combine(day, time, tzinfo=ZONE)
            self._check_received()
        return cleaned

    @property
    def is_doubtful(self):
        """Whether the box that confirms an old day is to be shown."""
        return "is_old" in self.errors or bool(self._typed("is_old"))

    def sender(self):
        sender = super().sender()
        if sender is not None and self.kind == DENUNCIATION:
            # No mail is written about one.
            sender["email"] = ""
        return sender

    def consents(self):
        given = super().consents()
        intake = self.cleaned_data["consent_intake"]
        return [text for text in given if self.kind != DENUNCIATION or text == intake]

    def about(self):
        return super().about() | {
            "channel": self.cleaned_data["channel"],
            "source_reference": self.cleaned_data["source_reference"],
            "received_at": self.received_at,
            "entered_by": self.request.user,
        }

    def _check_received(self):
        ago = self.now - self.received_at
        if ago < timedelta(0):
            self.add_error("received_on", "Ngày giờ này chưa đến. Xin xem lại.")
        elif ago > LONGEST:
            self.add_error("received_on", "Đã quá một năm. Xin xem lại năm đã ghi.")
        elif ago > USUAL and not self.cleaned_data.get("is_old"):
            self.add_error(
                "is_old",
                f"Ngày nhận cách đây {ago.days} ngày; hạn tính từ ngày ấy nên có thể đã gần hết. Nếu đúng, xin"
                " đánh dấu ô này rồi lưu lần nữa.",
            )


def kinds_for(user):
    """Denunciations only where the province takes them here, and from those who may handle them."""
    takes_them = IntakeSettings.present().takes_denunciations and may_handle_denunciations(user)
    return [*OPEN_KINDS, DENUNCIATION] if takes_them else list(OPEN_KINDS)


class EnteringMixin:
    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("nhap/", view(self.enter_view), name="feedback_ticket_enter"),
            path("nhap/bien-nhan/", view(self.slip_view), name="feedback_ticket_enter_slip"),
            *super().get_urls(),
        ]

    @method_decorator(sensitive_post_parameters())
    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def enter_view(self, request):
        self._check_may_enter(request)
        if request.method != "POST":
            return self._enter_page(request, EntryForm(request=request))
        # A form that has made a ticket gets its receipt, however often it is sent.
        if receipt := self._receipt_of(request):
            return self._entered_page(request, receipt)
        form = EntryForm(request.POST, request.FILES, request=request)
        if form.is_valid():
            try:
                return self._entered_page(request, form.submit())
            except FileNotKept:
                form.refuse_files()
        return self._enter_page(request, form, status=422)

    @method_decorator(sensitive_post_parameters())
    @method_decorator(require_POST)
    def slip_view(self, request):
        """The receipt on paper, for who holds the stamp of the form that made it."""
        self._check_may_enter(request)
        receipt = self._receipt_of(request)
        if receipt is None:
            raise Http404
        slip = Slip(receipt)
        name = f"bien-nhan-{slip.code}.pdf"
        return HttpResponse(
            slip.as_pdf(),
            content_type="application/pdf",
            headers={"Content-Disposition": f'inline; filename="{name}"'},
        )

    def _check_may_enter(self, request):
        if not request.user.has_perm("feedback.add_ticket"):
            raise PermissionDenied

    def _receipt_of(self, request):
        key = EntryForm.key_of(request.POST)
        return receipt_for(key) if key else None

    def _enter_page(self, request, form, status=200):
        routes = LegalRoute.objects.select_related("agency").order_by("kind")
        context = {
            "title": "Nhập phiếu thay người dân",
            "form": form,
            "media": form.media,
            "routes": routes,
            "takes_denunciations": DENUNCIATION in kinds_for(request.user),
        }
        return self._entry_page(request, "enter", context, status)

    def _entered_page(self, request, receipt):
        """No redirect leads here: nothing secret may stand in an address."""
        ticket = receipt.ticket
        model = "denunciation" if ticket.kind == DENUNCIATION else "ticket"
        is_seen = visible_tickets(request.user).filter(pk=ticket.pk).exists()
        address = reverse(f"admin:feedback_{model}_change", args=[ticket.pk]) if is_seen else ""
        context = {
            "title": "Đã nhập phiếu",
            "slip": Slip(receipt),
            "stamp": request.POST["stamp"],
            "minutes": SECRET_SHOWN_FOR_MINUTES,
            "ticket_address": address,
        }
        return self._entry_page(request, "entered", context)

    def _entry_page(self, request, name, context, status=200):
        shared = self.admin_site.each_context(request) | {"subtitle": None, "opts": self.opts}
        names = {"changelist": "admin:feedback_ticket_changelist"}
        return render(
            request,
            f"admin/feedback/{name}.html",
            shared | {"names": names} | context,
            status=status,
        )
