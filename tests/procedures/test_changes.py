"""What subscribers of a sector are told of its procedures, whatever way these were changed."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from procedures.changes import note_changes
from procedures.models import Procedure, ProcedureChange
from procedures.publication import change_status
from procedures.topics import SectorTopics
from tests import factories as make

pytestmark = pytest.mark.django_db

NOW = timezone.make_aware(timezone.datetime(2026, 3, 4, 10))
HOUR = timedelta(hours=1)
Status = Procedure.Status


@pytest.fixture
def procedure():
    return make.make_complete_procedure(
        name="Đăng ký khai sinh",
        sector=make.make_sector("Hộ tịch"),
        decision=make.make_decision("1/QĐ-BTP"),
        updated_at=NOW,
    )


def set_fields(procedure, **fields):
    """As an import or a form of the admin would, whatever else they do."""
    Procedure.objects.filter(pk=procedure.pk).update(**fields)


def told(now):
    """What is noted at that moment, and told as of that moment."""
    note_changes(now)
    span = {"after": now - timedelta(microseconds=1), "until": now}
    return [item.title for item in SectorTopics().news({"ho-tich"}, **span)]


def test_a_life_of_a_procedure_in_the_words_of_its_news(procedure):
    assert told(NOW) == ["Mới: Đăng ký khai sinh"]

    set_fields(procedure, decision=make.make_decision("2/QĐ-BTP"))
    assert told(NOW + HOUR) == ["Thay đổi theo Quyết định 2/QĐ-BTP: Đăng ký khai sinh"]

    set_fields(procedure, status=Status.SUSPENDED, suspended_reason="Chờ phần mềm.")
    assert told(NOW + 2 * HOUR) == ["Tạm dừng: Đăng ký khai sinh"]

    procedure.refresh_from_db()
    change_status(procedure=procedure, status=Status.PUBLISHED)
    assert told(NOW + 3 * HOUR) == ["Áp dụng trở lại: Đăng ký khai sinh"]

    # A day in the past that nobody has to act upon when it comes.
    set_fields(procedure, expired_on=date(2026, 3, 4))
    assert told(NOW + 4 * HOUR) == ["Hết hiệu lực: Đăng ký khai sinh"]
    assert told(NOW + 5 * HOUR) == []


def test_nothing_is_told_twice_or_again(procedure):
    note_changes(NOW)
    set_fields(procedure, name="Đăng ký khai sinh, sửa lỗi gõ", updated_at=NOW + HOUR)

    assert note_changes(NOW + HOUR) == 0
    [change] = ProcedureChange.objects.all()
    assert (change.kind, change.at) == ("new", NOW)


def test_neither_a_draft_nor_what_had_ended_before_it_came_here_is_news():
    make.make_procedure(status=Status.REVIEW)
    make.make_procedure(status=Status.EXPIRED, expired_on=date(2020, 1, 1))

    assert note_changes(NOW) == 0


def test_a_number_that_was_missing_is_no_change(procedure):
    set_fields(procedure, decision=None)
    note_changes(NOW)

    set_fields(procedure, decision=make.make_decision("5/QĐ-BTP"))
    assert told(NOW + HOUR) == []

    set_fields(procedure, decision=make.make_decision("6/QĐ-BTP"))
    assert told(NOW + 2 * HOUR) == ["Thay đổi theo Quyết định 6/QĐ-BTP: Đăng ký khai sinh"]


def test_only_the_sectors_that_were_asked_for_are_told(procedure):
    note_changes(NOW)

    assert SectorTopics().news({"dat-dai"}, after=NOW - HOUR, until=NOW) == []
    [topic] = SectorTopics().offered()
    assert topic == SectorTopics().topic("ho-tich")
    assert topic.name == "Hộ tịch"


def test_thousands_of_procedures_are_looked_at_in_a_few_questions(
    django_assert_num_queries, procedure
):
    sector, decision = procedure.sector, procedure.decision
    for _number in range(20):
        make.make_procedure(sector=sector, decision=decision)
    note_changes(NOW)
    set_fields(procedure, decision=make.make_decision("2/QĐ-BTP"))

    # A savepoint begins and ends; between them the lock, what was noted, the procedures, the new rows.
    with django_assert_num_queries(6):
        assert note_changes(NOW + HOUR) == 1
    with django_assert_num_queries(2):
        assert len(SectorTopics().news({"ho-tich"}, after=NOW, until=NOW + HOUR)) == 1
