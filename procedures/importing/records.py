"""One line of the JSON lines format -> its record and the content read from it, or the reason why not."""

import hashlib
import json
import math
import re
from dataclasses import replace
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from procedures.importing import cleaning, parsing
from procedures.importing.content import (
    AGENCY_PARTS,
    Basis,
    Case,
    Content,
    Duration,
    Method,
    Paper,
    Result,
)
from procedures.importing.errors import Refused
from procedures.importing.fees import parse_fees
from procedures.models import Procedure
from procedures.models.catalogue import CODE_PATTERN

MAX_RECORD_BYTES = 2 * 1024 * 1024
MAX_ITEMS = 2_000
MAX_QUANTITY = 999
MAX_LENGTHS = {
    "name": ("Tên thủ tục", 2000),
    "decision_number": ("Số quyết định", 120),
    "procedure_type": ("Loại thủ tục", 200),
    "field": ("Lĩnh vực", 300),
    "issuing_agency": ("Cơ quan ban hành", 600),
    "keywords": ("Từ khóa", 1000),
    "partial_reason": ("Lý do chỉ trực tuyến một phần", 500),
}
AGENCY_KEYS = {
    "executing": "executing_agency",
    "competent": "competent_agency",
    "authorised": "authorized_agency",
    "coordinating": "coordinating_agency",
    "issuing": "issuing_agency",
}
AGENCY_NAMES = dict(
    zip(
        AGENCY_PARTS,
        (
            "Cơ quan thực hiện",
            "Cơ quan có thẩm quyền",
            "Cơ quan được ủy quyền",
            "Cơ quan phối hợp",
            "Cơ quan ban hành",
        ),
        strict=True,
    )
)
TEXT_KEYS = {
    "code", "name", "decision_number", "level_text", "procedure_type", "field", "receiving_address",
    "applicants", "steps", "conditions", "related", "keywords", "description", "source_url",
    "summary", "online_level", "partial_reason", *AGENCY_KEYS.values(),
}  # fmt: skip


