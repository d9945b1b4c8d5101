"""Charts: bars, lines with gaps and stacked answers, drawn on the server with their table and file."""

from portal.charts.bars import Bar, BarChart
from portal.charts.chart import chart_csv
from portal.charts.likert import LikertChart, LikertRow
from portal.charts.lines import LineChart, Series

__all__ = ["Bar", "BarChart", "LikertChart", "LikertRow", "LineChart", "Series", "chart_csv"]
