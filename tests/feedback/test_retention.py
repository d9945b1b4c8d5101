"""Who sent a ticket is erased when its time is over, never what is held; and what else a sender may ask for."""

import threading
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from feedback import notifications, personal_data, publication, retention, sender_steps
from feedback.models import ConsentText, Erasure, LegalHold, Ticket, TicketEvent, TicketSender
from portal.models import OutgoingMail
from procedures.models import TermRule
from tests import factories as make

pytestmark = pytest.mark.django_db

ENDED = datetime(2024, 3, 5, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
# Twenty-four months, to the end of 5 March 2026.
LAST_DAY = datetime(2026, 3, 5, 23, 59, tzinfo=ENDED.tzinfo)
AFTER = datetime(2026, 3, 6, tzinfo=ENDED.tzinfo)


def make_ended(**fields):
    ticket = make.make_ticket(now=ENDED, **fields)
    return sender_steps.withdraw(ticket=ticket, now=ENDED)


def name_of(ticket):
    return TicketSender.objects.get(ticket=ticket).name


@pytest.fixture
def officer(db):
    rights = ["view_ticket", "view_every_ticket", "place_legal_hold", "view_erasure"]
    return make.make_staff("thanhtra", *rights)


def test_who_sent_it_goes_when_the_time_is_over_and_the_text_stays():
    ticket, fresh = make_ended(), make.make_ticket(now=ENDED)
    attachment = make.attach_file(ticket)

    assert retention.erase_expired(LAST_DAY) == []
    [row] = retention.erase_expired(AFTER)

    assert name_of(ticket) == ""
    assert name_of(fresh) != ""
    attachment.refresh_from_db()
    assert attachment.purged_at == AFTER
    ticket.refresh_from_db()
    assert (ticket.subject != "", ticket.content_erased_at) == (True, None)
    assert (row.ticket, row.term, row.fields_count, row.files_count) == (ticket, "24 tháng", 4, 1)
    assert (row.ended_at, row.ground) == (ENDED, TermRule.objects.get(key="data.retention").ground)
    assert ticket.events.get(type=TicketEvent.Type.ERASED).by == "portal"


def test_run_again_it_erases_nothing():
    ticket = make_ended()

    retention.erase_expired(AFTER)
    again = retention.erase_expired(AFTER)

    assert again == []
    assert Erasure.objects.count() == 1
    assert ticket.events.filter(type=TicketEvent.Type.ERASED).count() == 1


def test_one_that_cannot_be_erased_keeps_no_other_from_it(monkeypatch, caplog):
    stuck, other = make_ended(), make_ended()
    erase = personal_data.erase_sender

    def fail_for_one(*, ticket, **options):
        if ticket == stuck:
            raise RuntimeError("Lê Thị Thử")
        return erase(ticket=ticket, **options)

    monkeypatch.setattr(personal_data, "erase_sender", fail_for_one)

    with pytest.raises(retention.NotErased, match="1 phiếu"):
        retention.erase_expired(AFTER)

    assert (name_of(stuck), name_of(other)) == ("Lê Thị Thử", "")
    assert [row.ticket for row in Erasure.objects.all()] == [other]
    assert "Lê Thị Thử" not in caplog.text


def test_the_term_is_the_one_that_the_province_has_set():
    make_ended()
    TermRule.objects.filter(key="data.retention").update(value=10, unit="day")

    [row] = retention.erase_expired(datetime(2024, 3, 16, tzinfo=ENDED.tzinfo))

    assert row.term == "10 ngày"


@pytest.mark.parametrize("kind", ["complaint", "denunciation"])
def test_what_goes_by_other_law_is_erased_too(kind):
    ticket = make_ended(declared_kind=kind)

    retention.erase_expired(AFTER)

    assert name_of(ticket) == ""


def test_of_a_ticket_without_a_name_the_files_go():
    ticket = make_ended(sender=None)
    nothing_kept = make_ended(sender=None)
    make.attach_file(ticket)

    [row] = retention.erase_expired(AFTER)

    assert (row.ticket, row.fields_count, row.files_count) == (ticket, 0, 1)
    assert not nothing_kept.erasures.exists()


def test_what_is_held_or_asked_about_stays_until_that_is_over(officer):
    held, asked = make_ended(), make_ended()
    retention.place_hold(ticket=held, by=officer, reason="Thanh tra yêu cầu.")
    request = make.make_data_request(asked)

    assert retention.erase_expired(AFTER) == []
    assert list(retention.kept_longer(AFTER)) == [held, asked]
    retention.lift_hold(ticket=held, by=officer, reason="Đã kết luận.")
    personal_data.answer_data_request(request=request, by=officer, state="done", reply="Đã gửi.")

    assert {row.ticket for row in retention.erase_expired(AFTER)} == {held, asked}


def erase_command(*options):
    out = StringIO()
    call_command("erase_expired", *options, stdout=out)
    return out.getvalue()


def test_the_command_says_what_and_why_and_of_complaints_and_denunciations_a_number_alone(officer):
    ticket, held = make_ended(), make_ended()
    others = [make_ended(declared_kind=kind) for kind in ("complaint", "denunciation")]
    retention.place_hold(ticket=held, by=officer, reason="Thanh tra yêu cầu.")
    retention.place_hold(ticket=make_ended(declared_kind="denunciation"), by=officer, reason="Có.")

    planned = erase_command("--dry-run")
    kept = TicketSender.objects.filter(erased_at=None).count()
    said = erase_command()

    assert kept == 5
    assert planned.replace("Sẽ xóa", "Đã xóa") == said
    assert said.splitlines() == [
        f"{ticket}: kết thúc 05/03/2024, đã giữ đủ 24 tháng.",
        "Đã xóa dữ liệu của 1 phiếu.",
        "Đã xóa dữ liệu của 2 phiếu khiếu nại, tố cáo.",
        f"{held}: chưa xóa, đang giữ theo yêu cầu pháp lý.",
    ]
    assert {name_of(other) for other in others} == {""}


def test_the_log_names_what_this_person_may_see(client, officer):
    ticket, denounced = make_ended(), make_ended(declared_kind="denunciation")
    retention.erase_expired(AFTER)
    client.force_login(officer)

    page = client.get(reverse("admin:feedback_erasure_changelist")).content.decode()

    assert ticket.written_code in page
    assert "24 tháng" in page
    assert denounced.written_code not in page


# Giữ dữ liệu


def step(client, ticket, name, **fields):
    page = client.get(reverse("admin:feedback_ticket_change", args=[ticket.pk]))
    offers = {offer.step.name: offer.form.shown_seen for offer in page.context["offers"]}
    address = reverse("admin:feedback_ticket_step", args=[ticket.pk, name])
    return client.post(address, fields | {"seen": offers[name]})


def test_a_hold_is_placed_found_and_lifted_on_the_desk(client, officer):
    ticket, other = make_ended(), make_ended()
    client.force_login(officer)
    listed = reverse("admin:feedback_ticket_changelist") + "?giu=dang-giu"

    step(client, ticket, "giu-du-lieu", reason="Tòa án yêu cầu.", document_number="12/TB-TA")
    page = client.get(listed).content.decode()
    hold = LegalHold.objects.get(ticket=ticket)
    assert (hold.reason, hold.document_number) == ("Tòa án yêu cầu.", "12/TB-TA")
    assert ticket.written_code in page
    assert other.written_code not in page
    step(client, ticket, "thoi-giu", reason="Án đã có hiệu lực.")

    hold.refresh_from_db()
    assert hold.lifted_by == officer
    events = ticket.events.filter(by="staff").order_by("pk").values_list("type", "internal_note")
    assert list(events) == [
        ("held", "Tòa án yêu cầu. (văn bản: 12/TB-TA)"),
        ("released", "Án đã có hiệu lực."),
    ]


def test_without_the_right_nothing_is_held(client):
    ticket = make_ended()
    client.force_login(make.make_staff("tiepnhan", "view_ticket", "view_every_ticket"))

    address = reverse("admin:feedback_ticket_step", args=[ticket.pk, "giu-du-lieu"])
    assert client.post(address, {"reason": "Thử."}).status_code == 403


def test_of_what_is_held_nothing_is_erased_whoever_asks(client, officer):
    ticket = make.make_ticket()
    attachment = make.attach_file(ticket)
    request = make.make_data_request(ticket, kind="delete")
    retention.place_hold(ticket=ticket, by=officer, reason="Thanh tra yêu cầu.")
    rights = ["change_datasubjectrequest", "view_datasubjectrequest"]
    officer.user_permissions.add(*Permission.objects.filter(codename__in=rights))
    client.force_login(officer)

    address = reverse("admin:feedback_datasubjectrequest_reply", args=[request.pk])
    refused = client.post(address, {"state": "done", "reply": "Đã xóa."})

    assert refused.status_code == 422
    assert "đang được giữ theo yêu cầu pháp lý" in refused.content.decode()
    request.refresh_from_db()
    assert request.state == "received"
    assert name_of(ticket) != ""
    with pytest.raises(ValidationError, match="đang được giữ"):
        personal_data.purge_attachment(attachment=attachment, by=officer)
    with pytest.raises(ValidationError, match="đang được giữ"):
        personal_data.correct_sender(ticket=ticket, by=officer, name="Tên khác")


@pytest.mark.django_db(transaction=True)
def test_a_hold_that_comes_while_the_eraser_runs_finds_all_or_nothing(officer):
    tickets = [make_ended() for _number in range(12)]
    start = threading.Barrier(2)

    def erase():
        start.wait()
        retention.erase_expired(AFTER)
        connection.close()

    def hold():
        start.wait()
        for ticket in reversed(tickets):
            retention.place_hold(ticket=ticket, by=officer, reason="Thanh tra yêu cầu.", now=AFTER)
        connection.close()

    threads = [threading.Thread(target=each) for each in (erase, hold)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for ticket in tickets:
        order = list(
            ticket.events.filter(type__in=["held", "erased"])
            .order_by("pk")
            .values_list("type", flat=True)
        )
        assert order in (["held"], ["erased", "held"])
        assert (name_of(ticket) == "") == ("erased" in order)


# Yêu cầu về dữ liệu: gia hạn, bên thứ ba, hạn chế


@pytest.fixture
def replier(db):
    rights = ["view_ticket", "view_every_ticket", "view_ticketsender"]
    rights += ["view_datasubjectrequest", "change_datasubjectrequest"]
    return make.make_staff("dulieu", *rights)


def post_about(client, request, name, **fields):
    address = reverse(f"admin:feedback_datasubjectrequest_{name}", args=[request.pk])
    return client.post(address, fields)


def test_more_days_are_taken_once_with_a_reason_that_the_sender_reads(client, replier):
    request = make.make_data_request(make.make_ticket(), kind="view")
    before = request.action_due_on
    client.force_login(replier)

    too_many = post_about(client, request, "extend", days=16, reason="Nhiều tệp.")
    post_about(client, request, "extend", days=10, reason="Nhiều tệp.")
    again = post_about(client, request, "extend", days=1, reason="Thêm nữa.")

    assert "Gia hạn nhiều nhất 15 ngày." in too_many.content.decode()
    assert "đã gia hạn một lần" in again.content.decode()
    request.refresh_from_db()
    assert (request.extension_days, request.extension_reason) == (10, "Nhiều tệp.")
    assert 8 <= (request.action_due_on - before).days <= 12
    assert request.action_explanation["value"] == "25"


def test_where_others_must_stop_too_the_longer_term_counts(client, replier):
    request = make.make_data_request(make.make_ticket(), kind="object")
    client.force_login(replier)

    post_about(client, request, "extend", days=5, reason="Nhiều tệp.")
    post_about(client, request, "reply", state="replied", reply="Đang làm.", third_party="on")

    request.refresh_from_db()
    assert request.action_explanation["value"] == "25"
    assert f"{request.action_due_on:%Y-%m-%d}" == request.action_explanation["due_on"]
    assert request.third_party_at is not None


def test_the_list_shows_what_is_overdue_and_what_is_soon(client, replier):
    late, soon, later = (
        make.make_data_request(make.make_ticket(), reply_due_on=reply, action_due_on="2999-01-01")
        for reply in ("2026-01-05", "2999-01-01", "2999-01-01")
    )
    soon.action_due_on = datetime.now(ENDED.tzinfo).date()
    soon.save()
    client.force_login(replier)

    def listed(due):
        page = client.get(reverse("admin:feedback_datasubjectrequest_changelist"), {"han": due})
        return [row.pk for row in page.context["cl"].result_list]

    assert listed("qua-han") == [late.pk]
    assert listed("sap-den-han") == [soon.pk]


@pytest.mark.parametrize("kind", ["restrict", "object"])
def test_restricted_data_are_used_for_nothing_until_that_is_lifted(client, replier, kind):
    texts = [ConsentText.objects.present(purpose) for purpose in ("mail", "publish_name")]
    ticket = make.make_ticket(consents=texts)
    request = make.make_data_request(ticket, kind=kind)
    OutgoingMail.objects.all().delete()
    client.force_login(replier)
    sender = reverse("admin:feedback_ticket_sender", args=[ticket.pk])
    assert "Lê Thị Thử" in client.post(sender).content.decode()

    post_about(client, request, "reply", state="done", reply="Đã hạn chế.")
    notifications.ticket_classified(ticket)

    page = client.post(sender).content.decode()
    assert "bị hạn chế dùng" in page
    assert "Lê Thị Thử" not in page
    assert "912345678" not in page
    assert not OutgoingMail.objects.exists()
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert publication.consented_name(ticket) == ""
    assert name_of(ticket) == "Lê Thị Thử"

    post_about(client, request, "lift", reason="Người gửi đồng ý lại tại quầy.")

    assert "Lê Thị Thử" in client.post(sender).content.decode()
    assert publication.consented_name(Ticket.objects.get(pk=ticket.pk)) == "Lê Thị Thử"
    notifications.ticket_classified(ticket)
    assert OutgoingMail.objects.get().to == "thu@example.vn"
