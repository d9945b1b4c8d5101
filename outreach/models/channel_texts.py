"""One text for every channel: what is said on the loudspeaker, in a short message, on a leaflet, on a poster."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from outreach.models.articles import Article
from outreach.models.bulletins import BulletinIssue
from portal.fields import LineField, ProseField
from portal.files import KeptFileField, new_file_name, private_files

_ONE_SOURCE = Q(article__isnull=False, issue=None) | Q(article=None, issue__isnull=False)


class ChannelText(models.Model):
    """The words for one channel as staff changed them. As long as there is no row, they follow from the source."""

    class Channel(models.TextChoices):
        LOUDSPEAKER = "loudspeaker", "Loa truyền thanh"
        ZALO = "zalo", "Zalo"
        SMS = "sms", "Tin nhắn SMS"
        LEAFLET = "leaflet", "Tờ rơi A5"
        POSTER = "poster", "Áp phích"

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, null=True, related_name="channel_texts"
    )
    issue = models.ForeignKey(
        BulletinIssue, on_delete=models.CASCADE, null=True, related_name="channel_texts"
    )
    channel = models.CharField("kênh", max_length=11, choices=Channel)
    title = LineField("tên", max_length=200, blank=True)
    body = ProseField("lời", max_length=20000)
    # Of the source as it was when these words were written: another one now means that they may be out of date.
    source_digest = models.CharField(max_length=64)
    edited_at = models.DateTimeField("sửa lúc", default=timezone.now)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="edited_channel_texts",
        verbose_name="người sửa",
    )

    class Meta:
        verbose_name = "lời cho một kênh"
        verbose_name_plural = "lời cho các kênh"
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(
                condition=_ONE_SOURCE, name="outreach_channeltext_has_one_source"
            ),
            models.UniqueConstraint(
                fields=["article", "channel"], name="outreach_channeltext_of_article_once"
            ),
            models.UniqueConstraint(
                fields=["issue", "channel"], name="outreach_channeltext_of_issue_once"
            ),
        ]

    def __str__(self):
        return f"{self.get_channel_display()}: {self.title}"


class ScriptAudio(models.Model):
    """A loudspeaker script read by a machine voice, kept until the script changes."""

    article = models.OneToOneField(
        Article, on_delete=models.CASCADE, null=True, related_name="script_audio"
    )
    issue = models.OneToOneField(
        BulletinIssue, on_delete=models.CASCADE, null=True, related_name="script_audio"
    )
    title = LineField("tên", max_length=200)
    file = KeptFileField(
        "tệp", storage=private_files, upload_to=new_file_name, max_length=120, blank=True
    )
    size = models.PositiveIntegerField("cỡ, byte", default=0)
    duration = models.PositiveIntegerField("dài, giây", default=0)
    voice = models.CharField("giọng", max_length=100, blank=True)
    # Of the script that was read.
    script_digest = models.CharField(max_length=64)
    made_at = models.DateTimeField("làm lúc", null=True)
    asked_at = models.DateTimeField("yêu cầu lúc", default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="asked_script_audios",
        verbose_name="người yêu cầu",
    )
    error = models.CharField("lỗi", max_length=200, blank=True)

    class Meta:
        verbose_name = "bản đọc bằng máy"
        verbose_name_plural = "các bản đọc bằng máy"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=_ONE_SOURCE, name="outreach_scriptaudio_has_one_source"
            )
        ]

    def __str__(self):
        return self.title

    @property
    def is_asked(self):
        """Whether it waits for the worker."""
        return not self.error and (self.made_at is None or self.made_at < self.asked_at)


class SpokenForm(models.Model):
    """How something short is said aloud: TTHC is "thủ tục hành chính". Staff add what their province writes."""

    written = LineField("viết", max_length=40, help_text="Đúng chữ hoa, chữ thường như trong bài.")
    spoken = LineField("đọc là", max_length=200)

    class Meta:
        verbose_name = "cách đọc chữ viết tắt"
        verbose_name_plural = "cách đọc chữ viết tắt"
        ordering = [Lower("written"), "written"]
        constraints = [
            models.UniqueConstraint(
                fields=["written"],
                name="outreach_spokenform_written_once",
                violation_error_message="Chữ này đã có cách đọc.",
            )
        ]

    def __str__(self):
        return self.written
