"""What is in a PDF that the portal made: its words in their order, and its codes."""

import pypdfium2
import zxingcpp


def text_of(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())


def codes_in(pdf: bytes) -> list[str]:
    pictures = [page.render(scale=150 / 72).to_pil() for page in pypdfium2.PdfDocument(pdf)]
    return [code.text for one in pictures for code in zxingcpp.read_barcodes(one.convert("L"))]
