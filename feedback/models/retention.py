"""How long is kept who sent a ticket: what stops the erasing, and the proof of what was erased."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from feedback.models.tickets import Ticket
from portal.fields import LineField, ProseField


class LegalHoldQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(lifted_at=None)


class LegalHold(models.Model):
    """A decision that nothing of a ticket is erased, as an inspection or a court needs it, until it is lifted."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="legal_holds", verbose_name="phiếu"
    )
    reason = ProseField("lý do", max_length=2000)
    document_number = LineField("văn bản yêu cầu", max_length=200, blank=True)
    placed_at = models.DateTimeField("giữ từ", default=timezone.now)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="người giữ",
    )
    lifted_at = models.DateTimeField("thôi giữ lúc", null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="người thôi giữ",
    )

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        verbose_name = "lệnh giữ dữ liệu"
        verbose_name_plural = "lệnh giữ dữ liệu"
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(lifted_at=None),
                name="feedback_legalhold_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="feedback_legalhold_lifted_by_somebody",
            ),
        ]

    def __str__(self):
        return f"Giữ dữ liệu phiếu {self.ticket.written_code}"


class Erasure(models.Model):
    """That personal data were erased because their time was over: of what, when, by which rule. Only added to.

    It holds none of what was erased.
    """

    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="erasures", verbose_name="phiếu"
    )
    erased_at = models.DateTimeField("xóa lúc", default=timezone.now)
    ended_at = models.DateTimeField("phiếu kết thúc lúc")
    # As the rule stood: "24 tháng", and the ground of it.
    term = LineField("giữ trong", max_length=100)
    ground = LineField("căn cứ", max_length=500, blank=True)
    fields_count = models.PositiveSmallIntegerField("số mục về người gửi")
    files_count = models.PositiveSmallIntegerField("số tệp")

    class Meta:
        verbose_name = "lần xóa dữ liệu hết hạn"
        verbose_name_plural = "nhật ký xóa dữ liệu hết hạn"
        ordering = ["-erased_at", "-pk"]

    def __str__(self):
        return f"Xóa dữ liệu phiếu {self.ticket.written_code}"
