"""Files that people send: judged by content, kept under names that tell nothing, handed out by views."""

import logging
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage, storages
from django.db import models, transaction
from django.db.models.signals import post_delete
from django.forms import FileInput
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from portal.file_kinds import ALL_KINDS, BROKEN
from portal.text import clean_line, fold, written_size

logger = logging.getLogger(__name__)

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"

# For how long a file that anybody may have is kept by browsers and the proxy; one that is withdrawn ends as soon.
PUBLIC = "public, max-age=600"
PRIVATE = "private, no-store"


# Keeping


class FileNotKept(OSError):
    """The disk took no file: it is full, or may not be written."""


class PrivateStorage(FileSystemStorage):
    """A file is there whole or not at all; one of the same name gives way in one step."""

    def get_available_name(self, name, max_length=None):
        # Names are random (`new_file_name`), or those of something drawn anew.
        return name

    def _save(self, name, content):
        part = f"{name}.{new_key()}.part"
        try:
            super()._save(part, content)
            os.replace(self.path(part), self.path(name))
        except OSError as failure:
            self.delete(part)
            raise FileNotKept(str(failure)) from failure
        return name


def private_files():
    """Where files lie: outside every public folder. Django asks when it needs it."""
    return storages["default"]


def new_key() -> str:
    """Sixteen letters that name a file in addresses and on disk: 79 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(16))


def new_file_name(instance, name: str) -> str:
    """Where a file is kept. Nothing of the name that was sent remains but its ending, which was judged."""
    key = new_key()
    return f"{instance._meta.model_name}/{key[:2]}/{key}{PurePath(name).suffix.lower()}"


class KeptFileField(models.FileField):
    """A file that goes when its row goes, or when another takes its place: after the commit, so that a row
    never names a file that is gone."""

    def deconstruct(self):
        # In the database it is a name like any other.
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.FileField", args, options

    def contribute_to_class(self, cls, name, **options):
        super().contribute_to_class(cls, name, **options)
        if not cls._meta.abstract:
            post_delete.connect(self._forget, sender=cls)

    def formfield(self, **options):
        # The name that was sent is never kept, so it may be as long as it likes; and files have no address
        # of their own to which Django's widget for the admin could lead.
        return super().formfield(**options | {"max_length": None, "widget": FileInput})

    def pre_save(self, instance, add):
        file = getattr(instance, self.attname)
        if file and not file._committed and not add:
            rows = type(instance)._base_manager.filter(pk=instance.pk)
            for replaced in rows.values_list(self.attname, flat=True):
                self._delete_after_commit(replaced)
        return super().pre_save(instance, add)

    def names_on_disk(self, name):
        """All that is kept for this value."""
        return [name]

    def _forget(self, instance, **options):
        self._delete_after_commit(getattr(instance, self.attname).name)

    def _delete_after_commit(self, name):
        for kept in self.names_on_disk(name) if name else ():
            transaction.on_commit(lambda kept=kept: self.storage.delete(kept), robust=True)


# Judging


@dataclass(frozen=True)
class FileFacts:
    content_type: str
    extension: str
    page_count: int | None


def inspect(upload, kinds) -> FileFacts:
    """What a sent file is: its content and its ending agree on one of the kinds (`portal.file_kinds`).

    Anything else is refused, with a sentence for the field.
    """
    if getattr(upload, "was_not_kept", False):
        raise ValidationError(NOT_KEPT)
    ending = PurePath(upload.name or "").suffix.lower().lstrip(".")
    kind = next((kind for kind in kinds if ending in kind.endings), None)
    if kind is None:
        names = ", ".join(kind.name for kind in kinds)
        raise ValidationError(f"Cổng không nhận loại tệp này. Xin chọn tệp thuộc loại {names}.")
    if not upload.size:
        raise ValidationError("Tệp rỗng. Xin mở xem lại rồi lưu tệp mới.")
    if upload.size > kind.largest:
        raise ValidationError(
            f"Tệp nặng {written_size(upload.size)}. Xin chọn tệp {kind.name} không quá"
            f" {written_size(kind.largest)}."
        )
    try:
        _refuse_false_faces(upload, kind)
        page_count = kind.judge(upload)
    finally:
        upload.seek(0)
    return FileFacts(kind.content_type, kind.endings[0], page_count)


NOT_KEPT = "Máy chủ chưa lưu được tệp vì hết chỗ. Xin thử lại sau, hoặc báo người quản trị máy chủ."
_END_OF_ZIP = b"PK\x05\x06"


def _refuse_false_faces(upload, kind):
    """A file that is not what its ending says, or that is an archive as well."""
    upload.seek(0)
    if not kind.begins.match(upload.read(16)):
        raise ValidationError(f"Nội dung tệp không phải là {kind.name} như tên của nó.")
    upload.seek(max(0, upload.size - 66_000))
    if not kind.is_archive and _END_OF_ZIP in upload.read(66_000):
        raise ValidationError(BROKEN)


def title_of(upload) -> str:
    """A title to begin with, from the name that was sent."""
    stem = PurePath((upload.name or "").replace("\\", "/").rpartition("/")[2]).stem
    return clean_line(re.sub(r"[_\s]+", " ", stem))[:200]


class FileAdminMixin:
    """For an admin whose form takes files: when the disk takes none, the form comes back with what was typed."""

    def changeform_view(self, request, *args, **options):
        try:
            return super().changeform_view(request, *args, **options)
        except FileNotKept:
            logger.exception("A file was not kept.")
            for upload in (one for files in request.FILES.lists() for one in files[1]):
                upload.was_not_kept = True
            return super().changeform_view(request, *args, **options)


# Handing out

CONTENT_TYPES = {f".{ending}": kind.content_type for kind in ALL_KINDS for ending in kind.endings}
KIND_NAMES = {kind.content_type: kind.name for kind in ALL_KINDS}
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)


def download_name(title: str, stored_name: str) -> str:
    """What a file is called when it is taken along: its title, and the ending of what was judged."""
    ending = PurePath(stored_name).suffix
    title = re.sub(r'[<>:"/\\|?*]+', "-", clean_line(title)).removesuffix(ending)
    title = title[:120].strip(" .-")
    if not title or _RESERVED.match(title):
        title = f"tep-{title}".rstrip("-")
    return title + ending


def content_disposition(name: str, *, as_attachment: bool) -> str:
    """By RFC 6266: in plain letters for old programs, and as it is."""
    plain = re.sub(r"[^\x20-\x7e]", "", fold(name)).strip() or "tep"
    plain = re.sub(r'["\\%]', "-", plain)
    kind = "attachment" if as_attachment else "inline"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def file_response(request, stored, *, name, as_attachment=True, cache_control=PRIVATE):
    """A kept file, whole or the piece that a player asks for. `stored` is the value of a file field."""
    try:
        file = stored.storage.open(stored.name)
    except (FileNotFoundError, ValueError) as failure:
        logger.error("A file that a row names is not on the disk: %s", stored.name)
        raise Http404 from failure
    facts = os.fstat(file.fileno())
    etag = f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'
    modified = int(facts.st_mtime)
    head = HttpResponse(
        headers={
            "Content-Type": CONTENT_TYPES.get(
                PurePath(stored.name).suffix, "application/octet-stream"
            ),
            "Content-Disposition": content_disposition(
                download_name(name, stored.name), as_attachment=as_attachment
            ),
            "Content-Length": str(facts.st_size),
            # Compressing on the way would break pieces, and these kinds are compressed already.
            "Content-Encoding": "identity",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Accept-Ranges": "bytes",
            "Cache-Control": cache_control,
            "ETag": etag,
            "Last-Modified": http_date(modified),
        }
    )
    answer = get_conditional_response(request, etag=etag, last_modified=modified, response=head)
    if answer is not head or request.method == "HEAD":
        file.close()
        return answer
    start, length = 0, facts.st_size
    if (piece := _piece_asked_for(request, head, facts.st_size)) is not None:
        start, length = piece
        if not length:
            file.close()
            return HttpResponse(
                status=416,
                headers={"Content-Range": f"bytes */{facts.st_size}", "Cache-Control": "no-store"},
            )
        head.headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{facts.st_size}"
        head.headers["Content-Length"] = str(length)
    return StreamingHttpResponse(
        _Piece(file, start, length),
        status=200 if piece is None else 206,
        headers=head.headers,
    )


def _piece_asked_for(request, head, size):
    """Where the piece begins and how long it is: nothing of it when it lies outside; None for the whole file."""
    asked = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", request.headers.get("Range", ""))
    only_if = request.headers.get("If-Range")
    if not asked or not any(asked.groups()):
        return None
    if only_if and only_if not in (head.headers["ETag"], head.headers["Last-Modified"]):
        return None
    first, last = asked.groups()
    if not first:
        length = min(int(last), size)
        return size - length, length
    start, end = int(first), min(int(last or size), size - 1)
    if last and int(last) < start:
        return None
    return start, max(0, end + 1 - start)


class _Piece:
    """The bytes of an open file from one place on, in handy portions; the response closes it."""

    PORTION = 64 * 1024

    def __init__(self, file, start, length):
        self.file, self.left = file, length
        file.seek(start)

    def __iter__(self):
        while self.left > 0 and (portion := self.file.read(min(self.PORTION, self.left))):
            self.left -= len(portion)
            yield portion

    def close(self):
        self.file.close()
