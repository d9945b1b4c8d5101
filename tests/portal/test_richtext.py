"""The HTML that staff write: what is hostile goes, what is structure stays, nothing is invisible."""

import sys
import time
import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.fields import RichTextField
from portal.richtext import LONGEST, clean_html
from portal.text import clean_line, clean_text

PICTURE = "/hinh-anh/abcdefghij234567/w1280.webp"

HOSTILE = [
    ("<script>alert(1)</script>x", "<p>x</p>"),
    ("<SCRIPT SRC=//a.example/x.js></SCRIPT>x", "<p>x</p>"),
    ("<scr<script>ipt>alert(1)</scr</script>ipt>", "<p>ipt&gt;alert(1)ipt&gt;</p>"),
    ("<img src=x onerror=alert(1)>x", "<p>x</p>"),
    ('<img src="javascript:alert(1)">x', "<p>x</p>"),
    ('<img src="data:image/svg+xml;base64,PHN2Zz4=">x', "<p>x</p>"),
    ('<img src="https://a.example/1.gif">x', "<p>x</p>"),
    ('<img src="//a.example/1.gif">x', "<p>x</p>"),
    (
        f'<img src="{PICTURE}" onerror="x()" style="x" srcset="//a.example" alt="Ảnh">',
        f'<figure><img src="{PICTURE}" alt="Ảnh"></figure>',
    ),
    (f'<img src="{PICTURE}/../../x">x', "<p>x</p>"),
    ('<img src="/hinh-anh/ABC/w1280.webp">x', "<p>x</p>"),
    (f'<img src="{PICTURE}?x=1">x', "<p>x</p>"),
    (
        f'<img src="{PICTURE}" alt="" role="presentation">',
        f'<figure><img src="{PICTURE}" alt="" role="presentation"></figure>',
    ),
    (
        f'<img src="{PICTURE}" alt="Chữ" role="presentation">',
        f'<figure><img src="{PICTURE}" alt="Chữ"></figure>',
    ),
    (
        f'<img src="{PICTURE}" alt="&quot;&gt;&lt;script&gt;">',
        f'<figure><img src="{PICTURE}" alt="&quot;&gt;&lt;script&gt;"></figure>',
    ),
    ('<a href="javascript:alert(1)">x</a>', "<p>x</p>"),
    ('<a href="JaVaScRiPt:alert(1)">x</a>', "<p>x</p>"),
    ('<a href=" java\tscript:alert(1)">x</a>', "<p>x</p>"),
    ('<a href="&#106;avascript&colon;alert(1)">x</a>', "<p>x</p>"),
    ('<a href="\x01javascript:alert(1)">x</a>', "<p>x</p>"),
    ('<a href="data:text/html,<script>alert(1)</script>">x</a>', "<p>x</p>"),
    ('<a href="vbscript:msgbox(1)">x</a>', "<p>x</p>"),
    ('<a href="//a.example">x</a>', "<p>x</p>"),
    ('<a href="/\\a.example">x</a>', "<p>x</p>"),
    ('<a href="\\\\a.example">x</a>', "<p>x</p>"),
    ('<a href="/\u200b/a.example">x</a>', "<p>x</p>"),
    ('<a href="https://cong.gov.vn@a.example/">x</a>', "<p>x</p>"),
    ('<a href="https:a.example">x</a>', "<p>x</p>"),
    ('<a href="http://">x</a>', "<p>x</p>"),
    ('<a href="trang.html">x</a>', "<p>x</p>"),
    ('<a href="file:///c:/x">x</a>', "<p>x</p>"),
    ('<a href="blob:https://a.example/x">x</a>', "<p>x</p>"),
    ('<a href="https://a.example/\u202egpj">x</a>', '<p><a href="https://a.example/gpj">x</a></p>'),
    (
        '<a href="/x" target="_blank" rel="opener" ping="//a.example" download onclick="x()" class="y" id="z" style="w">x</a>',
        '<p><a href="/x">x</a></p>',
    ),
    ('<a href="/a b">x</a>', '<p><a href="/a%20b">x</a></p>'),
    ('<a href="#muc">x</a>', '<p><a href="#muc">x</a></p>'),
    ('<a href="mailto:a@b.vn?bcc=c@d.vn">x</a>', "<p>x</p>"),
    ('<a href="tel:0290 3.831.000">x</a>', '<p><a href="tel:02903.831.000">x</a></p>'),
    ('<a href="HTTPS://A.example/x">x</a>', '<p><a href="https://A.example/x">x</a></p>'),
    ('<a href="/x"><a href="/y">x</a></a>', '<p><a href="/y">x</a></p>'),
    ('<a href="/x"></a>', ""),
    ('<a name="y">x</a>', "<p>x</p>"),
    ("<svg onload=alert(1)><p>y</p></svg>x", "<p>y</p><p>x</p>"),
    ("<svg><style><img src=x onerror=alert(1)></style></svg>x", "<p>x</p>"),
    (
        '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
        "",
    ),
    ('<noscript><p title="</noscript><img src=x onerror=alert(1)>">x', '<p>"&gt;x</p>'),
    ("<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", ""),
    ('<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">', '<p>"&gt;</p>'),
    ('<iframe src="https://a.example">y</iframe>x', "<p>x</p>"),
    ('<iframe srcdoc="<script>alert(1)</script>"></iframe>x', "<p>x</p>"),
    ("<object data=x><p>y</p></object>x", "<p>x</p>"),
    ("<embed src=x>x", "<p>x</p>"),
    ('<form action="//a.example"><input name=q><button>y</button></form>x', "<p>x</p>"),
    ("<textarea><script>alert(1)</script></textarea>x", "<p>x</p>"),
    ("<template><script>alert(1)</script></template>x", "<p>x</p>"),
    ('<base href="//a.example">x', "<p>x</p>"),
    ('<meta http-equiv=refresh content="0;url=//a.example">x', "<p>x</p>"),
    ("<link rel=stylesheet href=//a.example>x", "<p>x</p>"),
    ("<style>p{}</style>x", "<p>x</p>"),
    ("<title>y</title>x", "<p>x</p>"),
    ("<xml><w:View>Normal</w:View></xml>x", "<p>x</p>"),
    (
        '<p style="position:fixed" class="a" id="b" onclick="x()" dir="rtl" lang="en" data-x="1" contenteditable>x</p>',
        "<p>x</p>",
    ),
    ("<div onmouseover=x()>y</div>", "<p>y</p>"),
    ("<!--[if gte mso 9]><script>x()</script><![endif]-->x", "<p>x</p>"),
    ("<![if !supportLists]>x<![endif]>", "<p>x</p>"),
    ("<!-- --><!--> <script>x()</script> -->", "<p>--&gt;</p>"),
    ("<![CDATA[<script>x()</script>]]>", "<p>x()]]&gt;</p>"),
    ("<?php x() ?>y", "<p>y</p>"),
    ("<p><o:p>&nbsp;</o:p></p><h2> </h2><p><br></p>x", "<p>x</p>"),
    ("<font color=red size=7><center><u><s>x</s></u></center></font>", "<p>x</p>"),
    ("<marquee><blink>x</blink></marquee>", "<p>x</p>"),
    ("<video src=x onerror=alert(1)></video><audio controls></audio>x", "<p>x</p>"),
    ("<details open ontoggle=alert(1)>x</details>", "<p>x</p>"),
    ("<body onload=alert(1)>x", "<p>x</p>"),
    ("<p/onclick=alert(1)>x", "<p>x</p>"),
    ("<x onfocus=alert(1) tabindex=1 autofocus>x", "<p>x</p>"),
    ("&lt;script&gt;x()&lt;/script&gt;", "<p>&lt;script&gt;x()&lt;/script&gt;</p>"),
    ("<p>a<p>b", "<p>a</p><p>b</p>"),
    ("a</p></div>b", "<p>a</p><p>b</p>"),
    ("<<p>x", "<p>&lt;</p><p>x</p>"),
    ('<p title="<script>">x', "<p>x</p>"),
    (
        '<table><tr><th scope="banana" colspan="9999" rowspan="9">x</th></tr><tr><td colspan="-1" rowspan="0x5">y</td></tr></table>',
        '<table><thead><tr><th scope="col" colspan="50">x</th></tr></thead><tbody><tr><td>y</td></tr></tbody></table>',
    ),
    ("<table><tr><td><script>x()</script></td></tr></table>", ""),
    (
        "<table><script>x()</script><tr><td>x</td></tr></table>",
        "<table><tbody><tr><td>x</td></tr></tbody></table>",
    ),
    ("<table><form><tr><td>x</form></table>", "<table><tbody><tr><td>x</td></tr></tbody></table>"),
    ("<td>x</td><tr>y", "<p>xy</p>"),
    (
        "<table><tr><td><table><tr><td>x</td><td>y</td></tr></table></td></tr></table>",
        "<table><tbody><tr><td><p>x</p><p>y</p></td></tr></tbody></table>",
    ),
    ('<ol start="99999999999"><li>x</ol>', "<ol><li>x</li></ol>"),
    ("<ul><script>x()</script><li>x</ul>", "<ul><li>x</li></ul>"),
    ("<li>x", "<p>x</p>"),
    ("<h1>x</h1><h6>y</h6>", "<h2>x</h2><h4>y</h4>"),
    ("<h2><img src=x><script>x()</script></h2>y", "<p>y</p>"),
    (
        '<blockquote cite="javascript:x()">x<blockquote>y</blockquote></blockquote>',
        "<blockquote><p>x</p><p>y</p></blockquote>",
    ),
    ("<figure onclick=x()><figcaption>x</figcaption></figure>", "<p>x</p>"),
    ("<select><option>y</select>x", "<p>x</p>"),
    ("<button><p>x</button>y", "<p>y</p>"),
    ("<b><i>x</b>y</i>", "<p><strong><em>x</em></strong><em>y</em></p>"),
    ("<strong><script>", ""),
    ("x<plaintext><script>x()</script>", "<p>x&lt;script&gt;x()&lt;/script&gt;</p>"),
    ("<xmp><script>x()</script></xmp>x", "<p>&lt;script&gt;x()&lt;/script&gt;x</p>"),
    (
        f'<a href="/x"><img src="{PICTURE}" alt="y"></a>',
        f'<figure><img src="{PICTURE}" alt="y"></figure>',
    ),
]


