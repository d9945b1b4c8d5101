from django.db import migrations


def part_addresses(apps, schema_editor):
    """632010nd-cp becomes 63-2010-nd-cp. Of two spellings of one number the later keeps the address it had."""
    documents = apps.get_model("procedures", "LegalDocument").objects
    slug = documents.model._meta.get_field("slug")
    for document in documents.only("pk", "number", "slug").order_by("pk"):
        if not documents.filter(slug=slug.made_from(document.number)).exists():
            document.save(update_fields=["slug"])


class Migration(migrations.Migration):
    dependencies = [("procedures", "0009_files_of_acts")]

    operations = [migrations.RunPython(part_addresses, migrations.RunPython.noop, elidable=True)]
