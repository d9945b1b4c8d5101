"""Reads a PDF from the standard input in a process of its own, with little memory and time: see `portal.pdf`.

A file of a few megabytes can unpack to gigabytes, or bring down whoever reads it; here only this process goes.
It knows neither Django nor the portal's secrets.

What `keep_pages` keeps of a PDF: PDFium takes the pages, with their notes and filled forms drawn into them, over into a
new document; of that, only what the eye sees is written down: see `SEEN`.
"""

import base64
import json
import re
import struct
import sys
import zlib
from io import BytesIO

import pypdfium2
from pypdfium2 import raw as pdfium

try:
    import resource
except ImportError:
    # Windows, where people develop: there the time alone is limited.
    resource = None

MEMORY = 1024**3
SECONDS = 10
MAX_PAGES = 3000
# What is kept may be larger than what was sent, as PDFium unpacks tables.
LARGEST_KEPT = 20 * 1024**2

PROGRAMS = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|Rendition|ImportData|SubmitForm|XFA)"
    rb"(?![A-Za-z0-9_#.-])"
)
# Layers that are switched off would come to light among the pages of a new document.
HIDDEN_LAYERS = re.compile(rb"/OFF\s*\[\s*\d|/BaseState\s*/OFF")


class InPdf:
    """Takes a document as PDFium writes it: unpacked, and every name spelled out, wherever it was hidden."""

    LONGEST = 20

    def __init__(self, pattern):
        self.pattern = pattern
        self.found = False
        self._end = b""

    def write(self, piece):
        piece = self._end + piece
        self.found = self.found or self.pattern.search(piece) is not None
        self._end = piece[-self.LONGEST :]


def judge(file):
    """The number of pages, or what is wrong."""
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as failure:
        return {"fault": "locked" if failure.err_code == pdfium.FPDF_ERR_PASSWORD else "broken"}
    if pdfium.FPDF_GetSecurityHandlerRevision(document) != -1:
        return {"fault": "locked"}
    if not 0 < len(document) <= MAX_PAGES:
        return {"fault": "too long" if len(document) else "broken"}
    if _has(document, PROGRAMS) or pdfium.FPDFDoc_GetJavaScriptActionCount(document):
        return {"fault": "program"}
    return {"page_count": len(document)}


def draw_first_page(file, width, height):
    """No larger than asked for: a page may say that it is a mile wide."""
    page = pypdfium2.PdfDocument(file)[0]
    page_width, page_height = page.get_size()
    scale = min(width / max(page_width, 1), height / max(page_height, 1))
    return page.render(scale=scale).to_pil()


def keep_pages(file):
    """The document anew, of its pages alone; nothing if that cannot be done."""
    document = pypdfium2.PdfDocument(file)
    if _has(document, HIDDEN_LAYERS):
        return b""
    document.init_forms()
    for page in document:
        pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
    pages = pypdfium2.PdfDocument.new()
    pages.import_pages(document)
    written = BytesIO()
    pages.save(written, flags=pdfium.FPDF_NO_INCREMENTAL)
    content = PdfFile(written.getvalue()).only_what_is_seen()
    is_whole = len(pypdfium2.PdfDocument(content)) == len(document)
    return content if is_whole and len(content) <= LARGEST_KEPT else b""


def _has(document, pattern):
    seen = InPdf(pattern)
    document.save(seen, flags=pdfium.FPDF_NO_INCREMENTAL)
    return seen.found


class Reference(int):
    """The number of another object."""


