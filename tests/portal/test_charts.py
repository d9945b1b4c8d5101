"""Charts: drawing, table and file tell the same, to every eye and on every width."""

import csv
import re
from html import unescape
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.charts import (
    Bar,
    BarChart,
    LikertChart,
    LikertRow,
    LineChart,
    Series,
    chart_csv,
)
from tests import axe

STYLES = "\n".join(
    (Path(settings.BASE_DIR) / f"static/css/{name}.css").read_text()
    for name in ("tokens", "base", "layout", "components", "charts", "utilities")
)
LONG = "Tiếp nhận, giải quyết góp ý, phản ánh, kiến nghị " * 4


def _facts(**fields):
    return {
        "slug": "bieu-do",
        "title": "Hồ sơ đúng hạn",
        "description": "Đất đai thấp nhất.",
        "source": "Sở Nội vụ",
        "period": "Quý III/2026",
    } | fields


def _bars(*bars, **fields):
    return BarChart(bars=bars, **_facts(**fields))


def _lines(*series, labels=("2023", "2024", "2025"), **fields):
    return LineChart(labels=labels, series=series, **_facts(**fields))


def _likert(*items, **fields):
    return LikertChart(items=items, **_facts(**fields))


def _html(chart):
    template = Template("{% load charts %}{% chart chart '/so-lieu.csv' %}")
    return template.render(Context({"chart": chart}))


def _words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def _figures_of_table(html):
    return re.findall(r'<td class="chart__number">([^<]+)</td>', html)


def _file(chart):
    return list(csv.reader(StringIO(chart_csv(chart).content.decode("utf-8-sig"))))


def test_bars_table_and_file_hold_the_same_numbers():
    chart = _bars(
        Bar("Hộ tịch", 99.9, 2014),
        Bar("Đất đai", 50, 16928),
        label_name="Lĩnh vực",
        value_name="Tỷ lệ",
        unit="%",
    )

    html = _html(chart)

    assert [(bar.x, bar.width, str(bar.value)) for bar in chart.drawn_bars] == [
        ("0%", "99.9%", "99,9%"),
        ("0%", "50%", "50,0%"),
    ]
    assert re.findall(r'chart__value">([^<]+)', html) == ["99,9%", "50,0%"]
    assert _figures_of_table(html) == ["99,9%", "2.014", "50,0%", "16.928"]
    assert _file(chart) == [
        ["Lĩnh vực", "Tỷ lệ (%)", "Trên tổng số"],
        ["Hộ tịch", "99.9", "2014"],
        ["Đất đai", "50.0", "16928"],
    ]


def test_lines_table_and_file_hold_the_same_numbers():
    chart = _lines(Series("PAR INDEX", (80, 82.5, 90)), unit="điểm")

    html = _html(chart)

    assert [(point.x, point.y) for point in chart.drawn_series[0].points] == [
        ("0%", "100%"),
        ("50%", "75%"),
        ("100%", "0%"),
    ]
    assert re.findall(r"<text class=\"chart__figure[^>]*>([^<]+)", html) == ["80,0", "82,5", "90,0"]
    assert _figures_of_table(html) == ["80,0", "82,5", "90,0"]
    assert _file(chart) == [
        ["Năm", "PAR INDEX (điểm)"],
        ["2023", "80.0"],
        ["2024", "82.5"],
        ["2025", "90.0"],
    ]


def test_answers_table_and_file_hold_the_same_numbers():
    chart = _likert(LikertRow("Thủ tục hành chính", (5, 10, 20, 40, 25)))

    html = _html(chart)

    assert [segment.x for segment in chart.drawn_items[0].segments] == [
        "0%",
        "5%",
        "15%",
        "35%",
        "75%",
    ]
    shares = ["5,0%", "10,0%", "20,0%", "40,0%", "25,0%"]
    assert re.findall(r"<text class=\"chart__percent[^>]*>([^<]+)", html) == shares
    assert _figures_of_table(html)[1::2] == [*shares, "100,0%"]
    assert "Số câu trả lời: 100" in _words(html)
    assert _file(chart)[1:] == [
        ["Thủ tục hành chính", "Rất không hài lòng", "5", "5.0"],
        ["Thủ tục hành chính", "Không hài lòng", "10", "10.0"],
        ["Thủ tục hành chính", "Bình thường", "20", "20.0"],
        ["Thủ tục hành chính", "Hài lòng", "40", "40.0"],
        ["Thủ tục hành chính", "Rất hài lòng", "25", "25.0"],
        ["Thủ tục hành chính", "Tổng số", "100", "100.0"],
    ]


