"""What there is to subscribe to. Each domain offers its own sources; the settings name them."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Topic:
    """One thing to follow. `key` is empty where its source has no other."""

    kind: str
    key: str
    name: str

    @property
    def value(self):
        """As forms send it."""
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True)
class News:
    """Something that became public at a moment, of the topic with that key; `path` begins with a slash."""

    key: str
    title: str
    path: str
    at: datetime
    summary: str = ""
    is_sample: bool = False


class TopicSource(Protocol):
    """One kind of topics."""

    # Stands in addresses and rows: "ban-tin", "chuyen-muc", "linh-vuc", "tra-loi", "so-bien-nhan", later "thu-tuc", "co-quan".
    kind: str
    # Sent by a mailing of its own (the e-bulletin), so that no digest tells of it.
    is_mailed_apart: bool

    def heading(self) -> str:
        """The words above its topics on the form, in the present language."""

    def offered(self) -> list[Topic]:
        """The topics that the form shows, in the present language."""

    def topic(self, key: str) -> Topic | None:
        """The topic with that key, offered or not (a procedure is followed from its own page); None if there is none."""

    def news(self, keys: set[str], *, after: datetime, until: datetime) -> list[News]:
        """What became public of these in (after, until], in the present language, oldest first."""


class SingleTopic:
    """What sources with one topic have in common: it has no key."""

    def topic_name(self):
        raise NotImplementedError

    def offered(self):
        return [Topic(self.kind, "", self.topic_name())]

    def topic(self, key):
        return None if key else self.offered()[0]


@cache
def sources() -> dict[str, TopicSource]:
    """By their kinds, in the order of the form."""
    found = [import_string(name)() for name in settings.SUBSCRIPTION_SOURCES]
    return {source.kind: source for source in found}


def topic_of(value: str) -> Topic | None:
    """The topic that a form sent; None of one that does not exist."""
    kind, _, key = value.partition(":")
    source = sources().get(kind)
    return source.topic(key) if source else None
