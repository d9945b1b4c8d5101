"""The catalogue as citizens see it."""

import json
import re

import pytest

from procedures.models import Procedure
from procedures.services import complete_procedures
from tests import factories
from tests.pages import make_content

pytestmark = pytest.mark.django_db


def page(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(re.sub("<[^>]+>", " ", response.content.decode()).split())


def codes(client, path):
    found = re.findall(r'href="/thu-tuc/([\d.H]+)/"', client.get(path).content.decode())
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("status", ["draft", "review"])
def test_an_unpublished_procedure_is_not_found(client, status):
    procedure = factories.make_procedure(status=status)

    assert client.get(procedure.get_absolute_url()).status_code == 404
    assert codes(client, "/thu-tuc/") == []


@pytest.mark.parametrize(
    "typed",
    ["1001193", "1.001193.000.00.00.H12", "1.001193.01", "1,001193", " 1.001193 ", "TTHC 1.001193"],
)
def test_any_way_to_type_a_code_leads_to_its_one_address(client, typed):
    factories.make_procedure(code="1.001193")

    response = client.get(f"/thu-tuc/{typed}/")

    assert (response.status_code, response.headers["Location"]) == (301, "/thu-tuc/1.001193/")


def test_a_province_s_own_variant_wins_over_its_base_code(client):
    factories.make_procedure(code="1.012753")
    factories.make_procedure(code="1.012753.H19")

    assert client.get("/thu-tuc/1.012753.h19/").headers["Location"] == "/thu-tuc/1.012753.H19/"
    assert client.get("/thu-tuc/1.012753.000.00.00.H19/").headers["Location"] == (
        "/thu-tuc/1.012753.H19/"
    )
    assert client.get("/thu-tuc/1.012753.H12/").headers["Location"] == "/thu-tuc/1.012753/"


def test_the_five_questions_are_answered_on_top(client):
    make_content()

    top = page(client, "/thu-tuc/1.001193/").split("Thông tin chung")[0]

    assert "1 giấy tờ, nộp 1 bộ" in top
    assert "1 ngày làm việc" in top
    assert "8.000 đồng (trực tiếp)" in top
    assert "Miễn phí (trực tuyến)" in top
    assert "1 trung tâm cấp xã" in top
    assert "Có nhận hồ sơ trực tuyến" in top


def test_the_sections_stand_in_the_official_order(client):
    make_content()

    html = client.get("/thu-tuc/1.001193/").content.decode()

    headings = re.findall(r'<h2 id="([\w-]+)"', html)
    assert headings == [
        "thong-tin-chung", "trinh-tu", "cach-thuc", "ho-so", "doi-tuong", "co-quan", "noi-nop",
        "ket-qua", "can-cu", "yeu-cau", "thong-tin-khac",
        # After all that the law asks for.
        "tin-tai-lieu", "da-hoi", "nguon",
    ]  # fmt: skip


def test_what_is_unknown_is_said_and_never_shown_as_free(client):
    procedure = factories.make_procedure()
    method = factories.make_method(procedure)
    factories.make_fee(method, amount=None, source_text="Không có thông tin")

    text = page(client, procedure.get_absolute_url())

    assert "Miễn phí" not in text
    assert "Phí, lệ phí Không có thông tin" in text
    assert "Bao lâu Không có thông tin" in text


def test_a_fee_known_to_be_nil_is_shown_as_free(client):
    procedure = factories.make_procedure()
    factories.make_fee(factories.make_method(procedure), amount=0)

    assert "Phí, lệ phí Miễn phí" in page(client, procedure.get_absolute_url())


def test_fees_that_differ_by_case_are_given_as_a_range(client):
    procedure = factories.make_procedure()
    method = factories.make_method(procedure)
    factories.make_fee(method, amount=50_000)
    factories.make_fee(method, amount=1_500_000)

    assert "Từ 50.000 đến 1.500.000 đồng, tùy trường hợp" in page(
        client, procedure.get_absolute_url()
    )


def test_a_fee_partly_unknown_is_not_given_as_one_amount(client):
    procedure = factories.make_procedure()
    method = factories.make_method(procedure)
    factories.make_fee(method, amount=0)
    factories.make_fee(
        method, amount=None, source_text="Theo nghị quyết của Hội đồng nhân dân tỉnh"
    )

    top = page(client, procedure.get_absolute_url()).split("Thông tin chung")[0]

    assert "Miễn phí" not in top
    assert "Tùy trường hợp, xem các mức thu" in top


def test_an_expired_procedure_keeps_its_page_and_names_its_successor(client):
    make_content()

    text = page(client, "/thu-tuc/1.000009/")

    assert "Hết hiệu lực từ 01/07/2025 theo Quyết định 1/QĐ-UBND" in text
    assert "Thủ tục thay thế: Thủ tục đăng ký khai sinh" in text
    assert "Mở trên Cổng Dịch vụ công quốc gia" not in text
    assert "1.000009" not in codes(client, "/thu-tuc/")


def test_a_procedure_of_the_future_says_from_when(client):
    procedure = factories.make_procedure(effective_on="2099-01-01")

    assert "Có hiệu lực từ 01/01/2099" in page(client, procedure.get_absolute_url())


def test_a_suspended_procedure_says_why(client):
    procedure = factories.make_procedure(status="suspended", suspended_reason="Chờ quyết định mới.")

    assert "Tạm dừng tiếp nhận. Chờ quyết định mới." in page(client, procedure.get_absolute_url())


def test_sample_content_says_that_it_is(client):
    make_content()

    assert "Nội dung mẫu để trình bày Cổng" in page(client, "/thu-tuc/1.001193/")


def test_the_page_names_its_source_decision_and_date(client):
    make_content()

    text = page(client, "/thu-tuc/1.001193/")

    assert "quyết định công bố 163/QĐ-BTP" in text
    assert "Cập nhật ngày" in text


def test_the_page_links_its_code_as_svg_and_png(client):
    make_content()

    html = client.get("/thu-tuc/1.001193/").content.decode()

    assert 'href="/thu-tuc/1.001193/qr.svg"' in html
    assert 'href="/thu-tuc/1.001193/qr.png"' in html


def test_the_page_describes_itself_to_machines(client, settings):
    settings.SITE_URL = "https://tthc.example.vn"
    make_content()
    Procedure.objects.filter(code="1.001193").update(summary="</script><script>alert(1)</script>")

    html = client.get("/thu-tuc/1.001193/").content.decode()

    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1]
    data = json.loads(block)
    assert data["@type"] == "GovernmentService"
    assert data["url"] == "https://tthc.example.vn/thu-tuc/1.001193/"
    assert data["identifier"] == "1.001193"
    assert data["serviceOperator"][0]["name"] == "Ủy ban nhân dân cấp xã"
    assert data["description"] == "</script><script>alert(1)</script>"


