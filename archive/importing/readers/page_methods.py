"""Asks two libraries for the main text of a page, in a process of its own.

Reads the page from stdin, whose elements are numbered by ``data-n``, and prints JSON: the numbers
of the elements that readability-lxml keeps, and the text that trafilatura extracts.  A method that
fails says nothing.
"""

from __future__ import annotations

import json
import re
import sys
from contextlib import suppress

NUMBER = "data-n"


def main() -> int:
    """Print what the two methods find."""
    page = sys.stdin.buffer.read().decode()
    json.dump({"kept": _kept(page), "extracted": _extracted(page)}, sys.stdout)
    return 0


def _kept(page: str) -> list[int]:
    from readability import Document  # noqa: PLC0415

    with suppress(Exception):  # whatever a page can do to it
        summary = Document(page).summary(html_partial=True)
        return [int(number) for number in re.findall(rf'{NUMBER}="(\d+)"', summary)]
    return []


def _extracted(page: str) -> str:
    from trafilatura import extract  # noqa: PLC0415

    with suppress(Exception):
        return extract(page, include_comments=False, deduplicate=False) or ""
    return ""


if __name__ == "__main__":
    sys.exit(main())
