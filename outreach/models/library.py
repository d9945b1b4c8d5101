"""Pictures and files that staff put into what they write: kept once, used in many places."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from portal.fields import LineField
from portal.files import new_file_name, new_key, private_files
from portal.models import StoredFile


class Picture(models.Model):
    """A picture of the portal's own library, drawn anew from what was sent: no EXIF, no place, no camera."""

    key = models.CharField("mã ảnh", max_length=16, unique=True, default=new_key, editable=False)
    title = LineField("tên ảnh", max_length=200, help_text="Để tìm lại trong thư viện ảnh.")
    file = models.ImageField(
        "tệp ảnh",
        storage=private_files,
        upload_to=new_file_name,
        max_length=120,
        help_text="JPEG, PNG hoặc WebP, không quá 15 MB.",
    )
    width = models.PositiveIntegerField("rộng", editable=False)
    height = models.PositiveIntegerField("cao", editable=False)
    alt = LineField(
        "mô tả ảnh",
        max_length=250,
        blank=True,
        help_text="Ảnh cho thấy gì, để người không nhìn thấy ảnh cũng hiểu. Điền sẵn khi chèn ảnh vào bài.",
    )
    credit = LineField("người chụp, nguồn", max_length=120, blank=True)
    focal_x = models.PositiveSmallIntegerField(
        "điểm chính, ngang", default=50, validators=[MaxValueValidator(100)]
    )
    focal_y = models.PositiveSmallIntegerField(
        "điểm chính, dọc", default=50, validators=[MaxValueValidator(100)]
    )
    uploaded_at = models.DateTimeField("đưa lên lúc", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "ảnh"
        verbose_name_plural = "thư viện ảnh"
        constraints = [
            models.CheckConstraint(
                condition=Q(focal_x__lte=100, focal_y__lte=100),
                name="outreach_picture_focal_point_is_inside",
                violation_error_message="Điểm chính của ảnh nằm trong ảnh: từ 0 đến 100.",
            )
        ]

    def __str__(self):
        return self.title

    def get_rendition_url(self, rendition):
        return reverse("picture", args=[self.key, rendition])


class LibraryFile(StoredFile):
    """A file attached to articles, or linked in their text."""

    key = models.CharField("mã tệp", max_length=16, unique=True, default=new_key, editable=False)

    class Meta:
        verbose_name = "tệp đính kèm"
        verbose_name_plural = "thư viện tệp"

    def get_absolute_url(self):
        return reverse("library_file", args=[self.key])
