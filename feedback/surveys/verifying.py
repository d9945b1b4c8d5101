"""Whether the counts of surveys are those of their sheets; what is not is named by its group, question and value.

Each version is counted anew in one statement: sheets that are taken meanwhile are seen with their counts or not at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, models, transaction

from feedback.models import SurveyResponse, SurveyTally, SurveyVersion
from feedback.surveys import counting

Dimension = SurveyTally.Dimension
WITHOUT_VALUE = {
    SurveyTally.UNKNOWN: "không biết, không sử dụng",
    SurveyTally.MISSING: "bỏ trống",
    SurveyTally.WORDS: "trả lời bằng chữ",
}


class Kind(models.TextChoices):
    """Which of the two figures of a cell is wrong."""

    COUNT = "count", "ghi {kept}, đếm lại các phiếu được {true}"
    TOLD = "told", "trang công khai nói {kept}, số đếm là {true}"


@dataclass(frozen=True)
class Finding:
    """A count that is not that of the sheets, or a figure on pages that cannot have come from them."""

    kind: Kind
    survey: str
    number: int
    cell: counting.Cell
    code: str
    kept: int
    true: int

    def __str__(self):
        return ", ".join(
            [
                f"Khảo sát {self.survey}",
                f"bản {self.number}",
                self._group(),
                f"tháng {self.cell.month:%m/%Y}",
                "phiếu đáng ngờ" if self.cell.is_doubtful else "phiếu không đáng ngờ",
                f"{self._what()}: {self.kind.label.format(kept=self.kept, true=self.true)}",
            ]
        )

    def _group(self):
        dimension, member = Dimension(self.cell.dimension), self.cell.member
        if dimension in {Dimension.ALL, Dimension.MONTH}:
            return dimension.label.lower()
        if dimension == Dimension.CHANNEL and member in SurveyResponse.Channel:
            member = str(SurveyResponse.Channel(member).label)
        else:
            member = f"có khóa {member}" if member else "không ghi"
        return f"{dimension.label.lower()} {member}"

    def _what(self):
        if self.cell.question is None:
            return "số phiếu"
        value = WITHOUT_VALUE.get(self.cell.value, f"trị {self.cell.value}")
        return f"câu {self.code}, {value}"


def opened_versions(slug="") -> models.QuerySet:
    versions = SurveyVersion.objects.filter(opened_at__isnull=False).select_related("survey")
    return (versions.filter(survey__slug=slug) if slug else versions).order_by("survey", "number")


def findings(versions) -> Iterator[Finding]:
    for version in versions:
        with transaction.atomic():
            _take_time()
            yield from list(_findings_of(version))


def mend(version) -> list[Finding]:
    """Put the counts of a version right, and tell what was wrong. Where anything is, sheets that arrive wait."""
    if not list(findings([version])):
        return []
    with transaction.atomic():
        _take_time()
        counting.lock(version.survey_id)
        found = list(_findings_of(version))
        counting.mend(version)
    return found


def _findings_of(version):
    codes = dict(version.questions.values_list("pk", "code"))
    for kind, cells in (
        (Kind.COUNT, counting.differences(version)),
        (Kind.TOLD, counting.misleading(version)),
    ):
        for cell, kept, true in cells:
            code = codes.get(cell.question, "")
            yield Finding(kind, version.survey.slug, version.number, cell, code, kept, true)


def _take_time():
    """A million answers may take longer than a page."""
    with connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = '10min'")
