"""A screen at a counter: one person after another, without network, each sheet once, nothing left for the next."""

import json
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles.finders import find
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback.models import SurveyKiosk, SurveyResponse
from feedback.surveys.kiosks import new_token
from tests import factories as make
from tests import surveys
from tests.portal.test_accessibility import faults_of

SHORT = (
    {"code": "cho-doi", "text": "Thời gian chờ đến lượt"},
    {
        "code": "cach",
        "text": "Ông/bà nộp hồ sơ cách nào?",
        "kind": "single",
        "choices": ["Tại quầy", "Trực tuyến"],
    },
    {"code": "mang", "text": "Trang dễ dùng không?", "shown_if": "cach", "shown_if_values": [2]},
    {"code": "gop-y", "text": "Góp ý thêm", "kind": "long_text", "is_required": False},
)
ANSWERS = {"q-cho-doi": ["4"], "q-cach": ["1"], "q-gop-y": ["Cần thêm ghế chờ."]}
SECRET = "Tôi tên Lê Thị Kín"
UNTIL_KEPT = """async () => {
    await navigator.serviceWorker.ready;
    while (!await caches.match(location.href)) await new Promise(done => setTimeout(done, 50));
}"""


def make_kiosk(*questions, **fields):
    survey = surveys.make_survey(*(questions or SHORT), **fields)
    point = make.make_service_point()
    return SurveyKiosk.objects.create(
        survey=survey, service_point=point, name="Máy 1", token=new_token()
    )


@pytest.fixture
def kiosk(db):
    return make_kiosk()


def address(kiosk):
    return reverse("feedback:kiosk", args=[kiosk.token])


def send(kiosk, *, key="k" * 32, **changes):
    sheet = {"key": key, "version": 1, "seconds_ago": 0, "language": "vi", "answers": ANSWERS}
    body = json.dumps(sheet | changes)
    client = Client(enforce_csrf_checks=True)
    return client.post(address(kiosk), body, content_type="application/json")


def test_a_sheet_is_taken_for_the_counter_without_any_cookie(kiosk):
    response = send(kiosk, seconds_ago=7200, language="en")

    row = SurveyResponse.objects.get()
    assert response.json() == {"taken": "k" * 32}
    assert (row.channel, row.service_point, row.language) == ("kiosk", kiosk.service_point, "en")
    assert abs(timezone.now() - timedelta(hours=2) - row.submitted_at) < timedelta(minutes=1)
    assert [answer.value for answer in row.answers.order_by("pk")] == [4, 1, None]
    assert not row.sender_hash
    assert not response.cookies
    assert response.headers["Cache-Control"] == "no-store"
    kiosk.refresh_from_db()
    assert kiosk.heard_at is not None


def test_a_sheet_counts_once_however_often_and_however_late_it_is_sent_again(kiosk):
    send(kiosk)
    SurveyKiosk.objects.update(token="dia-chi-moi")
    kiosk.refresh_from_db()
    kiosk.survey.closed_at = timezone.now() - timedelta(hours=1)
    kiosk.survey.save()

    again = send(kiosk, seconds_ago=30 * 86400)
    elsewhere = send(make_kiosk())

    assert again.json() == elsewhere.json() == {"taken": "k" * 32}
    assert SurveyResponse.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"answers": {"q-cho-doi": ["9"], "q-cach": ["1"]}}, 400),
        ({"answers": {}}, 400),
        ({"answers": {"q-cho-doi": [4]}}, 400),
        ({"answers": {"q-cho-doi": ["\x00\ud800"], "q-cach": ["1"]}}, 400),
        ({"answers": ["q-cho-doi"]}, 400),
        ({"key": "ngắn"}, 400),
        ({"key": None}, 400),
        ({"version": 2}, 400),
        ({"version": "1; drop"}, 400),
        ({"version": 10**30}, 400),
        ({"seconds_ago": "lâu"}, 400),
        ({"seconds_ago": float("nan")}, 400),
        ({"seconds_ago": float("inf")}, 400),
        ({"seconds_ago": 8 * 86400}, 410),
        ({"answers": {"q-gop-y": ["a" * 3_000_000]}}, 413),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_is_no_sheet_is_refused_for_good_and_in_words(kiosk, changes, status):
    response = send(kiosk, **changes)

    assert response.status_code == status
    assert response.json()["is_refused"]
    assert " " in response.json()["error"]
    assert not SurveyResponse.objects.exists()


