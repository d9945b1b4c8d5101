"""The news for readers: lists, browsing by date, one article."""

from operator import attrgetter

from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from outreach import visits
from outreach.archive import (
    PAGE_SIZE,
    Span,
    calendar_of,
    earlier_than,
    later_than,
    months_of,
    newest_day,
    news_in,
    page_of,
    rows,
)
from outreach.body import render_body
from outreach.models import Article, ArticleVersion, Category, Tag, VisitKind
from outreach.search import MOST_HITS, find_articles
from portal.forms import SearchForm
from portal.languages import address_in, in_source, is_source
from procedures.models import Procedure
from procedures.search import mark

EARLIER_SHOWN = 5
# A shorter article is seen at a glance.
HEADINGS_BEFORE_CONTENTS = 3


@require_safe
def article_list(request):
    query = SearchForm.query_of(request)
    if query:
        found = find_articles(query, get_language())
        page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("trang"))
        page.object_list = rows(page.object_list)
        for version in page.object_list:
            version.title_segments = mark(version.title, query)
    else:
        page = page_of(news_in(get_language()), request.GET.get("trang"))
    context = {
        "query": query,
        "page": page,
        "categories": Category.objects.all(),
        "newest": newest_day(news_in(get_language())),
        "query_part": urlencode({"q": query}),
        "has_more": bool(query) and page.paginator.count >= MOST_HITS,
    }
    return _list_page(request, "outreach/article_list.html", context)


@require_safe
def category(request, slug):
    category = get_object_or_404(Category, slug=slug)
    versions = news_in(get_language()).filter(category=category)
    context = {
        "category": category,
        "categories": Category.objects.all(),
        "feed_categories": [category],
        "page": page_of(versions, request.GET.get("trang")),
    }
    return _list_page(request, "outreach/category.html", context)


@require_safe
def tag(request, slug):
    tag = get_object_or_404(Tag.objects.published(), slug=slug)
    versions = news_in(get_language()).filter(tags=tag)
    context = {"tag": tag, "page": page_of(versions, request.GET.get("trang"))}
    return _list_page(request, "outreach/tag.html", context)


@require_safe
def article_year(request, year):
    versions = news_in(get_language())
    span = _span_or_404(year)
    months = months_of(versions, span)
    context = {
        "year": span.start,
        "months": months,
        "total": sum(count for _month, count in months),
        "previous": span.day_before(versions),
        "next": span.day_after(versions),
    }
    return _list_page(request, "outreach/article_year.html", context)


@require_safe
def article_month(request, year, month):
    versions = news_in(get_language())
    span = _span_or_404(year, month)
    context = {
        "month": span.start,
        "calendar": calendar_of(versions, span.start),
        "page": page_of(span.within(versions), request.GET.get("trang")),
    }
    return _list_page(request, "outreach/article_month.html", context)


@require_safe
def article_day(request, year, month, day):
    versions = news_in(get_language())
    span = _span_or_404(year, month, day)
    context = {
        "day": span.start,
        "calendar": calendar_of(versions, span.start.replace(day=1), chosen=span.start),
        "page": page_of(span.within(versions), request.GET.get("trang")),
        "previous": span.day_before(versions),
        "next": span.day_after(versions),
    }
    return _list_page(request, "outreach/article_day.html", context)


def _list_page(request, template, context):
    """A list in the language of the page; on a page in another one the way to the Vietnamese list."""
    page = context.get("page")
    number = page.number if page else 1
    context |= {
        "canonical": f"{request.path}?trang={number}" if number > 1 else request.path,
        "vietnamese_list": None if is_source() else address_in("vi", request.path_info),
    }
    return render(request, template, context)


def _span_or_404(*numbers):
    span = Span.of(*numbers)
    if span is None:
        raise Http404
    return span


@require_safe
def article(request, slug):
    public = ArticleVersion.objects.public()
    version = get_object_or_404(_with_parts(public), article__slug=slug)
    visits.record(request, VisitKind.ARTICLE, version.article_id)
    translations = _translations(version)
    context = article_context(version) | _neighbours(version)
    context |= {
        "translations": translations,
        "original": in_source([version, *translations], language=attrgetter("article.language")),
        "views": visits.total(VisitKind.ARTICLE, version.article_id),
        "published_on": localdate(version.published_at),
        "feed_categories": [version.category],
    }
    return visits.let_proxy_count(render(request, "outreach/article.html", context))


def article_context(version):
    """What the page of an article shows of the version itself, public or not."""
    body = render_body(version)
    return {
        "version": version,
        "body": body,
        "is_foreign": version.article.language != get_language(),
        "contents": _contents(version, body),
        "written_in": {version.article.language},
        "last_updated": version.public_from,
    }


def _with_parts(versions):
    versions = versions.select_related("article", "category", "cover")
    return versions.prefetch_related(*article_parts())


def article_parts():
    """What `article_context` reads beside the version itself, for its prefetching."""
    procedures = Procedure.objects.published().with_translated_name().in_name_order()
    names = ["tags", "files", "pictures", "linked_files", "legal_documents"]
    return [*names, Prefetch("procedures", procedures)]


def _contents(version, body):
    if len(body.headings) <= HEADINGS_BEFORE_CONTENTS:
        return []
    if version.article.language == get_language():
        return body.headings
    words = '<span lang="{}">{}</span>'
    return [
        (anchor, format_html(words, version.article.language, text))
        for anchor, text in body.headings
    ]


def _neighbours(version):
    """Earlier items of the category, and those before and after it in all the news."""
    versions = news_in(version.article.language).select_related("article")
    versions = versions.only("title", "published_at", "article")
    in_category = versions.filter(category=version.category_id)
    return {
        "earlier": earlier_than(version, in_category)[:EARLIER_SHOWN],
        "previous": earlier_than(version, versions).first(),
        "next": later_than(version, versions).first(),
    }


def _translations(version):
    """The same article in other languages, where readers may see it."""
    article = version.article
    original = article.translation_of_id or article.pk
    same = Article.objects.filter(Q(pk=original) | Q(translation_of=original))
    others = ArticleVersion.objects.public().filter(article__in=same.exclude(pk=article.pk))
    return others.select_related("article").only("title", "article")
