"""Holds the text of a PDF against the words of the pages that it prints.

Print shows the same words with other marks: it breaks lines, numbers lists, adds page numbers to
links, and draws formulas.  So the letters of each block are looked for where its named destination
is, one after the other and with the same spaces; a mark must be the one that the page has.

What is read is the text as it is drawn, by the fonts' ToUnicode maps (PDF 2.0, 9.10.3), and not
what a reader's eye would see.
"""

from __future__ import annotations

import io
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cached_property, partial
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

import pikepdf
from lxml import etree

from archive.model.glyphs import Font
from archive.model.passage import normalise
from archive.preservation.ledger import is_anchor
from archive.preservation.stacked import PLAIN, STACKED, Stack, stacked
from archive.preservation.words import Said

# Marks of lists, and the labels of signatories, which stand in columns and not in the margin.
_NUMBERING = re.compile(r"[•–∗‣◦▪]|\(?(?:[0-9]{1,6}|[A-Za-z]{1,6})[.)]|G[1-9][0-9]*")
_NUMBERING_RUNS = 3  # a bracket, a number, a bracket
_MARGIN = 20  # points that a label stands left of the text
_BEYOND = 4  # points that it stands right of a text that begins at the right
_LABEL, _EXACTLY = 8.5, 0.05  # points: the size of a label
_LABEL_SIZE = 9  # points, a little more than those of a label; headings are larger
_LONGEST_FORMULA = 4_000  # letters
PAGE = r"(?:pp?\.|S\.|pág\.|с\.|ص|页)"  # before the number of a page (archive.model.words)
_PAGES = rf"{PAGE}[0-9]+(?:–[0-9]+)?"
_PAGE_NUMBER = re.compile(rf"(,{_PAGES}|\({_PAGES}\))?")
_SLACK = 25  # points that a destination may stand above its block, beside what is before it
GAP = 0.4  # ems: runs that are further apart stand in two cells of a table

_NONE, _SPACE, _BREAK = 0, 1, 2  # what stands before a letter


@dataclass(frozen=True, slots=True)
class Run:
    """Text that is drawn at once."""

    page: int
    x: float
    y: float
    size: float  # points
    text: str
    width: float = 0.0  # points
    is_artifact: bool = False  # a header, a footer, or what a screen reader leaves out
    is_formula: bool = False  # by its font
    divides: bool = False  # the hyphen of a word that is divided


@dataclass(frozen=True, slots=True)
class Printed:
    """What a PDF has of interest here."""

    runs: tuple[Run, ...]
    places: Mapping[str, tuple[int, float]]  # page and height of each named destination
    attachments: Mapping[str, bytes]
    described: frozenset[str]  # the texts of its metadata that name the document
    addresses: frozenset[str]  # that its links lead to
    pages: int

    def on(self, first: int, last: int) -> Sequence[Run]:
        """The runs on pages, counted from 0."""
        begin = bisect_left(self.runs, first, key=_page_of)
        return self.runs[begin : bisect_right(self.runs, last, key=_page_of)]


def _page_of(run: Run) -> int:
    return run.page


def read_print(data: bytes) -> Printed:
    """Read a PDF.  Raises pikepdf.PdfError and ValueError where the engine makes none like it."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        _check_still(pdf)
        fonts: dict[tuple[int, int], Font] = {}
        runs = [run for number, page in enumerate(pdf.pages) for run in _runs(number, page, fonts)]
        attachments = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
        return Printed(
            tuple(_whole(runs)), _places(pdf), attachments, frozenset(_described(pdf)),
            frozenset(_addresses(pdf)), len(pdf.pages),
        )  # fmt: skip


def _check_still(pdf: pikepdf.Pdf) -> None:
    """Raise ValueError where something runs, or is drawn by other means than the pages' text."""
    root: Any = pdf.Root
    found = {*root.keys(), *root.get("/Names", {}).keys()} & _MOVING_PARTS
    for page in pdf.pages:
        found |= set(page.obj.keys()) & _MOVING_PARTS
        for link in page.obj.get("/Annots", []):
            action: Any = link.get("/A", {})
            if link.Subtype != "/Link" or "/AP" in link or action.get("/S", "/URI") != "/URI":
                found.add("an annotation that is no link")
        for drawn in page.resources.get("/XObject", {}).values():
            if drawn.Subtype != "/Image" and _SHOWING & set(_operators(drawn)):
                found.add("text in a drawing")
    if found:
        raise ValueError(f"the engine makes no PDF with {min(found)}")


