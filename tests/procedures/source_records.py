"""The smallest valid source record; a test states only the keys that it is about."""

import json

from procedures.importing.service import import_records


def make_record(**keys):
    return {
        "code": "1.000001",
        "name": "Đăng ký thử nghiệm",
        "decision_number": "163/QĐ-BTP",
        "levels": ["xa"],
        "level_text": "Cấp xã",
        "procedure_type": "TTHC được luật giao quy định chi tiết",
        "field": "Hộ tịch",
        "issuing_agency": "Bộ Tư pháp",
        "executing_agency": "Ủy ban nhân dân cấp xã",
        "competent_agency": None,
        "authorized_agency": None,
        "coordinating_agency": None,
        "receiving_address": None,
        "applicants": "Công dân Việt Nam",
        "steps": "Bước 1: Nộp hồ sơ.\nBước 2: Nhận kết quả.",
        "methods": [make_method_row()],
        "dossier": [make_paper_row()],
        "legal_basis": [{"title": "Luật Hộ tịch", "number": "60/2014/QH13"}],
        "conditions": None,
        "results": [{"name": "Giấy khai sinh", "code": "KQ.1"}],
        "related": None,
        "keywords": None,
        "description": None,
        "source_url": "https://dichvucong.gov.vn/thu-tuc/1",
        "raw": None,
        "source": "example/records",
    } | keys


def make_method_row(**keys):
    return {
        "channel": "Trực tiếp",
        "time": "5 Ngày làm việc",
        "fees": [{"text": "Miễn phí", "note": None}],
        "description": None,
    } | keys


def make_paper_row(**keys):
    return {
        "case": None,
        "name": "Tờ khai",
        "form": None,
        "originals": 1,
        "copies": 0,
        "photocopies": 0,
    } | keys


def as_line(record):
    return json.dumps(record, ensure_ascii=False)


def import_all(*records, **options):
    lines = [(number, as_line(record)) for number, record in enumerate(records, start=1)]
    return import_records(lines, **{"origin": "thử"} | options)
