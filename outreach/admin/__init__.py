"""The editors' workplace. The order of registration is the order on the screen: the order of the work."""

from django.contrib import admin

from outreach.admin.information import InformationPageAdmin
from outreach.admin.notices import NoticeAdmin
from outreach.models import InformationPage, Notice

for model, model_admin in [
    (Notice, NoticeAdmin),
    (InformationPage, InformationPageAdmin),
]:
    admin.site.register(model, model_admin)
