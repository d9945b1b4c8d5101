"""The desk of those who read and answer. The order of registration is the order on the screen: that of the work."""

from django.contrib import admin

from feedback.admin.answer_templates import AnswerTemplateAdmin
from feedback.admin.data_requests import DataSubjectRequestAdmin
from feedback.admin.intake import (
    AssignmentAdmin,
    ConsentTextAdmin,
    IntakeSettingsAdmin,
    LegalRouteAdmin,
)
from feedback.admin.questions import FrequentQuestionAdmin
from feedback.admin.rated_pages import RatedPageAdmin
from feedback.admin.retention import ErasureAdmin
from feedback.admin.survey_concerns import SurveyActionAdmin, SurveyConcernAdmin
from feedback.admin.surveys import SurveyAdmin
from feedback.admin.tickets import DenunciationAdmin, TicketAdmin
from feedback.models import (
    AnswerTemplate,
    Assignment,
    ConsentText,
    DataSubjectRequest,
    Denunciation,
    Erasure,
    FrequentQuestion,
    IntakeSettings,
    LegalRoute,
    RatedPage,
    Survey,
    SurveyAction,
    SurveyConcern,
    Ticket,
)

for model, model_admin in [
    (Ticket, TicketAdmin),
    (Denunciation, DenunciationAdmin),
    (FrequentQuestion, FrequentQuestionAdmin),
    (DataSubjectRequest, DataSubjectRequestAdmin),
    (Erasure, ErasureAdmin),
    (Survey, SurveyAdmin),
    (SurveyConcern, SurveyConcernAdmin),
    (SurveyAction, SurveyActionAdmin),
    (RatedPage, RatedPageAdmin),
    (AnswerTemplate, AnswerTemplateAdmin),
    (Assignment, AssignmentAdmin),
    (LegalRoute, LegalRouteAdmin),
    (IntakeSettings, IntakeSettingsAdmin),
    (ConsentText, ConsentTextAdmin),
]:
    admin.site.register(model, model_admin)
