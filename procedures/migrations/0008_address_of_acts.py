from django.db import migrations

import portal.fields


def give_addresses(apps, schema_editor):
    """The address is made from the number at every save."""
    for document in apps.get_model("procedures", "LegalDocument").objects.only("pk", "number"):
        document.save(update_fields=["slug"])


class Migration(migrations.Migration):
    dependencies = [("procedures", "0007_index_of_changes")]

    operations = [
        migrations.AddField(
            model_name="legaldocument",
            name="slug",
            field=portal.fields.SlugKeyField(
                db_index=False, null=True, of="number", unique=False, verbose_name="địa chỉ trang"
            ),
        ),
        migrations.RunPython(give_addresses, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="legaldocument",
            name="slug",
            field=portal.fields.SlugKeyField(of="number", verbose_name="địa chỉ trang"),
        ),
    ]
