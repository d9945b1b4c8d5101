from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("outreach", "0004_first_page_goes_with_its_row")]

    operations = [
        migrations.RemoveIndex("articleversion", "outreach_version_by_date"),
        migrations.RemoveIndex("articleversion", "outreach_version_by_category"),
        migrations.AddIndex(
            "articleversion",
            models.Index(
                fields=["-published_at", "-id"],
                include=["public_from", "public_until", "article"],
                condition=Q(public_from__isnull=False),
                name="outreach_version_by_date",
            ),
        ),
        migrations.AddIndex(
            "articleversion",
            models.Index(
                fields=["category", "-published_at", "-id"],
                include=["public_from", "public_until", "article"],
                condition=Q(public_from__isnull=False),
                name="outreach_version_by_category",
            ),
        ),
        migrations.AddIndex(
            "article",
            models.Index(
                fields=["language"], condition=~Q(language="vi"), name="outreach_article_foreign"
            ),
        ),
    ]
