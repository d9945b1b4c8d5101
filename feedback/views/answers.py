"""Public answers for readers: to messages of the people, and to questions that are asked often."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from feedback import public_answers
from feedback.answer_filters import AnswerFilter
from portal.languages import address_in, is_source

PAGE_SIZE = 20


@require_safe
def public_answer_list(request):
    return _list_page(request, "feedback/answer_list.html", public_answers.answered())


@require_safe
def question_list(request):
    """Questions of staff and of the people; these have their page among the answered messages."""
    texts = public_answers.questions()
    return _list_page(request, "feedback/question_list.html", texts, fixed=("loai",))


def _list_page(request, template, texts, *, fixed=()):
    chosen = AnswerFilter(request.GET, texts, fixed=fixed)
    rows = public_answers.newest_first(chosen.rows)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("trang"))
    page.object_list = public_answers.items(page.object_list)
    return render(request, template, {"filter": chosen, "page": page})


@require_safe
def public_answer(request, number):
    return _item_page(request, "feedback/answer.html", public_answers.find_answer(number))


@require_safe
def question(request, number):
    return _item_page(request, "feedback/question.html", public_answers.find_question(number))


def _item_page(request, template, item):
    """One that was withdrawn is not told from one that never was."""
    if item is None:
        raise Http404
    context = {
        "item": item,
        "own_address": address_in("vi", request.path_info),
        "is_foreign": not is_source(),
        "written_in": {"vi"},
        "last_updated": localdate(item.checked_at),
    }
    return render(request, template, context)
