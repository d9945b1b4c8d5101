"""The desk: the list, the page of one ticket, and the steps taken from it, through the admin."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from feedback import handling
from feedback.models import ConsentText, IntakeSettings, Ticket, TicketPause
from feedback.work_queues import feedback_queues
from tests import factories as make

pytestmark = pytest.mark.django_db

LIST = reverse("admin:feedback_ticket_changelist")
OFFICER = [
    "view_ticket",
    "view_every_ticket",
    "classify_ticket",
    "view_ticketsender",
    "view_datasubjectrequest",
    "change_datasubjectrequest",
]
HANDLER = ["view_ticket", "answer_ticket"]


def of(ticket, name="change", *args, model="ticket"):
    return reverse(f"admin:feedback_{model}_{name}", args=[ticket.pk, *args])


@pytest.fixture
def owner(db):
    return make.make_agency("Văn phòng Ủy ban nhân dân tỉnh", owns_portal=True)


@pytest.fixture
def agency(db):
    return make.make_agency("Sở Nội vụ")


@pytest.fixture
def officer(owner):
    return make.make_staff("tiepnhan", *OFFICER, agency=owner)


@pytest.fixture
def handler(agency):
    return make.make_staff("xuly", *HANDLER, agency=agency)


@pytest.fixture
def desk(client, officer):
    """The officer's client."""
    client.force_login(officer)
    return client


def step(client, ticket, name, model="ticket", **fields):
    """Fill in a step as the page offers it now, and press its button."""
    page = client.get(of(ticket, model=model))
    offers = {offer.step.name: offer for offer in page.context["offers"]}
    seen = offers[name].form.shown_seen if name in offers else ""
    return client.post(of(ticket, "step", name, model=model), fields | {"seen": seen})


def offered(client, ticket, model="ticket"):
    page = client.get(of(ticket, model=model))
    return [offer.step.name for offer in page.context["offers"]]


def test_a_ticket_goes_through_two_desks_to_its_answer(client, officer, handler, agency):
    ticket = make.make_ticket()
    act = make.make_legal_document("118/2025/NĐ-CP")

    client.force_login(officer)
    step(client, ticket, "phan-loai", kind="reflection")
    step(client, ticket, "chuyen", agency=agency.pk, note="Việc của Sở Nội vụ.")
    client.force_login(handler)
    step(client, ticket, "bat-dau")
    answered = step(
        client,
        ticket,
        "tra-loi",
        outcome="resolved",
        body="Đã thêm một quầy.",
        agency=agency.pk,
        legal_documents=[act.pk],
    )

    ticket.refresh_from_db()
    assert ticket.status == "answered"
    assert answered["Location"] == of(ticket)
    answer = ticket.answers.get()
    assert (answer.body, answer.written_by, answer.agency) == ("Đã thêm một quầy.", handler, agency)
    assert list(answer.legal_documents.all()) == [act]
    page = client.get(of(ticket)).content.decode()
    assert "Đã thêm một quầy." in page
    assert "Việc của Sở Nội vụ." in page


def test_the_page_says_what_was_sent_and_why_the_day_is_that_day(desk):
    procedure = make.make_procedure(name="Đăng ký khai sinh")
    ticket = make.make_ticket(procedure=procedure, dossier_code="H19-0001")

    page = desk.get(of(ticket)).content.decode()

    for words in [ticket.subject, ticket.body, "Đăng ký khai sinh", "H19-0001"]:
        assert words in page
    assert "Ngày nhận không tính, đếm từ ngày sau." in page
    assert "20/2008" in page


