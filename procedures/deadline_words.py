"""Why a deadline is on its day, in plain words, from what was kept of it: without the database."""

import math
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.languages import is_source
from procedures import answers
from procedures.models.calendar import CalendarException, Term, Unit
from procedures.models.parts import SubmissionMethod
from procedures.models.reception import OpeningHours

Kind = CalendarException.Kind
WEEKEND, WAITING = "weekend", "waiting"

# The names that the calendar's notes are made of; any other stands in Vietnamese on every page.
HOLIDAYS = {
    "Tết Dương lịch": gettext_lazy("Tết Dương lịch"),
    "Tết Nguyên đán": gettext_lazy("Tết Nguyên đán"),
    "Giỗ Tổ Hùng Vương": gettext_lazy("Giỗ Tổ Hùng Vương"),
    "Ngày Chiến thắng": gettext_lazy("Ngày Chiến thắng"),
    "Ngày Quốc tế Lao động": gettext_lazy("Ngày Quốc tế Lao động"),
    "Quốc khánh": gettext_lazy("Quốc khánh"),
    "Ngày Văn hóa Việt Nam": gettext_lazy("Ngày Văn hóa Việt Nam"),
}
# With the name of the occasion, and where nobody has written one.
_REASONS = {
    WEEKEND: (gettext_lazy("nghỉ cuối tuần"), gettext_lazy("nghỉ cuối tuần")),
    WAITING: (gettext_lazy("chờ ông/bà trả lời"), gettext_lazy("chờ ông/bà trả lời")),
    Kind.PUBLIC_HOLIDAY: (gettext_lazy("nghỉ %(note)s"), gettext_lazy("nghỉ lễ")),
    Kind.COMPENSATORY_REST: (gettext_lazy("nghỉ bù (%(note)s)"), gettext_lazy("nghỉ bù")),
    Kind.SWAPPED_REST: (gettext_lazy("nghỉ hoán đổi (%(note)s)"), gettext_lazy("nghỉ hoán đổi")),
    Kind.MAKEUP_WORKDAY: (
        gettext_lazy("làm bù (%(note)s), được tính"),
        gettext_lazy("làm bù, được tính"),
    ),
}


@dataclass
class Explanation:
    """What is to be said of a deadline, in the order in which a person asks."""

    begins: list[str] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def sentences(self):
        return [*self.begins, *self.days, *self.ends, *self.warnings]


def explanation(stored: dict) -> list[str]:
    """The sentences that explain a deadline as `Deadline.as_json` kept it, in the language in use."""
    return explain(stored).sentences


def explain(stored: dict, say_note=str) -> Explanation:
    """The same by parts; `say_note` marks or escapes words that staff wrote, in Vietnamese."""
    term = term_of(stored)
    start, due_at = (datetime.fromisoformat(stored[name]) for name in ("start", "due_at"))
    due_on = date.fromisoformat(stored["due_on"])
    days = sorted(stored["skipped"] + stored["worked"], key=lambda day: day["date"])
    return Explanation(
        begins=_beginning(stored, term, start),
        days=[_days_in_words(group, due_on.year, say_note) for group in _grouped(days)],
        ends=_ending(stored, term, due_on, due_at),
        warnings=_warnings(stored),
    )


def explain_in_html(stored: dict) -> Explanation:
    """The same for a page: what staff wrote is escaped, and marked as Vietnamese where the page is not."""
    said = explain(stored, say_note=_note_in_html)
    # Safe: the notes are escaped; all else are our own words, days and numbers.
    return Explanation(*([mark_safe(text) for text in part] for part in vars(said).values()))


def _note_in_html(note):
    return escape(note) if is_source() else format_html('<span lang="vi">{}</span>', note)


def term_of(stored: dict) -> Term:
    return Term(None if stored["value"] is None else Decimal(stored["value"]), stored["unit"])


def term_in_words(term: Term) -> str:
    value = None if term.value is None else Decimal(term.value)
    return answers.duration(SubmissionMethod(duration_value=value, duration_unit=term.unit))


def full_day(day: date) -> str:
    """A day as a promise names it: Thứ Hai, 07/09/2026."""
    return f"{_weekday(day)}, {date_format(day, 'SHORT_DATE_FORMAT')}"


def reason_in_words(reason, note="", is_confirmed=True, say_note=str) -> str:
    with_note, alone = _REASONS[reason]
    words = str(with_note) % {"note": _named(note, say_note)} if note else str(alone)
    return words if is_confirmed else _("%(reason)s, dự kiến") % {"reason": words}


def reason_in_html(reason, note="", is_confirmed=True):
    return mark_safe(reason_in_words(reason, note, is_confirmed, _note_in_html))


