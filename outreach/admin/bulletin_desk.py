"""Where an issue of the e-bulletin is read, submitted, let out, sent back, corrected and taken down."""

from dataclasses import dataclass

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import override
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach import bulletins
from outreach.admin.article_desk import ApprovalForm, ReturnForm
from outreach.admin.article_form import name_of
from outreach.article_states import moment_in_words
from outreach.issue_checking import findings
from outreach.issue_contents import contents
from outreach.issue_print import IssuePrint, issue_pdf
from outreach.issue_states import state_of
from outreach.mailing.edition import mail_edition
from outreach.views.bulletins import issue_context
from outreach.views.previews import SECRET
from portal.fields import ProseField
from portal.images import RENDITIONS


@dataclass(frozen=True)
class Steps:
    """What this person may do with an issue now."""

    compose: bool
    submit: bool
    approve: bool
    composed_it: bool
    correct: bool
    withdraw: bool
    mail: bool
    channels: bool


class CorrectionForm(forms.Form):
    words = ProseField("đính chính").formfield(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Chỗ nào sai, đúng ra là gì. Đứng cạnh lời cũ ở trang và bản in; thư đã gửi không đổi được."
        " Để trống là bỏ đính chính.",
    )


class BulletinDeskMixin:
    def get_urls(self):
        view = self.admin_site.admin_view
        pages = [
            ("doc/", self.desk_view, "desk"),
            ("gui-duyet/", self.submit_view, "submit"),
            ("duyet/", self.approve_view, "approve"),
            ("tra-lai/", self.return_view, "return"),
            ("dinh-chinh/", self.correct_view, "correct"),
            ("go/", self.withdraw_view, "withdraw"),
            ("xem-truoc/", self.preview_view, "preview"),
            ("ban-in.pdf", self.preview_pdf_view, "preview_pdf"),
            ("thu/", self.preview_mail_view, "preview_mail"),
            ("thu.txt", self.preview_mail_text_view, "preview_mail_text"),
        ]
        return [
            *(
                path(f"<int:pk>/{address}", view(page), name=f"outreach_bulletinissue_{name}")
                for address, page, name in pages
            ),
            *super().get_urls(),
        ]

    # Quyền

    def issue_or_404(self, request, pk, right=""):
        """The issue, for somebody who may see issues and has the right named."""
        issue = self.get_object(request, str(pk))
        if issue is None:
            raise Http404
        if not self.has_view_permission(request, issue):
            raise PermissionDenied
        if right and not request.user.has_perm(f"outreach.{right}"):
            raise PermissionDenied
        return issue

    def steps_for(self, request, issue):
        user = request.user
        may_decide = user.has_perm("outreach.approve_bulletinissue")
        may_compose = self.has_change_permission(request, issue)
        composed_it = user.pk in bulletins.composers_of(issue)
        is_up = bool(issue.approved_at) and not issue.withdrawn_at
        return Steps(
            compose=may_compose,
            submit=may_compose,
            approve=may_decide and issue.is_waiting and not composed_it,
            composed_it=may_decide and issue.is_waiting and composed_it,
            correct=may_decide and is_up,
            withdraw=may_decide and is_up,
            mail=is_up and user.has_perm("outreach.mail_bulletinissue"),
            channels=is_up and user.has_perm("outreach.change_bulletinissue"),
        )

    # Trang

    @method_decorator(require_safe)
    def desk_view(self, request, pk):
        issue = self.issue_or_404(request, pk)
        context = {
            "sections": contents(issue),
            "findings": [] if issue.approved_at else findings(issue),
            "submitted_by": name_of(issue.submitted_by),
            "approved_by": name_of(issue.approved_by),
            "composers": [name_of(user) for user in issue.composers.all()],
        }
        return self._page(request, "desk", issue, "Đọc và duyệt", context)

    def _page(self, request, name, issue, title, context, status=200):
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": str(issue),
            "opts": self.opts,
            "original": issue,
            "state": state_of(issue),
            "steps": self.steps_for(request, issue),
            "returned_by": name_of(issue.returned_by),
            "is_public": issue.is_public(timezone.now()),
            **context,
        }
        return render(request, f"admin/outreach/bulletin/{name}.html", context, status=status)

    # Gửi duyệt, duyệt, trả lại

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def submit_view(self, request, pk):
        """What the machine found is read once more before the issue is handed over."""
        issue = self.issue_or_404(request, pk)
        if not self.has_change_permission(request, issue):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request, "submit", issue, "Gửi duyệt", {"findings": findings(issue)})
        try:
            bulletins.submit(issue, by=request.user)
        except ValidationError as refusal:
            self._say_refusal(request, "Chưa gửi duyệt được.", refusal)
            return redirect("admin:outreach_bulletinissue_change", pk)
        self.log_change(request, issue, "Gửi duyệt.")
        self.message_user(request, "Đã gửi duyệt. Người khác sẽ duyệt.", messages.SUCCESS)
        return redirect("admin:outreach_bulletinissue_desk", pk)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def approve_view(self, request, pk):
        issue = self.issue_or_404(request, pk, "approve_bulletinissue")
        if request.method != "POST":
            return self._approval_page(request, issue)
        form = ApprovalForm(_warnings(issue), request.POST)
        if not form.is_valid():
            return self._approval_page(request, issue, approval_form=form)
        try:
            issue = bulletins.approve(issue, by=request.user)
        except ValidationError as refusal:
            self._say_refusal(request, "Chưa duyệt.", refusal)
            return redirect("admin:outreach_bulletinissue_desk", pk)
        is_coming = issue.public_from > issue.approved_at
        when = f"ra lúc {moment_in_words(issue.public_from)}" if is_coming else "ra ngay"
        self.log_change(request, issue, f"Duyệt, {when}.")
        self.message_user(request, f"Đã duyệt {issue}, {when}.", messages.SUCCESS)
        return redirect("admin:outreach_bulletinissue_desk", pk)

    @method_decorator(require_POST)
    def return_view(self, request, pk):
        issue = self.issue_or_404(request, pk, "approve_bulletinissue")
        form = ReturnForm(request.POST)
        if not form.is_valid():
            return self._approval_page(request, issue, return_form=form)
        reason = form.cleaned_data["reason"]
        try:
            bulletins.send_back(issue, by=request.user, reason=reason)
        except ValidationError as refusal:
            self._say_refusal(request, "Chưa trả lại.", refusal)
        else:
            self.log_change(request, issue, f"Trả lại: {reason}")
            self.message_user(request, "Đã trả lại cho người soạn.", messages.SUCCESS)
        return redirect("admin:outreach_bulletinissue_desk", pk)

    def _approval_page(self, request, issue, *, approval_form=None, return_form=None):
        if not issue.is_waiting:
            self.message_user(request, "Số này không chờ duyệt.", messages.ERROR)
            return redirect("admin:outreach_bulletinissue_desk", issue.pk)
        bound = [form for form in (approval_form, return_form) if form is not None]
        context = {
            "errors": [finding for finding in findings(issue) if finding.level == "error"],
            "is_timed": issue.publish_at and issue.publish_at > timezone.now(),
            "approval_form": approval_form or ApprovalForm(_warnings(issue)),
            "return_form": return_form or ReturnForm(),
            "submitted_by": name_of(issue.submitted_by),
            "is_refused": bool(bound),
        }
        return self._page(request, "approve", issue, "Duyệt", context, 422 if bound else 200)

    # Xem trước

    @method_decorator(require_safe)
    @method_decorator(csp_replace({"frame-ancestors": [SELF]}))
    @method_decorator(xframe_options_sameorigin)
    def preview_view(self, request, pk):
        """The page as the public will see it. The approval page shows it in a frame."""
        issue = self._as_out(request, pk)
        with override(issue.language):
            context = issue_context(issue) | {"sheet": IssuePrint.of(issue).sheet}
            page = render(request, "outreach/bulletin_issue.html", context)
            page.content = _with_private_addresses(page.content.decode(), issue)
        for name, value in SECRET.items():
            page.headers[name] = value
        return page

    @method_decorator(require_safe)
    def preview_pdf_view(self, request, pk):
        issue = self._as_out(request, pk)
        pdf = HttpResponse(issue_pdf(issue), content_type="application/pdf", headers=SECRET)
        pdf.headers["Content-Disposition"] = 'inline; filename="ban-in-xem-truoc.pdf"'
        return pdf

    @method_decorator(require_safe)
    @method_decorator(csp_replace({"style-src": [UNSAFE_INLINE], "script-src": [NONE]}))
    def preview_mail_view(self, request, pk):
        """The letter as it will be sent, whose styles stand in it because mail programs load no others."""
        issue = self._as_out(request, pk)
        html, _text = mail_edition(issue).for_trial(issue.language)
        return HttpResponse(html, headers=SECRET)

    @method_decorator(require_safe)
    def preview_mail_text_view(self, request, pk):
        issue = self._as_out(request, pk)
        _html, text = mail_edition(issue).for_trial(issue.language)
        return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=SECRET)

    def _as_out(self, request, pk):
        """The issue with the day that it would have, were it approved now; not to be saved."""
        issue = self.issue_or_404(request, pk)
        now = timezone.now()
        issue.public_from = issue.public_from or max(now, issue.publish_at or now)
        return issue

    # Đính chính, gỡ

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def correct_view(self, request, pk):
        issue = self.issue_or_404(request, pk, "approve_bulletinissue")
        if request.method == "POST":
            form = CorrectionForm(request.POST)
        else:
            form = CorrectionForm(initial={"words": issue.correction})
        if not form.is_valid():
            status = 422 if form.is_bound else 200
            return self._page(request, "correct", issue, "Đính chính", {"form": form}, status)
        words = form.cleaned_data["words"]
        try:
            bulletins.correct(issue, words=words)
        except ValidationError as refusal:
            self._say_refusal(request, "Chưa đính chính.", refusal)
        else:
            done = f"Đính chính: {words}" if words else "Bỏ đính chính."
            self.log_change(request, issue, done)
            self.message_user(request, "Đã lưu đính chính.", messages.SUCCESS)
        return redirect("admin:outreach_bulletinissue_desk", pk)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def withdraw_view(self, request, pk):
        issue = self.issue_or_404(request, pk, "approve_bulletinissue")
        if request.method != "POST":
            return self._page(request, "withdraw", issue, "Gỡ số bản tin", {})
        if bulletins.withdraw(issue):
            self.log_change(request, issue, "Gỡ khỏi Cổng.")
            self.message_user(request, f"Đã gỡ {issue} khỏi Cổng.", messages.SUCCESS)
        else:
            self.message_user(request, "Số này chưa duyệt hoặc đã gỡ.", messages.WARNING)
        return redirect("admin:outreach_bulletinissue_desk", pk)

    def _say_refusal(self, request, what, refusal):
        self.message_user(request, " ".join([what, *refusal.messages]), messages.ERROR)


def _with_private_addresses(html, issue):
    """The cover and the sheet, which nobody may open yet, as staff may."""
    printed = reverse("outreach:bulletin_issue_pdf", args=[issue.year, issue.number])
    html = html.replace(
        f'"{printed}"', f'"{reverse("admin:outreach_bulletinissue_preview_pdf", args=[issue.pk])}"'
    )
    if issue.cover is None:
        return html
    for rendition in RENDITIONS:
        html = html.replace(
            issue.cover.get_rendition_url(rendition), issue.cover.admin_url(rendition)
        )
    return html


def _warnings(issue):
    return [finding for finding in findings(issue) if finding.level == "warning"]
