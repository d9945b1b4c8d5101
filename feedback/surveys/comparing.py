"""How satisfied people were in one period and in the one before: only where the same was asked in both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from feedback.models import Survey, SurveyQuestion, SurveyVersion
from feedback.periods import MONTHS_OF_A_QUARTER, Period
from feedback.surveys import cuts
from feedback.surveys.arithmetic import (
    FEWEST_FOR_SHARE,
    FEWEST_IN_CELL,
    Difference,
    Share,
    clustered,
    difference,
    share,
)
from feedback.surveys.questionnaire import Questionnaire, Section
from feedback.surveys.tallied import Tallied, read_overall
from feedback.surveys.versions import is_same_question

# Of other surveys that ask the same, the newest so many are looked at for one with enough answers.
MOST_EARLIER = 5


@dataclass(frozen=True)
class MonthRow:
    """One month of one version; `month` is None for what is left of it, which is not told apart."""

    version: SurveyVersion
    row: cuts.CutRow
    # Whether the overall question of the version is the one of the version that the page is about.
    is_comparable: bool

    @property
    def month(self) -> date | None:
        return self.row.member


@dataclass(frozen=True)
class Change:
    """One rate in two periods; without `difference`, what was asked is not the same."""

    section: Section | None
    now: Share | None = None
    before: Share | None = None
    difference: Difference | None = None


@dataclass(frozen=True)
class Comparison:
    """The overall rate and those of the factors, in two periods of a survey or in two surveys."""

    now: Period | Survey
    before: Period | Survey
    overall: Change
    sections: list[Change]

    @property
    def is_of_surveys(self) -> bool:
        return isinstance(self.now, Survey)


def month_rows(version, versions, tallied: Tallied) -> list[MonthRow]:
    """Each month of the versions in which it was answered: a version's months add up to its whole."""
    overall = {question.version_id: question for question in _questions(versions, is_overall=True)}
    mine = overall.get(version.pk)
    found = []
    for one in sorted(versions, key=lambda one: one.number):
        question = overall.get(one.pk)
        whole = _group(None, one, question, tallied, None)
        if whole.sheets < FEWEST_IN_CELL:
            continue
        months = tallied.months(one.pk)
        groups = [_group(month, one, question, tallied, [month]) for month in months]
        is_comparable = bool(mine and question) and (
            question.pk == mine.pk or is_same_question(mine, question)
        )
        found += [
            MonthRow(one, row, is_comparable) for row in cuts.rows(whole, groups, of_places=False)
        ]
    return sorted(
        found, key=lambda row: (row.row.is_rest, row.month or date.max, row.version.number)
    )


def _group(month, version, question, tallied, months):
    sheets = tallied.sheets(version.pk, months=months)
    answers = tallied.answers([question] if question else [], months=months)
    return cuts.Group(month, sheets, tuple(answers.counts[level] for level in cuts.LEVELS))


def _questions(versions, **which) -> list[SurveyQuestion]:
    rows = SurveyQuestion.objects.filter(
        version__in=versions, kind__in=SurveyQuestion.RATED, **which
    )
    return list(rows.select_related("shown_if").prefetch_related("choices"))


def compare_periods(
    questionnaire: Questionnaire, rows: Sequence[MonthRow], tallied: Tallied
) -> Comparison | None:
    """The newest two quarters with enough answers and no month that is not told apart, else months."""
    if questionnaire.overall is None:
        return None
    for length in (MONTHS_OF_A_QUARTER, 1):
        periods = _periods(rows, tallied, length)
        enough = [period for period in periods if _is_enough(periods[period])]
        if len(enough) >= 2:
            before, now = enough[-2:]
            return _compared(questionnaire, now, before, periods, tallied)
    return None


