"""A tool that the archive is measured against, and what the tools' formats have in common."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import Corpus, Segment, Text

# Where make installs the tools of requirements/peers.txt: below this environment.
ENVIRONMENT = Path(sys.prefix, "peers")

COLLECTION = 50  # documents
ANNOTATIONS = 9  # the passage below the second heading


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool: its program, how it is given the corpus, how it builds."""

    key: str
    name: str
    tool: Callable[[], str | None]  # the path of its program; None where it is not installed
    version: Callable[[str], str]
    write: Callable[[Path, Corpus], None]  # into a folder that does not exist yet
    command: Callable[[str], tuple[str, ...]]  # that builds the site, run in that folder
    site: str  # the folder it builds, below the other
    limit: int  # the largest number of documents at which it is measured
    why: str  # the reason for the limit


def installed(program: str) -> str | None:
    """The path of a program of the peers' own environment; None where it is not there."""
    path = ENVIRONMENT / "bin" / program
    return str(path) if path.is_file() else None


def collection_of(number: int) -> str:
    """The collection of a document."""
    return f"collection-{number // COLLECTION:03d}"


def collections(corpus: Corpus) -> Iterator[tuple[str, range]]:
    """Each collection and the numbers of its documents."""
    for first in range(0, corpus.size, COLLECTION):
        yield collection_of(first), range(first, min(first + COLLECTION, corpus.size))


def slug(term: str) -> str:
    """The anchor of a glossary term."""
    return "term-" + term.lower().replace(" ", "-")


def body(
    text: Text,
    written: Callable[[Segment], str],
    anchored: Callable[[str, str], str],
) -> str:
    """The text of a document: two headings, and below them its passages with their anchors."""
    blocks = ["## Text\n"]
    for number, passage in enumerate(text.passages, start=1):
        if number == ANNOTATIONS:
            blocks.append("## Annotations\n")
        words = f"{number}\\. " + "".join(map(written, passage))
        blocks.append(anchored(f"{text.name}-p{number}", words))
    return "\n".join(blocks)


def front_matter(text: Text, **more: str) -> str:
    """Title, date and creator, in a form that every tool reads."""
    pairs = {"title": f'"{text.title}"', "date": text.date, "creator": f'"{text.issuer}"', **more}
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in pairs.items()) + "---\n\n"


def put(folder: Path, name: str, text: str) -> None:
    """Write a file and the folders above it."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
