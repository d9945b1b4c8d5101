"""Where staff write articles. Who approves them works at the desk: `outreach.admin.article_desk`."""

from functools import partial

from django import forms
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef
from django.shortcuts import redirect
from django.utils.translation import override

from outreach import publishing
from outreach.admin.article_calendar import ArticleCalendarMixin
from outreach.admin.article_desk import ArticleDeskMixin
from outreach.admin.article_form import (
    CHOSEN_FIELDS,
    VERSION_FIELDS,
    ArticleForm,
    name_of,
)
from outreach.admin.channel_texts import ChannelsMixin
from outreach.admin.editor import EditorUrlsMixin
from outreach.admin.revisions import RevisionsMixin
from outreach.article_states import (
    FACETS,
    moment_in_words,
    resting_on_ended_acts,
    state_of,
    with_standing,
)
from outreach.checking import findings
from outreach.models import ArticleVersion, Category
from outreach.publishing import Overtaken
from portal.admin import FacetFilter, ModelAdmin
from portal.autosave import AutosaveMixin
from portal.text import fold


class StateFilter(FacetFilter):
    facets = FACETS


class CategoryFilter(admin.SimpleListFilter):
    """By the category that was chosen last."""

    title = "chuyên mục"
    parameter_name = "chuyen-muc"

    def lookups(self, request, model_admin):
        return list(Category.objects.values_list("slug", "name"))

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        newest = ArticleVersion.objects.newest().filter(category__slug=self.value())
        return queryset.filter(Exists(newest.filter(article=OuterRef("pk"))))


class EndedActFilter(admin.SimpleListFilter):
    title = "văn bản liên quan"
    parameter_name = "van-ban"

    def lookups(self, request, model_admin):
        return [("het-hieu-luc", "Đang đăng, dẫn văn bản hết hiệu lực")]

    def queryset(self, request, queryset):
        return resting_on_ended_acts(queryset) if self.value() == "het-hieu-luc" else queryset


