"""The words for the channels: read, changed, printed, played, beside the article or the issue that they follow from."""

from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from outreach.admin.article_form import name_of
from outreach.article_states import moment_in_words
from outreach.channel_texts import audio, printing, texts
from outreach.channel_texts.numbers import Differences, missing_or_foreign
from outreach.channel_texts.sms import sms_length, without_accents
from outreach.channel_texts.sources import source_of_article, source_of_issue
from outreach.channel_texts.stale import stale_texts
from outreach.channel_texts.writing import (
    LEAFLET_MOST_CHARACTERS,
    LONGEST_SECONDS,
    POSTER_MOST_CHARACTERS,
    SMS_MOST_SEGMENTS,
    ZALO_MOST_CHARACTERS,
    minutes_in_words,
)
from outreach.comparing import ComparedBlock, compare_texts
from outreach.issue_contents import differences
from outreach.models import Article, ChannelText
from outreach.speech import reading
from outreach.speech.forms import spoken_forms
from portal.admin import ReadOnlyModelAdmin
from portal.files import PRIVATE, content_disposition, download_name, file_response

Channel = ChannelText.Channel
SLUGS = {
    "loa": Channel.LOUDSPEAKER,
    "zalo": Channel.ZALO,
    "sms": Channel.SMS,
    "to-roi": Channel.LEAFLET,
    "ap-phich": Channel.POSTER,
}
SLUG_OF = {channel: slug for slug, channel in SLUGS.items()}
PDFS = {
    Channel.LOUDSPEAKER: printing.script_pdf,
    Channel.LEAFLET: printing.leaflet_pdf,
    Channel.POSTER: printing.poster_pdf,
}
# Of the names of the addresses.
ENDS = [
    ("one", ""),
    ("audio", "_audio"),
    ("make_audio", "_make_audio"),
    ("text", "_text"),
    ("pdf", "_pdf"),
]
ROWS = {Channel.LOUDSPEAKER: 16, Channel.ZALO: 9, Channel.SMS: 4, Channel.LEAFLET: 14}
TITLE, BODY = (ChannelText._meta.get_field(name) for name in ("title", "body"))


class WordsForm(forms.Form):
    title = TITLE.formfield(required=True, widget=forms.TextInput())
    body = BODY.formfield(max_length=BODY.max_length, widget=forms.Textarea)
    # What the person saw: another source or other words meanwhile are not passed over.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, source, words, data=None):
        self.now = f"{source.digest}:{words.edited_at and words.edited_at.isoformat()}"
        self.words = words
        super().__init__(
            data,
            prefix=SLUG_OF[words.channel],
            initial={"title": words.title, "body": words.body, "seen": self.now},
        )
        self.fields["body"].widget.attrs["rows"] = ROWS.get(words.channel, 7)

    def clean(self):
        if self.cleaned_data.get("seen") != self.now:
            self.add_error(None, self._overtaken())
            # Sent once more, the form is meant to follow what the message spoke of.
            self.data = self.data.copy()
            self.data[self.add_prefix("seen")] = self.now

    def _overtaken(self):
        what = "Bản gốc hoặc lời cho kênh này đã đổi trong khi ông/bà đang viết"
        if self.words.is_edited:
            when = moment_in_words(self.words.edited_at)
            what += f" (lời được {name_of(self.words.edited_by)} lưu lần cuối lúc {when})"
        return (
            f"{what}. Chữ ông/bà gõ còn nguyên dưới đây và chưa được lưu. Xin mở trang này ở cửa sổ khác"
            " để xem chỗ đã đổi, rồi bấm Lưu lần nữa."
        )


@dataclass(frozen=True)
class ChannelPart:
    """What the page shows of one channel."""

    slug: str
    label: str
    words: texts.ChannelWords
    form: WordsForm
    state: str
    measures: list[str]
    prints: bool
    # Of words that staff changed.
    differences: Differences | None = None
    comparison: list[ComparedBlock] | None = None
    plain: str = ""
    unknown: tuple[str, ...] = ()


