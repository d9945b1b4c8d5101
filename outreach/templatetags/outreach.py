"""What the portal's own announcements, news and texts offer to every page, and how they write things."""

import re

from django import template
from django.core.paginator import Paginator
from django.db.models import Q
from django.forms.utils import flatatt
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext

from outreach import body, structured_data
from outreach.archive import for_lists, news_in
from outreach.issue_contents import days_of
from outreach.models import Article, BulletinIssue, Category, InformationPage, Material, Notice
from outreach.work_queues import outreach_queues
from portal.languages import is_source
from portal.work_queues import may_view

register = template.Library()

register.filter("days_of", days_of)

COMMENTS_ON_A_PAGE = 20


@register.inclusion_tag("outreach/_notices.html")
def notices_in_force():
    return {"notices": Notice.objects.in_force()}


@register.simple_tag
def information_pages():
    """Pages about the portal that the menu or the footer names, fetched once for both."""
    return list(_pages().filter(Q(is_in_menu=True) | Q(is_in_footer=True)))


@register.inclusion_tag("outreach/_site_map.html")
def information_site_map():
    return {"pages": _pages(), "categories": Category.objects.all()}


def _pages():
    return InformationPage.objects.published().in_language(get_language()).in_order()


@register.filter
def official_date(moment):
    """The date line of the official sites of the State: Thứ 5, ngày 01/04/2021 | 10:55 AM (GMT +7)."""
    moment = localtime(moment)
    if is_source():
        number = moment.isoweekday()
        weekday = "Chủ nhật" if number == 7 else f"Thứ {number + 1}"
        day = f"{weekday}, ngày {moment:%d/%m/%Y}"
    else:
        day = date_format(moment, "l, j F Y")
    half = "AM" if moment.hour < 12 else "PM"
    return f"{day} | {moment:%I:%M} {half} (GMT {moment.utcoffset().total_seconds() / 3600:+.0f})"


@register.filter
def machine_time(moment):
    """To the second, as HTML takes it: 2021-04-01T10:55:00+07:00."""
    return localtime(moment).isoformat(timespec="seconds")


@register.filter
def rendition(picture, name):
    """The address of a picture in one of its sizes."""
    return picture.get_rendition_url(name)


@register.filter
def picture_attributes(picture):
    """src, size and choice of sizes of a picture that is shown whole."""
    return flatatt(body.picture_attributes(picture))


@register.filter
def type_and_pages(file):
    """PDF, 12 trang."""
    kind = body.file_type(file)
    if not file.page_count:
        return kind
    pages = ngettext("%(count)s trang", "%(count)s trang", file.page_count)
    return f"{kind}, {pages % {'count': file.page_count}}"


@register.simple_tag
def news_article(version, owner):
    return structured_data.news_article(version, owner)


@register.simple_tag
def publication_issue(issue, owner):
    return structured_data.publication_issue(issue, owner)


@register.inclusion_tag("outreach/_bulletin_newest.html")
def newest_bulletin():
    return {"issue": BulletinIssue.objects.public().newest_first().first()}


@register.filter
def number_of(issue):
    """2/2026: no point in the year, which a number of the template would get."""
    return f"{issue.number}/{issue.year}"


@register.filter
def first_sentence(text):
    return re.split(r"(?<=[.!?…])\s", text, maxsplit=1)[0]


@register.inclusion_tag("outreach/_article_newest.html")
def newest_articles(limit=3):
    return {"versions": for_lists(news_in(get_language()).newest_first())[:limit]}


@register.inclusion_tag("outreach/_article_about.html")
def news_about(procedure, limit=3):
    """News and materials about a procedure, in the language of the page."""
    versions = news_in(get_language()).filter(procedures=procedure).newest_first()
    materials = Material.objects.published().filter(procedures=procedure).newest_first()
    return {
        "versions": versions.select_related("article").only("title", "published_at", "article")[
            :limit
        ],
        "materials": materials.only("title", "slug", "kind", "language")[:limit],
    }


@register.inclusion_tag("outreach/_comments.html", takes_context=True)
def comments(context, version):
    """What readers wrote under an article, oldest first; never an e-mail."""
    approved = version.article.comments.approved().in_order()
    pages = Paginator(approved.defer("email"), COMMENTS_ON_A_PAGE)
    page = pages.get_page(context.request.GET.get("trang-y-kien"))
    return {"version": version, "page": page}


@register.inclusion_tag("outreach/_articles_citing.html")
def articles_citing(document, limit=20):
    """News that rests on an act, in the language of the page."""
    citing = news_in(get_language()).filter(legal_documents=document)
    return {"versions": for_lists(citing.newest_first())[:limit], "total": citing.count()}


@register.inclusion_tag("admin/outreach/_work_queues.html", takes_context=True)
def outreach_work_queues(context):
    """What waits for staff in the news, for the staff home."""
    request = context["request"]
    return {"queues": outreach_queues(request), "has_calendar": may_view(request, Article)}
