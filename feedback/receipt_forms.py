"""What is typed from a slip to check it."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from feedback import codes
from feedback.form_fields import CodeField
from portal.forms import LimitedForm

LEAST_LETTERS, ALL_LETTERS = 16, 64
LONGEST_LINE = 400
# Groups of four, as slips have them, within a line that may hold other words.
_GROUPS = re.compile(r"(?<!\w)[0-9a-f]{4}(?:[\s.·–-]*[0-9a-f]{4}){3,15}(?!\w)")
# Letters that no fingerprint has, and what is meant by them.
_LOOK_ALIKES = str.maketrans("oil", "011")


def read_fingerprint(typed: str, code: str = "") -> str:
    """The fingerprint in what was typed or pasted, perhaps with the words and the code beside it; empty if none is."""
    line = typed[:LONGEST_LINE].lower()
    if code:
        line = line.replace(codes.written(code).lower(), " ")
    alone = re.sub(r"[\s.·–-]", "", line).translate(_LOOK_ALIKES)
    if re.fullmatch(rf"[0-9a-f]{{{LEAST_LETTERS},{ALL_LETTERS}}}", alone):
        return alone
    found = _GROUPS.search(line)
    return re.sub(r"[^0-9a-f]", "", found[0]) if found else ""


class ReceiptCheckForm(LimitedForm):
    template_name = "forms/guarded.html"

    code = CodeField()
    fingerprint = forms.CharField(
        label=_("Dấu của biên nhận"),
        help_text=_(
            "16 chữ và số ở cuối biên nhận, ví dụ 3f2a-9c01-77be-04d2. Chép cả dòng, hoặc cả 64 chữ và số, đều được."
        ),
        error_messages={"required": _("Ghi dấu của biên nhận.")},
        widget=forms.TextInput(
            attrs={"size": 26, "autocomplete": "off", "autocapitalize": "off"}
            | {"spellcheck": "false", "maxlength": LONGEST_LINE}
        ),
    )

    def clean_fingerprint(self):
        typed = self.cleaned_data["fingerprint"]
        fingerprint = read_fingerprint(typed, self.cleaned_data.get("code", ""))
        if not fingerprint:
            raise forms.ValidationError(
                _("Ghi đủ 16 chữ và số của dấu: chỉ có các số và các chữ từ a đến f."),
                code="invalid",
            )
        return fingerprint

    def words_to_wait(self, minutes):
        return ngettext(
            "Đã có quá nhiều lần kiểm tra. Ông/bà chờ khoảng %(minutes)s phút rồi kiểm tra lần nữa.",
            "Đã có quá nhiều lần kiểm tra. Ông/bà chờ khoảng %(minutes)s phút rồi kiểm tra lần nữa.",
            minutes,
        )
