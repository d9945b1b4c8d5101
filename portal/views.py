"""Pages that belong to no domain: search, health, robots, error pages."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
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


def bad_request(request, exception):
    return _error(request, 400)


def permission_denied(request, exception):
    return _error(request, 403)


def not_found(request, exception):
    return _error(request, 404)


def server_error(request):
    return _error(request, 500)


def csrf_failure(request, reason=""):
    return _error(request, 403)


def _error(request, status):
    """An error page that needs no database: it is shown also when the database is the error."""
    return HttpResponse(render_to_string(f"{status}.html", {"is_error": True}), status=status)
