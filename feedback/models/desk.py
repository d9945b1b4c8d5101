"""What the lists of staff are ordered, filtered and searched by: kept by triggers of the database (migration
`desk_state`), whichever program writes, and never written from here."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Case, F, Q, Value, When


class DeskState(models.Model):
    """Where a ticket stands for staff: what stands in its deadlines, pauses, messages and events, in its own row."""

    # The next day that is promised: the first of the running deadlines.
    due_kind = models.CharField("hạn", max_length=15, blank=True, editable=False)
    due_on = models.DateField("ngày hạn", null=True, editable=False)
    due_at = models.DateTimeField("hết hạn lúc", null=True, editable=False)
    # Since when the sender is waited for.
    paused_at = models.DateTimeField("chờ người gửi từ lúc", null=True, editable=False)
    last_said_at = models.DateTimeField("người gửi viết lúc", null=True, editable=False)
    # Looking is not acting.
    last_done_at = models.DateTimeField("cán bộ làm lúc", null=True, editable=False)

    FIELDS = ("due_kind", "due_on", "due_at", "paused_at", "last_said_at", "last_done_at")

    class Meta:
        abstract = True

    @staticmethod
    def sender_wrote_last():
        return Q(last_said_at__isnull=False) & (
            Q(last_done_at=None) | Q(last_said_at__gt=F("last_done_at"))
        )


# With no step of the office open: the states of a ticket, named here because an index of theirs is made of them.
SETTLED = ["rejected", "closed", "withdrawn", "answered", "published"]


def most_pressing_first():
    """What is due first on top, then what waits longest; what has no step of the office open below, the newest first."""
    is_settled = {"status__in": SETTLED}
    return [
        Case(When(**is_settled, then=Value(1)), default=Value(0)).asc(),
        F("due_at").asc(nulls_last=True),
        Case(When(**is_settled, then=None), default=F("received_at")).asc(nulls_last=True),
        F("status_at").desc(),
        F("id").desc(),
    ]


class TicketWords(models.Model):
    """What staff search by: one narrow row of folded words. A denunciation has none."""

    ticket = models.OneToOneField(
        "feedback.Ticket", on_delete=models.CASCADE, primary_key=True, related_name="words"
    )
    vector = SearchVectorField()

    class Meta:
        verbose_name = "mục tra cứu phiếu"
        verbose_name_plural = "mục tra cứu phiếu"
        default_permissions = ()
        indexes = [GinIndex(fields=["vector"], name="feedback_ticketwords_vector")]

    def __str__(self):
        return str(self.pk)
