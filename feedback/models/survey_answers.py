"""What people answered: who may answer, and what they said, in tables that do not know each other."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback.models.surveys import Survey, SurveyQuestion, SurveyVersion
from portal.fields import LineField, ProseField
from procedures.models import AdminUnit, Agency, Procedure, ServicePoint


class SurveyPass(models.Model):
    """A right to answer once, printed on a slip or mailed. It knows neither the answer nor the moment of it."""

    class Way(models.TextChoices):
        SLIP = "slip", "In trên phiếu"
        MAIL = "mail", "Gửi thư"

    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="passes", verbose_name="khảo sát"
    )
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    batch = LineField("đợt phát", max_length=60)
    way = models.CharField("phát bằng", max_length=5, choices=Way, default=Way.SLIP)
    service_point = models.ForeignKey(
        ServicePoint,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="survey_passes",
        verbose_name="phát ở",
    )
    issued_on = models.DateField("phát ngày")
    # The day alone: a moment could be laid beside the moment of an answer.
    used_on = models.DateField("dùng ngày", null=True, editable=False)
    is_void = models.BooleanField("đã hủy", default=False)

    class Meta:
        verbose_name = "phiếu mời"
        verbose_name_plural = "phiếu mời"
        constraints = [
            models.CheckConstraint(
                condition=Q(used_on=None) | Q(used_on__gte=models.F("issued_on")),
                name="feedback_surveypass_used_after_issue",
            )
        ]
        indexes = [models.Index(fields=["survey", "batch"], name="feedback_surveypass_by_batch")]

    def __str__(self):
        return f"Phiếu mời {self.pk}, {self.batch}"


class SurveyResponse(models.Model):
    """One filled-in sheet, from nobody in particular."""

    class Channel(models.TextChoices):
        QR = "qr", _("Quét mã ở quầy")
        WEB = "web", _("Trên trang web")
        PASS = "pass", _("Bằng phiếu mời")
        ASSISTED = "assisted", _("Cán bộ hỏi giúp")
        KIOSK = "kiosk", _("Máy ở quầy")
        PAPER = "paper", _("Phiếu giấy")

    # Nobody was chosen to answer: they came by themselves.
    SELF_SELECTED = (Channel.QR, Channel.WEB, Channel.KIOSK)
    BY_STAFF = (Channel.ASSISTED, Channel.PAPER)

    class Doubt(models.TextChoices):
        NONE = "", "Không"
        DUPLICATE = "duplicate", "Trùng"
        BURST = "burst", "Dồn dập"

    class AgeBand(models.TextChoices):
        UNDER_25 = "under_25", _("Dưới 25 tuổi")
        UNDER_40 = "25_39", _("25 đến 39 tuổi")
        UNDER_60 = "40_59", _("40 đến 59 tuổi")
        OLDER = "60_over", _("Từ 60 tuổi")

    class Gender(models.TextChoices):
        WOMAN = "woman", _("Nữ")
        MAN = "man", _("Nam")
        OTHER = "other", _("Khác")

    version = models.ForeignKey(SurveyVersion, on_delete=models.PROTECT, related_name="responses")
    channel = models.CharField("kênh", max_length=10, choices=Channel)
    service_point = models.ForeignKey(
        ServicePoint,
        on_delete=models.PROTECT,
        null=True,
        related_name="survey_responses",
        verbose_name="nơi nộp hồ sơ",
    )
    procedure = models.ForeignKey(
        Procedure,
        on_delete=models.PROTECT,
        null=True,
        related_name="survey_responses",
        verbose_name="thủ tục",
    )
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        related_name="survey_responses",
        verbose_name="cơ quan",
    )
    age_band = models.CharField("nhóm tuổi", max_length=10, choices=AgeBand, blank=True)
    gender = models.CharField("giới tính", max_length=10, choices=Gender, blank=True)
    area = models.ForeignKey(
        AdminUnit,
        on_delete=models.PROTECT,
        null=True,
        related_name="survey_responses",
        verbose_name="nơi ở",
    )
    # When it was filled in; a screen without network sends it later.
    submitted_at = models.DateTimeField("trả lời lúc", default=timezone.now)
    language = models.CharField("ngôn ngữ", max_length=10, default="vi")
    # Of the form that it was sent with: sent twice, or kept offline and sent later, it is one response.
    form_hash = models.CharField(max_length=64, unique=True, editable=False)
    # Of sheets on paper and of those that staff asked: who typed them in, never who answered.
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="entered_responses",
        verbose_name="cán bộ nhập",
    )
    doubt = models.CharField("đáng ngờ", max_length=10, choices=Doubt, blank=True)
    # A keyed hash of the address with the day in it, to notice repeats; emptied the night after.
    sender_hash = models.CharField(max_length=64, blank=True, editable=False)
    # Of all that was chosen and not written: sheets that are alike have the same.
    sheet_hash = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = "phiếu trả lời"
        verbose_name_plural = "phiếu trả lời"
        permissions = [
            ("enter_surveyresponse", "Nhập phiếu giấy, phiếu hỏi giúp"),
            ("export_surveyresponse", "Xuất dữ liệu từng phiếu khảo sát"),
        ]
        indexes = [
            models.Index(
                fields=["version", "sheet_hash", "submitted_at"], name="feedback_response_alike"
            ),
            models.Index(
                fields=["sender_hash"],
                condition=~Q(sender_hash=""),
                name="feedback_response_by_sender",
            ),
        ]

    def __str__(self):
        return f"Phiếu trả lời {self.pk}"


class SurveyAnswer(models.Model):
    """The answer to one question of one sheet; of several choices, a row each.

    A question that was put and left out has a row that says nothing; one that a skip rule left out has none.
    """

    class TextState(models.TextChoices):
        WAITING = "waiting", "Chờ xem"
        SHOWN = "shown", "Cho mọi người đọc"
        HIDDEN = "hidden", "Không cho đọc"
        ERASED = "erased", "Đã xóa"

    response = models.ForeignKey(SurveyResponse, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(SurveyQuestion, on_delete=models.PROTECT, related_name="answers")
    value = models.IntegerField("trị", null=True)
    is_unknown = models.BooleanField("không biết, không sử dụng", default=False)
    text = ProseField("chữ", max_length=2000, blank=True)
    text_state = models.CharField("xem chữ", max_length=8, choices=TextState, blank=True)

    class Meta:
        verbose_name = "ý kiến trong khảo sát"
        verbose_name_plural = "ý kiến trong khảo sát"
        permissions = [("moderate_surveyanswer", "Xem và duyệt ý kiến viết trong khảo sát")]
        constraints = [
            models.UniqueConstraint(
                fields=["response", "question", "value"],
                condition=Q(value__isnull=False),
                name="feedback_surveyanswer_value_once",
            ),
            models.UniqueConstraint(
                fields=["response", "question"],
                condition=Q(value=None),
                name="feedback_surveyanswer_other_once",
            ),
            models.CheckConstraint(
                condition=Q(value=None) & (Q(is_unknown=False) | Q(text=""))
                | Q(value__isnull=False, is_unknown=False, text=""),
                name="feedback_surveyanswer_is_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(text="", text_state__in=["", "erased"])
                | ~Q(text="") & Q(text_state__in=["waiting", "shown", "hidden"]),
                name="feedback_surveyanswer_text_has_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["text_state", "question"],
                condition=~Q(text_state=""),
                name="feedback_surveyanswer_in_words",
            )
        ]

    def __str__(self):
        return f"Câu trả lời {self.pk}"
