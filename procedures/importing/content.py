"""What a source record says, in the shape of the catalogue's rows. Plain values: two records compare with ==."""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Step:
    title: str
    body: str


@dataclass(frozen=True)
class Duration:
    """`note` keeps the source's words unless value and unit say exactly the same."""

    value: Decimal | None = None
    unit: str = ""
    note: str = ""


@dataclass(frozen=True)
class FeeItem:
    """`source_text` always keeps the source's words beside the amount."""

    kind: str = ""
    amount: Decimal | None = None
    currency: str = "VND"
    note: str = ""
    source_text: str = ""


@dataclass(frozen=True)
class Method:
    kind: str
    duration: Duration = Duration()
    description: str = ""
    fees: tuple[FeeItem, ...] = ()


@dataclass(frozen=True)
class Paper:
    name: str
    is_note: bool = False
    original_qty: int | None = None
    copy_qty: int | None = None
    photocopy_qty: int | None = None
    form_name: str = ""
    form_url: str = ""


@dataclass(frozen=True)
class Case:
    name: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True)
class Result:
    name: str
    code: str = ""


@dataclass(frozen=True)
class Basis:
    """An act. Without a certain number only `text` stands; `text` is all that the source says of it."""

    text: str
    number: str = ""
    doc_type: str = ""
    title: str = ""
    issuer: str = ""
    signed_on: date | None = None


@dataclass(frozen=True)
class Content:
    """One procedure as its source describes it."""

    code: str
    name: str
    decision: str = ""
    decision_text: str = ""
    levels: tuple[str, ...] = ()
    procedure_type: str = ""
    sector: str = ""
    steps: tuple[Step, ...] = ()
    methods: tuple[Method, ...] = ()
    cases: tuple[Case, ...] = ()
    sets_required: int | None = None
    audiences: tuple[str, ...] = ()
    executing: tuple[str, ...] = ()
    competent: tuple[str, ...] = ()
    authorised: tuple[str, ...] = ()
    coordinating: tuple[str, ...] = ()
    issuing: tuple[str, ...] = ()
    receiving_address: str = ""
    results: tuple[Result, ...] = ()
    legal_bases: tuple[Basis, ...] = ()
    requirements: str = ""
    description: str = ""
    related_text: str = ""
    national_url: str = ""
    summary: str = ""
    keywords: str = ""
    online_level: str = ""
    partial_reason: str = ""
    popularity: int = 0


# What the portal's staff write themselves: a source that is silent on it blanks nothing.
OWN_PARTS = {"summary", "keywords", "online_level", "partial_reason", "popularity"}
AGENCY_PARTS = ("executing", "competent", "authorised", "coordinating", "issuing")

PART_NAMES = {
    "name": "tên",
    "decision": "quyết định công bố",
    "decision_text": "số quyết định ghi ở nguồn",
    "levels": "cấp thực hiện",
    "procedure_type": "loại thủ tục",
    "sector": "lĩnh vực",
    "steps": "trình tự thực hiện",
    "methods": "cách thức thực hiện",
    "cases": "thành phần hồ sơ",
    "sets_required": "số bộ hồ sơ",
    "audiences": "đối tượng thực hiện",
    "executing": "cơ quan thực hiện",
    "competent": "cơ quan có thẩm quyền",
    "authorised": "cơ quan được ủy quyền",
    "coordinating": "cơ quan phối hợp",
    "issuing": "cơ quan ban hành",
    "receiving_address": "địa chỉ tiếp nhận",
    "results": "kết quả thực hiện",
    "legal_bases": "căn cứ pháp lý",
    "requirements": "yêu cầu, điều kiện",
    "description": "mô tả",
    "related_text": "thủ tục liên quan",
    "national_url": "trang trên Cổng Dịch vụ công quốc gia",
    "summary": "tóm tắt",
    "keywords": "từ khóa",
    "online_level": "dịch vụ công trực tuyến",
    "partial_reason": "vì sao chỉ trực tuyến một phần",
    "popularity": "được tìm nhiều",
}
PARTS = tuple(field.name for field in fields(Content) if field.name != "code")
