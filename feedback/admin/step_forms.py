"""What is filled in for each step with a ticket."""

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model

from feedback.models import Ticket, TicketAnswer
from portal.admin import KeyedAutocompleteSelectMultiple
from portal.fields import LineField, ProseField
from procedures.models import Agency, LegalDocument

TOLD = "Người gửi đọc được câu này. Không ghi tên, số điện thoại của ai."


def prose(label, *, rows=3, help_text="", required=False, max_length=5000, **options):
    return ProseField(label, blank=not required).formfield(
        max_length=max_length,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
        **options,
    )


def line(label, *, max_length, help_text=""):
    return LineField(label, max_length=max_length, blank=True).formfield(help_text=help_text)


class StepForm(forms.Form):
    """Knows the newest event that was on the page: what has happened since is read before one decides."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, name, ticket, data=None):
        super().__init__(data, auto_id=f"id_{name}_%s", label_suffix="")
        self.ticket = ticket
        self.prepare()

    def prepare(self):
        """Fit the fields to the ticket."""

    def arguments(self):
        """What the service is given."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class ClassifyForm(StepForm):
    kind = forms.ChoiceField(label="Loại của phiếu")
    note = prose("Nói với người gửi", help_text=TOLD)
    internal_note = prose("Ghi chú nội bộ")

    def prepare(self):
        if self.ticket.kind == Ticket.Kind.DENUNCIATION:
            del self.fields["kind"]
        else:
            self.fields["kind"].choices = _kinds(without={Ticket.Kind.DENUNCIATION})
            self.fields["kind"].initial = self.ticket.kind

    def arguments(self):
        return {"kind": self.ticket.kind} | super().arguments()


class RejectForm(StepForm):
    reason = forms.ChoiceField(
        label="Lý do", choices=[("", "Chọn một lý do"), *Ticket.RejectReason.choices]
    )
    note = prose("Nói thêm với người gửi", help_text=TOLD)
    internal_note = prose("Ghi chú nội bộ")


class TransferForm(StepForm):
    agency = forms.ModelChoiceField(Agency.objects.none(), label="Chuyển tới")
    note = prose("Lý do chuyển", help_text=TOLD, required=True)
    internal_note = prose("Ghi chú nội bộ")

    def prepare(self):
        self.fields["agency"].queryset = Agency.objects.current().in_name_order()
        self.fields["agency"].initial = self.ticket.agency_concerned_id
        if self.ticket.kind == Ticket.Kind.DENUNCIATION:
            text = self.fields["internal_note"]
            text.label = "Nội dung chuyển đi"
            text.help_text = (
                "Viết lại bằng lời của cơ quan: không tên, địa chỉ, số điện thoại, nét chữ, chi tiết nào cho biết"
                " ai gửi. Nơi nhận chỉ có đoạn này, không có bản gốc, tệp và người gửi."
            )
            text.required = True
            text.widget.attrs["rows"] = 8


class ReturnForm(StepForm):
    note = prose("Lý do trả lại", help_text=TOLD, required=True)

    def arguments(self):
        return super().arguments() | {"agency": self.ticket.receiving_agency}


class StartForm(StepForm):
    internal_note = prose("Ghi chú nội bộ")


class CollectForm(StepForm):
    note = prose("Đang chờ căn cứ gì", help_text=TOLD, required=True)
    internal_note = prose("Ghi chú nội bộ")


class AskForm(StepForm):
    body = prose("Hỏi người gửi", rows=4, required=True, help_text="Hỏi rõ cần gì, để làm gì.")
    stops_clock = forms.BooleanField(
        label="Dừng đồng hồ đến khi người gửi trả lời",
        required=False,
        initial=True,
        help_text="Chỉ đánh dấu khi thiếu thông tin này thì không làm tiếp được.",
    )


class ReasonForm(StepForm):
    note = prose("Lý do", help_text=TOLD, required=True)
    internal_note = prose("Ghi chú nội bộ")


class AnswerForm(StepForm):
    outcome = forms.ChoiceField(
        label="Kết quả", choices=[("", "Chọn kết quả"), *TicketAnswer.Outcome.choices]
    )
    body = prose(
        "Trả lời",
        rows=10,
        required=True,
        max_length=20_000,
        help_text="Người gửi đọc đúng đoạn này.",
    )
    legal_documents = forms.ModelMultipleChoiceField(
        LegalDocument.objects.all(),
        label="Căn cứ",
        required=False,
        help_text="Gõ số hoặc trích yếu của văn bản rồi chọn.",
    )
    agency = forms.ModelChoiceField(Agency.objects.none(), label="Cơ quan trả lời")
    signer = line("Người ký", max_length=200, help_text="Họ tên và chức vụ.")
    document_number = line("Số văn bản", max_length=60)
    late_reason = prose("Vì sao trả lời muộn", required=True, help_text=TOLD)

    def prepare(self):
        widget = KeyedAutocompleteSelectMultiple(
            TicketAnswer._meta.get_field("legal_documents"), admin.site
        )
        widget.choices = self.fields["legal_documents"].choices
        self.fields["legal_documents"].widget = widget
        self.fields["agency"].queryset = Agency.objects.current().in_name_order()
        self.fields["agency"].initial = self.ticket.handling_agency_id
        if not self.ticket.answer_is_late:
            del self.fields["late_reason"]


class ChangeKindForm(StepForm):
    kind = forms.ChoiceField(label="Loại mới")
    internal_note = prose("Vì sao đổi loại", required=True)

    def prepare(self):
        without = {self.ticket.kind, Ticket.Kind.DENUNCIATION}
        self.fields["kind"].choices = [("", "Chọn một loại"), *_kinds(without)]


class MarkDenunciationForm(StepForm):
    internal_note = prose(
        "Ghi chú cho người xử lý tố cáo",
        help_text="Đánh dấu xong, phiếu rời danh sách này ngay và ông/bà không mở lại được, trừ khi ông/bà"
        " được giao xử lý tố cáo.",
    )

    def arguments(self):
        return super().arguments() | {"kind": Ticket.Kind.DENUNCIATION}


class ConcernedStaffForm(StepForm):
    users = forms.ModelMultipleChoiceField(
        get_user_model().objects.none(),
        label="Cán bộ mà phiếu nói tới",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Những người này không mở được phiếu, ở bất cứ đâu.",
    )

    def prepare(self):
        staff = get_user_model().objects.filter(is_staff=True, is_active=True)
        self.fields["users"].queryset = staff.order_by("last_name", "first_name", "username")
        self.fields["users"].label_from_instance = staff_name
        self.fields["users"].initial = self.ticket.about_staff.all()


class NoteForm(StepForm):
    internal_note = prose("Ghi chú nội bộ", required=True, help_text="Người gửi không thấy.")


def staff_name(user):
    """As it is said here: family name first."""
    return f"{user.last_name} {user.first_name}".strip() or user.get_username()


def _kinds(without):
    return [(kind.value, kind.label) for kind in Ticket.Kind if kind not in without]
