from django.db import migrations

# A printed code outlives every script and every slip in a console: only the database sees them all.
KEEP_TOKENS = """
CREATE FUNCTION procedures_refuse_token_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A printed token keeps its letters and its procedure'
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER procedures_qrtarget_unchanged
    BEFORE UPDATE ON procedures_qrtarget FOR EACH ROW
    WHEN ((OLD.token, OLD.procedure_id) IS DISTINCT FROM (NEW.token, NEW.procedure_id))
    EXECUTE FUNCTION procedures_refuse_token_change();

CREATE FUNCTION procedures_refuse_token_loss() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER procedures_qrtarget_kept
    BEFORE DELETE ON procedures_qrtarget FOR EACH ROW
    EXECUTE FUNCTION procedures_refuse_token_loss();
"""
LET_TOKENS_GO = """
DROP TRIGGER procedures_qrtarget_kept ON procedures_qrtarget;
DROP TRIGGER procedures_qrtarget_unchanged ON procedures_qrtarget;
DROP FUNCTION procedures_refuse_token_loss();
DROP FUNCTION procedures_refuse_token_change();
"""


class Migration(migrations.Migration):
    dependencies = [("procedures", "0002_search")]

    operations = [migrations.RunSQL(KEEP_TOKENS, LET_TOKENS_GO)]
