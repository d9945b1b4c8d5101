from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from feedback.models import Survey
from feedback.public_answers import answered, frequent_questions, lines, newest_first
from portal.sitemaps import SiteSitemap


class AnswerSitemap(SiteSitemap):
    """The newest answers to messages, each at its one address: they are in Vietnamese whatever is around them."""

    newest = 10_000

    def items(self):
        return lines(newest_first(self.rows())[: self.newest])

    def rows(self):
        return answered()

    def location(self, item):
        with override(settings.LANGUAGE_CODE):
            return item.get_absolute_url()

    def lastmod(self, item):
        return item.published_at


class FrequentQuestionSitemap(AnswerSitemap):
    def rows(self):
        return frequent_questions()


class SurveySitemap(SiteSitemap):
    """The surveys that take answers now."""

    def items(self):
        return Survey.objects.running().order_by("pk")


class SurveyResultSitemap(SiteSitemap):
    """What was answered to surveys, running and closed."""

    def items(self):
        return Survey.objects.public().order_by("pk")

    def location(self, item):
        return reverse("feedback:survey_result", args=[item.slug])
