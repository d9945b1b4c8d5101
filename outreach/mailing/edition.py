"""What the mail of an issue says: one page of HTML for poor mail programs, and all of it as plain text."""

import re
from dataclasses import dataclass
from textwrap import wrap

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext, override

from outreach.issue_contents import contents, days_of, imprint
from portal.site import absolute_url
from portal.subscriptions.addresses import manage_url, unsubscribe_url
from portal.subscriptions.ending import BULLETIN
from procedures.models import Agency
from procedures.terms import portal_name, present_terms

# What stands in the words of all where each subscriber has their own. Nobody can register such a name (RFC 6761).
UNSUBSCRIBE_MARK = "https://thoi-nhan.invalid/"
SINCE_MARK = "[[ngay-dang-ky]]"
COLUMNS = 72
# Gmail shows no more of a mail than 102 kB of HTML, and then not how to unsubscribe.
LARGEST_HTML = 95_000
# Of each piece, where all of them together would be larger.
SHORT_TEXT = 400


@dataclass(frozen=True)
class Edition:
    """The words for all."""

    subject: str
    html: str
    text: str

    def for_subscriber(self, subscriber) -> tuple[str, str]:
        since = date_format(localtime(subscriber.confirmed_at), "SHORT_DATE_FORMAT")
        return self._filled(unsubscribe_url(subscriber, BULLETIN), since)

    def for_trial(self, language) -> tuple[str, str]:
        """As a subscriber would read it; its links end nothing."""
        with override(language):
            return self._filled(manage_url(language), gettext("(thư thử, không ai đăng ký)"))

    def _filled(self, address, since):
        html = self.html.replace(UNSUBSCRIBE_MARK, escape(address))
        text = self.text.replace(UNSUBSCRIBE_MARK, address)
        return html.replace(SINCE_MARK, escape(since)), text.replace(SINCE_MARK, since)


def mail_edition(issue) -> Edition:
    with override(issue.language):
        data = _data(issue)
        html = render_to_string("outreach/mail/issue.html", data)
        if len(html.encode()) > LARGEST_HTML:
            html = render_to_string("outreach/mail/issue.html", data | {"longest": SHORT_TEXT})
        text = _wrapped(render_to_string("outreach/mail/issue.txt", data))
    subject = Truncator(f"{data['name']}: {issue.title}").chars(200)
    return Edition(subject, re.sub(r"\n\s*\n+", "\n", html), text)


def _data(issue):
    owner, terms = Agency.objects.portal_owner(), present_terms()
    page_url = absolute_url(issue.get_own_url())
    return {
        "issue": issue,
        "name": gettext("Bản tin số %(number)s/%(year)s")
        % {"number": issue.number, "year": issue.year},
        "sections": [
            (section.heading, [_in_mail(piece, page_url) for piece in section.pieces])
            for section in contents(issue)
        ],
        "page_url": page_url,
        "pdf_url": absolute_url(
            reverse("outreach:bulletin_issue_pdf", args=[issue.year, issue.number])
        ),
        "manage_url": manage_url(issue.language),
        "unsubscribe_url": UNSUBSCRIBE_MARK,
        "since": SINCE_MARK,
        "portal": portal_name(owner, terms),
        "imprint": _imprint(owner, terms) if owner else [],
    }


def _imprint(owner, terms):
    facts = [f"{label}: {terms.get(fact, fact)}" for label, fact in imprint(owner)]
    return [terms.get(owner.name, owner.name), *facts]


def _in_mail(piece, page_url):
    figure = piece.figure
    return {
        "title": piece.title,
        "url": absolute_url(piece.path) if piece.path else "",
        "place_url": f"{page_url}#{piece.anchor}",
        "text": piece.text,
        "paragraphs": piece.paragraphs,
        "written": piece.written,
        "days": days_of(figure) if figure else "",
        "source": figure.source if figure else "",
    }


def _wrapped(text):
    """Paragraphs in lines that no mail program has to break; addresses stay whole."""
    lines = [
        part
        for line in text.strip().split("\n")
        for part in wrap(line.strip(), COLUMNS, break_long_words=False, break_on_hyphens=False)
        or [""]
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"
