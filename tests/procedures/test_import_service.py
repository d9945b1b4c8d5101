"""What an import does to the catalogue, and to what staff edited in it."""

from dataclasses import replace

import pytest
from django.db import connection
from django.utils import timezone

from procedures.importing import records
from procedures.importing.service import import_records
from procedures.models import (
    Agency,
    Fee,
    LegalDocument,
    Procedure,
    ProcedureSource,
    QrTarget,
    Sector,
)
from tests.factories import make_agency, make_procedure, make_sector, make_step
from tests.procedures.source_records import (
    as_line,
    import_all,
    make_method_row,
    make_paper_row,
    make_record,
)

pytestmark = pytest.mark.django_db


def the_procedure():
    return Procedure.objects.get(code="1.000001")


def test_a_record_becomes_a_published_procedure_with_all_its_parts():
    report = import_all(make_record())

    procedure = the_procedure()
    assert report.counts == {"new": 1}
    assert procedure.status == Procedure.Status.PUBLISHED
    assert procedure.synced_on == timezone.localdate()
    assert not procedure.is_sample
    assert procedure.sector.name == "Hộ tịch"
    assert procedure.decision.number == "163/QĐ-BTP"
    assert procedure.levels == ["commune"]
    assert [str(step) for step in procedure.steps.all()] == ["Bước 1", "Bước 2"]
    assert [fee.amount for fee in Fee.objects.filter(method__procedure=procedure)] == [0]
    assert procedure.cases.get().documents.get().name == "Tờ khai"
    assert procedure.results.get().code == "KQ.1"
    assert procedure.legal_bases.get().document.number == "60/2014/QH13"
    assert procedure.legal_bases.get().text == ""
    assert [audience.name for audience in procedure.audiences.all()] == ["Công dân Việt Nam"]
    assert {(role.role, role.agency.name) for role in procedure.agency_roles.all()} == {
        ("executing", "Ủy ban nhân dân cấp xã"),
        ("issuing", "Bộ Tư pháp"),
    }
    assert procedure.national_url == "https://dichvucong.gov.vn/thu-tuc/1"
    assert procedure.source.record == make_record()
    assert QrTarget.objects.filter(procedure=procedure).exists()


def test_a_second_run_changes_nothing_not_even_what_staff_edited():
    import_all(make_record())
    Procedure.objects.update(name="Tên do cán bộ sửa")
    before = _contents_of_tables()

    report = import_all(make_record())

    assert report.counts == {"same": 1}
    assert report.changes_nothing
    assert _contents_of_tables() == before


def test_only_what_the_source_changed_is_written():
    import_all(make_record())
    procedure = the_procedure()
    procedure.requirements = "Cán bộ ghi thêm"
    procedure.save()
    procedure.steps.update(body="Cán bộ sửa")
    paper = procedure.cases.get().documents.get()

    changed = make_record(methods=[make_method_row(time="3 Ngày làm việc")], name="Tên mới")
    report = import_all(changed)

    procedure = the_procedure()
    assert report.counts == {"changed": 1}
    assert report.changed[0].parts == ("tên", "cách thức thực hiện")
    assert report.changed[0].notes == ()
    assert procedure.name == "Tên mới"
    assert procedure.methods.get().duration_value == 3
    assert procedure.requirements == "Cán bộ ghi thêm"
    assert {step.body for step in procedure.steps.all()} == {"Cán bộ sửa"}
    assert procedure.cases.get().documents.get().pk == paper.pk
    assert procedure.source.record == changed


def test_the_source_prevails_over_staff_and_the_report_says_so():
    import_all(make_record())
    the_procedure().methods.update(duration_value=9)

    report = import_all(make_record(methods=[make_method_row(time="3 Ngày làm việc")]))

    assert the_procedure().methods.get().duration_value == 3
    assert report.changed[0].notes == ("Ghi đè sửa đổi của cán bộ: cách thức thực hiện",)


def test_what_staff_already_corrected_is_no_change():
    import_all(make_record())
    procedure = the_procedure()
    procedure.name = "Tên mới"
    procedure.save()

    report = import_all(make_record(name="Tên mới"))

    assert report.counts == {"same": 1}
    assert the_procedure().source.record["name"] == "Tên mới"


def test_what_the_source_drops_is_emptied_and_told():
    import_all(make_record(conditions="Đủ 18 tuổi"))

    report = import_all(make_record(conditions=None))

    assert the_procedure().requirements == ""
    assert report.changed[0].notes == ("Nguồn không còn ghi: yêu cầu, điều kiện",)


def test_staffs_own_words_are_never_emptied():
    import_all(make_record())
    Procedure.objects.update(
        summary="Tóm tắt", keywords="từ khóa", online_level="full", popularity=9
    )

    import_all(make_record(name="Tên mới"))

    procedure = the_procedure()
    assert (procedure.summary, procedure.keywords) == ("Tóm tắt", "từ khóa")
    assert (procedure.online_level, procedure.popularity) == ("full", 9)


