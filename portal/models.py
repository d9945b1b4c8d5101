"""Plumbing that every domain shares, and the bases of what several of them keep. No domain lives here."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from portal.fields import LineField
from portal.file_kinds import (
    ATTACHMENTS,
    DOCUMENTS,
    PICTURES,
    SLIDES,
    SOUNDS,
    VIDEOS,
    pages_alone,
)
from portal.files import KIND_NAMES, KeptFileField, inspect, new_file_name, private_files
from portal.images import MAX_SIDE, draw_anew
from portal.languages import all_languages


def new_token():
    """32 letters that nobody guesses: 192 random bits."""
    return secrets.token_urlsafe(24)


class RateLimit(models.Model):
    """How often something was done in the present span of time, by one address or by all.

    The key is a keyed hash: no address can be read from it. Rows are written by `portal.limits`.
    """

    key = models.CharField(max_length=64, primary_key=True)
    span_started_at = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name = "mức giới hạn"
        verbose_name_plural = "mức giới hạn"

    def __str__(self):
        return self.key


class FormDraft(models.Model):
    """What a staff member has typed into a form of the admin and not saved yet, kept while they type."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="form_drafts"
    )
    # The model and the key of the row, as "outreach.article:12"; "outreach.article:" for a new one.
    form = models.CharField(max_length=100)
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "bản đang gõ"
        verbose_name_plural = "bản đang gõ"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "form"], name="portal_formdraft_one_per_form_and_person"
            )
        ]

    def __str__(self):
        return self.form


class OutgoingMailQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(sent_at=None, given_up_at=None)


class OutgoingMail(models.Model):
    """A mail that the portal owes somebody: written in the transaction of what it tells, sent by the worker.

    See `portal.outbox`. It says that something happened and where to read it, never what: mailboxes are read by
    others. The address goes as soon as the mail is sent or given up.
    """

    # What it tells and to whom, so that it is told once: "feedback.received:1234".
    key = models.CharField("việc", max_length=200, unique=True)
    to = models.EmailField("gửi tới", blank=True)
    subject = LineField("tiêu đề", max_length=200)
    body = models.TextField("nội dung")
    # Where a mail program ends such mails by one click (RFC 8058); empty for what nobody subscribed to.
    unsubscribe_url = models.CharField("địa chỉ thôi nhận", max_length=300, blank=True)
    created_at = models.DateTimeField("tạo lúc", default=timezone.now)
    attempt_count = models.PositiveSmallIntegerField("số lần đã thử", default=0)
    next_attempt_at = models.DateTimeField("thử lần tới lúc", default=timezone.now)
    last_error = models.CharField("lỗi gần nhất", max_length=200, blank=True)
    sent_at = models.DateTimeField("gửi xong lúc", null=True)
    given_up_at = models.DateTimeField("thôi gửi lúc", null=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = "thư gửi đi"
        verbose_name_plural = "thư gửi đi"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sent_at=None) | models.Q(given_up_at=None),
                name="portal_outgoingmail_is_sent_or_given_up",
            ),
            models.CheckConstraint(
                condition=models.Q(sent_at=None, given_up_at=None) | models.Q(to=""),
                name="portal_outgoingmail_address_goes_at_the_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(sent_at=None, given_up_at=None),
                name="portal_outgoingmail_waiting",
            )
        ]

    def __str__(self):
        """A number: a mail's address stands in no log and no list of other things."""
        return f"Thư số {self.pk}"


class SubscriberQuerySet(models.QuerySet):
    def reachable(self):
        """Those whose mailbox still takes mail, as far as we know."""
        return self.filter(stopped_at=None)

    def subscribed_to(self, kind, key=""):
        own = Subscription.objects.filter(subscriber=models.OuterRef("pk"), kind=kind, key=key)
        return self.filter(models.Exists(own))


