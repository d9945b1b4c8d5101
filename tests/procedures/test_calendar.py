"""Where staff keep the working calendar: what they may enter, a year at a glance, files, proposals, reminders."""

import io
import re
from datetime import date

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from portal.work_queues import counted
from procedures import sampling, work_queues
from procedures.holiday_proposals import proposals_for
from procedures.models import CalendarException, TermRule
from tests import factories as make

pytestmark = pytest.mark.django_db

HEAD = "Ngày,Loại,Dịp gì,Văn bản\n"
IMPORT = "admin:procedures_calendarexception_import"


@pytest.fixture
def staff(admin_client):
    return admin_client


def days(**filters):
    rows = CalendarException.objects.filter(**filters).order_by("date")
    return [f"{row.date:%d/%m/%Y} {row.kind} {row.note}".strip() for row in rows]


# Một ngày


@pytest.mark.parametrize(
    ("day", "kind", "words"),
    [
        ("2026-08-19", "makeup_workday", "19/08/2026 là Thứ Tư, vốn là ngày làm việc"),
        ("2026-08-22", "swapped_rest", "22/08/2026 là Thứ Bảy, vốn đã nghỉ"),
        ("2026-08-23", "compensatory_rest", "23/08/2026 là Chủ nhật, vốn đã nghỉ"),
    ],
)
def test_a_day_that_would_change_nothing_is_refused(day, kind, words):
    row = CalendarException(date=date.fromisoformat(day), kind=kind)

    with pytest.raises(ValidationError) as refusal:
        row.full_clean()

    assert refusal.value.message_dict.keys() == {"date"}
    assert words in refusal.value.message_dict["date"][0]
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-08-22", "makeup_workday"),
        ("2026-08-31", "swapped_rest"),
        ("2026-04-26", "public_holiday"),
        ("2026-04-27", "compensatory_rest"),
    ],
)
def test_a_day_that_differs_from_its_weekday_is_taken(day, kind):
    CalendarException(date=date.fromisoformat(day), kind=kind).full_clean()


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1999, 12, 31), date(9999, 12, 31)])
def test_a_year_that_was_mistyped_is_refused(day):
    with pytest.raises(ValidationError, match="Năm phải từ 2000"):
        CalendarException(date=day, kind="public_holiday").full_clean()


def test_the_form_refuses_the_same_day_twice(staff):
    make.make_calendar_exception("2026-09-02")

    page = staff.post(
        reverse("admin:procedures_calendarexception_add"),
        {"date": "02/09/2026", "kind": "public_holiday"},
    )

    assert "Ngày này đã có." in page.content.decode()


# Cả năm


def test_the_year_shows_each_kind_in_words(staff):
    sampling.add_calendar()

    page = staff.get(reverse("admin:procedures_calendarexception_year", args=[2026]))

    text = page.content.decode()
    assert text.count("<table") == 12
    cells = re.findall(r'year-day--(\w+)"[^>]*>(\d+) <span class="year-day__word">([^<]*)<', text)
    assert ("public_holiday", "16", "lễ") in cells
    assert ("swapped_rest", "31", "đổi") in cells
    assert ("makeup_workday", "22", "làm") in cells
    assert ("compensatory_rest", "27", "bù") in cells
    assert page.context["doubts"] == []


@pytest.mark.parametrize(
    ("rows", "doubt"),
    [
        ([], "chưa có ngày nghỉ lễ nào"),
        ([("2026-04-26", "public_holiday")], "nhiều hơn số ngày nghỉ bù"),
        (
            [("2026-09-02", "public_holiday"), ("2026-08-31", "swapped_rest")],
            "1 ngày nghỉ hoán đổi nhưng 0 ngày làm bù",
        ),
    ],
)
def test_the_year_says_what_does_not_fit_together(staff, rows, doubt):
    for day, kind in rows:
        make.make_calendar_exception(day, kind=kind)

    page = staff.get(reverse("admin:procedures_calendarexception_year", args=[2026]))

    assert doubt in page.content.decode()


@pytest.mark.parametrize("year", [1999, 2101, 999999])
def test_a_year_out_of_our_time_is_not_found(staff, year):
    for name in ("year", "export", "proposals"):
        address = reverse(f"admin:procedures_calendarexception_{name}", args=[year])
        assert staff.get(address).status_code == 404


