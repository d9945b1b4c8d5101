from django.db import migrations


class Migration(migrations.Migration):
    """Apart from the rows that 0004 moved: PostgreSQL alters no table with rows still to be checked."""

    dependencies = [("procedures", "0004_translations_and_channels")]

    operations = [migrations.RemoveField(model_name="agency", name="hotline")]
