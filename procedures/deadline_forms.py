"""What a person fills in to learn when a result is due. Everything stands in the address: the page can be kept."""

import re
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from functools import cached_property
from urllib.parse import urlencode

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.forms import DayField, LineFormField
from portal.languages import is_source
from procedures.deadline_words import term_in_words
from procedures.deadlines import ZONE, Term, deadline
from procedures.models import Procedure, SubmissionMethod, codes_meant_by
from procedures.models.calendar import FIRST_YEAR, LAST_YEAR, Unit
from procedures.search import search_procedures, search_translations

# The names of the fields in addresses, which people keep and share.
PARAMETERS = {
    "procedure": "thu-tuc",
    "method": "cach-nop",
    "amount": "so",
    "unit": "don-vi",
    "day": "ngay",
    "hour": "gio",
}
LONGEST = 200
MOST_MATCHES = 10
MOST, MOST_MONTHS = 999, 120


class HourField(forms.CharField):
    """A time of the day as people write it: 8:30, 8h30, 14 giờ, 14.30."""

    widget = forms.TextInput(attrs={"size": 8, "autocomplete": "off"})
    default_error_messages = {
        "invalid": gettext_lazy("Ghi giờ theo 24 giờ, từ 0:00 đến 23:59. Ví dụ: 14:30."),
    }

    def to_python(self, value):
        value = super().to_python(value)
        if not value:
            return None
        found = re.fullmatch(
            r"([0-9]{1,2})\s*(?::|\.|h|g|giờ)?\s*([0-9]{2})?\s*(?:phút)?", value.lower()
        )
        hour, minute = (int(part or 0) for part in found.groups()) if found else (24, 0)
        if hour > 23 or minute > 59:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return time(hour, minute)


