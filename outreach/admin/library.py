"""The library of pictures and files: kept once, chosen wherever staff write."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_POST, require_safe

from outreach.models import ArticleVersion, LibraryFile, Material, Picture
from portal.admin import ModelAdmin
from portal.files import NOT_KEPT, FileAdminMixin, FileNotKept, file_response, title_of
from portal.images import RENDITIONS
from portal.text import written_size


class LibraryForm(forms.ModelForm):
    """A title left empty is made from the name of the file."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if "title" in self.fields:
            self.fields["title"].required = False
            self.fields["title"].help_text += " Để trống thì lấy theo tên tệp."
        if "file" in self.fields:
            endings = [f".{end}" for kind in self._meta.model.accepts for end in kind.endings]
            self.fields["file"].widget.attrs["accept"] = ",".join(endings)

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("title") and cleaned.get("file"):
            cleaned["title"] = self.instance.title or title_of(cleaned["file"])
        return cleaned


class LibraryAdmin(FileAdminMixin, ModelAdmin):
    """What pictures and files share: who uses them, and answers for the editor of texts."""

    form = LibraryForm
    list_per_page = 24
    # What a text that is being written may send along with a file.
    upload_fields = ["title", "file"]

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("lua-chon.json", view(self.choices), name=f"{name}_choices"),
            path("dua-len.json", view(self.upload), name=f"{name}_upload"),
            *self.get_file_urls(name, view),
            *super().get_urls(),
        ]

    def get_fieldsets(self, request, obj=None):
        """Who may only look is shown the picture or the link, not where the file lies."""
        fieldsets = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj) or obj is None:
            return fieldsets
        return [
            (name, options | {"fields": [field for field in options["fields"] if field != "file"]})
            for name, options in fieldsets
        ]

    def get_queryset(self, request):
        versions = ArticleVersion.objects.filter(self.in_article(OuterRef("pk")))
        article_count = (
            versions.order_by()
            .values(same=OuterRef("pk"))
            .annotate(n=Count("article", distinct=True))
        )
        return (
            super()
            .get_queryset(request)
            .annotate(
                article_count=Coalesce(
                    Subquery(article_count.values("n"), output_field=IntegerField()), 0
                )
            )
        )

    def get_deleted_objects(self, objs, request):
        """What is used somewhere stays: the page says where, instead of asking for confirmation."""
        deleted, counts, missing, protected = super().get_deleted_objects(objs, request)
        used = [
            format_html("{}: dùng trong {}", one, use) for one in objs for use in self.uses(one)
        ]
        return deleted, counts, missing, [*protected, *used]

    def uses(self, one):
        """Where it is used, as links: in whichever version of an article, as each can be restored."""
        versions = ArticleVersion.objects.filter(self.in_article(one))
        newest = versions.order_by("article_id", "-number").distinct("article_id")
        return [
            _link("tin bài", "article", pk, title)
            for pk, title in newest.values_list("article_id", "title")
        ]

    @method_decorator(require_safe)
    def choices(self, request):
        """A page of the library for a dialog in which staff choose; the newest first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.model.objects.order_by("-uploaded_at", "-pk")
        rows, _has_doubles = self.get_search_results(request, rows, request.GET.get("q", ""))
        page = Paginator(rows, self.list_per_page).get_page(request.GET.get("page"))
        return JsonResponse(
            {"results": [self.as_choice(row) for row in page], "next": page.has_next()}
        )

    @method_decorator(require_POST)
    def upload(self, request):
        """Take a file from the editor; answer as a line of the choices, or with errors by field."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form_class = forms.modelform_factory(self.model, LibraryForm, fields=self.upload_fields)
        form = form_class(request.POST, request.FILES)
        try:
            if form.is_valid():
                added = form.save()
                self.log_addition(request, added, [{"added": {}}])
                return JsonResponse(self.as_choice(added))
            errors = form.errors
        except FileNotKept:
            errors = {"file": [NOT_KEPT]}
        return JsonResponse({"errors": errors}, status=400)

    @admin.display(description="dùng ở")
    def used_in(self, one):
        if one.pk is None:
            return "Chưa dùng ở đâu."
        return format_html_join("", "<div>{}</div>", ((use,) for use in self.uses(one))) or (
            "Chưa dùng ở đâu."
        )

    @admin.display(description="số tin bài dùng", ordering="article_count")
    def article_count(self, one):
        return one.article_count


