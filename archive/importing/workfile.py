"""The work file: the source beside the anchors, for the editor alone.  Git ignores its folder.

What is the source's stands on lines that begin with ``>``, but for the note marks in it, ``⟦1⟧``;
everything else is ours.  So the file can be read again, to tell what a revised source changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.importing.outline import Placed
from archive.importing.text import Note, Remark

_TITLE = "% The source of {document}, for its editor alone: neither publish nor commit this file."
_SHA256 = re.compile(r"% SHA-256 ([0-9a-f]{64})$", re.MULTILINE)
_MARK = re.compile(r"⟦[^⟦⟧]*⟧")
_PASSAGE, _NOTE = "## ", "## endnote "


@dataclass(frozen=True, slots=True)
class Source:
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


def written(source: Source) -> str:
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


def read(text: str) -> Held | None:
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
