"""Makes one text of a letter whose parts are drawn at different heights.

Typst draws what stands higher or lower than its line, such as a mark of Bengali or a vowel of
Khmer, apart from its letter, and gives the text of the whole letter to each part.  Readers of PDFs
then find it twice or more.  Here such parts become one marked content with one ``ActualText``
(ISO 32000-1, 14.9.4), as Typst itself has it for parts at one height.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise, product
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Operator, String

from archive.preservation.printed import codes, letters_of

_MOST = 8  # parts of a row of letters for which all readings are tried
_BEGINS, _ENDS = frozenset({"BDC", "BMC"}), "EMC"
_SOFT_HYPHEN = "\u00ad"

Instructions = Sequence[Any]


@dataclass(frozen=True, slots=True)
class _Part:
    """A marked content of one page, of one text object."""

    instructions: Instructions  # its beginning and end included
    number: int  # among those of the page; -1 for what is none
    letters: tuple[str, ...] = ()  # each with its marks, in the order in which they are drawn
    matrix: tuple[float, ...] = ()  # of its graphics; the last two are where it begins
    backwards: bool = False


def join_clusters(pdf: pikepdf.Pdf, said: str) -> None:
    """Join the parts of letters on all pages.  ``said`` has all that the PDF says, and may more."""
    fonts: dict[tuple[int, int], Mapping[int, str]] = {}
    is_said = lru_cache(maxsize=None)(said.__contains__)
    for page in pdf.pages:
        parts = list(_parts(page, fonts))
        chains = list(_chains(parts, is_said))
        if any(len(chain) > 1 for chain, _ in chains):
            _forget(pdf, page, [part.number for chain, _ in chains for part in chain[1:]])
            shown = [each for chain, text in chains for each in _joined(chain, text)]
            page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(shown))


def _parts(page: pikepdf.Page, fonts: dict[tuple[int, int], Mapping[int, str]]) -> Iterator[_Part]:
    depth, begun = 0, list[Any]()
    for each in pikepdf.parse_content_stream(page):
        begun.append(each)
        operator = str(each.operator)
        depth += (operator in _BEGINS) - (operator == _ENDS)
        if not depth:
            yield _part(begun, page, fonts)
            begun = []
    if begun:
        yield _Part(begun, -1)


def _part(begun: list[Any], page: pikepdf.Page, fonts: Any) -> _Part:
    given = begun[0].operands[1] if len(begun[0].operands) > 1 else None
    if not isinstance(given, Dictionary) or "/MCID" not in given:
        return _Part(begun, -1)
    letters, matrix, backwards, said = list[str](), tuple[float, ...](), False, list[str | None]()
    font: Mapping[int, str] = {}
    for each in begun:
        match str(each.operator), each.operands:
            case "cm", operands:
                matrix = tuple(map(float, operands))
            case "Tf", operands:
                found = page.resources.Font[str(operands[0])]
                font = fonts.setdefault(found.objgen, {}) or fonts[found.objgen]
                if not font:
                    font = fonts[found.objgen] = letters_of(found)
            case ("BDC" | "BMC"), operands:
                backwards = backwards or str(operands[0]) == "/ReversedChars"
                said.append(_actual(operands))
            case "EMC", _:
                if (text := said.pop()) and text != _SOFT_HYPHEN:
                    letters.append(text)
            case ("Tj" | "TJ"), operands if not any(said):
                strings = operands[0] if str(each.operator) == "TJ" else operands
                letters += [font.get(code, "") for row in strings
                            if isinstance(row, String) for code in codes(row)]  # fmt: skip
    return _Part(begun, int(given.MCID), tuple(letters), matrix, backwards)


def _actual(operands: Any) -> str | None:
    given = operands[1] if len(operands) > 1 else None
    return str(given.ActualText) if isinstance(given, Dictionary) and "/ActualText" in given else None


def _chains(parts: Sequence[_Part], is_said: Any) -> Iterator[tuple[list[_Part], str]]:
    """The parts of a page in rows that are to be joined, each with its text."""
    row: list[_Part] = []
    for part in parts:
        if row and not _goes_on(row[-1], part):
            yield from _readings(row, is_said)
            row = []
        row.append(part)
    yield from _readings(row, is_said)


def _goes_on(one: _Part, other: _Part) -> bool:
    """Whether two parts may be of one letter."""
    if one.number < 0 or other.number < 0 or one.matrix[:4] != other.matrix[:4]:
        return False
    return bool(one.letters and other.letters) and one.matrix[5:] != other.matrix[5:] and (
        one.letters[-1] == other.letters[0] and not one.letters[-1].isspace()
    )


def _readings(row: Sequence[_Part], is_said: Any) -> Iterator[tuple[list[_Part], str]]:
    """A row in chains: the most parts of one letter with which it says what is said."""
    links = len(row) - 1
    if 0 < links <= _MOST:
        for joined in sorted(product((True, False), repeat=links), key=lambda it: -sum(it)):
            if is_said(_text(row, joined)):
                ends = [0, *(at for at, each in enumerate(joined, 1) if not each), len(row)]
                for start, end in pairwise(ends):
                    chain = list(row[start:end])
                    yield chain, _text(chain, (True,) * (len(chain) - 1))
                return
    yield from (([part], "") for part in row)


def _text(row: Sequence[_Part], joined: Sequence[bool]) -> str:
    letters = list(row[0].letters)
    for part, is_one in zip(row[1:], joined, strict=True):
        letters += part.letters[is_one:]
    return "".join(reversed(letters) if row[0].backwards else letters)


def _joined(chain: Sequence[_Part], text: str) -> Iterator[Any]:
    """The instructions of a chain."""
    if len(chain) == 1:
        yield from chain[0].instructions
        return
    first, *others = (_text_of(part) for part in chain)
    actual = Dictionary(ActualText=String(text))
    begins, ends = chain[0].instructions[: first.start], chain[0].instructions[first.stop :]
    yield from begins
    yield pikepdf.ContentStreamInstruction([Name.Span, actual], Operator("BDC"))
    yield from _unmarked(chain[0].instructions[first])
    for part, shown in zip(chain[1:], others, strict=True):
        x, y = (there - here for there, here in zip(part.matrix[4:], chain[0].matrix[4:], strict=True))
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


def _forget(pdf: pikepdf.Pdf, page: pikepdf.Page, numbers: Sequence[int]) -> None:
    """Take marked contents that are no more out of the structure tree."""
    owners: Any = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)[int(page.obj.StructParents)]
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
