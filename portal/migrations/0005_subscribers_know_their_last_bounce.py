from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0004_subscribers"),
    ]

    operations = [
        migrations.AddField(
            model_name="subscriber",
            name="bounced_at",
            field=models.DateTimeField(null=True, verbose_name="thư bị trả lại gần nhất lúc"),
        ),
    ]
