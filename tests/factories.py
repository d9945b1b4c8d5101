"""The smallest valid object of each kind; a test states only the fields it is about."""

from datetime import time, timedelta
from io import BytesIO
from itertools import count
from secrets import token_urlsafe

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from feedback.intake import submit_ticket
from feedback.models import Assignment, ConsentText, LedgerDay, LegalRoute, TicketAttachment
from outreach import publishing
from outreach.models import (
    Article,
    ArticleVersion,
    Category,
    Comment,
    InformationPage,
    InformationSection,
    LibraryFile,
    Material,
    MaterialCollection,
    MaterialVersion,
    Notice,
    Picture,
    ReadingPoint,
    ReadingPointHolding,
    Tag,
)
from portal.text import slugify
from procedures.deadlines import deadline
from procedures.models import (
    AdminUnit,
    Agency,
    Audience,
    CalendarException,
    DossierCase,
    Fee,
    HandbookChapter,
    HandbookEntry,
    LegalBasis,
    LegalDocument,
    LegalDocumentFile,
    OpeningHours,
    Procedure,
    ProcedureAgency,
    ProcedureResult,
    ProcedureSource,
    ProcedureStep,
    ProcedureTranslation,
    PublicationDecision,
    QrTarget,
    RequiredDocument,
    Sector,
    SectorGroup,
    ServicePoint,
    SubmissionMethod,
    Synonym,
    TermRule,
    TermTranslation,
    TranslatedText,
)

_numbers = count(1)


def make_admin_unit(name="Tân Thuận", **fields):
    number = next(_numbers)
    return AdminUnit.objects.create(
        **{"code": f"9{number:05}", "name": name, "kind": "commune"} | fields
    )


def make_agency(name=None, **fields):
    name = name or f"Sở Thử nghiệm {next(_numbers)}"
    return Agency.objects.create(**{"name": name, "slug": slugify(name, max_length=110)} | fields)


def make_sector(name=None, **fields):
    name = name or f"Lĩnh vực {next(_numbers)}"
    return Sector.objects.create(**{"name": name, "slug": slugify(name, max_length=110)} | fields)


def make_group(name=None, *, sectors=(), procedures=(), **fields):
    name = name or f"Nhóm {next(_numbers)}"
    group = SectorGroup.objects.create(**{"name": name, "slug": slugify(name)} | fields)
    group.sectors.set(sectors)
    group.procedures.set(procedures)
    return group


def make_audience(name=None, **fields):
    name = name or f"Đối tượng {next(_numbers)}"
    return Audience.objects.create(**{"name": name, "slug": slugify(name)} | fields)


def make_procedure(*, audiences=(), **fields):
    """A published procedure with a name and a code; its parts are made apart."""
    number = next(_numbers)
    defaults = {
        "code": f"9.{number:06}",
        "name": f"Thủ tục thử nghiệm {number}",
        "levels": ["commune"],
        "status": Procedure.Status.PUBLISHED,
    }
    procedure = Procedure.objects.create(**defaults | fields)
    procedure.audiences.set(audiences)
    return procedure


def make_complete_procedure(**fields):
    """A procedure with every compulsory part, so that it may be published."""
    sector = fields.pop("sector", None) or make_sector()
    procedure = make_procedure(
        **{"sector": sector, "sets_required": 1, "audiences": [make_audience()]} | fields
    )
    make_step(procedure)
    make_method(procedure, duration_value=3, duration_unit="working_day")
    make_document(make_case(procedure))
    make_agency_role(procedure)
    return procedure


def make_step(procedure, **fields):
    return ProcedureStep.objects.create(
        **{"procedure": procedure, "title": "Bước 1", "body": "Nộp hồ sơ."} | fields
    )


def make_method(procedure, **fields):
    return SubmissionMethod.objects.create(**{"procedure": procedure, "kind": "direct"} | fields)


def make_fee(method, **fields):
    return Fee.objects.create(**{"method": method, "kind": "levy", "amount": 50_000} | fields)


def make_case(procedure, **fields):
    return DossierCase.objects.create(**{"procedure": procedure} | fields)


def make_document(case, **fields):
    return RequiredDocument.objects.create(
        **{"case": case, "name": "Tờ khai", "original_qty": 1} | fields
    )