def load(line: str | bytes) -> dict:
    size = len(line) if isinstance(line, bytes) else len(line.encode("utf-8", "replace"))
    if size > MAX_RECORD_BYTES:
        raise Refused("Bản ghi quá lớn (trên 2 MB)")
    if isinstance(line, bytes):
        try:
            line = line.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Refused(f"Không phải chữ UTF-8 (lỗi ở byte thứ {error.start + 1})") from None
    try:
        raw = json.loads(line.lstrip("\ufeff"), parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        place = (
            f" (lỗi ở ký tự thứ {error.pos + 1})" if isinstance(error, json.JSONDecodeError) else ""
        )
        raise Refused(f"Không phải JSON hợp lệ{place}") from None
    if not isinstance(raw, dict):
        raise Refused("Bản ghi không phải một đối tượng JSON {…}")
    # Only an escape can bring a NUL or half a character into valid JSON.
    return cleaning.storable(raw) if "\\u" in line else raw


def _no_constant(name):
    raise ValueError(name)


def _finite(digits):
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number


def digest_of(raw: dict) -> str:
    canonical = json.dumps(raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def read_content(raw: dict) -> Content:
    code, name = _check(raw)
    unplaced = []
    decision, decision_text = parsing.parse_decision(cleaning.line(raw.get("decision_number")))
    cases = _cases(raw)
    content = Content(
        code=code,
        name=name,
        decision=decision,
        decision_text=decision_text,
        levels=_levels(raw),
        procedure_type=cleaning.line(raw.get("procedure_type")),
        sector=cleaning.line(raw.get("field")),
        steps=parsing.parse_steps(cleaning.prose(raw.get("steps"))),
        methods=_methods(raw, unplaced),
        cases=cases,
        sets_required=parsing.parse_sets([paper for case in cases for paper in case.papers]),
        audiences=_audiences(raw, unplaced),
        receiving_address=cleaning.prose(raw.get("receiving_address")),
        results=_results(raw),
        legal_bases=_legal_bases(raw),
        requirements=cleaning.prose(raw.get("conditions")),
        related_text=cleaning.prose(raw.get("related")),
        national_url=_url(raw.get("source_url"), "Địa chỉ trang nguồn"),
        summary=cleaning.prose(raw.get("summary")),
        keywords=cleaning.line(raw.get("keywords")),
        online_level=raw.get("online_level") or "",
        partial_reason=cleaning.line(raw.get("partial_reason")),
        popularity=max(0, 100 - raw["popular"]) if raw.get("popular") else 0,
        **_agencies(raw, unplaced),
    )
    # Words that fit nowhere else stay readable at the foot of the page.
    description = "\n\n".join(filter(None, [cleaning.prose(raw.get("description")), *unplaced]))
    return replace(content, description=description)


def _check(raw):
    """Refuse what cannot be stored, with the reason; return the code and the name."""
    for key in sorted(TEXT_KEYS & raw.keys()):
        if raw[key] is not None and not isinstance(raw[key], str):
            raise Refused(f"Mục “{key}” phải là chữ")
    code, name = cleaning.line(raw.get("code")), cleaning.line(raw.get("name"))
    if not code:
        raise Refused("Không có mã thủ tục")
    if not re.fullmatch(CODE_PATTERN, code):
        raise Refused(f"Mã “{code[:40]}” không đúng dạng (ví dụ 1.001193 hoặc 1.012753.H19)")
    if not name:
        raise Refused("Không có tên thủ tục")
    for key, (label, limit) in MAX_LENGTHS.items():
        length = len(cleaning.line(raw.get(key)))
        if length > limit:
            raise Refused(f"{label} dài {length} ký tự, tối đa {limit}")
    online_level = raw.get("online_level") or ""
    if online_level not in {"", *Procedure.OnlineLevel.values}:
        raise Refused(f"Mức trực tuyến “{online_level[:40]}” không có trong danh mục")
    if online_level == Procedure.OnlineLevel.PARTIAL and not cleaning.line(
        raw.get("partial_reason")
    ):
        raise Refused("Trực tuyến một phần phải nêu lý do")
    popular = raw.get("popular")
    if popular is not None and (type(popular) is not int or not 1 <= popular <= 100):
        raise Refused("Mục “popular” phải là số từ 1 đến 100")
    return code, name


def _levels(raw):
    words = _items(raw, "levels", str, "Cấp thực hiện") or cleaning.line(
        raw.get("level_text")
    ).split(",")
    found = set()
    for word in filter(str.strip, words):
        level = parsing.parse_level(cleaning.line(word))
        if level is None:
            raise Refused(f"Cấp thực hiện “{word[:40]}” không có trong danh mục")
        found.add(level)
    return tuple(level.value for level in parsing.LEVELS.values() if level in found)


def _methods(raw, unplaced):
    rows = _items(raw, "methods", dict, "Cách thức thực hiện")
    if not rows:
        return _unsplit_methods(_raw_text(raw, "methods"), unplaced)
    return tuple(_method(row) for row in rows)


def _method(row):
    channel = _text(row, "channel", "Hình thức nộp")
    kind = parsing.parse_channel(channel)
    if kind is None:
        raise Refused(f"Hình thức nộp “{channel[:40]}” không có trong danh mục")
    fees = []
    for fee in _items(row, "fees", dict, "Phí, lệ phí"):
        fees += parse_fees(
            _text(fee, "text", "Phí, lệ phí"), _text(fee, "note", "Ghi chú phí, lệ phí")
        )
    return Method(
        kind=kind,
        duration=parsing.parse_duration(_text(row, "time", "Thời hạn")),
        description=cleaning.prose(_text(row, "description", "Mô tả cách thức")),
        fees=tuple(fees),
    )


_METHODS_HEADER = re.compile(r"Hình thức nộp\s*Thời gian\s*Phí, lệ phí\s*Mô tả")
_CELL_OF_CHANNEL = re.compile(r"(Trực tiếp|Trực tuyến|Dịch vụ bưu chính)(?=\d|[A-ZĐ])")


def _unsplit_methods(text, unplaced):
    """A table that came as one string: each row's words go to its channel, nothing in them is read.

    "120 VNĐ" there may be a time of 1 and a fee of 20, or 12 and 0: only a person can tell.
    """
    text = _METHODS_HEADER.sub("", text).strip()
    marks = list(_CELL_OF_CHANNEL.finditer(text))
    if not marks or marks[0].start():
        unplaced += [f"Cách thức thực hiện (chữ của nguồn): {text}"] * bool(text)
        return ()
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return tuple(
        Method(
            kind=parsing.parse_channel(mark[1]),
            duration=Duration(),
            description=f"Nguồn ghi liền thời hạn, phí và mô tả: {text[mark.end() : end].strip()}",
        )
        for mark, end in zip(marks, ends, strict=True)
    )


def _cases(raw):
    cases = {}
    for row in _items(raw, "dossier", dict, "Thành phần hồ sơ"):
        papers = cases.setdefault(cleaning.prose(_text(row, "case", "Trường hợp")), [])
        if paper := _paper(row):
            papers.append(paper)
    cases = {name: papers for name, papers in cases.items() if name or papers}
    if not cases and (text := _raw_text(raw, "dossier")):
        cases[""] = [Paper(name=text, is_note=True)]
    return tuple(Case(name, tuple(papers)) for name, papers in cases.items())


def _paper(row):
    name = cleaning.prose(_text(row, "name", "Tên giấy tờ"))
    form = cleaning.line(_text(row, "form", "Mẫu đơn, tờ khai"))
    # A row without a letter or digit ("--", "****") only divides: nothing else is ever left out.
    if not re.search(r"\w", name):
        name = form
    if not name:
        return None
    quantities = [_quantity(row, key) for key in ("originals", "copies", "photocopies")]
    is_address = form.startswith(("http://", "https://"))
    if len(form) > 500:
        name, form = f"{name}\n{form}", ""
    return Paper(
        name=name,
        is_note=parsing.is_note(name, quantities, form),
        original_qty=quantities[0],
        copy_qty=quantities[1],
        photocopy_qty=quantities[2],
        form_name="" if is_address else form,
        form_url=_url(form, "Địa chỉ tải mẫu") if is_address else "",
    )


def _quantity(row, key):
    value = row.get(key)
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= MAX_QUANTITY:
        raise Refused(f"Số lượng giấy tờ “{str(value)[:40]}” không hợp lệ")
    return value


def _results(raw):
    results = []
    for row in _items(raw, "results", dict, "Kết quả"):
        name, code = (
            cleaning.prose(_text(row, "name", "Tên kết quả")),
            cleaning.line(_text(row, "code", "Mã kết quả")),
        )
        if len(code) > 60 or not name:
            name, code = "\n".join(filter(None, [name, code])), ""
        if re.search(r"\w", name + code):
            results.append(Result(name, code))
    text = _raw_text(raw, "result")
    return tuple(results) if results or not text else (Result(text),)


def _legal_bases(raw):
    rows = _items(raw, "legal_basis", dict, "Căn cứ pháp lý")
    bases = tuple(filter(None, map(_basis, rows)))
    text = _raw_text(raw, "legal_basis")
    return bases if bases or not text else (Basis(text),)


def _basis(row):
    title = cleaning.prose(_text(row, "title", "Tên văn bản"))
    written = cleaning.line(_text(row, "number", "Số, ký hiệu văn bản"))
    issued_on, issuer = (
        _text(row, "issued_on", "Ngày ban hành"),
        cleaning.line(_text(row, "issuer", "Cơ quan ban hành văn bản")),
    )
    signed_on = parsing.parse_date(issued_on)
    number, doc_type = parsing.parse_act(written)
    one_line = cleaning.line(title)
    # What the act's own row cannot hold is said in brackets after the title.
    extra = [
        written if written and not number else "",
        issued_on if issued_on and (not number or signed_on is None) else "",
        issuer if issuer and (not number or len(issuer) > 200) else "",
    ]
    text = title or written
    if any(extra) and title:
        text = f"{title} ({', '.join(filter(None, extra))})"
    if not number or len(number) > 120:
        return Basis(text) if re.search(r"\w", text) else None
    return Basis(
        text=text,
        number=number,
        doc_type=doc_type or parsing.act_kind(one_line),
        title=_shortened(one_line) or number,
        issuer=issuer if len(issuer) <= 200 else "",
        signed_on=signed_on,
    )


def _shortened(title):
    return title if len(title) <= 1500 else title[:1499].rsplit(" ", 1)[0] + "…"


def _audiences(raw, unplaced):
    text = cleaning.prose(raw.get("applicants"))
    names = parsing.parse_applicants(text)
    if any(len(name) > 200 for name in names):
        unplaced.append(f"Đối tượng thực hiện (chữ của nguồn): {text}")
        return ()
    return names


def _agencies(raw, unplaced):
    found = {}
    for part, key in AGENCY_KEYS.items():
        found[part], text = parsing.parse_agencies(cleaning.prose(raw.get(key)))
        unplaced += [f"{AGENCY_NAMES[part]} (chữ của nguồn): {text}"] * bool(text)
    return found


def _raw_text(raw, key):
    """The source's own table where it could not be split; empty when it has no letter or digit."""
    tables = raw.get("raw") or {}
    if not isinstance(tables, dict):
        raise Refused("Mục “raw” phải là một đối tượng JSON {…}")
    text = cleaning.prose(_text(tables, key, "raw"))
    return text if re.search(r"\w", text) else ""


def _items(row, key, kind, label):
    items = row.get(key)
    if items is None:
        return []
    if not isinstance(items, list) or not all(isinstance(item, kind) for item in items):
        raise Refused(f"{label}: mục “{key}” không đúng kiểu")
    if len(items) > MAX_ITEMS:
        raise Refused(f"{label}: {len(items)} dòng, tối đa {MAX_ITEMS}")
    return items


def _text(row, key, label):
    value = row.get(key)
    if value is not None and not isinstance(value, str):
        raise Refused(f"{label}: mục “{key}” phải là chữ")
    return value or ""


_is_web_address = URLValidator(schemes=["http", "https"])


def _url(value, label):
    address = cleaning.line(value)
    if not address:
        return ""
    try:
        _is_web_address(address)
        urlsplit(address)
    except (ValidationError, ValueError):
        raise Refused(f"{label} không phải địa chỉ http(s) hợp lệ") from None
    if len(address) > 500:
        raise Refused(f"{label} dài {len(address)} ký tự, tối đa 500")
    return address
