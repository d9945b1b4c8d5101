"""Questions that are asked often, with the answers that staff write themselves."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from feedback.models.publication import Publishable
from procedures.models import Agency, LegalDocument, Procedure


class FrequentQuestion(Publishable):
    """A question with its answer (hỏi đáp) that nobody sent: it is public by the same two steps as a ticket."""

    procedure = models.ForeignKey(
        Procedure,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="frequent_questions",
        verbose_name="về thủ tục",
    )
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        related_name="frequent_questions",
        verbose_name="cơ quan trả lời",
    )
    legal_documents = models.ManyToManyField(
        LegalDocument, blank=True, related_name="frequent_questions", verbose_name="căn cứ"
    )
    created_at = models.DateTimeField("thêm lúc", default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="frequent_questions",
        verbose_name="người thêm",
    )
    is_sample = models.BooleanField("nội dung mẫu", default=False)

    class Meta(Publishable.Meta):
        verbose_name = "hỏi đáp"
        verbose_name_plural = "hỏi đáp"

    def __str__(self):
        """As it was last written, published or not."""
        if self.public_subject:
            return self.public_subject
        draft = self.public_drafts.order_by("-pk").first()
        return draft.subject if draft else f"Câu hỏi số {self.pk}"
