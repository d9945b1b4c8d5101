"""What is new for programs that read along: articles in Atom and RSS, of all and of one category; issues in Atom."""

from dataclasses import dataclass
from functools import partial
from urllib.parse import urljoin

import nh3
from django.urls import get_script_prefix, reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.html import escape
from django.utils.translation import get_language, gettext, override
from django.views.decorators.http import require_safe

from outreach.archive import news_in
from outreach.models import ArticleVersion, BulletinIssue, Category
from portal.feeds import NEVER, SteadyAtom, SteadyFeed, kept_for_minutes, possible
from portal.richtext import ATTRIBUTES, SCHEMES, TAGS, clean_html
from portal.site import absolute_url
from procedures.models import Agency
from procedures.terms import portal_name, terms_of

ENTRIES = 30


def newest_versions(category=None):
    """What the public reads in the language of the address, newest first; of one category or of all."""
    versions = news_in(get_language())
    if category:
        versions = versions.filter(category=category)
    return versions.select_related("article", "category").newest_first()


@dataclass(frozen=True)
class Source:
    """What one feed tells about: the news, or a category of it."""

    title: str
    author: str
    link: str
    address: str
    category: Category | None
    terms: dict[str, str]


@dataclass(frozen=True)
class Entry:
    version: ArticleVersion
    category: str

    @property
    def link(self):
        return absolute_url(self.version.get_absolute_url())


class AtomWithContent(SteadyAtom):
    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


class RssWithContent(Rss201rev2Feed):
    def latest_post_date(self):
        return super().latest_post_date() if self.items else NEVER

    def rss_attributes(self):
        module = {"xmlns:content": "http://purl.org/rss/1.0/modules/content/"}
        return super().rss_attributes() | module

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["content"])


class SourceFeed(SteadyFeed):
    """A feed that its `Source` describes."""

    def title(self, source):
        return source.title

    def description(self, source):
        return source.title

    def link(self, source):
        return source.link

    def feed_url(self, source):
        return source.address

    def feed_guid(self, source):
        return source.address

    def author_name(self, source):
        return source.author


class NewsFeed(SourceFeed):
    """All news of one language."""

    feed_type = AtomWithContent
    url_name = "outreach:news_feed"

    def get_object(self, request, **kwargs):
        owner, terms = Agency.objects.portal_owner(), terms_of(request)
        category = Category.objects.get(**kwargs) if kwargs else None
        name = portal_name(owner, terms)
        title = f"{gettext('Tin tức')} | {name}"
        if category:
            title = f"{terms.get(category.name, category.name)} | {title}"
        page = category.get_absolute_url() if category else reverse("outreach:article_list")
        return Source(
            title=possible(title),
            author=possible(terms.get(owner.name, owner.name) if owner else name),
            link=absolute_url(page),
            address=absolute_url(reverse(self.url_name, kwargs=kwargs)),
            category=category,
            terms=terms,
        )

    def items(self, source):
        versions = newest_versions(source.category).prefetch_related("tags")[:ENTRIES]
        return [
            Entry(version, source.terms.get(version.category.name, version.category.name))
            for version in versions
        ]

    def item_title(self, entry):
        return possible(entry.version.title)

    def item_description(self, entry):
        return escape(possible(entry.version.lead))

    def item_link(self, entry):
        return entry.link

    def item_guid(self, entry):
        return entry.link

    def item_pubdate(self, entry):
        return entry.version.published_at

    def item_updateddate(self, entry):
        return entry.version.public_from

    def item_author_name(self, entry):
        return possible(entry.version.author_name) or None

    def item_categories(self, entry):
        version = entry.version
        words = [entry.category, *(tag.name for tag in version.tags.all())]
        if version.article.is_sample:
            words.append(gettext("Nội dung mẫu"))
        return [possible(word) for word in words]

    def item_extra_kwargs(self, entry):
        return {"content": possible(with_full_addresses(entry.version.body, entry.link))}


class NewsRss(NewsFeed):
    feed_type = RssWithContent
    url_name = "outreach:news_rss"


class CategoryFeed(NewsFeed):
    url_name = "outreach:category_feed"


class AtomOfLanguages(SteadyAtom):
    """Its entries may be in other languages than the feed."""

    def item_attributes(self, item):
        return super().item_attributes(item) | {"xml:lang": item["language"]}


class BulletinFeed(SourceFeed):
    """The newest issues of the e-bulletin, each in its own language."""

    feed_type = AtomOfLanguages

    def get_object(self, request):
        owner, terms = Agency.objects.portal_owner(), terms_of(request)
        name = portal_name(owner, terms)
        return Source(
            title=possible(f"{gettext('Bản tin điện tử')} | {name}"),
            author=possible(terms.get(owner.name, owner.name) if owner else name),
            link=absolute_url(reverse("outreach:bulletin_list")),
            address=absolute_url(reverse("outreach:bulletin_feed")),
            category=None,
            terms=terms,
        )

    def items(self, source):
        return BulletinIssue.objects.public().newest_first()[:ENTRIES]

    def item_title(self, issue):
        with override(issue.language):
            name = gettext("Bản tin số %(number)s/%(year)s")
        names = {"number": issue.number, "year": issue.year}
        return possible(f"{name % names}: {issue.title}")

    def item_description(self, issue):
        with override(issue.language):
            words = [f"{gettext('Đính chính')}: {issue.correction}"] if issue.correction else []
        return escape(possible("\n\n".join([*words, issue.lead])))

    def item_link(self, issue):
        return absolute_url(issue.get_own_url())

    item_guid = item_link

    def item_pubdate(self, issue):
        return issue.public_from

    def item_updateddate(self, issue):
        return issue.corrected_at or issue.public_from

    def item_categories(self, issue):
        return [gettext("Nội dung mẫu")] if issue.is_sample else []

    def item_extra_kwargs(self, issue):
        return {"language": issue.language}


def with_full_addresses(html: str, page: str) -> str:
    """The HTML of an article as it may stand elsewhere: cleaned again, what it links and shows named in full."""
    return nh3.clean(
        clean_html(html),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel=None,
        attribute_filter=partial(_full_address, page),
    )


def _full_address(page, tag, attribute, value):
    if attribute not in {"href", "src"}:
        return value
    if value.startswith("/") and not value.startswith("//"):
        value = get_script_prefix().rstrip("/") + value
    return urljoin(page, value)


news_feed, news_rss, category_feed, bulletin_feed = (
    require_safe(kept_for_minutes(feed()))
    for feed in (NewsFeed, NewsRss, CategoryFeed, BulletinFeed)
)
