from django import forms

from portal.admin import SlugForm, SlugModelAdmin
from procedures.services import complete_procedures


class SectorAdmin(SlugModelAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    ordering = ["sort_key", "pk"]
    fields = ["name", "slug", "description"]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and "name" in form.changed_data:
            complete_procedures(obj.procedures.values_list("pk", flat=True))


class SectorGroupForm(SlugForm):
    class Meta:
        widgets = {"sectors": forms.CheckboxSelectMultiple}


class SectorGroupAdmin(SlugModelAdmin):
    form = SectorGroupForm
    list_display = ["name", "order", "description"]
    list_editable = ["order"]
    search_fields = ["name", "description"]
    autocomplete_fields = ["procedures"]
    fields = ["name", "slug", "description", "icon", "order", "sectors", "procedures"]


class AudienceAdmin(SlugModelAdmin):
    list_display = ["name", "order"]
    list_editable = ["order"]
    search_fields = ["name"]
    fields = ["name", "slug", "order"]
