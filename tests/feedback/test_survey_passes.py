"""Invitation slips and codes of a survey, printed, mailed, scanned and taken back; nobody learns whose answer is whose."""

import re
from io import BytesIO

import pytest
import zxingcpp
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from feedback.admin.survey_passes import MailForm, SlipsForm
from feedback.models import SurveyPass
from feedback.surveys import invitations, passes
from portal.models import OutgoingMail
from procedures.models import QrScan, QrTarget
from tests import factories as make
from tests import surveys
from tests.jobs import run_jobs
from tests.pdfs import codes_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(make.make_staff("khaosat", "view_survey", "change_survey"))
    return client


@pytest.fixture
def survey():
    return surveys.make_survey(access="both", slug="danh-gia", title="Phục vụ có tốt không?")


def of(name, survey, *args):
    return reverse(f"admin:feedback_survey_{name}", args=[survey.pk, *args])


def slips(**fields):
    return {"batch": "Tháng 11", "count": 9, "stamp": SlipsForm.new_stamp(timezone.now())} | fields


def mails(*addresses, **fields):
    stamp = MailForm.new_stamp(timezone.now())
    return {"batch": "Thư", "addresses": "\r\n".join(addresses), "stamp": stamp} | fields


def test_each_slip_opens_the_survey_once_with_the_code_that_stands_on_it(desk, survey, settings):
    response = desk.post(of("slips", survey), slips())

    pdf = response.content
    text = text_of(pdf)
    printed = re.findall(r"\b[2-9a-z]{5}-[2-9a-z]{5}\b", text)
    start = f"{settings.SITE_URL}/khao-sat/danh-gia/#"
    assert response.headers["Content-Type"] == "application/pdf"
    assert "no-store" in response.headers["Cache-Control"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert len(set(printed)) == 9
    assert sorted(codes_in(pdf)) == sorted(start + code for code in printed)
    places = [
        text.index(words) for words in (survey.title, "không ghi tên", "danh-gia/", printed[0])
    ]
    assert places == sorted(places)
    surveys.answer(survey, channel="pass", pass_key=printed[-1])
    with pytest.raises(passes.PassRefused):
        surveys.answer(survey, channel="pass", pass_key=printed[-1])
    assert not any(code.replace("-", "") in str(SurveyPass.objects.values()) for code in printed)


def test_pressing_twice_gives_the_same_slips_and_another_form_needs_another_name(desk, survey):
    form = slips()

    first, second = (desk.post(of("slips", survey), form) for _ in range(2))
    other = desk.post(of("slips", survey), slips())

    assert sorted(codes_in(first.content)) == sorted(codes_in(second.content))
    assert SurveyPass.objects.count() == 9
    assert other.status_code == 422
    assert "Đợt này đã có" in other.content.decode()


@pytest.mark.parametrize("fields", [{"count": 0}, {"count": 2001}, {"batch": ""}, {"stamp": "x"}])
def test_an_order_that_is_not_right_makes_no_pass(desk, survey, fields):
    assert desk.post(of("slips", survey), slips(**fields)).status_code == 422
    assert not SurveyPass.objects.exists()


def test_a_lost_batch_is_taken_back_but_for_what_was_used(desk, survey):
    keys = passes.issue(survey, 30, batch="Mất")
    kept = passes.issue(survey, 12, batch="Còn")
    surveys.answer(survey, channel="pass", pass_key=keys[0])

    desk.post(of("void", survey), {"batch": "Mất"})

    with pytest.raises(passes.PassRefused):
        surveys.answer(survey, channel="pass", pass_key=keys[1])
    surveys.answer(survey, channel="pass", pass_key=kept[0])
    lost = next(batch for batch in passes.batches(survey) if batch.name == "Mất")
    today = timezone.localdate()
    assert (lost.issued, lost.used, lost.void, lost.rate) == (30, 1, 29, 1 / 30)
    assert (lost.first_used_on, lost.last_used_on) == (today, today)
    page = desk.get(of("passes", survey)).content.decode()
    assert "3,3 %" in page
    assert desk.post(of("void", survey), {"batch": "Không có"}).status_code == 404


def test_of_a_handful_of_passes_nothing_is_told(desk, survey):
    (key,) = passes.issue(survey, 1, batch="Một người", way="mail")
    surveys.answer(survey, channel="pass", pass_key=key)

    page = desk.get(of("passes", survey))

    assert "Dưới 10 phiếu nên không ghi" in page.content.decode()
    (batch,) = page.context["batches"]
    assert not batch.is_told


def test_each_address_gets_one_mail_with_a_pass_and_is_forgotten(desk, survey, mail_server):
    form = mails("a@example.vn", "b@example.vn", "A@Example.vn", "", "c@example.vn")

    for _ in range(2):
        assert desk.post(of("invite", survey), form).status_code == 302
    run_jobs()
    again = desk.post(of("invite", survey), form)

    assert again.status_code == 302
    assert sorted(mail["To"] for mail in mail_server.mails) == [
        "a@example.vn",
        "b@example.vn",
        "c@example.vn",
    ]
    bodies = [mail.get_content() for mail in mail_server.mails]
    keys = [re.search(r"/khao-sat/danh-gia/#(\S+)", body)[1] for body in bodies]
    assert all(survey.title in body and "không gửi thư nhắc" in body for body in bodies)
    for key in keys:
        surveys.answer(survey, channel="pass", pass_key=key)
    assert SurveyPass.objects.filter(way="mail", used_on__isnull=False).count() == 3
    assert set(OutgoingMail.objects.values_list("to", flat=True)) == {""}
    assert invitations.forget_sent() == 3
    # The same form long after: no second mail to anybody.
    desk.post(of("invite", survey), form)
    assert not OutgoingMail.objects.exists()


def test_rows_tell_by_no_order_which_pass_went_to_whom(survey):
    addresses = [f"nguoi{number:02}@example.vn" for number in range(40)]

    invitations.invite(survey, addresses, batch="Thư", form_key="mot-phieu")

    mailed = list(OutgoingMail.objects.order_by("pk"))
    found = [passes._hash(re.search(r"#(\S+)", mail.body)[1].replace("-", "")) for mail in mailed]
    kept = list(SurveyPass.objects.order_by("pk").values_list("key_hash", flat=True))
    assert sorted(found) == kept != found
    assert sorted(mail.to for mail in mailed) == addresses != [mail.to for mail in mailed]


def test_a_wrong_line_is_named_and_nothing_is_sent(desk, survey):
    page = desk.post(of("invite", survey), mails("a@example.vn", "không phải", "b@"))

    words = page.content.decode()
    assert page.status_code == 422
    assert "Dòng 2: “không phải”" in words
    assert "Dòng 3: “b@”" in words
    assert not SurveyPass.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_what_is_not_opened_or_asks_everybody_gets_no_slips(desk):
    for other in (surveys.make_draft_survey(access="pass"), surveys.make_survey(access="open")):
        assert "Phát và tải" not in desk.get(of("passes", other)).content.decode()
        assert desk.post(of("slips", other), slips()).status_code == 404


def test_a_code_for_each_place_is_made_once_and_leads_there(desk, client, survey, settings):
    points = [make.make_service_point(), make.make_service_point()]
    wanted = {"is_everywhere": "on", "has_code_without_place": "on"}

    for _ in range(2):
        assert desk.post(of("codes", survey), wanted).status_code == 302
    poster, cards = (desk.get(of(name, survey)).content for name in ("posters", "cards"))

    targets = list(QrTarget.objects.all())
    addresses = [target.address for target in targets]
    assert {target.service_point for target in targets} == {*points, None}
    assert sorted(codes_in(poster)) == sorted(addresses)
    assert sorted(codes_in(cards)) == sorted(addresses * 4)
    text = text_of(poster)
    words = [survey.title, "4 câu, 1 phút", "Không ghi tên", targets[0].readable_address]
    assert all(word in text for word in [*words, *(point.name for point in points)])
    scan = client.get(
        f"/q/{QrTarget.objects.get(service_point=points[0]).token}",
        headers={"user-agent": "Mozilla/5.0 (Linux; Android 14) Chrome/126 Mobile"},
    )
    assert scan.headers["Location"] == f"/khao-sat/danh-gia/?noi={points[0].slug}&qua=ma-qr"
    assert client.get(scan.headers["Location"]).status_code == 200
    assert QrScan.objects.get().count == 1
    one = desk.get(of("posters", survey) + f"?ma={targets[0].token}").content
    assert codes_in(one) == [targets[0].address]
    picture = desk.get(of("code_png", survey, targets[0].token)).content
    (code,) = zxingcpp.read_barcodes(Image.open(BytesIO(picture)).convert("L"))
    assert code.text == targets[0].address
    assert desk.get(of("code_svg", survey, targets[0].token)).status_code == 200
    assert desk.get(of("code_svg", surveys.make_survey(), targets[0].token)).status_code == 404


@pytest.mark.parametrize("name", ["passes", "codes", "posters", "cards"])
def test_only_those_who_change_surveys_see_these_pages(client, survey, name):
    client.force_login(make.make_staff("nguoixem", "view_survey"))

    assert client.get(of(name, survey)).status_code == 403


@pytest.mark.parametrize("name", ["slips", "invite", "void"])
def test_only_those_who_change_surveys_give_out_passes(client, survey, name):
    client.force_login(make.make_staff("nguoixem", "view_survey"))

    assert client.post(of(name, survey), slips()).status_code == 403
    assert not SurveyPass.objects.exists()
