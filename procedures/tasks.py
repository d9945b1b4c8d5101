"""What the catalogue does by itself. Each may be done twice, and by two workers at once."""

from portal import jobs
from procedures import changes


@jobs.periodic("Ghi nhận thủ tục mới, thay đổi, hết hiệu lực để báo người theo dõi", "*/5 * * * *")
def note_procedure_changes():
    changes.note_changes()