def test_an_english_page_writes_numbers_the_english_way():
    chart = _bars(Bar("Hộ tịch", 2014.5))

    with translation.override("en"):
        html = _html(chart)

    assert _figures_of_table(html) == ["2,014.5"]
    assert 'width="100%"' in html


def test_the_file_opens_in_a_spreadsheet_under_the_name_of_the_chart():
    response = chart_csv(_bars(Bar('=HYPERLINK("x")', -3), slug="dung-han"))

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="dung-han.csv"'
    assert response.content.startswith("\ufeff".encode())
    assert response.content.decode().splitlines()[1] == '"\'=HYPERLINK(""x"")",-3'


def test_no_line_leads_to_or_from_a_missing_value():
    chart = _lines(
        Series("PCI", (60, 62, None, 65, 66)), labels=("2021", "2022", "2023", "2024", "2025")
    )

    segments = chart.drawn_series[0].segments

    assert [(segment.x1, segment.x2) for segment in segments] == [("0%", "25%"), ("75%", "100%")]
    assert len(chart.drawn_series[0].points) == 4
    assert _html(chart).count('class="chart__line"') == 2
    assert "không có" in _words(_html(chart))
    assert _file(chart)[3] == ["2023", ""]


def test_a_merger_breaks_the_line_between_two_values_and_says_why():
    chart = _lines(Series("PCI", (60, 62, 65)), gaps={"2025": "sáp nhập tỉnh"})

    html = _html(chart)

    assert [segment.x2 for segment in chart.drawn_series[0].segments] == ["50%"]
    assert chart.drawn_gaps == ["75%"]
    assert "Đường nối ngắt tại 2025: sáp nhập tỉnh." in _words(html)
    assert "<td>sáp nhập tỉnh</td>" in html
    assert _file(chart)[0][-1] == "Ghi chú"
    assert _file(chart)[3] == ["2025", "65", "sáp nhập tỉnh"]


def test_a_missing_value_with_a_reason_is_marked_where_it_is_missing():
    chart = _lines(Series("PCI", (60, None, 65)), gaps={"2024": "không công bố"})

    assert chart.drawn_gaps == ["50%"]


@given(st.lists(st.integers(0, 10**6), min_size=5, max_size=5).filter(lambda c: sum(c) >= 30))
def test_shares_of_a_row_sum_to_a_whole_hundred(counts):
    row = LikertRow("Yếu tố", tuple(counts))

    assert sum(share.value for share in row.shares) == 100
    for count, share in zip(counts, row.shares, strict=True):
        assert abs(float(share.value) - 100 * count / sum(counts)) < 0.1
        assert count or not share.value


def test_fewer_than_thirty_answers_have_counts_and_no_percentage():
    chart = _likert(LikertRow("Ít", (2, 3, 6, 9, 9)), LikertRow("Đủ", (2, 3, 6, 9, 10)))

    few, enough = chart.drawn_items
    few_alone = _html(_likert(LikertRow("Ít", (2, 3, 6, 9, 9))))

    assert few.segments == []
    assert len(enough.segments) == 5
    assert not re.search(r"\d\s*%", _words(few_alone))
    assert "Dưới 30 câu trả lời" in _words(few_alone)
    assert "Không hài lòng: 3." in _words(few_alone)
    assert {row[3] for row in _file(chart)[1:7]} == {""}


@pytest.mark.parametrize(
    "values", [(0,), (7,), (0, 0), (-5, 10), (-4, -2), (10**18, 1), (1e300, -1e300), (0.001,)]
)
def test_odd_values_stay_within_the_drawing(values):
    bars = _bars(*(Bar("Mục", value) for value in values))
    lines = _lines(Series("PCI", values), labels=tuple(map(str, range(len(values)))))

    parts = [part for bar in bars.drawn_bars for part in (bar.x, bar.width)]
    parts += [point.y for point in lines.drawn_series[0].points]
    parts += [y for y, value in lines.grid]

    assert all(0 <= float(part.rstrip("%")) <= 100 for part in parts)
    assert len(_figures_of_table(_html(bars))) == len(_figures_of_table(_html(lines)))


