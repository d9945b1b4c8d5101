"""What a survey asks: its versions, sections, questions and choices. An opened version is never changed again."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.fields import LineField, ProseField
from procedures.models import AdminUnit, ServicePoint


class SurveyQuerySet(models.QuerySet):
    def public(self):
        """Those that people may know of: what they ask was opened once, whether or not they take answers today."""
        return self.filter(
            pk__in=SurveyVersion.objects.filter(opened_at__isnull=False).values("survey")
        )

    def running(self, now=None):
        """Those that take answers now."""
        now = now or timezone.now()
        return self.public().filter(
            Q(opens_at=None) | Q(opens_at__lte=now),
            Q(closes_at=None) | Q(closes_at__gt=now),
            closed_at=None,
        )


class Survey(models.Model):
    """A survey of the province's own, in a period. Whoever answers an open one has chosen to: it is never SIPAS."""

    class Template(models.TextChoices):
        COUNTER = "counter", "Đánh giá tại quầy"
        ONLINE_SERVICE = "online_service", "Dịch vụ công trực tuyến"
        FIVE_FACTORS = "five_factors", "Năm yếu tố"
        AGENCY = "agency", "Đánh giá cơ quan"
        USEFULNESS = "usefulness", "Bài viết, tài liệu có ích không"
        OWN = "own", "Tự soạn"

    class Access(models.TextChoices):
        OPEN = "open", "Ai cũng trả lời được"
        PASS = "pass", "Chỉ người có phiếu mời"
        BOTH = "both", "Cả hai, đếm riêng"

    class State(models.TextChoices):
        DRAFT = "draft", _("Đang soạn")
        COMING = "coming", _("Chưa mở")
        OPEN = "open", _("Đang mở")
        CLOSED = "closed", _("Đã đóng")

    # Part of printed addresses: it never changes once a version is open.
    slug = models.SlugField("tên trong địa chỉ", max_length=60, unique=True)
    template = models.CharField("mẫu", max_length=20, choices=Template, default=Template.OWN)
    title = LineField("tên khảo sát", max_length=200)
    title_en = LineField("tên bằng tiếng Anh", max_length=200, blank=True)
    period = LineField("kỳ", max_length=60, blank=True, help_text="Ví dụ: Quý III năm 2026.")
    intro = ProseField("lời mở đầu", max_length=2000)
    intro_en = ProseField("lời mở đầu bằng tiếng Anh", max_length=2000, blank=True)
    consent_text = ProseField(
        "dữ liệu dùng làm gì", max_length=2000, help_text="Người trả lời đọc trước câu đầu tiên."
    )
    consent_text_en = ProseField("dữ liệu dùng làm gì, bằng tiếng Anh", max_length=2000, blank=True)
    access = models.CharField("ai trả lời", max_length=10, choices=Access, default=Access.OPEN)
    asks_about_you = models.BooleanField(
        "hỏi thêm tuổi, giới tính, nơi ở",
        default=False,
        help_text="Không bắt buộc; chỉ nhóm tuổi và xã, phường.",
    )
    opens_at = models.DateTimeField("mở từ", null=True, blank=True)
    closes_at = models.DateTimeField("đóng lúc", null=True, blank=True)
    closes_after = models.PositiveIntegerField(
        "đóng khi đủ số phiếu", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    closed_at = models.DateTimeField("đã đóng lúc", null=True, editable=False)
    created_at = models.DateTimeField("tạo lúc", default=timezone.now, editable=False)
    is_sample = models.BooleanField("nội dung mẫu", default=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = "khảo sát"
        verbose_name_plural = "khảo sát"
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                name="feedback_survey_closes_after_it_opens",
                violation_error_message="Giờ đóng phải sau giờ mở.",
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("feedback:survey", args=[self.slug])

    @property
    def is_open_to_all(self):
        """Whoever answers has chosen to: an open sample (khảo sát trực tuyến), which stands for nobody else."""
        return self.access != self.Access.PASS

    def state(self, version, now=None):
        """Where it stands at a moment, with its newest opened version, or None while it has none."""
        now = now or timezone.now()
        if version is None:
            return self.State.DRAFT
        ends = [end for end in (self.closed_at, self.closes_at) if end is not None]
        if ends and min(ends) <= now:
            return self.State.CLOSED
        return self.State.COMING if self.opens_at and self.opens_at > now else self.State.OPEN


class SurveyVersion(models.Model):
    """The questions of a survey at one time. Other questions are another version, and trends break between them."""

    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="versions", verbose_name="khảo sát"
    )
    number = models.PositiveSmallIntegerField("bản số")
    opened_at = models.DateTimeField("mở lúc", null=True, editable=False)
    note = LineField("khác bản trước ở chỗ nào", max_length=300, blank=True)

    class Meta:
        verbose_name = "bản câu hỏi"
        verbose_name_plural = "bản câu hỏi"
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "number"], name="feedback_surveyversion_number_once"
            ),
            models.UniqueConstraint(
                fields=["survey"],
                condition=Q(opened_at=None),
                name="feedback_surveyversion_one_draft",
            ),
        ]

    def __str__(self):
        return f"{self.survey}, bản {self.number}"


