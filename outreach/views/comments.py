"""Where readers write a comment on an article."""

from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from outreach.forms import CommentForm
from outreach.models import ArticleVersion, Comment
from portal import limits
from portal.exceptions import TooManyRequests
from portal.forms import form_page

# More than a reader writes, and than a moderator can read.
COMMENT_LIMIT = {"limit": 5, "overall": 200, "seconds": 60 * 60}


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
@sensitive_post_parameters("name", "email", "body")
def comment_new(request, slug):
    version = get_object_or_404(_public_versions(slug), comments_enabled=True)
    form = CommentForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            if not Comment.objects.filter(form_key=form.form_key).exists():
                limits.spend("outreach.comment", request, **COMMENT_LIMIT)
                form.save_once(version.article)
            return redirect("outreach:comment_sent", slug=slug)
        except TooManyRequests as refusal:
            form.refuse(refusal)
    return form_page(request, "outreach/comment_new.html", form, version=version)


@require_safe
def comment_sent(request, slug):
    version = get_object_or_404(_public_versions(slug))
    return render(request, "outreach/comment_sent.html", {"version": version})


def _public_versions(slug):
    return ArticleVersion.objects.public().filter(article__slug=slug).select_related("article")
