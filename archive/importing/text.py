"""The text: what every reader makes of its file, whatever the format was.

Blocks stand in the order of the source.  What a reader decided, guessed or left out is a remark,
so that nothing of a source is silently lost.

The account of words: what of one text stands in another.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from archive.citation.text import one_line

# What no line may hold: C0 and C1 controls, bidirectional embeddings and isolates.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Form(StrEnum):
    """What a block is by its layout."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"  # of a list; its label is as written
    QUOTE = "quotation"
    TABLE = "table"
    CODE = "preformatted"


class Finding(StrEnum):
    """What a remark tells, and the heading it stands below in the report."""

    FOUND = "Found"
    GUESSED = "Guessed"
    DECIDED = "Decided"
    LOST = "Left out"
    CHANGE = "Tracked changes"
    COMMENT = "Comments"
    FLAG = "To check"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text of one nature; line breaks of the source are line feeds."""

    text: str = ""
    italic: bool = False
    link: str | None = None  # the address it leads to
    note: str | None = None  # the id of the note whose mark stands here; the text is then empty
    works: tuple[str, ...] = ()  # ids of works cited here by a citation manager


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or table."""

    form: Form
    runs: tuple[Run, ...]
    label: str = ""  # of a list item, as written: "(a)", "3."
    level: int = 0  # of a heading: 1 for the highest; of an item: how deep

    @property
    def text(self) -> str:
        """Its words without note marks, with the label before them."""
        return f"{self.label} {plain(self.runs)}".strip()

    def marked(self, mark: Callable[[str], str]) -> str:
        """Its words, and in the place of each note's mark what ``mark`` makes of the note's id."""
        shown = [replace(run, text=mark(run.note)) if run.note else run for run in self.runs]
        return f"{self.label} {plain(tuple(shown))}".strip()

    @property
    def notes(self) -> tuple[str, ...]:
        """The ids of the notes whose marks stand in it, in order."""
        return tuple(dict.fromkeys(run.note for run in self.runs if run.note is not None))

    @property
    def works(self) -> tuple[str, ...]:
        """The ids of the works a citation manager cites in it."""
        return tuple(dict.fromkeys(work for run in self.runs for work in run.works))

    @property
    def links(self) -> tuple[str, ...]:
        """The addresses its words lead to."""
        return tuple(dict.fromkeys(run.link for run in self.runs if run.link))


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote or endnote."""

    id: str  # the number or sign it has in the source
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """Its words on one line; a control between two words parts them."""
        return one_line(_CONTROLS.sub(" ", plain(self.runs)))

    @property
    def works(self) -> tuple[str, ...]:
        """The ids of the works a citation manager cites in it."""
        return tuple(dict.fromkeys(work for run in self.runs for work in run.works))


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the editor is told."""

    finding: Finding
    what: str  # our words
    words: str = ""  # the source's words it is about: told in the work file and nowhere else


@dataclass(frozen=True, slots=True)
class Properties:
    """What the file says of itself; None where it says nothing."""

    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    date: str | None = None  # as found
    made: str | None = None  # the day the file was made, which need not be the document's
    language: str | None = None  # BCP 47
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """What stands in a file."""

    blocks: tuple[Block, ...]
    notes: tuple[Note, ...] = ()
    works: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # CSL-JSON items by id
    properties: Properties = Properties()
    remarks: tuple[Remark, ...] = ()
    raw: tuple[str, ...] = ()  # every text of the file, for the account of its words


def plain(runs: tuple[Run, ...]) -> str:
    """The words of runs, each line trimmed."""
    text = "".join(run.text for run in runs)
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))


_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")


def words(text: str) -> list[str]:
    """The words of a text, without regard to case and to Unicode's compatibility forms."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold().replace("'", "’"))


def missing(text: str, *others: str) -> list[str]:
    """The words of ``text`` that the others do not hold as often, in order."""
    there = Counter(word for other in others for word in words(other))
    gone = []
    for word in words(text):
        if there[word] > 0:
            there[word] -= 1
        else:
            gone.append(word)
    return gone
