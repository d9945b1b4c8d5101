from django.db import migrations, models

FILL = """
update feedback_publictext set published_at = coalesce(
    (select published_at from feedback_ticket where id = ticket_id),
    (select published_at from feedback_frequentquestion where id = question_id)
)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0007_desk_state"),
    ]

    operations = [
        migrations.AddField("publictext", "published_at", models.DateTimeField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField("publictext", "published_at", models.DateTimeField()),
        migrations.AddIndex(
            "publictext",
            models.Index(fields=["published_at", "id"], name="feedback_publictext_in_order"),
        ),
    ]
