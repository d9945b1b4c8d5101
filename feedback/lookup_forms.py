"""What a sender types to open their ticket, and what they do with it then."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from feedback import codes
from feedback.form_fields import CodeField
from feedback.models import ConsentText, DataSubjectRequest, TicketRating
from portal.forms import GuardedForm, LimitedForm, ProseFormField
from portal.held_files import AttachedFilesForm, AttachmentsField

LONGEST_TEXT = 5000


class SecretInput(forms.PasswordInput):
    """A word that is read while it is typed, and that no page shows again."""

    input_type = "text"


class LookupForm(LimitedForm):
    """Code and secret. Whatever is typed may be wrong in one way only, so that no answer tells which of the two is."""

    code = CodeField()
    secret = forms.CharField(
        label=_("Mã bí mật"),
        help_text=_("Ngay dưới mã phiếu trên biên nhận, cũng 12 chữ và số."),
        error_messages={"required": _("Ghi mã bí mật.")},
        widget=SecretInput(
            attrs={"size": 18, "autocomplete": "off", "autocapitalize": "characters"}
            | {"spellcheck": "false", "maxlength": 40, "data-secret": ""}
        ),
    )
    # What was being written when the pass ended, and in which form.
    draft = forms.CharField(required=False, max_length=LONGEST_TEXT * 4, widget=forms.HiddenInput)
    draft_of = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    WRONG = _(
        "Mã phiếu và mã bí mật này không mở được phiếu nào. Ông/bà so lại từng chữ với biên nhận: cả hai không có"
        " số 0, số 1 và các chữ I, L, O."
    )

    def clean_secret(self):
        return codes.read(self.cleaned_data["secret"])

    def words_to_wait(self, minutes):
        return ngettext(
            "Đã thử quá nhiều lần. Ông/bà chờ khoảng %(minutes)s phút, gõ lại mã bí mật rồi tra cứu.",
            "Đã thử quá nhiều lần. Ông/bà chờ khoảng %(minutes)s phút, gõ lại mã bí mật rồi tra cứu.",
            minutes,
        )


class SenderForm(GuardedForm):
    """One of the forms on the page of an opened ticket, under a prefix of its own."""

    # Who has opened a ticket has shown to be no program, and a tap takes less than a second.
    LEAST_SECONDS = 0
    # What the page calls it, and the field in which a person writes at length.
    NAME = TEXT = ""

    def offer(self, tracked):
        """Fit the choices to the ticket as it stands."""


class MessageForm(SenderForm, AttachedFilesForm):
    NAME, TEXT = "message_form", "body"
    prefix = "tin"

    body = ProseFormField(
        label=_("Ông/bà viết gì cho cơ quan?"),
        required=False,
        max_length=LONGEST_TEXT,
        help_text=_(
            "Viết vài lời, gửi tệp, hoặc cả hai. Nhiều nhất 5.000 chữ cái; không ghi số căn cước."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    files = AttachmentsField(label=_("Ảnh, giấy tờ kèm theo"))

    def clean(self):
        cleaned = super().clean()
        if not (cleaned.get("body") or self.taken_files() or self.errors):
            self.add_error("body", _("Viết vài lời, hoặc chọn ít nhất một tệp."))
        return cleaned


class WithdrawForm(SenderForm):
    NAME = "withdraw_form"
    prefix = "rut"

    is_sure = forms.BooleanField(
        label=_("Tôi muốn rút phiếu này"),
        error_messages={"required": _("Đánh dấu nếu ông/bà chắc chắn muốn rút phiếu.")},
    )


class RatingForm(SenderForm):
    NAME, TEXT = "rating_form", "comment"
    prefix = "danh-gia"

    score = forms.TypedChoiceField(
        label=_("Ông/bà hài lòng với trả lời này đến đâu?"),
        coerce=int,
        choices=list(reversed(TicketRating.Score.choices)),
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn một mức.")},
    )
    comment = ProseFormField(
        label=_("Lời thêm"),
        required=False,
        max_length=1000,
        help_text=_("Chỉ cơ quan đọc, không công khai."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReopenForm(SenderForm):
    NAME, TEXT = "reopen_form", "reason"
    prefix = "mo-lai"

    reason = ProseFormField(
        label=_("Việc gì chưa được giải quyết?"),
        max_length=LONGEST_TEXT,
        error_messages={"required": _("Ghi việc gì còn chưa được giải quyết.")},
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class DataRequestForm(SenderForm):
    """Asks staff for something about the sender's own data."""

    NAME, TEXT = "data_form", "details"
    prefix = "du-lieu"

    kind = forms.ChoiceField(
        label=_("Ông/bà yêu cầu gì?"),
        choices=DataSubjectRequest.Kind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn một yêu cầu.")},
    )
    details = ProseFormField(
        label=_("Nói rõ thêm"),
        required=False,
        max_length=2000,
        help_text=_("Ví dụ: chỗ nào sai và ghi lại thế nào; không đồng ý dùng vào việc gì."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def offer(self, tracked):
        self.fields["kind"].choices = tracked.data_kinds


class ConsentForm(SenderForm):
    """Takes back a consent that ends at once."""

    NAME = "consent_form"
    prefix = "dong-y"

    purpose = forms.ChoiceField(
        label=_("Ông/bà rút lại sự đồng ý nào?"),
        choices=[
            (purpose, purpose.label)
            for purpose in ConsentText.Purpose
            if purpose != ConsentText.Purpose.INTAKE
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn một mục.")},
    )

    @classmethod
    def is_sent_in(cls, data):
        return f"{cls.prefix}-stamp" in data

    def offer(self, tracked):
        self.fields["purpose"].choices = tracked.ending_at_once
