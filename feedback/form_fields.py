"""Fields that only messages to the administration need: their code, which procedure, and what is agreed to."""

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from feedback import codes
from feedback.models import ConsentText
from portal.forms import PortalBoundField
from portal.languages import is_source
from portal.text import clean_line, fold
from procedures.models import Procedure
from procedures.search import LONGEST_QUERY, search_procedures, search_translations

# What a person can read through to choose from.
MOST_CANDIDATES = 6


class CodeField(forms.CharField):
    """The code of a ticket, however it is typed; kept without blanks and dashes."""

    widget = forms.TextInput(
        attrs={"size": 18, "autocomplete": "off", "autocapitalize": "characters"}
        | {"spellcheck": "false", "maxlength": 40, "data-code": ""}
    )

    def __init__(self):
        super().__init__(
            label=_("Mã phiếu"),
            help_text=_(
                "Trên biên nhận, ví dụ K7QM-4RXP-9TCW. Gõ chữ thường, bỏ gạch nối đều được."
            ),
            error_messages={"required": _("Ghi mã phiếu.")},
        )

    def clean(self, value):
        return codes.read(super().clean(value))


class ProcedureInput(forms.TextInput):
    """What was typed, and beside it the code that was chosen, from a page or from a list: two inputs, one value."""

    def value_from_datadict(self, data, files, name):
        return data.get(f"{name}_code", ""), data.get(name, "")

    def format_value(self, value):
        return value[1][:LONGEST_QUERY] if value else ""


class ProcedureBoundField(PortalBoundField):
    @property
    def code_name(self):
        return f"{self.html_name}_code"

    @property
    def chosen(self):
        """The procedure that this is about, as far as it is known."""
        if not self.form.is_bound and self.initial:
            return _with_code(self.initial[0])
        return self.field.chosen


class ProcedureField(forms.Field):
    """A procedure by its code or its name; where several have such a name, the page comes back with them."""

    bound_field_class = ProcedureBoundField
    widget = ProcedureInput
    # The value of "none of these".
    NONE = "-"
    default_error_messages = {
        "unknown": _(
            "Chưa tìm được thủ tục nào như vậy. Ghi mã thủ tục, ghi tên khác, hoặc xóa ô này: nói rõ thủ tục trong"
            " nội dung là đủ."
        ),
        "several": _("Chọn thủ tục ông/bà nói đến trong danh sách."),
    }

    def __init__(self, **options):
        super().__init__(required=False, template_name="feedback/_procedure_field.html", **options)
        self.chosen = None
        self.candidates = []

    def clean(self, value):
        code, typed = value
        typed = clean_line(typed[:LONGEST_QUERY].replace("\x00", ""))
        self.chosen = _with_code(code)
        if self.chosen is None and code != self.NONE and typed:
            self.chosen, self.candidates = _found(typed)
            if self.chosen is None:
                reason = "several" if self.candidates else "unknown"
                raise forms.ValidationError(self.error_messages[reason], code=reason)
        return self.chosen


def _with_code(code):
    named = Procedure.objects.published().with_translated_name()
    return named.filter(code=code[:40].replace("\x00", "")).first()


def _found(typed):
    """The one that is meant beyond doubt, and those that may be."""
    results = search_procedures(typed, limit=MOST_CANDIDATES)
    ids = [hit.procedure_id for hit in results.hits]
    if not ids:
        ids = search_translations(typed, get_language())[0][:MOST_CANDIDATES]
    by_id = Procedure.objects.published().with_translated_name().in_bulk(ids)
    found = [by_id[pk] for pk in ids if pk in by_id]
    named = [one for one in found if _bare(one.name) == _bare(typed)]
    is_sure = results.code or results.confident and len(found) == 1 or len(named) == 1
    return (named or found)[0] if found and is_sure else None, found


def _bare(name):
    return fold(name).removeprefix("thu tuc ").strip()


class ConsentInput(forms.CheckboxInput):
    """A box whose value is the very text beside it: what comes back ticked says what was read."""

    text = None

    def get_context(self, name, value, attrs):
        return super().get_context(name, str(value) == str(self.text.pk), attrs)

    def format_value(self, value):
        return str(self.text.pk)

    def value_from_datadict(self, data, files, name):
        return data.get(name, "")

    def use_required_attribute(self, initial):
        return False


class ConsentField(forms.Field):
    """An unticked box with the text of a purpose, as it stands now; its value is that text, or None."""

    default_error_messages = {
        "changed": _("Lời bên ô này vừa được sửa. Ông/bà đọc lại rồi đánh dấu lần nữa nếu đồng ý."),
        "required": _(
            "Đánh dấu nếu ông/bà đồng ý. Không đồng ý thì chọn “Không ghi tên” ở trên, phiếu vẫn được gửi."
        ),
    }

    def __init__(self, purpose, **options):
        super().__init__(widget=ConsentInput, **options)
        self.purpose = purpose
        self.text = None

    def show(self, text):
        self.text = self.widget.text = text
        self.label = text.statement

    def clean(self, value):
        if not value:
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return None
        if value != str(self.text.pk):
            raise forms.ValidationError(self.error_messages["changed"], code="changed")
        return self.text


def show_consents(form):
    """Give each box of a form the newest text of its purpose, in the language of the page."""
    for field in form.fields.values():
        if isinstance(field, ConsentField):
            field.show(ConsentText.objects.present(field.purpose, get_language()))


class NamedSelect(forms.Select):
    """Marks the names that stand in Vietnamese on a page in another language."""

    terms = {}

    def create_option(self, name, value, label, *args, **options):
        option = super().create_option(name, value, label, *args, **options)
        row = getattr(value, "instance", None)
        if row is not None and not is_source() and row.name not in self.terms:
            option["attrs"]["lang"] = "vi"
        return option


class NamedChoiceField(forms.ModelChoiceField):
    """One of the rows with a page of their own, by its address part; named in the language of the page."""

    widget = NamedSelect

    def __init__(self, **options):
        super().__init__(required=False, to_field_name="slug", **options)

    def name_in(self, terms):
        """Use the names of the page's language, as far as there are any."""
        self.widget.terms = terms

    def to_python(self, value):
        return super().to_python(value.replace("\x00", "") if isinstance(value, str) else value)

    def label_from_instance(self, row):
        return self.widget.terms.get(row.name, row.name)
