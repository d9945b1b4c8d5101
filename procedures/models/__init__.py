from procedures.models.agencies import AdminUnit, AdminUnitSuccession, Agency
from procedures.models.catalogue import Level, Procedure, codes_meant_by
from procedures.models.legal import LegalDocument, PublicationDecision
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

__all__ = [
    "AdminUnit",
    "AdminUnitSuccession",
    "Agency",
    "Audience",
    "DossierCase",
    "Fee",
    "LegalBasis",
    "LegalDocument",
    "Level",
    "OpeningHours",
    "Procedure",
    "ProcedureAgency",
    "ProcedureResult",
    "ProcedureSource",
    "ProcedureStep",
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
    "codes_meant_by",
]
