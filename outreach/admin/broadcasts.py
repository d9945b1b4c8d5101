"""Where staff keep the book of what was told on the air, in the press and on social channels."""

import re
from datetime import time

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from outreach.broadcasting import (
    first_of,
    noted_already,
    noted_words,
    repeat,
    too_early_words,
    total,
    totals,
)
from outreach.channel_texts import texts
from outreach.channel_texts.sources import source_of_article, source_of_issue
from outreach.lengths import seconds_from, written_length
from outreach.models import (
    BroadcastColumn,
    BroadcastEvidence,
    BroadcastItem,
    BroadcastStation,
    ChannelText,
    Material,
)
from portal.admin import KeptFileForm, ModelAdmin, SlugModelAdmin, TabularInline
from portal.files import FileAdminMixin, file_response
from portal.text import written_size

MOST_REPEATS = 60
TAKE_SCRIPT = "_take_script"

_TIME = re.compile(r"(\d{1,2})\s*(?::|h|giờ)\s*([0-5]\d)?(?:\s*phút)?", re.IGNORECASE | re.ASCII)


class ColumnInline(TabularInline):
    model = BroadcastColumn
    fields = ["name", "schedule", "started_on", "ended_on"]
    ordering = ["name"]


class BroadcastStationAdmin(SlugModelAdmin):
    list_display = ["name", "channel", "admin_unit", "item_count", "ended_on", "is_sample"]
    list_select_related = ["admin_unit"]
    list_filter = ["channel", "is_sample"]
    search_fields = ["name", "admin_unit__name"]
    ordering = ["channel", "name"]
    autocomplete_fields = ["agency", "admin_unit"]
    inlines = [ColumnInline]
    fieldsets = [
        (None, {"fields": ["channel", "name", "slug"]}),
        ("Của ai, ở đâu", {"fields": ["agency", "admin_unit", "note"]}),
        ("Còn hoạt động không", {"fields": ["ended_on", "is_sample"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(item_count=Count("items"))

    @admin.display(description="số lượt đã ghi", ordering="item_count")
    def item_count(self, station):
        return station.item_count


class LengthField(forms.Field):
    """A length as people write it; seconds for the row."""

    def prepare_value(self, value):
        return written_length(value) if isinstance(value, int) else value

    def to_python(self, value):
        if not (value or "").strip():
            return None
        seconds = seconds_from(value)
        if seconds is None:
            raise ValidationError(
                "Không hiểu độ dài này. Xin viết như “5” (phút), “5:20” hoặc “5 phút 20 giây”, không quá 24 giờ."
            )
        return seconds

    def has_changed(self, initial, data):
        return super().has_changed(self.prepare_value(initial), data)


class ColumnField(forms.ModelChoiceField):
    def label_from_instance(self, column):
        return f"{column.station}: {column}"


class BroadcastForm(forms.ModelForm):
    duration = LengthField(
        label="Dài",
        required=False,
        widget=AdminTextInputWidget,
        help_text="“5” là 5 phút; hoặc “5:20”, “5 phút 20 giây”. Báo, mạng xã hội để trống.",
    )

    class Meta:
        widgets = {"script": forms.Textarea(attrs={"rows": 14, "cols": 80})}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if "station" in self.fields:
            self.fields["station"].required = False
            self.fields["station"].help_text = "Chọn chuyên mục thì không cần chọn đài."
        if "title" in self.fields:
            self.fields["title"].required = False
            self.fields["title"].help_text = "Để trống thì lấy tên tin bài hoặc số bản tin đã chọn."

    def clean(self):
        cleaned = super().clean()
        column = cleaned.get("column")
        if column and not cleaned.get("station"):
            cleaned["station"] = column.station
        self._check_station(cleaned.get("station"), column, cleaned.get("duration"))
        self._take_words(cleaned)
        self._check_repeat(cleaned)
        material = cleaned.get("material")
        if material and material.kind not in Material.NEED_TRANSCRIPT:
            self.add_error("material", "Bản ghi phải là tài liệu loại video hoặc âm thanh.")
        self._refuse_second(cleaned)
        return cleaned

    def _check_station(self, station, column, duration):
        if station is None:
            self.add_error("station", "Xin chọn đài, báo, kênh; hoặc chọn chuyên mục của nó.")
            return
        if column and column.station_id != station.pk:
            self.add_error(
                "column", f"Chuyên mục này là của {column.station}, không phải của {station}."
            )
        if duration and not station.is_timed:
            self.add_error("duration", "Báo, mạng xã hội không có độ dài: xin để trống.")

    def _take_words(self, cleaned):
        """The title, and with the button for it the script, come from the article or the issue."""
        article, issue = cleaned.get("article"), cleaned.get("issue")
        takes_script = TAKE_SCRIPT in self.data
        if not article and not issue:
            if takes_script:
                self.add_error("article", "Xin chọn tin bài hoặc số bản tin để lấy lời phát.")
            if not cleaned.get("title") and "title" not in self.errors:
                self.add_error("title", "Xin ghi tên.")
            return
        if takes_script or not cleaned.get("title"):
            source = source_of_article(article) if article else source_of_issue(issue)
            cleaned["title"] = cleaned.get("title") or source.title
            if takes_script and source.language != "vi":
                self.add_error(
                    "article" if article else "issue", "Nguồn này không viết bằng tiếng Việt."
                )
            elif takes_script:
                cleaned["script"] = texts.current(source, ChannelText.Channel.LOUDSPEAKER).body

    def _check_repeat(self, cleaned):
        """A repeat names the first airing, whichever one was chosen."""
        chosen = cleaned.get("repeat_of")
        if chosen is None:
            return
        first = cleaned["repeat_of"] = first_of(chosen)
        if first.pk == self.instance.pk or self.instance.pk and self.instance.repeats.exists():
            self.add_error(
                "repeat_of",
                "Đây là lần phát đầu: đã có lần phát lại ghi theo nó, nên không đổi được.",
            )
        elif cleaned.get("aired_on") and cleaned["aired_on"] < first.aired_on:
            self.add_error("repeat_of", too_early_words(first))

    def _refuse_second(self, cleaned):
        known = ("station", "title", "aired_on")
        if not all(cleaned.get(name) for name in known):
            return
        row = BroadcastItem(
            pk=self.instance.pk,
            starts_at=cleaned.get("starts_at"),
            **{name: cleaned[name] for name in known},
        )
        if noted_already(row):
            self.add_error("title", noted_words(row))


class EvidenceInline(TabularInline):
    model = BroadcastEvidence
    form = KeptFileForm
    fields = ["title", "file", "kept_file"]
    readonly_fields = ["kept_file"]
    ordering = ["uploaded_at", "pk"]
    verbose_name_plural = "Minh chứng (chỉ cán bộ xem; trang công khai chỉ nói có mấy minh chứng)"

    @admin.display(description="đã lưu")
    def kept_file(self, evidence):
        if evidence.pk is None:
            return "Chưa lưu."
        address = reverse("admin:outreach_broadcastitem_evidence", args=[evidence.pk])
        return format_html(
            '<a href="{}">Mở {}</a> ({}, {})',
            address,
            evidence.title,
            evidence.kind_name,
            written_size(evidence.size),
        )


class RepeatForm(forms.Form):
    """When a script was told again, and by whom."""

    station = forms.ModelChoiceField(
        widget=forms.Select(attrs={"class": "desk__address"}),
        label="Đài, báo, kênh",
        queryset=BroadcastStation.objects.all(),
    )
    moments = forms.CharField(
        label="Các lần phát lại",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8, "cols": 30}),
        help_text="Mỗi dòng một lần, ngày rồi giờ: 24/11/2026 17:00. Không rõ giờ thì chỉ ghi ngày.",
        error_messages={"required": "Xin ghi ít nhất một ngày."},
    )

    def clean_moments(self):
        lines = [line for line in self.cleaned_data["moments"].splitlines() if line.strip()]
        if len(lines) > MOST_REPEATS:
            raise ValidationError(f"Mỗi lần ghi nhiều nhất {MOST_REPEATS} dòng.")
        return [_moment(line.strip()) for line in lines]


def _moment(line):
    """A day and, if it is known, a time."""
    day, _blank, written = line.replace(",", " ").partition(" ")
    match = _TIME.fullmatch(written.strip()) if written.strip() else None
    try:
        found = forms.DateField().clean(day)
        starts_at = time(int(match[1]), int(match[2] or 0)) if match else None
    except (ValidationError, ValueError) as refusal:
        raise ValidationError(_not_understood(line)) from refusal
    if written.strip() and match is None:
        raise ValidationError(_not_understood(line))
    return found, starts_at


def _not_understood(line):
    return f"Không hiểu dòng “{line}”. Xin viết như 24/11/2026 17:00."


class EvidenceFilter(admin.SimpleListFilter):
    title = "minh chứng"
    parameter_name = "minh-chung"

    def lookups(self, request, model_admin):
        return [("chua", "Chưa có minh chứng"), ("co", "Có minh chứng")]

    def queryset(self, request, queryset):
        wanted = {"chua": False, "co": True}.get(self.value())
        return queryset if wanted is None else queryset.filter(has_evidence=wanted)


class BroadcastItemAdmin(FileAdminMixin, ModelAdmin):
    form = BroadcastForm
    change_list_template = "admin/outreach/broadcast/change_list.html"
    change_form_template = "admin/outreach/broadcast/change_form.html"
    list_display = ["title", "moment", "station", "column", "length", "is_repeat", "has_evidence"]
    list_select_related = ["station", "column"]
    list_filter = ["station__channel", EvidenceFilter, "station", "is_sample"]
    date_hierarchy = "aired_on"
    search_fields = ["title", "script"]
    ordering = ["-aired_on", "-starts_at", "-pk"]
    autocomplete_fields = ["agency", "article", "issue", "material", "repeat_of"]
    inlines = [EvidenceInline]
    fieldsets = [
        (
            "Phát, đăng khi nào, ở đâu",
            {"fields": ["column", "station", ("aired_on", "starts_at"), "duration"]},
        ),
        ("Nội dung", {"fields": ["title", "article", "issue", "script", "agency"]}),
        ("Nghe lại, đọc lại", {"fields": ["material", "url"]}),
        ("Phát lại", {"fields": ["repeat_of", "is_sample"]}),
    ]

    # Danh sách

    def get_queryset(self, request):
        evidence = BroadcastEvidence.objects.filter(item=OuterRef("pk"))
        return super().get_queryset(request).annotate(has_evidence=Exists(evidence))

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        if listed := getattr(response, "context_data", {}).get("cl"):
            response.context_data |= {
                "total": total(listed.queryset),
                "by_channel": totals(listed.queryset, "channel"),
                "today": timezone.localdate(),
            }
        return response

    @admin.display(description="ngày, giờ", ordering="aired_on")
    def moment(self, item):
        day = date_format(item.aired_on, "SHORT_DATE_FORMAT")
        return f"{item.starts_at:%H:%M}, {day}" if item.starts_at else day

    @admin.display(description="dài", ordering="duration")
    def length(self, item):
        return written_length(item.duration) or "—"

    @admin.display(description="phát lại", ordering="repeat_of")
    def is_repeat(self, item):
        return "phát lại" if item.repeat_of_id else "—"

    @admin.display(description="minh chứng", boolean=True)
    def has_evidence(self, item):
        return item.has_evidence

    # Biểu mẫu

    def formfield_for_foreignkey(self, db_field, request, **options):
        if db_field.name == "column":
            columns = BroadcastColumn.objects.select_related("station")
            options |= {
                "form_class": ColumnField,
                "queryset": columns.order_by("station__name", "name"),
            }
        return super().formfield_for_foreignkey(db_field, request, **options)

    def view_on_site(self, item):
        return item.get_absolute_url() if item.aired_on <= timezone.localdate() else None

    def response_add(self, request, obj, post_url_continue=None):
        return self._shown_again(request, obj) or super().response_add(
            request, obj, post_url_continue
        )

    def response_change(self, request, obj):
        return self._shown_again(request, obj) or super().response_change(request, obj)

    def _shown_again(self, request, item):
        """Who took the script from its source reads it before leaving."""
        if TAKE_SCRIPT not in request.POST:
            return None
        messages.success(request, "Đã lưu, đã lấy lời phát từ nguồn. Xin đọc lại lời phát.")
        return redirect("admin:outreach_broadcastitem_change", item.pk)

    # Phát lại, minh chứng

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/phat-lai/", view(self.repeat_view), name="outreach_broadcastitem_repeat"
            ),
            path(
                "minh-chung/<int:pk>/",
                view(self.evidence_view),
                name="outreach_broadcastitem_evidence",
            ),
            *super().get_urls(),
        ]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def repeat_view(self, request, pk):
        """Note several repeats of one script at once."""
        item = get_object_or_404(BroadcastItem.objects.select_related("repeat_of"), pk=pk)
        if not self.has_add_permission(request) or not self.has_view_permission(request, item):
            raise PermissionDenied
        form = RepeatForm(request.POST or None, initial={"station": item.station_id})
        if form.is_valid() and self._repeated(request, item, form):
            return redirect("admin:outreach_broadcastitem_changelist")
        context = self.admin_site.each_context(request) | {
            "title": "Ghi phát lại",
            "opts": self.opts,
            "original": item,
            "first": first_of(item),
            "form": form,
        }
        return render(request, "admin/outreach/broadcast/repeat.html", context)

    def _repeated(self, request, item, form):
        try:
            rows = repeat(item, form.cleaned_data["moments"], station=form.cleaned_data["station"])
        except ValidationError as refusal:
            form.add_error("moments", refusal.messages)
            return False
        for row in rows:
            self.log_addition(request, row, [{"added": {}}])
        messages.success(request, f"Đã ghi {len(rows)} lần phát lại của “{item}”.")
        return True

    @method_decorator(require_safe)
    def evidence_view(self, request, pk):
        """A file of the book, for staff who may see the airing that it proves."""
        evidence = get_object_or_404(BroadcastEvidence.objects.select_related("item"), pk=pk)
        if not self.has_view_permission(request, evidence.item):
            raise PermissionDenied
        return file_response(request, evidence.file, name=evidence.title)
