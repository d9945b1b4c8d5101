"""The open API: what is public of the answers, for programs."""

from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from feedback import georeport
from feedback.georeport import BadQuestion, Question
from portal.feeds import kept_for_minutes


def _answered(view):
    """Answer in the form that the address asks for, faults too; any page may read it."""

    @wraps(view)
    def answer(request, form, **kwargs):
        status = 200
        try:
            _check_jurisdiction(request)
            name, value = view(request, **kwargs)
        except BadQuestion as fault:
            status = fault.status
            name, value = "errors", [{"code": status, "description": str(fault)}]
        response = _written(name, value, form, status)
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return require_safe(kept_for_minutes(answer))


def _written(name, value, form, status):
    if form == "json":
        as_it_is = {"safe": False, "json_dumps_params": {"ensure_ascii": False}}
        return JsonResponse(value, status=status, **as_it_is)
    text = georeport.as_xml(name, value)
    return HttpResponse(text, content_type="text/xml; charset=utf-8", status=status)


def _check_jurisdiction(request):
    asked = request.GET.get("jurisdiction_id")
    if asked and asked != urlsplit(settings.SITE_URL).hostname:
        raise BadQuestion("jurisdiction_id", 404)


@_answered
def discovery(request):
    return "discovery", georeport.discovery()


@_answered
def services(request):
    return "services", georeport.services()


@_answered
def service(request, code):
    """No service has questions of its own."""
    if code not in {kind.value for kind in georeport.SERVICES}:
        raise BadQuestion("service_code", 404)
    return "service_definition", {"service_code": code, "attributes": []}


@_answered
def requests(request):
    return "service_requests", georeport.requests(Question.read(request.GET))


@_answered
def request_by_number(request, number):
    found = georeport.requests(Question(numbers=(int(number),)))
    if not found:
        raise BadQuestion("service_request_id", 404)
    return "service_requests", found
