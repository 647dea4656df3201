"""The source as plain text, beside the anchors, and compared with a revised source.

Three files of the work folder are made here:

- ``<id>.txt``, the source text, whose SHA-256 the record pins.  It has the form that
  ``archive.fidelity.source`` reads: paragraphs separated by blank lines, headings ``# …``, note
  marks ``[^1]``, and the notes at the end.  A file of this form is its own source text.
- ``<id>.passages.txt``, the same paragraphs below their anchors, from which the editor writes.
- ``<id>.changes.txt``, what a revised source changes, passage by passage.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from operator import itemgetter

from archive.fidelity.source import Paragraph, Source, read_source
from archive.importing import Block, Finding, Form, Note, Remark, Run, Text
from archive.importing.outline import Placed, is_heading
from archive.model.passage import normalise

# --- The source text

# Characters that the reader of sources reserves or drops.
_UNHELD = str.maketrans("", "", "\0\ufdd0\ufdd1\ufeff")

# A paragraph or note as compared: its words, and the words of the notes marked in it.
_Said = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text that a record pins."""

    data: bytes  # UTF-8
    file_sha256: str | None  # of the file it was taken from; None where it is that file
    differing: int = 0  # the first paragraph that does not read back as imported; 0: none

    @property
    def sha256(self) -> str:
        """As the record pins it."""
        return fingerprint(self.data)