def test_only_the_steps_that_lead_on_and_that_this_person_may_take_are_offered(
    client, officer, handler, agency
):
    ticket = make.make_ticket()
    client.force_login(officer)
    received = offered(client, ticket)
    handling.classify_ticket(ticket=ticket, by=officer, kind="reflection")
    handling.transfer_ticket(ticket=ticket, by=officer, agency=agency, note="Đúng việc.")
    handling.start_ticket(ticket=ticket, by=officer)

    theirs = offered(client, ticket)
    client.force_login(handler)
    its_handlers = offered(client, ticket)

    always = ["gop", "tach", "la-to-cao", "can-bo", "ghi-chu"]
    assert received == ["phan-loai", "hoi", "tu-choi", *always]
    assert theirs == ["chuyen", "hoi", *always[:2], "doi-loai", *always[2:]]
    assert its_handlers == ["tra-loi", "hoi", "thu-thap", "gia-han", "tra-lai", "ghi-chu"]


def test_a_step_without_the_right_is_refused(client, officer, handler, agency):
    ticket = make.make_ticket()
    handling.classify_ticket(ticket=ticket, by=officer, kind="reflection")
    handling.transfer_ticket(ticket=ticket, by=officer, agency=agency, note="Đúng việc.")
    client.force_login(handler)

    refused = client.post(of(ticket, "step", "tu-choi"), {"reason": "abuse"})

    assert refused.status_code == 403
    assert client.get(of(ticket, "step", "phan-loai")).status_code in {403, 405}
    assert client.post(of(ticket, "step", "khong-co")).status_code == 404


def test_a_refused_step_says_why_and_loses_nothing_that_was_typed(desk):
    ticket = make.make_ticket()
    handling.classify_ticket(ticket=ticket, by=make.make_staff("khac"), kind="reflection")

    page = step(desk, ticket, "chuyen", agency="", note="Lý do rất dài đã gõ")

    assert page.status_code == 422
    html = page.content.decode()
    assert "Lý do rất dài đã gõ" in html
    assert 'class="errorlist"' in html
    assert Ticket.objects.get().status == "classified"


def test_what_happened_meanwhile_is_read_before_one_decides(desk, officer):
    ticket = make.make_ticket()
    seen = desk.get(of(ticket)).context["offers"][0].form.shown_seen
    handling.add_note(ticket=ticket, by=officer, internal_note="Người gửi vừa gọi điện.")
    words = {"kind": "proposal", "note": "Đã gõ", "seen": seen}

    refused = desk.post(of(ticket, "step", "phan-loai"), words)
    seen = refused.context["offers"][0].form.shown_seen
    desk.post(of(ticket, "step", "phan-loai"), words | {"seen": seen})

    assert refused.status_code == 422
    html = refused.content.decode()
    assert "diễn biến mới sau khi ông/bà mở trang" in html
    assert "Người gửi vừa gọi điện." in html
    assert "Đã gõ" in html
    assert Ticket.objects.get().status == "classified"


def test_a_step_that_another_took_is_refused_with_a_sentence(desk, officer):
    ticket = make.make_ticket()
    handling.classify_ticket(ticket=ticket, by=officer, kind="reflection")
    seen = desk.get(of(ticket)).context["offers"][0].form.shown_seen

    refused = desk.post(of(ticket, "step", "phan-loai"), {"kind": "praise", "seen": seen})

    assert refused.status_code == 422
    assert "đang ở tình trạng “Đã phân loại”" in refused.content.decode()


def test_nothing_of_a_ticket_is_a_field(desk):
    ticket = make.make_ticket()

    assert desk.post(of(ticket), {"subject": "khác", "status": "closed"}).status_code == 405
    assert desk.get(reverse("admin:feedback_ticket_add")).status_code == 404
    assert desk.post(of(ticket, "delete"), {"post": "yes"}).status_code == 404
    extra = step(desk, ticket, "phan-loai", kind="proposal", status="closed", code="X", by="1")
    assert extra.status_code == 302
    ticket.refresh_from_db()
    assert (ticket.status, ticket.subject) == ("classified", "Chờ lâu ở quầy số 2")