@pytest.mark.parametrize(("sent", "kept"), HOSTILE)
def test_what_is_hostile_goes_and_the_text_stays(sent, kept):
    assert clean_html(sent) == kept


STRUCTURE = [
    "<h2>Mục</h2><h3>Mục nhỏ</h3><h4>Nhỏ nữa</h4><p>Chữ <strong>đậm <em>nghiêng</em></strong><br>dòng hai</p>",
    '<ul><li>một<ol start="3"><li>hai</li></ol></li><li><p>ba</p><p>bốn</p></li></ul>',
    "<blockquote><p>Lời</p><ul><li>ý</li></ul></blockquote>",
    '<table><caption>Phí</caption><thead><tr><th scope="col">Xã</th><th scope="col" colspan="2">Mức</th></tr></thead>'
    '<tbody><tr><th scope="row" rowspan="2">A</th><td>1</td><td></td></tr><tr><td>2</td><td>3</td></tr></tbody></table>',
    f'<figure><img src="{PICTURE}" alt="Đầm tôm"><figcaption>Ở <a href="/x">Đất Mũi</a></figcaption></figure>',
    '<p><a href="/thu-tuc/1.001/?a=1&amp;b=2#phi">trong</a> <a href="https://a.vn/">ngoài</a> &lt;&amp;&gt;</p>',
]


