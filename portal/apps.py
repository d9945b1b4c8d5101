"""The floor itself, and the admin that the portal uses instead of Django's own."""

import django.contrib.admin.apps as admin_apps
from django.apps import AppConfig
from django.contrib import admin
from django.core.checks import Tags, register
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import autodiscover_modules

from portal import checks


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Vận hành"

    def ready(self):
        register(checks.database_keeps_what_it_confirms, Tags.database)
        pre_migrate.connect(_lift_statement_timeout, sender=self)
        post_migrate.connect(_restore_statement_timeout, sender=self)


class PortalAdminConfig(admin_apps.AdminConfig):
    # Named in INSTALLED_APPS; `portal` itself does not take it for its own.
    default = False
    default_site = "portal.admin.PortalAdminSite"

    def ready(self):
        super().ready()
        # Last, below the content of the portal, and when procrastinate has shown its own pages.
        autodiscover_modules("admin_subscribers", "admin_jobs", register_to=admin.site)


def _lift_statement_timeout(*, using, **_others):
    """A statement of a page has seconds; a change of a table in which years have gathered has the time it needs."""
    with connections[using].cursor() as cursor:
        cursor.execute("set statement_timeout = 0")


def _restore_statement_timeout(*, using, **_others):
    with connections[using].cursor() as cursor:
        cursor.execute("reset statement_timeout")
