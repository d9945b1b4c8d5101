"""Single sheets leave the portal only by those who may, with a purpose, and tell neither who nor when."""

import csv
import re
from datetime import timedelta
from io import BytesIO, StringIO
from zipfile import ZipFile

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from feedback.models import SurveyAnswer, SurveyResponse
from feedback.surveys import spss
from feedback.surveys.exports import SheetTable, write_xlsx
from feedback.surveys.variables import RESERVED, Writing, variable_name
from feedback.surveys.versions import draft_version, open_version
from tests import factories as make
from tests import surveys

pytestmark = pytest.mark.django_db
PURPOSE = "Phân tích cho báo cáo quý III"
RIGHTS = ("view_survey", "export_surveyresponse")


@pytest.fixture
def analyst(client):
    client.user = make.make_staff("phantich", *RIGHTS)
    client.force_login(client.user)
    return client


def of(name, survey):
    return reverse(f"admin:feedback_survey_{name}", args=[survey.pk])


def take(client, survey, **fields):
    fields = {"kind": "csv", "writing": "codes", "purpose": PURPOSE} | fields
    return client.post(of("export", survey), fields)


def read(response):
    assert response.status_code == 200
    return list(csv.DictReader(StringIO(response.getvalue().decode("utf-8-sig"))))


def table_of(survey, writing=Writing.CODES, **options):
    return SheetTable(list(survey.versions.filter(opened_at__isnull=False)), writing, **options)


def show_texts():
    SurveyAnswer.objects.exclude(text="").update(text_state="shown")


def test_a_row_tells_answers_by_codes_and_what_was_not_known_left_out_or_not_put_apart(analyst):
    survey = surveys.make_survey(*surveys.ALL_KINDS)
    point = make.make_service_point("Một cửa Tân Thuận")
    given = {"cach": 2, "mang": 3, "huong-dan": "x", "thai-do": "", "viec": [1, 3], "so-lan": 7}
    surveys.answer(survey, given=given, service_point=point, age_band="60_over")
    surveys.answer(survey, given={"cach": 1, "viec": "", "so-lan": "x"})

    online, at_counter = sorted(read(take(analyst, survey)), key=lambda row: row["cach"] == "1")

    told = ("cach", "mang", "huong_dan", "thai_do", "viec_1", "viec_2", "viec_3", "so_lan", "chung")
    assert [online[name] for name in told] == ["2", "3", "x", "", "1", "0", "1", "7", "5"]
    assert [at_counter[name] for name in told] == ["1", "s", "5", "5", "", "", "", "x", "5"]
    assert (online["noi_nop"], online["tuoi"], online["ban"]) == (point.slug, "60_over", "1")
    assert online["gop_y_tt"] == "missing"


def test_words_stand_for_codes_where_they_are_asked_for(analyst):
    survey = surveys.make_survey(*surveys.ALL_KINDS)
    point = make.make_service_point("Một cửa Tân Thuận")
    given = {"cach": 2, "huong-dan": "x", "viec": 2}
    surveys.answer(survey, given=given, service_point=point, gender="woman")

    (row,) = read(take(analyst, survey, writing="words"))

    assert row["cach"] == "Trực tuyến"
    assert row["chung"] == "Rất hài lòng"
    assert row["huong_dan"] == "(không biết)"
    assert (row["viec_1"], row["viec_2"]) == ("Không chọn", "Có chọn")
    assert (row["noi_nop"], row["gioi_tinh"], row["kenh"]) == (
        "Một cửa Tân Thuận",
        "Nữ",
        "Trên trang web",
    )


