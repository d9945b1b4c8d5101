"""Printed codes and their scans. A token, once printed, is a promise."""

import logging
import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import Error, connection, models, transaction
from django.db.models import Q
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.http import urlencode

from procedures.models.catalogue import Procedure
from procedures.models.reception import ServicePoint

logger = logging.getLogger(__name__)

# Lower case without look-alikes (0 o, 1 l i): read aloud and typed from a poster.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def new_token():
    """Seven letters: 27 thousand million tokens, and an address short enough for a version 3-4 code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(7))


# Pages of the portal alone: no other host (//, \\), no way up (..), no question and no fragment.
PORTAL_PATH = r"^(/[A-Za-z0-9][A-Za-z0-9._-]*)+/\Z"


class QrTargetQuerySet(models.QuerySet):
    def leading_somewhere(self):
        """Those whose page people may know of."""
        return self.filter(~Q(path="") | Q(procedure__in=Procedure.objects.published()))

    def of_page(self, address):
        """The codes of a page, whose address is as `reverse` gives it, wherever they hang."""
        return self.filter(path=_portal_path(address)).select_related("service_point")

    def get_or_make(self, address, service_point=None) -> "QrTarget":
        """The one code of a page at a place."""
        path = _portal_path(address)
        found = self.filter(path=path, service_point=service_point).first()
        if found is None:
            QrTarget(path=path, service_point=service_point).full_clean()
            found, _is_new = self.get_or_create(path=path, service_point=service_point)
        return found


def _portal_path(address):
    """Without the path under which the server stands: a code outlives a move of the server."""
    return "/" + address.removeprefix(get_script_prefix())


class QrTarget(models.Model):
    """What a printed code leads to: a procedure, or a page from the place where the code hangs.

    The token is never changed and never given to another target.
    """

    token = models.CharField(
        "mã ngắn", max_length=12, unique=True, default=new_token, editable=False
    )
    procedure = models.OneToOneField(
        Procedure,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="qr_target",
        verbose_name="thủ tục",
    )
    path = models.CharField(
        "trang của Cổng",
        max_length=200,
        blank=True,
        validators=[RegexValidator(PORTAL_PATH, "Ghi đường dẫn của một trang trên Cổng.")],
    )
    service_point = models.ForeignKey(
        ServicePoint,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="qr_targets",
        verbose_name="dán ở",
    )
    created_at = models.DateTimeField("tạo lúc", auto_now_add=True)

    objects = QrTargetQuerySet.as_manager()

    class Meta:
        verbose_name = "mã QR"
        verbose_name_plural = "mã QR"
        constraints = [
            models.CheckConstraint(
                condition=Q(procedure__isnull=False, path="", service_point=None)
                | Q(procedure=None, path__regex=PORTAL_PATH),
                name="procedures_qrtarget_leads_to_one_thing",
                violation_error_message="Mã dẫn đến một thủ tục, hoặc một trang của Cổng.",
            ),
            # PostgreSQL 14 knows no "nulls not distinct".
            models.UniqueConstraint(
                fields=["path", "service_point"],
                condition=Q(service_point__isnull=False),
                name="procedures_qrtarget_once_a_place",
            ),
            models.UniqueConstraint(
                fields=["path"],
                condition=Q(procedure=None, service_point=None),
                name="procedures_qrtarget_once_without_place",
            ),
        ]

    def __str__(self):
        return self.token

    def get_absolute_url(self):
        """Where a scan leads today."""
        if self.procedure_id is not None:
            return self.procedure.get_absolute_url()
        place = {"noi": self.service_point.slug} if self.service_point_id else {}
        return f"{get_script_prefix()}{self.path[1:]}?{urlencode(place | {'qua': 'ma-qr'})}"

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
