"""What all can read of an answer: written anew by one person, approved by another, never a sender's own words."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.fields import LineField, ProseField


class Publishable(models.Model):
    """The text that is public now, or was, and its state. Texts that wait for approval are PublicDrafts."""

    class PublicState(models.TextChoices):
        PRIVATE = "private", "Không công khai"
        PROPOSED = "proposed", "Chờ duyệt công khai"
        PUBLISHED = "published", "Đã công khai"
        WITHDRAWN = "withdrawn", "Đã gỡ"

    public_state = models.CharField(
        "công khai", max_length=10, choices=PublicState, default=PublicState.PRIVATE, editable=False
    )
    # Given at the first publication and kept: what its address is made of.
    public_number = models.PositiveIntegerField(
        "số công khai", null=True, unique=True, editable=False
    )
    public_subject = LineField("tiêu đề công khai", max_length=200, blank=True, editable=False)
    public_body = ProseField("nội dung công khai", blank=True, editable=False)
    public_answer = ProseField("trả lời công khai", blank=True, editable=False)
    public_written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="người viết bản công khai",
    )
    public_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="người duyệt công khai",
    )
    published_at = models.DateTimeField("công khai lúc", null=True, editable=False)
    # When somebody last said that it is right: its approval, or a look at it after its procedure had changed.
    public_checked_at = models.DateTimeField("xem lại lúc", null=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(public_state="published")
                | Q(
                    published_at__isnull=False,
                    public_checked_at__isnull=False,
                    public_number__isnull=False,
                    public_written_by__isnull=False,
                    public_approved_by__isnull=False,
                )
                & ~Q(public_subject="")
                & ~Q(public_body="")
                & ~Q(public_answer="")
                & ~Q(public_approved_by=F("public_written_by")),
                name="%(app_label)s_%(class)s_publication_by_two_people",
                violation_error_message="Người duyệt công khai phải khác người viết.",
            ),
        ]

    @property
    def is_published(self):
        return self.public_state == self.PublicState.PUBLISHED


class PublicDraft(models.Model):
    """A text proposed for publication: what was written, by whom, and what an approver said to it.

    One stays as long as the other lives: they tell who changed what.
    """

    class Decision(models.TextChoices):
        WAITING = "waiting", "Chờ duyệt"
        APPROVED = "approved", "Đã duyệt"
        RETURNED = "returned", "Trả lại"
        REPLACED = "replaced", "Đã viết lại"

    ticket = models.ForeignKey(
        "feedback.Ticket",
        on_delete=models.CASCADE,
        null=True,
        related_name="public_drafts",
        verbose_name="phiếu",
    )
    question = models.ForeignKey(
        "feedback.FrequentQuestion",
        on_delete=models.CASCADE,
        null=True,
        related_name="public_drafts",
        verbose_name="câu hỏi",
    )
    subject = LineField("tiêu đề", max_length=200)
    body = ProseField("nội dung", max_length=10_000)
    answer = ProseField("trả lời", max_length=20_000)
    # Of a sender who agreed to that; empty, nobody is named.
    sender_name = LineField("nêu tên người gửi", max_length=120, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="written_public_drafts",
        verbose_name="người viết",
    )
    written_at = models.DateTimeField("viết lúc", default=timezone.now)
    decision = models.CharField(
        "duyệt", max_length=10, choices=Decision, default=Decision.WAITING, editable=False
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="decided_public_drafts",
        verbose_name="người duyệt",
    )
    decided_at = models.DateTimeField("duyệt lúc", null=True)
    reason = ProseField("vì sao trả lại", blank=True)

    class Meta:
        verbose_name = "bản công khai"
        verbose_name_plural = "bản công khai"
        constraints = [
            models.CheckConstraint(
                condition=Q(ticket=None, question__isnull=False)
                | Q(ticket__isnull=False, question=None),
                name="feedback_publicdraft_of_one",
            ),
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(decision="waiting"),
                name="feedback_publicdraft_one_waiting_of_ticket",
            ),
            models.UniqueConstraint(
                fields=["question"],
                condition=Q(decision="waiting"),
                name="feedback_publicdraft_one_waiting_of_question",
            ),
            models.CheckConstraint(
                condition=~Q(decision="approved")
                | Q(decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(decided_by=F("written_by")),
                name="feedback_publicdraft_approved_by_another",
                violation_error_message="Người duyệt công khai phải khác người viết.",
            ),
            models.CheckConstraint(
                condition=~Q(decision="returned") | ~Q(reason=""),
                name="feedback_publicdraft_return_has_reason",
                violation_error_message="Trả lại thì ghi lý do.",
            ),
        ]

    def __str__(self):
        return f"Bản công khai số {self.pk}"


class PublicText(models.Model):
    """What the search reads of a published text: one narrow row, made when it is approved, gone when it is withdrawn."""

    ticket = models.OneToOneField(
        "feedback.Ticket", on_delete=models.CASCADE, null=True, related_name="public_text"
    )
    question = models.OneToOneField(
        "feedback.FrequentQuestion", on_delete=models.CASCADE, null=True, related_name="public_text"
    )
    # As the ticket or the question has it: here lists go by it without a look at them.
    published_at = models.DateTimeField()
    # Of this unbroken span: later than `published_at` where it was taken back between.
    public_since = models.DateTimeField(default=timezone.now)
    # Accented and folded words, those of the subject heaviest.
    vector = SearchVectorField()

    class Meta:
        verbose_name = "mục tra cứu trả lời"
        verbose_name_plural = "mục tra cứu trả lời"
        constraints = [
            models.CheckConstraint(
                condition=Q(ticket=None, question__isnull=False)
                | Q(ticket__isnull=False, question=None),
                name="feedback_publictext_of_one",
            )
        ]
        indexes = [
            GinIndex(fields=["vector"], name="feedback_publictext_vector"),
            models.Index(fields=["published_at", "id"], name="feedback_publictext_in_order"),
            models.Index(fields=["public_since"], name="feedback_publictext_since"),
        ]

    def __str__(self):
        return str(self.pk)