@pytest.mark.parametrize("body", [b" ", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b"1" * 9_000])
def test_what_is_no_json_is_refused(kiosk, body):
    response = Client().post(address(kiosk), body, content_type="application/json")

    assert response.status_code == 400
    assert response.json()["is_refused"]


def test_odd_letters_in_words_are_kept_as_they_may_be_stored(kiosk):
    send(kiosk, answers=ANSWERS | {"q-gop-y": ["Ghế\x00 \ud83d hỏng"]})

    assert SurveyResponse.objects.get().answers.get(question__code="gop-y").text == "Ghế hỏng"


def test_a_clock_that_was_put_back_makes_no_sheet_of_the_future(kiosk):
    send(kiosk, seconds_ago=-86400)

    assert SurveyResponse.objects.get().submitted_at <= timezone.now()


def test_a_closed_survey_takes_what_was_filled_in_before_and_nothing_later(kiosk):
    kiosk.survey.closed_at = timezone.now() - timedelta(hours=1)
    kiosk.survey.save()

    before = send(kiosk, key="b" * 32, seconds_ago=7200)
    after = send(kiosk, key="c" * 32)

    assert before.status_code == 200
    assert (after.status_code, after.json()["is_refused"]) == (409, True)
    page = Client().get(address(kiosk)).content.decode()
    assert "hiện không mở" in page
    assert "data-status" in page
    assert "q-cho-doi" not in page


def test_a_screen_that_is_switched_off_or_unknown_gets_words_and_may_send_later(client, kiosk):
    SurveyKiosk.objects.update(is_active=False)

    page = client.get(address(kiosk))
    sent = send(kiosk)

    assert page.status_code == sent.status_code == 404
    assert "không được dùng để khảo sát" in page.content.decode()
    assert "is_refused" not in sent.json()
    assert client.get("/khao-sat/may-tai-quay/khong-co/").status_code == 404


def test_one_screen_sends_so_many_an_hour_and_the_next_one_all_of_its_own(kiosk, monkeypatch):
    limit = {"limit": 1, "overall": 1, "seconds": 3600}
    monkeypatch.setattr("feedback.surveys.kiosks.KIOSK_LIMIT", limit)

    first, second = send(kiosk), send(kiosk, key="m" * 32)

    assert (first.status_code, second.status_code) == (200, 429)
    assert int(second.headers["Retry-After"]) > 0
    assert "is_refused" not in second.json()
    assert send(kiosk).status_code == send(make_kiosk()).status_code == 200


def test_without_scripts_the_whole_list_is_sent_and_thanks_lead_back(kiosk):
    client = Client(enforce_csrf_checks=True)
    page = client.get(address(kiosk))
    key, other_key = (
        found.content.decode().partition('name="key" value="')[2].partition('"')[0]
        for found in (page, client.get(address(kiosk)))
    )
    form = {"key": key, "version": "1", "language": "vi", "q-cho-doi": "5", "q-cach": "1"}

    unfinished = client.post(address(kiosk), form | {"q-cho-doi": "", "q-gop-y": "Ghế"})
    sent = client.post(address(kiosk), form)
    client.post(address(kiosk), form)
    outdated = client.post(address(kiosk), form | {"version": "7", "key": new_token()})
    thanks = client.get(sent.headers["Location"])

    assert page.headers["Cache-Control"] == "no-store"
    assert not page.cookies
    assert key != other_key
    assert unfinished.status_code == 422
    assert "Chọn một câu trả lời." in unfinished.content.decode()
    assert ">Ghế</textarea>" in unfinished.content.decode()
    assert outdated.status_code == 400
    assert "bản câu hỏi không có ở đây" in outdated.content.decode()
    assert SurveyResponse.objects.get().channel == "kiosk"
    assert f'content="10; url={address(kiosk)}"' in thanks.content.decode()


