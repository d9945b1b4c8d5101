"""The questions of one version as people see them, and what may be answered to each."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from feedback.models import SurveyFactor, SurveyQuestion, SurveyVersion

Kind = SurveyQuestion.Kind


class Scale(models.IntegerChoices):
    """The five levels of satisfaction, from the worst to the best."""

    VERY_DISSATISFIED = 1, _("Rất không hài lòng")
    DISSATISFIED = 2, _("Không hài lòng")
    NEUTRAL = 3, _("Bình thường")
    SATISFIED = 4, _("Hài lòng")
    VERY_SATISFIED = 5, _("Rất hài lòng")


SATISFIED = (Scale.SATISFIED, Scale.VERY_SATISFIED)
DISSATISFIED = (Scale.VERY_DISSATISFIED, Scale.DISSATISFIED)


class Said(NamedTuple):
    """Words, and the language that they are in."""

    text: str
    language: str


def said(row, field) -> Said:
    """A text of a survey in the language in use; in Vietnamese where it is written in no other."""
    language = get_language()
    written = getattr(row, f"{field}_{language}", "") if language != "vi" else ""
    return Said(written, language) if written else Said(getattr(row, field), "vi")


class Option(NamedTuple):
    """One answer that can be chosen."""

    value: int
    words: Said


@dataclass(frozen=True)
class Asked:
    """One question with what can be chosen; `number` counts through the whole survey."""

    row: SurveyQuestion
    number: int

    @property
    def code(self) -> str:
        return self.row.code

    @property
    def is_rated(self) -> bool:
        return self.row.kind in SurveyQuestion.RATED

    @property
    def is_in_words(self) -> bool:
        return self.row.kind in SurveyQuestion.IN_WORDS

    @property
    def words(self) -> Said:
        return said(self.row, "text")

    @cached_property
    def options(self) -> list[Option]:
        if self.is_rated:
            return [Option(level.value, Said(str(level.label), get_language())) for level in Scale]
        return [Option(choice.value, said(choice, "text")) for choice in self.row.choices.all()]


@dataclass(frozen=True)
class Section:
    """One factor with its questions."""

    row: SurveyFactor
    questions: list[Asked]

    @property
    def words(self) -> Said:
        return said(self.row, "title")


@dataclass(frozen=True)
class Questionnaire:
    """All that one version asks, in its order."""

    version: SurveyVersion
    sections: list[Section]

    @classmethod
    def of(cls, version) -> "Questionnaire":
        factors = version.factors.prefetch_related("questions__choices", "questions__shown_if")
        sections, number = [], 0
        for factor in factors:
            questions = []
            for row in sorted(factor.questions.all(), key=lambda row: (row.order, row.pk)):
                number += 1
                questions.append(Asked(row, number))
            sections.append(Section(factor, questions))
        return cls(version, sections)

    @cached_property
    def questions(self) -> list[Asked]:
        return [question for section in self.sections for question in section.questions]

    @cached_property
    def by_code(self) -> Mapping[str, Asked]:
        return {question.code: question for question in self.questions}

    @property
    def overall(self) -> Asked | None:
        return next((asked for asked in self.questions if asked.row.is_overall), None)
