"""The drill finds nothing, and finds whatever is made to leak: a walk that sees nothing proves nothing."""

import logging

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from feedback import feeds, ledger
from feedback.drill import fields, running, samples, traces
from feedback.drill.public_walk import PublicWalk
from feedback.drill.report import Report, nobody
from feedback.drill.scratch import _server, scratch_database, scratch_settings, undone
from feedback.drill.staff_walk import StaffWalk
from feedback.management.commands import privacy_drill
from feedback.models import Ticket
from feedback.models.tickets import TicketQuerySet
from portal import urls
from portal.outbox import promise_mail
from tests.pages import make_content

handler400, handler403, handler404 = urls.handler400, urls.handler403, urls.handler404
handler500 = urls.handler500


def tell_all(request):
    """A page of somebody who did not think: the newest message as it was sent."""
    return HttpResponse(Ticket.objects.exclude(subject="").latest("pk").subject)


def take_carelessly(request):
    """A door that hides nothing from the reports of its errors."""
    name = request.POST["name"]
    ledger.append(code=name, at=None, digest="")


# The portal with two more addresses, for the plants.
urlpatterns = [
    path("ro-ri/", tell_all, name="tell_all"),
    path("ro-ri/nhan/", csrf_exempt(take_carelessly), name="take_carelessly"),
    *urls.urlpatterns,
]


@pytest.fixture(scope="module")
def drilled(django_db_setup, django_db_blocker):
    """One drill over the content of all page types, kept for the tests of this file."""
    with django_db_blocker.unblock(), scratch_settings() as folder:
        make_content()
        yield running.run(folder), folder
        call_command("flush", verbosity=0, interactive=False)
        connection.close()


@pytest.fixture
def planted(drilled, db, settings):
    """The world of the drill and a new report, for a walk over what a test has planted."""
    done, folder = drilled
    settings.MEDIA_ROOT = folder / "files"
    return done.world, Report(done.canaries)


def found(report):
    return {(leak.field, leak.place) for leak in report.leaks.values()}


def canary_of(world, field, kind="reflection"):
    known = world.canaries.known.values()
    return next(c for c in known if c.field == field and c.case and c.case.kind == kind)


def test_nobody_meets_what_is_not_theirs(drilled):
    report, _folder = drilled

    assert "\n".join(report.lines()).splitlines()[-1] == "Không thấy rò rỉ.", "\n".join(
        report.lines()
    )
    assert report.counts["trang công khai"] > 100
    assert report.counts["địa chỉ quản trị"] > 300


def test_every_text_field_is_classified(db):
    assert fields.unclassified() == set()
    assert fields.gone() == set()


def test_a_new_address_that_tells_all_is_walked_and_found(planted, settings):
    world, report = planted
    settings.ROOT_URLCONF = __name__

    walk = PublicWalk(world, report)
    walk.follow(address for address in walk.first_addresses() if address == "/ro-ri/")

    assert found(report) == {("feedback.Ticket.subject", "GET /ro-ri/ (người lạ)")}


def test_a_feed_with_the_words_of_a_sender_is_found(planted, monkeypatch):
    world, report = planted
    body = canary_of(world, "feedback.Ticket.body").word
    monkeypatch.setattr(feeds.AnswerFeed, "item_description", lambda feed, item: body)

    PublicWalk(world, report).visitor.get("/phan-anh/da-tra-loi/atom.xml")

    place = "GET /phan-anh/da-tra-loi/atom.xml (người lạ)"
    assert ("feedback.Ticket.body", place) in found(report)


def test_staff_who_see_the_tickets_of_another_agency_are_found(planted, monkeypatch):
    world, report = planted
    monkeypatch.setattr(TicketQuerySet, "visible_to", lambda tickets, user: tickets)
    walk = StaffWalk(world, report)
    walk.patterns = {"feedback_ticket_change": ["object_id"], "feedback_ticket_changelist": []}

    walk.walk(world.people.roles[0])

    pages = {place for _field, place in found(report)}
    assert any(place.startswith("GET /quan-tri/feedback/ticket/ (") for place in pages)
    assert "feedback.TicketEvent.internal_note" in {field for field, _place in found(report)}


