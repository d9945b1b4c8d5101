"""Laws, decrees, circulars: how they stand, what follows what, their files, and what on the portal rests on them."""

import json
import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from outreach import publishing
from procedures.models import LegalDocument, LegalDocumentFile
from tests import factories as make
from tests import file_samples
from tests.procedures.source_records import import_all, make_record
from tests.procedures.test_admin import errors_of, form_data

pytestmark = pytest.mark.django_db

LIST = "/van-ban/"
CHANGELIST = reverse("admin:procedures_legaldocument_changelist")
TODAY = date(2026, 6, 1)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
STANDINGS = {
    "unknown": {},
    "not_yet": {"effective_on": TOMORROW},
    "in_force": {"effective_on": TODAY, "expired_on": TOMORROW, "partly_expired_on": TOMORROW},
    "partly_expired": {"partly_expired_on": TODAY, "expired_on": TOMORROW},
    "expired": {"effective_on": YESTERDAY, "partly_expired_on": YESTERDAY, "expired_on": TODAY},
}


@pytest.fixture
def officer(client):
    client.force_login(make.make_officer("procedures"))
    return client


def shown(client, query=""):
    page = client.get(LIST + query)
    assert page.status_code == 200
    return [document.number for document in page.context["page"]]


def text_of(response):
    """What a person reads, without the markup."""
    main = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


# Hiệu lực, năm


def test_the_list_and_the_page_say_the_same_of_how_an_act_stands():
    acts = {
        status: make.make_legal_document(f"{number}/2025/QH15", **dates)
        for number, (status, dates) in enumerate(STANDINGS.items(), start=1)
    }

    counts = LegalDocument.objects.counts_by_status(TODAY)

    for status, act in acts.items():
        assert list(LegalDocument.objects.standing(status, TODAY)) == [act]
        assert counts[status] == 1
        assert act.status_on(TODAY) == status


@pytest.mark.parametrize(
    ("number", "signed_on", "year"),
    [
        ("63/2010/NĐ-CP", None, 2010),
        ("66.7/2025/NQ-CP", None, 2025),
        ("63/2010/NĐ-CP", "2011-01-02", 2011),
        ("1739/KH-UBND", None, None),
        ("12/1975/X", None, 1975),
        ("12/3010/X", None, None),
    ],
)
def test_the_year_is_that_of_signing_or_that_of_the_number(number, signed_on, year):
    act = make.make_legal_document(number, signed_on=signed_on)

    assert LegalDocument.objects.get(pk=act.pk).year == year


# Danh sách


def test_the_newest_stand_first_and_those_without_a_year_that_can_be_last(client):
    for number in ("5/QĐ-UBND", "40/2099/QH14", "63/2010/NĐ-CP", "118/2025/NĐ-CP", "1/2025/QH15"):
        make.make_legal_document(number)
    make.make_legal_document("9/2025/TT-BTP", signed_on="2025-03-01")

    assert shown(client) == [
        "9/2025/TT-BTP",
        "1/2025/QH15",
        "118/2025/NĐ-CP",
        "63/2010/NĐ-CP",
        "40/2099/QH14",
        "5/QĐ-UBND",
    ]


@pytest.mark.parametrize(
    "typed",
    ["63/2010", "kiểm soát thủ tục", "KIEM SOAT THU TUC", "thủ tục 2010", "nghi dinh 63", "nđ-cp"],
)
def test_an_act_is_found_by_words_of_its_number_type_and_title(client, typed):
    make.make_legal_document("63/2010/NĐ-CP", title="Về kiểm soát thủ tục hành chính")
    make.make_legal_document("60/2014/QH13", doc_type="Luật", title="Luật Hộ tịch")

    assert shown(client, f"?q={typed}") == ["63/2010/NĐ-CP"]


@pytest.mark.parametrize("odd", ["%25", "_", "%00", "'", "\\", "x " * 5000, "☂"])
def test_odd_words_find_nothing_and_break_nothing(client, odd):
    make.make_legal_document("63/2010/NĐ-CP")

    assert shown(client, f"?q=qqq{odd}") == []


