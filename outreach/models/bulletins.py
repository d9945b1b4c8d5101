"""The e-bulletin (bản tin điện tử): numbered issues, composed by one person and let out by another."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from outreach.models.articles import Article, ArticleVersion
from outreach.models.figures import Figure
from outreach.models.library import Picture
from outreach.models.materials import Material
from portal.fields import LineField, ProseField
from portal.languages import all_languages


class BulletinIssueQuerySet(models.QuerySet):
    def public(self, at=None):
        """Those that anybody reads: approved, their moment has come, not taken down."""
        return self.filter(public_from__lte=at or timezone.now(), withdrawn_at=None)

    def waiting_for_approval(self):
        return self.filter(submitted_at__isnull=False, returned_at=None, approved_at=None)

    def newest_first(self):
        return self.order_by("-year", "-number", "-pk")


class BulletinIssue(models.Model):
    """One issue. Once approved its words stay as they were mailed and printed; mistakes get a correction beside them."""

    year = models.PositiveSmallIntegerField("năm")
    number = models.PositiveSmallIntegerField("số")
    language = models.CharField("ngôn ngữ", max_length=10, choices=all_languages, default="vi")
    title = LineField(
        "chủ đề của số này", max_length=200, help_text="Việc chính của số này, trong một dòng."
    )
    lead = ProseField(
        "lời ngỏ",
        max_length=900,
        help_text="Vài câu: số này có gì, với ai. Đứng đầu thư và bản in.",
    )
    cover = models.ForeignKey(
        Picture,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bulletin_issues",
        verbose_name="ảnh bìa",
    )
    cover_alt = LineField("mô tả ảnh bìa", max_length=250, blank=True)
    publish_at = models.DateTimeField(
        "hẹn giờ ra", null=True, blank=True, help_text="Để trống thì ra ngay khi được duyệt."
    )
    is_sample = models.BooleanField("nội dung mẫu", default=False)

    created_at = models.DateTimeField("tạo lúc", default=timezone.now, editable=False)
    changed_at = models.DateTimeField("sửa lần cuối lúc", default=timezone.now, editable=False)
    # Whoever put anything into it; none of them approves it.
    composers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        editable=False,
        related_name="composed_bulletin_issues",
        verbose_name="người soạn",
    )
    submitted_at = models.DateTimeField("gửi duyệt lúc", null=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="submitted_bulletin_issues",
        verbose_name="người gửi duyệt",
    )
    returned_at = models.DateTimeField("trả lại lúc", null=True, editable=False)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="returned_bulletin_issues",
        verbose_name="người trả lại",
    )
    return_reason = ProseField("lý do trả lại", blank=True, editable=False)
    approved_at = models.DateTimeField("duyệt lúc", null=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="approved_bulletin_issues",
        verbose_name="người duyệt",
    )
    public_from = models.DateTimeField("ra lúc", null=True, editable=False)
    withdrawn_at = models.DateTimeField("gỡ lúc", null=True, editable=False)
    # Beside the words as they went out, never instead of them.
    correction = ProseField("đính chính", blank=True, editable=False)
    corrected_at = models.DateTimeField("đính chính lúc", null=True, editable=False)

    objects = BulletinIssueQuerySet.as_manager()

    class Meta:
        verbose_name = "số bản tin"
        verbose_name_plural = "bản tin điện tử"
        permissions = [
            ("approve_bulletinissue", "Duyệt, đính chính và gỡ số bản tin"),
            ("mail_bulletinissue", "Gửi bản tin cho người đăng ký"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "number"],
                name="outreach_bulletinissue_number_once",
                violation_error_message="Số này của năm này đã có.",
            ),
            models.CheckConstraint(
                condition=Q(number__gt=0), name="outreach_bulletinissue_number_is_counted_from_one"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("submitted_by")),
                name="outreach_bulletinissue_approved_by_another_person",
                violation_error_message="Người gửi duyệt không tự duyệt.",
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None, public_from=None, withdrawn_at=None)
                | Q(approved_at__isnull=False, public_from__isnull=False),
                name="outreach_bulletinissue_public_only_when_approved",
            ),
            models.CheckConstraint(
                condition=Q(cover__isnull=False) & ~Q(cover_alt="") | Q(cover=None, cover_alt=""),
                name="outreach_bulletinissue_cover_is_described",
                violation_error_message="Ảnh bìa phải có mô tả; không có ảnh thì bỏ trống mô tả.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-year", "-number"],
                condition=Q(public_from__isnull=False, withdrawn_at=None),
                name="outreach_bulletinissue_newest",
            )
        ]

    def __str__(self):
        return f"Bản tin số {self.number}/{self.year}"

    def get_absolute_url(self):
        return reverse("outreach:bulletin_issue", args=[self.year, self.number])

    def get_own_url(self):
        """Its address in its own language."""
        with override(self.language):
            return self.get_absolute_url()

    @property
    def is_waiting(self):
        return bool(self.submitted_at) and not self.returned_at and not self.approved_at

    @property
    def is_open(self):
        """Whether its words may still change."""
        return not self.approved_at and not self.is_waiting

    def is_public(self, at):
        return bool(self.public_from) and self.public_from <= at and not self.withdrawn_at


class BulletinItem(models.Model):
    """One piece of an issue, in its place: what it says here, and where it comes from.

    The words are taken from the source when the piece is added, and may be shortened. By `article_version` and
    `figure` the portal knows when the source has said something else since.
    """

    class Kind(models.TextChoices):
        ARTICLE = "article", "tin bài"
        MATERIAL = "material", "tài liệu"
        FIGURE = "figure", "số liệu"
        TEXT = "text", "lời riêng của bản tin"

    issue = models.ForeignKey(BulletinIssue, on_delete=models.CASCADE, related_name="items")
    order = models.PositiveSmallIntegerField("thứ tự", default=0)
    kind = models.CharField("loại", max_length=8, choices=Kind)
    # Pieces that follow each other with the same heading stand under it together.
    section = LineField("mục", max_length=100, blank=True)
    title = LineField("tên", max_length=200)
    text = ProseField("lời", max_length=3000, blank=True)
    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, null=True, blank=True, related_name="bulletin_items"
    )
    article_version = models.ForeignKey(
        ArticleVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="bulletin_items",
    )
    material = models.ForeignKey(
        Material, on_delete=models.PROTECT, null=True, blank=True, related_name="bulletin_items"
    )
    figure = models.ForeignKey(
        Figure, on_delete=models.PROTECT, null=True, blank=True, related_name="bulletin_items"
    )

    class Meta:
        verbose_name = "phần của số bản tin"
        verbose_name_plural = "các phần của số bản tin"
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="article", article__isnull=False, material=None, figure=None)
                | Q(kind="material", article=None, material__isnull=False, figure=None)
                | Q(kind="figure", article=None, material=None, figure__isnull=False)
                | Q(kind="text", article=None, material=None, figure=None) & ~Q(text=""),
                name="outreach_bulletinitem_has_the_source_of_its_kind",
                violation_error_message="Mỗi phần có đúng một nguồn, hoặc có lời riêng.",
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        if self.kind == self.Kind.ARTICLE and not self.text:
            raise ValidationError({"text": "Xin viết vài câu: bài này nói gì."})
