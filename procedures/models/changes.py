"""What has happened to procedures in the eyes of those who use them."""

from django.db import models
from django.utils import timezone

from procedures.models.catalogue import Procedure
from procedures.models.legal import PublicationDecision


class ProcedureChange(models.Model):
    """A procedure came into force, was changed by a decision, rested, came back or ended; noted when that was seen.

    The newest of a procedure says how it stood then. See `procedures.changes`.
    """

    class Kind(models.TextChoices):
        NEW = "new", "mới"
        CHANGED = "changed", "thay đổi"
        SUSPENDED = "suspended", "tạm dừng"
        RESUMED = "resumed", "áp dụng trở lại"
        ENDED = "ended", "hết hiệu lực"

    procedure = models.ForeignKey(
        Procedure, on_delete=models.CASCADE, related_name="changes", verbose_name="thủ tục"
    )
    kind = models.CharField("việc", max_length=10, choices=Kind)
    # By which the procedure stood published from then on.
    decision = models.ForeignKey(
        PublicationDecision,
        on_delete=models.SET_NULL,
        null=True,
        related_name="changes",
        verbose_name="quyết định công bố",
    )
    at = models.DateTimeField("ghi nhận lúc", default=timezone.now)

    class Meta:
        verbose_name = "thay đổi của thủ tục"
        verbose_name_plural = "thay đổi của thủ tục"
        default_permissions = ()
        indexes = [
            models.Index(fields=["procedure", "-at", "-id"], name="procedures_change_newest"),
            models.Index(fields=["at"], name="procedures_change_at"),
        ]

    def __str__(self):
        return f"{self.procedure_id} {self.kind} {self.at:%d/%m/%Y}"
