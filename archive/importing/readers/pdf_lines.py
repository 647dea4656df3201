"""Reads the lines of a PDF in a process of its own, so that no PDF can exhaust the importer.

Reads the file from stdin and prints JSON: for each page its height and its lines, each with its
box, the size of its letters and its text.  Digits that are set small and high, as note marks are,
stand between the two characters of ``MARK``.  pdfminer.six finds the layout (``LTTextBox``), the
operating system enforces the limits (setrlimit(2)).
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from typing import Any

MEMORY = 1_536 * 2**20  # bytes of address space
SECONDS = 60  # of CPU
MAX_PAGES = 2_000
MARK = "\ue000", "\ue001"

# Exit codes, which archive.importing.readers.pdf turns into refusals.
ENCRYPTED, UNREADABLE, TOO_MANY_PAGES, TOO_MUCH = 11, 12, 13, 14


def limit() -> None:
    """Limit memory and CPU time of this process, where the system can."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def main() -> int:
    """Return 0, or one of the exit codes above."""
    limit()
    from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError  # noqa: PLC0415
    from pdfminer.pdfparser import PDFParser  # noqa: PLC0415

    data = sys.stdin.buffer.read()
    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)))
        if document.encryption is not None:
            return ENCRYPTED
        found = list(_pages(data))
    except PDFEncryptionError:
        return ENCRYPTED
    except MemoryError:
        return TOO_MUCH
    except Exception as error:
        print(type(error).__name__, file=sys.stderr)
        return UNREADABLE
    if len(found) > MAX_PAGES:
        return TOO_MANY_PAGES
    information = [_information(each) for each in document.info]
    json.dump({"pages": found, "information": information[:1]}, sys.stdout)
    return 0


def _pages(data: bytes) -> Iterator[dict[str, Any]]:
    from pdfminer.high_level import extract_pages  # noqa: PLC0415
    from pdfminer.layout import LAParams, LTTextBox, LTTextLine  # noqa: PLC0415

    layout = LAParams(line_margin=0.4, boxes_flow=0.5)
    for page in extract_pages(io.BytesIO(data), laparams=layout, maxpages=MAX_PAGES + 1):
        boxes = [[
            _line(line) for line in (box if isinstance(box, LTTextBox) else ())
            if isinstance(line, LTTextLine) and line.get_text().strip()
        ] for box in page]  # fmt: skip
        yield {"height": page.height, "boxes": boxes}


def _line(line: Any) -> dict[str, Any]:
    from pdfminer.layout import LTChar  # noqa: PLC0415

    sizes = sorted(each.size for each in line if isinstance(each, LTChar))
    usual = sizes[len(sizes) // 2] if sizes else 0.0
    pieces: list[str] = []
    for each in line:
        small = isinstance(each, LTChar) and each.size < 0.8 * usual
        text = each.get_text()
        high = small and text.isdigit() and each.y0 > line.y0 + 0.2 * usual
        pieces.append(f"{MARK[0]}{text}{MARK[1]}" if high else text)
    text = "".join(pieces).replace(MARK[1] + MARK[0], "")
    return {"x": line.x0, "right": line.x1, "top": line.y1, "bottom": line.y0,
            "size": usual, "text": text}  # fmt: skip


def _information(raw: dict[str, Any]) -> dict[str, str]:
    """The entries of the information dictionary (ISO 32000-1, 14.3.3) that are texts."""
    from pdfminer.utils import decode_text  # noqa: PLC0415

    return {name: decode_text(value) for name, value in raw.items() if isinstance(value, bytes)}


if __name__ == "__main__":
    sys.exit(main())
