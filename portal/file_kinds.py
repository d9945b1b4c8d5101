"""What kind a file is, told by its bytes alone, and what no file of that kind may hold.

Each judge reads little and bounded pieces, and refuses with a sentence for the person who sent the file.
"""

import re
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from defusedxml import ElementTree
from django.core.exceptions import ValidationError

from portal import images, pdf
from portal.pdf_reader import MAX_PAGES

MEGABYTE = 1024 * 1024
BROKEN = "Tệp hỏng hoặc không đúng loại như tên của nó. Xin mở xem lại rồi lưu tệp mới."


def judge_pdf(upload):
    """The number of pages. A PDF may show pages and lead to addresses, nothing more."""
    _refuse_unless(b"%%EOF" in _tail(upload, 1024))
    found = pdf.judge(upload)
    if "fault" in found:
        raise ValidationError(PDF_FAULTS[found["fault"]])
    return found["page_count"]


def pages_alone(upload) -> bytes:
    """A PDF, judged before, as a new one that has its pages and nothing else; see `portal.pdf`."""
    content, fault = pdf.keep_pages(upload)
    if fault:
        raise ValidationError(PDF_FAULTS[fault])
    return content


PDF_FAULTS = {
    "broken": BROKEN,
    "locked": "Tệp PDF có mật khẩu hoặc bị khóa. Xin lưu một bản không khóa.",
    "too long": f"Tệp PDF có hơn {MAX_PAGES} trang. Xin chia thành nhiều tệp.",
    "program": "Tệp PDF có mã lệnh, tệp đính kèm hoặc lệnh mở chương trình bên trong."
    " Xin in lại thành PDF rồi gửi bản đó.",
    "not clean": "Cổng chưa tách được thông tin ẩn khỏi tệp PDF này. Xin in lại thành PDF rồi gửi bản đó.",
}


def judge_picture(upload):
    images.measure(upload)


def judge_office(upload, main_part):
    """A document of Office without programs: unpacked by nobody, its list of parts read and each part's head."""
    _refuse_unless(_is_plain_zip(upload))
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as archive:
            members = archive.infolist()
            _judge_members(members, main_part)
            for member in members:
                _judge_part(archive, member)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError) as failure:
        raise ValidationError(BROKEN) from failure
    # zlib and the reader of XML have errors of their own.
    except (ValueError, SyntaxError, RuntimeError, zipfile.zlib.error) as failure:
        raise ValidationError(BROKEN) from failure


MAX_PARTS = 3000
MAX_UNPACKED = 300 * MEGABYTE
MAX_XML = 2 * MEGABYTE
_PROGRAM = (
    "Tệp có macro, chương trình, tệp khác hoặc đối tượng nhúng bên trong, hay lấy nội dung từ nơi khác."
    " Xin dán phần đó thành ảnh, hoặc lưu thành PDF."
)
_END_OF_ZIP = struct.Struct("<4s4H2LH")


def _is_plain_zip(upload):
    """Whether the file is one archive from its first byte to its last, with a list of a bearable length."""
    tail = _tail(upload, _END_OF_ZIP.size)
    if len(tail) < _END_OF_ZIP.size:
        return False
    mark, disk, _disk, _here, count, length, start, comment = _END_OF_ZIP.unpack(tail)
    return (
        mark == b"PK\x05\x06"
        and not disk
        and not comment
        and count <= MAX_PARTS
        and length <= MEGABYTE
        and start + length + _END_OF_ZIP.size == upload.size
    )