def fingerprint(data: bytes) -> str:
    """SHA-256 in lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def source_text(data: bytes, text: Text) -> SourceText:
    """The source text of the file ``data``, which was read as ``text``."""
    meant = list(_meant(text))
    if not _differing(meant, data):
        return SourceText(data, None)
    own = _as_source(text).encode()
    return SourceText(own, fingerprint(data), _differing(meant, own))


def _as_source(text: Text) -> str:
    marks = {note.id: f"[^{number}]" for number, note in enumerate(text.notes, 1)}
    blocks = [
        f"{'#' * min(max(block.level, 1), 6)} {' '.join(block.text.split())}"
        if is_heading(block) else block.marked(lambda note: marks.get(note, ""))
        for block in text.blocks
    ]  # fmt: skip
    notes = [f"{marks[note.id]}: {note.text}" for note in text.notes]
    return "\n\n".join([*blocks, *notes]).translate(_UNHELD) + "\n"


def note_numbers(text: Text, source: SourceText) -> dict[str, int]:
    """The numbers that the notes have in the source text, by their ids."""
    if source.file_sha256 is None:  # the file itself, which numbers them
        return {note.id: int(note.id) for note in text.notes if note.id.isdecimal()}
    return {note.id: number for number, note in enumerate(text.notes, 1)}


def _differing(meant: Sequence[_Said], data: bytes) -> int:
    """The first paragraph or note, counted from 1, that is not read back as meant; 0: none."""
    pairs = enumerate(zip_longest(meant, _read_back(data)), 1)
    return next((place for place, (one, other) in pairs if one != other), 0)


def _meant(text: Text) -> Iterator[_Said]:
    """The passages, then the notes, that a reader of the source text has to find."""
    notes = {note.id: _folded(note.text) for note in text.notes}
    for block in text.blocks:
        if not is_heading(block):
            marked = [run.note for run in block.runs if run.note in notes]
            yield _folded(block.text), tuple(notes[note] for note in marked if note)
    for words in sorted(notes.values()):
        yield words, ()


def _read_back(data: bytes) -> Iterator[_Said]:
    source, _ = read_source(data, "")
    if source is None:
        return
    notes = {note.number: _folded(note.text) for note in reversed(source.endnotes)}
    for paragraph in source.paragraphs:
        marked = [mark.number for mark in paragraph.marks if mark.number in notes]
        yield _folded(paragraph.text), tuple(notes[number] for number in marked)
    for words in sorted(_folded(note.text) for note in source.endnotes):
        yield words, ()


def _folded(words: str) -> str:
    return " ".join(words.translate(_UNHELD).split())


def text_of(source: Source) -> Text:
    """The text of a source that ``archive.fidelity.source`` read."""
    left = " ".join(each.text for each in source.remainder)
    remark = Remark(Finding.LOST, "Note marks, and signs that are no text.", left)
    placed = [
        *((each.paragraph, Block(Form.HEADING, (Run(each.text),), level=each.level))
          for each in source.headings),
        *((each.number, Block(Form.PARAGRAPH, tuple(_source_runs(each))))
          for each in source.paragraphs),
    ]  # fmt: skip
    blocks = tuple(block for _, block in sorted(placed, key=itemgetter(0)))  # headings come first
    return Text(blocks, tuple(_source_notes(source)), remarks=(remark,) if left else ())


def _source_runs(paragraph: Paragraph) -> Iterator[Run]:
    """The words of a paragraph with its note marks in place."""
    here = 0
    for mark in paragraph.marks:
        if mark.offset > here:
            yield Run(paragraph.text[here : mark.offset])
        yield Run(note=str(mark.number))
        here = mark.offset
    yield Run(paragraph.text[here:])


def _source_notes(source: Source) -> Iterator[Note]:
    """The endnotes; a number that stands twice is told apart."""
    seen: Counter[int] = Counter()
    for note in source.endnotes:
        again = f" (again {seen[note.number]})" if seen[note.number] else ""
        yield Note(f"{note.number}{again}", (Run(note.text),))
        seen[note.number] += 1


# --- The paragraphs beside their anchors
#
# Words of the source stand on lines that begin with ``>``, where ⟦1⟧ is the mark of note 1; all
# other lines are ours.  So the file can be read again and compared with a revised source.

_TITLE = "% The source of {document}, for its editor alone: neither publish nor commit this file."
_SHA256 = re.compile(r"% SHA-256 ([0-9a-f]{64})$", re.MULTILINE)
_MARK = re.compile(r"⟦[^⟦⟧]*⟧")
_ENDNOTE = "endnote "

_Section = tuple[str, str]  # an anchor or ``endnote 1``, and the source's words


@dataclass(frozen=True, slots=True)
class Passages:
    """What a passages file holds."""

    sha256: str  # of the source text
    passages: tuple[_Section, ...]
    notes: tuple[_Section, ...]


def passages_text(
    document: str, title: str, source: SourceText, placed: Sequence[Placed], text: Text
) -> str:
    """The passages file.  Remarks that quote the source come last, with the words they quote."""
    lines = [_TITLE.format(document=document), f"% SHA-256 {source.sha256}", ""]
    if title:
        lines += ["# title", *_quoted(title), ""]
    for each in placed:
        lines += [f"## {each.anchor}", *_quoted(each.block.marked("⟦{}⟧".format))]
        lines += [*(f"% leads to {link}" for link in each.block.links), ""]
    for note in text.notes:
        lines += [f"## {_ENDNOTE}{note.id}", *_quoted(note.text), ""]
    return "\n".join(lines) + "".join(remarked(each) for each in text.remarks if each.words)


def remarked(remark: Remark) -> str:
    """A remark as a section of the passages file, with the words of the source it is about."""
    place = f" ({remark.place})" if remark.place else ""
    heading = f"\n# {remark.finding.value}: {remark.what}{place}\n"
    return heading + "\n".join([*_quoted(remark.words), ""])


def _quoted(words: str) -> list[str]:
    return [f"> {line}" for line in words.splitlines()]


def read_passages(text: str) -> Passages | None:
    """Read a passages file; None where the text is none."""
    match = _SHA256.search(text)
    if match is None:
        return None
    found = [each for each in _sections(text) if each[0]]
    passages = tuple(each for each in found if not each[0].startswith(_ENDNOTE))
    notes = tuple(each for each in found if each[0].startswith(_ENDNOTE))
    return Passages(match[1], passages, notes)


def _sections(text: str) -> Iterator[_Section]:
    """The sections; the name of one that holds neither a passage nor a note is empty."""
    name, words = "", list[str]()
    for line in [*text.splitlines(), "# end"]:
        if line.startswith("> ") or line == ">":
            words.append(_MARK.sub("", line[2:]))
        elif line.startswith("#"):
            yield name, "\n".join(words)
            name, words = line[3:] if line.startswith("## ") else "", []


# --- What a revised source changes

_MANY = 2_000  # paragraphs: in longer texts, paragraphs that recur align nothing
_NEAR = 20  # an old paragraph is compared with so many new ones
_ALIKE = 0.5  # share of common words from which a paragraph counts as reworded


@dataclass(frozen=True, slots=True)
class Difference:
    """One change."""

    change: str  # "reworded", "added", "removed" or "moved"
    what: str  # the anchor or note; of an addition, the one it follows
    old: str = ""
    new: str = ""


def differences(old: Passages, new: Passages) -> list[Difference]:
    """What a revised source changes, passages first."""
    passages = _differences(old.passages, new.passages)
    return [*passages, *_differences(old.notes, new.notes)]


def changes_text(document: str, sha256: str, found: Sequence[Difference]) -> str:
    """The differences as text; ``sha256`` is that of the revised source text."""
    lines = [f"# What the revised source of {document} changes", "", f"% SHA-256 {sha256}", ""]
    if not found:
        lines.append("No passage and no endnote: only what is left out or layout.")
    for each in found:
        place = f"after {each.what}" if each.change == "added" else each.what
        lines += [f"## {place}: {each.change}", ""]
        lines += [f"- {line}" for line in each.old.splitlines()]
        lines += [f"+ {line}" for line in each.new.splitlines()]
        lines.append("")
    return "\n".join(lines)


def _differences(old: Sequence[_Section], new: Sequence[_Section]) -> Iterator[Difference]:
    before, after = [normalise(words) for _, words in old], [normalise(words) for _, words in new]
    matcher = SequenceMatcher(None, before, after, autojunk=len(after) > _MANY)
    gone: list[_Section] = []
    come: list[_Section] = []  # new words, below the section they follow
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            continue
        left = [words for _, words in new[k:m]]
        for name, words in old[i:j]:
            like = next((each for each in left[:_NEAR] if _alike(words, each)), None)
            if like is None:
                gone.append((name, words))
            else:
                left.remove(like)
                yield Difference("reworded", name, words, like)
        come += [(old[j - 1][0] if j else "the beginning", words) for words in left]
    yield from _moved_or_not(gone, come)


def _alike(one: str, other: str) -> bool:
    words = normalise(one).split(), normalise(other).split()
    matcher = SequenceMatcher(None, *words, autojunk=False)
    return matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


def _moved_or_not(gone: Sequence[_Section], come: Sequence[_Section]) -> Iterator[Difference]:
    places = {normalise(words): after for after, words in come}
    for name, words in gone:
        if place := places.get(normalise(words)):
            yield Difference("moved", name, words, f"now after {place}")
        else:
            yield Difference("removed", name, words)
    moved = {normalise(words) for _, words in gone}
    for after, words in come:
        if normalise(words) not in moved:
            yield Difference("added", after, "", words)
