"""Dates and numbers as Vietnam reads and writes them."""

import datetime

import pytest
from django import forms
from django.template import Context, Template
from django.utils import timezone
from django.utils.formats import date_format, number_format


@pytest.mark.parametrize(
    "typed", ["02/09/2026", "2/9/2026", "02-09-2026", "02.09.2026", "2026-09-02"]
)
def test_a_date_is_read_day_first(typed):
    assert forms.DateField(localize=True).clean(typed) == datetime.date(2026, 9, 2)


def test_a_date_is_written_day_first():
    assert date_format(datetime.date(2026, 9, 2), "SHORT_DATE_FORMAT") == "02/09/2026"


def test_numbers_are_grouped_by_points_with_a_decimal_comma():
    assert number_format(2014, force_grouping=True) == "2.014"
    assert number_format(99.99, decimal_pos=2) == "99,99"
    assert Template("{{ a|grouped }}/{{ b|grouped }}").render(Context({"a": 1485, "b": 2014})) == (
        "1.485/2.014"
    )


def test_moments_are_shown_in_vietnam_s_time():
    midnight_utc = datetime.datetime(2026, 9, 1, 18, 30, tzinfo=datetime.UTC)

    assert timezone.localtime(midnight_utc).date() == datetime.date(2026, 9, 2)
    assert Template("{{ at|date:'H:i d/m/Y' }}").render(Context({"at": midnight_utc})) == (
        "01:30 02/09/2026"
    )
