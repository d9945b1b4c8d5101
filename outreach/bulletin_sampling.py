"""Sample issues of the e-bulletin, made of the sample articles and materials and of what the portal counts."""

import json
from datetime import date, datetime
from pathlib import Path

from django.utils import timezone

from outreach import bulletins, figure_work
from outreach.models import Article, ArticleVersion, BulletinIssue, BulletinItem, Material

SAMPLE = Path(__file__).resolve().parent / "sample/bulletins.json"


def add_issues(library):
    """The issues that are missing. One piece whose source is no longer public is left out."""
    known = set(BulletinIssue.objects.values_list("year", "number"))
    rows = json.loads(SAMPLE.read_text(encoding="utf-8"))
    missing = [row for row in rows if (row["year"], row["number"]) not in known]
    for row in missing:
        _add_issue(row, library)
    return len(missing)


def _add_issue(row, library):
    moment = timezone.now()
    if "published" in row:
        moment = timezone.make_aware(datetime.fromisoformat(row["published"]))
    cover = library.picture(row["cover"])
    issue = BulletinIssue.objects.create(
        **{name: row[name] for name in ("year", "number", "title", "lead")},
        cover=cover,
        cover_alt=cover.alt,
        is_sample=True,
        created_at=moment,
        changed_at=moment,
    )
    items = [_item(issue, piece) for piece in row["pieces"]]
    bulletins.add_pieces(issue, [item for item in items if item])
    bulletins.submit(issue, by=None, now=moment)
    bulletins.approve(issue, by=None, now=moment)


def _item(issue, piece):
    """An unsaved piece; None where nobody may read its source, or there is nothing to count."""
    section = piece["section"]
    if "article" in piece:
        public = Article.objects.filter(versions__in=ArticleVersion.objects.public())
        article = public.filter(slug=piece["article"]).first()
        return article and bulletins.article_item(issue, article, section=section)
    if "material" in piece:
        material = Material.objects.published().filter(slug=piece["material"]).first()
        return material and bulletins.material_item(issue, material, section=section)
    if "figure" in piece:
        return _figure_item(issue, piece)
    return BulletinItem(
        issue=issue,
        kind=BulletinItem.Kind.TEXT,
        section=section,
        title=piece["title"],
        text=piece["text"],
    )


def _figure_item(issue, piece):
    span = [date.fromisoformat(piece[name]) for name in ("start", "end") if name in piece]
    figure = figure_work.measure(piece["figure"], *span)
    if figure is None or not (figure.value or figure.whole):
        return None
    figure.is_sample = True
    figure.save()
    item = bulletins.figure_item(issue, figure, section=piece["section"])
    item.title = piece.get("title", item.title)
    return item