_MOVING_PARTS = frozenset({"/AA", "/AcroForm", "/JavaScript", "/OCProperties", "/OpenAction"})


def _operators(drawn: Any) -> Iterator[str]:
    return (str(each.operator) for each in pikepdf.parse_content_stream(drawn))


def _described(pdf: pikepdf.Pdf) -> Iterator[str]:
    """The texts of its XMP properties of Dublin Core and PDF, and of its older dictionary."""
    yield from (str(pdf.docinfo[key]) for key in _INFO if key in pdf.docinfo)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    for element in etree.fromstring(pdf.Root.Metadata.read_bytes(), parser).iter(*_PROPERTIES):
        yield from filter(None, (str(text).strip() for text in element.itertext()))


_INFO = ("/Title", "/Author", "/Subject", "/Keywords")
_PROPERTIES = (
    "{http://purl.org/dc/elements/1.1/}*", "{http://purl.org/dc/terms/}*",
    "{http://ns.adobe.com/pdf/1.3/}*",
)  # fmt: skip


def _addresses(pdf: pikepdf.Pdf) -> Iterator[str]:
    for page in pdf.pages:
        for link in page.obj.get("/Annots", []):
            action: Any = link.get("/A", {})
            if "/URI" in action:
                yield str(action.URI)


def _places(pdf: pikepdf.Pdf) -> dict[str, tuple[int, float]]:
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    names: Any = pdf.Root.get("/Names", {})
    if "/Dests" not in names:
        return {}
    found = {}
    for name, place in pikepdf.NameTree(names.Dests).items():
        target: Any = place.D if isinstance(place, pikepdf.Dictionary) else place
        found[str(name)] = (pages[target[0].objgen], float(target[3]))
    return found


def _runs(number: int, page: pikepdf.Page, fonts: dict[tuple[int, int], Font]) -> Iterator[Run]:
    """The text of one page in the order in which it is drawn."""
    pen = _Pen(page.resources.get("/Font", {}), fonts)
    found = list[tuple[int, _Way, Run]]()
    for instruction in pikepdf.parse_content_stream(page):
        operator, operands = str(instruction.operator), instruction.operands
        if operator in _SHOWING:
            strings = operands[0] if operator == "TJ" else operands
            text, width = pen.text(strings), pen.width(strings)
            said = text.translate(TURNING)
            run = Run(number, *pen.place(), pen.size, said, width, *pen.role())
            found.append((pen.content, pen.way, run))
        elif operator in _FORBIDDEN or (operator == "Tr" and operands[0] != 0):
            raise ValueError("its text is drawn in a way that the engine does not use")
        elif operator in _MOVING:
            _MOVING[operator](pen, operands)
    pen.end()
    for _content, drawn in groupby(found, key=itemgetter(0)):
        yield from _of_one([each[1:] for each in drawn])


class _Way(Enum):
    """In which order the letters of a run are read."""

    SAID = auto()  # by its letters, or by its ActualText
    DRAWN = auto()  # as they are drawn, unless the text around them runs from right to left
    MARKED = auto()  # from right to left, as its marked content has it


def _of_one(drawn: Sequence[tuple[_Way, Run]]) -> Iterator[Run]:
    """The runs of one text of Typst, which has one direction.

    Signs of a text from right to left stand in it as they are drawn, from the left on.
    """
    is_backwards = any(way is _Way.MARKED or _is_backwards(run.text) for way, run in drawn)
    turned = (
        replace(each, text=each.text[::-1])
        if is_backwards and way is _Way.DRAWN and _has_no_way(each)
        else each
        for way, each in drawn
    )
    yield from _joined(
        turned, partial(_is_same, is_backwards=is_backwards), lambda _run: is_backwards
    )


def _is_same(last: Run, run: Run, *, is_backwards: bool) -> bool:
    """Whether a run goes on with a word of the same text, or with all of one from right to left."""
    if last.y != run.y or last.size != run.size or not (last.text and run.text):
        return False
    if last.divides or run.divides or last.is_formula:
        return False
    if is_backwards:  # spaces in it may be wide, to fill the line
        return _has_no_way(last) and _has_no_way(run) and last.x < run.x
    if apart(last, run):
        return False
    between = last.text[-1] + run.text[0]
    return between.isascii() and not any(map(str.isspace, between))