def test_nothing_tells_who_answered_who_typed_or_when(analyst):
    survey = surveys.make_survey()
    officer = make.make_staff("nguoi-nhap-phieu")
    days = [timezone.now() - timedelta(days=day) for day in range(3)]
    open_at = days[-1] - timedelta(days=1)
    for number, day in enumerate(days):
        channel = SurveyResponse.Channel.PAPER
        surveys.answer(
            survey,
            channel=channel,
            entered_by=officer,
            submitted_at=day,
            given={"cho-doi": number + 1},
        )
    web = surveys.answer(survey, sender_hash="dau-vet-nguoi-gui", given={"cho-doi": 4})

    response = take(analyst, survey)
    text = response.getvalue().decode()

    hidden = [web.form_hash, web.sheet_hash, "dau-vet-nguoi-gui", officer.username]
    hidden += [f"{day:%d/%m/%Y}" for day in [*days, open_at]] + [f"{day:%Y-%m-%d}" for day in days]
    assert not [words for words in hidden if words in text]
    assert f"{timezone.localtime():%Y-%m}" in text


def test_the_order_of_rows_is_another_each_time(analyst):
    survey = surveys.make_survey({"code": "lan", "text": "Lần thứ mấy?", "kind": "number"})
    for number in range(12):
        surveys.answer(survey, given={"lan": number})

    orders = [[int(row["lan"]) for row in read(take(analyst, survey))] for _ in range(2)]

    assert orders[0] != orders[1]
    assert list(range(12)) not in orders
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(12))


@pytest.mark.parametrize("words", ["=1+1", "+84912", "@lenh", "-cmd|' /C calc'!A0", "#N/A"])
def test_what_people_and_staff_write_is_never_run_by_a_spreadsheet(analyst, words):
    questions = (
        {"code": "y", "text": words, "kind": "short_text"},
        {"code": "chon", "text": "Chọn gì?", "kind": "single", "choices": [words, "Khác"]},
    )
    survey = surveys.make_survey(*questions)
    surveys.answer(survey, given={"y": words, "chon": 1})
    show_texts()

    (row,) = read(take(analyst, survey, writing="words"))
    book = openpyxl.load_workbook(
        BytesIO(take(analyst, survey, kind="xlsx", writing="words").getvalue())
    )

    expected = words if words.startswith("#") else f"'{words}"
    assert (row["y"], row["chon"]) == (expected, expected)
    cells = [cell for sheet in book for line in sheet for cell in line if cell.value == words]
    assert len(cells) == 3
    assert {cell.data_type for cell in cells} == {"s"}


def test_texts_are_told_by_state_and_right_and_hidden_ones_to_nobody(analyst, client):
    survey = surveys.make_survey()
    states = ("waiting", "shown", "hidden", "erased")
    for state in states:
        response = surveys.answer(survey, given={"gop-y": f"Lời {state}"})
        text = "" if state == "erased" else f"Lời {state}"
        response.answers.filter(question__code="gop-y").update(text=text, text_state=state)

    seen = {row["gop_y_tt"]: row["gop_y"] for row in read(take(analyst, survey))}
    client.force_login(make.make_staff("duyet", *RIGHTS, "moderate_surveyanswer"))
    moderated = {row["gop_y_tt"]: row["gop_y"] for row in read(take(client, survey))}

    assert seen == dict.fromkeys(states, "") | {"shown": "Lời shown"}
    assert moderated == seen | {"waiting": "Lời waiting"}


def test_only_who_may_take_sheets_out_does_and_says_what_for(client):
    survey = surveys.make_survey()
    surveys.answer(survey)
    client.force_login(make.make_staff("soan", "view_survey", "change_survey"))
    refused = [client.get(of(name, survey)) for name in ("export", "codebook", "codebook_csv")]
    refused.append(take(client, survey))
    user = make.make_staff("phantich", *RIGHTS)
    client.force_login(user)

    nameless = take(client, survey, purpose=" ")
    assert not LogEntry.objects.filter(user=user).exists()
    taken = take(client, survey)

    assert {response.status_code for response in refused} == {403}
    assert nameless.status_code == 422
    assert read(taken)
    entry = LogEntry.objects.get(user=user)
    assert "1 phiếu, bản 1" in entry.change_message
    assert PURPOSE in entry.change_message


