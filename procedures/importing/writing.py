"""Content -> rows, many procedures at a time, one query a table."""

from datetime import datetime

from portal.text import clean_line
from procedures.importing.content import AGENCY_PARTS, PARTS, Content
from procedures.importing.references import References
from procedures.models import (
    DossierCase,
    Fee,
    LegalBasis,
    Procedure,
    ProcedureAgency,
    ProcedureResult,
    ProcedureSource,
    ProcedureStep,
    RequiredDocument,
    SubmissionMethod,
)

COLUMNS = {
    "name", "decision_text", "levels", "procedure_type", "sets_required", "receiving_address", "requirements",
    "description", "related_text", "national_url", "summary", "keywords", "online_level", "partial_reason",
    "popularity",
}  # fmt: skip
ROLES = dict(zip(AGENCY_PARTS, ProcedureAgency.Role.values, strict=True))


def set_columns(procedure: Procedure, content: Content, parts, references: References) -> list[str]:
    """Set the given parts that are the procedure's own columns; return the columns' names."""
    columns = [part for part in PARTS if part in parts and part in COLUMNS]
    for part in columns:
        value = getattr(content, part)
        setattr(procedure, part, list(value) if part == "levels" else value)
    if "sector" in parts:
        procedure.sector = references.sectors[content.sector] if content.sector else None
        columns.append("sector")
    if "decision" in parts:
        procedure.decision = references.decisions[content.decision] if content.decision else None
        columns.append("decision")
    return columns


def clear_parts(changes: list[tuple[Procedure, Content, set[str]]]):
    """Remove the rows of parts that are about to be written anew."""
    models = {
        "steps": ProcedureStep,
        "methods": SubmissionMethod,
        "cases": DossierCase,
        "results": ProcedureResult,
        "legal_bases": LegalBasis,
    }
    for part, model in models.items():
        _delete(model.objects, changes, part)
    for part, role in ROLES.items():
        _delete(ProcedureAgency.objects.filter(role=role), changes, part)
    _delete(Procedure.audiences.through.objects, changes, "audiences")


def _delete(rows, changes, part):
    pks = [procedure.pk for procedure, _, parts in changes if part in parts]
    if pks:
        rows.filter(procedure__in=pks).delete()


def write_parts(changes: list[tuple[Procedure, Content, set[str]]], references: References):
    """Write the rows of the given parts, in the source's order."""
    ProcedureStep.objects.bulk_create(_rows(ProcedureStep, changes, "steps"))
    ProcedureResult.objects.bulk_create(_rows(ProcedureResult, changes, "results"))
    _write_methods(changes)
    _write_cases(changes)
    LegalBasis.objects.bulk_create(_legal_bases(changes, references))
    ProcedureAgency.objects.bulk_create(_agency_roles(changes, references))
    through = Procedure.audiences.through
    through.objects.bulk_create(
        through(procedure_id=procedure.pk, audience_id=pk)
        for procedure, content, parts in changes
        if "audiences" in parts
        for pk in dict.fromkeys(references.audiences[name].pk for name in content.audiences)
    )


def _items(changes, part):
    for procedure, content, parts in changes:
        if part in parts:
            for order, item in enumerate(getattr(content, part), start=1):
                yield procedure, order, item


def _rows(model, changes, part):
    return [
        model(procedure=procedure, order=order, **vars(item))
        for procedure, order, item in _items(changes, part)
    ]


def _write_methods(changes):
    rows, fees = [], []
    for procedure, order, method in _items(changes, "methods"):
        row = SubmissionMethod(
            procedure=procedure,
            order=order,
            kind=method.kind,
            duration_value=method.duration.value,
            duration_unit=method.duration.unit,
            duration_note=method.duration.note,
            description=method.description,
        )
        rows.append(row)
        fees += [
            Fee(method=row, order=place, **vars(fee))
            for place, fee in enumerate(method.fees, start=1)
        ]
    SubmissionMethod.objects.bulk_create(rows)
    Fee.objects.bulk_create(fees)


def _write_cases(changes):
    rows, papers = [], []
    for procedure, order, case in _items(changes, "cases"):
        row = DossierCase(procedure=procedure, order=order, name=case.name)
        rows.append(row)
        papers += [
            RequiredDocument(case=row, order=place, **vars(paper))
            for place, paper in enumerate(case.papers, 1)
        ]
    DossierCase.objects.bulk_create(rows)
    RequiredDocument.objects.bulk_create(papers)


def _legal_bases(changes, references):
    for procedure, order, basis in _items(changes, "legal_bases"):
        act = references.act(basis)
        words = references.words_on(basis)
        says_more = act is None or clean_line(words) != act.title
        yield LegalBasis(
            procedure=procedure, order=order, document=act, text=words if says_more else ""
        )


def _agency_roles(changes, references):
    for part, role in ROLES.items():
        for procedure, content, parts in changes:
            if part in parts:
                agencies = {references.agencies[name].pk: None for name in getattr(content, part)}
                for order, pk in enumerate(agencies, start=1):
                    yield ProcedureAgency(procedure=procedure, agency_id=pk, role=role, order=order)


def write_sources(sources: list[tuple[Procedure, dict, str]], origin: str, now: datetime):
    """Keep the records whole, in place of those kept before."""
    ProcedureSource.objects.bulk_create(
        [
            ProcedureSource(
                procedure=procedure, origin=origin, record=raw, digest=digest, imported_at=now
            )
            for procedure, raw, digest in sources
        ],
        update_conflicts=True,
        unique_fields=["procedure"],
        update_fields=["origin", "record", "digest", "imported_at"],
        # One row a statement: many at once travel as an array, whose quoting costs more than the trips.
        batch_size=1,
    )
