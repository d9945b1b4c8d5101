"""Sample pages, articles, materials, reading points and issues. What is already there stays as staff left it."""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import get_script_prefix
from django.utils import timezone, translation

from outreach import publishing
from outreach.broadcast_sampling import add_broadcasts
from outreach.bulletin_sampling import add_issues
from outreach.editions import save_edition
from outreach.models import (
    Article,
    ArticleVersion,
    Category,
    InformationPage,
    InformationSection,
    LibraryFile,
    Material,
    MaterialCollection,
    MaterialVersion,
    Picture,
    ReadingPoint,
    ReadingPointHolding,
    Tag,
)
from portal.text import slugify
from procedures.models import AdminUnit, LegalDocument, Procedure, TermTranslation

FOLDER = Path(__file__).resolve().parent / "sample"
SLUGS = ["gioi-thieu", "tro-nang", "du-lieu-ca-nhan"]


@transaction.atomic
def load_sample() -> dict[str, int]:
    """Add what is missing, all or nothing; say how many rows of each kind were added."""
    library = Library()
    return {
        "trang về Cổng": add_pages(),
        "chuyên mục": add_categories(),
        "tin bài": add_articles(library),
        "tài liệu": add_materials(library),
        "điểm đọc tài liệu": add_reading_points(),
        "số bản tin": add_issues(library),
        "lượt phát, đăng": add_broadcasts(),
    }


# Pages about the portal


def add_pages():
    """The pages that are missing, in every language they are written in."""
    known = set(InformationPage.objects.values_list("slug", "language"))
    added = 0
    for place, slug in enumerate(SLUGS, start=1):
        for path in sorted(FOLDER.glob(f"{slug}.*.md")):
            language = path.suffixes[0][1:]
            if (slug, language) not in known:
                _add_page(path, slug=slug, language=language, order=place * 10)
                added += 1
    return added


def _add_page(path, **fields):
    text = path.read_text(encoding="utf-8")
    head, *parts = re.split("^## ", text, flags=re.MULTILINE)
    title, lead = _headed(head.removeprefix("# "))
    # To the minute, as the boxes of the admin take it: an untouched form changes nothing.
    now = timezone.now().replace(second=0, microsecond=0)
    page = InformationPage.objects.create(
        title=title, lead=lead, is_sample=True, published_at=now, **fields
    )
    for place, part in enumerate(parts, start=1):
        heading, body = _headed(part)
        InformationSection.objects.create(page=page, heading=heading, body=body, order=place)


def _headed(text):
    heading, _, body = text.partition("\n")
    return heading.strip(), body.strip()


# Pictures and files


class Library:
    """Sample pictures and files, brought in when something that is added uses them, once each."""

    def __init__(self):
        self._titles = {"pictures": _read("pictures.json"), "files": _read("files.json")}
        self._kept = {}

    def picture(self, name):
        fields = self._titles["pictures"][name]
        return self._find_or_keep(Picture(**fields), f"pictures/{name}.webp")

    def file(self, name):
        title = self._titles["files"][name]
        return self._find_or_keep(LibraryFile(title=title), f"files/{name}.pdf")

    def _find_or_keep(self, row, path):
        if path not in self._kept:
            known = type(row).objects.filter(title=row.title).first()
            self._kept[path] = known or _keep(row, path)
        return self._kept[path]


def _keep(row, path):
    """Judged and kept as what staff send."""
    row.file = _sent(path)
    row.clean()
    row.save()
    return row


def _sent(path):
    path = FOLDER / path
    return ContentFile(path.read_bytes(), name=path.name)


# Articles


def add_categories():
    """The columns, with their English names; what staff have translated otherwise stays."""
    known = set(Category.objects.values_list("slug", flat=True))
    missing, names = [], {}
    for place, row in enumerate(_read("categories.json"), start=1):
        if row["slug"] not in known:
            names |= row.pop("en")
            missing.append(Category(**row, order=place * 10))
    Category.objects.bulk_create(missing)
    for original, text in names.items():
        TermTranslation.objects.get_or_create(
            language="en", original=original, defaults={"text": text}
        )
    return len(missing)


