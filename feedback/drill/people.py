"""Those who work with the tickets of the drill, and what each of them may see: said here, not asked of the portal."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission, User

from feedback.drill.canaries import Audience, Canary, Case
from feedback.drill.cases import HERE, THERE
from feedback.models import Assignment, Ticket
from feedback.models.tickets import DENUNCIATION_RIGHT
from procedures.models import Agency

A, K = Audience, Ticket.Kind
NAMES_SENDER = ("/nguoi-gui/", "/thu-xin-loi/")
# Nothing of these leaves the desk of those who hold the ticket.
OF_TICKET = (A.REFERENCE, A.SENT, A.OFFICE)


def _ordinary(case):
    return case.kind != K.DENUNCIATION


@dataclass(eq=False)
class Role:
    name: str
    user: User
    sees: Callable[[Case], bool] = lambda case: False
    also: frozenset = field(default_factory=frozenset)
    # Whether its rights reach beyond the tickets, so that other pages of the admin are walked as well.
    goes_further: bool = False

    def may_meet(self, canary: Canary, address="") -> bool:
        """Who sent a ticket stands on a page of its own, and in the letter that is written to them."""
        if canary.audience is A.IDENTITY:
            is_its_place = any(part in address for part in NAMES_SENDER)
            return A.IDENTITY in self.also and is_its_place and self.sees(canary.case)
        if canary.audience in OF_TICKET:
            return self.sees(canary.case)
        return canary.audience is A.STAFF or canary.audience in self.also


@dataclass
class People:
    agencies: dict[str, Agency]
    officer: User
    writer: User
    approver: User
    official: User
    roles: list[Role]


def gather(canaries) -> People:
    """The staff of two agencies, each with an address and a name of their own."""
    agencies = {place: _agency(place) for place in (HERE, THERE)}

    def staff(username, *rights, place=None, **fields):
        return _staff(canaries, username, rights, agencies.get(place), **fields)

    every = [right for right in _rights("feedback") if right != DENUNCIATION_RIGHT]
    of_agency = [right for right in every if right != "view_every_ticket"]
    edits = [*_rights("outreach"), *_rights("procedures")]
    official = staff("drill-official", *every, place=HERE)
    root = staff("drill-root", is_superuser=True)
    desk = frozenset({A.DESK, A.IDENTITY})
    roles = [
        Role(
            "cán bộ của cơ quan khác",
            staff("drill-other", *of_agency, place=THERE),
            lambda case: case.agency == THERE,
            desk,
            goes_further=True,
        ),
        Role(
            "cán bộ mà phiếu nói tới",
            official,
            lambda case: _ordinary(case) and not case.speaks_of_official,
            desk,
        ),
        Role(
            "quản trị viên không được giao tố cáo",
            root,
            _ordinary,
            desk | {A.EDITORIAL, A.ACCOUNTS},
            goes_further=True,
        ),
        Role(
            "biên tập viên",
            staff("drill-editor", *edits),
            also=frozenset({A.EDITORIAL}),
            goes_further=True,
        ),
        Role(
            "cán bộ phản ánh không được xem người gửi",
            staff("drill-clerk", *(right for right in every if right != "view_ticketsender")),
            _ordinary,
            frozenset({A.DESK}),
        ),
        Role(
            "người được giao tố cáo",
            staff("drill-denunciations", DENUNCIATION_RIGHT, "view_ticketsender"),
            lambda case: not _ordinary(case),
            desk,
        ),
    ]
    names = ("officer", "writer", "approver")
    workers = {name: staff(f"drill-{name}", *every, DENUNCIATION_RIGHT) for name in names}
    return People(agencies, official=official, roles=roles, **workers)


def _agency(place):
    name = f"Sở diễn tập ({place})"
    return Agency.objects.create(name=name, slug=Agency.slug_for(name))


def _rights(app_label):
    found = Permission.objects.filter(content_type__app_label=app_label)
    return list(found.values_list("codename", flat=True))


def _staff(canaries, username, rights, agency, **fields):
    user = get_user_model().objects.create_user(
        username,
        is_staff=True,
        email=canaries.mail("auth.User.email", A.ACCOUNTS),
        last_name=canaries.text("auth.User.last_name", A.STAFF, rest=""),
        **fields,
    )
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    if agency is not None:
        Assignment.objects.create(user=user, agency=agency)
    return user