def test_the_list_is_filtered_by_year(staff):
    sampling.add_calendar()

    for value, first in [("2026", 2026), ("x", 2025), ("99999999", 2025)]:
        page = staff.get(reverse("admin:procedures_calendarexception_changelist"), {"nam": value})
        assert min(row.date.year for row in page.context["cl"].queryset) == first


# Tệp


def preview(staff, content, name="lich.csv"):
    if isinstance(content, str):
        content = content.encode()
    return staff.post(reverse(IMPORT), {"file": SimpleUploadedFile(name, content)})


def keep(staff, page):
    return staff.post(reverse(IMPORT), {"rows": page.context["rows"]}, follow=True)


def faults(page):
    return [f"{line.number}: {error}" for line in page.context["lines"] for error in line.errors]


def excel(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_a_file_is_shown_first_and_kept_when_confirmed(staff):
    make.make_legal_document("1234/TB-BNV")
    file = f"{HEAD}02/09/2026,Nghỉ lễ,Quốc khánh,1234/TB-BNV\n22/8/2026,Làm bù,Quốc khánh,\n"

    page = preview(staff, file)

    assert faults(page) == []
    assert days() == []
    assert "Đã lưu 2 ngày." in keep(staff, page).content.decode()
    assert days() == [
        "22/08/2026 makeup_workday Quốc khánh",
        "02/09/2026 public_holiday Quốc khánh",
    ]
    assert CalendarException.objects.get(date="2026-09-02").source_document.number == "1234/TB-BNV"
    assert LogEntry.objects.count() == 2


def test_the_same_file_changes_nothing_a_second_time(staff):
    file = f"{HEAD}02/09/2026,Nghỉ lễ,Quốc khánh,\n"
    page = preview(staff, file)
    keep(staff, page)

    again = preview(staff, file)

    assert again.context["changes"] == []
    assert "Không có gì để lưu" in again.content.decode()
    assert "Đã lưu 0 ngày." in keep(staff, page).content.decode()


def test_a_file_confirms_and_corrects_days(staff):
    make.make_calendar_exception("2027-02-05", note="Tết", is_confirmed=False)

    page = preview(staff, f"{HEAD}05/02/2027,nghỉ lễ,Tết Nguyên đán,\n")

    assert [line.outcome for line in page.context["lines"]] == ["đổi"]
    keep(staff, page)
    row = CalendarException.objects.get()
    assert (row.note, row.is_confirmed) == ("Tết Nguyên đán", True)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("31/02/2026,Nghỉ lễ,,", "2: Ngày “31/02/2026” không đúng"),
        ("2/9,Nghỉ lễ,,", "2: Ngày “2/9” không đúng"),
        ("02/09/1026,Nghỉ lễ,,", "2: Năm phải từ 2000"),
        ("02/09/2026,Nghỉ mát,,", "2: Loại “Nghỉ mát” không có"),
        ("02/09/2026,Làm bù,,", "2: 02/09/2026 là Thứ Tư, vốn là ngày làm việc"),
        ("02/09/2026,Nghỉ lễ,,99/QĐ", "2: Chưa có văn bản số “99/QĐ”"),
        ('02/09/2026,Nghỉ lễ,"=HYPERLINK(""x"")",', "2: Ô “=HYPERLINK"),
        ("02/09/2026,Nghỉ lễ,@SUM(1),", "2: Ô “@SUM(1)” là công thức"),
        ("02/09/2026,Nghỉ lễ,,\n2026-09-02,Nghỉ lễ,,", "3: Ngày 02/09/2026 đã có ở dòng 2"),
        (f"02/09/2026,Nghỉ lễ,{'x' * 121},", "2: Cột “Dịp gì” dài quá"),
    ],
)
def test_a_fault_is_told_with_its_line_and_nothing_can_be_kept(staff, line, fault):
    page = preview(staff, f"{HEAD}{line}\n03/09/2026,Nghỉ lễ,,\n")

    assert [one for one in faults(page) if one.startswith(fault)]
    assert page.context["rows"] == ""
    assert 'name="rows"' not in page.content.decode()
    assert days() == []


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "lich.csv", "Tệp rỗng"),
        (b"\xff\xfe\x00\x01", "lich.csv", "Tệp không đọc được"),
        ("một\nhai\n".encode(), "lich.csv", "Không thấy dòng tiêu đề"),
        (HEAD.encode(), "lich.csv", "không có ngày nào"),
        (b"PK\x03\x04" + b"x" * 200, "lich.xlsx", "hỏng"),
        (b"PK\x03\x04" + b"x" * 200, "lich.csv", "không nhận loại tệp này"),
        (b"x" * (1024 * 1024 + 1), "lich.csv", "lớn hơn 1 MB"),
        ((HEAD + "02/09/2026,Nghỉ lễ,,\n" * 1001).encode(), "lich.csv", "hơn 1000 ngày"),
        (b'Ng\xc3\xa0y,Lo\xe1\xba\xa1i\n"' + b"x" * 140_000, "lich.csv", "hỏng"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(staff, content, name, words):
    page = preview(staff, content, name)

    assert page.status_code == 200
    assert words in page.content.decode()


def test_an_excel_file_is_read_like_a_csv_one(staff):
    content = excel(
        ["Lịch nghỉ năm 2026"],
        ["Ngày", "Loại", "Dịp gì"],
        [date(2026, 9, 2), "Nghỉ lễ, Tết", "Quốc khánh"],
        [None, None, None],
        ["31/08/2026", "Nghỉ hoán đổi", "=1+1"],
    )

    page = preview(staff, content, "lich.xlsx")

    assert [line.number for line in page.context["lines"]] == [3, 5]
    assert faults(page) == ["5: Ô “=1+1” là công thức. Ghi giá trị, không ghi công thức."]


def test_what_is_written_is_read_again_without_a_change(staff):
    sampling.add_calendar()
    make.make_calendar_exception("2026-12-12", note="-Bù, “lạ”")

    file = staff.get(reverse("admin:procedures_calendarexception_export", args=[2026])).content

    assert "'-Bù" in file.decode()
    page = preview(staff, file)
    assert faults(page) == []
    assert [line.day for line in page.context["changes"]] == [date(2026, 12, 12)]


def test_rows_that_were_not_shown_are_not_kept(staff):
    page = staff.post(reverse(IMPORT), {"rows": "giả:mạo"}, follow=True)

    assert "Chưa lưu gì" in page.content.decode()


def test_only_who_may_enter_days_imports_them(client):
    officer = make.make_officer("outreach")
    client.force_login(officer)

    for address in (
        reverse(IMPORT),
        reverse("admin:procedures_calendarexception_year", args=[2026]),
        reverse("admin:procedures_calendarexception_proposals", args=[2026]),
    ):
        assert client.get(address).status_code == 403


# Gợi ý


def test_a_year_is_proposed_and_nothing_is_taken_without_being_ticked(staff):
    address = reverse("admin:procedures_calendarexception_proposals", args=[2026])
    make.make_calendar_exception("2026-01-01")

    page = staff.get(address).content.decode()

    assert "Thứ 4, 02/09/2026: Nghỉ lễ, Tết (Quốc khánh)" in page
    assert "01/01/2026" not in page
    assert "checked" not in page
    assert "Đánh dấu ít nhất một ngày." in staff.post(address, {}).content.decode()
    staff.post(address, {"days": ["2026-09-02", "2026-08-22"]})
    assert days(is_confirmed=False) == [
        "22/08/2026 makeup_workday",
        "02/09/2026 public_holiday Quốc khánh",
    ]
    staff.post(address, {"days": ["2026-09-01"], "is_confirmed": "on"})
    assert days(is_confirmed=True, date__month=9) == ["01/09/2026 public_holiday Quốc khánh"]


def test_what_nobody_proposed_is_not_taken(staff):
    address = reverse("admin:procedures_calendarexception_proposals", args=[2026])

    staff.post(address, {"days": ["2026-03-03"]})

    assert days() == []


@pytest.mark.parametrize("year", range(2025, 2032))
def test_what_is_proposed_may_be_entered(year):
    proposals = proposals_for(year)

    assert len(proposals) >= 11
    for one in proposals:
        CalendarException(date=one.day, kind=one.kind, note=one.note).full_clean()
    tet = [one for one in proposals if one.note == "Tết Nguyên đán"]
    assert len(tet) >= 5


def test_the_proposals_know_the_confirmed_days_of_2026():
    proposed = {(one.day, one.kind) for one in proposals_for(2026)}

    assert {(date(2026, 2, day), "public_holiday") for day in range(16, 21)} <= proposed
    assert (date(2026, 8, 31), "swapped_rest") in proposed
    assert (date(2026, 8, 22), "makeup_workday") in proposed
    assert (date(2026, 4, 27), "compensatory_rest") in proposed


# Nhắc


@pytest.mark.parametrize(
    ("today", "years"),
    [
        (date(2026, 9, 30), []),
        (date(2026, 10, 1), [2027]),
        (date(2027, 1, 1), [2027]),
        (date(2027, 12, 1), [2027, 2028]),
    ],
)
def test_a_year_without_holidays_is_asked_for_in_time(today, years):
    make.make_calendar_exception("2026-09-02")
    make.make_calendar_exception("2027-01-09", kind="makeup_workday")

    queue = work_queues.calendar_queues(today)[0]

    assert work_queues.years_without_holidays(today) == years
    assert queue.count == len(years)
    assert f"/nam/{years[0] if years else today.year}/" in queue.address


def test_days_that_are_not_fixed_yet_wait_for_staff(staff):
    make.make_calendar_exception("2027-02-05", is_confirmed=False)
    make.make_calendar_exception("2026-02-05", is_confirmed=False)

    queue = counted(work_queues.calendar_queues(date(2026, 11, 1)))[1]

    assert queue.count == 1
    assert staff.get(queue.address).status_code == 200


def test_staff_confirm_several_days_at_once(staff):
    for day in ("2027-02-04", "2027-02-05", "2027-09-03"):
        make.make_calendar_exception(day, is_confirmed=False)
    chosen = CalendarException.objects.filter(date__month=2)

    staff.post(
        reverse("admin:procedures_calendarexception_changelist"),
        {"action": "confirm", "_selected_action": [row.pk for row in chosen]},
    )

    assert days(is_confirmed=False) == ["03/09/2027 public_holiday"]
    assert LogEntry.objects.count() == 2


# Nạp sẵn, thời hạn của Cổng


def test_the_sample_fills_years_that_nobody_has_begun():
    make.make_calendar_exception("2026-03-03", note="Của cán bộ")

    added = sampling.add_calendar()

    assert days(date__year=2026) == ["03/03/2026 public_holiday Của cán bộ"]
    assert added == CalendarException.objects.exclude(date__year=2026).count() > 20
    assert sampling.add_calendar() == 0
    assert not CalendarException.objects.filter(date__year=2027, is_confirmed=True).exists()


def test_staff_change_a_term_of_the_portal_but_not_what_it_is_for(staff):
    rule = TermRule.objects.get(key="feedback.answer")
    address = reverse("admin:procedures_termrule_change", args=[rule.pk])
    form = {"value": "10", "unit": "working_day", "ground": "Quyết định 1", "is_confirmed": "on"}

    staff.post(address, form | {"key": "x", "title": "y"})

    rule.refresh_from_db()
    assert (rule.key, rule.value, rule.is_confirmed) == ("feedback.answer", 10, True)
    assert staff.get(reverse("admin:procedures_termrule_add")).status_code == 403
    assert (
        staff.post(reverse("admin:procedures_termrule_delete", args=[rule.pk])).status_code == 403
    )


@pytest.mark.parametrize(
    ("key", "value", "unit"),
    [
        ("feedback.answer", "0", "day"),
        ("feedback.answer", "1001", "day"),
        ("feedback.answer", "5", "immediate"),
        ("procedure.same_day_until", "24", "hour"),
        ("procedure.same_day_until", "15", "day"),
    ],
)
def test_a_term_that_makes_no_sense_is_refused(staff, key, value, unit):
    rule = TermRule.objects.get(key=key)
    address = reverse("admin:procedures_termrule_change", args=[rule.pk])

    page = staff.post(address, {"value": value, "unit": unit, "ground": "x"})

    assert page.status_code == 200
    assert TermRule.objects.get(key=key).value == rule.value
