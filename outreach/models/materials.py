"""Leaflets, handbooks, posters, panels, videos: what people take along, in the languages they read."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from outreach.models.library import Picture
from portal.fields import LineField, ProseField
from portal.files import new_file_name, private_files
from portal.languages import all_languages
from portal.models import StoredFile
from procedures.models import Procedure


class MaterialCollection(models.Model):
    """A shelf of materials; a private one is for staff alone."""

    name = LineField("tên bộ tài liệu", max_length=120, unique=True)
    slug = models.SlugField("địa chỉ trang", max_length=130, unique=True)
    description = LineField("mô tả", max_length=300, blank=True)
    is_private = models.BooleanField(
        "nội bộ",
        default=False,
        help_text="Chỉ cán bộ mở được trong trang quản trị; không hiện ở bất cứ đâu trên Cổng.",
    )
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "bộ tài liệu"
        verbose_name_plural = "bộ tài liệu"
        ordering = ["order", "name"]

    def __str__(self):
        return self.name


class MaterialQuerySet(models.QuerySet):
    def published(self, at=None):
        """Those that anybody may open: their moment has come, something is there to open, no private shelf."""
        at = at or timezone.now()
        something = MaterialVersion.objects.filter(material=OuterRef("pk"))
        return self.filter(
            Q(expires_at=None) | Q(expires_at__gt=at),
            Q(collection=None) | Q(collection__is_private=False),
            Exists(something) | ~Q(embed_url=""),
            published_at__lte=at,
        )

    def newest_first(self):
        return self.order_by("-published_at", "-pk")


class Material(models.Model):
    """Something made to be handed out, hung up or watched (tài liệu tuyên truyền)."""

    class Kind(models.TextChoices):
        LEAFLET = "leaflet", "Tờ rơi, tờ gấp"
        HANDBOOK = "handbook", "Sổ tay"
        POSTER = "poster", "Áp phích"
        PANEL = "panel", "Pa nô, bảng trực quan"
        INFOGRAPHIC = "infographic", "Đồ họa thông tin"
        VIDEO = "video", "Video"
        AUDIO = "audio", "Bài phát thanh, âm thanh"
        SLIDES = "slides", "Tài liệu tập huấn"

    NEED_TRANSCRIPT = (Kind.VIDEO, Kind.AUDIO)

    kind = models.CharField("loại", max_length=12, choices=Kind)
    title = LineField("tên tài liệu", max_length=200)
    slug = models.SlugField("địa chỉ trang", max_length=110, unique=True)
    summary = ProseField("giới thiệu", max_length=600, help_text="Dành cho ai, giúp được việc gì.")
    language = models.CharField("ngôn ngữ", max_length=10, choices=all_languages, default="vi")
    translation_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="translations",
        verbose_name="là bản dịch của",
    )
    collection = models.ForeignKey(
        MaterialCollection,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="materials",
        verbose_name="bộ tài liệu",
    )
    cover = models.ForeignKey(
        Picture,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="materials",
        verbose_name="ảnh bìa",
        help_text="Để trống: tệp PDF tự có ảnh trang đầu.",
    )
    embed_url = models.URLField(
        "địa chỉ ở trang khác",
        blank=True,
        help_text="Video để ở trang khác, ví dụ YouTube. Cổng chỉ dẫn sang đó kèm lời báo trước, không nhúng.",
    )
    transcript = ProseField(
        "lời thoại",
        blank=True,
        help_text="Bắt buộc với video và âm thanh: người không nghe, không nhìn được đọc phần này.",
    )
    procedures = models.ManyToManyField(
        Procedure, blank=True, related_name="materials", verbose_name="thủ tục liên quan"
    )
    published_at = models.DateTimeField("công khai từ", null=True, blank=True)
    expires_at = models.DateTimeField("gỡ lúc", null=True, blank=True)
    updated_at = models.DateTimeField("cập nhật lúc", default=timezone.now, editable=False)
    is_sample = models.BooleanField("nội dung mẫu", default=False)

    objects = MaterialQuerySet.as_manager()

    class Meta:
        verbose_name = "tài liệu"
        verbose_name_plural = "tài liệu"
        permissions = [("publish_material", "Công khai và gỡ tài liệu")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["video", "audio"]) | ~Q(transcript=""),
                name="outreach_material_heard_has_transcript",
                violation_error_message="Video và âm thanh phải có lời thoại viết ra.",
            ),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("published_at")),
                name="outreach_material_ends_after_start",
                violation_error_message="Giờ gỡ phải sau giờ công khai.",
            ),
        ]
        indexes = [models.Index(fields=["-published_at", "-id"], name="outreach_material_by_date")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("outreach:material", args=[self.slug])

    def clean(self):
        if self.kind in self.NEED_TRANSCRIPT and not self.transcript:
            raise ValidationError({"transcript": "Video và âm thanh phải có lời thoại viết ra."})


class MaterialVersion(StoredFile):
    """An edition of a material: the newest is offered first, the earlier ones stay to be compared."""

    material = models.ForeignKey(Material, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField("lần ra", default=1)
    issued_on = models.DateField("ra ngày", default=timezone.localdate)
    note = LineField("thay đổi gì", max_length=300, blank=True)
    captions = models.FileField(
        "phụ đề",
        storage=private_files,
        upload_to=new_file_name,
        max_length=120,
        blank=True,
        help_text="Tệp WebVTT (.vtt). Bắt buộc với video để trên Cổng.",
    )
    # Drawn from the first page of a PDF where staff chose no cover.
    first_page = models.ImageField(
        "ảnh trang đầu",
        storage=private_files,
        upload_to=new_file_name,
        max_length=120,
        blank=True,
        editable=False,
    )

    class Meta:
        verbose_name = "lần ra"
        verbose_name_plural = "các lần ra"
        constraints = [
            models.UniqueConstraint(
                fields=["material", "number"],
                name="outreach_materialversion_number_once",
                violation_error_message="Lần ra này đã có.",
            )
        ]


class ReadingPoint(models.Model):
    """A place where people read on paper: a post office of the commune, a library, a culture house."""

    class Kind(models.TextChoices):
        POST_OFFICE = "post_office", "Điểm Bưu điện văn hóa xã"
        LIBRARY = "library", "Thư viện"
        CULTURE_HOUSE = "culture_house", "Nhà văn hóa"
        OTHER = "other", "Nơi khác"

    kind = models.CharField("loại", max_length=13, choices=Kind)
    name = LineField("tên", max_length=200)
    slug = models.SlugField("địa chỉ trang", max_length=110, unique=True)
    admin_unit = models.ForeignKey(
        "procedures.AdminUnit",
        on_delete=models.PROTECT,
        related_name="reading_points",
        verbose_name="xã, phường",
    )
    address = LineField("địa chỉ", max_length=300)
    hours = LineField("giờ mở cửa", max_length=200, blank=True)
    phone = LineField("điện thoại", max_length=30, blank=True)
    note = LineField("ghi chú", max_length=300, blank=True)
    checked_on = models.DateField("kiểm tra ngày", null=True, blank=True)
    is_sample = models.BooleanField("nội dung mẫu", default=False)

    class Meta:
        verbose_name = "điểm đọc"
        verbose_name_plural = "điểm đọc"

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("outreach:reading_point", args=[self.slug])


class ReadingPointHolding(models.Model):
    """Copies of a material at a reading point, as they were counted on a day."""

    point = models.ForeignKey(
        ReadingPoint, on_delete=models.CASCADE, related_name="holdings", verbose_name="điểm đọc"
    )
    material = models.ForeignKey(
        Material, on_delete=models.PROTECT, related_name="holdings", verbose_name="tài liệu"
    )
    copies = models.PositiveIntegerField("số bản")
    checked_on = models.DateField("kiểm tra ngày", default=timezone.localdate)

    class Meta:
        verbose_name = "tài liệu có ở điểm đọc"
        verbose_name_plural = "tài liệu có ở điểm đọc"
        constraints = [
            models.UniqueConstraint(
                fields=["point", "material"],
                name="outreach_readingpointholding_material_once",
                violation_error_message="Tài liệu này đã ghi ở điểm đọc.",
            )
        ]

    def __str__(self):
        return f"{self.material}: {self.copies}"
