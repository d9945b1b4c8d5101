"""`manage.py import_procedures FILE`: records of the national database, or its official Excel list."""

from contextlib import ExitStack
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from procedures.importing.errors import UnreadableFile
from procedures.importing.files import import_file
from procedures.importing.report import LABELS, CsvReport, ImportReport

SHOWN = 20
BAR = 30


class Command(BaseCommand):
    help = "Nhập thủ tục từ tệp JSON Lines hoặc danh sách Excel (.xlsx) của Cổng Dịch vụ công quốc gia."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="TỆP", type=Path, help="Tệp .jsonl hoặc .xlsx")
        parser.add_argument("--dry-run", action="store_true", help="Chỉ xem trước, không ghi gì")
        parser.add_argument("--csv", type=Path, metavar="TỆP", help="Ghi báo cáo đầy đủ ra tệp CSV")

    def handle(self, *, file, dry_run, csv, **options):
        with ExitStack() as stack:
            on_outcome = self._csv(stack, csv).add if csv else None
            try:
                report = import_file(
                    file, dry_run=dry_run, on_progress=self._progress(), on_outcome=on_outcome
                )
            except UnreadableFile as error:
                raise CommandError(str(error)) from None
            except DatabaseError as error:
                raise CommandError(f"Cơ sở dữ liệu không dùng được: {error}") from None
        self._print(report)
        if csv:
            self.stdout.write(f"Báo cáo đầy đủ: {csv}")

    def _csv(self, stack, path):
        try:
            return CsvReport(stack.enter_context(path.open("w", encoding="utf-8-sig", newline="")))
        except OSError as error:
            raise CommandError(f"Không ghi được báo cáo {path}: {error.strerror}") from None

    def _progress(self):
        """A bar on a terminal only; a log gets none."""
        if not self.stderr.isatty():
            return None

        def draw(share):
            done = round(BAR * share)
            bar = f"\r[{'#' * done}{' ' * (BAR - done)}] {share:4.0%}"
            self.stderr.write(bar, style_func=str, ending="\n" if share >= 1 else "")
            self.stderr.flush()

        return draw

    def _print(self, report: ImportReport):
        write = self.stdout.write
        if report.dry_run:
            write("Xem trước: chưa ghi gì vào cơ sở dữ liệu.")
        write("")
        write(f"{'Kết quả':<14}{'Số dòng':>8}")
        for kind, label in LABELS.items():
            write(f"{label:<14}{report.counts[kind]:>8}")
        write(f"{'cộng':<14}{report.total:>8}")
        self._print_rows(
            "Thay đổi",
            report.counts["changed"],
            report.changed,
            lambda row: "; ".join([*row.parts, *row.notes]),
        )
        self._print_rows(
            "Từ chối", report.counts["refused"], report.refused, lambda row: "; ".join(row.notes)
        )
        self._print_rows(
            "Cần xem lại", report.note_count, report.noted, lambda row: "; ".join(row.notes)
        )
        if report.changes_nothing:
            write("\nKhông có gì thay đổi.")

    def _print_rows(self, title, count, rows, explain):
        if not rows:
            return
        self.stdout.write(f"\n{title}: {count}")
        self.stdout.write(f"  {'Dòng':>6}  {'Mã':<14}  Nội dung")
        for row in rows[:SHOWN]:
            self.stdout.write(f"  {row.line:>6}  {row.code:<14}  {explain(row)}")
        if count > SHOWN:
            self.stdout.write(f"  … và {count - SHOWN} dòng nữa (xem đủ bằng --csv).")
