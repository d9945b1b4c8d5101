"""What becomes of messages, how many came to what, and how that is judged."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.figures import floored_share

# With fewer due answers a share says more of chance than of the work.
FEWEST_TO_RANK = 10
FAIR_SHARE = 90


class State(models.TextChoices):
    """What became of a message, as far as the first answer goes: exactly one for each."""

    IN_TIME = "in_time", _("Trả lời đúng hạn")
    LATE = "late", _("Trả lời muộn")
    WAITING = "waiting", _("Chưa trả lời, còn trong hạn")
    OVERDUE = "overdue", _("Chưa trả lời, đã quá hạn")
    ANSWERED_WITHOUT_DAY = "answered_without_day", _("Đã trả lời, không hẹn ngày")
    WAITING_WITHOUT_DAY = "waiting_without_day", _("Đang xem xét, không hẹn ngày")
    REJECTED = "rejected", _("Không xử lý, có nêu lý do")
    WITHDRAWN = "withdrawn", _("Người gửi rút")
    CLOSED = "closed", _("Kết thúc, giữ làm thông tin")
    COMPLAINT = "complaint", _("Khiếu nại, hướng dẫn gửi theo luật")


PROMISED = (State.IN_TIME, State.LATE, State.WAITING, State.OVERDUE)
ANSWERED = (State.IN_TIME, State.LATE, State.ANSWERED_WITHOUT_DAY)
DUE = (State.IN_TIME, State.LATE, State.OVERDUE)


class Standing(models.TextChoices):
    GOOD = "good", _("Đạt: không phiếu nào trễ hạn")
    FAIR = "fair", _("Gần đạt: đúng hạn từ 90% nhưng chưa đủ 100%")
    POOR = "poor", _("Chưa đạt: đúng hạn dưới 90%")


@dataclass(frozen=True)
class Tally:
    """How many messages came to what."""

    states: Mapping[str, int] = field(default_factory=Counter)

    @property
    def received(self) -> int:
        return sum(self.states.values())

    @property
    def promised(self) -> int:
        return self._sum(PROMISED)

    @property
    def answered(self) -> int:
        return self._sum(ANSWERED)

    @property
    def due(self) -> int:
        """Of those with a promised day: what was answered, or should have been by now."""
        return self._sum(DUE)

    @property
    def in_time(self) -> int:
        return self.states[State.IN_TIME]

    @property
    def late(self) -> int:
        return self.states[State.LATE]

    @property
    def waiting(self) -> int:
        return self.states[State.WAITING]

    @property
    def overdue(self) -> int:
        return self.states[State.OVERDUE]

    @property
    def share(self) -> Decimal | None:
        return floored_share(self.in_time, self.due)

    @property
    def is_ranked(self) -> bool:
        return self.due >= FEWEST_TO_RANK

    @property
    def standing(self) -> Standing | None:
        """As the province judges agencies; never by a share that hides what is late."""
        if not self.due:
            return None
        if self.in_time == self.due:
            return Standing.GOOD
        return Standing.FAIR if self.share >= FAIR_SHARE else Standing.POOR

    def _sum(self, states):
        return sum(self.states[state] for state in states)
