"""Which office a staff member works for."""

from django.conf import settings
from django.db import models

from procedures.models import Agency


class Assignment(models.Model):
    """A staff member's place in an agency: they see the tickets that it handles, and no others."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="assignments",
        verbose_name="cán bộ",
    )
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="assignments", verbose_name="cơ quan"
    )

    class Meta:
        verbose_name = "phân công cán bộ"
        verbose_name_plural = "phân công cán bộ"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agency"],
                name="feedback_assignment_once",
                violation_error_message="Cán bộ này đã được phân công ở cơ quan đó.",
            )
        ]

    def __str__(self):
        return f"{self.user} – {self.agency}"
