"""The page on which staff read, change, print and play the words of all channels."""

import io
import re

import pypdfium2
import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from outreach import publishing
from outreach.channel_texts import audio, texts
from outreach.channel_texts.sources import source_of_article
from outreach.models import ChannelText, ScriptAudio
from outreach.work_queues import outreach_queues
from tests import bulletins as make_bulletin
from tests import factories as make

pytestmark = pytest.mark.django_db

Channel = ChannelText.Channel
BODY = "<h2>Nộp ở đâu</h2><p>Nộp tại bệnh viện, 1.485 hồ sơ đã nộp.</p>"
SMALL_MP3 = b"\xff\xfb\x90\x00" + bytes(413)


def person(name, *rights):
    client = Client()
    client.force_login(make.make_staff(name, *rights))
    return client


@pytest.fixture
def editor():
    return person("bientap", "view_article", "view_channeltext", "change_channeltext")


@pytest.fixture
def reader():
    return person("docbai", "view_article", "view_bulletinissue")


@pytest.fixture
def article():
    make.make_agency("Ủy ban nhân dân tỉnh Cà Mau", owns_portal=True, phone="0290 3800 100")
    return make.make_article("Khai sinh tại bệnh viện", body=BODY).article


def page_of(article):
    return reverse("admin:outreach_article_channels", args=[article.pk])


def place(article, name, *args):
    return reverse(f"admin:outreach_article_channel{name}", args=[article.pk, *args])


def posted(client, article, slug, **changes):
    """Send the form of a channel as the page gives it, with these changes."""
    form = next(
        part.form for part in client.get(page_of(article)).context["parts"] if part.slug == slug
    )
    data = {form.add_prefix(name): form.initial[name] for name in ("title", "body", "seen")}
    return data | {form.add_prefix(name): value for name, value in changes.items()}


def save(client, article, slug, **changes):
    return client.post(place(article, "", slug), posted(client, article, slug, **changes))


def change(article, **fields):
    version = make.make_draft(article=article, **fields)
    publishing.submit(version, by=None)
    return publishing.approve(version, by=None)


def text_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_page_has_a_part_for_each_channel_with_words_and_honest_lengths(editor, article):
    html = text_of(editor.get(page_of(article)))

    for label in Channel.labels:
        assert f">{label}</h2>" in html
    assert html.count("Theo bản gốc.") == len(Channel.labels)
    assert re.search(r"Đọc khoảng \d+ (phút|giây)", html)
    assert re.search(r"Có dấu: \d+ ký tự, [12] tin\. Không dấu: \d+ ký tự, 1 tin\.", html)
    assert "KHAI" not in html
    assert "Khai sinh tai benh vien" in html


def test_the_desk_and_the_form_of_an_article_lead_to_the_page(article):
    writer = person("vietbai", "view_article", "change_article")

    for name in ("desk", "change"):
        answer = writer.get(reverse(f"admin:outreach_article_{name}", args=[article.pk]))
        assert page_of(article) in answer.content.decode()


def test_saved_words_are_kept_and_noted(editor, article):
    answer = save(editor, article, "zalo", body="Đã có 1.485 hồ sơ.")

    assert answer.url == f"{page_of(article)}#zalo"
    assert ChannelText.objects.get().body == "Đã có 1.485 hồ sơ."
    assert LogEntry.objects.get().change_message == "Sửa lời cho kênh Zalo."
    assert "Đã sửa bởi bientap lúc" in text_of(editor.get(page_of(article)))


def test_a_number_that_the_article_does_not_have_is_named_at_saving_and_on_the_page(
    editor, article
):
    url = place(article, "", "zalo")
    data = posted(editor, article, "zalo", body="Đã có 1.845 hồ sơ.")

    answer = editor.post(url, data, follow=True)

    assert "Zalo: số 1.845 không có trong bản gốc." in text_of(answer)
    assert "Số 1.845 không có trong bản gốc." in text_of(editor.get(page_of(article)))


def test_empty_words_are_refused_and_what_was_typed_stays(editor, article):
    answer = save(editor, article, "sms", title="Tên tôi gõ", body=" ")

    assert answer.status_code == 422
    assert "Tên tôi gõ" in text_of(answer)
    assert not ChannelText.objects.exists()


def test_words_that_somebody_else_saved_meanwhile_are_not_passed_over(editor, article):
    data = posted(editor, article, "sms", body="Lời của tôi.")
    other = make.make_staff("nguoikhac")
    source = source_of_article(article)
    texts.save(source, Channel.SMS, title="Tin", body="Lời của người khác.", by=other)

    refused = editor.post(place(article, "", "sms"), data)

    assert refused.status_code == 422
    assert "nguoikhac" in text_of(refused)
    assert "Lời của tôi." in text_of(refused)
    assert ChannelText.objects.get().body == "Lời của người khác."

    form = next(part.form for part in refused.context["parts"] if part.slug == "sms")
    again = {form[name].html_name: form[name].value() for name in ("title", "body", "seen")}
    assert editor.post(place(article, "", "sms"), again).status_code == 302
    assert ChannelText.objects.get().body == "Lời của tôi."


