"""What all admin pages share: their site, and fields and searches that suit Vietnamese staff."""

import re
from decimal import Decimal

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import (
    AdminTextareaWidget,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
    RelatedFieldWidgetWrapper,
)
from django.db.models import CharField, DecimalField, Max, Q, TextField, Transform, URLField
from django.views.i18n import JavaScriptCatalog

from portal.fields import ProseField
from portal.files import title_of
from portal.text import fold, slugify


class PortalAdminSite(admin.AdminSite):
    site_header = "Quản trị Cổng cải cách hành chính"
    site_title = "Quản trị"
    index_title = "Việc cần làm"
    # Tables and their filters need the width; the staff home lists everything.
    enable_nav_sidebar = False

    def get_app_list(self, request, app_label=None):
        """Models in the order in which they were registered: the order of the work, not of the alphabet."""
        place = {model: number for number, model in enumerate(self._registry)}
        apps = list(self._build_app_dict(request, app_label).values())
        for app in apps:
            app["models"].sort(key=lambda row: place[row["model"]])
        return sorted(apps, key=lambda app: place[app["models"][0]["model"]])

    def i18n_javascript(self, request, extra_context=None):
        return AdminScriptCatalog.as_view(packages=["django.contrib.admin"])(request)


class AdminScriptCatalog(JavaScriptCatalog):
    """The words of Django's scripts, with ours where it has no Vietnamese for them."""

    def get_paths(self, packages):
        return [*super().get_paths(packages), *settings.LOCALE_PATHS]


@CharField.register_lookup
@TextField.register_lookup
class Folded(Transform):
    """Text without accents and capitals, as `portal.text.fold` makes it."""

    lookup_name = "folded"
    # The three marks of letters and the five tones, as they stand apart from their letters.
    template = (
        r"lower(translate(normalize(%(expressions)s, NFD),"
        r" E'Đđ\u0302\u0306\u031b\u0300\u0301\u0303\u0309\u0323', 'dd'))"
    )


class NumberField(forms.DecimalField):
    """A number as it is written here: "50.000" is fifty thousand, "1,5" one and a half."""

    def __init__(self, **options):
        super().__init__(**options | {"localize": True})

    def prepare_value(self, value):
        if isinstance(value, Decimal):
            return value.quantize(Decimal(1)) if value == value.to_integral() else value.normalize()
        return value


FORMFIELDS = {
    DecimalField: {"form_class": NumberField},
    URLField: {"assume_scheme": "https"},
}


def name_in_table(form):
    """Tell the name of a cell's field to a screen reader: in a table the label stands in the head only."""
    for field in form.fields.values():
        if field.label:
            widget = getattr(field.widget, "widget", field.widget)
            widget.attrs.setdefault("aria-label", field.label)


class ListRowForm(forms.ModelForm):
    """A row of a list that can be edited in place."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        name_in_table(self)


def is_key(value):
    """Whether a value that was sent can be the key of a row."""
    return re.fullmatch(r"[0-9]{1,18}", str(value)) is not None


class KeysOnly:
    """Shows no choice for what is no key: a form sent with it is refused at its field instead of failing."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [pk for pk in value if is_key(pk)], attr)


class KnownAutocompleteSelect(KeysOnly, AutocompleteSelect):
    """Shows the object that its row has fetched already, instead of one query for each row."""

    known = None

    def optgroups(self, name, value, attr=None):
        if self.known is None or [str(pk) for pk in value] != [str(self.known.pk)]:
            return super().optgroups(name, value, attr)
        chosen = {str(self.known.pk)}
        options = [self.create_option(name, self.known.pk, str(self.known), chosen, 0)]
        if not self.is_required:
            options.insert(0, self.create_option(name, "", "", chosen, 0))
        return [(None, options, 0)]


class KeyedAutocompleteSelectMultiple(KeysOnly, AutocompleteSelectMultiple):
    pass


