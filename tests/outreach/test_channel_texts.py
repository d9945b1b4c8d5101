"""One article or issue, and what each channel says of it: words, lengths, what staff changed and what grew old."""

from copy import copy
from decimal import Decimal

import pytest
from django.db.models.base import ModelState
from django.utils import timezone

from outreach import bulletins, figure_work, publishing
from outreach.channel_texts import numbers, texts, writing
from outreach.channel_texts.printing import blocks
from outreach.channel_texts.sms import sms_length, without_accents
from outreach.channel_texts.sources import (
    parts_of_html,
    source_of_article,
    source_of_issue,
)
from outreach.channel_texts.stale import stale_texts
from outreach.models import ChannelText
from outreach.speech import reading
from procedures.models import QrTarget
from tests import bulletins as make_bulletin
from tests import factories as make

pytestmark = pytest.mark.django_db

Channel = ChannelText.Channel
BODY = """
<h2>Nộp ở đâu</h2>
<p>Nộp tại bệnh viện hoặc trực tuyến.</p>
<ul><li><p>Tờ khai;</p></li><li>Giấy chứng sinh</li></ul>
<ol><li>Khai tờ khai</li><li>Nhận kết quả</li></ol>
<figure><img src="/hinh-anh/abcdefghijkmnpqr/" alt="Quầy"><figcaption>Quầy số 3</figcaption></figure>
<h2>Bao lâu</h2>
<table><caption>Thời hạn</caption><thead><tr><th>Việc</th><th>Số ngày</th></tr></thead>
<tbody><tr><th scope="row">Khai sinh</th><td>1</td></tr></tbody></table>
<p>Đúng hạn 99,88 %, tức 1.485/1.487 hồ sơ.</p>
"""


@pytest.fixture
def owner():
    return make.make_agency("Ủy ban nhân dân tỉnh Cà Mau", owns_portal=True, phone="0290 3800 100")


@pytest.fixture
def article(owner):
    lead = "Từ ngày 01/12/2026, ông/bà khai sinh ngay tại bệnh viện. Không thu lệ phí."
    return make.make_article("Khai sinh tại bệnh viện", lead=lead, body=BODY).article


def written_anew(article, **fields):
    """Another version, public at once."""
    version = make.make_draft(article=article, **fields)
    publishing.submit(version, by=None)
    return publishing.approve(version, by=None)


def body_of(source, channel):
    return texts.current(source, channel).body


# Nguồn


def test_a_body_is_told_as_headings_lists_and_named_cells_without_pictures():
    where, how_long = parts_of_html(BODY)

    assert where.heading == "Nộp ở đâu"
    assert where.lines == [
        "Nộp tại bệnh viện hoặc trực tuyến.",
        "- Tờ khai;",
        "- Giấy chứng sinh",
        "1. Khai tờ khai",
        "2. Nhận kết quả",
    ]
    assert how_long.lines == [
        "Thời hạn:",
        "- Việc: Khai sinh; Số ngày: 1",
        "Đúng hạn 99,88 %, tức 1.485/1.487 hồ sơ.",
    ]


def test_channels_tell_what_the_public_reads_and_not_the_draft_that_follows(article):
    make.make_draft("Khai sinh ở nhà", article=article)

    source = source_of_article(article)

    assert (source.title, source.is_public) == ("Khai sinh tại bệnh viện", True)


def test_an_issue_is_told_with_its_figures_and_with_its_correction(owner):
    issue = make_bulletin.make_issue("Khai sinh")
    issue.correction = "Số hồ sơ ở mục Số liệu là của tháng 9."

    source = source_of_issue(issue)

    assert source.full_title == f"Bản tin số {issue.number}/2026: Khai sinh"
    assert source.parts[0].lines == ["Số hồ sơ ở mục Số liệu là của tháng 9."]
    assert [str(told) for told in source.told] == [
        "Hồ sơ giải quyết đúng hạn: 73,73\u00a0% (1.485/2.014 hồ sơ)"
    ]


# Từng kênh


def test_the_loudspeaker_greets_names_the_owner_tells_and_says_where_to_ask(article):
    script = body_of(source_of_article(article), Channel.LOUDSPEAKER)

    assert script.startswith("Kính thưa bà con! Sau đây là thông tin của Ủy ban nhân dân")
    assert "bà con khai sinh ngay tại bệnh viện" in script
    assert "ông/bà" not in script
    assert "Thứ hai, nhận kết quả." in script
    assert "Xin cảm ơn bà con đã lắng nghe." in script.split("\n")[-1]
    assert not any(sign.isdigit() for sign in script)


def test_a_long_article_is_cut_at_a_whole_paragraph_within_five_minutes(owner):
    sentence = "Bà con mang theo giấy tờ tùy thân khi đến nộp hồ sơ tại trung tâm. "
    body = "".join(f"<h2>Phần {name}</h2><p>{sentence * 6}</p>" for name in "abcdefghijklmnop")
    source = source_of_article(make.make_article("Việc dài", body=body).article)

    script = body_of(source, Channel.LOUDSPEAKER)

    assert reading.seconds(script) <= writing.LONGEST_SECONDS
    assert reading.seconds(script) > writing.LONGEST_SECONDS * 0.7
    *_body, last, more, _ask, _thanks = script.split("\n\n")
    assert last.endswith("trung tâm.")
    assert more.startswith("Trên đây là phần chính.")