class _Pen:
    """The state of the graphics while a page is drawn (PDF 2.0, 8.4 and 9.3)."""

    def __init__(self, own: Any, fonts: dict[tuple[int, int], Font]) -> None:
        self._own = own
        self._fonts = fonts
        self._matrix: tuple[float, ...] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        self._kept: list[tuple[float, ...]] = []
        self._tags: list[tuple[str, str | None]] = []  # of marked content, with its ActualText
        self.content = 0  # the number of the outer marked content, which is one text of Typst
        self.way = _Way.DRAWN  # of the text drawn last
        self._told = ""  # of an ActualText, what is told already
        self._drawn = set[str]()  # its letters that were drawn, and what was drawn just before
        self._last = set[str]()  # letters of what was drawn last
        self._owed = "", frozenset[str]()  # an ActualText, and its marks that are not drawn yet
        self._is_begun = False  # whether something is drawn of the marked content
        self._divides = False  # whether the hyphen of a divided word was drawn last
        self._stack = Stack()
        self._marks_width = 0.0  # of what was drawn last, in thousandths of an em
        self._start = (0.0, 0.0)
        self._at = 0.0  # where the text drawn last begins
        self._font = Font({}, {})
        self.size = 0.0

    def keep(self, _: Any) -> None:
        self._kept.append(self._matrix)

    def restore(self, _: Any) -> None:
        self._matrix = self._kept.pop()

    def turn(self, operands: Any) -> None:
        self._matrix = _times([float(each) for each in operands], self._matrix)

    def mark(self, operands: Any) -> None:
        self.content += not self._tags
        self._tags.append((str(operands[0]), _actual(operands)))
        # A mark that stands higher than the others of its letter is drawn before them.
        self._told, self._drawn, self._is_begun = "", {*self._last}, False

    def unmark(self, _: Any) -> None:
        """End marked content.  Marks that it is said to have and lacks have to be drawn next.

        The glyph of a mark may say a letter that it stood on first, so letters are not held.
        """
        _, actual = self._tags.pop()
        if actual is not None and actual == self._told and _is_backwards(actual):
            marks = frozenset(filter(unicodedata.combining, _letters(actual)))
            self._owed = actual, marks - self._drawn

    def end(self) -> None:
        """Hold that no mark is lacking.  Raises ValueError where one is."""
        if self._owed[1]:
            raise ValueError("it is said to show marks that are not drawn")

    def _pay(self, text: str, said: str) -> None:
        """Take note of the marks of a text, which may be those of the letter drawn just before.

        Typst draws the marks of a letter at their heights, each height by itself.
        """
        owing, marks = self._owed
        if marks and said.startswith(owing) and self.place()[0] == self._at:
            self._owed = owing, marks - _letters(text)
        else:
            self.end()
        self._at = self.place()[0]

    def choose(self, operands: Any) -> None:
        font = self._own[str(operands[0])]
        if font.objgen not in self._fonts:
            self._fonts[font.objgen] = Font.of(font)
        self._font, self.size = self._fonts[font.objgen], float(operands[1])

    def begin(self, operands: Any) -> None:
        self._start = (float(operands[4]), float(operands[5]))

    def place(self) -> tuple[float, float]:
        a, b, c, d, e, f = self._matrix
        x, y = self._start
        return a * x + c * y + e, b * x + d * y + f

    def text(self, strings: Any) -> str:
        """What is drawn; nothing for the hyphen of a word that is divided.

        What has an ActualText is told as that when its first glyphs are drawn.
        """
        text = self._font.text(strings)
        self._last = _letters(text)
        self._marks_width = 0.0
        actual = next((each for _, each in reversed(self._tags) if each), "")
        self._pay(text, actual or text)
        is_first, self._is_begun = not (actual and self._is_begun), True
        if actual:
            self._drawn |= self._last
        is_marked = any(tag == "/ReversedChars" for tag, _ in self._tags)
        is_said = bool(actual) or _is_backwards(text)
        self.way = _Way.MARKED if is_marked else _Way.SAID if is_said else _Way.DRAWN
        self._divides = text in _HYPHENS and (actual or text) == _SOFT_HYPHEN
        if self._divides or (actual and actual == self._told):
            return ""
        if actual and (said := self._said(text, actual, strings)):
            return said
        if STACKED.search(text):
            glyphs = self._font.parts(strings)
            text, self._marks_width = self._stack.read(
                glyphs, text, actual, self.place()[1], is_first=is_first
            )
            return text
        self._stack.past(actual, self.place()[1])
        if is_marked or _is_backwards(text):
            return "".join(reversed([*self._font.said(strings)]))
        return _NUMBERED.sub(_of_number, text)

    def _said(self, text: str, actual: str, strings: Any) -> str:
        """What an ActualText says that may stand for what is drawn; else empty."""
        if (text, actual) == (_SOFT_HYPHEN, "-"):
            return actual
        if (turned := text.translate(_MIRRORED)) != text and actual in {text, turned}:
            return turned  # also of one that is said to be itself: print says that of none
        if (first := text.translate(TURNING)) != text and actual in {
            first, first.translate(_MIRRORED)
        }:  # fmt: skip
            return actual
        if _may_stand_for(actual, self._font.glyphs(strings)):
            self._told = actual
            return actual
        return ""

    def role(self) -> tuple[bool, bool, bool]:
        """Whether what is drawn is an artifact, a formula, and a hyphen that divides a word."""
        is_artifact = any(tag == "/Artifact" for tag, _ in self._tags)
        return is_artifact, self._font.is_math, self._divides

    def width(self, strings: Any) -> float:
        """How far what was drawn last reaches, in points (PDF 2.0, 9.4.4)."""
        reach = self._font.width(strings) - self._marks_width
        return reach / 1000 * self.size * abs(self._matrix[0])