class ChannelsMixin:
    """For the admin of what is told through channels: articles and issues."""

    def get_urls(self):
        view = self.admin_site.admin_view
        options = self.opts
        base, name = "<int:pk>/cac-kenh/", f"{options.app_label}_{options.model_name}_channel"
        pages = [
            ("", self.channels_view, "s"),
            ("ban-doc/", self.channel_audio_view, "_audio"),
            ("ban-doc/lam/", self.channel_make_audio_view, "_make_audio"),
            ("<slug:slug>/", self.channel_view, ""),
            ("<slug:slug>/chu.txt", self.channel_text_view, "_text"),
            ("<slug:slug>/ban-in.pdf", self.channel_pdf_view, "_pdf"),
        ]
        return [
            *(path(base + place, view(page), name=name + end) for place, page, end in pages),
            *super().get_urls(),
        ]

    # Trang

    @method_decorator(require_safe)
    def channels_view(self, request, pk):
        return self._channels_page(request, self._source_or_404(request, pk))

    def _channels_page(self, request, source, refused=None):
        may_edit = self._may_edit_words(request)
        parts = []
        for words in texts.current_of_all(source):
            is_refused = refused is not None and refused.words.channel == words.channel
            form = refused if is_refused else WordsForm(source, words)
            if not may_edit:
                for name in ("title", "body"):
                    form.fields[name].widget.attrs["readonly"] = True
            parts.append(_part(source, words, form))
        heard = audio.state(source) if Channel.LOUDSPEAKER in texts.channels_of(source) else None
        context = {
            **self.admin_site.each_context(request),
            "title": "Lời cho các kênh",
            "subtitle": source.full_title,
            "opts": self.opts,
            "original": source.row,
            "source": source,
            "sources_differ": differences(source.issue) if source.issue else [],
            "parts": parts,
            "may_edit": may_edit,
            "may_add_forms": request.user.has_perm("outreach.add_spokenform"),
            "audio": heard,
            "audio_length": minutes_in_words(heard.audio.duration)
            if heard and heard.is_ready
            else "",
            "urls": {
                name: f"admin:outreach_{self.opts.model_name}_channel{end}" for name, end in ENDS
            },
        }
        status = 422 if refused else 200
        return render(request, "admin/outreach/channels/page.html", context, status=status)

    # Lưu, lấy lại, giữ

    @method_decorator(require_POST)
    def channel_view(self, request, pk, slug):
        source = self._source_or_404(request, pk, edits=True)
        channel = _channel_or_404(source, slug)
        if "_anew" in request.POST:
            self._take_anew(request, source, channel)
        elif "_keep" in request.POST:
            self._keep(request, source, channel)
        else:
            form = WordsForm(source, texts.current(source, channel), request.POST)
            if not form.is_valid():
                return self._channels_page(request, source, refused=form)
            self._save(request, source, channel, form)
        return redirect(f"{self._channel_url('s', pk)}#{slug}")

    def _save(self, request, source, channel, form):
        title, body = form.cleaned_data["title"], form.cleaned_data["body"]
        words = texts.save(source, channel, title=title, body=body, by=request.user)
        label = Channel(channel).label
        if not words.is_edited:
            self.message_user(request, f"{label}: lời đúng như bản gốc cho.", messages.SUCCESS)
            return
        self.log_change(request, source.row, f"Sửa lời cho kênh {label}.")
        self.message_user(request, f"{label}: đã lưu lời.", messages.SUCCESS)
        if foreign := missing_or_foreign(source, channel, body).foreign:
            self.message_user(
                request,
                f"{label}: số {', '.join(foreign)} không có trong bản gốc. Xin xem lại.",
                messages.WARNING,
            )

    def _take_anew(self, request, source, channel):
        label = Channel(channel).label
        if texts.take_anew(source, channel):
            self.log_change(request, source.row, f"Lấy lại lời từ bản gốc cho kênh {label}.")
        self.message_user(request, f"{label}: đã lấy lại lời từ bản gốc.", messages.SUCCESS)

    def _keep(self, request, source, channel):
        label = Channel(channel).label
        if request.POST.get("digest") != source.digest:
            self.message_user(
                request, f"{label}: bản gốc vừa đổi lần nữa, xin xem lại.", messages.WARNING
            )
        elif texts.keep(source, channel):
            self.log_change(request, source.row, f"Xác nhận lời cho kênh {label} vẫn đúng.")
            self.message_user(request, f"{label}: đã ghi là lời vẫn đúng.", messages.SUCCESS)

    # Tải về

    @method_decorator(require_safe)
    def channel_text_view(self, request, pk, slug):
        source = self._source_or_404(request, pk)
        words = texts.current(source, _channel_or_404(source, slug))
        is_message = words.channel == Channel.SMS
        body = words.body if is_message else f"{words.title}\n\n{words.body}"
        name = _name_of(words)
        if is_message and "khong-dau" in request.GET:
            body, name = without_accents(body), f"{name} - không dấu"
        return _download(f"{body}\n", download_name(name, "loi.txt"), "text/plain; charset=utf-8")

    @method_decorator(require_safe)
    def channel_pdf_view(self, request, pk, slug):
        source = self._source_or_404(request, pk)
        channel = _channel_or_404(source, slug)
        if channel not in PDFS:
            raise Http404
        words = texts.current(source, channel)
        pdf = PDFS[channel](source, words)
        name = download_name(_name_of(words), "loi.pdf")
        return _download(pdf, name, "application/pdf", as_attachment=False)

    @method_decorator(require_safe)
    def channel_audio_view(self, request, pk):
        heard = audio.state(self._source_or_404(request, pk))
        if not heard.is_ready:
            raise Http404
        return file_response(
            request,
            heard.audio.file,
            name=heard.audio.title,
            as_attachment="tai-ve" in request.GET,
            cache_control=PRIVATE,
        )

    @method_decorator(require_POST)
    def channel_make_audio_view(self, request, pk):
        source = self._source_or_404(request, pk, edits=True)
        _channel_or_404(source, "loa")
        if audio.is_available():
            audio.ask(source, by=request.user)
            self.message_user(request, "Đã yêu cầu máy đọc lời phát thanh.", messages.SUCCESS)
        else:
            self.message_user(request, audio.NOT_AVAILABLE, messages.WARNING)
        return redirect(f"{self._channel_url('s', pk)}#loa")

    # Quyền

    def _source_or_404(self, request, pk, *, edits=False):
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        may_see = self.has_view_permission(request, row)
        if not may_see or (edits and not self._may_edit_words(request)):
            raise PermissionDenied
        if not isinstance(row, Article):
            return source_of_issue(row)
        if not row.standing:
            raise Http404
        return source_of_article(row)

    def _may_edit_words(self, request):
        return request.user.has_perm("outreach.change_channeltext")

    def _channel_url(self, name, *args):
        return reverse(f"admin:outreach_{self.opts.model_name}_channel{name}", args=args)


