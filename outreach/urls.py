from django.urls import path

from outreach.views import information

app_name = "outreach"

urlpatterns = [
    # Về Cổng
    path("ve-cong/<slug:slug>/", information.information_page, name="information_page"),
]
