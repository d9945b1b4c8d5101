from django.contrib import admin

from portal.admin import ModelAdmin


class SynonymAdmin(ModelAdmin):
    list_display = ["term", "meaning_text", "is_active", "note"]
    list_filter = ["is_active"]
    search_fields = ["term", "note"]
    ordering = ["folded_term", "pk"]
    fields = ["term", "meanings", "is_active", "note"]

    @admin.display(description="cách thủ tục viết")
    def meaning_text(self, synonym):
        return " · ".join(synonym.meanings)
