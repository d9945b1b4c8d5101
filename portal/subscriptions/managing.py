"""How subscribers see and change what stands of them: by a link to their mailbox, which ends after a day.

Confirming anew does not end a link: it came to the same mailbox. Erasing does, as the row that it names is gone.
"""

from datetime import timedelta

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, override

from portal.models import OutgoingMail, Subscriber, Subscription, SubscriptionRequest
from portal.outbox import promise_mail
from portal.subscriptions import choices
from portal.subscriptions.addresses import manage_page_url
from portal.subscriptions.ending import OWN_MAILS
from portal.subscriptions.requesting import was_written_to

HOURS_OPEN = 24


@transaction.atomic
def send_link(email, *, language, now=None):
    """Send the link to whoever subscribed; silently nothing to others, or if it was asked for too often."""
    now = now or timezone.now()
    subscriber = Subscriber.objects.select_for_update().filter(email=email).first()
    if subscriber is None:
        return
    key = f"{OWN_MAILS}manage:{subscriber.pk}:"
    if was_written_to(OutgoingMail.objects.filter(key__startswith=key), now):
        return
    with override(language):
        url = manage_page_url(new_pass(subscriber, now), language)
        promise_mail(
            key=f"{key}{now.timestamp()}",
            to=email,
            subject=gettext("Đường dẫn để xem và đổi việc nhận tin"),
            body=render_to_string(
                "subscriptions/mail_manage.txt", {"url": url, "hours": HOURS_OPEN}
            ),
        )


def new_pass(subscriber, now=None):
    issued_at = int((now or timezone.now()).timestamp())
    return _signer().sign_object([subscriber.key, issued_at])


def subscriber_with(token, now=None):
    """Whose pass it is, or None once it has ended."""
    try:
        key, issued_at = _signer().unsign_object(token)
    except BadSignature:
        return None
    ends_at = issued_at + timedelta(hours=HOURS_OPEN).total_seconds()
    if (now or timezone.now()).timestamp() >= ends_at:
        return None
    return Subscriber.objects.filter(key=key).first()


@transaction.atomic
def change(subscriber, *, topics, frequency, language):
    """Have exactly these [[kind, key], …]."""
    subscriber = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    subscriber.frequency, subscriber.language = frequency, language
    subscriber.save(update_fields=["frequency", "language"])
    wanted = {tuple(pair) for pair in topics}
    for row in subscriber.subscriptions.all():
        if (row.kind, row.key) not in wanted:
            row.delete()
    rows = [Subscription(subscriber=subscriber, kind=kind, key=key) for kind, key in wanted]
    Subscription.objects.bulk_create(rows, ignore_conflicts=True)


def values_of(subscriber):
    """The topics as forms send them."""
    return [str(row) for row in subscriber.subscriptions.order_by("since", "pk")]


def topics_in_words(subscriber):
    rows = subscriber.subscriptions.order_by("since", "pk")
    return choices.in_words(rows.values_list("kind", "key"))


def kept_data(subscriber):
    """All that stands of a subscriber, as (what it is, what it says), in the present language."""
    return [
        (gettext("Địa chỉ thư"), subscriber.email),
        (gettext("Chủ đề nhận tin"), _topics(subscriber)),
        (gettext("Khi nào gửi tin mới"), subscriber.get_frequency_display()),
        (gettext("Ngôn ngữ của thư"), subscriber.get_language_display()),
        (gettext("Xác nhận lúc"), _moment(subscriber.confirmed_at)),
        (gettext("Bản thông báo dữ liệu đã đồng ý"), subscriber.notice_version),
        (gettext("Đã báo tin mới đến"), _moment(subscriber.told_until)),
        (gettext("Số thư liền bị trả lại"), str(subscriber.bounce_count)),
        (gettext("Thư bị trả lại gần nhất"), _moment(subscriber.bounced_at)),
        (gettext("Ngừng gửi vì hộp thư không nhận"), _moment(subscriber.stopped_at)),
        (gettext("Khóa trong địa chỉ thôi nhận"), subscriber.key),
        (gettext("Yêu cầu đang chờ xác nhận"), str(_waiting_requests(subscriber))),
        (gettext("Thư đang chờ gửi"), str(_waiting_mails(subscriber))),
        (gettext("Lượt gửi còn ghi lại"), str(_noted_mails(subscriber))),
    ]


def _signer():
    # Not the colon that Django puts in: some mail programs end a link there.
    return Signer(salt="portal.subscriptions.managing", sep=".")


def _topics(subscriber):
    rows = subscriber.subscriptions.order_by("since", "pk")
    words = []
    for row in rows:
        for topic in choices.in_words([(row.kind, row.key)]):
            name = f"{topic.heading}: {topic.name}" if topic.heading else topic.name
            since = gettext("từ %(day)s") % {"day": _moment(row.since)}
            words.append(f"{name} ({since})")
    return "; ".join(words) or gettext("không có")


def _waiting_requests(subscriber):
    return SubscriptionRequest.objects.filter(email=subscriber.email).count()


def _waiting_mails(subscriber):
    return OutgoingMail.objects.waiting().filter(to=subscriber.email).count()


def _noted_mails(subscriber):
    """What other tables note of mails to them; they lose their name when the subscriber is erased."""
    relations = [
        relation
        for relation in Subscriber._meta.related_objects
        if relation.related_model is not Subscription
    ]
    return sum(
        relation.related_model._base_manager.filter(**{relation.field.name: subscriber}).count()
        for relation in relations
    )


def _moment(moment):
    if moment is None:
        return gettext("không có")
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
