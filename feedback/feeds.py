"""What programs read along: the heads of the ledger's days, each reader a witness, and the newest public answers."""

from django.template.defaultfilters import linebreaks
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from feedback import public_answers
from feedback.models import LedgerDay
from portal.feeds import SteadyAtom, SteadyFeed, kept_for_minutes, possible
from portal.site import absolute_url
from procedures.models import Agency
from procedures.terms import portal_name, terms_of

ENTRIES = 31


class PortalFeed(SteadyFeed):
    """A feed under the portal's name."""

    feed_type = SteadyAtom
    # Of the feed, and of the page that people read instead.
    url_name = page_name = ""
    heading = ""

    def get_object(self, request):
        owner, terms = Agency.objects.portal_owner(), terms_of(request)
        name = portal_name(owner, terms)
        return {
            "title": possible(f"{self.heading} | {name}"),
            "author": possible(terms.get(owner.name, owner.name) if owner else name),
            "terms": terms,
        }

    def title(self, names):
        return names["title"]

    def description(self, names):
        return names["title"]

    def author_name(self, names):
        return names["author"]

    def link(self, names):
        return absolute_url(reverse(self.page_name))

    def feed_url(self, names):
        return absolute_url(reverse(self.url_name))

    feed_guid = feed_url


class LedgerFeed(PortalFeed):
    url_name, page_name = "feedback:ledger_feed", "feedback:ledger"
    heading = gettext_lazy("Dấu cuối ngày của sổ biên nhận")

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
        return absolute_url(head.get_absolute_url())

    item_guid = item_link

    def item_pubdate(self, head):
        return head.closed_at

    item_updateddate = item_pubdate


class AnswerFeed(PortalFeed):
    """The newest answers to what people sent, in the words that were approved for all."""

    url_name, page_name = "feedback:public_answer_feed", "feedback:public_answer_list"
    heading = gettext_lazy("Phản ánh đã trả lời")
    rows = staticmethod(public_answers.answered)

    def items(self, names):
        newest = public_answers.newest_first(self.rows())[:ENTRIES]
        return [(item, names["terms"]) for item in public_answers.items(newest)]

    def item_title(self, entry):
        return possible(entry[0].subject)

    def item_description(self, entry):
        item, _terms = entry
        return linebreaks(possible(f"{item.body}\n\n{item.answer}"), autoescape=True)

    def item_link(self, entry):
        return absolute_url(entry[0].get_absolute_url())

    item_guid = item_link

    def item_pubdate(self, entry):
        return entry[0].published_at

    def item_updateddate(self, entry):
        return entry[0].checked_at

    def item_author_name(self, entry):
        item, terms = entry
        return possible(terms.get(item.agency.name, item.agency.name))

    def item_categories(self, entry):
        item, _terms = entry
        words = [str(item.kind_label)]
        return [*words, gettext("Nội dung mẫu")] if item.is_sample else words


class QuestionFeed(AnswerFeed):
    url_name, page_name = "feedback:question_feed", "feedback:question_list"
    heading = pgettext_lazy("nhiều", "Hỏi đáp")
    rows = staticmethod(public_answers.questions)


ledger_feed, answer_feed, question_feed = (
    require_safe(kept_for_minutes(feed())) for feed in (LedgerFeed, AnswerFeed, QuestionFeed)
)
