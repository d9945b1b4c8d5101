from django.db import migrations, models
from django.db.models.functions import Cast, Coalesce, ExtractYear

from procedures.models.legal import FoldedWords, YearInNumber


class Migration(migrations.Migration):
    dependencies = [("procedures", "0010_part_addresses_of_acts")]

    operations = [
        migrations.AddField(
            model_name="legaldocument",
            name="folded_words",
            field=models.GeneratedField(
                db_persist=True,
                expression=FoldedWords("doc_type", "number", "title"),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddField(
            model_name="legaldocument",
            name="year",
            field=models.GeneratedField(
                db_persist=True,
                expression=Coalesce(
                    ExtractYear("signed_on"), Cast(YearInNumber("number"), models.IntegerField())
                ),
                output_field=models.IntegerField(),
                verbose_name="năm",
            ),
        ),
    ]
