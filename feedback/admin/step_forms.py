"""What is filled in for each step with a ticket."""

import re

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model

from feedback import apology, codes, joining, workflow
from feedback.admin.answer_templates import fitting_templates, unfilled_places
from feedback.admin.joined import similar_rows, waiting_rows
from feedback.models import Ticket, TicketAnswer
from feedback.ticket_file import choosable_staff
from portal.admin import KeyedAutocompleteSelectMultiple
from portal.fields import LineField, ProseField
from portal.forms import DayField
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

    def __init__(self, name, ticket, user, data=None):
        super().__init__(data, auto_id=f"id_{name}_%s", label_suffix="")
        self.ticket, self.user = ticket, user
        self.prepare()

    def prepare(self):
        """Fit the fields to the ticket."""

    def lock(self):
        """The ticket, held until the transaction ends, and before it whatever else the step holds first."""
        return workflow.lock(self.ticket)

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
        _offer(self.fields["agency"], getattr(self.ticket, "choosable_agencies", None))
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
    shared_body = prose(
        "",
        rows=8,
        required=True,
        max_length=20_000,
        help_text="Mỗi người gửi ấy đọc đúng đoạn này. Không nhắc tới người gửi phiếu này, người gửi khác, hay việc"
        " riêng của ai.",
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

    class Media:
        js = [forms.Script("js/admin/answer-templates.js", type="module")]

    def prepare(self):
        self.fields["body"].templates = fitting_templates(self.ticket)
        widget = KeyedAutocompleteSelectMultiple(
            TicketAnswer._meta.get_field("legal_documents"), admin.site
        )
        widget.choices = self.fields["legal_documents"].choices
        self.fields["legal_documents"].widget = widget
        self.fields["agency"].queryset = Agency.objects.current().in_name_order()
        _offer(self.fields["agency"], getattr(self.ticket, "choosable_agencies", None))
        self.fields["agency"].initial = self.ticket.handling_agency_id
        others = waiting_rows(self.user, self.ticket)
        if others:
            count = len(others)
            label = f"Trả lời cho người gửi các phiếu đã gộp ({count} phiếu)"
            self.fields["shared_body"].label = label
        else:
            del self.fields["shared_body"]
        if not (self.ticket.answer_is_late or any(row.is_late for row in others)):
            del self.fields["late_reason"]

    def clean_body(self):
        return _filled(self.cleaned_data["body"])

    def clean_shared_body(self):
        return _filled(self.cleaned_data["shared_body"])


class ApologyForm(StepForm):
    reason = prose("Vì sao chậm", required=True, max_length=2000, help_text=TOLD)
    new_due_on = DayField(label="Hẹn lại ngày", help_text="Một ngày làm việc sau hôm nay.")
    signer = line("Người ký", max_length=200, help_text="Họ tên, chức vụ: Nguyễn Văn A, Giám đốc.")
    document_number = line("Số văn bản", max_length=60)

    def prepare(self):
        self.fields["signer"].required = True
        self.fields["new_due_on"].initial = apology.usual_new_day
        promise = apology.broken_promise(self.ticket)
        if promise and promise.answered_on:
            del self.fields["new_due_on"]


class MergeForm(StepForm):
    candidate = forms.ChoiceField(
        label="Phiếu gần đây về cùng việc", required=False, widget=forms.RadioSelect
    )
    into = line(
        "Hoặc ghi mã, số vào sổ của phiếu kia",
        max_length=40,
        help_text="Ví dụ K7QM-4RXP-9TCW hoặc 12/2026. Phiếu kia được trả lời thì phiếu này cũng được trả lời.",
    )
    note = prose(
        "Nói với người gửi phiếu này",
        help_text=f"{TOLD} Không ghi mã phiếu kia. Để trống thì Cổng báo là giải quyết chung.",
    )
    internal_note = prose("Ghi chú nội bộ")

    NOT_FOUND = "Không tìm thấy phiếu này trong các phiếu ông/bà xem được."

    def prepare(self):
        self.similar = {str(row.pk): row for row in similar_rows(self.user, self.ticket)}
        if not self.similar:
            del self.fields["candidate"]
            return
        self.fields["candidate"].choices = [
            ("", "Phiếu khác, ghi ở dưới"),
            *((key, f"{row}: {row.subject}") for key, row in self.similar.items()),
        ]

    def clean_into(self):
        typed = self.cleaned_data["into"]
        if not typed:
            return self.similar.get(self.cleaned_data.get("candidate"))
        tickets = Ticket.objects.visible_to(self.user)
        if entry := re.fullmatch(r"([0-9]{1,9})\s*/\s*([0-9]{4})", typed):
            tickets = tickets.filter(register_number=entry[1], register_year=entry[2])
        else:
            tickets = tickets.filter(code=codes.read(typed))
        return tickets.first()

    def clean(self):
        if not self.cleaned_data.get("into"):
            self.add_error("into", self.NOT_FOUND)
        return self.cleaned_data

    def lock(self):
        return joining.lock_both(self.ticket, self.cleaned_data["into"])[0]

    def arguments(self):
        arguments = super().arguments()
        arguments.pop("candidate", None)
        return arguments


class UnmergeForm(StepForm):
    note = prose("Nói với người gửi", help_text=TOLD)
    internal_note = prose("Ghi chú nội bộ")

    def lock(self):
        return joining.lock_with_target(self.ticket)[0]


class SplitForm(StepForm):
    kind = forms.ChoiceField(
        label="Loại của phần tách ra",
        help_text="Không tách thành tố cáo: phiếu có tố cáo thì đánh dấu cả phiếu là tố cáo trước, rồi mới tách.",
    )
    subject = line("Việc gì", max_length=200)
    body = prose(
        "Nội dung của phần tách ra",
        rows=6,
        required=True,
        max_length=10_000,
        help_text="Chép nguyên văn đoạn nói về việc này. Phiếu gốc giữ nguyên lời đã gửi và các tệp kèm theo. Người"
        " gửi mở phiếu tách bằng mã của nó và mã bí mật của phiếu gốc.",
    )
    agency = forms.ModelChoiceField(Agency.objects.none(), label="Chuyển luôn tới", required=False)
    note = prose(
        "Nói với người gửi", help_text=f"{TOLD} Để trống thì Cổng báo là đã tách một việc."
    )

    def prepare(self):
        self.fields["subject"].required = True
        self.fields["agency"].queryset = Agency.objects.current().in_name_order()
        _offer(self.fields["agency"], getattr(self.ticket, "choosable_agencies", None))
        without = {Ticket.Kind.DENUNCIATION}
        if self.ticket.kind == Ticket.Kind.DENUNCIATION:
            without |= set(Ticket.BY_OTHER_LAW)
            del self.fields["agency"]
            self.fields["body"].help_text = (
                "Viết lại bằng lời của cơ quan, không gì cho biết ai gửi. Phần này thành phiếu thường, không ghi tên,"
                " ai xử lý phản ánh cũng đọc được, kể cả người bị tố cáo; không chỗ nào nói nó tách từ đâu."
            )
        self.fields["kind"].choices = [("", "Chọn một loại"), *_kinds(without)]


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
        self.fields["users"].queryset = choosable_staff()
        self.fields["users"].label_from_instance = staff_name
        _offer(self.fields["users"], getattr(self.ticket, "choosable_staff", None))
        self.fields["users"].initial = self.ticket.about_staff.all()


class HoldForm(StepForm):
    reason = prose(
        "Lý do giữ",
        required=True,
        max_length=2000,
        help_text="Ai yêu cầu, để làm gì. Trong khi giữ, không ai xóa được người gửi và tệp của phiếu.",
    )
    document_number = line("Văn bản yêu cầu", max_length=200, help_text="Số, ngày, cơ quan ra.")


class ReleaseForm(StepForm):
    reason = prose("Vì sao thôi giữ", required=True, max_length=2000)


class NoteForm(StepForm):
    internal_note = prose("Ghi chú nội bộ", required=True, help_text="Người gửi không thấy.")


def _offer(field, rows):
    """Choose from rows that the page has fetched already; without them the field asks for them."""
    if rows is not None:
        empty = [] if field.empty_label is None else [("", field.empty_label)]
        field.widget.choices = [*empty, *((row.pk, field.label_from_instance(row)) for row in rows)]


def staff_name(user):
    """As it is said here: family name first."""
    return f"{user.last_name} {user.first_name}".strip() or user.get_username()


def _filled(text):
    if places := unfilled_places(text):
        raise forms.ValidationError(f"Còn chỗ chưa điền: {', '.join(places)}")
    return text


def _kinds(without):
    return [(kind.value, kind.label) for kind in Ticket.Kind if kind not in without]