def _channel_or_404(source, slug):
    channel = SLUGS.get(slug)
    if channel not in texts.channels_of(source):
        raise Http404
    return channel


def _part(source, words, form):
    return ChannelPart(
        slug=SLUG_OF[words.channel],
        label=Channel(words.channel).label,
        words=words,
        form=form,
        state=_state(words),
        measures=_measures(words),
        prints=words.channel in PDFS,
        differences=missing_or_foreign(source, words.channel, f"{words.title}\n{words.body}")
        if words.is_edited
        else None,
        comparison=_comparison(source, words) if words.is_stale else None,
        plain=without_accents(words.body) if words.channel == Channel.SMS else "",
        unknown=_unknown(words) if words.channel == Channel.LOUDSPEAKER else (),
    )


def _state(words):
    if not words.is_edited:
        return "Theo bản gốc"
    edited = f"Đã sửa bởi {name_of(words.edited_by)} lúc {moment_in_words(words.edited_at)}"
    return f"Có thể đã cũ: nguồn đã đổi. {edited}" if words.is_stale else edited


def _comparison(source, words):
    """Where the words that staff kept differ from what the source would give now."""
    fresh = texts.fresh(source, words.channel)
    lines = compare_texts(f"{words.title}\n{words.body}", f"{fresh.title}\n{fresh.body}")
    return [line for line in lines if line.fate != "same"]


