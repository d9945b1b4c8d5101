"""What touches several models at once."""

from procedures.models import Procedure, QrTarget, SearchEntry, SearchTerm


def complete_procedures(procedure_ids, *, more_to_come=False):
    """Give procedures that were just saved what hangs on them: a QR token for ever, a place in the search.

    Who saves many in batches says `more_to_come`, so that the words of the whole catalogue are counted once, at the end.
    """
    procedure_ids = list(procedure_ids)
    _give_tokens(Procedure.objects.filter(pk__in=procedure_ids, qr_target=None))
    SearchEntry.objects.refresh(procedure_ids)
    if procedure_ids and not more_to_come:
        SearchTerm.objects.recount_when_outgrown()


def _give_tokens(procedures_without):
    """Two workers may meet on one procedure, and two draws on one token: whoever lost draws again."""
    while ids := list(procedures_without.values_list("pk", flat=True)):
        QrTarget.objects.bulk_create(
            [QrTarget(procedure_id=pk) for pk in ids], ignore_conflicts=True
        )
