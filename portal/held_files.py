"""Files that anybody sends with a form, held for an hour while the form comes back for a correction.

    class TicketForm(AttachedFilesForm):
        files = AttachmentsField(label=_("Ảnh, giấy tờ kèm theo"), help_text=_("…"))

    form = TicketForm(request.POST, request.FILES, request=request)
    if form.is_valid():
        try:
            limits.spend(…)
            with transaction.atomic():
                ticket, is_new = Ticket.objects.get_or_create(form_key=form.form_key, defaults={…})
                if is_new:
                    form.attach_to(TicketAttachment, ticket=ticket)
            return redirect(…)
        except TooManyRequests as refusal:
            form.refuse(refusal)
        except FileNotKept:
            form.refuse_files()
    return form_page(request, "feedback/ticket_new.html", form)

Nothing is written to the disk for a form that is taken at once, but by `attach_to`. When the form comes back, the good
files are held under a hash of its key and listed on the page; a browser cannot put a chosen file into a page again.
"""

import math
from datetime import timedelta
from pathlib import PurePath

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal import limits
from portal.exceptions import TooManyRequests
from portal.file_kinds import ATTACHMENTS, PDF_FAULTS
from portal.files import NOT_KEPT as NO_ROOM
from portal.files import FileNotKept
from portal.forms import BYTES_IN_A_MEGABYTE, GuardedForm, PortalBoundField
from portal.images import TOO_MANY_PIXELS
from portal.models import HeldFile
from portal.text import clean_line, written_size

MOST_FILES = 5
LARGEST = max(kind.largest for kind in ATTACHMENTS)
HELD_FOR = timedelta(hours=1)

# More than people send; a file may take seconds to judge, and held ones lie on the disk.
JUDGE_LIMIT = {"limit": 60, "overall": 3000, "seconds": 60 * 60}
HOLD_LIMIT = {"limit": 40, "overall": 1000, "seconds": 60 * 60}
MOST_HELD_BYTES = 2 * 1024**3

NOT_KEPT = _(
    "Máy chủ chưa giữ được tệp. Ông/bà chọn lại tệp rồi gửi lần nữa, hoặc gửi không kèm tệp."
)
_LONGEST_NAME = 60


def erase_ended(now=None) -> int:
    """Remove the files that were held for an hour, with their rows; how many."""
    ended = HeldFile.objects.filter(held_at__lte=(now or timezone.now()) - HELD_FOR)
    with transaction.atomic():
        rows = list(ended.select_for_update(skip_locked=True))
        for row in rows:
            row.delete()
    return len(rows)


def hold_limit(request, size):
    """Count one more file to hold, or raise TooManyRequests; the disk has room for other things, too."""
    erase_ended()
    held = HeldFile.objects.aggregate(total=Sum("size"))["total"] or 0
    if held + size > MOST_HELD_BYTES:
        raise TooManyRequests(int(HELD_FOR.total_seconds()))
    limits.spend("portal.hold", request, **HOLD_LIMIT)


def shown_name(upload) -> str:
    """The name that was sent, for its sender's eyes alone: one clean line of a bearable length, no path."""
    name = clean_line((upload.name or "").replace("\\", "/").rpartition("/")[2])
    if len(name) > _LONGEST_NAME:
        ending = PurePath(name).suffix[:10]
        name = name[: _LONGEST_NAME - len(ending) - 1] + "…" + ending
    return name or gettext("tệp không tên")


class SeveralFilesInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data, files, name):
        return files.getlist(name) if hasattr(files, "getlist") else []


class AttachmentsBoundField(PortalBoundField):
    """The field with the files that its form holds already."""

    @property
    def held_files(self):
        return getattr(self.form, "held_files", [])

    @property
    def not_held(self):
        """Names of good files that have to be chosen again."""
        return getattr(self.form, "not_held", [])

    @property
    def drop_name(self):
        return f"{self.html_name}_dropped"


class AttachmentsField(forms.Field):
    """Up to five files in one field of an `AttachedFilesForm`, which judges them.

    The hint says which files; `help_text` is what the form adds to it.
    """

    bound_field_class = AttachmentsBoundField

    def __init__(self, *, help_text="", **options):
        types = ",".join(kind.content_type for kind in ATTACHMENTS)
        hint = format_lazy(
            _("Nhiều nhất {count} tệp: ảnh JPEG, PNG, WebP hoặc PDF, mỗi tệp không quá {limit}."),
            count=MOST_FILES,
            limit=f"{LARGEST // BYTES_IN_A_MEGABYTE}\u00a0MB",
        )
        super().__init__(
            required=False,
            help_text=format_lazy("{} {}", hint, help_text) if help_text else hint,
            widget=SeveralFilesInput(attrs={"accept": types}),
            template_name="forms/attachments.html",
            **options,
        )