class SurveyFactor(models.Model):
    """A section: one of the five factors by which satisfaction with public services is measured, or another."""

    class Key(models.TextChoices):
        ACCESS = "access", _("Tiếp cận dịch vụ")
        PROCEDURE = "procedure", _("Thủ tục hành chính")
        OFFICER = "officer", _("Công chức trực tiếp giải quyết")
        RESULT = "result", _("Kết quả dịch vụ")
        FEEDBACK = "feedback", _("Tiếp nhận, giải quyết góp ý, phản ánh, kiến nghị")
        OTHER = "other", _("Khác")

    version = models.ForeignKey(SurveyVersion, on_delete=models.CASCADE, related_name="factors")
    order = models.PositiveSmallIntegerField("thứ tự")
    key = models.CharField("yếu tố", max_length=10, choices=Key, default=Key.OTHER)
    title = LineField("tên phần", max_length=200)
    title_en = LineField("tên phần bằng tiếng Anh", max_length=200, blank=True)

    class Meta:
        verbose_name = "phần"
        verbose_name_plural = "phần"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.title


class SurveyQuestion(models.Model):
    """One question. `code` is the same in every version in which it asks the same."""

    class Kind(models.TextChoices):
        SCALE = "scale", "Thang năm mức"
        FACES = "faces", "Năm khuôn mặt, có chữ"
        SINGLE = "single", "Chọn một"
        MULTIPLE = "multiple", "Chọn nhiều"
        NUMBER = "number", "Số"
        SHORT_TEXT = "short_text", "Một dòng chữ"
        LONG_TEXT = "long_text", "Nhiều dòng chữ"

    RATED = (Kind.SCALE, Kind.FACES)
    WITH_CHOICES = (Kind.SINGLE, Kind.MULTIPLE)
    IN_WORDS = (Kind.SHORT_TEXT, Kind.LONG_TEXT)

    factor = models.ForeignKey(
        SurveyFactor, on_delete=models.CASCADE, related_name="questions", verbose_name="phần"
    )
    # That of the section: what is unique among the questions of a version needs it here.
    version = models.ForeignKey(
        SurveyVersion, on_delete=models.CASCADE, related_name="questions", editable=False
    )
    order = models.PositiveSmallIntegerField("thứ tự")
    code = models.SlugField("mã câu", max_length=20)
    kind = models.CharField("cách trả lời", max_length=12, choices=Kind, default=Kind.SCALE)
    text = LineField("câu hỏi", max_length=300)
    text_en = LineField("câu hỏi bằng tiếng Anh", max_length=300, blank=True)
    is_required = models.BooleanField("phải trả lời", default=True)
    has_unknown = models.BooleanField("có “Không biết, không sử dụng”", default=False)
    # The one whose rate is that of the whole survey: the overall is asked, not made up of the others.
    is_overall = models.BooleanField("là câu hài lòng chung", default=False)
    least = models.IntegerField("số nhỏ nhất", null=True, blank=True)
    most = models.IntegerField("số lớn nhất", null=True, blank=True)
    shown_if = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="chỉ hỏi khi câu",
    )
    shown_if_values = ArrayField(
        models.SmallIntegerField(), default=list, blank=True, verbose_name="được trả lời là"
    )

    class Meta:
        verbose_name = "câu hỏi"
        verbose_name_plural = "câu hỏi"
        ordering = ["factor__order", "factor", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "code"],
                name="feedback_surveyquestion_code_once",
                violation_error_message="Mã này đã có ở câu khác.",
            ),
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(is_overall=True),
                name="feedback_surveyquestion_one_overall",
                violation_error_message="Chỉ một câu là câu hài lòng chung.",
            ),
            models.CheckConstraint(
                condition=Q(is_overall=False) | Q(kind__in=["scale", "faces"]),
                name="feedback_surveyquestion_overall_is_rated",
                violation_error_message="Câu hài lòng chung trả lời bằng thang năm mức hoặc khuôn mặt.",
            ),
            models.CheckConstraint(
                condition=Q(least=None) | Q(most=None) | Q(most__gte=F("least")),
                name="feedback_surveyquestion_least_before_most",
                violation_error_message="Số lớn nhất phải từ số nhỏ nhất trở lên.",
            ),
            models.CheckConstraint(
                condition=Q(shown_if=None, shown_if_values=[])
                | Q(shown_if__isnull=False) & ~Q(shown_if_values=[]),
                name="feedback_surveyquestion_skip_rule_is_whole",
                violation_error_message="Chọn câu trước và các câu trả lời thì mới hỏi câu này.",
            ),
        ]

    def __str__(self):
        return f"{self.code}. {self.text}"

    def save(self, *args, **options):
        self.version_id = self.factor.version_id
        super().save(*args, **options)


