"""How pages write the figures of surveys."""

from django import template

from feedback.surveys import arithmetic, results_charts
from portal.charts.chart import Number

register = template.Library()


@register.filter
def per_cent(rate):
    return Number(arithmetic.per_cent(rate), 1, "%")


@register.filter
def points(difference):
    """Percentage points, with their sign."""
    number = Number(difference * 100, 1)
    return f"+{number}" if difference > 0 else str(number)


@register.simple_tag
def rest_name():
    return results_charts.REST


@register.simple_tag
def no_member_name(cut):
    return results_charts.NO_MEMBER[cut.dimension]


@register.filter
def named_in(row, cut):
    """The Vietnamese name of a group, as its own row has it."""
    return cut.names.get(row.member, row.member)


@register.simple_tag
def month_name(row, versions):
    return results_charts.month_name(row, len(versions) > 1)
