"""The outline: which block is a heading, which a passage, and under which anchor."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from archive.importing import kinds
from archive.importing.text import Block, Form
from archive.model.passage import Anchor
from archive.model.settings import Settings

_MAX_HEADING = 12  # words; a longer line that stands alone is a paragraph
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


@dataclass(frozen=True, slots=True)
class Part:
    """A block in its place."""

    block: Block
    letter: str  # of its anchor
    written: int | None = None  # the number the source itself gives it
    role: str = ""  # in a letter: "the salutation"


@dataclass(frozen=True, slots=True)
class Placed:
    """A block under its anchor."""

    anchor: Anchor
    block: Block
    role: str = ""


# What the letters given here stand for.  An archive may have other letters for these words.
_WORDS = {"a": "article", "r": "resolved", "w": "whereas"}


def outline(
    blocks: Sequence[Block], kind: str, document: str, settings: Settings
) -> tuple[Placed, ...]:
    """Every block with its anchor, in the order of the source."""
    found = [_part(block, kind) for block in blocks]
    found = _article_texts(found)
    if kind in {"filing", "ruling", "report"}:
        found = _numbered(found)
    if kind == "letter":
        found = _letter_roles(found)
    lettered = [replace(part, letter=_letter(part.letter, settings)) for part in found]
    return tuple(_placed(lettered, document))


def _letter(letter: str, settings: Settings) -> str:
    """The archive's own letter for what a letter given here stands for."""
    word = _WORDS.get(letter)
    return settings.letter(word) if word is not None else letter


def is_heading(block: Block) -> bool:
    """Whether a block heads what follows: by its layout, or a short line all in capitals,
    or a line that only numbers an article or a section.
    """
    if block.form is Form.HEADING:
        return len(block.text.split()) <= 3 * _MAX_HEADING and not _is_clause(block)
    if block.form is not Form.PARAGRAPH or block.notes or len(block.text.split()) > _MAX_HEADING:
        return False
    text = block.text
    match = kinds.ARTICLE.match(text) or kinds.SECTION.match(text)
    if match and not re.search(r"[.;,]$", text[match.end() :].strip()) and len(text.split()) <= 8:
        return True
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 3 and text.upper() == text and not text.endswith((".", ";", ","))


def _is_clause(block: Block) -> bool:
    return bool(kinds.WHEREAS.match(block.text) or kinds.RESOLVED.match(block.text))


def _part(block: Block, kind: str) -> Part:
    if is_heading(block):
        return Part(block, "s")
    if kind == "resolution":
        if kinds.WHEREAS.match(block.text):
            return Part(block, "w")
        if kinds.RESOLVED.match(block.text):
            return Part(block, "r")
    article = kinds.ARTICLE.match(block.text)
    if article and kind == "declaration":
        return Part(block, "a", _number(article["number"]))
    return Part(block, "i" if block.form is Form.ITEM and block.label else "p")


def _number(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    values = [_ROMAN.get(c, 0) for c in text.upper()]
    return sum(-v if v < w else v for v, w in zip(values, [*values[1:], 0])) or None


def _article_texts(parts: Sequence[Part]) -> list[Part]:
    """The first paragraph below a heading “Article 3” is article 3."""
    done: list[Part] = []
    for before, part in zip((None, *parts), parts):
        match = kinds.ARTICLE.match(before.block.text) if before and before.letter == "s" else None
        if match and part.letter in "pi":
            part = replace(part, letter="a", written=_number(match["number"]))  # noqa: PLW2901
        done.append(part)
    return done


def _numbered(parts: Sequence[Part]) -> list[Part]:
    """Numbered paragraphs keep the numbers by which courts and lawyers cite them."""
    done: list[Part] = []
    last = 0
    for part in parts:
        match = kinds.NUMBERED.match(part.block.text) if part.letter in "pi" else None
        number = int(match["number"]) if match else 0
        if number > last:
            last = number
            done.append(replace(part, letter="p", written=number))
        else:
            done.append(part)
    return done


def _letter_roles(parts: Sequence[Part]) -> list[Part]:
    from archive.importing.dates import whole_date  # noqa: PLC0415

    salutation = next((n for n, part in enumerate(parts) if kinds.is_salutation(part.block)), -1)
    closing = next(
        (
            n
            for n, part in enumerate(parts)
            if n > salutation and kinds.CLOSING.match(part.block.text)
        ),
        len(parts),
    )
    done: list[Part] = []
    for number, part in enumerate(parts):
        role = ""
        if number < salutation and part.letter != "s":
            role = "the date" if whole_date(part.block.text) else "the addressee or the letterhead"
        elif number == salutation:
            role = "the salutation"
        elif number == closing:
            role = "the closing"
        elif number > closing and part.letter != "s":
            role = "a signatory"
        done.append(replace(part, role=role))
    return done


def _placed(parts: Sequence[Part], document: str) -> Iterator[Placed]:
    """Give the numbers: those the source writes where they are sound, else by position."""
    letters = {part.letter for part in parts}
    keep = {
        letter for letter in letters if _sound([p.written for p in parts if p.letter == letter])
    }
    taken = {(p.letter, p.written) for p in parts if p.letter in keep and p.written}
    next_free = {
        letter: max((n or 0 for each, n in taken if each == letter), default=0) + 1
        for letter in letters
    }
    for part in parts:
        if part.letter in keep and part.written:
            number = part.written
        else:
            number = next_free[part.letter]
            next_free[part.letter] += 1
        yield Placed(Anchor(document, part.letter, number), part.block, part.role)


def _sound(numbers: Sequence[int | None]) -> bool:
    written = [number for number in numbers if number]
    return len(set(written)) == len(written) and all(number < 100_000 for number in written)
