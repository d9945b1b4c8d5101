"""What the news and the broadcasts tell of themselves: the numbers of their public pages."""

from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse

from outreach.archive import Span, news_in
from outreach.broadcasting import total
from outreach.models import BroadcastItem, BroadcastStation
from portal.figures import Measured


class ArticlesPublished:
    """The page of a month counts its news; that of a year lists the months, of which a quarter is three."""

    code = "tin-tuc.da-dang"
    label = "Tin bài đã đăng"
    unit = "tin"
    is_share = False
    has_period = True

    def measure(self, start, end):
        span = Span(start, end + timedelta(days=1))
        is_month = (start.year, start.month) == (end.year, end.month)
        path = (
            reverse("outreach:article_month", args=[start.year, start.month])
            if is_month
            else reverse("outreach:article_year", args=[start.year])
        )
        number = span.within(news_in("vi")).count()
        return Measured(end, "Mục Tin tức của Cổng", path, number=number)


class _OfLoudspeakers:
    """What the page of broadcasts shows for loudspeakers and the same span."""

    is_share = False
    has_period = True

    def measure(self, start, end):
        aired = BroadcastItem.objects.filter(
            aired_on__range=(start, end),
            station__channel=BroadcastStation.Channel.LOUDSPEAKER,
        )
        number = self.number_of(total(aired))
        return Measured(end, "Mục Phát thanh của Cổng", _page_of(start, end), number=number)


class LoudspeakerBroadcasts(_OfLoudspeakers):
    code = "phat-thanh.so-lan"
    label = "Lần phát trên đài truyền thanh cơ sở"
    unit = "lần"

    def number_of(self, aired):
        return aired.airings


class LoudspeakerMinutes(_OfLoudspeakers):
    code = "phat-thanh.so-phut"
    label = "Thời lượng trên đài truyền thanh cơ sở"
    unit = "phút"

    def number_of(self, aired):
        return aired.minutes


def _page_of(start, end):
    """With the same months chosen."""
    chosen = {"loai": BroadcastStation.Channel.LOUDSPEAKER.value, "nam": start.year}
    if start.month == end.month:
        chosen["ky"] = f"{start.month:02}"
    elif end.month - start.month < 3:
        chosen["ky"] = f"q{(start.month + 2) // 3}"
    return f"{reverse('outreach:broadcast_list')}?{urlencode(chosen)}"
