"""The way of an article to the public: two people, and the minute that was asked for."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from outreach import article_states, publishing
from outreach.models import Article, ArticleVersion
from tests import factories as make

NOON = timezone.make_aware(datetime(2026, 12, 1, 12, 0))
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


@pytest.fixture
def writer(db):
    return User.objects.create_user("canbo")


@pytest.fixture
def approver(db):
    return User.objects.create_user("duyetbai")


def publish(version, *, now, by=None):
    return publishing.approve(publishing.submit(version, by=None, now=now), by=by, now=now)


def edit(version, title, **fields):
    return make.make_draft(title, article=version.article, **fields)


def titles_at(at):
    return list(ArticleVersion.objects.public(at).values_list("title", flat=True))


# Đúng phút


def test_a_new_article_begins_at_its_minute(db):
    publish(make.make_draft("Mới", publish_at=NOON), now=NOON - DAY)

    assert titles_at(NOON - SECOND) == []
    assert titles_at(NOON) == ["Mới"]


def test_an_approval_after_the_minute_asked_for_publishes_at_once(db):
    version = publish(make.make_draft("Mới", publish_at=NOON - DAY), now=NOON)

    assert version.public_from == version.published_at == NOON


def test_an_edit_of_a_live_article_takes_over_at_its_minute_and_keeps_the_date(db):
    first = publish(make.make_draft("Cũ"), now=NOON - DAY)

    second = publish(edit(first, "Mới", publish_at=NOON), now=NOON - 2 * SECOND)

    assert titles_at(NOON - SECOND) == ["Cũ"]
    assert titles_at(NOON) == ["Mới"]
    assert second.published_at == NOON - DAY


def test_an_article_ends_at_its_minute(db):
    publish(make.make_draft("Bài", expires_at=NOON), now=NOON - DAY)

    assert titles_at(NOON - SECOND) == ["Bài"]
    assert titles_at(NOON) == []


def test_an_edit_brings_its_own_end(db):
    first = publish(make.make_draft("Cũ", expires_at=NOON + 9 * DAY), now=NOON - DAY)
    publish(edit(first, "Mới", publish_at=NOON, expires_at=NOON + DAY), now=NOON - SECOND)

    assert titles_at(NOON) == ["Mới"]
    assert titles_at(NOON + DAY - SECOND) == ["Mới"]
    assert titles_at(NOON + DAY) == []


def test_a_cancelled_schedule_leaves_what_is_public_until_its_own_end(db):
    first = publish(make.make_draft("Cũ", expires_at=NOON + 2 * DAY), now=NOON - DAY)
    second = publish(edit(first, "Mới", publish_at=NOON), now=NOON - 2 * SECOND)

    assert publishing.cancel_schedule(first.article, now=NOON - SECOND) == 1

    assert titles_at(NOON) == titles_at(NOON + 2 * DAY - SECOND) == ["Cũ"]
    assert titles_at(NOON + 2 * DAY) == []
    second.refresh_from_db()
    assert (second.approved_at, second.submitted_at) == (None, None)


def test_a_schedule_that_has_begun_is_not_cancelled(db):
    first = publish(make.make_draft("Bài", publish_at=NOON), now=NOON - DAY)

    assert publishing.cancel_schedule(first.article, now=NOON) == 0
    assert titles_at(NOON) == ["Bài"]


def test_a_later_approval_for_an_earlier_minute_calls_the_schedule_off(db):
    first = publish(make.make_draft("Cũ"), now=NOON - DAY)
    second = publish(edit(first, "Hẹn", publish_at=NOON), now=NOON - 2 * SECOND)

    publish(edit(first, "Gấp"), now=NOON - SECOND)

    assert titles_at(NOON - SECOND) == titles_at(NOON + DAY) == ["Gấp"]
    second.refresh_from_db()
    assert second.approved_at is None


def test_a_withdrawn_article_is_gone_at_once_with_all_that_was_to_come(db):
    first = publish(make.make_draft("Cũ"), now=NOON - DAY)
    publish(edit(first, "Hẹn", publish_at=NOON + DAY), now=NOON - 2 * SECOND)
    waiting = publishing.submit(edit(first, "Chờ"), by=None, now=NOON - SECOND)

    assert publishing.withdraw(first.article, now=NOON)

    assert titles_at(NOON - SECOND) == ["Cũ"]
    assert titles_at(NOON) == titles_at(NOON + 2 * DAY) == []
    with pytest.raises(ValidationError, match="đang chờ duyệt"):
        publishing.approve(waiting, by=None, now=NOON)
    assert not publishing.withdraw(first.article, now=NOON + SECOND)


def test_an_article_that_was_withdrawn_keeps_its_date_when_it_comes_back(db):
    first = publish(make.make_draft("Cũ"), now=NOON - DAY)
    publishing.withdraw(first.article, now=NOON)

    again = publish(edit(first, "Lại"), now=NOON + DAY)

    assert titles_at(NOON + DAY) == ["Lại"]
    assert again.published_at == NOON - DAY


# Ai được làm gì, khi nào


def test_nothing_saved_is_overwritten(writer):
    first = publish(make.make_draft("Cũ"), now=NOON)

    second = edit(first, "Mới", by=writer)

    assert (first.number, second.number) == (1, 2)
    assert titles_at(NOON) == ["Cũ"]


def test_a_version_made_from_an_older_one_is_refused_and_names_the_newer(writer):
    first = make.make_draft("Cũ")
    newer = edit(first, "Của người khác", by=writer)
    mine = ArticleVersion(article=first.article, title="Của tôi", category=first.category)

    with pytest.raises(publishing.Overtaken) as refused:
        publishing.save_version(mine, made_from=1)

    assert refused.value.newest == newer
    assert first.article.versions.count() == 2


def test_an_earlier_version_comes_back_as_a_new_one_with_its_parts(writer):
    tag, procedure = make.make_tag(), make.make_procedure()
    parts = {"tags": [tag], "procedures": [procedure]}
    first = make.make_draft("Cũ", parts=parts, publish_at=NOON, expires_at=NOON + 9 * DAY)
    edit(first, "Mới")

    again = publishing.restore_version(first, by=writer, made_from=2, now=NOON + DAY)

    assert (again.number, again.title, again.saved_by) == (3, "Cũ", writer)
    assert [*again.tags.all(), *again.procedures.all()] == [tag, procedure]
    assert (again.publish_at, again.expires_at) == (None, NOON + 9 * DAY)
    assert ArticleVersion.objects.get(pk=first.pk).number == 1


def test_no_writer_since_the_last_approval_approves_not_even_a_superuser(writer, approver):
    writer.is_superuser = True
    writer.save()
    first = make.make_draft("Bản một", by=writer)
    last = publishing.submit(edit(first, "Bản hai", by=approver), by=approver)

    for person in (writer, approver):
        with pytest.raises(ValidationError, match="không tự duyệt"):
            publishing.approve(last, by=person)


def test_who_wrote_before_the_last_approval_may_approve_the_next(writer, approver):
    first = publish(make.make_draft("Bản một", by=writer), now=NOON, by=approver)

    second = publish(edit(first, "Bản hai", by=approver), now=NOON + DAY, by=writer)

    assert second.approved_by == writer


def test_only_the_newest_version_is_submitted_approved_or_returned(writer):
    old = publishing.submit(make.make_draft("Cũ"), by=None)
    edit(old, "Mới")

    for step in (
        lambda: publishing.submit(old, by=None),
        lambda: publishing.approve(old, by=None),
        lambda: publishing.send_back(old, by=None, reason="Sửa."),
    ):
        with pytest.raises(publishing.Overtaken):
            step()


def test_steps_out_of_turn_are_refused(db):
    version = make.make_draft()
    with pytest.raises(ValidationError, match="chờ duyệt"):
        publishing.approve(version, by=None)
    with pytest.raises(ValidationError, match="chờ duyệt"):
        publishing.send_back(version, by=None, reason="Sửa.")
    publishing.submit(version, by=None)
    with pytest.raises(ValidationError, match="đã được gửi duyệt"):
        publishing.submit(version, by=None)
    with pytest.raises(ValidationError, match="lý do"):
        publishing.send_back(version, by=None, reason="  ")
    publishing.approve(version, by=None)
    with pytest.raises(ValidationError, match="đã được duyệt"):
        publishing.submit(version, by=None)


def test_a_returned_version_may_be_submitted_again(writer):
    version = publishing.submit(make.make_draft(), by=writer)
    returned = publishing.send_back(version, by=None, reason="Thiếu nguồn.")
    assert (returned.return_reason, returned.is_waiting) == ("Thiếu nguồn.", False)

    again = publishing.submit(returned, by=writer)

    assert (again.is_waiting, again.return_reason) == (True, "")


def test_an_end_that_has_passed_is_refused_when_submitting_and_when_approving(db):
    version = make.make_draft(expires_at=NOON)
    with pytest.raises(ValidationError, match="Giờ gỡ đã qua"):
        publishing.submit(version, by=None, now=NOON)
    publishing.submit(version, by=None, now=NOON - SECOND)

    with pytest.raises(ValidationError, match="Giờ gỡ đã qua"):
        publishing.approve(version, by=None, now=NOON)


FAULTY = '<p>Xem <a href="/tin-tuc/khong-co-bai-nay/">bài này</a>.</p>'


def test_what_the_checklist_calls_an_error_is_neither_submitted_nor_approved(db):
    version = make.make_draft(body=FAULTY)
    with pytest.raises(ValidationError, match="không có trang này"):
        publishing.submit(version, by=None)
    ArticleVersion.objects.filter(pk=version.pk).update(submitted_at=NOON)

    with pytest.raises(ValidationError, match="không có trang này"):
        publishing.approve(version, by=None)


# Hai người cùng lúc


def at_once(*steps):
    """Run the steps in threads that start together; what each answered, or its refusal."""
    barrier = Barrier(len(steps))

    def run(step):
        try:
            barrier.wait(timeout=10)
            return step()
        except ValidationError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


def is_refused(answer):
    return isinstance(answer, ValidationError)


# One race says little; emptying the database after each test takes longer than the races.
RACES = range(4)


@pytest.mark.django_db(transaction=True)
def test_of_two_approvals_at_once_one_counts():
    people = [User.objects.create_user(name) for name in ("mot", "hai")]
    for _ in RACES:
        version = publishing.submit(make.make_draft(), by=None)

        answers = at_once(
            *(lambda by=by, version=version: publishing.approve(version, by=by) for by in people)
        )

        assert sorted(map(is_refused, answers)) == [False, True]
        version.refresh_from_db()
        assert version.approved_by == next(a.approved_by for a in answers if not is_refused(a))


@pytest.mark.django_db(transaction=True)
def test_a_version_saved_during_approval_is_not_approved_unseen():
    for _ in RACES:
        version = publishing.submit(make.make_draft("Đã đọc"), by=None)

        approved, saved = at_once(
            partial(publishing.approve, version, by=None), partial(edit, version, "Chưa ai đọc")
        )

        assert saved.number == 2
        public = ArticleVersion.objects.public().filter(article=version.article)
        shown = list(public.values_list("title", flat=True))
        assert shown == ([] if is_refused(approved) else ["Đã đọc"])
        version.article.delete()


@pytest.mark.django_db(transaction=True)
def test_whichever_comes_first_a_withdrawal_wins_over_an_approval():
    for _ in RACES:
        first = make.make_article("Đang đăng")
        waiting = publishing.submit(edit(first, "Bản sửa"), by=None)

        _approved, withdrawn = at_once(
            partial(publishing.approve, waiting, by=None),
            partial(publishing.withdraw, first.article),
        )

        assert withdrawn is True
        assert titles_at(timezone.now()) == []
        first.article.delete()


@pytest.mark.django_db(transaction=True)
def test_of_two_versions_made_from_the_same_one_the_later_is_refused():
    first = make.make_draft("Cũ")
    versions = [
        ArticleVersion(article=first.article, title=title, category=first.category)
        for title in ("Một", "Hai")
    ]

    answers = at_once(
        *(lambda one=one: publishing.save_version(one, made_from=1) for one in versions)
    )

    assert sorted(map(is_refused, answers)) == [False, True]
    assert first.article.versions.count() == 2


# Tình trạng


def make_one_of_each():
    """An article in each state, by the words of the state at noon."""
    before, after = NOON - DAY, NOON + DAY
    live = publish(make.make_draft(), now=before)
    ending = publish(make.make_draft(expires_at=after), now=before)
    coming = publish(make.make_draft(publish_at=after), now=before)
    ended = publish(make.make_draft(expires_at=NOON - SECOND), now=before)
    waiting = publishing.submit(make.make_draft(), by=None, now=before)
    returned = publishing.submit(make.make_draft(), by=None, now=before)
    returned = publishing.send_back(returned, by=None, reason="Sửa.", now=before)
    edited, edited_waiting, edited_returned, edited_coming = (
        publish(make.make_draft(), now=before) for _ in range(4)
    )
    edit(edited, "Sửa")
    publishing.submit(edit(edited_waiting, "Sửa"), by=None, now=before)
    sent = publishing.submit(edit(edited_returned, "Sửa"), by=None, now=before)
    publishing.send_back(sent, by=None, reason="Sửa.", now=before)
    publish(edit(edited_coming, "Sửa", publish_at=after), now=before)
    yesterday, tomorrow = "12:00 ngày 30/11/2026", "12:00 ngày 02/12/2026"
    return {
        make.make_draft().article: ("bản thảo", {"ban-thao"}),
        live.article: ("đang đăng", {"dang-dang"}),
        ending.article: (f"đang đăng, sẽ gỡ lúc {tomorrow}", {"dang-dang", "se-go"}),
        coming.article: (f"hẹn đăng lúc {tomorrow}", {"hen-dang"}),
        ended.article: ("đã gỡ lúc 11:59 ngày 01/12/2026", {"da-go"}),
        waiting.article: (f"chờ duyệt từ {yesterday}", {"cho-duyet"}),
        returned.article: (f"bị trả lại lúc {yesterday}", {"tra-lai"}),
        edited.article: ("đang đăng, có bản sửa chưa gửi duyệt", {"dang-dang", "dang-sua"}),
        edited_waiting.article: (
            f"đang đăng, có bản sửa chờ duyệt từ {yesterday}",
            {"dang-dang", "dang-sua", "cho-duyet"},
        ),
        edited_returned.article: (
            f"đang đăng, bản sửa bị trả lại lúc {yesterday}",
            {"dang-dang", "dang-sua", "tra-lai"},
        ),
        edited_coming.article: (
            f"đang đăng, bản sửa hẹn đăng lúc {tomorrow}",
            {"dang-dang", "hen-dang"},
        ),
    }


def test_each_state_is_told_in_words_and_found_by_its_filters(db):
    expected = make_one_of_each()

    articles = Article.objects.all()
    told = {
        article: str(article_states.state_of(article, NOON))
        for article in article_states.with_standing(articles)
    }
    found = {article: set() for article in expected}
    for value, (_words, rows) in article_states.FACETS.items():
        for article in rows(articles, NOON):
            found[article].add(value)

    assert {article: (told[article], found[article]) for article in expected} == expected
    # Fetched whole, an article tells the same.
    assert told == {one: str(article_states.state_of(one, NOON)) for one in articles}
