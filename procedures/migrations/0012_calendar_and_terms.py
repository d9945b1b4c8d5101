from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import portal.fields

# No way of changing a day goes past the database: the admin, an import, a console, a restored table.
COUNT_CHANGES = """
CREATE FUNCTION procedures_count_calendar_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO procedures_calendarrevision (id, number) VALUES (1, 1)
    ON CONFLICT (id) DO UPDATE SET number = procedures_calendarrevision.number + 1;
    RETURN NULL;
END $$;

CREATE TRIGGER procedures_calendarexception_added_or_removed
    AFTER INSERT OR DELETE ON procedures_calendarexception FOR EACH ROW
    EXECUTE FUNCTION procedures_count_calendar_change();

CREATE TRIGGER procedures_calendarexception_changed
    AFTER UPDATE ON procedures_calendarexception FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*)
    EXECUTE FUNCTION procedures_count_calendar_change();

CREATE TRIGGER procedures_calendarexception_emptied
    AFTER TRUNCATE ON procedures_calendarexception FOR EACH STATEMENT
    EXECUTE FUNCTION procedures_count_calendar_change();
"""
COUNT_NO_MORE = """
DROP TRIGGER procedures_calendarexception_emptied ON procedures_calendarexception;
DROP TRIGGER procedures_calendarexception_changed ON procedures_calendarexception;
DROP TRIGGER procedures_calendarexception_added_or_removed ON procedures_calendarexception;
DROP FUNCTION procedures_count_calendar_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0011_words_and_year_of_acts"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarRevision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "lần đổi lịch",
                "verbose_name_plural": "lần đổi lịch",
            },
        ),
        migrations.CreateModel(
            name="TermRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(editable=False, max_length=60, unique=True, verbose_name="mã"),
                ),
                (
                    "title",
                    portal.fields.LineField(editable=False, max_length=200, verbose_name="việc"),
                ),
                (
                    "value",
                    models.DecimalField(
                        decimal_places=1,
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0.5")),
                            django.core.validators.MaxValueValidator(1000),
                        ],
                        verbose_name="số",
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("working_day", "ngày làm việc"),
                            ("day", "ngày"),
                            ("hour", "giờ"),
                            ("month", "tháng"),
                        ],
                        max_length=12,
                        verbose_name="đơn vị",
                    ),
                ),
                (
                    "ground",
                    portal.fields.ProseField(
                        help_text="Văn bản và nội dung quy định thời hạn này.",
                        verbose_name="căn cứ",
                    ),
                ),
                (
                    "is_confirmed",
                    models.BooleanField(
                        default=False,
                        help_text="Đánh dấu khi người có trách nhiệm đã xác nhận thời hạn này áp dụng cho tỉnh.",
                        verbose_name="đã đối chiếu căn cứ",
                    ),
                ),
            ],
            options={
                "verbose_name": "thời hạn của Cổng",
                "verbose_name_plural": "thời hạn của Cổng",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("value__gt", 0), models.Q(("unit", "immediate"), _negated=True)
                        ),
                        name="procedures_termrule_longer_than_nothing",
                        violation_error_message="Thời hạn phải lớn hơn 0.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("key", "procedure.same_day_until"), _negated=True),
                            models.Q(("unit", "hour"), ("value__lt", 24)),
                            _connector="OR",
                        ),
                        name="procedures_termrule_same_day_until_is_an_hour",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarException",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "date",
                    models.DateField(
                        error_messages={"unique": "Ngày này đã có."},
                        unique=True,
                        verbose_name="ngày",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("public_holiday", "Nghỉ lễ, Tết"),
                            ("compensatory_rest", "Nghỉ bù"),
                            ("swapped_rest", "Nghỉ hoán đổi"),
                            ("makeup_workday", "Làm bù"),
                        ],
                        help_text="Nghỉ bù: ngày lễ trùng Thứ Bảy, Chủ nhật nên nghỉ thêm ngày khác. Nghỉ hoán đổi và làm bù đi thành cặp: nghỉ một ngày trong tuần, làm bù vào một ngày cuối tuần.",
                        max_length=20,
                        verbose_name="loại",
                    ),
                ),
                (
                    "note",
                    portal.fields.LineField(
                        blank=True,
                        help_text="Chỉ tên ngày lễ, không ghi chữ “nghỉ”. Ví dụ: Tết Nguyên đán, Quốc khánh.",
                        max_length=120,
                        verbose_name="dịp gì",
                    ),
                ),
                (
                    "is_confirmed",
                    models.BooleanField(
                        default=True,
                        help_text="Bỏ dấu khi mới là dự kiến: người dân thấy chữ “dự kiến” bên ngày này.",
                        verbose_name="đã có văn bản",
                    ),
                ),
                (
                    "source_document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calendar_exceptions",
                        to="procedures.legaldocument",
                        verbose_name="theo văn bản",
                    ),
                ),
            ],
            options={
                "verbose_name": "ngày nghỉ, ngày làm bù",
                "verbose_name_plural": "lịch nghỉ lễ, làm bù",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "public_holiday"),
                            models.Q(("date__iso_week_day__gte", 6), ("kind", "makeup_workday")),
                            models.Q(
                                ("date__iso_week_day__lte", 5),
                                ("kind__in", ["compensatory_rest", "swapped_rest"]),
                            ),
                            _connector="OR",
                        ),
                        name="procedures_calendarexception_changes_its_weekday",
                        violation_error_message="Ngày làm bù phải là Thứ Bảy hoặc Chủ nhật; ngày nghỉ bù, nghỉ hoán đổi phải từ Thứ Hai đến Thứ Sáu.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("date__year__range", (2000, 2100))),
                        name="procedures_calendarexception_in_our_time",
                        violation_error_message="Năm phải từ 2000 đến 2100.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(COUNT_CHANGES, COUNT_NO_MORE),
    ]
