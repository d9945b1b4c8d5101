"""A sheet as people fill it in: every question with what was given for it and what is to be put right."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from django.utils.translation import gettext as _

from feedback.models import SurveyQuestion
from feedback.surveys.questionnaire import Asked, Option, Questionnaire, Said, Section
from feedback.surveys.sheets import MOST_LETTERS, UNKNOWN

Kind = SurveyQuestion.Kind
PREFIX = "q-"
# How long people take for a question; what is asked in words and may be left out, many leave out.
SECONDS = {
    Kind.SCALE: 9,
    Kind.FACES: 9,
    Kind.SINGLE: 9,
    Kind.MULTIPLE: 15,
    Kind.NUMBER: 12,
    Kind.SHORT_TEXT: 12,
    Kind.LONG_TEXT: 20,
}


def given_of(post) -> dict[str, list[str]]:
    """What a form sent, by the code of the question, as `sheets.read` takes it."""
    return {
        name.removeprefix(PREFIX): values
        for name, values in post.lists()
        if name.startswith(PREFIX)
    }


def minutes_for(kinds: Iterable[str]) -> int:
    """How many minutes it takes to answer questions of these kinds."""
    return max(1, round(sum(SECONDS[kind] for kind in kinds) / 60))


class Level(NamedTuple):
    """One answer that can be chosen, with its place in the page."""

    value: str
    words: Said
    id: str
    is_chosen: bool


class Condition(NamedTuple):
    """When a question is to be answered: which answers to which question."""

    asked: Asked
    options: list[Option]

    @property
    def selector(self) -> str:
        """What a script finds in the form if it is fulfilled."""
        values = ",".join(f'[value="{option.value}"]' for option in self.options)
        return f'[name="{PREFIX}{self.asked.code}"]:is({values}):checked:enabled'


@dataclass(frozen=True)
class FilledQuestion:
    asked: Asked
    values: list[str] = field(default_factory=list)
    error: str = ""
    condition: Condition | None = None

    @property
    def name(self) -> str:
        return PREFIX + self.asked.code

    @property
    def kind(self) -> str:
        return self.asked.row.kind

    @property
    def is_multiple(self) -> bool:
        return self.kind == Kind.MULTIPLE

    @property
    def is_faces(self) -> bool:
        return self.kind == Kind.FACES

    @property
    def is_long(self) -> bool:
        return self.kind == Kind.LONG_TEXT

    @property
    def is_number(self) -> bool:
        return self.kind == Kind.NUMBER

    @property
    def is_typed(self) -> bool:
        return self.is_number or self.asked.is_in_words

    @cached_property
    def levels(self) -> list[Level]:
        """What can be chosen. The first has the name of the question, where a list of errors leads."""
        return [
            Level(
                str(option.value),
                option.words,
                f"{option.value}-{self.name}" if number else self.name,
                str(option.value) in self.values,
            )
            for number, option in enumerate(self.asked.options)
        ]

    @property
    def typed(self) -> str:
        return next((text for text in self.values if text != UNKNOWN), "")

    @property
    def is_unknown(self) -> bool:
        return UNKNOWN in self.values

    @property
    def most_letters(self) -> int | None:
        return MOST_LETTERS.get(self.kind)

    @property
    def hint(self) -> str:
        """What may be answered, where it cannot be seen."""
        if self.is_multiple:
            return _("Chọn được nhiều câu trả lời.")
        least, most = self.asked.row.least, self.asked.row.most
        if not self.is_number or least is most is None:
            return ""
        if most is None:
            return _("Ghi một số, từ %(least)s trở lên.") % {"least": least}
        if least is None:
            return _("Ghi một số, nhiều nhất %(most)s.") % {"most": most}
        return _("Ghi một số từ %(least)s đến %(most)s.") % {"least": least, "most": most}

    @property
    def described_by(self) -> str:
        """The ids of what explains the question."""
        parts = {"error": self.error, "hint": self.hint, "if": self.condition}
        return " ".join(f"{part}-{self.name}" for part, is_there in parts.items() if is_there)


@dataclass(frozen=True)
class Block:
    """Neighbouring questions: one, or several on the same scale that make a table."""

    questions: list[FilledQuestion]

    @property
    def is_matrix(self) -> bool:
        return len(self.questions) > 1

    @property
    def has_unknown(self) -> bool:
        return any(question.asked.row.has_unknown for question in self.questions)


@dataclass(frozen=True)
class FilledSection:
    section: Section
    number: int
    questions: list[FilledQuestion]

    @property
    def words(self) -> Said:
        return self.section.words

    @cached_property
    def blocks(self) -> list[Block]:
        blocks = []
        for kind, group in groupby(self.questions, key=lambda question: question.kind):
            questions = list(group)
            blocks += (
                [Block(questions)] if kind == Kind.SCALE else [Block([one]) for one in questions]
            )
        return blocks


@dataclass(frozen=True)
class FilledSheet:
    questionnaire: Questionnaire
    given: Mapping[str, list[str]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def sections(self) -> list[FilledSection]:
        return [
            FilledSection(section, number, [self._filled(asked) for asked in section.questions])
            for number, section in enumerate(self.questionnaire.sections, 1)
        ]

    @property
    def questions(self) -> list[FilledQuestion]:
        return [question for section in self.sections for question in section.questions]

    @property
    def wrong(self) -> list[FilledQuestion]:
        """What is to be put right."""
        return [question for question in self.questions if question.error]

    @property
    def minutes(self) -> int:
        return minutes_for(asked.row.kind for asked in self.questionnaire.questions)

    def _filled(self, asked):
        return FilledQuestion(
            asked,
            self.given.get(asked.code, []),
            self.errors.get(asked.code, ""),
            self._condition(asked.row),
        )

    def _condition(self, row):
        if row.shown_if is None:
            return None
        before = self.questionnaire.by_code[row.shown_if.code]
        options = [option for option in before.options if option.value in row.shown_if_values]
        return Condition(before, options)


class SheetOfForm:
    """For forms that hold a sheet: `version`, what was `given`, and `errors_of_sheet`, shown as one."""

    @cached_property
    def questionnaire(self) -> Questionnaire:
        return Questionnaire.of(self.version)

    @property
    def sheet(self) -> FilledSheet:
        return FilledSheet(self.questionnaire, self.given, self.errors_of_sheet)
