"""Who asked for mail, and what of the e-bulletin and of the air is not public yet, for the drill."""

from datetime import timedelta

from django.apps import apps
from django.utils import timezone

from feedback.drill.canaries import Audience as A
from portal.models import Subscriber, Subscription, SubscriptionRequest


def leave_readers(canaries):
    reader = Subscriber.objects.create(
        email=canaries.mail("portal.Subscriber.email", A.NOBODY),
        key=canaries.text("portal.Subscriber.key", A.NOBODY, rest=""),
        notice_version="drill",
    )
    for kind in ("ban-tin", "tra-loi"):
        Subscription.objects.create(subscriber=reader, kind=kind)
    SubscriptionRequest.objects.create(
        email=canaries.mail("portal.SubscriptionRequest.email", A.NOBODY),
        frequency=Subscriber.Frequency.DAILY,
        topics=[["ban-tin", ""]],
        token_hash="drill",
    )
    _leave_issue(canaries)
    _leave_plan_of_a_station(canaries)


def _leave_issue(canaries):
    def editorial(label):
        return canaries.text(f"outreach.{label}", A.EDITORIAL)

    issue = apps.get_model("outreach", "BulletinIssue").objects.create(
        year=2000,
        number=1,
        title=editorial("BulletinIssue.title"),
        lead=editorial("BulletinIssue.lead"),
        return_reason=editorial("BulletinIssue.return_reason"),
        returned_at=timezone.now(),
    )
    apps.get_model("outreach", "BulletinItem").objects.create(
        issue=issue,
        kind="text",
        title=editorial("BulletinItem.title"),
        text=editorial("BulletinItem.text"),
    )


def _leave_plan_of_a_station(canaries):
    """What will be aired tomorrow."""
    station = apps.get_model("outreach", "BroadcastStation").objects.create(
        channel="loudspeaker", name="Đài diễn tập", slug="drill"
    )
    apps.get_model("outreach", "BroadcastItem").objects.create(
        station=station,
        title=canaries.text("outreach.BroadcastItem.title", A.EDITORIAL),
        script=canaries.text("outreach.BroadcastItem.script", A.EDITORIAL),
        aired_on=timezone.localdate() + timedelta(days=1),
    )
