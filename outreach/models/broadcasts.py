"""What was told on the air, in the press and on social channels: when, where, how long, with its script and evidence."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.models.articles import Article
from outreach.models.bulletins import BulletinIssue
from outreach.models.materials import Material
from portal.fields import LineField, ProseField
from portal.models import StoredFile
from procedures.models import AdminUnit, Agency


class BroadcastStation(models.Model):
    """Who airs or prints: a radio or television station, the loudspeakers of a commune, a paper, a page."""

    class Channel(models.TextChoices):
        RADIO = "radio", _("Phát thanh")
        TV = "tv", _("Truyền hình")
        LOUDSPEAKER = "loudspeaker", _("Truyền thanh cơ sở")
        PRESS = "press", _("Báo in, báo điện tử")
        SOCIAL = "social", _("Mạng xã hội")

    channel = models.CharField("loại", max_length=11, choices=Channel)
    name = LineField("tên", max_length=200, unique=True)
    slug = models.SlugField("địa chỉ trang", max_length=110, unique=True)
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="broadcast_stations",
        verbose_name="cơ quan chủ quản",
    )
    admin_unit = models.ForeignKey(
        AdminUnit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="broadcast_stations",
        verbose_name="xã, phường",
    )
    note = LineField("ghi chú", max_length=300, blank=True)
    ended_on = models.DateField("ngừng hoạt động từ", null=True, blank=True)
    is_sample = models.BooleanField("nội dung mẫu", default=False)

    class Meta:
        verbose_name = "đài, báo, kênh"
        verbose_name_plural = "đài, báo, kênh"
        ordering = ["channel", "name"]

    def __str__(self):
        return self.name

    @property
    def is_timed(self):
        """Whether what it tells has a length: paper and pages have none."""
        return self.channel not in {self.Channel.PRESS, self.Channel.SOCIAL}


class BroadcastColumn(models.Model):
    """A regular column of a station: its name and when it comes."""

    station = models.ForeignKey(
        BroadcastStation,
        on_delete=models.PROTECT,
        related_name="columns",
        verbose_name="đài, báo, kênh",
    )
    name = LineField("tên chuyên mục", max_length=150)
    schedule = LineField(
        "lịch", max_length=200, help_text="Ví dụ: 17 giờ thứ Ba và thứ Sáu, mỗi lần 10 phút."
    )
    started_on = models.DateField("mở từ", null=True, blank=True)
    ended_on = models.DateField("thôi từ", null=True, blank=True)

    class Meta:
        verbose_name = "chuyên mục phát thanh"
        verbose_name_plural = "chuyên mục phát thanh"
        ordering = ["station", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "name"],
                name="outreach_broadcastcolumn_once",
                violation_error_message="Đài này đã có chuyên mục tên đó.",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(started_on=None) | Q(ended_on__gte=F("started_on")),
                name="outreach_broadcastcolumn_ends_after_start",
                violation_error_message="Ngày thôi phải sau ngày mở.",
            ),
        ]

    def __str__(self):
        return self.name


class BroadcastItemQuerySet(models.QuerySet):
    def aired(self, on=None):
        """What has been told by now; a plan for tomorrow is not yet public, nor counted."""
        return self.filter(aired_on__lte=on or timezone.localdate())

    def newest_first(self):
        return self.order_by("-aired_on", "-starts_at", "-pk")


class BroadcastItem(models.Model):
    """One airing. The same script aired again is another row that names the first."""

    station = models.ForeignKey(
        BroadcastStation,
        on_delete=models.PROTECT,
        related_name="items",
        verbose_name="đài, báo, kênh",
    )
    column = models.ForeignKey(
        BroadcastColumn,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="items",
        verbose_name="chuyên mục",
    )
    title = LineField("tên", max_length=200)
    aired_on = models.DateField("ngày phát, ngày đăng", default=timezone.localdate)
    starts_at = models.TimeField("giờ phát", null=True, blank=True)
    duration = models.PositiveIntegerField("dài, giây", null=True, blank=True)
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="broadcast_items",
        verbose_name="cơ quan soạn",
    )
    script = ProseField("lời phát", blank=True)
    article = models.ForeignKey(
        Article,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="broadcast_items",
        verbose_name="từ tin bài",
    )
    issue = models.ForeignKey(
        BulletinIssue,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="broadcast_items",
        verbose_name="từ số bản tin",
    )
    material = models.ForeignKey(
        Material,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="broadcast_items",
        verbose_name="bản ghi để nghe, xem lại",
    )
    url = models.URLField("địa chỉ bài báo, bài đăng", blank=True)
    repeat_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="repeats",
        verbose_name="phát lại của",
    )
    is_sample = models.BooleanField("nội dung mẫu", default=False)

    objects = BroadcastItemQuerySet.as_manager()

    class Meta:
        verbose_name = "lần phát, bài đăng"
        verbose_name_plural = "phát thanh, báo chí"
        constraints = [
            models.CheckConstraint(
                condition=Q(duration=None) | Q(duration__gt=0, duration__lte=24 * 60 * 60),
                name="outreach_broadcastitem_duration_is_within_a_day",
                violation_error_message="Độ dài từ 1 giây đến một ngày.",
            ),
            models.CheckConstraint(
                condition=Q(repeat_of=None) | ~Q(repeat_of=F("pk")),
                name="outreach_broadcastitem_does_not_repeat_itself",
                violation_error_message="Một lần phát không là phát lại của chính nó.",
            ),
            models.UniqueConstraint(
                fields=["station", "aired_on", "starts_at", "title"],
                name="outreach_broadcastitem_noted_once",
                violation_error_message="Lần phát này đã được ghi.",
            ),
        ]
        indexes = [models.Index(fields=["-aired_on", "-id"], name="outreach_broadcastitem_newest")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("outreach:broadcast_item", args=[self.pk])

    @property
    def channel(self):
        return self.station.channel


class BroadcastEvidence(StoredFile):
    """What shows that it was aired: a page of the station's book, a clipping, a picture. For staff alone."""

    item = models.ForeignKey(BroadcastItem, on_delete=models.CASCADE, related_name="evidence")

    class Meta:
        verbose_name = "minh chứng"
        verbose_name_plural = "minh chứng"
