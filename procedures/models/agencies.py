"""Administrative units and the agencies that work in them, with their history."""

import re

from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.fields import LineField, SortKeyField
from portal.text import slugify, tel_link

_NUMBER = re.compile(r"[\d .+()-]{8,}")


class DatedQuerySet(models.QuerySet):
    """Rows that exist for a span of days."""

    def current(self, on=None):
        on = on or timezone.localdate()
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gt=on)
        )


class AdminUnitQuerySet(DatedQuerySet):
    def communes(self):
        kinds = AdminUnit.Kind
        return self.filter(kind__in=[kinds.COMMUNE, kinds.WARD, kinds.SPECIAL_ZONE])


class AdminUnit(models.Model):
    """A province, commune, ward or special zone; before 01/07/2025 also a district, town or township.

    Codes are those of the General Statistics Office. A new unit may carry an old one's code.
    """

    class Kind(models.TextChoices):
        PROVINCE = "province", "Tỉnh"
        CITY = "city", "Thành phố"
        COMMUNE = "commune", "Xã"
        WARD = "ward", "Phường"
        SPECIAL_ZONE = "special_zone", "Đặc khu"
        DISTRICT = "district", "Huyện"
        DISTRICT_TOWN = "district_town", "Thị xã"
        DISTRICT_CITY = "district_city", "Thành phố thuộc tỉnh"
        TOWNSHIP = "township", "Thị trấn"

    code = LineField("mã đơn vị", max_length=10, help_text="Theo danh mục của Tổng cục Thống kê.")
    name = LineField("tên", max_length=120, help_text="Tên không kèm loại, ví dụ “Tân Thuận”.")
    sort_key = SortKeyField()
    kind = models.CharField("loại", max_length=20, choices=Kind)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="thuộc",
    )
    valid_from = models.DateField("có từ ngày", null=True, blank=True)
    valid_to = models.DateField(
        "hết từ ngày", null=True, blank=True, help_text="Bỏ trống nếu đơn vị đang tồn tại."
    )
    successors = models.ManyToManyField(
        "self",
        through="AdminUnitSuccession",
        through_fields=("old", "new"),
        symmetrical=False,
        related_name="predecessors",
    )

    objects = AdminUnitQuerySet.as_manager()

    class Meta:
        verbose_name = "đơn vị hành chính"
        verbose_name_plural = "đơn vị hành chính"
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(valid_to=None),
                name="procedures_adminunit_one_current_per_code",
                violation_error_message="Mã này đang thuộc một đơn vị khác còn tồn tại.",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__lt=F("valid_to")),
                name="procedures_adminunit_ends_after_start",
                violation_error_message="Ngày hết phải sau ngày bắt đầu.",
            ),
        ]

    def __str__(self):
        return self.full_name

    @property
    def full_name(self):
        kind = "Thành phố" if self.kind == self.Kind.DISTRICT_CITY else self.get_kind_display()
        return f"{kind} {self.name}"


class AdminUnitSuccession(models.Model):
    """One old unit that went, in whole or in part, into one new unit."""

    old = models.ForeignKey(
        AdminUnit, on_delete=models.CASCADE, related_name="successions", verbose_name="đơn vị cũ"
    )
    new = models.ForeignKey(
        AdminUnit, on_delete=models.CASCADE, related_name="origins", verbose_name="đơn vị mới"
    )
    effective_on = models.DateField("từ ngày")
    decision = LineField("theo văn bản", max_length=200, blank=True)

    class Meta:
        verbose_name = "sáp nhập, chia tách"
        verbose_name_plural = "sáp nhập, chia tách"
        constraints = [
            models.UniqueConstraint(
                fields=["old", "new"], name="procedures_adminunitsuccession_once"
            ),
            models.CheckConstraint(
                condition=~Q(old=F("new")),
                name="procedures_adminunitsuccession_not_itself",
                violation_error_message="Một đơn vị không thể kế thừa chính nó.",
            ),
        ]

    def __str__(self):
        return f"{self.old} → {self.new}"


