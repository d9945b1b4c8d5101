"""The news as lists show them: newest first, a page at a time, and by year, month and day."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import ExtractDay, ExtractMonth
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.models import Article, ArticleVersion

PAGE_SIZE = 20
WEEKDAYS = [
    _("Thứ hai"),
    _("Thứ ba"),
    _("Thứ tư"),
    _("Thứ năm"),
    _("Thứ sáu"),
    _("Thứ bảy"),
    _("Chủ nhật"),
]
WEEKDAYS_SHORT = [_("T2"), _("T3"), _("T4"), _("T5"), _("T6"), _("T7"), _("CN")]
# No administration keeps news on the web from before.
FIRST_YEAR = 1990


def news_in(language, at=None):
    versions = ArticleVersion.objects.public(at)
    if language != settings.LANGUAGE_CODE:
        return versions.filter(article__language=language)
    # Nearly all are: to leave out the few others asks less than to look up the language of each.
    others = Article.objects.exclude(language=language).filter(pk=OuterRef("article"))
    return versions.filter(~Exists(others))


def page_of(versions, wanted):
    """A page of rows, newest first. Those before it are passed over in the index: rows carry whole texts."""
    page = Paginator(versions.newest_first().values_list("pk", flat=True), PAGE_SIZE).get_page(
        wanted
    )
    page.object_list = rows(page.object_list)
    return page


def rows(pks):
    found = for_lists(ArticleVersion.objects).in_bulk(list(pks))
    return [found[pk] for pk in pks if pk in found]


def for_lists(versions):
    """What a row of a list shows, without the text."""
    return versions.select_related("article", "category", "cover").only(
        "title", "lead", "published_at", "article", "category", "cover__key"
    )


def newest_day(versions):
    """The day of the newest, where browsing by date begins; None without news."""
    return _day_of(versions.newest_first())


def earlier_than(version, versions):
    same_moment = Q(published_at=version.published_at, pk__lt=version.pk)
    # The first condition is what the index is entered by.
    return versions.filter(
        Q(published_at__lt=version.published_at) | same_moment,
        published_at__lte=version.published_at,
    ).newest_first()


def later_than(version, versions):
    same_moment = Q(published_at=version.published_at, pk__gt=version.pk)
    return versions.filter(
        Q(published_at__gt=version.published_at) | same_moment,
        published_at__gte=version.published_at,
    ).order_by("published_at", "pk")


@dataclass(frozen=True)
class Span:
    """A year, a month or a day of the news."""

    start: date
    end: date

    @classmethod
    def of(cls, year, month=None, day=None):
        """The span with these numbers; None where the calendar has none, or none with news in it."""
        try:
            start = date(year, 1 if month is None else month, 1 if day is None else day)
        except (ValueError, OverflowError):
            return None
        if start.year < FIRST_YEAR or start > timezone.localdate():
            return None
        if day:
            return cls(start, start + timedelta(days=1))
        return cls(start, _month_after(start) if month else date(year + 1, 1, 1))

    def within(self, versions):
        return versions.filter(
            published_at__gte=_midnight(self.start), published_at__lt=_midnight(self.end)
        )

    def day_before(self, versions):
        """The last day with news before the span, in order to lead there; None without such news."""
        earlier = versions.filter(published_at__lt=_midnight(self.start)).newest_first()
        return _day_of(earlier)

    def day_after(self, versions):
        later = versions.filter(published_at__gte=_midnight(self.end))
        return _day_of(later.order_by("published_at", "pk"))


@dataclass(frozen=True)
class CalendarDay:
    date: date
    count: int
    is_chosen: bool

    @property
    def url(self):
        return reverse(
            "outreach:article_day", args=[self.date.year, self.date.month, self.date.day]
        )


def calendar_of(versions, first, chosen=None):
    """A month as a table of weeks, with None for days of other months; it leads only to months with news."""
    month = Span(first, _month_after(first))
    counted = month.within(versions).order_by().values(day=ExtractDay("published_at"))
    counts = dict(counted.annotate(count=Count("pk")).values_list("day", "count"))
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    return {
        "month": first,
        "weekdays": list(zip(WEEKDAYS_SHORT, WEEKDAYS, strict=True)),
        "weeks": [
            [
                CalendarDay(day, counts.get(day.day, 0), day == chosen)
                if day.month == first.month
                else None
                for day in week
            ]
            for week in weeks
        ],
        "previous": month.day_before(versions),
        "next": month.day_after(versions),
    }


def months_of(versions, year):
    """The months of a year that have news, with how many."""
    counted = year.within(versions).order_by().values(month=ExtractMonth("published_at"))
    counts = counted.annotate(count=Count("pk")).order_by("month").values_list("month", "count")
    return [(date(year.start.year, month, 1), count) for month, count in counts]


def _month_after(first):
    return (first.replace(day=1) + timedelta(days=31)).replace(day=1)


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))


def _day_of(versions):
    moment = versions.values_list("published_at", flat=True).first()
    return moment and timezone.localdate(moment)
