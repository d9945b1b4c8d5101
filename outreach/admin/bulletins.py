"""Where staff compose issues of the e-bulletin. Who lets them out works at the desk: `outreach.admin.bulletin_desk`."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from outreach import bulletins
from outreach.admin.article_form import name_of
from outreach.admin.bulletin_desk import BulletinDeskMixin
from outreach.admin.bulletin_form import (
    ADDING_FIELDS,
    HEAD_FIELDS,
    SOURCES,
    IssueForm,
    ItemForm,
    adding_fields,
)
from outreach.admin.bulletin_mailing import MailingMixin
from outreach.admin.channel_texts import ChannelsMixin
from outreach.article_states import moment_in_words
from outreach.issue_checking import TEXT_LENGTH, findings
from outreach.issue_contents import contents, differences_of_pieces
from outreach.issue_states import FACETS, state_of, with_changed_sources
from outreach.models import BulletinIssue, BulletinItem
from portal.admin import FacetFilter, ModelAdmin, StackedInline, is_key
from portal.autosave import AutosaveMixin
from portal.text import fold

MOST_SUGGESTED = 20


class StateFilter(FacetFilter):
    facets = FACETS


class ChangedSourceFilter(admin.SimpleListFilter):
    title = "nguồn"
    parameter_name = "nguon"

    def lookups(self, request, model_admin):
        return [("da-doi", "Đang soạn, có nguồn đã đổi")]

    def queryset(self, request, queryset):
        return with_changed_sources(queryset) if self.value() == "da-doi" else queryset


class ItemInline(StackedInline):
    """The pieces that are there; others are chosen below them."""

    model = BulletinItem
    form = ItemForm
    template = "admin/outreach/bulletin/items.html"
    ordering = ["order", "pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("article", "material", "figure")

    def get_formset(self, request, obj=None, **options):
        form = type("ItemForm", (ItemForm,), {"draft": request.issue_draft})
        return super().get_formset(request, obj, form=form, **options)

    # Whoever may compose an issue may do so with its pieces.

    def has_add_permission(self, request, obj):
        return False

    def has_change_permission(self, request, obj=None):
        return True

    has_view_permission = has_delete_permission = has_change_permission


class BulletinIssueAdmin(BulletinDeskMixin, MailingMixin, ChannelsMixin, AutosaveMixin, ModelAdmin):
    form = IssueForm
    inlines = [ItemInline]
    change_form_template = "admin/outreach/bulletin/change_form.html"
    list_display = ["name", "title", "state", "piece_count", "composed_by", "last_changed"]
    list_filter = [StateFilter, ChangedSourceFilter, "year", "language", "is_sample"]
    search_fields = ["title", "lead"]
    search_help_text = "Chữ trong chủ đề, lời ngỏ; có dấu hay không dấu đều được."
    ordering = ["-year", "-number", "-pk"]
    autocomplete_fields = ["cover"]
    actions = None
    # The page that is composed stands on the desk, and once it is out among the links there.
    view_on_site = False
    head_fieldsets = [
        (None, {"fields": [("year", "number", "language"), "title", "lead"]}),
        ("Ảnh bìa", {"fields": ["cover", "cover_alt"], "classes": ["collapse"]}),
        ("Ra số này", {"fields": ["publish_at", "is_sample", "made_from"]}),
    ]
    adding_fieldset = (
        "Thêm phần",
        {
            "fields": ADDING_FIELDS,
            "description": "Chọn bao nhiêu cũng được rồi bấm Lưu: phần mới đứng cuối, ở mục vừa ghi.",
        },
    )

    class Media:
        js = [
            forms.widgets.Script("js/admin/autosave.js", type="module"),
            forms.widgets.Script("js/admin/order-items.js", type="module"),
        ]

    # Danh sách

    def get_queryset(self, request):
        rows = super().get_queryset(request).prefetch_related("composers")
        return rows.annotate(piece_count=Count("items", distinct=True))

    @admin.display(description="số", ordering="number")
    def name(self, issue):
        return f"{issue.number}/{issue.year}"

    @admin.display(description="tình trạng")
    def state(self, issue):
        return str(state_of(issue))

    @admin.display(description="số phần", ordering="piece_count")
    def piece_count(self, issue):
        return issue.piece_count

    @admin.display(description="người soạn")
    def composed_by(self, issue):
        return ", ".join(map(name_of, issue.composers.all()))

    @admin.display(description="sửa lần cuối", ordering="changed_at")
    def last_changed(self, issue):
        return moment_in_words(issue.changed_at)

    # Quyền

    def has_change_permission(self, request, obj=None):
        """What was submitted is read and decided on as it stands."""
        return super().has_change_permission(request, obj) and (obj is None or obj.is_open)

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or obj.is_open)

    # Trang soạn

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path(
                "nguon/<slug:kind>.json",
                view(self.sources_view),
                name="outreach_bulletinissue_sources",
            ),
            *super().get_urls(),
        ]

    @method_decorator(require_safe)
    def sources_view(self, request, kind):
        """What may be added to an issue, newest first, as the fields of the composing page ask for it."""
        if kind not in SOURCES:
            raise Http404
        if not super().has_change_permission(request):
            raise PermissionDenied
        _field, rows, words, column = SOURCES[kind]
        rows = rows()
        for word in fold(request.GET.get("term", "")[:200]).split()[:20]:
            rows = rows.filter(**{f"{column}__folded__contains": word})
        page = Paginator(rows, MOST_SUGGESTED).get_page(request.GET.get("page"))
        results = [{"id": str(row.pk), "text": words(row)} for row in page]
        return JsonResponse({"results": results, "pagination": {"more": page.has_next()}})

    def get_fieldsets(self, request, obj=None):
        return [*self.head_fieldsets, self.adding_fieldset] if obj else self.head_fieldsets

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def get_form(self, request, obj=None, change=False, **options):
        added = adding_fields(self.admin_site, request) if obj else {}
        names = [*HEAD_FIELDS, "made_from", *(ADDING_FIELDS if obj else [])]
        form = type("IssueForm", (IssueForm,), added)
        form = super().get_form(request, obj, change, **options | {"form": form, "fields": names})
        request.issue_draft = form.draft
        return form

    def get_changeform_initial_data(self, request):
        year = timezone.localdate().year
        return {"year": year, "number": bulletins.next_number(year)}

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Who may not compose it is shown the desk, where the issue is read and let out."""
        issue = self.get_object(request, object_id)
        if issue and not self.has_change_permission(request, issue):
            if self.has_view_permission(request, issue):
                return redirect("admin:outreach_bulletinissue_desk", issue.pk)
            raise PermissionDenied
        return super().change_view(request, object_id, form_url, extra_context)

    @transaction.atomic
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """One after the other: what somebody saves or submits meanwhile is seen by the checks of this form."""
        if request.method == "POST" and object_id and is_key(object_id):
            list(BulletinIssue.objects.select_for_update().filter(pk=object_id))
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        fieldsets = list(context["adminform"])
        context |= {"head_fieldsets": fieldsets[:3], "adding_fieldset": fieldsets[3:]}
        if obj:
            sources = _sources(obj)
            context |= {
                "state": state_of(obj),
                "steps": self.steps_for(request, obj),
                "findings": findings(obj),
                "returned_by": name_of(obj.returned_by),
                "longest": TEXT_LENGTH,
            }
            for piece in context["inline_admin_formsets"][0].formset.initial_forms:
                piece.instance.standing = sources.get(piece.instance.pk)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        bulletins.note_change(obj, by=request.user)

    def save_related(self, request, form, formsets, change):
        places = dict(form.instance.items.values_list("pk", "order"))
        super().save_related(request, form, formsets, change)
        if change:
            bulletins.put_in_order(form.instance, places)
            bulletins.add_pieces(form.instance, form.new_items(request.user))

    def construct_change_message(self, request, form, formsets, add=False):
        if add:
            return "Mở số mới."
        parts = [str(form.fields[name].label).lower() for name in form.changed_data]
        parts = [name for name in parts if name]
        parts += [f"phần “{item}”" for item, _fields in formsets[0].changed_objects]
        parts += [f"bỏ phần “{item}”" for item in formsets[0].deleted_objects]
        return f"Sửa {', '.join(parts)}." if parts else "Lưu mà không sửa gì."

    def response_add(self, request, obj, post_url_continue=None):
        self.forget_draft(request, None)
        self.message_user(request, "Đã mở số mới. Thêm các phần vào số này.", messages.SUCCESS)
        return redirect("admin:outreach_bulletinissue_change", obj.pk)

    def response_change(self, request, obj):
        self.forget_draft(request, obj)
        self.message_user(request, "Đã lưu.", messages.SUCCESS)
        for name, step, done in [
            ("_take_anew", bulletins.take_anew, "Đã lấy lại từ nguồn"),
            ("_keep_words", bulletins.keep_words, "Đã giữ nguyên lời"),
        ]:
            if is_key(request.POST.get(name, "")):
                self._renew(request, obj, request.POST[name], step, done)
        if "_submit" in request.POST:
            # The page after this one: what the sources give now is kept even if the issue is refused.
            return redirect("admin:outreach_bulletinissue_submit", obj.pk)
        return redirect(reverse("admin:outreach_bulletinissue_change", args=[obj.pk]) + "#cac-phan")

    def _renew(self, request, issue, key, step, done):
        item = issue.items.filter(pk=key).first()
        if item is None:
            return
        try:
            with transaction.atomic():
                step(item)
        except ValidationError as refusal:
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)
        else:
            self.log_change(request, issue, f"{done}: “{item}”.")
            self.message_user(request, f"{done}: “{item}”.", messages.SUCCESS)


def _sources(issue):
    """By the key of each piece: where its source is read, and what has changed there."""
    changed = differences_of_pieces(issue)
    return {
        piece.item.pk: {
            "path": piece.path,
            "written": piece.written,
            "changes": changed[piece.item.pk],
        }
        for section in contents(issue)
        for piece in section.pieces
    }
