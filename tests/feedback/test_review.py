"""Public answers whose subject has changed since somebody last looked at them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback import publication
from feedback.models import FrequentQuestion, Ticket
from feedback.review import may_have_changed, needing_review
from procedures.models import LegalDocument, Procedure
from tests import factories as make
from tests import published

pytestmark = pytest.mark.django_db


@pytest.fixture
def procedure(db):
    make.make_agency(owns_portal=True)
    # As it was long before anything about it was published.
    return make.make_procedure(updated_at=timezone.now() - timedelta(days=90))


def made(kind, procedure, acts=()):
    """A public ticket or frequent question about the procedure that cites these acts."""
    if kind == "ticket":
        item = published.make_public_ticket(procedure=procedure)
        item.answers.get().legal_documents.set(acts)
    else:
        item = published.make_question(procedure=procedure)
        item.legal_documents.set(acts)
    return item


def is_doubtful(item, on=None):
    return may_have_changed(type(item)._base_manager.all(), on).get(pk=item.pk).may_have_changed


both = pytest.mark.parametrize("kind", ["ticket", "question"])


@both
def test_an_answer_is_doubtful_from_the_edit_of_its_procedure_until_it_is_confirmed(
    kind, procedure
):
    item = made(kind, procedure)
    assert not is_doubtful(item)

    Procedure.objects.filter(pk=procedure.pk).update(updated_at=timezone.now())
    assert is_doubtful(item)

    publication.confirm(item=item, by=make.make_staff("xem-lai"))
    assert not is_doubtful(item)


@both
def test_an_answer_is_doubtful_from_the_day_on_which_its_procedure_ends(kind, procedure):
    item = made(kind, procedure)
    end = timezone.localdate() + timedelta(days=10)
    Procedure.objects.filter(pk=procedure.pk).update(expired_on=end)

    assert not is_doubtful(item, on=end - timedelta(days=1))
    assert is_doubtful(item, on=end)


@both
@pytest.mark.parametrize("loss", ["expired_on", "partly_expired_on"])
def test_an_answer_is_doubtful_from_the_day_on_which_an_act_that_it_cites_loses_force(
    kind, loss, procedure
):
    act, long_gone = (
        make.make_legal_document("118/2025/NĐ-CP"),
        make.make_legal_document(expired_on="2020-01-01"),
    )
    item = made(kind, procedure, [act, long_gone])
    end = timezone.localdate() + timedelta(days=10)
    LegalDocument.objects.filter(pk=act.pk).update(**{loss: end})

    # Of what had ended before, whoever approved the answer knew.
    assert not is_doubtful(item, on=end - timedelta(days=1))
    assert is_doubtful(item, on=end)


def test_who_wrote_an_answer_looks_at_it_first(procedure):
    mine, other = make.make_staff("toi"), make.make_staff("khac")
    rows = [
        published.make_public_ticket(procedure=procedure, words={"writer": writer})
        for writer in (other, mine)
    ]
    withdrawn = published.make_public_ticket(procedure=procedure)
    publication.withdraw(item=withdrawn, by=mine, reason="Sai.")
    Procedure.objects.filter(pk=procedure.pk).update(updated_at=timezone.now())

    assert list(needing_review(Ticket.objects.all(), mine)) == rows[::-1]
    assert list(needing_review(Ticket.objects.all(), other)) == rows
    assert not needing_review(FrequentQuestion.objects.all(), mine).exists()
