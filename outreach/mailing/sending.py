"""Who is sent an issue, and when.

A row goes from WAITING to HANDED_OVER by one statement that asks whether it still waits, after the same attempt, for
somebody who still wants it. So nobody holds a lock while a mail server speaks, two workers cannot both give the last
line of one mail, and whoever unsubscribed, or stopped the mailing, meanwhile has the last word.
"""

import logging
from contextlib import closing, contextmanager
from datetime import timedelta
from time import monotonic, sleep

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Exists, F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from outreach.mailing.edition import Edition, mail_edition
from outreach.mailing.letter import key_of, letter_to
from outreach.mailing.smtp import Answer, Courier, Refusal
from outreach.models import BulletinIssue, Delivery, Mailing
from outreach.models.mailings import ANSWERED_WITHIN
from portal import jobs
from portal.models import Subscriber
from portal.outbox import pause_after
from portal.subscriptions.bouncing import note_bounce, status_in
from portal.subscriptions.ending import BULLETIN

logger = logging.getLogger(__name__)

State = Delivery.State
# After every mail that somebody waits for.
PRIORITY = -20
# A job works for so long and then has another go on, so that a worker that is told to stop soon does.
SECONDS_AT_WORK = 10
# How soon a pause is noticed while the pace says wait.
LONGEST_WAIT = 1
# Of one mail: with the pauses of other mail a day and a half in all.
MOST_ATTEMPTS = 10
# In a row, none going through between them: then the mailing waits for staff.
MOST_TROUBLES = 6
MOST_REFUSALS = 15


@transaction.atomic
def begin(issue, *, by, per_minute, now=None):
    """Have an issue that is out sent to all who want the bulletin now. What is written is what all get."""
    now = now or timezone.now()
    issue = BulletinIssue.objects.select_for_update(of=("self",)).get(pk=issue.pk)
    if not issue.is_public(now):
        raise ValidationError("Chỉ gửi được số đã duyệt, đã ra và không bị gỡ.")
    if Mailing.objects.filter(issue=issue).exists():
        raise ValidationError("Số này đã được gửi. Mỗi số chỉ gửi một lần.")
    edition = mail_edition(issue)
    mailing = Mailing.objects.create(
        issue=issue,
        subject=edition.subject,
        html=edition.html,
        text=edition.text,
        per_minute=per_minute,
        started_at=now,
        started_by=by,
        next_mail_at=now,
    )
    if not _write_deliveries(mailing, now):
        raise ValidationError("Chưa có ai đăng ký nhận bản tin.")
    go_on(mailing.pk)
    return mailing


def readers():
    """Those who want the bulletin, at mailboxes that take mail."""
    return Subscriber.objects.reachable().subscribed_to(BULLETIN)


def address_hash(email):
    return salted_hmac("outreach.mailing", email.lower(), algorithm="sha256").hexdigest()


def go_on(mailing_id):
    jobs.defer(
        "outreach.tasks.send_mailing",
        once=f"outreach.mailing:{mailing_id}",
        priority=PRIORITY,
        mailing_id=mailing_id,
    )


def sweep():
    """Have all go on that run and have lost their job, and end what came back to those that staff stopped."""
    Delivery.objects.waiting().filter(mailing__cancelled_at__isnull=False).update(
        state=State.CANCELLED, ended_at=timezone.now()
    )
    for mailing_id in Mailing.objects.running().order_by("pk").values_list("pk", flat=True):
        go_on(mailing_id)


def work(mailing_id):
    """Send for some seconds, if nobody else sends this mailing: other mail needs the worker's other threads."""
    with _only_one(mailing_id) as is_the_one:
        has_more = is_the_one and send(mailing_id)
    if has_more:
        go_on(mailing_id)


def send(mailing_id, *, seconds=SECONDS_AT_WORK):
    """Send what is due; return whether more is due at once. Two may do this together and keep the pace."""
    end = monotonic() + seconds
    with closing(Courier()) as courier:
        while monotonic() < end:
            mailing = (
                Mailing.objects.running().select_related("issue").filter(pk=mailing_id).first()
            )
            if mailing is None:
                return False
            early = _seconds_until(mailing.next_mail_at)
            if early > 0:
                sleep(min(early, LONGEST_WAIT, max(end - monotonic(), 0)))
            elif not _is_open(courier, mailing):
                continue
            elif not _send_next(courier, mailing):
                _end_if_done(mailing)
                return False
    return True


def _write_deliveries(mailing, now):
    rows = [
        Delivery(
            mailing=mailing,
            subscriber_id=pk,
            address_hash=address_hash(email),
            next_attempt_at=now,
        )
        for pk, email in readers().order_by("pk").values_list("pk", "email")
    ]
    return len(Delivery.objects.bulk_create(rows, batch_size=2000))


@contextmanager
def _only_one(mailing_id):
    """Whether nobody else has this lock, which goes with the connection of whoever dies."""
    name = f"outreach.mailing:{mailing_id}"
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        [is_ours] = cursor.fetchone()
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def _seconds_until(moment):
    return (moment - timezone.now()).total_seconds()


def _is_open(courier, mailing):
    try:
        courier.connect()
    except OSError as error:
        _note_trouble(mailing, type(error).__name__)
        return False
    return True


