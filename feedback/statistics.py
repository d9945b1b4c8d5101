"""How messages are handled, in figures: `figures` gives every number of the public page, the admin's and the file.

Denunciations stand in none of them but one of their own: a yearly total, of years that are over. Each other message
counts once, with what became of it first; so the parts of every table add up to what was received.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any, NamedTuple

from django.db.models import Case, Count, Exists, FilteredRelation, Min, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear, TruncDate
from django.utils import timezone

from feedback.models import IntakeSettings, Ticket, TicketAnswer, TicketDeadline
from feedback.periods import Period, parts_of_year
from feedback.tallies import ANSWERED, PROMISED, Standing, State, Tally
from portal.figures import cut_quotient, floored_share
from portal.text import sort_key
from procedures.deadlines import Calendar
from procedures.models import Agency, Sector

# With fewer ratings counts are shown, and no share and no mean; of an agency not even those below the second.
FEWEST_RATINGS = 30
FEWEST_RATINGS_OF_AGENCY = 10
SCORES = range(1, 6)


class Row(NamedTuple):
    """One value of a dimension; without a name where messages have none, such as no procedure."""

    value: Any
    name: str
    tally: Tally


class Part(NamedTuple):
    """How many came to one thing, in this period and in the one before."""

    label: str
    count: int
    before: int


@dataclass(frozen=True)
class Waits:
    """How many working days people waited for the first answer."""

    answers: int
    median: int
    ninth_decile: int


class AgencyRatings(NamedTuple):
    name: str
    ratings: int
    mean: Decimal


@dataclass(frozen=True)
class Satisfaction:
    """What senders said of the answers; `scores` from the worst to the best, None where they are too few to tell."""

    answers: int
    ratings: int | None
    scores: tuple[int, ...] | None
    share_rated: Decimal | None
    mean: Decimal | None
    agencies: list[AgencyRatings]


@dataclass(frozen=True)
class Figures:
    """All that is told of one period; `before` is the same span of the period before it."""

    period: Period
    as_of: datetime
    total: Tally
    before: Tally
    anonymous: int
    outcomes: Mapping[str, int]
    reopened: int
    # What became of the second promise, as `Tally` of the first.
    second: Tally
    kinds: list[Row]
    sectors: list[Row]
    agencies: list[Row]
    channels: list[Row]
    months: list[Row]
    waits: Waits | None
    satisfaction: Satisfaction
    has_samples: bool

    @property
    def promised_parts(self) -> list[Part]:
        return self._parts(PROMISED)

    @property
    def other_parts(self) -> list[Part]:
        return self._parts(state for state in State if state not in PROMISED)

    @property
    def ranked(self) -> list[Row]:
        """Agencies with enough due answers, the best share first; of equals the one with more to do."""
        rows = [row for row in self.agencies if row.value and row.tally.is_ranked]
        return sorted(rows, key=lambda row: (-row.tally.share, -row.tally.due))

    @property
    def unranked(self) -> list[Row]:
        return [row for row in self.agencies if row.value and not row.tally.is_ranked]

    @property
    def standings(self) -> list[tuple[Standing, list[Row]]]:
        """The ranked agencies by how they stand."""
        groups = [
            (one, [row for row in self.ranked if row.tally.standing == one]) for one in Standing
        ]
        return [(standing, rows) for standing, rows in groups if rows]

    def _parts(self, states):
        total, before = self.total.states, self.before.states
        return [Part(state.label, total[state], before[state]) for state in states]


class Cell(NamedTuple):
    """How many messages are alike in all that is told of them."""

    kind: str
    sector: int | None
    sector_name: str | None
    agency: int | None
    agency_name: str | None
    channel: str
    month: int
    is_anonymous: bool
    is_sample: bool
    state: str
    is_reopened: bool
    second_state: str
    outcome: str
    count: int


def figures(period, *, kind=None, sector=None, agency=None, tickets=None, now=None) -> Figures:
    """What came in within a period, and what became of it up to now: of all tickets, or of those given."""
    now = now or timezone.now()
    chosen = {"kind": kind, "procedure__sector": sector, "handling_agency": agency}
    tickets = Ticket.objects.all() if tickets is None else tickets
    tickets = tickets.filter(**{name: value for name, value in chosen.items() if value})
    received = tickets.filter(_within(period.span()))
    before = tickets.filter(_within(period.previous.span_so_far(period, now)))
    cells = _cells(received, now)
    ordinary = received.exclude(kind=Ticket.Kind.COMPLAINT)
    answered = [cell for cell in cells if cell.state in ANSWERED]
    reopened = [cell for cell in answered if cell.is_reopened]
    today = timezone.localdate(now)
    return Figures(
        period=period,
        as_of=now,
        total=_tally(cells),
        before=_tally_of(before, now),
        anonymous=sum(cell.count for cell in cells if cell.is_anonymous),
        outcomes=_counts((cell.outcome, cell.count) for cell in answered),
        reopened=sum(cell.count for cell in reopened),
        second=Tally(_counts((cell.second_state, cell.count) for cell in reopened)),
        kinds=_rows(cells, "kind", _labels(Ticket.Kind)),
        sectors=_rows(cells, "sector", _names(cells, "sector")),
        agencies=_rows(cells, "agency", _names(cells, "agency")),
        channels=_rows(cells, "channel", _labels(Ticket.Channel)),
        months=_months(cells, period, today),
        waits=_waits(ordinary),
        satisfaction=_satisfaction(ordinary, agency),
        has_samples=any(cell.is_sample for cell in cells),
    )


def denunciations_by_year(today: date) -> list[tuple[Period, int]]:
    """The totals of years that are over; none where the province takes no denunciations and never had one.

    Of the running year nothing is told, not even by what is missing elsewhere.
    """
    rows = Ticket.everything.filter(kind=Ticket.Kind.DENUNCIATION)
    over = rows.annotate(year=ExtractYear("received_at")).filter(year__lt=today.year)
    totals = dict(over.order_by().values_list("year").annotate(Count("pk")))
    years = list(totals)
    if IntakeSettings.present().takes_denunciations:
        years.append(first_year(today))
    first = min(years, default=today.year)
    return [(Period(date(year, 1, 1)), totals.get(year, 0)) for year in range(first, today.year)]


def first_year(today: date) -> int:
    """Of the first message; this year while there is none."""
    first = Ticket.objects.aggregate(at=Min("received_at"))["at"]
    return timezone.localdate(first).year if first else today.year


def sectors_with_tickets():
    about = Ticket.objects.filter(procedure__sector=OuterRef("pk"))
    return Sector.objects.filter(Exists(about)).order_by("sort_key", "pk")


def agencies_with_tickets():
    handled = Ticket.objects.filter(handling_agency=OuterRef("pk"))
    return Agency.objects.filter(Exists(handled)).in_name_order()


def _within(span):
    start, end = span
    return Q(received_at__gte=start, received_at__lt=end)


def _cells(tickets, now):
    rows = (
        _with_state(tickets, now)
        .annotate(
            **_of_round("second", 2),
            second_state=_state("second", now),
            is_reopened=Case(When(reopened_at__isnull=False, then=True), default=False),
            month=ExtractMonth("received_at"),
            outcome=Coalesce("second_answer__outcome", "first_answer__outcome", Value("")),
        )
        .values_list(
            "kind",
            "procedure__sector",
            "procedure__sector__name",
            "handling_agency",
            "handling_agency__name",
            "channel",
            "month",
            "is_anonymous",
            "is_sample",
            "state",
            "is_reopened",
            "second_state",
            "outcome",
        )
    )
    return [Cell(*row) for row in rows.annotate(count=Count("pk"))]


def _with_state(tickets, now):
    tickets = tickets.order_by().annotate(**_of_round("first", 1))
    return tickets.annotate(state=_state("first", now))


def _of_round(name, number):
    """Joined to a ticket: the answer of that round and the day that was promised for it."""
    promised = Q(deadlines__kind=TicketDeadline.Kind.ANSWER, deadlines__round=number)
    return {
        f"{name}_promise": FilteredRelation("deadlines", condition=promised),
        f"{name}_answer": FilteredRelation("answers", condition=Q(answers__round=number)),
    }


def _state(name, now):
    """An answer counts, whatever came after it; then how the ticket ended; then whether its day is over."""
    promise, answer = f"{name}_promise", f"{name}_answer"
    is_promised = Q(**{f"{promise}__pk__isnull": False, f"{promise}__dropped_at": None})
    is_answered = Q(**{f"{answer}__pk__isnull": False})
    done_at = Coalesce(f"{promise}__met_at", f"{answer}__answered_at")
    in_time = Q(**{f"{promise}__due_at__gt": done_at})
    # While the sender is waited for, the clock stands.
    clock = Coalesce("paused_at", Value(now))
    is_over = Q(**{f"{promise}__due_at__lte": clock})
    status = Ticket.Status
    cases = [
        (Q(kind=Ticket.Kind.COMPLAINT), State.COMPLAINT),
        (is_answered & is_promised & in_time, State.IN_TIME),
        (is_answered & is_promised, State.LATE),
        (is_answered, State.ANSWERED_WITHOUT_DAY),
        (Q(status=status.REJECTED), State.REJECTED),
        (Q(status=status.WITHDRAWN), State.WITHDRAWN),
        (Q(status=status.CLOSED), State.CLOSED),
        (is_promised & is_over, State.OVERDUE),
        (is_promised, State.WAITING),
    ]
    return Case(
        *(When(condition, then=Value(state.value)) for condition, state in cases),
        default=Value(State.WAITING_WITHOUT_DAY.value),
    )


def _tally_of(tickets, now):
    rows = _with_state(tickets, now).values_list("state").annotate(Count("pk"))
    return Tally(Counter(dict(rows)))


def _tally(cells):
    return Tally(_counts((cell.state, cell.count) for cell in cells))


def _counts(pairs):
    counts = Counter()
    for name, count in pairs:
        counts[name] += count
    return counts


def _rows(cells, dimension, names):
    """In the order of the names; what has none of them comes last."""
    groups = defaultdict(list)
    for cell in cells:
        groups[getattr(cell, dimension)].append(cell)
    known = [value for value in names if value in groups]
    return [
        Row(value, names.get(value, ""), _tally(groups[value]))
        for value in [*known, *(groups.keys() - names.keys())]
    ]


def _labels(choices):
    return dict(choices.choices)


def _names(cells, dimension):
    names = {getattr(cell, dimension): getattr(cell, f"{dimension}_name") for cell in cells}
    names.pop(None, None)
    return dict(sorted(names.items(), key=lambda item: (sort_key(item[1]), item[0])))


def _months(cells, period, today):
    """Those that have begun, also without any message; of a month alone there is nothing to compare."""
    if period.months == 1:
        return []
    months = [
        month
        for month in parts_of_year(period.first.year, today, months=1)
        if month.first in period
    ]
    return [
        Row(
            month.code,
            f"{month.first:%m/%Y}",
            _tally([cell for cell in cells if cell.month == month.first.month]),
        )
        for month in months
    ]


def _waits(tickets):
    """By working days after that of the receipt; days on which the sender was waited for count, too."""
    days = tickets.filter(answers__round=1).order_by()
    pairs = days.values_list(TruncDate("received_at"), TruncDate("answers__answered_at"))
    rows = list(pairs.annotate(Count("pk")))
    if not rows:
        return None
    first, last = min(row[0] for row in rows), max(row[1] for row in rows)
    worked = _working_days_until(first, last)
    waits = _counts(
        (worked[answered] - worked[received], count) for received, answered, count in rows
    )
    return Waits(
        answers=waits.total(),
        median=_within_which(waits, Decimal("0.5")),
        ninth_decile=_within_which(waits, Decimal("0.9")),
    )


def _working_days_until(first, last):
    """For each day of a span, how many working days there were from its start."""
    calendar = Calendar.load()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return dict(zip(days, accumulate(map(calendar.is_working_day, days)), strict=True))


def _within_which(waits, part):
    """The fewest days within which that part of them was answered."""
    reached, wanted = 0, part * waits.total()
    for days in sorted(waits):
        reached += waits[days]
        if reached >= wanted:
            return days
    raise ValueError("A part is at most the whole")


def _satisfaction(tickets, of_agency):
    """Of an agency alone no single answers are shown: who was rated could guess by whom."""
    answers = TicketAnswer.objects.filter(ticket__in=tickets).order_by()
    rows = list(answers.values_list("agency__name", "rating__score").annotate(Count("pk")))
    scores = _counts((score, count) for _name, score, count in rows if score)
    ratings = scores.total()
    total = sum(count for _name, _score, count in rows)
    has_shares = ratings >= FEWEST_RATINGS
    is_told = not of_agency or ratings >= FEWEST_RATINGS_OF_AGENCY
    by_agency = defaultdict(Counter)
    for name, score, count in rows:
        if score:
            by_agency[name][score] += count
    return Satisfaction(
        answers=total,
        ratings=ratings if is_told else None,
        scores=None if of_agency else tuple(scores[score] for score in SCORES),
        share_rated=floored_share(ratings, total) if has_shares else None,
        mean=_mean(scores) if has_shares else None,
        agencies=[
            AgencyRatings(name, counts.total(), _mean(counts))
            for name, counts in sorted(by_agency.items(), key=lambda item: sort_key(item[0]))
            if counts.total() >= FEWEST_RATINGS_OF_AGENCY
        ],
    )


def _mean(scores):
    return cut_quotient(sum(score * count for score, count in scores.items()), scores.total())
