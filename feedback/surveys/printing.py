"""What is printed for a survey: invitation slips, posters and cards with its codes, as PDF/UA."""

from datetime import timedelta
from pathlib import Path

from django.utils import timezone
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

from feedback.surveys.forms import minutes_for
from feedback.surveys.passes import written
from portal import typesetting
from portal.qr import QUIET_ZONE, dark_path, qr_svg
from portal.site import absolute_url

FOLDER = Path(__file__).parent
# A batch is printed while its officer waits: to try all eight masks takes ten times as long, and each can be read.
MASK = 3
POSTER_SIDE_MM, CARD_SIDE_MM = 110, 52


def answering_address(survey) -> str:
    """As people type it."""
    return absolute_url(survey.get_absolute_url()).partition("://")[2]


def key_address(survey, key) -> str:
    """What follows the # stays in the browser: no server and no log ever sees it."""
    return f"{absolute_url(survey.get_absolute_url())}#{written(key)}"


def last_day(survey) -> str:
    """The last day on which it takes answers the whole day; empty where it has no end."""
    if survey.closes_at is None:
        return ""
    end = timezone.localtime(survey.closes_at - timedelta(microseconds=1))
    return f"{end:%d/%m/%Y}"


def slips_pdf(survey, keys, *, batch, service_point=None) -> bytes:
    """Eight slips a sheet, in the order of the keys."""
    return _pdf(
        "slips",
        title=f"Phiếu mời, {survey.title}, {batch}",
        heading=survey.title,
        batch=batch,
        place=service_point.name if service_point else "",
        address=answering_address(survey),
        last_day=last_day(survey),
        slips=[{"code": written(key), "qr": _quick_svg(key_address(survey, key))} for key in keys],
    )


def posters_pdf(survey, version, targets) -> bytes:
    """A sheet for each place."""
    return _codes_pdf("posters", "Áp phích", POSTER_SIDE_MM, survey, version, targets)


def cards_pdf(survey, version, targets) -> bytes:
    """Four small cards a sheet, a sheet for each place."""
    return _codes_pdf("cards", "Thẻ để quầy", CARD_SIDE_MM, survey, version, targets)


def length_in_words(version) -> str:
    """What people want to know before they begin."""
    kinds = list(version.questions.values_list("kind", flat=True))
    return f"{len(kinds)} câu, {minutes_for(kinds)} phút"


def _codes_pdf(template, name, side_mm, survey, version, targets):
    return _pdf(
        template,
        title=f"{name}, {survey.title}",
        heading=survey.title,
        length=length_in_words(version),
        last_day=last_day(survey),
        places=[
            {
                "name": target.service_point.name if target.service_point else "",
                "address": target.readable_address,
                "qr": qr_svg(target.address, [], title="Mã QR", side_mm=side_mm),
            }
            for target in targets
        ],
    )


def _pdf(template, **data):
    return typesetting.compile((FOLDER / f"{template}.typ").read_text(), data)


def _quick_svg(address):
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE, mask_pattern=MASK)
    code.add_data(address)
    code.make(fit=True)
    matrix = code.get_matrix()
    side = len(matrix)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path d="{dark_path(matrix)}"/></svg>'
    )
