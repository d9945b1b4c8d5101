"""The form of an article: what stays of it, and the words of a new version."""

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import construct_instance
from django.utils import timezone

from outreach.article_states import moment_in_words
from outreach.models import Article, ArticleVersion
from portal.autosave import AutosavedForm
from portal.text import slugify

IDENTITY = ["language", "translation_of", "slug", "is_sample"]
PLAIN_FIELDS = [
    "title",
    "lead",
    "body",
    "category",
    "cover",
    "cover_alt",
    "cover_is_decorative",
    "author_name",
    "source",
    "comments_enabled",
    "publish_at",
    "expires_at",
]
MANY_FIELDS = ["tags", "files", "procedures", "legal_documents"]
VERSION_FIELDS = [*PLAIN_FIELDS, *MANY_FIELDS]
CHOSEN_FIELDS = ["category", "cover", *MANY_FIELDS]


class ArticleForm(AutosavedForm):
    """Edits the newest version of an article by making another one.

    The fields of a version are added by the admin, which knows their widgets.
    """

    made_from = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    class Meta:
        model = Article
        fields = IDENTITY

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.newest = self.instance.newest_version if self.instance.pk else None
        self.before = _values_of(self.newest)
        self.version = None
        # The version from which a refused form began, when somebody saved another one meanwhile.
        self.overtaken_from = None
        begin = self.before | {"made_from": self.newest.number if self.newest else 0}
        self.initial = begin | self.initial
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = "Để trống thì lấy theo tên bài. Lưu rồi không đổi được."

    def clean(self):
        cleaned = super().clean()
        if "slug" in self.fields and not cleaned.get("slug") and cleaned.get("title"):
            cleaned["slug"] = _free_slug(cleaned["title"])
        original = cleaned.get("translation_of")
        if original and original.language == cleaned.get("language", self.instance.language):
            self.add_error("translation_of", "Bản dịch phải viết bằng ngôn ngữ khác bản gốc.")
        self._clean_cover(cleaned)
        for name in ("publish_at", "expires_at"):
            # As the boxes show it again: a form that nobody touched changes nothing.
            if cleaned.get(name):
                cleaned[name] = cleaned[name].replace(second=0, microsecond=0)
        return cleaned

    def _clean_cover(self, cleaned):
        if not cleaned.get("cover"):
            cleaned["cover_alt"], cleaned["cover_is_decorative"] = "", False
        elif cleaned.get("cover_is_decorative") and cleaned.get("cover_alt"):
            self.add_error("cover_is_decorative", "Ảnh có mô tả thì không phải chỉ để trang trí.")
        elif not (cleaned.get("cover_is_decorative") or cleaned.get("cover_alt")):
            self.add_error(
                "cover_alt", "Viết ảnh cho thấy gì, hoặc đánh dấu “ảnh chỉ để trang trí”."
            )

    def _post_clean(self):
        super()._post_clean()
        if "title" not in self.fields:
            return
        version = construct_instance(self, ArticleVersion(), PLAIN_FIELDS)
        written = {name for name in PLAIN_FIELDS if name not in self.errors}
        others = {field.name for field in ArticleVersion._meta.fields} - written
        try:
            version.clean_fields(exclude=others)
            version.clean()
            version.validate_constraints(exclude={"article", "number"} | others)
        except ValidationError as error:
            self._update_errors(error)
        self.version = version
        if not self.errors:
            self._refuse_to_pass_over_others()

    def _refuse_to_pass_over_others(self):
        began = self.cleaned_data["made_from"]
        if self.newest is None or not self.is_rewritten or began == self.newest.number:
            return
        self.add_error(None, overtaken_message(self.newest))
        self.overtaken_from = began
        # Sent once more, the form is meant to follow what the message spoke of.
        self.data = self.data.copy()
        self.data[self.add_prefix("made_from")] = self.newest.number

    @property
    def many(self):
        return {name: list(self.cleaned_data[name]) for name in MANY_FIELDS}

    @property
    def rewritten_fields(self):
        """Names of what differs from the newest version, whatever the browser did to line ends and marks."""
        now = {name: getattr(self.version, _attribute(name)) for name in PLAIN_FIELDS}
        now |= {name: {row.pk for row in rows} for name, rows in self.many.items()}
        return [name for name in VERSION_FIELDS if now[name] != _comparable(self.before, name)]

    @property
    def is_rewritten(self):
        return self.newest is None or bool(self.rewritten_fields)


def overtaken_message(newest):
    return ValidationError(
        "%(who)s đã lưu bản số %(number)s lúc %(when)s, trong khi ông/bà đang viết. Chữ ông/bà gõ còn nguyên"
        " trong các ô dưới đây và chưa được lưu. Xin mở trang so sánh (ở trên) để xem người kia sửa gì, chép những"
        " chỗ cần giữ vào đây, rồi bấm Lưu lần nữa: bản của ông/bà sẽ là bản mới nhất.",
        code="overtaken",
        params={
            "who": name_of(newest.saved_by),
            "number": newest.number,
            "when": moment_in_words(newest.saved_at),
        },
    )


def name_of(user):
    if user is None:
        return "Cổng"
    return f"{user.last_name} {user.first_name}".strip() or user.get_username()


def _values_of(version):
    """What the form begins with. A moment of publication that has passed asks for nothing any more."""
    if version is None:
        return {}
    values = {name: getattr(version, _attribute(name)) for name in PLAIN_FIELDS}
    if version.publish_at and version.publish_at <= timezone.now():
        values["publish_at"] = None
    for name in MANY_FIELDS:
        values[name] = [row.pk for row in getattr(version, name).all()]
    return values


def _comparable(values, name):
    value = values.get(name)
    return set(value or ()) if name in MANY_FIELDS else value


def _attribute(name):
    return ArticleVersion._meta.get_field(name).attname


def _free_slug(title):
    """The address from the title; a second article of the same title is given a number."""
    slug = slugify(title, max_length=100)
    if not any(letter.isalpha() for letter in slug):
        slug = f"bai-{slug}".rstrip("-")
    taken = set(Article.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    numbered = (f"{slug}-{number}" for number in range(2, len(taken) + 3))
    return next(free for free in [slug, *numbered] if free not in taken)
