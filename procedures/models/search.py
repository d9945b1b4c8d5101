"""What the search reads: one narrow row a procedure, how common each word is, and the citizens' own words."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.forms import SimpleArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import Func, Value
from django.forms import Textarea

from portal.fields import LineField
from procedures.models.catalogue import Procedure
from procedures.searching.entries import entry_fields, entry_parts
from procedures.searching.words import phrase_key

# Rows read and written at a time: long enough to be fast, short enough that memory does not grow with the catalogue.
BATCH = 500
TERMS_INDEX = "procedures_searchentry_terms"


class LinesField(ArrayField):
    """A list that staff type one a line; a comma may stand inside a line."""

    def formfield(self, **options):
        return super().formfield(
            **{"form_class": SimpleArrayField, "delimiter": "\n", "widget": Textarea} | options
        )


class PhraseKeyField(models.CharField):
    """The folded form of another field, kept at every save."""

    def __init__(self, of="term", **options):
        self.of = of
        super().__init__(**{"max_length": 200, "editable": False} | options)

    def deconstruct(self):
        name, path, args, options = super().deconstruct()
        return name, path, args, options | {"of": self.of}

    def pre_save(self, model_instance, add):
        value = phrase_key(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value


class Synonym(models.Model):
    """How citizens say it, and how the catalogue writes it: "sổ đỏ" is giấy chứng nhận quyền sử dụng đất."""

    term = LineField(
        "cách người dân nói",
        max_length=120,
        help_text="Một cụm từ, viết có dấu, ví dụ “sổ đỏ”, “CCCD”, “hộ khẩu”. Tìm không dấu cũng nhận ra.",
    )
    folded_term = PhraseKeyField(of="term")
    meanings = LinesField(
        LineField(max_length=300),
        verbose_name="cách thủ tục viết",
        help_text=(
            "Mỗi dòng một cách, dùng đúng chữ trong tên thủ tục, ví dụ “giấy chứng nhận quyền sử dụng đất”. "
            "Nhiều dòng nghĩa là một trong các cách ấy."
        ),
    )
    is_active = models.BooleanField("đang dùng", default=True)
    note = LineField("ghi chú", max_length=300, blank=True)

    class Meta:
        verbose_name = "từ đồng nghĩa"
        verbose_name_plural = "từ đồng nghĩa"
        constraints = [
            models.UniqueConstraint(
                fields=["term"],
                name="procedures_synonym_one_per_term",
                violation_error_message="Cụm từ này đã có trong danh sách.",
            )
        ]
        indexes = [models.Index(fields=["folded_term"], name="procedures_synonym_by_key")]

    def __str__(self):
        return self.term

    def clean(self):
        if not phrase_key(self.term):
            raise ValidationError({"term": "Cụm từ phải có ít nhất một chữ hoặc số."})


class SearchEntryManager(models.Manager):
    def refresh(self, procedure_ids):
        """Write the entries of these procedures anew and learn their words."""
        ids = sorted(procedure_ids)
        for start in range(0, len(ids), BATCH):
            self._refresh_batch(ids[start : start + BATCH])

    @transaction.atomic
    def _refresh_batch(self, ids):
        procedures = (
            Procedure.objects.filter(pk__in=ids)
            .select_related("sector")
            .prefetch_related(*entry_parts())
        )
        entries, written = [], {}
        for procedure in procedures:
            fields, forms = entry_fields(procedure)
            entries.append(SearchEntry(procedure=procedure, **fields))
            written |= forms
        self.bulk_create(
            entries,
            update_conflicts=True,
            unique_fields=["procedure"],
            update_fields=["title", "twin_key", "tier", "standing", "terms"],
        )
        with connection.cursor() as cursor:
            # Settle the index's waiting list now, so that no search has to read through it.
            cursor.execute("SELECT gin_clean_pending_list(%s)", [TERMS_INDEX])
        SearchTerm.objects.learn(written)


class SearchEntry(models.Model):
    """A procedure as the search sees it. Made from the procedure; nobody edits it."""

    procedure = models.OneToOneField(
        Procedure, on_delete=models.CASCADE, primary_key=True, related_name="search_entry"
    )
    title = models.TextField("tên, từng tiếng có dấu")
    twin_key = models.CharField("tên không kể cấp", max_length=32)
    tier = models.PositiveSmallIntegerField("cấp, từ xã đến trung ương")
    standing = models.FloatField("độ ưu tiên khi ngang nhau")
    terms = models.TextField("các tiếng và cặp tiếng, kèm dấu của phần chứa chúng")

    objects = SearchEntryManager()

    class Meta:
        verbose_name = "mục tra cứu"
        verbose_name_plural = "mục tra cứu"
        indexes = [
            GinIndex(
                Func(
                    "terms",
                    Value(" "),
                    function="string_to_array",
                    output_field=ArrayField(models.TextField()),
                ),
                name=TERMS_INDEX,
            )
        ]

    def __str__(self):
        return self.title[:90]


class SearchTermManager(models.Manager):
    # The number of entries at the last count is kept under a term that no text can hold.
    TOTAL = "*"
    # Counts are statistics: they may lag by a half before the whole catalogue is counted again.
    OUTGROWN = 1.5
    # Below this size a count costs a few milliseconds and is made at every change.
    SMALL = 100

    def learn(self, written):
        """Know these terms from now on; how often they occur is settled at the next count."""
        terms = sorted(written)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {SearchTerm._meta.db_table} (term, written, in_titles, anywhere)"
                " SELECT term, written, 0, 1 FROM unnest(%s::text[], %s::text[]) AS new (term, written)"
                " ON CONFLICT (term) DO NOTHING",
                [terms, [written[term] for term in terms]],
            )

    def recount_when_outgrown(self):
        total = SearchEntry.objects.count()
        counted = self.filter(term=self.TOTAL).values_list("anywhere", flat=True).first() or 0
        if total <= self.SMALL or not counted / self.OUTGROWN <= total <= counted * self.OUTGROWN:
            self.recount()

    @transaction.atomic
    def recount(self):
        """Count in how many titles, and in how many entries at all, each term stands."""
        entries, terms = SearchEntry._meta.db_table, SearchTerm._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            # A transaction may count more than once.
            cursor.execute("DROP TABLE IF EXISTS counted")
            # Terms are marked by the part they stand in: see searching.entries.
            cursor.execute(f"""
                CREATE TEMPORARY TABLE counted ON COMMIT DROP AS
                SELECT bare AS term, sum(title)::int AS in_titles, count(*)::int AS anywhere
                FROM (
                    SELECT ltrim(term, '+-') AS bare, max((left(term, 1) NOT IN ('+', '-'))::int) AS title
                    FROM {entries}, unnest(string_to_array(terms, ' ')) AS term
                    GROUP BY procedure_id, bare
                ) AS found GROUP BY bare
                UNION ALL SELECT '{self.TOTAL}', 0, count(*)::int FROM {entries}
            """)
            cursor.execute(f"""
                INSERT INTO {terms} (term, written, in_titles, anywhere)
                SELECT term, replace(term, '_', ' '), in_titles, anywhere FROM counted
                ON CONFLICT (term) DO UPDATE
                SET in_titles = excluded.in_titles, anywhere = excluded.anywhere
                WHERE ({terms}.in_titles, {terms}.anywhere) <> (excluded.in_titles, excluded.anywhere)
            """)
            cursor.execute(f"""
                DELETE FROM {terms} WHERE NOT EXISTS (SELECT FROM counted WHERE counted.term = {terms}.term)
            """)


class SearchTerm(models.Model):
    """A syllable or a pair of syllables of the catalogue, and how common it is."""

    term = models.CharField("tiếng", max_length=100, primary_key=True, db_collation="C")
    written = models.CharField("viết có dấu", max_length=100)
    in_titles = models.PositiveIntegerField("số tên thủ tục có tiếng này")
    anywhere = models.PositiveIntegerField("số thủ tục có tiếng này")

    objects = SearchTermManager()

    class Meta:
        verbose_name = "tiếng trong danh mục"
        verbose_name_plural = "tiếng trong danh mục"

    def __str__(self):
        return self.written