def test_negative_bars_lie_left_of_nought():
    chart = _bars(Bar("PCI", -5), Bar("SIPAS", 15))

    assert [(bar.x, bar.width) for bar in chart.drawn_bars] == [("0%", "25%"), ("25%", "75%")]


def test_an_unknown_value_is_told_in_words_and_not_drawn_as_nought():
    chart = _bars(Bar("Thủy sản", None), Bar("Đất đai", 4))

    assert "Thủy sản không có số liệu" in _words(_html(chart))
    assert chart.drawn_bars[0].width == "0%"
    assert _file(chart)[1] == ["Thủy sản", ""]


def test_a_scale_that_leaves_out_nought_says_so():
    sentence = "Trục đứng không bắt đầu từ 0."

    assert sentence in _words(_html(_lines(Series("PCI", (80, 82, 85)))))
    assert sentence not in _words(_html(_lines(Series("PCI", (10, 82, 85)))))


@pytest.mark.parametrize(
    "chart",
    [
        _bars(),
        _bars(Bar("Đất đai", None)),
        _lines(labels=()),
        _lines(Series("PCI", (None, None, None))),
        _likert(LikertRow("Yếu tố", (0, 0, 0, 0, 0))),
    ],
)
def test_a_chart_without_figures_says_so_and_offers_no_file(chart):
    html = _html(chart)

    assert "Chưa có số liệu" in _words(html)
    assert "<svg" not in html
    assert "/so-lieu.csv" not in html


def test_a_long_table_is_folded():
    assert "<details" not in _html(_bars(*(Bar(f"Mục {i}", i) for i in range(12))))
    assert "Bảng số liệu (13 dòng)" in _words(
        _html(_bars(*(Bar(f"Mục {i}", i) for i in range(13))))
    )


def test_only_several_lines_need_a_legend():
    one, other = Series("PCI", (60, 62, 65)), Series("PAPI", (41, 42, 43))

    assert "chart__legend" not in _html(_lines(one))
    assert re.findall(r"</svg>\s*(\w+)\s*</li>", _html(_lines(one, other))) == ["PCI", "PAPI"]


def test_markup_in_words_stays_text():
    evil = "<script>alert(1)</script>"
    charts = [
        _bars(Bar(evil, 1), title=evil, source=evil),
        _lines(Series(evil, (1, 2)), Series(evil, (2, 3)), labels=(evil, "b"), gaps={"b": evil}),
        _likert(LikertRow(evil, (10, 10, 10, 10, 10)), description=evil),
    ]

    html = "".join(map(_html, charts))

    assert "<script" not in html
    assert html.count("&lt;script&gt;") > 6


@pytest.mark.parametrize(
    "make",
    [
        lambda: _bars(slug="Biểu đồ"),
        lambda: _bars(Bar("Mục", float("nan"))),
        lambda: _lines(Series("PCI", (1, 2))),
        lambda: _lines(*[Series("PCI", (1, 2, 3))] * 5),
        lambda: _lines(Series("PCI", (1, 2, 3)), gaps={"1999": "không rõ"}),
        lambda: _likert(LikertRow("Yếu tố", (1, 2, 3, 4, -5))),
    ],
)
def test_a_chart_that_cannot_be_drawn_is_refused_when_it_is_made(make):
    with pytest.raises(ValueError, match=r".+"):
        make()


