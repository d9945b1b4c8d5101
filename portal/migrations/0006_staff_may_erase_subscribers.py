from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0005_subscribers_know_their_last_bounce"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="subscriber",
            options={
                "default_permissions": ("view", "delete"),
                "verbose_name": "người nhận tin",
                "verbose_name_plural": "người nhận tin",
            },
        ),
    ]
