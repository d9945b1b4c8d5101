"""The forms with which people subscribe, ask for the link to their own data, and change what they get."""

from datetime import timedelta
from itertools import islice

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from portal.forms import GuardedForm, PortalBoundField
from portal.models import Subscriber
from portal.subscriptions import choices
from portal.subscriptions.requesting import normal_address

BULLETIN_TOPIC = "ban-tin:"


class MailboxField(forms.EmailField):
    """An address, in the one spelling under which its mailbox is known."""

    widget = forms.EmailInput(attrs={"autocomplete": "email"})
    default_error_messages = {
        "required": _("Ghi địa chỉ thư điện tử của ông/bà."),
        "invalid": _("Ghi đủ địa chỉ thư, không dấu, không cách. Ví dụ: ten@example.vn."),
        "max_length": _("Địa chỉ thư quá dài. Ông/bà xem lại."),
    }

    def __init__(self, **options):
        super().__init__(**{"label": _("Địa chỉ thư điện tử"), "max_length": 254} | options)
        self.error_messages["max_length"] = self.default_error_messages["max_length"]

    def clean(self, value):
        return normal_address(super().clean(value))


class TopicsBoundField(PortalBoundField):
    @property
    def groups(self):
        """Each group of topics with its boxes, and whether one of them is ticked."""
        boxes = iter(self)
        for group in self.field.groups:
            of_group = list(islice(boxes, len(group.topics)))
            yield group, of_group, any(box.data["selected"] for box in of_group)


class TopicsField(forms.MultipleChoiceField):
    """Boxes to tick, for what is offered and for what `show` is told beside that."""

    widget = forms.CheckboxSelectMultiple
    bound_field_class = TopicsBoundField

    def __init__(self, **options):
        super().__init__(template_name="subscriptions/_topics_field.html", **options)
        self.groups = []

    def show(self, values):
        self.offer(choices.groups_with(values))

    def offer(self, groups):
        self.groups = groups
        self.choices = [(topic.value, topic.name) for group in groups for topic in group.topics]


class TopicsForm(forms.Form):
    """Topics, and when what is new of them is sent."""

    topics = TopicsField(
        label=_("Nhận tin về"),
        error_messages={
            "required": _("Đánh dấu ít nhất một chủ đề."),
            "invalid_choice": _("Một chủ đề ông/bà chọn không còn nữa. Ông/bà chọn lại."),
        },
    )
    frequency = forms.ChoiceField(
        label=_("Gửi tin mới khi nào"),
        choices=Subscriber.Frequency,
        initial=Subscriber.Frequency.DAILY,
        widget=forms.RadioSelect,
        help_text=_("Không có tin mới thì không có thư. Bản tin điện tử gửi khi ra số mới."),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Chọn một trong ba cách.")),
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["topics"].show(self["topics"].value() or [])

    def clean_topics(self):
        return choices.pairs_of(self.cleaned_data["topics"])


class SubscribeForm(TopicsForm, GuardedForm):
    email = MailboxField(
        help_text=_("Cổng gửi vào đây một thư để ông/bà xác nhận. Chưa xác nhận thì chưa nhận gì.")
    )

    field_order = ["email", "topics", "frequency"]

    @classmethod
    def of_one_field(cls, data):
        """As if whoever typed an address into the one field of another page had ticked the bulletin here."""
        now = timezone.now()
        opened_at = now - timedelta(seconds=cls.LEAST_SECONDS)
        filled_in = {
            "email": [data.get("email", "")],
            "website": [data.get("website", "")],
            "topics": [BULLETIN_TOPIC],
            "frequency": [Subscriber.Frequency.DAILY],
            "stamp": [cls.new_stamp(opened_at)],
        }
        return cls(MultiValueDict(filled_in), now=now)


class ManageLinkForm(GuardedForm):
    email = MailboxField()


class ManageForm(TopicsForm):
    language = forms.ChoiceField(
        label=_("Ngôn ngữ của thư"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Chọn một ngôn ngữ.")),
    )


class EraseForm(forms.Form):
    is_sure = forms.BooleanField(
        label=_("Tôi muốn xóa hết"),
        error_messages={"required": _("Đánh dấu ô này rồi bấm lần nữa.")},
    )
