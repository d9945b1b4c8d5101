"""Rich text for staff: the field, and the pages of the portal that a link may be made to by choosing."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import JsonResponse
from django.urls import get_script_prefix, path, reverse
from django.utils.translation import override
from django.views.decorators.http import require_GET

from outreach.models import Article, ArticleVersion, InformationPage, Material
from portal.fields import RichTextField
from portal.text import clean_line, fold
from procedures.models import LegalDocument, Procedure, ServicePoint

LONGEST_QUERY = 100
MOST_OF_A_KIND = 6


class RichTextWidget(forms.Textarea):
    """A textarea for HTML; with script, an editor of what the sanitiser keeps."""

    template_name = "admin/outreach/editor.html"

    class Media:
        css = {"all": ["css/admin-editor.css"]}
        js = [forms.Script("js/admin/editor.js", type="module")]

    def __init__(self, attrs=None):
        super().__init__({"rows": 20, "cols": 80, "class": "editor__source"} | (attrs or {}))

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["addresses"] = {
            "links": reverse("admin:outreach_link_choices"),
            # Where staff see a picture, public or not; its key stands in the place of the letters.
            "picture": reverse("admin:outreach_picture_rendition", args=["KEY", "w640.webp"]),
            "pictures": reverse("admin:outreach_picture_choices"),
            "picture-upload": reverse("admin:outreach_picture_upload"),
            "files": reverse("admin:outreach_libraryfile_choices"),
            "file-upload": reverse("admin:outreach_libraryfile_upload"),
        }
        return context

    def use_required_attribute(self, initial):
        # The textarea hides behind the editor, where a browser could not point at it.
        return False


class EditorUrlsMixin:
    """For the admin class of articles: the editor at every field of rich text, and what it asks for."""

    def formfield_for_dbfield(self, db_field, request, **options):
        if isinstance(db_field, RichTextField):
            options.setdefault("widget", RichTextWidget)
        return super().formfield_for_dbfield(db_field, request, **options)

    def get_urls(self):
        choices = self.admin_site.admin_view(link_choices)
        return [
            path("lien-ket.json", choices, name="outreach_link_choices"),
            *super().get_urls(),
        ]


@require_GET
def link_choices(request):
    """Pages of the portal whose name holds all the words that were typed, with accents or without."""
    if not any(map(request.user.has_perm, ["outreach.add_article", "outreach.change_article"])):
        raise PermissionDenied
    words = fold(clean_line(request.GET.get("q", "")[:LONGEST_QUERY])).split()
    results = [
        {"title": _title(page), "kind": kind, "url": _address(page)}
        for kind, pages, fields in (_linkable() if words else [])
        for page in pages.filter(*(_holds(word, fields) for word in words))[:MOST_OF_A_KIND]
    ]
    return JsonResponse({"results": results})


def _linkable():
    """What a link may be made to: what the public reads, and articles that are still being written."""
    published = Article.objects.published()
    articles = ArticleVersion.objects.newest().select_related("article").order_by("-pk")
    materials = Material.objects.published().newest_first()
    return [
        ("Thủ tục", Procedure.objects.listed().in_name_order(), ["code", "name"]),
        ("Tin bài", articles.filter(article__in=published), ["title"]),
        ("Tin bài chưa đăng", articles.exclude(article__in=published), ["title"]),
        ("Văn bản", LegalDocument.objects.order_by("number"), ["number", "title"]),
        ("Tài liệu", materials, ["title"]),
        ("Nơi nộp hồ sơ", ServicePoint.objects.in_name_order(), ["name"]),
        ("Trang giới thiệu", InformationPage.objects.published().in_order(), ["title"]),
    ]


def _holds(word, fields):
    return Q(*((f"{field}__folded__contains", word) for field in fields), _connector=Q.OR)


def _address(page):
    """The page's path in its own language, as a text keeps it: wherever the portal is mounted."""
    with override(getattr(getattr(page, "article", page), "language", "vi")):
        return page.get_absolute_url().removeprefix(get_script_prefix().rstrip("/"))


def _title(page):
    if isinstance(page, Procedure):
        return f"{page.code} {page.name}"
    if isinstance(page, LegalDocument):
        return f"{page.number} {page.title}"
    return getattr(page, "title", None) or page.name
