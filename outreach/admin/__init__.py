"""The editors' workplace. The order of registration is the order on the screen: the order of the work."""

from django.contrib import admin

from outreach.admin.articles import ArticleAdmin
from outreach.admin.categories import CategoryAdmin, TagAdmin
from outreach.admin.comments import CommentAdmin
from outreach.admin.information import InformationPageAdmin
from outreach.admin.library import LibraryFileAdmin, PictureAdmin
from outreach.admin.materials import MaterialAdmin, MaterialCollectionAdmin
from outreach.admin.notices import NoticeAdmin
from outreach.admin.reading_points import ReadingPointAdmin
from outreach.models import (
    Article,
    Category,
    Comment,
    InformationPage,
    LibraryFile,
    Material,
    MaterialCollection,
    Notice,
    Picture,
    ReadingPoint,
    Tag,
)

for model, model_admin in [
    (Article, ArticleAdmin),
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
