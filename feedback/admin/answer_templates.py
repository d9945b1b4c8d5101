"""Texts that answers begin with: who keeps them, and which fit a ticket."""

import re

from django.contrib import admin
from django.db.models import Q

from feedback.models import AnswerTemplate, Ticket
from portal.admin import ModelAdmin
from procedures.models import Agency

# A number alone, as of a footnote, is no place to be filled in.
_PLACE = re.compile(r"\[[^\[\]\n]*[^\W\d_][^\[\]\n]*\]")


def unfilled_places(text) -> list[str]:
    """What still stands in square brackets, each once."""
    return list(dict.fromkeys(_PLACE.findall(text)))


def fitting_templates(ticket):
    """Those for tickets of its kind, of all agencies and of the one that has it."""
    of_kind = Q(kind="") | Q(kind=ticket.kind)
    agency_id = ticket.handling_agency_id or ticket.receiving_agency_id
    return AnswerTemplate.objects.filter(of_kind, Q(agency=None) | Q(agency=agency_id))


class AnswerTemplateAdmin(ModelAdmin):
    """Those of all agencies are kept by who sees the tickets of all; an agency keeps its own."""

    list_display = ["title", "kind", "agency", "is_sample"]
    list_filter = [("agency", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["agency"]
    search_fields = ["title", "body"]
    fields = ["title", "body", "kind", "agency", "order", "is_sample"]

    def get_queryset(self, request):
        templates = super().get_queryset(request)
        if self._keeps_all(request):
            return templates
        return templates.filter(Q(agency=None) | Q(agency__in=_agencies_of(request.user)))

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._keeps(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._keeps(request, obj)

    def formfield_for_foreignkey(self, db_field, request, **options):
        field = super().formfield_for_foreignkey(db_field, request, **options)
        field.queryset = Agency.objects.current().in_name_order()
        if not self._keeps_all(request):
            field.queryset = field.queryset.filter(pk__in=_agencies_of(request.user))
            field.required = True
        return field

    def formfield_for_choice_field(self, db_field, request, **options):
        """No answer is given here to what goes by other laws."""
        options["choices"] = [
            ("", "Mọi loại"),
            *((kind, kind.label) for kind in Ticket.Kind if kind not in Ticket.BY_OTHER_LAW),
        ]
        return super().formfield_for_choice_field(db_field, request, **options)

    def _keeps_all(self, request):
        return request.user.has_perm("feedback.view_every_ticket")

    def _keeps(self, request, obj):
        if obj is None or self._keeps_all(request):
            return True
        return obj.agency_id is not None and obj.agency in _agencies_of(request.user)


def _agencies_of(user):
    return Agency.objects.filter(assignments__user=user)
