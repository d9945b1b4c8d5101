"""Where people became less satisfied from one month to a later one, and what was done about it.

Figures are those that pages tell (SurveyTally.shown), without sheets in doubt. A month counts from thirty sheets and
answers; months are compared within one version, that is of the same questions.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.formats import number_format

from feedback.models import Survey, SurveyAction, SurveyConcern, SurveyQuestion, SurveyTally
from feedback.surveys.arithmetic import (
    FEWEST_FOR_SHARE,
    FEWEST_IN_CELL,
    Difference,
    Share,
    clustered,
    difference,
    per_cent,
    share,
)
from feedback.surveys.questionnaire import DISSATISFIED, SATISFIED, Said, Scale, said

Dimension = SurveyTally.Dimension
Kind, State = SurveyConcern.Kind, SurveyConcern.State
# Less is no reason to look, however sure it is.
LEAST_CHANGE = 0.05
# What is further back is another time.
MONTHS_BACK = 12


@dataclass(frozen=True)
class Month:
    """The answers of one month to one question, or to several of them together."""

    month: date
    sheets: int
    base: int
    satisfied: int
    dissatisfied: int

    @property
    def is_enough(self) -> bool:
        return min(self.sheets, self.base) >= FEWEST_FOR_SHARE

    @property
    def satisfaction(self) -> Share:
        return self._share(self.satisfied)

    @property
    def dissatisfaction(self) -> Share:
        return self._share(self.dissatisfied)

    @property
    def rate_in_words(self) -> str:
        return in_words(self.satisfied, self.base)

    @property
    def may_be_split(self) -> bool:
        """Whether it may be told how many of those who are not satisfied are dissatisfied."""
        neutral = self.base - self.satisfied - self.dissatisfied
        return all(count == 0 or count >= FEWEST_IN_CELL for count in (self.dissatisfied, neutral))

    def _share(self, part):
        return clustered(share(part, self.base), self.sheets)


class _Group:
    """What one group of sheets answered in one version, by month and question."""

    def __init__(self):
        self.sheets, self.answers = {}, defaultdict(list)

    def months(self, *, factor_key="", factor=None) -> list[Month]:
        """Those with enough answers, in their order: of one factor, or of the overall question.

        A version that asks no overall question is measured by all its rated ones together.
        """
        has_overall = any(
            row["question__is_overall"] for rows in self.answers.values() for row in rows
        )
        months = []
        for month, rows in sorted(self.answers.items()):
            if factor_key:
                rows = [row for row in rows if row["question__factor__key"] == factor_key]
            elif factor:
                rows = [row for row in rows if row["question__factor"] == factor]
            elif has_overall:
                rows = [row for row in rows if row["question__is_overall"]]
            sums = [sum(row[name] or 0 for row in rows) for name in ("base", "good", "bad")]
            months.append(Month(month, self.sheets.get(month, 0), *sums))
        return [month for month in months if month.is_enough]

    @property
    def factors(self) -> set[int]:
        return {row["question__factor"] for rows in self.answers.values() for row in rows}


@dataclass(frozen=True)
class Effect:
    """How satisfied people were in the nearest months before and after something was done."""

    before: Month
    after: Month

    @property
    def change(self) -> Difference:
        return difference(self.after.satisfaction, self.before.satisfaction)


@dataclass(frozen=True)
class Done:
    """One thing that was done, as a page tells of it."""

    action: SurveyAction
    effect: Effect | None

    @property
    def words(self) -> Said:
        return said(self.action, "body")


def in_words(part, base) -> str:
    return f"{number_format(per_cent(part / base), 1)}%"


def last_ended_month(now=None) -> date:
    return (timezone.localdate(now).replace(day=1) - timedelta(days=1)).replace(day=1)


def find_all_concerns(now=None):
    """Look at the last ended month of every survey. Found once, a concern stays as it was found."""
    month = last_ended_month(now)
    places = Q(versions__tallies__dimension=Dimension.POINT, versions__tallies__month=month)
    for survey in Survey.objects.filter(places).distinct().order_by("pk"):
        find_concerns(survey, month)


def find_concerns(survey, month) -> list[SurveyConcern]:
    """The places that became worse in an ended month, beyond chance and by five points; those newly found."""
    rows = _tallies(survey).filter(
        ~Q(member=""),
        dimension=Dimension.POINT,
        month__range=(_months_before(month, MONTHS_BACK), month),
    )
    found = []
    # The newest version first: of two in one month it is the one that counts.
    for (_version, _dimension, member), group in sorted(
        _groups(rows).items(), key=lambda item: -item[0][0]
    ):
        *_earlier, before, now = [None, None, *group.months()]
        if before is None or now.month != month:
            continue
        for kind, part, part_before in _worse(now, before):
            concern, is_new = SurveyConcern.objects.get_or_create(
                survey=survey,
                service_point_id=int(member),
                month=month,
                kind=kind,
                defaults={
                    "month_before": before.month,
                    "part": part,
                    "base": now.base,
                    "part_before": part_before,
                    "base_before": before.base,
                    "factor_id": _factor_behind(group, now.month, before.month),
                },
            )
            found += [concern] if is_new else []
    return found


def may_tell_figures(concern) -> bool:
    """How many are dissatisfied is told of a place only where no handful of people is set apart by it."""
    if concern.kind == Kind.FALLING:
        return True
    rows = _tallies(concern.survey).filter(
        dimension=Dimension.POINT,
        member=str(concern.service_point_id),
        month__in=[concern.month, concern.month_before],
    )
    bases = {concern.month: concern.base, concern.month_before: concern.base_before}
    for group in _groups(rows).values():
        months = group.months()
        if len(months) == len(bases):
            return all(month.may_be_split for month in months)
    return False


@transaction.atomic
def record_action(*, concern, by, **fields) -> SurveyAction:
    """Something was done about a concern."""
    concern = SurveyConcern.objects.select_for_update().get(pk=concern.pk)
    action = SurveyAction.objects.create(
        survey_id=concern.survey_id,
        concern=concern,
        service_point_id=concern.service_point_id,
        written_by=by,
        **fields,
    )
    _decide(concern, State.ACTED, by)
    return action


@transaction.atomic
def dismiss_concern(*, concern, by, reason):
    """Nothing needs to be done about it, and why."""
    concern = SurveyConcern.objects.select_for_update().get(pk=concern.pk)
    if concern.state != State.OPEN:
        raise ValidationError("Người khác vừa xem điểm này. Xin mở lại trang.")
    _decide(concern, State.DISMISSED, by, reason)


def public_actions(survey, now=None) -> list[Done]:
    """What people may read of what was done, the newest first, each with the figures around it."""
    actions = survey.actions.filter(is_public=True).select_related("service_point")
    actions = list(actions.order_by("-done_on", "-pk"))
    if not actions:
        return []
    members = {_place(action) for action in actions}
    wanted = Q()
    for dimension, member in members:
        wanted |= Q(dimension=dimension, member=member)
    groups, ended = _groups(_tallies(survey).filter(wanted)), last_ended_month(now)
    return [Done(action, _effect(action, groups, ended)) for action in actions]


def _tallies(survey):
    return SurveyTally.objects.filter(version__survey=survey, is_doubtful=False, shown__gt=0)


def _groups(tallies) -> dict[tuple, _Group]:
    """By version, dimension and member."""
    is_rated = Q(question__kind__in=SurveyQuestion.RATED, value__in=Scale.values)
    rows = (
        tallies.filter(Q(question=None) | is_rated)
        .values(
            "version",
            "dimension",
            "member",
            "month",
            "question",
            "question__factor",
            "question__factor__key",
            "question__is_overall",
        )
        .annotate(
            base=Sum("shown"),
            good=Sum("shown", filter=Q(value__in=SATISFIED)),
            bad=Sum("shown", filter=Q(value__in=DISSATISFIED)),
        )
        .order_by()
    )
    groups = defaultdict(_Group)
    for row in rows:
        group = groups[row["version"], row["dimension"], row["member"]]
        if row["question"] is None:
            group.sheets[row["month"]] = row["base"]
        else:
            group.answers[row["month"]].append(row)
    return groups


def _worse(now, before) -> Iterator[tuple[str, int, int]]:
    """In which way a month is worse than one before it: the kind, and how many answered so."""
    fall = difference(now.satisfaction, before.satisfaction)
    if fall.high < 0 and round(-fall.rate, 9) >= LEAST_CHANGE:
        yield Kind.FALLING, now.satisfied, before.satisfied
    rise = difference(now.dissatisfaction, before.dissatisfaction)
    if rise.low > 0 and round(rise.rate, 9) >= LEAST_CHANGE:
        yield Kind.DISSATISFIED, now.dissatisfied, before.dissatisfied


def _factor_behind(group, month, month_before) -> int | None:
    """The one whose satisfaction fell most, of those with enough answers in both months."""
    falls = {}
    for factor in group.factors:
        months = {one.month: one for one in group.months(factor=factor)}
        if month in months and month_before in months:
            now, before = months[month].satisfaction, months[month_before].satisfaction
            falls[factor] = before.rate - now.rate
    worst = max(falls, key=lambda factor: (falls[factor], -factor), default=None)
    return worst if worst is not None and falls[worst] > 0 else None


def _effect(action, groups, ended):
    """Around the month in which it was done, which counts to neither side; of the newest version that tells both.

    None where what else is told of the place would give away the few sheets of its other months.
    """
    dimension, member = _place(action)
    month_done = action.done_on.replace(day=1)
    for key in sorted(groups, reverse=True):
        if key[1:] != (dimension, member):
            continue
        months = groups[key].months(factor_key=action.factor_key)
        before = [month for month in months if month.month < month_done]
        after = [month for month in months if month_done < month.month <= ended]
        if before and after:
            rest = sum(groups[key].sheets.values()) - before[-1].sheets - after[0].sheets
            return Effect(before[-1], after[0]) if rest == 0 or rest >= FEWEST_IN_CELL else None
    return None


def _place(action):
    if action.service_point_id is None:
        return Dimension.ALL.value, ""
    return Dimension.POINT.value, str(action.service_point_id)


def _decide(concern, state, by, reason=""):
    concern.state, concern.decided_by, concern.reason = state, by, reason
    concern.save(update_fields=["state", "decided_by", "reason"])


def _months_before(month, count):
    years, index = divmod(month.year * 12 + month.month - 1 - count, 12)
    return date(years, index + 1, 1)
