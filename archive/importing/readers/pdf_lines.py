"""Reads the text of a PDF in a process of its own, so that no PDF can exhaust the importer.

Reads the file from stdin and prints JSON: for each page its size, its segments (words that stand
close to each other on a line), the words that are turned against the others, and how much of it
pictures cover.  Note marks, which are set small and high, stand between the two characters of
``MARK``.  Text that runs to the left is put in the order in which it is read.  pdfminer.six finds
the glyphs and where they stand; ``archive.importing.apart`` sets the limits.
"""

from __future__ import annotations

import io
import json
import math
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

MAX_PAGES = 2_000
MAX_GLYPHS = 100_000  # of a page; no page that is read has so many
MARK = "\ue000", "\ue001"

# Exit codes, which archive.importing.readers.pdf turns into refusals.
ENCRYPTED, UNREADABLE, TOO_MANY_PAGES, TOO_MUCH = 11, 12, 13, 14

_APART = 0.9  # of the letters’ size: the gap between two segments of a line
_SPACE = 0.18, 0.35  # of their size: the gap between two words; where text runs to the left
_SIGNS = "*∗†‡§¶"  # that mark notes besides numbers
_LIGATURES = re.compile(r"[\ufb00-\ufb06\ufb13-\ufb17\ufb50-\ufdff\ufe70-\ufefc]")


class Glyph(NamedTuple):
    """A letter, in points from the lower left corner of the page as it is read."""

    text: str
    x0: float
    x1: float
    y0: float
    y1: float
    size: float
    bold: bool


def main() -> int:
    """Return 0, or one of the exit codes above."""
    from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError  # noqa: PLC0415
    from pdfminer.pdfparser import PDFParser  # noqa: PLC0415

    data = sys.stdin.buffer.read()
    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)))
        if document.encryption is not None:
            return ENCRYPTED
        found = list(_pages(document))
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


def _pages(document: Any) -> Iterator[dict[str, Any]]:
    from pdfminer.converter import PDFLayoutAnalyzer  # noqa: PLC0415
    from pdfminer.layout import LTChar, LTImage  # noqa: PLC0415
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager  # noqa: PLC0415
    from pdfminer.pdfpage import PDFPage  # noqa: PLC0415

    class Device(PDFLayoutAnalyzer):
        """Keeps the letters and pictures of a page, and none of its drawings."""

        page: Any = None

        def paint_path(self, *_arguments: Any) -> None:
            pass

        def receive_layout(self, ltpage: Any) -> None:
            self.page = ltpage

    manager = PDFResourceManager()
    device = Device(manager)
    interpreter = PDFPageInterpreter(manager, device)
    for each in islice(PDFPage.create_pages(document), MAX_PAGES + 1):
        interpreter.process_page(each)
        page, device.page = device.page, None
        parts = list(_inside(page))
        images = sum(_area(part, page) for part in parts if isinstance(part, LTImage))
        letters = [part for part in parts if isinstance(part, LTChar)][:MAX_GLYPHS]
        yield _page(letters, page.width, page.height, min(1.0, images))


def _inside(element: Any) -> Iterator[Any]:
    """All that stands in an element, and in those within it."""
    for each in element:
        if hasattr(each, "__iter__"):
            yield from _inside(each)
        else:
            yield each


def _area(image: Any, page: Any) -> float:
    """The share of the page that a picture covers."""
    width = min(image.x1, page.x1) - max(image.x0, page.x0)
    height = min(image.y1, page.y1) - max(image.y0, page.y0)
    return float(max(0.0, width) * max(0.0, height) / max(1.0, page.width * page.height))


