"""Every page type of the portal, in one list: a new page joins it.

Used for status, caching, query count, scripts-off, axe and screenshots. `queries` is what a page
may ask of the database, however much content there is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.utils import timezone

from feedback.models import Survey
from feedback.surveys.versions import draft_version, open_version
from outreach import bulletins, publishing
from outreach.models import Article, ArticleVersion, BulletinIssue, Material, Picture
from procedures.models import Agency, LegalDocument, Procedure, ServicePoint
from procedures.services import complete_procedures
from tests import bulletins as issues
from tests import factories, published, surveys

DEADLINE = "/tinh-ngay-tra-ket-qua/"
SCANNED = "/phan-anh/?thu-tuc=1.001193&noi=trung-tam-xa-tan-thuan"
# A key of its own: the page has it in its address.
BROADCAST = 900_001
SURVEY = "/khao-sat/danh-gia-tai-quay/"
SURVEY_RESULT = "/ket-qua/khao-sat/giua-nam/"
ARTICLE = """<h2>Ai được làm</h2><p>Cha, mẹ của trẻ.</p>
<h2>Cần mang gì</h2><ul><li>Giấy chứng sinh</li></ul>
<figure><img src="/hinh-anh/{picture}/w1280.webp" alt="Quầy số 2"><figcaption>Quầy số 2</figcaption></figure>
<h2>Mất bao lâu</h2><table><caption>Thời hạn</caption><thead><tr><th scope="col">Cách nộp</th>
<th scope="col">Thời hạn</th></tr></thead><tbody><tr><td>Trực tuyến</td><td>1 ngày</td></tr></tbody></table>
<h3>Ngoài giờ</h3><p>Xem <a href="/tep/{file}/">kế hoạch</a>, <a href="/thu-tuc/1.001193/">thủ tục</a>.</p>
<h2>Hỏi ở đâu</h2><blockquote><p>Tôi được chỉ tận nơi.</p></blockquote>"""


@dataclass(frozen=True)
class Page:
    name: str
    path: str
    queries: int = 0
    status: int = 200
    # Sends something: it sets the cookie of its secret, and nobody keeps it.
    is_form: bool = False

    def __str__(self):
        return self.name

    @property
    def language(self):
        return "en" if self.path.startswith("/en/") else "vi"


PAGES = [
    Page("home", "/", 15),
    Page("procedure list", "/thu-tuc/", 17),
    Page("procedure list, filtered", "/thu-tuc/?cap=xa&truc-tuyen=co&trang=1", 20),
    Page("procedure list, nothing left", "/thu-tuc/?cap=bo", 18),
    Page("procedure", "/thu-tuc/1.001193/", 22),
    Page("procedure, expired", "/thu-tuc/1.000009/", 18),
    Page("procedure, empty", "/thu-tuc/1.000008/", 17),
    Page("search, empty", "/tim-kiem/", 5),
    Page("search, found", "/tim-kiem/?q=khai+sinh", 30),
    Page("search, nothing", "/tim-kiem/?q=xổ+số+vietlott", 31),
    Page("sectors", "/linh-vuc/", 8),
    Page("sector", "/linh-vuc/ho-tich/", 16),
    Page("agencies", "/co-quan/", 6),
    Page("agency", "/co-quan/uy-ban-nhan-dan-cap-xa/", 18),
    Page("service points", "/noi-nop-ho-so/", 8),
    Page("service points of a procedure", "/noi-nop-ho-so/?thu-tuc=1.001193&q=tan+thuan", 9),
    Page("service point", "/noi-nop-ho-so/trung-tam-xa-tan-thuan/", 10),
    Page("handbooks", "/handbook/", 9),
    Page("handbook", "/en/handbook/", 22),
    Page("site map", "/so-do-trang/", 11),
    Page("style guide", "/kieu-dang/", 6),
    Page("style guide, form with errors", "/kieu-dang/?gui=co", 6),
    Page("information page", "/ve-cong/tro-nang/", 8),
    Page("not found", "/khong-co-trang-nay/", 5, status=404),
    Page("unknown code", "/q/2222222", 6, status=404),
    Page("legal documents", "/van-ban/", 15),
    Page("legal documents, filtered", "/van-ban/?q=ho+tich&nam=2014&hieu-luc=chua-ro", 17),
    Page("legal documents, nothing left", "/van-ban/?q=xổ+số", 15),
    Page("legal document", "/van-ban/60-2014-qh13/", 16),
    Page("legal document, expired", "/van-ban/58-2010-nd-cp/", 16),
    Page("channels", "/nguon-tin/", 8),
    Page("news", "/tin-tuc/", 10),
    Page("news, search", "/tin-tuc/?q=khai+sinh", 9),
    Page("news, nothing found", "/tin-tuc/?q=xổ+số", 8),
    Page("news in English, none", "/en/tin-tuc/", 9),
    Page("news of a category", "/tin-tuc/chuyen-muc/chinh-sach-moi/", 10),
    Page("news with a tag", "/tin-tuc/the/khai-sinh/", 9),
    Page("news of a year", "/tin-tuc/2026/", 8),
    Page("news of a month", "/tin-tuc/2026/3/", 11),
    Page("news of a day", "/tin-tuc/2026/3/2/", 13),
    Page("article", "/tin-tuc/khai-sinh-tai-benh-vien/", 20),
    Page("article, read in English", "/en/tin-tuc/khai-sinh-tai-benh-vien/", 22),
    Page("materials", "/tai-lieu/", 12),
    Page("materials, filtered", "/tai-lieu/?q=khai+sinh&loai=leaflet&thu-tuc=1.001193", 13),
    Page("materials, nothing found", "/tai-lieu/?q=xổ+số", 10),
    Page("materials, read in English", "/en/tai-lieu/", 13),
    Page("material", "/tai-lieu/khai-sinh-cho-con/", 10),
    Page("material, a video", "/tai-lieu/nop-ho-so-tu-xa/", 10),
    Page("material, read in English", "/en/tai-lieu/khai-sinh-cho-con/", 12),
    Page("reading points", "/diem-doc/", 9),
    Page("reading points of a place", "/diem-doc/?q=tan+hai&loai=post_office", 9),
    Page("reading points, nothing found", "/diem-doc/?q=hà+nội", 9),
    Page("reading point", "/diem-doc/buu-dien-tan-thuan/", 8),
    Page("comment form", "/tin-tuc/khai-sinh-tai-benh-vien/y-kien/", 8, is_form=True),
    Page("comment sent", "/tin-tuc/khai-sinh-tai-benh-vien/y-kien/da-gui/", 8),
    Page("intake channels", "/kenh-tiep-nhan/", 13),
    Page("receipts ledger", "/phan-anh/so-bien-nhan/", 8),
    Page("receipt check", "/phan-anh/so-bien-nhan/kiem-tra/", 6, is_form=True),
    Page("deadline", f"{DEADLINE}?thu-tuc=1.001193&ngay=12/02/2026&gio=8:30", 9),
    Page("deadline, read in English", f"/en{DEADLINE}?so=3&ngay=12/02/2026", 9),
    Page("deadline, nothing asked yet", DEADLINE, 9),
    Page("deadline, to be corrected", f"{DEADLINE}?thu-tuc=1.001193&ngay=31/02/2026&so=0", 9),
    Page("deadline, several procedures", f"{DEADLINE}?thu-tuc=thủ+tục&ngay=12/02/2026", 30),
    Page("intake form", "/phan-anh/", 13, is_form=True),
    Page("intake form, scanned", f"{SCANNED}&loai=reflection", 14, is_form=True),
    Page("intake form, read in English", f"/en{SCANNED}", 14, is_form=True),
    Page("legal route", "/phan-anh/khieu-nai/", 9),
    Page("legal route, not entered", "/phan-anh/to-cao/", 9),
    Page("look-up form", "/phan-anh/tra-cuu/", 6, is_form=True),
    Page("look-up form, read in English", "/en/phan-anh/tra-cuu/", 7, is_form=True),
    Page("answers", "/phan-anh/da-tra-loi/", 17),
    Page("answers, filtered", "/phan-anh/da-tra-loi/?q=quay&loai=reflection&thu-tuc=1.001193", 18),
    Page("answers, nothing found", "/phan-anh/da-tra-loi/?q=xổ+số", 11),
    Page("answer", "/phan-anh/da-tra-loi/1/", 8),
    Page("answer, may have changed", "/phan-anh/da-tra-loi/2/", 8),
    Page("answer, read in English", "/en/phan-anh/da-tra-loi/2/", 10),
    Page("questions", "/hoi-dap/", 16),
    Page("question", "/hoi-dap/1/", 8),
    Page("results", "/ket-qua/phan-anh/", 15),
    Page("results, filtered", "/ket-qua/phan-anh/?loai=reflection&co-quan=so-tra-loi", 15),
    Page("results, empty period", "/ket-qua/phan-anh/?ky=2019", 15),
    Page("results, read in English", "/en/ket-qua/phan-anh/", 16),
    Page("surveys", "/khao-sat/", 8),
    Page(
        "survey",
        f"{SURVEY}?noi=trung-tam-xa-tan-thuan&thu-tuc=1.001193&qua=ma-qr",
        14,
        is_form=True,
    ),
    Page("survey, read in English", f"/en{SURVEY}?noi=trung-tam-xa-tan-thuan", 15, is_form=True),
    Page("survey, thanks", f"{SURVEY}cam-on/", 7),
    Page("survey, closed", "/khao-sat/giua-nam/", 8),
    Page("survey results", "/ket-qua/khao-sat/", 9),
    Page("survey result", SURVEY_RESULT, 18),
    Page("survey result, by place", f"{SURVEY_RESULT}?theo=noi", 19),
    Page("survey result, two versions", "/ket-qua/khao-sat/danh-gia-tai-quay/?theo=thang", 20),
    Page("survey result, read in English", f"/en{SURVEY_RESULT}?theo=kenh", 19),
    Page("page rated", "/huu-ich/cam-on/?thu-tuc=1.001193&tra-loi=chua", 6),
    Page("article rated", "/huu-ich/cam-on/?bai=khai-sinh-tai-benh-vien&tra-loi=co&y-kien=co", 6),
    Page("bulletins", "/ban-tin/", 7),
    Page("bulletins, read in English", "/en/ban-tin/", 8),
    Page("bulletin issue", "/ban-tin/2026/2/", 12),
    Page("bulletin issue, read in English", "/en/ban-tin/2026/2/", 13),
    Page("subscribing", "/dang-ky-nhan-tin/?chu-de=linh-vuc:ho-tich", 9, is_form=True),
    Page("subscribing, read in English", "/en/dang-ky-nhan-tin/", 10, is_form=True),
    Page("subscribing, asked", "/dang-ky-nhan-tin/da-gui/", 6),
    Page("subscriptions, form for a link", "/dang-ky-nhan-tin/quan-ly/", 6, is_form=True),
    Page("subscriptions, link asked for", "/dang-ky-nhan-tin/quan-ly/da-gui/", 6),
    Page("broadcasts", "/phat-thanh/", 17),
    Page("broadcasts, filtered", "/phat-thanh/?nam=2026&ky=q1&loai=loudspeaker&q=khai+sinh", 17),
    Page("broadcasts, nothing found", "/phat-thanh/?q=xổ+số", 16),
    Page("broadcasts, read in English", "/en/phat-thanh/", 18),
    Page("broadcast", f"/phat-thanh/{BROADCAST}/", 11),
    Page("broadcast, read in English", f"/en/phat-thanh/{BROADCAST}/", 12),
    Page("broadcast, in a paper", f"/phat-thanh/{BROADCAST + 2}/", 11),
]


def make_content():
    """Enough content that every page of the list has something to show."""
    owner = factories.make_agency(
        "Ủy ban nhân dân tỉnh Cà Mau",
        owns_portal=True,
        address="Cà Mau",
        phone="0290 000 0000",
        email="ubnd@example.vn",
        responsible_person="Nguyễn Văn Mẫu, Chánh Văn phòng",
    )
    commune_committee = factories.make_agency("Ủy ban nhân dân cấp xã")
    sector = factories.make_sector("Hộ tịch")
    citizen = factories.make_audience("Công dân Việt Nam")
    procedure = factories.make_procedure(
        code="1.001193",
        name="Thủ tục đăng ký khai sinh",
        sector=sector,
        levels=["commune"],
        audiences=[citizen],
        summary="Làm giấy khai sinh cho con.",
        sets_required=1,
        requirements="- Trẻ sinh ra ở Việt Nam.",
        decision=factories.make_decision("163/QĐ-BTP"),
        national_url="https://dichvucong.gov.vn/p/home/dvc-chi-tiet-thu-tuc-hanh-chinh.html",
        popularity=9,
        is_sample=True,
    )
    factories.make_step(procedure, title="Bước 1", body="- Nộp hồ sơ.\n+ Nhận phiếu hẹn.")
    factories.make_step(procedure, title="Bước 2", body="Nhận giấy khai sinh.")
    direct = factories.make_method(procedure, duration_value=1, duration_unit="working_day")
    online = factories.make_method(
        procedure, kind="online", duration_value=1, duration_unit="working_day", order=1
    )
    factories.make_fee(direct, amount=8000, note="Miễn cho đăng ký đúng hạn.")
    factories.make_fee(online, amount=0)
    case = factories.make_case(procedure, name="Cha mẹ có đăng ký kết hôn")
    factories.make_document(case, name="Tờ khai đăng ký khai sinh", form_name="TK-KS.docx")
    factories.make_document(
        case, name="Lưu ý: xuất trình căn cước.", is_note=True, original_qty=None
    )
    factories.make_result(procedure, name="Giấy khai sinh", code="KQ.1")
    law = factories.make_legal_document("60/2014/QH13", title="Luật Hộ tịch")
    factories.make_legal_basis(procedure, law)
    factories.make_agency_role(procedure, commune_committee)
    factories.make_agency_role(procedure, owner, role="competent")
    expired = factories.make_procedure(
        code="1.000009",
        name="Thủ tục cấp giấy chứng sinh",
        status="expired",
        expired_on="2025-07-01",
        expired_by="Quyết định 1/QĐ-UBND",
        replaced_by=procedure,
        sector=sector,
    )
    empty = factories.make_procedure(code="1.000008", name="Thủ tục chưa đủ thông tin", levels=[])
    factories.make_group("Sinh con", sectors=[sector], icon="baby", description="Khi có con.")
    factories.make_synonym()
    old = factories.make_admin_unit("Tân Hải", valid_to="2025-07-01")
    unit = factories.make_admin_unit("Tân Thuận", valid_from="2025-07-01")
    old.successors.add(unit, through_defaults={"effective_on": "2025-07-01"})
    point = factories.make_service_point(
        "Trung tâm Phục vụ hành chính công xã Tân Thuận",
        slug="trung-tam-xa-tan-thuan",
        admin_unit=unit,
        sectors=[sector],
        phone="0290 000 0002",
        accessibility_note="Có đường dốc cho xe lăn.",
    )
    factories.make_opening_hours(point)
    factories.make_notice("Tra cứu bằng giọng nói đang hỏng. Ông/bà gõ chữ vào ô tìm kiếm.")
    factories.make_information_page(
        "Tuyên bố về khả năng tiếp cận",
        slug="tro-nang",
        lead="Cổng được làm để mọi người đều dùng được.",
        headings=["Tiêu chuẩn", "Đã kiểm tra những gì", "Chưa làm được", "Báo khó khăn"],
        is_sample=True,
    )
    translation = factories.make_translation(
        procedure,
        name="Birth registration",
        summary="Get a birth certificate for your child.",
        bring_note="Bring the passports of both parents.",
        texts={
            "Cha mẹ có đăng ký kết hôn": "The parents are married",
            "Tờ khai đăng ký khai sinh": "Birth registration form",
            "Giấy khai sinh": "Birth certificate",
        },
    )
    factories.make_chapter(
        "Family and civil status", introduction="Births.", translations=[translation]
    )
    complete_procedures([procedure.pk, expired.pk, empty.pk])
    _make_legal_documents(procedure)
    _make_articles(procedure)
    _make_materials(procedure, unit)
    _make_channels(owner, unit)
    for day in ("2026-02-27", "2026-03-02", "2026-03-04"):
        factories.make_ledger_day(day)
    for day in ("2026-02-16", "2026-02-17"):
        factories.make_calendar_exception(day, note="Tết Nguyên đán")
    route = factories.make_legal_route("complaint", agency=owner, is_sample=True)
    route.legal_documents.set(LegalDocument.objects.all()[:3])
    _make_answers(procedure, empty)
    _make_surveys(procedure, point)
    _make_survey_results(point)
    _make_bulletins(picture=Picture.objects.first())
    _make_broadcasts(owner, unit)
    return procedure


def _make_legal_documents(procedure):
    """An act that was replaced and is cited still, with a file, a source and one that amended it."""
    newer = factories.make_legal_document(
        "123/2026/NĐ-CP", effective_on="2026-01-01", issuer="Chính phủ", signed_on="2025-12-01"
    )
    old = factories.make_legal_document(
        "58/2010/NĐ-CP",
        title="Quy định chi tiết thi hành Luật Hộ tịch",
        issuer="Chính phủ",
        signed_on="2010-06-01",
        effective_on="2010-07-01",
        expired_on="2026-01-01",
        replaced_by=newer,
        source_url="https://vanban.chinhphu.vn/58",
    )
    old.amended_by.add(factories.make_legal_document("9/2017/NĐ-CP"))
    factories.make_legal_document_file(old)
    factories.make_legal_basis(procedure, old)
    factories.make_article("Quy định mới về hộ tịch", parts={"legal_documents": [old]})


def _make_articles(procedure):
    """A long article with all that may belong to one, corrected once, and an earlier one."""
    category = factories.make_category("Chính sách mới", description="Quy định vừa ban hành.")
    day = datetime(2026, 3, 1, 8, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    factories.make_article("Bỏ bớt giấy tờ khi khai sinh", category=category, at=day)
    picture = factories.make_picture(size=(96, 64), credit="Báo Cà Mau")
    file = factories.make_library_file("Kế hoạch", page_count=12)
    text = {
        "lead": "Cha mẹ nhận giấy khai sinh ngay tại bệnh viện.",
        "body": ARTICLE.format(picture=picture.key, file=file.key),
        "category": category,
        "cover": picture,
        "cover_alt": "Quầy tiếp nhận ở bệnh viện",
        "author_name": "Nguyễn Văn Mẫu",
        "source": "Sở Tư pháp",
        "parts": {
            "tags": [factories.make_tag("khai sinh", slug="khai-sinh")],
            "files": [file],
            "procedures": [procedure],
            "legal_documents": LegalDocument.objects.filter(number="58/2010/NĐ-CP"),
        },
    }
    title = "Khai sinh tại bệnh viện"
    first = factories.make_article(title, at=day + timedelta(days=1), is_sample=True, **text)
    factories.make_comment(first.article, approved_at=day + timedelta(days=2))
    corrected = factories.make_draft(title, article=first.article, **text)
    publishing.approve(publishing.submit(corrected, by=None), by=None)


def _make_materials(procedure, unit):
    """A leaflet in two editions and two languages, a video with captions and one elsewhere; a place with paper."""
    leaflet = factories.make_material(
        "Khai sinh cho con",
        collection=factories.make_collection("Giấy tờ gia đình", slug="giay-to-gia-dinh"),
        cover=factories.make_picture(size=(64, 96)),
        is_sample=True,
    )
    leaflet.procedures.add(procedure)
    factories.make_material_version(leaflet, number=2, note="Sửa lệ phí.", page_count=2)
    factories.make_material(
        "Registering a newborn", summary="For parents.", language="en", translation_of=leaflet
    )
    video = factories.make_material(
        "Nộp hồ sơ từ xa", kind="video", transcript="- Mở trang.\n- Gửi giấy tờ.", content=None
    )
    factories.make_material_version(
        video, name="video.mp4", content_type="video/mp4", captions=factories.make_captions()
    )
    factories.make_material(
        "Ngày thứ Bảy vì dân",
        kind="video",
        transcript="Ủy ban mở cửa.",
        embed_url="https://video.example.vn/1",
        content=None,
    )
    point = factories.make_reading_point(
        "Bưu điện văn hóa xã Tân Thuận",
        slug="buu-dien-tan-thuan",
        admin_unit=unit,
        hours="Thứ Hai đến thứ Bảy",
        phone="0290 000 0005",
        checked_on="2026-03-02",
        is_sample=True,
    )
    factories.make_holding(point, leaflet)
    factories.make_holding(point, video, copies=0, checked_on="2026-03-02")


def _make_channels(owner, unit):
    """Ways to reach the owner and another agency, and a counter with hours that anybody may come to."""
    channels = [
        ("hotline", "0290 000 0001", "7 giờ đến 17 giờ"),
        ("zalo", "0290 000 0003", ""),
        ("provincial_portal", "https://camau.example.vn/phan-anh/", ""),
        ("counter", "Phòng Tiếp công dân, tầng 1", "sáng thứ Năm"),
    ]
    for order, (kind, value, hours) in enumerate(channels):
        owner.channels.create(kind=kind, value=value, hours=hours, order=order)
    other = factories.make_agency("Sở Xây dựng")
    other.channels.create(kind="hotline", value="0290 000 0004")
    centre = factories.make_service_point(
        "Trung tâm Phục vụ hành chính công tỉnh",
        slug="trung-tam-phuc-vu-tinh",
        kind="provincial_centre",
        admin_unit=unit,
        is_sample=True,
    )
    factories.make_opening_hours(centre)


def _make_answers(procedure, changed):
    """Two answered messages, the second about a procedure that has changed since, and a frequent question."""
    published.make_public_ticket(procedure=procedure)
    published.make_public_ticket(
        declared_kind="proposal",
        procedure=changed,
        words={"subject": "Nên nhận hồ sơ cả sáng thứ Bảy"},
    )
    question = published.make_question(
        agency=Agency.objects.portal_owner(),
        procedure=procedure,
        is_sample=True,
        words={
            "subject": "Khai sinh cho con ở đâu?",
            "body": "Con sinh ở tỉnh khác thì khai sinh ở đâu?",
            "answer": "Ở nơi cư trú của cha hoặc mẹ.",
        },
    )
    question.legal_documents.set(LegalDocument.objects.all()[:2])
    Procedure.objects.filter(pk=changed.pk).update(updated_at=timezone.now())


def _make_surveys(procedure, point):
    """A running survey of all kinds of questions in two versions, answered at two places, and a closed one."""
    survey = surveys.make_survey(
        *surveys.ALL_KINDS,
        slug="danh-gia-tai-quay",
        title="Đánh giá tại quầy",
        title_en="Rating at the counter",
        intro_en="Please tell us how your last visit went.",
        consent_text_en="We ask for no name. Answers only help to improve the service.",
        access="both",
        asks_about_you=True,
        is_sample=True,
    )
    places = [point, ServicePoint.objects.get(slug="trung-tam-phuc-vu-tinh")]
    start = timezone.now() - timedelta(days=75)
    sheets = [
        {
            "submitted_at": start + timedelta(days=number * 7 // 4),
            "channel": "qr" if number % 3 else "web",
            "service_point": places[number % 2],
            "procedure": procedure,
            "given": {
                "cach": 1 + number % 2,
                "chung": 5 - number % 4,
                "viec": [1, 2],
                "gop-y": "Cần thêm ghế chờ.",
            },
        }
        for number in range(40)
    ]
    surveys.answer_many(survey, sheets[:20])
    draft = draft_version(survey)
    draft.questions.filter(code="huong-dan").update(text="Hướng dẫn dễ hiểu, đủ một lần")
    open_version(draft, now=start + timedelta(days=35))
    surveys.answer_many(survey, sheets[20:])
    closed = surveys.make_survey(
        slug="giua-nam", title="Khảo sát giữa năm", period="Quý II năm 2026"
    )
    Survey.objects.filter(pk=closed.pk).update(closed_at=timezone.now())


def _make_survey_results(point):
    """The closed survey as it was answered: at two places, in two months, by two channels, some of it in doubt."""
    places = [point, ServicePoint.objects.get(slug="trung-tam-phuc-vu-tinh")]
    start = datetime(2026, 4, 2, 2, tzinfo=ZoneInfo("UTC"))
    sheets = [
        {
            "submitted_at": start + timedelta(days=number // 2),
            "channel": "kiosk" if number % 3 else "paper",
            "service_point": places[number % 2],
            "doubt": "burst" if number % 10 == 9 else "",
            "given": {"cho-doi": 5 - number % 3, "chung": 5 - number % 4 // 2},
        }
        for number in range(120)
    ]
    surveys.answer_many(Survey.objects.get(slug="giua-nam"), sheets)


def _make_bulletins(picture):
    """An issue with a piece of each kind under headings and alone, corrected once, between two short ones."""
    article = ArticleVersion.objects.public().get(article__slug="khai-sinh-tai-benh-vien").article
    material = Material.objects.get(slug="khai-sinh-cho-con")
    shares = issues.make_figure(), issues.make_figure("Thủ tục", value=2014, starts_on=None)
    pieces = [
        lambda issue: bulletins.article_item(issue, article),
        lambda issue: bulletins.material_item(issue, material, section="Tài liệu"),
        *(partial(bulletins.figure_item, figure=one, section="Số liệu") for one in shares),
        issues.own_words(),
    ]
    fields = {"cover": picture, "cover_alt": "Quầy tiếp nhận ở bệnh viện", "is_sample": True}
    day = datetime(2026, 3, 5, 8, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    short = {"pieces": pieces[-1:]}
    for number, parts in enumerate([short, fields | {"pieces": pieces}, short], start=1):
        issue = issues.make_draft_issue(number=number, **parts)
        bulletins.submit(issue, by=None, now=day)
        bulletins.approve(issue, by=None, now=day)
    second = BulletinIssue.objects.get(number=2)
    bulletins.correct(
        second, words="Trẻ được khai sinh trong 60 ngày.", now=day + timedelta(days=1)
    )


def _make_broadcasts(owner, unit):
    """A script of an article on loudspeakers, told twice, with all that may belong to one; an item in a paper."""
    station = issues.make_station(admin_unit=unit, agency=owner, is_sample=True)
    column = station.columns.create(name="Cải cách hành chính", schedule="17 giờ thứ Ba")
    recording = factories.make_material(
        "Nghe lại: khai sinh", kind="audio", transcript="Kính thưa bà con.", content=None
    )
    factories.make_material_version(recording, name="loi.mp3", content_type="audio/mpeg")
    first = issues.make_broadcast(
        pk=BROADCAST,
        station=station,
        column=column,
        starts_at="17:00",
        duration=320,
        agency=owner,
        article=Article.objects.get(slug="khai-sinh-tai-benh-vien"),
        issue=BulletinIssue.objects.get(number=2),
        material=recording,
        is_sample=True,
    )
    issues.make_evidence(first)
    issues.make_broadcast(
        pk=BROADCAST + 1,
        station=station,
        script="",
        aired_on="2026-03-05",
        repeat_of=first,
    )
    issues.make_broadcast(
        "Báo viết về khai sinh",
        pk=BROADCAST + 2,
        station=issues.make_station("Báo của tỉnh", channel="press"),
        duration=None,
        script="",
        url="https://bao.example.vn/khai-sinh",
    )