def test_filters_narrow_the_list_and_count_what_each_choice_would_leave(client):
    make.make_legal_document("1/2025/QH15", doc_type="Luật", issuer="Quốc hội")
    make.make_legal_document("2/2024/QH15", doc_type="Luật", issuer="Quốc Hội")
    make.make_legal_document("3/2025/NĐ-CP", issuer="Chính phủ", expired_on="2025-12-01")

    assert shown(client, "?loai=luat") == ["1/2025/QH15", "2/2024/QH15"]
    assert shown(client, "?co-quan=quoc-hoi&nam=2024") == ["2/2024/QH15"]
    assert shown(client, "?hieu-luc=het") == ["3/2025/NĐ-CP"]
    facets = client.get(f"{LIST}?nam=2025").context["filter"].facets
    assert {
        facet.name: [(option.value, option.count) for option in facet.options] for facet in facets
    } == {
        "hieu-luc": [("het", 1), ("chua-ro", 1)],
        "loai": [("luat", 1), ("nghi-dinh", 1)],
        "nam": [("2025", 2), ("2024", 1)],
        "co-quan": [("chinh-phu", 1), ("quoc-hoi", 1)],
    }


def test_a_filter_that_does_not_exist_is_named_and_left_out(client):
    make.make_legal_document("1/2025/QH15")

    page = client.get(f"{LIST}?loai=khong-co&hieu-luc=x&nam=20255&trang=-3")

    assert "Đã bỏ qua điều kiện" in text_of(page)
    assert [document.number for document in page.context["page"]] == ["1/2025/QH15"]


def test_the_list_asks_as_often_for_many_acts_as_for_few(client, django_assert_num_queries):
    make.make_legal_basis(make.make_procedure())
    client.get(LIST)
    with django_assert_num_queries(11):
        client.get(LIST)
    for _ in range(25):
        make.make_legal_basis(make.make_procedure(), make.make_legal_document(doc_type="Luật"))

    with django_assert_num_queries(11):
        assert len(shown(client)) == 20


# Trang của một văn bản


def test_succession_is_told_both_ways(client):
    newer = make.make_legal_document("3/2026/NĐ-CP")
    old = make.make_legal_document("1/2010/NĐ-CP", replaced_by=newer, expired_on="2026-01-01")
    old.amended_by.add(make.make_legal_document("2/2017/NĐ-CP"))

    told = {
        path: text_of(client.get(path))
        for path in ("/van-ban/1-2010-nd-cp/", "/van-ban/2-2017-nd-cp/", "/van-ban/3-2026-nd-cp/")
    }

    assert "Được thay thế bởi Nghị định 3/2026/NĐ-CP" in told["/van-ban/1-2010-nd-cp/"]
    assert "Được sửa đổi bởi Nghị định 2/2017/NĐ-CP" in told["/van-ban/1-2010-nd-cp/"]
    assert "Sửa đổi Nghị định 1/2010/NĐ-CP Hết hiệu lực" in told["/van-ban/2-2017-nd-cp/"]
    assert "Thay thế Nghị định 1/2010/NĐ-CP Hết hiệu lực" in told["/van-ban/3-2026-nd-cp/"]


def test_an_ended_act_says_so_and_that_procedures_still_name_it(client):
    newer = make.make_legal_document("3/2026/NĐ-CP")
    old = make.make_legal_document("1/2010/NĐ-CP", replaced_by=newer, expired_on="2026-01-01")

    assert "còn" not in text_of(client.get(old.get_absolute_url()))

    make.make_legal_basis(make.make_procedure(name="Thủ tục chưa rà soát"), old)
    page = text_of(client.get(old.get_absolute_url()))

    assert "Văn bản hết hiệu lực từ ngày 01/01/2026. Thay thế bằng 3/2026/NĐ-CP" in page
    assert "Trên Cổng còn 1 thủ tục dẫn văn bản này" in page
    assert "Thủ tục chưa rà soát" in page


def test_only_what_the_public_may_find_is_told_to_cite_an_act(client):
    act = make.make_legal_document("1/2010/NĐ-CP")
    for name, status in [("Đang áp dụng", "published"), ("Bản thảo", "draft")]:
        procedure = make.make_procedure(name=f"Thủ tục {name}", status=status)
        make.make_legal_basis(procedure, act)
        make.make_legal_basis(procedure, act, text="Điều 5")
    ended = make.make_procedure(name="Thủ tục đã hết", status="expired", expired_on="2025-01-01")
    make.make_legal_basis(ended, act)
    cites = {"parts": {"legal_documents": [act]}}
    make.make_article("Tin đang đăng", **cites)
    make.make_draft("Tin nháp", **cites)
    make.make_article("Tin hẹn giờ", publish_at=timezone.now() + timedelta(hours=1), **cites)
    publishing.withdraw(make.make_article("Tin đã gỡ", **cites).article)
    make.make_article("Tin không dẫn")

    page = text_of(client.get(act.get_absolute_url()))

    assert "1 thủ tục dẫn văn bản này Thủ tục Đang áp dụng" in page
    assert "Tin dẫn văn bản này Tin đang đăng" in page
    for absent in ("Bản thảo", "đã hết", "Tin nháp", "hẹn giờ", "đã gỡ", "không dẫn"):
        assert absent not in page
    assert "1 thủ tục dẫn" in text_of(client.get(LIST))


