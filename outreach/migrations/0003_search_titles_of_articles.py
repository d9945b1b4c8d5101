from django.contrib.postgres.indexes import GinIndex
from django.db import migrations
from django.db.models import F, Func


class Migration(migrations.Migration):
    dependencies = [("outreach", "0002_articles_and_materials")]

    operations = [
        migrations.AddIndex(
            model_name="articletext",
            index=GinIndex(
                Func(F("vector"), template="ts_filter(%(expressions)s, '{a}')"),
                name="outreach_articletext_title",
            ),
        ),
    ]
