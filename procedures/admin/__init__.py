"""The staff's workplace. The order of registration is the order on the screen: the order of the work."""

from django.contrib import admin

from procedures.admin.agencies import AdminUnitAdmin, AgencyAdmin
from procedures.admin.calendar import CalendarExceptionAdmin, TermRuleAdmin
from procedures.admin.catalogue import ProcedureAdmin
from procedures.admin.legal import LegalDocumentAdmin, PublicationDecisionAdmin
from procedures.admin.parts import DossierCaseAdmin, SubmissionMethodAdmin
from procedures.admin.qr import QrTargetAdmin
from procedures.admin.reception import ServicePointAdmin
from procedures.admin.sectors import AudienceAdmin, SectorAdmin, SectorGroupAdmin
from procedures.admin.sources import ProcedureSourceAdmin
from procedures.admin.translations import (
    HandbookChapterAdmin,
    ProcedureTranslationAdmin,
    TermTranslationAdmin,
)
from procedures.admin.words import SynonymAdmin
from procedures.models import (
    AdminUnit,
    Agency,
    Audience,
    CalendarException,
    DossierCase,
    HandbookChapter,
    LegalDocument,
    Procedure,
    ProcedureSource,
    ProcedureTranslation,
    PublicationDecision,
    QrTarget,
    Sector,
    SectorGroup,
    ServicePoint,
    SubmissionMethod,
    Synonym,
    TermRule,
    TermTranslation,
)

for model, model_admin in [
    (Procedure, ProcedureAdmin),
    (PublicationDecision, PublicationDecisionAdmin),
    (LegalDocument, LegalDocumentAdmin),
    (ServicePoint, ServicePointAdmin),
    (CalendarException, CalendarExceptionAdmin),
    (TermRule, TermRuleAdmin),
    (Agency, AgencyAdmin),
    (Sector, SectorAdmin),
    (SectorGroup, SectorGroupAdmin),
    (Audience, AudienceAdmin),
    (Synonym, SynonymAdmin),
    (ProcedureTranslation, ProcedureTranslationAdmin),
    (TermTranslation, TermTranslationAdmin),
    (HandbookChapter, HandbookChapterAdmin),
    (AdminUnit, AdminUnitAdmin),
    (QrTarget, QrTargetAdmin),
    (ProcedureSource, ProcedureSourceAdmin),
    # Reached from their procedure, not from the front page.
    (SubmissionMethod, SubmissionMethodAdmin),
    (DossierCase, DossierCaseAdmin),
]:
    admin.site.register(model, model_admin)
