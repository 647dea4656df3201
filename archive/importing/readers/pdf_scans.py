"""Reads the pages of a PDF that are pictures with tesseract, in a process of its own.

Reads a JSON line and the file from stdin: which pages, and in which languages.  Prints JSON: of
each page its segments, as ``pdf_lines`` gives them, and how sure tesseract is of its words.
"""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

UNREADABLE = 12
SURE = 70  # of 100: words below it are told


def main() -> int:
    """Print what stands on the pages."""
    import pikepdf  # noqa: PLC0415

    asked = json.loads(sys.stdin.buffer.readline())
    found = {}
    try:
        with pikepdf.open(io.BytesIO(sys.stdin.buffer.read())) as pdf:
            for number in asked["pages"]:
                found[number] = _page(pdf.pages[number - 1], asked["languages"])
    except Exception as error:
        print(type(error).__name__, file=sys.stderr)
        return UNREADABLE
    json.dump(found, sys.stdout)
    return 0


def _page(page: Any, languages: str) -> dict[str, Any]:
    import pikepdf  # noqa: PLC0415

    pictures = [pikepdf.PdfImage(each) for each in page.images.values()]
    largest = max(pictures, key=lambda each: each.width * each.height)
    picture = largest.as_pil_image().convert("L")
    held = io.BytesIO()
    picture.save(held, "PNG")
    command = ["tesseract", "stdin", "stdout", *(["-l", languages] if languages else []), "tsv"]
    done = subprocess.run(command, input=held.getvalue(), capture_output=True, check=True)
    box = page.mediabox
    width, height = float(box[2] - box[0]), float(box[3] - box[1])
    words = list(_words(done.stdout.decode("utf-8", "replace")))
    scale = width / picture.width, height / picture.height
    sure = [float(each["conf"]) for each in words]
    return {
        "segments": list(_segments(words, scale, height)), "words": len(words),
        "sure": round(sum(sure) / len(sure)) if sure else 0,
        "unsure": [each["text"] for each in words if float(each["conf"]) < SURE],
    }  # fmt: skip


def _words(table: str) -> Iterator[dict[str, str]]:
    """The rows of tesseract’s table that are words."""
    for row in csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        if (row.get("text") or "").strip() and float(row.get("conf") or -1) >= 0:
            yield row


def _segments(
    words: Sequence[Mapping[str, str]], scale: tuple[float, float], height: float
) -> Iterator[dict[str, Any]]:
    lines: dict[tuple[str, ...], list[Mapping[str, str]]] = defaultdict(list)
    for each in words:
        lines[each["block_num"], each["par_num"], each["line_num"]].append(each)
    tall = [max(int(word["height"]) for word in line) * scale[1] for line in lines.values()]
    size = median(tall) if tall else 10.0
    for line in lines.values():
        left = min(int(word["left"]) for word in line) * scale[0]
        right = max(int(word["left"]) + int(word["width"]) for word in line) * scale[0]
        low = height - max(int(word["top"]) + int(word["height"]) for word in line) * scale[1]
        text = " ".join(word["text"] for word in line)
        yield {"x0": left, "x1": right, "y0": low, "y1": low + size, "size": size, "bold": False,
               "rtl": False, "text": text}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