@pytest.fixture
def changed_survey():
    """A survey whose second version asks one question otherwise, one no more, and offers one choice more."""
    survey = surveys.make_survey(*surveys.ALL_KINDS)
    surveys.answer(survey, given={"cach": 1, "viec": 1})
    draft = draft_version(survey)
    draft.questions.filter(code="chung").update(text="Hài lòng đến mức nào?")
    draft.questions.get(code="nghe").delete()
    draft.questions.get(code="viec").choices.create(order=4, value=4, text="Nói 'rõ' hơn")
    surveys.add_questions(draft, {"factor": "feedback", "code": "viec-1", "text": "Được trả lời"})
    open_version(draft)
    surveys.answer(survey, given={"cach": 1, "viec": 4})
    return survey


def test_versions_share_a_table_and_the_codebook_says_what_changed(analyst, changed_survey):
    first, second = sorted(read(take(analyst, changed_survey)), key=lambda row: row["ban"])
    book = read(analyst.get(of("codebook_csv", changed_survey)))
    by_name = {row["Biến"]: row for row in book}

    assert (first["viec_4"], second["viec_4"]) == ("n", "1")
    assert (first["nghe_tt"], second["nghe_tt"]) == ("missing", "not_asked")
    # The question viec-1 stands before viec and has the name that its first choice would have.
    assert (first["viec_1"], second["viec_1"]) == ("n", "5")
    assert (first["viec_1_2"], second["viec_1_2"]) == ("1", "0")
    assert list(by_name) == list(first)
    assert "bản 2 hỏi khác bản 1" in by_name["chung"]["Đổi cách hỏi"]
    assert by_name["cho_doi"]["Đổi cách hỏi"] == "không"
    assert by_name["nghe"]["Có ở bản"] == "1"
    assert "5 = Rất hài lòng" in by_name["chung"]["Trị và nhãn"]
    assert "x = không biết" in by_name["huong_dan"]["Ô không có câu trả lời"]


def test_a_number_that_says_something_else_in_another_version_has_a_column_of_its_own(analyst):
    survey = surveys.make_survey(*surveys.ALL_KINDS)
    surveys.answer(survey, given={"cach": 3, "viec": 1})
    draft = draft_version(survey)
    draft.questions.get(code="cach").choices.filter(value=3).update(text="Nhờ người khác")
    open_version(draft)
    surveys.answer(survey, given={"cach": 3, "viec": 1})

    rows = sorted(read(take(analyst, survey)), key=lambda row: row["ban"])
    newest = read(take(analyst, survey, version=survey.versions.get(number=2).pk))

    assert [(row["cach"], row["cach_b1"]) for row in rows] == [("n", "3"), ("3", "n")]
    assert [(row["ban"], row["cach"], "cach_b1" in row) for row in newest] == [("2", "3", False)]


def test_a_workbook_holds_numbers_as_numbers_with_its_codebook(analyst, changed_survey):
    file = BytesIO(take(analyst, changed_survey, kind="xlsx").getvalue())

    sheets, codes = openpyxl.load_workbook(file)

    head, *rows = sheets.values
    told = [dict(zip(head, row, strict=True)) for row in rows]
    first, second = sorted(told, key=lambda row: row["ban"])
    assert (first["ban"], first["chung"], first["viec_4"]) == (1, 5, "n")
    assert (second["ban"], second["chung"], second["viec_4"]) == (2, 5, 1)
    assert (sheets.freeze_panes, codes.title) == ("A2", "Giải thích")
    assert list(dict.fromkeys(row[0] for row in codes.values))[1:] == list(head)


