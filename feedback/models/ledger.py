"""The ledger of receipts: a chain in which no entry can be changed, removed or slipped in unseen."""

from django.db import models
from django.urls import reverse


class LedgerEntry(models.Model):
    """One receipt. Each holds the hash of the one before; `feedback.ledger` says how it is made.

    Nothing here tells who sent what: only hashes stand here, so that what is erased stays erased. Triggers of the
    database forbid to change or remove an entry, and to add one anywhere but at the end.
    """

    position = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField("lúc")
    code_hash = models.CharField(max_length=64, unique=True)
    content_digest = models.CharField(max_length=64)
    salt = models.CharField(max_length=32)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = "biên nhận trong sổ"
        verbose_name_plural = "sổ biên nhận"

    def __str__(self):
        return f"Biên nhận số {self.position}"


class LedgerDay(models.Model):
    """The last hash of a day, shown to all: whoever keeps a copy can prove that the ledger was not made anew."""

    day = models.DateField("ngày", primary_key=True)
    position = models.BigIntegerField()
    hash = models.CharField("dấu cuối ngày", max_length=64)
    closed_at = models.DateTimeField("chốt lúc")

    class Meta:
        verbose_name = "dấu cuối ngày"
        verbose_name_plural = "dấu cuối ngày"

    def __str__(self):
        return f"Dấu cuối ngày {self.day:%d/%m/%Y}"

    def get_absolute_url(self):
        place = f"?thang={self.day:%Y-%m}#ngay-{self.day.isoformat()}"
        return reverse("feedback:ledger") + place
