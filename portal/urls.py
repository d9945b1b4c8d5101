"""The composition root: every address of the portal starts here."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path
from django.views.generic import TemplateView

from feedback.answer_search import answer_source
from feedback.sitemaps import (
    AnswerSitemap,
    FrequentQuestionSitemap,
    SurveyResultSitemap,
    SurveySitemap,
)
from outreach.search import article_source, material_source
from outreach.sitemaps import (
    ArticleSitemap,
    BroadcastSitemap,
    BulletinSitemap,
    CategorySitemap,
    InformationPageSitemap,
    MaterialSitemap,
    ReadingPointSitemap,
)
from outreach.views import library
from portal import views
from portal.sitemaps import PageSitemap
from portal.styleguide import styleguide
from procedures.sitemaps import (
    AgencySitemap,
    HandbookSitemap,
    LegalDocumentSitemap,
    ProcedureSitemap,
    SectorSitemap,
    ServicePointSitemap,
)
from procedures.views.search import procedure_source

SEARCH_SOURCES = [procedure_source, answer_source, article_source, material_source]
SITEMAPS = {
    "pages": PageSitemap(
        "home",
        "procedures:procedure_list",
        "procedures:sector_list",
        "procedures:agency_list",
        "procedures:service_point_list",
        "procedures:legal_document_list",
        "procedures:deadline_calculator",
        "feedback:ticket_new",
        "feedback:lookup",
        "feedback:public_answer_list",
        "feedback:question_list",
        "feedback:ledger",
        "feedback:receipt_check",
        "feedback:ticket_statistics",
        "feedback:intake_channels",
        "feedback:survey_list",
        "feedback:survey_result_list",
        "outreach:channels",
        "outreach:article_list",
        "outreach:material_list",
        "outreach:reading_point_list",
        "outreach:bulletin_list",
        "outreach:broadcast_list",
        "subscriptions:subscribe",
        "site_map",
    ),
    "procedures": ProcedureSitemap,
    "sectors": SectorSitemap,
    "agencies": AgencySitemap,
    "service_points": ServicePointSitemap,
    "legal_documents": LegalDocumentSitemap,
    "handbooks": HandbookSitemap,
    "answers": AnswerSitemap,
    "frequent_questions": FrequentQuestionSitemap,
    "surveys": SurveySitemap,
    "survey_results": SurveyResultSitemap,
    "information": InformationPageSitemap,
    "articles": ArticleSitemap,
    "categories": CategorySitemap,
    "materials": MaterialSitemap,
    "reading_points": ReadingPointSitemap,
    "bulletin_issues": BulletinSitemap,
    "broadcasts": BroadcastSitemap,
}

urlpatterns = [
    # Pages for people, in every language of the portal
    *i18n_patterns(
        path("", TemplateView.as_view(template_name="portal/home.html"), name="home"),
        path("", include("procedures.urls")),
        path("", include("outreach.urls")),
        path("", include("feedback.urls")),
        # Đăng ký nhận tin
        path("dang-ky-nhan-tin/", include("portal.subscriptions.urls")),
        # Tìm kiếm
        path("tim-kiem/", views.search, {"sources": SEARCH_SOURCES}, name="search"),
        # Sơ đồ trang
        path(
            "so-do-trang/",
            TemplateView.as_view(template_name="portal/site_map.html"),
            name="site_map",
        ),
        # Kiểu dáng
        path("kieu-dang/", styleguide, name="styleguide"),
        prefix_default_language=False,
    ),
    # Ảnh và tệp của thư viện
    path("hinh-anh/<key>/<rendition>", library.picture, name="picture"),
    path("tep/<key>/", library.library_file, name="library_file"),
    # For programs
    path("tim-kiem.json", views.search_json, {"sources": SEARCH_SOURCES}, name="search_json"),
    path("api/georeport/v2/", include("feedback.georeport_urls")),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
    # Máy chủ
    path("healthz", views.health, name="health"),
    path("readyz", views.readiness, name="readiness"),
    path(settings.ADMIN_PATH, admin.site.urls),
]

handler400 = "portal.views.bad_request"
handler403 = "portal.views.permission_denied"
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"
