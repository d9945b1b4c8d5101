"""The columns of exported sheets: their names, what they hold, and what their codes say.

Names are valid in every program that reads tables, SPSS with its narrow rules among them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from django.db import models

from feedback.models import SurveyAnswer, SurveyQuestion, SurveyResponse
from feedback.surveys.questionnaire import Asked, Questionnaire
from feedback.surveys.sheets import LARGEST_NUMBER
from portal.text import fold
from procedures.models import AdminUnit, Agency, Procedure, ServicePoint

Kind = SurveyQuestion.Kind
# Words of SPSS that no variable may be called by.
RESERVED = frozenset("all and by eq ge gt le lt ne not or to with".split())
ABOUT_PLACES = {
    "service_point_id": (ServicePoint, "slug", "name"),
    "procedure_id": (Procedure, "code", "name"),
    "agency_id": (Agency, "slug", "name"),
    "area_id": (AdminUnit, "code", "full_name"),
}
TICKED = {1: "Có chọn", 0: "Không chọn"}


class Writing(models.TextChoices):
    """How answers are written."""

    CODES = "codes", "Mã số (5, 4, 3…), để tính"
    WORDS = "words", "Chữ (Hài lòng, Bình thường…), để đọc"
    SPSS = "spss", "Mã số cho SPSS"


class Marks(NamedTuple):
    """What stands in a cell that holds no answer."""

    unknown: str | int
    missing: str | int
    skipped: str | int
    not_asked: str | int


WHY_EMPTY = Marks(
    unknown="không biết, không sử dụng",
    missing="để trống",
    skipped="không hỏi, theo câu trả lời trước",
    not_asked="bản này không hỏi",
)
# A letter among numbers is left out of sums and means by every spreadsheet; SPSS is told which numbers are no answer.
MARKS = {
    Writing.CODES: Marks("x", "", "s", "n"),
    Writing.WORDS: Marks("(không biết)", "", "(không hỏi)", "(bản này không hỏi)"),
    Writing.SPSS: Marks(-1, "", -2, -3),
}
MARKS_OF_NUMBERS = Marks(-LARGEST_NUMBER - 1, "", -LARGEST_NUMBER - 2, -LARGEST_NUMBER - 3)
MARKS_OF_TEXT_STATES = Marks(*Marks._fields)


@dataclass(frozen=True)
class Variable:
    """One column."""

    name: str
    label: str
    label_en: str = ""
    # Of what is not a question: where its value stands; and the code of each key of a place.
    source: str = ""
    codes: Mapping[int, str] = field(default_factory=dict)
    values: Mapping[int | str, str] = field(default_factory=dict)
    is_text: bool = False
    choice: int | None = None


@dataclass(frozen=True)
class Group:
    """One question of one or several versions, with its columns."""

    code: str
    kind: str
    # By the key of the version; the newest comes first.
    asked: dict[int, Asked]
    variables: list[Variable]

    @cached_property
    def words(self) -> dict[int, dict[int, str]]:
        """What can be chosen, by the key of the version."""
        return {version: _words(asked) for version, asked in self.asked.items()}

    def marks(self, writing) -> Marks:
        if writing == Writing.SPSS and self.kind == Kind.NUMBER:
            return MARKS_OF_NUMBERS
        return MARKS[writing]

    def marked(self, why, writing) -> list:
        """The cells of a question without an answer."""
        if self.kind in SurveyQuestion.IN_WORDS:
            source = WHY_EMPTY if writing == Writing.WORDS else MARKS_OF_TEXT_STATES
            return ["", getattr(source, why)]
        return [getattr(self.marks(writing), why)] * len(self.variables)

    def ticked(self, version_id, values, writing) -> list:
        """1 or 0 for each choice; one that this version does not offer was not asked for."""
        offered = self.words[version_id]
        told = TICKED if writing == Writing.WORDS else {1: 1, 0: 0}
        not_asked = self.marks(writing).not_asked
        return [
            told[variable.choice in values] if variable.choice in offered else not_asked
            for variable in self.variables
        ]


def about_variables(responses) -> list[Variable]:
    """What a sheet is about and what was said of oneself; of places those that sheets name."""
    places = {name: _place(responses, name) for name in ABOUT_PLACES}
    doubts = {value: label for value, label in SurveyResponse.Doubt.choices if value}
    return [
        Variable("ban", "Bản câu hỏi", "Version", "version"),
        Variable("thang", "Tháng trả lời", "Month", "month", is_text=True),
        _about("kenh", "Kênh", "Channel", "channel", dict(SurveyResponse.Channel.choices)),
        _about("noi_nop", "Nơi nộp hồ sơ", "Service point", *places["service_point_id"]),
        _about("thu_tuc", "Thủ tục", "Procedure", *places["procedure_id"]),
        _about("co_quan", "Cơ quan", "Agency", *places["agency_id"]),
        _about("noi_o", "Xã, phường nơi ở", "Commune or ward", *places["area_id"]),
        _about("tuoi", "Nhóm tuổi", "Age", "age_band", dict(SurveyResponse.AgeBand.choices)),
        _about("gioi_tinh", "Giới tính", "Gender", "gender", dict(SurveyResponse.Gender.choices)),
        Variable("ngon_ngu", "Ngôn ngữ của phiếu", "Language", "language", is_text=True),
        _about("dang_ngo", "Đáng ngờ", "Doubt", "doubt", doubts),
    ]


def groups_of(questionnaires: list[Questionnaire], taken: set[str]) -> list[Group]:
    """The questions of these versions, the newest first; a column never holds what means two things.

    A code that is answered in another way, or whose numbers say something else, is another question: its columns
    have the number of its newest version in their names.
    """
    shared: list[dict[int, Asked]] = []
    for questionnaire in questionnaires:
        for question in questionnaire.questions:
            versions = next((one for one in shared if _may_share_columns(one, question)), None)
            if versions is None:
                shared.append(versions := {})
            versions[questionnaire.version.pk] = question
    taken, codes, groups = set(taken), set(), []
    for versions in shared:
        newest = next(iter(versions.values()))
        number = newest.row.factor.version.number
        words = f"{newest.code}_b{number}" if newest.code in codes else newest.code
        codes.add(newest.code)
        groups.append(
            Group(newest.code, newest.row.kind, versions, _variables(words, versions, taken))
        )
    return groups


def variable_name(words: str, taken: set[str]) -> str:
    """A name that SPSS takes and that no other column has; from now on it is taken."""
    name = re.sub(r"[^a-z0-9]+", "_", fold(words)).strip("_")
    if not name[:1].isalpha() or name in RESERVED:
        name = f"q_{name}"
    unique, number = name, 1
    while unique in taken:
        number += 1
        unique = f"{name}_{number}"
    taken.add(unique)
    return unique


def _may_share_columns(versions, question):
    words = _words(question)
    return all(
        (other.code, other.row.kind) == (question.code, question.row.kind)
        and all(words.get(value, said) == said for value, said in _words(other).items())
        for other in versions.values()
    )


def _variables(words, versions, taken):
    newest = next(iter(versions.values()))
    row = newest.row
    name = variable_name(words, taken)
    if newest.is_in_words:
        states = {state.value: state.label for state in SurveyAnswer.TextState} | dict(
            zip(MARKS_OF_TEXT_STATES, WHY_EMPTY, strict=True)
        )
        state = variable_name(f"{name}_tt", taken)
        return [
            Variable(name, row.text, row.text_en, is_text=True),
            Variable(state, f"{row.text}: tình trạng", row.text_en, values=states, is_text=True),
        ]
    if row.kind == Kind.MULTIPLE:
        return [
            Variable(
                variable_name(f"{name}_{value}", taken),
                f"{row.text}: {words}",
                row.text_en,
                values=TICKED,
                choice=value,
            )
            for value, words in _words(*reversed(versions.values())).items()
        ]
    return [Variable(name, row.text, row.text_en, values=_words(*reversed(versions.values())))]


def _words(*asked) -> dict[int, str]:
    """What can be chosen in one or several versions."""
    words = {}
    for question in asked:
        words |= {option.value: option.words.text for option in question.options}
    return dict(sorted(words.items()))


def _about(name, label, label_en, source, values, codes=None):
    values = {value: str(words) for value, words in values.items()}
    return Variable(name, label, label_en, source, codes or {}, values, is_text=True)


def _place(responses, source):
    model, code, words = ABOUT_PLACES[source]
    used = responses.exclude(**{source: None}).values(source).distinct()
    rows = list(model.objects.filter(pk__in=used).order_by("pk"))
    codes = {row.pk: getattr(row, code) for row in rows}
    return source, {getattr(row, code): getattr(row, words) for row in rows}, codes
