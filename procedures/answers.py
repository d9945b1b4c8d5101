"""The five answers that a person at a counter needs, drawn from a procedure's parts.

What to bring, how long, how much, where, online or not. Unknown stays unknown: it is never
shown as free, as at once, or as no paper. All of it reads what `with_parts()` fetched.
"""

import math
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from procedures.models import Fee, Procedure, ServicePoint, SubmissionMethod

# The words of the national database for what it does not say. Never the same as "none" or "free".
UNKNOWN = gettext_lazy("Không có thông tin")

_TIMES = {
    SubmissionMethod.Unit.WORKING_DAY: ngettext_lazy(
        "%(number)s ngày làm việc", "%(number)s ngày làm việc", "count"
    ),
    SubmissionMethod.Unit.DAY: ngettext_lazy("%(number)s ngày", "%(number)s ngày", "count"),
    SubmissionMethod.Unit.HOUR: ngettext_lazy("%(number)s giờ", "%(number)s giờ", "count"),
    SubmissionMethod.Unit.MONTH: ngettext_lazy("%(number)s tháng", "%(number)s tháng", "count"),
}


class SourceWords(str):
    """Words of the national database: Vietnamese, whatever the language of the page."""


@dataclass(frozen=True)
class Answer:
    """One line of the fact block; `kinds` names the methods it holds for, empty when for all."""

    text: str
    kinds: tuple[str, ...] = ()
    is_known: bool = True

    @property
    def is_quoted(self):
        return isinstance(self.text, SourceWords)


def duration(method: SubmissionMethod) -> str:
    """A time limit in words, empty when the source gives none that can be read."""
    if method.duration_unit == SubmissionMethod.Unit.IMMEDIATE:
        return _("Giải quyết ngay")
    if method.duration_value is None:
        return ""
    number = method.duration_value
    return _TIMES[method.duration_unit] % {
        # Half a day more than one is several.
        "count": math.ceil(number),
        "number": plain_number(number),
    }


def money(fee: Fee) -> str:
    """An amount in words: "Miễn phí", "8.000 đồng", in English "8,000 VND"; empty when unknown."""
    if fee.amount is None:
        return ""
    if fee.is_free:
        return _("Miễn phí")
    return f"{plain_number(fee.amount)} {fee.get_currency_display()}"


def plain_number(value: Decimal) -> str:
    return number_format(value.normalize() if value % 1 else value.quantize(Decimal(1)))


def how_long(procedure: Procedure) -> list[Answer]:
    return _by_method(procedure, _method_time)


def how_much(procedure: Procedure) -> list[Answer]:
    return _by_method(procedure, _method_fee)


def _method_time(method):
    if text := duration(method):
        return text
    note = method.duration_note
    if not note:
        return ""
    if note.replace(".", "").replace(",", "").isdigit():
        return _("%(number)s (nguồn không ghi đơn vị thời gian)") % {"number": note}
    return SourceWords(note) if len(note) <= 80 else _("Tùy trường hợp, xem cách thức thực hiện")


def _method_fee(method):
    fees = list(method.fees.all())
    known = [fee for fee in fees if fee.amount is not None]
    if not fees or not known:
        says_something = any(_explains(fee) for fee in fees)
        return _("Theo quy định, xem cách thức thực hiện") if says_something else ""
    if all(fee.is_free for fee in fees):
        return _("Miễn phí")
    currencies = {fee.currency for fee in known if not fee.is_free} or {"VND"}
    amounts = sorted({fee.amount for fee in known})
    if len(known) < len(fees) or len(currencies) > 1:
        return _("Tùy trường hợp, xem các mức thu")
    if len(amounts) == 1:
        return money(known[0])
    unit = next(fee for fee in known if not fee.is_free).get_currency_display()
    return _("Từ %(least)s đến %(most)s %(unit)s, tùy trường hợp") % {
        "least": plain_number(amounts[0]),
        "most": plain_number(amounts[-1]),
        "unit": unit,
    }


def _explains(fee):
    return bool(fee.note or fee.exempt or (fee.source_text and not is_unknown(fee.source_text)))


def is_unknown(text):
    """The national database's own words for an empty cell."""
    return text.strip().rstrip(".").lower() in {"", "không có thông tin"}


def _by_method(procedure, say):
    """One answer where all methods agree, else one for each group of methods that do."""
    said = {}
    for method in procedure.methods.all():
        said.setdefault(say(method), {})[method.get_kind_display()] = True
    known = {text: kinds for text, kinds in said.items() if text}
    if not known:
        return [Answer(UNKNOWN, is_known=False)]
    if len(said) == 1:
        return [Answer(next(iter(known)))]
    answers = [Answer(text, tuple(kinds)) for text, kinds in known.items()]
    if "" in said:
        answers.append(Answer(UNKNOWN, tuple(said[""]), is_known=False))
    return answers


def what_to_bring(procedure: Procedure) -> Answer:
    counts = [
        sum(not paper.is_note for paper in case.documents.all()) for case in procedure.cases.all()
    ]
    papers, cases = sum(counts), sum(count > 0 for count in counts)
    if not papers:
        return Answer(UNKNOWN, is_known=False)
    text = ngettext("%(count)d giấy tờ", "%(count)d giấy tờ", papers) % {"count": papers}
    if cases > 1:
        text = _("%(papers)s, chia theo %(cases)d trường hợp") % {
            "papers": text,
            "cases": cases,
        }
    if procedure.sets_required:
        text = ngettext(
            "%(papers)s, nộp %(sets)d bộ", "%(papers)s, nộp %(sets)d bộ", procedure.sets_required
        ) % {"papers": text, "sets": procedure.sets_required}
    return Answer(text)


@dataclass(frozen=True)
class Places:
    """Where a dossier is handed in: the centres named one by one, the communes' counted."""

    centres: list[ServicePoint]
    commune_count: int

    @property
    def total(self):
        return len(self.centres) + self.commune_count

    @property
    def communes(self):
        return ngettext(
            "%(count)d trung tâm cấp xã", "%(count)d trung tâm cấp xã", self.commune_count
        ) % {"count": self.commune_count}


def where(procedure: Procedure) -> Places:
    communes = {ServicePoint.Kind.COMMUNE_CENTRE, ServicePoint.Kind.SATELLITE}
    points = list(ServicePoint.objects.receiving(procedure).in_name_order())
    centres = [point for point in points if point.kind not in communes]
    return Places(centres, len(points) - len(centres))


def online(procedure: Procedure) -> Answer:
    levels = Procedure.OnlineLevel
    takes_online = any(
        method.kind == SubmissionMethod.Kind.ONLINE for method in procedure.methods.all()
    )
    match procedure.online_level:
        case levels.FULL:
            return Answer(_("Có, trực tuyến toàn trình"))
        case levels.PARTIAL:
            return Answer(_("Có, trực tuyến một phần"))
        case levels.NONE:
            return Answer(_("Chưa nộp trực tuyến được"))
    if takes_online:
        return Answer(_("Có nhận hồ sơ trực tuyến"))
    if procedure.methods.all():
        return Answer(_("Không có hình thức nộp trực tuyến"))
    return Answer(UNKNOWN, is_known=False)