def _periods(rows, tallied, length):
    """The months of each version in each period in which every month is named."""
    named, found = {}, {}
    for row in rows:
        if row.month:
            named.setdefault(_period_of(row.month, length), []).append(row)
    for period in sorted(named, key=lambda period: period.first):
        versions = {row.version.pk: row.version for row in rows}
        answered = {
            (pk, month)
            for pk in versions
            for month in tallied.months(pk)
            if month in period and tallied.sheets(pk, months=[month])
        }
        if answered == {(row.version.pk, row.month) for row in named[period]}:
            found[period] = named[period]
    return found


def _period_of(month, length):
    first = (month.month - 1) // length * length + 1
    return Period(month.replace(month=first), length)


def _is_enough(rows):
    return sum(row.row.sheets for row in rows) >= FEWEST_FOR_SHARE


def _compared(questionnaire, now, before, periods, tallied):
    versions = {row.version.pk: row.version for period in (now, before) for row in periods[period]}
    asked = {version: {} for version in versions}
    others = [version for version in versions.values() if version != questionnaire.version]
    for question in _questions(others) if others else []:
        asked[question.version_id][question.code] = question

    def change(section, questions):
        same = [_same(questions, asked[pk], pk) for pk in versions]
        if None in same:
            return Change(section)
        of_version = dict(zip(versions, same, strict=True))
        shares = [_share(of_version, periods[period], tallied) for period in (now, before)]
        if None in shares:
            return None
        return Change(section, *shares, difference(*shares))

    overall = change(None, [questionnaire.overall.row])
    sections = [change(section, rated_rows(section)) for section in factors_of(questionnaire)]
    if overall is None:
        return None
    return Comparison(now, before, overall, [one for one in sections if one])


def _same(questions, by_code, version_id):
    """The questions of a version that ask the same as these; None where one does not."""
    found = [
        question if question.version_id == version_id else by_code.get(question.code)
        for question in questions
    ]
    for question, other in zip(questions, found, strict=True):
        if other is None or (other is not question and not is_same_question(question, other)):
            return None
    return found


def _share(of_version, rows, tallied):
    """Of a period; as sure as its sheets, not as its answers."""
    satisfied = base = sheets = 0
    for row in rows:
        questions = of_version[row.version.pk]
        bases = []
        for question in questions:
            answers = tallied.answers([question], months=[row.month])
            satisfied += answers.satisfied
            bases.append(answers.base)
        base += sum(bases)
        sheets += max(bases)
    return clustered(share(satisfied, base), sheets) if sheets >= FEWEST_FOR_SHARE else None


def factors_of(questionnaire: Questionnaire) -> list[Section]:
    """The sections that have a rate of their own: not one with the overall question alone."""
    return [
        section
        for section in questionnaire.sections
        if any(not question.is_overall for question in rated_rows(section))
    ]


def rated_rows(section: Section) -> list[SurveyQuestion]:
    return [asked.row for asked in section.questions if asked.is_rated]


def compare_surveys(survey, questionnaire: Questionnaire, now: Share | None) -> Comparison | None:
    """With the newest earlier survey of the same template that has enough answers to the same overall question."""
    if now is None or survey.template == Survey.Template.OWN:
        return None
    mine = questionnaire.overall.row
    earlier = SurveyQuestion.objects.filter(
        is_overall=True,
        code=mine.code,
        version__opened_at__lt=questionnaire.version.opened_at,
        version__survey__template=survey.template,
        version__survey__is_sample=survey.is_sample,
    ).exclude(version__survey=survey)
    earlier = earlier.select_related("version__survey", "shown_if").prefetch_related("choices")
    found = [
        question
        for question in earlier.order_by("-version__opened_at")[:MOST_EARLIER]
        if is_same_question(mine, question)
    ]
    tallied = read_overall([question.version for question in found])
    for question in found:
        answers = tallied.answers([question])
        if answers.base >= FEWEST_FOR_SHARE:
            before = share(answers.satisfied, answers.base)
            change = Change(None, now, before, difference(now, before))
            return Comparison(survey, question.version.survey, change, [])
    return None
