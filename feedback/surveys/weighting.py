"""Answers weighted by how many people there are: where that is known of every group that answered."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.models import SurveyPopulation
from feedback.surveys.arithmetic import FEWEST_FOR_SHARE, Share, Stratum, weighted_share
from feedback.surveys.tallied import Dimension, Tallied

# The finer one first.
STRATA = (Dimension.POINT, Dimension.CHANNEL)


class Refusal(models.TextChoices):
    """Why answers are not weighted though sizes of groups are known."""

    UNKNOWN_SIZE = (
        "unknown_size",
        _(
            "có phiếu của nhóm chưa biết có bao nhiêu người, hồ sơ, hoặc phiếu không ghi thuộc nhóm nào"
        ),
    )
    TOO_FEW = "too_few", _("có nhóm chưa đủ 30 câu trả lời, không đại diện được cho cả nhóm")


@dataclass(frozen=True)
class Weights:
    """The sizes of the groups of one dimension; `refusal` says why they cannot be used."""

    dimension: str
    sizes: Mapping[str, int]
    sources: list[str]
    refusal: Refusal | None = None

    @property
    def people(self) -> int:
        return sum(self.sizes.values())

    def share(self, tallied: Tallied, questions) -> Share | None:
        """Of all answers to these questions. A group under thirty could be worked out from the others: then none."""
        if self.refusal:
            return None
        strata = []
        for member, size in self.sizes.items():
            answers = tallied.answers(questions, dimension=self.dimension, member=member)
            if size and answers.base < FEWEST_FOR_SHARE:
                return None
            strata.append(Stratum(size, answers.satisfied, answers.base))
        return weighted_share(strata)


def weights_of(
    populations: list[SurveyPopulation], tallied: Tallied, version, overall
) -> Weights | None:
    """Those that can be used, else those that cannot, with the reason; None where no sizes are known."""
    found = [
        _weights(dimension, rows, tallied, version, overall)
        for dimension in STRATA
        if (rows := [row for row in populations if row.dimension == dimension])
    ]
    return next((one for one in found if not one.refusal), found[0] if found else None)


def _weights(dimension, rows, tallied, version, overall):
    sizes = {row.member: row.size for row in rows}
    sources = list(dict.fromkeys(row.source for row in rows))
    weights = Weights(dimension, sizes, sources)
    answered = [
        member
        for member in tallied.members(version.pk, dimension)
        if tallied.sheets(version.pk, dimension=dimension, member=member)
    ]
    if not set(answered) <= {member for member, size in sizes.items() if size}:
        return Weights(dimension, sizes, sources, Refusal.UNKNOWN_SIZE)
    if overall is not None and weights.share(tallied, [overall.row]) is None:
        return Weights(dimension, sizes, sources, Refusal.TOO_FEW)
    return weights