def test_what_is_written_in_english_is_not_read_out_but_told_in_english(owner):
    article = make.make_article("Register a birth", language="en", lead="At the hospital.").article
    source = source_of_article(article)

    words = {one.channel: one for one in texts.current_of_all(source)}

    assert Channel.LOUDSPEAKER not in words
    assert f"/q/{QrTarget.objects.get().token}" in words[Channel.SMS].body
    assert QrTarget.objects.get().path.startswith("/en/")


def test_a_message_is_short_and_leads_to_the_page_by_a_printed_code(article):
    source = source_of_article(article)

    assert source.code.readable_address in body_of(source, Channel.SMS)
    assert source.code.address in body_of(source, Channel.ZALO)

    assert QrTarget.objects.get().path == article.get_own_url()
    assert sms_length(body_of(source, Channel.SMS)).segments <= 2
    assert len(body_of(source, Channel.ZALO)) <= writing.ZALO_MOST_CHARACTERS


def test_a_title_too_long_for_two_messages_ends_at_a_word_and_never_within_a_number(owner):
    title = "Đẩy mạnh tuyên truyền giải quyết thủ tục hành chính trực tuyến cho 1.485 hộ dân ở xã"
    article = make.make_article(f"{title} và 2.014 hộ ở phường năm nay").article

    body = body_of(source_of_article(article), Channel.SMS)

    assert sms_length(body).segments <= 2
    said = body.partition("…")[0]
    assert title.startswith(said) or said.startswith(title)
    assert not said[-1].isdigit()


def test_a_leaflet_has_headings_with_short_lines_under_them(article):
    words = texts.current(source_of_article(article), Channel.LEAFLET)

    lead, where, how_long = blocks(words.body)
    assert lead.heading == ""
    assert len(lead.lines) == 1
    assert (where.heading, how_long.heading) == ("Nộp ở đâu", "Bao lâu")
    assert (True, "Giấy chứng sinh") in where.lines
    assert len(words.body) <= writing.LEAFLET_MOST_CHARACTERS


def test_a_poster_says_one_sentence_and_at_most_three_facts(owner):
    figures = [make_bulletin.make_figure(f"Số {name}", value=n) for n, name in enumerate("abcd")]
    pieces = [
        lambda issue, one=one: bulletins.figure_item(issue, one, section="Số liệu")
        for one in figures
    ]
    issue = make_bulletin.make_draft_issue(pieces=pieces, lead="Ba việc mới. Xin mời đọc.")

    sentence, facts = blocks(body_of(source_of_issue(issue), Channel.POSTER))

    assert sentence.lines == [(False, "Ba việc mới.")]
    assert facts.lines == [(True, "Số a: 0"), (True, "Số b: 1"), (True, "Số c: 2")]


# Độ dài tin nhắn


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        # Two places each; the one that does not fit goes into the next message as a whole.
        ("€" * 80, 1),
        ("€" * 152, 2),
        ("€" * 153, 3),
        ("đ" * 70, 1),
        ("đ" * 71, 2),
        ("đ" * 134, 2),
        ("đ" * 135, 3),
        # Vietnamese letters of which some stand in the default alphabet.
        ("à" * 160, 1),
        ("à" * 70 + "ạ", 2),
    ],
)
def test_messages_are_counted_as_operators_count_them(text, segments):
    assert sms_length(text).segments == segments


def test_words_without_accents_keep_capitals_and_fit_the_default_alphabet():
    plain = without_accents("ĐĂNG KÝ khai sinh – “miễn phí”, 99,88\u00a0%…")

    assert plain == 'DANG KY khai sinh - "mien phi", 99,88 %...'
    assert not sms_length(plain).has_accents


# Sửa, giữ, lấy lại


def test_edited_words_stay_and_are_marked_when_their_source_changes(article):
    staff = make.make_staff("canbo")
    texts.save(source_of_article(article), Channel.ZALO, title="Tin", body="Lời riêng.", by=staff)

    written_anew(article, title="Khai sinh tại bệnh viện", lead="Từ ngày 02/12/2026.", body=BODY)

    source = source_of_article(article)
    words = texts.current(source, Channel.ZALO)
    assert (words.body, words.edited_by, words.is_stale) == ("Lời riêng.", staff, True)
    assert "02/12/2026" in body_of(source, Channel.LEAFLET)
    assert [text.channel for text in stale_texts()] == [Channel.ZALO]


def test_words_found_to_hold_still_are_no_longer_marked(article):
    texts.save(source_of_article(article), Channel.SMS, title="Tin", body="Lời riêng.", by=None)
    written_anew(article, lead="Lời dẫn khác.")

    texts.keep(source_of_article(article), Channel.SMS)

    assert texts.current(source_of_article(article), Channel.SMS).body == "Lời riêng."
    assert not stale_texts()