class Subscriber(models.Model):
    """A mailbox whose owner asked for mail, and said so once more from that mailbox. See `portal.subscriptions`.

    Who ends the last subscription is erased; nothing is known of a subscriber but what stands here.
    """

    class Frequency(models.TextChoices):
        AT_ONCE = "at_once", _("Ngay khi có tin")
        DAILY = "daily", _("Mỗi ngày một thư")
        WEEKLY = "weekly", _("Mỗi tuần một thư")

    # Lower case: a person has one row, however they type.
    email = models.EmailField("địa chỉ thư", unique=True)
    # Stands in every mail to them: whoever has it can end mails, and nothing else.
    key = models.CharField("khóa thôi nhận", max_length=32, unique=True, default=new_token)
    language = models.CharField("ngôn ngữ", max_length=10, choices=all_languages, default="vi")
    frequency = models.CharField(
        "khi nào gửi", max_length=10, choices=Frequency, default=Frequency.DAILY
    )
    # The words of the notice that they agreed to.
    notice_version = models.CharField("bản thông báo dữ liệu", max_length=20)
    confirmed_at = models.DateTimeField("xác nhận lúc", default=timezone.now)
    # What became public until then was told, or was there before they came.
    told_until = models.DateTimeField("đã báo tin đến", default=timezone.now)
    bounce_count = models.PositiveSmallIntegerField("số thư liền bị trả lại", default=0)
    bounced_at = models.DateTimeField("thư bị trả lại gần nhất lúc", null=True)
    stopped_at = models.DateTimeField("ngừng gửi lúc", null=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = "người nhận tin"
        verbose_name_plural = "người nhận tin"
        default_permissions = ("view", "delete")
        indexes = [
            models.Index(fields=["frequency", "told_until"], name="portal_subscriber_to_be_told")
        ]

    def __str__(self):
        """A number: an address stands in no log and no list of other things."""
        return f"Người nhận tin số {self.pk}"


class Subscription(models.Model):
    """One topic that a subscriber wants: its kind and its key are those of a source of `portal.subscriptions`."""

    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="subscriptions"
    )
    kind = models.CharField("loại", max_length=30)
    # Empty where the kind has one topic only.
    key = models.CharField("khóa", max_length=130, blank=True)
    since = models.DateTimeField("từ lúc", default=timezone.now)

    class Meta:
        verbose_name = "chủ đề nhận tin"
        verbose_name_plural = "chủ đề nhận tin"
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "kind", "key"], name="portal_subscription_topic_once"
            )
        ]
        indexes = [models.Index(fields=["kind", "key"], name="portal_subscription_by_topic")]

    def __str__(self):
        return f"{self.kind}:{self.key}"


class SubscriptionRequest(models.Model):
    """What somebody asked to be sent to an address, until its owner says yes; erased then, or after two days."""

    email = models.EmailField("địa chỉ thư")
    language = models.CharField("ngôn ngữ", max_length=10, choices=all_languages, default="vi")
    frequency = models.CharField("khi nào gửi", max_length=10, choices=Subscriber.Frequency)
    # [[kind, key], …]
    topics = models.JSONField("chủ đề")
    token_hash = models.CharField(max_length=64, unique=True)
    # Of the form that was sent, so that a double click sends one mail.
    form_key = models.CharField(max_length=64, unique=True, default=new_token)
    created_at = models.DateTimeField("gửi lúc", default=timezone.now, db_index=True)

    class Meta:
        verbose_name = "yêu cầu nhận tin"
        verbose_name_plural = "yêu cầu nhận tin"
        default_permissions = ()
        indexes = [
            models.Index(fields=["email", "created_at"], name="portal_subscriptionrequest_of")
        ]

    def __str__(self):
        return f"Yêu cầu nhận tin số {self.pk}"


class BackgroundJobQuerySet(models.QuerySet):
    def with_since(self):
        """With `since`, the moment at which each came into the state in which it is."""
        events = ProcrastinateEvent.objects.filter(job=models.OuterRef("pk"))
        return self.annotate(since=models.Subquery(events.order_by("-at", "-pk").values("at")[:1]))

    def failed(self):
        return self.filter(status="failed")

    def stalled(self, silence):
        """Those whose worker is gone or silent, or has lost sight of them: no job takes an hour."""
        silent = models.Q(worker=None) | models.Q(worker__last_heartbeat__lt=Now() - silence)
        return (
            self.with_since()
            .filter(status="doing")
            .filter(silent | models.Q(since__lt=Now() - timedelta(hours=1)))
        )


class BackgroundJob(ProcrastinateJob):
    """A row of the queue as staff see it. `portal.jobs` and the worker write it."""

    objects = BackgroundJobQuerySet.as_manager()

    class Meta:
        proxy = True
        default_permissions = ("view", "change")
        verbose_name = "việc chạy nền"
        verbose_name_plural = "việc chạy nền"

    def __str__(self):
        return f"Việc số {self.pk}"


