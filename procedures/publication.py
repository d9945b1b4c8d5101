"""How a procedure becomes public, and what may not happen to it afterwards."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from procedures.models import Procedure, QrScan, QrTarget
from procedures.services import complete_procedures

Status = Procedure.Status
# No way leads back from a public page: printed codes and other sites point at it.
NEXT_STATUSES = {
    Status.DRAFT: [Status.REVIEW],
    Status.REVIEW: [Status.DRAFT, Status.PUBLISHED],
    Status.PUBLISHED: [Status.SUSPENDED, Status.EXPIRED],
    Status.SUSPENDED: [Status.PUBLISHED, Status.EXPIRED],
    Status.EXPIRED: [Status.PUBLISHED],
}
NEVER_PUBLISHED = {Status.DRAFT, Status.REVIEW}


def refused_step(status, wanted) -> str:
    """Why a procedure may not go from one state to another; empty when it may."""
    if wanted == status or wanted in NEXT_STATUSES[status]:
        return ""
    allowed = " hoặc ".join(f"“{step.label}”" for step in NEXT_STATUSES[status])
    return f"Từ “{Status(status).label}” chỉ chuyển được sang {allowed}."


def missing_message(parts) -> str:
    return (
        f"Chưa công bố được, còn thiếu: {', '.join(parts)} "
        "(bộ phận bắt buộc theo Điều 8 Nghị định 63/2010/NĐ-CP)."
    )


def lost_message(parts) -> str:
    return (
        f"Thủ tục đã công khai, không được bỏ trống: {', '.join(parts)} "
        "(bộ phận bắt buộc theo Điều 8 Nghị định 63/2010/NĐ-CP)."
    )


def refused_content(before, after) -> str:
    """Why an edit may not stand; empty when it may. Both are asked for with `publication_state`.

    Publishing needs every compulsory part. A record that came in incomplete may still be mended
    piece by piece, but loses no part that it had.
    """
    status, missing = after
    if status in NEVER_PUBLISHED:
        return ""
    if status == Status.PUBLISHED and before[0] != status:
        return missing_message(missing) if missing else ""
    lost = [part for part in missing if part not in before[1]]
    return lost_message(lost) if lost else ""


def publication_state(procedure_id):
    """The state and the missing parts as the database has them now."""
    procedure = Procedure.objects.filter(pk=procedure_id).first()
    if procedure is None:
        return Status.DRAFT, []
    return procedure.status, procedure.missing_parts()


@transaction.atomic
def change_status(*, procedure, status, now=None):
    """Move a procedure one step; a step that is not allowed raises ValidationError and says why."""
    before = publication_state(procedure.pk)
    refusal = refused_step(before[0], status) or refused_content(before, (status, before[1]))
    if refusal:
        raise ValidationError(refusal)
    procedure.status = status
    procedure.updated_at = now or timezone.now()
    procedure.full_clean()
    procedure.save(update_fields=["status", "updated_at"])
    complete_procedures([procedure.pk])


def is_deletable(procedure) -> bool:
    """Whether it was never public and nobody ever scanned its code."""
    return (
        procedure.status in NEVER_PUBLISHED
        and not QrScan.objects.filter(target__procedure=procedure).exists()
    )


@transaction.atomic
def delete_unpublished(procedures):
    """Delete drafts with the tokens that nobody printed. All of them or, when one was public, none."""
    procedures = list(procedures)
    kept = [procedure.code for procedure in procedures if not is_deletable(procedure)]
    if kept:
        raise ValidationError(f"Không xóa được thủ tục đã công khai: {', '.join(kept)}.")
    QrTarget.objects.filter(procedure__in=procedures).delete()
    for procedure in procedures:
        procedure.delete()


def note_edit(procedure_id, now=None):
    """Date an edit of a procedure's parts, and renew what hangs on the procedure."""
    Procedure.objects.filter(pk=procedure_id).update(updated_at=now or timezone.now())
    complete_procedures([procedure_id])
