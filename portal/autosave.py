"""What staff type into a form of the admin is kept while they type, until they save or drop it.

`AutosaveMixin` gives it to a `ModelAdmin`; its script is `js/admin/autosave.js`. Without script nothing is kept,
and nothing else changes.
"""

import json

from django import forms
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from portal.models import FormDraft

# Of all that was typed, as JSON: a hundred pages of text.
LARGEST_DRAFT = 1_000_000
NOT_TYPED = ("csrfmiddlewaretoken", "_popup", "_to_field")
RESTORE = "khoi-phuc"


class AutosavedForm(forms.ModelForm):
    """Shows what a draft holds as if it had just been typed."""

    draft = None

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if self.draft is None or self.is_bound:
            return
        sent = _as_sent(self.draft.fields)
        for name, field in self.fields.items():
            if not isinstance(field, forms.FileField):
                prefixed = self.add_prefix(name)
                self.initial[name] = field.widget.value_from_datadict(sent, {}, prefixed)


class AutosaveMixin:
    """For a `ModelAdmin` whose form is an `AutosavedForm`; its template includes `admin/_autosave.html`."""

    def get_urls(self):
        kind = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("luu-tam/", view(self.autosave_view), name=f"{kind}_autosave"),
            path("bo-ban-go-do/", view(self.discard_draft_view), name=f"{kind}_discard_draft"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def autosave_view(self, request):
        """Keep what a form holds now; an earlier draft of the same person and form gives way."""
        name = self._form_name(request, request.POST.get("_form_of", ""))
        fields = {
            key: values
            for key, values in request.POST.lists()
            if key not in NOT_TYPED and key != "_form_of"
        }
        if len(json.dumps(fields)) > LARGEST_DRAFT:
            return JsonResponse({"error": "Bài dài quá nên không lưu tạm được."}, status=413)
        now = timezone.now()
        FormDraft.objects.update_or_create(
            user=request.user, form=name, defaults={"fields": fields, "saved_at": now}
        )
        return JsonResponse({"saved_at": f"{timezone.localtime(now):%H:%M:%S}"})

    @method_decorator(require_POST)
    def discard_draft_view(self, request):
        object_id = request.POST.get("_form_of", "")
        self._drafts(request, self._form_name(request, object_id)).delete()
        return redirect(self._form_address(object_id))

    def get_form(self, request, obj=None, change=False, **options):
        form = super().get_form(request, obj, change, **options)
        if request.method == "GET" and RESTORE in request.GET:
            form.draft = self._drafts(request, self._name_for(obj)).first()
        return form

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["autosave"] = self._autosave_context(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_add(self, request, obj, *args, **options):
        self.forget_draft(request, None)
        return super().response_add(request, obj, *args, **options)

    def response_change(self, request, obj):
        self.forget_draft(request, obj)
        return super().response_change(request, obj)

    def forget_draft(self, request, obj):
        """What was typed is saved: of the row, or of the form for a new one."""
        self._drafts(request, self._name_for(obj)).delete()

    def _autosave_context(self, request, obj):
        address = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        draft = self._drafts(request, self._name_for(obj)).first()
        was_restored = request.method == "GET" and RESTORE in request.GET
        return {
            "draft": draft,
            "was_restored": bool(draft) and was_restored,
            # A form that came back with errors holds what was typed last.
            "is_offered": bool(draft) and not was_restored and request.method == "GET",
            "object_id": obj.pk if obj else "",
            "save_address": reverse(f"{address}_autosave"),
            "discard_address": reverse(f"{address}_discard_draft"),
            "restore_address": f"?{RESTORE}=1",
        }

    def _form_name(self, request, object_id):
        """The name of the form, if it exists and this person may save it."""
        obj = None
        if object_id and (obj := self.get_object(request, unquote(object_id))) is None:
            raise Http404
        allowed = (
            self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        )
        if not allowed:
            raise PermissionDenied
        return self._name_for(obj)

    def _name_for(self, obj):
        return f"{self.opts.label_lower}:{obj.pk if obj else ''}"

    def _form_address(self, object_id):
        address = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        if object_id:
            return reverse(f"{address}_change", args=[object_id])
        return reverse(f"{address}_add")

    def _drafts(self, request, name):
        return FormDraft.objects.filter(user=request.user, form=name)


def _as_sent(fields):
    sent = QueryDict(mutable=True)
    for name, values in fields.items():
        sent.setlist(name, values)
    return sent
