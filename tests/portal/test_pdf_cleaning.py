"""Of a PDF that anybody sends nothing stays but its pages: no word on who made it, where, and with what."""

import re
import zlib
from io import BytesIO

import pypdfium2
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image

from portal import pdf, pdf_reader
from portal.file_kinds import pages_alone
from tests import file_samples as sample

CONTENT = b"q 80 0 0 60 10 30 cm /Im0 Do Q BT /F1 12 Tf 10 10 Td (Don xin) Tj ET"
SECRET_CONTENT = b"BT /F1 12 Tf 10 10 Td (canary-revision) Tj ET"


def photo(kind="JPEG"):
    """A picture of noise, so that nothing of it can be lost unseen; it tells camera, place and owner."""
    image = Image.effect_noise((80, 60), 90).convert("RGB")
    content = BytesIO()
    if kind == "JPEG":
        exif = Image.Exif()
        exif[0x013B] = "canary-owner"
        exif.get_ifd(0x8825)[0x001D] = "canary-gps"
        options = {"exif": exif, "comment": b"canary-comment", "xmp": b"<x>canary-xmp</x>"}
        image.save(content, "JPEG", progressive=True, **options)
        return content.getvalue() + b"canary-tail"
    image.save(content, "JPEG2000", comment=b"canary-remark")
    return content.getvalue() + sample.box(b"xml ", b"<x>canary-box</x>")


def stream(head, content):
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (head, len(content), content)


def picture_stream(content, filters=b"/DCTDecode"):
    head = b"/Type/XObject/Subtype/Image/Width 80/Height 60/ColorSpace/DeviceRGB/BitsPerComponent 8"
    return stream(head + b"/Metadata 6 0 R/Filter" + filters, content)


def document(picture, *, catalog=b"", more=()):
    """A page with a picture, words and a stamp upon it, and a canary wherever one can sit."""
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(
        [
            b"<</Type/Catalog/Pages 2 0 R/Metadata 6 0 R/Outlines 9 0 R/AcroForm<</Fields[12 0 R]>>%s>>"
            % catalog,
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Annots[7 0 R]"
            b"/Resources<</XObject<</Im0 5 0 R>>/Font<</F1 11 0 R>>"
            b"/Properties<</P0<</ActualText(canary-property)>>>>>>/Metadata 6 0 R/CanaryKey(canary-key)"
            b"/PieceInfo<</Maker<</Private(canary-piece)/LastModified(D:2026)>>>>>>",
            stream(b"", SECRET_CONTENT),
            picture,
            stream(b"/Type/Metadata/Subtype/XML", b"<dc:creator>canary-xmp</dc:creator>"),
            b"<</Type/Annot/Subtype/Stamp/Rect[120 20 180 80]/T(canary-author)/Contents(canary-note)"
            b"/AP<</N 8 0 R>>/F 4/P 3 0 R>>",
            stream(
                b"/Type/XObject/Subtype/Form/BBox[0 0 60 60]/LastModified(canary-form)",
                b"1 0 0 rg 5 5 50 50 re f",
            ),
            b"<</Type/Outlines/First 10 0 R/Last 10 0 R/Count 1>>",
            b"<</Title(canary-outline)/Parent 9 0 R/Dest[3 0 R/Fit]>>",
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/CanaryKey(canary-font)>>",
            b"<</FT/Tx/T(canary-field)/V(canary-value)>>",
            b"<</Author(canary-info)/Producer(canary-producer)>>",
            *more,
        ],
        start=1,
    ):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, first = len(places) + 1, len(body)
    trailer = b"trailer\n<</Size %d/Root 1 0 R/Info 13 0 R%s>>\nstartxref\n%d\n%%%%EOF\n"
    body += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + trailer % (size, b"", first)
    # A later revision says something else; what it replaced is still in the file.
    place = len(body)
    body += b"4 0 obj\n%s\nendobj\n" % stream(b"", CONTENT)
    changed = b"xref\n4 1\n%010d 00000 n \n" % place
    return body + changed + trailer % (size, b"/Prev %d" % first, len(body))


def unpacked(content):
    """The bytes of a file, and those of its packed streams."""
    parts = [content]
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            parts.append(zlib.decompressobj().decompress(packed))
        except zlib.error:
            continue
    return b"\n".join(parts)


