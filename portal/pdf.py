"""PDF files of other people, read at arm's length: `portal/pdf_reader.py` does it in a process of its own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile

from portal import pdf_reader

# What another program needs to start, and nothing of the portal's own settings.
_ENVIRONMENT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


def judge(file) -> dict:
    """`page_count` of a PDF that only shows pages, else its `fault`; see `pdf_reader.judge`."""
    said = _read(file, "judge")
    return json.loads(said) if said else {"fault": "broken"}


def draw_first_page(file, *, width: int, height: int) -> bytes | None:
    """The first page as a PNG that fits into this box; None if it cannot be drawn."""
    return _read(file, "draw", str(width), str(height)) or None


def keep_pages(file) -> tuple[bytes, str]:
    """A PDF that was judged, as a new one that has its pages and nothing else; or nothing, and its fault."""
    content = _read(file, "keep")
    return content, "" if content else "not clean"


def _read(file, *task):
    """What the reader says; nothing if it failed, or had to be stopped."""
    with tempfile.TemporaryFile() as copy:
        file.seek(0)
        shutil.copyfileobj(file, copy)
        copy.seek(0)
        try:
            done = subprocess.run(
                [sys.executable, "-I", pdf_reader.__file__, *task],
                stdin=copy,
                capture_output=True,
                timeout=2 * pdf_reader.SECONDS,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            )
        except subprocess.TimeoutExpired:
            return b""
    return done.stdout if done.returncode == 0 else b""
