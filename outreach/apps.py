from django.apps import AppConfig
from django.db.models.signals import post_migrate

from outreach.speech.first_forms import add_first_forms


class OutreachConfig(AppConfig):
    name = "outreach"
    verbose_name = "Thông tin và tuyên truyền"

    def ready(self):
        post_migrate.connect(add_first_forms, sender=self)
