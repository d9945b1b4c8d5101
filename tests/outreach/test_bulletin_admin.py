"""Composing, submitting, approving and correcting issues of the e-bulletin in the admin: the happy path and each refusal."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from outreach import bulletins, publishing
from outreach.models import BulletinIssue, Figure
from outreach.work_queues import outreach_queues
from portal.models import FormDraft
from tests import factories as make
from tests.bulletins import make_draft_issue, make_figure, make_issue, own_words
from tests.outreach.test_admin import filled
from tests.outreach.test_article_desk import person

pytestmark = pytest.mark.django_db

LIST = reverse("admin:outreach_bulletinissue_changelist")
ADD = reverse("admin:outreach_bulletinissue_add")
COMPOSING = ("view_bulletinissue", "add_bulletinissue", "change_bulletinissue", "add_figure")


@pytest.fixture
def composer():
    return person("canbo", *COMPOSING)


@pytest.fixture
def approver():
    return person("duyetbai", "view_bulletinissue", "approve_bulletinissue")


@pytest.fixture
def reader():
    return person("docbai", "view_bulletinissue")


def address(step, issue):
    return reverse(f"admin:outreach_bulletinissue_{step}", args=[issue.pk])


def compose(client, issue, **fields):
    """Open the composing page, type into it, and save."""
    page = client.get(address("change", issue))
    return client.post(address("change", issue), filled(page) | fields, follow=True)


def submit(client, issue):
    return client.post(address("submit", issue), follow=True)


def approve(client, issue, **seen):
    return client.post(address("approve", issue), seen, follow=True)


def text_of(page):
    return page.content.decode()


def titles(issue):
    return [item.title for item in issue.items.all()]


# Soạn


def test_a_new_issue_is_proposed_the_next_number_of_this_year(composer):
    year = timezone.localdate().year
    make_draft_issue(year=year, number=6)

    page = composer.get(ADD)
    composer.post(ADD, filled(page) | {"title": "Cuối năm", "lead": "Có hai việc."}, follow=True)

    issue = BulletinIssue.objects.get(title="Cuối năm")
    assert (issue.year, issue.number) == (year, 7)
    assert list(issue.composers.all()) == [composer.user]


def test_pieces_of_all_kinds_are_added_at_once_and_stand_last(composer):
    versions = [make.make_article(f"Bài {number}") for number in range(2)]
    material, figure = make.make_material("Tờ gấp"), make_figure("Hồ sơ đúng hạn")
    make.make_complete_procedure()
    issue = make_draft_issue(pieces=[own_words(title="Đã có")])

    compose(
        composer,
        issue,
        add_section="Việc mới",
        add_articles=[version.pk for version in versions],
        add_materials=[material.pk],
        add_figures=[figure.pk],
        add_code="thu-tuc.dang-ap-dung",
        add_title="Góp ý",
        add_text="Mời ông/bà góp ý.",
    )

    assert titles(issue) == [
        "Đã có",
        "Bài 1",
        "Bài 0",
        "Tờ gấp",
        "Hồ sơ đúng hạn",
        "Thủ tục đang áp dụng",
        "Góp ý",
    ]
    assert [item.order for item in issue.items.all()] == list(range(1, 8))
    assert {item.section for item in issue.items.all()[1:]} == {"Việc mới"}
    assert issue.items.get(title="Bài 0").text == versions[0].lead
    assert list(issue.composers.all()) == [composer.user]
    # Asked for once more, the same figure is the same row.
    compose(composer, issue, add_code="thu-tuc.dang-ap-dung")
    assert Figure.objects.filter(code="thu-tuc.dang-ap-dung").count() == 1


def test_what_is_not_public_is_neither_offered_nor_taken(composer):
    draft = make.make_draft("Chưa đăng")
    make.make_article("Đăng ký khai sinh")
    issue = make_draft_issue(pieces=[own_words()])
    sources = reverse("admin:outreach_bulletinissue_sources", args=["tin-bai"])

    offered = composer.get(sources, {"term": "dang ky"}).json()["results"]
    page = compose(composer, issue, add_articles=[draft.pk])

    assert [one["text"].split(" (")[0] for one in offered] == ["Đăng ký khai sinh"]
    assert composer.get(sources, {"term": "chua dang"}).json()["results"] == []
    assert "errornote" in text_of(page)
    assert issue.items.count() == 1


@pytest.mark.parametrize(
    ("added", "field"),
    [
        ({"add_title": "Góp ý"}, "add_text"),
        ({"add_text": "Mời góp ý"}, "add_title"),
        ({"add_code": "tin-tuc.da-dang"}, "add_period"),
        ({"add_code": "tin-tuc.da-dang", "add_period": "2020-01-01/2020-01-31"}, "add_period"),
        ({"add_code": "thu-tuc.toan-trinh"}, "add_code"),
    ],
)
def test_what_is_added_by_half_is_refused_at_its_field(composer, added, field):
    issue = make_draft_issue(pieces=[own_words()])

    page = compose(composer, issue, **added)

    assert list(page.context["adminform"].form.errors) == [field]
    assert issue.items.count() == 1


def test_pieces_are_rewritten_reordered_and_removed(composer):
    issue = make_draft_issue(pieces=[own_words(title=name) for name in "abc"])

    compose(
        composer, issue, **{"items-2-order": "1", "items-0-text": "Lời mới", "items-1-DELETE": "on"}
    )

    assert titles(issue) == ["c", "a"]
    assert issue.items.get(title="a").text == "Lời mới"
    told = LogEntry.objects.filter(object_id=str(issue.pk)).latest("pk").change_message
    assert "bỏ phần “b”" in told


def test_a_changed_source_is_told_beside_its_piece_and_taken_or_passed_by(composer):
    article = make.make_article("Tên cũ").article
    issue = make_draft_issue(pieces=[lambda issue: bulletins.article_item(issue, article)])
    version = publishing.submit(make.make_draft("Tên mới", article=article), by=None)
    publishing.approve(version, by=None)
    item = issue.items.get()

    assert "bài gốc đã có bản mới" in text_of(composer.get(address("change", issue)))
    assert "Lấy lại lời từ bài gốc" in text_of(compose(composer, issue, add_title=""))
    compose(composer, issue, _keep_words=str(item.pk))
    assert (titles(issue), issue.items.get().article_version) == (["Tên cũ"], version)
    compose(composer, issue, _take_anew=str(item.pk))
    assert titles(issue) == ["Tên mới"]


def test_nobody_passes_over_what_another_saved_meanwhile(composer):
    issue = make_draft_issue(pieces=[own_words()])
    opened = filled(composer.get(address("change", issue)))
    compose(person("khac", *COMPOSING), issue, title="Của người khác")

    page = composer.post(address("change", issue), opened | {"title": "Của tôi"})

    issue.refresh_from_db()
    assert issue.title == "Của người khác"
    assert "trong khi ông/bà đang soạn" in text_of(page)
    composer.post(address("change", issue), filled(page))
    issue.refresh_from_db()
    assert issue.title == "Của tôi"


def test_a_draft_comes_back_into_the_pieces_that_it_was_typed_into(composer):
    issue = make_draft_issue(pieces=[own_words(title=name) for name in "ab"])
    typed = filled(composer.get(address("change", issue)))
    fields = {name: [str(value)] for name, value in typed.items()}
    fields |= {"title": ["Đang gõ"], "items-1-text": ["Gõ dở"]}
    FormDraft.objects.create(
        user=composer.user, form=f"outreach.bulletinissue:{issue.pk}", fields=fields
    )

    restored = filled(composer.get(address("change", issue) + "?khoi-phuc=1"))
    issue.items.filter(title="a").delete()
    afterwards = filled(composer.get(address("change", issue) + "?khoi-phuc=1"))

    assert (restored["title"], restored["items-1-text"]) == ("Đang gõ", "Gõ dở")
    assert afterwards["items-0-text"] == "Mời ông/bà góp ý."


# Gửi duyệt, duyệt


def test_an_issue_goes_from_its_composer_to_its_approver_and_out(composer, approver):
    issue = make_draft_issue(number=bulletins.next_number(2026))

    assert "Gửi duyệt" in text_of(compose(composer, issue, _submit="1"))
    assert "Người khác sẽ duyệt" in text_of(submit(composer, issue))
    assert composer.get(address("change", issue)).url == address("desk", issue)
    assert address("preview", issue) in text_of(approver.get(address("approve", issue)))
    page = approve(approver, issue)

    issue.refresh_from_db()
    assert issue.is_public(timezone.now())
    assert issue.approved_by == approver.user
    assert "Đã duyệt" in text_of(page)
    assert issue.get_own_url() in text_of(page)


def test_each_warning_is_seen_by_whoever_approves(composer, approver):
    issue = make_draft_issue(number=40)
    submit(composer, issue)

    refused = approve(approver, issue)
    form = refused.context["approval_form"]
    page = approve(approver, issue, **dict.fromkeys(form.fields, "on"))

    assert refused.status_code == 422
    assert len(form.fields) == 1
    assert "Đã duyệt" in text_of(page)


def test_a_returned_issue_tells_its_composer_why(composer, approver):
    issue = make_draft_issue()
    submit(composer, issue)

    refused = approver.post(address("return", issue), {"reason": ""})
    approver.post(address("return", issue), {"reason": "Viết rõ hạn nộp."})

    assert refused.status_code == 422
    assert "Viết rõ hạn nộp." in text_of(composer.get(address("change", issue)))
    queue = next(one for one in outreach_queues(refused.wsgi_request) if "bị trả lại" in one.label)
    assert (queue.count, queue.label) == (1, "Số bản tin bị trả lại")
    assert str(issue.number) in text_of(approver.get(queue.address))


def test_a_composer_with_the_right_to_approve_does_not_approve_their_own(composer):
    both = person("ca-hai", *COMPOSING, "approve_bulletinissue")
    issue = make_draft_issue()
    compose(both, issue, title="Có tay của người này")
    submit(composer, issue)

    page = approve(both, issue, **dict.fromkeys(_seen(both, issue), "on"))

    issue.refresh_from_db()
    assert issue.approved_at is None
    assert "không tự duyệt" in text_of(page)


def test_an_issue_with_faults_is_not_handed_over(composer):
    issue = BulletinIssue.objects.create(year=2026, number=1, title="Trống", lead="Có lời ngỏ.")

    page = submit(composer, issue)

    issue.refresh_from_db()
    assert issue.submitted_at is None
    assert "Số này chưa có phần nào." in text_of(page)


@pytest.mark.parametrize("step", ["submit", "approve", "return", "correct", "withdraw"])
def test_who_may_only_read_decides_nothing(reader, step):
    issue = make_issue() if step in {"correct", "withdraw"} else make_draft_issue()

    assert reader.get(address("desk", issue)).status_code == 200
    assert reader.post(address(step, issue), {"reason": "Không"}).status_code == 403
    assert person("nguoila", "view_procedure").get(address("desk", issue)).status_code == 403


# Xem trước, đính chính, gỡ


def test_staff_see_page_sheet_and_letter_before_they_are_out(composer, client):
    picture = make.make_picture()
    issue = make_draft_issue(cover=picture, cover_alt="Quầy số 2")

    page = composer.get(address("preview", issue))

    assert "Tháng này có ba việc mới." in text_of(page)
    assert address("preview_pdf", issue) in text_of(page)
    assert picture.admin_url("w640.webp").rpartition("/")[0] in text_of(page)
    assert page["Cache-Control"].startswith("no-store")
    assert b"".join(composer.get(address("preview_pdf", issue))).startswith(b"%PDF")
    assert issue.lead in text_of(composer.get(address("preview_mail", issue)))
    assert issue.lead in text_of(composer.get(address("preview_mail_text", issue)))
    issue.refresh_from_db()
    assert issue.public_from is None
    assert client.get(issue.get_absolute_url()).status_code == 404


def test_an_issue_that_is_out_is_corrected_and_taken_down_but_not_composed(composer, approver):
    issue = make_issue()

    assert composer.get(address("change", issue)).url == address("desk", issue)
    assert composer.post(address("change", issue), {"title": "Khác"}).status_code == 302
    approver.post(address("correct", issue), {"words": "Đúng ra là ngày 31."})
    assert "Đúng ra là ngày 31." in text_of(approver.get(address("desk", issue)))
    approver.post(address("withdraw", issue))

    issue.refresh_from_db()
    assert (issue.title, bool(issue.withdrawn_at)) == ("Khai sinh tại bệnh viện", True)
    told = LogEntry.objects.filter(object_id=str(issue.pk)).order_by("pk")
    assert [row.change_message for row in told] == [
        "Đính chính: Đúng ra là ngày 31.",
        "Gỡ khỏi Cổng.",
    ]


def test_the_list_asks_for_the_same_rows_as_the_work_queues(composer):
    make_issue(number=31)
    waiting = make_draft_issue(number=32, pieces=[own_words()])
    bulletins.submit(waiting, by=None, now=timezone.now() - timedelta(days=3))
    page = composer.get(LIST)

    queue = next(one for one in outreach_queues(page.wsgi_request) if "chờ duyệt" in one.label)

    assert (queue.count, queue.age) == (1, "3 ngày")
    listed = text_of(composer.get(queue.address))
    assert "32/2026" in listed
    assert "31/2026" not in listed


def _seen(client, issue):
    return client.get(address("approve", issue)).context["approval_form"].fields
