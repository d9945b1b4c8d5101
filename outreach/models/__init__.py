from outreach.models.articles import (
    Article,
    ArticleText,
    ArticleVersion,
    Category,
    PreviewLink,
    Tag,
)
from outreach.models.broadcasts import (
    BroadcastColumn,
    BroadcastEvidence,
    BroadcastItem,
    BroadcastStation,
)
from outreach.models.bulletins import BulletinIssue, BulletinItem
from outreach.models.channel_texts import ChannelText, ScriptAudio, SpokenForm
from outreach.models.comments import Comment
from outreach.models.figures import Figure
from outreach.models.information import InformationPage, InformationSection
from outreach.models.library import LibraryFile, Picture
from outreach.models.mailings import Delivery, Mailing
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
    "BroadcastColumn",
    "BroadcastEvidence",
    "BroadcastItem",
    "BroadcastStation",
    "BulletinIssue",
    "BulletinItem",
    "Category",
    "ChannelText",
    "Comment",
    "Delivery",
    "Figure",
    "InformationPage",
    "InformationSection",
    "LibraryFile",
    "Mailing",
    "Material",
    "MaterialCollection",
    "MaterialVersion",
    "Notice",
    "Picture",
    "PreviewLink",
    "ReadingPoint",
    "ReadingPointHolding",
    "RecentVisit",
    "ScriptAudio",
    "SpokenForm",
    "Tag",
    "VisitCount",
    "VisitKind",
]
