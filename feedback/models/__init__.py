from feedback.models.clocks import TicketDeadline, TicketPause
from feedback.models.conversation import (
    TicketAnswer,
    TicketAttachment,
    TicketEvent,
    TicketMessage,
    TicketRating,
)
from feedback.models.denunciations import Denunciation
from feedback.models.desk import TicketWords
from feedback.models.ledger import LedgerDay, LedgerEntry
from feedback.models.letters import AnswerTemplate, ApologyLetter
from feedback.models.publication import PublicDraft, PublicText, Publishable
from feedback.models.questions import FrequentQuestion
from feedback.models.retention import Erasure, LegalHold
from feedback.models.routes import IntakeSettings, LegalRoute
from feedback.models.senders import (
    ConsentRecord,
    ConsentText,
    DataSubjectRequest,
    TicketSender,
)
from feedback.models.staff import Assignment
from feedback.models.survey_answers import (
    SurveyAnswer,
    SurveyPass,
    SurveyResponse,
)
from feedback.models.survey_figures import (
    PageRating,
    RatedPage,
    SurveyAction,
    SurveyConcern,
    SurveyPopulation,
    SurveyTally,
)
from feedback.models.surveys import (
    Survey,
    SurveyChoice,
    SurveyFactor,
    SurveyKiosk,
    SurveyPlan,
    SurveyQuestion,
    SurveyVersion,
)
from feedback.models.tickets import RegisterCounter, Ticket, may_handle_denunciations

__all__ = [
    "SurveyAnswer",
    "SurveyPass",
    "SurveyResponse",
    "PageRating",
    "RatedPage",
    "SurveyAction",
    "SurveyConcern",
    "SurveyPopulation",
    "SurveyTally",
    "Survey",
    "SurveyChoice",
    "SurveyFactor",
    "SurveyKiosk",
    "SurveyPlan",
    "SurveyQuestion",
    "SurveyVersion",
    "AnswerTemplate",
    "ApologyLetter",
    "Erasure",
    "FrequentQuestion",
    "LegalHold",
    "PublicDraft",
    "Publishable",
    "PublicText",
    "Assignment",
    "ConsentRecord",
    "ConsentText",
    "DataSubjectRequest",
    "Denunciation",
    "IntakeSettings",
    "LedgerDay",
    "LedgerEntry",
    "LegalRoute",
    "RegisterCounter",
    "Ticket",
    "TicketAnswer",
    "TicketAttachment",
    "TicketDeadline",
    "TicketEvent",
    "TicketMessage",
    "TicketPause",
    "TicketRating",
    "TicketSender",
    "TicketWords",
    "may_handle_denunciations",
]
