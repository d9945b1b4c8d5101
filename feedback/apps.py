from django.apps import AppConfig
from django.db.models.signals import post_migrate

from feedback.consent_texts import add_first_version


class FeedbackConfig(AppConfig):
    name = "feedback"
    verbose_name = "Phản ánh, kiến nghị"

    def ready(self):
        post_migrate.connect(add_first_version, sender=self)
