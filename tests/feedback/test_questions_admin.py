"""Frequent questions in the admin: the same two people, and a list that says what waits."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from feedback import publication
from feedback.models import FrequentQuestion
from tests import factories as make
from tests import published

pytestmark = pytest.mark.django_db

LIST = reverse("admin:feedback_frequentquestion_changelist")
ADD = reverse("admin:feedback_frequentquestion_add")
WORDS = published.PUBLIC_WORDS


def of(question, name="publication", *args):
    return reverse(f"admin:feedback_frequentquestion_{name}", args=[question.pk, *args])


@pytest.fixture
def writer(db):
    make.make_agency(owns_portal=True)
    return make.make_staff(
        "viet",
        "view_frequentquestion",
        "add_frequentquestion",
        "change_frequentquestion",
        "view_agency",
        "view_procedure",
        "view_legaldocument",
    )


@pytest.fixture
def approver(db):
    return make.make_staff("duyet", "approve_publication")


@pytest.fixture
def question(writer):
    return FrequentQuestion.objects.create(agency=make.make_agency("Sở Tư pháp"), created_by=writer)


def test_a_question_is_added_written_approved_corrected_and_withdrawn(client, writer, approver):
    agency, procedure, act = make.make_agency(), make.make_procedure(), make.make_legal_document()
    about = {"agency": agency.pk, "procedure": procedure.pk, "legal_documents": [act.pk]}
    client.force_login(writer)

    added = client.post(ADD, about)
    question = FrequentQuestion.objects.get()
    assert added.url == of(question)
    assert question.created_by == writer
    client.post(of(question), WORDS)
    assert question.public_drafts.get().subject == WORDS["subject"]
    client.force_login(approver)
    client.post(of(question, "public_approve", question.public_drafts.get().pk))
    question.refresh_from_db()
    assert (question.public_state, question.public_answer) == ("published", WORDS["answer"])

    client.force_login(writer)
    client.post(of(question), WORDS | {"answer": "Có ba quầy."})
    question.refresh_from_db()
    assert question.public_answer == WORDS["answer"]
    client.post(of(question, "public_withdraw"), {"reason": "Sai."})
    question.refresh_from_db()
    assert question.public_state == "withdrawn"
    assert LogEntry.objects.first().change_message.endswith("Sai.")


def test_words_that_tell_who_somebody_is_are_asked_about_here_too(client, writer, question):
    client.force_login(writer)

    refused = client.post(of(question), WORDS | {"answer": "Gọi anh Hùng, số 0912345678."})

    assert refused.status_code == 422
    assert "Tôi đã xem 2 chỗ này" in refused.content.decode()
    assert not question.public_drafts.exists()


def test_without_the_right_nothing_is_seen_written_or_approved(client, writer, question):
    draft = publication.propose(item=question, by=make.make_staff("ai-do"), **WORDS)
    client.force_login(writer)
    assert client.post(of(question, "public_approve", draft.pk)).status_code == 403
    client.force_login(make.make_staff("khac", "view_ticket", "answer_ticket"))

    assert client.get(LIST).status_code == 403
    assert client.get(of(question)).status_code == 403
    assert client.post(of(question), WORDS).status_code == 403


def test_what_is_public_is_not_moved_to_another_agency_by_its_writer(
    client, writer, approver, question
):
    published.publish(question, writer, approver)
    other = make.make_agency("Sở Y tế")
    client.force_login(writer)

    client.post(of(question, "change"), {"agency": other.pk})

    assert FrequentQuestion.objects.get().agency == question.agency


def test_what_was_ever_proposed_is_not_deleted(client, writer, question):
    publication.propose(item=question, by=writer, **WORDS)
    remover = make.make_staff("xoa", "view_frequentquestion", "delete_frequentquestion")
    client.force_login(remover)

    assert client.post(of(question, "delete"), {"post": "yes"}).status_code == 403


def test_the_list_begins_with_what_waits_and_is_found_by_its_words(
    client, writer, approver, django_assert_max_num_queries
):
    public = published.make_question()
    correction = published.make_question(words=WORDS | {"subject": "Nộp ở đâu"})
    publication.propose(item=correction, by=writer, **WORDS | {"subject": "Nộp ở quầy nào"})
    newest = [FrequentQuestion.objects.create(agency=make.make_agency()) for _ in range(5)][-1]
    client.force_login(approver)

    with django_assert_max_num_queries(12):
        page = client.get(LIST)
    rows = list(page.context["cl"].result_list)
    assert (rows[0], rows[1], rows[-1]) == (correction, newest, public)
    assert "Đã công khai; bản sửa chờ duyệt" in page.content.decode()

    found = client.get(LIST, {"q": "quay nao"}).context["cl"].result_list
    assert list(found) == [correction]
    waiting = client.get(LIST, {"cong-khai": "cho-duyet"}).context["cl"].result_list
    assert list(waiting) == [correction]
