from django.urls import path

from portal.subscriptions import views

app_name = "subscriptions"

urlpatterns = [
    path("", views.subscribe, name="subscribe"),
    path("gui/", views.quick, name="quick"),
    path("da-gui/", views.sent, name="sent"),
    path("xac-nhan/<slug:token>/", views.confirm, name="confirm"),
    # Xem, đổi, xóa
    path("quan-ly/", views.manage_link, name="manage_link"),
    path("quan-ly/da-gui/", views.manage_link_sent, name="manage_link_sent"),
    path("quan-ly/<str:token>/", views.manage, name="manage"),
    path("quan-ly/<str:token>/du-lieu.json", views.kept_data, name="kept_data"),
    # Thôi nhận
    path("thoi/<slug:key>/<slug:part>/", views.unsubscribe, name="unsubscribe"),
]