def test_a_mail_a_log_and_a_cached_page_that_name_somebody_are_found(planted):
    world, report = planted
    phone, name, body = (
        canary_of(world, f"feedback.{field}")
        for field in ("TicketSender.phone", "TicketSender.name", "Ticket.body")
    )
    promise_mail(key="feedback.plant:1", to="a@example.vn", subject="Tin", body=f"0{phone.word}")
    cache.set("page", f"<p>{body.word}</p>")

    with traces.listening() as listener:
        logging.getLogger("feedback.plant").debug("Sender %s", name.word)
    traces.look_at_logs(report, listener)
    traces.look_at_database(report)
    traces.look_at_caches(report)
    cache.clear()

    assert found(report) == {
        ("feedback.TicketSender.phone", "thư gửi đi, feedback.plant"),
        ("feedback.TicketSender.name", "nhật ký máy chủ, feedback.plant"),
        ("feedback.Ticket.body", "bộ nhớ đệm “default”"),
    }
    assert not any(
        canary.word in str(leak) for leak in report.leaks.values() for canary in (phone, name, body)
    )


def test_files_that_were_kept_as_they_came_are_found(planted, tmp_path):
    world, report = planted
    kept = tmp_path / "files"
    kept.mkdir()
    for make in (samples.photo, samples.document):
        _name, content = make(world.canaries, None)
        (kept / f"{make.__name__}.bin").write_bytes(content)

    traces.look_at_files(report, tmp_path)

    assert {field for field, _place in found(report)} >= {
        "ảnh: EXIF, mô tả",
        "ảnh: GPS, tên nơi chụp",
        "ảnh: XMP",
        "ảnh: chú thích JPEG",
        "PDF: tác giả",
        "PDF: XMP",
    }


def test_a_report_of_an_error_that_shows_what_was_typed_is_found(planted, settings):
    world, report = planted
    settings.ROOT_URLCONF = __name__
    name = canary_of(world, "feedback.TicketSender.name")

    with traces.failing(ledger, "append") as reports:
        Client(raise_request_exception=False).post("/ro-ri/nhan/", {"name": name.word})
    report.look(reports[0], "báo cáo lỗi", nobody)

    assert found(report) == {("feedback.TicketSender.name", "báo cáo lỗi")}


def test_a_field_without_a_class_and_a_walk_that_sees_nothing_are_gaps(planted, monkeypatch):
    world, report = planted
    kept = {**fields.PRIVATE, "feedback.TicketRating": ""}
    monkeypatch.setattr(fields, "PRIVATE", kept)

    running.prove_seeding(world, report)
    running.prove_that_public_words_are_seen(world, report)

    published = [
        c for c in world.canaries.known.values() if c.field == "feedback.Ticket.public_subject"
    ]
    assert len([gap for gap in report.gaps if "dù đã công khai" in gap]) == len(published) > 0
    assert any("feedback.TicketRating.comment" in gap for gap in report.gaps)


def test_the_scratch_database_goes_and_no_other_is_touched(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        connection.close()
        main = connection.settings_dict["NAME"]
        name = f"{main}_drill"
        with pytest.raises(KeyboardInterrupt):
            interrupted_in_scratch(name)
        assert current_database() == main
        assert name not in databases()

        with connection.cursor() as cursor:
            cursor.execute("set statement_timeout = 0")
            cursor.execute(f'create database "{name}"')
        try:
            with pytest.raises(CommandError, match="không phải của lần diễn tập nào"):
                scratch_database().__enter__()
            assert name in databases()
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f'drop database "{name}"')
            connection.close()


def test_a_slow_disk_does_not_leave_the_scratch_database_behind(db):
    connection.ensure_connection()
    with _server(connection.get_connection_params()) as server:
        assert server.execute("show statement_timeout").fetchone() == ("0",)


def test_the_command_fails_when_something_leaks(monkeypatch, drilled, capsys):
    report, _folder = drilled
    canary = canary_of(report.world, "feedback.Ticket.subject")
    leaking = Report(report.canaries)
    leaking.add(canary, "GET / (người lạ)", f"trước {canary.word} sau")
    monkeypatch.setattr(privacy_drill, "scratch_database", undone)
    monkeypatch.setattr(privacy_drill, "fill_with_public_content", lambda: None)
    monkeypatch.setattr(privacy_drill, "run", lambda folder, tell: leaking)

    with pytest.raises(CommandError):
        call_command("privacy_drill", verbosity=0)

    said = capsys.readouterr().out
    assert "feedback.Ticket.subject" in said
    assert "GET / (người lạ)" in said
    assert canary.word not in said


def interrupted_in_scratch(name):
    with scratch_database():
        assert current_database() == name
        raise KeyboardInterrupt


def current_database():
    with connection.cursor() as cursor:
        cursor.execute("select current_database()")
        return cursor.fetchone()[0]


def databases():
    with connection.cursor() as cursor:
        cursor.execute("select datname from pg_database")
        return {name for (name,) in cursor.fetchall()}
