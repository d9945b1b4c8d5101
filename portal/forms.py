"""How forms of the portal look to people, fields that Vietnamese habits need, and the one search box."""

import re

from django import forms
from django.core.validators import FileExtensionValidator
from django.forms.renderers import TemplatesSetting
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.text import clean_line, written_size

BYTES_IN_A_MEGABYTE = 1024 * 1024

# Longer than any real question; the rest of a pasted page is not read.
LONGEST_QUERY = 300


class SearchForm(forms.Form):
    """A query of one line. Nothing that a person types is an error: it is cut and cleaned."""

    q = forms.CharField(required=False, strip=False)

    def clean_q(self):
        return clean_line(self.cleaned_data["q"][:LONGEST_QUERY])

    @classmethod
    def query_of(cls, request):
        # Cut before validation, so that no validator reads a hundred thousand letters.
        form = cls({"q": request.GET.get("q", "")[: LONGEST_QUERY * 2].replace("\x00", "")})
        form.is_valid()
        return form.cleaned_data.get("q", "")


class PortalBoundField(forms.BoundField):
    """A field with what its template needs. The admin has templates of its own, which ask for none of this."""

    @property
    def control(self):
        """The input, in the look of its kind."""
        return self.as_widget(attrs={"class": f"field__{self._kind}"})

    @property
    def is_checkbox(self):
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def first_id(self):
        """Where a link to the field leads: in a group, to its first choice."""
        return self.id_for_label or f"{self.auto_id}_0"

    @property
    def _kind(self):
        widget = self.field.widget
        if isinstance(widget, forms.Select):
            return "select"
        return "file" if isinstance(widget, forms.FileInput) else "input"


class PortalRenderer(TemplatesSetting):
    """Gives every public form the same markup: {{ form }} whole, {{ field.as_field_group }} field by field."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    bound_field_class = PortalBoundField


class DayField(forms.DateField):
    """A day as people write it here, in every language of the portal: 2/9/1985, 02-09-1985, 02091985."""

    widget = forms.DateInput(
        format="%d/%m/%Y", attrs={"inputmode": "numeric", "size": 12, "autocomplete": "off"}
    )
    input_formats = ["%d/%m/%Y"]
    default_error_messages = {
        "invalid": _("Ghi ngày theo thứ tự ngày, tháng, năm. Ví dụ: 02/09/1985."),
    }

    def __init__(self, **options):
        super().__init__(**{"help_text": _("Ngày, tháng, năm. Ví dụ: 02/09/1985.")} | options)

    def to_python(self, value):
        if isinstance(value, str):
            parts = re.fullmatch(r"(\d{1,2})\D{1,3}(\d{1,2})\D{1,3}(\d{4})", value.strip())
            parts = parts or re.fullmatch(r"(\d\d)(\d\d)(\d{4})", value.strip())
            value = "/".join(parts.groups()) if parts else value
        return super().to_python(value)


class PhoneField(forms.CharField):
    """A telephone number, typed with or without blanks; kept in the form of E.164: +84912345678."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "size": 16})
    default_error_messages = {
        "invalid": _(
            "Số điện thoại gồm 10 hoặc 11 chữ số, bắt đầu bằng số 0. Ví dụ: 0912 345 678."
        ),
    }

    def __init__(self, **options):
        super().__init__(**{"max_length": 30} | options)

    def to_python(self, value):
        value = re.sub(r"[\s().-]", "", super().to_python(value))
        value = re.sub(r"^(\+84|0084|0)(?=[1-9])", "+84", value)
        if value and not re.fullmatch(r"\+84\d{9,10}|\+(?!84)\d{8,15}", value):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return value


class UploadField(forms.FileField):
    """A file of some types, up to a size; the hint says both.

    The name's ending is checked, not the content: whoever keeps the file looks into it.
    """

    default_error_messages = {
        "too_large": _("Tệp nặng %(size)s. Chọn tệp không quá %(limit)s."),
    }

    def __init__(self, *, types, megabytes, **options):
        self.limit = megabytes * BYTES_IN_A_MEGABYTE
        names = ", ".join(types).upper()
        hint = format_lazy(
            _("Nhận tệp {names}, không quá {limit}."), names=names, limit=f"{megabytes}\u00a0MB"
        )
        super().__init__(
            widget=forms.FileInput(attrs={"accept": ",".join(f".{type}" for type in types)}),
            validators=[
                FileExtensionValidator(
                    types, format_lazy(_("Chọn tệp thuộc loại {names}."), names=names)
                )
            ],
            **{"help_text": hint} | options,
        )

    def to_python(self, data):
        upload = super().to_python(data)
        if upload and upload.size > self.limit:
            raise forms.ValidationError(
                self.error_messages["too_large"],
                code="too_large",
                params={"size": written_size(upload.size), "limit": written_size(self.limit)},
            )
        return upload
