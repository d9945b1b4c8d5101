"""The ways to read the news elsewhere: feeds, a list to put into another site, data for programs."""

from csp.decorators import csp_replace
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from outreach.feeds import newest_versions
from outreach.models import Category
from portal.feeds import kept_for_minutes
from portal.site import absolute_url
from portal.text import clean_line
from procedures.terms import terms_of

ITEMS, MOST_ITEMS = 5, 20


@require_safe
def channels(request):
    frame = absolute_url(reverse("outreach:embedded_news"))
    context = {
        "categories": Category.objects.all(),
        "frame_address": f"{frame}?so-tin={ITEMS}",
        "json_address": f"{absolute_url(reverse('outreach:news_json'))}?so-tin={ITEMS}",
        "most_items": MOST_ITEMS,
    }
    return render(request, "outreach/channels.html", context)


@require_safe
@kept_for_minutes
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
def embedded_news(request):
    """The newest items as a page of its own, for a frame in the site of another office."""
    category, is_known = _asked_category(request)
    context = {
        "category": category,
        "is_known": is_known,
        "versions": _asked_versions(request, category) if is_known else [],
    }
    return render(request, "outreach/embedded_news.html", context)


@require_safe
@kept_for_minutes
def news_json(request):
    """The newest items as data, for the programs and pages of anybody."""
    category, is_known = _asked_category(request)
    if is_known:
        status, data = 200, {"language": get_language(), "items": _items(request, category)}
    else:
        status, data = 404, {"error": gettext("Không có chuyên mục này.")}
    response = JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _items(request, category):
    terms = terms_of(request)
    return [
        {
            "title": version.title,
            "url": absolute_url(version.get_absolute_url()),
            "lead": version.lead,
            "category": terms.get(version.category.name, version.category.name),
            "published_at": localtime(version.published_at).isoformat(),
            "is_sample": version.article.is_sample,
        }
        for version in _asked_versions(request, category)
    ]


def _asked_versions(request, category):
    try:
        asked = int(request.GET.get("so-tin", ITEMS))
    except ValueError:
        asked = ITEMS
    return newest_versions(category).defer("body")[: min(max(asked, 1), MOST_ITEMS)]


def _asked_category(request):
    """The category that the address names, and whether what it names exists; none is named for all news."""
    slug = clean_line(request.GET.get("chuyen-muc", "")[:200])
    if not slug:
        return None, True
    category = Category.objects.filter(slug=slug).first()
    return category, category is not None
