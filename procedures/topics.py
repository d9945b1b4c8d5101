"""What of the catalogue people subscribe to: what happens to the procedures of a sector."""

from django.db.models import Prefetch
from django.utils.translation import gettext

from portal.languages import WordsIn
from portal.subscriptions.topics import News, Topic
from procedures.models import Procedure, ProcedureChange, Sector
from procedures.terms import present_terms

Kind = ProcedureChange.Kind


class SectorTopics:
    kind = "linh-vuc"
    is_mailed_apart = False

    def heading(self):
        return gettext("Thủ tục theo lĩnh vực")

    def offered(self):
        return self._topics(Sector.objects.with_listed_count().in_name_order())

    def topic(self, key):
        return next(iter(self._topics(Sector.objects.filter(slug=key))), None)

    def news(self, keys, *, after, until):
        procedures = Procedure.objects.with_translated_name().select_related("sector")
        changes = (
            ProcedureChange.objects.filter(
                at__gt=after, at__lte=until, procedure__sector__slug__in=keys
            )
            .select_related("decision")
            .prefetch_related(Prefetch("procedure", procedures))
            .order_by("at", "pk")
        )
        return [
            News(
                key=change.procedure.sector.slug,
                title=_in_words(change),
                path=change.procedure.get_absolute_url(),
                at=change.at,
                is_sample=change.procedure.is_sample,
            )
            for change in changes
        ]

    def _topics(self, sectors):
        terms = present_terms()
        return [
            Topic(self.kind, row.slug, terms.get(row.name) or WordsIn(row.name, "vi"))
            for row in sectors
        ]


def _in_words(change):
    name = change.procedure.translated_name or change.procedure.name
    if change.kind == Kind.CHANGED and change.decision:
        return gettext("Thay đổi theo Quyết định %(decision)s: %(name)s") % {
            "decision": change.decision,
            "name": name,
        }
    words = {
        Kind.NEW: gettext("Mới: %(name)s"),
        Kind.CHANGED: gettext("Thay đổi: %(name)s"),
        Kind.SUSPENDED: gettext("Tạm dừng: %(name)s"),
        Kind.RESUMED: gettext("Áp dụng trở lại: %(name)s"),
        Kind.ENDED: gettext("Hết hiệu lực: %(name)s"),
    }[change.kind]
    return words % {"name": name}
