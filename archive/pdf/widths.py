"""How wide the columns of a table want to be, and have to be.

A table whose lines fit beside each other is left to Typst.  For any other one the template gets
the wishes of its columns and their longest words, which it measures: no word may run over the next
cell, and where a word is too long for that, the table is set smaller or turned.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes

from archive.model.passage import unbroken
from archive.pdf import code
from archive.pdf.inline import cut

if TYPE_CHECKING:
    from collections.abc import Sequence

_LINE = 374.0  # the length of a line in points, 132 mm
_LETTER = 5.6  # the width of a letter in a table in points, if it is a wide one
_CELL = 8.0  # the space beside the text of a cell in points
_SPACE = re.compile(r"[^\S\u00a0]+")  # at which a line may end
_MEASURED = 3  # words of a column: which of the longest is the widest, only Typst knows

# The template's functions for words, by where they stand.
_HEAD, _CODE, _TEXT = "head-word", "computer-text", "text"


class _Word(NamedTuple):
    length: int
    text: str
    function: str


@dataclass(slots=True)
class _Column:
    letters: int = 0  # of its longest line
    words: set[_Word] = dataclasses.field(default_factory=set)

    @property
    def wish(self) -> float:
        """Its width with every line unbroken, in points."""
        return self.letters * _LETTER + _CELL

    @property
    def longest(self) -> list[_Word]:
        return sorted(self.words, reverse=True)[:_MEASURED]

    @property
    def least(self) -> float:
        """Its width with the longest word unbroken, in points, if its letters are wide."""
        return max((word.length for word in self.words), default=0) * _LETTER + _CELL


def columns(table: nodes.Element) -> str:
    """The columns of a table: Typst's own for one without long lines, otherwise all to fit it."""
    group = next(table.findall(nodes.tgroup))
    specs = [child for child in group.children if isinstance(child, nodes.colspec)]
    found = [_Column() for _ in specs]
    for at, entry in _placed(group):
        _read(entry, found[at])
    if "colwidths-given" in table["classes"]:
        given = [float(spec["colwidth"]) for spec in specs]
        widths = [_LINE * width / sum(given) for width in given]
        if all(column.least <= width for column, width in zip(found, widths, strict=True)):
            return code.array(f"{spec['colwidth']}fr" for spec in specs)
        return _fitted(table, found, given, [_LINE] * len(found))
    if sum(column.wish for column in found) <= _LINE:
        return code.array("auto" for _ in found)
    # By the root of its longest line, a column of long texts leaves others enough.
    weights = [sqrt(column.wish) for column in found]
    return _fitted(table, found, weights, [column.wish for column in found])


def _fitted(
    table: nodes.Element, found: list[_Column], weights: Sequence[float], most: Sequence[float]
) -> str:
    words = code.array(
        code.array(code.call(word.function, code.string(word.text)) for word in column.longest)
        for column in found
    )
    facts = {
        "weights": code.array(f"{weight:.2f}" for weight in weights),
        "most": code.array(f"{width:.1f}pt" for width in most),
        "words": words,
        "may-turn": code.value(isinstance(table.parent, (nodes.section, nodes.document))),
    }
    return "(" + "".join(f"{name}: {fact}, " for name, fact in facts.items()) + ")"


def _placed(group: nodes.Element) -> Iterator[tuple[int, nodes.Element]]:
    """The cells that span one column, each with the number of its column from 0."""
    for part in group.children:
        if isinstance(part, nodes.colspec):
            continue
        taken: dict[int, int] = {}  # rows below that a cell reaches into, by column
        for row in part.children:
            at = 0
            below = {column: rows - 1 for column, rows in taken.items() if rows > 1}
            for entry in (child for child in row.children if isinstance(child, nodes.entry)):
                while at in taken:
                    at += 1
                span = entry.get("morecols", 0) + 1
                if span == 1:
                    yield at, entry
                if rows := entry.get("morerows", 0):
                    below |= dict.fromkeys(range(at, at + span), rows)
                at += span
            taken = below


def _read(entry: nodes.Element, column: _Column) -> None:
    lines = entry.astext().splitlines()
    column.letters = max(column.letters, *map(len, lines), 0)
    plain = _HEAD if isinstance(entry.parent.parent, nodes.thead) else _TEXT
    for text in entry.findall(nodes.Text):
        is_code = isinstance(text.parent, nodes.literal)
        function, said = (_CODE, text.astext()) if is_code else (plain, unbroken(text.astext()))
        words = {word for part in cut(said) for word in _SPACE.split(part) if word}
        column.words |= {_Word(len(word), word, function) for word in words}
