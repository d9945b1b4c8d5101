from outreach.models.articles import (
    Article,
    ArticleText,
    ArticleVersion,
    Category,
    PreviewLink,
    Tag,
)
from outreach.models.comments import Comment
from outreach.models.information import InformationPage, InformationSection
from outreach.models.library import LibraryFile, Picture
from outreach.models.materials import (
    Material,
    MaterialCollection,
    MaterialVersion,
    ReadingPoint,
    ReadingPointHolding,
)
from outreach.models.notices import Notice
from outreach.models.visits import RecentVisit, VisitCount, VisitKind

__all__ = [
    "Article",
    "ArticleText",
    "ArticleVersion",
    "Category",
    "Comment",
    "InformationPage",
    "InformationSection",
    "LibraryFile",
    "Material",
    "MaterialCollection",
    "MaterialVersion",
    "Notice",
    "Picture",
    "PreviewLink",
    "ReadingPoint",
    "ReadingPointHolding",
    "RecentVisit",
    "Tag",
    "VisitCount",
    "VisitKind",
]
