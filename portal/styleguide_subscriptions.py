"""What there is to subscribe to, for the style guide: a topic alone, a short group, and one that is folded."""

from django import forms

from portal.subscriptions.choices import MANY, TopicGroup
from portal.subscriptions.forms import TopicsField
from portal.subscriptions.topics import Topic


class SampleTopicsForm(forms.Form):
    topics = TopicsField(label="Nhận tin về")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["topics"].offer(GROUPS)


def _group(kind, heading, names):
    topics = [Topic(kind, f"muc-{number}", name) for number, name in enumerate(names)]
    return TopicGroup(kind, heading, topics)


GROUPS = [
    TopicGroup("ban-tin", "Bản tin", [Topic("ban-tin", "", "Bản tin điện tử")]),
    _group("chuyen-muc", "Tin tức theo chuyên mục", ["Chính sách mới", "Gương người tốt"]),
    _group("linh-vuc", "Thủ tục theo lĩnh vực", [f"Lĩnh vực {n}" for n in range(1, MANY + 3)]),
]
