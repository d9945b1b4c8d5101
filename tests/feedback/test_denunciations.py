"""Denunciations: for those who were given the right in person, and for nobody else."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse

from feedback import handling
from feedback.models import Ticket
from portal.models import OutgoingMail
from tests import factories as make

pytestmark = pytest.mark.django_db

LIST = reverse("admin:feedback_denunciation_changelist")
HOME = reverse("admin:index")
OFFICER = ["view_ticket", "view_every_ticket", "classify_ticket", "view_ticketsender"]


def of(ticket, name="change", *args):
    return reverse(f"admin:feedback_denunciation_{name}", args=[ticket.pk, *args])


@pytest.fixture
def restricted(db):
    return make.make_staff("rieng", "handle_denunciations")


@pytest.fixture
def desk(client, restricted):
    client.force_login(restricted)
    return client


def denunciation(**fields):
    words = {"subject": "Nhận tiền ở quầy", "body": "Ông ấy nhận tiền."}
    return make.make_ticket(**{"declared_kind": "denunciation"} | words | fields)


def step(client, ticket, name, **fields):
    seen = ticket.events.exclude(type__startswith="viewed").order_by("-pk").first().pk
    model = Ticket.everything.get(pk=ticket.pk).kind
    model = "denunciation" if model == "denunciation" else "ticket"
    address = reverse(f"admin:feedback_{model}_step", args=[ticket.pk, name])
    return client.post(address, fields | {"seen": seen})


@pytest.mark.parametrize("is_superuser", [False, True])
def test_without_the_right_there_is_nothing_of_them(client, restricted, is_superuser):
    ticket = denunciation()
    make.attach_file(ticket)
    client.force_login(make.make_staff("khac", *OFFICER, is_superuser=is_superuser))

    addresses = [LIST, *(of(ticket, name) for name in ["change", "history"]), of(ticket, "file", 1)]

    assert {client.get(address).status_code for address in addresses} == {403}
    assert client.post(of(ticket, "sender")).status_code == 403
    assert step(client, ticket, "phan-loai").status_code == 403
    as_ticket = reverse("admin:feedback_ticket_change", args=[ticket.pk])
    assert client.get(as_ticket).status_code == 404
    home = client.get(HOME).content.decode()
    assert "Tố cáo" not in home
    assert "denunciation" not in home
    counted = client.get(reverse("admin:feedback_ticket_changelist")).context["cl"]
    assert (counted.result_count, counted.full_result_count) == (0, None)


def test_what_keeps_an_agency_from_being_deleted_is_not_quoted(client):
    agency = make.make_agency("Sở Nội vụ")
    ticket = denunciation(agency_concerned=agency)
    client.force_login(make.make_staff("khac", is_superuser=True))

    page = client.get(reverse("admin:procedures_agency_delete", args=[agency.pk])).content.decode()

    assert "<li>phiếu phản ánh</li>" in page
    assert ticket.written_code not in page


def test_the_right_may_come_by_a_group(client):
    user = make.make_staff("nhom")
    user.groups.add(Group.objects.get(name="Xử lý tố cáo"))
    client.force_login(user)

    assert client.get(of(denunciation())).status_code == 200


def test_they_have_a_queue_and_a_list_that_quotes_nothing(desk):
    ticket = denunciation()
    denunciation(subject="Việc khác")

    home = desk.get(HOME).content.decode()
    page = desk.get(LIST)

    assert f"{LIST}?tinh-trang=chua-xong" in home
    assert page.context["cl"].result_count == 2
    assert ticket.written_code in page.content.decode()
    assert "Nhận tiền" not in page.content.decode()
    # To search for words would be to read unseen.
    assert desk.get(LIST, {"q": "nhận tiền"}).context["cl"].result_count == 0
    assert not ticket.events.filter(type="viewed_restricted").exists()


def test_each_opening_is_written_down(desk, restricted):
    ticket = denunciation()

    page = desk.get(of(ticket))
    desk.get(of(ticket, "history"))

    assert "Ông ấy nhận tiền." in page.content.decode()
    looks = ticket.events.filter(type="viewed_restricted")
    assert [look.actor for look in looks] == [restricted, restricted]


def test_who_sent_it_is_a_right_of_its_own(desk):
    assert desk.post(of(denunciation(), "sender")).status_code == 403


def test_an_officer_marks_one_and_loses_sight_of_it_at_once(client, restricted):
    ticket = make.make_ticket()
    officer = make.make_staff("tiepnhan", *OFFICER)
    client.force_login(officer)

    answer = step(client, ticket, "la-to-cao", internal_note="Có nêu tên cán bộ.")

    listed = reverse("admin:feedback_ticket_changelist")
    assert answer["Location"] == listed
    after = client.get(listed).content.decode()
    assert "tố cáo" not in after.lower().replace("khiếu nại, tố cáo", "")
    assert client.get(reverse("admin:feedback_ticket_change", args=[ticket.pk])).status_code == 404
    moved = Ticket.everything.get(pk=ticket.pk)
    assert (moved.kind, moved.declared_kind) == ("denunciation", "reflection")
    clocks = moved.deadlines.running().values_list("kind", flat=True)
    assert set(clocks) == {"first_handling", "transfer"}


def test_none_is_marked_when_nobody_could_read_it(client):
    ticket = make.make_ticket()
    User.objects.create_superuser("quantri", password="mat-khau-dai-12")
    client.force_login(make.make_staff("tiepnhan", *OFFICER))

    refused = step(client, ticket, "la-to-cao")

    assert refused.status_code == 422
    assert "Chưa có ai được giao xử lý tố cáo" in refused.content.decode()
    assert Ticket.objects.filter(pk=ticket.pk).exists()


def test_the_last_who_may_read_one_is_not_shut_out(desk, restricted):
    ticket = denunciation()

    refused = step(desk, ticket, "can-bo", users=[restricted.pk])

    assert refused.status_code == 422
    assert not ticket.about_staff.exists()


def test_it_becomes_ordinary_only_by_who_has_the_right(desk, restricted):
    ticket = denunciation()
    with pytest.raises(Exception, match="Chỉ người được giao"):
        handling.change_kind(ticket=ticket, by=make.make_staff("tiepnhan"), kind="reflection")

    step(desk, ticket, "doi-loai", kind="reflection", internal_note="Không nêu ai vi phạm.")

    assert Ticket.objects.get(pk=ticket.pk).kind == "reflection"
    running = ticket.deadlines.running().values_list("kind", flat=True)
    assert set(running) == {"classify", "transfer", "answer"}


@pytest.mark.parametrize(
    "text",
    ["", "Bà Lê Thị Thử nói rằng", "Gọi 0912 345 678", "le thi thu", "ở ấp 3, xã Tân Thuận"],
)
def test_what_is_passed_on_does_not_tell_who_sent_it(desk, text):
    ticket = denunciation()
    step(desk, ticket, "phan-loai")

    agency = make.make_agency()
    refused = step(desk, ticket, "chuyen", agency=agency.pk, note="Thẩm quyền.", internal_note=text)

    assert refused.status_code == 422
    assert Ticket.everything.get(pk=ticket.pk).status == "classified"


def test_the_agency_that_it_is_passed_on_to_sees_nothing_of_it_here(client, desk, restricted):
    agency = make.make_agency("Thanh tra tỉnh")
    handler = make.make_staff("thanhtra", "view_ticket", "answer_ticket", agency=agency)
    ticket = denunciation()
    make.attach_file(ticket)
    step(desk, ticket, "phan-loai")
    text = "Một người dân cho biết có việc nhận tiền ở quầy."

    step(desk, ticket, "chuyen", agency=agency.pk, note="Thẩm quyền.", internal_note=text)
    passed_on = ticket.events.get(type="transferred")
    client.force_login(handler)

    assert (passed_on.to_agency, passed_on.internal_note) == (agency, text)
    assert client.get(reverse("admin:feedback_ticket_change", args=[ticket.pk])).status_code == 404
    assert client.get(of(ticket)).status_code == 403
    running = ticket.deadlines.running().values_list("kind", flat=True)
    assert list(running) == []


def test_no_mail_is_sent_about_one(restricted):
    agency = make.make_agency(owns_portal=True)
    make.make_staff("tiepnhan", *OFFICER, agency=agency, email="tiepnhan@example.vn")
    ticket = denunciation(consents=[make.make_consent_text("mail")])
    handling.classify_ticket(ticket=ticket, by=restricted, kind="denunciation")
    handling.ask_sender(ticket=ticket, by=restricted, body="Ở đâu ạ?")

    handling.reject_ticket(ticket=ticket, by=restricted, reason="complaint")

    assert not OutgoingMail.objects.exists()


def test_a_request_about_data_of_one_is_for_the_same_few(client, desk, restricted):
    rights = ["view_datasubjectrequest", "change_datasubjectrequest"]
    restricted.user_permissions.add(*Permission.objects.filter(codename__in=rights))
    ticket = denunciation()
    asked = make.make_data_request(ticket)
    address = reverse("admin:feedback_datasubjectrequest_change", args=[asked.pk])

    assert desk.get(address).status_code == 200
    assert ticket.events.filter(type="viewed_restricted").count() == 1
    client.force_login(make.make_staff("tiepnhan", *OFFICER, *rights))
    assert client.get(address).status_code == 404
    listed = client.get(reverse("admin:feedback_datasubjectrequest_changelist"))
    assert listed.context["cl"].result_count == 0