def make_result(procedure, **fields):
    return ProcedureResult.objects.create(
        **{"procedure": procedure, "name": "Giấy khai sinh"} | fields
    )


def make_agency_role(procedure, agency=None, **fields):
    return ProcedureAgency.objects.create(
        **{"procedure": procedure, "agency": agency or make_agency(), "role": "executing"} | fields
    )


def make_legal_document(number=None, **fields):
    number = number or f"{next(_numbers)}/2025/NĐ-CP"
    return LegalDocument.objects.create(
        **{"number": number, "doc_type": "Nghị định", "title": "Về việc thử nghiệm"} | fields
    )


def make_legal_document_file(document, *, content=b"%PDF-1.7\n", name="van-ban.pdf", **fields):
    defaults = {
        "title": f"Toàn văn {document.number}",
        "content_type": "application/pdf",
        "size": len(content),
        "page_count": 12,
    }
    stored = LegalDocumentFile(document=document, **defaults | fields)
    stored.file.save(name, ContentFile(content), save=False)
    stored.save()
    return stored


def make_legal_basis(procedure, document=None, **fields):
    return LegalBasis.objects.create(
        **{"procedure": procedure, "document": document or make_legal_document()} | fields
    )


def make_decision(number=None, **fields):
    number = number or f"{next(_numbers)}/QĐ-UBND"
    return PublicationDecision.objects.create(**{"number": number} | fields)


def make_qr_target(procedure, **fields):
    return QrTarget.objects.create(**{"procedure": procedure} | fields)


def make_service_point(name=None, *, sectors=(), **fields):
    name = name or f"Trung tâm Phục vụ hành chính công xã số {next(_numbers)}"
    unit = fields.pop("admin_unit", None) or make_admin_unit()
    defaults = {
        "name": name,
        "slug": slugify(name, max_length=110),
        "kind": "commune_centre",
        "admin_unit": unit,
        "address": "Trụ sở Ủy ban nhân dân xã",
    }
    point = ServicePoint.objects.create(**defaults | fields)
    point.sectors.set(sectors)
    return point


def make_opening_hours(point, **fields):
    defaults = {"weekday": 0, "opens_at": time(7), "closes_at": time(11)}
    return OpeningHours.objects.create(service_point=point, **defaults | fields)


def make_synonym(term="sổ đỏ", meanings=("giấy chứng nhận quyền sử dụng đất",), **fields):
    return Synonym.objects.create(term=term, meanings=list(meanings), **fields)


def make_source(procedure, **fields):
    defaults = {"origin": "thử nghiệm", "record": {"code": procedure.code}, "digest": "0" * 64}
    return ProcedureSource.objects.create(procedure=procedure, **defaults | fields)


def make_notice(text="Cổng có sự cố.", **fields):
    """A notice in force since a minute ago."""
    defaults = {"kind": "incident", "text": text, "shown_from": _a_minute_ago()}
    return Notice.objects.create(**defaults | fields)


def make_information_page(title="Giới thiệu Cổng", *, headings=(), **fields):
    """A page that has been public for a minute, with a section for each heading."""
    defaults = {
        "slug": slugify(title, max_length=80),
        "published_at": _a_minute_ago(),
    }
    page = InformationPage.objects.create(title=title, **defaults | fields)
    for order, heading in enumerate(headings, start=1):
        InformationSection.objects.create(
            page=page, heading=heading, body="Một câu.\n- Một ý.", order=order
        )
    return page


def make_term(original, text, language="en"):
    return TermTranslation.objects.create(original=original, text=text, language=language)


def make_translation(procedure, *, texts=None, **fields):
    """An English translation of the procedure as it stands now; `texts` pairs Vietnamese words with English."""
    defaults = {"language": "en", "name": "Trial procedure", "made_from": procedure.updated_at}
    translation = ProcedureTranslation.objects.create(procedure=procedure, **defaults | fields)
    for original, text in (texts or {}).items():
        TranslatedText.objects.create(translation=translation, original=original, text=text)
    return translation


def make_chapter(title="Living here", *, translations=(), **fields):
    """A chapter of the English handbook with the translated procedures in it, in this order."""
    defaults = {"language": "en", "slug": slugify(title)}
    chapter = HandbookChapter.objects.create(title=title, **defaults | fields)
    for order, translation in enumerate(translations):
        HandbookEntry.objects.create(chapter=chapter, translation=translation, order=order)
    return chapter


