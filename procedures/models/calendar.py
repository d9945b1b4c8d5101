"""The working calendar, and the terms that the portal itself keeps: both are rows that staff edit."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from portal.fields import LineField, ProseField
from procedures.models.legal import LegalDocument
from procedures.models.parts import SubmissionMethod
from procedures.models.reception import OpeningHours

Unit = SubmissionMethod.Unit

# The years that deadlines are counted in: what lies outside was mistyped.
FIRST_YEAR, LAST_YEAR = 2000, 2100


class CalendarExceptionQuerySet(models.QuerySet):
    def in_year(self, year):
        return self.filter(date__year=year).order_by("date")

    def tentative(self, since):
        """Days to come that no act has fixed yet."""
        return self.filter(is_confirmed=False, date__gte=since)


class CalendarException(models.Model):
    """A day on which offices rest or work otherwise than its weekday says."""

    class Kind(models.TextChoices):
        PUBLIC_HOLIDAY = "public_holiday", "Nghỉ lễ, Tết"
        COMPENSATORY_REST = "compensatory_rest", "Nghỉ bù"
        SWAPPED_REST = "swapped_rest", "Nghỉ hoán đổi"
        MAKEUP_WORKDAY = "makeup_workday", "Làm bù"

    date = models.DateField("ngày", unique=True, error_messages={"unique": "Ngày này đã có."})
    kind = models.CharField(
        "loại",
        max_length=20,
        choices=Kind,
        help_text="Nghỉ bù: ngày lễ trùng Thứ Bảy, Chủ nhật nên nghỉ thêm ngày khác. Nghỉ hoán đổi và làm bù đi"
        " thành cặp: nghỉ một ngày trong tuần, làm bù vào một ngày cuối tuần.",
    )
    note = LineField(
        "dịp gì",
        max_length=120,
        blank=True,
        help_text="Chỉ tên ngày lễ, không ghi chữ “nghỉ”. Ví dụ: Tết Nguyên đán, Quốc khánh.",
    )
    is_confirmed = models.BooleanField(
        "đã có văn bản",
        default=True,
        help_text="Bỏ dấu khi mới là dự kiến: người dân thấy chữ “dự kiến” bên ngày này.",
    )
    source_document = models.ForeignKey(
        LegalDocument,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="calendar_exceptions",
        verbose_name="theo văn bản",
    )

    objects = CalendarExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = "ngày nghỉ, ngày làm bù"
        verbose_name_plural = "lịch nghỉ lễ, làm bù"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="public_holiday")
                | Q(kind="makeup_workday", date__iso_week_day__gte=6)
                | Q(kind__in=["compensatory_rest", "swapped_rest"], date__iso_week_day__lte=5),
                name="procedures_calendarexception_changes_its_weekday",
                violation_error_message="Ngày làm bù phải là Thứ Bảy hoặc Chủ nhật; ngày nghỉ bù, nghỉ hoán đổi"
                " phải từ Thứ Hai đến Thứ Sáu.",
            ),
            models.CheckConstraint(
                condition=Q(date__year__range=(FIRST_YEAR, LAST_YEAR)),
                name="procedures_calendarexception_in_our_time",
                violation_error_message=f"Năm phải từ {FIRST_YEAR} đến {LAST_YEAR}.",
            ),
        ]

    def __str__(self):
        return f"{self.date:%d/%m/%Y} {self.get_kind_display().lower()}"

    def clean(self):
        if problem := weekday_problem(self.date, self.kind):
            raise ValidationError({"date": problem})


def weekday_problem(day, kind) -> str:
    """Why a day of this kind would change nothing; empty where it does, or where either is not known."""
    kinds = CalendarException.Kind
    if not isinstance(day, date):
        return ""
    name = f"{day:%d/%m/%Y} là {OpeningHours.Weekday(day.weekday()).label}"
    if kind == kinds.MAKEUP_WORKDAY and day.weekday() < 5:
        return f"{name}, vốn là ngày làm việc. Ngày làm bù phải là Thứ Bảy hoặc Chủ nhật."
    if kind in {kinds.COMPENSATORY_REST, kinds.SWAPPED_REST} and day.weekday() >= 5:
        return (
            f"{name}, vốn đã nghỉ. Ngày nghỉ bù, nghỉ hoán đổi phải từ Thứ Hai đến Thứ Sáu;"
            " ngày lễ trùng cuối tuần thì chọn “Nghỉ lễ, Tết”."
        )
    return ""


class CalendarRevision(models.Model):
    """How often the calendar has changed: one row, which triggers in the database raise, whoever changes a day."""

    number = models.BigIntegerField()

    class Meta:
        verbose_name = "lần đổi lịch"
        verbose_name_plural = "lần đổi lịch"

    def __str__(self):
        return str(self.number)


@dataclass(frozen=True)
class Term:
    """How long something may take: a number with its unit; `immediate` has no number."""

    value: int | Decimal | None
    unit: str

    def __post_init__(self):
        unit = Unit(self.unit)
        value = None if self.value is None else Decimal(self.value)
        if unit == Unit.IMMEDIATE and value is not None:
            raise ValueError("What is settled at once takes no number.")
        if unit != Unit.IMMEDIATE and not (value is not None and value.is_finite() and value > 0):
            raise ValueError("A term is longer than nothing.")
        if value is not None:
            value = int(value) if value == value.to_integral_value() else value.normalize()
        object.__setattr__(self, "value", value)
        object.__setattr__(self, "unit", unit.value)


class TermRuleManager(models.Manager):
    def term(self, key) -> Term:
        """The term that staff have set for a step, read anew at every call."""
        return Term(*self.values_list("value", "unit").get(key=key))


class TermRule(models.Model):
    """A term of the portal's own work, with the ground it rests on; see `procedures/term_rules.py`."""

    SAME_DAY_UNTIL = "procedure.same_day_until"

    key = models.CharField("mã", max_length=60, unique=True, editable=False)
    title = LineField("việc", max_length=200, editable=False)
    value = models.DecimalField(
        "số",
        max_digits=5,
        decimal_places=1,
        validators=[MinValueValidator(Decimal("0.5")), MaxValueValidator(1000)],
    )
    unit = models.CharField(
        "đơn vị",
        max_length=12,
        choices=[(unit.value, unit.label) for unit in Unit if unit != Unit.IMMEDIATE],
    )
    ground = ProseField("căn cứ", help_text="Văn bản và nội dung quy định thời hạn này.")
    is_confirmed = models.BooleanField(
        "đã đối chiếu căn cứ",
        default=False,
        help_text="Đánh dấu khi người có trách nhiệm đã xác nhận thời hạn này áp dụng cho tỉnh.",
    )

    objects = TermRuleManager()

    class Meta:
        verbose_name = "thời hạn của Cổng"
        verbose_name_plural = "thời hạn của Cổng"
        constraints = [
            models.CheckConstraint(
                condition=Q(value__gt=0) & ~Q(unit="immediate"),
                name="procedures_termrule_longer_than_nothing",
                violation_error_message="Thời hạn phải lớn hơn 0.",
            ),
            models.CheckConstraint(
                condition=~Q(key="procedure.same_day_until") | Q(unit="hour", value__lt=24),
                name="procedures_termrule_same_day_until_is_an_hour",
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        """The form shows the key without sending it, and so does not ask the constraint that names it."""
        is_hour = self.unit == Unit.HOUR and self.value is not None and self.value < 24
        if self.key == self.SAME_DAY_UNTIL and not is_hour:
            raise ValidationError(
                "Việc này ghi một giờ trong ngày, trước 24 giờ: 15 là 15:00, 15,5 là 15:30."
            )

    @property
    def term(self):
        return Term(self.value, self.unit)