# A font's hyphen says what it stood for first: it may never be in a word but where that is divided.
_SOFT_HYPHEN = "\u00ad"
_HYPHENS = frozenset({"-", _SOFT_HYPHEN})
# A bracket, too: one glyph opens what runs from left to right and closes what runs the other way.
BRACKETS = "()[]{}<>«»‹›⟨⟩"
_MIRRORED = str.maketrans(BRACKETS, ")(][}{><»«›‹⟩⟨")
# Typst ends the texts of an outline with such a sign, which their last glyph says first.
# Fonts of some scripts leave out what turns a sentence, too.
TURNING = dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_SHOWING = frozenset({"Tj", "TJ"})
_FORBIDDEN = frozenset({
    "'", '"', "Td", "TD", "T*", "Tc", "Tw", "Tz", "TL", "Ts", "INLINE IMAGE",
})  # fmt: skip
_MOVING: Mapping[str, Callable[[_Pen, Any], None]] = {
    "q": _Pen.keep, "Q": _Pen.restore, "cm": _Pen.turn, "BDC": _Pen.mark, "BMC": _Pen.mark,
    "EMC": _Pen.unmark, "Tf": _Pen.choose, "Tm": _Pen.begin,
}  # fmt: skip


def _actual(operands: Any) -> str | None:
    """The ActualText of a marked content sequence."""
    given = operands[1] if len(operands) > 1 else None
    actual = given.get("/ActualText") if isinstance(given, pikepdf.Dictionary) else None
    return None if actual is None else str(actual)


_NUMBERED = re.compile(r"\[U\+([0-9A-F]{4,6})\]")  # a letter that no font has


def _may_stand_for(actual: str, drawn: Iterable[str]) -> bool:
    """Whether an ActualText may be of glyphs: in a script that needs it, with a letter of each."""
    letters = _letters(actual)
    return not PLAIN.search(actual) and not any(letters.isdisjoint(_letters(it)) for it in drawn)


def _letters(text: str) -> set[str]:
    """The letters of a text, marks apart."""
    return set(unicodedata.normalize("NFD", text).translate(_IN_PARTS))


# Vowels of Devanagari, Gujarati, Khmer, Lao and Thai whose glyphs have those of others in them.
_IN_PARTS = {
    ord(vowel): f"{vowel}{part}"
    for vowels, part in (
        ("\u0906\u0911\u0912\u0913\u0914", "\u0905\u093e"), ("\u0949\u094a\u094b\u094c", "\u093e"),
        ("\u0a86\u0a91\u0a93\u0a94", "\u0a85\u0abe"), ("\u0ac9\u0acb\u0acc", "\u0abe"),
        ("\u17be\u17bf\u17c0", "\u17c1"), ("\u17c4\u17c5", "\u17c1\u17b6"),
        ("\u0e33", "\u0e4d\u0e32"), ("\u0eb3", "\u0ecd\u0eb2"),
    )
    for vowel in vowels
}  # fmt: skip


