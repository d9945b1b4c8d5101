"""Every page type of the portal, in one list: a new page joins it.

Used for status, caching, query count, scripts-off, axe and screenshots. `queries` is what a page
may ask of the database, however much content there is.
"""

from dataclasses import dataclass

from procedures.services import complete_procedures
from tests import factories


@dataclass(frozen=True)
class Page:
    name: str
    path: str
    queries: int = 0
    status: int = 200

    def __str__(self):
        return self.name

    @property
    def language(self):
        return "en" if self.path.startswith("/en/") else "vi"


PAGES = [
    Page("home", "/", 12),
    Page("procedure list", "/thu-tuc/", 17),
    Page("procedure list, filtered", "/thu-tuc/?cap=xa&truc-tuyen=co&trang=1", 20),
    Page("procedure list, nothing left", "/thu-tuc/?cap=bo", 18),
    Page("procedure", "/thu-tuc/1.001193/", 20),
    Page("procedure, expired", "/thu-tuc/1.000009/", 17),
    Page("procedure, empty", "/thu-tuc/1.000008/", 17),
    Page("search, empty", "/tim-kiem/", 5),
    Page("search, found", "/tim-kiem/?q=khai+sinh", 30),
    Page("search, nothing", "/tim-kiem/?q=xổ+số+vietlott", 28),
    Page("sectors", "/linh-vuc/", 8),
    Page("sector", "/linh-vuc/ho-tich/", 16),
    Page("agencies", "/co-quan/", 6),
    Page("agency", "/co-quan/uy-ban-nhan-dan-cap-xa/", 18),
    Page("service points", "/noi-nop-ho-so/", 8),
    Page("service points of a procedure", "/noi-nop-ho-so/?thu-tuc=1.001193&q=tan+thuan", 9),
    Page("service point", "/noi-nop-ho-so/trung-tam-xa-tan-thuan/", 9),
    Page("handbooks", "/handbook/", 9),
    Page("handbook", "/en/handbook/", 22),
    Page("site map", "/so-do-trang/", 10),
    Page("style guide", "/kieu-dang/", 6),
    Page("style guide, form with errors", "/kieu-dang/?gui=co", 6),
    Page("information page", "/ve-cong/tro-nang/", 8),
    Page("not found", "/khong-co-trang-nay/", 5, status=404),
    Page("unknown code", "/q/2222222", 6, status=404),
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
    factories.make_legal_basis(procedure, factories.make_legal_document("60/2014/QH13"))
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
    return procedure
