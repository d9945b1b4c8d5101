"""What every response carries, and what no request may carry."""

import re
from urllib.parse import quote

from django.http import Http404, HttpResponseNotAllowed

from portal.exceptions import TooManyRequests
from portal.views import method_not_allowed, too_many_requests

# Features that the portal never uses are closed, also to what might be injected into it.
PERMISSIONS_POLICY = (
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
)
# Long enough to spare the server, short enough that a change is seen at once.
PUBLIC_CACHE = "public, max-age=60"
# Those that RFC 3986 allows in a query beside letters and digits.
QUERY_CHARACTERS = "%-._~!$&'()*+,;=:@/?"


class HeadersMiddleware:
    """Say how long a public page may be kept, and which browser features are closed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if request.method in {"GET", "HEAD"} and response.status_code in {200, 301, 404}:
            is_personal = (
                response.cookies
                or response.has_header("Vary")
                and ("cookie" in response.headers["Vary"].lower())
            )
            response.headers.setdefault(
                "Cache-Control", "no-store" if is_personal else PUBLIC_CACHE
            )
        elif response.status_code >= 400:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class ControlCharactersMiddleware:
    """Drop NUL and other control characters from the query; an address that holds one does not exist.

    PostgreSQL refuses NUL in text, so that without this an odd link would be a server error.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # As browsers write it; some programs send the bytes of letters bare, which no link may repeat.
        query = quote(request.META.get("QUERY_STRING", ""), QUERY_CHARACTERS, encoding="latin-1")
        request.META["QUERY_STRING"] = re.sub("%(0[0-8bcef]|1[0-9a-f]|7f)", "", query, flags=re.I)
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if re.search("[\x00-\x1f\x7f]", request.path_info):
            raise Http404


class ErrorPagesMiddleware:
    """Give a page to the refusals for which Django has none: of a method, and of too many requests.

    The innermost one, so that these pages carry what every page does.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return method_not_allowed(request, response.headers["Allow"])
        return response

    def process_exception(self, request, exception):
        if isinstance(exception, TooManyRequests):
            return too_many_requests(request, exception.retry_after)
