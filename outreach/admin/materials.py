"""Where staff keep materials: their editions, the shelf they stand on, from when to when they are public."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Exists, OuterRef
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from outreach.editions import save_edition
from outreach.models import Material, MaterialVersion
from portal.admin import RowForm, SlugForm, SlugModelAdmin, StackedInline
from portal.files import FileAdminMixin, file_response
from portal.text import slugify, written_size

# What tells readers nothing new.
NOT_CONTENT = {"published_at", "expires_at", "collection", "is_sample"}

NEW_FILE = (
    "PDF, Word (docx), PowerPoint (pptx), Excel (xlsx), ảnh; tài liệu loại video: mp4 không quá 200 MB;"
    " âm thanh: mp3, m4a không quá 50 MB."
)
KEPT_FILE = "Tệp đã lưu không thay được. Có tệp mới thì thêm lần ra mới."


def may_publish(request):
    return request.user.has_perm("outreach.publish_material")


class MaterialForm(SlugForm):
    def clean(self):
        cleaned = super().clean()
        if "slug" in self.fields and not cleaned.get("slug"):
            cleaned["slug"] = slugify(cleaned.get("title", ""), max_length=110)
        return cleaned


class EditionForm(RowForm):
    """A new edition with its file; of a kept one everything but the file can be corrected."""

    class Meta:
        widgets = {"file": forms.FileInput, "captions": forms.FileInput}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if "title" in self.fields:
            self.fields["title"].required = False
            self.fields["title"].help_text = "Để trống thì lấy tên tài liệu."
        if "file" in self.fields:
            self.fields["file"].disabled = self.instance.pk is not None
            self.fields["file"].help_text = KEPT_FILE if self.instance.pk else NEW_FILE

    def clean(self):
        cleaned = super().clean()
        cleaned["title"] = cleaned.get("title") or cleaned["material"].title
        return cleaned


class EditionFormSet(forms.BaseInlineFormSet):
    def clean(self):
        super().clean()
        material = self.instance
        kept = [form for form in self.forms if form.instance.pk or form.has_changed()]
        if (
            material.published_at
            and not material.embed_url
            and not set(kept) - set(self.deleted_forms)
        ):
            raise ValidationError(
                "Tài liệu đã đặt giờ công khai phải có ít nhất một tệp, hoặc địa chỉ ở trang khác."
            )

    def save_new(self, form, commit=True):
        edition = super().save_new(form, commit=False)
        return save_edition(edition) if commit else edition


class EditionInline(StackedInline):
    model = MaterialVersion
    form = EditionForm
    formset = EditionFormSet
    ordering = ["-number"]
    readonly_fields = ["number", "kept_file"]
    fields = [("number", "issued_on"), "kept_file", "file", "captions", "title", "note"]

    def get_extra(self, request, obj=None, **options):
        return 0 if obj else 1

    @admin.display(description="tệp đã lưu")
    def kept_file(self, edition):
        """A link for staff: it opens whatever the public may not open yet, or ever."""
        if edition.pk is None:
            return "Chưa lưu."
        address = reverse(
            "admin:outreach_material_file", args=[edition.material_id, edition.number]
        )
        return format_html(
            '<a href="{}">{}</a> ({}, {}{})',
            address,
            edition.title,
            edition.type_name,
            written_size(edition.size),
            ", có phụ đề" if edition.captions else "",
        )


class StateFilter(admin.SimpleListFilter):
    title = "tình trạng"
    parameter_name = "tinh-trang"
    words = {
        "ban-thao": "Bản thảo",
        "hen": "Hẹn công khai",
        "cong-khai": "Đang công khai",
        "da-go": "Đã gỡ",
        "noi-bo": "Nội bộ",
    }

    def lookups(self, request, model_admin):
        return self.words.items()

    def queryset(self, request, queryset):
        now = timezone.now()
        rows = {
            "ban-thao": lambda: queryset.filter(published_at=None),
            "hen": lambda: queryset.filter(published_at__gt=now),
            "cong-khai": lambda: queryset.published(now),
            "da-go": lambda: queryset.filter(published_at__lte=now, expires_at__lte=now),
            "noi-bo": lambda: queryset.filter(collection__is_private=True),
        }
        return rows[self.value()]() if self.value() in rows else queryset


class MaterialAdmin(FileAdminMixin, SlugModelAdmin):
    form = MaterialForm
    list_display = [
        "title",
        "kind",
        "language",
        "collection",
        "state",
        "edition_count",
        "updated_at",
    ]
    list_select_related = ["collection"]
    list_filter = [StateFilter, "kind", "language", "collection", "is_sample"]
    search_fields = ["title", "summary"]
    ordering = ["-updated_at", "-pk"]
    autocomplete_fields = ["cover", "translation_of", "procedures"]
    readonly_fields = ["state", "updated_at"]
    inlines = [EditionInline]
    fieldsets = [
        (None, {"fields": ["kind", "title", "slug", "summary"]}),
        ("Ngôn ngữ", {"fields": ["language", "translation_of"]}),
        ("Nghe, nhìn", {"fields": ["embed_url", "transcript"]}),
        ("Bày ở đâu", {"fields": ["collection", "cover", "procedures"]}),
        (
            "Công khai",
            {
                "fields": ["state", ("published_at", "expires_at"), "is_sample", "updated_at"],
                "description": "Người có quyền “Công khai và gỡ tài liệu” đặt giờ. Từ khi có giờ công khai,"
                " chỉ những người đó sửa, xóa tài liệu và các lần ra của nó.",
            },
        ),
    ]

    def get_queryset(self, request):
        editions = MaterialVersion.objects.filter(material=OuterRef("pk"))
        rows = super().get_queryset(request)
        return rows.annotate(edition_count=Count("versions"), has_edition=Exists(editions))

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if may_publish(request) else (*fields, "published_at", "expires_at")

    def has_change_permission(self, request, obj=None):
        """What is public, or will be, is in the hands of those who may publish."""
        is_theirs = obj is None or obj.published_at is None or may_publish(request)
        return is_theirs and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        is_theirs = obj is None or obj.published_at is None or may_publish(request)
        return is_theirs and super().has_delete_permission(request, obj)

    def view_on_site(self, material):
        is_public = Material.objects.published().filter(pk=material.pk).exists()
        return material.get_own_url() if is_public else None

    def save_related(self, request, form, formsets, change):
        """A material is newer only when its words, its files or what it belongs to are."""
        super().save_related(request, form, formsets, change)
        if set(form.changed_data) - NOT_CONTENT or any(rows.has_changed() for rows in formsets):
            form.instance.updated_at = timezone.now()
            form.instance.save(update_fields=["updated_at"])

    def get_urls(self):
        file = path(
            "<int:pk>/tep/<int:number>/",
            self.admin_site.admin_view(self.file_view),
            name="outreach_material_file",
        )
        return [file, *super().get_urls()]

    def file_view(self, request, pk, number):
        """Any edition's file, for staff who may see its material; kept by no cache, as all of the admin."""
        editions = MaterialVersion.objects.select_related("material")
        edition = get_object_or_404(editions, material=pk, number=number)
        if not self.has_view_permission(request, edition.material):
            raise PermissionDenied
        return file_response(request, edition.file, name=edition.title)

    @admin.display(description="tình trạng", ordering="published_at")
    def state(self, material):
        now = timezone.now()
        if material.published_at is None:
            return "bản thảo"
        if material.collection and material.collection.is_private:
            return "nội bộ"
        if material.published_at > now:
            return "hẹn công khai"
        if not material.is_published(now):
            return "đã gỡ"
        if not (material.has_edition or material.embed_url):
            return "chưa có tệp"
        return "đang công khai"

    @admin.display(description="lần ra", ordering="edition_count")
    def edition_count(self, material):
        return material.edition_count


class MaterialCollectionAdmin(SlugModelAdmin):
    list_display = ["name", "slug", "is_private", "material_count", "order"]
    list_filter = ["is_private"]
    search_fields = ["name", "description"]
    ordering = ["order", "name"]
    fields = ["name", "slug", "description", "is_private", "order"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(material_count=Count("materials"))

    def get_readonly_fields(self, request, obj=None):
        """To open a private shelf is to publish all that stands on it."""
        fields = super().get_readonly_fields(request, obj)
        return fields if may_publish(request) else (*fields, "is_private")

    @admin.display(description="số tài liệu", ordering="material_count")
    def material_count(self, collection):
        return collection.material_count
