"""Public answers in the portal's one search."""

import pytest

from feedback.answer_search import find_answers
from tests import factories as make
from tests import published

pytestmark = pytest.mark.django_db


@pytest.fixture
def answers():
    make.make_agency(owns_portal=True)
    published.make_public_ticket(words={"subject": "Hồ sơ trễ hẹn", "answer": "Xin lỗi ông/bà."})
    published.make_public_ticket(words={"subject": "Thu phí sai", "body": "Hồ sơ trễ hẹn."})
    published.make_question(words={"subject": "Họ so tre hen ra sao?"})


def subjects(text):
    return [line.subject for line in find_answers(text)]


def test_words_in_the_subject_and_with_the_very_accents_come_first(answers):
    assert subjects("hồ sơ trễ hẹn") == ["Hồ sơ trễ hẹn", "Họ so tre hen ra sao?", "Thu phí sai"]
    assert subjects("HO SO TRE HEN")[-1] == "Thu phí sai"
    assert subjects("xin loi") == ["Hồ sơ trễ hẹn"]
    assert subjects("xổ số") == []


@pytest.mark.parametrize(
    "query", ["", "'", "\\", "& | !", "a:*", "((", '"', "%", "\x00", "<->", "hồ " * 200, "🙂"]
)
def test_no_query_fails(client, answers, query):
    for path in ("/tim-kiem/", "/tim-kiem.json", "/phan-anh/da-tra-loi/", "/hoi-dap/"):
        assert client.get(path, {"q": query}).status_code == 200
    find_answers(query)


def test_the_search_page_shows_them_and_programs_get_them(client, answers):
    html = client.get("/tim-kiem/?q=tre+hen").content.decode()
    found = client.get("/tim-kiem.json?q=tre+hen").json()

    assert "Phản ánh đã trả lời, hỏi đáp" in html
    assert "<mark>trễ hẹn</mark>" in html
    assert found["total"] == 3
    assert {"name": "Thu phí sai", "code": None}.items() <= found["results"][-1].items()
    assert found["results"][-1]["url"].endswith("/phan-anh/da-tra-loi/2/")


def test_they_stand_on_the_first_page_alone_and_the_rest_is_in_their_own_lists(client):
    make.make_agency(owns_portal=True)
    for number in range(6):
        published.make_public_ticket(words={"subject": f"Trễ hẹn lần {number}"})

    first = client.get("/tim-kiem/?q=tre+hen").content.decode()
    second = client.get("/tim-kiem/?q=tre+hen&trang=2").content.decode()

    assert first.count("</mark> lần") == 5
    assert 'href="/phan-anh/da-tra-loi/?q=tre%20hen"' in first
    assert 'href="/hoi-dap/?q=' not in first
    assert "</mark> lần" not in second
