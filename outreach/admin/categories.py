"""How articles are put in order: columns, and the words that articles of several columns share."""

from portal.admin import SlugModelAdmin


class CategoryAdmin(SlugModelAdmin):
    list_display = ["name", "order", "description"]
    list_editable = ["order"]
    search_fields = ["name"]
    fields = ["name", "slug", "description", "order"]


class TagAdmin(SlugModelAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    fields = ["name", "slug"]
    # A version keeps its tags: what was approved does not change when somebody tidies up.
    actions = None

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not obj.versions.exists())
