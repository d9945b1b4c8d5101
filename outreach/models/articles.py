"""News and articles. What the public reads is a version that two people stand for."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from outreach.models.library import LibraryFile, Picture
from portal.fields import LineField, ProseField, RichTextField
from portal.languages import all_languages
from procedures.models import LegalDocument, Procedure


class Category(models.Model):
    """A column of the news (chuyên mục)."""

    name = LineField("tên chuyên mục", max_length=100, unique=True)
    slug = models.SlugField("địa chỉ trang", max_length=110, unique=True)
    description = LineField(
        "mô tả", max_length=300, blank=True, help_text="Một câu: chuyên mục này viết về gì."
    )
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "chuyên mục"
        verbose_name_plural = "chuyên mục"
        ordering = ["order", "name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("outreach:category", args=[self.slug])


class TagQuerySet(models.QuerySet):
    def published(self, at=None):
        """Those that something public bears: what nobody may read yet does not show by its tags."""
        public = ArticleVersion.objects.public(at).filter(tags=OuterRef("pk"))
        return self.filter(Exists(public))


class Tag(models.Model):
    """A word that articles of several columns share (thẻ)."""

    name = LineField("thẻ", max_length=60, unique=True)
    slug = models.SlugField("địa chỉ trang", max_length=70, unique=True)

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = "thẻ"
        verbose_name_plural = "thẻ"
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("outreach:tag", args=[self.slug])


class ArticleQuerySet(models.QuerySet):
    def published(self, at=None):
        public = ArticleVersion.objects.public(at).filter(article=OuterRef("pk"))
        return self.filter(Exists(public))


class Article(models.Model):
    """What stays of an article whatever is written in it: its address, its language, its comments.

    The words stand in its versions. Nothing is overwritten: every save makes a new version.
    """

    slug = models.SlugField(
        "địa chỉ trang", max_length=110, unique=True, help_text="Lấy theo tên bài; không đổi được."
    )
    language = models.CharField("ngôn ngữ", max_length=10, choices=all_languages, default="vi")
    translation_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="translations",
        verbose_name="là bản dịch của",
    )
    is_sample = models.BooleanField("nội dung mẫu", default=False)
    created_at = models.DateTimeField("tạo lúc", default=timezone.now, editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = "tin bài"
        verbose_name_plural = "tin bài"
        permissions = [("approve_article", "Duyệt, hẹn giờ và gỡ tin bài")]
        constraints = [
            models.CheckConstraint(
                # An address of digits only is that of a year.
                condition=Q(slug__regex="[a-z]"),
                name="outreach_article_slug_has_a_letter",
                violation_error_message="Địa chỉ trang phải có chữ cái.",
            ),
            models.CheckConstraint(
                condition=Q(translation_of=None) | ~Q(translation_of=F("pk")),
                name="outreach_article_is_not_its_own_translation",
                violation_error_message="Một bài không là bản dịch của chính nó.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["language"], condition=~Q(language="vi"), name="outreach_article_foreign"
            )
        ]

    def __str__(self):
        newest = self.newest_version
        return newest.title if newest else self.slug

    def get_absolute_url(self):
        return reverse("outreach:article", args=[self.slug])

    def get_own_url(self):
        """Its address in its own language, whatever the language of the page that asks."""
        with override(self.language):
            return self.get_absolute_url()

    @property
    def newest_version(self):
        """What staff saved last, public or not. Of many articles at once: `article_states.with_standing`."""
        fetched = getattr(self, "standing", None)
        versions = self.versions.all() if fetched is None else fetched
        return max(versions, key=lambda version: version.number, default=None)


class ArticleVersionQuerySet(models.QuerySet):
    def public(self, at=None):
        """What the public reads at that moment: at most one version of each article.

        The moment decides, not a job: a scheduled version begins, and an expiring one ends, by itself.
        """
        at = at or timezone.now()
        return self.filter(
            Q(public_until=None) | Q(public_until__gt=at),
            public_from__lte=at,
        )

    def newest(self):
        """Of each article the version that was saved last."""
        later = self.model.objects.filter(
            article=OuterRef("article"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(later))

    def waiting_for_approval(self):
        return self.newest().filter(submitted_at__isnull=False, returned_at=None, approved_at=None)

    def scheduled(self, at=None):
        """Approved, but still to come."""
        return self.filter(public_from__gt=at or timezone.now())

    def newest_first(self):
        return self.order_by("-published_at", "-pk")


class ArticleVersion(models.Model):
    """An article as it was saved once. Its words never change again; only its way to the public is added.

    That way: saved, submitted, returned or approved by another person, public for a span of time. Spans of
    one article never overlap (a constraint of the database), so that there is one public version at most.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField("bản số", editable=False)

    title = LineField("tên bài", max_length=200)
    lead = ProseField(
        "lời dẫn", max_length=600, help_text="Hai, ba câu: có gì mới, với ai, từ bao giờ."
    )
    body = RichTextField("nội dung")
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="versions", verbose_name="chuyên mục"
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="versions", verbose_name="thẻ")
    cover = models.ForeignKey(
        Picture,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="covered_versions",
        verbose_name="ảnh đầu bài",
    )
    cover_alt = LineField(
        "mô tả ảnh đầu bài",
        max_length=250,
        blank=True,
        help_text="Ảnh cho thấy gì. Người không nhìn thấy ảnh nghe câu này.",
    )
    cover_is_decorative = models.BooleanField(
        "ảnh chỉ để trang trí",
        default=False,
        help_text="Đánh dấu khi bỏ ảnh đi thì bài không mất thông tin nào.",
    )
    author_name = LineField("tác giả", max_length=120, blank=True)
    source = LineField("nguồn", max_length=200, blank=True, help_text="Cơ quan, báo có tin gốc.")
    files = models.ManyToManyField(
        LibraryFile, blank=True, related_name="versions", verbose_name="tệp đính kèm"
    )
    procedures = models.ManyToManyField(
        Procedure, blank=True, related_name="article_versions", verbose_name="thủ tục liên quan"
    )
    legal_documents = models.ManyToManyField(
        LegalDocument, blank=True, related_name="article_versions", verbose_name="văn bản liên quan"
    )
    comments_enabled = models.BooleanField("nhận ý kiến bạn đọc", default=True)
    publish_at = models.DateTimeField(
        "hẹn giờ đăng",
        null=True,
        blank=True,
        help_text="Để trống thì đăng ngay khi được duyệt. Bài đang đăng vẫn giữ bản cũ tới giờ này.",
    )
    expires_at = models.DateTimeField(
        "gỡ lúc", null=True, blank=True, help_text="Để trống thì đăng mãi."
    )

    # What the body holds, found when it is saved: by this the portal knows which files are public.
    pictures = models.ManyToManyField(
        Picture, blank=True, editable=False, related_name="versions", verbose_name="ảnh trong bài"
    )
    linked_files = models.ManyToManyField(
        LibraryFile,
        blank=True,
        editable=False,
        related_name="linking_versions",
        verbose_name="tệp có liên kết trong bài",
    )

    saved_at = models.DateTimeField("lưu lúc", default=timezone.now, editable=False)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="saved_article_versions",
        verbose_name="người lưu",
    )
    submitted_at = models.DateTimeField("gửi duyệt lúc", null=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="submitted_article_versions",
        verbose_name="người gửi duyệt",
    )
    returned_at = models.DateTimeField("trả lại lúc", null=True, editable=False)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="returned_article_versions",
        verbose_name="người trả lại",
    )
    return_reason = ProseField("lý do trả lại", blank=True, editable=False)
    approved_at = models.DateTimeField("duyệt lúc", null=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="approved_article_versions",
        verbose_name="người duyệt",
    )
    public_from = models.DateTimeField("công khai từ", null=True, editable=False)
    public_until = models.DateTimeField("công khai đến", null=True, editable=False)
    # The date line of the page: when the article first became public, whatever was corrected since.
    published_at = models.DateTimeField("ngày giờ đăng", null=True, editable=False)

    objects = ArticleVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "bản của tin bài"
        verbose_name_plural = "các bản của tin bài"
        constraints = [
            models.UniqueConstraint(
                fields=["article", "number"], name="outreach_articleversion_number_once"
            ),
            models.CheckConstraint(
                condition=Q(cover=None, cover_alt="", cover_is_decorative=False)
                | Q(cover__isnull=False, cover_is_decorative=True, cover_alt="")
                | Q(cover__isnull=False, cover_is_decorative=False) & ~Q(cover_alt=""),
                name="outreach_articleversion_cover_has_alt_decision",
                violation_error_message="Ảnh đầu bài: hoặc viết mô tả, hoặc đánh dấu ảnh chỉ để trang trí."
                " Không có ảnh thì bỏ trống cả hai.",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("saved_by")),
                name="outreach_articleversion_approved_by_another_person",
                violation_error_message="Người viết không tự duyệt bài của mình.",
            ),
            models.CheckConstraint(
                condition=Q(
                    approved_at=None, public_from=None, public_until=None, published_at=None
                )
                | Q(
                    approved_at__isnull=False,
                    public_from__isnull=False,
                    published_at__isnull=False,
                    published_at__lte=F("public_from"),
                ),
                name="outreach_articleversion_public_only_when_approved",
                violation_error_message="Chỉ bản đã duyệt mới công khai.",
            ),
            models.CheckConstraint(
                # A version may be taken down, or be overtaken, at the very moment at which it begins.
                condition=Q(public_until=None) | Q(public_until__gte=F("public_from")),
                name="outreach_articleversion_ends_after_start",
                violation_error_message="Giờ gỡ phải sau giờ đăng.",
            ),
            ExclusionConstraint(
                name="outreach_articleversion_one_public_at_a_time",
                expressions=[
                    (
                        Func(F("article"), F("article"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            F("public_from"),
                            F("public_until"),
                            RangeBoundary(),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(public_from__isnull=False),
                violation_error_message="Bài này đã có một bản khác công khai trong khoảng thời gian đó.",
            ),
        ]
        indexes = [
            # They hold all that counting and leafing asks for: rows carry whole texts.
            models.Index(
                fields=["-published_at", "-id"],
                include=["public_from", "public_until", "article"],
                condition=Q(public_from__isnull=False),
                name="outreach_version_by_date",
            ),
            models.Index(
                fields=["category", "-published_at", "-id"],
                include=["public_from", "public_until", "article"],
                condition=Q(public_from__isnull=False),
                name="outreach_version_by_category",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return self.article.get_absolute_url()

    def clean(self):
        if self.publish_at and self.expires_at and self.expires_at <= self.publish_at:
            raise ValidationError({"expires_at": "Giờ gỡ phải sau giờ đăng."})

    def is_public(self, at):
        return (
            self.public_from is not None
            and self.public_from <= at
            and (self.public_until is None or at < self.public_until)
        )

    @property
    def is_waiting(self):
        """Whether somebody is asked to approve it."""
        return bool(self.submitted_at) and not self.returned_at and not self.approved_at

    @property
    def was_corrected(self):
        """Whether it replaced an earlier public version, so that the page says when."""
        return self.published_at is not None and self.public_from > self.published_at


class ArticleText(models.Model):
    """What the search reads of an approved version: one narrow row, made when the version is approved."""

    version = models.OneToOneField(
        ArticleVersion, on_delete=models.CASCADE, primary_key=True, related_name="text"
    )
    # Accented and folded words, those of the title heaviest; see outreach.search.
    vector = SearchVectorField()

    class Meta:
        verbose_name = "mục tra cứu tin bài"
        verbose_name_plural = "mục tra cứu tin bài"
        indexes = [
            GinIndex(fields=["vector"], name="outreach_articletext_vector"),
            # The words of titles alone: what a search asks first.
            GinIndex(
                Func(F("vector"), template="ts_filter(%(expressions)s, '{a}')"),
                name="outreach_articletext_title",
            ),
        ]

    def __str__(self):
        return str(self.version_id)


class PreviewLink(models.Model):
    """A private address at which somebody without an account reads an article before it is public.

    Only a hash of the address is kept: whoever reads the table cannot open the page.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="preview_links")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField("tạo lúc", default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="preview_links",
        verbose_name="người tạo",
    )
    expires_at = models.DateTimeField("hết hạn lúc")
    revoked_at = models.DateTimeField("thu hồi lúc", null=True)

    class Meta:
        verbose_name = "liên kết xem trước"
        verbose_name_plural = "liên kết xem trước"

    def __str__(self):
        return f"{self.article_id} {self.created_at:%d/%m/%Y %H:%M}"
