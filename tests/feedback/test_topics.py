"""When an answer is news: when the public could first read it, and what of it is told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback import publication
from feedback.models import FrequentQuestion, PublicText, Ticket
from feedback.topics import AnswerTopics
from tests import factories as make
from tests import published

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def news(after, until=None):
    now = timezone.now()
    return AnswerTopics().news({""}, after=now + after, until=now + (until or DAY))


def let_days_pass(days):
    """As if all that is public were older by so many days."""
    past = timezone.now() - days * DAY
    PublicText.objects.update(public_since=past)
    for model in (Ticket, FrequentQuestion):
        model._base_manager.filter(published_at__isnull=False).update(published_at=past)


def test_public_answers_are_told_by_the_words_that_were_approved_and_nothing_else():
    make.make_ticket(subject="Tôi tên Nguyễn Văn A, chờ lâu")
    ticket = published.make_public_ticket(subject="Tôi tên Trần Thị B, chờ lâu")
    question = published.make_question(words={"subject": "Khai sinh ở đâu?"})

    told = news(-DAY)

    assert [(item.title, item.path) for item in told] == [
        ("Chờ lâu ở quầy", f"/phan-anh/da-tra-loi/{ticket.public_number}/"),
        ("Khai sinh ở đâu?", f"/hoi-dap/{question.public_number}/"),
    ]
    assert {item.summary for item in told} == {""}


def test_a_corrected_answer_is_not_told_again():
    ticket = published.make_public_ticket()
    let_days_pass(5)

    published.publish(ticket, subject="Chờ lâu ở quầy, sửa")

    assert news(-DAY) == []
    assert [item.title for item in news(-6 * DAY)] == ["Chờ lâu ở quầy, sửa"]


@pytest.mark.parametrize("make_public", [published.make_public_ticket, published.make_question])
def test_what_was_taken_back_and_published_again_is_told_though_its_date_is_old(make_public):
    item = make_public()
    let_days_pass(5)
    publication.withdraw(item=item, by=make.make_staff("nguoi-go"), reason="Có sai sót.")
    assert news(-6 * DAY) == []

    item = published.publish(item)

    assert item.published_at < timezone.now() - 4 * DAY
    assert len(news(-DAY)) == 1
