"""Two hundred figures in every shape that the portal gives them: each tells the numbers of its row, and no other."""

import random
import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from outreach import bulletins
from outreach.channel_texts import numbers, writing
from outreach.channel_texts.sources import Part, source_of_issue
from outreach.issue_print import issue_pdf
from outreach.mailing.edition import mail_edition
from outreach.models import BulletinItem, ChannelText, Figure
from outreach.speech.numbers import parse
from tests import bulletins as make_bulletin
from tests import factories as make
from tests.pdfs import text_of

pytestmark = pytest.mark.django_db

Channel = ChannelText.Channel
HOW_MANY = 200
# Names that no other begins with, and in which nothing is a number.
NAMES = [
    f"Việc {first} {second}"
    for first, second in product(
        ["lan", "cúc", "mai", "trúc", "đào", "sen", "huệ", "lài", "ngâu", "mận"],
        ["ổi", "xoài", "bưởi", "cam", "quýt", "chanh", "dừa", "khế", "mít", "na"]
        + ["táo", "lê", "vải", "nhãn", "cóc", "chuối", "đu", "hồng", "điều", "cau"],
    )
]


@dataclass(frozen=True)
class Expected:
    """Made from the row by other means than the portal's."""

    written: str
    # As the loudspeaker says it, with a place for each number.
    said: str
    values: tuple


def random_figures():
    pick = random.Random(22112026)
    days = {"starts_on": date(2026, 10, 1), "as_of": date(2026, 10, 31), "source": "Báo cáo"}
    for name in NAMES[:HOW_MANY]:
        kind = pick.choice(["count", "decimal", "share", "money"])
        size = 10 ** pick.randint(1, 8)
        if kind == "share":
            whole = pick.randint(1, size)
            numbers_of = {"part": pick.randint(0, whole), "whole": whole, "unit": "hồ sơ"}
        elif kind == "decimal":
            places = pick.randint(1, 4)
            number = Decimal(pick.randint(1, size * 10**places)).scaleb(-places)
            numbers_of = {"value": number, "unit": "phút"}
        else:
            unit = "đồng" if kind == "money" else "lượt"
            numbers_of = {"value": Decimal(pick.randint(0, size) * (500 if unit == "đồng" else 1))}
            numbers_of["unit"] = unit
        yield Figure(label=name, **days, **numbers_of)


def expected_of(figure):
    if figure.whole is not None:
        hundredths = figure.part * 10000 // figure.whole
        share = Decimal(hundredths).scaleb(-2)
        parts = f"{grouped(figure.part)}/{grouped(figure.whole)}"
        return Expected(
            written=f"{decimal(share)} % ({parts} hồ sơ)",
            said="{} phần trăm, tức {} trên tổng số {} hồ sơ.",
            values=(share, Decimal(figure.part), Decimal(figure.whole)),
        )
    return Expected(
        written=f"{decimal(figure.value)} {figure.unit}",
        said=f"{{}} {figure.unit}.",
        values=(Decimal(figure.value),),
    )


def grouped(number):
    return f"{number:,}".replace(",", ".")


def decimal(number):
    whole, _point, fraction = f"{number:f}".partition(".")
    fraction = fraction.rstrip("0")
    return grouped(int(whole)) + (f",{fraction}" if fraction else "")


@pytest.fixture
def issue():
    make.make_agency("Ủy ban nhân dân tỉnh Cà Mau", owns_portal=True, phone="0290 3800 100")
    figures = Figure.objects.bulk_create(random_figures())
    issue = make_bulletin.make_draft_issue("Số liệu", pieces=[make_bulletin.own_words()])
    items = [bulletins.figure_item(issue, figure, section="Số liệu") for figure in figures]
    for order, item in enumerate(items, start=2):
        item.order = order
    BulletinItem.objects.bulk_create(items)
    bulletins.submit(issue, by=make.make_staff("soan"))
    return bulletins.approve(issue, by=make.make_staff("duyet"))


