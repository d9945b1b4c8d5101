"""Printed matter as PDF/UA: a template of Typst and its data in, the bytes of a file out.

    typesetting.compile(template, {"language": "vi", "title": …})

Typst comes as one package and asks no network. The template reads its data with

    #let data = json(bytes(sys.inputs.data))

Values are text, never markup: whatever a person wrote is printed as it stands. A picture of the data is
`image(bytes(data.code), alt: …)`.
"""

import json
from pathlib import Path

import typst

FONTS = Path(__file__).parent / "fonts"


def compile(template: str, data: dict) -> bytes:
    return typst.compile(
        template.encode(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        font_paths=[FONTS],
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
    )
