"""Makes one text of a word that is drawn in parts at different heights.

Typst draws what stands higher or lower than its line, such as a mark of Bengali or a vowel of
Khmer, apart from its letter, and gives the text of the whole letter to each part.  Readers of PDFs
then find it twice or more.  Here the parts of such a word become one marked content with one
``ActualText`` (ISO 32000-1, 14.9.4), as Typst itself has it for parts at one height.  The whole
word, as readers take a part that ends with a mark for one that ends before a space.

Words that run from right to left are left as they are: Poppler reverses an ``ActualText`` there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise, product
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Operator, String

from archive.model.glyphs import Font, codes
from archive.pdf.fonts import STACKED_FONT

_MOST = 8  # parts of a row of letters for which all readings are tried
_BEGINS, _ENDS = frozenset({"BDC", "BMC"}), "EMC"
_SOFT_HYPHEN = "\u00ad"

# Thousandths of an em: as wide readers may take a mark to be whose font does not say its width.
_UNSAID = 1000.0
_GAP = 0.08  # ems between letters that are one word to readers
_LINE = 6  # points from one part of a line to another, at the most

Instructions = Sequence[Any]
# Fonts in which a mark may end elsewhere than its letter.
_RAGGED_FONT = re.compile("NotoSans(Khmer|Lao|Myanmar|Thai)-")
_BETWEEN = re.compile(r'[\s"]+')  # words of code

_IsSaid = tuple[Callable[[str], bool], ...]  # as words, or else as a part of them
_Fonts = dict[tuple[int, int], Font]


@dataclass(frozen=True, slots=True)
class _Part:
    """A marked content of one page, of one text object."""

    instructions: Instructions  # its beginning and end included
    number: int  # among those of the page; -1 for what is none
    letters: tuple[str, ...] = ()  # each with its marks, in the order in which they are drawn
    matrix: tuple[float, ...] = ()  # of its graphics; the last two are where it begins
    backwards: bool = False
    # Whether a letter in it seems to end elsewhere than the next begins, as its mark does.
    is_ragged: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    """Parts beside each other, and what they say if they are to be joined."""

    parts: Sequence[_Part]
    text: str = ""


def join_clusters(pdf: pikepdf.Pdf, said: str) -> None:
    """Join the parts of letters on all pages.  ``said`` has all that the PDF says, and may more."""
    fonts: _Fonts = {}
    trees = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
    known, is_part = frozenset(_BETWEEN.split(said)), lru_cache(maxsize=None)(said.__contains__)
    is_said = (lambda text: known.issuperset(text.split()), is_part)
    for page in pdf.pages:
        shown, joined = bytearray(), list[int]()
        for row, may_be_split in _rows(page):
            text = row
            found = list[_Word]()
            if may_be_split:
                parts = list(_parts(pdf.make_stream(row), page, fonts))
                found = list(_words(parts, trees[int(page.obj.StructParents)], is_said))
            if any(word.text for word in found):
                joined += [part.number for word in found if word.text for part in word.parts[1:]]
                drawn = [each for word in found for each in _shown(word)]
                text = b"\n" + pikepdf.unparse_content_stream(drawn) + b"\n"
            shown += text
        if joined or len(shown) != len(page.Contents.read_bytes()):
            _forget(trees[int(page.obj.StructParents)], page, joined)
            page.Contents = pdf.make_stream(bytes(shown))


_HEIGHT = re.compile(rb"([0-9.]+) cm")
_PART = re.compile(rb"(?<=EMC)(?=/\w+<</MCID )")


def _rows(page: pikepdf.Page) -> Iterator[tuple[bytes, bool]]:
    """The text of a page in rows of parts, and whether letters in them may be drawn in several.

    Only these are read: it takes longer than Typst takes to print the page.
    """
    fonts = {name: str(font.BaseFont) for name, font in page.resources.get("/Font", {}).items()}
    stacked = _drawn_in(name for name, font in fonts.items() if STACKED_FONT.search(font))
    ragged = _drawn_in(name for name, font in fonts.items() if _RAGGED_FONT.search(font))
    parts = _PART.split(page.Contents.read_bytes()) if stacked else [page.Contents.read_bytes()]
    for is_of_them, row in groupby(parts, lambda part: bool(stacked and stacked.search(part))):
        found = list(row)
        whole = found[0].startswith(b"/Span") and found[-1].rstrip().endswith(b"EMC")
        is_ragged = ragged and any(b"ActualText" in each and ragged.search(each) for each in found)
        heights = sorted({float(at[1]) for each in found if (at := _HEIGHT.search(each))})
        is_uneven = any(upper - lower <= _LINE for lower, upper in pairwise(heights))
        yield b"".join(found), bool(is_of_them and whole and (is_uneven or is_ragged))


def _drawn_in(names: Iterable[str]) -> re.Pattern[bytes] | None:
    """What is found where text is drawn in one of some fonts."""
    given = "|".join(re.escape(name) for name in names)
    return re.compile(rf"(?:{given}) [0-9.]+ Tf".encode()) if given else None


def _parts(stream: pikepdf.Object, page: pikepdf.Page, fonts: _Fonts) -> Iterator[_Part]:
    depth, begun = 0, list[Any]()
    for each in pikepdf.parse_content_stream(stream):
        begun.append(each)
        operator = str(each.operator)
        depth += (operator in _BEGINS) - (operator == _ENDS)
        if not depth:
            yield _part(begun, page, fonts)
            begun = []
    if begun:
        yield _Part(begun, -1)


def _part(begun: list[Any], page: pikepdf.Page, fonts: _Fonts) -> _Part:
    given = begun[0].operands[1] if len(begun[0].operands) > 1 else None
    if not isinstance(given, Dictionary) or "/MCID" not in given:
        return _Part(begun, -1)
    reader = _Reader(page, fonts)
    for each in begun:
        reader.read(str(each.operator), each.operands)
    return _Part(
        begun, int(given.MCID), tuple(reader.letters), reader.matrix, reader.backwards,
        reader.is_ragged,
    )  # fmt: skip


class _Reader:
    """Reads the text of a part."""

    def __init__(self, page: pikepdf.Page, fonts: _Fonts) -> None:
        self.letters: list[str] = []
        self.matrix: tuple[float, ...] = ()
        self.backwards = self.is_ragged = False
        self._page, self._fonts = page, fonts
        self._font, self._size = Font({}, {}), 0.0
        self._said: list[str | None] = []  # the actual texts of what is begun
        self._end: float | None = None  # of the letter before, which has an actual text

    def read(self, operator: str, operands: Any) -> None:
        match operator:
            case "cm":
                self.matrix = tuple(map(float, operands))
            case "Tf":
                self._choose(*operands)
            case "BDC" | "BMC":
                self.backwards = self.backwards or str(operands[0]) == "/ReversedChars"
                self._said.append(_actual(operands))
            case "EMC":
                if (text := self._said.pop()) and text != _SOFT_HYPHEN:
                    self.letters.append(text)
            case "Tm":
                self._begin(float(operands[4]))
            case "Tj" | "TJ":
                self._show(operands[0] if operator == "TJ" else operands)

    def _choose(self, name: Any, size: Any) -> None:
        font = self._page.resources.Font[str(name)]
        if font.objgen not in self._fonts:
            self._fonts[font.objgen] = Font.of(font)._replace(default_width=_UNSAID)
        self._font, self._size = self._fonts[font.objgen], float(size)

    def _begin(self, x: float) -> None:
        if self._end is not None and abs(x - self._end) > _GAP * self._size:
            self.is_ragged = True
        self._end, self._x = None, x

    def _show(self, strings: Any) -> None:
        if any(self._said):
            self._end = self._x + self._font.width(strings) / 1000 * self._size
        else:
            shown = (codes(row) for row in strings if isinstance(row, String))
            self.letters += (self._font.letters.get(code, "") for row in shown for code in row)


def _actual(operands: Any) -> str | None:
    given = operands[1] if len(operands) > 1 else None
    return (
        str(given.ActualText) if isinstance(given, Dictionary) and "/ActualText" in given else None
    )


def _words(parts: Sequence[_Part], owners: Any, is_said: _IsSaid) -> Iterator[_Word]:
    """The parts of a page by words."""
    row: list[_Part] = []
    for part in parts:
        if row and not _goes_on(row[-1], part, owners):
            yield _Word(row, _reading(row, is_said))
            row = []
        row.append(part)
    yield _Word(row, _reading(row, is_said))


def _goes_on(one: _Part, other: _Part, owners: Any) -> bool:
    """Whether two parts stand beside each other in a word."""
    if min(one.number, other.number) < 0 or one.backwards or other.backwards:
        return False
    if one.matrix[:4] != other.matrix[:4] or abs(one.matrix[5] - other.matrix[5]) > _LINE:
        return False
    if owners[one.number] != owners[other.number]:
        return False
    return bool(one.letters and other.letters) and not (
        one.letters[-1].isspace() or other.letters[0].isspace()
    )


def _reading(row: Sequence[_Part], is_said: _IsSaid) -> str:
    """What a word says that has parts of one letter: the fewest letters that are said."""
    split = [_share(one, other) for one, other in pairwise(row)]
    if sum(split) > _MOST or not (any(split) or any(part.is_ragged for part in row)):
        return ""
    choices = [(True, False) if each else (False,) for each in split]
    readings = sorted(product(*choices), key=sum, reverse=True)
    texts = [_text(row, each) for each in readings]
    return next((text for check in is_said for text in texts if check(text)), "")


def _share(one: _Part, other: _Part) -> bool:
    """Whether a letter may be drawn in both of two parts beside each other."""
    return one.letters[-1] == other.letters[0] and one.matrix[5] != other.matrix[5]


def _text(row: Sequence[_Part], joined: Sequence[bool]) -> str:
    letters = list(row[0].letters)
    for part, is_one in zip(row[1:], joined, strict=True):
        letters += part.letters[is_one:]
    return "".join(letters)


def _shown(word: _Word) -> Iterator[Any]:
    """The instructions that draw a word, in one part where it has a text."""
    chain = word.parts
    if not word.text:
        yield from (each for part in chain for each in part.instructions)
        return
    first, *others = (_text_of(part) for part in chain)
    actual = Dictionary(ActualText=String(word.text))
    begins, ends = chain[0].instructions[: first.start], chain[0].instructions[first.stop :]
    yield from begins
    yield pikepdf.ContentStreamInstruction([Name.Span, actual], Operator("BDC"))
    yield from _unmarked(chain[0].instructions[first])
    for part, shown in zip(chain[1:], others, strict=True):
        x, y = (
            there - here for there, here in zip(part.matrix[4:], chain[0].matrix[4:], strict=True)
        )
        for each in _unmarked(part.instructions[shown]):
            yield _moved(each, x, y) if str(each.operator) == "Tm" else each
    yield pikepdf.ContentStreamInstruction([], Operator("EMC"))
    yield from ends


def _text_of(part: _Part) -> slice:
    """Where the text object of a part stands in it, without its beginning and end."""
    operators = [str(each.operator) for each in part.instructions]
    return slice(operators.index("BT") + 1, operators.index("ET"))


def _unmarked(instructions: Instructions) -> Iterator[Any]:
    return (each for each in instructions if str(each.operator) not in {*_BEGINS, _ENDS})


def _moved(instruction: Any, x: float, y: float) -> Any:
    """A text matrix below another matrix of the graphics, whose y axis points down."""
    *turned, right, down = map(float, instruction.operands)
    at = [*turned, round(right + x, 5), round(down - y, 5)]
    return pikepdf.ContentStreamInstruction(at, Operator("Tm"))


def _forget(owners: Any, page: pikepdf.Page, numbers: Sequence[int]) -> None:
    """Take marked contents that are no more out of the structure tree."""
    for owner, gone in groupby(numbers, key=lambda number: owners[number]):
        left = set(gone)
        kids = owner.K if isinstance(owner.K, pikepdf.Array) else [owner.K]
        owner.K = pikepdf.Array([kid for kid in kids if _number(kid, page, owner) not in left])
    for number in numbers:
        owners[number] = None


def _number(kid: Any, page: pikepdf.Page, owner: Any) -> int | None:
    """The number of a marked content of this page among the kids of an element."""
    if isinstance(kid, int):
        return kid
    if isinstance(kid, Dictionary) and "/MCID" in kid:
        there = kid.get("/Pg", owner.get("/Pg"))
        return int(kid.MCID) if there is None or there.objgen == page.obj.objgen else None
    return None
