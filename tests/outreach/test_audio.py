"""A script read by a machine voice: by the real programs where they are, and what staff are told where they are not."""

import os
import subprocess
import wave

import pytest
from django.core.files.base import ContentFile

from outreach.channel_texts import audio, texts
from outreach.channel_texts.sources import source_of_article
from outreach.models import ChannelText, ScriptAudio
from portal.file_kinds import SOUNDS
from portal.files import inspect
from tests import factories as make
from tests.jobs import run_jobs, waiting_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def voice():
    """The programs of Debian; without them these tests have nothing to hear."""
    if not audio.is_available():
        missing = "There is no Vietnamese voice. On Debian, Ubuntu: apt install espeak-ng lame"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)


@pytest.fixture
def no_voice(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.fixture
def source():
    return source_of_article(make.make_article("Khai sinh tại bệnh viện").article)


@pytest.fixture
def staff():
    return make.make_officer("outreach")


def length_of(mp3, folder):
    """In seconds, as the decoder counts the samples."""
    (folder / "nghe.mp3").write_bytes(mp3)
    decode = ["lame", "--quiet", "--decode", folder / "nghe.mp3", folder / "nghe.wav"]
    subprocess.run(decode, check=True, timeout=60)
    with wave.open(str(folder / "nghe.wav")) as sound:
        return sound.getnframes() / sound.getframerate()


@pytest.mark.usefixtures("voice")
def test_a_script_becomes_a_file_with_its_title_and_length(source, staff, tmp_path):
    row = audio.ask(source, staff)
    assert audio.state(source).is_asked

    assert run_jobs() == 1

    state = audio.state(source)
    row.refresh_from_db()
    assert (state.is_ready, state.is_asked, state.is_outdated) == (True, False, False)
    assert (row.voice, row.asked_by, row.error) == ("giọng máy eSpeak NG", staff, "")
    assert "không như người đọc" in state.words
    with row.file.open() as file:
        mp3 = file.read()
    assert len(mp3) == row.size
    assert "Khai sinh tại bệnh viện".encode("utf-16-le") in mp3[:1000]
    assert inspect(ContentFile(mp3, name=row.file.name), SOUNDS).content_type == "audio/mpeg"
    assert row.duration == pytest.approx(length_of(mp3, tmp_path), abs=1)
    # A voice that stumbles over the first word would be done at once, one that spells would take many times as long.
    script = texts.current(source, ChannelText.Channel.LOUDSPEAKER).body
    assert 2 < len(script.split()) / row.duration < 5


@pytest.mark.usefixtures("voice")
def test_what_staff_wrote_is_read_in_words(staff, tmp_path):
    in_words, _seconds = audio.read_aloud("Một nghìn bốn trăm tám mươi lăm hồ sơ.", title="Số")
    source = source_of_article(make.make_article("Số").article)
    texts.save(source, "loudspeaker", title="Số", body="1.485 HỒ SƠ", by=staff)

    audio.ask(source, staff)
    run_jobs()

    with ScriptAudio.objects.get().file.open() as file:
        heard = length_of(file.read(), tmp_path)
    assert heard == pytest.approx(length_of(in_words.read(), tmp_path), abs=0.1)


@pytest.mark.usefixtures("voice")
def test_a_changed_script_makes_the_file_outdated_until_it_is_read_again(source, staff):
    audio.ask(source, staff)
    run_jobs()
    first = ScriptAudio.objects.get().file

    texts.save(source, "loudspeaker", title="Lời mới", body="Kính thưa bà con.", by=staff)

    assert audio.state(source).is_outdated
    assert "Lời đã thay đổi" in audio.state(source).words

    audio.ask(source, staff)
    run_jobs()

    second = ScriptAudio.objects.get()
    assert not audio.state(source).is_outdated
    assert (second.title, second.file.name != first.name) == ("Lời mới", True)


def test_asking_twice_is_one_job_and_a_reading_done_is_not_done_again(source, staff, monkeypatch):
    row = audio.ask(source, staff)
    audio.ask(source, staff)

    assert waiting_jobs() == [("outreach.tasks.read_script", {"audio_id": row.pk})]

    ScriptAudio.objects.update(error="Máy chưa đọc được.")
    monkeypatch.setattr(audio, "make", lambda row: pytest.fail("It was read once more."))
    run_jobs()


def test_a_row_that_went_meanwhile_is_no_failure(source, staff):
    audio.ask(source, staff).delete()

    assert run_jobs() == 1


@pytest.mark.usefixtures("no_voice")
def test_a_server_without_the_programs_says_so(source, staff):
    assert not audio.is_available()
    assert audio.state(source).words == audio.NOT_AVAILABLE

    audio.ask(source, staff)
    run_jobs()

    assert ScriptAudio.objects.get().error == audio.NOT_AVAILABLE
    assert audio.state(source).error == audio.NOT_AVAILABLE


@pytest.mark.parametrize("says", ["exit 1", "exec sleep 5", "exit 0"])
def test_a_program_that_fails_or_hangs_is_told_in_words(says, source, staff, no_voice, monkeypatch):
    for name in ("espeak-ng", "lame"):
        program = no_voice / name
        program.write_text(
            f'#!/bin/sh\n[ "$1" = --voices=vi ] && echo " 5 vi" && exit\nPATH=/bin:/usr/bin\n{says}\n'
        )
        program.chmod(0o755)
    monkeypatch.setattr(audio, "SECONDS", 0.3)
    assert audio.is_available()

    audio.ask(source, staff)
    run_jobs()

    state = audio.state(source)
    assert (state.error, state.is_ready, state.is_asked) == (audio.FAILED, False, False)


@pytest.mark.parametrize(
    ("text", "told"), [("  \n", audio.EMPTY), ("à " * audio.LONGEST, audio.TOO_LONG)]
)
def test_nothing_and_too_much_is_not_read(text, told):
    with pytest.raises(audio.NotRead, match=told[:10]):
        audio.read_aloud(text, title="Tin")


@pytest.mark.usefixtures("voice")
def test_words_are_never_a_command(tmp_path):
    text = "-f /etc/passwd; $(touch hong) `id` --help"

    file, seconds = audio.read_aloud(text, title="--help; $(touch hong) “tin”")

    assert seconds > 1
    assert "--help; $(touch hong) “tin”".encode("utf-16-le") in file.read()[:1000]
