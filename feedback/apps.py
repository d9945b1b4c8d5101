from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

from feedback.consent_texts import add_first_version
from feedback.roles import add_missing_groups


class FeedbackConfig(AppConfig):
    name = "feedback"
    verbose_name = "Phản ánh, kiến nghị"

    def ready(self):
        post_migrate.connect(add_first_version, sender=self)
        # Its turn comes after those of the apps whose permissions the groups are given.
        post_migrate.connect(add_missing_groups, sender=apps.get_app_config("auth"))
