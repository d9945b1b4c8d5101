"""The composition root: every address of the portal starts here."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("procedures.urls")),
    path(settings.ADMIN_PATH, admin.site.urls),
]
