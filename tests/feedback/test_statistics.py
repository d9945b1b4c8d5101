"""The figures of how messages are handled: they add up, agree with a slow count, and tell nothing that they must not."""

import csv
import io
import random
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from feedback import handling, sender_steps, statistics
from feedback.models import (
    IntakeSettings,
    Ticket,
    TicketAnswer,
    TicketDeadline,
    TicketPause,
    TicketRating,
)
from feedback.periods import Period, period_from
from feedback.statistics import figures
from feedback.statistics_forms import KINDS
from feedback.tallies import State
from portal.figures import floored_share
from procedures.deadlines import ZONE
from tests import factories as make

pytestmark = pytest.mark.django_db

PAGE, FILE = "/ket-qua/phan-anh/", "/ket-qua/phan-anh/du-lieu.csv"
NOW = datetime(2026, 9, 16, 10, tzinfo=ZONE)
THIS_YEAR = Period(date(2026, 1, 1))
S, Kind, Outcome = Ticket.Status, Ticket.Kind, TicketAnswer.Outcome


def day(text, hour=9):
    return datetime.fromisoformat(f"{text}T{hour:02}:00").replace(tzinfo=ZONE)


@pytest.fixture
def any_state():
    """Rows may be written as they are: the way to them is held elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute("alter table feedback_ticket disable trigger feedback_guard_ticket")


def make_crowd(count, *, seed=1, agencies=4, now=NOW):
    """Tickets of all kinds and states over two years, with promises, pauses, answers and ratings as may come about."""
    dice = random.Random(seed)
    staff = make.make_staff(f"dam-dong-{seed}")
    offices = [make.make_agency(f"Sở số {number}") for number in range(agencies)]
    procedures = [make.make_procedure(sector=make.make_sector()) for _ in range(3)]
    tickets = Ticket.everything.bulk_create(
        [
            _some_ticket(dice, number, staff, [*offices, None], [*procedures, None], now)
            for number in range(count)
        ]
    )
    promises, answers, pauses = [], [], []
    for ticket in tickets:
        promised, said, waits = _course(dice, ticket, staff, offices, now)
        promises += promised
        answers += said
        pauses += waits
    TicketDeadline.objects.bulk_create(promises)
    TicketPause.objects.bulk_create(pauses)
    answers = TicketAnswer.objects.bulk_create(answers)
    TicketRating.objects.bulk_create(
        TicketRating(answer=answer, score=dice.randint(1, 5))
        for answer in answers
        if dice.random() < 0.6
    )


def _some_ticket(dice, number, staff, offices, procedures, now):
    status, channel = dice.choice(S.values), dice.choice(Ticket.Channel.values)
    received_at = now - timedelta(minutes=dice.randrange(600 * 24 * 60))
    is_reopened = (
        status == S.REOPENED or status in {S.CLOSED, S.IN_PROGRESS} and dice.random() < 0.3
    )
    return Ticket(
        form_hash=f"{number:064x}",
        declared_kind=Kind.REFLECTION,
        kind=dice.choice(Kind.values),
        subject="Việc",
        body="Nội dung",
        is_anonymous=dice.random() < 0.2,
        procedure=dice.choice(procedures),
        handling_agency=dice.choice(offices),
        channel=channel,
        entered_by=None if channel == "web" else staff,
        received_at=received_at,
        status=status,
        reject_reason="not_clear" if status == S.REJECTED else "",
        reopened_at=received_at + timedelta(days=40) if is_reopened else None,
        register_year=received_at.year,
        register_number=number + 1,
    )


def _course(dice, ticket, staff, offices, now):
    """What was promised and said in both rounds; the last pause, if one still runs."""
    ended_unanswered = {S.RECEIVED, S.CLASSIFIED, S.REJECTED, S.WITHDRAWN}
    is_answered = ticket.reopened_at or (
        ticket.status in {S.ANSWERED, S.PUBLISHED}
        or ticket.status not in ended_unanswered
        and dice.random() < 0.2
    )
    promised, said, waits = [], [], []
    for number in (1, 2) if ticket.reopened_at else (1,):
        start = ticket.reopened_at if number == 2 else ticket.received_at
        answered_at = None
        if number == 1 and is_answered or number == 2 and dice.random() < 0.5:
            answered_at = start + timedelta(hours=dice.randrange(1, 900))
            said.append(
                TicketAnswer(
                    ticket=ticket,
                    round=number,
                    body="Trả lời.",
                    outcome=dice.choice(Outcome.values),
                    agency=dice.choice(offices),
                    written_by=staff,
                    answered_at=answered_at,
                )
            )
        if ticket.has_clock:
            promised.append(_promise(dice, ticket, number, start, answered_at))
    is_open = ticket.status not in Ticket.ENDED
    if is_open and dice.random() < 0.2:
        waits.append(TicketPause(ticket=ticket, started_at=ticket.received_at + timedelta(days=5)))
    return promised, said, waits


def _promise(dice, ticket, number, start, answered_at):
    due_at = start + timedelta(days=dice.randrange(3, 40))
    is_dropped = ticket.status in Ticket.ENDED or dice.random() < 0.1
    return TicketDeadline(
        ticket=ticket,
        kind="answer",
        round=number,
        started_at=start,
        term_value=15,
        term_unit="working_day",
        due_on=due_at.date(),
        due_at=due_at,
        met_at=answered_at,
        dropped_at=due_at if is_dropped and not answered_at else None,
    )


def slow_state(ticket, number=1, now=NOW):
    """The same rules once more, a ticket at a time."""
    if ticket.kind == "complaint":
        return "complaint"
    answer = ticket.answers.filter(round=number).first()
    promise = ticket.deadlines.filter(kind="answer", round=number, dropped_at=None).first()
    if answer and promise:
        return "in_time" if promise.met_at < promise.due_at else "late"
    if answer:
        return "answered_without_day"
    if ticket.status in {"rejected", "withdrawn", "closed"}:
        return ticket.status
    if not promise:
        return "waiting_without_day"
    pause = ticket.pauses.filter(ended_at=None).first()
    clock = pause.started_at if pause else now
    return "overdue" if promise.due_at <= clock else "waiting"


def slowly(period, **chosen):
    """The ordinary tickets of a period, as Python finds them."""
    found = []
    for ticket in Ticket.everything.select_related("procedure"):
        received_on = ticket.received_at.astimezone(ZONE).date()
        about = {
            "kind": ticket.kind,
            "sector": ticket.procedure and ticket.procedure.sector_id,
            "agency": ticket.handling_agency_id,
        }
        is_chosen = all(
            about[name] == getattr(value, "pk", value) for name, value in chosen.items()
        )
        if ticket.kind != "denunciation" and period.first <= received_on < period.end and is_chosen:
            found.append(ticket)
    return found


def filled(counts):
    return {name: count for name, count in counts.items() if count}


def test_every_figure_agrees_with_a_slow_count_and_the_parts_add_up(any_state):
    make_crowd(400)
    agency = Ticket.objects.exclude(handling_agency=None).first().handling_agency
    sector = Ticket.objects.exclude(procedure=None).first().procedure.sector
    questions = [
        (THIS_YEAR, {}),
        (Period(date(2026, 4, 1), 3), {}),
        (Period(date(2026, 3, 1), 1), {"kind": Kind.REFLECTION}),
        (THIS_YEAR, {"agency": agency}),
        (THIS_YEAR, {"sector": sector, "kind": Kind.COMPLAINT}),
    ]
    for period, chosen in questions:
        told = figures(period, **chosen, now=NOW)
        tickets = slowly(period, **chosen)
        states = {ticket.pk: slow_state(ticket) for ticket in tickets}
        answered = [
            ticket
            for ticket in tickets
            if states[ticket.pk] in {"in_time", "late", "answered_without_day"}
        ]
        reopened = [ticket for ticket in answered if ticket.reopened_at]
        newest = [ticket.answers.order_by("-round").first().outcome for ticket in answered]

        assert filled(told.total.states) == Counter(states.values())
        assert told.total.received == len(tickets)
        assert told.anonymous == sum(ticket.is_anonymous for ticket in tickets)
        assert filled(told.outcomes) == Counter(newest)
        assert told.reopened == len(reopened)
        assert filled(told.second.states) == Counter(slow_state(one, 2) for one in reopened)
        parts = [*told.promised_parts, *told.other_parts]
        assert sum(part.count for part in parts) == told.total.received
        assert sum(part.count for part in told.promised_parts) == told.total.promised
        assert told.total.answered == len(answered) == sum(told.outcomes.values())
        months = [told.months] if told.months else []
        for rows in [told.kinds, told.sectors, told.agencies, told.channels, *months]:
            sums = Counter()
            for row in rows:
                sums.update(row.tally.states)
            assert filled(sums) == filled(told.total.states)
        by_agency = {row.value: row.tally.in_time for row in told.agencies}
        assert filled(by_agency) == Counter(
            ticket.handling_agency_id for ticket in tickets if states[ticket.pk] == "in_time"
        )
        ratings = TicketRating.objects.filter(answer__ticket__in=tickets).exclude(
            answer__ticket__kind="complaint"
        )
        scores = Counter(ratings.values_list("score", flat=True))
        if not chosen.get("agency"):
            assert told.satisfaction.scores == tuple(scores[score] for score in range(1, 6))
        if told.satisfaction.mean is not None:
            mean = sum(scores.elements()) / scores.total()
            assert 0 <= mean - float(told.satisfaction.mean) < 0.01
    assert {*figures(THIS_YEAR, now=NOW).total.states} == set(State.values)


def test_the_period_before_is_taken_as_far_as_this_one_has_come(any_state):
    make_crowd(200)
    past = Period(date(2025, 1, 1))

    told = figures(THIS_YEAR, now=NOW)

    until = NOW.replace(year=2025)
    assert told.before.received == sum(ticket.received_at < until for ticket in slowly(past))
    assert 0 < told.before.received < len(slowly(past))


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [
        (9996, 10_000, "99.96"),
        (99_999, 100_000, "99.99"),
        (7, 7, "100"),
        (0, 3, "0"),
        (1, 3, "33.33"),
    ],
)
def test_a_share_is_whole_only_when_nothing_is_late(part, whole, share):
    assert floored_share(part, whole) == Decimal(share)
    assert floored_share(0, 0) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2025", "2025"),
        ("2026-q3", "2026-q3"),
        ("2026-09", "2026-09"),
        ("2026-q4", "2026"),
        ("2026-10", "2026"),
        ("2027", "2026"),
        ("1066", "2026"),
        ("2026-13", "2026"),
        ("٢٠٢٥", "2026"),
        ("", "2026"),
    ],
)
def test_an_address_names_a_period_that_has_begun_or_gets_the_running_year(text, code):
    assert period_from(text, NOW.date()).code == code


def test_days_are_those_of_vietnam():
    """The last evening of August in London is the first morning of September here."""
    make.make_ticket(now=datetime(2026, 8, 31, 18, tzinfo=UTC))

    assert figures(Period(date(2026, 9, 1), 1), now=NOW).total.received == 1


def send_and_answer(*, sent, answered, agency, by, rating=None, **fields):
    """A ticket as it is sent and answered, on these days."""
    ticket = make.make_ticket(now=day(sent), **fields)
    staff = {"ticket": ticket, "by": by, "now": day(answered)}
    handling.classify_ticket(**staff, kind=ticket.kind)
    handling.transfer_ticket(**staff, agency=agency, note="Đúng việc.")
    handling.start_ticket(**staff)
    words = {"body": "Đã thêm người.", "outcome": "resolved", "late_reason": "Việc khó."}
    handling.answer_ticket(**staff, **words)
    if rating:
        sender_steps.rate(ticket=ticket, score=rating, now=day(answered, 10))
    return ticket


@pytest.fixture
def told():
    """Eleven answers of one agency, one of them late, one that was not the end of it; one of another."""
    by = make.make_staff("canbo")
    busy, quiet = make.make_agency("=Sở Bận"), make.make_agency("Sở Vắng")
    for number in range(10):
        answered = "2026-03-10" if number else "2026-03-05"
        send_and_answer(sent="2026-03-04", answered=answered, agency=busy, by=by, rating=4)
    late = send_and_answer(sent="2026-03-04", answered="2026-05-29", agency=busy, by=by)
    sender_steps.reopen(ticket=late, form_key="lại", reason="Chưa xong.", now=day("2026-05-30"))
    send_and_answer(sent="2026-04-06", answered="2026-04-08", agency=quiet, by=by, rating=1)
    return busy, quiet


def test_real_steps_lead_to_the_figures(told):
    busy, quiet = told

    seen = figures(THIS_YEAR, now=NOW)

    assert (seen.total.received, seen.total.due, seen.total.in_time, seen.total.late) == (
        12,
        12,
        11,
        1,
    )
    assert seen.total.share == Decimal("91.66")
    assert seen.total.standing == "fair"
    assert [row.value for row in seen.ranked] == [busy.pk]
    assert [row.value for row in seen.unranked] == [quiet.pk]
    assert (seen.reopened, seen.second.overdue) == (1, 1)
    # From Wednesday to the Tuesday after it are four working days; the one that was late is the twelfth of twelve.
    assert (seen.waits.answers, seen.waits.median, seen.waits.ninth_decile) == (12, 4, 4)


def test_few_ratings_have_no_share_and_those_of_an_agency_are_not_told_at_all(told):
    busy, quiet = told

    seen = figures(THIS_YEAR, now=NOW).satisfaction
    of_busy = figures(THIS_YEAR, agency=busy, now=NOW).satisfaction
    of_quiet = figures(THIS_YEAR, agency=quiet, now=NOW).satisfaction

    assert (seen.answers, seen.ratings, seen.scores) == (12, 11, (1, 0, 0, 10, 0))
    assert (seen.share_rated, seen.mean) == (None, None)
    assert [(one.name, one.ratings, one.mean) for one in seen.agencies] == [(busy.name, 10, 4)]
    assert (of_busy.ratings, of_busy.scores) == (10, None)
    assert (of_quiet.ratings, of_quiet.scores, of_quiet.agencies) == (None, None, [])


def test_the_page_says_first_how_many_were_answered_in_time_out_of_how_many(client, told):
    words = plain(client.get(f"{PAGE}?ky=2026"))
    in_english = plain(client.get(f"/en{PAGE}?ky=2026"))

    first = words.index("Cổng nhận 12 phiếu. 11 phiếu được trả lời đúng hạn, trên 12 phiếu đến hạn")
    assert first < words.index("91,66% Gần đạt") < words.index("Mỗi phiếu đã đến đâu")
    assert "Ít hơn 10 phiếu đến hạn, không xếp hạng Sở Vắng nhận 1, đúng hạn 1 trên 1" in words
    assert "không phải SIPAS" in words
    assert "nội dung mẫu" not in words
    assert "91.66%" in in_english


def test_the_file_has_a_row_for_each_figure_and_nothing_that_a_spreadsheet_runs(client, told):
    raw = client.get(f"{FILE}?ky=2026").getvalue().decode()
    rows = list(csv.reader(io.StringIO(raw.removeprefix("\ufeff"))))

    assert raw.startswith("\ufeff")
    assert rows[0] == ["Kỳ", "Chiều", "Giá trị", "Số liệu", "Số", "Trên tổng số"]
    assert ["2026", "Tất cả", "", "Tỷ lệ đúng hạn (%)", "91.66", "12"] in rows
    assert ["2026", "Cơ quan xử lý", "'=Sở Bận", "Trả lời muộn", "1", "11"] in rows
    assert [row for row in rows if row[2] == "Sở Vắng" and "%" in row[3]] == []
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))] == []


def test_each_chart_of_the_page_has_its_file(client, told):
    page = client.get(f"{PAGE}?ky=2026").content.decode()
    files = re.findall(r'href="(/ket-qua/phan-anh/du-lieu[.]csv[?][^"]+bieu-do=[^"]+)"', page)

    assert len(files) == 6
    for file in files:
        text = client.get(file.replace("&amp;", "&")).content.decode()
        assert len(text.splitlines()) > 1
    assert client.get(f"{FILE}?bieu-do=khong-co").status_code == 404


def test_sample_messages_are_counted_and_said_to_be_such(client):
    make.make_ticket(is_sample=True)

    words = plain(client.get(PAGE))

    assert "Cổng nhận 1 phiếu" in words
    assert "Số liệu tính từ nội dung mẫu" in words


def test_a_denunciation_of_this_year_changes_no_byte(client, told):
    IntakeSettings.objects.update_or_create(pk=1, defaults={"takes_denunciations": True})
    agency, procedure = make.make_agency("Sở Kín"), make.make_procedure(sector=make.make_sector())
    year = timezone.localdate().year
    make.make_ticket(declared_kind="denunciation", now=day(f"{year - 1}-05-05"))
    queries = ["", "?loai=denunciation", "?co-quan=so-kin", f"?ky={year - 1}"]
    paths = [f"{way}{query}" for way in (PAGE, f"/en{PAGE}", FILE) for query in queries]

    before = {path: client.get(path).getvalue() for path in paths}
    make.make_ticket(declared_kind="denunciation", procedure=procedure)
    Ticket.everything.filter(kind=Kind.DENUNCIATION).update(handling_agency=agency)
    after = {path: client.get(path).getvalue() for path in paths}

    assert after == before
    assert f"Năm {year - 1} 1 Cách tính" in plain(client.get(PAGE))


def test_denunciations_are_told_by_years_that_are_over_where_there_may_be_any(client):
    today = date(2026, 9, 16)
    assert statistics.denunciations_by_year(today) == []

    make.make_ticket(declared_kind="denunciation", now=day("2026-01-02"))
    assert statistics.denunciations_by_year(today) == []

    for text in ("2023-12-31", "2025-01-01", "2025-06-01"):
        make.make_ticket(declared_kind="denunciation", now=day(text))
    told = [(year.code, count) for year, count in statistics.denunciations_by_year(today)]
    assert told == [("2023", 1), ("2024", 0), ("2025", 2)]
    assert Kind.DENUNCIATION not in KINDS


def test_staff_see_the_public_figures_and_a_handler_those_of_their_agency_too(client, told):
    busy, _quiet = told
    address = reverse("admin:feedback_ticket_statistics")
    handler = make.make_staff("xuly", "view_ticket", agency=busy)
    officer = make.make_staff("tiepnhan", "view_ticket", "view_every_ticket")
    public = plain(client.get(f"{PAGE}?ky=2026"))
    pages = {}
    for user in (handler, officer):
        client.force_login(user)
        pages[user] = plain(client.get(f"{address}?ky=2026"))
    client.force_login(make.make_staff("nguoi-ngoai"))

    for words in pages.values():
        for sentence in ("Cổng nhận 12 phiếu.", "91,66%", "Có hẹn ngày trả lời 12 0"):
            assert sentence in words
            assert sentence in public
    assert "Phiếu của cơ quan ông/bà" in pages[handler]
    assert "Phiếu của cơ quan ông/bà" not in pages[officer]
    assert client.get(address).status_code == 403


def plain(response):
    text = re.sub(
        r"<(script|style)\b.*?</\1>|<[^>]+>", " ", response.getvalue().decode(), flags=re.DOTALL
    )
    return re.sub(r"\s+([.,])", r"\1", " ".join(text.split()))
