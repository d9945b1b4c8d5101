"""Printed codes and their scans. A token, once printed, is a promise."""

import logging
import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.db import Error, connection, models, transaction
from django.utils import timezone

from procedures.models.catalogue import Procedure

logger = logging.getLogger(__name__)

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
        """The whole address that the code holds, whatever the request that asks for it.

        Printed for good, so it is spelt out: a path in SITE_URL stays, and none is added by the server.
        """
        return f"{settings.SITE_URL}/q/{self.token}"

    @property
    def readable_address(self):
        """The address as it stands in print under the code."""
        parts = urlsplit(self.address)
        return f"{parts.netloc}{parts.path}"


class QrScanManager(models.Manager):
    def add_one(self, target, at=None):
        """Add one scan to the hour; better one scan lost than one citizen kept waiting."""
        at = timezone.localtime(at)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '250ms'")
                # A count may be lost with the power; the redirect does not wait for the disk.
                cursor.execute("SET LOCAL synchronous_commit = off")
                cursor.execute(
                    f"INSERT INTO {self.model._meta.db_table} AS scan (target_id, scanned_on, hour, count)"
                    " VALUES (%s, %s, %s, 1) ON CONFLICT (target_id, scanned_on, hour)"
                    " DO UPDATE SET count = scan.count + 1",
                    [target.pk, at.date(), at.hour],
                )
        except Error as error:
            logger.warning("A scan was not counted: %s", type(error).__name__)


class QrScan(models.Model):
    """How often a code was scanned in one hour of one day. Nothing about who scanned."""

    target = models.ForeignKey(QrTarget, on_delete=models.CASCADE, related_name="scans")
    scanned_on = models.DateField("ngày")
    hour = models.PositiveSmallIntegerField("giờ")
    count = models.PositiveIntegerField("lượt quét", default=0)

    objects = QrScanManager()

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
