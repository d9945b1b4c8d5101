import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0009_approved_issues_and_figures_stay")]

    operations = [
        migrations.AddField(
            "mailing",
            "next_mail_at",
            models.DateTimeField(
                default=django.utils.timezone.now, verbose_name="thư tiếp theo không trước"
            ),
        ),
        migrations.AddField(
            "mailing",
            "failure_count",
            models.PositiveSmallIntegerField(default=0, verbose_name="số lần liền không gửi được"),
        ),
    ]
