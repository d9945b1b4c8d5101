"""Ready surveys: their texts, and their questions in Vietnamese and English. Codes are the same in every survey."""

import json
from functools import cache
from pathlib import Path

from feedback.models import (
    Survey,
    SurveyChoice,
    SurveyFactor,
    SurveyQuestion,
    SurveyVersion,
)

FOLDER = Path(__file__).resolve().with_suffix("")
TEXTS = (
    "title",
    "title_en",
    "intro",
    "intro_en",
    "consent_text",
    "consent_text_en",
    "asks_about_you",
)


def texts_of(template: str) -> dict[str, str]:
    """What is proposed for the survey itself."""
    ready = _read(template)
    return {name: ready[name] for name in TEXTS if name in ready}


def kinds_of(template: str) -> list[str]:
    """How each of its questions is answered."""
    return [
        asked.get("kind", SurveyQuestion.Kind.SCALE)
        for section in _read(template)["sections"]
        for asked in section["questions"]
    ]


def add_questions(version: SurveyVersion, template: str):
    """Fill an empty draft with the questions of a ready survey."""
    rows = {}
    for place, section in enumerate(_read(template)["sections"], 1):
        titles = {name: section[name] for name in ("key", "title", "title_en")}
        factor = SurveyFactor.objects.create(version=version, order=place, **titles)
        for number, asked in enumerate(section["questions"], 1):
            rows[asked["code"]] = _add_question(factor, number, dict(asked), rows)


def _add_question(factor, number, asked, rows):
    choices, condition = asked.pop("choices", ()), asked.pop("only_if", None)
    if condition:
        asked["shown_if"] = rows[condition["code"]]
        asked["shown_if_values"] = condition["values"]
    question = SurveyQuestion.objects.create(factor=factor, order=number, **asked)
    SurveyChoice.objects.bulk_create(
        SurveyChoice(question=question, order=value, value=value, text=text, text_en=english)
        for value, (text, english) in enumerate(choices, 1)
    )
    return question


@cache
def _read(template):
    return json.loads((FOLDER / f"{Survey.Template(template).value}.json").read_text("utf-8"))
