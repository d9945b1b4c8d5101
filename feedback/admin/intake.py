"""What the province has decided about intake: the legal routes, the settings, the texts of consent, who works where."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.shortcuts import redirect

from feedback.models import ConsentText, IntakeSettings
from feedback.rights import denunciation_officers
from portal.admin import ModelAdmin

# Of two one can read what is said about the other.
LEAST_OFFICERS = 2


class LegalRouteAdmin(ModelAdmin):
    list_display = ["kind", "agency", "address", "phone", "is_sample"]
    autocomplete_fields = ["agency", "legal_documents"]
    fieldsets = [
        (None, {"fields": ["kind", "what_it_is", "how_to_send", "what_to_write", "time_limits"]}),
        ("Gửi ở đâu", {"fields": ["agency", "address", "phone", "hours", "form_url"]}),
        ("Căn cứ", {"fields": ["legal_documents", "is_sample"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        return ["kind"] if obj else []


class IntakeSettingsForm(forms.ModelForm):
    def clean_takes_denunciations(self):
        takes = self.cleaned_data["takes_denunciations"]
        if takes and denunciation_officers().count() < LEAST_OFFICERS:
            raise forms.ValidationError(
                "Xin giao quyền “Xử lý tố cáo” cho ít nhất hai người trước, để khi tố cáo nói về một người thì còn"
                " người kia đọc được."
            )
        return takes


class IntakeSettingsAdmin(ModelAdmin):
    """One row, so that its list is its page."""

    form = IntakeSettingsForm
    fields = ["takes_denunciations", "receiving_agency", "working_from", "working_until"]
    autocomplete_fields = ["receiving_agency"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        row, _is_new = IntakeSettings.objects.get_or_create(pk=1)
        return redirect("admin:feedback_intakesettings_change", row.pk)


class ConsentTextForm(forms.ModelForm):
    language = forms.ChoiceField(label="ngôn ngữ", choices=settings.LANGUAGES)


class ConsentTextAdmin(ModelAdmin):
    """Words that somebody agreed to are proof: they are added to, never changed, and a trigger holds that, too."""

    form = ConsentTextForm
    list_display = ["purpose", "language", "version", "statement", "created_at"]
    list_filter = ["purpose", "language"]
    ordering = ["purpose", "language", "-version"]
    fields = ["purpose", "language", "statement", "notice"]

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_fields(self, request, obj=None):
        return [*self.fields, "version", "created_at"] if obj else self.fields

    @transaction.atomic
    def save_model(self, request, obj, form, change):
        """The number follows that of the last one."""
        others = ConsentText.objects.filter(purpose=obj.purpose, language=obj.language)
        obj.version = (others.aggregate(last=Max("version"))["last"] or 0) + 1
        super().save_model(request, obj, form, change)


class AssignmentAdmin(ModelAdmin):
    list_display = ["user", "agency"]
    list_select_related = ["user", "agency"]
    list_filter = [("agency", admin.RelatedOnlyFieldListFilter)]
    autocomplete_fields = ["user", "agency"]
    search_fields = ["user__username", "user__last_name", "user__first_name", "agency__name"]
    ordering = ["agency__sort_key", "user__username", "pk"]
