"""Files that people send: judged by content, kept under names that tell nothing, handed out by views."""

import secrets
from pathlib import PurePath

from django.core.files.storage import storages

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def private_files():
    """Where files lie: outside every public folder. Django asks when it needs it."""
    return storages["default"]


def new_key() -> str:
    """Sixteen letters that name a file in addresses and on disk: 79 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(16))


def new_file_name(instance, name: str) -> str:
    """Where a file is kept. Nothing of the name that was sent remains but its ending, which was judged."""
    key = new_key()
    return f"{instance._meta.model_name}/{key[:2]}/{key}{PurePath(name).suffix.lower()}"
