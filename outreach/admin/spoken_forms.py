"""How short things are said aloud, which staff add as their province writes them."""

from portal.admin import ModelAdmin


class SpokenFormAdmin(ModelAdmin):
    list_display = ["written", "spoken"]
    list_editable = ["spoken"]
    search_fields = ["written", "spoken"]
    search_help_text = "Chữ viết tắt, hoặc cách đọc; có dấu hay không dấu đều được."
    actions = None
