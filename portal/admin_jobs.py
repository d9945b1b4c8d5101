"""What runs in the background, for staff: the queue and the mails that wait in it."""

from datetime import timedelta

from django.contrib import admin, messages
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from portal import jobs, outbox
from portal.admin import FacetFilter, ReadOnlyModelAdmin
from portal.models import BackgroundJob, OutgoingMail
from portal.work_queues import days_in_words

JOB_STATES = {
    "todo": "chờ làm",
    "doing": "đang làm",
    "failed": "hỏng",
    "cancelled": "đã bỏ",
    "aborted": "bị ngắt",
    "succeeded": "đã xong",
}
MAIL_STATES = {
    "cho-gui": ("Chờ gửi", lambda mails: mails.waiting()),
    "khong-gui-duoc": ("Không gửi được", outbox.undeliverable),
    "da-gui": ("Đã gửi", lambda mails: mails.filter(sent_at__isnull=False)),
    "da-thoi": ("Đã thôi gửi", lambda mails: mails.filter(given_up_at__isnull=False)),
}
ERRORS_IN_WORDS = {
    outbox.STOPPED_BY_STAFF: "nhân viên thôi gửi",
    "SMTPRecipientsRefused": "máy chủ thư không nhận địa chỉ này",
    "SMTPAuthenticationError": "máy chủ thư không nhận mật khẩu của Cổng",
    "SMTPSenderRefused": "máy chủ thư không nhận địa chỉ gửi của Cổng",
    "SMTPDataError": "máy chủ thư không nhận nội dung",
    "SMTPServerDisconnected": "máy chủ thư ngắt giữa chừng hoặc trả lời quá chậm",
    "ConnectionRefusedError": "máy chủ thư không mở cửa",
    "TimeoutError": "máy chủ thư không trả lời",
    "gaierror": "không tìm thấy máy chủ thư",
}

# Its own pages speak English only.
admin.site.unregister(ProcrastinateJob)


class BackgroundAdmin(ReadOnlyModelAdmin):
    """A list to be read, and actions for those who may change its model."""

    list_display_links = None

    def has_run_permission(self, request):
        return request.user.has_perm(f"portal.change_{self.opts.model_name}")

    def _tell(self, request, count, done, *, skipped):
        if count:
            self.message_user(request, done, messages.SUCCESS)
        if skipped:
            self.message_user(
                request, f"{skipped} mục đã sang tình trạng khác, không đổi gì.", messages.WARNING
            )


class JobStateFilter(admin.SimpleListFilter):
    title = "tình trạng"
    parameter_name = "tinh-trang"

    def lookups(self, request, model_admin):
        return [(state, words.capitalize()) for state, words in JOB_STATES.items()]

    def queryset(self, request, queryset):
        known = self.value() in JOB_STATES
        return queryset.filter(status=self.value()) if known else queryset


@admin.register(BackgroundJob)
class BackgroundJobAdmin(BackgroundAdmin):
    list_display = ["task", "keys", "state", "age", "attempts_made", "planned"]
    list_filter = [JobStateFilter]
    ordering = ["-pk"]
    actions = ["run_again", "drop"]
    fields = ["task", "keys", "state", "attempts_made", "planned"]
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).with_since()

    @admin.display(description="việc")
    def task(self, job):
        return jobs.in_words(job.task_name)

    @admin.display(description="của")
    def keys(self, job):
        numbers = [str(value) for name, value in job.args.items() if name != "timestamp"]
        return f"số {', '.join(numbers)}" if numbers else ""

    @admin.display(description="tình trạng")
    def state(self, job):
        return JOB_STATES[job.status]

    @admin.display(description="đã được")
    def age(self, job):
        return age_in_words(job.since)

    @admin.display(description="số lần đã làm lại")
    def attempts_made(self, job):
        return job.attempts

    @admin.display(description="hẹn lúc")
    def planned(self, job):
        return job.scheduled_at if job.status == "todo" else None

    @admin.action(description="Làm lại các việc hỏng đã chọn", permissions=["run"])
    def run_again(self, request, queryset):
        chosen = list(queryset)
        failed = [job for job in chosen if job.status == "failed"]
        for job in failed:
            jobs.retry(job)
        self._tell(
            request,
            len(failed),
            f"{len(failed)} việc đã vào lại hàng đợi.",
            skipped=len(chosen) - len(failed),
        )

    @admin.action(description="Bỏ các việc đã chọn (chờ làm, hỏng)", permissions=["run"])
    def drop(self, request, queryset):
        chosen = list(queryset)
        dropped = [job for job in chosen if jobs.drop(job)]
        self._tell(
            request, len(dropped), f"Đã bỏ {len(dropped)} việc.", skipped=len(chosen) - len(dropped)
        )


class MailStateFilter(FacetFilter):
    facets = MAIL_STATES


@admin.register(OutgoingMail)
class OutgoingMailAdmin(BackgroundAdmin):
    list_display = [
        "__str__",
        "subject",
        "recipient",
        "state",
        "age",
        "attempt_count",
        "next_attempt",
        "error",
    ]
    list_filter = [MailStateFilter]
    ordering = ["-pk"]
    actions = ["try_now", "stop"]
    fields = ["subject", "recipient", "state", "attempt_count", "next_attempt", "error"]
    readonly_fields = ["recipient", "state", "next_attempt", "error"]

    @admin.display(description="gửi tới")
    def recipient(self, mail):
        """Where the mailbox lies, never whose it is."""
        return f"***@{mail.to.rpartition('@')[2]}" if mail.to else "đã xóa"

    @admin.display(description="tình trạng")
    def state(self, mail):
        if mail.sent_at:
            return "đã gửi"
        if mail.given_up_at:
            return "thôi gửi"
        return "sẽ thử lại" if mail.attempt_count else "chờ gửi"

    @admin.display(description="đã được")
    def age(self, mail):
        return age_in_words(mail.sent_at or mail.given_up_at or mail.created_at)

    @admin.display(description="lần thử tới")
    def next_attempt(self, mail):
        return None if mail.sent_at or mail.given_up_at else mail.next_attempt_at

    @admin.display(description="lỗi gần nhất")
    def error(self, mail):
        kind, _, code = mail.last_error.partition(" ")
        words = ERRORS_IN_WORDS.get(kind, kind)
        return f"{words} ({code})" if code else words

    @admin.action(description="Thử gửi lại ngay các thư đã chọn", permissions=["run"])
    def try_now(self, request, queryset):
        self._run(request, queryset, outbox.try_now, "Thử gửi lại ngay")

    @admin.action(description="Thôi gửi các thư đã chọn, xóa địa chỉ", permissions=["run"])
    def stop(self, request, queryset):
        self._run(request, queryset, outbox.stop, "Thôi gửi")

    def _run(self, request, queryset, deed, words):
        chosen = queryset.count()
        done = deed(queryset)
        for mail in OutgoingMail.objects.filter(pk__in=done):
            self.log_change(request, mail, f"{words}.")
        self._tell(request, len(done), f"{words}: {len(done)} thư.", skipped=chosen - len(done))


def age_in_words(moment, now=None):
    passed = (now or timezone.now()) - moment
    if passed < timedelta(minutes=1):
        return "chưa đầy 1 phút"
    if passed < timedelta(hours=1):
        return f"{passed // timedelta(minutes=1)} phút"
    if passed < timedelta(hours=48):
        return f"{passed // timedelta(hours=1)} giờ"
    return days_in_words(passed.days)