def _page(letters: Sequence[Any], width: float, height: float, images: float) -> dict[str, Any]:
    turns = [_turn(each.matrix) for each in letters]
    turn = Counter(turns).most_common(1)[0][0] if turns else 0
    turn = max(turn, 0)
    glyphs: list[Glyph] = []
    turned: list[str] = []
    for letter, own in zip(letters, turns):
        if own == turn:
            glyphs.append(_glyph(letter, turn, width, height))
        else:
            turned.append(letter.get_text())
    upright = turn % 180 == 0
    rtl = sum(_is_rtl(each.text) for each in glyphs) * 2 > len(glyphs)
    return {
        "width": width if upright else height, "height": height if upright else width,
        "images": images, "turned": _clean("".join(turned)),
        "segments": [_segment(each, rtl=rtl) for each in _whole_lines(list(_segments(glyphs)))],
    }  # fmt: skip


def _turn(matrix: Sequence[float]) -> int:
    """The angle at which text runs, in degrees; -1 for text that is neither level nor upright."""
    angle = math.degrees(math.atan2(matrix[1], matrix[0])) % 360
    turn = round(angle / 90) * 90
    return turn % 360 if abs(turn - angle) < 10 else -1


def _glyph(letter: Any, turn: int, width: float, height: float) -> Glyph:
    x0, y0, x1, y1 = letter.x0, letter.y0, letter.x1, letter.y1
    if turn == 90:
        x0, x1, y0, y1 = y0, y1, width - x1, width - x0
    elif turn == 180:
        x0, x1, y0, y1 = width - x1, width - x0, height - y1, height - y0
    elif turn == 270:
        x0, x1, y0, y1 = height - y1, height - y0, x0, x1
    bold = bool(re.search(r"(?i)bold|black|heavy|semibd", letter.fontname))
    return Glyph(_clean(letter.get_text()), x0, x1, y0, y1, y1 - y0, bold)


def _clean(text: str) -> str:
    """Text without ligatures and forms of letters; what has no meaning is a replacement sign."""
    text = re.sub(r"\(cid:\d+\)", "\ufffd", text)
    text = re.sub(r"[\ue000-\ue011\x00]", "\ufffd", text)
    return _LIGATURES.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)


