"""The official Excel list: drafts for what is not known, gaps filled, nothing overwritten."""

import io
import zipfile

import openpyxl
import pytest

from procedures.importing import excel
from procedures.importing.errors import UnreadableFile
from procedures.importing.excel import import_list, read_list
from procedures.models import Procedure, ProcedureSource
from tests.procedures.source_records import import_all, make_record

HEADER = ("Mã số", "Tên", "Cơ quan ban hành", "Cơ quan thực hiện", "Lĩnh vực")
ROW = (
    "1.000001",
    " Đăng ký\nthử nghiệm ",
    "Bộ Tư pháp",
    "Sở Tư Pháp\nThuế tỉnh, thành phố\nSở Tư pháp",
    "Hộ tịch",
)


def make_workbook(*rows, header=HEADER, title="DANH SÁCH THỦ TỤC HÀNH CHÍNH"):
    workbook = openpyxl.Workbook()
    for row in ((title,), header, *rows):
        workbook.active.append(row)
    file = io.BytesIO()
    workbook.save(file)
    file.seek(0)
    return file


def import_rows(*rows, **options):
    return import_list(read_list(make_workbook(*rows)), **options)


@pytest.mark.django_db
def test_a_row_begins_a_draft():
    report = import_rows(ROW)

    procedure = Procedure.objects.get()
    assert report.counts == {"new": 1}
    assert (procedure.code, procedure.name, procedure.status) == (
        "1.000001",
        "Đăng ký thử nghiệm",
        "draft",
    )
    assert procedure.sector.name == "Hộ tịch"
    assert [a.name for a in procedure.agencies_as("executing")] == [
        "Sở Tư Pháp",
        "Thuế tỉnh, thành phố",
    ]
    assert [a.name for a in procedure.agencies_as("issuing")] == ["Bộ Tư pháp"]
    assert not ProcedureSource.objects.exists()


@pytest.mark.django_db
def test_a_second_run_changes_nothing():
    import_rows(ROW)

    report = import_rows(ROW)

    assert report.counts == {"same": 1}
    assert report.note_count == 0


@pytest.mark.django_db
def test_a_dry_run_writes_nothing():
    report = import_rows(ROW, dry_run=True)

    assert report.counts == {"new": 1}
    assert not Procedure.objects.exists()


@pytest.mark.django_db
def test_a_complete_record_keeps_what_it_has_and_the_difference_is_told():
    import_all(make_record(issuing_agency=None))
    source = ProcedureSource.objects.get()

    report = import_rows(("1.000001", "Tên khác", "Bộ Tư pháp", "Sở Y tế", None))

    procedure = Procedure.objects.get()
    assert report.counts == {"changed": 1}
    assert report.changed[0].parts == ("cơ quan ban hành",)
    assert report.changed[0].notes == (
        "Khác danh mục: tên (danh mục ghi “Tên khác”)",
        "Khác danh mục: cơ quan thực hiện (danh mục ghi “Sở Y tế”)",
    )
    assert (procedure.name, procedure.sector.name) == ("Đăng ký thử nghiệm", "Hộ tịch")
    assert procedure.status == Procedure.Status.PUBLISHED
    assert [a.name for a in procedure.agencies_as("executing")] == ["Ủy ban nhân dân cấp xã"]
    assert procedure.methods.count() == 1
    assert ProcedureSource.objects.get() == source


@pytest.mark.django_db
def test_a_full_record_completes_a_draft_of_the_list():
    import_rows(ROW)

    report = import_all(make_record())

    procedure = Procedure.objects.get()
    assert report.counts == {"changed": 1}
    assert procedure.status == Procedure.Status.PUBLISHED
    assert procedure.steps.count() == 2


@pytest.mark.django_db
def test_rows_that_cannot_be_imported_are_refused_by_number():
    report = import_rows(
        ROW,
        (None, "Không mã", None, None, None),
        ("12", "Mã sai", None, None, None),
        ("1.000002", None, None, None, None),
        (None, None, None, None, None),
        ("1.000003", "Được", None, None, None),
        ("1.000003", "Lặp lại", None, None, None),
    )

    assert report.counts == {"new": 2, "refused": 4}
    assert [(row.line, row.notes[0][:20]) for row in report.refused] == [
        (4, "Không có mã thủ tục"),
        (5, "Mã “12” không đúng d"),
        (6, "Không có tên thủ tục"),
        (9, "Mã 1.000003 đã có ở "),
    ]


@pytest.mark.django_db
def test_a_code_that_became_a_number_keeps_its_six_digits():
    import_rows((1.00119, "Mã là số", None, None, None))

    assert Procedure.objects.get().code == "1.001190"


@pytest.mark.parametrize(
    "file",
    [
        make_workbook(header=("STT", "Họ tên")),
        make_workbook(title="x", header=()),
        io.BytesIO(b"PK\x03\x04 broken"),
    ],
)
def test_a_workbook_without_the_list_is_told_in_vietnamese(file):
    with pytest.raises(UnreadableFile, match="^(Không thấy dòng tiêu đề|Tệp nén bị hỏng)"):
        list(read_list(file))


def test_a_zip_that_is_no_workbook_is_not_read():
    with pytest.raises(UnreadableFile, match="không phải Excel"):
        list(read_list(make_zip({"readme.txt": b"hi"})))


def test_a_workbook_with_broken_insides_is_told_in_vietnamese():
    with pytest.raises(UnreadableFile, match="bị hỏng"):
        list(read_list(make_zip({"xl/workbook.xml": b"<broken", "[Content_Types].xml": b"<a>"})))


def test_a_bomb_is_not_unpacked():
    with pytest.raises(UnreadableFile, match="quá lớn"):
        list(read_list(make_zip({"xl/workbook.xml": b"\0" * (excel.MAX_UNPACKED_BYTES + 1)})))
    with pytest.raises(UnreadableFile, match="quá lớn"):
        list(read_list(make_zip({f"xl/{n}.xml": b"" for n in range(excel.MAX_MEMBERS + 1)})))


def test_entities_of_a_hostile_workbook_are_not_expanded():
    file = make_workbook(ROW)
    bomb = b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    members = {
        info.filename: zipfile.ZipFile(file).read(info) for info in zipfile.ZipFile(file).infolist()
    }

    with pytest.raises(UnreadableFile, match="bị hỏng"):
        list(read_list(make_zip(members | {"xl/worksheets/sheet1.xml": bomb})))


def test_a_list_of_endless_rows_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr(excel, "MAX_ROWS", 5)

    with pytest.raises(UnreadableFile, match="dài quá 5 dòng"):
        list(read_list(make_workbook(*[ROW] * 10)))


def make_zip(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    file.seek(0)
    return file
