"""Public answers that may not be right any more: what they speak of has changed since somebody last looked at them."""

from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils import timezone

from feedback.models import Ticket
from procedures.models import LegalDocument

PUBLISHED = Ticket.PublicState.PUBLISHED


def may_have_changed(items, on=None):
    """Tickets or frequent questions, each with `may_have_changed`.

    Its procedure was edited or has ended, or an act that it cites has lost force, after its last check.
    """
    on = on or timezone.localdate()
    edited = Q(procedure__updated_at__gt=F("public_checked_at"))
    ended = Q(procedure__expired_on__lte=on, procedure__expired_on__gt=F("public_checked_at__date"))
    cited = LegalDocument.objects.filter(**{_citing(items.model): OuterRef("pk")})
    since = OuterRef("public_checked_at__date")
    lost_force = Q(expired_on__lte=on, expired_on__gt=since) | Q(
        partly_expired_on__lte=on, partly_expired_on__gt=since
    )
    changed = edited | ended | Q(Exists(cited.filter(lost_force)))
    return items.annotate(
        may_have_changed=Case(
            When(Q(public_checked_at__isnull=False) & changed, then=Value(True)),
            default=Value(False),
        )
    )


def needing_review(items, user, on=None):
    """The published ones among them that may have changed: this person's own first, the longest unseen first."""
    rows = may_have_changed(items.filter(public_state=PUBLISHED), on)
    is_own = Case(When(public_written_by=user, then=Value(0)), default=Value(1))
    return rows.filter(may_have_changed=True).order_by(is_own, "public_checked_at", "pk")


def _citing(model):
    return (
        "ticket_answers__ticket" if model._meta.concrete_model is Ticket else "frequent_questions"
    )