def _of_number(found: re.Match[str]) -> str:
    return chr(min(int(found[1], 16), 0x10FFFF))


def _times(one: list[float], other: tuple[float, ...]) -> tuple[float, ...]:
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return (
        a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s,
        e * p + f * r + t, e * q + f * s + u,
    )  # fmt: skip


def _whole(runs: Iterable[Run]) -> Iterator[Run]:
    """Runs with the words whole that other scripts and hyphens draw in parts."""
    turned = _turned(list(_once(list(stacked(list(runs))))))
    yield from _joined(turned, _goes_on, lambda run: _is_backwards(run.text))


def _joined(
    runs: Iterable[Run],
    goes_on: Callable[[Run, Run], bool],
    is_backwards: Callable[[Run], bool],
) -> Iterator[Run]:
    """Runs, with those joined that go on with the one before, on the side that they are read."""
    last: Run | None = None
    for run in runs:
        if last is not None and goes_on(last, run):
            pair = (run, last) if is_backwards(run) else (last, run)
            text = "".join(each.text for each in pair)
            last = replace(last, text=text, width=run.x + run.width - last.x)
            continue
        if last is not None:
            yield last
        last = run
    if last is not None:
        yield last


def _once(runs: Sequence[Run]) -> Iterator[Run]:
    """Runs without marks that say the letter beside them again, as they stand at another height."""
    before: Run | None = None
    for run, after in zip(runs, [*runs[1:], None], strict=False):
        if _is_mark(run) and (_repeats(run, before) or _repeats(run, after)):
            before = None  # of two that say the same, one is left
            continue
        yield run
        before = run


def _turned(runs: Sequence[Run]) -> Iterator[Run]:
    """Runs beside each other as one where their line runs from right to left.

    They are drawn from the left on, parted where one of them is a bracket.  Where they fill a line
    the letters of its page tell which way it runs.
    """
    letters = Counter(
        (run.page, way in BACKWARDS) for run in runs if not run.is_artifact
        for way in map(unicodedata.bidirectional, run.text) if way in BACKWARDS or way == "L"
    )  # fmt: skip
    at = 0
    while at < len(runs):
        end = at + 1
        while end < len(runs) and _has_no_way(runs[at]) and _touches(runs[end - 1], runs[end]):
            end += 1
        row, around = runs[at:end], (runs[at - 1] if at else None, *runs[end : end + 1])
        page = row[0].page
        is_alone = not any(_is_level(row[0], each) for each in around if each is not None)
        is_backwards = any(_is_backwards(run.text) for run in row)
        if len(row) > 1 and (
            letters[page, True] > letters[page, False]
            if is_alone and is_backwards else _is_in_backward_line(row, *around)
        ):  # fmt: skip
            text = "".join(run.text for run in reversed(row))
            yield replace(row[0], text=text, width=row[-1].x + row[-1].width - row[0].x)
        else:
            yield from row
        at = end


def _is_level(run: Run, other: Run) -> bool:
    return (run.page, run.y) == (other.page, other.y)


def _has_no_way(run: Run) -> bool:
    """Whether a run has no letters or numbers that run from left to right in any line."""
    ways = set(map(unicodedata.bidirectional, run.text))
    return bool(run.text) and not ways & {"L", "EN", "AN"} and not run.is_formula


def _touches(last: Run, run: Run) -> bool:
    is_same = (last.page, last.y, last.size, last.is_artifact) == (
        run.page, run.y, run.size, run.is_artifact
    )  # fmt: skip
    is_beside = abs(run.x - last.x - last.width) <= GAP * last.size  # a dash of numbering, too
    return is_same and _has_no_way(run) and run.x >= last.x and is_beside


def _is_in_backward_line(row: Sequence[Run], before: Run | None, after: Run | None = None) -> bool:
    """Whether what is drawn before a row stands right of it, or what is drawn behind it left."""
    first, last = row[0], row[-1]
    if before is not None and (before.page, before.y) == (first.page, first.y):
        return before.x > last.x
    return (
        after is not None and (after.page, after.y) == (first.page, first.y) and after.x < first.x
    )