def test_text_of_the_source_is_shown_as_text(client):
    procedure = factories.make_procedure(
        name="<b>Tên</b>", requirements="<script>alert(1)</script>"
    )

    html = client.get(procedure.get_absolute_url()).content.decode()

    assert "<script>alert" not in html
    assert "<b>Tên" not in html


def test_filters_combine_and_count_what_each_would_leave(client):
    land, civil = factories.make_sector("Đất đai"), factories.make_sector("Hộ tịch")
    for levels, sector in [(["commune"], land), (["province"], land), (["commune"], civil)]:
        factories.make_procedure(levels=levels, sector=sector)

    text = page(client, "/thu-tuc/?linh-vuc=dat-dai")
    both = codes(client, "/thu-tuc/?linh-vuc=dat-dai&cap=xa")

    assert "Cấp xã (1)" in text
    assert "Cấp tỉnh (1)" in text
    assert "Hộ tịch (1)" in text
    assert len(codes(client, "/thu-tuc/?linh-vuc=dat-dai")) == 2
    assert both == [Procedure.objects.get(sector=land, levels=["commune"]).code]


def test_every_filter_narrows_the_list(client):
    wanted = make_content()
    factories.make_procedure(name="Thủ tục khác", levels=["ministry"])

    for query in [
        "nhom=sinh-con",
        "linh-vuc=ho-tich",
        "cap=xa",
        "co-quan=uy-ban-nhan-dan-cap-xa",
        "doi-tuong=cong-dan-viet-nam",
        "truc-tuyen=co",
    ]:
        assert codes(client, f"/thu-tuc/?{query}") == [wanted.code], query