def test_a_much_cited_act_has_pages_and_a_steady_number_of_questions(
    client, django_assert_num_queries
):
    act = make.make_legal_document("1/2010/NĐ-CP")
    make.make_legal_basis(make.make_procedure(), act)
    make.make_article(parts={"legal_documents": [act]})
    client.get(act.get_absolute_url())
    with django_assert_num_queries(14):
        client.get(act.get_absolute_url())
    for _ in range(24):
        make.make_legal_basis(make.make_procedure(sector=make.make_sector()), act)
        act.amended_by.add(make.make_legal_document())
    for _ in range(3):
        make.make_article(parts={"legal_documents": [act]})

    with django_assert_num_queries(14):
        first = client.get(act.get_absolute_url())

    assert len(first.context["page"]) == 20
    assert "?trang=2" in first.content.decode()
    assert len(client.get(f"{act.get_absolute_url()}?trang=2").context["page"]) == 5


def test_a_link_that_leads_outside_says_where(client):
    act = make.make_legal_document("1/2010/NĐ-CP", source_url="https://vanban.chinhphu.vn/x?y=1")

    page = text_of(client.get(act.get_absolute_url()))

    assert "Đọc toàn văn ở nguồn (rời Cổng, sang trang vanban.chinhphu.vn)" in page


def test_programs_are_told_what_the_act_is(client, settings):
    settings.SITE_URL = "https://tthc.example.vn"
    act = make.make_legal_document("1/2010/NĐ-CP", expired_on="2020-01-01", title="</script>Về")

    page = client.get(act.get_absolute_url()).content.decode()

    told = json.loads(re.search(r'application/ld\+json">(.*?)</script>', page)[1])
    assert told["@type"] == "Legislation"
    assert told["legislationIdentifier"] == "1/2010/NĐ-CP"
    assert told["legislationLegalForce"] == "https://schema.org/NotInForce"
    assert told["@id"] == "https://tthc.example.vn/van-ban/1-2010-nd-cp/"
    assert told["name"] == "</script>Về"


def test_a_procedure_and_the_site_map_lead_to_its_acts(client):
    procedure = make.make_procedure()
    make.make_legal_basis(procedure, make.make_legal_document("60/2014/QH13"))
    link = re.compile(r'<a href="/van-ban/60-2014-qh13/">60/2014/QH13</a>')

    assert link.search(client.get(procedure.get_absolute_url()).content.decode())
    assert "/van-ban/60-2014-qh13/</loc>" in client.get("/sitemap.xml").content.decode()


def test_the_english_page_marks_what_stands_in_vietnamese(client):
    make.make_legal_document("60/2014/QH13", doc_type="Luật", title="Luật Hộ tịch")
    make.make_term("Luật", "Law")

    page = client.get("/en/van-ban/60-2014-qh13/").content.decode()

    assert "<h1><span>Law 60/2014/QH13</span></h1>" in page
    assert '<p class="lead prose" lang="vi">Luật Hộ tịch</p>' in page


# Tệp


def test_a_file_of_an_act_is_fetched_under_its_title(client):
    act = make.make_legal_document("1/2010/NĐ-CP")
    stored = make.make_legal_document_file(act, title="Toàn văn “Nghị định”", content=b"%PDF-1.7 x")

    page = client.get(act.get_absolute_url())
    response = client.get(stored.get_absolute_url())

    assert f'href="{stored.get_absolute_url()}"' in page.content.decode()
    assert "Toàn văn “Nghị định” (PDF, 12 trang, 1 KB)" in text_of(page).replace("\xa0", " ")
    assert b"".join(response) == b"%PDF-1.7 x"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''To%C3%A0n" in response.headers["Content-Disposition"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_is_found_only_under_its_own_act(client):
    stored = make.make_legal_document_file(make.make_legal_document("1/2010/NĐ-CP"))
    make.make_legal_document("2/2010/NĐ-CP")

    assert client.get(f"/van-ban/2-2010-nd-cp/tep/{stored.pk}/").status_code == 404
    assert client.get(f"/van-ban/1-2010-nd-cp/tep/{stored.pk + 1}/").status_code == 404
    assert client.get(f"/van-ban/1-2010-nd-cp/tep/{10**30}/").status_code == 404
    assert client.get("/van-ban/khong-co/").status_code == 404


