"""Where staff write the pages about the portal itself."""

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.http import urlencode

from outreach.models import InformationPage, InformationSection
from portal.admin import SlugForm, SlugModelAdmin, StackedInline
from portal.languages import all_languages
from portal.text import slugify


class SectionInline(StackedInline):
    model = InformationSection
    fields = ["order", "heading", "body"]


class InformationPageForm(SlugForm):
    """Makes the address from the title; a translation is given that of its original."""

    def clean(self):
        cleaned = super().clean()
        if "slug" in self.fields and not cleaned.get("slug"):
            if cleaned.get("language") == "vi":
                cleaned["slug"] = slugify(cleaned.get("title", ""), max_length=80)
            else:
                self.add_error("slug", "Bản dịch: ghi địa chỉ của trang tiếng Việt.")
        return cleaned


class InformationPageAdmin(SlugModelAdmin):
    form = InformationPageForm
    list_display = ["title", "slug", "language", "state", "updated_at", "is_sample"]
    list_filter = ["language", "is_sample"]
    search_fields = ["title", "slug"]
    ordering = ["order", "slug", "-language"]
    inlines = [SectionInline]
    readonly_fields = ["translations", "updated_at"]
    fieldsets = [
        (None, {"fields": ["title", "lead"]}),
        ("Ngôn ngữ", {"fields": ["language", "slug", "translations"]}),
        (
            "Công khai",
            {
                "fields": [
                    "published_at",
                    ("order", "is_in_menu", "is_in_footer"),
                    "is_sample",
                    "updated_at",
                ]
            },
        ),
    ]

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "language") if obj else fields

    def view_on_site(self, page):
        is_public = InformationPage.objects.published().filter(pk=page.pk).exists()
        return page.get_own_url() if is_public else None

    def save_related(self, request, form, formsets, change):
        """A page is newer only when its words, or those of a section, are."""
        super().save_related(request, form, formsets, change)
        if form.has_changed() or any(formset.has_changed() for formset in formsets):
            form.instance.updated_at = timezone.now()
            form.instance.save(update_fields=["updated_at"])

    @admin.display(description="tình trạng")
    def state(self, page):
        if page.published_at is None:
            return "bản thảo"
        return "công khai" if page.is_published(timezone.now()) else "sắp công khai"

    @admin.display(description="các bản khác")
    def translations(self, page):
        """Links to the same page in the other languages, there or still to be written."""
        if page.pk is None:
            return "Lưu rồi mới thêm được bản dịch."
        known = dict(InformationPage.objects.filter(slug=page.slug).values_list("language", "pk"))
        others = [(code, name) for code, name in all_languages() if code != page.language]
        links = [
            (
                reverse("admin:outreach_informationpage_change", args=[known[code]]),
                f"Sửa bản {name}",
            )
            if code in known
            else (_address_to_add(page.slug, code), f"Thêm bản {name}")
            for code, name in others
        ]
        return format_html_join(" · ", '<a href="{}">{}</a>', links)


def _address_to_add(slug, language):
    query = urlencode({"slug": slug, "language": language})
    return f"{reverse('admin:outreach_informationpage_add')}?{query}"
