"""What may be asked of the figures: a period, a kind, a sector, an agency, as the address of the page has them."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from feedback import statistics
from feedback.models import Ticket
from feedback.periods import MONTHS_OF_A_QUARTER, Period, parts_of_year, period_from
from procedures.models import Agency, Sector

KINDS = [kind for kind in Ticket.Kind if kind != Ticket.Kind.DENUNCIATION]


@dataclass(frozen=True)
class Question:
    """A choice of figures. What an address asks for and nobody knows is left out."""

    today: date
    period: Period
    kind: Ticket.Kind | None
    sector: Sector | None
    agency: Agency | None
    sectors: tuple[Sector, ...]
    agencies: tuple[Agency, ...]

    @classmethod
    def of(cls, query, today: date):
        sectors = tuple(statistics.sectors_with_tickets().only("name", "slug"))
        agencies = tuple(statistics.agencies_with_tickets().only("name", "slug"))
        return cls(
            today=today,
            period=period_from(query.get("ky", ""), today),
            kind=next((kind for kind in KINDS if kind == query.get("loai")), None),
            sector=_of_slug(sectors, query.get("linh-vuc")),
            agency=_of_slug(agencies, query.get("co-quan")),
            sectors=sectors,
            agencies=agencies,
        )

    def figures(self, *, tickets=None, now):
        return statistics.figures(
            self.period,
            kind=self.kind,
            sector=self.sector,
            agency=self.agency,
            tickets=tickets,
            now=now,
        )

    @property
    def kinds(self):
        return KINDS

    @property
    def years(self) -> list[Period]:
        """From the first message on, the newest first."""
        first = min(statistics.first_year(self.today), self.period.first.year)
        return [Period(date(year, 1, 1)) for year in range(self.today.year, first - 1, -1)]

    @property
    def quarters(self) -> list[Period]:
        return parts_of_year(self.period.first.year, self.today, MONTHS_OF_A_QUARTER)

    @property
    def months(self) -> list[Period]:
        return parts_of_year(self.period.first.year, self.today, 1)

    @property
    def is_running(self) -> bool:
        return self.today in self.period

    @property
    def address(self) -> str:
        """This choice as a query, the same for all who ask for the same."""
        chosen = {
            "ky": self.period.code,
            "loai": self.kind,
            "linh-vuc": self.sector and self.sector.slug,
            "co-quan": self.agency and self.agency.slug,
        }
        return urlencode({name: value for name, value in chosen.items() if value})


def _of_slug(rows, slug):
    return next((row for row in rows if row.slug == slug), None)
