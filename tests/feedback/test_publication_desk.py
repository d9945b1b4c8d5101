"""The desk of publication, through the admin: one person writes, another approves, and what was sent stays inside."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback import handling, publication
from feedback.models import ConsentText, Ticket
from feedback.work_queues import feedback_queues
from procedures.models import Procedure
from tests import factories as make
from tests import published

pytestmark = pytest.mark.django_db

LIST = reverse("admin:feedback_ticket_changelist")
PHONE, PLATE, NAME = "0912.345.678", "69-A1 123.45", "Trần Văn Bé"
WORDS = published.PUBLIC_WORDS


def of(ticket, name="publication", *args):
    return reverse(f"admin:feedback_ticket_{name}", args=[ticket.pk, *args])


def again(ticket):
    return Ticket.objects.get(pk=ticket.pk)


@pytest.fixture
def writer(db):
    make.make_agency("Văn phòng", owns_portal=True)
    return make.make_staff("viet", "view_ticket", "view_every_ticket", "answer_ticket")


@pytest.fixture
def approver(db):
    return make.make_staff("duyet", "view_ticket", "view_every_ticket", "approve_publication")


@pytest.fixture
def ticket(writer):
    """Answered; both what was sent and what was answered tell who somebody is."""
    consents = [ConsentText.objects.present(purpose) for purpose in ("intake", "publish_name")]
    sent = make.make_ticket(
        subject=f"Xe {PLATE} bị giữ",
        body=f"Tôi là Lê Thị Thử, số {PHONE}. Ông {NAME} hẹn rồi không tiếp.",
        consents=consents,
    )
    return published.answer(sent, writer, body=f"Đã gọi cho bà Lê Thị Thử theo số {PHONE}.")


@pytest.fixture
def at_desk(client):
    """The client of a person, with the right page open."""

    def log_in(user):
        client.force_login(user)
        return client

    return log_in


def page_text(response):
    return response.content.decode()


def test_the_first_text_is_the_original_without_what_tells_who_somebody_is(at_desk, ticket, writer):
    page = at_desk(writer).get(of(ticket))

    form = page.context["form"]
    assert form.initial["subject"] == "Xe [biển số] bị giữ"
    assert form.initial["body"] == (
        "Tôi là [tên người], số [số điện thoại]. Ông T.V.B hẹn rồi không tiếp."
    )
    assert form.initial["answer"] == "Đã gọi cho bà [tên người] theo số [số điện thoại]."
    # The original stands beside it, marked with words.
    assert f'{PHONE}<span class="marked__kind"> (số điện thoại)</span>' in page_text(page)
    assert not again(ticket).public_drafts.exists()


def test_a_text_goes_from_its_writer_through_an_approver_to_the_public(
    at_desk, ticket, writer, approver
):
    client = at_desk(writer)
    initial = client.get(of(ticket)).context["form"].initial
    assert client.post(of(ticket), initial).status_code == 302
    draft = ticket.public_drafts.get()
    # Who wrote it is not offered to approve it.
    assert of(ticket, "public_approve", draft.pk) not in page_text(client.get(of(ticket)))

    client = at_desk(approver)
    page = client.get(of(ticket))
    assert page.context["waiting"] == draft
    assert "form" not in page.context
    assert client.post(of(ticket, "public_approve", draft.pk)).status_code == 302

    item = again(ticket)
    assert item.public_state == "published"
    public = [item.public_subject, item.public_body, item.public_answer, item.public_sender_name]
    assert not any(word in text for word in (PHONE, PLATE, NAME, "Lê Thị Thử") for text in public)


def test_what_still_tells_who_somebody_is_must_be_ticked_for_this_very_text(
    at_desk, ticket, writer
):
    client = at_desk(writer)
    words = WORDS | {"body": f"Gọi số {PHONE} thì gặp."}

    refused = client.post(of(ticket), words)
    assert refused.status_code == 422
    assert f"“{PHONE}” (số điện thoại)" in page_text(refused)
    assert f"Gọi số {PHONE} thì gặp." in page_text(refused)
    form = refused.context["form"]
    assert form.to_confirm == "Tôi đã xem 1 chỗ này, không cho biết ai"
    confirmed = {"is_seen": "on", "seen_text": form.seen_text}

    # A tick for one text is none for another.
    other = client.post(of(ticket), words | confirmed | {"answer": f"Hỏi anh {NAME}."})
    assert (other.status_code, ticket.public_drafts.exists()) == (422, False)
    assert client.post(of(ticket), words | {"seen_text": form.seen_text}).status_code == 422

    assert client.post(of(ticket), words | confirmed).status_code == 302
    assert PHONE in ticket.public_drafts.get().body


def test_the_approver_ticks_each_finding(at_desk, ticket, writer, approver):
    draft = publication.propose(
        item=ticket, by=writer, **WORDS | {"body": f"Gọi {PHONE}, xe {PLATE}."}
    )
    client = at_desk(approver)
    boxes = list(client.get(of(ticket)).context["approval_form"].fields)
    assert len(boxes) == 2

    refused = client.post(of(ticket, "public_approve", draft.pk), {boxes[0]: "on"})
    assert (refused.status_code, again(ticket).public_state) == (422, "proposed")

    client.post(of(ticket, "public_approve", draft.pk), dict.fromkeys(boxes, "on"))
    assert again(ticket).public_state == "published"


def test_a_text_that_was_written_anew_meanwhile_is_not_approved_unseen(
    at_desk, ticket, writer, approver
):
    shown = publication.propose(item=ticket, by=writer, **WORDS)
    newer = publication.propose(item=ticket, by=writer, **WORDS | {"answer": f"Gọi số {PHONE}."})

    refused = at_desk(approver).post(of(ticket, "public_approve", shown.pk))

    assert refused.status_code == 422
    assert refused.context["waiting"] == newer
    assert len(refused.context["approval_form"].fields) == 1
    assert "Bản này đang là “Đã viết lại”" in page_text(refused)
    assert again(ticket).public_state == "proposed"


def test_nobody_approves_their_own_text_even_with_both_rights(at_desk, ticket):
    both = make.make_staff(
        "ca-hai", "view_ticket", "view_every_ticket", "answer_ticket", "approve_publication"
    )
    draft = publication.propose(item=ticket, by=both, **WORDS)

    refused = at_desk(both).post(of(ticket, "public_approve", draft.pk))

    assert refused.status_code == 422
    assert "Người duyệt công khai phải khác người viết." in page_text(refused)


def test_what_is_sent_back_tells_its_writer_why_and_keeps_the_words(
    at_desk, ticket, writer, approver
):
    draft = publication.propose(item=ticket, by=writer, **WORDS)
    client = at_desk(approver)
    assert client.post(of(ticket, "public_return", draft.pk), {"reason": " "}).status_code == 422

    client.post(of(ticket, "public_return", draft.pk), {"reason": "Còn kể việc riêng."})

    page = at_desk(writer).get(of(ticket))
    assert "Lý do trả lại: Còn kể việc riêng." in page_text(page)
    assert page.context["form"].initial["answer"] == WORDS["answer"]


def test_a_correction_is_compared_with_what_is_public(at_desk, ticket, writer, approver):
    published.publish(ticket, writer, approver)
    answer = WORDS["answer"].replace("thứ Hai", "thứ Ba")
    at_desk(writer).post(of(ticket), WORDS | {"answer": answer})

    page = page_text(at_desk(approver).get(of(ticket)))

    assert '<del><span class="visually-hidden">bỏ: </span>Hai.</del>' in page
    assert '<ins><span class="visually-hidden">thêm: </span>Ba.</ins>' in page
    assert again(ticket).public_answer == WORDS["answer"]


@pytest.mark.parametrize("who", ["writer", "approver"])
def test_either_of_the_two_takes_harm_back_at_once(request, at_desk, ticket, writer, approver, who):
    published.publish(ticket, writer, approver)
    client = at_desk(request.getfixturevalue(who))
    assert client.post(of(ticket, "public_withdraw"), {"reason": ""}).status_code == 422
    assert again(ticket).is_published

    client.post(of(ticket, "public_withdraw"), {"reason": "Còn tên người."})

    assert again(ticket).public_state == "withdrawn"
    assert client.post(of(ticket, "public_withdraw"), {"reason": "Lần hai."}).status_code == 422


@pytest.mark.parametrize("rights", [["approve_publication"], [], ["export_ticket"]])
def test_who_may_not_write_does_not(at_desk, ticket, rights):
    other = make.make_staff("khac", "view_ticket", "view_every_ticket", *rights)

    assert "form" not in at_desk(other).get(of(ticket)).context
    assert at_desk(other).post(of(ticket), WORDS).status_code == 403
    assert not ticket.public_drafts.exists()


def test_who_may_not_approve_does_not(at_desk, ticket, writer, approver):
    draft = publication.propose(item=ticket, by=approver, **WORDS)
    client = at_desk(writer)

    assert client.post(of(ticket, "public_approve", draft.pk)).status_code == 403
    assert client.post(of(ticket, "public_return", draft.pk), {"reason": "Vì."}).status_code == 403
    assert again(ticket).public_state == "proposed"


def test_a_ticket_of_another_agency_has_no_desk(at_desk, ticket):
    elsewhere = make.make_staff(
        "noi-khac", "view_ticket", "answer_ticket", "approve_publication", agency=make.make_agency()
    )
    draft = publication.propose(item=ticket, by=make.make_staff("ai-do"), **WORDS)
    client = at_desk(elsewhere)

    assert client.get(of(ticket)).status_code == 404
    assert client.post(of(ticket), WORDS).status_code == 404
    assert client.post(of(ticket, "public_approve", draft.pk)).status_code == 404


def test_a_draft_is_decided_under_its_own_ticket(at_desk, ticket, writer, approver):
    other = published.answer(make.make_ticket(), writer)
    draft = publication.propose(item=other, by=writer, **WORDS)

    assert at_desk(approver).post(of(ticket, "public_approve", draft.pk)).status_code == 404


def test_a_name_is_offered_only_of_who_agreed(at_desk, ticket, writer, approver):
    silent = published.answer(make.make_ticket(), writer)
    client = at_desk(writer)
    assert "names_sender" not in client.get(of(silent)).context["form"].fields

    client.post(of(ticket), WORDS | {"names_sender": "on"})
    publication.approve(draft=ticket.public_drafts.get(), by=approver)

    assert again(ticket).public_sender_name == "Lê Thị Thử"


def test_what_turned_into_a_complaint_cannot_be_written_about(at_desk, ticket, writer):
    handling.change_kind(ticket=ticket, by=writer, kind="complaint")
    client = at_desk(writer)

    assert "form" not in client.get(of(ticket)).context
    refused = client.post(of(ticket), WORDS)
    assert refused.status_code == 422
    assert "không phải khiếu nại, tố cáo" in page_text(refused)


def queues(rf, user):
    request = rf.get("/")
    request.user = user
    return {queue.label: queue for queue in feedback_queues(request)}


def test_the_queues_say_what_waits_and_lead_to_the_same_rows(rf, at_desk, writer, approver):
    procedure = make.make_procedure(updated_at=timezone.now() - timedelta(days=90))
    fresh, waiting, own, changed = (
        published.answer(make.make_ticket(procedure=procedure), writer) for _ in range(4)
    )
    publication.propose(item=waiting, by=writer, **WORDS)
    publication.propose(item=own, by=approver, **WORDS)
    published.publish(changed, writer, approver)
    Procedure.objects.update(updated_at=timezone.now())
    expected = {
        writer: {
            "Trả lời chưa có bản công khai": fresh,
            "Trả lời công khai cần xem lại (thủ tục đã đổi)": changed,
        },
        approver: {
            "Bản công khai chờ duyệt": waiting,
            "Trả lời công khai cần xem lại (thủ tục đã đổi)": changed,
        },
    }

    for user, rows in expected.items():
        found = queues(rf, user)
        for label, row in rows.items():
            assert (found[label].count, found[label].age) == (1, "hôm nay")
            page = at_desk(user).get(found[label].address)
            assert list(page.context["cl"].result_list) == [row]
    assert "Bản công khai chờ duyệt" not in queues(rf, writer)


def test_an_answer_that_is_still_right_leaves_the_queue(rf, at_desk, ticket, writer, approver):
    ticket.procedure = make.make_procedure()
    ticket.save(update_fields=["procedure"])
    published.publish(ticket, writer, approver)
    Procedure.objects.update(updated_at=timezone.now())
    assert "có thể đã thay đổi" in page_text(at_desk(writer).get(of(ticket)))

    at_desk(writer).post(of(ticket, "public_confirm"))

    label = "Trả lời công khai cần xem lại (thủ tục đã đổi)"
    assert queues(rf, writer)[label].count == 0


def opened_by_its_sender(client, receipt):
    pass_words = {"code": receipt.ticket.code, "secret": receipt.secret}
    return page_text(client.post(reverse("feedback:lookup"), pass_words))


def test_the_sender_is_led_to_what_is_public_as_long_as_it_is(client, writer, approver):
    receipt = make.send_ticket()
    ticket = published.answer(receipt.ticket, writer)
    publication.propose(item=ticket, by=writer, **WORDS)
    assert "Bản công khai" not in opened_by_its_sender(client, receipt)

    item = published.publish(ticket, writer, approver)
    address = reverse("feedback:public_answer", args=[item.public_number])
    page = opened_by_its_sender(client, receipt)
    assert f'href="{address}"' in page
    assert "kết quả đã được công khai trên Cổng" in page

    publication.withdraw(item=item, by=approver, reason="Lý do của cơ quan.")
    page = opened_by_its_sender(client, receipt)
    assert address not in page
    assert "kết quả đã được công khai trên Cổng" not in page
    assert "Kết quả không còn công khai trên Cổng" in page
    assert "Lý do của cơ quan." not in page