class AmountField(forms.CharField):
    """A number of days or the like, with a half at most: 5 or 2,5."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "size": 6, "autocomplete": "off"})
    default_error_messages = {
        "invalid": gettext_lazy("Ghi một số từ 0,5 đến 999. Ví dụ: 5 hoặc 2,5."),
    }

    def to_python(self, value):
        value = super().to_python(value)
        if not value:
            return None
        if not re.fullmatch(r"0*[0-9]{1,3}(?:[.,][0-9])?", value):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        amount = Decimal(value.replace(",", "."))
        if not amount:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return amount


@dataclass(frozen=True)
class MethodChoice:
    """A way to hand in; `key` names it in addresses, where two are of one kind with its place among them."""

    key: str
    method: SubmissionMethod

    @property
    def term(self) -> Term | None:
        """Its term; None where it is told in words or not at all."""
        unit = self.method.duration_unit
        return Term(self.method.duration_value, unit) if unit else None

    @property
    def label(self):
        time = term_in_words(self.term) if self.term else _("thời hạn chỉ ghi bằng chữ")
        if not self.term and not self.method.duration_note:
            time = _("chưa có thông tin về thời hạn")
        return f"{self.method.get_kind_display()}: {time}"


class DeadlineForm(forms.Form):
    procedure = LineFormField(
        label=gettext_lazy("Mã hoặc tên thủ tục"),
        required=False,
        max_length=LONGEST,
        help_text=gettext_lazy(
            "Vài chữ của tên cũng được. Để trống nếu ông/bà đã biết thời hạn là mấy ngày."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    method = forms.ChoiceField(
        label=gettext_lazy("Cách nộp"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Chọn cách nộp: mỗi cách có thời hạn riêng."),
            "invalid_choice": gettext_lazy("Chọn một cách nộp trong danh sách."),
        },
    )
    amount = AmountField(label=gettext_lazy("Thời hạn"), required=False)
    unit = forms.ChoiceField(
        label=gettext_lazy("Đơn vị"),
        required=False,
        choices=Unit.choices,
        initial=Unit.WORKING_DAY.value,
        error_messages={"invalid_choice": gettext_lazy("Chọn một đơn vị trong danh sách.")},
    )
    day = DayField(
        label=gettext_lazy("Ngày nộp hồ sơ"),
        help_text=gettext_lazy("Ngày, tháng, năm. Ví dụ: 02/09/2026."),
        error_messages={"required": gettext_lazy("Ghi ngày nộp hồ sơ. Ví dụ: 02/09/2026.")},
    )
    hour = HourField(
        label=gettext_lazy("Giờ nộp hồ sơ"),
        required=False,
        help_text=gettext_lazy(
            "Cần ghi khi thủ tục giải quyết ngay hoặc tính theo giờ. Ví dụ: 14:30."
        ),
    )

    # What the answer is counted with, and whether it was typed instead of taken from the method.
    term = None
    is_typed = False

    def __init__(self, parameters):
        is_sent = PARAMETERS["day"] in parameters
        typed = parameters.get(PARAMETERS["procedure"], "")[: LONGEST * 5]
        super().__init__(
            parameters if is_sent else None,
            initial={"procedure": typed[:LONGEST], "day": timezone.localdate()},
        )
        self.found, self.matches = self._find(typed[:LONGEST].strip())
        self.methods = self._methods()
        self._offer_methods()

    def add_prefix(self, field_name):
        return PARAMETERS.get(field_name, field_name)

    def clean_day(self):
        day = self.cleaned_data["day"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(
                _("Ghi một ngày từ năm %(first)s đến năm %(last)s.")
                % {"first": FIRST_YEAR, "last": LAST_YEAR}
            )
        return day

    def clean(self):
        cleaned = super().clean()
        if "procedure" in cleaned:
            self._check_procedure()
        if not self.errors.keys() & {"procedure", "method", "amount", "unit"}:
            self._settle_term(cleaned)
        needs_hour = self.term and self.term.unit in {Unit.HOUR, Unit.IMMEDIATE}
        if needs_hour and "hour" not in self.errors and not cleaned.get("hour"):
            self.add_error("hour", _("Ghi giờ nộp, vì thời hạn này phụ thuộc giờ nộp."))
        return cleaned

    def _check_procedure(self):
        typed = self.cleaned_data["procedure"]
        if self.matches:
            self.add_error(
                "procedure", _("Có nhiều thủ tục khớp. Ông/bà chọn một thủ tục trong danh sách.")
            )
        elif typed and not self.found:
            self.add_error(
                "procedure",
                _("Không tìm thấy thủ tục này. Ông/bà thử từ khác, hoặc để trống và ghi thời hạn."),
            )

    def _settle_term(self, cleaned):
        """What was typed goes before what the method says: it stands on the slip of the counter."""
        amount, unit = cleaned.get("amount"), cleaned.get("unit") or Unit.WORKING_DAY
        chosen = self.chosen_method
        if amount:
            self._take_typed(amount, unit)
        elif chosen and chosen.term:
            self.term = chosen.term
        elif unit == Unit.IMMEDIATE:
            self.term, self.is_typed = Term(None, unit), True
        elif chosen and chosen.method.duration_note:
            self.add_error(
                "amount",
                _(
                    "Thời hạn của cách nộp này chỉ ghi bằng chữ. Ông/bà ghi thời hạn áp dụng cho mình."
                ),
            )
        elif self.found:
            self.add_error(
                "amount",
                _("Cổng chưa có thời hạn của thủ tục này. Ông/bà ghi thời hạn trên phiếu hẹn."),
            )
        else:
            self.add_error("amount", _("Ghi thủ tục, hoặc ghi thời hạn là bao nhiêu."))

    def _take_typed(self, amount, unit):
        if unit == Unit.IMMEDIATE:
            self.add_error("amount", _("Giải quyết ngay thì để trống ô này."))
        elif unit == Unit.MONTH and amount > MOST_MONTHS:
            self.add_error("amount", _("Ghi nhiều nhất %(most)s tháng.") % {"most": MOST_MONTHS})
        else:
            self.term, self.is_typed = Term(amount, unit), True

    @property
    def knows_a_term(self):
        return any(choice.term for choice in self.methods)

    @property
    def term_fields(self):
        return [self["amount"], self["unit"]]

    @property
    def chosen_method(self) -> MethodChoice | None:
        key = self.cleaned_data.get("method")
        return next((choice for choice in self.methods if choice.key == key), None)

    @cached_property
    def start(self):
        cleaned = self.cleaned_data
        return datetime.combine(cleaned["day"], cleaned.get("hour") or time.min, ZONE)

    def deadline(self, calendar=None):
        """Of a valid form."""
        return deadline(self.start, self.term, calendar=calendar)

    @property
    def identity(self) -> str:
        """What makes two questions one and the same, whatever the calendar answers."""
        code = self.found.code if self.found else ""
        method = self.chosen_method.key if self.chosen_method else ""
        term = f"{self.term.value} {self.term.unit}" if self.is_typed else ""
        return "|".join([code, method, term, self.start.isoformat()])

    @property
    def query(self) -> str:
        """The address of the answer, with every value in its usual spelling."""
        cleaned = self.cleaned_data
        values = {
            "procedure": self.found.code if self.found else "",
            "method": self.chosen_method.key if self.chosen_method else "",
            "amount": f"{self.term.value or ''}".replace(".", ",") if self.is_typed else "",
            "unit": self.term.unit if self.is_typed else "",
            "day": f"{cleaned['day']:%d/%m/%Y}",
            "hour": f"{cleaned['hour']:%H:%M}" if cleaned.get("hour") else "",
        }
        return urlencode({PARAMETERS[name]: value for name, value in values.items() if value})

    @property
    def rest_of_query(self) -> str:
        """What was typed beside the procedure, for the address of each one that may be meant."""
        rest = self._typed()
        for name in ("procedure", "method"):
            rest.pop(PARAMETERS[name], None)
        return f"&{urlencode(rest)}" if rest else ""

    @property
    def typed_query(self) -> str:
        """The address of the form as it was sent, however wrong; only so much of it as a form can hold."""
        return urlencode(self._typed())

    def _typed(self):
        names = PARAMETERS.values()
        return {name: self.data[name][:LONGEST] for name in names if self.data.get(name)}

    def _find(self, typed):
        """The procedure that was meant, or those that may be meant."""
        if not typed:
            return None, []
        procedures = (
            Procedure.objects.published().with_translated_name().prefetch_related("methods")
        )
        codes = codes_meant_by(typed)
        exact = {procedure.code: procedure for procedure in procedures.filter(code__in=codes)}
        if exact:
            return next(exact[code] for code in codes if code in exact), []
        ranked = _ranked(typed)
        rows = procedures.in_bulk(ranked)
        matches = [rows[pk] for pk in ranked if pk in rows]
        return (matches[0], []) if len(matches) == 1 else (None, matches)

    def _methods(self):
        seen, choices = {}, []
        for method in self.found.methods.all() if self.found else ():
            place = seen[method.kind] = seen.get(method.kind, 0) + 1
            key = method.kind if place == 1 else f"{method.kind}-{place}"
            choices.append(MethodChoice(key, method))
        return choices

    def _offer_methods(self):
        """Nothing to choose is not asked for; where all take equally long, the first is as good as any."""
        if not self.methods:
            del self.fields["method"]
            return
        field = self.fields["method"]
        field.choices = [(choice.key, choice.label) for choice in self.methods]
        if len({choice.term for choice in self.methods}) == 1:
            field.initial = self.methods[0].key
            if self.is_bound and PARAMETERS["method"] not in self.data:
                self.data = self.data.copy()
                self.data[PARAMETERS["method"]] = field.initial


def _ranked(typed):
    found = [hit.procedure_id for hit in search_procedures(typed, limit=MOST_MATCHES).hits]
    if not is_source():
        translated, _has_all = search_translations(typed, get_language())
        found = list(dict.fromkeys([*translated, *found]))
    return found[:MOST_MATCHES]
