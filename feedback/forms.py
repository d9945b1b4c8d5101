"""What people write to the administration."""

from django import forms
from django.core.signing import Signer
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback import intake
from feedback.form_fields import (
    ConsentField,
    NamedChoiceField,
    ProcedureField,
    show_consents,
)
from feedback.models import ConsentText, Ticket
from portal.forms import DayField, LineFormField, PhoneField, ProseFormField
from portal.held_files import AttachedFilesForm, AttachmentsField
from procedures.models import Agency, ServicePoint
from procedures.terms import terms_of

Kind = Ticket.Kind

# What this form takes. The others go by laws of their own.
OPEN_KINDS = (Kind.REFLECTION, Kind.PROPOSAL, Kind.QUESTION, Kind.COMMENT, Kind.PRAISE)
LEAST_LETTERS = 10
TOO_LONG = _("Ghi ngắn hơn: nhiều nhất %(limit_value)s chữ cái, đang có %(show_value)s.")
NAMED, ANONYMOUS = "named", "anonymous"


class MessageForm(AttachedFilesForm):
    """A message with or without its sender's name; what its kinds need beside that stands below."""

    CSRF_FAILED = _(
        "Trang mở đã lâu, hoặc trình duyệt không giữ cookie của Cổng, nên phiếu chưa được nhận. Những gì ông/bà"
        " đã gõ còn nguyên dưới đây: xem lại, chọn lại tệp và đánh dấu lại ô đồng ý, rồi bấm gửi. Nếu lại thấy lời"
        " này, ông/bà cho phép cookie của Cổng trong cài đặt của trình duyệt; cookie ấy chỉ để không ai gửi thay"
        " ông/bà."
    )
    # Needed from whoever gives a name.
    IDENTITY = ("name", "address")

    subject = LineFormField(
        label=_("Việc gì"),
        max_length=200,
        help_text=_("Một câu ngắn. Ví dụ: Chờ lâu ở quầy số 2."),
        error_messages={"required": _("Ghi một câu ngắn nói việc gì."), "max_length": TOO_LONG},
    )
    body = ProseFormField(
        label=_("Nội dung"),
        max_length=10_000,
        help_text=_(
            "Việc xảy ra ở đâu, khi nào, ông/bà mong muốn gì. Đừng ghi tên, số điện thoại, số căn cước của mình vào"
            " đây: tên có ô riêng bên dưới."
        ),
        error_messages={
            "required": _("Ghi nội dung ông/bà muốn gửi."),
            "max_length": _(
                "Nhiều nhất 10.000 chữ cái, đang có %(show_value)s. Rút ngắn, hoặc gửi phần còn lại bằng tệp PDF."
            ),
        },
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    agency = NamedChoiceField(
        label=_("Về cơ quan"),
        queryset=Agency.objects.none(),
        empty_label=_("Không chọn"),
        error_messages={"invalid_choice": _("Chọn một cơ quan trong danh sách, hoặc để trống.")},
    )
    files = AttachmentsField(
        label=_("Ảnh, giấy tờ kèm theo"),
        help_text=_(
            "Đừng gửi ảnh căn cước hay giấy tờ tùy thân. Nơi chụp, ngày giờ, tên máy ghi trong ảnh được xóa."
        ),
    )
    naming = forms.ChoiceField(
        label=_("Ông/bà có ghi tên không?"),
        choices=[
            (NAMED, _("Ghi tên để được trả lời và công khai kết quả")),
            (ANONYMOUS, _("Không ghi tên")),
        ],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Chọn ghi tên hoặc không ghi tên.")
        ),
    )
    name = LineFormField(
        label=_("Họ và tên"),
        max_length=120,
        error_messages={
            "required": _("Ghi họ và tên, hoặc chọn “Không ghi tên”."),
            "max_length": TOO_LONG,
        },
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    address = LineFormField(
        label=_("Địa chỉ"),
        max_length=300,
        error_messages={
            "required": _(
                "Ghi địa chỉ: nơi giải quyết cần biết để trả lời. Không muốn ghi thì chọn “Không ghi tên”."
            ),
            "max_length": TOO_LONG,
        },
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
    )
    consent_intake = ConsentField(ConsentText.Purpose.INTAKE)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        show_consents(self)
        self.fields["agency"].queryset = Agency.objects.current().in_name_order()
        if self.request is not None:
            self._name_choices()
        is_named = self._typed("naming") != ANONYMOUS
        for name in self.IDENTITY:
            self.fields[name].required = is_named
            # Needed or not, as a choice on the same page has it: the browser cannot know.
            self.fields[name].widget.use_required_attribute = lambda initial: False
        self.fields["consent_intake"].required = is_named

    @classmethod
    def showing(cls, data, **options):
        """A new form with what was typed into another that cannot be taken; nobody has agreed to anything in it."""
        form = cls(**options)
        form.initial |= {
            name: field.widget.value_from_datadict(data, {}, name)
            for name, field in form.fields.items()
            if name not in {"stamp", "website", "files"} and not isinstance(field, ConsentField)
        }
        return form

    def clean(self):
        cleaned = super().clean()
        if "naming" not in cleaned:
            # Who has not chosen yet is asked for that alone.
            for name in (*self.IDENTITY, "consent_intake"):
                self.errors.pop(name, None)
        return cleaned

    def clean_body(self):
        body = self.cleaned_data["body"]
        if sum(char.isalpha() for char in body) < LEAST_LETTERS:
            raise forms.ValidationError(_("Nội dung quá ngắn. Ghi rõ hơn, bằng vài câu."))
        return body

    @property
    def naming_choices(self):
        """With a name or without, each with what that means."""
        return zip(self["naming"], self.NAMING_NOTES, strict=True)

    @property
    def consent_fields(self):
        return [self[name] for name in self.fields if isinstance(self.fields[name], ConsentField)]

    @property
    def is_named(self):
        return self.cleaned_data["naming"] == NAMED

    def sender(self):
        """The fields of TicketSender; None for who gives no name, whatever else was typed."""
        if not self.is_named:
            return None
        return {"name": self.cleaned_data["name"], "address": self.cleaned_data["address"]}

    def consents(self):
        """The texts that were agreed to."""
        text = self.cleaned_data["consent_intake"]
        return [text] if text else []

    def about(self):
        return {"agency_concerned": self.cleaned_data["agency"]}

    def submit(self, *, now=None):
        return intake.submit_ticket(
            form_key=self.form_key,
            declared_kind=self.kind,
            subject=self.cleaned_data["subject"],
            body=self.cleaned_data["body"],
            sender=self.sender(),
            consents=self.consents(),
            attach=lambda ticket: intake.keep_files(self, ticket),
            now=now,
            **self.about(),
        )

    @classmethod
    def _signer(cls):
        """One for all kinds: a receipt is asked for with the stamp alone."""
        return Signer(salt="feedback.message")

    def _name_choices(self):
        for field in self.fields.values():
            if isinstance(field, NamedChoiceField):
                field.name_in(terms_of(self.request))

    def _typed(self, name):
        return self.data.get(name) if self.is_bound else None


class TicketForm(MessageForm):
    """A reflection, proposal, question, comment or praise."""

    NAMING_NOTES = (
        _("Chỉ người giải quyết thấy tên. Luật muốn phản ánh, kiến nghị có cả địa chỉ."),
        _(
            "Phiếu được giữ làm thông tin: không hẹn ngày trả lời, không công khai kết quả. Tên, cách liên hệ"
            " ghi ở dưới không được giữ."
        ),
    )

    declared_kind = forms.ChoiceField(
        label=_("Ông/bà muốn gửi gì?"),
        choices=[(kind.value, kind.label) for kind in OPEN_KINDS],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Chọn một loại. Chưa rõ thì chọn “Phản ánh”: cán bộ sẽ xếp lại."),
            "invalid_choice": _("Chọn một trong năm loại. Khiếu nại, tố cáo gửi theo đường riêng."),
        },
    )
    procedure = ProcedureField(
        label=_("Về thủ tục"),
        help_text=_("Mã hoặc tên thủ tục. Ví dụ: 1.001193, hoặc đăng ký khai sinh."),
    )
    service_point = NamedChoiceField(
        label=_("Về nơi nộp hồ sơ"),
        queryset=ServicePoint.objects.none(),
        empty_label=_("Không chọn"),
        error_messages={"invalid_choice": _("Chọn một nơi trong danh sách, hoặc để trống.")},
    )
    dossier_code = LineFormField(
        label=_("Mã hồ sơ"),
        required=False,
        max_length=60,
        help_text=_("Ghi trên giấy tiếp nhận hồ sơ và hẹn trả kết quả."),
        error_messages={"max_length": TOO_LONG},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    incident_on = DayField(
        label=_("Xảy ra ngày"),
        required=False,
        help_text=_("Ngày, tháng, năm. Ví dụ: 02/09/2026."),
    )
    phone = PhoneField(
        label=_("Điện thoại"),
        required=False,
        help_text=_("Nên ghi điện thoại hoặc thư điện tử, để cán bộ hỏi thêm khi cần."),
    )
    email = forms.EmailField(
        label=_("Thư điện tử"),
        required=False,
        max_length=254,
        error_messages={"invalid": _("Ghi đủ địa chỉ, ví dụ ten@example.vn, hoặc để trống.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    organisation_name = LineFormField(
        label=_("Tên tổ chức, doanh nghiệp"),
        required=False,
        max_length=300,
        help_text=_("Chỉ ghi khi gửi thay mặt tổ chức, doanh nghiệp."),
        error_messages={"max_length": TOO_LONG},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    consent_publish_name = ConsentField(ConsentText.Purpose.PUBLISH_NAME, required=False)
    consent_mail = ConsentField(ConsentText.Purpose.MAIL, required=False)

    field_order = [
        "declared_kind",
        "subject",
        "body",
        "files",
        "procedure",
        "service_point",
        "agency",
        "dossier_code",
        "incident_on",
        "naming",
        "name",
        "organisation_name",
        "address",
        "phone",
        "email",
        "consent_intake",
        "consent_publish_name",
        "consent_mail",
    ]

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["service_point"].queryset = ServicePoint.objects.in_name_order()
        if self._typed("declared_kind") not in (None, *Ticket.WITH_SENDER):
            self.fields["address"].required = False

    @property
    def kind(self):
        return self.cleaned_data["declared_kind"]

    def clean_incident_on(self):
        day = self.cleaned_data["incident_on"]
        if day and day > timezone.localdate(self.now):
            raise forms.ValidationError(
                _("Ngày này chưa đến. Ghi ngày việc đã xảy ra, hoặc để trống.")
            )
        return day

    def clean(self):
        cleaned = super().clean()
        is_named = cleaned.get("naming") == NAMED
        if is_named and cleaned.get("consent_mail") and not self.data.get("email", "").strip():
            self.add_error(
                "email", _("Ghi thư điện tử để nhận tin, hoặc bỏ dấu ở ô đồng ý nhận tin.")
            )
        return cleaned

    def sender(self):
        sender = super().sender()
        if sender is not None:
            organisation = self.cleaned_data["organisation_name"]
            sender |= {
                "phone": self.cleaned_data["phone"],
                "email": self.cleaned_data["email"],
                "organisation_name": organisation,
                "is_organisation": bool(organisation),
            }
        return sender

    def consents(self):
        given = super().consents()
        if self.is_named:
            given += [self.cleaned_data["consent_publish_name"], self.cleaned_data["consent_mail"]]
        return [text for text in given if text]

    def about(self):
        names = ("procedure", "service_point", "dossier_code", "incident_on")
        return super().about() | {name: self.cleaned_data[name] for name in names}


class DenunciationForm(MessageForm):
    """A denunciation, where the province takes them here: no mail address, as none is written to."""

    kind = Kind.DENUNCIATION
    NAMING_CHOICES = [(NAMED, _("Ghi tên và địa chỉ")), (ANONYMOUS, _("Không ghi tên"))]
    NAMING_NOTES = (
        _(
            "Được giữ bí mật theo luật: chỉ người được giao xử lý tố cáo mở được, mỗi lần mở đều được ghi lại."
        ),
        _(
            "Luật chỉ buộc giải quyết tố cáo có tên, địa chỉ người gửi. Không ghi tên thì tố cáo được giữ làm"
            " thông tin, không hẹn ngày trả lời."
        ),
    )

    field_order = [
        "subject",
        "body",
        "agency",
        "files",
        "naming",
        "name",
        "address",
        "consent_intake",
    ]

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["naming"].choices = self.NAMING_CHOICES
        self.fields["subject"].help_text = _("Một câu ngắn.")
