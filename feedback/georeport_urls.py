"""The addresses of GeoReport v2, as the standard writes them."""

from django.urls import re_path

from feedback.views import georeport

app_name = "georeport"

FORM = r"\.(?P<form>json|xml)$"

urlpatterns = [
    re_path(f"^discovery{FORM}", georeport.discovery, name="discovery"),
    re_path(f"^services{FORM}", georeport.services, name="services"),
    re_path(rf"^services/(?P<code>\w+){FORM}", georeport.service, name="service"),
    re_path(f"^requests{FORM}", georeport.requests, name="requests"),
    re_path(r"^requests/(?P<number>\d{1,9})" + FORM, georeport.request_by_number, name="request"),
]
