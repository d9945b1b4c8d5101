"""All versions of an article: who saved what, what differs between two, an earlier one made the newest again."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from outreach import publishing
from outreach.admin.article_form import name_of
from outreach.article_states import moment_in_words
from outreach.comparing import compare
from outreach.models import ArticleVersion


@dataclass(frozen=True)
class VersionRow:
    """A version as a line of the list of all versions."""

    version: ArticleVersion
    saved_by: str
    fate: str
    is_newest: bool


class CompareForm(forms.Form):
    tu = forms.IntegerField(min_value=1)
    den = forms.IntegerField(min_value=1)


class RevisionsMixin:
    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/so-sanh/", view(self.compare_view), name="outreach_article_compare"),
            path(
                "<int:pk>/cac-ban/<int:number>/khoi-phuc/",
                view(self.restore_view),
                name="outreach_article_restore",
            ),
            *super().get_urls(),
        ]

    def version_rows(self, article):
        versions = article.versions.select_related("saved_by", "returned_by", "approved_by")
        versions = versions.defer("lead", "body").order_by("-number")
        now = timezone.now()
        return [
            VersionRow(version, name_of(version.saved_by), fate_of(version, now), place == 0)
            for place, version in enumerate(versions)
        ]

    @method_decorator(require_safe)
    def compare_view(self, request, pk):
        """Two versions of one article; without numbers in the address, the two newest."""
        article = self.article_or_404(request, pk)
        newest = article.newest_version.number
        chosen = {"tu": str(max(1, newest - 1)), "den": str(newest)} | request.GET.dict()
        form = CompareForm(chosen)
        # A number that is none belongs to no version.
        numbers = form.cleaned_data if form.is_valid() else {"tu": 0, "den": 0}
        before = self.version_or_404(article, numbers["tu"])
        after = self.version_or_404(article, numbers["den"])
        context = {
            "before": before,
            "after": after,
            "saved_before": name_of(before.saved_by),
            "saved_after": name_of(after.saved_by),
            "comparison": compare(before, after),
            "versions": self.version_rows(article),
        }
        title = f"So sánh bản số {before.number} và bản số {after.number}"
        return self._page(request, "compare", article, title, context)

    @method_decorator(require_POST)
    def restore_view(self, request, pk, number):
        article = self.article_or_404(request, pk, "change_article")
        version = self.version_or_404(article, number)
        newest = str(request.POST.get("made_from", ""))
        try:
            restored = publishing.restore_version(
                version, by=request.user, made_from=int(newest) if newest.isdecimal() else 0
            )
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return redirect("admin:outreach_article_desk", pk)
        done = f"Khôi phục nội dung bản số {number} thành bản số {restored.number}."
        self.log_change(request, article, done)
        self.message_user(request, f"{done} Bản mới cần gửi duyệt.", messages.SUCCESS)
        return redirect("admin:outreach_article_change", pk)


def fate_of(version, at) -> str:
    """What became of one version, in words."""
    if version.is_public(at):
        if version.public_until:
            return f"đang đăng, đến {moment_in_words(version.public_until)}"
        return "đang đăng"
    if version.approved_at and version.public_from > at:
        return f"hẹn đăng lúc {moment_in_words(version.public_from)}"
    if version.approved_at:
        return (
            f"đã đăng từ {moment_in_words(version.public_from)}"
            f" đến {moment_in_words(version.public_until)}"
        )
    if version.returned_at:
        return f"trả lại lúc {moment_in_words(version.returned_at)}: {version.return_reason}"
    if version.is_waiting:
        return f"gửi duyệt lúc {moment_in_words(version.submitted_at)}"
    return "bản thảo"
