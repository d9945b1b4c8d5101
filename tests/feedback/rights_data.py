"""One row of everything that the admin shows, and the tickets whose readers are told apart."""

from datetime import date, timedelta

from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from feedback import handling
from feedback.admin.steps import STEPS
from feedback.models import (
    AnswerTemplate,
    ApologyLetter,
    Erasure,
    FrequentQuestion,
    IntakeSettings,
    PublicDraft,
    RatedPage,
    SurveyAction,
    SurveyConcern,
    SurveyFactor,
    SurveyKiosk,
    SurveyQuestion,
    Ticket,
)
from outreach.admin.comments import DECISIONS
from outreach.models import BroadcastEvidence, ChannelText, Delivery, Mailing
from portal import jobs
from portal.models import OutgoingMail
from procedures.models import Procedure, QrTarget
from tests import bulletins, surveys
from tests import factories as make

# What tells the planted tickets apart, by the letter that they have in rights_finds.txt.
PLANTED = {
    "O": "ordinary, of its agency",
    "T": "of the other agency",
    "C": "complaint",
    "D": "denunciation",
    "A": "of its agency, about the accused",
}
WORDS = {"O": "ongvang", "T": "teptom", "C": "catong", "D": "dodo", "A": "anhvu"}


def make_planted(agencies, by):
    """A ticket of each kind, accepted, with a file, a request about data and a sender."""
    its_agency, another = agencies
    planted = {}
    for letter, word in WORDS.items():
        kind = {"C": "complaint", "D": "denunciation"}.get(letter, "reflection")
        ticket = make.make_ticket(
            declared_kind=kind, subject=f"Việc {word}", body=f"Chuyện của {word}."
        )
        handling.classify_ticket(ticket=ticket, by=by, kind=kind)
        if kind == "complaint":
            # Of no agency's list, even where it was entered by that agency.
            Ticket.objects.filter(pk=ticket.pk).update(handling_agency=its_agency)
        else:
            agency = another if letter == "T" else its_agency
            handling.transfer_ticket(
                ticket=ticket, by=by, agency=agency, note="Đúng việc.", internal_note="Chuyển."
            )
        make.attach_file(ticket)
        make.make_data_request(ticket)
        planted[letter] = Ticket.everything.get(pk=ticket.pk)
    return planted


def make_rows(planted, agencies, by):
    """At least one row of each model of the admin."""
    procedure = make.make_complete_procedure()
    make.make_qr_target(procedure)
    make.make_source(procedure)
    make.make_decision()
    make.make_legal_document()
    make.make_service_point()
    make.make_group()
    make.make_audience()
    make.make_synonym()
    make.make_chapter(translations=[make.make_translation(procedure)])
    make.make_term("hộ tịch", "civil status")
    make.make_calendar_exception("2026-01-01")
    article = make.make_article()
    make.make_comment(article.article)
    make.make_draft(article=article.article, by=by)
    make.make_tag()
    make.make_picture()
    make.make_library_file()
    make.make_collection()
    make.make_material()
    make.make_reading_point()
    make.make_notice()
    make.make_information_page()
    make.make_legal_route()
    IntakeSettings.objects.get_or_create(pk=1)
    AnswerTemplate.objects.create(title="Mẫu", body="Kính gửi ông/bà.")
    FrequentQuestion.objects.create(agency=agencies[0])
    OutgoingMail.objects.get_or_create(
        key="thu-thu", defaults={"subject": "Thư", "body": "Thư.", "to": "thu@example.vn"}
    )
    jobs.defer("portal.tasks.send_mail", mail_id=1)
    _make_survey_rows(by)
    _make_bulletin_rows()
    now = timezone.now()
    # Of their own agency, and yet not for the accused.
    ordinary = planted["A"]
    words = {"subject": "Việc", "body": "Chuyện.", "answer": "Rồi."}
    ordinary.public_drafts.create(written_by=by, **words)
    for letter in "OTA":
        ticket = planted[letter]
        ApologyLetter.objects.create(
            ticket=ticket,
            number=1,
            promised_on=now.date(),
            reason="Chậm.",
            new_due_on=now.date() + timedelta(days=7),
            agency=agencies[0],
            signer="Trần Văn Ký",
            written_by=by,
        )
        Erasure.objects.create(
            ticket=ticket, ended_at=now, term="24 tháng", fields_count=1, files_count=1
        )
    rows = {model: model._base_manager.order_by("pk").first() for model in admin.site._registry}
    by_name = {f"{m._meta.app_label}/{m._meta.model_name}/": row for m, row in rows.items()}
    by_name["feedback/ticket/"] = ordinary
    by_name["feedback/denunciation/"] = planted["D"]
    by_name["feedback/datasubjectrequest/"] = ordinary.data_requests.get()
    by_name["feedback/erasure/"] = ordinary.erasures.get()
    by_name["auth/user/"] = by
    by_name["auth/group/"] = Group.objects.order_by("pk").first()
    missing = [name for name, row in by_name.items() if row is None]
    assert not missing, f"make_rows makes no row of {missing}"
    return by_name