@dataclass(frozen=True)
class Draft:
    """A file of the folder `articles`: facts, one a line, then an empty line and the text."""

    slug: str
    facts: dict[str, str]
    body: str

    @classmethod
    def read(cls, path):
        head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
        facts = dict(line.split(": ", 1) for line in head.splitlines())
        return cls(path.stem, facts, body)

    @property
    def language(self):
        return self.facts.get("language", "vi")

    @property
    def state(self):
        return self.facts.get("state", "published")

    @property
    def moment(self):
        """When it was written and, if nothing hinders it, published."""
        text = self.facts.get("published") or self.facts.get("saved")
        return _moment(text) if text else timezone.now()

    def listed(self, fact):
        return [part.strip() for part in self.facts.get(fact, "").split(",") if part.strip()]


def add_articles(library):
    """In the order of their dates: an article may lead to earlier ones, and a translation follows its original."""
    known = set(Article.objects.values_list("slug", flat=True))
    drafts = [Draft.read(path) for path in (FOLDER / "articles").glob("*.html")]
    missing = [draft for draft in drafts if draft.slug not in known]
    named = Named(missing)
    for draft in sorted(missing, key=lambda draft: (draft.moment, draft.slug)):
        _lead_to_public(_save(draft, named, library), draft)
    return len(missing)


class Named:
    """What the articles name and the portal has: procedures by code, acts by number, categories, tags."""

    def __init__(self, drafts):
        codes, numbers, tags = (
            {name for draft in drafts for name in draft.listed(fact)}
            for fact in ("procedures", "legal_documents", "tags")
        )
        for draft in drafts:
            codes.update(re.findall('"thu-tuc:([^"]+)"', draft.body))
            numbers.update(re.findall('"van-ban:([^"]+)"', draft.body))
        self.procedures = Procedure.objects.published().in_bulk(list(codes), field_name="code")
        self.documents = LegalDocument.objects.in_bulk(list(numbers), field_name="number")
        self.categories = Category.objects.in_bulk(field_name="slug")
        self.tags = {
            name: Tag.objects.get_or_create(slug=slugify(name), defaults={"name": name})[0]
            for name in sorted(tags)
        }


def _save(draft, named, library):
    facts, moment = draft.facts, draft.moment
    original = None
    if "translation_of" in facts:
        original = Article.objects.filter(slug=facts["translation_of"]).first()
    article = Article.objects.create(
        slug=draft.slug,
        language=draft.language,
        translation_of=original,
        is_sample=True,
        created_at=moment,
    )
    version = ArticleVersion(
        article=article,
        title=facts["title"],
        lead=facts["lead"],
        body=_with_addresses(draft, named, library),
        category=named.categories[facts["category"]],
        cover=library.picture(facts["cover"]) if "cover" in facts else None,
        cover_alt=facts.get("cover_alt", ""),
        author_name=facts.get("author", "Ban biên tập Cổng" if draft.language == "vi" else ""),
        publish_at=_coming(int(facts["days_ahead"])) if "days_ahead" in facts else None,
    )
    return publishing.save_version(
        version,
        tags=_found(named.tags, draft.listed("tags")),
        files=[library.file(name) for name in draft.listed("files")],
        procedures=_found(named.procedures, draft.listed("procedures")),
        legal_documents=_found(named.documents, draft.listed("legal_documents")),
        now=moment,
    )


def _lead_to_public(version, draft):
    version = publishing.submit(version, by=None, now=draft.moment)
    if draft.state == "returned":
        reason = draft.facts["return_reason"]
        publishing.send_back(version, by=None, reason=reason, now=draft.moment + timedelta(hours=5))
    elif draft.state != "waiting":
        publishing.approve(version, by=None, now=draft.moment)


def _found(rows, names):
    return [rows[name] for name in names if name in rows]


_LINK = re.compile(r'<a href="(thu-tuc|van-ban|tep):([^"]+)">(.*?)</a>')
_PICTURE = re.compile(r'src="anh:([^"]+)"')