def make_calendar_exception(day, **fields):
    """A day on which offices rest, unless it is a make-up day."""
    return CalendarException.objects.create(**{"date": day, "kind": "public_holiday"} | fields)


def _a_minute_ago():
    """To the minute, as the boxes of the admin take it."""
    return timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=1)


def make_officer(app_label):
    """Staff with the rights over one domain and no others."""
    officer = get_user_model().objects.create_user(
        "canbo", password="mat-khau-dai-12", is_staff=True
    )
    officer.user_permissions.set(Permission.objects.filter(content_type__app_label=app_label))
    return officer


def make_category(name=None, **fields):
    name = name or f"Chuyên mục {next(_numbers)}"
    return Category.objects.create(**{"name": name, "slug": slugify(name)} | fields)


def make_tag(name=None, **fields):
    name = name or f"Thẻ {next(_numbers)}"
    return Tag.objects.create(**{"name": name, "slug": slugify(name)} | fields)


def make_draft(title=None, *, article=None, by=None, parts=None, **fields):
    """A version that was saved and nothing more; of a new article unless one is given."""
    title = title or f"Tin bài {next(_numbers)}"
    about = {
        name: fields.pop(name)
        for name in ("slug", "language", "translation_of", "is_sample")
        if name in fields
    }
    article = article or Article.objects.create(**{"slug": slugify(title, max_length=110)} | about)
    defaults = {"title": title, "lead": "Lời dẫn của bài.", "body": "<p>Nội dung của bài.</p>"}
    if "category" not in fields:
        defaults["category"] = Category.objects.first() or make_category()
    version = ArticleVersion(article=article, **defaults | fields)
    return publishing.save_version(version, by=by, **parts or {})


def make_article(title=None, *, at=None, **fields):
    """A version that is public: since the given moment, an hour ago by default."""
    at = at or timezone.now() - timedelta(hours=1)
    version = make_draft(title, **fields)
    version = publishing.submit(version, by=None, now=at)
    return publishing.approve(version, by=None, now=at)


def make_comment(article, **fields):
    number = next(_numbers)
    defaults = {"name": "Trần Thị Bạn Đọc", "body": "Bài dễ hiểu.", "form_key": f"key-{number}"}
    return Comment.objects.create(article=article, **defaults | fields)


def make_picture(title="Ảnh thử", *, size=(1200, 800), colour="#a33", **fields):
    """A picture of one colour, as the library keeps it."""
    sent = BytesIO()
    Image.new("RGB", size, colour).save(sent, "PNG")
    picture = Picture(title=title, width=size[0], height=size[1], **fields)
    picture.file.save("anh.png", ContentFile(sent.getvalue()), save=False)
    picture.save()
    return picture


def make_library_file(title="Tệp thử", *, content=b"%PDF-1.7\n", name="tep.pdf", **fields):
    kept = LibraryFile(
        **{"title": title, "content_type": "application/pdf", "size": len(content)} | fields
    )
    kept.file.save(name, ContentFile(content), save=False)
    kept.save()
    return kept


def make_collection(name=None, **fields):
    name = name or f"Bộ tài liệu {next(_numbers)}"
    return MaterialCollection.objects.create(**{"name": name, "slug": slugify(name)} | fields)


def make_material(title=None, *, content=b"%PDF-1.7\n", **fields):
    """A leaflet that anybody may fetch, with one edition unless `content` is None."""
    title = title or f"Tờ rơi {next(_numbers)}"
    defaults = {
        "kind": Material.Kind.LEAFLET,
        "title": title,
        "slug": slugify(title, max_length=110),
        "summary": "Dành cho mọi người.",
        "published_at": timezone.now() - timedelta(hours=1),
    }
    material = Material.objects.create(**defaults | fields)
    if content is not None:
        make_material_version(material, content=content)
    return material


def make_material_version(material, *, content=b"%PDF-1.7\n", name="to-roi.pdf", **fields):
    defaults = {"title": material.title, "content_type": "application/pdf", "size": len(content)}
    version = MaterialVersion(material=material, **defaults | fields)
    version.file.save(name, ContentFile(content), save=False)
    version.save()
    return version