def _make_survey_rows(by):
    """A survey whose first version is a draft still, with all that the desk keeps of one."""
    survey = surveys.make_draft_survey()
    point, month = make.make_service_point(), date(2026, 9, 1)
    SurveyKiosk.objects.create(
        survey=survey, service_point=point, name="Máy", token="khong-ai-biet"
    )
    concern = SurveyConcern.objects.create(
        survey=survey,
        service_point=point,
        kind=SurveyConcern.Kind.FALLING,
        month=month,
        month_before=month,
        part=30,
        base=60,
        part_before=55,
        base_before=60,
    )
    SurveyAction.objects.create(
        survey=survey, concern=concern, body="Thêm quầy.", done_on=month, written_by=by
    )
    QrTarget.objects.create(path=survey.get_absolute_url())
    RatedPage.objects.create(kind=RatedPage.Kind.PROCEDURE, key="1.001193", title="Khai sinh")


def _make_bulletin_rows():
    """An issue that is being mailed, with a mail of which nobody knows whether it went; and what was aired."""
    issue = bulletins.make_issue()
    mailing = Mailing.objects.create(issue=issue, subject="Bản tin", html="<p>", text="Bản tin")
    Delivery.objects.create(
        mailing=mailing,
        address_hash="khong-ai",
        subscriber=bulletins.make_subscriber(),
        state=Delivery.State.HANDED_OVER,
        handed_over_at=timezone.now(),
    )
    ChannelText.objects.create(issue=issue, channel="zalo", body="Lời.", source_digest="cu")
    bulletins.make_evidence(bulletins.make_broadcast())


# One line of the table for each.
CHOICES = {
    "feedback/ticket/<int:pk>/buoc/<slug:step>/": [*STEPS],
    "feedback/denunciation/<int:pk>/buoc/<slug:step>/": [*STEPS],
    "outreach/comment/<int:pk>/quyet-dinh/<slug:decision>/": [*DECISIONS],
}


def fill_route(route, choice, rows):
    """An address in which each argument names a row that is there."""
    model = next((name for name in rows if route.startswith(name)), None)
    row = rows.get(model)
    key = getattr(row, "key", "") if row else ""
    values = {
        "<path:object_id>": row.pk if row else "",
        "<id>": row.pk if row else "",
        "<int:pk>": row.pk if row else "",
        "<slug:step>": choice,
        "<slug:decision>": choice,
        "<int:number>": 1,
        "<int:link>": 1,
        "<str:token>": QrTarget.objects.exclude(path="").values_list("token", flat=True).first(),
        "<int:draft>": PublicDraft.objects.order_by("pk").values_list("pk", flat=True).first(),
        "<int:year>": date.today().year,
        "<int:month>": 1,
        "<slug:key>": "khong-co",
        "<key>": key,
        "<str:rendition>": "w640.webp",
        "<rendition>": "w640.webp",
        "<path:content_type_id>": ContentType.objects.get_for_model(Procedure).pk,
    }
    values["<slug:slug>"], values["<slug:kind>"] = "loa", "tin-bai"
    values["<int:delivery>"] = Delivery.objects.values_list("pk", flat=True).first()
    if "/minh-chung/" in route:
        values["<int:pk>"] = BroadcastEvidence.objects.values_list("pk", flat=True).first()
    of_survey = SurveyFactor if "/phan/" in route else SurveyQuestion
    values["<int:row>"] = of_survey.objects.order_by("pk").values_list("pk", flat=True).first()
    if route.startswith("r/"):
        values["<path:object_id>"] = rows["procedures/procedure/"].pk
    if route.startswith("^(?P<app_label>"):
        return "feedback/"
    if route.startswith("(?P<url>"):
        return "khong-co-trang-nay/"
    for argument, value in values.items():
        route = route.replace(argument, str(value))
    assert "<" not in route, f"give the arguments of {route} a value in rights_data.py"
    return route