def test_old_words_show_both_texts_and_may_be_kept_or_taken_anew(editor, article):
    save(editor, article, "loa", body="Kính thưa bà con. Lời riêng.")
    change(article, title="Khai sinh tại nhà", body=BODY)

    html = text_of(editor.get(page_of(article)))
    assert "Có thể đã cũ: nguồn đã đổi." in html
    assert "Lời riêng." in html
    assert "Khai sinh tại nhà" in html

    digest = source_of_article(article).digest
    editor.post(place(article, "", "loa"), {"_keep": "", "digest": digest})
    assert "Có thể đã cũ: nguồn đã đổi." not in text_of(editor.get(page_of(article)))

    editor.post(place(article, "", "loa"), {"_anew": ""})
    assert not ChannelText.objects.exists()


def test_words_are_not_confirmed_for_a_source_that_nobody_saw(editor, article):
    save(editor, article, "loa", body="Kính thưa bà con. Lời riêng.")
    seen = source_of_article(article).digest
    change(article, title="Khai sinh tại nhà", body=BODY)

    editor.post(place(article, "", "loa"), {"_keep": "", "digest": seen})

    assert texts.current(source_of_article(article), Channel.LOUDSPEAKER).is_stale


def test_old_words_wait_in_the_work_queue_whose_list_leads_to_them(editor, article, rf):
    save(editor, article, "to-roi", body="Lời riêng.")
    save(editor, article, "sms", body="Lời riêng.")
    change(article, title="Khai sinh tại nhà", body=BODY)
    save(editor, article, "sms", body="Lời mới.")

    request = rf.get("/")
    request.user = ChannelText.objects.first().edited_by

    def queue_now():
        return next(one for one in outreach_queues(request) if "các kênh" in one.label)

    queue = queue_now()
    assert queue.count == 1
    listed = editor.get(queue.address).content.decode()
    assert f"{page_of(article)}#to-roi" in listed
    assert "#sms" not in listed

    editor.post(place(article, "", "to-roi"), {"_anew": ""})
    assert queue_now().count == 0


def test_who_only_reads_sees_the_words_and_changes_none(reader, article):
    html = text_of(reader.get(page_of(article)))

    assert "readonly" in html
    assert 'name="_save"' not in html
    data = {"loa-title": "Tên", "loa-body": "Lời.", "loa-seen": ""}
    assert reader.post(place(article, "", "loa"), data).status_code == 403
    assert reader.post(place(article, "_make_audio")).status_code == 403


def test_who_may_not_see_articles_sees_no_words(article):
    stranger = person("nguoila", "view_procedure", "change_channeltext")

    for url in (page_of(article), place(article, "_text", "sms"), place(article, "_pdf", "loa")):
        assert stranger.get(url).status_code == 403


def test_words_are_taken_along_as_plain_text_with_and_without_accents(reader, article):
    url = place(article, "_text", "sms")

    with_accents, without = reader.get(url), reader.get(f"{url}?khong-dau")

    assert with_accents.content.decode().startswith("Khai sinh tại bệnh viện.")
    assert without.content.decode().startswith("Khai sinh tai benh vien.")
    assert "no-store" in without.headers["Cache-Control"]


@pytest.mark.parametrize("slug", ["loa", "to-roi", "ap-phich"])
def test_what_is_printed_tells_the_words_as_they_stand(editor, article, slug):
    save(editor, article, slug, title="Tên riêng", body="Lời riêng của kênh này.")

    answer = editor.get(place(article, "_pdf", slug))

    assert answer.headers["Content-Type"] == "application/pdf"
    pages = pypdfium2.PdfDocument(io.BytesIO(answer.content))
    printed = " ".join(pages[0].get_textpage().get_text_bounded().split())
    assert "Tên riêng" in printed
    assert "Lời riêng của kênh này." in printed


def test_a_message_is_not_printed_and_an_unknown_channel_is_not_found(reader, article):
    assert reader.get(place(article, "_pdf", "sms")).status_code == 404
    assert reader.get(place(article, "_text", "fax")).status_code == 404


def test_a_script_that_was_read_is_heard_by_staff_alone(reader, article):
    url = place(article, "_audio")
    assert reader.get(url).status_code == 404

    row = ScriptAudio(article=article, title="Bản đọc", duration=65, script_digest="cũ")
    row.file.save("loi.mp3", ContentFile(SMALL_MP3))

    answer = reader.get(url)
    assert b"".join(answer.streaming_content) == SMALL_MP3
    assert "no-store" in answer.headers["Cache-Control"]
    assert Client().get(url).status_code == 302
    assert url in text_of(reader.get(page_of(article)))


def test_without_a_voice_the_page_says_so_and_asks_nothing(editor, article, monkeypatch):
    monkeypatch.setattr(audio, "is_available", lambda: False)

    answer = editor.post(place(article, "_make_audio"), follow=True)

    assert "Máy chủ chưa có giọng đọc tiếng Việt" in text_of(answer)
    assert not ScriptAudio.objects.exists()


def test_an_issue_has_the_same_page(reader):
    issue = make_bulletin.make_issue()

    answer = reader.get(reverse("admin:outreach_bulletinissue_channels", args=[issue.pk]))

    assert "73,73\u00a0% (1.485/2.014 hồ sơ)" in answer.content.decode()
