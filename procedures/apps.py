from django.apps import AppConfig
from django.db.models.signals import post_migrate

from procedures.term_rules import add_missing_rules


class ProceduresConfig(AppConfig):
    name = "procedures"
    verbose_name = "Danh mục thủ tục"

    def ready(self):
        post_migrate.connect(add_missing_rules, sender=self)