@pytest.mark.parametrize("html", STRUCTURE)
def test_what_is_in_order_stays_as_it_is(html):
    assert clean_html(html) == html


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("một\n\nhai & ba\nbốn", "<p>một</p><p>hai &amp; ba bốn</p>"),
        ("<p>a<br><br>b<br></p>", "<p>a</p><p>b</p>"),
        ("<p> a <b> </b>b<b></b><b>c</b><strong>d</strong></p>", "<p>a b<strong>cd</strong></p>"),
        ("<ul>a<ul><li>b</ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("<div>a<div>b</div>c</div>", "<p>a</p><p>b</p><p>c</p>"),
        ("<h2><b>a</b></h2><li>b", "<h2>a</h2><p>b</p>"),
        ("<ul><li><h2>b</h2></ul>", "<ul><li><strong>b</strong></li></ul>"),
        (f"<p>a<img src='{PICTURE}'>b", f'<p>a</p><figure><img src="{PICTURE}" alt=""></figure><p>b</p>'),
        ("<table><tr><th>a<th>b<tr><th>c<td>d", '<table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead>'
         '<tbody><tr><th scope="row">c</th><td>d</td></tr></tbody></table>'),
    ],
)  # fmt: skip
def test_what_is_typed_by_hand_becomes_the_one_spelling(typed, kept):
    assert clean_html(typed) == kept


