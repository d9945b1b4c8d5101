"""Pictures and files of the library, for everybody: only those in what is public now.

Whoever asks, the answer is the same; staff see the others at addresses of the admin.
"""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from outreach.visibility import public_library_files, public_pictures
from portal.files import PUBLIC, file_response
from portal.images import RENDITIONS


@require_safe
def picture(request, key, rendition):
    if rendition not in RENDITIONS:
        raise Http404
    found = get_object_or_404(public_pictures(), key=key)
    return file_response(
        request,
        found.rendition_file(rendition),
        name=found.title,
        as_attachment=False,
        cache_control=PUBLIC,
    )


@require_safe
def library_file(request, key):
    found = get_object_or_404(public_library_files(), key=key)
    return file_response(request, found.file, name=found.title, cache_control=PUBLIC)
