"""Where a page's one tap goes: counted, thanked for, and asked what was missing."""

import re

from django.core.exceptions import BadRequest, PermissionDenied
from django.core.validators import slug_re
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from feedback import page_ratings
from feedback.models import RatedPage
from portal import limits

# One person reads many pages; a whole office may read from one address.
RATING_LIMIT = {"limit": 30, "overall": 3000, "seconds": 60 * 60}
YES, NO = "co", "chua"
PROCEDURE, ARTICLE = "thu-tuc", "bai"
_CODE = re.compile(r"[\w.\-]{1,60}", re.ASCII)
QUERY_NAMES = {RatedPage.Kind.PROCEDURE: PROCEDURE, RatedPage.Kind.ARTICLE: ARTICLE}


# No token: the page with the form is the same for everybody and sets no cookie. Nothing is done here in anybody's
# name, so a forged tap could only add one to a count, as a tap of the forger's own does; browsers that say that
# another site sent it are refused.
@csrf_exempt
@require_POST
def page_rating(request):
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise PermissionDenied
    rated = page_ratings.read(request.POST.get("trang", ""))
    said = request.POST.get("tra-loi")
    if rated is None or said not in {YES, NO}:
        raise BadRequest("Not what a page of ours sends.")
    limits.spend("feedback.page_rating", request, **RATING_LIMIT)
    page_ratings.rate(rated, is_useful=said == YES)
    query = {QUERY_NAMES[rated.kind]: rated.key, "tra-loi": said}
    if rated.takes_comments:
        query["y-kien"] = YES
    thanks = reverse("feedback:page_rating_thanks")
    return HttpResponseRedirect(f"{thanks}?{urlencode(query)}", status=303)


@require_safe
def page_rating_thanks(request):
    """The same for everybody who said so of a page; what the address does not tell well, is left out."""
    context = {
        "was_useful": request.GET.get("tra-loi") == YES,
        "code": _matching(_CODE, request.GET.get(PROCEDURE, "")),
        "slug": _matching(slug_re, request.GET.get(ARTICLE, "")),
        "takes_comments": request.GET.get("y-kien") == YES,
    }
    return render(request, "feedback/page_rating_thanks.html", context)


def _matching(pattern, text):
    """What may stand in a link of ours, or nothing."""
    return text if pattern.fullmatch(text) else ""
