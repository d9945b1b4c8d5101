"""Rows that procedures share: found by their natural key, made once, kept for the length of one import."""

import hashlib
import re

from portal.text import fold, slugify
from procedures.importing.content import AGENCY_PARTS, Basis, Content
from procedures.importing.parsing import APPLICANTS, remembered
from procedures.models import Agency, Audience, LegalDocument, PublicationDecision, Sector

SLUG_LENGTH = 110


@remembered
def _slugs(name):
    """The address of a name as far as it fits, and whole."""
    return slugify(name, SLUG_LENGTH), slugify(name, 10_000)


class NamedRows:
    """Rows known by the slug of their name: "Sở Tư Pháp" and "Sở Tư pháp" are one agency."""

    def __init__(self, model, describe=lambda name: {}):
        self.model, self.describe = model, describe
        self.rows, self.new = {}, []
        for row in model.objects.only("pk", "name", "slug"):
            self.rows[row.slug] = row
            self.rows.setdefault(slugify(row.name, SLUG_LENGTH), row)

    def __getitem__(self, name: str):
        return self.rows[self.slug(name)]

    def slug(self, name: str) -> str:
        """The slug of the name, with a mark where a long one is cut to the same letters as another."""
        slug, whole = _slugs(name)
        known = self.rows.get(slug)
        is_taken = slug != whole and known is not None and _slugs(known.name)[1] != whole
        if slug and not is_taken:
            return slug
        mark = hashlib.sha256(fold(name).encode()).hexdigest()[:8]
        return f"{slug[: SLUG_LENGTH - 9]}-{mark}".lstrip("-")

    def add(self, name: str):
        slug = self.slug(name)
        if slug not in self.rows:
            self.rows[slug] = self.model(name=name, slug=slug, **self.describe(name))
            self.new.append(self.rows[slug])

    def save_new(self):
        self.model.objects.bulk_create(self.new)
        self.new = []


class References:
    """As large as the catalogue's reference tables, however long the file is."""

    def __init__(self):
        self.sectors = NamedRows(Sector)
        self.audiences = NamedRows(Audience, lambda name: {"order": _audience_order(name)})
        self.agencies = NamedRows(Agency, lambda name: {"kind": agency_kind(name)})
        self.decisions = {
            row.number: row for row in PublicationDecision.objects.only("pk", "number")
        }
        # By slug: "163/QĐ-BTP" and "163/QD-BTP" are one act.
        self.acts = {row.slug: row for row in LegalDocument.objects.all()}

    def ensure(self, contents: list[Content]):
        """Make what these contents name and the tables lack."""
        for content in contents:
            if content.sector:
                self.sectors.add(content.sector)
            for name in content.audiences:
                self.audiences.add(name)
            for part in AGENCY_PARTS:
                for name in getattr(content, part):
                    self.agencies.add(name)
        for rows in (self.sectors, self.audiences, self.agencies):
            rows.save_new()
        self._ensure_decisions(contents)
        self._ensure_acts(
            [basis for content in contents for basis in content.legal_bases if basis.number]
        )

    def act(self, basis: Basis) -> LegalDocument | None:
        """The row of the act that a basis names, however the source writes its number."""
        return self.acts.get(self.act_slug(basis.number))

    @staticmethod
    @remembered
    def act_slug(number: str) -> str:
        return LegalDocument.slug_of(number)

    def words_on(self, basis: Basis) -> str:
        """What a basis says beside its act's row: the source's title, and where it dates or signs the act otherwise."""
        act = self.act(basis)
        if act is None:
            return basis.text
        otherwise = [
            basis.issuer if fold(basis.issuer) not in ("", fold(act.issuer)) else "",
            f"{basis.signed_on:%d-%m-%Y}" if basis.signed_on not in (None, act.signed_on) else "",
        ]
        return (
            f"{basis.text} ({', '.join(filter(None, otherwise))})" if any(otherwise) else basis.text
        )

    def _ensure_decisions(self, contents):
        new = {}
        for content in contents:
            if content.decision and content.decision not in self.decisions:
                issuer = content.issuing[0][:200] if content.issuing else ""
                new[content.decision] = PublicationDecision(number=content.decision, issuer=issuer)
        PublicationDecision.objects.bulk_create(new.values())
        self.decisions |= new

    def _ensure_acts(self, bases):
        """Make missing acts, fill what known ones lack, change nothing that they have."""
        fillable = ("doc_type", "issuer", "signed_on")
        new, filled = {}, {}
        for basis in bases:
            slug = self.act_slug(basis.number)
            act = self.acts.get(slug)
            if act is None:
                act = LegalDocument(number=basis.number, title=basis.title)
                self.acts[slug] = new[slug] = act
            for field in fillable:
                if getattr(basis, field) and not getattr(act, field):
                    setattr(act, field, getattr(basis, field))
                    filled[slug] = act
        LegalDocument.objects.bulk_create(new.values())
        LegalDocument.objects.bulk_update(
            [act for slug, act in filled.items() if slug not in new], fillable
        )


def _audience_order(name):
    return APPLICANTS.index(name) + 1 if name in APPLICANTS else 100


_COMMUNE = re.compile(r"\b(?:cap xa|(?:ubnd|nhan dan) (?:xa|phuong)|xa, phuong)\b")
_PROVINCE = re.compile(r"^so \w|\b(?:tinh|thanh pho|tp)\b")
_CENTRAL = re.compile(
    r"(?:bo|tong cuc|cuc|vu|thu tuong|chinh phu|quoc hoi|ngan hang nha nuoc viet nam)\b"
)


def agency_kind(name: str) -> str:
    """A first guess for the lists; staff correct it."""
    kinds, folded = Agency.Kind, fold(name)
    if _COMMUNE.search(folded):
        return kinds.COMMUNE
    if _PROVINCE.search(folded):
        return kinds.PROVINCE
    return kinds.MINISTRY if _CENTRAL.match(folded) else kinds.OTHER