class SurveyChoice(models.Model):
    """One answer that can be chosen. `value` is what is kept and counted."""

    question = models.ForeignKey(SurveyQuestion, on_delete=models.CASCADE, related_name="choices")
    order = models.PositiveSmallIntegerField("thứ tự")
    value = models.PositiveSmallIntegerField("trị")
    text = LineField("chữ", max_length=200)
    text_en = LineField("chữ bằng tiếng Anh", max_length=200, blank=True)

    class Meta:
        verbose_name = "lựa chọn"
        verbose_name_plural = "lựa chọn"
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "value"],
                name="feedback_surveychoice_value_once",
                violation_error_message="Mỗi lựa chọn cần một trị riêng.",
            )
        ]

    def __str__(self):
        return self.text


class SurveyKiosk(models.Model):
    """A screen at a counter that shows one survey. Its address alone lets it send sheets, also later."""

    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="kiosks", verbose_name="khảo sát"
    )
    service_point = models.ForeignKey(
        ServicePoint,
        on_delete=models.PROTECT,
        related_name="survey_kiosks",
        verbose_name="đặt ở",
    )
    name = LineField("tên máy", max_length=60, help_text="Ví dụ: Máy cạnh quầy số 2.")
    token = models.CharField(max_length=40, unique=True, editable=False)
    is_active = models.BooleanField("đang dùng", default=True)
    heard_at = models.DateTimeField("gửi phiếu gần nhất", null=True, editable=False)

    class Meta:
        verbose_name = "máy ở quầy"
        verbose_name_plural = "máy ở quầy"

    def __str__(self):
        return self.name


class SurveyPlan(models.Model):
    """How many people of one commune are to be asked in the field."""

    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="plans", verbose_name="khảo sát"
    )
    admin_unit = models.ForeignKey(
        AdminUnit, on_delete=models.PROTECT, related_name="survey_plans", verbose_name="xã, phường"
    )
    population = models.PositiveIntegerField("số người, số hồ sơ")
    wanted = models.PositiveIntegerField("số phiếu cần")

    class Meta:
        verbose_name = "kế hoạch điều tra"
        verbose_name_plural = "kế hoạch điều tra"
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "admin_unit"], name="feedback_surveyplan_unit_once"
            )
        ]

    def __str__(self):
        return f"{self.admin_unit}: {self.wanted}"
