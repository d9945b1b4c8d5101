"""What is printed of one text: the announcer's script, the leaflet, the poster."""

import pytest

from outreach.channel_texts import printing, texts
from outreach.channel_texts.sources import source_of_article, source_of_issue
from outreach.models import ChannelText
from procedures.models import QrTarget
from tests import bulletins
from tests import factories as make
from tests.pdfs import codes_in, text_of

pytestmark = pytest.mark.django_db

Channel = ChannelText.Channel
BODY = """<p>Áp dụng từ 01/3/2026.</p><h2>Cần mang gì</h2><ul><li>Giấy chứng sinh</li><li>Căn cước</li></ul>
<h2>Mất bao lâu</h2><p>Trong 1 ngày làm việc, lệ phí 8.000 đ.</p>"""


@pytest.fixture
def source(db):
    make.make_agency("Ủy ban nhân dân tỉnh Cà Mau", owns_portal=True, phone="0290 000 0000")
    version = make.make_article(
        "Khai sinh tại bệnh viện", lead="Cha mẹ nhận giấy khai sinh tại bệnh viện.", body=BODY
    )
    return source_of_article(version.article)


def printed(source, channel):
    make_pdf = {
        Channel.LOUDSPEAKER: printing.script_pdf,
        Channel.LEAFLET: printing.leaflet_pdf,
        Channel.POSTER: printing.poster_pdf,
    }[channel]
    return make_pdf(source, texts.current(source, channel))


def test_the_script_is_printed_word_for_word_with_its_length(source):
    text = text_of(printed(source, Channel.LOUDSPEAKER))

    assert "Lời phát thanh · khoảng" in text
    words = texts.current(source, Channel.LOUDSPEAKER).body
    places = [text.index(" ".join(line.split())) for line in words.split("\n") if line.strip()]
    assert places == sorted(places)
    assert "Trang 1/" in text


@pytest.mark.parametrize("channel", [Channel.LEAFLET, Channel.POSTER])
def test_leaflet_and_poster_tell_the_text_and_carry_a_code_that_leads_to_it(source, channel):
    pdf = printed(source, channel)

    text = text_of(pdf)
    target = QrTarget.objects.get()
    assert codes_in(pdf) == [target.address]
    assert target.path == source.article.get_absolute_url()
    assert "Khai sinh tại bệnh viện" in text
    assert target.readable_address in text.replace("/ ", "/")
    assert "0290 000 0000" in text


def test_a_leaflet_has_headings_and_lists_in_the_order_of_its_words(source):
    text = text_of(printed(source, Channel.LEAFLET))

    said = ["Khai sinh tại bệnh viện", "Cần mang gì", "Giấy chứng sinh", "Căn cước", "Mất bao lâu"]
    places = [text.index(words) for words in said]
    assert places == sorted(places)
    assert "8.000 đ" in text


def test_staff_shape_a_leaflet_by_blank_lines_and_hyphens():
    found = printing.blocks("Một câu.\n\nMang gì:\n- Giấy chứng sinh\n• Căn cước\n\n- Chỉ một dòng")

    assert [(block.heading, block.lines) for block in found] == [
        ("", [(False, "Một câu.")]),
        ("Mang gì", [(True, "Giấy chứng sinh"), (True, "Căn cước")]),
        ("", [(True, "Chỉ một dòng")]),
    ]


def test_what_a_person_typed_is_printed_and_never_run(source):
    words = "#read(sys.inputs) *đậm* $x$ @ai <nhãn> 50%"
    texts.save(source, Channel.POSTER, title="#panic()", body=words, by=make.make_staff("soan"))

    assert words in text_of(printed(source, Channel.POSTER))


def test_an_issue_is_printed_as_a_poster_with_its_figures():
    issue = bulletins.make_issue()

    text = text_of(printed(source_of_issue(issue), Channel.POSTER))

    assert "73,73 % (1.485/2.014 hồ sơ)" in text.replace("\u00a0", " ")
