"""An issue of the e-bulletin from its composer over another person to mailboxes, paper and the archive, in real browsers."""

import pytest
from django.urls import reverse

from outreach.models import BulletinIssue, Delivery
from portal.management.commands.dev import SAMPLE_PASSWORDS, create_sample_staff
from tests import factories as make
from tests.bulletins import make_subscriber
from tests.jobs import run_jobs
from tests.pdfs import codes_in, text_of

THEME, LEAD = "Khai sinh tại bệnh viện", "Số này nói về giấy khai sinh và một tờ gấp."
READERS = ["ba.ba@example.vn", "anh.tu@example.vn"]


@pytest.fixture
def logged_in(new_page):
    """A function that opens a browser of one of the sample staff."""

    def log_in(username):
        page = new_page()
        page.goto(reverse("admin:index"))
        page.fill("#id_username", username)
        page.fill("#id_password", SAMPLE_PASSWORDS[username])
        page.click("input[type=submit]")
        return page

    return log_in


def choose(page, field, words):
    """As a person finds a row by typing."""
    page.locator(f"#id_{field} + .select2 .select2-search__field").press_sequentially(words)
    page.locator(".select2-results__option", has_text=words).first.click()


def compose(page):
    page.goto(reverse("admin:outreach_bulletinissue_add"))
    page.fill("[name=title]", THEME)
    page.fill("[name=lead]", LEAD)
    page.get_by_role("button", name="Lưu").click()
    page.fill("[name=add_section]", "Việc mới")
    choose(page, "add_articles", "Làm giấy khai sinh")
    choose(page, "add_materials", "Tờ gấp")
    page.select_option("[name=add_code]", "thu-tuc.dang-ap-dung")
    page.fill("[name=add_title]", "Góp ý")
    page.fill("[name=add_text]", "Mời ông/bà góp ý cho số sau.")
    page.get_by_role("button", name="Lưu", exact=True).click()
    # The words of its own come first.
    page.fill("[name=items-3-order]", "0")
    page.get_by_role("button", name="Lưu và gửi duyệt").click()
    page.get_by_role("button", name="Gửi duyệt").click()


def see_all_and_approve(page, issue):
    page.goto(reverse("admin:outreach_bulletinissue_desk", args=[issue.pk]))
    page.get_by_role("link", name="Duyệt").first.click()
    page.wait_for_load_state()
    for box in page.locator(".desk__seen input[type=checkbox]").all():
        box.check()
    page.get_by_role("button", name="Duyệt và ra số này").click()


def mail(page, issue):
    page.goto(reverse("admin:outreach_bulletinissue_mailing", args=[issue.pk]))
    assert LEAD in page.frame_locator("iframe.mailing-letter").locator("body").inner_text()
    page.fill("[name=per_minute]", "600")
    page.check("[name=is_sure]")
    page.get_by_role("button", name="Gửi cho 2 người").click()


def test_an_issue_is_composed_let_out_by_another_mailed_printed_and_kept(
    transactional_db, logged_in, new_page, mail_server
):
    make.make_agency("Ủy ban nhân dân tỉnh Cà Mau", owns_portal=True)
    make.make_complete_procedure()
    make.make_article("Làm giấy khai sinh cho con", lead="Cha mẹ mang giấy chứng sinh.")
    make.make_material("Tờ gấp khai sinh")
    create_sample_staff()
    for reader in READERS:
        make_subscriber(reader)

    editor = logged_in("canbo")
    compose(editor)
    issue = BulletinIssue.objects.get()
    assert issue.is_waiting, editor.inner_text("body")
    editor.goto(reverse("admin:outreach_bulletinissue_approve", args=[issue.pk]))
    assert editor.get_by_role("button", name="Duyệt và ra số này").count() == 0
    see_all_and_approve(logged_in("duyetbai"), issue)
    mail(editor, issue)
    run_jobs()

    assert sorted(got["To"] for got in mail_server.mails) == sorted(READERS)
    assert set(Delivery.objects.values_list("state", flat=True)) == {Delivery.State.SENT}
    letter = mail_server.mails[0]
    html, text = (letter.get_body([kind]).get_content() for kind in ("html", "plain"))
    for words in (THEME, LEAD, "Làm giấy khai sinh cho con", "1 thủ tục"):
        # The edition in letters alone has its headings in capitals.
        for edition in (html, text):
            assert words.lower() in edition.replace("\u00a0", " ").lower()
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    editor.reload()
    assert "2" in editor.locator("#content").inner_text()

    phone = new_page(width=360)
    phone.goto(reverse("outreach:bulletin_list"))
    phone.get_by_role("link", name=THEME).click()
    told = phone.inner_text("main")
    places = [told.index(words) for words in ("Góp ý", "Làm giấy khai sinh cho con", "Tờ gấp")]
    assert places == sorted(places)
    pdf = phone.request.get(reverse("outreach:bulletin_issue_pdf", args=[issue.year, issue.number]))
    printed = text_of(pdf.body())
    assert THEME in printed
    assert "Mời ông/bà góp ý cho số sau." in printed
    assert any(
        code.endswith(issue.get_absolute_url()) or "/q/" in code for code in codes_in(pdf.body())
    )
