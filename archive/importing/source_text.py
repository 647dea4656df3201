"""The source as plain text: what the record pins and each passage is verified against.

It has the form that ``archive.fidelity.source`` reads: paragraphs parted by blank lines, headings
``# …``, note marks ``[^1]`` and the notes at the end.  A file that reads so by itself is its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.fidelity.source import Source, read_source
from archive.importing.outline import is_heading
from archive.importing.text import Block, Text

# What the reader of sources keeps for itself, and no text holds.
_UNHELD = str.maketrans("", "", "\0\ufdd0\ufdd1\ufeff")

# A paragraph or note as compared: its words, and the texts of the notes marked in it.
_Said = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text that a record pins."""

    data: bytes  # UTF-8
    file_sha256: str | None  # of the file it was taken from; None where it is that file
    differing: int = 0  # of a text that does not read back as it was: the first such paragraph

    @property
    def sha256(self) -> str:
        """As the record pins it."""
        return fingerprint(self.data)


def fingerprint(data: bytes) -> str:
    """SHA-256 in lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def source_text(data: bytes, text: Text) -> SourceText:
    """The source text of a file that was read as ``text``."""
    meant = list(_meant(text))
    if not _differing(meant, data):
        return SourceText(data, None)
    own = written(text).encode()
    return SourceText(own, fingerprint(data), _differing(meant, own))


def written(text: Text) -> str:
    """The text with its headings, note marks and notes."""
    numbers = {note.id: number for number, note in enumerate(text.notes, 1)}
    blocks = [_block(block, numbers) for block in text.blocks]
    notes = [f"[^{numbers[note.id]}]: {note.text}" for note in text.notes]
    return "\n\n".join([*blocks, *notes]).translate(_UNHELD) + "\n"


def _block(block: Block, numbers: dict[str, int]) -> str:
    if is_heading(block):
        return f"{'#' * min(max(block.level, 1), 6)} {' '.join(block.text.split())}"
    return block.marked(lambda note: f"[^{numbers[note]}]" if note in numbers else "")


def _meant(text: Text) -> Iterator[_Said]:
    """The passages and the notes that a reader of the source has to find."""
    notes = {note.id: _folded(note.text) for note in text.notes}
    for block in text.blocks:
        if not is_heading(block):
            marked = [run.note for run in block.runs if run.note in notes]
            yield _folded(block.text), tuple(notes[note] for note in marked if note)
    for words in sorted(notes.values()):
        yield words, ()


def _said(source: Source) -> Iterator[_Said]:
    notes = {note.number: _folded(note.text) for note in reversed(source.endnotes)}
    for paragraph in source.paragraphs:
        marked = [mark.number for mark in paragraph.marks if mark.number in notes]
        yield _folded(paragraph.text), tuple(notes[number] for number in marked)
    for words in sorted(_folded(note.text) for note in source.endnotes):
        yield words, ()


def _folded(words: str) -> str:
    return " ".join(words.translate(_UNHELD).split())


def _differing(meant: Sequence[_Said], data: bytes) -> int:
    """The first paragraph or note, counted from 1, that is not read as meant; 0: there is none."""
    source, _ = read_source(data, "")
    said = list(_said(source)) if source is not None else []
    pairs = zip(meant, said)
    first = next((place for place, (one, other) in enumerate(pairs, 1) if one != other), 0)
    return first or (0 if len(meant) == len(said) else min(len(meant), len(said)) + 1)