# Một văn bản, một địa chỉ


@pytest.mark.parametrize(
    ("one", "other"),
    [("66.7/2025/NQ-CP", "667/2025/NQ-CP"), ("1/12025/QH15", "11/2025/QH15")],
)
def test_numbers_that_differ_in_their_parts_have_addresses_of_their_own(one, other):
    assert make.make_legal_document(one).slug != make.make_legal_document(other).slug


@pytest.mark.parametrize("kept", ["163/QD-BTP", "163/qđ-btp", "163 / QĐ-BTP"])
def test_an_import_finds_the_act_whose_number_is_written_otherwise(kept):
    act = make.make_legal_document(kept, doc_type="", title="Tên đã có")
    basis = {"title": "Quyết định", "number": "163/QĐ-BTP"}

    report = import_all(make_record(legal_basis=[basis]))

    assert report.counts == {"new": 1}
    act.refresh_from_db()
    assert LegalDocument.objects.get() == act
    assert (act.number, act.title, act.doc_type) == (kept, "Tên đã có", "Quyết định")
    assert act.bases.count() == 1
    assert import_all(make_record(legal_basis=[basis])).changes_nothing


def add(officer, **fields):
    page = officer.get(reverse("admin:procedures_legaldocument_add"))
    return officer.post(
        reverse("admin:procedures_legaldocument_add"),
        form_data(page) | {"doc_type": "Quyết định", "title": "Về việc thử"} | fields,
    )


@pytest.mark.parametrize("twin", ["163/QD-BTP", "163/qđ-btp", "163 / QĐ - BTP", "163/QĐ-BTP"])
def test_staff_cannot_add_an_act_twice_under_two_spellings(officer, twin):
    make.make_legal_document("163/QĐ-BTP")

    page = add(officer, number=twin)

    assert "Văn bản này đã có, ghi là 163/QĐ-BTP" in errors_of(page)
    assert LegalDocument.objects.count() == 1


def test_a_number_without_letters_and_digits_is_refused(officer):
    assert "phải có chữ cái hoặc chữ số" in errors_of(add(officer, number="№/-"))


def test_staff_correct_the_spelling_of_a_number(officer):
    act = make.make_legal_document("163/QD-BTP")
    path = reverse("admin:procedures_legaldocument_change", args=[act.pk])

    officer.post(path, form_data(officer.get(path)) | {"number": "163/QĐ-BTP"})

    act.refresh_from_db()
    assert (act.number, act.slug) == ("163/QĐ-BTP", "163-qd-btp")


# Quản trị


def test_staff_add_a_file_whose_content_is_checked(officer):
    files = {"files-TOTAL_FORMS": "1", "files-0-title": ""}
    upload = SimpleUploadedFile("Toan_van nghi dinh.pdf", file_samples.pdf())
    false = SimpleUploadedFile("van-ban.pdf", b"<script>alert(1)</script>")

    refused = add(officer, number="1/2026/NĐ-CP", **files, **{"files-0-file": false})
    taken = add(officer, number="1/2026/NĐ-CP", **files, **{"files-0-file": upload})

    assert refused.status_code == 200
    assert "Nội dung tệp không phải là PDF" in errors_of(refused)
    assert taken.status_code == 302
    stored = LegalDocumentFile.objects.get()
    assert (stored.title, stored.page_count) == ("Toan van nghi dinh", 1)
    assert b"".join(officer.get(stored.get_absolute_url())) == file_samples.pdf()


def test_ended_acts_that_are_still_named_are_the_list_to_work_off(officer):
    cited, draft_only, alive = (
        make.make_legal_document(f"{number}/2020/QĐ-UBND", expired_on=day)
        for number, day in [(1, "2021-01-01"), (2, "2021-01-01"), (3, None)]
    )
    make.make_legal_basis(make.make_procedure(), cited)
    make.make_legal_basis(make.make_procedure(status="draft"), draft_only)
    make.make_legal_basis(make.make_procedure(), alive)

    page = officer.get(CHANGELIST, {"hieu-luc": "het-con-vien-dan"})

    assert [row.number for row in page.context["cl"].result_list] == [cited.number]
    row = text_of_row(page)
    assert "Hết hiệu lực" in row
    assert row.endswith(" 1")


def text_of_row(page):
    table = re.search(r"<tbody>.*?</tbody>", page.content.decode(), re.DOTALL)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", table).split())
