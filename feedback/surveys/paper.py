"""The printed form of a survey: the same questions in the same order, to be filled in with a pen."""

from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from feedback.models import SurveyQuestion, SurveyResponse
from feedback.surveys.forms import FilledSheet
from feedback.surveys.questionnaire import Questionnaire, said
from portal import typesetting

TEMPLATE = Path(__file__).with_name("paper.typ")
Kind = SurveyQuestion.Kind
LINES_TO_WRITE_ON = {Kind.SHORT_TEXT: 1, Kind.LONG_TEXT: 4}


def as_pdf(version) -> bytes:
    """The form in the language in use: A4, tagged."""
    return typesetting.compile(TEMPLATE.read_text(), _printed(version))


def _printed(version):
    survey = version.survey
    sheet = FilledSheet(Questionnaire.of(version))
    is_draft = version.opened_at is None
    return {
        "language": get_language(),
        "title": _text(said(survey, "title")),
        "period": survey.period,
        "draft": _("Bản nháp, chưa dùng") if is_draft else "",
        "version": _("Bản câu hỏi số %(number)s") % {"number": version.number},
        "page": _("Trang"),
        "office_heading": _("Phần cán bộ ghi"),
        "office": [
            _("Phiếu số"),
            _("Ngày"),
            _("Nơi nộp hồ sơ"),
            _("Tên, mã thủ tục"),
            _("Xã, phường nơi ở"),
        ],
        "intro": _text(said(survey, "intro")),
        "consent": _text(said(survey, "consent_text")),
        "how": _("Đánh dấu × vào ô ông/bà chọn. Phiếu không ghi tên: xin đừng viết tên vào phiếu."),
        "unknown": _("Không biết / không sử dụng"),
        "question": _("Câu hỏi"),
        "sections": [_section(section) for section in sheet.sections],
        "about_heading": _("Về ông/bà (không bắt buộc)"),
        "about": _about_you() if survey.asks_about_you else [],
        "thanks": _("Xin cảm ơn ông/bà."),
    }


def _section(section):
    return {"title": _text(section.words), "blocks": [_block(block) for block in section.blocks]}


def _block(block):
    first = block.questions[0]
    return {
        "kind": "matrix" if block.is_matrix else _answered_by(first.asked),
        "has_unknown": block.has_unknown,
        "options": [_option(option) for option in first.asked.options],
        "questions": [_question(question) for question in block.questions],
    }


def _answered_by(asked):
    if asked.is_rated:
        return "levels"
    if asked.is_in_words:
        return "lines"
    return "number" if asked.row.kind == Kind.NUMBER else "choices"


def _question(question):
    return {
        "number": question.asked.number,
        "words": _text(question.asked.words),
        "notes": [*_condition(question), *([question.hint] if question.hint else [])],
        "optional": "" if question.asked.row.is_required else f"({_('không bắt buộc')})",
        "has_unknown": question.asked.row.has_unknown,
        "lines": LINES_TO_WRITE_ON.get(question.kind, 0),
    }


def _condition(question):
    if question.condition is None:
        return []
    number = question.condition.asked.number
    words = [f"“{option.words.text}”" for option in question.condition.options]
    answers = f" {_('hoặc')} ".join(words)
    return [
        _("Chỉ trả lời nếu câu %(number)s là: %(answers)s") % {"number": number, "answers": answers}
    ]


def _option(option):
    return {"value": str(option.value), "words": _text(option.words)}


def _about_you():
    return [
        {"words": words, "options": [str(label) for label in choices.labels]}
        for words, choices in (
            (_("Nhóm tuổi"), SurveyResponse.AgeBand),
            (_("Giới tính"), SurveyResponse.Gender),
        )
    ]


def _text(words):
    return {"text": words.text, "language": words.language}
