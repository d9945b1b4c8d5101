"""What people get when the database is away while they send something."""

from django.shortcuts import render

from portal.views import SECONDS_UNTIL_RECOVERY


def page_to_send_again(request, template, *, title, kept_back=()):
    """A page that needs no database and holds what was typed, to be sent as the same form once more.

    It has the same stamp: should the form have been taken in the very last moment, sending it again finds that.
    """
    kept_back = {"csrfmiddlewaretoken", *kept_back}
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in kept_back
    ]
    context = {"title": title, "is_error": True, "typed": typed, "had_files": bool(request.FILES)}
    response = render(request, template, context, status=503)
    response.headers["Retry-After"] = str(SECONDS_UNTIL_RECOVERY)
    return response
