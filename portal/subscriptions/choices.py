"""The topics that a form shows and that somebody chose, in the present language."""

import re
from dataclasses import dataclass

from portal.subscriptions.topics import Topic, sources, topic_of

# More than fit beside each other: shown when asked for.
MANY = 8
# Of what is not offered to everybody, in one form: a procedure, an agency followed from its own page.
MOST_EXTRAS = 20
# As long as rows keep it. Whatever else was sent is no topic.
_VALUE = re.compile(r"[a-z-]{1,30}:[\w.-]{0,130}", re.ASCII)


@dataclass(frozen=True)
class TopicGroup:
    kind: str
    heading: str
    topics: list[Topic]

    @property
    def has_heading(self):
        """A source with one topic says all in its name."""
        return any(topic.key for topic in self.topics)

    @property
    def is_long(self):
        return len(self.topics) > MANY


def groups_with(values) -> list[TopicGroup]:
    """All that is offered, and what there is beside that of `values`."""
    offered = {kind: source.offered() for kind, source in sources().items()}
    shown = {topic.value for topics in offered.values() for topic in topics}
    others = [value for value in dict.fromkeys(values) if value not in shown]
    others = [value for value in others if _VALUE.fullmatch(value)][:MOST_EXTRAS]
    extras = [topic for topic in map(topic_of, others) if topic is not None]
    groups = [
        TopicGroup(kind, source.heading(), offered[kind] + _of_kind(extras, kind))
        for kind, source in sources().items()
    ]
    return [group for group in groups if group.topics]


def pairs_of(values) -> list[list[str]]:
    """As rows keep them: [[kind, key], …]."""
    return [list(value.partition(":")[::2]) for value in values]


def chosen_topics(pairs) -> list[Topic]:
    """Those of [[kind, key], …] that still exist."""
    topics = (topic_of(f"{kind}:{key}") for kind, key in pairs)
    return [topic for topic in topics if topic is not None]


@dataclass(frozen=True)
class ChosenTopic:
    """A topic where its heading does not stand above it."""

    heading: str
    name: str


def in_words(pairs) -> list[ChosenTopic]:
    return [
        ChosenTopic(sources()[topic.kind].heading() if topic.key else "", topic.name)
        for topic in chosen_topics(pairs)
    ]


def _of_kind(topics, kind):
    return [topic for topic in topics if topic.kind == kind]
