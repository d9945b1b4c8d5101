"""Pages that people said something of: which ones many found of no use, and that somebody looked at them since."""

from django import forms
from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html

from feedback import page_ratings
from feedback.models import RatedPage
from feedback.surveys.arithmetic import FEWEST_FOR_SHARE
from feedback.surveys.improving import in_words
from portal.admin import ModelAdmin

PAGES = {
    RatedPage.Kind.PROCEDURE: "procedures:procedure_detail",
    RatedPage.Kind.ARTICLE: "outreach:article",
}


class ReviewFilter(admin.SimpleListFilter):
    title = "việc cần làm"
    parameter_name = "viec"

    def lookups(self, request, model_admin):
        return [("xem-lai", "Cần xem lại")]

    def queryset(self, request, queryset):
        if self.value() != "xem-lai":
            return queryset
        return queryset.filter(pk__in=page_ratings.waiting_for_review().values("pk"))


class ReviewForm(forms.ModelForm):
    """What was changed is said each time anew."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if "note" in self.fields:
            self.initial["note"] = ""
            self.fields["note"].required = True
            self.fields[
                "note"
            ].help_text = "Ví dụ: thêm mẫu đơn và giờ làm việc. Không cần sửa gì thì ghi vì sao."


class RatedPageAdmin(ModelAdmin):
    """Read only, but for the step that says that a page was looked at."""

    form = ReviewForm
    change_form_template = "admin/feedback/ratedpage/change_form.html"
    list_display = ["title", "kind", "not_useful_since", "useful_since", "share", "in_all", "seen"]
    list_filter = [ReviewFilter, "kind"]
    list_select_related = ["reviewed_by"]
    search_fields = ["title", "key"]
    search_help_text = "Tìm theo tên trang, mã thủ tục."
    actions = None

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return page_ratings.with_counts(RatedPage.objects.all())

    def get_ordering(self, request):
        """Those of which most people missed something first."""
        return ["-not_useful_since", "pk"]

    def get_fields(self, request, obj=None):
        said = ["page_link", "not_useful_since", "useful_since", "share", "in_all", "seen"]
        return [*said, "note"] if self.has_change_permission(request, obj) else said

    def get_readonly_fields(self, request, obj=None):
        return [name for name in self.get_fields(request, obj) if name != "note"]

    def save_model(self, request, obj, form, change):
        page_ratings.review(obj, by=request.user, note=obj.note)

    def construct_change_message(self, request, form, formsets, add=False):
        return f"Đã xem lại: {form.cleaned_data['note']}"

    @admin.display(description="trang")
    def page_link(self, page):
        try:
            address = reverse(PAGES[page.kind], args=[page.key])
        except NoReverseMatch:
            return page.title
        return format_html('<a href="{}">{}</a>', address, page.title)

    @admin.display(description="chưa, từ lần xem lại", ordering="-not_useful_since")
    def not_useful_since(self, page):
        return page.not_useful_since

    @admin.display(description="có, từ lần xem lại", ordering="-useful_since")
    def useful_since(self, page):
        return page.useful_since

    @admin.display(description="tỷ lệ chưa")
    def share(self, page):
        """A share of a few taps would say more than they do."""
        base = page.useful_since + page.not_useful_since
        if base < FEWEST_FOR_SHARE:
            return f"dưới {FEWEST_FOR_SHARE} lượt"
        return in_words(page.not_useful_since, base)

    @admin.display(description="từ đầu: có, chưa")
    def in_all(self, page):
        return f"{page.useful}, {page.not_useful}"

    @admin.display(description="xem lại gần nhất")
    def seen(self, page):
        if page.reviewed_on is None:
            return "Chưa xem lại"
        return f"{page.reviewed_on:%d/%m/%Y}: {page.note}"
