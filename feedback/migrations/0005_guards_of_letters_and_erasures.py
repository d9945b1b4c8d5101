"""Letters that went out and the proof of what was erased are only added to, whichever program writes."""

from django.db import migrations

GUARDS = """
create trigger feedback_only_added_to before update or delete on feedback_apologyletter
    for each row execute function feedback_only_added_to();
create trigger feedback_only_added_to before update or delete on feedback_erasure
    for each row execute function feedback_only_added_to();
"""

UNDO = """
drop trigger feedback_only_added_to on feedback_apologyletter;
drop trigger feedback_only_added_to on feedback_erasure;
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0004_public_answers_letters_and_retention")]

    operations = [migrations.RunSQL(GUARDS, UNDO)]
