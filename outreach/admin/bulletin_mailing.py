"""Where staff have an issue mailed to its readers, watch it go, and decide what only people can."""

import re

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach.mailing import sending, steering
from outreach.mailing.edition import Edition, mail_edition
from outreach.mailing.letter import key_of, message_id
from outreach.mailing.trial import MOST_ADDRESSES, send_trial
from outreach.models import Delivery, Mailing
from outreach.views.previews import SECRET

SECONDS_UNTIL_NEXT_LOOK = 10
# More than these are decided on after them.
MOST_UNCERTAIN = 50
ERRORS_IN_WORDS = [
    (r"\d+ [45]\.(7\.|1\.[78]$)", "máy chủ thư không nhận thư của Cổng"),
    (r"5\d\d 5\.1\.", "không có hộp thư này"),
    (r"5\d\d 5\.2\.2", "hộp thư đầy"),
    (r"5\d\d 5\.2\.", "hộp thư không nhận thư"),
    (r"5", "máy chủ thư từ chối"),
    (r"4", "máy chủ thư hẹn gửi lại sau"),
    (r"SMTPAuthenticationError", "máy chủ thư không nhận mật khẩu của Cổng"),
    (r"SMTPServerDisconnected", "máy chủ thư ngắt giữa chừng hoặc trả lời quá chậm"),
    (r"ConnectionRefusedError", "máy chủ thư không mở cửa"),
    (r"TimeoutError", "máy chủ thư không trả lời"),
    (r"gaierror", "không tìm thấy máy chủ thư"),
]


class MailingFilter(admin.SimpleListFilter):
    title = "gửi thư"
    parameter_name = "gui-thu"

    def lookups(self, request, model_admin):
        return [("cho-xu-ly", "Đang tạm dừng hoặc có thư chưa rõ")]

    def queryset(self, request, queryset):
        return steering.needing_staff(queryset) if self.value() == "cho-xu-ly" else queryset


class TrialForm(forms.Form):
    addresses = forms.CharField(
        label="Gửi thử tới",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "email"}),
        help_text=f"Mỗi dòng một địa chỉ thư, nhiều nhất {MOST_ADDRESSES}. Thư thử không ghi tên ai vào danh sách nhận tin.",
        error_messages={"required": "Xin ghi ít nhất một địa chỉ."},
    )

    def clean_addresses(self):
        addresses = list(
            dict.fromkeys(re.split(r"[\s,;]+", self.cleaned_data["addresses"].strip()))
        )
        if len(addresses) > MOST_ADDRESSES:
            raise ValidationError(f"Xin ghi nhiều nhất {MOST_ADDRESSES} địa chỉ.")
        for address in addresses:
            validate_email(address)
        return addresses


class PaceForm(forms.ModelForm):
    class Meta:
        model = Mailing
        fields = ["per_minute"]
        labels = {"per_minute": "Số thư mỗi phút"}


class BeginForm(PaceForm):
    is_sure = forms.BooleanField(
        label="Tôi đã đọc thư; gửi thật cho mọi người nhận tin. Mỗi số chỉ gửi một lần.",
        error_messages={"required": "Xin đánh dấu là đã đọc thư và muốn gửi thật."},
    )


