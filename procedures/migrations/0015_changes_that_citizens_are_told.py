import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

# What is known already is noted as old as it is, so that it is news to nobody.
FILL = """
insert into procedures_procedurechange (procedure_id, decision_id, at, kind)
select id, decision_id, updated_at, case
    when status = 'expired' or expired_on <= current_date then 'ended'
    when status = 'suspended' then 'suspended'
    else 'new' end
from procedures_procedure where status in ('published', 'suspended', 'expired')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0014_codes_lead_to_pages"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProcedureChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("new", "mới"),
                            ("changed", "thay đổi"),
                            ("suspended", "tạm dừng"),
                            ("resumed", "áp dụng trở lại"),
                            ("ended", "hết hiệu lực"),
                        ],
                        max_length=10,
                        verbose_name="việc",
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="ghi nhận lúc"
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="changes",
                        to="procedures.publicationdecision",
                        verbose_name="quyết định công bố",
                    ),
                ),
                (
                    "procedure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="procedures.procedure",
                        verbose_name="thủ tục",
                    ),
                ),
            ],
            options={
                "verbose_name": "thay đổi của thủ tục",
                "verbose_name_plural": "thay đổi của thủ tục",
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["procedure", "-at", "-id"], name="procedures_change_newest"
                    ),
                    models.Index(fields=["at"], name="procedures_change_at"),
                ],
            },
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