def test_taking_the_words_anew_forgets_what_staff_wrote(article):
    source = source_of_article(article)
    before = texts.current(source, Channel.POSTER)
    texts.save(source, Channel.POSTER, title="Khác", body="Lời riêng.", by=None)

    assert texts.take_anew(source, Channel.POSTER)

    assert texts.current(source, Channel.POSTER) == before
    assert not texts.take_anew(source, Channel.POSTER)


def test_saving_what_the_source_gives_anyway_goes_on_following_it(article):
    source = source_of_article(article)
    words = texts.current(source, Channel.LEAFLET)

    texts.save(source, Channel.LEAFLET, title=words.title, body=words.body, by=None)

    assert not ChannelText.objects.exists()


def test_saving_an_article_without_another_word_makes_nothing_old(article):
    texts.save(source_of_article(article), Channel.SMS, title="Tin", body="Lời riêng.", by=None)
    public = source_of_article(article).version

    written_anew(article, title=public.title, lead=public.lead, body=public.body)

    assert not stale_texts()


def test_a_corrected_figure_makes_edited_words_old_and_is_told_by_the_others(owner):
    figure = make_bulletin.make_figure("Hồ sơ đúng hạn", part=1485, whole=2014)
    pieces = [lambda issue: bulletins.figure_item(issue, figure)]
    issue = make_bulletin.make_draft_issue(pieces=pieces)
    texts.save(source_of_issue(issue), Channel.ZALO, title="Tin", body="73,73 %", by=None)
    fresh = copy(figure)
    fresh.pk, fresh.part, fresh._state = None, 1500, ModelState()

    figure_work.replace(figure, fresh, by=None, reason="Gõ nhầm.")
    bulletins.take_anew(issue.items.get())
    bulletins.note_change(issue, by=None, now=timezone.now())

    source = source_of_issue(issue)
    assert texts.current(source, Channel.ZALO).is_stale
    assert [text.channel for text in stale_texts()] == [Channel.ZALO]
    for channel in (Channel.SMS, Channel.LEAFLET, Channel.POSTER):
        assert "74,47\u00a0% (1.500/2.014 hồ sơ)" in body_of(source, channel)
    assert "một nghìn năm trăm trên tổng số" in body_of(source, Channel.LOUDSPEAKER)


# Số lạ


def foreign(source, channel, body):
    return numbers.missing_or_foreign(source, channel, body).foreign


def test_a_number_that_the_source_does_not_have_is_named(article):
    source = source_of_article(article)

    body = "Đúng hạn 99,88 %, tức 1.845/1.487 hồ sơ, từ 02/12/2026. Phí 8.000 đ."

    assert foreign(source, Channel.LEAFLET, body) == ["1.845/1.487", "02/12/2026", "8.000"]


def test_numbers_of_the_source_are_known_however_they_are_shortened(article):
    source = source_of_article(article)

    body = (
        f"Từ 1/12, tháng 12/2026: 1485 hồ sơ, 99,88%. Xem {source.address},"
        f" {source.code.readable_address}, gọi {source.phone}."
    )

    assert foreign(source, Channel.ZALO, body) == []


def test_a_figure_that_was_dropped_is_named(owner):
    pieces = [lambda issue: bulletins.figure_item(issue, make_bulletin.make_figure())]
    source = source_of_issue(make_bulletin.make_draft_issue(pieces=pieces))

    found = numbers.missing_or_foreign(source, Channel.POSTER, "Khoảng 74 % đúng hạn.")

    assert found.foreign == ["74"]
    assert found.missing == ["Hồ sơ giải quyết đúng hạn: 73,73\u00a0% (1.485/2.014 hồ sơ)"]


def test_numbers_in_words_are_held_against_the_source_too(article):
    source = source_of_article(article)
    script = body_of(source, Channel.LOUDSPEAKER)
    assert foreign(source, Channel.LOUDSPEAKER, script) == []

    changed = script.replace("bốn trăm tám mươi lăm", "tám trăm bốn mươi lăm")
    changed += " Năm nay không phải nộp bản sao, chỉ nộp một lần ở bộ phận một cửa."

    assert foreign(source, Channel.LOUDSPEAKER, changed) == ["1.845"]


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (
            "một nghìn bốn trăm tám mươi lăm trên tổng số hai nghìn không trăm mười bốn",
            [1485, 2014],
        ),
        ("ngày hai mươi hai tháng mười một năm hai nghìn không trăm hai mươi sáu", [22, 11, 2026]),
        ("hai mươi năm", [20]),
        ("chín mươi chín phẩy tám mươi tám phần trăm", [Decimal("99.88")]),
        ("hai ngàn lẻ năm", [2005]),
        ("tám triệu", [8_000_000]),
        ("không hai chín không", ["0290"]),
    ],
)
def test_numbers_are_heard_in_words(words, values):
    heard = [number.values[0] for number in numbers.numbers_heard(words)]

    assert heard[: len(values)] == values