def test_a_procedure_made_by_hand_is_completed_and_overwritten_where_the_record_speaks():
    procedure = make_procedure(
        code="1.000001",
        name="Tên cũ",
        status="draft",
        requirements="Của cán bộ",
        levels=["commune"],
    )
    make_step(procedure, body="Bước cũ")

    report = import_all(make_record())

    procedure = the_procedure()
    assert report.counts == {"changed": 1}
    assert procedure.status == Procedure.Status.PUBLISHED
    assert procedure.name == "Đăng ký thử nghiệm"
    assert procedure.requirements == "Của cán bộ"
    assert procedure.steps.count() == 2
    assert "cấp thực hiện" not in report.changed[0].parts
    assert "Chuyển sang Đang áp dụng" in report.changed[0].notes


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "suspended", "suspended_reason": "Chờ văn bản"},
        {"status": "expired", "expired_on": "2026-01-01"},
        {"status": "draft"},
    ],
)
def test_a_status_that_staff_chose_after_an_import_stays(fields):
    import_all(make_record())
    Procedure.objects.update(**fields)

    import_all(make_record(name="Tên mới"))

    assert the_procedure().status == fields["status"]


def test_a_sample_never_covers_a_real_procedure():
    import_all(make_record())

    report = import_all(make_record(name="Tên mẫu"), sample=True)

    assert report.counts == {"same": 1}
    assert the_procedure().name == "Đăng ký thử nghiệm"
    assert not the_procedure().is_sample


def test_a_real_record_takes_the_place_of_a_sample_and_keeps_its_plain_words():
    sample = make_record(
        name="Tên mẫu", conditions="Điều kiện mẫu", summary="Dễ hiểu", keywords="giấy", popular=3
    )
    import_all(sample, sample=True)
    assert the_procedure().is_sample

    report = import_all(make_record())

    procedure = the_procedure()
    assert report.counts == {"changed": 1}
    assert not procedure.is_sample
    assert (procedure.name, procedure.requirements) == ("Đăng ký thử nghiệm", "")
    assert (procedure.summary, procedure.keywords, procedure.popularity) == ("Dễ hiểu", "giấy", 97)


def test_a_sample_that_equals_the_real_record_becomes_real():
    import_all(make_record(), sample=True)

    report = import_all(make_record())

    assert report.changed[0].notes == ("Không còn là nội dung mẫu",)
    assert not the_procedure().is_sample
    assert import_all(make_record()).counts == {"same": 1}


def test_a_broken_line_stops_nothing_and_saves_no_half():
    lines = [
        (1, as_line(make_record())),
        (2, as_line(make_record(code="1.000002"))[:-40]),
        (3, b"\xff\xfe"),
        (4, "   "),
        (5, b"\xef\xbb\xbf\r\n"),
        (6, as_line(make_record(code=None))),
        (7, as_line(make_record(code="1.000003")).encode()),
        (8, '{"code": "1.0000'),
    ]

    report = import_records(lines, origin="thử")

    assert report.counts == {"new": 2, "refused": 4}
    assert [row.line for row in report.refused] == [2, 3, 6, 8]
    assert all(row.notes[0] for row in report.refused)
    assert set(Procedure.objects.values_list("code", flat=True)) == {"1.000001", "1.000003"}


def test_a_row_that_the_database_refuses_leaves_the_others_of_its_batch(monkeypatch):
    # A rule of the database that the reader does not know.
    read_content = records.read_content
    monkeypatch.setattr(
        records,
        "read_content",
        lambda raw: replace(
            read_content(raw), sets_required=-1 if raw["code"] == "1.000002" else None
        ),
    )

    report = import_all(*(make_record(code=f"1.00000{n}") for n in (1, 2, 3)))

    assert report.counts == {"new": 2, "refused": 1}
    assert report.refused[0].notes[0].startswith("Cơ sở dữ liệu không nhận:")
    assert Procedure.objects.count() == 2


def test_a_code_may_come_twice_only_with_the_same_content():
    report = import_all(make_record(), make_record(name="Khác"), make_record())

    assert report.counts == {"new": 1, "refused": 1, "same": 1}
    assert report.refused[0].notes == ("Mã 1.000001 đã có ở dòng 1 với nội dung khác",)
    assert the_procedure().steps.count() == 2

    changed = make_record(name="Tên mới", steps="Bước 1: Một.")
    assert import_all(changed, changed).counts == {"changed": 1, "same": 1}
    assert the_procedure().steps.count() == 1