class AgencyQuerySet(DatedQuerySet):
    def portal_owner(self):
        """The agency whose portal this is, with its public channels; None while nobody is named."""
        return self.filter(owns_portal=True).with_channels().first()

    def with_channels(self):
        return self.prefetch_related(models.Prefetch("channels", ContactChannel.objects.public()))

    def with_listed_count(self):
        """Each agency with the number of listed procedures that it settles, as `count`; those without are left out."""
        role = self.model.procedure_roles.rel.related_model
        listed = role.procedure.field.related_model.objects.listed()
        settles = Q(procedure_roles__role="executing", procedure_roles__procedure__in=listed)
        count = Count("procedure_roles__procedure", filter=settles, distinct=True)
        return self.annotate(count=count).filter(count__gt=0)

    def in_name_order(self):
        return self.order_by("sort_key", "pk")


class Agency(models.Model):
    """An office that settles, decides on or helps with procedures, or that is responsible for this portal."""

    class Kind(models.TextChoices):
        MINISTRY = "ministry", "Cơ quan trung ương"
        PROVINCE = "province", "Cơ quan cấp tỉnh"
        COMMUNE = "commune", "Cơ quan cấp xã"
        OTHER = "other", "Cơ quan khác"

    name = LineField("tên", max_length=600)
    sort_key = SortKeyField()
    slug = models.SlugField("địa chỉ trang", max_length=120, unique=True)
    short_name = LineField("tên ngắn", max_length=120, blank=True)
    kind = models.CharField("loại", max_length=20, choices=Kind, default=Kind.OTHER)
    admin_unit = models.ForeignKey(
        AdminUnit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agencies",
        verbose_name="đơn vị hành chính",
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="cơ quan cấp trên",
    )
    valid_from = models.DateField("có từ ngày", null=True, blank=True)
    valid_to = models.DateField("hết từ ngày", null=True, blank=True)
    successors = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="predecessors",
        verbose_name="cơ quan kế thừa",
    )
    address = LineField("địa chỉ", max_length=300, blank=True)
    postal_address = LineField(
        "địa chỉ nhận thư",
        max_length=300,
        blank=True,
        help_text="Nơi nhận đơn, thư gửi qua bưu điện. Để trống nếu cũng là địa chỉ trên.",
    )
    phone = LineField("điện thoại", max_length=40, blank=True)
    email = models.EmailField("thư điện tử", blank=True)
    website = models.URLField("trang thông tin", blank=True)
    responsible_person = LineField(
        "người chịu trách nhiệm", max_length=200, blank=True, help_text="Họ tên và chức vụ."
    )
    owns_portal = models.BooleanField(
        "là chủ quản của Cổng",
        default=False,
        help_text="Tên, địa chỉ, điện thoại của cơ quan này hiện ở đầu và cuối mọi trang.",
    )
    portal_name = LineField(
        "tên Cổng",
        max_length=120,
        blank=True,
        help_text="Hiện dưới tên cơ quan chủ quản ở đầu mọi trang. Để trống thì là “Cổng cải cách hành chính”.",
    )

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = "cơ quan"
        verbose_name_plural = "cơ quan"
        constraints = [
            models.UniqueConstraint(
                fields=["owns_portal"],
                condition=Q(owns_portal=True),
                name="procedures_agency_one_portal_owner",
                violation_error_message="Đã có một cơ quan khác là chủ quản của Cổng.",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__lt=F("valid_to")),
                name="procedures_agency_ends_after_start",
                violation_error_message="Ngày hết phải sau ngày bắt đầu.",
            ),
        ]

    def __str__(self):
        return self.short_name or self.name

    def get_absolute_url(self):
        return reverse("procedures:agency_detail", args=[self.slug])

    @property
    def has_contacts(self):
        own = [self.address, self.postal_address, self.phone, self.email, self.website]
        return any(own) or bool(self.channels.all())

    @property
    def mail_goes_to(self):
        """Where letters are sent."""
        return self.postal_address or self.address

    @property
    def number_to_call(self):
        """The hotline among the channels that were fetched with it, else the telephone."""
        hotlines = (c.value for c in self.channels.all() if c.kind == ContactChannel.Kind.HOTLINE)
        return next(hotlines, self.phone)

    @staticmethod
    def slug_for(name):
        """The address of an agency of this name: "Sở Tư Pháp" and "Sở Tư pháp" are one agency."""
        return slugify(name, max_length=110)