class MailingMixin:
    """For the admin of issues, which has `issue_or_404` and `_page` of its desk."""

    def get_urls(self):
        view = self.admin_site.admin_view
        pages = [
            ("", self.mailing_view, "mailing"),
            ("thu/", self.mailing_letter_view, "mailing_letter"),
            ("gui-thu-truoc/", self.mailing_trial_view, "mailing_trial"),
            ("bat-dau/", self.mailing_begin_view, "mailing_begin"),
            ("toc-do/", self.mailing_pace_view, "mailing_pace"),
            ("tam-dung/", self.mailing_pause_view, "mailing_pause"),
            ("gui-tiep/", self.mailing_resume_view, "mailing_resume"),
            ("thoi/", self.mailing_cancel_view, "mailing_cancel"),
            ("chua-ro/<int:delivery>/", self.mailing_settle_view, "mailing_settle"),
        ]
        return [
            *(
                path(
                    f"<int:pk>/gui-thu/{address}", view(page), name=f"outreach_bulletinissue_{name}"
                )
                for address, page, name in pages
            ),
            *super().get_urls(),
        ]

    def get_list_filter(self, request):
        return [*super().get_list_filter(request), MailingFilter]

    # Quyền

    def _issue_to_see(self, request, pk):
        rights = ("view_mailing", "mail_bulletinissue")
        if not any(request.user.has_perm(f"outreach.{right}") for right in rights):
            raise PermissionDenied
        return self.issue_or_404(request, pk)

    def _mailing_to_steer(self, request, pk):
        issue = self.issue_or_404(request, pk, "mail_bulletinissue")
        return get_object_or_404(Mailing.objects.select_related("issue"), issue=issue)

    # Trang

    @method_decorator(require_safe)
    def mailing_view(self, request, pk):
        issue = self._issue_to_see(request, pk)
        mailing = Mailing.objects.select_related("started_by").filter(issue=issue).first()
        if mailing is None:
            return self._mailing_before(request, issue)
        return self._mailing_since(request, issue, mailing)

    def _mailing_before(self, request, issue, *, trial_form=None, begin_form=None):
        may_mail = request.user.has_perm("outreach.mail_bulletinissue")
        is_refused = bool(trial_form or begin_form)
        context = {
            "may_mail": may_mail,
            "reader_count": sending.readers().count(),
            "text": mail_edition(issue).for_trial(issue.language)[1],
            "trial_form": trial_form or TrialForm(initial={"addresses": request.user.email}),
            "begin_form": begin_form or BeginForm(initial={"per_minute": _usual_pace()}),
            "is_refused": is_refused,
        }
        return self._page(request, "mailing", issue, "Gửi thư", context, 422 if is_refused else 200)

    def _mailing_since(self, request, issue, mailing, *, pace_form=None):
        is_watched = mailing.is_running and "dung" not in request.GET and pace_form is None
        context = {
            "may_mail": request.user.has_perm("outreach.mail_bulletinissue"),
            "mailing": mailing,
            "progress": steering.progress(mailing),
            "uncertain": [
                (delivery, message_id(key_of(delivery.pk))) for delivery in _uncertain(mailing)
            ],
            "refused": _refused(mailing),
            "pause_reason": in_words(mailing.pause_reason),
            "pace_form": pace_form or PaceForm(instance=mailing),
            "seconds": SECONDS_UNTIL_NEXT_LOOK if is_watched else 0,
        }
        status = 200 if pace_form is None else 422
        page = self._page(request, "mailing_progress", issue, "Gửi thư", context, status)
        if is_watched:
            page.headers["Refresh"] = str(SECONDS_UNTIL_NEXT_LOOK)
        return page

    @method_decorator(require_safe)
    @method_decorator(
        csp_replace(
            {
                "default-src": [NONE],
                "style-src": [UNSAFE_INLINE],
                "frame-ancestors": [SELF],
                "sandbox": ["allow-popups"],
            }
        )
    )
    @method_decorator(xframe_options_sameorigin)
    def mailing_letter_view(self, request, pk):
        """The letter in a frame: as it was sent, or as it would be."""
        issue = self._issue_to_see(request, pk)
        mailing = Mailing.objects.filter(issue=issue).first()
        edition = (
            Edition(mailing.subject, mailing.html, mailing.text) if mailing else mail_edition(issue)
        )
        html, _text = edition.for_trial(issue.language)
        return HttpResponse(html, headers=SECRET)

    # Trước khi gửi

    @method_decorator(require_POST)
    def mailing_trial_view(self, request, pk):
        issue = self.issue_or_404(request, pk, "mail_bulletinissue")
        form = TrialForm(request.POST)
        if not form.is_valid():
            return self._mailing_before(request, issue, trial_form=form)
        addresses = form.cleaned_data["addresses"]
        taken = send_trial(issue, addresses, request=request)
        self.log_change(request, issue, f"Gửi thử: {sum(taken)}/{len(taken)} thư.")
        refused = [
            address for address, is_taken in zip(addresses, taken, strict=True) if not is_taken
        ]
        if refused:
            words = f"Máy chủ thư không nhận thư thử tới: {', '.join(refused)}."
            self.message_user(request, words, messages.ERROR)
        if any(taken):
            self.message_user(request, f"Đã gửi thử {sum(taken)} thư.", messages.SUCCESS)
        return redirect("admin:outreach_bulletinissue_mailing", pk)

    @method_decorator(require_POST)
    def mailing_begin_view(self, request, pk):
        issue = self.issue_or_404(request, pk, "mail_bulletinissue")
        form = BeginForm(request.POST)
        if not form.is_valid():
            return self._mailing_before(request, issue, begin_form=form)
        pace = form.cleaned_data["per_minute"]
        try:
            mailing = sending.begin(issue, by=request.user, per_minute=pace)
        except ValidationError as refusal:
            self._say_refusal(request, "Chưa gửi.", refusal)
        else:
            count = mailing.deliveries.count()
            self.log_change(request, issue, f"Bắt đầu gửi cho {count} người, {pace} thư mỗi phút.")
            self.message_user(request, f"Bắt đầu gửi cho {count} người.", messages.SUCCESS)
        return redirect("admin:outreach_bulletinissue_mailing", pk)

    # Trong khi gửi

    @method_decorator(require_POST)
    def mailing_pace_view(self, request, pk):
        mailing = self._mailing_to_steer(request, pk)
        form = PaceForm(request.POST, instance=mailing)
        if not form.is_valid():
            mailing.refresh_from_db()
            return self._mailing_since(request, mailing.issue, mailing, pace_form=form)
        pace = form.cleaned_data["per_minute"]
        done = steering.change_pace(mailing, pace)
        return self._steered(request, mailing, done, f"Đổi tốc độ: {pace} thư mỗi phút.")

    @method_decorator(require_POST)
    def mailing_pause_view(self, request, pk):
        mailing = self._mailing_to_steer(request, pk)
        return self._steered(request, mailing, steering.pause(mailing), "Tạm dừng gửi thư.")

    @method_decorator(require_POST)
    def mailing_resume_view(self, request, pk):
        mailing = self._mailing_to_steer(request, pk)
        return self._steered(request, mailing, steering.resume(mailing), "Gửi tiếp.")

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def mailing_cancel_view(self, request, pk):
        mailing = self._mailing_to_steer(request, pk)
        if request.method == "POST":
            return self._steered(request, mailing, steering.cancel(mailing), "Thôi gửi hẳn.")
        context = {"progress": steering.progress(mailing)}
        return self._page(request, "mailing_cancel", mailing.issue, "Thôi gửi", context)

    @method_decorator(require_POST)
    def mailing_settle_view(self, request, pk, delivery):
        mailing = self._mailing_to_steer(request, pk)
        delivery = get_object_or_404(Delivery, mailing=mailing, pk=delivery)
        decision = request.POST.get("may-chu")
        if decision not in {"da-nhan", "khong-nhan"}:
            raise Http404
        was_received = decision == "da-nhan"
        try:
            steering.settle(delivery, was_received=was_received)
        except ValidationError as refusal:
            self._say_refusal(request, "Không đổi gì.", refusal)
            return redirect("admin:outreach_bulletinissue_mailing", pk)
        words = "đã nhận" if was_received else "không nhận, gửi lại"
        return self._steered(request, mailing, True, f"{delivery}: máy chủ thư {words}.")

    def _steered(self, request, mailing, is_done, words):
        if is_done:
            self.log_change(request, mailing.issue, words)
            self.message_user(request, words, messages.SUCCESS)
        else:
            self.message_user(request, "Đợt gửi đã sang tình trạng khác.", messages.WARNING)
        return redirect("admin:outreach_bulletinissue_mailing", mailing.issue_id)


def in_words(error):
    """Why a mail did not go, or a mailing stopped, with what the mail server itself said."""
    words = next((words for pattern, words in ERRORS_IN_WORDS if re.match(pattern, error)), "")
    return f"{words} ({error})" if words else error


def _usual_pace():
    last = Mailing.objects.order_by("-started_at", "-pk").first()
    return last.per_minute if last else Mailing._meta.get_field("per_minute").default


def _uncertain(mailing):
    return Delivery.objects.uncertain().filter(mailing=mailing).order_by("pk")[:MOST_UNCERTAIN]


def _refused(mailing):
    rows = mailing.deliveries.filter(state=Delivery.State.REFUSED).values("error")
    counted = rows.annotate(count=Count("pk")).order_by("-count", "error")
    return [(in_words(row["error"]), row["count"]) for row in counted]