def _segments(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """The glyphs in groups that stand close to each other on a line, as they were drawn."""
    held: list[Glyph] = []
    for glyph in glyphs:
        if held and not _follows(glyph, held[-1]):
            yield held
            held = []
        if not any(_is_again(glyph, each) for each in held[-3:]):
            held.append(glyph)
    if held:
        yield held


def _whole_lines(segments: list[list[Glyph]]) -> list[list[Glyph]]:
    """The segments; those beside each other are one where text runs to the left.

    Programs draw the words of other scripts within it apart, and only together have they an order.
    """
    done: list[list[Glyph]] = []
    rtl = [each for each in segments if any(_is_rtl(glyph.text) for glyph in each)]
    if not rtl:
        return segments
    left = sorted(segments, key=lambda each: min(glyph.x0 for glyph in each))
    for each in left:
        beside = next((one for one in done if _is_beside(each, one)), None)
        if beside is None:
            done.append(list(each))
        else:
            beside += each
    return done


def _is_beside(one: Sequence[Glyph], other: Sequence[Glyph]) -> bool:
    if not any(_is_rtl(glyph.text) for glyph in (*one, *other)):
        return False
    tops, bottoms = (max(g.y1 for g in one), max(g.y1 for g in other)), (
        min(g.y0 for g in one), min(g.y0 for g in other)
    )  # fmt: skip
    size = max(one[0].size, other[0].size)
    gap = min(g.x0 for g in one) - max(g.x1 for g in other)
    return min(tops) - max(bottoms) > 0.5 * size and gap < _APART * size


def _follows(glyph: Glyph, last: Glyph) -> bool:
    shared = min(glyph.y1, last.y1) - max(glyph.y0, last.y0)
    if shared < 0.3 * min(glyph.size, last.size):
        return False
    size = max(glyph.size, last.size)
    right, left = glyph.x0 - last.x1, last.x0 - glyph.x1
    to_left = _is_rtl(glyph.text) or _is_rtl(last.text)
    return -0.5 * size < right < _APART * size or (to_left and -0.5 * size < left < _APART * size)


def _is_again(glyph: Glyph, other: Glyph) -> bool:
    """Whether a glyph is drawn twice, as some programs make bold letters."""
    near = 0.15 * glyph.size
    return (
        glyph.text == other.text and abs(glyph.x0 - other.x0) < near
        and abs(glyph.y0 - other.y0) < near and not glyph.text.isspace()
    )  # fmt: skip


def _segment(glyphs: Sequence[Glyph], *, rtl: bool) -> dict[str, Any]:
    """A segment of a page; ``rtl`` tells whether most of the page runs to the left."""
    shown = [each for each in glyphs if each.text.strip()]
    sizes = sorted(each.size for each in shown or glyphs)
    usual = sizes[len(sizes) // 2]
    level = sorted(each.y0 for each in shown or glyphs if each.size > 0.8 * usual)
    base = level[len(level) // 2] if level else glyphs[0].y0
    left = sum(_is_rtl(each.text) for each in glyphs)
    right = sum(each.text.isalpha() for each in glyphs) - left
    is_rtl = left > right or (rtl and not right)
    ordered = _read(glyphs) if is_rtl else list(glyphs)
    return {
        "x0": min(each.x0 for each in shown or glyphs),
        "x1": max(each.x1 for each in shown or glyphs), "y0": base, "y1": base + usual,
        "size": usual, "bold": sum(each.bold for each in shown) * 2 > len(shown),
        "rtl": is_rtl, "text": _text(ordered, usual, base, _SPACE[is_rtl]),
    }  # fmt: skip


def _text(glyphs: Sequence[Glyph], usual: float, base: float, space: float) -> str:
    pieces: list[str] = []
    last: Glyph | None = None
    for glyph in glyphs:
        if last is not None and not last.text.isspace() and not glyph.text.isspace():
            gap = max(glyph.x0 - last.x1, last.x0 - glyph.x1)
            pieces += [" "] if gap > space * usual else []
        small = glyph.size < 0.8 * usual and glyph.y0 > base + 0.1 * usual
        marks = small and (glyph.text.isdecimal() or glyph.text in _SIGNS)
        superscript = unicodedata.normalize("NFKC", glyph.text)
        if not marks and superscript != glyph.text and superscript.isdecimal():
            marks, glyph = True, glyph._replace(text=superscript)  # noqa: PLW2901
        pieces.append(f"{MARK[0]}{glyph.text}{MARK[1]}" if marks else glyph.text)
        last = glyph
    text = "".join(pieces).replace(MARK[1] + MARK[0], "")
    return " ".join(text.split())


# --- Text that runs to the left (UAX 9, in reverse)


def _is_rtl(text: str) -> bool:
    return bool(text) and unicodedata.bidirectional(text[0]) in {"R", "AL"}


def _kind(text: str) -> str:
    kind = unicodedata.bidirectional(text[:1] or " ")
    return {"L": "L", "EN": "N", "AN": "N", "WS": "s", "NSM": "m", "R": "R", "AL": "R"}.get(
        kind, "p"
    )


def _read(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The glyphs of a line that runs to the left, in the order of reading."""
    clusters: list[list[Glyph]] = []  # a letter and the signs above and below it
    for glyph in glyphs:
        if clusters and _kind(glyph.text) == "m":
            clusters[-1].append(glyph)
        else:
            clusters.append([glyph])
    clusters.sort(key=lambda each: -(each[0].x0 + each[0].x1))
    kinds = "".join(_kind(each[0].text) for each in clusters)
    for run in re.finditer(r"(?:N[Nspm]*)?L(?:[LNspm]*[LN])?|N(?:[Np]*N)?", kinds):
        clusters[run.start() : run.end()] = clusters[run.start() : run.end()][::-1]
    return [glyph for each in clusters for glyph in each]


def _information(raw: dict[str, Any]) -> dict[str, str]:
    """The entries of the information dictionary (ISO 32000-1, 14.3.3) that are texts."""
    from pdfminer.utils import decode_text  # noqa: PLC0415

    return {name: decode_text(value) for name, value in raw.items() if isinstance(value, bytes)}


if __name__ == "__main__":
    sys.exit(main())