def _is_mark(run: Run) -> bool:
    """Whether a run is of a mark alone, which says its letter, too, in a script drawn backwards."""
    letters = unicodedata.normalize("NFD", run.text)
    is_marked = any(map(unicodedata.combining, letters))
    return is_marked and _is_backwards(run.text) and abs(run.width) < GAP * run.size


def _repeats(mark: Run, beside: Run | None) -> bool:
    if beside is None or beside.page != mark.page or beside.y == mark.y:
        return False
    is_before = beside.x < mark.x  # what stands at the left is said after what is at the right
    pair = (beside, mark) if is_before else (mark, beside)
    said = beside.text.startswith(mark.text) if is_before else beside.text.endswith(mark.text)
    return said and not apart(*pair)


def _goes_on(last: Run, run: Run) -> bool:
    """Whether a run is of the same word as the one before it, in such a script or another font."""
    if (last.page, last.size, last.is_artifact) != (run.page, run.size, run.is_artifact):
        return False
    if last.is_formula or run.is_formula or last.divides or run.divides:
        return False
    if not last.text or apart(last, run):
        return False
    if _is_backwards(last.text) and _is_backwards(run.text):
        return True
    if run.text and "-" in {run.text, last.text[-1]}:
        return True  # drawn by itself where the font's hyphen says that it divides a word
    return _is_within_word(last.text[-1:], run.text[:1])


def _is_within_word(before: str, after: str) -> bool:
    """Whether a word goes on from one letter to the next, of which one is no ASCII."""
    between = before + after
    if between.isascii() or any(map(str.isspace, between)):
        return False
    if any(unicodedata.bidirectional(each) in BACKWARDS for each in between):
        return False
    is_letter = bool(after) and unicodedata.category(after)[0] in _IN_WORDS
    return is_letter or not any(map(PLAIN.match, between))


def _is_backwards(text: str) -> bool:
    """Whether a text has letters that run from right to left, which are drawn from its end on."""
    if text.isascii():
        return False
    found = set(map(unicodedata.bidirectional, text))
    return bool(found & BACKWARDS) and "L" not in found


BACKWARDS = frozenset({"R", "AL"})  # classes of letters that run from right to left
_IN_WORDS = frozenset("LMNS")  # letters, marks, numbers and signs that begin what goes on


# Comparing


@dataclass(frozen=True, slots=True)
class _Letters:
    """A text without its spaces, and what stands before each letter."""

    text: str
    before: bytes

    @classmethod
    def of(cls, text: str, space: int = _SPACE) -> _Letters:
        letters: list[str] = []
        before = bytearray()
        for word in normalise(text.translate(TURNING)).split(" "):
            letters.append(word)
            if word:
                before.append(space)
                before += bytes(len(word) - 1)
        if before and not text[:1].isspace():
            before[0] = _NONE
        return cls("".join(letters), bytes(before))