def test_the_list_has_first_what_is_due_first_in_words(desk, officer):
    now = timezone.now()
    late = make.make_ticket(now=now - timedelta(days=40))
    fresh = make.make_ticket()
    unsigned = make.make_ticket(sender=None, now=now - timedelta(days=90))
    rejected = make.make_ticket(now=now - timedelta(days=50))
    handling.reject_ticket(ticket=rejected, by=officer, reason="abuse")

    page = desk.get(LIST)

    assert list(page.context["cl"].result_list) == [late, fresh, unsigned, rejected]
    html = page.content.decode()
    assert 'class="due due--late">phân loại: quá hạn' in html
    assert 'class="due due--soon">phân loại: còn' in html
    assert '<td class="field-age">3 tháng</td>' in html


@pytest.fixture
def queues(desk, owner, officer):
    """A ticket for each queue, and some for none."""
    now = timezone.now()
    overdue = make.make_ticket(now=now - timedelta(days=60), subject="quá hạn")
    waiting = make.make_ticket(now=now - timedelta(days=60), subject="chờ người gửi")
    TicketPause.objects.create(ticket=waiting, started_at=now - timedelta(days=59))
    soon = make.make_ticket(subject="sắp đến hạn")
    replied = make.make_ticket(sender=None, subject="đã trả lời")
    handling.classify_ticket(ticket=replied, by=officer, kind="reflection")
    replied.messages.create(by="sender", body="Ở quầy số 2.")
    done = make.make_ticket(sender=None, subject="cán bộ đã xem")
    done.messages.create(by="sender", body="Cảm ơn.", sent_at=now - timedelta(days=1))
    handling.classify_ticket(ticket=done, by=officer, kind="reflection")
    again = make.make_ticket(sender=None, subject="mở lại")
    handling.classify_ticket(ticket=again, by=officer, kind="question")
    handling.start_ticket(ticket=again, by=officer)
    handling.answer_ticket(ticket=again, by=officer, body="Rồi.", outcome="explained")
    Ticket.objects.filter(pk=again.pk).update(status="reopened", reopened_at=now)
    again.messages.create(by="sender", body="Chưa xong.")
    make.make_data_request(soon)
    make.make_data_request(overdue, state="refused", ended_at=now)
    return desk


def test_each_queue_leads_to_the_list_of_exactly_its_rows(queues):
    home = queues.get(reverse("admin:index"))
    found = {queue.label: queue for queue in feedback_queues(home.wsgi_request)}

    assert {label: queue.count for label, queue in found.items()} == {
        "Phiếu quá hạn": 1,
        "Phiếu sắp đến hạn": 1,
        "Phiếu chờ phân loại": 3,
        "Người gửi đã trả lời": 1,
        "Phiếu mở lại": 1,
        "Trả lời chưa có bản công khai": 0,
        "Trả lời công khai cần xem lại (thủ tục đã đổi)": 0,
        "Yêu cầu về dữ liệu cá nhân": 1,
    }
    for label, queue in found.items():
        assert queues.get(queue.address).context["cl"].result_count == queue.count, label
        assert f'href="{queue.address.replace("&", "&amp;")}"' in home.content.decode()
    due = list(queues.get(found["Phiếu sắp đến hạn"].address).context["cl"].result_list)
    assert [ticket.subject for ticket in due] == ["sắp đến hạn"]


def test_the_list_is_searched_by_code_and_words_and_never_by_who_sent_it(desk):
    ticket = make.make_ticket()
    make.make_ticket(subject="Đèn hỏng", body="Cột số 5.")

    def found(words):
        return desk.get(LIST, {"q": words}).context["cl"].result_count

    assert [found(words) for words in [ticket.code, str(ticket).lower(), "quay so 2"]] == [1, 1, 1]
    for words in ["Lê Thị Thử", "0912345678", "912345678", "thu@example.vn", "Tân Thuận"]:
        assert found(words) == 0, words


