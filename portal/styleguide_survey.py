"""A sheet of a survey for the style guide: each kind of question, some answered, some to be put right."""

LEVELS = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")


def _vi(text):
    return {"text": text, "language": "vi"}


def _question(number, text, *, words=(), chosen=0, kind="", is_required=True, **parts):
    name = f"q-mau-{number}"
    described = {"error": "error", "hint": "hint", "if": "condition"}
    return {
        "name": name,
        "asked": {
            "number": number,
            "words": _vi(text),
            "row": {"is_required": is_required, "has_unknown": parts.pop("has_unknown", False)},
            "is_rated": words == LEVELS,
        },
        f"is_{kind or 'plain'}": True,
        "levels": [
            {
                "value": value,
                "words": _vi(word),
                "id": name if value == 1 else f"{value}-{name}",
                "is_chosen": value == chosen,
            }
            for value, word in enumerate(words, 1)
        ],
        "described_by": " ".join(
            f"{part}-{name}" for part, key in described.items() if parts.get(key)
        ),
        **parts,
    }


def _section(number, title, *blocks):
    return {
        "number": number,
        "words": _vi(title),
        "blocks": [
            {
                "questions": questions,
                "is_matrix": len(questions) > 1,
                "has_unknown": any(one["asked"]["row"]["has_unknown"] for one in questions),
            }
            for questions in blocks
        ],
    }


_ONLINE = {
    "selector": '[name="q-mau-1"]:checked',
    "asked": {"number": 1},
    "options": [{"words": _vi("Trực tuyến")}],
}

SURVEY_SHEET = {
    "sections": [
        _section(
            1,
            "Tiếp cận dịch vụ",
            [_question(1, "Nộp hồ sơ cách nào?", words=("Tại quầy", "Trực tuyến"), chosen=2)],
            [
                _question(2, "Thời gian chờ đến lượt", words=LEVELS, chosen=4),
                _question(
                    3,
                    "Trang nộp hồ sơ dễ dùng",
                    words=LEVELS,
                    has_unknown=True,
                    condition=_ONLINE,
                    error="Chọn một câu trả lời.",
                ),
            ],
        ),
        _section(
            2,
            "Khác",
            [_question(4, "Nhìn chung hài lòng đến đâu?", words=LEVELS, chosen=5, kind="faces")],
            [
                _question(
                    5,
                    "Mong làm tốt hơn việc gì?",
                    words=("Chỗ ngồi chờ", "Bảng chỉ dẫn"),
                    kind="multiple",
                    hint="Chọn được nhiều câu trả lời.",
                    has_unknown=True,
                    is_required=False,
                )
            ],
            [
                _question(
                    6,
                    "Phải đến mấy lần?",
                    is_typed=True,
                    kind="number",
                    hint="Ghi một số từ 1 đến 20.",
                    typed="30",
                    error="Ghi một số từ 1 đến 20.",
                )
            ],
            [
                _question(
                    7,
                    "Góp ý thêm",
                    is_typed=True,
                    kind="long",
                    most_letters=2000,
                    is_required=False,
                )
            ],
        ),
    ]
}
