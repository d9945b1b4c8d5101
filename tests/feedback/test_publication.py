"""How an answer becomes public: in words of its own, by two people, and never what may not be told."""

from threading import Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from feedback import handling, publication, sender_steps
from feedback.models import ConsentText, PublicText, Ticket
from tests import factories as make
from tests import published

pytestmark = pytest.mark.django_db

WORDS = published.PUBLIC_WORDS


@pytest.fixture
def writer(db):
    return make.make_staff("viet")


@pytest.fixture
def approver(db):
    return make.make_staff("duyet")


@pytest.fixture
def answered(writer):
    make.make_agency(owns_portal=True)
    return published.answer(make.make_ticket(consents=_consents("intake", "publish_name")), writer)


def _consents(*purposes):
    return [ConsentText.objects.present(purpose) for purpose in purposes]


def again(item):
    return type(item)._base_manager.get(pk=item.pk)


def test_a_second_person_makes_it_public_with_a_number_of_its_own(answered, writer, approver):
    draft = publication.propose(item=answered, by=writer, **WORDS)
    assert again(answered).public_state == "proposed"

    publication.approve(draft=draft, by=approver)

    ticket = again(answered)
    assert (ticket.public_state, ticket.status, ticket.public_number) == (
        "published",
        "published",
        1,
    )
    assert (ticket.public_subject, ticket.public_answer) == (WORDS["subject"], WORDS["answer"])
    assert PublicText.objects.filter(ticket=ticket).exists()
    assert list(ticket.events.order_by("pk").values_list("type", "actor"))[-2:] == [
        ("proposed", writer.pk),
        ("published", approver.pk),
    ]


def test_nobody_approves_what_they_wrote(answered, writer):
    draft = publication.propose(item=answered, by=writer, **WORDS)

    with pytest.raises(ValidationError, match="phải khác người viết"):
        publication.approve(draft=draft, by=writer)

    assert again(answered).public_state == "proposed"


def test_what_is_sent_back_is_written_anew_and_the_first_text_is_kept(answered, writer, approver):
    first = publication.propose(item=answered, by=writer, **WORDS)
    publication.send_back(draft=first, by=approver, reason="Còn số nhà.")
    assert again(answered).public_state == "private"

    second = publication.propose(item=answered, by=writer, **WORDS | {"body": "Chờ lâu."})
    publication.approve(draft=second, by=approver)

    drafts = answered.public_drafts.order_by("pk").values_list("decision", "reason", "body")
    assert list(drafts) == [
        ("returned", "Còn số nhà.", WORDS["body"]),
        ("approved", "", "Chờ lâu."),
    ]


def test_a_correction_leaves_the_public_text_until_it_is_approved(answered, writer, approver):
    item = published.publish(answered, writer, approver)
    draft = publication.propose(item=item, by=writer, **WORDS | {"answer": "Có thêm hai quầy."})
    assert (again(item).public_state, again(item).public_answer) == ("published", WORDS["answer"])

    publication.approve(draft=draft, by=approver)

    after = again(item)
    assert (after.public_answer, after.public_number) == ("Có thêm hai quầy.", 1)
    assert after.published_at == item.published_at


def test_what_is_withdrawn_is_gone_and_keeps_its_number(answered, writer, approver):
    item = published.publish(answered, writer, approver)

    with pytest.raises(ValidationError, match="vì sao gỡ"):
        publication.withdraw(item=item, by=approver, reason=" ")
    publication.withdraw(item=item, by=approver, reason="Còn tên người.")

    assert again(item).public_state == "withdrawn"
    assert not PublicText.objects.exists()
    published.publish(item, writer, approver)
    assert (again(item).public_state, again(item).public_number) == ("published", 1)


@pytest.mark.parametrize(
    "fields", [{"declared_kind": "complaint"}, {"sender": None}, {}], ids=["law", "unsigned", "new"]
)
def test_what_may_not_be_told_is_not_even_proposed(fields, writer):
    ticket = make.make_ticket(**fields)

    with pytest.raises(ValidationError, match="Chỉ công khai phiếu đã trả lời"):
        publication.propose(item=ticket, by=writer, **WORDS)

    assert not ticket.public_drafts.exists()


def test_what_turns_out_to_be_a_complaint_is_public_no_more(answered, writer, approver):
    item = published.publish(answered, writer, approver)
    publication.propose(item=item, by=writer, **WORDS)

    handling.change_kind(ticket=item, by=writer, kind="complaint")

    assert again(item).public_state == "private"
    assert not PublicText.objects.exists()
    assert not item.public_drafts.filter(decision="waiting").exists()


def test_a_name_is_public_only_as_long_as_its_bearer_agrees(answered, writer, approver):
    draft = publication.propose(item=answered, by=writer, names_sender=True, **WORDS)
    item = publication.approve(draft=draft, by=approver)
    assert again(item).public_sender_name == "Lê Thị Thử"

    sender_steps.withdraw_consent(ticket=item, purpose="publish_name")

    assert again(item).public_sender_name == ""
    assert not item.public_drafts.exclude(sender_name="").exists()
    with pytest.raises(ValidationError, match="không đồng ý nêu tên"):
        publication.propose(item=item, by=writer, names_sender=True, **WORDS)


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_decide_once(answered, writer, approver):
    draft = publication.propose(item=answered, by=writer, **WORDS)
    other = make.make_staff("duyet-hai")
    done = []

    def decide(by):
        try:
            publication.approve(draft=draft, by=by)
            done.append(by.pk)
        except ValidationError:
            pass
        finally:
            connection.close()

    threads = [Thread(target=decide, args=[by]) for by in (approver, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [again(answered).public_approved_by_id] == done


def test_a_frequent_question_goes_the_same_way():
    question = published.make_question()

    assert (question.public_state, question.public_number) == ("published", 1)
    assert str(question) == WORDS["subject"]
    assert Ticket.everything.count() == 0
