"""Which words that staff changed may be out of date, over all sources."""

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from outreach.channel_texts.sources import source_of_article, source_of_issue
from outreach.models import ArticleVersion, ChannelText


def stale_texts():
    """The rows whose source says something else since they were written, or since they were found to hold still."""
    stale = [text.pk for text in _suspects() if text.source_digest != _digest_now(text)]
    # No row has the key 0; what is known to be empty would be missing where queues are counted together.
    return ChannelText.objects.filter(pk__in=stale or [0])


def _suspects():
    """Those whose source was touched since: only they are read and compared."""
    touched = ArticleVersion.objects.filter(article=OuterRef("article")).filter(
        Q(saved_at__gt=OuterRef("edited_at"))
        | Q(public_from__gt=OuterRef("edited_at"), public_from__lte=timezone.now())
        | Q(public_until__gt=OuterRef("edited_at"), public_until__lte=timezone.now())
    )
    return ChannelText.objects.filter(
        Q(issue__changed_at__gt=F("edited_at"))
        | Q(issue__corrected_at__gt=F("edited_at"))
        | Exists(touched)
    ).select_related("article", "issue")


def _digest_now(text):
    source = source_of_article(text.article) if text.article else source_of_issue(text.issue)
    return source.digest
