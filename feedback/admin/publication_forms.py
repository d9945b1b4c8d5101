"""What is filled in to write, approve, send back or withdraw a public text; and what in a text tells who somebody is."""

import hashlib
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError

from feedback.admin.step_forms import prose
from feedback.identifying import Finding, findings
from feedback.models import PublicDraft
from portal.text import clean_line, clean_text

PARTS = {"subject": "Tiêu đề", "body": "Nội dung", "answer": "Trả lời"}
ROWS = {"body": 10, "answer": 12}


@dataclass(frozen=True)
class MarkedText:
    """A part of a text with its findings, as pieces: each a string, or a finding that is to be marked."""

    name: str
    label: str
    text: str
    findings: list[Finding]

    @property
    def pieces(self):
        place = 0
        for finding in self.findings:
            yield self.text[place : finding.start]
            yield finding
            place = finding.end
        yield self.text[place:]


def marked(words: dict[str, str], private: dict) -> list[MarkedText]:
    """The parts of a text with what may tell who somebody is; `private` is what is known of the sender."""
    return [
        MarkedText(name, label, words[name], findings(words[name], **private))
        for name, label in PARTS.items()
    ]


class PublicForm(forms.Form):
    """A public text. What it may still tell of anybody is listed; the writer says that it does not, of this very text."""

    subject, body, answer = (
        PublicDraft._meta.get_field(name).formfield(label=label) for name, label in PARTS.items()
    )
    names_sender = forms.BooleanField(
        label="Nêu tên người gửi",
        help_text="Người gửi đã đồng ý nêu tên khi công khai.",
        required=False,
    )

    def __init__(self, *args, private=None, may_name_sender=False, **options):
        super().__init__(*args, auto_id="id_public_%s", label_suffix="", **options)
        self.private = private or {}
        # What the writer is asked about, and the text that they are asked about.
        self.to_confirm, self.seen_text = "", ""
        for name, rows in ROWS.items():
            self.fields[name].widget.attrs["rows"] = rows
        if not may_name_sender:
            del self.fields["names_sender"]

    def clean_subject(self):
        return clean_line(self.cleaned_data["subject"])

    def clean_body(self):
        return clean_text(self.cleaned_data["body"])

    def clean_answer(self):
        return clean_text(self.cleaned_data["answer"])

    def clean(self):
        words = self.words
        if set(words) != set(PARTS):
            return
        parts = marked(words, self.private)
        digest = _digest(words)
        is_confirmed = "is_seen" in self.data and self.data.get("seen_text") == digest
        if not (count := sum(len(part.findings) for part in parts)) or is_confirmed:
            return
        self.to_confirm = f"Tôi đã xem {count} chỗ này, không cho biết ai"
        self.seen_text = digest
        for part in parts:
            if part.findings:
                told = "; ".join(f"“{one.text}” ({one.label})" for one in part.findings)
                self.add_error(part.name, f"Có thể cho biết ai: {told}.")
        raise ValidationError(
            f"Còn {count} chỗ có thể cho biết ai. Xin sửa, hoặc đánh dấu là đã xem rồi gửi lại."
        )

    @property
    def words(self):
        return {name: value for name, value in self.cleaned_data.items() if name in PARTS}


def _digest(words):
    """Of the very text: a later one has to be looked at anew."""
    return hashlib.sha256("\0".join(words[name] for name in PARTS).encode()).hexdigest()


class ApprovalForm(forms.Form):
    """One box for each thing that was found in the proposed text."""

    def __init__(self, parts, data=None):
        super().__init__(data, auto_id="id_approve_%s", label_suffix="")
        for part in parts:
            for finding in part.findings:
                self.fields[f"{part.name}-{finding.start}-{finding.end}"] = forms.BooleanField(
                    label=f"{part.label}: “{finding.text}” ({finding.label})",
                    error_messages={"required": "Xin xem chỗ này rồi đánh dấu."},
                )


class ReasonForm(forms.Form):
    """Why a text is sent back or withdrawn: for colleagues, and kept."""

    reason = prose("Lý do", required=True)

    def __init__(self, name, data=None, *, help_text=""):
        super().__init__(data, auto_id=f"id_{name}_%s", label_suffix="")
        self.fields["reason"].help_text = help_text
