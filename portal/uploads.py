"""How sent files arrive: those too large for memory go to the disk, as long as it takes them."""

from django.core.files.uploadhandler import TemporaryFileUploadHandler

from portal.file_kinds import ALL_KINDS

LARGEST = max(kind.largest for kind in ALL_KINDS)


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Keeps no more of a file than any kind may have, and outlives a full disk.

    `portal.files.inspect` then refuses the file at its field, instead of the whole page failing.
    """

    def new_file(self, *args, **options):
        super().new_file(*args, **options)
        self.file.was_not_kept = False

    def receive_data_chunk(self, raw_data, start):
        if start + len(raw_data) <= LARGEST and not self.file.was_not_kept:
            try:
                self.file.write(raw_data)
            except OSError:
                self.file.was_not_kept = True
