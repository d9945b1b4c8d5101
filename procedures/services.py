"""What touches several models at once."""

from procedures.models import Procedure, QrTarget, SearchEntry


def complete_procedures(procedure_ids):
    """Give procedures that were just saved what hangs on them: a QR token for ever, a place in the search."""
    procedure_ids = list(procedure_ids)
    without_token = Procedure.objects.filter(pk__in=procedure_ids, qr_target=None)
    for pk in without_token.values_list("pk", flat=True):
        QrTarget.objects.get_or_create(procedure_id=pk)
    SearchEntry.objects.refresh(procedure_ids)
