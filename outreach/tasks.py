"""The jobs of the voice. Each may be done twice, and by two workers at once."""

from outreach import figure_work
from outreach.channel_texts import audio
from outreach.mailing import sending
from outreach.models import ScriptAudio
from portal import jobs


@jobs.task("Gửi bản tin")
def send_mailing(mailing_id):
    sending.work(mailing_id)


@jobs.periodic("Gửi tiếp các đợt gửi bản tin", "* * * * *")
def sweep_mailings():
    sending.sweep()


@jobs.task("Đọc lời phát thanh bằng giọng máy")
def read_script(audio_id):
    row = ScriptAudio.objects.filter(pk=audio_id).first()
    if row is not None and row.is_asked:
        audio.make(row)


# At night in Vietnam.


@jobs.periodic("Tính lại số liệu của các số bản tin chưa duyệt", "40 20 * * *")
def remeasure_open_issues():
    figure_work.remeasure_open_issues()