def _beginning(stored, term, start):
    moment = {"time": f"{start:%H:%M}", "day": full_day(start.date())}
    if term.unit == Unit.HOUR:
        return [_("Tính từ đúng lúc nhận: %(time)s, %(day)s.") % moment]
    if term.unit == Unit.IMMEDIATE:
        sentences = [
            _("Nhận lúc %(time)s, %(day)s; việc này giải quyết ngay trong ngày làm việc.") % moment
        ]
        if stored["received_after"]:
            sentences.append(
                _("Nhận sau %(time)s nên trả vào ngày làm việc kế tiếp.")
                % {"time": stored["received_after"]}
            )
        return sentences
    sentences = [_("Nhận ngày %(day)s. Ngày nhận không tính, đếm từ ngày sau.") % moment]
    if term.unit == Unit.MONTH:
        sentences.append(
            _(
                "Thời hạn tính theo tháng hết vào ngày tương ứng của tháng cuối; tháng đó không có"
                " ngày ấy thì vào ngày cuối tháng."
            )
        )
    if term.value % 1:
        sentences.append(_rounded(term))
    return sentences


def _rounded(term):
    if term.unit == Unit.MONTH:
        days = math.ceil(term.value % 1 * 30)
        return _("Phần lẻ của tháng tính là %(days)s ngày, một tháng là 30 ngày.") % {"days": days}
    whole = term_in_words(Term(math.ceil(term.value), term.unit))
    return _("%(part)s được tính tròn thành %(whole)s.") % {
        "part": term_in_words(term),
        "whole": whole,
    }


def _ending(stored, term, due_on, due_at):
    sentences = []
    has_moved = any(day["reason"] != WAITING for day in stored["skipped"])
    if has_moved and term.unit in {Unit.DAY, Unit.MONTH, Unit.HOUR}:
        sentences.append(_("Ngày cuối rơi vào ngày nghỉ nên chuyển sang ngày làm việc kế tiếp."))
    is_midnight = due_at.date() > due_on
    end = {"time": "24:00" if is_midnight else f"{due_at:%H:%M}", "day": full_day(due_on)}
    return [*sentences, _("Hết hạn lúc %(time)s, %(day)s.") % end]


def _warnings(stored):
    warnings = []
    if years := stored["missing_years"]:
        warnings.append(
            ngettext(
                "Chưa có lịch nghỉ lễ năm %(years)s: nếu có ngày nghỉ trong khoảng này thì hạn lùi lại.",
                "Chưa có lịch nghỉ lễ các năm %(years)s: nếu có ngày nghỉ trong khoảng này thì hạn lùi lại.",
                len(years),
            )
            % {"years": _years(years)}
        )
    if not all(day["is_confirmed"] for day in stored["skipped"] + stored["worked"]):
        warnings.append(
            _("Có ngày nghỉ mới là dự kiến, chưa có thông báo chính thức: hạn có thể thay đổi.")
        )
    return warnings


def _years(years):
    is_row = len(years) > 2 and years[-1] - years[0] == len(years) - 1
    return f"{years[0]}–{years[-1]}" if is_row else ", ".join(map(str, years))


def _grouped(days):
    """Days that follow each other for one reason, together."""
    groups = []
    for day in days:
        if groups and _continues(groups[-1][-1], day):
            groups[-1].append(day)
        else:
            groups.append([day])
    return groups


def _continues(before, day):
    following = date.fromisoformat(before["date"]) + timedelta(days=1)
    is_next = following.isoformat() == day["date"]
    return is_next and all(before[name] == day[name] for name in ("reason", "note", "is_confirmed"))


def _days_in_words(group, year, say_note):
    """Days of the year that the deadline is in go without it."""
    first, last = (date.fromisoformat(day["date"]) for day in (group[0], group[-1]))
    reason = reason_in_words(
        group[0]["reason"], group[0]["note"], group[0]["is_confirmed"], say_note
    )
    if len(group) > 2:
        ends = {"first": _short(first, year), "last": _short(last, year)}
        return _("%(first)s đến %(last)s: %(reason)s") % (ends | {"reason": reason})
    named = [f"{_weekday(day)} {_short(day, year)}" for day in sorted({first, last})]
    if len(named) == 1:
        return f"{named[0]}: {reason}"
    words = {"first": named[0], "second": named[1], "reason": reason}
    return _("%(first)s và %(second)s: %(reason)s") % words


def _named(note, say_note):
    if is_source() or note not in HOLIDAYS:
        return say_note(note)
    return str(HOLIDAYS[note])


def _weekday(day):
    return OpeningHours.Weekday(day.weekday()).label


def _short(day, year):
    return date_format(day, "MONTH_DAY_FORMAT" if day.year == year else "SHORT_DATE_FORMAT")
