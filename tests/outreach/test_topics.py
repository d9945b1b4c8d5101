"""When an article is news of its category: once, when the public could first read it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from outreach import publishing
from outreach.topics import CategoryTopics
from tests import factories as make

pytestmark = pytest.mark.django_db

NOW = timezone.make_aware(timezone.datetime(2026, 3, 4, 10))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def category(db):
    return make.make_category("Chính sách mới")


def news(after, until):
    """Titles, at any hour of that span."""
    return [
        item.title for item in CategoryTopics().news({"chinh-sach-moi"}, after=after, until=until)
    ]


def approve(version, at):
    return publishing.approve(publishing.submit(version, by=None, now=at), by=None, now=at)


def correct(version, title, at, **fields):
    return approve(make.make_draft(title, article=version.article, **fields), at)


def test_an_article_is_told_by_its_newest_words_in_the_span_in_which_it_began():
    version = make.make_article("Tên đầu", at=NOW - 3 * DAY)
    correct(version, "Tên đã sửa", NOW - DAY)
    correct(version, "Tên đã sửa nữa", NOW - HOUR)

    assert news(NOW - 4 * DAY, NOW) == ["Tên đã sửa nữa"]
    assert news(NOW - 2 * DAY, NOW) == []
    assert news(NOW - 4 * DAY, NOW - 3 * DAY) == ["Tên đã sửa nữa"]
    assert news(NOW - 3 * DAY, NOW) == []


def test_a_scheduled_article_is_told_when_its_moment_has_come():
    approve(make.make_draft("Hẹn giờ", publish_at=NOW + HOUR), NOW - DAY)

    assert news(NOW - 2 * DAY, NOW) == []
    with_time_gone = news(NOW, NOW + HOUR)
    assert with_time_gone == ["Hẹn giờ"]


def test_what_was_taken_down_and_put_up_again_is_told_with_the_moment_at_which_it_came_back():
    version = make.make_article("Đã gỡ", at=NOW - 3 * DAY)
    publishing.withdraw(version.article, now=NOW - 2 * DAY)
    assert news(NOW - 4 * DAY, NOW) == []

    again = correct(version, "Đăng lại", NOW - HOUR)

    assert again.published_at == NOW - 3 * DAY
    assert news(NOW - 2 * HOUR, NOW) == ["Đăng lại"]


def test_an_article_that_moves_to_another_category_is_no_news_there(category):
    version = make.make_article(
        "Chuyển mục", at=NOW - 3 * DAY, category=make.make_category("Chuyên mục khác")
    )
    correct(version, "Chuyển mục", NOW - HOUR, category=category)

    assert version.article.versions.public().get().category == category
    assert news(NOW - DAY, NOW) == []


def test_a_version_that_was_overtaken_in_its_first_moment_hides_no_beginning():
    version = make.make_article("Sửa ngay", at=NOW - HOUR)
    correct(version, "Sửa ngay lần nữa", NOW - HOUR)

    assert news(NOW - 2 * HOUR, NOW) == ["Sửa ngay lần nữa"]


def test_topics_have_their_names_in_the_language_of_the_reader():
    make.make_term("Chính sách mới", "New policies")

    with override("en"):
        [topic] = CategoryTopics().offered()
        assert CategoryTopics().topic("chinh-sach-moi") == topic

    assert (topic.value, topic.name) == ("chuyen-muc:chinh-sach-moi", "New policies")
    assert CategoryTopics().topic("khong-co") is None
