"""A sheet as staff enter it: what was ticked on paper, typed as digits, or what somebody says to whom asks."""

import re
from datetime import datetime, time
from functools import cached_property
from urllib.parse import urlencode

from django import forms
from django.core.signing import Signer
from django.utils import timezone

from feedback.models import SurveyQuestion, SurveyResponse
from feedback.surveys.answering import submit_sheet
from feedback.surveys.forms import SheetOfForm, given_of
from feedback.surveys.sheets import UNKNOWN, IncompleteSheet, read
from portal.forms import DayField, GuardedForm, LineFormField
from procedures.deadlines import ZONE
from procedures.models import AdminUnit, Procedure, ServicePoint

Channel = SurveyResponse.Channel
# What the next sheet begins with; age and gender are those of one person.
KEPT = ("channel", "version", "service_point", "procedure", "area", "filled_on")
NOON = time(12)
BLANK = "Còn trống. Xem lại phiếu; nếu phiếu cũng bỏ trống thì đánh dấu ô ở cuối trang."


class SheetEntryForm(SheetOfForm, GuardedForm):
    """Sent twice it makes one sheet."""

    website, LEAST_SECONDS = None, 0

    filled_on = DayField(
        label="Ngày trên phiếu", error_messages={"required": "Ghi ngày người dân điền phiếu."}
    )
    service_point = forms.ModelChoiceField(
        ServicePoint.objects.none(),
        label="Nơi nộp hồ sơ",
        required=False,
        empty_label="Không ghi nơi nào",
    )
    procedure = LineFormField(
        label="Mã thủ tục",
        required=False,
        max_length=40,
        help_text="Ví dụ: 1.001193.",
        widget=forms.TextInput(attrs={"size": 14, "autocomplete": "off", "spellcheck": "false"}),
    )
    area = forms.ModelChoiceField(
        AdminUnit.objects.none(),
        label="Xã, phường nơi ở",
        required=False,
        empty_label="Không ghi",
    )
    age_band = forms.ChoiceField(
        label="Nhóm tuổi",
        required=False,
        choices=[("", "Không nói"), *SurveyResponse.AgeBand.choices],
    )
    gender = forms.ChoiceField(
        label="Giới tính",
        required=False,
        choices=[("", "Không nói"), *SurveyResponse.Gender.choices],
    )
    are_blanks_right = forms.BooleanField(
        label="Đã xem lại: các câu còn trống thì trên phiếu cũng bỏ trống", required=False
    )

    def __init__(self, data=None, *, survey, channel, version, kept=None, **options):
        super().__init__(data, **options)
        self.survey, self.channel, self.version = survey, channel, version
        sent = kept or {} if data is None else data
        self.initial["filled_on"] = timezone.localdate(self.now)
        self.kept = {name: sent[name] for name in KEPT if sent.get(name)}
        self.initial |= self.kept
        self.done = _count(sent.get("done", ""))
        self.given = given_of(data) if data is not None else {}
        self.errors_of_sheet, self.blanks = {}, set()
        self.fields["service_point"].queryset = ServicePoint.objects.in_name_order()
        units = AdminUnit.objects.communes().current().order_by("sort_key", "pk")
        self.fields["area"].queryset = units
        unasked = [] if self.is_paper else ["filled_on", "are_blanks_right"]
        unasked += [] if survey.asks_about_you else ["age_band", "gender"]
        for name in unasked:
            del self.fields[name]

    @property
    def is_paper(self):
        return self.channel == Channel.PAPER

    @property
    def about_fields(self):
        """What stands above the questions."""
        return [self[name] for name in self.fields if name not in {"stamp", "are_blanks_right"}]

    @property
    def asks_about_blanks(self):
        return bool(self.blanks) or "are_blanks_right" in self.data

    @property
    def error_count(self):
        return len(self.errors) + len(self.errors_of_sheet)

    @property
    def next_query(self):
        """What the address of the next sheet says."""
        return urlencode(self.kept | {"done": self.done + 1})

    def is_valid(self):
        return super().is_valid() and not self.errors_of_sheet

    def clean_filled_on(self):
        day = self.cleaned_data["filled_on"]
        if day > timezone.localdate(self.now):
            raise forms.ValidationError("Ngày này chưa đến. Ghi ngày người dân điền phiếu.")
        start = timezone.localdate(self._start)
        if day < start:
            raise forms.ValidationError(
                f"Bản câu hỏi này mở ngày {start:%d/%m/%Y}: phiếu không thể điền trước ngày ấy."
            )
        if self._end is not None and day > timezone.localdate(self._end):
            end = timezone.localdate(self._end)
            raise forms.ValidationError(
                f"Khảo sát đã đóng ngày {end:%d/%m/%Y}: phiếu điền sau ngày ấy không nhập được."
            )
        return day

    def clean_procedure(self):
        code = self.cleaned_data["procedure"]
        if not code:
            return None
        procedure = Procedure.objects.published().filter(code=code).first()
        if procedure is None:
            raise forms.ValidationError("Không có thủ tục mã này. Xem lại mã, hoặc để trống.")
        return procedure

    def clean(self):
        cleaned = super().clean()
        errors = self._faults(takes_blanks=False)
        if self.is_paper:
            wrong = self._faults(takes_blanks=True)
            self.blanks = errors.keys() - wrong.keys()
            words = {code: self._what_to_type(code, error) for code, error in wrong.items()}
            errors = words if cleaned.get("are_blanks_right") else words | self._blank_words()
        self.errors_of_sheet = errors
        return cleaned

    def submit(self, *, by):
        """Raises SurveyNotOpen."""
        about = ("service_point", "procedure", "area", "age_band", "gender")
        return submit_sheet(
            survey=self.survey,
            form_key=self.form_key,
            given=self._answers,
            channel=self.channel,
            entered_by=by,
            submitted_at=self._filled_at() if self.is_paper else None,
            version=self.version,
            now=self.now,
            **{name: self.cleaned_data[name] for name in about if name in self.cleaned_data},
        )

    @classmethod
    def _signer(cls):
        return Signer(salt="feedback.survey.entry")

    @property
    def _start(self):
        return max(filter(None, [self.version.opened_at, self.survey.opens_at]))

    @property
    def _end(self):
        ends = [end for end in (self.survey.closed_at, self.survey.closes_at) if end is not None]
        return min(ends, default=None)

    def _filled_at(self):
        """Noon of the day on the sheet, as far as that lies between the opening and now."""
        at = datetime.combine(self.cleaned_data["filled_on"], NOON, tzinfo=ZONE)
        return min(max(at, self._start), self.now)

    @cached_property
    def _answers(self):
        if not self.is_paper:
            return self.given
        return {
            asked.code: _typed(asked, self.given[asked.code])
            for asked in self.questionnaire.questions
            if asked.code in self.given
        }

    def _faults(self, *, takes_blanks):
        try:
            read(self.questionnaire, self._answers, takes_blanks=takes_blanks)
        except IncompleteSheet as refusal:
            return refusal.errors
        return {}

    def _blank_words(self):
        return dict.fromkeys(self.blanks, BLANK)

    def _what_to_type(self, code, error):
        """Those who type see no choices to choose from: they read which digits there are."""
        asked = self.questionnaire.by_code[code]
        if not asked.options:
            return error
        values = ", ".join(str(option.value) for option in asked.options)
        unknown = ", hoặc x" if asked.row.has_unknown else "; câu này không có ô “không biết”"
        many = " các số trong" if asked.row.kind == SurveyQuestion.Kind.MULTIPLE else " một trong"
        return f"Gõ{many} {values}{unknown}."


def _typed(asked, texts):
    """What a form would have sent for what was typed."""
    text = texts[0].strip()
    if text.lower() == UNKNOWN and asked.row.has_unknown:
        return [UNKNOWN]
    if asked.row.kind == SurveyQuestion.Kind.MULTIPLE:
        return re.split(r"[\s,;.]+", text.strip(" ,;."))
    return [text]


def _count(text):
    return int(text) if re.fullmatch(r"\d{1,5}", text, re.ASCII) else 0
