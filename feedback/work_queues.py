"""What waits for staff among the messages of the people: the admin's filters ask for the same rows."""

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone

from feedback.models import (
    DataSubjectRequest,
    Denunciation,
    FrequentQuestion,
    RatedPage,
    Survey,
    SurveyAnswer,
    SurveyConcern,
    Ticket,
)
from feedback.page_ratings import waiting_for_review
from feedback.personal_data import ENDED
from feedback.publication_work import publication_queues
from feedback.rights import visible_tickets
from feedback.ticket_work import SOME_WORK, WORK, with_due
from portal.work_queues import Waiting, WorkQueue, may_view, waiting_first, work_queue


def feedback_queues(request):
    """The queues that this person may see, the most pressing first."""
    queues = []
    if may_view(request, Ticket):
        queues += ticket_queues(Ticket.objects.visible_to(request.user))
    queues += publication_queues(
        request.user,
        tickets=Ticket.objects.visible_to(request.user) if may_view(request, Ticket) else None,
        questions=FrequentQuestion.objects.all() if may_view(request, FrequentQuestion) else None,
    )
    if may_view(request, DataSubjectRequest):
        tickets = visible_tickets(request.user)
        rows = DataSubjectRequest.objects.filter(ticket__in=tickets).exclude(state__in=ENDED)
        filters = {"tinh-trang": "chua-xong"}
        queues.append(
            work_queue("Yêu cầu về dữ liệu cá nhân", rows, filters=filters, since="received_at")
        )
    if may_view(request, Denunciation):
        rows = Denunciation.objects.visible_to(request.user).open()
        queues.append(
            work_queue("Tố cáo", rows, filters={"tinh-trang": "chua-xong"}, since="received_at")
        )
    queues += survey_queues(request)
    if may_view(request, RatedPage):
        rows, filters = waiting_for_review(), {"viec": "xem-lai"}
        label = "Trang nhiều người thấy chưa hữu ích"
        queues.append(work_queue(label, rows, filters=filters, since="waits_since"))
    return waiting_first(queues)


def survey_queues(request):
    """What people wrote in surveys is told without its day, also here."""
    queues = []
    if may_view(request, SurveyConcern):
        rows = SurveyConcern.objects.filter(state=SurveyConcern.State.OPEN)
        filters = {"tinh-trang": "cho-xem"}
        label = "Nơi phục vụ cần cải thiện"
        queues.append(work_queue(label, rows, filters=filters, since="found_at"))
    if request.user.has_perm("feedback.moderate_surveyanswer"):
        rows = SurveyAnswer.objects.filter(text_state=SurveyAnswer.TextState.WAITING)
        address = reverse("admin:feedback_survey_texts_waiting")
        queues.append(Waiting("Ý kiến trong khảo sát chờ duyệt", rows, address))
    if request.user.has_perm("feedback.enter_surveyresponse"):
        address = reverse("admin:feedback_survey_entry_list")
        queues.append(Waiting("Nhập phiếu khảo sát đang mở", Survey.objects.running(), address))
    return queues


def ticket_queues(tickets):
    """Counted together, as the rows behind all of them are the same."""
    figures = {}
    for name, work in WORK.items():
        figures[f"{name}-count"] = Count("pk", filter=work.rows)
        figures[f"{name}-oldest"] = Min(work.since, filter=work.rows)
    found = with_due(tickets.filter(SOME_WORK)).order_by().aggregate(**figures)
    changelist = reverse("admin:feedback_ticket_changelist")
    return [
        WorkQueue(
            label=work.label,
            address=f"{changelist}?viec={name}",
            count=found[f"{name}-count"],
            oldest_on=timezone.localdate(oldest) if (oldest := found[f"{name}-oldest"]) else None,
        )
        for name, work in WORK.items()
    ]
