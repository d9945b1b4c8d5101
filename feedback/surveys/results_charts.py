"""The figures of a survey as charts and as the rows of a file, in the language in use."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.models import SurveyQuestion
from feedback.surveys.arithmetic import per_cent
from feedback.surveys.figures import Figures
from feedback.surveys.questionnaire import Scale
from feedback.surveys.tallied import Dimension
from portal.charts import Bar, BarChart, LikertChart, LikertRow, LineChart, Series
from portal.languages import WordsIn

CUTS = {
    "noi": (Dimension.POINT, gettext_lazy("Nơi nộp hồ sơ")),
    "co-quan": (Dimension.AGENCY, gettext_lazy("Cơ quan")),
    "thu-tuc": (Dimension.PROCEDURE, gettext_lazy("Thủ tục")),
    "kenh": (Dimension.CHANNEL, gettext_lazy("Kênh")),
    "thang": (Dimension.MONTH, gettext_lazy("Tháng")),
}
NO_MEMBER = {
    Dimension.POINT: gettext_lazy("Không ghi nơi nộp hồ sơ"),
    Dimension.AGENCY: gettext_lazy("Không ghi cơ quan"),
    Dimension.PROCEDURE: gettext_lazy("Không ghi thủ tục"),
}
REST = gettext_lazy("Gộp nơi ít phiếu và phiếu mới")
REST_OF_MONTHS = gettext_lazy("Gộp tháng ít phiếu và phiếu mới")


def name_of(row, cut, terms) -> str:
    """Of a row of a cut, in the language of the page where staff have translated it."""
    if row.is_rest:
        return str(REST)
    if not row.member:
        return str(NO_MEMBER[cut.dimension])
    name = str(cut.names.get(row.member, row.member))
    if cut.dimension == Dimension.CHANNEL:
        return name
    return str(terms[name]) if name in terms else WordsIn(name, "vi")


def cut_label(cut):
    return next(label for dimension, label in CUTS.values() if dimension == cut.dimension)


def month_name(row, has_versions) -> str:
    """Of a month of one version, which is named where there are several."""
    name = str(REST_OF_MONTHS) if row.row.is_rest else date_format(row.month, "YEAR_MONTH_FORMAT")
    return f"{name} ({_version(row.version)})" if has_versions else name


def _version(version):
    return _("bản %(number)s") % {"number": version.number}


def charts(figures: Figures, terms) -> dict:
    """By what they show; those without anything to show are left out."""
    found = {
        "factors": _factors(figures),
        "questions": _questions(figures),
        "months": _months(figures),
        "cut": _cut(figures, terms),
    }
    found |= {
        f"chosen-{one.asked.number}": _chosen(figures, one)
        for one in figures.questions
        if one.asked.row.kind in SurveyQuestion.WITH_CHOICES
    }
    return {name: chart for name, chart in found.items() if chart and not chart.is_empty}


def _about(figures, sheets=None):
    return {
        "source": _("%(sheets)s phiếu của khảo sát này") % {"sheets": sheets or figures.sheets},
        "period": WordsIn(figures.survey.period, "vi"),
    }


def _factors(figures):
    bars = [
        Bar(WordsIn(*one.section.words), per_cent(one.share.rate), one.share.base)
        for one in figures.sections
        if one.share
    ]
    return BarChart(
        slug="yeu-to",
        title=_("Tỷ lệ hài lòng theo yếu tố"),
        description=_(
            "Câu trả lời “hài lòng” và “rất hài lòng” trên mọi câu trả lời các câu chấm mức của yếu tố."
        ),
        bars=tuple(bars),
        unit="%",
        label_name=_("Yếu tố"),
        value_name=_("Hài lòng"),
        base_name=_("Số câu trả lời"),
        **_about(figures),
    )


def _questions(figures):
    items = [
        LikertRow(_numbered(one), one.level_counts)
        for one in figures.questions
        if one.asked.is_rated and one.told
    ]
    return LikertChart(
        slug="cau-hoi",
        title=_("Từng câu được trả lời thế nào"),
        description=_("Không kể phiếu đáng ngờ, câu bỏ trống và “không biết, không sử dụng”."),
        items=tuple(items),
        label_name=_("Câu hỏi"),
        **_about(figures),
    )


def _numbered(one):
    text, language = one.asked.words
    return WordsIn(f"{one.asked.number}. {text}", language)


def _chosen(figures, one):
    rows = one.chosen
    has_rates = bool(rows) and one.told.has_rates
    bars = [
        Bar(
            WordsIn(*row.option.words),
            per_cent(row.share.rate) if has_rates else row.count,
            one.told.base,
        )
        for row in rows
    ]
    is_multiple = one.asked.row.kind == SurveyQuestion.Kind.MULTIPLE
    return BarChart(
        slug=f"cau-{one.asked.number}",
        title=_numbered(one),
        description=_("Chọn được nhiều câu trả lời, nên tổng có thể hơn 100%.")
        if is_multiple
        else _("Mỗi người chọn một câu trả lời."),
        bars=tuple(bars),
        unit="%" if has_rates else "",
        label_name=_("Câu trả lời"),
        value_name=_("Tỷ lệ") if has_rates else _("Số phiếu"),
        base_name=_("Trên số người trả lời"),
        **_about(figures),
    )


def _months(figures):
    """Months of one version are a line; it breaks where other questions begin."""
    rows = [row for row in figures.months if not row.row.is_rest]
    if len(rows) < 2:
        return None
    by_month, gaps, before = {}, {}, None
    for row in rows:
        by_month.setdefault(row.month, []).append(row)
    labels = _months_between(rows[0].month, rows[-1].month)
    values = []
    for month in labels:
        here = by_month.get(month, [])
        label = _short(month)
        if len(here) > 1:
            gaps[label] = _("tháng này có hai bản câu hỏi")
        elif here and before and before.version != here[0].version and _differ(before, here[0]):
            gaps[label] = _("từ đây câu hài lòng chung hỏi khác trước")
        is_one = len(here) == 1 and here[0].row.share
        values.append(per_cent(here[0].row.share.rate) if is_one else None)
        before = here[-1] if here else before
    return LineChart(
        slug="thang",
        title=_("Tỷ lệ hài lòng chung từng tháng"),
        description=_("Tháng có dưới 30 câu trả lời không vẽ. Tính theo tháng điền phiếu."),
        labels=tuple(_short(month) for month in labels),
        series=(Series(_("Hài lòng"), tuple(values)),),
        gaps=gaps,
        unit="%",
        label_name=_("Tháng"),
        **_about(figures, sum(row.row.sheets for row in figures.months)),
    )


def _differ(before, here):
    return not (before.is_comparable and here.is_comparable)


def _short(month):
    return f"{month:%m/%Y}"


def _months_between(first, last):
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [
        date(first.year + (first.month - 1 + i) // 12, (first.month - 1 + i) % 12 + 1, 1)
        for i in range(count)
    ]


def _cut(figures, terms):
    cut = figures.cut
    if cut is None:
        return None
    bars = [
        Bar(name_of(row, cut, terms), per_cent(row.share.rate), row.share.base)
        for row in cut.on_page
        if row.share
    ]
    label = cut_label(cut)
    return BarChart(
        slug="chia-theo",
        title=_("Tỷ lệ hài lòng chung: %(label)s") % {"label": str(label).lower()},
        description=_("Chỉ nhóm có từ 30 câu trả lời; nhóm ít phiếu gộp lại."),
        bars=tuple(bars),
        unit="%",
        label_name=str(label),
        value_name=_("Hài lòng"),
        base_name=_("Số câu trả lời"),
        **_about(figures),
    )


def csv_rows(figures: Figures, terms):
    """A row for each figure: what it is about, number, base, and the interval of a rate."""
    yield (
        *(_("Bản câu hỏi"), _("Chiều"), _("Nội dung"), _("Số liệu"), _("Số")),
        *(_("Trên tổng số"), _("Từ"), _("Đến")),
    )
    for row in _rows(figures, terms):
        cells = (*row, *[""] * (7 - len(row)))
        yield figures.version.number, *cells


def _rows(figures, terms):
    whole = _("Tất cả")
    if not figures.is_told:
        yield whole, "", _("Số phiếu"), _("dưới 10")
        return
    yield whole, "", _("Số phiếu"), figures.sheets
    if figures.sheets_with_doubtful is not None:
        yield whole, "", _("Số phiếu, kể cả phiếu đáng ngờ"), figures.sheets_with_doubtful
    if figures.response_rate:
        rate = figures.response_rate
        yield whole, "", _("Tỷ lệ trả lời (%)"), rate.rate.plain, rate.base
    for section in figures.sections:
        yield from _section_rows(section)
        for one in section.questions:
            yield from _question_rows(one)
    for row in figures.months:
        name = month_name(row, len(figures.versions) > 1)
        yield from _group_rows(_("Tháng"), name, row.row)
    for comparison in (figures.periods, figures.earlier_survey):
        if comparison:
            yield from _comparison_rows(comparison)
    for cut in (figures.channels, figures.cut):
        if cut:
            for row in cut.rows:
                yield from _group_rows(str(cut_label(cut)), name_of(row, cut, terms), row)


def _section_rows(one):
    label, name = _("Yếu tố"), one.section.words.text
    yield from _rate_row(label, name, _("Hài lòng (%)"), one.share)
    yield from _rate_row(label, name, _("Hài lòng, kể cả phiếu đáng ngờ (%)"), one.with_doubtful)
    yield from _rate_row(label, name, _("Hài lòng, có trọng số (%)"), one.weighted)


def _question_rows(one):
    label, name = _("Câu hỏi"), _numbered(one)
    if one.told is None:
        yield label, name, _("Số câu trả lời"), _("dưới 10")
        return
    answers, base = one.told.answers, one.told.base
    yield label, name, _("Số câu trả lời"), base
    yield label, name, _("Không biết, không sử dụng"), answers.unknown
    yield label, name, _("Bỏ trống"), answers.missing
    for row in one.chosen:
        yield label, name, row.option.words.text, row.count, base
    yield from _rate_row(label, name, _("Hài lòng (%)"), one.told.share)
    both = one.with_doubtful
    yield from _rate_row(
        label, name, _("Hài lòng, kể cả phiếu đáng ngờ (%)"), both.share if both else None
    )
    yield from _rate_row(label, name, _("Hài lòng, có trọng số (%)"), one.weighted)
    if one.told.mean is not None:
        yield label, name, _("Trung bình"), f"{one.told.mean:.2f}", base


def _rate_row(label, name, what, share):
    if share:
        cells = (per_cent(rate) for rate in (share.low, share.high))
        yield label, name, what, per_cent(share.rate), share.base, *cells


def _group_rows(label, name, row):
    yield label, name, _("Số phiếu"), row.sheets
    yield from _rate_row(label, name, _("Hài lòng chung (%)"), row.share)
    if row.mean is not None:
        yield label, name, _("Trung bình"), f"{row.mean:.2f}", row.share.base
    for level, count in zip(Scale, row.counts or (), strict=bool(row.counts)):
        yield label, name, level.label, count, row.share.base


def _comparison_rows(comparison):
    label = _("So với trước")
    for change in [comparison.overall, *comparison.sections]:
        if change.difference:
            name = change.section.words.text if change.section else _("Hài lòng chung")
            found = change.difference
            cells = (f"{number * 100:.1f}" for number in (found.rate, found.low, found.high))
            number, low, high = cells
            yield label, name, _("Thay đổi (điểm phần trăm)"), number, "", low, high
