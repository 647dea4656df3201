"""The source as plain text: what the record pins and each passage is verified against.

It has the form that ``archive.fidelity.source`` reads: paragraphs parted by blank lines, headings
``# …``, note marks ``[^1]`` and the notes at the end.  A file that reads so by itself is its own.

The work file: the source beside the anchors, for the editor alone.  Git ignores its folder.

What is the source's stands on lines that begin with ``>``, but for the note marks in it, ``⟦1⟧``;
everything else is ours.  So the file can be read again, to tell what a revised source changed.

A revised source against the one imported: what changed, passage by passage.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from archive.fidelity.source import Source, read_source
from archive.importing.outline import Placed, is_heading
from archive.importing.text import Block, Note, Remark, Text
from archive.model.fingerprint import normalise

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
    own = _as_source(text).encode()
    return SourceText(own, fingerprint(data), _differing(meant, own))


def _as_source(text: Text) -> str:
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


_TITLE = "% The source of {document}, for its editor alone: neither publish nor commit this file."
_SHA256 = re.compile(r"% SHA-256 ([0-9a-f]{64})$", re.MULTILINE)
_MARK = re.compile(r"⟦[^⟦⟧]*⟧")
_PASSAGE, _NOTE = "## ", "## endnote "


@dataclass(frozen=True, slots=True)
class WorkFile:
    """What is put into a work file."""

    document: str  # the document id
    sha256: str  # of the source text that the record pins
    title: str
    placed: tuple[Placed, ...]
    notes: tuple[Note, ...]
    remarks: tuple[Remark, ...]  # those with words


@dataclass(frozen=True, slots=True)
class Held:
    """What a work file holds: the source's words by anchor, and its notes by number."""

    sha256: str
    passages: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, str], ...]


def passages_text(source: WorkFile) -> str:
    """The file's text."""
    lines = [_TITLE.format(document=source.document), f"% SHA-256 {source.sha256}", ""]
    if source.title:
        lines += ["# title", *_quoted(source.title), ""]
    for each in source.placed:
        lines += [f"{_PASSAGE}{each.anchor}", *_quoted(each.block.marked(_mark))]
        lines += [f"% leads to {link}" for link in each.block.links]
        lines.append("")
    for note in source.notes:
        lines += [f"{_NOTE}{note.id}", *_quoted(note.text), ""]
    return "\n".join(lines) + left(source.remarks)


def left(remarks: Sequence[Remark]) -> str:
    """What is told of parts that are in no passage."""
    return "".join(
        f"\n# {remark.finding.value}: {remark.what}\n" + "\n".join([*_quoted(remark.words), ""])
        for remark in remarks
    )


def read_passages(text: str) -> Held | None:
    """What a work file holds; None where the text is none."""
    match = _SHA256.search(text)
    if match is None:
        return None
    sections = list(_sections(text))
    return Held(
        match[1],
        tuple((name, words) for name, words in sections if not name.startswith("endnote ")),
        tuple((name[8:], words) for name, words in sections if name.startswith("endnote ")),
    )


def _sections(text: str) -> Iterator[tuple[str, str]]:
    name, words = "", list[str]()
    for line in [*text.splitlines(), "# end"]:
        if line.startswith("> ") or line == ">":
            words.append(_MARK.sub("", line[2:]))
        elif line.startswith("#"):
            if name:
                yield name, "\n".join(words)
            heading = line[3:] if line.startswith(_PASSAGE) else ""
            name, words = heading, []


def _mark(note: str) -> str:
    return f"⟦{note}⟧"


def _quoted(words: str) -> list[str]:
    return [f"> {line}" for line in words.splitlines()]


_MANY = 2_000  # paragraphs
_NEAR = 20  # how many paragraphs further one is looked for
_ALIKE = 0.5  # of the words: below it, one passage went and another came


class Change(StrEnum):
    """What became of a paragraph."""

    REWORDED = "reworded"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Difference:
    """One change."""

    change: Change
    what: str  # the anchor or note it concerns; of an addition, what it stands after
    old: str = ""
    new: str = ""


def differences(old: Held, new: Held) -> list[Difference]:
    """What the editor has to look at again."""
    passages = list(_differences(old.passages, new.passages))
    notes = list(_differences(_named(old.notes), _named(new.notes)))
    return passages + notes


def changes_text(document: str, sha256: str, found: Sequence[Difference]) -> str:
    """The differences as text, for the work folder."""
    lines = [f"# What the revised source of {document} changes", "", f"% SHA-256 {sha256}", ""]
    if not found:
        lines.append("No passage and no endnote: only what is left out or layout.")
    for each in found:
        place = f"after {each.what}" if each.change is Change.ADDED else each.what
        lines += [f"## {place}: {each.change}", ""]
        lines += [f"- {line}" for line in each.old.splitlines()]
        lines += [f"+ {line}" for line in each.new.splitlines()]
        lines.append("")
    return "\n".join(lines)


def _named(notes: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(f"endnote {number}", words) for number, words in notes]


def _differences(
    old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]
) -> Iterator[Difference]:
    before, after = [normalise(words) for _, words in old], [normalise(words) for _, words in new]
    many = len(after) > _MANY  # then lines that stand all over the text are no landmarks
    matcher = SequenceMatcher(None, before, after, autojunk=many)
    gone: list[tuple[str, str]] = []
    come: list[tuple[str, str, str]] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            continue
        pairs, removed, added = _paired(old[i:j], new[k:m])
        yield from pairs
        gone += removed
        anchor = old[j - 1][0] if j else "the beginning"
        come += [(anchor, name, words) for name, words in added]
    yield from _moved_or_not(gone, come)


def _paired(
    old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]
) -> tuple[list[Difference], list[tuple[str, str]], list[tuple[str, str]]]:
    """Pair each old paragraph with the first new one that is like it."""
    pairs: list[Difference] = []
    removed: list[tuple[str, str]] = []
    left = list(new)
    for anchor, words in old:
        like = next((each for each in left[:_NEAR] if _alike(words, each[1])), None)
        if like is None:
            removed.append((anchor, words))
        else:
            left.remove(like)
            pairs.append(Difference(Change.REWORDED, anchor, words, like[1]))
    return pairs, removed, left


def _alike(one: str, other: str) -> bool:
    matcher = SequenceMatcher(
        None, normalise(one).split(), normalise(other).split(), autojunk=False
    )
    return matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


def _moved_or_not(
    gone: Sequence[tuple[str, str]], come: Sequence[tuple[str, str, str]]
) -> Iterator[Difference]:
    places = {normalise(words): after for after, _, words in come}
    moved = set()
    for anchor, words in gone:
        key = normalise(words)
        if key in places:
            moved.add(key)
            yield Difference(Change.MOVED, anchor, words, f"now after {places[key]}")
        else:
            yield Difference(Change.REMOVED, anchor, words)
    for after, _, words in come:
        if normalise(words) not in moved:
            yield Difference(Change.ADDED, after, "", words)