class ChoiceMixin:
    def formfield_for_dbfield(self, db_field, request, **options):
        """Let a form choose or add another object, not change or delete it by the way."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_change_related = field.widget.can_delete_related = False
        return field

    def formfield_for_foreignkey(self, db_field, request, **options):
        if db_field.name in self.get_autocomplete_fields(request):
            options["widget"] = KnownAutocompleteSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **options)

    def formfield_for_manytomany(self, db_field, request, **options):
        if db_field.name in self.get_autocomplete_fields(request):
            options["widget"] = KeyedAutocompleteSelectMultiple(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **options)


class ModelAdmin(ChoiceMixin, admin.ModelAdmin):
    """Searches without accents, in all `search_fields`, for every word typed."""

    formfield_overrides = FORMFIELDS | {
        ProseField: {"widget": AdminTextareaWidget(attrs={"rows": 4})}
    }
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER

    def get_changelist_form(self, request, **options):
        return super().get_changelist_form(request, **{"form": ListRowForm} | options)

    def get_search_results(self, request, queryset, search_term):
        for word in fold(search_term[:200]).split()[:20]:
            fields = self.get_search_fields(request)
            queryset = queryset.filter(
                Q(*((f"{field}__folded__contains", word) for field in fields), _connector=Q.OR)
            )
        return queryset, False

    def get_deleted_objects(self, objs, request):
        """What keeps a row from being deleted is named by its kind alone: it may be what this person may not see."""
        *found, protected = super().get_deleted_objects(objs, request)
        return *found, sorted({str(row).partition(":")[0] for row in protected})

    def save_formset(self, request, form, formset, change):
        """Put a new row whose place was left empty after the others."""
        if "order" in formset.form.base_fields:
            last = formset.queryset.aggregate(last=Max("order"))["last"] or 0
            for row in formset.save(commit=False):
                if row.order is None:
                    last += 1
                    row.order = last
        super().save_formset(request, form, formset, change)


class SlugForm(forms.ModelForm):
    """Makes the page's address from the name; once made, it is never changed, as others link to it."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = "Để trống thì lấy theo tên. Lưu rồi không đổi được."

    def clean(self):
        cleaned = super().clean()
        if "slug" in self.fields and not cleaned.get("slug") and cleaned.get("name"):
            cleaned["slug"] = slugify(cleaned["name"], max_length=110)
        return cleaned


class SlugModelAdmin(ModelAdmin):
    form = SlugForm

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "slug") if obj else fields


class RowForm(forms.ModelForm):
    """A row of an inline."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        fetched = self.instance._state.fields_cache
        for name, field in self.fields.items():
            select = getattr(field.widget, "widget", None)
            if isinstance(select, KnownAutocompleteSelect):
                select.known = fetched.get(name)
        if "order" in self.fields:
            self.fields["order"].required = False
            if self.instance.pk is None:
                self.initial["order"] = None


class KeptFileForm(RowForm):
    """A new file; of a kept one everything but the file itself can be corrected."""

    class Meta:
        widgets = {"file": forms.FileInput}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if "title" in self.fields:
            self.fields["title"].required = False
        if "file" in self.fields:
            self.fields["file"].disabled = self.instance.pk is not None

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("title") and cleaned.get("file"):
            cleaned["title"] = title_of(cleaned["file"])
        return cleaned


class TableRowFormSet(forms.BaseInlineFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        name_in_table(form)


class InlineMixin(ChoiceMixin):
    form = RowForm
    extra = 0
    formfield_overrides = FORMFIELDS | {
        ProseField: {"widget": AdminTextareaWidget(attrs={"rows": 2})}
    }


class TabularInline(InlineMixin, admin.TabularInline):
    formset = TableRowFormSet


class StackedInline(InlineMixin, admin.StackedInline):
    pass


class FacetFilter(admin.SimpleListFilter):
    """One of the states that a table names: by the value in the address its words, and a function that narrows rows."""

    title = "tình trạng"
    parameter_name = "tinh-trang"
    facets = {}

    def lookups(self, request, model_admin):
        return [(value, words) for value, (words, _rows) in self.facets.items()]

    def queryset(self, request, queryset):
        _words, rows = self.facets.get(self.value(), (None, None))
        return rows(queryset) if rows else queryset


class ReadOnlyModelAdmin(ModelAdmin):
    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
