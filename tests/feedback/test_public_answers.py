"""What everybody reads of answers: the words that two people approved, and nothing else."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from feedback import handling, publication, sender_steps
from feedback.models import ConsentText
from procedures.models import Procedure
from tests import factories as make
from tests import published

pytestmark = pytest.mark.django_db

LIST, QUESTIONS = "/phan-anh/da-tra-loi/", "/hoi-dap/"
SUBJECT = published.PUBLIC_WORDS["subject"]
CANARY = {
    "subject": "Yến Kín việc",
    "body": "Yến Kín nội dung",
    "dossier_code": "YENKIN-1",
    "sender": {"name": "Yến Kín tên", "address": "Ấp Yến Kín", "phone": "+84987123456"},
}


@pytest.fixture
def procedure():
    make.make_agency(owns_portal=True)
    return make.make_procedure(sector=make.make_sector("Hộ tịch"), is_sample=False)


def text_of(client, path):
    """A page without the marks of what a search found."""
    response = client.get(path)
    assert response.status_code == 200, path
    return re.sub("</?mark>", "", response.getvalue().decode())


def pages_about(procedure, number=1):
    return [
        "/",
        LIST,
        f"{LIST}{number}/",
        f"{LIST}?q=cho+lau",
        f"{LIST}du-lieu.csv",
        f"{LIST}atom.xml",
        procedure.get_absolute_url(),
        "/tim-kiem/?q=cho+lau",
        "/tim-kiem.json?q=cho+lau",
    ]


def test_the_approved_words_are_public_and_those_of_the_sender_and_the_office_are_not(
    client, procedure
):
    staff = make.make_staff("tra-loi")
    ticket = make.make_ticket(procedure=procedure, **CANARY)
    published.publish(published.answer(ticket, staff, body="Yến Kín trả lời", signer="Yến Kín ký"))

    pages = {path: text_of(client, path) for path in pages_about(procedure)}

    assert [path for path, text in pages.items() if SUBJECT not in text] == []
    hidden = re.compile(rf"yến kín|yenkin|987123|{ticket.code}|{ticket.written_code}", re.I)
    assert [path for path, text in pages.items() if hidden.search(text)] == []
    assert f"{LIST}1/" in text_of(client, "/sitemap.xml")


def test_what_is_withdrawn_stands_nowhere_and_looks_as_if_it_never_was(client, procedure):
    item = published.make_public_ticket(procedure=procedure)
    publication.withdraw(item=item, by=make.make_staff("go"), reason="Còn tên người.")

    gone, never = client.get(f"{LIST}1/"), client.get(f"{LIST}2/")

    assert (gone.status_code, never.status_code) == (404, 404)
    assert gone.content.replace(b"/1/", b"/2/") == never.content
    others = [path for path in pages_about(procedure) if path != f"{LIST}1/"]
    assert [path for path in others if SUBJECT in text_of(client, path)] == []
    assert f"{LIST}1/" not in text_of(client, "/sitemap.xml")


@pytest.mark.parametrize("number", ["0", "2147483648", "9" * 30])
def test_a_number_that_nothing_has_is_not_found(client, number):
    assert client.get(f"{LIST}{number}/").status_code == 404
    assert client.get(f"{QUESTIONS}{number}/").status_code == 404


def test_a_name_is_read_only_of_who_agrees_to_it(client, procedure):
    consents = [ConsentText.objects.present(name) for name in ("intake", "publish_name")]
    item = published.make_public_ticket(consents=consents, words={"names_sender": True})
    assert "Lê Thị Thử" in text_of(client, f"{LIST}1/")

    sender_steps.withdraw_consent(ticket=item, purpose="publish_name")

    assert "Lê Thị Thử" not in text_of(client, f"{LIST}1/")


def test_an_answer_tells_who_gave_it_when_on_what_ground_and_what_became_of_it(client, procedure):
    act = make.make_legal_document("60/2014/QH13")
    ticket = published.answer(
        make.make_ticket(procedure=procedure), make.make_staff("tl"), legal_documents=[act]
    )
    published.publish(ticket)

    html = text_of(client, f"{LIST}1/")

    agency = ticket.answers.get().agency
    for words in (
        "Đã giải quyết",
        agency.name,
        f"{timezone.localdate():%d/%m/%Y}",
        f'href="{act.get_absolute_url()}"',
        f'href="{procedure.get_absolute_url()}"',
        f'href="/phan-anh/?co-quan={agency.slug}&amp;thu-tuc={procedure.code}"',
    ):
        assert words in html
    data = json.loads(re.search(r'application/ld\+json">(.*?)</script>', html)[1])
    assert (data["@type"], data["mainEntity"]["name"]) == ("QAPage", SUBJECT)
    assert data["mainEntity"]["acceptedAnswer"]["author"]["name"] == agency.name


def test_a_question_that_was_sent_has_one_address_and_stands_among_the_questions(client, procedure):
    published.make_public_ticket(declared_kind="question", words={"subject": "Ai được hỏi?"})
    published.make_public_ticket(words={"subject": "Chờ lâu"})
    published.make_question(words={"subject": "Khai sinh ở đâu?"})

    html = text_of(client, QUESTIONS)

    assert re.findall(r'card__title"><a href="([^"]+)"', html) == ["/hoi-dap/1/", f"{LIST}1/"]
    assert "Chờ lâu" not in html
    assert "Ai được hỏi?" not in text_of(client, "/hoi-dap/1/")
    assert client.get("/hoi-dap/2/").status_code == 404


def test_what_may_have_changed_says_when_and_leads_to_the_procedure(client, procedure):
    published.make_public_ticket(procedure=procedure)
    notice = "Nội dung này có thể đã thay đổi."
    assert notice not in text_of(client, f"{LIST}1/")

    changed_at = timezone.now() + timedelta(days=3)
    Procedure.objects.filter(pk=procedure.pk).update(updated_at=changed_at)

    html = text_of(client, f"{LIST}1/")
    assert notice in html
    assert f"đã thay đổi ngày {timezone.localdate(changed_at):%d/%m/%Y}" in html
    assert "Có thể đã thay đổi" in text_of(client, LIST)


def test_a_second_answer_waits_for_words_of_its_own_and_meanwhile_the_page_says_so(
    client, procedure
):
    staff = make.make_staff("tl")
    item = published.make_public_ticket()
    sender_steps.reopen(ticket=item, form_key="mot-lan", reason="Vẫn phải chờ.")
    assert "Cơ quan đang xem lại" in text_of(client, f"{LIST}1/")

    handling.start_ticket(ticket=item, by=staff)
    handling.answer_ticket(ticket=item, by=staff, body="Lần hai.", outcome="explained")
    before = text_of(client, f"{LIST}1/")
    published.publish(type(item).objects.get(pk=item.pk))
    after = text_of(client, f"{LIST}1/")

    assert "Đã giải quyết" in before
    assert "Đã giải thích" in after
    assert ("Cơ quan đang xem lại" in before, "Cơ quan đang xem lại" in after) == (True, False)


def test_lists_are_narrowed_by_words_kind_sector_agency_year_and_procedure(client, procedure):
    published.make_public_ticket(procedure=procedure)
    other = make.make_procedure(sector=make.make_sector("Đất đai"))
    published.make_public_ticket(
        declared_kind="proposal", procedure=other, words={"subject": "Bỏ bớt giấy tờ"}
    )
    published.make_question(procedure=other, words={"subject": "Tách thửa ở đâu?"})

    def shown(path):
        return re.findall(r'card__title"><a href="[^"]+">([^<]+)<', text_of(client, path))

    year = timezone.localdate().year
    both = ["Bỏ bớt giấy tờ", SUBJECT]
    for query, subjects in {
        "": both,
        "q=giay+to": both[:1],
        "loai=reflection": both[1:],
        "linh-vuc=dat-dai": both[:1],
        f"thu-tuc={procedure.code}": both[1:],
        "co-quan=so-tra-loi": both,
        f"nam={year}": both,
        f"nam={year - 1}": [],
        f"loai=reflection&thu-tuc={other.code}": [],
        "loai=khong-co&trang=-1": both,
    }.items():
        assert shown(f"{LIST}?{query}") == subjects, query
    assert "<strong>1</strong> việc đã trả lời" in text_of(client, f"{LIST}?linh-vuc=dat-dai")
    assert '<option value="dat-dai">Đất đai (1)</option>' in text_of(client, LIST)
    assert shown(f"{QUESTIONS}?linh-vuc=dat-dai") == ["Tách thửa ở đâu?"]
    assert shown(f"{QUESTIONS}?linh-vuc=ho-tich") == []


def test_a_procedure_shows_three_and_leads_to_the_rest(client, procedure):
    assert "Người khác đã hỏi" not in text_of(client, procedure.get_absolute_url())

    for number in range(4):
        published.make_public_ticket(procedure=procedure, words={"subject": f"Việc {number}"})
    published.make_question(procedure=procedure, words={"subject": "Câu hỏi mới"})
    html = text_of(client, procedure.get_absolute_url())

    assert re.findall(r"Câu hỏi mới|Việc \d", html) == ["Câu hỏi mới", "Việc 3", "Việc 2"]
    assert f'href="{LIST}?thu-tuc={procedure.code}"' in html
    assert f'href="{QUESTIONS}?thu-tuc={procedure.code}"' not in html


def test_many_answers_ask_no_more_of_the_database_than_few(
    client, procedure, django_assert_max_num_queries
):
    paths = [*pages_about(procedure), QUESTIONS, f"{QUESTIONS}1/"]
    published.make_question(procedure=procedure)
    for _ in range(2):
        published.make_public_ticket(procedure=procedure)
    few = {}
    for path in paths:
        client.get(path)
        with django_assert_max_num_queries(60) as asked:
            client.get(path)
        few[path] = len(asked)

    for number in range(6):
        other = make.make_procedure()
        published.make_public_ticket(procedure=[procedure, other][number % 2])
        published.make_question(procedure=other, words={"subject": f"Chờ lâu {number}"})
    for path in paths:
        with django_assert_max_num_queries(few[path]):
            client.get(path)


def test_in_english_the_vietnamese_words_are_marked_and_the_address_is_the_vietnamese_one(
    client, procedure
):
    published.make_public_ticket(procedure=procedure)

    html = text_of(client, f"/en{LIST}1/")

    assert f'<h1 lang="vi">{SUBJECT}</h1>' in html
    assert re.search(rf'rel="canonical" href="[^"]*(?<!/en){LIST}1/"', html)
    assert "hreflang" not in html.partition("</head>")[0]
