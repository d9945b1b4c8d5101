"""Surveys made and answered as staff and people do it, for tests."""

from itertools import count
from secrets import token_urlsafe

from feedback.models import Survey, SurveyChoice, SurveyFactor, SurveyQuestion, SurveyResponse
from feedback.surveys.answering import submit_sheet
from feedback.surveys.versions import draft_version, open_version

_numbers = count(1)
# Two rated questions in two factors, the overall one, and one in words.
QUESTIONS = (
    {"factor": "access", "code": "cho-doi", "text": "Thời gian chờ đến lượt"},
    {"factor": "officer", "code": "thai-do", "text": "Thái độ của công chức", "has_unknown": True},
    {
        "factor": "officer",
        "code": "chung",
        "text": "Hài lòng chung",
        "kind": "faces",
        "is_overall": True,
    },
    {
        "factor": "other",
        "code": "gop-y",
        "text": "Góp ý thêm",
        "kind": "long_text",
        "is_required": False,
    },
)


def make_draft_survey(*questions, **fields):
    """A survey that staff still write. A question names its factor by its key, its choices and `shown_if` by codes."""
    number = next(_numbers)
    defaults = {
        "slug": f"khao-sat-{number}",
        "title": f"Khảo sát thử số {number}",
        "intro": "Xin ông/bà cho biết ý kiến về lần làm thủ tục vừa rồi.",
        "consent_text": "Phiếu không ghi tên. Câu trả lời chỉ dùng để cải thiện phục vụ.",
    }
    survey = Survey.objects.create(**defaults | fields)
    add_questions(draft_version(survey), *(questions or QUESTIONS))
    return survey


def add_questions(version, *questions):
    factors, rows = {}, {}
    for order, fields in enumerate(questions, 1):
        fields = dict(fields)
        key = fields.pop("factor", "other")
        if key not in factors:
            title = SurveyFactor.Key(key).label
            factors[key] = SurveyFactor.objects.create(
                version=version, order=len(factors) + 1, key=key, title=str(title)
            )
        choices = fields.pop("choices", ())
        fields["shown_if"] = rows.get(fields.get("shown_if"))
        row = SurveyQuestion.objects.create(factor=factors[key], order=order, **fields)
        rows[row.code] = row
        SurveyChoice.objects.bulk_create(
            SurveyChoice(question=row, order=value, value=value, text=text)
            for value, text in enumerate(choices, 1)
        )
    return rows


def make_survey(*questions, **fields):
    """A survey that takes answers."""
    survey = make_draft_survey(*questions, **fields)
    open_version(draft_version(survey))
    return survey


def answer(
    survey, *, channel=SurveyResponse.Channel.WEB, form_key=None, now=None, given=None, **fields
):
    """One sheet; every question that is not named in `given` ({code: value}) is answered with 5, words are left out."""
    questions = survey.versions.filter(opened_at__isnull=False).latest("number").questions
    answers = {row.code: ["5"] for row in questions.exclude(kind__in=SurveyQuestion.IN_WORDS)}
    answers |= {
        code: [str(one) for one in (value if isinstance(value, list | tuple) else [value])]
        for code, value in (given or {}).items()
    }
    return submit_sheet(
        survey=survey,
        form_key=form_key or token_urlsafe(24),
        given=answers,
        channel=channel,
        now=now,
        **fields,
    )