@pytest.mark.parametrize(
    "lookup",
    [
        "sender__name__startswith=L",
        "sender__phone__contains=9",
        "secret_hash__startswith=0",
        "body__contains=a",
        "consents__text__purpose=mail",
        "about_staff__id__exact=1",
    ],
)
def test_the_list_answers_no_question_put_into_its_address(desk, lookup):
    make.make_ticket()

    assert desk.get(f"{LIST}?{lookup}").status_code in {302, 400}


def test_a_file_is_handed_out_as_a_download_and_the_look_is_kept(desk, officer):
    ticket = make.make_ticket()
    make.attach_file(ticket)

    answer = desk.get(of(ticket, "file", 1))
    assert answer.getvalue()

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    look = ticket.events.get(type="viewed_file")
    assert (look.actor, look.internal_note) == (officer, "Tệp 1.")
    assert desk.get(of(ticket, "file", 2)).status_code == 404


def test_a_file_that_may_not_be_kept_is_removed_for_good(
    desk, officer, django_capture_on_commit_callbacks
):
    ticket = make.make_ticket()
    kept = make.attach_file(ticket).file
    path = kept.path

    with django_capture_on_commit_callbacks(execute=True):
        desk.post(of(ticket, "purge", 1))

    assert not kept.storage.exists(path)
    attachment = ticket.attachments.get()
    assert (attachment.file.name, attachment.purged_by) == ("", officer)
    assert ticket.events.get(type="purged").actor == officer
    assert desk.get(of(ticket, "file", 1)).status_code == 404


def test_who_sent_it_stands_on_a_page_of_its_own_and_each_look_is_kept(desk, officer):
    ticket = make.make_ticket()
    names = ["Lê Thị Thử", "Ấp 3, xã Tân Thuận", "+84912345678", "thu@example.vn"]

    page = desk.get(of(ticket)).content.decode()
    sender = desk.post(of(ticket, "sender"))

    assert [name for name in names if name in page] == []
    assert [name for name in names if name in sender.content.decode()] == names
    assert "no-store" in sender.headers["Cache-Control"]
    assert desk.get(of(ticket, "sender")).status_code == 405
    assert ticket.events.get(type="viewed_identity").actor == officer
    history = desk.get(of(ticket, "history")).content.decode()
    assert "Xem người gửi" in history


def test_who_sent_it_is_not_shown_without_the_right(client, officer, handler, agency):
    ticket = make.make_ticket()
    handling.classify_ticket(ticket=ticket, by=officer, kind="reflection")
    handling.transfer_ticket(ticket=ticket, by=officer, agency=agency, note="Đúng việc.")
    client.force_login(handler)

    assert client.post(of(ticket, "sender")).status_code == 403
    assert not ticket.events.filter(type="viewed_identity").exists()


def test_a_wish_to_be_erased_is_done_at_once(desk, officer, django_capture_on_commit_callbacks):
    ticket = make.make_ticket()
    kept = make.attach_file(ticket).file
    ticket.messages.create(by="sender", body="Gọi tôi số 0912.")
    asked = make.make_data_request(ticket, kind="delete", details="Xóa tên Thử giúp tôi.")
    address = reverse("admin:feedback_datasubjectrequest_reply", args=[asked.pk])
    form = {"state": "done", "reply": "Đã xóa.", "erase_text": "on"}

    with django_capture_on_commit_callbacks(execute=True):
        answer = desk.post(address, form)

    assert answer.status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.details, asked.replied_at) == ("done", "", asked.ended_at)
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.body, ticket.messages.get().body) == ("", "", "")
    sender = ticket.sender
    assert {getattr(sender, name) for name in sender.IDENTITY} == {""}
    assert not kept.storage.exists(kept.path)
    assert list(ticket.events.values_list("type", flat=True))[-2:] == ["rights_done", "erased"]
    assert "đã xóa" in desk.get(of(ticket)).content.decode()


