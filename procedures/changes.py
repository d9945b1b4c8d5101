"""Noting what happens to procedures: whatever changed them, a person, an import or a date that has come.

Told to citizens is what law makes a change: that a procedure is new, rests, is back or has ended, and that another
decision publishes it (Decree 63/2010 article 15: what changes in a procedure is published by a decision). A slip of the
pen that staff mend is no news. The catalogue is compared with what was noted last, so that no way to change it can
forget to say so; and what is noted has the moment at which it was seen, never an earlier one.
"""

from django.db import connection, transaction
from django.utils import timezone

from procedures.models import Procedure, ProcedureChange

Kind = ProcedureChange.Kind
# For pg_advisory_xact_lock: two who look at once would both note the same.
_LOCK = 5_120_774


@transaction.atomic
def note_changes(now=None):
    """Note what has happened since this was last done; return how much."""
    _wait_for_others()
    now = now or timezone.now()
    newest = ProcedureChange.objects.order_by("procedure", "-at", "-pk").distinct("procedure")
    noted = {change.procedure_id: change for change in newest}
    procedures = list(Procedure.objects.published().only("status", "expired_on", "decision"))
    _note_missing_decisions(procedures, noted)
    changes = [
        ProcedureChange(procedure=procedure, kind=kind, decision_id=procedure.decision_id, at=now)
        for procedure in procedures
        if (kind := _what_happened(procedure, noted.get(procedure.pk)))
    ]
    ProcedureChange.objects.bulk_create(changes)
    return len(changes)


def _what_happened(procedure, noted):
    standing = _standing(procedure)
    if noted is None:
        # What had ended before it came here was never news here.
        return None if standing else Kind.NEW
    if standing != _standing_after(noted):
        return standing or Kind.RESUMED
    decisions = {procedure.decision_id, noted.decision_id}
    is_changed = not standing and None not in decisions and len(decisions) > 1
    return Kind.CHANGED if is_changed else None


def _standing(procedure):
    """That it has ended or rests; None while it is in force."""
    if procedure.is_expired:
        return Kind.ENDED
    return Kind.SUSPENDED if procedure.status == Procedure.Status.SUSPENDED else None


def _standing_after(noted):
    return noted.kind if noted.kind in {Kind.ENDED, Kind.SUSPENDED} else None


def _note_missing_decisions(procedures, noted):
    """A number that staff fill in where there was none changes nothing for citizens."""
    filled = []
    for procedure in procedures:
        change = noted.get(procedure.pk)
        if change and procedure.decision_id and not change.decision_id:
            change.decision_id = procedure.decision_id
            filled.append(change)
    ProcedureChange.objects.bulk_update(filled, ["decision"], batch_size=500)


def _wait_for_others():
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
