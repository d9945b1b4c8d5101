"""What is kept of a survey beside its sheets: counts that grow with each of them, weights, and what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from feedback.models.surveys import Survey, SurveyFactor, SurveyQuestion, SurveyVersion
from portal.fields import LineField, ProseField
from procedures.models import ServicePoint


class SurveyTally(models.Model):
    """How often a value was answered to a question, in one month, of one group; without a question: how many sheets.

    Counted in the transaction of each sheet, so that a page of results reads some hundred rows, not a million; a
    command proves that they equal a recount. `shown` is what pages may tell: it follows `count` only when ten sheets
    of the group are new, so that nobody reads one person's sheet by looking before and after.
    """

    class Dimension(models.TextChoices):
        """What sheets are grouped by; each sheet stands in one group of each."""

        ALL = "all", "Tất cả"
        # Of all months together ten new sheets are told, of one month only its own ten.
        MONTH = "month", "Tháng"
        CHANNEL = "channel", "Kênh"
        POINT = "point", "Nơi nộp hồ sơ"
        AGENCY = "agency", "Cơ quan"
        PROCEDURE = "procedure", "Thủ tục"

    # In the place of a value: "không biết, không sử dụng", left out, and answered in words.
    UNKNOWN, MISSING, WORDS = -1_000_000_001, -1_000_000_002, -1_000_000_003

    version = models.ForeignKey(SurveyVersion, on_delete=models.CASCADE, related_name="tallies")
    dimension = models.CharField(max_length=10, choices=Dimension)
    # The month (2026-10), the channel, or the key of the point, agency or procedure; empty for all and for sheets that name none.
    member = models.CharField(max_length=20, blank=True)
    month = models.DateField()
    is_doubtful = models.BooleanField(default=False)
    question = models.ForeignKey(
        SurveyQuestion, on_delete=models.CASCADE, null=True, related_name="tallies"
    )
    value = models.IntegerField(default=0)
    count = models.PositiveIntegerField()
    shown = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "số đếm"
        verbose_name_plural = "số đếm"
        constraints = [
            models.UniqueConstraint(
                F("version"),
                F("dimension"),
                F("member"),
                Coalesce("question", 0),
                F("month"),
                F("value"),
                F("is_doubtful"),
                name="feedback_surveytally_once",
            )
        ]

    def __str__(self):
        return f"{self.dimension} {self.member} {self.month:%m/%Y}: {self.count}"


class SurveyPopulation(models.Model):
    """How many there are of those whom a survey asks, in one stratum: what its answers are weighted by.

    Of the whole survey it is the number of dossiers of its period, by which its response rate is told.
    """

    class Dimension(models.TextChoices):
        ALL = "all", "Cả khảo sát: số hồ sơ trong kỳ"
        CHANNEL = "channel", "Kênh"
        POINT = "point", "Nơi nộp hồ sơ"

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="populations")
    dimension = models.CharField("chia theo", max_length=10, choices=Dimension)
    # As SurveyTally.member.
    member = models.CharField("nhóm", max_length=20, blank=True)
    size = models.PositiveIntegerField("số người, số hồ sơ")
    source = LineField("nguồn số liệu", max_length=300)

    class Meta:
        verbose_name = "tổng thể"
        verbose_name_plural = "tổng thể"
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "dimension", "member"],
                name="feedback_surveypopulation_once",
                violation_error_message="Nhóm này đã có số liệu.",
            ),
            models.CheckConstraint(
                condition=Q(dimension="all", member="") | ~Q(dimension="all") & ~Q(member=""),
                name="feedback_surveypopulation_has_member",
                violation_error_message="Chọn nhóm; của cả khảo sát thì để trống.",
            ),
        ]

    def __str__(self):
        return f"{self.get_dimension_display()} {self.member}: {self.size}"


class SurveyConcern(models.Model):
    """A place whose people became less satisfied from one month to a later one: work for staff."""

    class Kind(models.TextChoices):
        FALLING = "falling", "Tỷ lệ hài lòng giảm"
        DISSATISFIED = "dissatisfied", "“Không hài lòng” tăng"

    class State(models.TextChoices):
        OPEN = "open", "Chờ xem"
        ACTED = "acted", "Đã có việc làm"
        DISMISSED = "dismissed", "Không cần làm gì"

    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="concerns", verbose_name="khảo sát"
    )
    service_point = models.ForeignKey(
        ServicePoint,
        on_delete=models.PROTECT,
        related_name="survey_concerns",
        verbose_name="nơi nộp hồ sơ",
    )
    kind = models.CharField("vì sao", max_length=12, choices=Kind)
    month = models.DateField("tháng")
    month_before = models.DateField("so với tháng")
    part = models.PositiveIntegerField("số câu trả lời như vậy")
    base = models.PositiveIntegerField("trên tổng số")
    part_before = models.PositiveIntegerField("trước đó")
    base_before = models.PositiveIntegerField("trên tổng số trước đó")
    # Where the change was greatest.
    factor = models.ForeignKey(
        SurveyFactor,
        on_delete=models.SET_NULL,
        null=True,
        related_name="concerns",
        verbose_name="yếu tố",
    )
    state = models.CharField("tình trạng", max_length=10, choices=State, default=State.OPEN)
    reason = LineField("vì sao không cần làm gì", max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="survey_concerns",
        verbose_name="người xem",
    )
    found_at = models.DateTimeField("thấy lúc", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "điểm cần cải thiện"
        verbose_name_plural = "điểm cần cải thiện"
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "service_point", "month", "kind"],
                name="feedback_surveyconcern_once",
            )
        ]

    def __str__(self):
        return f"{self.service_point}: {self.get_kind_display()}, {self.month:%m/%Y}"


class SurveyAction(models.Model):
    """What was done because of what people answered (Chúng tôi đã làm gì)."""

    survey = models.ForeignKey(
        Survey, on_delete=models.PROTECT, related_name="actions", verbose_name="khảo sát"
    )
    concern = models.ForeignKey(
        SurveyConcern,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="actions",
        verbose_name="điểm cần cải thiện",
    )
    factor_key = models.CharField("yếu tố", max_length=10, choices=SurveyFactor.Key, blank=True)
    service_point = models.ForeignKey(
        ServicePoint,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="survey_actions",
        verbose_name="nơi nộp hồ sơ",
    )
    body = ProseField("đã làm gì", max_length=2000)
    body_en = ProseField("đã làm gì, bằng tiếng Anh", max_length=2000, blank=True)
    done_on = models.DateField("ngày làm xong")
    is_public = models.BooleanField("cho mọi người xem", default=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        editable=False,
        related_name="survey_actions",
        verbose_name="người ghi",
    )
    written_at = models.DateTimeField("ghi lúc", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "việc đã làm sau khảo sát"
        verbose_name_plural = "việc đã làm sau khảo sát"

    def __str__(self):
        return f"Việc làm xong ngày {self.done_on:%d/%m/%Y}"


class RatedPage(models.Model):
    """A page of which people said whether it was of use to them."""

    class Kind(models.TextChoices):
        PROCEDURE = "procedure", "Thủ tục"
        ARTICLE = "article", "Tin bài"

    kind = models.CharField("trang", max_length=10, choices=Kind)
    # The code of the procedure, the slug of the article.
    key = models.CharField("mã", max_length=200)
    title = LineField("tên", max_length=500)
    # What was said before has been looked at.
    reviewed_on = models.DateField("đã xem lại ngày", null=True, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="reviewed_pages",
        verbose_name="người xem lại",
    )
    note = LineField("đã sửa gì", max_length=300, blank=True)

    class Meta:
        verbose_name = "trang được đánh giá"
        verbose_name_plural = "trang được đánh giá"
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="feedback_ratedpage_once")
        ]

    def __str__(self):
        return self.title


class PageRating(models.Model):
    """How many said on one day that a page was of use to them, and how many that it was not. Nobody is kept."""

    page = models.ForeignKey(RatedPage, on_delete=models.CASCADE, related_name="ratings")
    day = models.DateField("ngày")
    useful = models.PositiveIntegerField("có ích", default=0)
    not_useful = models.PositiveIntegerField("chưa có ích", default=0)

    class Meta:
        verbose_name = "đánh giá trang"
        verbose_name_plural = "đánh giá trang"
        constraints = [
            models.UniqueConstraint(fields=["page", "day"], name="feedback_pagerating_once_a_day")
        ]

    def __str__(self):
        return f"{self.page} {self.day:%d/%m/%Y}"