TAGS = (
    "p div b strong i em a h1 h2 h5 ul ol li table caption thead tbody tr td th figure figcaption"
    " blockquote br span svg button section"
).split()
PIECES = [
    *(f"<{tag}>" for tag in TAGS),
    *(f"</{tag}>" for tag in TAGS),
    *('<a href="/x">', '<a href="/y">', f"<img src={PICTURE}>", "<ol start=4>", "<td colspan=3 rowspan=4>"),
    *("<th scope=row rowspan=2>", "\n", " ", "\u0301", "e", "&#x338;", "&#x200d;", "\u1100", "\u1161", "<!--", "&nbsp;"),
]  # fmt: skip
tag_soup = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=30).map("".join)


@settings(max_examples=150, deadline=None)
@given(tag_soup)
def test_cleaning_twice_is_cleaning_once(html):
    cleaned = clean_html(html)

    assert clean_html(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)


CODES = range(sys.maxunicode + 1)
FORMATS = [chr(code) for code in CODES if unicodedata.category(chr(code)) == "Cf"]
CONTROLS = [chr(code) for code in range(0xA0) if unicodedata.category(chr(code)) == "Cc"]
SELECTORS = [*map(chr, range(0xFE00, 0xFE10)), *map(chr, range(0xE0100, 0xE01F0, 16)), "\u180b"]
PRIVATE = ["\ue000", "\uf0b7", "\uf8ff", "\U000f0000", "\U000ffffd", "\U00100000", "\U0010fffd"]
UNASSIGNED = [
    "\u0378",
    "\u2065",
    "\ufdd0",
    "\ufff0",
    "\ufffe",
    "\uffff",
    "\U0001ffff",
    "\U0003f000",
    "\U000e0000",
]
SURROGATES = ["\ud800", "\udbff", "\udc00", "\udfff", "\udc00\ud800"]
# Letters, marks and signs by their kind in Unicode, and yet nobody sees them.
UNSEEN = [
    "\u034f",
    "\u115f",
    "\u1160",
    "\u17b4",
    "\u17b5",
    "\u2800",
    "\u3164",
    "\uffa0",
    "\ufffc",
    "\ufffd",
    "\U00016fe4",
    "\U0001d159",
]
BLANKS = [chr(code) for code in CODES if unicodedata.category(chr(code)) in {"Zs", "Zl", "Zp"}]
MARKS = ["\u0301" * 9, "\u0323\u0302" * 30, "\u20dd", "\u20e3", "\u0488", "\u1ab0" * 5]
SEQUENCES = [
    "👩\u200d🌾",
    "❤\ufe0f",
    "🏴\U000e0067\U000e007f",
    "1\ufe0f\u20e3",
    "\ufff9x\ufffay\ufffb",
    "\u202ex\u202c",
]
ODD = [*FORMATS, *CONTROLS, *SELECTORS, *PRIVATE, *UNASSIGNED, *SURROGATES, *UNSEEN, *BLANKS, *MARKS, *SEQUENCES]  # fmt: skip


