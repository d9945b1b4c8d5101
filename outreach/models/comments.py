"""What readers write under articles. Nothing of it is public before a person has read it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from outreach.models.articles import Article
from portal.fields import LineField, ProseField


class CommentQuerySet(models.QuerySet):
    def approved(self):
        return self.filter(approved_at__isnull=False)

    def in_order(self):
        return self.order_by("submitted_at", "pk")

    def waiting(self):
        return self.filter(approved_at=None, rejected_at=None)


class Comment(models.Model):
    """A reader's comment on an article (ý kiến bạn đọc)."""

    class RejectReason(models.TextChoices):
        OFF_TOPIC = "off_topic", "Không liên quan đến bài"
        ADVERTISING = "advertising", "Quảng cáo"
        INSULT = "insult", "Xúc phạm, bôi nhọ"
        PERSONAL_DATA = "personal_data", "Có thông tin riêng tư của người khác"
        FEEDBACK = "feedback", "Là phản ánh, khiếu nại: cần gửi theo đường khác"
        OTHER = "other", "Lý do khác"

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="comments")
    name = LineField("tên hiện ra", max_length=80)
    email = models.EmailField(
        "thư điện tử",
        blank=True,
        help_text="Chỉ để hỏi lại người viết; không bao giờ hiện ra, xóa ngay khi duyệt hoặc từ chối.",
    )
    body = ProseField("ý kiến", max_length=2000)
    submitted_at = models.DateTimeField("gửi lúc", default=timezone.now, editable=False)
    # Of the form that was filled in: sent twice, it makes one comment.
    form_key = models.CharField(max_length=64, unique=True, editable=False)
    approved_at = models.DateTimeField("duyệt lúc", null=True, editable=False)
    rejected_at = models.DateTimeField("từ chối lúc", null=True, editable=False)
    reject_reason = models.CharField(
        "lý do từ chối", max_length=20, choices=RejectReason, blank=True
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="decided_comments",
        verbose_name="người duyệt",
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = "ý kiến bạn đọc"
        verbose_name_plural = "ý kiến bạn đọc"
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at=None) | Q(rejected_at=None),
                name="outreach_comment_is_decided_once",
                violation_error_message="Một ý kiến hoặc được duyệt, hoặc bị từ chối.",
            ),
            models.CheckConstraint(
                condition=Q(rejected_at=None) | ~Q(reject_reason=""),
                name="outreach_comment_rejection_has_reason",
                violation_error_message="Từ chối thì chọn lý do.",
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None, rejected_at=None) | Q(email=""),
                name="outreach_comment_email_goes_with_the_decision",
                violation_error_message="Thư điện tử được xóa khi duyệt hoặc từ chối.",
            ),
        ]
        indexes = [
            models.Index(fields=["article", "approved_at"], name="outreach_comment_by_article")
        ]

    def __str__(self):
        """A number: what is kept in logs and shown in lists of other things names nobody and quotes nothing."""
        return f"Ý kiến số {self.pk}"

    @property
    def is_decided(self):
        return bool(self.approved_at or self.rejected_at)
