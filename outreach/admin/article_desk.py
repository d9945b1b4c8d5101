"""Where an article is read, approved, sent back, taken down, and shown to others by private links."""

import hashlib
from dataclasses import dataclass

from csp.constants import SELF
from csp.decorators import csp_replace
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import override
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach import previews, publishing
from outreach.admin.article_form import name_of
from outreach.article_states import moment_in_words, state_of
from outreach.checking import findings
from outreach.comparing import compare
from outreach.models import ArticleVersion, PreviewLink
from outreach.publishing import Overtaken
from outreach.views.previews import preview_file, preview_page, preview_picture
from portal.fields import ProseField
from portal.site import absolute_url


@dataclass(frozen=True)
class Steps:
    """What this person may do with an article now."""

    write: bool
    submit: bool
    approve: bool
    wrote_it: bool
    cancel: bool
    withdraw: bool
    share: bool


class ApprovalForm(forms.Form):
    """Has a box for each warning: whoever approves has seen them all, as they stand at that moment."""

    def __init__(self, warnings, data=None):
        super().__init__(data)
        for warning in warnings:
            digest = hashlib.sha256(warning.text.encode()).hexdigest()[:16]
            self.fields[f"seen_{digest}"] = forms.BooleanField(
                label=warning.text,
                help_text=warning.hint,
                error_messages={"required": "Xin đánh dấu là đã xem lưu ý này, hoặc trả bài lại."},
            )


class ReturnForm(forms.Form):
    reason = ProseField("lý do trả lại").formfield(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Nói rõ cần sửa gì, ở đâu. Người viết đọc được câu này.",
        error_messages={"required": "Xin ghi lý do để người viết biết cần sửa gì."},
    )


class LinkForm(forms.Form):
    days = forms.TypedChoiceField(
        label="Dùng được",
        coerce=int,
        choices=[(days, f"{days} ngày") for days in previews.DAYS],
        initial=3,
    )


