"""What waits for staff in the catalogue, and the rows behind each: the admin's filters ask for the same."""

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from portal.work_queues import WorkQueue, may_view, waiting_first, work_queue
from procedures.models import (
    CalendarException,
    DossierCase,
    LegalBasis,
    OpeningHours,
    Procedure,
    ProcedureAgency,
    ProcedureStep,
    ProcedureTranslation,
    ServicePoint,
    SubmissionMethod,
)

Status = Procedure.Status
# By then the days off of the next year are announced as a rule.
CALENDAR_READY_FROM = 10


def catalogue_queues(request):
    """The queues that this person may see, the most pressing first."""
    queues = []
    if may_view(request, Procedure):
        queues += procedure_queues()
    if may_view(request, ServicePoint):
        queues += [
            work_queue(
                "Nơi nộp hồ sơ thiếu giờ làm việc hoặc điện thoại",
                unreachable(ServicePoint.objects.all()),
                filters={"con-thieu": "gio-hoac-dien-thoai"},
            )
        ]
    if may_view(request, CalendarException):
        queues += calendar_queues()
    if may_view(request, ProcedureTranslation):
        queues += [
            work_queue(
                "Bản dịch cũ hơn bản tiếng Việt",
                ProcedureTranslation.objects.outdated(),
                filters={"ban-dich": "cu-hon"},
                since="procedure__updated_at",
            )
        ]
    return waiting_first(queues)


def calendar_queues(today=None):
    today = today or timezone.localdate()
    years = years_without_holidays(today)
    return [
        WorkQueue(
            label=f"Chưa có lịch nghỉ lễ năm {years[0]}" if years else "Năm chưa có lịch nghỉ lễ",
            address=reverse(
                "admin:procedures_calendarexception_year", args=[years[0] if years else today.year]
            ),
            count=len(years),
        ),
        work_queue(
            "Ngày nghỉ, ngày làm bù mới là dự kiến",
            CalendarException.objects.tentative(today),
            filters={"is_confirmed__exact": 0},
        ),
    ]


def years_without_holidays(today):
    """This year, and from October on the next, where nobody has entered their public holidays."""
    years = [today.year] + [today.year + 1] * (today.month >= CALENDAR_READY_FROM)
    holidays = CalendarException.objects.filter(
        kind=CalendarException.Kind.PUBLIC_HOLIDAY, date__year__in=years
    )
    known = {day.year for day in holidays.values_list("date", flat=True)}
    return [year for year in years if year not in known]


def procedure_queues():
    procedures = Procedure.objects.all()
    return [
        work_queue(
            "Thủ tục chờ duyệt",
            procedures.filter(status=Status.REVIEW),
            filters={"status__exact": Status.REVIEW.value},
            since="updated_at",
        ),
        work_queue(
            "Thủ tục viện dẫn văn bản đã hết hiệu lực",
            resting_on_ended_acts(procedures),
            filters={"can-cu": "het-hieu-luc"},
            since="legal_bases__document__expired_on",
        ),
        work_queue(
            "Thủ tục công khai còn thiếu bộ phận bắt buộc",
            public_and_incomplete(procedures),
            filters={"bo-phan": "thieu"},
            since="updated_at",
        ),
        work_queue(
            "Bản thảo chưa gửi duyệt",
            procedures.filter(status=Status.DRAFT),
            filters={"status__exact": Status.DRAFT.value},
            since="updated_at",
        ),
    ]


def resting_on_ended_acts(procedures, on=None):
    """Those that still cite an act after its end. An ended procedure needs no new basis."""
    outdated = LegalBasis.objects.filter(document__expired_on__lte=on or timezone.localdate())
    return procedures.exclude(status=Status.EXPIRED).filter(pk__in=outdated.values("procedure"))


def public_and_incomplete(procedures):
    """Those in force without a part that `Procedure.missing_parts` asks for, found in one query."""
    own = {"procedure": OuterRef("pk")}
    timed = SubmissionMethod.objects.exclude(
        duration_value=None, duration_unit="", duration_note=""
    )
    parts = [
        ProcedureStep.objects.filter(**own),
        timed.filter(**own),
        DossierCase.objects.filter(**own, documents__isnull=False),
        Procedure.audiences.through.objects.filter(**own),
        ProcedureAgency.objects.filter(**own, role="executing"),
    ]
    missing = Q(sets_required=None)
    for part in parts:
        missing |= ~Exists(part)
    return procedures.filter(status__in=[Status.PUBLISHED, Status.SUSPENDED]).filter(missing)


def unreachable(points):
    hours = OpeningHours.objects.filter(service_point=OuterRef("pk"))
    return points.filter(Q(phone="") | ~Exists(hours))
