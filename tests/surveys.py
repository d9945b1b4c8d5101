"""Surveys made and answered as staff and people do it, for tests."""

from itertools import count
from secrets import token_urlsafe

from feedback.models import (
    Survey,
    SurveyAnswer,
    SurveyChoice,
    SurveyFactor,
    SurveyQuestion,
    SurveyResponse,
)
from feedback.surveys.answering import _rows, submit_sheet
from feedback.surveys.counting import recount
from feedback.surveys.doubts import sheet_hash
from feedback.surveys.questionnaire import Questionnaire
from feedback.surveys.sheets import read
from feedback.surveys.versions import current_version, draft_version, open_version

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
# Every kind of question, a table of several on one scale, and one that is asked of some people only.
ALL_KINDS = (
    {
        "factor": "access",
        "code": "cach",
        "text": "Ông/bà nộp hồ sơ cách nào?",
        "text_en": "How did you apply?",
        "kind": "single",
        "choices": ["Tại quầy", "Trực tuyến", "Qua bưu điện"],
    },
    {"factor": "access", "code": "cho-doi", "text": "Thời gian chờ đến lượt"},
    {
        "factor": "access",
        "code": "huong-dan",
        "text": "Hướng dẫn dễ hiểu, đủ một lần là làm được",
        "text_en": "The guidance was clear",
        "has_unknown": True,
    },
    {
        "factor": "access",
        "code": "mang",
        "text": "Trang nộp hồ sơ dễ dùng",
        "shown_if": "cach",
        "shown_if_values": [2],
    },
    {
        "factor": "officer",
        "code": "chung",
        "text": "Nhìn chung ông/bà hài lòng đến đâu?",
        "text_en": "How satisfied are you overall?",
        "kind": "faces",
        "is_overall": True,
    },
    {
        "factor": "officer",
        "code": "thai-do",
        "text": "Thái độ của công chức",
        "has_unknown": True,
        "is_required": False,
    },
    {
        "factor": "other",
        "code": "viec",
        "text": "Ông/bà mong làm tốt hơn việc gì?",
        "kind": "multiple",
        "choices": ["Chỗ ngồi chờ", "Bảng chỉ dẫn", "Giờ làm việc"],
        "is_required": False,
    },
    {
        "factor": "other",
        "code": "so-lan",
        "text": "Ông/bà phải đến mấy lần?",
        "kind": "number",
        "least": 1,
        "most": 20,
        "has_unknown": True,
        "is_required": False,
    },
    {
        "factor": "other",
        "code": "nghe",
        "text": "Ông/bà biết khảo sát này từ đâu?",
        "kind": "short_text",
        "is_required": False,
    },
    {
        "factor": "other",
        "code": "gop-y",
        "text": "Góp ý thêm",
        "text_en": "Anything else",
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
    answers = _given(current_version(survey), given)
    return submit_sheet(
        survey=survey,
        form_key=form_key or token_urlsafe(24),
        given=answers,
        channel=channel,
        now=now,
        **fields,
    )


def answer_many(survey, sheets):
    """Many sheets to the newest version at once, each `given` and the fields of its response; told at once, too."""
    version = current_version(survey)
    questionnaire = Questionnaire.of(version)
    answers = [read(questionnaire, _given(version, sheet.pop("given", None))) for sheet in sheets]
    rows = [
        SurveyResponse(
            version=version,
            form_hash=token_urlsafe(24),
            sheet_hash=sheet_hash(given),
            **{"channel": SurveyResponse.Channel.WEB} | sheet,
        )
        for sheet, given in zip(sheets, answers, strict=True)
    ]
    SurveyResponse.objects.bulk_create(rows)
    SurveyAnswer.objects.bulk_create(
        answer for row, given in zip(rows, answers, strict=True) for answer in _rows(row, given)
    )
    recount(version)


def _given(version, given):
    rows = version.questions.exclude(kind__in=SurveyQuestion.IN_WORDS)
    answers = dict.fromkeys(rows.values_list("code", flat=True), ["5"])
    return answers | {
        code: [str(one) for one in (value if isinstance(value, list | tuple) else [value])]
        for code, value in (given or {}).items()
    }
