"""What the database says of a procedure, in the shape of Content, and where two contents differ."""

from django.db.models import Prefetch

from portal.text import clean_line
from procedures.importing.content import (
    AGENCY_PARTS,
    OWN_PARTS,
    PARTS,
    Basis,
    Case,
    Content,
    Duration,
    FeeItem,
    Method,
    Paper,
    Result,
    Step,
)
from procedures.importing.references import References
from procedures.importing.writing import COLUMNS, ROLES
from procedures.models import LegalBasis, Procedure, ProcedureAgency, SubmissionMethod


def known_procedures(codes) -> dict[str, Procedure]:
    """The procedures of these codes, with the records that they came from."""
    return {
        row.code: row for row in Procedure.objects.filter(code__in=codes).select_related("source")
    }


def fetch_parts(procedures: list[Procedure]) -> dict[int, Content]:
    """The contents as they stand in the database now, by primary key."""
    rows = (
        Procedure.objects.filter(pk__in=[procedure.pk for procedure in procedures])
        .select_related("sector", "decision")
        .prefetch_related(
            "steps",
            "results",
            "audiences",
            Prefetch("methods", SubmissionMethod.objects.prefetch_related("fees")),
            "cases__documents",
            Prefetch("legal_bases", LegalBasis.objects.select_related("document")),
            Prefetch("agency_roles", ProcedureAgency.objects.select_related("agency")),
        )
    )
    return {row.pk: _content(row) for row in rows}


def _content(row):
    columns = {part: getattr(row, part) for part in COLUMNS} | {"levels": tuple(row.levels)}
    roles = list(row.agency_roles.all())
    agencies = {
        part: tuple(r.agency.name for r in roles if r.role == ROLES[part]) for part in AGENCY_PARTS
    }
    return Content(
        code=row.code,
        decision=row.decision.number if row.decision else "",
        sector=row.sector.name if row.sector else "",
        steps=tuple(Step(step.title, step.body) for step in row.steps.all()),
        methods=tuple(_method(method) for method in row.methods.all()),
        cases=tuple(_case(case) for case in row.cases.all()),
        audiences=tuple(audience.name for audience in row.audiences.all()),
        results=tuple(Result(result.name, result.code) for result in row.results.all()),
        legal_bases=tuple(_basis(basis) for basis in row.legal_bases.all()),
        **columns,
        **agencies,
    )


def _method(row):
    return Method(
        kind=row.kind,
        duration=Duration(row.duration_value, row.duration_unit, row.duration_note),
        description=row.description,
        fees=tuple(
            FeeItem(fee.kind, fee.amount, fee.currency, fee.note, fee.source_text)
            for fee in row.fees.all()
        ),
    )


def _case(row):
    return Case(
        row.name,
        tuple(
            Paper(
                name=paper.name,
                is_note=paper.is_note,
                original_qty=paper.original_qty,
                copy_qty=paper.copy_qty,
                photocopy_qty=paper.photocopy_qty,
                form_name=paper.form_name,
                form_url=paper.form_url,
            )
            for paper in row.documents.all()
        ),
    )


def _basis(row):
    if row.document is None:
        return Basis(row.text)
    return Basis(row.text or row.document.title, row.document.number)


def differing(old: Content, new: Content, references: References) -> set[str]:
    """The parts in which two contents differ; names of shared rows count by their slug."""
    return {
        part
        for part in PARTS
        if _comparable(old, part, references) != _comparable(new, part, references)
    }


def _comparable(content, part, references):
    value = getattr(content, part)
    if part == "audiences":
        return {references.audiences.slug(name) for name in value}
    if part in AGENCY_PARTS:
        return tuple(dict.fromkeys(references.agencies.slug(name) for name in value))
    if part == "sector":
        return references.sectors.slug(value) if value else ""
    if part == "legal_bases":
        return [
            (references.act_slug(basis.number), clean_line(references.words_on(basis)))
            for basis in value
        ]
    return value


def silent_parts(new: Content, *, over_hand_made: bool) -> set[str]:
    """Parts on which the record says nothing and that it therefore leaves as they are."""
    silent = {
        part for part in PARTS if not getattr(new, part) and (part in OWN_PARTS or over_hand_made)
    }
    # These two only explain their neighbour: they go where it goes.
    if new.decision:
        silent.discard("decision_text")
    if new.online_level:
        silent.discard("partial_reason")
    return silent
