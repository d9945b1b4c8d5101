"""What every feed of the portal shares."""

import re
from datetime import UTC, datetime

from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.cache import cache_control

kept_for_minutes = cache_control(public=True, max_age=300)

# What a feed with nothing in it says of its last change: its bytes, and so its ETag, stay the same.
NEVER = datetime(2020, 1, 1, tzinfo=UTC)

# XML 1.0 has no way to write these, not even escaped.
_IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class SteadyFeed(Feed):
    """A feed whose every address is built from SITE_URL, so that no Host header enters."""

    item_guid_is_permalink = True

    def __call__(self, request, *args, **kwargs):
        response = super().__call__(request, *args, **kwargs)
        # When something is taken down the newest date goes back; by the ETag the change is seen.
        del response.headers["Last-Modified"]
        return response


class SteadyAtom(Atom1Feed):
    def latest_post_date(self):
        return super().latest_post_date() if self.items else NEVER


def possible(text):
    """Without the letters that no XML can hold."""
    return _IMPOSSIBLE.sub("", text)