class ContactChannelQuerySet(models.QuerySet):
    def public(self):
        return self.filter(is_public=True).order_by("order", "pk")


class ContactChannel(models.Model):
    """A way to reach an agency beside its address and telephone: hotline, Zalo, a portal, a page."""

    class Kind(models.TextChoices):
        HOTLINE = "hotline", _("Đường dây nóng")
        ZALO = "zalo", _("Zalo")
        NATIONAL_PORTAL = "national_portal", _("Cổng Dịch vụ công quốc gia")
        PROVINCIAL_PORTAL = "provincial_portal", _("Cổng thông tin của tỉnh")
        COUNTER = "counter", _("Tại quầy")
        POST = "post", _("Bưu điện")
        EMAIL = "email", _("Thư điện tử")
        WEB = "web", _("Trang web")
        FANPAGE = "fanpage", _("Trang mạng xã hội")

    agency = models.ForeignKey(
        Agency, on_delete=models.CASCADE, related_name="channels", verbose_name="cơ quan"
    )
    kind = models.CharField("loại kênh", max_length=20, choices=Kind)
    label = LineField(
        "tên hiện ra",
        max_length=120,
        blank=True,
        help_text="Để trống thì dùng tên loại kênh.",
    )
    value = LineField(
        "số hoặc địa chỉ",
        max_length=300,
        help_text="Số điện thoại, địa chỉ thư, địa chỉ trang (https://…) hoặc nơi đến. Bấm vào là gọi, viết thư, mở"
        " trang. Zalo: ghi số thì thành đường dẫn zalo.me; tài khoản không mở được bằng số thì ghi https://zalo.me/…",
    )
    hours = LineField(
        "giờ tiếp nhận",
        max_length=120,
        blank=True,
        help_text="Như “7 giờ đến 17 giờ, ngày làm việc”. Kênh luôn mở thì ghi “cả ngày, mọi ngày”.",
    )
    is_public = models.BooleanField(
        "công khai",
        default=True,
        help_text="Hiện ở trang Kênh tiếp nhận, trang của cơ quan; của cơ quan chủ quản thì cả ở cuối mọi trang.",
    )
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    objects = ContactChannelQuerySet.as_manager()

    class Meta:
        verbose_name = "kênh liên hệ"
        verbose_name_plural = "kênh liên hệ"

    def __str__(self):
        return f"{self.name}: {self.value}"

    @property
    def name(self):
        return self.label or self.get_kind_display()

    @property
    def written_value(self):
        """As people read it: an address without what programs need."""
        return self.value.removeprefix("https://").removesuffix("/")

    @property
    def icon(self):
        match self.kind:
            case self.Kind.HOTLINE | self.Kind.ZALO:
                return "phone"
            case self.Kind.EMAIL | self.Kind.POST:
                return "mail"
            case self.Kind.COUNTER:
                return "pin"
        return "globe"

    @property
    def link(self):
        """What a touch opens; empty for words such as a counter's address."""
        if self.kind == self.Kind.HOTLINE:
            return tel_link(self.value)
        if self.kind == self.Kind.EMAIL:
            return f"mailto:{self.value}"
        if self.kind == self.Kind.ZALO and _NUMBER.fullmatch(self.value):
            return "https://zalo.me/" + re.sub(r"\D", "", self.value)
        return self.value if self.value.startswith("https://") else ""
