"""A loudspeaker script read by a machine voice: eSpeak NG and lame, two programs of Debian that a server may lack.

Nobody waits for it. `ask` notes what is wanted, the worker reads the script, and `state` tells what to show.
"""

import hashlib
import logging
import os
import shutil
import subprocess
import tempfile
import wave
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from outreach.channel_texts import texts
from outreach.channel_texts.sources import source_of_article, source_of_issue
from outreach.models import ChannelText, ScriptAudio
from outreach.speech.forms import spoken_forms
from outreach.speech.reading import spoken
from portal import jobs
from portal.file_kinds import SOUNDS
from portal.files import NOT_KEPT, FileNotKept, inspect

logger = logging.getLogger(__name__)

_TASK = "outreach.tasks.read_script"
VOICE, VOICE_NAME = "vi", "giọng máy eSpeak NG"
# Its "words a minute": measured, 190 syllables, slower than an announcer, for open air.
SPEED = 130
# Half an hour. Reading so much took 3 seconds, writing the MP3 20.
LONGEST = 20_000
SECONDS = 120
KILOBITS = 48

QUALITY = (
    "giọng máy eSpeak NG, nghe được nhưng không như người đọc; phát thanh chính thức nên để phát"
    " thanh viên đọc"
)
NOT_AVAILABLE = (
    "Máy chủ chưa có giọng đọc tiếng Việt. Người quản trị máy chủ cài hai chương trình espeak-ng và"
    " lame thì làm được tệp đọc; không có vẫn in lời và đọc bình thường."
)
TOO_LONG = "Lời dài quá 20.000 ký tự. Xin rút ngắn lời rồi làm lại."
EMPTY = "Chưa có lời để đọc."
FAILED = (
    "Máy chưa đọc được lời này. Xin làm lại; nếu vẫn không được thì báo người quản trị máy chủ."
)


class NotRead(Exception):
    """The machine could not read a script; the message says why."""


@dataclass(frozen=True)
class AudioState:
    """What to show of the reading of one source; `words` say it to staff."""

    is_available: bool
    audio: ScriptAudio | None
    is_outdated: bool = False

    @property
    def is_asked(self):
        return bool(self.audio) and self.audio.is_asked

    @property
    def error(self):
        return self.audio.error if self.audio and not self.is_asked else ""

    @property
    def is_ready(self):
        """Whether there is a file to hear; it may be one of an earlier script."""
        return bool(self.audio) and bool(self.audio.file)

    @property
    def words(self):
        if self.is_asked:
            return "Máy đang đọc, thường xong trong một phút. Tải lại trang để xem."
        if self.error:
            return self.error
        if self.is_outdated:
            return "Lời đã thay đổi sau khi máy đọc. Nên làm lại tệp đọc."
        if self.is_ready:
            return f"Đã có tệp đọc: {QUALITY}."
        if not self.is_available:
            return NOT_AVAILABLE
        return f"Chưa có tệp đọc. Máy sẽ đọc bằng {QUALITY}."


def is_available() -> bool:
    speaker, encoder = _programs()
    return bool(speaker and encoder) and _speaks_vietnamese(speaker)


def state(source) -> AudioState:
    audio = ScriptAudio.objects.filter(article=source.article, issue=source.issue).first()
    is_made = bool(audio) and bool(audio.file)
    is_outdated = is_made and audio.script_digest != _digest(_script(source))
    return AudioState(is_available(), audio, is_outdated)


@transaction.atomic
def ask(source, by) -> ScriptAudio:
    """Have the present script read, anew if it was read before."""
    audio, _is_new = ScriptAudio.objects.update_or_create(
        article=source.article,
        issue=source.issue,
        defaults={
            "title": source.title[:200],
            "asked_at": timezone.now(),
            "asked_by": by,
            "error": "",
        },
    )
    jobs.defer(_TASK, once=f"{_TASK}.{audio.pk}", audio_id=audio.pk)
    return audio


def make(audio):
    """Read the script of this row as it is now, and keep the file or what went wrong."""
    # Of the moment before the script is looked up: whoever asks from now on waits for another reading.
    audio.made_at = timezone.now()
    source = source_of_article(audio.article) if audio.article else source_of_issue(audio.issue)
    words = _script(source)
    try:
        # What staff wrote may have numbers and short forms.
        said = spoken(words.body, spoken_forms())
        _keep(audio, words, *read_aloud(said, title=words.title))
    except NotRead as failure:
        ScriptAudio.objects.filter(pk=audio.pk).update(error=str(failure))
    except FileNotKept:
        logger.exception("A reading was not kept.")
        ScriptAudio.objects.filter(pk=audio.pk).update(error=NOT_KEPT)


def _keep(audio, words, mp3, duration):
    audio.title, audio.error = words.title[:200], ""
    audio.file, audio.size, audio.duration = mp3, mp3.size, duration
    audio.voice, audio.script_digest = VOICE_NAME, _digest(words)
    audio.save(
        update_fields=[
            "title",
            "error",
            "file",
            "size",
            "duration",
            "voice",
            "script_digest",
            "made_at",
        ]
    )


def read_aloud(text, *, title) -> tuple[ContentFile, int]:
    """The MP3 with its title, and its length in seconds. Raises NotRead."""
    if not text.strip():
        raise NotRead(EMPTY)
    if len(text) > LONGEST:
        raise NotRead(TOO_LONG)
    if not is_available():
        raise NotRead(NOT_AVAILABLE)
    speaker, encoder = _programs()
    with tempfile.TemporaryDirectory() as folder:
        sound, mp3 = Path(folder, "loi.wav"), Path(folder, "loi.mp3")
        # Words in capitals it would spell.
        _run([speaker, "-v", VOICE, "-s", str(SPEED), "--stdin", "-w", sound], text.lower())
        duration = _length(sound)
        _run([encoder, "--quiet", "-q", "7", "-b", str(KILOBITS), *_tags(title), sound, mp3])
        file = ContentFile(mp3.read_bytes(), name=mp3.name)
    try:
        inspect(file, SOUNDS)
    except ValidationError as failure:
        raise NotRead(FAILED) from failure
    return file, duration


def _script(source):
    return texts.current(source, ChannelText.Channel.LOUDSPEAKER)


def _digest(words):
    return hashlib.sha256(f"{words.title}\n{words.body}".encode()).hexdigest()


def _programs():
    return shutil.which("espeak-ng"), shutil.which("lame")


@cache
def _speaks_vietnamese(speaker):
    listed = subprocess.run([speaker, "--voices=vi"], capture_output=True, timeout=10, text=True)
    return any(line.split()[1:2] == [VOICE] for line in listed.stdout.splitlines())


def _tags(title):
    return ["--id3v2-only", "--id3v2-utf16", "--tt", title, "--ta", VOICE_NAME]


def _run(command, text=""):
    """Both programs take words in UTF-8 only where the locale says so."""
    try:
        subprocess.run(
            command,
            input=text.encode(),
            capture_output=True,
            check=True,
            timeout=SECONDS,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        )
    except (OSError, subprocess.SubprocessError) as failure:
        raise NotRead(FAILED) from failure


def _length(sound):
    try:
        with wave.open(str(sound)) as opened:
            return max(1, round(opened.getnframes() / opened.getframerate()))
    except (OSError, EOFError, wave.Error) as failure:
        raise NotRead(FAILED) from failure
