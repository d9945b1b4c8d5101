"""Plumbing that every domain shares, and the bases of what several of them keep. No domain lives here."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from portal.fields import LineField
from portal.file_kinds import DOCUMENTS, PICTURES, SLIDES, SOUNDS, VIDEOS
from portal.files import KIND_NAMES, KeptFileField, inspect, new_file_name, private_files
from portal.images import MAX_SIDE, draw_anew


class RateLimit(models.Model):
    """How often something was done in the present span of time, by one address or by all.

    The key is a keyed hash: no address can be read from it. Rows are written by `portal.limits`.
    """

    key = models.CharField(max_length=64, primary_key=True)
    span_started_at = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name = "mức giới hạn"
        verbose_name_plural = "mức giới hạn"

    def __str__(self):
        return self.key


class FormDraft(models.Model):
    """What a staff member has typed into a form of the admin and not saved yet, kept while they type."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="form_drafts"
    )
    # The model and the key of the row, as "outreach.article:12"; "outreach.article:" for a new one.
    form = models.CharField(max_length=100)
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "bản đang gõ"
        verbose_name_plural = "bản đang gõ"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "form"], name="portal_formdraft_one_per_form_and_person"
            )
        ]

    def __str__(self):
        return self.form


class KeptFile(models.Model):
    """A row with a file that somebody sent: `clean()` judges the file, and `save()` keeps none unjudged."""

    # Which kinds of file it takes.
    accepts = DOCUMENTS + SLIDES + PICTURES + VIDEOS + SOUNDS

    class Meta:
        abstract = True

    def save(self, *args, **options):
        if self._has_new_file() and self.file.file is not getattr(self, "_judged", None):
            raise ValueError("A file that clean() has not judged is not kept.")
        super().save(*args, **options)

    def clean(self):
        super().clean()
        if self._has_new_file():
            try:
                self._judge_file(self.file.file)
            except ValidationError as refusal:
                raise ValidationError({"file": refusal.messages}) from refusal
            self._judged = self.file.file

    def _has_new_file(self):
        return bool(self.file) and not self.file._committed


class StoredFile(KeptFile):
    """A file that staff offer to readers, judged by its content and kept under a name that tells nothing.

    The name that was typed or sent is never a path: readers see `title`, and take the file along under it.
    Files lie outside every public folder; a view hands them out after asking whether it may.
    """

    title = LineField("tên tệp hiện ra", max_length=200)
    file = KeptFileField(
        "tệp",
        storage=private_files,
        upload_to=new_file_name,
        max_length=120,
        help_text="PDF, Word (docx), Excel (xlsx), ảnh JPEG, PNG, WebP; không quá 20 MB.",
    )
    content_type = models.CharField("loại", max_length=100, editable=False)
    size = models.PositiveIntegerField("cỡ, byte", editable=False)
    page_count = models.PositiveIntegerField("số trang", null=True, editable=False)
    uploaded_at = models.DateTimeField("đưa lên lúc", default=timezone.now, editable=False)

    class Meta:
        abstract = True

    def __str__(self):
        return self.title

    @property
    def kind_name(self):
        """What readers call its kind: PDF, DOCX…"""
        return KIND_NAMES.get(self.content_type, "")

    def _judge_file(self, upload):
        facts = inspect(upload, self.accepts)
        self.content_type, self.page_count = facts.content_type, facts.page_count
        if facts.content_type.startswith("image/"):
            # Printed posters keep all their pixels; place, camera and owner go.
            self.file, _width, _height = draw_anew(upload, longest=MAX_SIDE)
        self.size = self.file.size