def test_the_scripts_of_the_screen_stay_under_15_kilobytes():
    scripts = [
        *Path(find("js/kiosk/screens.js")).parent.glob("*.js"),
        Path(find("js/appearance.js")),
    ]

    assert len(scripts) == 4
    assert sum(path.stat().st_size for path in scripts) < 15_000


def test_staff_make_a_screen_switch_it_off_and_give_it_another_address(client, kiosk):
    client.force_login(make.make_staff("khaosat", is_superuser=True))
    page = reverse("admin:feedback_survey_kiosks", args=[kiosk.survey.pk])
    step = reverse("admin:feedback_survey_kiosk", args=[kiosk.survey.pk, kiosk.pk])

    missing = client.post(page, {"name": "", "service_point": ""})
    client.post(page, {"name": "Máy 2", "service_point": kiosk.service_point.pk})
    client.post(step, {"viec": "tat"})
    off = client.get(page).content.decode()
    client.post(step, {"viec": "bat"})
    client.post(step, {"viec": "ma-moi"})

    second = kiosk.survey.kiosks.get(name="Máy 2")
    assert missing.status_code == 422
    assert second.token in off
    assert "data:image/svg+xml;base64," in off
    assert kiosk.token not in off
    assert client.get(address(second)).status_code == 200
    assert client.get(address(kiosk)).status_code == 404
    kiosk.refresh_from_db()
    assert client.get(address(kiosk)).status_code == 200


# In the browser


@pytest.fixture
def screen(transactional_db):
    return make_kiosk()


def choose(page, words):
    page.locator("[data-step]:not([hidden])").get_by_text(words, exact=True).click()


def now_shown(page):
    return page.evaluate("document.body.dataset.now")


def answer(page, *, words=""):
    page.get_by_role("button", name="Chạm để bắt đầu").click()
    choose(page, "Hài lòng")
    page.get_by_role("button", name="Tiếp").click()
    choose(page, "Tại quầy")
    page.get_by_role("button", name="Tiếp").click()
    page.get_by_label("Góp ý thêm").fill(words)


def leftovers(page):
    """What the page or the history would show of somebody, with words that were written."""
    return page.evaluate(
        """words => {
            const form = document.querySelector("[data-sheet]");
            const given = [...new FormData(form)].filter(([name, value]) => name.startsWith("q-") && value);
            return given.length || document.documentElement.outerHTML.includes(words) || history.state;
        }""",
        SECRET,
    )


def test_nobody_sees_what_the_one_before_answered(new_page, screen):
    page = new_page()
    page.clock.install()
    page.goto(address(screen))

    answer(page, words=SECRET)
    page.clock.run_for(46_000)
    assert page.get_by_text("Ông/bà còn ở đây không?").is_visible()
    page.get_by_role("button", name="Tôi còn ở đây").click()
    page.clock.run_for(44_000)
    assert page.get_by_label("Góp ý thêm").input_value() == SECRET
    page.clock.run_for(17_000)
    assert now_shown(page) == "start"
    assert not leftovers(page)

    answer(page, words=SECRET)
    page.go_back()
    assert now_shown(page) == "start"
    assert not leftovers(page)
    page.go_forward()
    assert now_shown(page) == "start"

    answer(page, words=SECRET)
    page.get_by_role("button", name="Gửi phiếu").click()
    assert page.get_by_text("Cảm ơn ông/bà đã góp ý").is_visible()
    assert not leftovers(page)
    page.get_by_text("Đã gửi hết.").wait_for()
    page.clock.run_for(11_000)
    assert now_shown(page) == "start"
    page.go_back()
    page.reload()
    assert not leftovers(page)
    assert page.evaluate("JSON.stringify(localStorage)") == "{}"
    assert SurveyResponse.objects.count() == 1


