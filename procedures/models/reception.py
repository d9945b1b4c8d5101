"""Where dossiers are handed in: the provincial centre, the commune centres, their hours and sectors."""

from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.fields import LineField, ProseField, SortKeyField
from portal.text import fold
from procedures.models.agencies import AdminUnit
from procedures.models.sectors import Sector


class ServicePointQuerySet(models.QuerySet):
    def receiving(self, procedure):
        """Points that take this procedure: its sector, at a level that settles it."""
        kinds = []
        if "commune" in procedure.levels:
            kinds += [ServicePoint.Kind.COMMUNE_CENTRE, ServicePoint.Kind.SATELLITE]
        if "province" in procedure.levels:
            kinds += [ServicePoint.Kind.PROVINCIAL_CENTRE, ServicePoint.Kind.SECTOR]
        return self.filter(kind__in=kinds, sectors=procedure.sector_id)

    def in_name_order(self):
        """The provincial centre first, then by name."""
        return self.order_by("kind_order", "sort_key", "pk")

    def with_hours(self):
        return self.select_related("admin_unit").prefetch_related(
            Prefetch("hours", OpeningHours.objects.order_by("weekday", "opens_at"))
        )

    def with_former_units(self):
        return self.prefetch_related("admin_unit__predecessors")


class ServicePoint(models.Model):
    """A one-stop office (Bộ phận Một cửa, Trung tâm Phục vụ hành chính công) that a citizen can walk into."""

    class Kind(models.TextChoices):
        PROVINCIAL_CENTRE = "provincial_centre", "Trung tâm Phục vụ hành chính công tỉnh"
        COMMUNE_CENTRE = "commune_centre", "Trung tâm Phục vụ hành chính công cấp xã"
        SATELLITE = "satellite", "Điểm tiếp nhận"
        SECTOR = "sector", "Bộ phận Một cửa của ngành"

    name = LineField("tên", max_length=200)
    sort_key = SortKeyField()
    slug = models.SlugField("địa chỉ trang", max_length=120, unique=True)
    kind = models.CharField("loại", max_length=20, choices=Kind)
    kind_order = models.GeneratedField(
        expression=models.Case(
            models.When(kind="provincial_centre", then=0),
            models.When(kind="sector", then=1),
            default=2,
        ),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
    admin_unit = models.ForeignKey(
        AdminUnit,
        on_delete=models.PROTECT,
        related_name="service_points",
        verbose_name="đơn vị hành chính",
    )
    address = LineField("địa chỉ", max_length=300)
    phone = LineField("điện thoại", max_length=40, blank=True)
    email = models.EmailField("thư điện tử", blank=True)
    map_url = models.URLField("địa chỉ bản đồ", max_length=500, blank=True)
    accessibility_note = ProseField(
        "lối đi cho người khuyết tật", blank=True, help_text="Đường dốc, thang máy, chỗ để xe…"
    )
    note = ProseField("lưu ý", blank=True)
    sectors = models.ManyToManyField(
        Sector, blank=True, related_name="service_points", verbose_name="lĩnh vực tiếp nhận"
    )
    is_sample = models.BooleanField("nội dung mẫu", default=False)

    objects = ServicePointQuerySet.as_manager()

    class Meta:
        verbose_name = "nơi nộp hồ sơ"
        verbose_name_plural = "nơi nộp hồ sơ"

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("procedures:service_point_detail", args=[self.slug])

    @property
    def level_filter(self):
        """The value of the catalogue's level filter that fits what this point takes."""
        return "xa" if self.kind in {self.Kind.COMMUNE_CENTRE, self.Kind.SATELLITE} else "tinh"

    @property
    def former_units(self):
        """The units that the present one was made from: people still give these as their address."""
        return [unit.full_name for unit in self.admin_unit.predecessors.all()]

    def is_at(self, place):
        """Whether a place that a person types, in today's or in an old name, is this point's."""
        names = [self.name, self.address, self.admin_unit.full_name, *self.former_units]
        return any(fold(place) in fold(name) for name in names)

    @property
    def hours_by_day(self):
        """Every weekday with its spans; a day without any is closed."""
        spans = list(self.hours.all())
        return [
            (label, [span for span in spans if span.weekday == day])
            for day, label in OpeningHours.Weekday.choices
        ]

    def hours_on(self, day, calendar):
        """The spans of a day, none where the calendar has it off.

        A weekend day that is made up for is worked as a Friday, unless it has hours of its own.
        """
        is_special = calendar.row_of(day) is not None
        if is_special and not calendar.is_working_day(day):
            return []
        spans = self._hours_of(day.weekday())
        return spans or (self._hours_of(OpeningHours.Weekday.FRIDAY) if is_special else [])

    def _hours_of(self, weekday):
        return [span for span in self.hours.all() if span.weekday == weekday]


class OpeningHours(models.Model):
    """One span of a weekday in which a service point is open; morning and afternoon are two rows."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Thứ Hai")
        TUESDAY = 1, _("Thứ Ba")
        WEDNESDAY = 2, _("Thứ Tư")
        THURSDAY = 3, _("Thứ Năm")
        FRIDAY = 4, _("Thứ Sáu")
        SATURDAY = 5, _("Thứ Bảy")
        SUNDAY = 6, _("Chủ nhật")

    service_point = models.ForeignKey(ServicePoint, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField("ngày", choices=Weekday)
    opens_at = models.TimeField("mở cửa")
    closes_at = models.TimeField("đóng cửa")

    class Meta:
        verbose_name = "giờ làm việc"
        verbose_name_plural = "giờ làm việc"
        ordering = ["weekday", "opens_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["service_point", "weekday", "opens_at"],
                name="procedures_openinghours_once",
                violation_error_message="Giờ mở cửa này đã có.",
            ),
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")),
                name="procedures_openinghours_closes_after_opening",
                violation_error_message="Giờ đóng cửa phải sau giờ mở cửa.",
            ),
            models.CheckConstraint(
                condition=Q(weekday__range=(0, 6)), name="procedures_openinghours_weekday_0_to_6"
            ),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.opens_at:%H:%M}–{self.closes_at:%H:%M}"
