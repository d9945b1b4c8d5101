"""The groups that every portal has, and the sample staff in them."""

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse

from feedback import handling, roles
from feedback.models import Ticket, may_handle_denunciations
from portal.management.commands.dev import SAMPLE_PASSWORDS, create_sample_staff
from tests import factories as make

pytestmark = pytest.mark.django_db


def rights_of(group):
    named = group.permissions.values_list("content_type__app_label", "codename")
    return {".".join(name) for name in named}


@pytest.mark.parametrize("name", roles.ROLES)
def test_each_group_is_there_with_its_rights(name):
    assert rights_of(Group.objects.get(name=name)) == set(roles.ROLES[name])


def test_what_staff_changed_stays_and_what_is_missing_comes_back(django_assert_num_queries):
    changed = Group.objects.get(name=roles.HANDLER)
    changed.permissions.clear()
    Group.objects.get(name=roles.AUDITOR).delete()

    roles.add_missing_groups(sender=None)

    assert rights_of(changed) == set()
    assert rights_of(Group.objects.get(name=roles.AUDITOR)) == set(roles.ROLES[roles.AUDITOR])
    with django_assert_num_queries(1):
        roles.add_missing_groups(sender=None)


def test_the_sample_staff_have_their_groups_and_see_their_agencies():
    owner = make.make_agency(owns_portal=True)
    justice = make.make_agency("Sở Tư pháp")

    create_sample_staff()

    staff = {user.username: user for user in User.objects.all()}
    assert set(staff) == set(SAMPLE_PASSWORDS)
    assert [group.name for group in staff["duyetpakn"].groups.all()] == [roles.APPROVER]
    agencies = {
        name: set(user.assignments.values_list("agency", flat=True)) for name, user in staff.items()
    }
    assert agencies["duyetpakn"] == {owner.pk, justice.pk}
    assert not any(agencies[name] for name in ("kiemtra", "tocao", "khaosat", "nhapphieu"))
    assert [name for name, user in staff.items() if may_handle_denunciations(user)] == ["tocao"]


def test_the_auditor_reads_every_history_and_changes_nothing(client):
    auditor = make.make_staff("kiemtra")
    auditor.groups.add(Group.objects.get(name=roles.AUDITOR))
    by = make.make_staff("tiepnhan")
    ticket = make.make_ticket()
    handling.add_note(ticket=ticket, by=by, internal_note="Đã gọi lại.")
    make.make_ticket(declared_kind="denunciation")
    client.force_login(auditor)

    def of(name, *args):
        return reverse(f"admin:feedback_ticket_{name}", args=[ticket.pk, *args])

    page = client.get(of("change"))

    assert page.context["offers"] == []
    assert "Đã gọi lại." in client.get(of("history")).content.decode()
    assert client.post(of("step", "ghi-chu"), {"internal_note": "x"}).status_code == 403
    assert client.post(of("sender")).status_code == 403
    assert list(Ticket.everything.visible_to(auditor)) == [ticket]
