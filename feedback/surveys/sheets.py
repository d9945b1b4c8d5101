"""What was given for an answer, held against what was asked: skip rules, what is required, what can be chosen."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from feedback.models import SurveyQuestion
from feedback.surveys.questionnaire import Asked, Questionnaire
from portal.text import clean_line, clean_text

Kind = SurveyQuestion.Kind
# In the place of a value in a form: "không biết, không sử dụng".
UNKNOWN = "x"
MOST_LETTERS = {Kind.SHORT_TEXT: 200, Kind.LONG_TEXT: 2000}
# What the column of values takes, with room for what stands for no value.
LARGEST_NUMBER = 1_000_000_000


class Answer(NamedTuple):
    """What was said to one question that was put: values, words, that one does not know, or nothing."""

    values: tuple[int, ...] = ()
    is_unknown: bool = False
    text: str = ""

    @property
    def is_missing(self) -> bool:
        return not (self.values or self.is_unknown or self.text)


class IncompleteSheet(Exception):
    """What has to be put right, in the words of people, by the code of the question."""

    def __init__(self, errors: Mapping[str, str]):
        super().__init__(", ".join(errors))
        self.errors = errors


def read(
    questionnaire: Questionnaire, given: Mapping[str, list[str]], *, takes_blanks=False
) -> dict[Asked, Answer]:
    """The answers to the questions that were put, in their order.

    `given` holds what was sent for each code, as a form sends it: texts, several for several choices. What was sent
    to a question that a skip rule leaves out does not count. `takes_blanks` is for what cannot be asked again: a sheet
    of paper on which a question was left out that is to be answered. Raises IncompleteSheet.
    """
    answers, errors = {}, {}
    for asked in questionnaire.questions:
        if not _is_put(asked, answers, errors):
            continue
        try:
            texts = [text for text in given.get(asked.code, []) if text.strip()]
            answers[asked] = _answer(asked, texts) if texts or not takes_blanks else Answer()
        except ValueError as error:
            errors[asked.code] = str(error)
    if errors:
        raise IncompleteSheet(errors)
    return answers


def _is_put(asked, answers, errors):
    """Whether a question is asked after what was answered before; one whose condition is not readable is not yet."""
    condition = asked.row.shown_if
    if condition is None:
        return True
    if condition.code in errors:
        return False
    answer = next((answers[one] for one in answers if one.row.pk == condition.pk), None)
    return answer is not None and not set(answer.values).isdisjoint(asked.row.shown_if_values)


def _answer(asked, texts):
    if not texts:
        if asked.row.is_required:
            raise ValueError(_nothing_given(asked))
        return Answer()
    if texts == [UNKNOWN] and asked.row.has_unknown:
        return Answer(is_unknown=True)
    if asked.is_in_words:
        return _words(asked, texts[0])
    if asked.row.kind == Kind.NUMBER:
        return _number(asked, texts[0])
    return _chosen(asked, texts)


def _nothing_given(asked):
    if asked.is_in_words:
        return _("Ghi câu trả lời.")
    return _("Ghi một số.") if asked.row.kind == Kind.NUMBER else _("Chọn một câu trả lời.")


def _words(asked, text):
    most = MOST_LETTERS[asked.row.kind]
    if len(text) > most * 4:
        # Not even cleaned: nobody has to read megabytes.
        raise ValueError(_("Ghi ngắn hơn: nhiều nhất %(most)s chữ cái.") % {"most": most})
    text = clean_line(text) if asked.row.kind == Kind.SHORT_TEXT else clean_text(text)
    if len(text) > most:
        raise ValueError(
            _("Ghi ngắn hơn: nhiều nhất %(most)s chữ cái, đang có %(count)s.")
            % {"most": most, "count": len(text)}
        )
    if not text and asked.row.is_required:
        raise ValueError(_nothing_given(asked))
    return Answer(text=text)


def _number(asked, text):
    """A whole number as it is written here: "1.500" is one thousand five hundred."""
    text = text.strip()
    if not re.fullmatch(r"-?(\d{1,10}|\d{1,3}(\.\d{3}){1,3})", text, re.ASCII):
        raise ValueError(_("Ghi một số nguyên. Ví dụ: 15."))
    number = int(text.replace(".", ""))
    least = -LARGEST_NUMBER if asked.row.least is None else asked.row.least
    most = LARGEST_NUMBER if asked.row.most is None else asked.row.most
    if not least <= number <= most:
        raise ValueError(
            _("Ghi một số từ %(least)s đến %(most)s.") % {"least": least, "most": most}
        )
    return Answer(values=(number,))


def _chosen(asked, texts):
    known = {str(option.value): option.value for option in asked.options}
    values = [known.get(text) for text in texts]
    if None in values or (len(values) > 1 and asked.row.kind != Kind.MULTIPLE):
        raise ValueError(_("Chọn một trong các câu trả lời của câu này."))
    return Answer(values=tuple(sorted(set(values))))
