"""The counts that pages may tell of a survey, read at once: by version, group, month and question."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import BigIntegerField, Case, F, Q, Sum, Value, When
from django.db.models.functions import Cast

from feedback.models import SurveyQuestion, SurveyTally
from feedback.surveys.questionnaire import SATISFIED

Dimension = SurveyTally.Dimension
_NO_VALUES = (SurveyTally.UNKNOWN, SurveyTally.MISSING, SurveyTally.WORDS)
WITHOUT_DOUBTFUL, WITH_DOUBTFUL = (False,), (False, True)


@dataclass
class Answers:
    """The answers to one question: how often each value was given, and how many gave none."""

    counts: Counter = field(default_factory=Counter)
    # Of all values: of numbers only their sum is kept, not each of them.
    total: int = 0
    unknown: int = 0
    missing: int = 0
    words: int = 0

    def add(self, value, count, total):
        if value == SurveyTally.UNKNOWN:
            self.unknown += count
        elif value == SurveyTally.MISSING:
            self.missing += count
        elif value == SurveyTally.WORDS:
            self.words += count
        else:
            self.counts[value] += count
            self.total += total

    @property
    def base(self) -> int:
        return sum(self.counts.values())

    @property
    def satisfied(self) -> int:
        return sum(self.counts[level] for level in SATISFIED)


class Tallied:
    """What `SurveyTally.shown` says, added up as pages ask for it."""

    def __init__(self, rows):
        self._cells = defaultdict(list)
        self._members = defaultdict(set)
        for version, dimension, member, is_doubtful, question, value, count, total in rows:
            key = version, dimension, member, is_doubtful, question
            self._cells[key].append((value, count, total))
            self._members[version, dimension].add(member)

    def months(self, version_id) -> list[date]:
        return [
            date.fromisoformat(f"{one}-01") for one in self.members(version_id, Dimension.MONTH)
        ]

    def members(self, version_id, dimension) -> list[str]:
        return sorted(self._members[version_id, dimension])

    def sheets(self, version_id, **where) -> int:
        rows = self._rows(version_id, None, **where)
        return sum(count for _value, count, _total in rows)

    def answers(self, questions: Iterable[SurveyQuestion], **where) -> Answers:
        """Of several questions together."""
        answers = Answers()
        for question in questions:
            for row in self._rows(question.version_id, question.pk, **where):
                answers.add(*row)
        return answers

    def _rows(
        self,
        version_id,
        question_id,
        dimension=Dimension.ALL,
        member="",
        months=None,
        doubts=WITHOUT_DOUBTFUL,
    ):
        groups = [(dimension, member)]
        if months is not None:
            groups = [(Dimension.MONTH, f"{month:%Y-%m}") for month in months]
        for group in groups:
            for is_doubtful in doubts:
                yield from self._cells.get((version_id, *group, is_doubtful, question_id), ())


def read(survey, *, by=(), rated_by=()) -> Tallied:
    """All counts of the whole survey; by the dimensions `by` sheets and the overall question, by `rated_by` the rated.

    The database adds up the months of groups and the values of numbers, so that few rows come from it.
    """
    overall = Q(question=None) | Q(question__is_overall=True)
    rated = Q(question=None) | Q(question__kind__in=SurveyQuestion.RATED)
    wanted = Q(dimension=Dimension.ALL)
    wanted |= Q(dimension__in=by) & overall
    wanted |= Q(dimension__in={Dimension.MONTH, *rated_by}) & rated
    return _tallied(SurveyTally.objects.filter(wanted, version__survey=survey))


def read_overall(versions) -> Tallied:
    """Of several surveys, the sheets and the answers to the overall question."""
    wanted = Q(question=None) | Q(question__is_overall=True)
    rows = SurveyTally.objects.filter(wanted, dimension=Dimension.ALL, version__in=versions)
    return _tallied(rows)


def _tallied(rows):
    is_number = Q(question__kind=SurveyQuestion.Kind.NUMBER) & ~Q(value__in=_NO_VALUES)
    rows = rows.filter(shown__gt=0).annotate(
        answer=Case(When(is_number, then=Value(0)), default=F("value")),
    )
    group = "version", "dimension", "member", "is_doubtful", "question", "answer"
    total = Sum(Cast("value", BigIntegerField()) * F("shown"))
    return Tallied(rows.values_list(*group).annotate(told=Sum("shown"), total=total).order_by())
