"""The words of a source for one channel: as they follow from it, or as staff changed them."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from outreach.channel_texts import writing
from outreach.channel_texts.sources import Source
from outreach.models import ChannelText

Channel = ChannelText.Channel


@dataclass(frozen=True)
class ChannelWords:
    channel: str
    title: str
    body: str
    is_edited: bool = False
    # The source has said something else since staff wrote these words.
    is_stale: bool = False
    edited_at: datetime | None = None
    edited_by: AbstractBaseUser | None = None


def channels_of(source) -> list[str]:
    """Loudspeakers speak Vietnamese; what is written in another language is not read out by them."""
    return [
        channel
        for channel in Channel.values
        if channel != Channel.LOUDSPEAKER or source.language == "vi"
    ]


def current(source: Source, channel: str) -> ChannelWords:
    row = _rows(source).filter(channel=channel).select_related("edited_by").first()
    return _as_edited(source, row) if row else fresh(source, channel)


def current_of_all(source: Source) -> list[ChannelWords]:
    rows = {row.channel: row for row in _rows(source).select_related("edited_by")}
    return [
        _as_edited(source, rows[channel]) if channel in rows else fresh(source, channel)
        for channel in channels_of(source)
    ]


def fresh(source: Source, channel: str) -> ChannelWords:
    """As the source gives them now, whatever was edited."""
    title, body = writing.write(source, channel)
    return ChannelWords(channel, title, body)


def save(source: Source, channel: str, *, title: str, body: str, by) -> ChannelWords:
    """Keep what staff wrote. Words that say what the source gives anyway go on following it."""
    written = fresh(source, channel)
    row = _rows(source).filter(channel=channel).first() or _new_row(source, channel)
    row.title = row._meta.get_field("title").to_python(title)
    row.body = row._meta.get_field("body").to_python(body)
    if (row.title, row.body) == (written.title, written.body):
        take_anew(source, channel)
        return written
    row.source_digest, row.edited_at, row.edited_by = source.digest, timezone.now(), by
    row.save()
    return _as_edited(source, row)


def take_anew(source: Source, channel: str) -> bool:
    """Forget what staff wrote; say whether there was anything to forget."""
    _count, deleted = _rows(source).filter(channel=channel).delete()
    return bool(deleted)


def keep(source: Source, channel: str) -> bool:
    """Say that the words of staff hold for the source as it is now."""
    return bool(_rows(source).filter(channel=channel).update(source_digest=source.digest))


def _rows(source):
    return ChannelText.objects.filter(article=source.article, issue=source.issue)


def _new_row(source, channel):
    return ChannelText(article=source.article, issue=source.issue, channel=channel)


def _as_edited(source, row):
    return ChannelWords(
        row.channel,
        row.title,
        row.body,
        is_edited=True,
        is_stale=row.source_digest != source.digest,
        edited_at=row.edited_at,
        edited_by=row.edited_by,
    )
