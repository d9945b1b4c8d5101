"""The form in which an issue is composed: its head, its pieces in their order, and what is added to them."""

from datetime import date, timedelta

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import (
    AdminTextareaWidget,
    AdminTextInputWidget,
    RelatedFieldWidgetWrapper,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from outreach import bulletins, figure_work
from outreach.article_states import moment_in_words
from outreach.issue_contents import days_of
from outreach.models import ArticleVersion, BulletinIssue, BulletinItem, Figure, Material
from portal.admin import KeyedAutocompleteSelectMultiple, RowForm
from portal.autosave import AutosavedForm
from portal.figures import figure_sources
from portal.forms import LineFormField

HEAD_FIELDS = [
    "year",
    "number",
    "language",
    "title",
    "lead",
    "cover",
    "cover_alt",
    "publish_at",
    "is_sample",
]
ADDING_FIELDS = [
    "add_section",
    "add_articles",
    "add_materials",
    "add_figures",
    "add_code",
    "add_period",
    "add_title",
    "add_text",
]
# How many spans of each length are offered, the newest first.
MONTHS, QUARTERS, YEARS = 13, 6, 3


# What may be added: by kind, the field of a piece, the rows, their words and the columns that are searched.


def public_versions():
    return ArticleVersion.objects.public().select_related("article").newest_first()


def public_materials():
    return Material.objects.published().newest_first()


def current_figures():
    return Figure.objects.current().order_by("-as_of", "-pk")


def words_of_version(version):
    day = date_format(timezone.localdate(version.published_at), "SHORT_DATE_FORMAT")
    return f"{version.title} ({_language(version.article)}{day})"


def words_of_material(material):
    return f"{material.title} ({_language(material)}{material.get_kind_display()})"


def _language(source):
    """Said of what is not in Vietnamese: few issues want it."""
    return "" if source.language == settings.LANGUAGE_CODE else f"{source.get_language_display()}, "


def words_of_figure(figure):
    return f"{figure} ({days_of(figure)})"


SOURCES = {
    "tin-bai": ("article_version", public_versions, words_of_version, "title"),
    "tai-lieu": ("material", public_materials, words_of_material, "title"),
    "so-lieu": ("figure", current_figures, words_of_figure, "label"),
}


class SourceSelect(KeyedAutocompleteSelectMultiple):
    """Asks the composing page for what may be told, instead of the list of all that exists."""

    def __init__(self, kind, admin_site):
        field, *_others = SOURCES[kind]
        super().__init__(BulletinItem._meta.get_field(field), admin_site)
        self.kind = kind

    def get_url(self):
        return reverse("admin:outreach_bulletinissue_sources", args=[self.kind])


class SourcesField(forms.ModelMultipleChoiceField):
    def __init__(self, kind, admin_site, **options):
        _field, rows, words, _searched = SOURCES[kind]
        widget = SourceSelect(kind, admin_site)
        super().__init__(rows(), widget=widget, required=False, **options)
        self.label_from_instance = words


class IssueForm(AutosavedForm):
    made_from = forms.CharField(widget=forms.HiddenInput, required=False)
    add_section = LineFormField(
        label="Xếp vào mục",
        required=False,
        max_length=100,
        widget=AdminTextInputWidget,
        help_text="Các phần đứng liền nhau có cùng tên mục thì nằm chung một mục.",
    )
    add_code = forms.ChoiceField(label="Số liệu tính từ Cổng", required=False)
    add_period = forms.ChoiceField(
        label="Kỳ của số liệu ấy",
        required=False,
        help_text="Chỉ các kỳ đã hết, để số không đổi từng ngày.",
    )
    add_title = LineFormField(
        label="Lời riêng: tên", required=False, max_length=200, widget=AdminTextInputWidget
    )
    add_text = forms.CharField(
        label="Lời riêng: lời",
        required=False,
        max_length=3000,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
    )

    class Meta:
        model = BulletinIssue
        fields = HEAD_FIELDS

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if self.instance.pk is None:
            for name in ADDING_FIELDS:
                self.fields.pop(name, None)
            return
        self.initial.setdefault("made_from", self.instance.changed_at.isoformat())
        if "add_code" in self.fields:
            self.fields["add_code"].choices = _code_choices()
            self.fields["add_period"].choices = [("", "Chọn kỳ"), *period_choices()]

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk is None:
            return cleaned
        if bool(cleaned.get("add_title")) != bool(cleaned.get("add_text")):
            name = "add_text" if cleaned.get("add_title") else "add_title"
            self.add_error(name, "Lời riêng cần cả tên và lời.")
        if cleaned.get("add_code"):
            self._clean_figure(cleaned)
        if not self.errors:
            self._refuse_to_pass_over_others()
        return cleaned

    def _clean_figure(self, cleaned):
        source = figure_sources()[cleaned["add_code"]]
        self.span = span_of(cleaned.get("add_period", "")) if source.has_period else (None, None)
        if self.span is None:
            self.add_error("add_period", "Chọn kỳ của số liệu này.")
        elif figure_work.measure(source.code, *self.span) is None:
            self.add_error("add_code", "Nguồn này chưa có số để nêu trong kỳ đã chọn.")

    def _refuse_to_pass_over_others(self):
        """Sent once more, the form is meant to follow what the message spoke of."""
        newest = self.instance.changed_at
        if self.cleaned_data["made_from"] == newest.isoformat():
            return
        self.add_error(
            None,
            f"Có người đã lưu số này lúc {moment_in_words(newest)}, trong khi ông/bà đang soạn. Chữ ông/bà gõ"
            " còn nguyên ở dưới và chưa được lưu. Xin mở trang này ở thẻ khác để xem người kia sửa gì, rồi bấm"
            " Lưu lần nữa nếu vẫn muốn lưu như dưới đây.",
        )
        self.data = self.data.copy()
        self.data[self.add_prefix("made_from")] = newest.isoformat()

    def new_items(self, by):
        """Unsaved pieces of all that was chosen to be added."""
        chosen, issue = self.cleaned_data, self.instance
        section = chosen["add_section"]
        figures = list(chosen["add_figures"])
        if chosen["add_code"]:
            figures.append(figure_work.note(chosen["add_code"], *self.span, by=by))
        items = [
            *(bulletins.article_item(issue, one.article) for one in chosen["add_articles"]),
            *(bulletins.material_item(issue, one) for one in chosen["add_materials"]),
            *(bulletins.figure_item(issue, one) for one in figures),
        ]
        if chosen["add_text"]:
            own = BulletinItem(issue=issue, kind=BulletinItem.Kind.TEXT)
            own.title, own.text = chosen["add_title"], chosen["add_text"]
            items.append(own)
        for item in items:
            item.section = section
        return items


def adding_fields(admin_site, request):
    """The fields that need to know the admin; a figure can be typed in a window of its own."""
    figures = SourcesField("so-lieu", admin_site, label="Số liệu đã ghi")
    figures.help_text = "Bấm dấu cộng để ghi số liệu khác, có nguồn."
    figures.widget = RelatedFieldWidgetWrapper(
        figures.widget,
        BulletinItem._meta.get_field("figure").remote_field,
        admin_site,
        can_add_related=request.user.has_perm("outreach.add_figure"),
        can_change_related=False,
        can_delete_related=False,
        can_view_related=False,
    )
    return {
        "add_articles": SourcesField("tin-bai", admin_site, label="Tin bài đang đăng"),
        "add_materials": SourcesField("tai-lieu", admin_site, label="Tài liệu đang công khai"),
        "add_figures": figures,
    }


class ItemForm(RowForm, AutosavedForm):
    """A piece in its place. A draft is shown only in the piece that it was typed into."""

    def __init__(self, *args, **options):
        row, prefix = options.get("instance"), options.get("prefix")
        typed_into = self.draft.fields.get(f"{prefix}-id") if self.draft else None
        if row is None or typed_into != [str(row.pk)]:
            self.draft = None
        super().__init__(*args, **options)

    class Meta:
        model = BulletinItem
        fields = ["order", "section", "title", "text"]
        widgets = {"order": forms.NumberInput(attrs={"min": 1, "class": "piece__place"})}


def _code_choices():
    labels = [(source.code, source.label) for source in figure_sources().values()]
    return [("", "Chọn số liệu"), *labels]


def period_choices(today=None):
    """Months, quarters and years that are over, the newest first; the value is the two days."""
    today = today or timezone.localdate()
    return [
        (name, [_choice(*span, words) for span in _spans(today, months, count)])
        for name, months, count, words in [
            ("Tháng", 1, MONTHS, lambda day: f"Tháng {day.month}/{day.year}"),
            ("Quý", 3, QUARTERS, lambda day: f"Quý {(day.month + 2) // 3}/{day.year}"),
            ("Năm", 12, YEARS, lambda day: f"Năm {day.year}"),
        ]
    ]


def span_of(value, today=None):
    """The days that a choice names; None for what is none of the choices."""
    choices = dict(choice for _name, group in period_choices(today) for choice in group)
    return tuple(map(date.fromisoformat, value.split("/"))) if value in choices else None


def _choice(start, end, words):
    return f"{start}/{end}", words(start)


def _spans(today, months, count):
    end = date(today.year, (today.month - 1) // months * months + 1, 1)
    for _number in range(count):
        last = end - timedelta(days=1)
        end = date(last.year, last.month - (months - 1), 1)
        yield end, last
