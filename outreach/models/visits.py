"""How often articles are read and materials fetched, without knowing by whom."""

from django.db import models


class VisitKind(models.TextChoices):
    ARTICLE = "article", "Lượt xem tin bài"
    MATERIAL = "material", "Lượt tải tài liệu"


class RecentVisit(models.Model):
    """That somebody came this hour: kept for two hours at most, so that a repeat is not counted again.

    `visitor` is a keyed hash of address and program whose key changes every hour; nothing can be read from it,
    and the same person has another hash the next hour.
    """

    kind = models.CharField(max_length=10, choices=VisitKind)
    object_id = models.BigIntegerField()
    hour = models.DateTimeField()
    visitor = models.BinaryField(max_length=16)

    class Meta:
        verbose_name = "lượt vừa qua"
        verbose_name_plural = "lượt vừa qua"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "hour", "visitor"], name="outreach_recentvisit_once"
            )
        ]
        indexes = [models.Index(fields=["hour"], name="outreach_recentvisit_by_hour")]

    def __str__(self):
        return f"{self.kind} {self.object_id}"


class VisitCount(models.Model):
    """Visits of one day."""

    kind = models.CharField(max_length=10, choices=VisitKind)
    object_id = models.BigIntegerField()
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "số lượt trong ngày"
        verbose_name_plural = "số lượt theo ngày"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "day"], name="outreach_visitcount_once_a_day"
            )
        ]

    def __str__(self):
        return f"{self.day}: {self.count}"