class Text:
    """The text of a PDF, in which blocks are looked for."""

    def __init__(self, printed: Printed) -> None:
        self._printed = printed
        runs = [run for run in printed.runs if not run.is_artifact]
        large = [run for run in runs if run.size > _LABEL_SIZE]
        margin = min((run.x for run in large), default=0.0) - _MARGIN
        right = max((run.x + run.width for run in large), default=0.0) + _BEYOND
        # A wide table, whose pages lie on their side, reaches beyond it, in letters of other sizes.
        begin_right = {run.page for run in large if _is_backwards(run.text)}
        # The foot begins at the left side of the text, as short lines from the right do not.
        feet: dict[int, tuple[float, float]] = {}
        for run in printed.runs:
            if run.is_artifact and run.page in begin_right:
                feet[run.page] = min((run.y, run.x), feet.get(run.page, (run.y, run.x)))
        self._runs: list[Run] = []
        self._labels: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
        last: Run | None = None  # of a label at the left
        for run in runs:
            at_right = run.x > right and abs(run.size - _LABEL) < _EXACTLY
            _, foot = feet.get(run.page, (0.0, margin + _MARGIN))
            edge = min(margin, foot - _MARGIN)
            # A label in two fonts ends before the text begins.
            goes_on = last is not None and not apart(last, run) and run.x < edge + _MARGIN
            last = run if run.x < edge or goes_on else None
            if last is not None or at_right:
                self._labels[run.page, round(run.y)].append(" ".join(run.text.split()))
            else:
                self._runs.append(run)

    @cached_property
    def _spelled(self) -> tuple[str, bytes, list[int]]:
        """All letters, what stands before each, and where each run begins among them."""
        text: list[str] = []
        before, starts = bytearray(), list[int]()
        last: Run | None = None
        open_space = False
        for run, after in zip(self._runs, [*self._runs[1:], None], strict=False):
            starts.append(len(before))
            spelled = _Letters.of(run.text)
            here = bytearray(spelled.before)
            if here:
                is_apart = apart(last, run) and not leads_on(last, run)
                here[0] = _BREAK if is_apart else max(here[0], int(open_space))
                open_space = False
            open_space = open_space or (run.text[-1:].isspace() and not _ends_line(run, after))
            last = run
            text.append(spelled.text)
            before += here
        return "".join(text), bytes(before), starts

    def says(self, anchor: str, said: Said) -> str:
        """Why a block is not printed as it is said; an empty text where it is."""
        place = self._printed.places.get(anchor)
        if place is None:
            return "print has no such destination"
        if not said.text.strip():  # an image
            return ""
        wrong = "print says something else at its place"
        for at in (at for at in self._near(place) if self._follows(at, said)):
            wrong = self._labelled(at, place, said)
            if not wrong:
                break  # else it may be the end of the block before, which reads as a number
        return wrong

    def _labelled(self, at: int, place: tuple[int, float], said: Said) -> str:
        """What label stands beside a run, where it is not that of the block; else empty."""
        run = self._runs[at]
        label = " ".join(said.label.translate(TURNING).split())
        beside = self._labels.get((run.page, round(run.y)), [label])
        shown = {*beside, "".join(beside)}
        allowed = {label, label.replace(" ", ""), *self._labels_at(place)}
        if not shown.isdisjoint(allowed):
            return ""
        if not next(said.pieces())[0].strip():  # a formula has no first letter
            return ""
        return f"the label beside it is {' '.join(beside)}"

    def _labels_at(self, place: tuple[int, float]) -> Iterator[str]:
        """The labels of all passages that begin at a place, as a list and its first item do."""
        found = self._printed.places.items()
        return (name.rpartition("-")[2].upper() for name, other in found if other == place)

    def is_index(self, anchors: Container[str]) -> bool:
        """Whether all anchors of a document lead to one place, as those of an index do."""
        there = {name: place for name, place in self._printed.places.items() if name in anchors}
        documents = {name.rpartition("-")[0] for name in there}
        return len({(name.rpartition("-")[0], place) for name, place in there.items()}) == len(
            documents
        )

    def has(self, text: str) -> bool:
        """Whether a text is printed, in one piece or over the end of a page."""
        printed, wanted = self._spelled[0], _Letters.of(text).text
        if wanted in printed:
            return True
        low, high = 0, len(wanted)
        while low < high:  # the longest beginning that is printed
            middle = (low + high + 1) // 2
            low, high = (middle, high) if wanted[:middle] in printed else (low, middle - 1)
        end, rest = printed.find(wanted[:low]) + low, printed.find(wanted[low:])
        return rest >= 0 and self._begins_line(end) and self._begins_line(rest)

    def _begins_line(self, at: int) -> bool:
        _, before, starts = self._spelled
        place = bisect_left(starts, at)
        return at < len(before) and before[at] == _BREAK and starts[place : place + 1] == [at]

    def out_of_order(self, anchors: list[str]) -> tuple[str, str] | None:
        """Two of these anchors, in the order of the page, whose places are the other way round."""
        places = self._printed.places
        there = [(places[name][0], -places[name][1], name) for name in anchors if name in places]
        pairs = pairwise(there)
        return next(((one[2], two[2]) for one, two in pairs if one[:2] > two[:2]), None)

    def _near(self, place: tuple[int, float]) -> Iterator[int]:
        """The runs at which a block may begin: from its destination to the next one."""
        page, height = place
        lower = (down for other, down in self._anchors if other == page and down < height - 1)
        lowest = max(lower, default=0.0) - _SLACK
        for at in range(bisect_left(self._tops, (page, -height)), len(self._runs)):
            run = self._runs[at]
            if run.page != page:
                return
            if lowest <= run.y:  # what stands lower may be another column
                yield at

    @cached_property
    def _anchors(self) -> list[tuple[int, float]]:
        return [place for name, place in self._printed.places.items() if is_anchor(name)]

    @cached_property
    def _tops(self) -> list[tuple[int, float]]:
        """For each run its page and how far down the page it stands, never falling."""
        found: list[tuple[int, float]] = []
        lowest = (0, float("-inf"))
        for run in self._runs:
            lowest = max(lowest, (run.page, -run.y))
            found.append(lowest)
        return found

    def _follows(self, first: int, said: Said) -> bool:
        _, _, starts = self._spelled
        at: int | None = starts[first]
        for words, mark in said.pieces():
            if at is not None and mark is not None:
                at = self._after_mark(at, mark)
            if at is None:
                return False
            at = self._after_words(at, _Letters.of(words), formula=mark is None)
        return at is not None

    def _after_mark(self, at: int, mark: str) -> int | None:
        """Where the text goes on after a mark; None where another mark stands there."""
        letters = _Letters.of(mark).text
        text = self._spelled[0]
        for shown in (letters, letters.strip("[]")):
            end = self._after_words(at, _Letters(shown, b""))
            if end is not None:
                number = _PAGE_NUMBER.match(text, end)
                return number.end() if number else end
        return None

    def _after_words(self, at: int, words: _Letters, *, formula: bool = False) -> int | None:
        """Where words end that begin here, or after numbering or a page's end."""
        text, before, starts = self._spelled
        if formula:
            end = at + _LONGEST_FORMULA
            at = text.find(words.text, at, end) if words.text else at
            if at < 0:
                return None
        done = 0
        while done < len(words.text):
            run = bisect_left(starts, at + 1) - 1
            stop = starts[run + 1] if run + 1 < len(starts) else len(text)
            length = min(stop - at, len(words.text) - done)
            if length and text[at : at + length] == words.text[done : done + length]:
                wanted = words.before[done : done + length]
                if wanted and not _same_spaces(wanted, before[at : at + length], first=not done):
                    return None
                at, done = at + length, done + length
                continue
            if at != starts[run]:
                return None
            skipped = self._skip(run)
            if skipped is None:
                return None
            at = starts[skipped]
        return at

    def _skip(self, run: int) -> int | None:
        """The run after numbering; after notes at the foot of a page, the next page's first."""
        after = self._after_numbering(run)
        if after is not None:
            return after if after < len(self._runs) else None
        page = self._runs[run].page
        at = bisect_left(self._tops, (page + 1, float("-inf")))
        return at if at < len(self._runs) else None

    def _after_numbering(self, run: int) -> int | None:
        """The run behind numbering, whose signs a line from right to left has by themselves."""
        said = ""
        for at in range(run, min(run + _NUMBERING_RUNS, len(self._runs))):
            if at > run and not leads_on(self._runs[at - 1], self._runs[at]):
                return None
            said += self._runs[at].text.strip()
            if _NUMBERING.fullmatch(said):
                return at + 1
        return None


def _ends_line(space: Run, after: Run | None) -> bool:
    """Whether a run is the space at the end of a line from right to left, which has no room.

    It is drawn before the word that stands at that end, if this runs from left to right.
    """
    return (
        after is not None and not space.text.strip()
        and (space.page, space.y, space.x) == (after.page, after.y, after.x)
    )  # fmt: skip


def apart(last: Run | None, run: Run) -> bool:
    """Whether a run stands in another line or cell than the one before it."""
    if last is None or last.page != run.page or abs(last.y - run.y) > last.size:
        return True
    if _NUMBERING.fullmatch(last.text.strip()):
        return True
    return abs(run.x - last.x - last.width) > GAP * last.size


def leads_on(last: Run | None, run: Run) -> bool:
    """Whether a run goes on at the left of the one before it, as lines from right to left do."""
    if last is None or (last.page, last.y) != (run.page, run.y):
        return False
    return abs(last.x - run.x - run.width) <= GAP * last.size


def _same_spaces(wanted: bytes, found: bytes, *, first: bool) -> bool:
    """Whether spaces stand where they should; a line may break within a word and after a space."""
    pairs = zip(wanted[first:], found[first:], strict=True)
    return all(there != _NONE if asked else there != _SPACE for asked, there in pairs)
