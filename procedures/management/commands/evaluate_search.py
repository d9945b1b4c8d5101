"""`manage.py evaluate_search [FILE]`: how well the search answers labelled queries."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from procedures.models import Procedure
from procedures.searching.evaluation import DEPTHS, evaluate, read_labelled

LABELLED = settings.BASE_DIR / "tests/search/queries.jsonl"


class Command(BaseCommand):
    help = "Đo chất lượng tìm kiếm trên một tệp câu hỏi đã biết đáp án (JSON Lines)."

    def add_arguments(self, parser):
        parser.add_argument(
            "file",
            metavar="TỆP",
            type=Path,
            nargs="?",
            default=LABELLED,
            help=f"Mặc định: {LABELLED}",
        )
        parser.add_argument(
            "--failures", action="store_true", help="Liệt kê câu mà năm kết quả đầu không trả lời"
        )

    def handle(self, *, file, failures, **options):
        try:
            labelled = read_labelled(file)
        except (OSError, ValueError) as error:
            raise CommandError(f"Không đọc được {file}: {error}") from None
        self._warn_of_missing(labelled)
        kinds = evaluate(labelled)
        self._print_answerable([kind for kind in kinds if kind.is_answerable])
        self._print_unanswerable([kind for kind in kinds if not kind.is_answerable])
        if failures:
            self._print_failures(kinds)

    def _warn_of_missing(self, labelled):
        expected = {code for row in labelled for code in row["expected"]}
        known = Procedure.objects.filter(code__in=expected).values_list("code", flat=True)
        if missing := expected - set(known):
            self.stderr.write(
                f"{len(missing)}/{len(expected)} mã trong đáp án không có trong cơ sở dữ liệu;"
                " số đo dưới đây vì thế thấp hơn thực tế."
            )

    def _print_answerable(self, kinds):
        heads = [*(f"success@{depth}" for depth in DEPTHS), "MRR", "chắc chắn", "đúng mà ngờ"]
        self.stdout.write(
            f"{'Loại câu':<14}{'số câu':>8}" + "".join(f"{head:>13}" for head in heads)
        )
        for kind in kinds:
            figures = [
                *(kind.success(depth) for depth in DEPTHS),
                kind.mean_reciprocal_rank,
                kind.confident,
                kind.right_but_unsure,
            ]
            self.stdout.write(
                f"{kind.name:<14}{len(kind.answers):>8}" + "".join(f"{f:>13.3f}" for f in figures)
            )

    def _print_unanswerable(self, kinds):
        for kind in kinds:
            alarms = [answer for answer in kind.answers if answer.is_confident]
            self.stdout.write(
                f"{kind.name}: {len(alarms)}/{len(kind.answers)} câu không có đáp án mà trả lời chắc chắn"
            )

    def _print_failures(self, kinds):
        for kind in kinds:
            for answer in kind.answers:
                if answer.expected and not 0 < answer.rank <= 5:
                    place = answer.rank or "–"
                    self.stdout.write(
                        f"{kind.name}\thạng {place}\t{answer.query}\t{' '.join(answer.expected)}"
                    )
                elif not answer.expected and answer.is_confident:
                    self.stdout.write(f"{kind.name}\tnhầm\t{answer.query}\t{answer.codes[0]}")