class KeptFile(models.Model):
    """A row with a file that somebody sent: `clean()` judges the file, and `save()` keeps none unjudged."""

    # Which kinds of file it takes.
    accepts = DOCUMENTS + SLIDES + PICTURES + VIDEOS + SOUNDS

    class Meta:
        abstract = True

    def save(self, *args, **options):
        if self._has_new_file() and self.file.file is not getattr(self, "_judged", None):
            raise ValueError("A file that clean() has not judged is not kept.")
        super().save(*args, **options)

    def clean(self):
        super().clean()
        if self._has_new_file():
            try:
                self._judge_file(self.file.file)
            except ValidationError as refusal:
                raise ValidationError({"file": refusal.messages}) from refusal
            self._judged = self.file.file

    def _has_new_file(self):
        return bool(self.file) and not self.file._committed


class DescribedFile(KeptFile):
    """A kept file of which people are told the kind, the size and the number of pages."""

    content_type = models.CharField("loại", max_length=100, editable=False)
    size = models.PositiveIntegerField("cỡ, byte", editable=False)
    page_count = models.PositiveIntegerField("số trang", null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def kind_name(self):
        """What readers call its kind: PDF, DOCX…"""
        return KIND_NAMES.get(self.content_type, "")

    def _judge_file(self, upload):
        facts = inspect(upload, self.accepts)
        self.content_type, self.page_count = facts.content_type, facts.page_count
        self._take(upload)
        self.size = self.file.size


class StoredFile(DescribedFile):
    """A file that staff offer to readers, judged by its content and kept under a name that tells nothing.

    The name that was typed or sent is never a path: readers see `title`, and take the file along under it.
    Files lie outside every public folder; a view hands them out after asking whether it may.
    """

    title = LineField("tên tệp hiện ra", max_length=200)
    file = KeptFileField(
        "tệp",
        storage=private_files,
        upload_to=new_file_name,
        max_length=120,
        help_text="PDF, Word (docx), Excel (xlsx), ảnh JPEG, PNG, WebP; không quá 20 MB.",
    )
    uploaded_at = models.DateTimeField("đưa lên lúc", default=timezone.now, editable=False)

    class Meta:
        abstract = True

    def __str__(self):
        return self.title

    def _take(self, upload):
        if self.content_type.startswith("image/"):
            # Printed posters keep all their pixels; place, camera and owner go.
            self.file, _width, _height = draw_anew(upload, longest=MAX_SIDE)


class SentFile(DescribedFile):
    """A file that anybody sent with a form: nothing of it stays but what is seen, and no name."""

    accepts = ATTACHMENTS

    file = KeptFileField(
        "tệp", storage=private_files, upload_to=new_file_name, max_length=120, blank=True
    )

    class Meta:
        abstract = True

    def _take(self, upload):
        if self.content_type.startswith("image/"):
            self.file, _width, _height = draw_anew(upload)
        else:
            self.file = ContentFile(pages_alone(upload), name="tep.pdf")


class HeldFile(SentFile):
    """A file of a form that came back for a correction: held for an hour, so that it need not be chosen again.

    See `portal.held_files`. Whose it is, only the key of that form tells, of which a hash is kept.
    """

    form_hash = models.CharField(max_length=64, db_index=True)
    # As its sender named it, to be shown to them alone.
    name = LineField(max_length=120)
    held_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = "tệp giữ tạm"
        verbose_name_plural = "tệp giữ tạm"

    def __str__(self):
        return f"Tệp giữ tạm số {self.pk}"

    def hand_over(self, model, **fields):
        """A row of that model has the file from now on; its bytes are neither judged again nor copied."""
        row = model(
            content_type=self.content_type, size=self.size, page_count=self.page_count, **fields
        )
        if self.pk is None:
            row.file = self.file.file
            row._judged = row.file.file
            try:
                row.save()
            except Exception:
                if row.file._committed:
                    row.file.storage.delete(row.file.name)
                raise
        else:
            row.file = self.file.name
            row.save()
            # This row goes and its file stays.
            HeldFile(pk=self.pk).delete()
        return row
