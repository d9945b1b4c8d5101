"""The floor itself, and the admin that the portal uses instead of Django's own."""

import django.contrib.admin.apps as admin_apps
from django.apps import AppConfig
from django.contrib import admin
from django.core.checks import Tags, register
from django.utils.module_loading import autodiscover_modules

from portal import checks


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Vận hành"

    def ready(self):
        register(checks.database_keeps_what_it_confirms, Tags.database)


class PortalAdminConfig(admin_apps.AdminConfig):
    # Named in INSTALLED_APPS; `portal` itself does not take it for its own.
    default = False
    default_site = "portal.admin.PortalAdminSite"

    def ready(self):
        super().ready()
        # Last, below the content of the portal, and when procrastinate has shown its own pages.
        autodiscover_modules("admin_subscribers", "admin_jobs", register_to=admin.site)
