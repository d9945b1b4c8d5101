"""The staff side in a real Chromium: axe in both themes and widths, the content policy, width, words."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import apology, handling, publication, retention, sender_steps
from feedback.models import AnswerTemplate, RatedPage, SurveyConcern, TicketSender
from feedback.surveys import passes
from feedback.surveys.versions import draft_version
from outreach import bulletins, previews, publishing
from outreach.mailing.sending import begin
from outreach.models import Article, ChannelText, Delivery, Figure, Mailing
from portal.models import FormDraft
from portal.outbox import promise_mail
from procedures.models import Procedure, QrTarget
from tests import axe, published, surveys
from tests import factories as make
from tests.bulletins import (
    make_broadcast,
    make_draft_issue,
    make_evidence,
    make_figure,
    make_issue,
    make_subscriber,
)
from tests.traffic import Traffic

# The theme bears on nothing else.
RULES_OF_COLOUR = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
EXCESS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# The last is the one in which words are read and targets measured.
LOOKS = [(768, "light"), (768, "dark"), (1280, "dark"), (1280, "light")]
PASSWORD = "mat-khau-dai-12"
# Targets of actions: what is typed or pressed to get the work done.
SMALL_TARGETS = """least => [...document.querySelectorAll("main input[type=submit], main .button, main .submit-row a")]
    .filter(e => e.offsetParent)
    .map(e => [e.value || e.textContent, Math.round(e.getBoundingClientRect().height)])
    .filter(([, height]) => height < least)"""
# Words of Django's English interface that would stand out in a Vietnamese one.
ENGLISH = re.compile(
    r"\b(the|of|and|this|your|you|please|select|selected|add|added|change|changed|delete|deleted|save|search|"
    r"filter|home|log|view|history|action|password|username|date|time|today|now|choose|toggle|skip|sidebar|"
    r"error|entry|entries|name|none|close|remove|show|hide|counts)\b",
    re.IGNORECASE,
)
# The names of permissions are rows that Django wrote, in English.
FORGET_PERMISSIONS = (
    "() => document.querySelectorAll('.selector option').forEach(option => option.remove())"
)
WORDS = """() => [document.title, document.body.innerText,
    ...[...document.querySelectorAll("[aria-label], [title], [alt], [placeholder]")].flatMap(
        e => ["aria-label", "title", "alt", "placeholder"].map(name => e.getAttribute(name) || "")),
    ...[...document.querySelectorAll(".visually-hidden")].map(e => e.textContent),
].join("\\n")"""


@pytest.fixture
def content(transactional_db):
    """Enough rows that every list, every part of a form and every state has something to show."""
    make.make_agency(
        "Ủy ban nhân dân tỉnh Cà Mau", owns_portal=True, admin_unit=make.make_admin_unit()
    )
    public = make.make_complete_procedure(name="Thủ tục đăng ký khai sinh")
    make.make_legal_basis(public, make.make_legal_document(expired_on="2020-01-01"))
    make.make_result(public, name="Giấy khai sinh")
    make.make_complete_procedure(status="review")
    make.make_complete_procedure(status="draft")
    make.make_group("Sinh con", icon="baby")
    make.make_opening_hours(make.make_service_point())
    make.make_decision()
    make_edited_article()
    make.make_calendar_exception("2027-02-05", note="Tết Nguyên đán", is_confirmed=False)
    make.make_calendar_exception("2027-02-13", kind="makeup_workday")
    promise_mail(key="mau:1", to="mau@example.vn", subject="Phản ánh đã được nhận", body="…")
    return public


def make_edited_article():
    """Public, with an edit that waits for approval, doubtful words in it and a private link to it."""
    live = make.make_article("Nộp hồ sơ tại nhà", body="<p>Phí là 8.000 đồng.</p>")
    edited = make.make_draft(
        "Nộp hồ sơ tại nhà",
        article=live.article,
        body="<p>Phí là 5.000 đồng, mức độ 3.</p>",
        publish_at=timezone.now() + timedelta(hours=1),
    )
    publishing.submit(edited, by=None)
    previews.create_link(live.article, by=None, days=1)


def named(name, *args):
    return reverse(f"admin:{name}", args=args)


def login(page):
    page.goto(named("login"))


def home(page):
    page.goto(named("index"))


def procedure_list(page):
    page.goto(named("procedures_procedure_changelist"))


def nothing_found(page):
    page.goto(named("procedures_procedure_changelist") + "?q=xổ+số&status__exact=draft")


def procedure_change(page):
    public = Procedure.objects.get(name="Thủ tục đăng ký khai sinh")
    page.goto(named("procedures_procedure_change", public.pk))


def procedure_add_with_errors(page):
    page.goto(named("procedures_procedure_add"))
    page.click("input[name=_save] >> nth=0")
    page.wait_for_selector(".errornote")


def procedure_with_new_rows(page):
    procedure_change(page)
    for group in ["#steps-group", "#methods-group", "#legal_bases-group"]:
        page.click(f"{group} .add-row a")


def agency_list(page):
    page.goto(named("procedures_agency_changelist"))


def group_list(page):
    """A list whose cells are edited in place."""
    page.goto(named("procedures_sectorgroup_changelist"))


def service_point_change(page):
    page.goto(named("procedures_servicepoint_changelist"))
    page.click("#result_list tbody th a")


def decision_add(page):
    page.goto(named("procedures_publicationdecision_add"))


def calendar(page):
    decision_add(page)
    page.click(".date-icon >> nth=0")


def choice_open(page):
    procedure_change(page)
    page.click(".field-sector .select2-selection")


def delete_confirmation(page):
    draft = Procedure.objects.get(status="draft")
    page.goto(named("procedures_procedure_delete", draft.pk))


def procedure_history(page):
    review = Procedure.objects.get(status="review")
    page.goto(named("procedures_procedure_change", review.pk))
    page.click("input[name=_save] >> nth=0")
    page.goto(named("procedures_procedure_history", review.pk))


def of_article(name, *args):
    return named(f"outreach_article_{name}", Article.objects.get().pk, *args)


def article_change(page):
    """With an earlier draft of the form, which is offered."""
    form = f"outreach.article:{Article.objects.get().pk}"
    FormDraft.objects.create(user=User.objects.get(), form=form, fields={"title": ["Tên khác"]})
    page.goto(of_article("change"))


def article_desk(page):
    page.goto(of_article("desk"))


def article_approve(page):
    page.goto(of_article("approve", 2))


def article_channels(page):
    """With old words, a number that the article does not have and a short form that nobody knows."""
    ChannelText.objects.create(
        article=Article.objects.get(),
        channel=ChannelText.Channel.LOUDSPEAKER,
        title="Nộp hồ sơ",
        body="Chín trăm năm mươi hồ sơ của QXZ.",
        source_digest="khác",
        edited_by=User.objects.get(),
    )
    page.goto(of_article("channels"))


def article_calendar(page):
    page.goto(named("outreach_article_calendar"))


def background_jobs(page):
    page.goto(named("portal_backgroundjob_changelist"))


def outgoing_mails(page):
    page.goto(named("portal_outgoingmail_changelist"))


def subscribers(page):
    make_subscriber()
    page.goto(named("portal_subscriber_changelist"))


def subscriber_summary(page):
    make_subscriber()
    page.goto(named("portal_subscriber_summary"))


def holidays_of_a_year(page):
    page.goto(named("procedures_calendarexception_year", 2027))


def holidays_proposed(page):
    page.goto(named("procedures_calendarexception_proposals", 2028))
    page.click("button.button--main")


def holidays_imported(page):
    """From a file with a line that is right and one that is not."""
    page.goto(named("procedures_calendarexception_import"))
    file = "Ngày,Loại,Dịp gì\n02/09/2028,Nghỉ lễ,Quốc khánh\n31/02/2028,Nghỉ lễ,\n"
    page.set_input_files(
        "#id_file", {"name": "lich.csv", "mimeType": "text/csv", "buffer": file.encode()}
    )
    page.click("button.button--main")


def own_terms(page):
    page.goto(named("procedures_termrule_changelist"))


def make_repeated_broadcast():
    """In a column, with evidence, told twice."""
    first = make_broadcast()
    first.station.columns.create(name="Một cửa gần dân", schedule="5 giờ 30 thứ Hai")
    make_evidence(first)
    make_broadcast("Phát lại", station=first.station, repeat_of=first, aired_on="2026-03-03")
    return first


def broadcast_list(page):
    make_repeated_broadcast()
    page.goto(named("outreach_broadcastitem_changelist"))


def broadcast_with_errors(page):
    page.goto(named("outreach_broadcastitem_change", make_repeated_broadcast().pk))
    page.fill("#id_duration", "lâu lắm")
    page.click("text=Lưu và lấy lời phát")
    page.wait_for_selector(".errornote")


def broadcast_repeat_with_errors(page):
    page.goto(named("outreach_broadcastitem_repeat", make_repeated_broadcast().pk))
    page.fill("#id_moments", "hôm qua")
    page.click("button.button--main")
    page.wait_for_selector(".errorlist")


def ticket_list(page):
    make_ticket_on_the_desk()
    page.goto(named("feedback_ticket_changelist"))


def ticket(page):
    """With all that a ticket may have, each step opened."""
    page.goto(named("feedback_ticket_change", make_ticket_on_the_desk().pk))
    page.evaluate("() => document.querySelectorAll('details').forEach(part => part.open = true)")


def ticket_statistics(page):
    make_ticket_on_the_desk()
    page.goto(named("feedback_ticket_statistics"))


def ticket_entry_with_errors(page):
    make.make_legal_route()
    page.goto(named("feedback_ticket_enter"))
    page.fill("#id_received_on", "01/01/2020")
    page.click("button.button--main")
    page.wait_for_selector(".errornote")


def ticket_entered(page):
    """With the two codes to be handed over."""
    page.goto(named("feedback_ticket_enter"))
    page.select_option("#id_channel", "hotline")
    page.check("input[name=declared_kind][value=praise]")
    page.check("input[name=naming][value=anonymous]")
    page.fill("#id_subject", "Cảm ơn quầy số 2")
    page.fill("#id_body", "Cán bộ hướng dẫn mẹ tôi rất tận tình.")
    page.click("button.button--main")
    page.wait_for_selector(".handed-over")


def register_book(page):
    make_ticket_on_the_desk()
    page.goto(named("feedback_ticket_register"))


def ticket_sender(page):
    page.goto(named("feedback_ticket_change", make_ticket_on_the_desk().pk))
    page.click("text=Xem người gửi")


def data_request(page):
    """With all that may be done about one, each part opened."""
    ticket = make_ticket_on_the_desk()
    TicketSender.objects.filter(ticket=ticket).update(restricted_at=timezone.now())
    asked = make.make_data_request(ticket, kind="delete", details="Xóa tên tôi.")
    page.goto(named("feedback_datasubjectrequest_change", asked.pk))
    page.evaluate("() => document.querySelectorAll('details').forEach(part => part.open = true)")


def erasures(page):
    """The log of a ticket of three years ago."""
    long_ago = timezone.now() - timedelta(days=1100)
    sender_steps.withdraw(ticket=make.make_ticket(now=long_ago), now=long_ago)
    retention.erase_expired()
    page.goto(named("feedback_erasure_changelist"))


def rated_pages(page):
    rated = RatedPage.objects.create(kind="procedure", key="1.001193", title="Khai sinh")
    rated.ratings.create(day=timezone.localdate(), useful=9, not_useful=40)
    page.goto(named("feedback_ratedpage_changelist") + "?viec=xem-lai")


def survey_concern(page):
    concern = SurveyConcern.objects.create(
        survey=surveys.make_survey(),
        service_point=make.make_service_point(),
        kind="falling",
        month="2026-10-01",
        month_before="2026-09-01",
        part=60,
        base=100,
        part_before=90,
        base_before=100,
    )
    page.goto(named("feedback_surveyconcern_change", concern.pk))
    page.evaluate("() => document.querySelectorAll('details').forEach(part => part.open = true)")


def survey_results(page):
    survey = surveys.make_survey()
    points = [make.make_service_point(f"Trung tâm số {number}") for number in range(3)]
    sheets = [
        {"service_point": points[number % 3], "given": {"chung": 5 - number % 3}}
        for number in range(120)
    ]
    surveys.answer_many(survey, sheets)
    page.goto(named("feedback_survey_results", survey.pk) + "?theo=noi")
    page.evaluate("() => document.querySelectorAll('details').forEach(part => part.open = true)")


def survey_texts(page):
    """One of them with what may tell who somebody is."""
    survey = surveys.make_survey()
    for text in ("Chờ lâu quá.", "Gọi số 0912.345.678 không ai nghe."):
        surveys.answer(survey, given={"gop-y": text})
    page.goto(named("feedback_survey_texts_waiting"))
    page.click(f"text={survey.title}")


def ticket_publication(page):
    """Public, with a correction that waits, all of it with marks."""
    page.goto(named("feedback_ticket_publication", make_corrected_ticket().pk))
    page.evaluate("() => document.querySelectorAll('details').forEach(part => part.open = true)")


def ticket_publication_refused(page):
    """What the writer typed still tells who somebody is."""
    ticket = make_corrected_ticket()
    page.goto(named("feedback_ticket_publication", ticket.pk))
    page.click("text=Thay bản đang chờ duyệt")
    page.fill("#id_public_body", "Gọi số 0912.345.678 gặp ông Trần Văn Bé.")
    page.click("text=Gửi duyệt")
    page.wait_for_selector("#id_public_is_seen")


def make_corrected_ticket():
    body = "Tôi ở số nhà 12, ấp 3, số 0912.345.678. Ông Trần Văn Bé hẹn rồi không tiếp."
    item = published.publish(published.answer(make.make_ticket(body=body), make.make_staff("viet")))
    words = published.PUBLIC_WORDS | {"body": "Gọi số 0912.345.678 không được."}
    publication.propose(item=item, by=User.objects.get(username="viet"), **words)
    return item


def question_list(page):
    published.make_question()
    page.goto(named("feedback_frequentquestion_changelist"))


def question_publication(page):
    page.goto(named("feedback_frequentquestion_publication", published.make_question().pk))
    page.evaluate("() => document.querySelectorAll('details').forEach(part => part.open = true)")


def make_ticket_on_the_desk():
    """Late, with a file, a transfer, a question and its answer."""
    by = make.make_staff("tiepnhan")
    sent_at = timezone.now() - timedelta(days=30)
    ticket = make.make_ticket(now=sent_at, consents=[make.make_consent_text("mail")])
    make.attach_file(ticket)
    handling.classify_ticket(ticket=ticket, by=by, kind="reflection", note="Đã nhận.")
    handling.start_ticket(ticket=ticket, by=by)
    AnswerTemplate.objects.create(title="Mẫu chung", body="Kính gửi ông/bà, [nội dung].")
    letter = {"reason": "Thiếu người.", "signer": "Lê Văn Ký, Giám đốc"}
    day = apology.usual_new_day()
    apology.apologise(ticket=ticket, by=by, new_due_on=day, **letter)
    handling.ask_sender(ticket=ticket, by=by, body="Chờ ở quầy nào?")
    ticket.messages.create(by="sender", body="Quầy số 2.")
    return ticket


def make_survey_with_draft():
    """Opened, with a draft over it in which something is wrong and something differs."""
    survey = surveys.make_survey(
        {
            "code": "cach",
            "text": "Nộp cách nào?",
            "kind": "single",
            "choices": ["Tại quầy", "Bưu chính"],
        },
        {"code": "cho", "text": "Thời gian chờ", "shown_if": "cach", "shown_if_values": [1]},
    )
    draft = draft_version(survey)
    draft.questions.filter(code="cho").update(text="Thời gian chờ đến lượt")
    draft.factors.create(order=9, title="Phần trống")
    return survey


def survey_kiosks(page):
    """One in use with its code shown, one switched off, and a form with errors."""
    survey = surveys.make_survey()
    point = make.make_service_point()
    for name, is_active in (("Máy 1", True), ("Máy 2", False)):
        survey.kiosks.create(service_point=point, name=name, token=name[-1], is_active=is_active)
    page.goto(named("feedback_survey_kiosks", survey.pk))
    page.click("text=Thêm máy >> nth=-1")
    page.evaluate("() => document.querySelectorAll('details').forEach(part => part.open = true)")


def survey_ready_ones(page):
    page.goto(named("feedback_survey_add"))


def survey(page):
    page.goto(named("feedback_survey_change", make_survey_with_draft().pk))
    page.evaluate("() => document.querySelectorAll('details').forEach(part => part.open = true)")


def survey_questions(page):
    page.goto(named("feedback_survey_questions", make_survey_with_draft().pk, 2))


def survey_question_with_errors(page):
    made = make_survey_with_draft()
    row = made.versions.get(number=2).questions.get(code="cho")
    page.goto(named("feedback_survey_question", made.pk, row.pk))
    page.fill("#id_text", "")
    page.fill("#id_lua-chon-0-text", "Một mình")
    page.click("button.button--main")
    page.wait_for_selector(".errornote")


def survey_preview(page):
    page.goto(named("feedback_survey_preview", make_survey_with_draft().pk, 2))


def survey_populations_with_errors(page):
    page.goto(named("feedback_survey_populations", make_survey_with_draft().pk))
    page.fill("#id_form-0-size", "nhiều")
    page.click("button.button--main")
    page.wait_for_selector(".errornote")


def survey_passes(page):
    """With a batch that is told of and one that is too small."""
    survey = surveys.make_survey(access="both")
    for count in (30, 3):
        passes.issue(survey, count, batch=f"Đợt {count} phiếu")
    page.goto(named("feedback_survey_passes", survey.pk))
    page.evaluate("() => document.querySelectorAll('details').forEach(part => part.open = true)")


def survey_codes(page):
    survey = surveys.make_survey()
    QrTarget.objects.get_or_make(survey.get_absolute_url(), make.make_service_point())
    page.goto(named("feedback_survey_codes", survey.pk))
    page.evaluate("() => document.querySelectorAll('details').forEach(part => part.open = true)")


def survey_plan(page):
    """With its sample size, and with what could not be read of a pasted table."""
    page.goto(named("feedback_survey_plan", surveys.make_survey().pk) + "?population=9000&error=5")
    page.fill("#id_pasted", "Không đâu\tnhiều")
    page.click("text=Lưu và chia theo số người")
    page.wait_for_selector(".errornote")


def survey_plan_print(page):
    survey = surveys.make_survey()
    unit = make.make_admin_unit("Năm Căn")
    survey.plans.create(admin_unit=unit, population=900, wanted=40)
    page.goto(named("feedback_survey_plan_print", survey.pk))


def survey_entry_list(page):
    for fields in ({}, {"closed_at": timezone.now()}):
        surveys.make_survey(**fields)
    page.goto(named("feedback_survey_entry_list"))


def survey_entry_on_paper_with_errors(page):
    survey = surveys.make_survey(*surveys.ALL_KINDS, asks_about_you=True)
    page.goto(named("feedback_survey_entry", survey.pk))
    page.fill("#q-cho-doi", "7")
    page.click("text=Lưu phiếu")
    page.wait_for_selector(".errornote")


def survey_entry_assisted_with_errors(page):
    survey = surveys.make_survey(*surveys.ALL_KINDS, asks_about_you=True)
    page.goto(named("feedback_survey_entry", survey.pk) + "?channel=assisted")
    page.click("text=Lưu phiếu")
    page.wait_for_selector(".error-summary")


def survey_export_with_errors(page):
    page.goto(named("feedback_survey_export", surveys.make_survey(*surveys.ALL_KINDS).pk))
    page.click("text=Xuất và ghi nhật ký")
    page.wait_for_selector(".errornote")


def survey_codebook(page):
    page.goto(named("feedback_survey_codebook", surveys.make_survey().pk))


def password_change(page):
    page.goto(named("password_change"))


def user_change(page):
    page.goto(named("auth_user_change", User.objects.get().pk))


def locked_out(page):
    for _ in range(5):
        page.goto(named("login"))
        page.fill("#id_username", "khongco")
        page.fill("#id_password", "sai")
        page.click("input[type=submit]")
    page.wait_for_selector("text=Tạm khóa đăng nhập")


def of_issue(name, issue):
    return named(f"outreach_bulletinissue_{name}", issue.pk)


def issue_composing(page):
    """With a source that says something else by now, and all the ways to add pieces."""
    issue = make_draft_issue()
    figure = issue.items.get(kind="figure").figure
    fresh = make_figure(part=1486)
    Figure.objects.filter(pk=figure.pk).update(replaced_by=fresh)
    page.goto(of_issue("change", issue))
    page.evaluate("() => document.querySelectorAll('details').forEach(part => part.open = true)")


def issue_desk(page):
    page.goto(of_issue("desk", make_issue()))


def issue_approval(page):
    """With a warning to be seen."""
    issue = make_draft_issue(number=90)
    bulletins.submit(issue, by=None)
    page.goto(of_issue("approve", issue))


def issue_mailing_with_errors(page):
    make_subscriber()
    page.goto(of_issue("mailing", make_issue()))
    page.fill("#id_addresses", "khong-phai-thu")
    page.click("button:text-is('Gửi thử')")
    page.wait_for_selector(".errornote")


def issue_mailing_paused(page):
    """With a mail that nobody knows of, and one that was refused."""
    for _reader in range(3):
        make_subscriber()
    mailing = begin(make_issue(), by=None, per_minute=60)
    long_ago = timezone.now() - timedelta(days=1)
    uncertain, refused, _waiting = mailing.deliveries.all()
    mailing.deliveries.filter(pk=uncertain.pk).update(
        state=Delivery.State.HANDED_OVER, handed_over_at=long_ago
    )
    mailing.deliveries.filter(pk=refused.pk).update(state=Delivery.State.REFUSED, error="550 5.1.1")
    Mailing.objects.update(paused_at=timezone.now(), pause_reason="554 5.7.1")
    page.goto(of_issue("mailing", mailing.issue))


def figure_list(page):
    make_figure()
    page.goto(named("outreach_figure_changelist"))


def figure_correction_with_errors(page):
    page.goto(named("outreach_figure_correct", make_figure().pk))
    page.click(".submit-row input")
    page.wait_for_selector(".errornote")


WITHOUT_LOGIN = [login, locked_out]
PAGES = [
    home,
    procedure_list,
    nothing_found,
    procedure_change,
    procedure_add_with_errors,
    procedure_with_new_rows,
    agency_list,
    group_list,
    service_point_change,
    decision_add,
    calendar,
    choice_open,
    delete_confirmation,
    procedure_history,
    article_change,
    article_desk,
    article_approve,
    article_channels,
    article_calendar,
    issue_composing,
    issue_desk,
    issue_approval,
    issue_mailing_with_errors,
    issue_mailing_paused,
    figure_list,
    figure_correction_with_errors,
    broadcast_list,
    broadcast_with_errors,
    broadcast_repeat_with_errors,
    ticket_list,
    ticket,
    ticket_entry_with_errors,
    ticket_entered,
    register_book,
    ticket_sender,
    ticket_publication,
    ticket_publication_refused,
    question_list,
    question_publication,
    ticket_statistics,
    data_request,
    erasures,
    survey_kiosks,
    survey_ready_ones,
    survey,
    survey_questions,
    survey_question_with_errors,
    survey_preview,
    survey_populations_with_errors,
    rated_pages,
    survey_concern,
    survey_results,
    survey_texts,
    background_jobs,
    outgoing_mails,
    subscribers,
    subscriber_summary,
    holidays_of_a_year,
    holidays_proposed,
    holidays_imported,
    own_terms,
    survey_passes,
    survey_codes,
    survey_plan,
    survey_plan_print,
    survey_entry_list,
    survey_entry_on_paper_with_errors,
    survey_entry_assisted_with_errors,
    survey_export_with_errors,
    survey_codebook,
    password_change,
    user_change,
    *WITHOUT_LOGIN,
]
pages = pytest.mark.parametrize("visit", PAGES, ids=lambda visit: visit.__name__)


def log_in(page, live_server):
    client = Client()
    client.force_login(User.objects.create_superuser("quantri", password=PASSWORD))
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
    page.context.add_cookies([cookie])


@pages
def test_a_page_is_for_everybody_in_both_looks_in_vietnamese_and_without_complaints(
    new_page, live_server, content, visit
):
    """Axe at both widths in both themes, the browser's complaints, the words, the size of targets."""
    page = new_page()
    complaints = []
    page.on("console", lambda m: m.type in {"error", "warning"} and complaints.append(m.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    traffic = Traffic(page)
    if visit not in WITHOUT_LOGIN:
        log_in(page, live_server)

    visit(page)
    traffic.wait_for_the_last()

    # The pages that refuse a login or a form say so in their status, too.
    faults = [text for text in complaints if not re.search("422|429", text)]
    for width, theme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        rules = axe.EVERY_RULE if theme == "light" else RULES_OF_COLOUR
        faults += [f"{width} {theme} {fault}" for fault in axe.faults(page, rules)]
        if excess := page.evaluate(EXCESS):
            faults.append(f"{width} {theme} the page is {excess} px too wide")
    page.evaluate(FORGET_PERMISSIONS)
    faults += ENGLISH.findall(page.evaluate(WORDS))
    faults += page.evaluate(SMALL_TARGETS, 44)

    assert faults == []


def test_the_theme_button_goes_through_both_themes_and_is_remembered(
    new_page, live_server, content
):
    page = new_page(theme="light")
    ground = "() => getComputedStyle(document.body).backgroundColor"
    log_in(page, live_server)
    home(page)
    light = page.evaluate(ground)

    page.click(".theme-toggle")
    dark = page.evaluate(ground)
    page.reload()

    assert light == "rgb(255, 255, 255)"
    assert dark != light
    assert page.evaluate(ground) == dark


def test_a_choice_is_read_with_its_name_and_its_value(new_page, live_server, content):
    page = new_page()
    log_in(page, live_server)

    procedure_change(page)

    field = page.get_by_role("combobox", name=re.compile("^Lĩnh vực"))
    assert field.count() == 1
    assert content.sector.name in field.inner_text()


def test_the_focus_is_seen_on_the_way_through_a_form(new_page, live_server, content):
    page = new_page()
    log_in(page, live_server)
    decision_add(page)
    hidden = []
    for _ in range(25):
        page.keyboard.press("Tab")
        hidden += page.evaluate(
            """() => {
                const style = getComputedStyle(document.activeElement);
                const seen = document.activeElement === document.body
                    || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
                return seen ? [] : [document.activeElement.outerHTML.slice(0, 120)];
            }"""
        )

    assert hidden == []