def _unknown(words):
    forms = spoken_forms()
    return tuple(
        (word, f"{reverse('admin:outreach_spokenform_add')}?{urlencode({'written': word})}")
        for word in reading.unknown_abbreviations(words.body, forms)
    )


def _measures(words):
    """How long it is, as the channel counts; and how long it should be at most."""
    characters = number_format(len(words.body), force_grouping=True)
    if words.channel == Channel.LOUDSPEAKER:
        length = minutes_in_words(reading.seconds(words.body))
        most = minutes_in_words(LONGEST_SECONDS)
        return [f"Đọc khoảng {length}; nên không quá {most}."]
    if words.channel == Channel.ZALO:
        most = number_format(ZALO_MOST_CHARACTERS, force_grouping=True)
        return [f"{characters} ký tự; một tin Zalo không quá {most}."]
    if words.channel == Channel.SMS:
        plain = without_accents(words.body)
        return [
            f"Có dấu: {_message_length(words.body)}. Không dấu: {_message_length(plain)}.",
            f"Nên không quá {SMS_MOST_SEGMENTS} tin: nhà mạng tính tiền theo số tin.",
        ]
    if words.channel == Channel.LEAFLET:
        most = number_format(LEAFLET_MOST_CHARACTERS, force_grouping=True)
        return [f"{characters} ký tự; nên không quá {most} để vừa một tờ hai mặt."]
    return [f"{characters} ký tự; cả tên nên không quá {POSTER_MOST_CHARACTERS} để vừa một trang."]


def _name_of(words):
    return f"{Channel(words.channel).label} - {words.title}"


def _message_length(text):
    length = sms_length(text)
    return f"{length.characters} ký tự, {length.segments} tin"


def _download(content, name, content_type, *, as_attachment=True):
    disposition = content_disposition(name, as_attachment=as_attachment)
    headers = {"Content-Disposition": disposition, "Cache-Control": PRIVATE}
    return HttpResponse(content, content_type=content_type, headers=headers)


class StaleFilter(admin.SimpleListFilter):
    title = "tình trạng"
    parameter_name = "tinh-trang"

    def lookups(self, request, model_admin):
        return [("co-the-cu", "Có thể đã cũ")]

    def queryset(self, request, queryset):
        return queryset.filter(pk__in=stale_texts()) if self.value() == "co-the-cu" else queryset


class ChannelTextAdmin(ReadOnlyModelAdmin):
    """All words that staff changed; they are worked on beside their source."""

    list_display = ["words", "channel", "edited_at", "editor"]
    list_display_links = None
    list_filter = [StaleFilter, "channel"]
    list_select_related = ["article", "issue", "edited_by"]
    search_fields = ["title", "body"]
    search_help_text = "Chữ trong lời; có dấu hay không dấu đều được."
    ordering = ["-edited_at", "-pk"]
    actions = None

    @admin.display(description="tên")
    def words(self, text):
        source = "article" if text.article_id else "bulletinissue"
        address = reverse(
            f"admin:outreach_{source}_channels", args=[text.article_id or text.issue_id]
        )
        name = text.title or text.get_channel_display()
        return format_html('<a href="{}#{}">{}</a>', address, SLUG_OF[text.channel], name)

    @admin.display(description="người sửa")
    def editor(self, text):
        return name_of(text.edited_by)
