"""Files as a careless sender has them: each tells in several places who made it, and where."""

from io import BytesIO

from PIL import Image

from feedback.drill.canaries import Audience

# Exif tags: what it shows, who made it, which program; the pointer to GPS, and the name of the place in there.
DESCRIPTION, ARTIST, COMMENT_OF_USER, GPS, AREA = 0x010E, 0x013B, 0x9286, 0x8825, 0x001C
XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">{}</dc:creator></x:xmpmeta>'


def photo(canaries, case) -> tuple[str, bytes]:
    """Its name and its bytes."""
    facts, sent = Image.Exif(), BytesIO()
    facts[DESCRIPTION] = _word(canaries, case, "ảnh: EXIF, mô tả")
    facts[ARTIST] = _word(canaries, case, "ảnh: EXIF, người chụp")
    facts[COMMENT_OF_USER] = _word(canaries, case, "ảnh: EXIF, lời của máy").encode()
    facts[GPS] = {
        1: "N",
        2: (9.0, 10.0, 30.0),
        3: "E",
        4: (105.0, 9.0, 0.0),
        AREA: _word(canaries, case, "ảnh: GPS, tên nơi chụp").encode(),
    }
    Image.new("RGB", (60, 40), "#2a6").save(
        sent,
        "JPEG",
        exif=facts,
        comment=_word(canaries, case, "ảnh: chú thích JPEG").encode(),
        xmp=XMP.format(_word(canaries, case, "ảnh: XMP")).encode(),
    )
    return f"{_word(canaries, case, 'ảnh: tên tệp')}.jpg", sent.getvalue()


def document(canaries, case) -> tuple[str, bytes]:
    """A PDF of one empty page, with what office programs write about its author."""
    packet = XMP.format(_word(canaries, case, "PDF: XMP")).encode()
    author = _word(canaries, case, "PDF: tác giả").encode()
    title = _word(canaries, case, "PDF: tiêu đề").encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Metadata 5 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>",
        b"<</Author(%s)/Title(%s)>>" % (author, title),
        b"<</Type/Metadata/Subtype/XML/Length %d>>stream\n%s\nendstream" % (len(packet), packet),
    ]
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    end = b"trailer\n<</Size %d/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    name = f"{_word(canaries, case, 'PDF: tên tệp')}.pdf"
    return name, body + end % (
        len(objects) + 1,
        places[-1] + len(objects[-1]) + len(b"5 0 obj\n\nendobj\n"),
    )


def _word(canaries, case, field):
    return canaries.text(field, Audience.NOBODY, case, rest="")