@pytest.fixture
def source(issue):
    return source_of_issue(issue)


def plain(html):
    """The words of a page, however its elements part them."""
    html = re.sub(r"<(script|style|title|head)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"<[^>]*>", " ", html)


def squeezed(text):
    """Without blanks, as lines end where they like; and without brackets, as paper sets parts on a line of their own."""
    return re.sub(r"[\s()]+", "", text)


def mismatches(text, figures, *, distance=120):
    """Names of those that the text does not tell exactly as their rows say, close behind their names."""
    text = squeezed(text)
    return [figure.label for figure in figures if not _tells(text, figure, distance)]


def _tells(text, figure, distance):
    exactly = rf"(?<![\d.,/-]){re.escape(squeezed(expected_of(figure).written))}"
    return any(
        re.search(exactly, text[place.end() : place.end() + distance].split("Việc")[0])
        for place in re.finditer(re.escape(squeezed(figure.label)), text)
    )


def shares_of(source, size):
    """The same figures in sources of a few, as a short channel can tell them."""
    for start in range(0, HOW_MANY, size):
        yield replace(source, parts=[Part("Số liệu", [], source.told[start : start + size])])


def test_the_fixture_has_all_kinds_of_figures(source):
    kinds = Counter("share" if figure.is_share else figure.unit for figure in source.figures)

    assert len(source.figures) == HOW_MANY
    assert min(kinds[kind] for kind in ("share", "phút", "đồng", "lượt")) > 30


def test_page_mail_and_print_tell_each_figure_as_its_row_says(issue, client):
    figures = list(Figure.objects.all())
    edition = mail_edition(issue)

    shapes = {
        "page": plain(client.get(issue.get_absolute_url()).content.decode()),
        "mail": plain(edition.html),
        "mail as text": edition.text,
        "print": text_of(issue_pdf(issue)),
    }

    assert {name: mismatches(text, figures) for name, text in shapes.items()} == dict.fromkeys(
        shapes, []
    )


@pytest.mark.parametrize(
    ("channel", "size"),
    [(Channel.ZALO, 4), (Channel.LEAFLET, 5), (Channel.POSTER, 1), (Channel.SMS, 1)],
)
def test_short_channels_tell_each_figure_as_its_row_says(source, channel, size):
    for few in shares_of(source, size):
        _title, body = writing.write(few, channel)

        told = [figure for figure in few.figures if figure.label in body]
        assert mismatches(body, told) == []
        assert len(told) == len(few.figures)


def test_the_loudspeaker_says_each_figure_as_its_row_says(source):
    for few in shares_of(source, 8):
        _title, script = writing.write(few, Channel.LOUDSPEAKER)

        for figure in few.figures:
            assert heard_of(figure, script) == expected_of(figure).values


def heard_of(figure, script):
    """The numbers behind the name of a figure, read back from words."""
    pattern = re.escape(expected_of(figure).said).replace(r"\{\}", "([^.]+?)")
    [words] = re.findall(rf"{figure.label}: {pattern}", script)
    return tuple(parse(one.lower()) for one in ([words] if isinstance(words, str) else words))


@pytest.mark.parametrize("channel", Channel.values)
def test_no_channel_tells_a_number_that_the_issue_does_not_have(source, channel):
    few = next(shares_of(source, 8))
    title, body = writing.write(few, channel)

    assert numbers.missing_or_foreign(few, channel, f"{title}\n{body}") == numbers.Differences(
        [], []
    )


def test_the_comparison_would_find_a_wrong_digit_and_a_number_too_many(source):
    figure = next(figure for figure in source.figures if figure.is_share)
    right = f"{figure.label}: {expected_of(figure).written}"
    wrong = re.sub(r"\d(?=\))|\d(?= hồ sơ)", lambda found: str((int(found[0]) + 1) % 10), right)

    assert mismatches(right, [figure]) == []
    assert mismatches(wrong, [figure]) == [figure.label]
    assert mismatches(right.replace(": ", ": 1"), [figure]) == [figure.label]
