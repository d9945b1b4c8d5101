"""What of the ear people subscribe to: public answers, and the heads of the ledger's days."""

from django.utils.formats import date_format
from django.utils.translation import gettext

from feedback import public_answers
from feedback.models import LedgerDay
from portal.subscriptions.topics import News, SingleTopic


class AnswerTopics(SingleTopic):
    kind = "tra-loi"
    is_mailed_apart = False

    def heading(self):
        return gettext("Trả lời công khai")

    def topic_name(self):
        return gettext("Phản ánh, câu hỏi đã được trả lời công khai")

    def news(self, keys, *, after, until):
        return [
            News(
                key="",
                title=line.subject,
                path=line.get_absolute_url(),
                at=public_since,
                is_sample=line.is_sample,
            )
            for public_since, line in public_answers.begun(after=after, until=until)
        ]


class LedgerTopics(SingleTopic):
    """Whoever gets the heads by mail is a witness whom nobody here can make forget."""

    kind = "so-bien-nhan"
    is_mailed_apart = False

    def heading(self):
        return gettext("Sổ biên nhận")

    def topic_name(self):
        return gettext("Dấu cuối ngày của sổ biên nhận phản ánh")

    def news(self, keys, *, after, until):
        heads = LedgerDay.objects.filter(closed_at__gt=after, closed_at__lte=until)
        return [self._news(head) for head in heads.order_by("closed_at", "day")]

    def _news(self, head):
        day = date_format(head.day, "SHORT_DATE_FORMAT")
        return News(
            key="",
            title=gettext("Sổ biên nhận ngày %(day)s") % {"day": day},
            path=head.get_absolute_url(),
            at=head.closed_at,
            # As in the file of heads, so that a kept mail is read by `verify_ledger`.
            summary=f"{head.day.isoformat()},{head.hash}",
        )
