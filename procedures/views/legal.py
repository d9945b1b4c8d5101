"""Pages of laws, decrees, circulars and decisions: the list, and each act with what cites it."""

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.files import PUBLIC, file_response
from procedures.citations import procedures_citing, with_citing_count
from procedures.legal_filters import LegalDocumentFilter
from procedures.models import LegalDocument, LegalDocumentFile
from procedures.structured_data import legislation

PAGE_SIZE = 20


@require_safe
def legal_document_list(request):
    chosen = LegalDocumentFilter(request.GET)
    found = chosen.rows.newest_first().values_list("pk", flat=True)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("trang"))
    # Counted for these alone: in one query the pages before would be counted too.
    shown = LegalDocument.objects.filter(pk__in=list(page.object_list)).newest_first()
    page.object_list = with_citing_count(shown)
    return render(request, "procedures/legal_document_list.html", {"filter": chosen, "page": page})


@require_safe
def legal_document(request, slug):
    others = LegalDocument.objects.newest_first()
    documents = LegalDocument.objects.select_related("replaced_by").prefetch_related(
        *(Prefetch(relation, others) for relation in ("replaces", "amended_by", "amends")),
        "files",
    )
    document = get_object_or_404(documents, slug=slug)
    procedures = procedures_citing(document).in_name_order().for_cards()
    context = {
        "document": document,
        "page": Paginator(procedures, PAGE_SIZE).get_page(request.GET.get("trang")),
        "structured_data": legislation(document),
    }
    return render(request, "procedures/legal_document.html", context)


@require_safe
def legal_document_file(request, slug, pk):
    stored = get_object_or_404(LegalDocumentFile, document__slug=slug, pk=pk)
    return file_response(request, stored.file, name=stored.title, cache_control=PUBLIC)
