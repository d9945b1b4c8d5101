"""The figures of `feedback.statistics` as charts and as the rows of a file, in the language in use."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.models import TicketAnswer
from feedback.statistics import SCORES, denunciations_by_year
from feedback.tallies import ANSWERED, PROMISED, State
from portal.charts import Bar, BarChart, LikertChart, LikertRow, LineChart, Series

Outcome = TicketAnswer.Outcome

DIMENSIONS = {
    "kinds": gettext_lazy("Loại phiếu"),
    "sectors": gettext_lazy("Lĩnh vực"),
    "agencies": gettext_lazy("Cơ quan xử lý"),
    "channels": gettext_lazy("Kênh tiếp nhận"),
    "months": gettext_lazy("Tháng tiếp nhận"),
}
# What stands for messages that have none of a dimension.
NONE_OF = {
    "sectors": gettext_lazy("Không gắn với thủ tục nào"),
    "agencies": gettext_lazy("Chưa giao cơ quan xử lý"),
}


def name_of(row, dimension, terms) -> str:
    """In the language of the page, where staff have translated it."""
    return str(terms.get(row.name, row.name) or NONE_OF[dimension])


def charts(figures, terms) -> dict:
    """By what they show; those without anything to show are left out."""
    found = {
        "months": _months_chart(figures),
        "outcomes": _outcomes_chart(figures),
        "kinds": _received_chart(
            figures, "kinds", terms, slug="theo-loai", title=_("Số phiếu nhận theo loại")
        ),
        "channels": _received_chart(
            figures, "channels", terms, slug="theo-kenh", title=_("Số phiếu nhận theo kênh")
        ),
        "sectors": _share_chart(
            figures,
            "sectors",
            [row for row in figures.sectors if row.value and row.tally.is_ranked],
            terms,
            slug="dung-han-theo-linh-vuc",
            title=_("Tỷ lệ trả lời đúng hạn theo lĩnh vực"),
        ),
        "agencies": _share_chart(
            figures,
            "agencies",
            figures.ranked,
            terms,
            slug="dung-han-theo-co-quan",
            title=_("Tỷ lệ trả lời đúng hạn theo cơ quan"),
        ),
        "satisfaction": _satisfaction_chart(figures),
    }
    return {name: chart for name, chart in found.items() if chart and not chart.is_empty}


def _about(figures):
    return {
        "source": _("phiếu gửi đến Cổng, không kể tố cáo"),
        "period": figures.period.label,
    }


def _months_chart(figures):
    tallies = [row.tally for row in figures.months]
    series = [
        Series(str(label), tuple(values))
        for label, values in (
            (_("Đã nhận"), [tally.received for tally in tallies]),
            (State.IN_TIME.label, [tally.in_time for tally in tallies]),
            (_("Trễ hạn"), [tally.late + tally.overdue for tally in tallies]),
        )
    ]
    if not figures.total.received or len(tallies) < 2:
        return None
    return LineChart(
        slug="theo-thang",
        title=_("Số phiếu nhận từng tháng, và bao nhiêu phiếu trong đó được trả lời đúng hạn"),
        description=_(
            "Mỗi phiếu đếm ở tháng nhận. Trễ hạn: trả lời muộn, hoặc quá hạn chưa trả lời."
        ),
        labels=tuple(row.name for row in figures.months),
        series=tuple(series),
        label_name=_("Tháng"),
        **_about(figures),
    )


def _outcomes_chart(figures):
    answered = figures.total.answered
    bars = [
        Bar(str(outcome.label), figures.outcomes.get(outcome, 0), answered) for outcome in Outcome
    ]
    if not answered:
        return None
    return BarChart(
        slug="ket-qua-tra-loi",
        title=_("Các trả lời nói gì"),
        description=_("Kết quả ghi ở trả lời mới nhất của mỗi phiếu đã trả lời."),
        bars=tuple(bars),
        label_name=_("Kết quả"),
        value_name=_("Số phiếu"),
        base_name=_("Trên số phiếu đã trả lời"),
        **_about(figures),
    )


def _received_chart(figures, dimension, terms, *, slug, title):
    bars = [
        Bar(name_of(row, dimension, terms), row.tally.received, figures.total.received)
        for row in getattr(figures, dimension)
    ]
    return BarChart(
        slug=slug,
        title=title,
        description=_("Mỗi phiếu đếm một lần; phiếu gộp vẫn đếm, phiếu tách ra đếm riêng."),
        bars=tuple(bars),
        label_name=str(DIMENSIONS[dimension]),
        value_name=_("Số phiếu"),
        base_name=_("Trên số phiếu đã nhận"),
        **_about(figures),
    )


def _share_chart(figures, dimension, rows, terms, *, slug, title):
    bars = [Bar(name_of(row, dimension, terms), row.tally.share, row.tally.due) for row in rows]
    return BarChart(
        slug=slug,
        title=title,
        description=_(
            "Số phiếu trả lời đúng hạn trên số phiếu đến hạn, chỉ nơi có từ 10 phiếu đến hạn trở lên."
        ),
        bars=tuple(bars),
        unit="%",
        label_name=str(DIMENSIONS[dimension]),
        value_name=_("Đúng hạn"),
        base_name=_("Số phiếu đến hạn"),
        **_about(figures),
    )


def _satisfaction_chart(figures):
    if not figures.satisfaction.scores:
        return None
    row = LikertRow(_("Trả lời của cơ quan"), figures.satisfaction.scores)
    return LikertChart(
        slug="muc-do-hai-long",
        title=_("Người gửi hài lòng với trả lời đến mức nào"),
        description=_("Khảo sát tự nguyện trên Cổng, không phải SIPAS."),
        items=(row,),
        **_about(figures),
    )


def csv_rows(figures, terms, today):
    """A row for each figure: period, dimension, value, figure, number, base."""
    yield _("Kỳ"), _("Chiều"), _("Giá trị"), _("Số liệu"), _("Số"), _("Trên tổng số")
    code, total = figures.period.code, figures.total
    whole = str(_("Tất cả"))
    yield from ((code, whole, "", *row) for row in _tally_rows(total))
    yield code, whole, "", _("Phiếu không ghi tên"), figures.anonymous, total.received
    for outcome in Outcome:
        count = figures.outcomes.get(outcome, 0)
        yield code, _("Kết quả trả lời"), outcome.label, _("Số phiếu"), count, total.answered
    yield code, whole, "", _("Người gửi báo chưa giải quyết"), figures.reopened, total.answered
    for state in (*ANSWERED, State.WAITING, State.OVERDUE):
        count = figures.second.states[state]
        yield code, _("Lần hai, sau khi mở lại"), "", state.label, count, figures.reopened
    if figures.waits:
        for label, days in (
            (_("Ngày làm việc đến trả lời: một nửa số phiếu trong vòng"), figures.waits.median),
            (_("Ngày làm việc đến trả lời: 90% số phiếu trong vòng"), figures.waits.ninth_decile),
        ):
            yield code, whole, "", label, days, figures.waits.answers
    yield from _satisfaction_rows(figures, terms)
    for dimension, label in DIMENSIONS.items():
        for row in getattr(figures, dimension):
            value = name_of(row, dimension, terms)
            yield from ((code, label, value, *cells) for cells in _tally_rows(row.tally))
    for year, count in denunciations_by_year(today):
        yield year.code, _("Tố cáo, cả năm"), "", _("Đã nhận"), count, ""


def _tally_rows(tally):
    received = tally.received
    yield _("Đã nhận"), received, ""
    yield _("Có hẹn ngày trả lời"), tally.promised, received
    yield _("Đã trả lời"), tally.answered, received
    yield _("Đến hạn trả lời"), tally.due, tally.promised
    if tally.is_ranked:
        yield _("Tỷ lệ đúng hạn (%)"), tally.share, tally.due
    for state in State:
        base = tally.promised if state in PROMISED else received
        yield state.label, tally.states[state], base


def _satisfaction_rows(figures, terms):
    code, told, label = figures.period.code, figures.satisfaction, _("Đánh giá trả lời")
    if told.ratings is None:
        return
    yield code, label, "", _("Số đánh giá"), told.ratings, told.answers
    for score, count in zip(SCORES, told.scores or (), strict=bool(told.scores)):
        yield code, label, "", _("Mức %(score)s/5") % {"score": score}, count, told.ratings
    if told.mean is not None:
        yield code, label, "", _("Điểm trung bình (1 đến 5)"), told.mean, told.ratings
    for agency in told.agencies:
        name = terms.get(agency.name, agency.name)
        yield code, label, name, _("Số đánh giá"), agency.ratings, ""
        yield code, label, name, _("Điểm trung bình (1 đến 5)"), agency.mean, agency.ratings
