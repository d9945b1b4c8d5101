"""The figures of a survey: one function for the public page, the admin and the file, so that all say the same.

Sheets that look doubtful are left out, and told beside. What is too little to be told is None, here and not in a
template: under ten answers everything, under thirty every rate.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.functional import cached_property

from feedback.models import (
    Survey,
    SurveyAnswer,
    SurveyPass,
    SurveyPopulation,
    SurveyQuestion,
    SurveyResponse,
    SurveyVersion,
)
from feedback.surveys import cuts, weighting
from feedback.surveys.arithmetic import (
    FEWEST_FOR_SHARE,
    FEWEST_IN_CELL,
    Share,
    clustered,
    per_cent,
    share,
)
from feedback.surveys.comparing import (
    Comparison,
    MonthRow,
    compare_periods,
    compare_surveys,
    factors_of,
    month_rows,
)
from feedback.surveys.questionnaire import Asked, Option, Questionnaire, Said, Section, said
from feedback.surveys.tallied import (
    WITH_DOUBTFUL,
    WITHOUT_DOUBTFUL,
    Answers,
    Dimension,
    Tallied,
    read,
    read_overall,
)
from feedback.surveys.weighting import Weights
from portal.charts.chart import Number
from procedures.models import Agency, Procedure, ServicePoint

NAMED_BY = {
    Dimension.POINT: ServicePoint,
    Dimension.AGENCY: Agency,
    Dimension.PROCEDURE: Procedure,
}
# The words that people wrote; more would make the page heavy.
MOST_TEXTS = 200
# Of groups on one page: all communes of a province have room, all its procedures have not.
MOST_ON_PAGE = 80


@dataclass(frozen=True)
class Told:
    """What may be told of the answers to a question; from thirty on also the rate and the mean."""

    answers: Answers
    base: int
    share: Share | None
    mean: float | None

    @property
    def has_rates(self) -> bool:
        return self.base >= FEWEST_FOR_SHARE


@dataclass(frozen=True)
class ChosenRow:
    """How many chose one of the answers."""

    option: Option
    count: int
    share: Share | None


@dataclass(frozen=True)
class QuestionFigures:
    """One question; `told` is None under ten answers, `with_doubtful` where doubtful ones are that few."""

    asked: Asked
    told: Told | None
    with_doubtful: Told | None
    weighted: Share | None = None

    @property
    def chosen(self) -> list[ChosenRow]:
        """Each answer that can be chosen, where any may be told."""
        if self.told is None:
            return []
        base = self.told.base
        rows = []
        for option in self.asked.options:
            count = self.told.answers.counts[option.value]
            rows.append(
                ChosenRow(option, count, share(count, base) if self.told.has_rates else None)
            )
        return rows

    @property
    def level_counts(self) -> tuple[int, ...]:
        return tuple(self.told.answers.counts[level] for level in cuts.LEVELS)


@dataclass(frozen=True)
class SectionFigures:
    """One section; if it is a factor, the rate of all answers to its rated questions that may be told."""

    section: Section
    questions: list[QuestionFigures]
    share: Share | None = None
    with_doubtful: Share | None = None
    weighted: Share | None = None
    is_factor: bool = False


@dataclass(frozen=True)
class ResponseRate:
    """How many of those who were asked answered."""

    part: int
    base: int
    # Of the number of those who were asked; empty where they are our own passes.
    source: str = ""

    @property
    def rate(self) -> Number:
        return Number(per_cent(self.part / self.base), 1, "%")


@dataclass(frozen=True)
class Cut:
    """The survey by the members of one dimension."""

    dimension: str
    rows: list[cuts.CutRow]
    names: dict[str, str]

    @property
    def says_more_than_the_whole(self) -> bool:
        return any(not row.is_rest for row in self.rows)

    @property
    def on_page(self) -> list[cuts.CutRow]:
        """Those with the most sheets, and the rest that is told of no group: a file has room for all."""
        named = [row for row in self.rows if not row.is_rest]
        return [*named[:MOST_ON_PAGE], *(row for row in self.rows if row.is_rest)]

    @property
    def is_cut_short(self) -> bool:
        return len(self.on_page) < len(self.rows)


@dataclass(frozen=True)
class Figures:
    """Everything that may be told of one version of a survey, and of the months of all of its versions."""

    survey: Survey
    version: SurveyVersion
    versions: list[SurveyVersion]
    questionnaire: Questionnaire
    tallied: Tallied
    weights: Weights | None
    response_rate: ResponseRate | None
    cut: Cut | None
    texts: list[tuple[str, str]]

    @cached_property
    def sheets(self) -> int:
        return self.tallied.sheets(self.version.pk)

    @cached_property
    def doubtful(self) -> int:
        return self.tallied.sheets(self.version.pk, doubts=WITH_DOUBTFUL) - self.sheets

    @property
    def is_told(self) -> bool:
        return self.sheets >= FEWEST_IN_CELL

    @property
    def tells_doubtful(self) -> bool:
        """Few doubtful sheets could be read by taking one figure from the other."""
        return self.doubtful >= FEWEST_IN_CELL

    @property
    def sheets_with_doubtful(self) -> int | None:
        return self.sheets + self.doubtful if self.tells_doubtful else None

    @cached_property
    def sections(self) -> list[SectionFigures]:
        if not self.is_told:
            return []
        factors = {section.row.pk for section in factors_of(self.questionnaire)}
        return [
            self._section(section, section.row.pk in factors)
            for section in self.questionnaire.sections
        ]

    @cached_property
    def overall(self) -> QuestionFigures | None:
        return next((one for one in self.questions if one.asked.row.is_overall), None)

    @cached_property
    def questions(self) -> list[QuestionFigures]:
        return [question for section in self.sections for question in section.questions]

    @cached_property
    def channels(self) -> Cut | None:
        """How many sheets came by which channel."""
        if not self.is_told:
            return None
        found = _cut(self.tallied, self.questionnaire, Dimension.CHANNEL)
        return found if found.says_more_than_the_whole else None

    @cached_property
    def months(self) -> list[MonthRow]:
        return month_rows(self.version, self.versions, self.tallied)

    @cached_property
    def periods(self) -> Comparison | None:
        return compare_periods(self.questionnaire, self.months, self.tallied)

    @cached_property
    def earlier_survey(self) -> Comparison | None:
        now = self.overall.told.share if self.overall and self.overall.told else None
        return compare_surveys(self.survey, self.questionnaire, now)

    @property
    def comparisons(self) -> list[Comparison]:
        return [found for found in (self.periods, self.earlier_survey) if found]

    @property
    def is_weighted(self) -> bool:
        return self.weights is not None and not self.weights.refusal

    def _section(self, section, is_factor):
        questions = [self._question(asked) for asked in section.questions]
        if not is_factor:
            return SectionFigures(section, questions)
        # A question with few answers could be had by taking the others from the factor.
        told = [one for one in questions if one.asked.is_rated and one.told]
        both = [one for one in told if one.with_doubtful]
        return SectionFigures(
            section,
            questions,
            share=_pooled([one.told for one in told]),
            with_doubtful=_pooled([one.with_doubtful for one in both])
            if both and both == told
            else None,
            weighted=self._weighted(
                [one.asked for one in told], max((one.told.base for one in told), default=0)
            ),
            is_factor=True,
        )

    def _question(self, asked):
        told = self._told(asked, WITHOUT_DOUBTFUL)
        both = self._told(asked, WITH_DOUBTFUL) if told and self.tells_doubtful else None
        if both and 0 < both.base - told.base < FEWEST_IN_CELL:
            both = None
        weighted = self._weighted([asked], told.base) if told and asked.is_rated else None
        return QuestionFigures(asked, told, both, weighted)

    def _told(self, asked, doubts):
        answers = self.tallied.answers([asked.row], doubts=doubts)
        base = self._base(asked.row, answers, doubts)
        if base < FEWEST_IN_CELL:
            return None
        has_rates = base >= FEWEST_FOR_SHARE
        is_mean = asked.is_rated or asked.row.kind == SurveyQuestion.Kind.NUMBER
        return Told(
            answers=answers,
            base=base,
            share=share(answers.satisfied, base) if has_rates and asked.is_rated else None,
            mean=answers.total / base if has_rates and is_mean else None,
        )

    def _base(self, row, answers, doubts):
        """How many sheets answered: where several answers can be chosen, all to whom it was put and who chose one."""
        if row.kind in SurveyQuestion.IN_WORDS:
            return answers.words
        if row.kind != SurveyQuestion.Kind.MULTIPLE:
            return answers.base
        put = self.tallied.sheets(self.version.pk, doubts=doubts)
        if row.shown_if:
            before = self.tallied.answers([row.shown_if], doubts=doubts)
            put = min(sum(before.counts[value] for value in row.shown_if_values), put)
        return put - answers.unknown - answers.missing

    def _weighted(self, asked, sheets):
        """Of some questions that so many sheets answered."""
        rows = [one.row for one in asked]
        found = self.weights.share(self.tallied, rows) if self.weights and rows else None
        return found and clustered(found, sheets)


def figures(survey, *, version=None, cut="") -> Figures | None:
    """All that may be told now; None while the survey was never opened.

    Without a version it is the newest that has enough sheets to tell anything, else the newest. `cut` is the
    dimension by which the survey is told, too.
    """
    versions = list(survey.versions.filter(opened_at__isnull=False).order_by("-number"))
    if not versions:
        return None
    populations = list(SurveyPopulation.objects.filter(survey=survey).order_by("pk"))
    strata = {row.dimension for row in populations} - {Dimension.ALL}
    by = {Dimension.CHANNEL, cut} - {""}
    tallied = read(survey, by=by, rated_by=strata)
    version = version or newest_told(versions, tallied)
    questionnaire = Questionnaire.of(version)
    sheets = tallied.sheets(version.pk)
    told = sheets >= FEWEST_IN_CELL
    of_all_versions = sum(tallied.sheets(one.pk) for one in versions)
    return Figures(
        survey=survey,
        version=version,
        versions=versions,
        questionnaire=questionnaire,
        tallied=tallied,
        weights=weighting.weights_of(populations, tallied, version, questionnaire.overall)
        if strata and told
        else None,
        response_rate=_response_rate(survey, populations, of_all_versions) if told else None,
        cut=_cut(tallied, questionnaire, cut) if cut and told else None,
        texts=_texts(version) if sheets >= FEWEST_FOR_SHARE else [],
    )


def newest_told(versions: Sequence[SurveyVersion], tallied: Tallied) -> SurveyVersion:
    enough = [one for one in versions if tallied.sheets(one.pk) >= FEWEST_IN_CELL]
    return (enough or versions)[0]


@dataclass(frozen=True)
class Summary:
    """A survey in the list of results, with the rate of its overall question where there is one to tell."""

    survey: Survey
    sheets: int
    share: Share | None

    @property
    def title(self) -> Said:
        return said(self.survey, "title")

    @property
    def is_told(self) -> bool:
        return self.sheets >= FEWEST_IN_CELL


def summaries(surveys: Sequence[Survey]) -> list[Summary]:
    """The same figures as on the pages of these surveys, in two queries for all of them."""
    rows = SurveyQuestion.objects.filter(
        is_overall=True, version__survey__in=surveys, version__opened_at__isnull=False
    )
    overall = {row.version_id: row for row in rows}
    opened = SurveyVersion.objects.filter(survey__in=surveys, opened_at__isnull=False)
    versions = list(opened.order_by("-number"))
    tallied = read_overall(versions)
    found = []
    for survey in surveys:
        version = newest_told([one for one in versions if one.survey_id == survey.pk], tallied)
        question = overall.get(version.pk)
        answers = tallied.answers([question] if question else [])
        has_rate = answers.base >= FEWEST_FOR_SHARE
        rate = share(answers.satisfied, answers.base) if has_rate else None
        found.append(Summary(survey, tallied.sheets(version.pk), rate))
    return found


def _pooled(told):
    """All answers together, as sure as there are sheets: those of one person are not independent of each other."""
    base = sum(one.base for one in told)
    if base < FEWEST_FOR_SHARE or max(one.base for one in told) < FEWEST_FOR_SHARE:
        return None
    satisfied = sum(one.answers.satisfied for one in told)
    return clustered(share(satisfied, base), max(one.base for one in told))


def _cut(tallied, questionnaire, dimension):
    rows = _cut_rows(tallied, questionnaire.version, questionnaire.overall, dimension)
    members = [row.member for row in rows if row.member]
    if dimension == Dimension.CHANNEL:
        names = {member: SurveyResponse.Channel(member).label for member in members}
    else:
        found = NAMED_BY[dimension].objects.filter(pk__in=members).values_list("pk", "name")
        names = {str(pk): name for pk, name in found}
    return Cut(dimension, rows, names)


def _cut_rows(tallied, version, overall, dimension):
    asked = [overall.row] if overall else []

    def group(**where):
        answers = tallied.answers(asked, **where)
        counts = tuple(answers.counts[level] for level in cuts.LEVELS)
        return cuts.Group(where.get("member"), tallied.sheets(version.pk, **where), counts)

    members = tallied.members(version.pk, dimension)
    groups = [group(dimension=dimension, member=member) for member in members]
    groups.sort(key=lambda one: -one.sheets)
    return cuts.rows(group(), groups)


def _response_rate(survey, populations, sheets):
    if survey.access != Survey.Access.OPEN:
        passes = SurveyPass.objects.filter(survey=survey, is_void=False).aggregate(
            issued=Count("pk"), used=Count("pk", filter=Q(used_on__isnull=False))
        )
        if passes["issued"] >= FEWEST_IN_CELL:
            return ResponseRate(passes["used"], passes["issued"])
    whole = next((row for row in populations if row.dimension == Dimension.ALL), None)
    if whole is None or whole.size < sheets:
        return None
    return ResponseRate(sheets, whole.size, whole.source)


def _texts(version):
    """What people wrote, as far as staff let it be read: by its letters, which tell nothing of when and where."""
    rows = SurveyAnswer.objects.filter(
        question__version=version, text_state=SurveyAnswer.TextState.SHOWN
    )
    return list(rows.order_by("text", "pk").values_list("text", "response__language")[:MOST_TEXTS])