def _send_next(courier, mailing):
    """Send one mail, unless another was first to take this turn; return False if none is due."""
    with transaction.atomic(durable=True):
        if not _take_turn(mailing):
            return True
        delivery = _take_next(mailing)
    if delivery is None:
        return False
    reader = readers().filter(pk=delivery.subscriber_id).first()
    if reader is None:
        _update(delivery, state=State.SKIPPED, ended_at=timezone.now())
        return True
    delivery.subscriber = reader
    try:
        courier.offer(_letter(mailing, delivery))
    except Refusal as refusal:
        _note_refusal(mailing, delivery, refusal.answer, of_recipient=refusal.of_recipient)
    except OSError as error:
        _put_off(delivery, type(error).__name__)
        _note_trouble(mailing, type(error).__name__)
    else:
        _complete(courier, mailing, delivery)
    return True


# In step, also when a turn is taken a little late; what was missed is not caught up.
_TURN = """
update outreach_mailing
set next_mail_at = greatest(next_mail_at, clock_timestamp() - span) + span
from (select interval '1 minute' / %s as span) as pace
where id = %s and next_mail_at <= clock_timestamp()
    and paused_at is null and finished_at is null and cancelled_at is null
"""


def _take_turn(mailing):
    with connection.cursor() as cursor:
        cursor.execute(_TURN, [mailing.per_minute, mailing.pk])
        return cursor.rowcount == 1


def _take_next(mailing):
    """Count the attempt before it is made: a mail that kills its worker is not tried for ever.

    The rows of a mailing are asked for in the order of their index, and for nothing else: one of thousands costs as
    little as one of ten.
    """
    now = timezone.now()
    due = Delivery.objects.waiting().filter(mailing=mailing, next_attempt_at__lte=now)
    delivery = due.order_by("next_attempt_at").select_for_update(skip_locked=True).first()
    if delivery is not None:
        delivery.attempt_count += 1
        delivery.next_attempt_at = now + pause_after(delivery.attempt_count)
        delivery.save(update_fields=["attempt_count", "next_attempt_at"])
    return delivery


def _letter(mailing, delivery):
    edition = Edition(mailing.subject, mailing.html, mailing.text)
    language, key = mailing.issue.language, key_of(delivery.pk)
    return letter_to(delivery.subscriber, edition, language=language, key=key)


def _complete(courier, mailing, delivery):
    if not _hand_over(delivery):
        # The mailing was cancelled, or the subscriber left: the server gets no last line.
        courier.drop()
        return
    try:
        answer = courier.complete()
    except OSError as error:
        # The server may have the mail: the row stays as it is.
        _update(delivery, error=type(error).__name__)
        _note_trouble(mailing, type(error).__name__)
        return
    if answer.is_yes:
        _update(delivery, state=State.SENT, ended_at=timezone.now(), error="")
        if mailing.failure_count:
            Mailing.objects.filter(pk=mailing.pk).update(failure_count=0)
    else:
        _note_refusal(mailing, delivery, answer, of_recipient=False)


def _hand_over(delivery):
    same = Delivery.objects.waiting().filter(
        pk=delivery.pk,
        attempt_count=delivery.attempt_count,
        subscriber__in=readers(),
        mailing__in=Mailing.objects.filter(cancelled_at=None),
    )
    return same.update(state=State.HANDED_OVER, handed_over_at=timezone.now()) == 1


def _note_refusal(mailing, delivery, answer: Answer, *, of_recipient):
    status = str(answer)
    logger.warning("Delivery %s, attempt %s: %s", delivery.pk, delivery.attempt_count, status)
    if of_recipient and answer.is_final and not answer.is_policy:
        _update(delivery, state=State.REFUSED, ended_at=timezone.now(), error=status)
        note_bounce(delivery.subscriber, status_in(status))
        _note_failure(mailing, status, most=MOST_REFUSALS)
        return
    _put_off(delivery, status)
    if of_recipient and not answer.is_policy:
        _note_failure(mailing, status, most=MOST_REFUSALS)
    else:
        _note_trouble(mailing, status)


def _put_off(delivery, error):
    """Let a mail that the server has not got wait for its next attempt, if it was not the last."""
    if delivery.attempt_count < MOST_ATTEMPTS:
        _update(delivery, state=State.WAITING, handed_over_at=None, error=error)
    else:
        _update(delivery, state=State.REFUSED, ended_at=timezone.now(), error=error)


def _update(delivery, **fields):
    """Note how this attempt ended, unless another has decided on the row meanwhile."""
    Delivery.objects.filter(
        pk=delivery.pk,
        attempt_count=delivery.attempt_count,
        state__in=[State.WAITING, State.HANDED_OVER],
    ).update(**fields)


def _note_trouble(mailing, reason):
    """The fault is not this mail's: all wait a little, ever longer."""
    logger.warning("Mailing %s: %s", mailing.pk, reason)
    pause = timedelta(seconds=5 * 2 ** min(mailing.failure_count, 6))
    Mailing.objects.filter(pk=mailing.pk).update(next_mail_at=timezone.now() + pause)
    _note_failure(mailing, reason, most=MOST_TROUBLES)


def _note_failure(mailing, reason, *, most):
    this = Mailing.objects.filter(pk=mailing.pk)
    this.update(failure_count=F("failure_count") + 1)
    paused = this.running().filter(failure_count__gte=most)
    paused.update(paused_at=timezone.now(), pause_reason=reason)


def _end_if_done(mailing):
    """Nothing waits and no answer is awaited any more; what is uncertain holds up nothing.

    What waits for a later attempt is found by the sweep.
    """
    rows = Delivery.objects.filter(mailing=mailing)
    still_open = rows.waiting() | rows.filter(
        state=State.HANDED_OVER, handed_over_at__gt=timezone.now() - ANSWERED_WITHIN
    )
    Mailing.objects.running().filter(~Exists(still_open), pk=mailing.pk).update(
        finished_at=timezone.now()
    )
