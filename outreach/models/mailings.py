"""An issue of the e-bulletin on its way to those who asked for it: never twice to one address."""

from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from outreach.models.bulletins import BulletinIssue
from portal.fields import LineField
from portal.models import Subscriber

# By then the mail server has answered, or whoever waited for its answer has given up.
ANSWERED_WITHIN = timedelta(minutes=2)


class MailingQuerySet(models.QuerySet):
    def running(self):
        return self.filter(paused_at=None, finished_at=None, cancelled_at=None)


class Mailing(models.Model):
    """One issue to all who wanted the bulletin when it began. What is sent was written down then, the same for all."""

    issue = models.OneToOneField(
        BulletinIssue, on_delete=models.PROTECT, related_name="mailing", verbose_name="số bản tin"
    )
    subject = LineField("tiêu đề thư", max_length=200)
    # With a mark where each mail has the address that ends it.
    html = models.TextField("thư, HTML")
    text = models.TextField("thư, chữ")
    per_minute = models.PositiveSmallIntegerField(
        "số thư mỗi phút",
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(3000)],
        help_text="Máy chủ thư của tỉnh cho gửi bao nhiêu thư mỗi phút thì ghi bấy nhiêu.",
    )
    started_at = models.DateTimeField("bắt đầu lúc", default=timezone.now)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="started_mailings",
        verbose_name="người gửi",
    )
    # The pace, which all workers keep together.
    next_mail_at = models.DateTimeField("thư tiếp theo không trước", default=timezone.now)
    # Since a mail went through: soon nobody tries on.
    failure_count = models.PositiveSmallIntegerField("số lần liền không gửi được", default=0)
    paused_at = models.DateTimeField("tạm dừng lúc", null=True)
    # Why the portal paused by itself: the mail server refused everything.
    pause_reason = models.CharField("vì sao tạm dừng", max_length=200, blank=True)
    finished_at = models.DateTimeField("xong lúc", null=True)
    cancelled_at = models.DateTimeField("thôi gửi lúc", null=True)

    objects = MailingQuerySet.as_manager()

    class Meta:
        verbose_name = "đợt gửi bản tin"
        verbose_name_plural = "các đợt gửi bản tin"
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(cancelled_at=None),
                name="outreach_mailing_is_finished_or_cancelled",
            )
        ]

    def __str__(self):
        return f"Gửi {self.issue}"

    @property
    def is_running(self):
        return not (self.paused_at or self.finished_at or self.cancelled_at)


class DeliveryQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=Delivery.State.WAITING)

    def uncertain(self, now=None):
        """Those of which nobody will ever learn from the mail server itself whether it has them."""
        handed_over_until = (now or timezone.now()) - ANSWERED_WITHIN
        return self.filter(state=Delivery.State.HANDED_OVER, handed_over_at__lte=handed_over_until)


class Delivery(models.Model):
    """One mail of a mailing. See `outreach.mailing` for its steps.

    Before the last line goes to the mail server the row is HANDED_OVER. If the worker is killed before the server's
    answer is noted, nobody can know whether the mail went: it stays so, and is sent again by nobody but staff who
    have looked into the server's own log.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "chờ gửi"
        HANDED_OVER = "handed_over", "chưa rõ đã gửi chưa"
        SENT = "sent", "đã gửi"
        REFUSED = "refused", "không gửi được"
        SKIPPED = "skipped", "đã thôi nhận"
        CANCELLED = "cancelled", "thôi gửi"

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="deliveries")
    # A keyed hash: one address has one row of a mailing, also when it is erased and comes back.
    address_hash = models.CharField(max_length=64)
    # Has the address; nothing of it stays here when a subscriber is erased, and the mail is skipped.
    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.SET_NULL, null=True, related_name="deliveries"
    )
    state = models.CharField("tình trạng", max_length=11, choices=State, default=State.WAITING)
    attempt_count = models.PositiveSmallIntegerField("số lần đã thử", default=0)
    next_attempt_at = models.DateTimeField("thử lần tới lúc", default=timezone.now)
    handed_over_at = models.DateTimeField("trao cho máy chủ thư lúc", null=True)
    ended_at = models.DateTimeField("xong lúc", null=True)
    error = models.CharField("lỗi", max_length=200, blank=True)
    bounced_at = models.DateTimeField("bị trả lại lúc", null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = "thư của đợt gửi"
        verbose_name_plural = "thư của đợt gửi"
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["mailing", "address_hash"], name="outreach_delivery_once_to_an_address"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", handed_over_at=None) | ~Q(state="waiting"),
                name="outreach_delivery_waits_only_before_it_is_handed_over",
            ),
        ]
        indexes = [
            models.Index(
                fields=["mailing", "next_attempt_at"],
                condition=Q(state="waiting"),
                name="outreach_delivery_waiting",
            ),
            models.Index(fields=["mailing", "state"], name="outreach_delivery_by_state"),
        ]

    def __str__(self):
        """A number: a mail's address stands in no log and no list."""
        return f"Thư số {self.pk}"