class ArticleDeskMixin:
    def get_urls(self):
        view = self.admin_site.admin_view
        version = "<int:pk>/cac-ban/<int:number>/"
        return [
            path("<int:pk>/cac-ban/", view(self.desk_view), name="outreach_article_desk"),
            path(version, view(self.preview_view), name="outreach_article_preview"),
            path(
                f"{version}hinh-anh/<slug:key>/<str:rendition>",
                view(self.preview_picture_view),
                name="outreach_article_preview_picture",
            ),
            path(
                f"{version}tep/<slug:key>/",
                view(self.preview_file_view),
                name="outreach_article_preview_file",
            ),
            path(f"{version}gui-duyet/", view(self.submit_view), name="outreach_article_submit"),
            path(f"{version}duyet/", view(self.approve_view), name="outreach_article_approve"),
            path(f"{version}tra-lai/", view(self.return_view), name="outreach_article_return"),
            path("<int:pk>/huy-hen/", view(self.cancel_view), name="outreach_article_cancel"),
            path("<int:pk>/go-bai/", view(self.withdraw_view), name="outreach_article_withdraw"),
            path("<int:pk>/lien-ket/", view(self.share_view), name="outreach_article_share"),
            path(
                "<int:pk>/lien-ket/<int:link>/thu-hoi/",
                view(self.revoke_view),
                name="outreach_article_revoke",
            ),
            *super().get_urls(),
        ]

    # Quyền

    def article_or_404(self, request, pk, *rights):
        """The article, for somebody who may see articles and has one of the rights named."""
        article = self.get_object(request, str(pk))
        if article is None or not article.standing:
            raise Http404
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        if rights and not any(request.user.has_perm(f"outreach.{right}") for right in rights):
            raise PermissionDenied
        return article

    def version_or_404(self, article, number):
        versions = ArticleVersion.objects.select_related(
            "article", "category", "cover", "saved_by", "submitted_by", "returned_by", "approved_by"
        )
        version = get_object_or_404(versions, article=article, number=number)
        version.article = article
        return version

    def steps_for(self, request, newest):
        user = request.user
        may_write = self.has_change_permission(request, newest.article)
        may_decide = user.has_perm("outreach.approve_article")
        wrote_it = user.pk in publishing.writers_since_approval(newest)
        is_waiting = newest.is_waiting
        now = timezone.now()
        versions = newest.article.versions
        is_coming = versions.scheduled(now).exists()
        return Steps(
            write=may_write,
            submit=may_write and not is_waiting and not newest.approved_at,
            approve=may_decide and is_waiting and not wrote_it,
            wrote_it=may_decide and is_waiting and wrote_it,
            cancel=may_decide and is_coming,
            withdraw=may_decide and (is_coming or versions.public(now).exists()),
            share=may_write or may_decide,
        )

    # Trang

    @method_decorator(require_safe)
    def desk_view(self, request, pk):
        return self._desk_page(request, self.article_or_404(request, pk))

    def _desk_page(self, request, article, *, status=200, **more):
        newest = self.version_or_404(article, article.newest_version.number)
        steps = self.steps_for(request, newest)
        context = {
            "newest": newest,
            "steps": steps,
            "versions": self.version_rows(article),
            "findings": findings(newest),
            "link_form": LinkForm(),
            "links": previews.open_links(article) if steps.share else [],
            **more,
        }
        return self._page(request, "desk", article, "Các bản và duyệt", context, status)

    def _page(self, request, name, article, title, context, status=200):
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": str(article),
            "opts": self.opts,
            "original": article,
            "state": state_of(article),
            "has_change_permission": self.has_change_permission(request, article),
            **context,
        }
        template = f"admin/outreach/article/{name}.html"
        return render(request, template, context, status=status)

    # Xem trước

    @method_decorator(require_safe)
    @method_decorator(csp_replace({"frame-ancestors": [SELF]}))
    @method_decorator(xframe_options_sameorigin)
    def preview_view(self, request, pk, number):
        """The page as the public will see it. The approval page shows it in a frame."""
        version = self.version_or_404(self.article_or_404(request, pk), number)
        with override(version.article.language):
            return preview_page(request, version, request.path)

    @method_decorator(require_safe)
    def preview_picture_view(self, request, pk, number, key, rendition):
        version = self.version_or_404(self.article_or_404(request, pk), number)
        return preview_picture(request, version, key, rendition)

    @method_decorator(require_safe)
    def preview_file_view(self, request, pk, number, key):
        version = self.version_or_404(self.article_or_404(request, pk), number)
        return preview_file(request, version, key)

    # Gửi duyệt, duyệt, trả lại

    @method_decorator(require_POST)
    def submit_view(self, request, pk, number):
        article = self.article_or_404(request, pk, "change_article")
        self.submit_version(request, self.version_or_404(article, number))
        return redirect("admin:outreach_article_desk", pk)

    def submit_version(self, request, version):
        try:
            publishing.submit(version, by=request.user)
        except ValidationError as error:
            self._say_refusal(request, f"Chưa gửi duyệt được bản số {version.number}.", error)
            return
        self.log_change(request, version.article, f"Gửi duyệt bản số {version.number}.")
        self.message_user(
            request, f"Đã gửi duyệt bản số {version.number}. Người khác sẽ duyệt.", messages.SUCCESS
        )

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def approve_view(self, request, pk, number):
        article = self.article_or_404(request, pk, "approve_article")
        version = self.version_or_404(article, number)
        if request.method != "POST":
            return self._approval_page(request, version)
        form = ApprovalForm(_warnings(version), request.POST)
        if not form.is_valid():
            return self._approval_page(request, version, approval_form=form)
        try:
            version = publishing.approve(version, by=request.user)
        except ValidationError as error:
            self._say_refusal(request, f"Chưa duyệt bản số {number}.", error)
            return redirect("admin:outreach_article_desk", pk)
        is_coming = version.public_from > version.approved_at
        when = f"đăng lúc {moment_in_words(version.public_from)}" if is_coming else "đăng ngay"
        self.log_change(request, article, f"Duyệt bản số {number}, {when}.")
        self.message_user(request, f"Đã duyệt bản số {number}, {when}.", messages.SUCCESS)
        return redirect("admin:outreach_article_desk", pk)

    @method_decorator(require_POST)
    def return_view(self, request, pk, number):
        article = self.article_or_404(request, pk, "approve_article")
        version = self.version_or_404(article, number)
        form = ReturnForm(request.POST)
        if not form.is_valid():
            return self._approval_page(request, version, return_form=form)
        reason = form.cleaned_data["reason"]
        try:
            publishing.send_back(version, by=request.user, reason=reason)
        except ValidationError as error:
            self._say_refusal(request, f"Chưa trả lại bản số {number}.", error)
        else:
            self.log_change(request, article, f"Trả lại bản số {number}: {reason}")
            self.message_user(
                request, f"Đã trả lại bản số {number} cho người viết.", messages.SUCCESS
            )
        return redirect("admin:outreach_article_desk", pk)

    def _approval_page(self, request, version, *, approval_form=None, return_form=None):
        article = version.article
        newest = article.newest_version
        if newest.number != version.number or not version.is_waiting:
            error = Overtaken(newest) if newest.number != version.number else _not_waiting()
            self._say_refusal(request, f"Chưa duyệt bản số {version.number}.", error)
            return redirect("admin:outreach_article_desk", article.pk)
        shown_before = _last_shown(article)
        found = findings(version)
        bound = [form for form in (approval_form, return_form) if form is not None]
        context = {
            "version": version,
            "steps": self.steps_for(request, version),
            "errors": [finding for finding in found if finding.level == "error"],
            "shown_before": shown_before,
            "comparison": compare(shown_before, version) if shown_before else None,
            "is_timed": version.publish_at and version.publish_at > timezone.now(),
            "approval_form": approval_form or ApprovalForm(_warnings(version)),
            "return_form": return_form or ReturnForm(),
            "saved_by": name_of(version.saved_by),
            "is_refused": bool(bound),
        }
        status = 422 if bound else 200
        return self._page(
            request, "approve", article, f"Duyệt bản số {version.number}", context, status
        )

    # Hủy hẹn, gỡ bài

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def cancel_view(self, request, pk):
        article = self.article_or_404(request, pk, "approve_article")
        if request.method != "POST":
            context = {
                "question": "Hủy lịch đăng đã duyệt? Bản đang đăng, nếu có, giữ nguyên trên Cổng."
                " Bản bị hủy hẹn trở lại thành bản thảo.",
                "button": "Hủy hẹn",
            }
            return self._page(request, "confirm", article, "Hủy hẹn", context)
        if publishing.cancel_schedule(article):
            self.log_change(request, article, "Hủy hẹn đăng.")
            self.message_user(request, "Đã hủy hẹn đăng.", messages.SUCCESS)
        else:
            self.message_user(request, "Bài không có lịch hẹn nào.", messages.WARNING)
        return redirect("admin:outreach_article_desk", pk)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def withdraw_view(self, request, pk):
        article = self.article_or_404(request, pk, "approve_article")
        if request.method != "POST":
            context = {
                "question": "Gỡ bài khỏi Cổng ngay bây giờ? Bạn đọc không mở được bài nữa; lịch hẹn và"
                " yêu cầu duyệt của bài cũng bị hủy. Các bản đã lưu vẫn còn.",
                "button": "Gỡ bài",
            }
            return self._page(request, "confirm", article, "Gỡ bài", context)
        if publishing.withdraw(article):
            self.log_change(request, article, "Gỡ bài khỏi Cổng.")
            self.message_user(request, "Đã gỡ bài khỏi Cổng.", messages.SUCCESS)
        else:
            self.message_user(
                request, "Bài không đang đăng và không có lịch hẹn.", messages.WARNING
            )
        return redirect("admin:outreach_article_desk", pk)

    # Liên kết xem trước

    @method_decorator(require_POST)
    def share_view(self, request, pk):
        """Make a private link. Its address is shown on this one page, as it is kept nowhere."""
        article = self.article_or_404(request, pk, "change_article", "approve_article")
        form = LinkForm(request.POST)
        if not form.is_valid():
            return self._desk_page(request, article, link_form=form, status=422)
        days = form.cleaned_data["days"]
        try:
            link, token = previews.create_link(article, by=request.user, days=days)
        except ValidationError as error:
            self._say_refusal(request, "Chưa tạo liên kết.", error)
            return redirect("admin:outreach_article_desk", pk)
        until = moment_in_words(link.expires_at)
        self.log_change(request, article, f"Tạo liên kết xem trước, dùng được đến {until}.")
        with override(article.language):
            address = absolute_url(reverse("outreach:preview", args=[token]))
        return self._desk_page(request, article, new_link=link, new_address=address)

    @method_decorator(require_POST)
    def revoke_view(self, request, pk, link):
        article = self.article_or_404(request, pk, "change_article", "approve_article")
        link = get_object_or_404(PreviewLink, article=article, pk=link)
        if previews.revoke_link(link):
            self.log_change(request, article, "Thu hồi liên kết xem trước.")
            self.message_user(request, "Đã thu hồi liên kết.", messages.SUCCESS)
        else:
            self.message_user(request, "Liên kết này đã hết hạn hoặc đã thu hồi.", messages.WARNING)
        return redirect("admin:outreach_article_desk", pk)

    def _say_refusal(self, request, what, error):
        self.message_user(request, " ".join([what, *error.messages]), messages.ERROR)


def _warnings(version):
    return [finding for finding in findings(version) if finding.level == "warning"]


def _not_waiting():
    return ValidationError("Bản này không chờ duyệt.")


def _last_shown(article):
    """What the public reads or read last, with which the new version is compared."""
    shown = article.versions.filter(public_from__lte=timezone.now()).order_by("-public_from", "-pk")
    return shown.first()