def test_text_is_kept_unless_that_is_chosen_too(desk):
    ticket = make.make_ticket()
    asked = make.make_data_request(ticket, kind="delete")

    address = reverse("admin:feedback_datasubjectrequest_reply", args=[asked.pk])
    desk.post(address, {"state": "done", "reply": "Đã xóa."})

    ticket.refresh_from_db()
    assert ticket.sender.erased_at
    assert ticket.body


def test_a_request_is_replied_to_and_then_done_once(desk):
    asked = make.make_data_request(make.make_ticket(), kind="restrict")
    address = reverse("admin:feedback_datasubjectrequest_reply", args=[asked.pk])

    desk.post(address, {"state": "replied", "reply": "Đang làm."})
    empty = desk.post(address, {"state": "done", "reply": ""})
    desk.post(address, {"state": "done", "reply": "Đã xong."})
    again = desk.post(address, {"state": "refused", "reply": "Không."})

    asked.refresh_from_db()
    assert (asked.state, asked.reply) == ("done", "Đã xong.")
    assert asked.replied_at < asked.ended_at
    assert (empty.status_code, again.status_code) == (422, 422)
    # The sender is told that it is done when it is, not when it was replied to.
    assert asked.ticket.events.filter(type="rights_done").count() == 1


def test_what_the_sender_wants_put_right_is_put_right_and_only_then(desk):
    ticket = make.make_ticket()
    fields = {"name": "Lê Thị Đúng", "address": "Ấp 4", "phone": "0911", "email": "d@example.vn"}

    before = desk.post(of(ticket, "correct"), fields)
    make.make_data_request(ticket, kind="correct")
    wrong = desk.post(of(ticket, "correct"), fields | {"email": "không phải"})
    after = desk.post(of(ticket, "correct"), fields)

    assert [page.status_code for page in [before, wrong, after]] == [403, 422, 302]
    ticket.sender.refresh_from_db()
    assert ticket.sender.name == "Lê Thị Đúng"
    note = ticket.events.filter(type="note").get().internal_note
    assert "họ tên" in note
    assert "Đúng" not in note


def test_texts_of_consent_are_added_and_never_changed(admin_client):
    add = reverse("admin:feedback_consenttext_add")
    words = {"purpose": "mail", "language": "vi", "statement": "Tôi đồng ý nhận thư.", "notice": ""}
    last = ConsentText.objects.present("mail")

    admin_client.post(add, words)

    new = ConsentText.objects.present("mail")
    assert (new.version, new.statement) == (last.version + 1, "Tôi đồng ý nhận thư.")
    change = reverse("admin:feedback_consenttext_change", args=[new.pk])
    assert admin_client.post(change, words | {"statement": "Khác"}).status_code == 403
    delete = reverse("admin:feedback_consenttext_delete", args=[new.pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 403


def test_denunciations_are_taken_only_when_two_may_read_them(admin_client):
    listed = admin_client.get(reverse("admin:feedback_intakesettings_changelist"))
    change = listed["Location"]

    typed = {"takes_denunciations": "on", "working_from": "07:00", "working_until": "17:00"}
    make.make_staff("rieng", "handle_denunciations")
    refused = admin_client.post(change, typed)
    make.make_staff("nguoi-thu-hai", "handle_denunciations")
    admin_client.post(change, typed)

    assert "cho ít nhất hai người" in refused.content.decode()
    assert IntakeSettings.objects.get().takes_denunciations


def test_work_on_tickets_leaves_nothing_in_the_log_that_all_administrators_read(desk):
    ticket = make.make_ticket()

    step(desk, ticket, "phan-loai", kind="reflection")
    desk.post(of(ticket, "sender"))

    assert not LogEntry.objects.exists()


def test_the_list_asks_as_often_for_many_as_for_one(desk, django_assert_num_queries):
    make.make_ticket()
    desk.get(LIST)
    with django_assert_num_queries(9):
        desk.get(LIST)
    for _ in range(5):
        make.make_ticket()
    with django_assert_num_queries(9):
        desk.get(LIST)
