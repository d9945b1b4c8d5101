"""What staff decide about a mailing that has begun. Each takes effect before the next mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from outreach.mailing import sending
from outreach.models import Delivery, Mailing

State = Delivery.State


def pause(mailing, now=None) -> bool:
    running = Mailing.objects.running().filter(pk=mailing.pk)
    return running.update(paused_at=now or timezone.now(), pause_reason="") == 1


@transaction.atomic
def resume(mailing, now=None) -> bool:
    paused = Mailing.objects.filter(
        pk=mailing.pk, paused_at__isnull=False, finished_at=None, cancelled_at=None
    )
    is_resumed = paused.update(
        paused_at=None,
        pause_reason="",
        failure_count=0,
        next_mail_at=now or timezone.now(),
    )
    if is_resumed:
        sending.go_on(mailing.pk)
    return bool(is_resumed)


@transaction.atomic
def cancel(mailing, now=None) -> bool:
    """Send no more of it, for good. What the mail server has is with its readers."""
    now = now or timezone.now()
    this = Mailing.objects.filter(pk=mailing.pk, finished_at=None, cancelled_at=None)
    if not this.update(cancelled_at=now):
        return False
    Delivery.objects.waiting().filter(mailing=mailing).update(state=State.CANCELLED, ended_at=now)
    return True


@transaction.atomic
def change_pace(mailing, per_minute) -> bool:
    this = Mailing.objects.filter(pk=mailing.pk, finished_at=None, cancelled_at=None)
    return this.update(per_minute=per_minute, next_mail_at=timezone.now()) == 1


@transaction.atomic
def settle(delivery, *, was_received, now=None):
    """Decide on an uncertain mail, for somebody who has looked into the mail server's own log."""
    now = now or timezone.now()
    mailing = Mailing.objects.select_for_update().get(pk=delivery.mailing_id)
    uncertain = Delivery.objects.uncertain(now).filter(pk=delivery.pk)
    if was_received:
        fields = {"state": State.SENT, "ended_at": now}
    elif mailing.cancelled_at:
        fields = {"state": State.CANCELLED, "ended_at": now}
    else:
        fields = {"state": State.WAITING, "handed_over_at": None, "next_attempt_at": now}
    if not uncertain.update(**fields):
        raise ValidationError("Thư này không còn ở tình trạng chưa rõ.")
    if fields["state"] == State.WAITING:
        mailing.finished_at = None
        mailing.save(update_fields=["finished_at"])
        sending.go_on(mailing.pk)


def needing_staff(issues, now=None):
    """Whose mailing is paused, or has mails of which nobody knows whether they went."""
    uncertain = Delivery.objects.uncertain(now).filter(mailing__issue=OuterRef("pk"))
    is_paused = Q(
        mailing__paused_at__isnull=False, mailing__finished_at=None, mailing__cancelled_at=None
    )
    return issues.filter(is_paused | Exists(uncertain))


@dataclass(frozen=True)
class Progress:
    """How far a mailing has come."""

    counts: dict
    total: int
    last_minute: int
    ends_at: datetime | None

    @property
    def done(self):
        return self.total - self.counts[State.WAITING]

    @property
    def percent(self):
        """Cut, not rounded: 100 says that nothing waits."""
        return self.done * 100 // self.total

    @property
    def rows(self):
        return [(state.label, self.counts[state]) for state in State]


def progress(mailing, now=None) -> Progress:
    now = now or timezone.now()
    found = mailing.deliveries.values("state").annotate(count=Count("pk"))
    counts = dict.fromkeys(State, 0) | {row["state"]: row["count"] for row in found}
    waiting = counts[State.WAITING]
    left = timedelta(minutes=waiting / mailing.per_minute)
    return Progress(
        counts=counts,
        total=sum(counts.values()),
        last_minute=mailing.deliveries.filter(
            handed_over_at__gt=now - timedelta(minutes=1)
        ).count(),
        ends_at=now + left if waiting and mailing.is_running else None,
    )
