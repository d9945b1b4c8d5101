from django.db import migrations, models

import feedback.models.routes


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0011_months_told_apart"),
    ]

    operations = [
        migrations.AlterField(
            model_name="intakesettings",
            name="working_from",
            field=models.TimeField(
                default=feedback.models.routes.start_of_work,
                help_text="Tin báo quá hạn chỉ gửi trong giờ làm việc của ngày làm việc.",
                verbose_name="giờ làm việc từ",
            ),
        ),
        migrations.AlterField(
            model_name="intakesettings",
            name="working_until",
            field=models.TimeField(
                default=feedback.models.routes.end_of_work, verbose_name="giờ làm việc đến"
            ),
        ),
    ]