def test_a_dry_run_writes_nothing_and_reports_the_same():
    import_all(make_record())
    records = [
        make_record(name="Tên mới", field="Lĩnh vực mới", executing_agency="Sở Mới"),
        make_record(code="1.000002", executing_agency="Sở Mới"),
        make_record(code="x"),
    ]
    before = _contents_of_tables()

    dry = import_all(*records, dry_run=True)

    assert _contents_of_tables() == before
    wet = import_all(*records)
    assert dry.counts == wet.counts == {"changed": 1, "new": 1, "refused": 1}
    assert (dry.changed, dry.refused) == (wet.changed, wet.refused)


def test_one_agency_and_one_sector_whatever_the_capitals():
    sector = make_sector("Thi đua - Khen thưởng")
    agency = make_agency("Sở Tư pháp")

    import_all(
        make_record(executing_agency="Sở Tư Pháp, SỞ TƯ PHÁP", field="Thi đua – Khen thưởng"),
        make_record(code="1.000002", competent_agency="Sở tư pháp", field="Thi đua Khen thưởng"),
    )

    assert the_procedure().sector == sector
    assert Sector.objects.count() == 1
    assert Agency.objects.filter(slug__startswith="so-tu-phap").get() == agency


def test_long_names_that_begin_alike_stay_apart():
    long = "Cơ quan trực tiếp quản lý người thi hành công vụ gây thiệt hại trong hoạt động quản lý hành chính, tố tụng"
    names = [f"{long} ở cấp {level}" for level in ("trung ương", "tỉnh", "xã")]

    import_all(make_record(executing_agency="\n".join(names)))
    import_all(make_record(code="1.000002", executing_agency=names[2]))

    assert Agency.objects.filter(name__startswith="Cơ quan").count() == 3
    second = Procedure.objects.get(code="1.000002")
    assert second.agencies_as("executing")[0].name == names[2]


def test_agencies_get_a_first_guess_of_their_kind():
    names = "Ủy ban nhân dân cấp xã\nSở Y tế\nCông an tỉnh\nBộ Y tế\nCục Thuế\nCảng vụ hàng hải"

    import_all(make_record(executing_agency=names, issuing_agency=None))

    kinds = [agency.kind for agency in the_procedure().agencies_as("executing")]
    assert kinds == ["commune", "province", "province", "ministry", "ministry", "other"]


def test_an_act_is_one_row_and_another_title_stays_with_the_basis():
    LegalDocument.objects.create(number="60/2014/QH13", title="Luật Hộ tịch")
    basis = {"number": "Luật số 60/2014/QH13", "issued_on": "20-11-2014", "issuer": "Quốc hội"}
    other = {"number": "60/2014/QH13", "issued_on": "21-11-2014", "issuer": "Chính phủ"}

    import_all(
        make_record(
            legal_basis=[basis | {"title": "Luật Hộ tịch"}, other | {"title": "Luật hộ tịch 2014"}]
        )
    )

    act = LegalDocument.objects.get()
    assert (act.doc_type, act.issuer, act.signed_on.isoformat()) == (
        "Luật",
        "Quốc hội",
        "2014-11-20",
    )
    texts = [row.text for row in the_procedure().legal_bases.all()]
    assert texts == ["", "Luật hộ tịch 2014 (Chính phủ, 21-11-2014)"]
    # Read back, both say what the record says.
    assert import_all(make_record(legal_basis=[])).changed[0].notes == (
        "Nguồn không còn ghi: căn cứ pháp lý",
    )


def test_missing_parts_and_odd_amounts_are_told_not_refused():
    report = import_all(
        make_record(
            dossier=[],
            applicants=None,
            methods=[make_method_row(time=None, fees=[{"text": "90 VNĐ", "note": None}])],
        )
    )

    assert report.counts == {"new": 1}
    assert report.noted[0].notes == (
        "Nguồn thiếu: thời hạn giải quyết, thành phần hồ sơ, đối tượng thực hiện",
        "Xem lại số tiền: 90 VNĐ",
    )


def test_progress_is_told_by_line_after_each_batch():
    told = []

    import_all(*(make_record(code=f"1.{n:06}") for n in range(1, 202)), on_progress=told.append)

    assert told == [200, 201]


def test_the_number_of_queries_does_not_grow_with_the_batch(django_assert_max_num_queries):
    papers = [make_paper_row(name=f"Giấy {n}") for n in range(5)]
    records = [make_record(code=f"1.{n:06}", dossier=papers) for n in range(1, 101)]

    # One a record for its source, some sixty for all the rest.
    with django_assert_max_num_queries(170):
        import_all(*records)


def _contents_of_tables():
    """Every row of the catalogue, as the database holds it."""
    names = [
        name for name in connection.introspection.table_names() if name.startswith("procedures_")
    ]
    contents = {}
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {name} t"
            )
            contents[name] = cursor.fetchone()[0]
    assert ProcedureSource._meta.db_table in contents
    return contents
