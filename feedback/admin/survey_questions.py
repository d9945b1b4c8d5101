"""The questions of a version: read, previewed, and written while it is a draft."""

from dataclasses import dataclass
from functools import wraps

from django.contrib import messages
from django.db import transaction
from django.db.models import Max
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback.admin.survey_builder_forms import ChoiceFormSet, NoteForm, QuestionForm, SectionForm
from feedback.models import SurveyFactor, SurveyQuestion
from feedback.surveys.forms import FilledSheet
from feedback.surveys.questionnaire import Asked, Questionnaire, said
from feedback.surveys.versions import changes, problems, remarks

STEPS = {"len": -1, "xuong": 1}
PREVIEW_LANGUAGES = {"vi": "Tiếng Việt", "en": "Tiếng Anh"}


@dataclass(frozen=True)
class Row:
    """A question in the list of them."""

    asked: Asked
    condition: str
    is_first: bool
    is_last: bool


def of_draft(view):
    """A page that writes the questions of a draft: nobody opens it meanwhile, and an opened one is not written."""

    @wraps(view)
    @transaction.atomic
    def with_draft(self, request, pk, *args, **options):
        survey = self.survey_or_404(request, pk)
        draft = survey.versions.select_for_update().filter(opened_at=None).first()
        if draft is None:
            messages.error(
                request,
                "Bản câu hỏi này đã mở, không sửa được nữa. Bấm “Sửa câu hỏi” để soạn bản mới.",
            )
            return redirect(self.address("change", survey.pk))
        return view(self, request, survey, draft, *args, **options)

    return with_draft


