import django.core.validators
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

PORTAL_PATH = r"^(/[A-Za-z0-9][A-Za-z0-9._-]*)+/\Z"

KEEP_PAGES = """
DROP TRIGGER procedures_qrtarget_unchanged ON procedures_qrtarget;
CREATE TRIGGER procedures_qrtarget_unchanged
    BEFORE UPDATE ON procedures_qrtarget FOR EACH ROW
    WHEN ((OLD.token, OLD.procedure_id, OLD.path, OLD.service_point_id)
        IS DISTINCT FROM (NEW.token, NEW.procedure_id, NEW.path, NEW.service_point_id))
    EXECUTE FUNCTION procedures_refuse_token_change();

-- Nothing tells that a code of a page was not printed: it was made to be.
CREATE OR REPLACE FUNCTION procedures_refuse_token_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.procedure_id IS NULL THEN
        RAISE EXCEPTION 'The token of a page stays'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        SELECT FROM procedures_procedure
        WHERE id = OLD.procedure_id AND status NOT IN ('draft', 'review')
    ) THEN
        RAISE EXCEPTION 'The token of a procedure that is public stays'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
"""
KEEP_PROCEDURES_ALONE = """
DROP TRIGGER procedures_qrtarget_unchanged ON procedures_qrtarget;
CREATE TRIGGER procedures_qrtarget_unchanged
    BEFORE UPDATE ON procedures_qrtarget FOR EACH ROW
    WHEN ((OLD.token, OLD.procedure_id) IS DISTINCT FROM (NEW.token, NEW.procedure_id))
    EXECUTE FUNCTION procedures_refuse_token_change();

CREATE OR REPLACE FUNCTION procedures_refuse_token_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM procedures_procedure
        WHERE id = OLD.procedure_id AND status NOT IN ('draft', 'review')
    ) THEN
        RAISE EXCEPTION 'The token of a procedure that is public stays'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("procedures", "0013_postal_address_of_agencies")]

    operations = [
        migrations.AlterField(
            model_name="qrtarget",
            name="procedure",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="qr_target",
                to="procedures.procedure",
                verbose_name="thủ tục",
            ),
        ),
        migrations.AddField(
            model_name="qrtarget",
            name="path",
            field=models.CharField(
                blank=True,
                default="",
                max_length=200,
                validators=[
                    django.core.validators.RegexValidator(
                        PORTAL_PATH, "Ghi đường dẫn của một trang trên Cổng."
                    )
                ],
                verbose_name="trang của Cổng",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="qrtarget",
            name="service_point",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="qr_targets",
                to="procedures.servicepoint",
                verbose_name="dán ở",
            ),
        ),
        migrations.AddConstraint(
            model_name="qrtarget",
            constraint=models.CheckConstraint(
                condition=Q(path="", procedure__isnull=False, service_point=None)
                | Q(path__regex=PORTAL_PATH, procedure=None),
                name="procedures_qrtarget_leads_to_one_thing",
                violation_error_message="Mã dẫn đến một thủ tục, hoặc một trang của Cổng.",
            ),
        ),
        migrations.AddConstraint(
            model_name="qrtarget",
            constraint=models.UniqueConstraint(
                condition=Q(service_point__isnull=False),
                fields=("path", "service_point"),
                name="procedures_qrtarget_once_a_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="qrtarget",
            constraint=models.UniqueConstraint(
                condition=Q(procedure=None, service_point=None),
                fields=("path",),
                name="procedures_qrtarget_once_without_place",
            ),
        ),
        migrations.RunSQL(KEEP_PAGES, KEEP_PROCEDURES_ALONE),
    ]
