"""What is told elsewhere of messages and surveys: by the functions of the public pages, and no more than these tell."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from feedback import statistics
from feedback.models import Survey
from feedback.periods import MONTHS_OF_A_QUARTER, MONTHS_OF_A_YEAR, Period, period_from
from feedback.surveys import figures as surveys
from portal.figures import Measured


class _OfMessages:
    """A figure of the public statistics of one whole month, quarter or year."""

    unit = "phản ánh"
    is_share = False
    has_period = True

    def measure(self, start, end):
        period = _period_of(start, end)
        if period is None:
            return None
        now = timezone.now()
        found = statistics.figures(period, now=now)
        numbers = self.numbers(found)
        return numbers and Measured(
            as_of=end,
            source=_source(found, now),
            path=f"{reverse('feedback:ticket_statistics')}?ky={period.code}",
            **numbers,
        )


class MessagesReceived(_OfMessages):
    code = "phan-anh.da-nhan"
    label = "Phản ánh, kiến nghị đã nhận"

    def numbers(self, found):
        return {"number": found.total.received}


class MessagesAnsweredInTime(_OfMessages):
    code = "phan-anh.dung-han"
    label = "Phản ánh trả lời đúng hạn"
    is_share = True

    def numbers(self, found):
        """The page gives no share of a few."""
        if not found.total.is_ranked:
            return None
        return {"part": found.total.in_time, "whole": found.total.due}


class AnswersRated(_OfMessages):
    code = "phan-anh.diem-danh-gia"
    label = "Điểm người gửi đánh giá câu trả lời"
    unit = "trên 5 điểm"

    def numbers(self, found):
        mean = found.satisfaction.mean
        return None if mean is None else {"number": mean}


class SurveySheets:
    """The sheets of all surveys whose results are told: the sum of what the list of results shows."""

    code = "khao-sat.so-phieu"
    label = "Phiếu khảo sát đã trả lời"
    unit = "phiếu"
    is_share = False
    has_period = False

    def measure(self, start, end):
        found = surveys.summaries(list(Survey.objects.public()))
        told = [one for one in found if one.is_told]
        if not told:
            return None
        samples = any(one.survey.is_sample for one in told)
        return Measured(
            as_of=timezone.localdate(),
            source="Kết quả khảo sát trên Cổng" + (", có phiếu mẫu" if samples else ""),
            path=reverse("feedback:survey_result_list"),
            number=sum(one.sheets for one in told),
        )


def _period_of(start, end):
    """The month, quarter or year that these days are; the page tells of no other span."""
    spans = [Period(start, months) for months in (1, MONTHS_OF_A_QUARTER, MONTHS_OF_A_YEAR)]
    return next(
        (
            span
            for span in spans
            if span == period_from(span.code, end) and span.end == end + timedelta(days=1)
        ),
        None,
    )


def _source(found, now):
    day = timezone.localdate(now)
    samples = ", có nội dung mẫu" if found.has_samples else ""
    return f"Kết quả xử lý phản ánh trên Cổng, tính ngày {day:%d/%m/%Y}{samples}"