def make_reading_point(name=None, **fields):
    name = name or f"Điểm Bưu điện văn hóa xã số {next(_numbers)}"
    unit = fields.pop("admin_unit", None) or make_admin_unit()
    defaults = {
        "kind": ReadingPoint.Kind.POST_OFFICE,
        "name": name,
        "slug": slugify(name, max_length=110),
        "admin_unit": unit,
        "address": "Trung tâm xã",
    }
    return ReadingPoint.objects.create(**defaults | fields)


def make_holding(point, material, **fields):
    return ReadingPointHolding.objects.create(
        **{"point": point, "material": material, "copies": 50} | fields
    )


def make_captions(text="WEBVTT\n\n00:00.000 --> 00:02.000\nXin chào.\n"):
    return ContentFile(text.encode(), name="phu-de.vtt")


def send_ticket(*, form_key=None, **fields):
    """Send a message as the public form does; its receipt, with the secret. A sender of None sends no name."""
    words = {
        "declared_kind": "reflection",
        "subject": "Chờ lâu ở quầy số 2",
        "body": "Sáng thứ Hai tôi chờ từ 7 giờ 30 đến 10 giờ mà chưa được gọi.",
        "sender": {
            "name": "Lê Thị Thử",
            "address": "Ấp 3, xã Tân Thuận",
            "phone": "+84912345678",
            "email": "thu@example.vn",
        },
    }
    return submit_ticket(form_key=form_key or token_urlsafe(24), **words | fields)


def make_ticket(**fields):
    return send_ticket(**fields).ticket


def make_ledger_day(day, **fields):
    """The public head of a day, without the receipts that it seals."""
    number = next(_numbers)
    facts = {"position": number, "hash": f"{number:064x}", "closed_at": timezone.now()}
    return LedgerDay.objects.create(**{"day": day} | facts | fields)


def make_consent_text(purpose="intake", **fields):
    """A text that is newer than the first, which is always there."""
    number = next(_numbers) + 1
    return ConsentText.objects.create(
        **{"purpose": purpose, "version": number, "statement": "Tôi đồng ý."} | fields
    )


def make_staff(username, *rights, agency=None, **fields):
    """Somebody with these rights and no others; with an agency, assigned to it."""
    staff = get_user_model().objects.create_user(
        username, password="mat-khau-dai-12", **{"is_staff": True} | fields
    )
    staff.user_permissions.set(Permission.objects.filter(codename__in=rights))
    if agency is not None:
        Assignment.objects.create(user=staff, agency=agency)
    return staff


def attach_file(ticket, *, number=1, message=None):
    """A small picture that came with a ticket."""
    sent = BytesIO()
    Image.new("RGB", (40, 30), "#2a6").save(sent, "PNG")
    attachment = TicketAttachment(ticket=ticket, number=number, message=message, digest="0" * 64)
    attachment.file = ContentFile(sent.getvalue(), name="anh.png")
    attachment.clean()
    attachment.save()
    return attachment


def make_data_request(ticket, kind="view", **fields):
    """What a sender asks about their data; its days are those of the rules."""
    number = next(_numbers)
    now = fields.get("received_at", timezone.now())
    reply_by, act_by = (
        deadline(now, TermRule.objects.term(key)) for key in ("data.reply", "data.act")
    )
    days = {
        "reply_due_on": reply_by.due_on,
        "action_due_on": act_by.due_on,
        "reply_explanation": reply_by.as_json(),
        "action_explanation": act_by.as_json(),
    }
    return ticket.data_requests.create(kind=kind, form_hash=f"{number:064x}", **days | fields)


def make_legal_route(kind="complaint", **fields):
    words = {
        "what_it_is": "Khác phản ánh ở chỗ đòi xem lại một quyết định.",
        "how_to_send": "- Đơn ký tên.\n- Hoặc trực tiếp trình bày.",
        "what_to_write": "Ngày, tháng, năm; họ tên; nội dung.",
        "time_limits": "Theo luật.",
        "address": "Phòng Tiếp công dân, số 1",
        "phone": "0290 111 2222",
        "hours": "Sáng thứ Hai",
        "form_url": "https://example.vn/mau-don",
    }
    return LegalRoute.objects.create(kind=kind, **words | fields)
