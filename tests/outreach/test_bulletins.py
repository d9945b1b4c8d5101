"""The way of an issue of the e-bulletin: composed, submitted, returned or approved by another person, out, corrected."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from outreach import bulletins, figure_work, issue_states, publishing
from outreach.issue_checking import TEXT_LENGTH, findings
from outreach.issue_contents import contents, differences
from outreach.models import BulletinIssue, BulletinItem, Figure
from tests import factories as make
from tests.bulletins import make_draft_issue, make_figure, make_issue, own_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def composer():
    return make.make_staff("canbo")


@pytest.fixture
def approver():
    return make.make_staff("duyetbai")


def rewrite(article, title):
    version = make.make_draft(title, article=article)
    publishing.submit(version, by=make.make_staff(f"viet-{version.number}"))
    return publishing.approve(version, by=make.make_staff(f"dang-{version.number}"))


def levels(issue):
    return [finding.level for finding in findings(issue)]


def texts(issue):
    return " ".join(finding.text for finding in findings(issue))


# Chỗ đứng


def test_numbers_are_counted_by_year():
    make_draft_issue(year=2025, number=7)

    assert (bulletins.next_number(2025), bulletins.next_number(2026)) == (8, 1)


@pytest.mark.parametrize(
    ("moves", "order"),
    [({3: 1}, "dabc"), ({0: 4}, "bcda"), ({0: 2}, "bacd"), ({2: 1, 3: 1}, "cdab"), ({}, "abcd")],
)
def test_a_piece_takes_the_place_that_it_is_given(moves, order):
    issue = make_draft_issue(pieces=[own_words(title=name) for name in "abcd"])
    items = list(issue.items.all())
    before = {item.pk: item.order for item in items}
    for place, wanted in moves.items():
        BulletinItem.objects.filter(pk=items[place].pk).update(order=wanted)

    bulletins.put_in_order(issue, before)

    assert "".join(item.title for item in issue.items.all()) == order
    assert [item.order for item in issue.items.all()] == [1, 2, 3, 4]


# Nguồn đổi


def test_a_piece_says_what_its_article_said_until_it_is_taken_anew_or_kept(composer, approver):
    article = make.make_article("Tên cũ").article
    issue = make_draft_issue(pieces=[lambda issue: bulletins.article_item(issue, article)])
    rewrite(article, "Tên mới")
    item = issue.items.get()
    assert "có bản mới" in texts(issue)
    assert list(issue_states.with_changed_sources(BulletinIssue.objects.all())) == [issue]
    with pytest.raises(ValidationError):
        bulletins.submit(issue, by=composer)

    bulletins.keep_words(item)

    assert (issue.items.get().title, differences(issue)) == ("Tên cũ", [])
    rewrite(article, "Tên mới nhất")
    bulletins.take_anew(item)
    assert (issue.items.get().title, differences(issue)) == ("Tên mới nhất", [])
    assert not issue_states.with_changed_sources(BulletinIssue.objects.all()).exists()


def test_an_article_that_was_taken_down_is_neither_taken_anew_nor_let_out(composer):
    issue = make_draft_issue()
    item = issue.items.get(kind="article")
    publishing.withdraw(item.article)

    assert "không còn đăng" in texts(issue)
    with pytest.raises(ValidationError):
        bulletins.take_anew(item)
    with pytest.raises(ValidationError):
        bulletins.submit(issue, by=composer)


def test_a_replaced_figure_is_taken_anew_with_the_words_around_it():
    figure = make_figure()
    issue = make_draft_issue(pieces=[lambda issue: bulletins.figure_item(issue, figure)])
    issue.items.update(text="Cao hơn tháng trước.")
    fresh = Figure(label=figure.label, part=1486, whole=2014, unit="hồ sơ", as_of=figure.as_of)
    fresh.source = "Báo cáo đính chính"
    fresh = figure_work.replace(figure, fresh, by=None, reason="Đính chính")

    bulletins.take_anew(issue.items.get())

    item = issue.items.get()
    assert (item.figure, item.text, differences(issue)) == (fresh, "Cao hơn tháng trước.", [])


@pytest.mark.parametrize("step", ["submit", "approve"])
def test_no_issue_goes_on_with_a_number_that_its_source_gives_no_more(step, composer, approver):
    make.make_complete_procedure()
    figure = figure_work.note("thu-tuc.dang-ap-dung", by=None)
    issue = make_draft_issue(pieces=[lambda issue: bulletins.figure_item(issue, figure)])
    if step == "approve":
        bulletins.submit(issue, by=composer)
    make.make_complete_procedure()

    with pytest.raises(ValidationError, match="số liệu đã được thay"):
        getattr(bulletins, step)(issue, by=approver)

    figure.refresh_from_db()
    assert figure.replaced_by.value == 2


# Kiểm tra


def test_an_issue_without_faults_has_no_findings():
    issue = make_draft_issue(number=bulletins.next_number(2026))

    assert findings(issue) == []


def test_an_issue_without_lead_or_pieces_cannot_be_submitted(composer):
    issue = BulletinIssue.objects.create(year=2026, number=1, title="Trống")

    assert levels(issue) == ["error", "error"]
    with pytest.raises(ValidationError, match="lời ngỏ"):
        bulletins.submit(issue, by=composer)


def test_doubtful_things_are_named_and_left_to_people(composer):
    old = make_figure(as_of=timezone.localdate() - timedelta(days=101), starts_on=None)
    new = make_figure("Còn mới", as_of=timezone.localdate() - timedelta(days=100), starts_on=None)
    sample = make_figure("Số mẫu", is_sample=True)
    issue = make_draft_issue(
        number=4,
        pieces=[
            own_words("d" * (TEXT_LENGTH + 1), title="Dài"),
            own_words("d" * TEXT_LENGTH, title="Vừa"),
            own_words(title="Trùng"),
            own_words(title="trùng"),
            *(
                lambda issue, one=one: bulletins.figure_item(issue, one)
                for one in (old, new, sample)
            ),
        ],
    )
    make_draft_issue(number=2)

    told = texts(issue)
    assert set(levels(issue)) == {"warning"}
    assert "Số 4/2026 đứng ngay sau số 2" in told
    assert "“Dài” dài 901" in told
    assert "“Vừa”" not in told
    assert told.count("cùng tên") == 1
    assert old.label in told
    assert "Còn mới" not in told
    assert "“Số mẫu” lấy từ nội dung mẫu" in told
    bulletins.submit(issue, by=composer)


# Duyệt


def test_whoever_composed_or_submitted_does_not_approve(composer, approver):
    issue = make_draft_issue()
    bulletins.note_change(issue, by=composer)
    helper = make.make_staff("phu")
    bulletins.note_change(issue, by=helper)
    bulletins.submit(issue, by=composer)

    for one in (composer, helper):
        with pytest.raises(ValidationError, match="không tự duyệt"):
            bulletins.approve(issue, by=one)
    issue = bulletins.approve(issue, by=approver)

    assert issue.is_public(timezone.now())
    assert issue_states.state_of(issue).words == "đã ra lúc"


def test_what_was_submitted_is_not_composed_until_it_comes_back(composer, approver):
    issue = make_draft_issue()
    bulletins.submit(issue, by=composer)

    with pytest.raises(ValidationError):
        bulletins.note_change(issue, by=composer)
    with pytest.raises(ValidationError):
        bulletins.send_back(issue, by=approver, reason=" ")
    bulletins.send_back(issue, by=approver, reason="Viết rõ hạn nộp.")
    bulletins.note_change(issue, by=composer)

    with pytest.raises(ValidationError):
        bulletins.approve(issue, by=approver)


def test_an_issue_comes_out_at_its_moment(composer, approver):
    later = timezone.now() + timedelta(days=2)
    issue = make_draft_issue(publish_at=later)
    bulletins.submit(issue, by=composer)

    issue = bulletins.approve(issue, by=approver)

    assert not BulletinIssue.objects.public().exists()
    assert list(BulletinIssue.objects.public(later)) == [issue]
    assert list(issue_states.scheduled(BulletinIssue.objects.all())) == [issue]


# Sau khi duyệt


@pytest.mark.parametrize(
    "change", [{"title": "Khác"}, {"lead": "Khác"}, {"number": 99}, {"approved_at": None}]
)
def test_no_program_changes_the_words_of_an_approved_issue(change):
    issue = make_issue()

    with pytest.raises(IntegrityError), transaction.atomic():
        BulletinIssue.objects.filter(pk=issue.pk).update(**change)


def test_no_program_adds_changes_or_removes_pieces_of_an_approved_issue():
    issue, other = make_issue(), make_draft_issue(pieces=[own_words()])
    items = issue.items.all()

    for change in (
        lambda: items.update(title="Khác"),
        lambda: other.items.update(issue=issue),
        lambda: items.update(issue=other),
        lambda: items.filter(kind="text").delete(),
        lambda: own_words()(issue).save(),
        issue.delete,
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    other.delete()


def test_an_issue_that_is_out_is_corrected_beside_its_words_and_taken_down():
    issue = make_issue(lead="Nộp trước ngày 30.")

    bulletins.correct(issue, words="Đúng ra là ngày 31.")
    assert bulletins.withdraw(issue)

    issue.refresh_from_db()
    assert (issue.lead, issue.correction) == ("Nộp trước ngày 30.", "Đúng ra là ngày 31.")
    assert not bulletins.withdraw(issue)
    assert not BulletinIssue.objects.public().exists()
    assert contents(issue)
