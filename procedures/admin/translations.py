"""Content in other languages: names, translated procedures, the handbook for foreigners."""

from datetime import datetime

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import format_html

from portal.admin import ModelAdmin, RowForm, TabularInline, is_key
from procedures import publication
from procedures.models import (
    HandbookEntry,
    Procedure,
    ProcedureTranslation,
    TranslatedText,
    originals_of,
)


class TermTranslationAdmin(ModelAdmin):
    list_display = ["original", "text", "language"]
    list_filter = ["language"]
    search_fields = ["original", "text"]
    ordering = ["original", "language"]
    fields = ["language", "original", "text"]


# Bản dịch thủ tục


def chosen_on_add(request):
    """The procedure and the language that the add page was opened for; None before they are chosen."""
    if not hasattr(request, "chosen_on_add"):
        request.chosen_on_add = _choice(request.GET)
    return request.chosen_on_add


def _choice(values):
    pk, language = values.get("procedure", ""), values.get("language", "")
    languages = dict(ProcedureTranslation._meta.get_field("language").flatchoices)
    if not is_key(pk) or language not in languages:
        return None
    procedure = Procedure.objects.filter(pk=int(pk)).first()
    return procedure and (procedure, language)


def untranslated(request, obj):
    """The texts of the procedure as it stands now that the translation has no row for."""
    procedure = obj.procedure if obj else chosen_on_add(request)[0]
    known = set(obj.texts.values_list("original", flat=True)) if obj else set()
    return [text for text in originals_of(procedure) if text not in known]


class KeptText(forms.Widget):
    """Shows a text and sends it back unchanged."""

    def render(self, name, value, attrs=None, renderer=None):
        return format_html(
            '<input type="hidden" name="{}" value="{}"><span class="kept-text" lang="vi">{}</span>',
            name,
            value or "",
            value or "",
        )


class TextForm(RowForm):
    class Meta:
        widgets = {"original": KeptText}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        original = self.initial.get("original", "")
        self.fields["text"].widget.attrs["aria-label"] = f"Bản dịch của: {original}"

    def has_changed(self):
        """A row that was offered and left empty is not kept."""
        return bool({"text", "DELETE"} & set(self.changed_data))


class TextInline(TabularInline):
    model = TranslatedText
    form = TextForm
    fields = ["original", "text", "state"]
    readonly_fields = ["state"]

    def get_formset(self, request, obj=None, **options):
        procedure = obj.procedure if obj else chosen_on_add(request)[0]
        self.originals = set(originals_of(procedure))
        return super().get_formset(request, obj, **options)

    def get_extra(self, request, obj=None, **options):
        return len(untranslated(request, obj))

    def get_max_num(self, request, obj=None, **options):
        """Only the rows that are there: a text that the procedure does not have is never shown."""
        return self.get_extra(request, obj) + (obj.texts.count() if obj else 0)

    @admin.display(description="tình trạng")
    def state(self, row):
        if row.original and row.original not in self.originals:
            return "Không còn trong bản tiếng Việt"
        return "" if row.text else "Chưa dịch"


class TranslationForm(forms.ModelForm):
    """`chosen` is what the add page was opened for."""

    chosen = None

    is_checked = forms.BooleanField(
        label="Đã đối chiếu với bản tiếng Việt hiện nay",
        required=False,
        help_text=(
            "Đánh dấu khi đã xem lại tên, tóm tắt, các câu nói thêm và từng dòng bên dưới. Trang dịch thôi báo "
            "“bản tiếng Việt mới hơn”. Sửa một lỗi gõ mà chưa xem lại hết thì để trống."
        ),
    )
    # The version on the screen: what was changed while the editor was reading has not been checked.
    seen_version = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if self.chosen:
            self.instance.procedure, self.instance.language = self.chosen
        if "seen_version" in self.fields:  # not for who may only look
            self.fields["seen_version"].initial = self.instance.procedure.updated_at.isoformat()

    def clean_seen_version(self):
        try:
            seen = datetime.fromisoformat(self.cleaned_data["seen_version"])
            return min(seen, self.instance.procedure.updated_at)
        except (TypeError, ValueError) as error:
            raise ValidationError("Hãy tải lại trang này rồi đối chiếu.") from error


class OutdatedFilter(admin.SimpleListFilter):
    title = "so với bản tiếng Việt"
    parameter_name = "ban-dich"

    def lookups(self, request, model_admin):
        return [("cu-hon", "Bản tiếng Việt mới hơn")]

    def queryset(self, request, queryset):
        return queryset.outdated() if self.value() == "cu-hon" else queryset