def faults(text):
    """What nobody could see in a text, or what would be drawn broken."""
    found = [
        char
        for char in text.replace("\n", "")
        if unicodedata.category(char) in {"Cc", "Cf", "Cn", "Co", "Cs", "Me", "Zl", "Zp"}
        or char in {*UNSEEN, *SELECTORS, *BLANKS} - {" "}
    ]
    marks = "".join(
        "M" if unicodedata.combining(char) else " " for char in unicodedata.normalize("NFD", text)
    )
    # One of the letter itself and two that stay.
    piled = [text] if "MMMM" in marks else []
    return found + piled + ([] if unicodedata.is_normalized("NFC", text) else [text])


@pytest.mark.parametrize("clean", [clean_line, clean_text, clean_html])
def test_two_hundred_kinds_of_odd_unicode_leave_nothing(clean):
    left = {odd: clean(f"Cà{odd}Mau") for odd in ODD}

    assert len(ODD) > 300
    assert {odd: text for odd, text in left.items() if faults(text)} == {}
    assert all("C" in text and "Mau" in text for text in left.values())


def test_odd_unicode_written_as_entities_leaves_nothing():
    sent = {odd: "".join(f"&#x{ord(char):x};" for char in odd) for odd in ODD}
    left = {
        odd: clean_html(f'<p>Cà{entity}Mau <a href="/x{entity}">x</a></p>')
        for odd, entity in sent.items()
    }

    assert {odd: html for odd, html in left.items() if faults(html)} == {}
    assert all("C" in html and "Mau" in html for html in left.values())


@pytest.mark.parametrize("clean", [clean_line, clean_text, clean_html])
def test_a_mark_without_a_letter_goes(clean):
    assert "\u0338" not in clean("\u0338a \u0338b<i>\u0338c</i>")


@pytest.mark.parametrize(
    "text",
    [
        "Đường sá, giấy tờ: “Quyết định số 15/2026/QĐ-TTg” – 50.000 ₫ … ½ m² → ① ✓ §",
        "ẮẰẲẴẶ ấầẩẫậ ĐđƠơƯư ỳỷỹỵ",
        "Ngày vui 🎉🌾🦐 👍🏽 🇻🇳",
        "សូមស្វាគមន៍មកកាន់ខេត្តកាម៉ៅ",
        "ยินดีต้อนรับสู่ที่นี่ 欢迎 환영합니다 Добро",
    ],
)
def test_writing_that_people_read_stays(text):
    assert clean_line(text) == text
    assert clean_html(unicodedata.normalize("NFD", text)) == f"<p>{text}</p>"


@pytest.mark.parametrize(
    "unit",
    ["<div>", "<b>", "<ul><li>", "<table><tr><td>", "<a href=/x>", "<b><i><p>", "</x><div>", "<", "&", "<!--", "<p a=b ",
     "e\u0301", "\u0301", "🎉 ", "<b>a</b><i>b</i>", "<br>", "<!--><div>", "<table><b>x<tr>", "&nbsp;", " "],
)  # fmt: skip
def test_a_hundred_thousand_characters_are_cleaned_in_a_second(unit):
    html = (unit * 100_000)[:100_000]
    start = time.process_time()

    clean_html(html)

    assert time.process_time() - start < 1


def test_of_elements_that_stand_in_each_other_without_end_the_text_stays():
    assert clean_html("<div>" * 1000 + "<script>x</script>a" + "<") == "<p>x a&lt;</p>"


def test_many_elements_in_a_comment_of_word_are_not_deep():
    settings_of_word = "<w:LsdException Locked='false'/>" * 400

    assert (
        clean_html(f"<!--[if gte mso 9]>{settings_of_word}<![endif]--><h1>x</h1>") == "<h2>x</h2>"
    )


def test_a_text_as_long_as_a_book_is_refused_before_it_is_read():
    with pytest.raises(ValidationError, match="200.000 ký tự"):
        RichTextField().clean("a" * (LONGEST + 1), None)
