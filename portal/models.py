"""Plumbing that every domain shares, and the bases of what several of them keep. No domain lives here."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from portal.fields import LineField
from portal.files import new_file_name, private_files


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


class StoredFile(models.Model):
    """A file that staff offer to readers, judged by its content and kept under a name that tells nothing.

    The name that was typed or sent is never a path: readers see `title` and are given `download_name`.
    Files lie outside every public folder; a view hands them out after asking whether it may.
    """

    title = LineField("tên tệp hiện ra", max_length=200)
    file = models.FileField(
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