CHOOSING = [
    (
        "Dịch thủ tục nào, sang tiếng gì",
        {
            "fields": ["procedure", "language"],
            "description": "Bấm Lưu để mở trang dịch với từng giấy tờ, trường hợp, kết quả của thủ tục.",
        },
    )
]
TRANSLATING = [
    (
        "Bản tiếng Việt",
        {"fields": ["vietnamese", "language_name", "version"]},
    ),
    ("Bản dịch", {"fields": ["name", "summary"]}),
    (
        "Nói thêm ở năm câu trả lời",
        {
            "fields": ["bring_note", "time_note", "fee_note", "where_note", "online_note"],
            "description": (
                "Thời hạn, mức thu, số bản lấy từ bản tiếng Việt và tự đổi theo, không gõ lại ở đây. "
                "Chỉ ghi điều người nước ngoài cần biết thêm; để trống nếu không có."
            ),
        },
    ),
]
CHECKED = [("Đối chiếu", {"fields": ["is_checked"]})]
SEEN = [(None, {"fields": ["seen_version"]})]


class ProcedureTranslationAdmin(ModelAdmin):
    form = TranslationForm
    list_display = ["procedure", "language", "name", "version"]
    list_select_related = ["procedure"]
    list_filter = ["language", OutdatedFilter]
    search_fields = ["name", "procedure__code", "procedure__name"]
    ordering = ["procedure__code", "language"]
    autocomplete_fields = ["procedure"]
    readonly_fields = ["vietnamese", "language_name", "version"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("procedure")

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return TRANSLATING + SEEN if chosen_on_add(request) else CHOOSING
        may_change = self.has_change_permission(request, obj)
        return TRANSLATING + CHECKED + SEEN if may_change else TRANSLATING

    def get_inlines(self, request, obj):
        return [TextInline] if obj or chosen_on_add(request) else []

    def get_form(self, request, obj=None, change=False, **options):
        if obj is None and chosen_on_add(request) is None:
            return super().get_form(request, obj, change, form=forms.ModelForm, **options)
        form = super().get_form(request, obj, change, **options)
        form.chosen = None if obj else chosen_on_add(request)
        return form

    def get_formset_kwargs(self, request, obj, inline, prefix):
        texts = untranslated(request, obj if obj.pk else None)
        initial = [{"original": text} for text in texts]
        return super().get_formset_kwargs(request, obj, inline, prefix) | {"initial": initial}

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        if choice := chosen_on_add(request) or _choice(request.POST):
            if address := self._address_of(choice) or self._address_to_add(request, choice):
                return HttpResponseRedirect(address)
            return super().add_view(request, form_url, extra_context)
        only_save = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, only_save | (extra_context or {}))

    def _address_of(self, choice):
        """Where this translation is edited, if there is one already."""
        procedure, language = choice
        known = ProcedureTranslation.objects.filter(procedure=procedure, language=language).first()
        return known and reverse("admin:procedures_proceduretranslation_change", args=[known.pk])

    def _address_to_add(self, request, choice):
        """The add page for what was just chosen; None when this is it."""
        if chosen_on_add(request):
            return None
        procedure, language = choice
        query = QueryDict(mutable=True)
        query.update({"procedure": procedure.pk, "language": language})
        return f"{request.path}?{query.urlencode()}"

    def save_model(self, request, obj, form, change):
        if not change or form.cleaned_data["is_checked"]:
            obj.made_from = form.cleaned_data["seen_version"]
        super().save_model(request, obj, form, change)

    def view_on_site(self, row):
        if row.procedure.status in publication.NEVER_PUBLISHED:
            return None
        with translation.override(row.language):
            return row.procedure.get_absolute_url()

    @admin.display(description="thủ tục")
    def vietnamese(self, row):
        address = reverse("admin:procedures_procedure_change", args=[row.procedure_id])
        return format_html('<a href="{}">{}</a>', address, row.procedure)

    @admin.display(description="ngôn ngữ")
    def language_name(self, row):
        return row.get_language_display()

    @admin.display(description="dịch từ bản", ordering="made_from")
    def version(self, row):
        if row.made_from is None:
            return "Sẽ ghi bản tiếng Việt hiện nay khi lưu."
        made_from = _moment(row.made_from)
        if not row.is_outdated:
            return made_from
        return f"{made_from}; bản tiếng Việt mới hơn: {_moment(row.procedure.updated_at)}"


def _moment(at):
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


# Sổ tay cho người nước ngoài


class EntryInline(TabularInline):
    model = HandbookEntry
    fields = ["order", "translation"]
    autocomplete_fields = ["translation"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("translation__procedure")


class HandbookChapterAdmin(ModelAdmin):
    list_display = ["title", "language", "order"]
    list_editable = ["order"]
    list_filter = ["language"]
    search_fields = ["title", "introduction"]
    ordering = ["language", "order", "pk"]
    fields = ["language", "title", "slug", "introduction", "order"]
    inlines = [EntryInline]

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ["title"]}

    def get_readonly_fields(self, request, obj=None):
        """Once made, the place in the page is kept: others link to it."""
        return ["slug"] if obj else []

    def view_on_site(self, chapter):
        with translation.override(chapter.language):
            return f"{reverse('procedures:handbook')}#{chapter.slug}"
