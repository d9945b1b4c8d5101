"""The ledger of receipts in public: the heads of its days, and a place to check a receipt."""

import csv
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from feedback import verifying
from feedback.models import LedgerDay
from feedback.receipt_forms import ReceiptCheckForm
from portal import limits
from portal.exceptions import TooManyRequests
from portal.forms import form_page

# Each check makes the chain of a day anew.
CHECK_LIMIT = {"limit": 20, "overall": 2000, "seconds": 60 * 60}


@require_safe
def ledger(request):
    """The heads of one month, `thang`, or of the newest that has any."""
    months = list(LedgerDay.objects.dates("day", "month", order="DESC"))
    month = _asked_month(request, months)
    heads = LedgerDay.objects.none()
    if month:
        heads = LedgerDay.objects.filter(day__year=month.year, day__month=month.month)
    place = months.index(month) if month else 0
    context = {
        "heads": [(head.day, in_fours(head.hash)) for head in heads.order_by("-day")],
        "month": month,
        "months": months,
        "newer": months[place - 1] if place else None,
        "older": months[place + 1] if place + 1 < len(months) else None,
    }
    return render(request, "feedback/ledger.html", context)


def _asked_month(request, months):
    try:
        asked = date.fromisoformat(f"{request.GET.get('thang', '')[:7]}-01")
    except ValueError:
        asked = None
    return asked if asked in months else next(iter(months), None)


@require_safe
def ledger_heads(request):
    """All heads as a file, for whoever keeps a copy."""
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="dau-cuoi-ngay.csv"'},
    )
    lines = csv.writer(response, lineterminator="\n")
    lines.writerow(["ngay", "dau_cuoi_ngay"])
    lines.writerows(LedgerDay.objects.order_by("day").values_list("day", "hash"))
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
@sensitive_post_parameters("code", "fingerprint")
def receipt_check(request):
    """Say whether a receipt stands in the ledger, and nothing of what it acknowledges."""
    form = ReceiptCheckForm(request.POST if request.method == "POST" else None)
    context = {}
    if form.is_valid():
        try:
            limits.spend("feedback.receipt_check", request, **CHECK_LIMIT)
            checked = verifying.check_receipt(**form.cleaned_data)
            context = {"is_checked": True, "checked": checked}
            if checked and checked.head:
                context["head"] = in_fours(checked.head.hash)
        except TooManyRequests as refusal:
            form.refuse(refusal)
    return form_page(request, "feedback/receipt_check.html", form, **context)


def in_fours(hash):
    """In groups of four, so that two can be compared by eye."""
    return " ".join(hash[place : place + 4] for place in range(0, len(hash), 4))