def _with_addresses(draft, named, library):
    """The text with real addresses; a link to what the portal does not have leaves its words."""
    rows = {"thu-tuc": named.procedures, "van-ban": named.documents}

    def written_link(match):
        kind, name, words = match.groups()
        row = library.file(name) if kind == "tep" else rows[kind].get(name)
        return f'<a href="{_from_root(row.get_absolute_url())}">{words}</a>' if row else words

    def written_picture(match):
        address = library.picture(match[1]).get_rendition_url("w1280.webp")
        return f'src="{_from_root(address)}"'

    with translation.override(draft.language):
        return _PICTURE.sub(written_picture, _LINK.sub(written_link, draft.body))


def _from_root(address):
    """As texts keep it: without the prefix under which the portal may run."""
    return address.removeprefix(get_script_prefix().rstrip("/"))


# Materials


def add_materials(library):
    sample = _read("materials.json")
    collections = {row["slug"]: _collection(row) for row in sample["collections"]}
    known = set(Material.objects.values_list("slug", flat=True))
    missing = [row for row in sample["materials"] if row["slug"] not in known]
    for row in missing:
        _add_material(row, collections, library)
    return len(missing)


def _collection(row):
    return MaterialCollection.objects.get_or_create(slug=row["slug"], defaults=row)[0]


def _add_material(row, collections, library):
    given = ("slug", "kind", "title", "summary", "language", "embed_url", "transcript")
    moment = _moment(row["published"])
    material = Material.objects.create(
        **{name: row[name] for name in given if name in row},
        translation_of=Material.objects.filter(slug=row.get("translation_of")).first(),
        collection=collections.get(row.get("collection")),
        cover=library.picture(row["cover"]) if "cover" in row else None,
        published_at=moment,
        updated_at=max([moment, *(_moment(edition["issued_on"]) for edition in row["editions"])]),
        is_sample=True,
    )
    material.procedures.set(Procedure.objects.filter(code__in=row.get("procedures", [])))
    for edition in row["editions"]:
        _add_edition(material, **edition)


def _add_edition(material, *, file, issued_on, note="", captions=None):
    edition = MaterialVersion(
        material=material, title=material.title, issued_on=issued_on, note=note
    )
    edition.file = _sent(f"files/{file}")
    if captions:
        edition.captions = _sent(f"files/{captions}")
    edition.clean()
    save_edition(edition)


def add_reading_points():
    """Post offices of the communes that are there, with what each holds."""
    units = {unit.code: unit for unit in AdminUnit.objects.current()}
    known = set(ReadingPoint.objects.values_list("slug", flat=True))
    missing = [
        row
        for row in _read("reading_points.json")
        if row["slug"] not in known and row["unit"] in units
    ]
    materials = Material.objects.in_bulk(field_name="slug")
    for row in missing:
        _add_reading_point(row, units[row["unit"]], materials)
    return len(missing)


def _add_reading_point(row, unit, materials):
    point = ReadingPoint.objects.create(
        kind=ReadingPoint.Kind.POST_OFFICE,
        slug=row["slug"],
        name=row["name"],
        admin_unit=unit,
        address=f"Trung tâm {unit.full_name[0].lower()}{unit.full_name[1:]}, tỉnh Cà Mau (địa chỉ mẫu)",
        hours=row["hours"],
        note=row.get("note", ""),
        checked_on=row["checked_on"],
        is_sample=True,
    )
    ReadingPointHolding.objects.bulk_create(
        ReadingPointHolding(
            point=point, material=materials[slug], copies=copies, checked_on=row["checked_on"]
        )
        for slug, copies in row["holdings"].items()
        if slug in materials
    )


def _moment(text):
    return timezone.make_aware(datetime.fromisoformat(text))


def _coming(days):
    """Eight in the morning, so many days from now."""
    day = timezone.localtime() + timedelta(days=days)
    return day.replace(hour=8, minute=0, second=0, microsecond=0)


def _read(name):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))
