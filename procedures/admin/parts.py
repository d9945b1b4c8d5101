"""The pages of one method with its fees and of one case with its papers, reached from the procedure."""

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html

from portal.admin import ModelAdmin, StackedInline
from procedures import publication
from procedures.admin.publishing import KeepsProcedureWhole
from procedures.models import Fee, RequiredDocument


class FeeInline(StackedInline):
    model = Fee
    fields = [
        ("order", "kind"),
        "name",
        ("amount", "currency"),
        "note",
        "exempt",
        "source_text",
    ]


class RequiredDocumentInline(StackedInline):
    model = RequiredDocument
    fields = [
        ("order", "is_note"),
        "name",
        ("original_qty", "copy_qty", "photocopy_qty"),
        ("form_name", "form_url"),
        "note",
    ]


class PartAdmin(KeepsProcedureWhole, ModelAdmin):
    """A part is added and deleted on its procedure's page; here it is filled in."""

    change_form_template = "admin/procedures/part_change_form.html"
    readonly_fields = ["procedure_link"]
    list_display = ["procedure", "__str__"]
    list_select_related = ["procedure"]
    search_fields = ["procedure__code", "procedure__name"]
    ordering = ["procedure__code", "order", "pk"]

    def procedure_id(self, obj):
        return obj.procedure_id

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("procedure")

    @admin.display(description="thủ tục")
    def procedure_link(self, part):
        address = reverse("admin:procedures_procedure_change", args=[part.procedure_id])
        return format_html('<a href="{}">{}</a>', address, part.procedure)

    def has_module_permission(self, request):
        return False

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and obj is not None and obj.procedure.status in publication.NEVER_PUBLISHED

    def response_post_save_change(self, request, obj):
        return self._back_to_procedure(obj.procedure_id)

    def response_delete(self, request, obj_display, obj_id):
        super().response_delete(request, obj_display, obj_id)
        return self._back_to_procedure(request.deleted_from)

    def delete_model(self, request, obj):
        request.deleted_from = obj.procedure_id
        super().delete_model(request, obj)
        publication.note_edit(obj.procedure_id)

    @staticmethod
    def _back_to_procedure(procedure_id):
        return HttpResponseRedirect(
            reverse("admin:procedures_procedure_change", args=[procedure_id])
        )


class SubmissionMethodAdmin(PartAdmin):
    inlines = [FeeInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "procedure_link",
                    ("kind", "order"),
                    ("duration_value", "duration_unit"),
                    "duration_note",
                    "description",
                ]
            },
        )
    ]


class DossierCaseAdmin(PartAdmin):
    inlines = [RequiredDocumentInline]
    fieldsets = [(None, {"fields": ["procedure_link", "name", "order"]})]
