"""Pages that belong to no domain: search, health, robots, error pages."""

import math
import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import DatabaseError, Error, InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.forms import SearchForm
from portal.site import absolute_url


@require_safe
def search(request, sources):
    """The one search page; each source looks in its own domain and brings its own template."""
    query = SearchForm.query_of(request)
    answers = [source(request.GET, query) for source in sources] if query else []
    return render(request, "portal/search.html", {"query": query, "answers": answers})


@require_safe
def search_json(request, sources):
    """The same results for programs, in the same order, a page at a time."""
    query = SearchForm.query_of(request)
    answers = [source(request.GET, query) for source in sources] if query else []
    body = {
        "q": query,
        "total": sum(answer["total"] for answer in answers),
        "is_confident": any(answer["is_confident"] for answer in answers),
        "results": [item for answer in answers for item in answer["items"]],
    }
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


@require_safe
def robots(request):
    lines = [
        "User-agent: *",
        f"Disallow: /{settings.ADMIN_PATH}",
        "Disallow: /q/",
        "Disallow: /xem-truoc/",
        f"Sitemap: {absolute_url(reverse('sitemap'))}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def health(request):
    """Whether this process answers; the database is not asked."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readiness(request):
    """Whether this process can serve: the database answers and its tables are those of this version."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return HttpResponse("database", status=503, content_type="text/plain")
    if waiting:
        return HttpResponse("migrations", status=503, content_type="text/plain")
    return HttpResponse("ready", content_type="text/plain")


ERROR_TITLES = {
    "400.html": _("Cổng không hiểu yêu cầu này"),
    "403.html": _("Ông/bà không được phép mở trang này"),
    "403_csrf.html": _("Trang mở đã quá lâu nên chưa gửi được"),
    "404.html": _("Không tìm thấy trang"),
    "405.html": _("Trang này không mở được bằng cách đó"),
    "413.html": _("Nội dung gửi lên quá lớn"),
    "429.html": _("Ông/bà gửi quá nhiều lần trong thời gian ngắn"),
    "500.html": _("Cổng đang gặp lỗi"),
    "503.html": _("Cổng tạm ngừng ít phút"),
}
# Shown also when the database is the error, or the request cannot be trusted.
ERRORS_WITHOUT_DATABASE = {400, 500, 503}
SECONDS_UNTIL_RECOVERY = 30


def bad_request(request, exception):
    if isinstance(exception, (RequestDataTooBig, TooManyFilesSent)):
        return error_page(request, 413, limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    return error_page(request, 400)


def permission_denied(request, exception):
    return error_page(request, 403)


def csrf_failure(request, reason=""):
    """What was typed must not be lost: a view may have an answer of its own, which shows it again."""
    answer = getattr(request.resolver_match.func, "csrf_failure", None)
    return answer(request) if answer else error_page(request, 403, template="403_csrf.html")


def not_found(request, exception):
    return error_page(request, 404)


def method_not_allowed(request, allowed):
    response = error_page(request, 405)
    response.headers["Allow"] = allowed
    return response


def too_many_requests(request, retry_after):
    response = error_page(request, 429, minutes=math.ceil(retry_after / 60))
    response.headers["Retry-After"] = str(retry_after)
    return response


def server_error(request):
    """Any exception that nobody caught: a database that does not answer is told apart from our own faults."""
    if isinstance(sys.exception(), (OperationalError, InterfaceError)):
        response = error_page(request, 503)
        response.headers["Retry-After"] = str(SECONDS_UNTIL_RECOVERY)
        return response
    return error_page(request, 500)


def error_page(request, status, *, template=None, **facts):
    """Answer a person with a page in the portal's frame, a program with JSON."""
    template = template or f"{status}.html"
    title = ERROR_TITLES[template]
    if request.path_info.endswith(".json"):
        return JsonResponse(
            {"error": title}, status=status, json_dumps_params={"ensure_ascii": False}
        )
    context = {"title": title, "is_error": status in ERRORS_WITHOUT_DATABASE, **facts}
    try:
        return HttpResponse(render_to_string(template, context, request), status=status)
    except Error:
        # Its frame without what the database knows; not to be kept until that is back.
        html = render_to_string(template, context | {"is_error": True}, request)
        return HttpResponse(html, status=status, headers={"Cache-Control": "no-store"})


def proxy_error_pages(request):
    """The pages that the proxy shows by itself: a body beyond its limit, a portal that does not answer."""
    for template in ("413.html", "503.html"):
        context = {
            "title": ERROR_TITLES[template],
            "is_error": True,
            "limit": settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
        }
        yield template, render_to_string(template, context, request)
