from django.urls import path

from outreach import feeds
from outreach.views import (
    articles,
    broadcasts,
    bulletins,
    channels,
    comments,
    information,
    materials,
    previews,
    reading_points,
)

app_name = "outreach"

urlpatterns = [
    # Về Cổng
    path("ve-cong/<slug:slug>/", information.information_page, name="information_page"),
    # Tài liệu
    path("tai-lieu/", materials.material_list, name="material_list"),
    path("tai-lieu/<slug:slug>/", materials.material, name="material"),
    path("tai-lieu/<slug:slug>/tep/<int:number>/", materials.material_file, name="material_file"),
    path(
        "tai-lieu/<slug:slug>/tep/<int:number>/phu-de/",
        materials.captions,
        name="material_captions",
    ),
    path(
        "tai-lieu/<slug:slug>/tep/<int:number>/anh/",
        materials.first_page,
        name="material_first_page",
    ),
    # Điểm đọc tài liệu
    path("diem-doc/", reading_points.reading_point_list, name="reading_point_list"),
    path("diem-doc/<slug:slug>/", reading_points.reading_point, name="reading_point"),
    # Kênh tin
    path("nguon-tin/", channels.channels, name="channels"),
    path("tin-tuc/atom.xml", feeds.news_feed, name="news_feed"),
    path("tin-tuc/rss.xml", feeds.news_rss, name="news_rss"),
    path("tin-tuc/chuyen-muc/<slug:slug>/atom.xml", feeds.category_feed, name="category_feed"),
    path("tin-tuc/nhung/", channels.embedded_news, name="embedded_news"),
    path("tin-tuc/tin-moi.json", channels.news_json, name="news_json"),
    # Bản tin
    path("ban-tin/", bulletins.bulletin_list, name="bulletin_list"),
    path("ban-tin/atom.xml", feeds.bulletin_feed, name="bulletin_feed"),
    path("ban-tin/so-moi-nhat/", bulletins.newest_issue, name="bulletin_newest"),
    path("ban-tin/<int:year>/<int:number>/", bulletins.bulletin_issue, name="bulletin_issue"),
    path(
        "ban-tin/<int:year>/<int:number>/ban-in.pdf",
        bulletins.bulletin_issue_pdf,
        name="bulletin_issue_pdf",
    ),
    # Phát thanh, báo chí
    path("phat-thanh/", broadcasts.broadcast_list, name="broadcast_list"),
    path("phat-thanh/so-lieu.csv", broadcasts.broadcast_csv, name="broadcast_csv"),
    path("phat-thanh/<int:pk>/", broadcasts.broadcast_item, name="broadcast_item"),
    # Xem trước
    path("xem-truoc/<str:token>/", previews.preview, name="preview"),
    path(
        "xem-truoc/<str:token>/hinh-anh/<slug:key>/<str:rendition>",
        previews.preview_picture_by_token,
        name="preview_picture",
    ),
    path(
        "xem-truoc/<str:token>/tep/<slug:key>/",
        previews.preview_file_by_token,
        name="preview_file",
    ),
    # Tin tức
    path("tin-tuc/", articles.article_list, name="article_list"),
    path("tin-tuc/chuyen-muc/<slug:slug>/", articles.category, name="category"),
    path("tin-tuc/the/<slug:slug>/", articles.tag, name="tag"),
    path("tin-tuc/<int:year>/", articles.article_year, name="article_year"),
    path("tin-tuc/<int:year>/<int:month>/", articles.article_month, name="article_month"),
    path("tin-tuc/<int:year>/<int:month>/<int:day>/", articles.article_day, name="article_day"),
    path("tin-tuc/<slug:slug>/", articles.article, name="article"),
    # Ý kiến bạn đọc
    path("tin-tuc/<slug:slug>/y-kien/", comments.comment_new, name="comment_new"),
    path("tin-tuc/<slug:slug>/y-kien/da-gui/", comments.comment_sent, name="comment_sent"),
]
