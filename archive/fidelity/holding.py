"""What is compared: a document as the archive says it, and the bytes of its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from archive.fidelity.names import NO_NAMES, Names
from archive.model.passage import Anchor
from archive.model.record import Record


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage, or the place of a withdrawn one."""

    anchor: str
    text: str  # what it says, citation and footnote marks aside
    path: str  # of the document, relative to the archive's root
    line: int
    cites: tuple[str, ...] = ()  # keys of references
    withdrawn: bool = False  # a tombstone without successor: its paragraph is rendered no more

    @property
    def label(self) -> str:
        """The short form in lower case, as records write it: ``w3``."""
        return Anchor.parse(self.anchor).label.lower()


@dataclass(frozen=True, slots=True)
class NoteText:
    """What the archive adds: an editor's note or a heading."""

    anchor: str
    text: str
    path: str
    line: int
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """An entry of the references."""

    key: str
    title: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """One document with its source."""

    record: Record
    passages: tuple[PassageText, ...]  # as they stand in the document
    source: bytes
    source_path: str  # named where the source itself is at fault
    notes: tuple[NoteText, ...] = ()
    works: Mapping[str, Work] = field(default_factory=dict)  # by key
    names: Names = NO_NAMES  # names known from elsewhere, in all their forms

    @property
    def path(self) -> str:
        """The document's file."""
        paths = [passage.path for passage in self.passages]
        return paths[0] if paths else f"documents/{self.record.id}.md"
