"""Walks every address of the admin as every role, and says what each is answered.

What is expected stands in rights_matrix.txt, to be read and changed by people.
"""

import logging
import re
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from unittest.mock import PropertyMock, patch

from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.db import connection, transaction
from django.http import HttpResponse
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import reverse

from feedback import roles
from portal import views
from tests import factories as make

TABLE = Path(__file__).with_name("rights_matrix.txt")
# The last six letters of a plain model: the addresses that each has.
PLAIN = ["", "add/", "<path:object_id>/history/", "<path:object_id>/delete/"]
PLAIN += ["<path:object_id>/change/", "<path:object_id>/"]
ROLES = """anonymous editor article_approver officer handler other_handler approver restricted auditor superuser
accused surveyor interviewer""".split()
LETTERS = {200: "o", 302: ">", 301: ">", 403: "-", 404: ".", 405: "m", 400: "?", 422: "?"}
REFUSED = set("L-.m")
WRITING = re.compile(r"\s*(insert|update|delete)\b", re.IGNORECASE)

# Addresses without a page: the first who asked found out for all.
ONLY_SENT_TO = set()


@dataclass
class Person:
    role: str
    client: Client
    user: User | None = None

    def __post_init__(self):
        self.client.raise_request_exception = False
        self.cookies = self.client.cookies.output()

    def ask(self, method, address, data=None):
        """The answer, its letter and what was written meanwhile; nothing of that stays."""
        written = []

        def listen(execute, sql, params, many, context):
            if WRITING.match(sql):
                written.append(sql)
            return execute(sql, params, many, context)

        with transaction.atomic():
            with connection.execute_wrapper(listen):
                response = getattr(self.client, method)(address, data)
                body = response.getvalue()
            transaction.set_rollback(True)
        # Whoever has logged out by the way is let in again.
        self.client.cookies = SimpleCookie(
            self.cookies.replace("Set-Cookie: ", "").replace("\r\n", "; ")
        )
        return response, body, written

    def letter(self, address):
        """What one letter says about an address: of the page, or where there is none, of what is sent there."""
        if address not in ONLY_SENT_TO:
            response, _body, written = self.ask("get", address)
            if response.status_code == 405:
                ONLY_SENT_TO.add(address)
        if address in ONLY_SENT_TO:
            response, _body, written = self.ask("post", address)
        letter = LETTERS.get(response.status_code, "!")
        if letter == ">" and response["Location"].startswith(reverse("admin:login")):
            letter = "L"
        if letter in REFUSED and written:
            return "W"
        return letter


@contextmanager
def without_pages():
    """Where only the decision counts, no page is drawn and no refusal is explained: that takes most of the time."""
    logging.disable(logging.CRITICAL)
    try:
        with (
            patch.object(SimpleTemplateResponse, "rendered_content", PropertyMock(return_value="")),
            patch("django.template.loader.render_to_string", return_value=""),
            patch.object(views, "error_page", _bare),
        ):
            yield
    finally:
        logging.disable(logging.NOTSET)


def _bare(request, status, **facts):
    return HttpResponse(status=status)


def make_people(agencies):
    """One of each role, with a client that is logged in."""
    its_agency, another = agencies
    outreach = Permission.objects.filter(content_type__app_label="outreach")
    grouped = {
        "officer": (roles.OFFICER, its_agency),
        "handler": (roles.HANDLER, its_agency),
        "other_handler": (roles.HANDLER, another),
        "approver": (roles.APPROVER, its_agency),
        "restricted": (roles.RESTRICTED_OFFICER, None),
        "auditor": (roles.AUDITOR, None),
        "accused": (roles.HANDLER, its_agency),
        "surveyor": (roles.SURVEYOR, None),
        "interviewer": (roles.INTERVIEWER, None),
    }
    users = {"anonymous": None}
    for role in ROLES[1:]:
        group, agency = grouped.get(role, (None, None))
        users[role] = make.make_staff(
            f"vai-{role}", agency=agency, is_superuser=role == "superuser"
        )
        if group:
            users[role].groups.add(Group.objects.get(name=group))
    users["article_approver"].user_permissions.set(outreach)
    deciding = ["approve_article", "approve_bulletinissue", "publish_material"]
    users["editor"].user_permissions.set(outreach.exclude(codename__in=deciding))
    return [_person(role, users[role]) for role in ROLES]


def _person(role, user):
    client = Client()
    if user:
        client.force_login(user)
    return Person(role, client, user)


# The addresses


def addresses(patterns=None, prefix=""):
    """Every address of the admin as it is written in its list of patterns."""
    for pattern in patterns or admin.site.urls[0]:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern.url_patterns, route)
        else:
            yield route


def labels(routes, choices):
    """The lines that the table needs: plain models in one line, and a line for each choice of an argument."""
    routes = list(routes)
    models = {f"{m._meta.app_label}/{m._meta.model_name}/" for m in admin.site._registry}
    plain = {
        f"{model}{rest}": (model, place) for model in models for place, rest in enumerate(PLAIN)
    }
    found = {}
    for route in routes:
        if route in plain:
            model, place = plain[route]
            found.setdefault(f"{model} *", {})[place] = route
        else:
            for choice in choices.get(route, [None]):
                label = f"{route} [{choice}]" if choice else route or "(index)"
                found[label] = {0: route}
    return found


# The table


def read_table(text=None):
    """What each role is expected to be answered, by label."""
    lines = (text or TABLE.read_text()).splitlines()
    rows = [re.split(r"\s{2,}", line) for line in lines if line and not line.startswith("#")]
    head, *rows = rows
    assert head == ["address", *ROLES]
    return {label: dict(zip(ROLES, letters, strict=True)) for label, *letters in rows}


def written_table(found):
    """Lines for the table, as they would stand in it."""
    wide = max(map(len, found)) + 2
    return "\n".join(
        label.ljust(wide) + "  ".join(letters[role].ljust(max(6, len(role))) for role in ROLES)
        for label, letters in found.items()
    )


def differences(found, expected):
    """What is not as the table says, each in a sentence."""
    said = [
        f"{label}: new address: say in rights_matrix.txt who may see it, for instance\n"
        + written_table({label: found[label]})
        for label in found
        if label not in expected
    ]
    said += [f"{label}: no such address any more" for label in expected if label not in found]
    for label in found.keys() & expected.keys():
        for role in ROLES:
            if found[label][role] != expected[label][role]:
                said.append(
                    f"{label}: {role} is answered {found[label][role]}, expected {expected[label][role]}"
                )
    return sorted(said)
