"""Leaflets, handbooks, posters, panels, videos: what people take along, in the languages they read."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Least
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from outreach.models.library import Picture
from portal.fields import LineField, ProseField
from portal.file_kinds import ALL_KINDS, CAPTIONS, DOCUMENTS, PICTURES, SLIDES, SOUNDS, VIDEOS
from portal.files import KeptFileField, inspect, new_file_name, private_files
from portal.languages import all_languages, own_name
from portal.models import StoredFile
from portal.text import fold
from procedures.models import Procedure

# Half a year: what stands on a shelf is looked at again by then.
CHECK_LASTS = timedelta(days=183)


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

    def with_editions(self):
        """With the pictures and files that stand beside a title; see `Material.editions`."""
        newest_first = MaterialVersion.objects.order_by("-number")
        return self.select_related("cover").prefetch_related(
            Prefetch("versions", newest_first, to_attr="editions")
        )


class Material(models.Model):
    """Something made to be handed out, hung up or watched (tài liệu tuyên truyền)."""

    class Kind(models.TextChoices):
        LEAFLET = "leaflet", _("Tờ rơi, tờ gấp")
        HANDBOOK = "handbook", _("Sổ tay")
        POSTER = "poster", _("Áp phích")
        PANEL = "panel", _("Pa nô, bảng trực quan")
        INFOGRAPHIC = "infographic", _("Đồ họa thông tin")
        VIDEO = "video", _("Video")
        AUDIO = "audio", _("Bài phát thanh, âm thanh")
        SLIDES = "slides", _("Tài liệu tập huấn")

    NEED_TRANSCRIPT = (Kind.VIDEO, Kind.AUDIO)
    ICONS = {Kind.VIDEO: "play", Kind.AUDIO: "speak"}

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

    def get_own_url(self):
        """The page in the frame of the material's own language, whatever language is being read now."""
        with translation.override(self.language):
            return self.get_absolute_url()

    def clean(self):
        errors = {}
        if self.kind in self.NEED_TRANSCRIPT and not self.transcript:
            errors["transcript"] = "Video và âm thanh phải có lời thoại viết ra."
        if self.embed_url and urlsplit(self.embed_url).scheme != "https":
            errors["embed_url"] = "Địa chỉ phải bắt đầu bằng https://."
        original = self.translation_of
        if original and (original == self or original.language == self.language):
            errors["translation_of"] = "Bản dịch và bản gốc phải là hai tài liệu khác tiếng nhau."
        if errors:
            raise ValidationError(errors)

    def is_published(self, at):
        """As `published()` asks of the dates alone, for staff who see why the rest is missing."""
        return (
            self.published_at is not None
            and self.published_at <= at
            and (self.expires_at is None or at < self.expires_at)
        )

    @property
    def embed_host(self):
        """Where the link leads, said to the reader before following it."""
        return urlsplit(self.embed_url).hostname

    @property
    def newest(self):
        """The edition offered first, of those fetched by `with_editions`."""
        return self.editions[0] if self.editions else None

    @property
    def earlier(self):
        return self.editions[1:]

    @property
    def icon(self):
        return self.ICONS.get(self.kind, "file")

    @property
    def is_video(self):
        return self.kind == self.Kind.VIDEO

    @property
    def own_language(self):
        return own_name(self.language)

    @property
    def cover_for_sharing(self):
        return self.cover.get_rendition_url("og.jpg")

    @property
    def picture_url(self):
        """What stands beside the title: the cover, else the first page of the newest edition, or nothing."""
        if self.cover:
            return self.cover.get_rendition_url("w640.webp")
        if self.newest and self.newest.first_page:
            return reverse("outreach:material_first_page", args=[self.slug, self.newest.number])
        return ""

    def siblings(self, at=None):
        """The same material in other languages, for everybody."""
        original = self.translation_of_id or self.pk
        family = Material.objects.filter(Q(pk=original) | Q(translation_of=original))
        return family.published(at).exclude(pk=self.pk).order_by("language", "pk")