class PictureAdmin(LibraryAdmin):
    list_display = ["thumbnail", "title", "written_size", "article_count", "uploaded_at"]
    list_display_links = ["title"]
    search_fields = ["title", "alt", "credit"]
    ordering = ["-uploaded_at", "-pk"]
    readonly_fields = ["focal_point", "written_size", "uploaded_at", "used_in"]
    fieldsets = [
        (None, {"fields": ["file", "title", "alt", "credit"]}),
        ("Điểm chính", {"fields": ["focal_point", ("focal_x", "focal_y")]}),
        ("Trong thư viện", {"fields": ["written_size", "uploaded_at", "used_in"]}),
    ]
    upload_fields = ["title", "file", "alt"]

    class Media:
        css = {"all": ["css/admin-library.css"]}
        js = [forms.Script("js/admin/focal-point.js", type="module")]

    def get_file_urls(self, name, view):
        return [
            path("anh/<key>/<rendition>", view(self.rendition), name=f"{name}_rendition"),
        ]

    @method_decorator(require_safe)
    def rendition(self, request, key, rendition):
        if not self.has_view_permission(request):
            raise PermissionDenied
        if rendition not in RENDITIONS:
            raise Http404
        picture = get_object_or_404(Picture, key=key)
        return file_response(
            request, picture.rendition_file(rendition), name=picture.title, as_attachment=False
        )

    def as_choice(self, picture):
        return {
            "key": picture.key,
            "title": picture.title,
            "alt": picture.alt,
            "url": picture.admin_url("w640.webp"),
            "width": picture.width,
            "height": picture.height,
        }

    def in_article(self, picture):
        return Q(cover=picture) | Q(pictures=picture)

    def uses(self, picture):
        materials = Material.objects.filter(cover=picture).order_by("title", "pk")
        return super().uses(picture) + [
            _link("tài liệu", "material", pk, title)
            for pk, title in materials.values_list("pk", "title")
        ]

    @admin.display(description="ảnh")
    def thumbnail(self, picture):
        width, height = picture.rendition_size("c640.webp")
        return format_html(
            '<img class="thumbnail" src="{}" alt="" width="{}" height="{}" loading="lazy">',
            picture.admin_url("c640.webp"),
            width,
            height,
        )

    @admin.display(description="cỡ, điểm ảnh", ordering="width")
    def written_size(self, picture):
        return f"{picture.width} × {picture.height}" if picture.pk else "—"

    @admin.display(description="chỗ không bao giờ bị cắt")
    def focal_point(self, picture):
        if picture.pk is None:
            return "Lưu rồi mới chọn được trên ảnh."
        whole, cut, wide = (
            {"url": picture.admin_url(name), "size": picture.rendition_size(name)}
            for name in ("w640.webp", "c640.webp", "og.jpg")
        )
        return render_to_string(
            "admin/outreach/picture/_focal_point.html", {"whole": whole, "cut": cut, "wide": wide}
        )


class LibraryFileAdmin(LibraryAdmin):
    list_display = [
        "title",
        "kind_name",
        "written_size",
        "page_count",
        "article_count",
        "uploaded_at",
    ]
    search_fields = ["title"]
    ordering = ["-uploaded_at", "-pk"]
    readonly_fields = ["kept", "kind_name", "written_size", "page_count", "uploaded_at", "used_in"]
    fieldsets = [
        (None, {"fields": ["file", "kept", "title"]}),
        (
            "Trong thư viện",
            {"fields": ["kind_name", "written_size", "page_count", "uploaded_at", "used_in"]},
        ),
    ]

    def get_file_urls(self, name, view):
        return [path("tep/<key>/", view(self.file), name=f"{name}_file")]

    @method_decorator(require_safe)
    def file(self, request, key):
        if not self.has_view_permission(request):
            raise PermissionDenied
        kept = get_object_or_404(LibraryFile, key=key)
        return file_response(request, kept.file, name=kept.title)

    def as_choice(self, kept):
        return {
            "key": kept.key,
            "title": kept.title,
            "type": kept.kind_name,
            "size": written_size(kept.size),
            "pages": kept.page_count,
            "url": kept.admin_url(),
        }

    def in_article(self, kept):
        return Q(files=kept) | Q(linked_files=kept)

    @admin.display(description="loại", ordering="content_type")
    def kind_name(self, kept):
        return kept.kind_name or "—"

    @admin.display(description="cỡ", ordering="size")
    def written_size(self, kept):
        return written_size(kept.size) if kept.pk else "—"

    @admin.display(description="tệp đang có")
    def kept(self, kept):
        if kept.pk is None:
            return "Chưa có."
        return format_html('<a href="{}">Mở tệp</a>', kept.admin_url())


def _link(kind, model_name, pk, title):
    address = reverse(f"admin:outreach_{model_name}_change", args=[pk])
    return format_html('{} <a href="{}">{}</a>', kind, address, title)