class QuestionsMixin:
    def survey_pages(self):
        return [
            *super().survey_pages(),
            ("<int:pk>/ban/<int:number>/", self.questions_view, "questions"),
            ("<int:pk>/ban/<int:number>/xem-truoc/", self.preview_view, "preview"),
            ("<int:pk>/ghi-chu/", self.note_view, "note"),
            ("<int:pk>/phan/them/", self.section_view, "section_add"),
            ("<int:pk>/phan/<int:row>/", self.section_view, "section"),
            ("<int:pk>/phan/<int:row>/doi-cho/", self.move_section_view, "section_move"),
            ("<int:pk>/phan/<int:row>/xoa/", self.remove_section_view, "section_remove"),
            ("<int:pk>/cau/them/", self.question_view, "question_add"),
            ("<int:pk>/cau/<int:row>/", self.question_view, "question"),
            ("<int:pk>/cau/<int:row>/doi-cho/", self.move_question_view, "question_move"),
            ("<int:pk>/cau/<int:row>/xoa/", self.remove_question_view, "question_remove"),
        ]

    # Read

    @method_decorator(require_safe)
    def questions_view(self, request, pk, number):
        survey = self.survey_or_404(request, pk, "feedback.view_survey")
        version = get_object_or_404(survey.versions, number=number)
        return self._questions_page(request, survey, version)

    @method_decorator(require_safe)
    def preview_view(self, request, pk, number):
        survey = self.survey_or_404(request, pk, "feedback.view_survey")
        version = get_object_or_404(survey.versions, number=number)
        language = request.GET.get("ngon-ngu")
        language = language if language in PREVIEW_LANGUAGES else "vi"
        with override(language):
            questionnaire = Questionnaire.of(version)
            context = {
                "title": f"Xem trước bản số {version.number}",
                "version": version,
                "sheet": FilledSheet(questionnaire),
                "intro": said(survey, "intro"),
                "survey_title": said(survey, "title"),
                "consent": said(survey, "consent_text"),
                "language": language,
                "languages": PREVIEW_LANGUAGES,
                "is_phone": request.GET.get("rong") == "dien-thoai",
            }
            return self.survey_page(request, "preview", survey, context)

    def _questions_page(self, request, survey, version, *, note=None, status=200):
        is_draft = version.opened_at is None
        context = {
            "title": f"Câu hỏi, bản số {version.number}",
            "version": version,
            "sections": _sections(Questionnaire.of(version)),
            "is_editable": is_draft and request.user.has_perm("feedback.change_survey"),
            "problems": problems(version) if is_draft else [],
            "remarks": remarks(version) if is_draft else [],
            "changes": changes(version),
            "is_first": version.number == 1,
            "note": note or NoteForm(instance=version, label_suffix=""),
        }
        return self.survey_page(request, "questions", survey, context, status=status)

    # Write

    @method_decorator(require_POST)
    @of_draft
    def note_view(self, request, survey, draft):
        form = NoteForm(request.POST, instance=draft, label_suffix="")
        if not form.is_valid():
            return self._questions_page(request, survey, draft, note=form, status=422)
        form.save()
        return self._done(request, survey, draft, "Đã ghi bản này khác bản trước ở chỗ nào.")

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    @of_draft
    def section_view(self, request, survey, draft, row=None):
        factor = get_object_or_404(draft.factors, pk=row) if row else SurveyFactor(version=draft)
        form = SectionForm(request.POST or None, instance=factor, label_suffix="")
        if request.method == "POST" and form.is_valid():
            if row is None:
                factor.order = (draft.factors.aggregate(last=Max("order"))["last"] or 0) + 1
            form.save()
            return self._done(request, survey, draft, f"Đã lưu phần “{factor}”.")
        context = {
            "title": "Sửa phần" if row else "Thêm phần",
            "version": draft,
            "form": form,
        }
        status = 422 if form.is_bound else 200
        return self.survey_page(request, "section", survey, context, status=status)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    @of_draft
    def question_view(self, request, survey, draft, row=None):
        question = get_object_or_404(draft.questions, pk=row) if row else SurveyQuestion()
        questionnaire = Questionnaire.of(draft)
        numbers = {asked.row.pk: asked.number for asked in questionnaire.questions}
        is_sent = request.method == "POST"
        form = QuestionForm(
            questionnaire,
            request.POST if is_sent else None,
            instance=question,
            initial={} if row else {"factor": request.GET.get("phan")},
        )
        choices = ChoiceFormSet(
            request.POST if is_sent else None,
            initial=_choices_of(question) if row and not is_sent else [],
            survey=survey,
            prefix="lua-chon",
        )
        if is_sent and all([form.is_valid(), choices.is_valid()]):
            form.save()
            choices.keep(question)
            done = f"Đã lưu câu “{question.text}”."
            return self._done(request, survey, draft, done, f"cau-{question.pk}")
        context = {
            "title": f"Sửa câu {numbers[row]}" if row else "Thêm câu hỏi",
            "version": draft,
            "form": form,
            "choices": choices,
        }
        status = 422 if is_sent else 200
        return self.survey_page(request, "question", survey, context, status=status)

    @method_decorator(require_POST)
    @of_draft
    def move_section_view(self, request, survey, draft, row):
        factor = get_object_or_404(draft.factors, pk=row)
        _move(list(draft.factors.all()), factor, request.POST.get("di"))
        return self._done(request, survey, draft, f"Đã chuyển chỗ phần “{factor}”.", f"phan-{row}")

    @method_decorator(require_POST)
    @of_draft
    def move_question_view(self, request, survey, draft, row):
        question = get_object_or_404(draft.questions, pk=row)
        _move(list(question.factor.questions.all()), question, request.POST.get("di"))
        return self._done(
            request, survey, draft, f"Đã chuyển chỗ câu “{question.text}”.", f"cau-{row}"
        )

    @method_decorator(require_POST)
    @of_draft
    def remove_section_view(self, request, survey, draft, row):
        factor = get_object_or_404(draft.factors, pk=row)
        if factor.questions.exists():
            refusal = "Phần này còn câu hỏi. Xóa hoặc chuyển các câu sang phần khác trước."
            return self._refused(request, survey, draft, refusal)
        factor.delete()
        return self._done(request, survey, draft, f"Đã xóa phần “{factor}”.")

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    @of_draft
    def remove_question_view(self, request, survey, draft, row):
        question = get_object_or_404(draft.questions, pk=row)
        dependent = draft.questions.filter(shown_if=question).first()
        if dependent is not None:
            refusal = f"Câu “{dependent.text}” chỉ được hỏi theo câu này. Sửa câu ấy trước."
            return self._refused(request, survey, draft, refusal)
        if request.method != "POST":
            context = {
                "title": "Xóa câu hỏi",
                "words": f"Xóa câu “{question.text}”, cả các lựa chọn của nó.",
                "way_back": self.address("questions", survey.pk, draft.number),
            }
            return self.survey_page(request, "confirm", survey, context)
        question.delete()
        return self._done(request, survey, draft, f"Đã xóa câu “{question.text}”.")

    def _done(self, request, survey, draft, words, place=""):
        self.log_change(request, survey, f"Bản {draft.number}. {words}")
        messages.success(request, words)
        address = self.address("questions", survey.pk, draft.number)
        return redirect(f"{address}#{place}" if place else address)

    def _refused(self, request, survey, draft, words):
        messages.error(request, words)
        return redirect(self.address("questions", survey.pk, draft.number))


def _sections(questionnaire):
    """Each section with its questions as the list shows them."""
    by_key = {asked.row.pk: asked for asked in questionnaire.questions}
    last = len(questionnaire.sections)
    return [
        {
            "row": section.row,
            "is_first": number == 1,
            "is_last": number == last,
            "rows": [
                Row(
                    asked,
                    _condition_words(asked, by_key),
                    is_first=asked is section.questions[0],
                    is_last=asked is section.questions[-1],
                )
                for asked in section.questions
            ],
        }
        for number, section in enumerate(questionnaire.sections, 1)
    ]


def _condition_words(asked, by_key):
    if asked.row.shown_if_id is None:
        return ""
    before = by_key[asked.row.shown_if_id]
    words = {option.value: f"“{option.words.text}”" for option in before.options}
    chosen = [words.get(value, "một lựa chọn đã bỏ") for value in asked.row.shown_if_values]
    return f"Chỉ hỏi khi câu {before.number} được trả lời là {' hoặc '.join(chosen)}."


def _choices_of(question):
    return [
        {"text": row.text, "text_en": row.text_en, "value": row.value}
        for row in question.choices.all()
    ]


def _move(rows, row, direction):
    """One place up or down, and the numbers of all anew: two may have had the same."""
    place = rows.index(row)
    target = place + STEPS.get(direction, 0)
    if 0 <= target < len(rows):
        rows.insert(target, rows.pop(place))
    for order, one in enumerate(rows, 1):
        one.order = order
    type(row).objects.bulk_update(rows, ["order"])
