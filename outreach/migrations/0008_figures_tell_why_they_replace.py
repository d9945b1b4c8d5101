from django.db import migrations

from portal.fields import LineField


class Migration(migrations.Migration):
    dependencies = [("outreach", "0007_bulletins_mailings_channels_broadcasts")]

    operations = [
        migrations.AddField(
            "figure",
            "change_reason",
            LineField(
                blank=True,
                default="",
                editable=False,
                max_length=300,
                verbose_name="vì sao sửa số trước",
            ),
            preserve_default=False,
        ),
    ]
