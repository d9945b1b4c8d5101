"""Denunciations as a list of their own over the rows of tickets."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("feedback", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="Denunciation",
            fields=[],
            options={
                "verbose_name": "tố cáo",
                "verbose_name_plural": "tố cáo",
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("feedback.ticket",),
        ),
    ]