class MaterialVersion(StoredFile):
    """An edition of a material: the newest is offered first, the earlier ones stay to be compared."""

    material = models.ForeignKey(Material, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField("lần ra", default=1)
    issued_on = models.DateField("ra ngày", default=timezone.localdate)
    note = LineField("thay đổi gì", max_length=300, blank=True)
    captions = KeptFileField(
        "phụ đề",
        storage=private_files,
        upload_to=new_file_name,
        max_length=120,
        blank=True,
        help_text="Tệp WebVTT (.vtt). Bắt buộc với video để trên Cổng.",
    )
    # Drawn from the first page of a PDF where staff chose no cover.
    first_page = KeptFileField(
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

    @property
    def accepts(self):
        """The kinds of files that suit the material; the page itself plays videos and sounds."""
        played = {Material.Kind.VIDEO: VIDEOS, Material.Kind.AUDIO: SOUNDS}
        return played.get(self.material.kind, DOCUMENTS + SLIDES + PICTURES)

    def clean(self):
        super().clean()
        if self.content_type not in {kind.content_type for kind in self.accepts}:
            raise ValidationError({"file": "Tệp này không hợp với loại tài liệu đã chọn."})
        if self.material.kind == Material.Kind.VIDEO and not self.captions:
            raise ValidationError({"captions": "Video để trên Cổng phải có tệp phụ đề (.vtt)."})
        if self.captions and not self.captions._committed:
            try:
                inspect(self.captions.file, CAPTIONS)
            except ValidationError as refusal:
                raise ValidationError({"captions": refusal.messages}) from refusal

    @property
    def is_played(self):
        """Whether the page itself plays it."""
        return self.content_type.startswith(("video/", "audio/"))

    @property
    def type_name(self):
        return next(kind.name for kind in ALL_KINDS if kind.content_type == self.content_type)


class ReadingPointQuerySet(models.QuerySet):
    def in_place_order(self):
        """By commune, then by name."""
        return self.order_by("admin_unit__sort_key", "name", "pk")

    def with_places(self):
        return self.select_related("admin_unit").prefetch_related("admin_unit__predecessors")

    def holding_published(self):
        """Those where at least one copy of something public can be read."""
        held = ReadingPointHolding.objects.filter(
            point=OuterRef("pk"), copies__gt=0, material__in=Material.objects.published()
        )
        return self.filter(Exists(held))

    def with_oldest_check(self):
        """`oldest_check`: the day of whatever was looked at longest ago, the point or one of its holdings."""
        holdings = ReadingPointHolding.objects.filter(point=OuterRef("pk")).order_by("checked_on")
        oldest = Subquery(holdings.values("checked_on")[:1])
        return self.annotate(oldest_check=Least("checked_on", oldest))

    def overdue_for_check(self, on=None):
        """Those with something that nobody has looked at for half a year, or ever."""
        limit = (on or timezone.localdate()) - CHECK_LASTS
        rows = self.with_oldest_check()
        return rows.filter(Q(oldest_check=None) | Q(oldest_check__lt=limit))


class ReadingPoint(models.Model):
    """A place where people read on paper: a post office of the commune, a library, a culture house."""

    class Kind(models.TextChoices):
        POST_OFFICE = "post_office", _("Điểm Bưu điện văn hóa xã")
        LIBRARY = "library", _("Thư viện")
        CULTURE_HOUSE = "culture_house", _("Nhà văn hóa")
        OTHER = "other", _("Nơi khác")

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

    objects = ReadingPointQuerySet.as_manager()

    class Meta:
        verbose_name = "điểm đọc"
        verbose_name_plural = "điểm đọc"

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("outreach:reading_point", args=[self.slug])

    @property
    def former_units(self):
        """The units that the present one was made from: people still give these as their address."""
        return [unit.full_name for unit in self.admin_unit.predecessors.all()]

    def is_at(self, place):
        """Whether a place that a person types, in today's or in an old name, is this point's."""
        names = [self.name, self.address, self.admin_unit.full_name, *self.former_units]
        return any(fold(place) in fold(name) for name in names)


class ReadingPointHoldingQuerySet(models.QuerySet):
    def published(self):
        """Copies of what anybody may open: others are not even named."""
        return self.filter(material__in=Material.objects.published())


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

    objects = ReadingPointHoldingQuerySet.as_manager()

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

    @property
    def is_overdue(self):
        """Whether nobody has counted for half a year."""
        return self.checked_on < timezone.localdate() - CHECK_LASTS
