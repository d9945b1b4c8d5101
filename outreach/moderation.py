"""What becomes of a reader's comment: one person reads it and decides, once."""

from django.core.exceptions import ValidationError
from django.utils import timezone

from outreach.models import Comment


def approve_comment(comment, *, by, now=None):
    """Make a waiting comment public and forget its writer's e-mail."""
    _decide(comment, Comment.objects.waiting(), by=by, approved_at=now or timezone.now())


def reject_comment(comment, *, by, reason, now=None):
    """Refuse a waiting comment and forget its writer's e-mail."""
    _refuse(comment, Comment.objects.waiting(), by=by, reason=reason, now=now)


def take_down_comment(comment, *, by, reason, now=None):
    """Take back an approved comment."""
    _refuse(comment, Comment.objects.approved(), by=by, reason=reason, now=now)


def _refuse(comment, comments, *, by, reason, now):
    if reason not in Comment.RejectReason:
        raise ValidationError("Xin chọn lý do.")
    _decide(
        comment,
        comments,
        by=by,
        approved_at=None,
        rejected_at=now or timezone.now(),
        reject_reason=reason,
    )


def _decide(comment, comments, *, by, **decision):
    """In one statement, which finds the row only as it was when the decision was made: of two, the first counts."""
    if not comments.filter(pk=comment.pk).update(decided_by=by, email="", **decision):
        raise ValidationError("Ý kiến này vừa được người khác quyết định. Xin mở lại để xem.")
    comment.refresh_from_db()
