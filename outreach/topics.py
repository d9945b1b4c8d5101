"""What of the voice people subscribe to: the e-bulletin, and the news of a category. See `portal.subscriptions.topics`."""

from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import get_language, gettext

from outreach.archive import news_in
from outreach.models import ArticleVersion, Category
from portal.languages import WordsIn
from portal.subscriptions.topics import News, SingleTopic, Topic
from procedures.terms import present_terms


class BulletinTopics(SingleTopic):
    kind = "ban-tin"
    is_mailed_apart = True

    def heading(self):
        return gettext("Bản tin")

    def topic_name(self):
        return gettext("Bản tin điện tử, mỗi khi ra số mới")

    def news(self, keys, *, after, until):
        """None: each issue is mailed whole."""
        return []


class CategoryTopics:
    kind = "chuyen-muc"
    is_mailed_apart = False

    def heading(self):
        return gettext("Tin tức theo chuyên mục")

    def offered(self):
        return self._topics(Category.objects.order_by("order", "name"))

    def topic(self, key):
        return next(iter(self._topics(Category.objects.filter(slug=key))), None)

    def news(self, keys, *, after, until):
        versions = _begun(news_in(get_language()).filter(category__slug__in=keys), after, until)
        return [
            News(
                key=version.category.slug,
                title=version.title,
                path=version.article.get_absolute_url(),
                at=version.begun_at,
                is_sample=version.article.is_sample,
            )
            for version in versions
        ]

    def _topics(self, categories):
        terms = present_terms()
        return [
            Topic(self.kind, row.slug, terms.get(row.name) or WordsIn(row.name, "vi"))
            for row in categories
        ]


def _begun(versions, after, until):
    """Those of articles that came before the public in (after, until], oldest first, with that moment as `begun_at`.

    A correction takes the place of what was public in the same moment, so nothing begins with it. What was taken down
    and put up later has the date line of its first day; it begins anew, as nobody could read it between.
    """
    before = ArticleVersion.objects.filter(
        article=OuterRef("article"),
        public_until=OuterRef("public_from"),
        number__lt=OuterRef("number"),
    )
    beginnings = ArticleVersion.objects.filter(
        ~Exists(before), article=OuterRef("article"), public_from__lte=OuterRef("public_from")
    ).order_by("-public_from")
    in_span = ArticleVersion.objects.filter(public_from__gt=after, public_from__lte=until)
    return (
        versions.filter(article__in=in_span.values("article"))
        .annotate(begun_at=Subquery(beginnings.values("public_from")[:1]))
        .filter(begun_at__gt=after, begun_at__lte=until)
        .select_related("article", "category")
        .defer("body", "lead")
        .order_by("begun_at", "pk")
    )
