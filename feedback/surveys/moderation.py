"""What people wrote in surveys, read by somebody before anybody else does; without place, day or the rest of the sheet.

A text is known by a handle that tells nothing of when it came: neither its order nor its number does.
"""

from dataclasses import dataclass

from django.db.models import CharField, Func, Sum, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.crypto import salted_hmac

from feedback.models import SurveyAnswer, SurveyQuestion, SurveyTally
from feedback.surveys.arithmetic import FEWEST_FOR_SHARE

State = SurveyAnswer.TextState
# From which state a text comes to another. What is erased has none of its words left.
MAY_BECOME = {
    State.SHOWN: (State.WAITING, State.HIDDEN),
    State.HIDDEN: (State.WAITING, State.SHOWN),
    State.ERASED: (State.WAITING, State.SHOWN, State.HIDDEN),
}


@dataclass(frozen=True)
class Texts:
    """What people wrote to one question, in an order that tells nothing."""

    question: SurveyQuestion
    texts: list[str]


def texts_of(survey):
    """All that was written in a survey and not erased, in the order of the handles."""
    written = SurveyAnswer.objects.filter(question__version__survey=survey).exclude(
        text_state__in=["", State.ERASED]
    )
    key = salted_hmac("feedback.survey.text", str(survey.pk), algorithm="sha256").hexdigest()
    handle = Concat(Value(key), Cast("pk", TextField()), output_field=TextField())
    return written.annotate(handle=_Digest(handle, output_field=CharField())).order_by("handle")


def decide(survey, handles, state) -> int:
    """Show, hide or erase texts; how many came to that state by it."""
    chosen = texts_of(survey).filter(handle__in=handles, text_state__in=MAY_BECOME[state])
    rows = SurveyAnswer.objects.filter(
        pk__in=list(chosen.values_list("pk", flat=True)), text_state__in=MAY_BECOME[state]
    )
    if state == State.ERASED:
        return rows.update(text="", text_state=state)
    return rows.update(text_state=state)


def shown_texts(survey) -> list[Texts]:
    """What everybody may read, by question: only where pages tell enough sheets of the survey."""
    if _sheets_told(survey) < FEWEST_FOR_SHARE:
        return []
    shown = texts_of(survey).filter(text_state=State.SHOWN).select_related("question")
    by_code = {}
    for answer in shown:
        by_code.setdefault(answer.question.code, []).append(answer)
    found = [
        Texts(
            # In the words of the newest version that asked.
            max((answer.question for answer in answers), key=lambda question: question.pk),
            [answer.text for answer in answers],
        )
        for answers in by_code.values()
    ]
    return sorted(found, key=lambda texts: (texts.question.order, texts.question.pk))


def _sheets_told(survey):
    rows = SurveyTally.objects.filter(
        version__survey=survey,
        dimension=SurveyTally.Dimension.ALL,
        question=None,
        is_doubtful=False,
    )
    return rows.aggregate(told=Sum("shown"))["told"] or 0


class _Digest(Func):
    template = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