def drawn(content):
    page = pypdfium2.PdfDocument(content)[0]
    return page.render(scale=2).to_pil().convert("RGB")


def words(content):
    return pypdfium2.PdfDocument(content)[0].get_textpage().get_text_bounded()


PACKED = zlib.compress(photo())
PICTURES = {
    "JPEG": (picture_stream(photo()), ()),
    "packed JPEG": (picture_stream(PACKED, b"[/FlateDecode/DCTDecode]"), ()),
    "filter elsewhere": (picture_stream(photo(), b" 14 0 R"), [b"/DCTDecode"]),
    "JPEG 2000": (picture_stream(photo("JPEG2000"), b"/JPXDecode"), ()),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_nothing_stays_of_a_pdf_but_what_is_seen(kind):
    picture, more = PICTURES[kind]
    sent = document(picture, more=more)
    assert len(set(re.findall(rb"canary-\w+", unpacked(sent)))) >= 14

    kept, fault = pdf.keep_pages(ContentFile(sent))

    assert fault == ""
    assert re.findall(rb"canary\S*|PDFium|/Info|/ID|/Annots", unpacked(kept), re.IGNORECASE) == []
    assert drawn(kept).tobytes() == drawn(sent).tobytes()
    assert words(kept) == words(sent) == "Don xin"


def test_the_picture_is_there_and_so_is_the_stamp():
    """What the comparison above rests on."""
    image = drawn(document(PICTURES["JPEG"][0]))

    assert image.getpixel((300, 100)) == (255, 0, 0)
    assert len(image.crop((20, 20, 180, 140)).getcolors(20_000)) > 50


def test_the_same_pdf_is_kept_in_the_same_bytes():
    sent = document(PICTURES["JPEG"][0])

    assert len({pages_alone(ContentFile(sent)) for _time in range(2)}) == 1


def test_a_filled_form_keeps_what_was_written_into_it():
    widget = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(ten)/V(Bay)/DA(/Helv 12 Tf 0 g)/Rect[10 10 190 40]/F 4/P 3 0 R>>"
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    sent = sample.pdf(
        catalog=b"/AcroForm<</Fields[4 0 R]/DR<</Font<</Helv 5 0 R>>>>/DA(/Helv 12 Tf 0 g)>>",
        more=[widget, font],
    ).replace(b"/MediaBox[0 0 200 100]", b"/MediaBox[0 0 200 100]/Annots[4 0 R]")

    assert words(pages_alone(ContentFile(sent))) == "Bay"


@pytest.mark.parametrize(
    "catalog",
    [
        b"/OCProperties<</OCGs[14 0 R]/D<</OFF[14 0 R]>>>>",
        b"/OCProperties<</OCGs[14 0 R]/D<</BaseState/OFF>>>>",
    ],
)
def test_a_pdf_with_a_hidden_layer_is_refused_with_a_way_out(catalog):
    sent = document(PICTURES["JPEG"][0], catalog=catalog, more=[b"<</Type/OCG/Name(a)>>"])

    with pytest.raises(ValidationError, match="in lại thành PDF"):
        pages_alone(ContentFile(sent))


def test_a_picture_that_cannot_be_read_lets_the_pdf_be_refused():
    broken = picture_stream(b"\xff\xd8\xff\xe1\x00", b"/DCTDecode")

    with pytest.raises(ValidationError, match="chưa tách được"):
        pages_alone(ContentFile(document(broken)))


def test_a_pdf_that_grows_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(pdf_reader, "LARGEST_KEPT", 1000)

    assert pdf_reader.keep_pages(BytesIO(document(PICTURES["JPEG"][0]))) == b""


def test_a_jpeg_keeps_its_picture_and_how_its_colours_are_read():
    noise = Image.effect_noise((90, 50), 80)
    for mode in ("L", "RGB", "CMYK"):
        content = BytesIO()
        noise.convert(mode).save(content, "JPEG", comment=b"canary")

        clean = pdf_reader.clean_jpeg(content.getvalue())

        assert b"canary" not in clean
        with Image.open(BytesIO(content.getvalue())) as sent, Image.open(BytesIO(clean)) as kept:
            assert (kept.mode, kept.tobytes()) == (sent.mode, sent.tobytes())
