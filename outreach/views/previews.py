"""An article before it is public, as its page will show it: at a private address, and in the admin."""

from django.db.models import prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from outreach import previews, publishing
from outreach.models import ArticleVersion
from outreach.views.articles import article_context, article_parts
from portal.files import file_response
from portal.images import RENDITIONS

# What is not public is kept by no cache, found by no search engine, and its address told to nobody.
SECRET = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}


@require_safe
def preview(request, token):
    return preview_page(request, _version_or_404(token), request.path, is_shared=True)


@require_safe
def preview_picture_by_token(request, token, key, rendition):
    return preview_picture(request, _version_or_404(token), key, rendition)


@require_safe
def preview_file_by_token(request, token, key):
    return preview_file(request, _version_or_404(token), key)


def preview_page(request, version, base, *, is_shared=False):
    """The page of a version; its pictures and files lead below `base`, where the same rights are asked for."""
    now = timezone.now()
    state = {"is_shared": is_shared, "is_public": version.is_public(now)}
    if not version.approved_at:
        dates = publishing.dates_if_approved(version, now)
        version.published_at, version.public_from = dates
    prefetch_related_objects([version], *article_parts())
    page = render(request, "outreach/preview.html", article_context(version) | state)
    _keep_secret(page)
    html = previews.with_private_addresses(page.content.decode(), version, base)
    page.content = html.encode()
    return page


def preview_picture(request, version, key, rendition):
    picture = get_object_or_404(previews.pictures_of(version), key=key)
    if rendition not in RENDITIONS:
        raise Http404
    return _secret_file(request, picture.rendition_file(rendition), picture.title)


def preview_file(request, version, key):
    file = get_object_or_404(previews.files_of(version), key=key)
    return _secret_file(request, file.file, file.title, as_attachment=True)


def _secret_file(request, stored, name, *, as_attachment=False):
    answer = file_response(request, stored, name=name, as_attachment=as_attachment)
    _keep_secret(answer)
    return answer


def _keep_secret(answer):
    for name, value in SECRET.items():
        answer.headers[name] = value


def _version_or_404(token):
    """The newest version of the article; wrong, expired and revoked addresses are answered alike."""
    article = previews.article_at(token)
    if article is None:
        raise Http404
    versions = ArticleVersion.objects.newest().select_related("article", "category", "cover")
    return get_object_or_404(versions, article=article)
