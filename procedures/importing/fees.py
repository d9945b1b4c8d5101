"""Amounts of fees: read only where the words leave no doubt, so that no amount contradicts its text."""

import re
from decimal import Decimal

from portal.text import fold
from procedures.importing import cleaning
from procedures.importing.content import FeeItem
from procedures.importing.parsing import is_placeholder, remembered

_PART = re.compile(r"(?:^|\n|; ?)(?=(?:Lệ phí|Phí) ?:)", re.I)
_KIND = re.compile(r"(Lệ phí|Phí) ?: ?", re.I)
_NUMBER = r"\d[\d.,]*(?<![.,])"
_SCALE = {
    "nghin": 1_000,
    "ngan": 1_000,
    "trieu": 1_000_000,
    "ty": 1_000_000_000,
    "ti": 1_000_000_000,
}
_MONEY_UNIT = r" ?(?:viet nam dong|vnd|dong|usd|do la my|do la|\$)|d\b"
# A sum of money: with a unit, with "triệu", or at least written in groups of three as sums are.
_MONEY = re.compile(
    rf"(?<![\w/.,])(?P<number>{_NUMBER})"
    rf"(?: ?(?P<scale>nghin|ngan|trieu|ty|ti)\b)?(?P<unit>{_MONEY_UNIT})?"
)
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+$")
_FREE = re.compile(
    r"(?:mien phi|mien le phi|khong thu|khong thu phi|khong thu le phi|khong mat phi|khong(?: dong)?|0 ?(?:dong|vnd|viet nam dong|d))$"
)
# Notes that say once more that nothing is paid. "Chưa quy định" does not: it says that nobody knows.
_NIL_NOTE = re.compile(
    r"(?:a|khong|khong co|khong quy dinh|khong thu|khong thu phi|khong thu le phi|mien phi|mien le phi)$"
)
_CITATION = re.compile(r"\((?:theo )?thong tu[^()]*\)")
# Words that change the amount: a share of it, a reduction, an exemption for a time, another body that sets it.
_CHANGES = re.compile(
    r"\d ?%|giam|mot nua|mien .{0,40}(?:tu ngay|ke tu|den ngay|den het|\d{4})|do (?:hoi dong|uy ban) nhan dan"
)


@remembered
def parse_fees(text: str, note: str = "") -> tuple[FeeItem, ...]:
    """One row for each "Phí: …" or "Lệ phí: …" of a cell, each with its words; the note goes with the last."""
    text, note = cleaning.fee_text(text), cleaning.prose(note)
    starts = sorted({0} | {match.end() for match in _PART.finditer(text)})
    parts = [
        text[start:end].strip(" ;\n")
        for start, end in zip(starts, [*starts[1:], None], strict=True)
    ]
    parts = [part for part in parts if part] or [""] * bool(note)
    return tuple(
        _fee(part, note if place == len(parts) else "") for place, part in enumerate(parts, start=1)
    )


def _fee(part, note):
    kind = _KIND.match(part)
    words = part[kind.end() :] if kind else part
    amount, currency = read_amount(words, note)
    return FeeItem(
        kind={"phi": "charge", "le phi": "levy"}[fold(kind[1])] if kind else "",
        amount=amount,
        currency=currency,
        note=note,
        source_text=part,
    )


def read_amount(words: str, note: str) -> tuple[Decimal | None, str]:
    """The amount and its currency; None when words or note leave a doubt. 0 only for what is surely free."""
    folded, folded_note = fold(words).strip(" ."), fold(note)
    if is_placeholder(words):
        return None, "VND"
    if _FREE.match(folded):
        return (Decimal(0) if _confirms_free(folded_note) else None), "VND"
    match = _MONEY.match(folded)
    if match is None or not match["unit"]:
        return None, "VND"
    amount, currency = _sum(match)
    if not amount:
        # "0 Đồng (…)": free unless the brackets say more.
        is_free = (
            amount == 0 and _confirms_free(folded[match.end() :]) and _confirms_free(folded_note)
        )
        return (Decimal(0) if is_free else None), "VND"
    rest = f"{folded[match.end() :]}\n{folded_note}"
    if _CHANGES.search(rest) or sums_in(rest, currency) - {(amount, currency)}:
        return None, "VND"
    return amount, currency


def sums_in(folded: str, currency: str = "VND") -> set[tuple[Decimal | None, str]]:
    """All sums of money in folded words; one whose unit is not written is taken to be in `currency`."""
    found = set()
    for match in _MONEY.finditer(folded):
        if match["unit"] or match["scale"] or _GROUPED.match(match["number"]):
            amount, unit = _sum(match)
            found.add((amount, unit if match["unit"] else currency))
    return found


def _sum(match):
    unit = (match["unit"] or "").strip()
    currency = "USD" if unit.startswith(("usd", "do la", "$")) else "VND"
    number = _number(match["number"])
    if number is None:
        return None, currency
    amount = number * _SCALE.get(match["scale"], 1)
    fits = amount < 10**13 and amount == round(amount, 2)
    return (amount if fits else None), currency


def _number(digits):
    """ "70,000", "70.000" and "70000" are the same; "1.5" and "0,5" have a fraction; others are no number."""
    if _GROUPED.match(digits) and len({char for char in digits if not char.isdigit()}) == 1:
        return Decimal(re.sub(r"\D", "", digits))
    if re.fullmatch(r"\d{1,13}(?:[.,]\d{1,2})?", digits):
        return Decimal(digits.replace(",", "."))
    return None


def _confirms_free(folded_note):
    note = _CITATION.sub("", folded_note).strip(" .()-+*\n")
    return not note or bool(_NIL_NOTE.match(note))
