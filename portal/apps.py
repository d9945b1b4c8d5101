"""The admin that the portal uses instead of Django's own."""

import django.contrib.admin.apps as admin_apps


class PortalAdminConfig(admin_apps.AdminConfig):
    # Named in INSTALLED_APPS; `portal` itself does not take it for its own.
    default = False
    default_site = "portal.admin.PortalAdminSite"