def test_files_leave_nothing_on_the_disk_even_if_they_fail(analyst, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    survey = surveys.make_survey()
    surveys.answer(survey)

    for kind in ("xlsx", "spss"):
        assert take(analyst, survey, kind=kind).getvalue()
    with pytest.raises(ZeroDivisionError):
        write_xlsx(BytesIO(), {"Phiếu": ([f"{1 / (3 - number)}"] for number in range(5))})

    assert list(tmp_path.iterdir()) == []


def commands_of(syntax):
    """The commands of a .sps file by their first words, each a list of lines; a quote that does not close fails."""
    lines = syntax.removeprefix("\ufeff").split("\r\n")
    commands, command = [], []
    for line in (line for line in lines if line and not line.startswith("*")):
        assert re.fullmatch(r"([^'\"]|'([^']|'')*'|\"[^\"]*\")*", line), line
        command.append(line)
        if line.endswith("."):
            commands.append(command)
            command = []
    assert command == []
    return commands


def test_spss_reads_the_file_with_every_label(analyst, changed_survey):
    surveys.answer(
        changed_survey, given={"gop-y": 'Dòng một\nDòng "hai"', "so-lan": "x", "cach": 2, "viec": 2}
    )
    show_texts()
    archive = ZipFile(BytesIO(take(analyst, changed_survey, kind="spss").getvalue()))
    syntax = archive.read("doc-du-lieu.sps").decode()
    data = archive.read("du-lieu.csv").decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(data)))
    commands = commands_of(syntax)
    reading, labels = commands[1], commands[2]
    coded = {line[0].split()[-1] for line in commands if line[0].startswith("VALUE LABELS")}

    assert set(archive.namelist()) == {"du-lieu.csv", "doc-du-lieu.sps", "bang-ma.csv"}
    declared = dict(line.split() for line in reading[reading.index("  /VARIABLES=") + 1 : -1])
    assert list(declared) == list(rows[0])
    assert [line.split()[0] for line in labels[1:-1]] == list(declared)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name) for name in declared)
    assert not RESERVED & set(declared)
    # One line a sheet, and only numbers where numbers are declared.
    assert len(data.splitlines()) == len(rows) + 1
    numbers = [name for name, written in declared.items() if written == "F11.0"]
    assert "viec_4" in numbers
    assert all(re.fullmatch(r"(-?\d+)?", row[name]) for row in rows for name in numbers)
    assert "    'Nói ''rõ'' hơn'" not in syntax
    assert "  viec_4 'Ông/bà mong làm tốt hơn việc gì?: Nói ''rõ'' hơn'" in labels
    assert {"cach", "chung", "huong_dan", "mang", "viec_2", "viec_4", "kenh"} <= coded
    missing = {line[0] for line in commands if line[0].startswith("MISSING VALUES")}
    assert "MISSING VALUES so_lan (-1000000001, -1000000002, -1000000003)." in missing
    assert "MISSING VALUES chung (-1, -2, -3)." in missing
    (unknown,) = [row for row in rows if row["cach"] == "2"]
    assert unknown["so_lan"] == "-1000000001"


def test_names_are_valid_for_spss_and_never_twice():
    taken = set()

    names = [
        variable_name(words, taken) for words in ("and", "1-lan", "Đường-đi", "duong_di", "--")
    ]

    assert names == ["q_and", "q_1_lan", "duong_di", "duong_di_2", "q_"]


def test_a_long_label_is_cut_between_letters():
    survey = surveys.make_survey({"code": "dai", "text": "Ệ" * 300})

    label = next(line for line in spss.syntax(table_of(survey, Writing.SPSS)) if "Ệ" in line)

    words = label.split("'")[1]
    assert set(words) == {"Ệ"}
    assert len(words.encode()) <= spss.LONGEST_LABEL


def test_queries_do_not_grow_with_the_sheets(django_assert_max_num_queries):
    survey = surveys.make_survey()
    for _ in range(12):
        surveys.answer(survey)
    table = table_of(survey)

    with django_assert_max_num_queries(13):
        assert len(list(table.rows())) == 13