class PdfFile:
    """A file as PDFium writes it: one table of places, each object whole at its place, no object within a stream."""

    TOKEN = re.compile(
        rb"[\0\t\n\f\r ]*(?:(\d+)[\r\n ]+\d+[\r\n ]+R(?![A-Za-z])|(<<|>>|\[|\]|/[^\0\t\n\f\r ()<>\[\]{}/%]*"
        rb"|\([^()\\]*+(?:\\.[^()\\]*+)*+\)|<[0-9A-Fa-f\s]*>|[^\0\t\n\f\r ()<>\[\]{}/%]+))",
        re.DOTALL,
    )
    HEAD = re.compile(rb"\s*\d+\s+\d+\s+obj")
    STREAM = re.compile(rb"[\r\n ]*stream\r?\n")

    # What has to be known of a stream, though it may stand in objects of its own.
    TOLD_ELSEWHERE = {b"/Type", b"/Subtype", b"/Filter", b"/DecodeParms", b"/Length"}

    def __init__(self, data):
        self.data = data
        start = int(re.search(rb"startxref\s+(\d+)\s+%%EOF\s*\Z", data)[1])
        rows = re.findall(rb"(\d{10}) \d{5} ([nf])", data[start:])
        self.places = [int(place) if kind == b"n" else None for place, kind in rows]
        self.root = Reference(re.search(rb"/Root\s+(\d+)\s+\d+\s+R", data[start:])[1])

    def only_what_is_seen(self):
        """The catalog, the pages, and whatever they show, under new numbers."""
        self.numbers = {self.root: 1}
        waiting, objects = [self.root], []
        for old in waiting:
            value, content = self._object(old)
            value = seen_of(value)
            if content is not None:
                value, content = seen_of_stream(value, content)
                value[b"/Length"] = b"%d" % len(content)
            written = self._written(value, waiting)
            if content is not None:
                written += b"stream\r\n" + content + b"\r\nendstream"
            objects.append(written)
        return _file_of(objects)

    def _object(self, number):
        """The value of an object, and the content if it is a stream."""
        place = self.places[number] if number < len(self.places) else None
        if place is None:
            return b"null", None
        value, place = self._value(self.HEAD.match(self.data, place).end())
        stream = self.STREAM.match(self.data, place)
        if not stream or not isinstance(value, dict):
            return value, None
        for key in self.TOLD_ELSEWHERE & value.keys():
            value[key] = self._looked_up(value[key])
        length = int(value[b"/Length"])
        return value, self.data[stream.end() : stream.end() + length]

    def _looked_up(self, value):
        if isinstance(value, Reference):
            value, _content = self._object(value)
        return [self._looked_up(one) for one in value] if isinstance(value, list) else value

    def _value(self, place):
        token = self.TOKEN.match(self.data, place)
        place, word = token.end(), token[2]
        if token[1]:
            return Reference(token[1]), place
        if word == b"[":
            return self._values_until(b"]", place)
        if word == b"<<":
            values, place = self._values_until(b">>", place)
            return dict(zip(values[::2], values[1::2], strict=True)), place
        return word, place

    def _values_until(self, end, place):
        values = []
        while True:
            value, place = self._value(place)
            if value == end:
                return values, place
            values.append(value)

    def _written(self, value, waiting):
        if isinstance(value, Reference):
            if value not in self.numbers:
                self.numbers[value] = len(self.numbers) + 1
                waiting.append(value)
            return b" %d 0 R" % self.numbers[value]
        if isinstance(value, dict):
            parts = (key + b" " + self._written(one, waiting) for key, one in value.items())
            return b"<<" + b" ".join(parts) + b">>"
        if isinstance(value, list):
            return b"[" + b" ".join(self._written(one, waiting) for one in value) + b"]"
        return value


def _file_of(objects):
    body, places = BytesIO(), []
    body.write(b"%PDF-1.7\n%\xa1\xb3\xc5\xd7\n")
    for number, content in enumerate(objects, start=1):
        places.append(body.tell())
        body.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = body.tell()
    body.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    body.writelines(b"%010d 00000 n \n" % place for place in places)
    body.write(b"trailer\n<</Size %d/Root 1 0 R>>\n" % (len(objects) + 1))
    body.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return body.getvalue()


def _names(words):
    return {b"/" + word.encode() for word in words.split()}


# What is kept of the things whose entries are known, by their kind.
SEEN = {
    b"/Catalog": _names("Type Pages"),
    b"/Pages": _names("Type Kids Count"),
    b"/Page": _names(
        "Type Parent Resources Contents MediaBox CropBox BleedBox TrimBox ArtBox Rotate UserUnit Group"
    ),
    b"/Form": _names("Type Subtype FormType BBox Matrix Resources Group Filter DecodeParms Length"),
    b"/Image": _names(
        "Type Subtype Width Height ColorSpace BitsPerComponent Intent ImageMask Mask SMask Decode Interpolate"
        " SMaskInData Matte Filter DecodeParms Length"
    ),
    b"/Font": _names(
        "Type Subtype Name BaseFont FirstChar LastChar Widths FontDescriptor Encoding ToUnicode DescendantFonts"
        " CIDSystemInfo DW W DW2 W2 CIDToGIDMap FontBBox FontMatrix CharProcs Resources"
    ),
    b"/FontDescriptor": _names(
        "Type FontName Flags FontBBox ItalicAngle Ascent Descent Leading CapHeight XHeight StemV StemH AvgWidth"
        " MaxWidth MissingWidth FontFile FontFile2 FontFile3 FontStretch FontWeight CIDSet"
    ),
}
# What no other thing keeps. Long names alone: the rest may be what a page calls its fonts and pictures.
UNSEEN = _names("Metadata PieceInfo LastModified Properties StructParent StructParents")
# The only texts that drawing asks for, besides the colours of a palette.
SPOKEN = _names("Registry Ordering")


