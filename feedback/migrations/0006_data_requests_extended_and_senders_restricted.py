from django.db import migrations, models

import portal.fields


class Migration(migrations.Migration):
    dependencies = [("feedback", "0005_guards_of_letters_and_erasures")]

    operations = [
        migrations.AddField(
            model_name="datasubjectrequest",
            name="third_party_at",
            field=models.DateTimeField(
                editable=False, null=True, verbose_name="bên thứ ba cũng phải ngừng"
            ),
        ),
        migrations.AddField(
            model_name="datasubjectrequest",
            name="extended_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="gia hạn lúc"),
        ),
        migrations.AddField(
            model_name="datasubjectrequest",
            name="extension_days",
            field=models.PositiveSmallIntegerField(
                default=0, editable=False, verbose_name="gia hạn thêm"
            ),
        ),
        migrations.AddField(
            model_name="datasubjectrequest",
            name="extension_reason",
            field=portal.fields.ProseField(
                blank=True, editable=False, max_length=2000, verbose_name="vì sao gia hạn"
            ),
        ),
        migrations.AddConstraint(
            model_name="datasubjectrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("extended_at", None), ("extension_days", 0), ("extension_reason", "")
                    ),
                    models.Q(
                        ("extended_at__isnull", False),
                        ("extension_days__gt", 0),
                        models.Q(("extension_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="feedback_datasubjectrequest_extension_has_reason",
            ),
        ),
        migrations.AddField(
            model_name="ticketsender",
            name="restricted_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="hạn chế dùng từ"),
        ),
    ]
