"""`manage.py import_procedures`, as a person at a terminal sees it."""

import io

import pytest
from django.core.management import CommandError, call_command

from portal.csv import safe_cell
from procedures.importing.files import read_lines
from procedures.importing.records import MAX_RECORD_BYTES
from procedures.models import Procedure
from tests.procedures.source_records import as_line, make_record
from tests.procedures.test_import_excel import ROW, make_workbook


def write_lines(path, *lines):
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def run(path, *options):
    out = io.StringIO()
    call_command("import_procedures", str(path), *options, stdout=out, stderr=io.StringIO())
    return out.getvalue()


@pytest.mark.django_db
def test_the_report_counts_and_explains(tmp_path):
    path = write_lines(
        tmp_path / "a.jsonl", as_line(make_record()), "{", as_line(make_record(code=None))
    )

    shown = run(path)

    assert "mới                  1" in shown
    assert "từ chối              2" in shown
    assert "     2                  Không phải JSON hợp lệ" in shown
    assert "     3                  Không có mã thủ tục" in shown
    assert Procedure.objects.count() == 1


@pytest.mark.django_db
def test_a_second_run_says_that_nothing_changed(tmp_path):
    path = write_lines(tmp_path / "a.jsonl", as_line(make_record()))

    assert "Không có gì thay đổi" not in run(path)
    assert "Không có gì thay đổi" in run(path)


@pytest.mark.django_db
def test_a_dry_run_says_so_and_writes_nothing(tmp_path):
    path = write_lines(tmp_path / "a.jsonl", as_line(make_record()))

    shown = run(path, "--dry-run")

    assert "chưa ghi gì" in shown
    assert "mới                  1" in shown
    assert not Procedure.objects.exists()


@pytest.mark.django_db
def test_a_change_is_shown_with_its_parts(tmp_path):
    run(write_lines(tmp_path / "a.jsonl", as_line(make_record())))

    shown = run(
        write_lines(tmp_path / "b.jsonl", as_line(make_record(name="Tên mới", keywords="x")))
    )

    assert "     1  1.000001        tên; từ khóa" in shown


@pytest.mark.django_db
def test_long_lists_are_cut_on_screen_and_whole_in_the_file(tmp_path):
    path = write_lines(
        tmp_path / "a.jsonl", *["{"] * 30, as_line(make_record(name="=HYPERLINK(1)"))
    )
    report = tmp_path / "report.csv"

    shown = run(path, "--csv", str(report))

    assert "… và 10 dòng nữa" in shown
    content = report.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    lines = content.decode("utf-8-sig").splitlines()
    assert len(lines) == 32
    assert lines[0] == "Dòng,Mã thủ tục,Tên thủ tục,Kết quả,Phần thay đổi,Ghi chú"
    assert lines[-1] == "31,1.000001,'=HYPERLINK(1),mới,,"


@pytest.mark.django_db
def test_the_format_is_told_by_content_not_by_name(tmp_path):
    path = tmp_path / "danh-sach.jsonl"
    path.write_bytes(make_workbook(ROW).read())

    assert "mới                  1" in run(path)
    assert Procedure.objects.get().status == "draft"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "không có nội dung"),
        (b"\xef\xbb\xbf \n", "không có nội dung"),
        (b"a,b,c\n1,2,3\n", "không phải JSON Lines hay Excel"),
        (b"\x00{\x00}\n{", "không phải JSON Lines hay Excel"),
        (b'[{"code": "1.000001"}]', "mảng JSON"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel đời cũ"),
        (b"PK\x03\x04", "bị hỏng"),
    ],
)
def test_a_file_of_no_known_format_is_explained_without_a_traceback(tmp_path, content, reason):
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)

    with pytest.raises(CommandError, match=reason):
        run(path)


def test_a_file_that_is_not_there_is_explained(tmp_path):
    with pytest.raises(CommandError, match="Không tìm thấy tệp"):
        run(tmp_path / "none.jsonl")
    with pytest.raises(CommandError, match="là một thư mục"):
        run(tmp_path)


def test_a_report_that_cannot_be_written_is_known_before_anything_is_imported(tmp_path):
    path = write_lines(tmp_path / "a.jsonl", as_line(make_record()))

    with pytest.raises(CommandError, match="Không ghi được báo cáo"):
        run(path, "--csv", str(tmp_path / "none" / "report.csv"))


@pytest.mark.django_db
def test_the_bar_is_drawn_on_a_terminal_only(tmp_path):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    path = write_lines(tmp_path / "a.jsonl", as_line(make_record()))

    terminal, log = Terminal(), io.StringIO()
    for stderr in (terminal, log):
        call_command("import_procedures", str(path), stdout=io.StringIO(), stderr=stderr)

    assert terminal.getvalue().endswith("] 100%\n")
    assert log.getvalue() == ""


def test_a_line_without_end_is_not_read_whole():
    file = io.BytesIO(b"{}\n" + b"x" * (3 * MAX_RECORD_BYTES) + b"\n{}\n" + b'{"cut')

    lines = list(read_lines(file))

    assert [number for number, _ in lines] == [1, 2, 3, 4]
    assert MAX_RECORD_BYTES < len(lines[1][1]) <= MAX_RECORD_BYTES + 2
    assert lines[3] == (4, b'{"cut')


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_begins_like_a_formula(start):
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"
    assert safe_cell(f"a{start}") == f"a{start}"


def test_cells_may_be_numbers_or_nothing():
    assert (safe_cell(3), safe_cell(None)) == ("3", "")