class AttachedFilesForm(GuardedForm):
    """A form that anybody may send, with files: see this module.

    To be cleaned outside of a transaction, as `portal.limits` asks for.
    """

    def __init__(self, *args, request=None, **options):
        super().__init__(*args, **options)
        if self.is_bound and request is None:
            raise TypeError("Files are counted for each address: the form needs its request.")
        self.request = request
        # What was held before, and what came with this request.
        self.held_files = []
        self._new_files = []
        self.not_held = []

    def is_valid(self):
        is_valid = super().is_valid()
        if self.is_bound and not is_valid:
            self.hold_files()
        return is_valid

    def clean(self):
        cleaned = super().clean()
        if self._files_name:
            self._take_up_held()
            self._judge_new()
        if self._files_name in self.cleaned_data:
            self.cleaned_data[self._files_name] = self.taken_files()
        return cleaned

    def refuse(self, refusal):
        super().refuse(refusal)
        self.hold_files()

    def refuse_files(self):
        """Say that the disk took no file; to be called when `attach_to` raises FileNotKept."""
        self.add_error(self._files_name, NOT_KEPT)
        self.hold_files()

    def taken_files(self):
        """All good files: those held before, then those that came with this request."""
        return [*self.held_files, *self._new_files]

    def attach_to(self, model, facts=None, **fields):
        """Make a row of that model, a SentFile, for each file, in the caller's transaction.

        `facts(file, place)` gives the fields that differ from file to file; places count from 1. Where the
        transaction is rolled back, what was held is held as before. Raises FileNotKept when the disk is full.
        """
        keys = [file.pk for file in self.held_files]
        # Waits for whoever erases them at this moment, and keeps others from it.
        if len(HeldFile.objects.select_for_update().in_bulk(keys)) < len(keys):
            raise FileNotKept("A held file ended meanwhile.")
        rows, written = [], []
        try:
            for place, file in enumerate(self.taken_files(), start=1):
                own = facts(file, place) if facts else {}
                is_new = file.pk is None
                rows.append(file.hand_over(model, **fields, **own))
                written += [rows[-1].file] if is_new else []
        except Exception as failure:
            for file in written:
                file.storage.delete(file.name)
            if isinstance(failure, OSError):
                raise FileNotKept(str(failure)) from failure
            raise
        return rows

    def hold_files(self):
        """Hold the good files for the page that goes back. Done for whatever the form itself refuses."""
        key = self._page_key()
        for file in self._new_files:
            try:
                if not key:
                    raise FileNotKept("The page that goes back has no key.")
                hold_limit(self.request, file.size)
                file.form_hash = _hash_of(key)
                with transaction.atomic():
                    file.save()
            except (TooManyRequests, OSError):
                self.not_held.append(file.name)
            else:
                self.held_files.append(file)
        self._new_files = []

    @property
    def _files_name(self):
        fields = self.fields.items()
        return next((name for name, one in fields if isinstance(one, AttachmentsField)), None)

    @transaction.atomic
    def _take_up_held(self):
        """What is held for this page, without what its sender drops; under the page's new key if it gets one.

        Locked, so that no file goes that another request hands over at this moment.
        """
        if not self.form_key:
            return
        held = HeldFile.objects.filter(
            form_hash=_hash_of(self.form_key), held_at__gt=self.now - HELD_FOR
        )
        dropped = self._dropped()
        for file in held.order_by("pk").select_for_update():
            # Two requests at once may have held the same files twice.
            if str(file.pk) in dropped or not self._has_room_for(file):
                file.delete()
            else:
                self.held_files.append(file)
        if (key := self._page_key()) != self.form_key:
            held.update(form_hash=_hash_of(key))

    def _has_room_for(self, file):
        taken = self.taken_files()
        return len(taken) < MOST_FILES and not any(_is_same(file, one) for one in taken)

    def _dropped(self):
        name = self[self._files_name].drop_name
        return forms.SelectMultiple().value_from_datadict(self.data, self.files, name) or []

    def _judge_new(self):
        uploads = self.cleaned_data.get(self._files_name, [])
        try:
            for upload in uploads[:MOST_FILES]:
                self._judge(upload)
        except TooManyRequests as refusal:
            self._refuse_for_now(refusal)
            return
        for upload in uploads[MOST_FILES : 2 * MOST_FILES]:
            self._refuse_file(upload, _TOO_MANY)
        if rest := len(uploads[2 * MOST_FILES :]):
            message = ngettext(
                "Còn %(count)s tệp nữa chưa được nhận vì quá số tệp.",
                "Còn %(count)s tệp nữa chưa được nhận vì quá số tệp.",
                rest,
            )
            self.add_error(self._files_name, message % {"count": rest})

    def _judge(self, upload):
        if fault := _outer_fault(upload):
            self._refuse_file(upload, fault)
            return
        limits.spend("portal.judge", self.request, **JUDGE_LIMIT)
        file = HeldFile(name=shown_name(upload), file=upload, held_at=self.now)
        try:
            file.clean()
        except ValidationError as refusal:
            self._refuse_file(upload, _REASONS.get(refusal.messages[0], _BROKEN))
            return
        if self._has_room_for(file):
            self._new_files.append(file)
        elif not any(_is_same(file, one) for one in self.taken_files()):
            self._refuse_file(upload, _TOO_MANY)

    def _refuse_file(self, upload, reason):
        message = gettext("Tệp “%(name)s”: %(reason)s")
        self.add_error(self._files_name, message % {"name": shown_name(upload), "reason": reason})

    def _refuse_for_now(self, refusal):
        self.retry_after = refusal.retry_after
        minutes = math.ceil(refusal.retry_after / 60)
        message = ngettext(
            "Đã có quá nhiều tệp gửi đến trong thời gian ngắn. Ông/bà chờ khoảng %(minutes)s phút rồi"
            " chọn lại tệp, hoặc gửi không kèm tệp.",
            "Đã có quá nhiều tệp gửi đến trong thời gian ngắn. Ông/bà chờ khoảng %(minutes)s phút rồi"
            " chọn lại tệp, hoặc gửi không kèm tệp.",
            minutes,
        )
        self.add_error(self._files_name, message % {"minutes": minutes})

    def _page_key(self):
        """The key of the page that goes back: a new one where the guard put a new stamp."""
        try:
            return self._signer().unsign_object(self.data.get(self.add_prefix("stamp"), ""))[0]
        except BadSignature:
            return ""


