"""The form by which anybody, or whoever holds a pass, answers a survey on the portal."""

from functools import cached_property

from django import forms
from django.core.signing import BadSignature, Signer
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from feedback.form_fields import NamedSelect
from feedback.models import SurveyResponse
from feedback.surveys.answering import submit_sheet
from feedback.surveys.forms import SheetOfForm, given_of
from feedback.surveys.sheets import IncompleteSheet, read
from portal.forms import GuardedForm
from procedures.models import AdminUnit, Agency, Procedure, ServicePoint

Channel = SurveyResponse.Channel
# What a printed code, a procedure's page or a poster says of the place, in the words of its address.
ADDRESS_WORDS = {"service_point": "noi", "procedure": "thu-tuc", "agency": "co-quan", "via": "qua"}
VIA_QR = "ma-qr"
LONGEST_NAME = 100
_VERSIONS = Signer(salt="feedback.survey.version")
ABOUT_YOU = ("age_band", "gender", "area")


class SurveyForm(SheetOfForm, GuardedForm):
    """A sheet of one version: the version that was in front of the person goes along with it, signed."""

    CSRF_FAILED = _(
        "Trang mở đã lâu, hoặc trình duyệt không giữ cookie của Cổng, nên phiếu chưa được nhận. Những gì ông/bà đã"
        " chọn, đã ghi còn nguyên dưới đây: bấm gửi lần nữa. Nếu lại thấy lời này, ông/bà cho phép cookie của Cổng"
        " trong cài đặt của trình duyệt; cookie ấy chỉ để không ai gửi thay ông/bà."
    )

    version = forms.CharField(required=False, widget=forms.HiddenInput)
    service_point = forms.CharField(required=False, widget=forms.HiddenInput)
    procedure = forms.CharField(required=False, widget=forms.HiddenInput)
    agency = forms.CharField(required=False, widget=forms.HiddenInput)
    via = forms.CharField(required=False, widget=forms.HiddenInput)
    pass_key = forms.CharField(
        label=_("Mã phiếu mời"),
        required=False,
        max_length=40,
        help_text=_(
            "Mười chữ và số in trên phiếu mời hoặc ghi trong thư mời. Không phân biệt hoa thường."
        ),
        error_messages={"required": _("Ghi mã in trên phiếu mời.")},
        widget=forms.TextInput(
            attrs={"size": 14, "autocomplete": "off", "autocapitalize": "none"}
            | {"spellcheck": "false", "data-pass": ""}
        ),
    )
    age_band = forms.ChoiceField(
        label=_("Tuổi"),
        required=False,
        choices=[("", _("Không nói")), *SurveyResponse.AgeBand.choices],
    )
    gender = forms.ChoiceField(
        label=_("Giới tính"),
        required=False,
        choices=[("", _("Không nói")), *SurveyResponse.Gender.choices],
    )
    area = forms.ModelChoiceField(
        label=_("Nơi ở: xã, phường"),
        required=False,
        queryset=AdminUnit.objects.none(),
        empty_label=_("Không nói"),
        widget=NamedSelect,
    )

    def __init__(self, data=None, *, survey, version, shown=None, **options):
        """`version` is the newest one; `shown` is what a form that cannot be taken was sent with."""
        super().__init__(data, **options)
        self.survey = survey
        sent = shown if data is None else data
        self.given = given_of(sent) if sent is not None else {}
        self.errors_of_sheet = {}
        self._drop_what_is_not_asked()
        if shown is not None:
            self._show(shown)
        self.version = self._version_in_front(sent) or version
        self._carry(self.version)

    @cached_property
    def place(self) -> dict:
        """What is being assessed, as far as it was named by an address; names that nobody knows do not count."""
        procedures = Procedure.objects.published().with_translated_name()
        rows = {
            "service_point": self._named(ServicePoint.objects.all(), slug="service_point"),
            "procedure": self._named(procedures, code="procedure"),
            "agency": self._named(Agency.objects.current(), slug="agency"),
        }
        return {name: row for name, row in rows.items() if row is not None}

    @property
    def about_you(self):
        """The fields that ask of the person, if the survey does."""
        return [self[name] for name in ABOUT_YOU if name in self.fields]

    @property
    def error_count(self):
        return len(self.errors) + len(self.errors_of_sheet)

    @property
    def channel(self):
        if self.cleaned_data.get("pass_key"):
            return Channel.PASS
        return Channel.QR if self.cleaned_data["via"] == VIA_QR else Channel.WEB

    def is_valid(self):
        return super().is_valid() and not self.errors_of_sheet

    def clean(self):
        cleaned = super().clean()
        try:
            read(self.questionnaire, self.given)
        except IncompleteSheet as refusal:
            self.errors_of_sheet = refusal.errors
        return cleaned

    def submit(self, *, sender_hash):
        """Raises what `submit_sheet` does."""
        about_you = {
            name: self.cleaned_data[name] for name in ABOUT_YOU if self.cleaned_data.get(name)
        }
        return submit_sheet(
            survey=self.survey,
            form_key=self.form_key,
            given=self.given,
            channel=self.channel,
            pass_key=self.cleaned_data.get("pass_key", ""),
            sender_hash=sender_hash,
            version=self.version,
            language=get_language(),
            now=self.now,
            **self.place,
            **about_you,
        )

    def _drop_what_is_not_asked(self):
        access = self.survey.access
        if access == self.survey.Access.OPEN:
            del self.fields["pass_key"]
        else:
            self.fields["pass_key"].required = access == self.survey.Access.PASS
        if self.survey.asks_about_you:
            units = AdminUnit.objects.communes().current().order_by("sort_key", "pk")
            self.fields["area"].queryset = units
        else:
            for name in ABOUT_YOU:
                del self.fields[name]

    def _show(self, shown):
        """Put what was typed into a form that has a stamp of its own."""
        self.initial |= {
            name: shown.get(name, "")
            for name in self.fields
            if name not in {"stamp", "website", "version"}
        }

    def _carry(self, version):
        signed = _VERSIONS.sign(str(version.pk))
        self.initial["version"] = signed
        if self.is_bound:
            self._put("version", signed)

    def _version_in_front(self, sent):
        try:
            key = _VERSIONS.unsign(sent.get("version", "") if sent is not None else "")
        except BadSignature:
            return None
        return self.survey.versions.filter(pk=key, opened_at__isnull=False).first()

    def _named(self, rows, **lookup):
        ((column, name),) = lookup.items()
        value = str(self[name].value() or "")[:LONGEST_NAME].replace("\x00", "")
        return rows.filter(**{column: value}).first() if value else None
