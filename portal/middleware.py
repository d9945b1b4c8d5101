"""What every response carries, and what no request may carry."""

import re

from django.http import Http404

# Features that the portal never uses are closed, also to what might be injected into it.
PERMISSIONS_POLICY = (
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
)
# Long enough to spare the server, short enough that a change is seen at once.
PUBLIC_CACHE = "public, max-age=60"


class HeadersMiddleware:
    """Say how long a public page may be kept, and which browser features are closed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if request.method in {"GET", "HEAD"} and response.status_code in {200, 301}:
            is_personal = (
                response.cookies
                or response.has_header("Vary")
                and ("cookie" in response.headers["Vary"].lower())
            )
            response.headers.setdefault(
                "Cache-Control", "no-store" if is_personal else PUBLIC_CACHE
            )
        return response


class ControlCharactersMiddleware:
    """Drop NUL and other control characters from the query; an address that holds one does not exist.

    PostgreSQL refuses NUL in text, so that without this an odd link would be a server error.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        query = request.META.get("QUERY_STRING", "")
        request.META["QUERY_STRING"] = re.sub("%(0[0-8bcef]|1[0-9a-f]|7f)", "", query, flags=re.I)
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if re.search("[\x00-\x1f\x7f]", request.path_info):
            raise Http404
