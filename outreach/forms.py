"""What readers write to the editors."""

from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.models import Comment
from portal.forms import GuardedForm, LineFormField, ProseFormField


class CommentForm(GuardedForm, forms.ModelForm):
    name = LineFormField(
        label=_("Tên hiện ra cùng ý kiến"),
        max_length=80,
        help_text=_("Tên thật hoặc tên ông/bà thường dùng. Mọi người đọc được tên này."),
        error_messages={"required": _("Ghi tên ông/bà muốn hiện ra.")},
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    body = ProseFormField(
        label=_("Ý kiến"),
        max_length=2000,
        help_text=_(
            "Nhiều nhất 2.000 chữ cái. Không ghi số điện thoại, số căn cước hay chuyện riêng của người khác."
        ),
        error_messages={"required": _("Ghi ý kiến của ông/bà.")},
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    email = forms.EmailField(
        label=_("Thư điện tử"),
        required=False,
        max_length=254,
        help_text=_("Chỉ để người biên tập hỏi lại khi cần. Không bao giờ hiện ra."),
        error_messages={"invalid": _("Ghi đủ địa chỉ, ví dụ ten@example.vn, hoặc để trống.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    consent = forms.BooleanField(
        label=_("Tôi đồng ý để Cổng giữ địa chỉ thư điện tử này đến khi ý kiến được xem xét"),
        required=False,
        help_text=_("Chỉ cần đánh dấu khi ông/bà ghi thư điện tử."),
    )

    class Meta:
        model = Comment
        fields = ["name", "body", "email"]

    field_order = ["name", "body", "email", "consent"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("email") and not cleaned.get("consent"):
            self.add_error("consent", _("Đánh dấu nếu ông/bà đồng ý, hoặc xóa thư điện tử."))
        return cleaned

    def save_once(self, article):
        """Keep the comment, unless the same page has sent one already, perhaps at this very moment."""
        words = {name: self.cleaned_data[name] for name in self.Meta.fields}
        Comment.objects.get_or_create(form_key=self.form_key, defaults=words | {"article": article})