def seen_of(value):
    """A value without what only programs read: notes on its making, links, and every text beside the page."""
    if isinstance(value, list):
        is_palette = value[:1] in ([b"/Indexed"], [b"/I"])
        return [b"null" if _is_text(one) and not is_palette else seen_of(one) for one in value]
    if not isinstance(value, dict):
        return value
    kinds = [value.get(key) for key in (b"/Type", b"/Subtype")]
    known = next((SEEN[kind] for kind in kinds if isinstance(kind, bytes) and kind in SEEN), None)
    return {
        key: seen_of(one)
        for key, one in value.items()
        if (key in known if known else key not in UNSEEN) and (key in SPOKEN or not _is_text(one))
    }


def _is_text(value):
    return isinstance(value, bytes) and (value.startswith(b"(") or re.match(rb"<(?!<)", value))


def seen_of_stream(value, content):
    """A stream and its content, without what a picture in it says of camera, place and owner."""
    filters = value.get(b"/Filter", [])
    filters = filters if isinstance(filters, list) else [filters]
    clean = PICTURES.get(filters[-1]) if filters else None
    if not clean:
        return value, content
    for packed in filters[:-1]:
        content = UNPACK[packed](content)
    value[b"/Filter"] = filters[-1]
    if isinstance(value.get(b"/DecodeParms"), list):
        value[b"/DecodeParms"] = value[b"/DecodeParms"][-1]
    return value, clean(content)


def _inflated(content):
    unpacker = zlib.decompressobj()
    content = unpacker.decompress(content, 2 * LARGEST_KEPT)
    if unpacker.unconsumed_tail:
        raise ValueError("A picture unpacks to more than any may have.")
    return content


UNPACK = {
    b"/FlateDecode": _inflated,
    b"/ASCII85Decode": lambda content: base64.a85decode(content.strip().removesuffix(b"~>")),
    b"/ASCIIHexDecode": lambda content: bytes.fromhex(content.decode().rstrip("> \r\n")),
}


def clean_jpeg(content):
    """Without notes of programs, small pictures of itself, and whatever follows its end.

    The first of JFIF and Adobe's own stay: they say how to read the colours.
    """
    kept, place = [b"\xff\xd8"], content.index(b"\xff\xd8") + 2
    while True:
        mark, place = _next_mark(content, place)
        if mark == 0xD9:
            return b"".join(kept) + b"\xff\xd9"
        (length,) = struct.unpack_from(">H", content, place)
        segment = content[place : place + length]
        place += length
        if mark == 0xDA:
            # The picture itself runs until the next mark that is not a part of it.
            end = SCAN_END.search(content, place)
            end = end.start() if end else len(content)
            segment, place = segment + content[place:end], end
        if mark == 0xE0 and segment[2:7] == b"JFIF\0":
            segment = b"\x00\x10" + segment[2:14].ljust(12, b"\0") + b"\0\0"
        elif 0xE0 <= mark <= 0xEF or mark == 0xFE:
            segment = segment if mark == 0xEE and segment[:7] == b"\x00\x0eAdobe" else b""
        if segment:
            kept.append(b"\xff%c%s" % (mark, segment))


SCAN_END = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
MARK = re.compile(rb"\xff+([^\x00\xff])")


def _next_mark(content, place):
    """The next mark and where its segment begins; a picture cut short ends where it is cut."""
    found = MARK.search(content, place)
    return (found[1][0], found.end()) if found else (0xD9, len(content))


def clean_jpeg_2000(content):
    """The boxes that a picture consists of, and the code in them without its remarks."""
    if content.startswith(b"\xff\x4f"):
        return _without_remarks(content)
    kept, place = [], 0
    while place < len(content):
        size, name = struct.unpack_from(">I4s", content, place)
        begin = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", content, place + 8)
            begin = 16
        size = size or len(content) - place
        box = content[place + begin : place + size]
        place += max(size, 8)
        if name == b"jp2c":
            box = _without_remarks(box)
        if name in {b"jP  ", b"ftyp", b"jp2h", b"jp2c"}:
            kept.append(struct.pack(">I4s", len(box) + 8, name) + box)
    return b"".join(kept)


def _without_remarks(code):
    kept, place = [code[:2]], 2
    while code[place : place + 2] != b"\xff\x90":
        mark, length = struct.unpack_from(">HH", code, place)
        if mark != 0xFF64:
            kept.append(code[place : place + 2 + length])
        place += 2 + length
    return b"".join(kept) + code[place:]


PICTURES = {
    b"/DCTDecode": clean_jpeg,
    b"/DCT": clean_jpeg,
    b"/JPXDecode": clean_jpeg_2000,
}


def main(task, *numbers):
    if resource:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if task == "judge":
        print(json.dumps(judge(sys.stdin.buffer)))
    elif task == "keep":
        sys.stdout.buffer.write(keep_pages(sys.stdin.buffer))
    else:
        draw_first_page(sys.stdin.buffer, *map(int, numbers)).save(sys.stdout.buffer, "PNG")


if __name__ == "__main__":
    main(*sys.argv[1:])
