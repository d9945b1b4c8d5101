"""Where staff write what every page announces."""

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils import timezone

from portal.admin import ModelAdmin


class NoticeAdmin(ModelAdmin):
    list_display = ["words", "state", "shown_from", "shown_until"]
    list_filter = ["kind"]
    search_fields = ["text"]
    ordering = ["-shown_from", "-pk"]
    readonly_fields = ["preview"]
    fieldsets = [
        (None, {"fields": ["kind", "text"]}),
        ("Giờ bảo trì", {"fields": ["starts_at", "ends_at"]}),
        ("Hiện trên Cổng", {"fields": ["shown_from", "shown_until", "preview"]}),
    ]

    @admin.display(description="câu hiện ra")
    def words(self, notice):
        return render_to_string("outreach/_notice_words.html", {"notice": notice})

    @admin.display(description="người dân đọc thấy")
    def preview(self, notice):
        return self.words(notice) if notice.pk else "Lưu rồi mới xem được câu hiện ra."

    @admin.display(description="tình trạng")
    def state(self, notice):
        now = timezone.now()
        if notice.is_to_come(now):
            return "sắp hiện"
        return "đang hiện" if notice.is_in_force(now) else "đã hết"
