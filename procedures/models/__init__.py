from procedures.models.agencies import AdminUnit, AdminUnitSuccession, Agency, ContactChannel
from procedures.models.calendar import CalendarException, CalendarRevision, Term, TermRule
from procedures.models.catalogue import Level, Procedure, codes_meant_by
from procedures.models.changes import ProcedureChange
from procedures.models.legal import LegalDocument, LegalDocumentFile, PublicationDecision
from procedures.models.parts import (
    DossierCase,
    Fee,
    LegalBasis,
    ProcedureAgency,
    ProcedureResult,
    ProcedureSource,
    ProcedureStep,
    RequiredDocument,
    SubmissionMethod,
)
from procedures.models.qr import QrScan, QrTarget
from procedures.models.reception import OpeningHours, ServicePoint
from procedures.models.search import SearchEntry, SearchTerm, Synonym
from procedures.models.sectors import Audience, Sector, SectorGroup
from procedures.models.translations import (
    HandbookChapter,
    HandbookEntry,
    ProcedureTranslation,
    TermTranslation,
    TranslatedText,
    originals_of,
)

__all__ = [
    "AdminUnit",
    "AdminUnitSuccession",
    "Agency",
    "Audience",
    "CalendarException",
    "CalendarRevision",
    "ContactChannel",
    "DossierCase",
    "Fee",
    "HandbookChapter",
    "HandbookEntry",
    "LegalBasis",
    "LegalDocument",
    "LegalDocumentFile",
    "Level",
    "OpeningHours",
    "Procedure",
    "ProcedureAgency",
    "ProcedureChange",
    "ProcedureResult",
    "ProcedureSource",
    "ProcedureStep",
    "ProcedureTranslation",
    "PublicationDecision",
    "QrScan",
    "QrTarget",
    "RequiredDocument",
    "SearchEntry",
    "SearchTerm",
    "Sector",
    "SectorGroup",
    "ServicePoint",
    "SubmissionMethod",
    "Synonym",
    "Term",
    "TermRule",
    "TermTranslation",
    "TranslatedText",
    "codes_meant_by",
    "originals_of",
]
