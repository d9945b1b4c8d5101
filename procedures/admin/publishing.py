"""What the pages of a procedure and of its parts share: an edit never takes a compulsory part from the public."""

from django import forms
from django.core.exceptions import ValidationError

from procedures import publication


class EditRefused(Exception):
    pass


class RefusableForm(forms.ModelForm):
    refusal = None

    def clean(self):
        if self.refusal:
            raise ValidationError(self.refusal)
        return super().clean()


class KeepsProcedureWhole:
    """Save everything, then look whether the procedure may stand like this; if not, undo and show why.

    What is missing is only known once the rows of all inlines are saved. The refused form comes back
    with everything that was typed.
    """

    form = RefusableForm

    def procedure_id(self, obj):
        raise NotImplementedError

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except EditRefused as refused:
            request.refusal = str(refused)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, change=False, **options):
        form = super().get_form(request, obj, change, **options)
        form.refusal = getattr(request, "refusal", None)
        return form

    def save_model(self, request, obj, form, change):
        request.state_before = publication.publication_state(self.procedure_id(obj))
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        procedure_id = self.procedure_id(form.instance)
        after = publication.publication_state(procedure_id)
        if refusal := publication.refused_content(request.state_before, after):
            raise EditRefused(refusal)
        publication.note_edit(procedure_id)