@pytest.fixture(scope="module")
def document():
    """A page with a chart of each kind, with words that try its width."""
    years = tuple(str(year) for year in range(2010, 2027))
    climb = tuple(60 + i for i in range(17))
    charts = [
        _bars(
            Bar("Hộ tịch", 99.9, 2014),
            Bar(LONG, 45.5, 16928),
            Bar("x" * 200, 3),
            slug="a",
            unit="%",
        ),
        _bars(Bar("Rất nhiều", 10**18), Bar("Một", 1), slug="b"),
        _lines(Series("PAR INDEX", climb), labels=years, gaps={"2025": LONG}, slug="c"),
        _lines(
            *(Series(f"{LONG} {i}", (10 * i, None, 10 * i + 5)) for i in range(1, 5)),
            labels=(LONG, "Quý II/2026", "x" * 200),
            slug="d",
        ),
        _likert(
            LikertRow(LONG, (10, 20, 30, 40, 50)),
            LikertRow("Ít câu trả lời", (1, 2, 3, 4, 5)),
            LikertRow("Chưa có ai trả lời", (0, 0, 0, 0, 0)),
            slug="e",
        ),
        _bars(slug="f"),
    ]
    body = "".join(map(_html, charts))
    return (
        f'<!doctype html><html lang="vi"><head><title>Biểu đồ</title><style>{STYLES}</style></head>'
        f'<body><main class="main"><h1>Biểu đồ</h1>{body}</main></body></html>'
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_a_chart(new_page, document, theme):
    page = new_page(width=360, theme=theme)
    page.set_content(document)
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")

    assert axe.faults(page) == []


@pytest.mark.parametrize("size", ["112.5%", "225%"])
def test_charts_fit_320_px_at_once_and_twice_the_text_size(new_page, document, size):
    page = new_page(width=320)
    page.set_content(document)
    page.evaluate(f"document.documentElement.style.fontSize = '{size}'")

    cut_off = page.evaluate("""() => [...document.querySelectorAll(".chart :is(text, span, p)")]
        .filter(e => !e.closest(".chart__table") && !e.classList.contains("visually-hidden"))
        .map(e => [e.getBoundingClientRect(), e.textContent])
        .filter(([box, text]) => box.right > innerWidth || box.left < 0)
        .map(([box, text]) => text)""")

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert cut_off == []


def test_words_along_the_axis_never_touch(new_page, document):
    page = new_page(width=320)
    page.set_content(document)
    touching, seen = [], set()
    for width in (320, 360, 480, 640, 800, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        boxes = page.evaluate("""() => [...document.querySelectorAll("#c .chart__tick")]
            .map(e => e.getBoundingClientRect()).filter(box => box.width)
            .map(box => [box.left, box.right])""")
        seen.add(len(boxes))
        touching += [
            width
            for (_, right), (left, _) in zip(boxes, boxes[1:], strict=False)
            if left - right < 2
        ]

    assert touching == []
    assert len(seen) > 1


CONTRASTS = """() => {
    const channel = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const light = colour => {
        const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(channel);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (a, b) => {
        const [less, more] = [light(a), light(b)].sort((x, y) => x - y);
        return (more + 0.05) / (less + 0.05);
    };
    const fill = (root, part) => getComputedStyle(root.querySelector(part)).fill;
    const ground = getComputedStyle(document.body).backgroundColor;
    const answers = [...document.querySelectorAll("#e .chart__stack .chart__answer")];
    const series = [...document.querySelectorAll("#d .chart__plot .chart__series")];
    return {
        fills: [
            ...answers.map(a => fill(a, ".chart__share")),
            ...series.map(s => fill(s, ".chart__marker")),
            fill(document, ".chart__length"),
        ].map(colour => contrast(colour, ground)),
        words: answers.map(a => contrast(fill(a, ".chart__percent"), fill(a, ".chart__share"))),
    };
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_fills_stand_out_from_the_ground_and_words_from_fills(new_page, document, theme):
    page = new_page(theme=theme)
    page.set_content(document)

    contrasts = page.evaluate(CONTRASTS)

    assert len(contrasts["fills"]) == 10
    assert min(contrasts["fills"]) >= 3
    assert min(contrasts["words"]) >= 4.5


def test_answers_differ_by_pattern_where_the_reader_s_own_colours_hold(new_page, document):
    page = new_page(forced_colors="active")
    page.set_content(document)

    patterns = page.evaluate("""() =>
        [...document.querySelectorAll("#e .chart__stack .chart__hatch")]
            .filter(e => getComputedStyle(e).display !== "none")
            .map(e => getComputedStyle(e).fill)""")

    assert len(set(patterns)) == 5
    assert all(pattern.startswith("url(") for pattern in patterns)


def test_a_folded_table_is_printed(new_page, document):
    page = new_page()
    page.set_content(document)
    folded = page.locator("#e .chart__table")
    on_screen = folded.is_visible()
    page.emulate_media(media="print")

    assert not on_screen
    assert folded.is_visible()
