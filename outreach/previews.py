"""Articles shown before they are public: to staff, and at private addresses that end by themselves or are taken back."""

import hashlib
import re
import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import get_script_prefix
from django.utils import timezone

from outreach.models import Article, LibraryFile, Picture, PreviewLink

DAYS = (1, 3, 7)
# 32 letters of base64: 192 random bits.
TOKEN_BYTES = 24
MOST_OPEN_LINKS = 20


def create_link(article, *, by, days, now=None):
    """A new private address; its token is known now and never again."""
    now = now or timezone.now()
    if days not in DAYS:
        raise ValidationError("Liên kết xem trước dùng được 1, 3 hoặc 7 ngày.")
    if open_links(article, now).count() >= MOST_OPEN_LINKS:
        raise ValidationError(
            f"Bài này đã có {MOST_OPEN_LINKS} liên kết còn dùng được. Xin thu hồi bớt rồi tạo mới."
        )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = PreviewLink.objects.create(
        article=article,
        token_hash=_hash(token),
        created_by=by,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    return link, token


def revoke_link(link, *, now=None):
    """Close an address at once. Say whether it was open."""
    now = now or timezone.now()
    still_open = PreviewLink.objects.filter(pk=link.pk, revoked_at=None, expires_at__gt=now)
    return bool(still_open.update(revoked_at=now))


def open_links(article, at=None):
    """Those that still lead to the article."""
    links = article.preview_links.filter(revoked_at=None, expires_at__gt=at or timezone.now())
    return links.select_related("created_by").order_by("expires_at", "pk")


def article_at(token, at=None):
    """The article that a private address leads to; None if it leads nowhere, whatever the reason."""
    links = PreviewLink.objects.filter(
        token_hash=_hash(token), revoked_at=None, expires_at__gt=at or timezone.now()
    )
    return Article.objects.filter(preview_links__in=links).first()


def pictures_of(version):
    return Picture.objects.filter(Q(pk=version.cover_id) | Q(versions=version)).distinct()


def files_of(version):
    return LibraryFile.objects.filter(Q(versions=version) | Q(linking_versions=version)).distinct()


def with_private_addresses(html, version, base):
    """A page in which the pictures and files of the version lead below `base`, as they are not public yet."""
    keys = {
        *pictures_of(version).values_list("key", flat=True),
        *files_of(version).values_list("key", flat=True),
    }
    root = re.escape(get_script_prefix())
    own = re.compile(rf"(?<=[\"'\s,]){root}(hinh-anh|tep)/([a-z0-9]{{16}})/")

    def moved(match):
        return f"{base}{match[1]}/{match[2]}/" if match[2] in keys else match[0]

    return own.sub(moved, html)


def _hash(token):
    return hashlib.sha256(token.encode()).hexdigest()
