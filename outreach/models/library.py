"""Pictures and files that staff put into what they write: kept once, used in many places."""

from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.db.models.fields.files import FieldFile
from django.urls import reverse
from django.utils import timezone

from portal.fields import LineField
from portal.file_kinds import DOCUMENTS, PICTURES
from portal.files import KeptFileField, inspect, new_file_name, new_key, private_files
from portal.images import RENDITIONS, draw_anew, draw_renditions, rendition_path
from portal.models import KeptFile, StoredFile


class PictureField(KeptFileField):
    """A picture with its renditions, which lie beside it and go with it."""

    def deconstruct(self):
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.ImageField", args, options

    def names_on_disk(self, name):
        return [name, *(rendition_path(name, rendition) for rendition in RENDITIONS)]


class Picture(KeptFile):
    """A picture of the portal's own library, drawn anew from what was sent: no EXIF, no place, no camera."""

    accepts = PICTURES

    key = models.CharField("mã ảnh", max_length=16, unique=True, default=new_key, editable=False)
    title = LineField("tên ảnh", max_length=200, help_text="Để tìm lại trong thư viện ảnh.")
    file = PictureField(
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

    def save(self, *args, **options):
        """Keep the picture and draw its renditions, if it or its focal point is new: both or neither."""
        is_new_file = self._has_new_file()
        drawn_for = None if self._state.adding else self._kept_drawing()
        try:
            with transaction.atomic():
                super().save(*args, **options)
                if drawn_for != (self.file.name, self.focal_x, self.focal_y):
                    self._draw_renditions()
        except Exception:
            if is_new_file and self.file._committed:
                self._forget_file()
            raise

    def get_rendition_url(self, rendition):
        return reverse("picture", args=[self.key, rendition])

    def admin_url(self, rendition):
        """Where staff see it, whether it is public or not."""
        return reverse("admin:outreach_picture_rendition", args=[self.key, rendition])

    def rendition_size(self, rendition):
        """Width and height of a rendition, for the page that shows it."""
        return RENDITIONS[rendition].drawn_size(self.width, self.height)

    def rendition_file(self, rendition):
        """A rendition as the value of a file field."""
        return FieldFile(self, self.file.field, rendition_path(self.file.name, rendition))

    def _judge_file(self, upload):
        inspect(upload, self.accepts)
        self.file, self.width, self.height = draw_anew(upload)

    def _kept_drawing(self):
        rows = Picture.objects.filter(pk=self.pk)
        return rows.values_list("file", "focal_x", "focal_y").first()

    def _draw_renditions(self):
        storage = self.file.storage
        with storage.open(self.file.name) as file:
            for rendition, content in draw_renditions(file, (self.focal_x, self.focal_y)):
                storage.save(rendition_path(self.file.name, rendition), content)

    def _forget_file(self):
        for name in self.file.field.names_on_disk(self.file.name):
            self.file.storage.delete(name)


class LibraryFile(StoredFile):
    """A file attached to articles, or linked in their text."""

    accepts = DOCUMENTS + PICTURES

    key = models.CharField("mã tệp", max_length=16, unique=True, default=new_key, editable=False)

    class Meta:
        verbose_name = "tệp đính kèm"
        verbose_name_plural = "thư viện tệp"

    def get_absolute_url(self):
        return reverse("library_file", args=[self.key])

    def admin_url(self):
        """Where staff open it, whether it is public or not."""
        return reverse("admin:outreach_libraryfile_file", args=[self.key])
