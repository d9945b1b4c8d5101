"""Printed codes and their scans. A token, once printed, is a promise."""

import secrets

from django.conf import settings
from django.db import models
from django.urls import reverse

from procedures.models.catalogue import Procedure

# Lower case without look-alikes (0 o, 1 l i): read aloud and typed from a poster.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def new_token():
    """Seven letters: 27 thousand million tokens, and an address short enough for a version 3-4 code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(7))


class QrTarget(models.Model):
    """What a printed code leads to. The token is never changed and never given to another target."""

    token = models.CharField(
        "mã ngắn", max_length=12, unique=True, default=new_token, editable=False
    )
    procedure = models.OneToOneField(
        Procedure, on_delete=models.PROTECT, related_name="qr_target", verbose_name="thủ tục"
    )
    created_at = models.DateTimeField("tạo lúc", auto_now_add=True)

    class Meta:
        verbose_name = "mã QR"
        verbose_name_plural = "mã QR"

    def __str__(self):
        return self.token

    @property
    def address(self):
        """The whole address that the code holds."""
        return settings.SITE_URL + reverse("procedures:qr_scan", args=[self.token])


class QrScan(models.Model):
    """How often a code was scanned in one hour of one day. Nothing about who scanned."""

    target = models.ForeignKey(QrTarget, on_delete=models.CASCADE, related_name="scans")
    scanned_on = models.DateField("ngày")
    hour = models.PositiveSmallIntegerField("giờ")
    count = models.PositiveIntegerField("lượt quét", default=0)

    class Meta:
        verbose_name = "lượt quét mã QR"
        verbose_name_plural = "lượt quét mã QR"
        constraints = [
            models.UniqueConstraint(
                fields=["target", "scanned_on", "hour"], name="procedures_qrscan_once_per_hour"
            )
        ]

    def __str__(self):
        return f"{self.target} {self.scanned_on:%d/%m/%Y} {self.hour} giờ: {self.count}"
