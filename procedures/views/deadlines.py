"""When a result is due: the page that counts and explains, and its day for one's own calendar."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.site import absolute_url
from procedures.deadline_forms import DeadlineForm
from procedures.deadline_words import explain_in_html, explanation, full_day, term_in_words
from procedures.ics import day_event, ics_response


@require_safe
def deadline_calculator(request):
    form = DeadlineForm(request.GET)
    context = {"form": form, "answer": _answer(form) if form.is_valid() else None}
    return render(request, "procedures/deadline_calculator.html", context)


@require_safe
def deadline_ics(request):
    form = DeadlineForm(request.GET)
    page = reverse("procedures:deadline_calculator")
    if not form.is_valid():
        return redirect(f"{page}?{form.typed_query}")
    found = form.deadline()
    address = absolute_url(f"{page}?{form.query}")
    content = day_event(
        identity=form.identity,
        sequence=found.calendar_revision,
        day=found.due_on,
        summary=_summary(form),
        description="\n".join([*explanation(found.as_json()), address]),
        address=address,
        language=get_language(),
    )
    return ics_response(content, f"ngay-tra-ket-qua-{found.due_on:%Y-%m-%d}.ics")


def _answer(form):
    found = form.deadline()
    ends_on_the_hour = found.due_at.date() == found.due_on
    return {
        "day": full_day(found.due_on),
        "hour": f"{found.due_at:%H:%M}" if ends_on_the_hour else "",
        "term": term_in_words(found.term),
        "why": explain_in_html(found.as_json()),
        "query": form.query,
    }


def _summary(form):
    if not form.found:
        return _("Ngày trả kết quả")
    name = form.found.translated_name or form.found.name
    return _("Trả kết quả: %(procedure)s") % {"procedure": name}
