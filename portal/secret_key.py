"""The secret key of a development checkout, so that no key stands in the repository."""

from contextlib import suppress
from tempfile import NamedTemporaryFile

from django.core.management.utils import get_random_secret_key


def kept_secret_key(folder):
    """Return the key kept in this folder, made at the first call."""
    path = folder / "secret_key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        # Private and complete before it gets its name. Of two processes at once, the first one's key stays.
        with NamedTemporaryFile("w", dir=folder, prefix="secret_key.") as file:
            file.write(get_random_secret_key())
            file.flush()
            with suppress(FileExistsError):
                path.hardlink_to(file.name)
    return path.read_text()
