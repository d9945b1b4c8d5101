"""The mail of an issue: what it says, and that poor mail programs can show it."""

import re
from datetime import datetime
from html import unescape
from html.parser import HTMLParser

import pytest
from django.utils import timezone

from outreach.mailing.edition import UNSUBSCRIBE_MARK, mail_edition
from tests import bulletins as make
from tests.factories import make_agency

pytestmark = pytest.mark.django_db

# Properties that the mail programs of the last fifteen years know.
STYLES = set(
    "background-color border border-bottom border-collapse border-top color display font-family font-size font-weight"
    " line-height margin max-height max-width overflow padding width".split()
)
ELEMENTS = set("a body br div h1 h2 h3 head html meta p strong style table td title tr".split())


class Reader(HTMLParser):
    """What a mail program finds in a mail."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.styles, self.links, self.headings = [], set(), [], []
        self.open, self.words, self.sizes = [], [], set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        if tag not in {"meta", "br"}:
            self.open.append(tag)
        for rule in filter(None, attributes.get("style", "").split(";")):
            name, _, value = rule.partition(":")
            self.styles.add(name)
            if name == "font-size":
                self.sizes.add(int(value.removesuffix("px")))
        if tag == "a":
            self.links.append(attributes["href"])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


@pytest.fixture
def issue():
    make_agency("Ủy ban nhân dân tỉnh Cà Mau", owns_portal=True, phone="+842903831165")
    return make.make_issue()


def test_both_shapes_tell_every_piece_with_its_figure_span_and_source(issue):
    edition = mail_edition(issue)
    html = Reader(edition.html).text
    text = " ".join(edition.text.split())

    for shape in (html, text):
        for item in issue.items.all():
            assert item.title in shape
            assert " ".join(item.text.split()) in shape
        assert "73,73 % (1.485/2.014 hồ sơ)" in shape
        assert "Từ 01/10/2026 đến 31/10/2026. Nguồn: Báo cáo tháng 10/2026" in shape
        assert "Ủy ban nhân dân tỉnh Cà Mau" in shape
    assert edition.subject == f"Bản tin số {issue.number}/2026: Khai sinh tại bệnh viện"


def test_the_numbers_of_both_shapes_and_of_the_pieces_are_the_same(issue):
    edition = mail_edition(issue)
    text = "\n".join(line for line in edition.text.split("\n") if not line.startswith("http"))

    in_html, in_text = _numbers_of_pieces(Reader(edition.html).text), _numbers_of_pieces(text)

    assert in_html == in_text
    figure = issue.items.get(kind="figure").figure
    assert sorted(in_html) == sorted(
        [*_numbers(figure.written), *_numbers("01/10/2026 31/10/2026 10/2026")]
    )


def _numbers_of_pieces(words):
    return _numbers(words.partition("Bản in (PDF)")[2].partition("Ông/bà nhận thư này")[0])


def _numbers(words):
    return re.findall(r"\d[\d.,/]*\d|\d", words)


def test_the_html_is_such_as_poor_mail_programs_show(issue):
    read = Reader(mail_edition(issue).html)
    tags = [tag for tag, _attributes in read.elements]

    assert set(tags) <= ELEMENTS
    assert read.styles <= STYLES
    assert min(read.sizes) >= 16
    assert read.open == []
    assert tags.count("h1") == 1
    assert all(a.get("role") == "presentation" for tag, a in read.elements if tag == "table")
    assert not any(
        name.startswith("on") or name in {"src", "background", "id"}
        for _tag, attributes in read.elements
        for name in attributes
    )
    assert ("html", {"lang": "vi"}) in read.elements


def test_every_address_leads_to_the_portal_and_none_to_who_reads(issue, settings):
    settings.SITE_URL = "https://cchc.example.vn"

    edition = mail_edition(issue)

    links = Reader(edition.html).links
    assert f"https://cchc.example.vn/ban-tin/2026/{issue.number}/" in links
    assert f"https://cchc.example.vn/ban-tin/2026/{issue.number}/ban-in.pdf" in links
    assert all(link.startswith(("https://cchc.example.vn/", UNSUBSCRIBE_MARK)) for link in links)
    assert {link for link in links if link != UNSUBSCRIBE_MARK} <= set(edition.text.split("\n"))


def test_each_subscriber_has_an_address_of_their_own_that_ends_it(issue):
    reader = make.make_subscriber(confirmed_at=timezone.make_aware(datetime(2026, 9, 2, 8)))

    html, text = mail_edition(issue).for_subscriber(reader)

    assert Reader(html).text.count("đã đăng ký nhận bản tin ngày 02/09/2026.") == 1
    assert "đã đăng ký nhận bản tin ngày 02/09/2026." in " ".join(text.split())
    for shape in (html, text):
        assert shape.count(f"/dang-ky-nhan-tin/thoi/{reader.key}/ban-tin/") == 1
        assert ".invalid" not in shape
        assert reader.email not in shape


def test_a_trial_ends_nobodys_subscription(issue):
    for shape in mail_edition(issue).for_trial("vi"):
        assert "/thoi/" not in shape
        assert ".invalid" not in shape
        assert "[[" not in shape


def test_text_has_lines_that_fit_and_whole_addresses(issue):
    for line in mail_edition(issue).text.split("\n"):
        assert len(line) <= 72 or line.startswith("http")
        assert " http" not in line


def test_what_staff_typed_is_words_in_both_shapes():
    pieces = [make.own_words("Phí <b>0 đồng</b> & không chờ.", "A < B & C")]

    edition = mail_edition(make.make_issue(pieces=pieces))

    assert "Phí &lt;b&gt;0 đồng&lt;/b&gt; &amp; không chờ." in edition.html
    assert "Phí <b>0 đồng</b> & không chờ." in edition.text
    assert "A < B & C" in unescape(edition.html)


@pytest.mark.parametrize(("count", "is_whole"), [(20, True), (40, False)])
def test_a_mail_program_that_cuts_long_mails_shows_how_to_end_it(count, is_whole):
    words = ("Đăng ký khai sinh tại bệnh viện. " * 100)[:2990] + " hết."
    pieces = [make.own_words(words, f"Việc số {number}") for number in range(count)]

    edition = mail_edition(make.make_issue(pieces=pieces))

    assert len(edition.html.encode()) < 100_000
    assert UNSUBSCRIBE_MARK in edition.html
    assert edition.html.count(" hết.") == (count if is_whole else 0)
    assert edition.html.count("Đọc tiếp") == (0 if is_whole else count)
    assert edition.text.count("hết.") == count