def test_a_group_counts_a_procedure_once(client):
    sector = factories.make_sector()
    procedure = factories.make_procedure(sector=sector)
    factories.make_group("Sinh con", sectors=[sector], procedures=[procedure])

    assert "Sinh con (1)" in page(client, "/thu-tuc/")
    assert codes(client, "/thu-tuc/?nhom=sinh-con") == [procedure.code]


def test_a_filter_that_does_not_exist_is_left_out_and_named(client):
    procedure = factories.make_procedure()

    text = page(client, "/thu-tuc/?cap=liên-bang")

    assert "Đã bỏ qua điều kiện không có trong danh mục: liên-bang" in text
    assert procedure.code in text


def test_the_list_is_in_vietnamese_order_and_in_pages(client):
    names = ["Đăng ký", "Cấp", "Ánh xạ", "Ăn", "Chấm dứt", "Da giày"]
    for name in names:
        factories.make_procedure(name=name)
    for number in range(20):
        factories.make_procedure(name=f"Xác nhận {number}")

    first = re.findall(r'card__title"><a[^>]*>([^<]+)<', client.get("/thu-tuc/").content.decode())

    assert first[:6] == ["Ánh xạ", "Ăn", "Cấp", "Chấm dứt", "Da giày", "Đăng ký"]
    assert len(first) == 20
    assert "Trang 2 trên 2" in page(client, "/thu-tuc/?trang=2")
    assert len(codes(client, "/thu-tuc/?trang=2")) == 6


@pytest.mark.parametrize("path", ["/thu-tuc/", "/linh-vuc/ho-tich/", "/tim-kiem/?q=đăng+ký"])
def test_a_longer_list_asks_no_more_questions(client, path, django_assert_max_num_queries):
    make_content()
    client.get(path)
    with django_assert_max_num_queries(40) as few:
        client.get(path)

    _many_procedures()
    with django_assert_max_num_queries(len(few)):
        client.get(path)


def _many_procedures():
    from_sector = Procedure.objects.get(code="1.001193").sector
    made = [
        factories.make_complete_procedure(sector=from_sector, name=f"Đăng ký việc số {n}")
        for n in range(15)
    ]
    complete_procedures(procedure.pk for procedure in made)


def test_lists_do_not_load_the_long_texts(client, django_assert_max_num_queries):
    make_content()

    with django_assert_max_num_queries(40) as asked:
        client.get("/thu-tuc/")

    assert not any('"requirements"' in query["sql"] for query in asked)
    assert not any('"procedures_procedurestep"' in query["sql"] for query in asked)


def test_a_place_is_found_by_its_old_name_without_accents(client):
    make_content()
    factories.make_service_point("Trung tâm xã Đất Mũi")

    text = page(client, "/noi-nop-ho-so/?q=tan hai")

    assert "xã Tân Thuận" in text
    assert "Gồm địa bàn trước đây của Xã Tân Hải" in text
    assert "Đất Mũi" not in text


def test_a_procedure_s_places_take_its_sector_at_its_level(client):
    make_content()
    factories.make_service_point("Trung tâm xã không nhận")
    factories.make_service_point("Trung tâm tỉnh", kind="provincial_centre")

    text = page(client, "/noi-nop-ho-so/?thu-tuc=1.001193")

    assert "Trung tâm Phục vụ hành chính công xã Tân Thuận" in text
    assert "không nhận" not in text
    assert "Trung tâm tỉnh" not in text


def test_a_service_point_shows_its_hours(client):
    make_content()

    text = page(client, "/noi-nop-ho-so/trung-tam-xa-tan-thuan/")

    assert "Thứ Hai 07:00–11:00" in text
    assert "Chủ nhật Nghỉ" in text
    assert "Có đường dốc cho xe lăn." in text
