"""How forms of the portal look to people, fields that Vietnamese habits need, the one search box, and the guard
of forms that anybody may send."""

import math
import re
import secrets

from django import forms
from django.core.signing import BadSignature, Signer
from django.core.validators import FileExtensionValidator
from django.forms.renderers import TemplatesSetting
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.text import clean_line, clean_text, written_size

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


class LineFormField(forms.CharField):
    """One line of text, measured as it is stored."""

    def to_python(self, value):
        value = super().to_python(value)
        return value if _is_far_too_long(value, self.max_length) else clean_line(value)


class ProseFormField(forms.CharField):
    """Text of several lines, measured as it is stored: browsers send each line break as two characters."""

    widget = forms.Textarea

    def to_python(self, value):
        value = super().to_python(value)
        return value if _is_far_too_long(value, self.max_length) else clean_text(value)


def _is_far_too_long(text, most):
    """Whether a text is refused whatever cleaning leaves of it, so that nobody has to clean megabytes."""
    return most is not None and len(text) > most * 4


class TrapInput(forms.TextInput):
    """A box that people do not see, hear or reach with the keyboard, and that programs fill in."""

    template_name = "forms/trap.html"
    is_hidden = True


class LimitedForm(forms.Form):
    """A form that may be sent only so often: what was typed comes back, with how long to wait."""

    # Why the form was not taken although every field is right, and for how many seconds not.
    hold = ""
    retry_after = None

    def refuse(self, refusal):
        """Hold what was typed until it may be sent again."""
        self.retry_after = refusal.retry_after
        minutes = math.ceil(refusal.retry_after / 60)
        self.hold = self.words_to_wait(minutes) % {"minutes": minutes}

    def words_to_wait(self, minutes):
        return ngettext(
            "Đã có quá nhiều lần gửi trong thời gian ngắn. Nội dung còn nguyên dưới đây;"
            " ông/bà giữ trang này, chờ khoảng %(minutes)s phút rồi bấm gửi lần nữa.",
            "Đã có quá nhiều lần gửi trong thời gian ngắn. Nội dung còn nguyên dưới đây;"
            " ông/bà giữ trang này, chờ khoảng %(minutes)s phút rồi bấm gửi lần nữa.",
            minutes,
        )


class GuardedForm(LimitedForm):
    """A form that anybody may send: hard to send for a program, and harmless to send twice.

        form = LetterForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                if not Letter.objects.filter(form_key=form.form_key).exists():
                    limits.spend("feedback.letter", request, limit=5, overall=200, seconds=3600)
                    Letter.objects.get_or_create(form_key=form.form_key, defaults={…})
                return redirect("feedback:letter_sent")
            except TooManyRequests as refusal:
                form.refuse(refusal)
        return form_page(request, "feedback/letter_new.html", form)

    It carries a signed stamp: when it was opened, and a key of its own. That key is unique in the table of what it
    makes, so that a double click, a retry or a second tab makes no second row and gets the first one's answer.
    Whatever the guard refuses, the page comes back with all that was typed, and a person only has to send it again.
    """

    template_name = "forms/guarded.html"

    LEAST_SECONDS = 3
    MOST_SECONDS = 24 * 60 * 60
    TOO_FAST = _("Nội dung đến nhanh hơn một người viết được. Ông/bà bấm gửi lần nữa.")
    TOO_OLD = _("Trang này mở đã quá một ngày. Ông/bà xem lại nội dung rồi bấm gửi lần nữa.")
    TRAPPED = _("Một ô ẩn đã bị tự động điền và nay đã được xóa. Ông/bà bấm gửi lần nữa.")

    # Named as programs like it, and as no browser fills in by itself.
    website = forms.CharField(required=False, widget=TrapInput)
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, now=None, **options):
        super().__init__(*args, **options)
        self.now = now or timezone.now()
        self.initial["stamp"] = self.new_stamp(self.now)

    @classmethod
    def new_stamp(cls, at):
        return cls._signer().sign_object([secrets.token_urlsafe(24), int(at.timestamp())])

    @classmethod
    def key_of(cls, data):
        """The key of a form that was sent, or nothing if its stamp is not ours."""
        return cls._read_stamp(data.get("stamp", ""))[0]

    def is_valid(self):
        return super().is_valid() and not self.hold

    def clean(self):
        cleaned = super().clean()
        self.form_key, opened_at = self._read_stamp(self.cleaned_data.get("stamp", ""))
        age = self.now.timestamp() - opened_at
        if self.cleaned_data.get("website"):
            self.hold = self.TRAPPED
            self._put("website", "")
        elif age > self.MOST_SECONDS:
            self.hold = self.TOO_OLD
            self._put("stamp", self.new_stamp(self.now))
        elif age < self.LEAST_SECONDS:
            self.hold = self.TOO_FAST
        return cleaned

    @classmethod
    def _signer(cls):
        """A stamp of one form is worth nothing in another."""
        return Signer(salt=f"{cls.__module__}.{cls.__qualname__}")

    @classmethod
    def _read_stamp(cls, stamp):
        """The key and the time of opening; a stamp that is not ours is as good as one of long ago."""
        try:
            return cls._signer().unsign_object(stamp)
        except BadSignature:
            return "", 0

    def _put(self, name, value):
        """Show another value than the one that was sent."""
        self.data = self.data.copy()
        self.data[self.add_prefix(name)] = value


def form_page(request, template, form, **context):
    """The page of a form; with status 429 where its sender has to wait."""
    response = render(request, template, context | {"form": form})
    if form.retry_after:
        response.status_code = 429
        response.headers["Retry-After"] = str(form.retry_after)
    return response
