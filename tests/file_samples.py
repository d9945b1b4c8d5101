"""Files as people send them, good and hostile, built byte by byte."""

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image

PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>"


def pdf(*, pages=1, catalog=b"", trailer=b"", more=()):
    """A PDF of empty pages; what is hostile goes into its catalog, its trailer or more objects (from 4 on)."""
    kids = b"3 0 R " * pages
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages),
        PAGE,
        *more,
    ]
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n"
        % (
            len(objects) + 1,
            table,
            len(objects) + 1,
            trailer,
            len(body),
        )
    )


def packed_pdf(catalog=b"", *, padding=0):
    """A PDF whose catalog lies compressed in a stream, where no search through the bytes finds it.

    `padding`: how many millions of blanks follow in that stream.
    """
    compressor = zlib.compressobj()
    packed = compressor.compress(b"1 0 <</Type/Catalog/Pages 2 0 R%s>>" % catalog)
    packed += compressor.flush(zlib.Z_FULL_FLUSH)
    # Each million is packed to the same bytes.
    packed += padding * (
        compressor.compress(b" " * 1_000_000) + compressor.flush(zlib.Z_FULL_FLUSH)
    )
    packed += compressor.flush()
    body, places = b"%PDF-1.7\n", []
    for number, content in [
        (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>"),
        (3, PAGE),
        (
            4,
            b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
            % (len(packed), packed),
        ),
    ]:
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    places.append(len(body))
    rows = bytes(6) + struct.pack(">BIB", 2, 4, 0)
    rows += b"".join(struct.pack(">BIB", 1, place, 0) for place in places)
    return (
        body
        + b"5 0 obj\n<</Type/XRef/Size 6/W[1 4 1]/Root 1 0 R/Length %d>>stream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF"
        % (
            len(rows),
            rows,
            len(body),
        )
    )


TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{}</Types>'
LINKS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def office(main_part="word/document.xml", *, types="", links="", members=()):
    """A document of Office with the parts that each has; more `members` are pairs of name and content."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES.format(types))
        archive.writestr("_rels/.rels", LINKS.format(links))
        archive.writestr(main_part, "<document/>")
        for name, part in members:
            archive.writestr(name, part)
    return content.getvalue()


def link(kind, target):
    return f'<Relationship Id="a" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="External"/>'


def zip_of(name="a.txt", content=b"a"):
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr(name, content)
    return archive.getvalue()


def picture(kind="PNG", *, size=(60, 40), mode="RGB", colour=None, **options):
    content = BytesIO()
    Image.new(mode, size, colour or 0).save(content, kind, **options)
    return content.getvalue()


def moving_picture(kind):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    content = BytesIO()
    frames[0].save(content, kind, save_all=True, append_images=frames[1:], duration=100)
    return content.getvalue()


def bomb(side=60_000):
    """A PNG of a hundred bytes that says it has billions of pixels."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def box(name, content=b""):
    return struct.pack(">I", 8 + len(content)) + name + content


def film(brand=b"isom"):
    return (
        box(b"ftyp", brand + bytes(4) + brand) + box(b"moov", bytes(20)) + box(b"mdat", bytes(50))
    )


def sound():
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    return b"ID3\x04\x00\x00\x00\x00\x00\x05" + bytes(5) + frame * 3


CAPTIONS = "WEBVTT\n\n00:01.000 --> 00:04.000\nKính chào ông bà.\n".encode()
