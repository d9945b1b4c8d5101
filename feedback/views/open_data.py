"""All public answers in one file."""

from django.utils.translation import override
from django.views.decorators.http import require_safe

from feedback import public_answers
from portal.csv import csv_response
from portal.site import absolute_url

ROWS_AT_ONCE = 500
HEADINGS = [
    "so",
    "loai",
    "tieu_de",
    "noi_dung",
    "tra_loi",
    "co_quan",
    "ket_qua",
    "ngay_tra_loi",
    "ngay_cong_khai",
    "ma_thu_tuc",
    "noi_dung_mau",
    "dia_chi",
]


@require_safe
def public_answer_csv(request):
    """What people sent and the office answered, in the words that were approved for all, the newest first."""
    return csv_response("phan-anh-da-tra-loi.csv", _rows())


def _rows():
    yield HEADINGS
    texts = public_answers.newest_first(public_answers.answered())
    keys = list(texts.values_list("pk", flat=True))
    for start in range(0, len(keys), ROWS_AT_ONCE):
        part = texts.filter(pk__in=keys[start : start + ROWS_AT_ONCE])
        # Lines are written after the view has returned: the file is in Vietnamese in every language.
        with override("vi"):
            rows = [_row(item) for item in public_answers.items(part)]
        yield from rows


def _row(item):
    return [
        item.number,
        item.kind_label,
        item.subject,
        item.body,
        item.answer,
        item.agency.name,
        item.outcome_label,
        item.answered_on.isoformat(),
        item.published_on.isoformat(),
        item.procedure.code if item.procedure else "",
        "co" if item.is_sample else "",
        absolute_url(item.get_absolute_url()),
    ]
