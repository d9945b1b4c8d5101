"""One answer for what several people report, and two tickets for a message with two matters."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import handling, joining, personal_data, sender_steps, verifying
from feedback.models import ConsentText, Ticket
from portal.models import OutgoingMail
from tests import factories as make

pytestmark = pytest.mark.django_db

LOOKUP = "/phan-anh/tra-cuu/"
S = Ticket.Status
OFFICER = ["view_ticket", "view_every_ticket", "classify_ticket", "answer_ticket"]
SECOND = {
    "name": "Phan Thị Khác",
    "address": "Ấp 9",
    "phone": "+84987654321",
    "email": "khac@example.vn",
}
PART = {"kind": "question", "subject": "Làm hộ chiếu ở đâu", "body": "Cho hỏi nơi làm hộ chiếu."}


@pytest.fixture
def owner(db):
    return make.make_agency("Ủy ban nhân dân tỉnh", owns_portal=True)


@pytest.fixture
def agency(db):
    return make.make_agency("Sở Nội vụ")


@pytest.fixture
def officer(owner):
    return make.make_staff("tiepnhan", *OFFICER, agency=owner)


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


@pytest.fixture
def restricted(owner):
    return make.make_staff("rieng", "handle_denunciations", agency=owner)


def send(**fields):
    return make.send_ticket(**fields)


def send_second(**fields):
    """The same matter, from somebody else, in words of their own."""
    words = {"subject": "Quầy số 2 chờ lâu quá", "body": "Tôi ở Ấp 9, chờ cả buổi sáng."}
    return make.send_ticket(**words | {"sender": SECOND} | fields)


def begin(ticket, officer, agency, now=None):
    staff = {"ticket": ticket, "by": officer, "now": now}
    handling.classify_ticket(**staff, kind=ticket.kind)
    handling.transfer_ticket(**staff, agency=agency, note="Việc của Sở.")
    handling.start_ticket(**staff)
    ticket.refresh_from_db()
    return ticket


def answer(ticket, officer, **fields):
    words = {"body": "Đã thêm một quầy.", "outcome": "resolved"}
    return handling.answer_ticket(ticket=ticket, by=officer, **words | fields)


def of(ticket, name="change", *args, model="ticket"):
    return reverse(f"admin:feedback_{model}_{name}", args=[ticket.pk, *args])


def step(client, ticket, name, model="ticket", **fields):
    page = client.get(of(ticket, model=model))
    offers = {offer.step.name: offer for offer in page.context["offers"]}
    seen = offers[name].form.shown_seen if name in offers else ""
    return client.post(of(ticket, "step", name, model=model), fields | {"seen": seen})


def offered(client, ticket):
    return {offer.step.name for offer in client.get(of(ticket)).context["offers"]}


def opened(code, secret):
    """The page that a sender sees who opens a ticket."""
    return Client().post(LOOKUP, {"code": code, "secret": secret}).content.decode()


def page_of(receipt):
    return opened(receipt.ticket.code, receipt.secret)


# Merging


def test_two_senders_get_an_answer_each_and_see_nothing_of_each_other(desk, officer, agency):
    procedure = make.make_procedure()
    first, second = send(procedure=procedure), send_second(procedure=procedure)
    begin(first.ticket, officer, agency)

    merged = step(desk, second.ticket, "gop", candidate=first.ticket.pk, internal_note="Cùng quầy.")
    waiting = page_of(second)
    its_steps = offered(desk, second.ticket)
    main = desk.get(of(first.ticket)).content.decode()
    refused = step(desk, first.ticket, "tra-loi", body="Chào bà Thử.", outcome="resolved")
    words = {"body": "Chào bà Thử: đã thêm quầy.", "shared_body": "Quầy số 2 đã thêm người."}
    step(desk, first.ticket, "tra-loi", outcome="resolved", agency=agency.pk, **words)

    second.ticket.refresh_from_db()
    assert merged.status_code == 302
    assert (second.ticket.status, second.ticket.handling_agency) == (S.ANSWERED, agency)
    assert second.ticket.register_number
    assert not second.ticket.deadlines.running().exists()
    assert its_steps == {"thoi-gop", "hoi", "ghi-chu", "can-bo"}
    assert of(second.ticket) in main
    assert "các phiếu đã gộp (1 phiếu)" in refused.content.decode()
    assert "Đã gộp với phiếu khác cùng việc." in waiting
    assert "Hẹn trả lời" in waiting
    pages = [page_of(first), page_of(second)]
    assert "Chào bà Thử: đã thêm quầy." in pages[0]
    assert "Quầy số 2 đã thêm người." in pages[1]
    for mine, other in [
        (pages[0], second.ticket),
        (pages[1], first.ticket),
        (waiting, first.ticket),
    ]:
        for words in (other.code, other.written_code, other.subject, other.body):
            assert words not in mine
    assert "Chào bà Thử" not in pages[1]
    assert second.ticket.events.filter(internal_note__contains=str(first.ticket)).exists()
    assert not second.ticket.events.filter(note__contains=str(first.ticket)).exists()


def test_what_several_read_names_none_of_them(officer, agency):
    first, second = send().ticket, send_second().ticket
    begin(first, officer, agency)
    joining.merge_ticket(ticket=second, by=officer, into=first)

    for text in ["", "Theo lời bà Lê Thị Thử", "Gọi 0987.654.321", "khac@example.vn đã báo"]:
        with pytest.raises(ValidationError) as refusal:
            answer(first, officer, shared_body=text)
        assert list(refusal.value.error_dict) == ["shared_body"], text
    for note in [f"Gộp vào {first}.", f"như {first.code.lower()}", "bà Lê Thị Thử cũng báo"]:
        with pytest.raises(ValidationError) as refusal:
            joining.merge_ticket(ticket=send().ticket, by=officer, into=first, note=note)
        assert list(refusal.value.error_dict) == ["note"], note


def test_each_is_late_by_its_own_day_and_says_so_to_its_own_sender(officer, agency):
    now = timezone.now()
    late = send_second(now=now - timedelta(days=60)).ticket
    fresh = send().ticket
    begin(fresh, officer, agency)
    joining.merge_ticket(ticket=late, by=officer, into=fresh)

    with pytest.raises(ValidationError, match="quá hạn"):
        answer(fresh, officer, shared_body="Đã xong.")
    answer(fresh, officer, shared_body="Đã xong.", late_reason="Chờ đủ ý kiến.")

    notes = [ticket.events.get(type="answered").note for ticket in (late, fresh)]
    assert notes == ["Chờ đủ ý kiến.", ""]
    met = [ticket.deadlines.get(kind="answer") for ticket in (late, fresh)]
    assert [row.is_overdue(now) for row in met] == [True, False]


def test_a_merged_one_follows_the_other_and_goes_its_own_way_when_that_one_ends(
    officer, owner, agency
):
    elsewhere = make.make_agency("Sở Y tế")
    first, second = send().ticket, send_second().ticket
    begin(first, officer, agency)
    joining.merge_ticket(ticket=second, by=officer, into=first)

    handling.transfer_ticket(ticket=first, by=officer, agency=elsewhere, note="Bà Thử nêu thêm.")
    moved = Ticket.objects.get(pk=second.pk)
    handling.start_ticket(ticket=first, by=officer)
    started = Ticket.objects.get(pk=second.pk)
    sender_steps.withdraw(ticket=first)
    apart = Ticket.objects.get(pk=second.pk)

    assert (moved.status, moved.handling_agency) == (S.TRANSFERRED, elsewhere)
    assert "Bà Thử" not in second.events.filter(type="transferred").get().note
    assert started.status == S.IN_PROGRESS
    assert (apart.merged_into, apart.status) == (None, S.IN_PROGRESS)
    assert second.events.filter(type="unmerged").exists()
    assert second.deadlines.running().filter(kind="answer").exists()


@pytest.mark.parametrize("becomes", ["denunciation", "complaint"])
def test_nothing_stays_merged_with_what_goes_by_another_law(officer, restricted, agency, becomes):
    first, second = send().ticket, send_second().ticket
    begin(first, officer, agency)
    joining.merge_ticket(ticket=second, by=officer, into=first)

    handling.change_kind(ticket=first, by=officer, kind=becomes)

    assert Ticket.objects.get(pk=second.pk).merged_into is None


def test_who_is_not_satisfied_is_handled_alone(officer, agency):
    first, second = send().ticket, send_second().ticket
    begin(first, officer, agency)
    joining.merge_ticket(ticket=second, by=officer, into=first)
    answer(first, officer, shared_body="Đã thêm người.")

    sender_steps.rate(ticket=second, score=2)
    sender_steps.reopen(ticket=second, form_key="a", reason="Vẫn chờ.")
    handling.start_ticket(ticket=second, by=officer)
    answer(second, officer, body="Đã xem lại.")

    second.refresh_from_db()
    assert (second.merged_into, second.status) == (None, S.ANSWERED)
    assert [row.body for row in second.answers.order_by("round")] == [
        "Đã thêm người.",
        "Đã xem lại.",
    ]
    assert Ticket.objects.get(pk=first.pk).status == S.ANSWERED


def test_a_merged_ticket_is_asked_and_answers_and_is_set_apart_from_the_desk(desk, officer, agency):
    first, second = send().ticket, send_second().ticket
    begin(first, officer, agency)
    entry = Ticket.objects.get(pk=first.pk).register_entry

    step(desk, second, "gop", into=entry)
    step(desk, second, "hoi", body="Hôm nào ạ?", stops_clock="on")
    sender_steps.reply(ticket=second, form_key="a", body="Thứ Hai.")
    forced = step(desk, second, "tra-loi", body="Xong.", outcome="resolved", agency=agency.pk)
    step(desk, second, "thoi-gop", note="Việc của ông/bà khác một chút.")

    second.refresh_from_db()
    assert forced.status_code == 422
    assert (second.merged_into, second.status) == (None, S.IN_PROGRESS)
    types = list(second.events.order_by("pk").values_list("type", flat=True))
    assert types[-4:] == ["started", "asked", "replied", "unmerged"]


def refused_pairs(officer, restricted, agency):
    """The ticket, the one to merge it into, and what is said."""
    target = begin(send().ticket, officer, agency)
    answered = begin(send().ticket, officer, agency)
    answer(answered, officer)
    ended = send().ticket
    handling.reject_ticket(ticket=ended, by=officer, reason="abuse")
    complaint = send(declared_kind="complaint").ticket
    denunciation = send(declared_kind="denunciation").ticket
    merged = send_second().ticket
    joining.merge_ticket(ticket=merged, by=officer, into=target)
    fresh = send().ticket
    return [
        (target, target, "chính nó"),
        (fresh, complaint, "Khiếu nại, tố cáo"),
        (complaint, target, "Khiếu nại, tố cáo"),
        (fresh, denunciation, "Khiếu nại, tố cáo"),
        (denunciation, target, "Khiếu nại, tố cáo"),
        (fresh, answered, "đã trả lời"),
        (fresh, ended, "đã kết thúc"),
        (answered, target, "đã trả lời"),
        (ended, target, "đã kết thúc"),
        (fresh, merged, f"gộp vào phiếu {target}"),
        (merged, begin(send().ticket, officer, agency), "thôi gộp trước"),
        (target, begin(send().ticket, officer, agency), "đã gộp vào phiếu này"),
        (fresh, send().ticket, "chưa phân loại"),
    ]


def test_what_must_not_be_merged_is_refused_with_a_sentence(officer, restricted, agency):
    for ticket, into, words in refused_pairs(officer, restricted, agency):
        before = Ticket.everything.get(pk=ticket.pk).merged_into_id
        with pytest.raises(ValidationError) as refusal:
            joining.merge_ticket(ticket=ticket, by=officer, into=into)
        assert words in " ".join(refusal.value.messages)
        assert Ticket.everything.get(pk=ticket.pk).merged_into_id == before


def test_an_unknown_and_a_hidden_ticket_are_the_same_to_who_types_a_code(client, agency, officer):
    handler = make.make_staff("xuly", "view_ticket", "classify_ticket", agency=agency)
    mine = begin(send().ticket, officer, agency)
    hidden = begin(send_second().ticket, officer, make.make_agency("Sở Y tế"))
    denunciation = send(declared_kind="denunciation").ticket
    client.force_login(handler)
    entry = f"{hidden.register_number}/{hidden.register_year}"

    pages = [
        step(client, mine, "gop", into=typed).context["offers"][0].form.errors
        for typed in [hidden.code, entry, denunciation.code, "222222222222", "9999/1999", "١٢/2026"]
    ]

    assert all(page == pages[0] for page in pages)
    assert list(pages[0]) == ["into"]
    similar = client.get(of(mine)).context["offers"]
    assert all("candidate" not in offer.form.fields for offer in similar)


def test_likely_ones_are_offered_to_choose_from(desk, officer, agency):
    point = make.make_service_point()
    about = {"service_point": point}
    same = begin(send(**about).ticket, officer, agency)
    old = begin(send(**about, now=timezone.now() - timedelta(days=90)).ticket, officer, agency)
    other_place = begin(send(service_point=make.make_service_point()).ticket, officer, agency)
    other_words = send(**about, subject="Đèn hỏng", body="Cột đèn ở chợ thứ năm.").ticket
    begin(other_words, officer, agency)
    ticket = send_second(**about).ticket

    form = next(
        offer.form for offer in desk.get(of(ticket)).context["offers"] if offer.step.name == "gop"
    )

    keys = [key for key, _label in form.fields["candidate"].choices]
    assert keys == ["", str(same.pk)]
    assert not {str(each.pk) for each in (old, other_place, other_words)} & set(keys)


@pytest.mark.django_db(transaction=True)
def test_of_two_merged_into_each_other_at_once_one_stays(officer, agency):
    one, other = (begin(send().ticket, officer, agency) for _number in range(2))
    pages = {}
    for ticket in (one, other):
        client = Client()
        client.force_login(officer)
        offers = client.get(of(ticket)).context["offers"]
        pages[ticket] = client, offers[0].form.shown_seen
    together = Barrier(2)

    def merge(pair):
        ticket, into = pair
        client, seen = pages[ticket]
        together.wait()
        try:
            words = {"into": into.code, "seen": seen}
            return client.post(of(ticket, "step", "gop"), words).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        codes = list(threads.map(merge, [(one, other), (other, one)]))

    assert sorted(codes) == [302, 422]
    assert Ticket.objects.exclude(merged_into=None).count() == 1


# Splitting


def test_a_message_with_two_matters_becomes_two_that_open_with_one_secret(desk, officer):
    agency = make.make_agency("Công an tỉnh")
    sent_at = timezone.now() - timedelta(days=1)
    consents = [make.make_consent_text("intake"), make.make_consent_text("mail")]
    procedure = make.make_procedure()
    receipt = send(now=sent_at, consents=consents, procedure=procedure)
    ticket = receipt.ticket

    taken = step(desk, ticket, "tach", agency=agency.pk, **PART)

    part = Ticket.objects.get(split_from=ticket)
    assert taken.status_code == 302
    assert (part.received_at, part.channel, part.procedure) == (sent_at, "web", procedure)
    assert (part.status, part.handling_agency) == (S.TRANSFERRED, agency)
    assert part.register_number
    assert part.sender.name == ticket.sender.name
    assert {row.text for row in part.consents.all()} == set(consents)
    assert part.deadlines.get(kind="answer").due_on == ticket.deadlines.get(kind="answer").due_on
    assert {row.type for row in part.events.all()} >= {"received", "split", "classified"}
    assert list(verifying.findings()) == []
    whole, page = page_of(receipt), opened(part.code, receipt.secret)
    assert part.written_code in whole
    assert PART["body"] in page
    assert ticket.written_code in page
    assert ticket.body not in page
    for code, secret in [(part.code, "222222222222"), ("222222222222", receipt.secret)]:
        assert "không mở được phiếu nào" in opened(code, secret)
    for here, there in [(ticket, part), (part, ticket)]:
        assert of(there) in desk.get(of(here)).content.decode()


def test_a_receipt_moved_by_hand_is_found_in_a_part_too(officer):
    ticket = send(now=timezone.now() - timedelta(days=1)).ticket
    part = joining.split_ticket(ticket=ticket, by=officer, **PART)
    moved = ticket.received_at - timedelta(days=5)
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        Ticket.objects.filter(pk=part.pk).update(received_at=moved)
        cursor.execute("set local session_replication_role = origin")

    assert [finding.kind for finding in verifying.findings()] == [verifying.Kind.CONTENT]


def test_who_asks_to_be_forgotten_is_forgotten_in_the_parts(officer):
    ticket = send().ticket
    part = joining.split_ticket(ticket=ticket, by=officer, **PART)
    asked = make.make_data_request(ticket, "delete")

    personal_data.answer_data_request(request=asked, by=officer, state="done", reply="Đã xóa.")

    part.sender.refresh_from_db()
    assert (part.sender.name, part.sender.phone) == ("", "")
    assert part.sender.erased_at


def test_what_is_put_right_or_taken_back_is_so_in_the_parts(officer):
    agreed = [ConsentText.objects.present("mail")]
    ticket = send(consents=agreed).ticket
    part = joining.split_ticket(ticket=ticket, by=officer, **PART)

    personal_data.correct_sender(ticket=ticket, by=officer, name="Lê Thị Đúng")
    sender_steps.withdraw_consent(ticket=ticket, purpose="mail")

    part.sender.refresh_from_db()
    assert part.sender.name == "Lê Thị Đúng"
    assert not part.consents.filter(withdrawn_at=None).exists()


def test_what_cannot_be_split_is_refused(officer, agency):
    ticket = send().ticket
    part = joining.split_ticket(ticket=ticket, by=officer, **PART)
    ended = send().ticket
    handling.reject_ticket(ticket=ended, by=officer, reason="abuse")
    target, merged = begin(send().ticket, officer, agency), send_second().ticket
    joining.merge_ticket(ticket=merged, by=officer, into=target)

    for whole, changes in [
        (part, {}),
        (ended, {}),
        (merged, {}),
        (ticket, {"kind": "denunciation"}),
        (ticket, {"body": " "}),
    ]:
        with pytest.raises(ValidationError):
            joining.split_ticket(ticket=whole, by=officer, **PART | changes)
    assert Ticket.everything.exclude(split_from=None).count() == 1


def test_a_part_of_a_denunciation_says_nowhere_where_it_comes_from(client, officer, restricted):
    mail = make.make_consent_text("mail")
    receipt = send(declared_kind="denunciation", consents=[mail], dossier_code="H19-7")
    whole = receipt.ticket
    whole.about_staff.add(make.make_staff("bi-to-cao"))
    client.force_login(restricted)

    named = step(client, whole, "tach", "denunciation", **PART | {"body": "Bà Lê Thị Thử hỏi."})
    step(client, whole, "tach", "denunciation", **PART)

    part = Ticket.objects.get(split_from=whole)
    assert named.status_code == 422
    assert (part.status, part.is_anonymous, part.dossier_code) == (S.RECEIVED, True, "")
    assert part.received_at > whole.received_at
    assert not hasattr(part, "sender")
    assert not part.consents.exists()
    assert not part.about_staff.exists()
    assert not part.deadlines.exists()
    (event,) = part.events.all()
    assert (event.type, event.by, event.note, event.internal_note) == ("received", "portal", "", "")
    client = Client()
    client.force_login(officer)
    listed = reverse("admin:feedback_ticket_changelist")
    pages = [client.get(address) for address in (of(part), of(part, "history"), listed)]
    step(client, part, "phan-loai", kind="question")
    pages += [client.get(of(part))]
    again = step(client, part, "tach", **PART | {"subject": "Một việc nữa"})
    second = Ticket.objects.get(split_from=part)
    sent = opened(part.code, receipt.secret)
    for html in [*(page.content.decode() for page in pages), sent]:
        for words in [whole.code, whole.written_code, "Tách từ", "tách việc này", "Tách phiếu"]:
            assert words not in html
    assert again.status_code == 302
    assert PART["body"] in sent
    assert "Một việc nữa" in opened(second.code, receipt.secret)
    assert part.written_code in page_of(receipt)
    assert not OutgoingMail.objects.filter(to="thu@example.vn").exists()
    client.force_login(make.make_staff("ca-hai", *OFFICER, "handle_denunciations"))
    assert of(whole, model="denunciation") in client.get(of(part)).content.decode()
    assert list(verifying.findings()) == []
