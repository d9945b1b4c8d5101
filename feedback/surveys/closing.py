"""A survey is closed by staff before its time, and opened again while there is time and room."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from feedback.models import Survey, SurveyResponse
from feedback.surveys import counting
from feedback.surveys.versions import current_version


@transaction.atomic
def close_survey(survey, *, now=None):
    """Take no more answers from now on."""
    survey = _locked(survey)
    if current_version(survey) is None:
        raise ValidationError("Khảo sát chưa mở.")
    if survey.closed_at is None:
        survey.closed_at = now or timezone.now()
        survey.save(update_fields=["closed_at"])


@transaction.atomic
def reopen_survey(survey, *, now=None):
    """Take answers again. Raises ValidationError past its last day and when it has all the sheets it wants."""
    survey = _locked(survey)
    if survey.closes_at is not None and survey.closes_at <= (now or timezone.now()):
        raise ValidationError("Đã qua giờ đóng. Sửa giờ đóng ở phần thông tin trước.")
    if survey.closes_after is not None and sheet_count(survey) >= survey.closes_after:
        raise ValidationError("Đã đủ số phiếu. Sửa số phiếu ở phần thông tin trước.")
    survey.closed_at = None
    survey.save(update_fields=["closed_at"])


def sheet_count(survey) -> int:
    return SurveyResponse.objects.filter(version__survey=survey).count()


def _locked(survey):
    """As it is after all sheets that are being taken."""
    counting.lock(survey.pk)
    return Survey.objects.get(pk=survey.pk)
