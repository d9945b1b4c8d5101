"""The e-bulletin for readers: its archive, one issue, the issue on paper."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.html import format_html
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from outreach.issue_contents import contents
from outreach.issue_print import IssuePrint
from outreach.models import BulletinIssue
from portal.files import PUBLIC

PAGE_SIZE = 24
# Fewer are seen at a glance.
PIECES_BEFORE_CONTENTS = 3


@require_safe
def bulletin_list(request):
    issues = BulletinIssue.objects.public().newest_first().select_related("cover")
    page = Paginator(issues, PAGE_SIZE).get_page(request.GET.get("trang"))
    number = f"?trang={page.number}" if page.number > 1 else ""
    context = {
        "page": page,
        "canonical": f"{request.path}{number}",
        "has_foreign": any(issue.language != get_language() for issue in page),
    }
    return render(request, "outreach/bulletin_list.html", context)


@require_safe
def newest_issue(request):
    """An address that stays while issues change, for the foot of each page, a poster, the loudspeaker."""
    issue = BulletinIssue.objects.public().newest_first().first()
    return redirect(issue or "outreach:bulletin_list")


@require_safe
def bulletin_issue(request, year, number):
    issue = _public_issue_or_404(year, number)
    context = issue_context(issue) | _neighbours(issue)
    context["sheet"] = IssuePrint.of(issue, context["sections"]).sheet
    return render(request, "outreach/bulletin_issue.html", context)


def issue_context(issue):
    """What the page of an issue shows of the issue itself, public or not."""
    sections = contents(issue)
    pieces = [piece for section in sections for piece in section.pieces]
    return {
        "issue": issue,
        "sections": sections,
        "contents": _listed(issue, pieces) if len(pieces) > PIECES_BEFORE_CONTENTS else [],
        "is_foreign": issue.language != get_language(),
        "written_in": {issue.language},
        "last_updated": issue.corrected_at or issue.public_from,
    }


@require_safe
def bulletin_issue_pdf(request, year, number):
    issue = _public_issue_or_404(year, number)
    printed = IssuePrint.of(issue)
    response = get_conditional_response(request, etag=printed.etag)
    if response is None:
        response = HttpResponse(printed.sheet.content, content_type="application/pdf")
    response.headers["ETag"] = printed.etag
    response.headers["Cache-Control"] = PUBLIC
    name = f"ban-tin-{issue.year}-{issue.number}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _public_issue_or_404(year, number):
    issues = BulletinIssue.objects.public().select_related("cover")
    return get_object_or_404(issues, year=year, number=number)


def _neighbours(issue):
    others = BulletinIssue.objects.public().only("year", "number", "title", "language")
    same_year = Q(year=issue.year)
    earlier = others.filter(Q(year__lt=issue.year) | same_year & Q(number__lt=issue.number))
    later = others.filter(Q(year__gt=issue.year) | same_year & Q(number__gt=issue.number))
    return {
        "previous": earlier.newest_first().first(),
        "next": later.newest_first().last(),
    }


def _listed(issue, pieces):
    """Anchors and titles, as `components/contents.html` takes them."""
    if issue.language == get_language():
        return [(piece.anchor, piece.title) for piece in pieces]
    words = '<span lang="{}">{}</span>'
    return [(piece.anchor, format_html(words, issue.language, piece.title)) for piece in pieces]
