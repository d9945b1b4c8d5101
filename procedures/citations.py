"""What on the portal rests on an act: procedures that the public finds."""

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from procedures.models import LegalBasis, Procedure


def procedures_citing(document):
    """Listed procedures that name the act among their legal bases."""
    bases = LegalBasis.objects.filter(document=document)
    return Procedure.objects.listed().filter(pk__in=bases.values("procedure"))


def with_citing_count(documents):
    """Acts, each with how many listed procedures name it."""
    bases = LegalBasis.objects.filter(
        document=OuterRef("pk"), procedure__in=Procedure.objects.listed()
    )
    counted = bases.order_by().values("document").annotate(count=Count("procedure", distinct=True))
    count = Subquery(counted.values("count"), output_field=IntegerField())
    return documents.annotate(citing_count=Coalesce(count, 0))
