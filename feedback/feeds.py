"""The heads of the ledger's days for programs that read along, each of which becomes a witness."""

from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from feedback.models import LedgerDay
from portal.feeds import SteadyAtom, kept_for_minutes, possible
from portal.site import absolute_url
from procedures.models import Agency
from procedures.terms import portal_name, terms_of

ENTRIES = 31


class LedgerFeed(Feed):
    """Every address is built from SITE_URL, so that no Host header enters."""

    feed_type = SteadyAtom
    item_guid_is_permalink = True

    def get_object(self, request):
        owner, terms = Agency.objects.portal_owner(), terms_of(request)
        name = portal_name(owner, terms)
        return {
            "title": possible(f"{gettext('Dấu cuối ngày của sổ biên nhận')} | {name}"),
            "author": possible(terms.get(owner.name, owner.name) if owner else name),
        }

    def title(self, names):
        return names["title"]

    def description(self, names):
        return names["title"]

    def author_name(self, names):
        return names["author"]

    def link(self, names):
        return _page()

    def feed_url(self, names):
        return absolute_url(reverse("feedback:ledger_feed"))

    feed_guid = feed_url

    def items(self, names):
        return LedgerDay.objects.order_by("-day")[:ENTRIES]

    def item_title(self, head):
        return gettext("Dấu cuối ngày %(day)s") % {
            "day": date_format(head.day, "SHORT_DATE_FORMAT")
        }

    def item_description(self, head):
        """As a line of the file of heads, so that a saved feed is a witness, too (`verifying.read_witness`)."""
        return f"{head.day.isoformat()},{head.hash}"

    def item_link(self, head):
        return f"{_page()}?thang={head.day:%Y-%m}#ngay-{head.day.isoformat()}"

    item_guid = item_link

    def item_pubdate(self, head):
        return head.closed_at

    item_updateddate = item_pubdate


def _page():
    return absolute_url(reverse("feedback:ledger"))


ledger_feed = require_safe(kept_for_minutes(LedgerFeed()))