def _judge_members(members, main_part):
    names = [member.filename for member in members]
    _refuse_unless({"[Content_Types].xml", main_part} <= set(names))
    _refuse_unless(len({name.lower() for name in names}) == len(names) <= MAX_PARTS)
    for member in members:
        _refuse_unless(not re.search(r"^[/\\]|\.\.|\\|:|[\x00-\x1f]", member.filename))
        _refuse_unless(member.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
        if member.flag_bits & 0x1:
            raise ValidationError("Tệp có mật khẩu. Xin lưu một bản không khóa.")
        if re.search(
            r"vbaproject|/embeddings/|/activex/|oleobject|macrosheets", member.filename, re.I
        ):
            raise ValidationError(_PROGRAM)
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise ValidationError("Tệp nén quá nhiều dữ liệu bên trong nên Cổng không nhận.")


def _judge_part(archive, member):
    with archive.open(member) as part:
        head = part.read(8)
        if head.startswith(_NESTED):
            raise ValidationError(_PROGRAM)
        if member.filename == "[Content_Types].xml" or member.filename.endswith(".rels"):
            _refuse_unless(member.file_size <= MAX_XML)
            xml = head + part.read(MAX_XML)
            root = ElementTree.fromstring(xml, forbid_dtd=True)
            if any(map(_is_program, root)):
                raise ValidationError(_PROGRAM)


# OLE (macros too), archives, programs, and documents that hide in a document.
_NESTED = (
    b"\xd0\xcf\x11\xe0",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"MZ",
    b"\x7fELF",
    b"%PDF",
    b"#!",
)


def _is_program(entry):
    """Whether a line of the list of types names a program, or a link leads to more than a page or a picture."""
    if re.search("macro|vba|oleobject|activex|msdownload", entry.get("ContentType", ""), re.I):
        return True
    if entry.get("TargetMode", "").lower() != "external":
        return False
    kind, target = entry.get("Type", "").rpartition("/")[2], entry.get("Target", "").strip()
    if kind == "attachedTemplate":
        # Word writes down the template on the writer's own disk; one on the net would be fetched.
        return not re.match(r"(?:file:///)?[A-Za-z]:", target)
    scheme = urlsplit(target).scheme.lower()
    allowed = {"hyperlink": {"", "http", "https", "mailto", "tel"}, "image": {"http", "https"}}
    return scheme not in allowed.get(kind, ()) or target.startswith(("\\\\", "//"))


def judge_mp4(upload, brands):
    """Boxes in a row that end where the file ends: a film's table of contents and its data."""
    upload.seek(4)
    _refuse_unless(upload.read(8)[4:] in brands)
    place, seen = 0, set()
    for _box in range(50_000):
        upload.seek(place)
        head = upload.read(16)
        if len(head) < 8:
            break
        size, name = struct.unpack(">L4s", head[:8])
        if size == 1 and len(head) == 16:
            size = struct.unpack(">Q", head[8:])[0]
        elif size == 0:
            size = upload.size - place
        _refuse_unless(8 <= size <= upload.size - place)
        seen.add(name)
        place += size
    _refuse_unless(place == upload.size and b"moov" in seen and seen & {b"mdat", b"moof"})


def judge_mp3(upload):
    """After the tag, if there is one, two frames in a row."""
    upload.seek(0)
    head = upload.read(10)
    place = 0
    if head[:3] == b"ID3" and len(head) == 10:
        place = 10 + sum((byte & 0x7F) << 7 * (3 - n) for n, byte in enumerate(head[6:]))
    for _frame in range(2):
        upload.seek(place)
        length = _mp3_frame_length(upload.read(4))
        _refuse_unless(length)
        place += length


_MP3_RATES = {
    # Kilobits a second of MPEG 1 and of MPEG 2, third layer; hertz by version.
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
}
_MP3_HERTZ = {3: (44100, 48000, 32000, 0), 2: (22050, 24000, 16000, 0)}


def _mp3_frame_length(head):
    """The length of the frame that this head begins; 0 if it is none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version = head[1] >> 3 & 3
    rate = _MP3_RATES.get(version, (0,) * 16)[head[2] >> 4]
    hertz = _MP3_HERTZ.get(version, (0,) * 4)[head[2] >> 2 & 3]
    if not rate or not hertz:
        return 0
    return (144 if version == 3 else 72) * rate * 1000 // hertz + (head[2] >> 1 & 1)


def judge_vtt(upload):
    """Captions: text that begins with its name and has a line of times."""
    upload.seek(0)
    try:
        text = upload.read(MEGABYTE).decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        raise ValidationError("Tệp phụ đề phải lưu bằng mã UTF-8.") from failure
    _refuse_unless(re.match(r"WEBVTT(?:[ \t\r\n]|\Z)", text) and "-->" in text)
    _refuse_unless(
        not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]|<(?:script|html|!doctype)", text, re.I)
    )


def _tail(upload, length):
    upload.seek(max(0, upload.size - length))
    return upload.read(length)


def _refuse_unless(is_right):
    if not is_right:
        raise ValidationError(BROKEN)


@dataclass(frozen=True)
class Kind:
    """A kind of file that the portal takes."""

    name: str
    content_type: str
    # The first ending is the usual one.
    endings: tuple[str, ...]
    begins: re.Pattern
    judge: Callable
    largest: int = 20 * MEGABYTE
    is_archive: bool = False


def _office(name, ending, main_part, type):
    return Kind(
        name,
        f"application/vnd.openxmlformats-officedocument.{type}",
        (ending,),
        re.compile(rb"PK\x03\x04"),
        lambda upload: judge_office(upload, main_part),
        is_archive=True,
    )


_DOCX = _office("Word (docx)", "docx", "word/document.xml", "wordprocessingml.document")
_XLSX = _office("Excel (xlsx)", "xlsx", "xl/workbook.xml", "spreadsheetml.sheet")
_PPTX = _office("PowerPoint (pptx)", "pptx", "ppt/presentation.xml", "presentationml.presentation")
_PDF = Kind("PDF", "application/pdf", ("pdf",), re.compile(rb"%PDF-[12]\.\d"), judge_pdf)
_JPEG = Kind(
    "JPEG",
    "image/jpeg",
    ("jpg", "jpeg"),
    re.compile(rb"\xff\xd8\xff"),
    judge_picture,
    images.MAX_BYTES,
)
_PNG = Kind(
    "PNG", "image/png", ("png",), re.compile(rb"\x89PNG\r\n\x1a\n"), judge_picture, images.MAX_BYTES
)
_WEBP = Kind(
    "WebP",
    "image/webp",
    ("webp",),
    re.compile(rb"RIFF....WEBP", re.DOTALL),
    judge_picture,
    images.MAX_BYTES,
)
_MP4 = Kind(
    "MP4",
    "video/mp4",
    ("mp4",),
    re.compile(rb"....ftyp", re.DOTALL),
    lambda upload: judge_mp4(
        upload, {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V "}
    ),
    200 * MEGABYTE,
)
_M4A = Kind(
    "M4A",
    "audio/mp4",
    ("m4a",),
    re.compile(rb"....ftyp", re.DOTALL),
    lambda upload: judge_mp4(upload, {b"M4A ", b"isom", b"iso2", b"mp42"}),
    50 * MEGABYTE,
)
_MP3 = Kind(
    "MP3", "audio/mpeg", ("mp3",), re.compile(rb"ID3|\xff[\xe2-\xff]"), judge_mp3, 50 * MEGABYTE
)
_VTT = Kind(
    "WebVTT",
    "text/vtt; charset=utf-8",
    ("vtt",),
    re.compile(rb"(?:\xef\xbb\xbf)?WEBVTT"),
    judge_vtt,
    MEGABYTE,
)

# What a field takes: one of these, or several put together.
PICTURES = (_JPEG, _PNG, _WEBP)
DOCUMENTS = (_PDF, _DOCX, _XLSX)
SLIDES = (_PPTX,)
VIDEOS = (_MP4,)
SOUNDS = (_MP3, _M4A)
CAPTIONS = (_VTT,)
# What anybody may send: pictures are drawn anew, and of a PDF only its pages stay.
ATTACHMENTS = tuple(replace(kind, largest=10 * MEGABYTE) for kind in (*PICTURES, _PDF))
ALL_KINDS = DOCUMENTS + SLIDES + PICTURES + VIDEOS + SOUNDS + CAPTIONS