def test_a_question_is_asked_as_the_rule_says_and_has_to_be_answered(new_page, screen):
    page = new_page()
    complaints = []
    page.on("console", lambda m: complaints.append(m.text) if m.type != "log" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address(screen))
    page.get_by_role("button", name="Chữ to").click()
    page.get_by_role("button", name="Chạm để bắt đầu").click()
    assert page.evaluate("document.documentElement.dataset.text") == "150"

    page.get_by_role("button", name="Tiếp").click()
    assert page.get_by_text("Chọn một câu trả lời.").is_visible()
    assert page.get_by_text("Câu 1 trên 3").is_visible()
    choose(page, "Rất hài lòng")
    page.get_by_role("button", name="Tiếp").click()
    choose(page, "Trực tuyến")
    assert page.get_by_text("Câu 2 trên 4").is_visible()
    page.get_by_role("button", name="Tiếp").click()
    assert page.get_by_text("Trang dễ dùng không?").is_visible()
    page.get_by_role("button", name="Quay lại").click()

    assert page.get_by_label("Trực tuyến").is_checked()
    assert page.context.cookies() == complaints == []


def test_sheets_wait_on_the_device_and_arrive_once(new_page, screen):
    page = new_page()
    page.goto(address(screen))
    page.evaluate(UNTIL_KEPT)
    status = page.get_by_role("status")

    page.context.set_offline(True)
    for _ in range(2):
        answer(page, words=SECRET)
        page.get_by_role("button", name="Gửi phiếu").click()
        page.get_by_role("button", name="Xong").click()
    assert "Đang chờ mạng: giữ 2 phiếu trên máy này, cũ nhất từ" in status.inner_text()
    page.reload()
    assert "giữ 2 phiếu" in status.inner_text()
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/en/**")
    assert "2" in status.inner_text()
    page.goto(address(screen))

    # The server takes the first sheet, and its answer is lost on the way.
    lost = []

    def lose(route):
        if route.request.method == "POST":
            lost.append(lost or route.fetch().json())
            route.abort()
        else:
            route.continue_()

    page.route(f"**{urlsplit(page.url).path}", lose)
    with page.expect_event("requestfailed", lambda request: request.method == "POST"):
        page.context.set_offline(False)
    assert "taken" in lost[0]
    assert "giữ 2 phiếu" in status.inner_text()
    assert SurveyResponse.objects.count() == 1
    page.unroute_all()
    page.evaluate("dispatchEvent(new Event('online'))")
    page.get_by_text("Đã gửi hết.").wait_for()

    assert SurveyResponse.objects.count() == 2
    assert page.evaluate("JSON.stringify(localStorage)") == "{}"


def test_what_is_refused_is_put_aside_and_counted(new_page, screen):
    page = new_page()
    page.goto(address(screen))
    answer(page, words=SECRET)
    screen.survey.closed_at = timezone.now() - timedelta(minutes=1)
    screen.survey.save()

    page.get_by_role("button", name="Gửi phiếu").click()
    page.get_by_text("1 phiếu không được nhận, để riêng trên máy này").wait_for()
    page.get_by_role("button", name="Xong").click()
    screen.survey.closed_at = None
    screen.survey.save()
    page.get_by_role("button", name="Thử gửi lại").click()

    page.get_by_text("Đã gửi hết.").wait_for()
    assert SurveyResponse.objects.count() == 1


def test_axe_finds_nothing_on_the_start_and_on_a_question(new_page, screen):
    page = new_page(service_workers="block")
    page.goto(address(screen))
    start = faults_of(page)
    page.get_by_role("button", name="Chạm để bắt đầu").click()

    assert start + faults_of(page) == []