def _hash_of(form_key):
    return salted_hmac("portal.held_files", form_key, algorithm="sha256").hexdigest()


def _is_same(one, other):
    return (one.name, one.content_type, one.size) == (other.name, other.content_type, other.size)


def _outer_fault(upload):
    """What is wrong with a file before anybody looks into it, as its sender is told."""
    if not any(shown_name(upload).lower().endswith(f".{ending}") for ending in _ENDINGS):
        return gettext("không thuộc loại được nhận. Chọn ảnh JPEG, PNG, WebP hoặc tệp PDF.")
    if not upload.size:
        return gettext("tệp rỗng. Mở xem lại rồi chọn tệp khác.")
    if upload.size > LARGEST:
        return gettext("nặng %(size)s. Chọn tệp không quá %(limit)s.") % {
            "size": written_size(upload.size),
            "limit": written_size(LARGEST),
        }
    return ""


_ENDINGS = [ending for kind in ATTACHMENTS for ending in kind.endings]
_TOO_MANY = _("chưa được nhận vì đã đủ 5 tệp. Bỏ bớt tệp khác nếu cần gửi tệp này.")
_BROKEN = _("không mở được, hoặc không đúng loại như tên tệp. Mở xem lại rồi chọn tệp khác.")
_REPRINT = _("tệp PDF có nội dung ẩn không tách ra được. In lại thành PDF rồi chọn bản đó.")
# What the judges say to staff, as anybody is told it in the language of the page; all else is `_BROKEN`.
_REASONS = {
    NO_ROOM: _("máy chủ chưa nhận được vì hết chỗ. Gửi không kèm tệp này, hoặc chọn lại sau."),
    TOO_MANY_PIXELS: _("ảnh có quá nhiều điểm ảnh. Thu nhỏ ảnh rồi chọn lại."),
    PDF_FAULTS["locked"]: _("tệp PDF có mật khẩu hoặc bị khóa. Chọn một bản không khóa."),
    PDF_FAULTS["too long"]: _("tệp PDF có quá nhiều trang. Chia thành nhiều tệp."),
    PDF_FAULTS["program"]: _REPRINT,
    PDF_FAULTS["not clean"]: _REPRINT,
}