class ArticleAdmin(
    ArticleDeskMixin,
    ChannelsMixin,
    RevisionsMixin,
    ArticleCalendarMixin,
    EditorUrlsMixin,
    AutosaveMixin,
    ModelAdmin,
):
    form = ArticleForm
    list_display = ["title", "category", "state", "language", "last_saved"]
    list_filter = [StateFilter, CategoryFilter, "language", EndedActFilter, "is_sample"]
    search_fields = ["slug"]
    search_help_text = "Chữ trong tên bài; có dấu hay không dấu đều được."
    ordering = ["-pk"]
    actions = None
    fieldsets = [
        (None, {"fields": ["title", "lead", "body", "made_from"]}),
        ("Xếp vào đâu", {"fields": ["category", "tags"]}),
        ("Ảnh đầu bài", {"fields": ["cover", "cover_alt", "cover_is_decorative"]}),
        ("Nguồn và tài liệu kèm theo", {"fields": ["author_name", "source", "files"]}),
        ("Liên quan", {"fields": ["procedures", "legal_documents"]}),
        ("Đăng", {"fields": ["publish_at", "expires_at", "comments_enabled"]}),
        ("Ngôn ngữ và địa chỉ", {"fields": ["language", "translation_of", "slug", "is_sample"]}),
    ]

    class Media:
        js = [forms.widgets.Script("js/admin/autosave.js", type="module")]

    # Danh sách

    def get_queryset(self, request):
        return with_standing(super().get_queryset(request))

    def get_search_results(self, request, queryset, search_term):
        newest = ArticleVersion.objects.newest().filter(article=OuterRef("pk"))
        for word in fold(search_term[:200]).split()[:20]:
            newest = newest.filter(title__folded__contains=word)
        return (queryset.filter(Exists(newest)) if search_term.strip() else queryset), False

    @admin.display(description="tên bài")
    def title(self, article):
        return str(article)

    @admin.display(description="chuyên mục")
    def category(self, article):
        return article.newest_version and article.newest_version.category

    @admin.display(description="tình trạng")
    def state(self, article):
        return str(state_of(article))

    @admin.display(description="lưu lần cuối")
    def last_saved(self, article):
        newest = article.newest_version
        return newest and f"{name_of(newest.saved_by)}, {moment_in_words(newest.saved_at)}"

    def view_on_site(self, article):
        if not ArticleVersion.objects.public().filter(article=article).exists():
            return None
        with override(article.language):
            return article.get_absolute_url()

    def has_delete_permission(self, request, obj=None):
        """What was approved once stays on record; a draft may go."""
        allowed = super().has_delete_permission(request, obj)
        if obj is None:
            return allowed
        return allowed and not obj.versions.filter(approved_at__isnull=False).exists()

    # Biểu mẫu

    def get_autocomplete_fields(self, request):
        return ["translation_of", *(name for name in CHOSEN_FIELDS if name != "category")]

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        if obj is None:
            return fields
        was_approved = any(version.approved_at for version in obj.standing)
        return (*fields, "slug", *(["language", "translation_of"] if was_approved else []))

    def get_form(self, request, obj=None, change=False, **options):
        fields = forms.fields_for_model(
            ArticleVersion,
            VERSION_FIELDS,
            formfield_callback=partial(self.formfield_for_dbfield, request=request),
        )
        form = type("ArticleForm", (ArticleForm,), fields)
        return super().get_form(request, obj, change, form=form, **options)

    def formfield_for_dbfield(self, db_field, request, **options):
        field = super().formfield_for_dbfield(db_field, request, **options)
        if db_field.name == "translation_of":
            field.widget.can_add_related = False
        return field

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Who may not write is shown the desk, where the article is read and approved."""
        article = self.get_object(request, object_id)
        may_write = self.has_change_permission(request, article)
        may_read = article and self.has_view_permission(request, article)
        if request.method == "GET" and may_read and not may_write:
            return redirect("admin:outreach_article_desk", article.pk)
        return super().change_view(request, object_id, form_url, extra_context)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Overtaken:
            # Between the check of the form and its saving: the form now sees the other's version.
            return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        newest = obj.newest_version if obj else None
        if newest:
            newest = obj.versions.get(pk=newest.pk)
            context |= {
                "state": state_of(obj),
                "newest": newest,
                "findings": findings(newest),
                "returned_by": name_of(newest.returned_by),
                "steps": self.steps_for(request, newest),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        request.has_new_version = form.is_rewritten
        if not form.is_rewritten:
            return
        form.version.article = obj
        publishing.save_version(
            form.version,
            by=request.user,
            made_from=form.cleaned_data["made_from"] or 0,
            **form.many,
        )

    def construct_change_message(self, request, form, formsets, add=False):
        if add:
            return "Viết bản số 1."
        named = [str(form.fields[name].label).lower() for name in form.rewritten_fields]
        identity = [name for name in form.changed_data if name in form._meta.fields]
        named += [str(form.fields[name].label).lower() for name in identity]
        if not named:
            return "Lưu mà không sửa gì."
        what = ", ".join(named)
        number = form.version.number
        return f"Lưu bản số {number}: sửa {what}." if number else f"Sửa {what}."

    def response_add(self, request, obj, post_url_continue=None):
        self.forget_draft(request, None)
        return self._after_saving(request, obj)

    def response_change(self, request, obj):
        self.forget_draft(request, obj)
        return self._after_saving(request, obj)

    def _after_saving(self, request, obj):
        newest = obj.versions.order_by("-number").first()
        if request.has_new_version:
            self.message_user(request, f"Đã lưu bản số {newest.number}.", messages.SUCCESS)
        else:
            self.message_user(request, "Không có gì thay đổi nên không lưu bản mới.", messages.INFO)
        if "_submit" in request.POST:
            self.submit_version(request, newest)
        return redirect("admin:outreach_article_change", obj.pk)
