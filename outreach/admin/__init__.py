"""The editors' workplace. The order of registration is the order on the screen: the order of the work."""

from django.contrib import admin

from outreach.admin.articles import ArticleAdmin
from outreach.admin.broadcasts import BroadcastItemAdmin, BroadcastStationAdmin
from outreach.admin.bulletins import BulletinIssueAdmin
from outreach.admin.categories import CategoryAdmin, TagAdmin
from outreach.admin.channel_texts import ChannelTextAdmin
from outreach.admin.comments import CommentAdmin
from outreach.admin.figures import FigureAdmin
from outreach.admin.information import InformationPageAdmin
from outreach.admin.library import LibraryFileAdmin, PictureAdmin
from outreach.admin.materials import MaterialAdmin, MaterialCollectionAdmin
from outreach.admin.notices import NoticeAdmin
from outreach.admin.reading_points import ReadingPointAdmin
from outreach.admin.spoken_forms import SpokenFormAdmin
from outreach.models import (
    Article,
    BroadcastItem,
    BroadcastStation,
    BulletinIssue,
    Category,
    ChannelText,
    Comment,
    Figure,
    InformationPage,
    LibraryFile,
    Material,
    MaterialCollection,
    Notice,
    Picture,
    ReadingPoint,
    SpokenForm,
    Tag,
)

for model, model_admin in [
    (Article, ArticleAdmin),
    (BulletinIssue, BulletinIssueAdmin),
    (Figure, FigureAdmin),
    (ChannelText, ChannelTextAdmin),
    (SpokenForm, SpokenFormAdmin),
    (BroadcastItem, BroadcastItemAdmin),
    (BroadcastStation, BroadcastStationAdmin),
    (Comment, CommentAdmin),
    (Picture, PictureAdmin),
    (LibraryFile, LibraryFileAdmin),
    (Category, CategoryAdmin),
    (Tag, TagAdmin),
    (Material, MaterialAdmin),
    (MaterialCollection, MaterialCollectionAdmin),
    (ReadingPoint, ReadingPointAdmin),
    (Notice, NoticeAdmin),
    (InformationPage, InformationPageAdmin),
]:
    admin.site.register(model, model_admin)
