"""Reads a PDF from the standard input in a process of its own, with little memory and time: see `portal.pdf`.

A file of a few megabytes can unpack to gigabytes, or bring down whoever reads it; here only this process goes.
It knows neither Django nor the portal's secrets.
"""

import json
import re
import sys

import pypdfium2
from pypdfium2 import raw as pdfium

try:
    import resource
except ImportError:
    # Windows, where people develop: there the time alone is limited.
    resource = None

MEMORY = 1024**3
SECONDS = 10
MAX_PAGES = 3000


class NamesInPdf:
    """Takes a document as PDFium writes it: unpacked, and every name spelled out, wherever it was hidden."""

    FORBIDDEN = re.compile(
        rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|Rendition|ImportData|SubmitForm|XFA)"
        rb"(?![A-Za-z0-9_#.-])"
    )
    LONGEST = 20

    def __init__(self):
        self.found = False
        self._end = b""

    def write(self, piece):
        piece = self._end + piece
        self.found = self.found or self.FORBIDDEN.search(piece) is not None
        self._end = piece[-self.LONGEST :]


def judge(file):
    """The number of pages, or what is wrong."""
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as failure:
        return {"fault": "locked" if failure.err_code == pdfium.FPDF_ERR_PASSWORD else "broken"}
    if pdfium.FPDF_GetSecurityHandlerRevision(document) != -1:
        return {"fault": "locked"}
    if not 0 < len(document) <= MAX_PAGES:
        return {"fault": "too long" if len(document) else "broken"}
    names = NamesInPdf()
    document.save(names, flags=pdfium.FPDF_NO_INCREMENTAL)
    if names.found or pdfium.FPDFDoc_GetJavaScriptActionCount(document):
        return {"fault": "program"}
    return {"page_count": len(document)}


def draw_first_page(file, width, height):
    """No larger than asked for: a page may say that it is a mile wide."""
    page = pypdfium2.PdfDocument(file)[0]
    page_width, page_height = page.get_size()
    scale = min(width / max(page_width, 1), height / max(page_height, 1))
    return page.render(scale=scale).to_pil()


def main(task, *numbers):
    if resource:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if task == "judge":
        print(json.dumps(judge(sys.stdin.buffer)))
    else:
        draw_first_page(sys.stdin.buffer, *map(int, numbers)).save(sys.stdout.buffer, "PNG")


if __name__ == "__main__":
    main(*sys.argv[1:])
