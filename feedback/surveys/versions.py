"""How the questions of a survey change: never those that people have answered, always as another version."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from feedback.models import Survey, SurveyChoice, SurveyFactor, SurveyQuestion, SurveyVersion
from feedback.surveys.questionnaire import Questionnaire

FEWEST_CHOICES = 2


def current_version(survey) -> SurveyVersion | None:
    """The one that people answer; None while the survey was never opened."""
    return survey.versions.filter(opened_at__isnull=False).order_by("-number").first()


@transaction.atomic
def draft_version(survey) -> SurveyVersion:
    """The draft of a survey: the one that there is, or a copy of its newest version."""
    Survey.objects.select_for_update().get(pk=survey.pk)
    draft = survey.versions.filter(opened_at=None).first()
    if draft is not None:
        return draft
    last = survey.versions.aggregate(last=Max("number"))["last"] or 0
    draft = SurveyVersion.objects.create(survey=survey, number=last + 1)
    if last:
        _copy(survey.versions.get(number=last), draft)
    return draft


@transaction.atomic
def open_version(version, *, now=None) -> SurveyVersion:
    """Let people answer a draft from now on. Raises ValidationError with what is still wrong in it."""
    Survey.objects.select_for_update().get(pk=version.survey_id)
    version = SurveyVersion.objects.select_for_update().get(pk=version.pk)
    if version.opened_at is not None:
        return version
    if found := problems(version):
        raise ValidationError(found)
    version.opened_at = now or timezone.now()
    version.save(update_fields=["opened_at"])
    return version


@transaction.atomic
def drop_draft(survey):
    """Take back what was never opened: the questions that were being written."""
    draft = survey.versions.select_for_update().filter(opened_at=None).first()
    if draft is None:
        return
    # Questions that others depend on cannot go before these.
    draft.questions.update(shown_if=None, shown_if_values=[])
    draft.delete()


def problems(version) -> list[str]:
    """What keeps a draft from being opened, in sentences."""
    questionnaire = Questionnaire.of(version)
    if not questionnaire.questions:
        return ["Bản này chưa có câu hỏi nào."]
    found = [
        f"Phần “{section.row.title}” chưa có câu hỏi nào."
        for section in questionnaire.sections
        if not section.questions
    ]
    by_key = {asked.row.pk: asked for asked in questionnaire.questions}
    for asked in questionnaire.questions:
        found += [f"Câu {asked.number}: {words}" for words in _problems_of(asked, by_key)]
    return found


def remarks(version) -> list[str]:
    """What keeps nobody from opening a draft, but may have been forgotten, in sentences."""
    questionnaire = Questionnaire.of(version)
    found = []
    if questionnaire.overall is None:
        found.append("Chưa có câu hài lòng chung: trang kết quả sẽ không có tỷ lệ hài lòng chung.")
    untranslated = [str(asked.number) for asked in questionnaire.questions if _lacks_english(asked)]
    if untranslated:
        found.append(
            f"Chưa có tiếng Anh: câu {', '.join(untranslated)}. Trang tiếng Anh sẽ hiện tiếng Việt."
        )
    return found


def changes(version) -> list[str]:
    """What differs from the opened version before it, in sentences."""
    before = version.survey.versions.filter(
        opened_at__isnull=False, number__lt=version.number
    ).order_by("-number")
    if not before:
        return []
    old, new = Questionnaire.of(before[0]).by_code, Questionnaire.of(version).by_code
    found = [
        f"Thêm câu {new[code].number}: {new[code].row.text}" for code in new if code not in old
    ]
    found += [f"Bỏ câu: {old[code].row.text}" for code in old if code not in new]
    found += [
        f"Sửa câu {new[code].number}: {new[code].row.text}"
        for code in new
        if code in old and not is_same_question(old[code].row, new[code].row)
    ]
    return found


def is_same_question(one: SurveyQuestion, other: SurveyQuestion) -> bool:
    """Whether two versions ask the same, so that their answers may be compared."""
    return _wording(one) == _wording(other)


def _wording(question):
    choices = [(choice.value, choice.text) for choice in question.choices.all()]
    return (
        question.code,
        question.kind,
        question.text,
        question.has_unknown,
        question.shown_if.code if question.shown_if else "",
        sorted(question.shown_if_values),
        sorted(choices),
    )


def _problems_of(asked, by_key):
    row = asked.row
    if row.kind in SurveyQuestion.WITH_CHOICES and len(asked.options) < FEWEST_CHOICES:
        yield "cần ít nhất hai lựa chọn."
    if row.kind not in SurveyQuestion.WITH_CHOICES and row.choices.all():
        yield "cách trả lời này không có lựa chọn; bỏ các lựa chọn đi."
    condition = row.shown_if
    if condition is None:
        return
    before = by_key.get(condition.pk, asked)
    if before.number >= asked.number:
        yield "chỉ được hỏi theo câu trả lời của một câu đứng trước."
    elif condition.kind in SurveyQuestion.IN_WORDS or condition.kind == SurveyQuestion.Kind.NUMBER:
        yield "câu đứng trước phải là câu chọn hoặc câu chấm mức."
    elif not set(row.shown_if_values) <= {option.value for option in before.options}:
        yield "được hỏi theo một lựa chọn không còn ở câu đứng trước."


def _lacks_english(asked):
    return not asked.row.text_en or any(not choice.text_en for choice in asked.row.choices.all())


def _copy(source, target):
    questions = {}
    for section in Questionnaire.of(source).sections:
        factor = _copied(SurveyFactor, section.row, version=target)
        for asked in section.questions:
            questions[asked.row.pk] = _copied(
                SurveyQuestion,
                asked.row,
                factor=factor,
                version=target,
                shown_if=questions.get(asked.row.shown_if_id),
            )
            for choice in asked.row.choices.all():
                _copied(SurveyChoice, choice, question=questions[asked.row.pk])


def _copied(model, row, **changed):
    fields = {
        field.name: getattr(row, field.name)
        for field in model._meta.fields
        if field.name not in {"id", *changed}
    }
    return model.objects.create(**fields | changed)
