"""Issues of the e-bulletin, their readers and what is told on the air, for tests."""

from datetime import date
from itertools import count

from django.core.files.base import ContentFile
from django.utils import timezone

from outreach import bulletins
from outreach.models import (
    BroadcastEvidence,
    BroadcastItem,
    BroadcastStation,
    BulletinIssue,
    BulletinItem,
    Figure,
)
from portal.models import Subscriber, Subscription
from tests import factories

_numbers = count(1)


def make_figure(label="Hồ sơ giải quyết đúng hạn", **fields):
    """A share of 1.485 in 2.014 unless told otherwise."""
    numbers = {"part": 1485, "whole": 2014, "unit": "hồ sơ"} if "value" not in fields else {}
    defaults = {
        "starts_on": date(2026, 10, 1),
        "as_of": date(2026, 10, 31),
        "source": "Báo cáo tháng 10/2026",
    }
    return Figure.objects.create(label=label, **defaults | numbers | fields)


def make_draft_issue(title="Khai sinh tại bệnh viện", *, pieces=None, by=None, **fields):
    """An issue that is still open, with an article, a material, a figure and words of its own, or with the pieces given.

    Pieces are functions of the issue that return unsaved items.
    """
    defaults = {"year": 2026, "number": next(_numbers), "lead": "Tháng này có ba việc mới."}
    issue = BulletinIssue.objects.create(title=title, **defaults | fields)
    if by is not None:
        issue.composers.add(by)
    for order, piece in enumerate(pieces or _one_of_each(), start=1):
        item = piece(issue)
        item.order = order
        item.full_clean()
        item.save()
    return issue


def make_issue(title="Khai sinh tại bệnh viện", *, at=None, **fields):
    """An issue that is out, let out by another person than its composer."""
    issue = make_draft_issue(title, **fields)
    composer = factories.make_staff(f"soan-{issue.pk}")
    approver = factories.make_staff(f"duyet-{issue.pk}")
    at = at or timezone.now()
    bulletins.submit(issue, by=composer, now=at)
    return bulletins.approve(issue, by=approver, now=at)


def own_words(text="Mời ông/bà góp ý.", title="Góp ý"):
    return lambda issue: BulletinItem(
        issue=issue, kind=BulletinItem.Kind.TEXT, section="Trao đổi", title=title, text=text
    )


def _one_of_each():
    article = factories.make_article("Khai sinh tại bệnh viện").article
    material = factories.make_material("Tờ gấp khai sinh")
    figure = make_figure()
    return [
        lambda issue: bulletins.article_item(issue, article, section="Việc mới"),
        lambda issue: bulletins.material_item(issue, material, section="Tài liệu"),
        lambda issue: bulletins.figure_item(issue, figure, section="Số liệu"),
        own_words(),
    ]


def make_subscriber(email=None, *topics, **fields):
    """A confirmed reader of the bulletin, or of the topics given as (kind, key)."""
    email = email or f"nguoi-doc-{next(_numbers)}@example.vn"
    subscriber = Subscriber.objects.create(email=email, notice_version="thử", **fields)
    for kind, key in topics or [("ban-tin", "")]:
        Subscription.objects.create(subscriber=subscriber, kind=kind, key=key)
    return subscriber


def make_station(name="Đài truyền thanh xã Tân Thuận", **fields):
    slug = fields.pop("slug", f"dai-{next(_numbers)}")
    return BroadcastStation.objects.create(
        name=name, slug=slug, **{"channel": BroadcastStation.Channel.LOUDSPEAKER} | fields
    )


def make_broadcast(title="Khai sinh tại bệnh viện", *, station=None, **fields):
    defaults = {"aired_on": date(2026, 3, 2), "duration": 300, "script": "Kính thưa bà con."}
    return BroadcastItem.objects.create(
        title=title, station=station or make_station(), **defaults | fields
    )


def make_evidence(item, *, content=b"%PDF-1.7\n", **fields):
    evidence = BroadcastEvidence(
        item=item,
        **{"title": "Sổ phát", "content_type": "application/pdf", "size": len(content)} | fields,
    )
    evidence.file.save("so-phat.pdf", ContentFile(content), save=False)
    evidence.save()
    return evidence
