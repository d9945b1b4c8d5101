"""What comes back of mail to subscribers: for the subscriber, and for the mailing that the mail was of."""

from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from outreach.mailing.letter import key_of, message_id
from portal import bounces
from portal.subscriptions import bouncing

# The newest of a subscriber: what comes back does so within days.
DELIVERIES_SEARCHED = 20


class Outcome(StrEnum):
    RETURNED = "thư bị trả lại"
    COMPLAINT = "lần bị báo là thư rác"
    PASSING = "lỗi tạm thời, chưa phải làm gì"
    OF_NOBODY = "không của ai đang nhận tin"
    NO_REPORT = "không phải thư báo của máy chủ thư"


@transaction.atomic
def take(raw, now=None) -> Outcome:
    """Note what one message reports. Again, it changes nothing more; nor does what nobody but its sender believes."""
    report = bounces.read(raw)
    if report is None:
        return Outcome.NO_REPORT
    subscriber = bouncing.owner_of(report.unsubscribe_url)
    if subscriber is None:
        return Outcome.OF_NOBODY
    if report.is_complaint:
        bouncing.note_complaint(report.unsubscribe_url)
        return Outcome.COMPLAINT
    if not report.status.startswith("5."):
        return Outcome.PASSING
    now = now or timezone.now()
    bouncing.note_bounce(subscriber, report.status, now)
    _mark_delivery(subscriber, report.message_id, now)
    return Outcome.RETURNED


def _mark_delivery(subscriber, returned_id, now):
    for delivery in subscriber.deliveries.order_by("-pk")[:DELIVERIES_SEARCHED]:
        if message_id(key_of(delivery.pk)) == returned_id:
            unmarked = subscriber.deliveries.filter(pk=delivery.pk, bounced_at=None)
            unmarked.update(bounced_at=now)
