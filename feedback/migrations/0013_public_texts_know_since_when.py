import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0012_working_hours_by_name"),
    ]

    operations = [
        migrations.AddField(
            model_name="publictext",
            name="public_since",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.RunSQL(
            "update feedback_publictext set public_since = published_at", migrations.RunSQL.noop
        ),
        migrations.AddIndex(
            model_name="publictext",
            index=models.Index(fields=["public_since"], name="feedback_publictext_since"),
        ),
    ]
