"""Where a message belongs that the portal does not take, and what the province has decided about intake."""

from datetime import time

from django.db import models

from portal.fields import LineField, ProseField
from procedures.models import Agency, LegalDocument


class LegalRoute(models.Model):
    """How the law wants a complaint or a denunciation to be handed in: in plain words, with address and acts."""

    class Kind(models.TextChoices):
        COMPLAINT = "complaint", "Khiếu nại"
        DENUNCIATION = "denunciation", "Tố cáo"

    kind = models.CharField("loại", max_length=12, choices=Kind, unique=True)
    what_it_is = ProseField(
        "là gì", help_text="Bằng lời dễ hiểu, khác phản ánh, kiến nghị ở chỗ nào."
    )
    how_to_send = ProseField(
        "gửi thế nào", help_text="Đơn ký tên, hoặc trực tiếp trình bày; gửi tới ai."
    )
    what_to_write = ProseField("đơn cần có gì")
    time_limits = ProseField("thời hạn", blank=True)
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="legal_routes",
        verbose_name="cơ quan tiếp công dân",
    )
    address = LineField("địa chỉ tiếp công dân", max_length=300, blank=True)
    phone = LineField("điện thoại", max_length=40, blank=True)
    hours = LineField("giờ tiếp", max_length=200, blank=True)
    form_url = models.URLField("địa chỉ tải mẫu đơn", max_length=500, blank=True)
    legal_documents = models.ManyToManyField(
        LegalDocument, blank=True, related_name="legal_routes", verbose_name="căn cứ"
    )
    is_sample = models.BooleanField("nội dung mẫu", default=False)

    class Meta:
        verbose_name = "đường khiếu nại, tố cáo"
        verbose_name_plural = "đường khiếu nại, tố cáo"

    def __str__(self):
        return self.get_kind_display()


# Not as values: checked within ten seconds of that time of day, Django warns that a fixed time is a mistake.
def start_of_work():
    return time(7)


def end_of_work():
    return time(17)


class IntakeSettings(models.Model):
    """What the province has decided about taking messages: one row."""

    takes_denunciations = models.BooleanField(
        "nhận tố cáo trên Cổng",
        default=False,
        help_text="Chỉ bật khi tỉnh đã quyết định và đã giao người xử lý. Tắt thì trang chỉ hướng dẫn cách gửi"
        " theo luật. Người không được giao không thấy tố cáo ở bất cứ đâu, kể cả quản trị viên.",
    )
    receiving_agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="intake_settings",
        verbose_name="cơ quan tiếp nhận",
        help_text="Để trống thì là cơ quan chủ quản của Cổng.",
    )
    working_from = models.TimeField(
        "giờ làm việc từ",
        default=start_of_work,
        help_text="Tin báo quá hạn chỉ gửi trong giờ làm việc của ngày làm việc.",
    )
    working_until = models.TimeField("giờ làm việc đến", default=end_of_work)

    class Meta:
        verbose_name = "cách tiếp nhận"
        verbose_name_plural = "cách tiếp nhận"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pk=1), name="feedback_intakesettings_is_one_row"
            ),
            models.CheckConstraint(
                condition=models.Q(working_from__lt=models.F("working_until")),
                name="feedback_intakesettings_hours_in_order",
                violation_error_message="Giờ bắt đầu phải trước giờ kết thúc.",
            ),
        ]

    def __str__(self):
        return "Cách tiếp nhận phản ánh"

    @classmethod
    def present(cls):
        return cls.objects.filter(pk=1).select_related("receiving_agency").first() or cls(pk=1)
