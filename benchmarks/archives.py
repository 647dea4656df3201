"""Writes a corpus as an archive of this engine, which make can build.

Ledger and attestations are correct, so that every check of a build runs and finds nothing.
``python -m benchmarks.archives FOLDER DOCUMENTS`` writes one.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from runpy import run_path

from archive.fidelity.attestation import CHECKER, SUFFIX, Attestation, AttestedPassage
from archive.fidelity.attestation import serialise as serialise_attestation
from archive.model import publishing
from archive.model.ledger import Event, Kind, load
from archive.model.passage import fingerprint
from archive.model.proof import PIN, checkpoint
from archive.model.record import parse_record
from archive.model.settings import Settings
from benchmarks.corpus import Citation, Corpus, Link, Segment, Term, Text, bibliography, name_of
from benchmarks.seals import Seals

ROOT = Path(__file__).parent.parent
LEDGER = "ledger.jsonl"
DAY, REVISED = "2026-01-01", "2026-01-15"
HEADINGS = {1: "Text", 9: "Annotations"}  # each before the passage of that number

# What an archive shares with this one: the engine, what make needs to know.
_SHARED = (
    "archive", "Makefile", "pyproject.toml", "requirements",
)  # fmt: skip

_RECORD = """\
---
id: {id}
title: {title}
short-title: {short_title}
issuer: {issuer}
kind: {kind}
date: {date}
language: en
subjects:
{subjects}
source:
  publisher: {issuer}
  title: {title}
  address: https://example.org/{id}
  sha256: {sha256}
  paragraphs: {paragraphs}
rights: The source is its publisher’s; this rewriting is free.
status: issued
---
"""
_INDEX = """\
# Archive

```{toctree}
:hidden:

documents/index
chronology
glossary
references
permanence
```
"""


def write_archive(folder: Path, corpus: Corpus) -> None:
    """Write the archive into ``folder``, which must not exist."""
    (folder / "documents").mkdir(parents=True)
    seals = Seals(corpus)
    passages: list[Event] = []
    documents: list[Event] = []
    revisions: list[Event] = []
    for text in corpus.documents():
        write_document(folder, text)
        *worded, described = published(text, seals)
        passages += map(_as_first_worded, worded) if _is_revised(text) else worded
        documents.append(described)
        revisions += _revisions(worded) if _is_revised(text) else ()
    append(folder, (*passages, *documents, *revisions))
    (folder / "references.bib").write_text(bibliography(corpus), "utf-8")
    for name, page in _pages(corpus):
        (folder / name).write_text(page, "utf-8")
    share(folder)


def share(folder: Path) -> None:
    """Give an archive the engine, the templates and the settings of this one."""
    shutil.copy(ROOT / "conf.py", folder)
    for name in _SHARED:
        (folder / name).symlink_to(ROOT / name)


def write_document(folder: Path, text: Text, former: str | None = None) -> None:
    """Write a document and its attestation; ``former`` is the id that it was renamed from."""
    path = folder / "documents" / f"{text.name}.md"
    path.write_text(_document(text, former), "utf-8")
    path.with_suffix(SUFFIX).write_text(serialise_attestation(_attestation(text)), "utf-8")


def append(folder: Path, events: Iterable[Event]) -> None:
    """Append events to the archive's ledger, and pin its head, as publishing does."""
    path = folder / LEDGER
    publishing.append(path, events)
    ledger, _ = load(path.read_bytes(), LEDGER)
    (folder / PIN).write_text(str(checkpoint(ledger, settings(), LEDGER)), "utf-8")


@cache
def settings() -> Settings:
    """The settings that an archive shares with this one."""
    return Settings.of(run_path(str(ROOT / "conf.py")))


def published(text: Text, seals: Seals, day: str = DAY) -> Iterator[Event]:
    """The events that publish a document; the last one describes it."""
    for anchor, segments in blocks(text):
        made = seals.heading(str(segments[0])) if "-s" in anchor else seals.passage(segments)
        yield Event(day, Kind.PUBLISH, anchor, sha256=fingerprint(said(segments)), seal=made)
    record, _ = parse_record(_record(text), f"{text.name}.md", text.name, settings())
    described = seals.document(record, [anchor for anchor, _ in blocks(text)])
    yield Event(day, Kind.DESCRIBE, text.name, seal=described)


def _is_revised(text: Text) -> bool:
    """One document in ten was revised since it was published."""
    return text.number % 10 == 0


def _as_first_worded(event: Event) -> Event:
    """The event as it was before the revision, whose seal does not matter any more."""
    if not event.anchor.endswith("-p1"):
        return event
    return replace(event, sha256=fingerprint("As it was first worded."), seal="0" * 64)


def _revisions(worded: Iterable[Event]) -> Iterator[Event]:
    for event in worded:
        if event.anchor.endswith("-p1"):
            yield replace(event, date=REVISED, kind=Kind.REVISE)


def standing(text: Text) -> Iterator[tuple[str, str]]:
    """Each anchor of a document and the text of its block, in order."""
    return ((anchor, said(segments)) for anchor, segments in blocks(text))


def blocks(text: Text) -> Iterator[tuple[str, Sequence[Segment]]]:
    """Each anchor of a document and what its block has, in order."""
    for number, passage in enumerate(text.passages, start=1):
        if number in HEADINGS:
            yield _heading_anchor(text.name, number), [HEADINGS[number]]
        yield f"{text.name}-p{number}", passage


def written(folder: Path) -> Iterator[tuple[str, Sequence[Segment]]]:
    """Each anchor that stands in an archive, and what its block has, as its files say it."""
    for path in sorted((folder / "documents").glob("document-*.md")):
        for block in path.read_text("utf-8").split("\n\n"):
            *anchors, text = block.strip().splitlines()
            if anchors and _ANCHOR.fullmatch(anchors[-1]):
                yield anchors[-1][1:-2], [*_segments(text)]


_ANCHOR = re.compile(r"\([a-z0-9-]+\)=")
_WRITTEN = re.compile(r"\{cite:p\}`([^`]*)`|\[\]\(#document-(\d+)-p(\d+)\)|\{term\}`([^`]*)`")


def _segments(text: str) -> Iterator[Segment]:
    end = 0
    for found in _WRITTEN.finditer(text):
        yield text[end : found.start()]
        key, document, passage, term = found.groups()
        yield Citation(key) if key else Term(term) if term else Link(int(document), int(passage))
        end = found.end()
    yield text[end:]


def _heading_anchor(name: str, passage: int) -> str:
    return f"{name}-s{[*HEADINGS].index(passage) + 1}"


def said(segments: Iterable[Segment]) -> str:
    """The fingerprinted text, to which citation marks and spoken names add nothing."""
    named = (each.name if isinstance(each, Term) else each for each in segments)
    return "".join(each for each in named if isinstance(each, str))


def _document(text: Text, former: str | None) -> str:
    return "\n".join((_record(text), *_blocks(text, former)))


def _blocks(text: Text, former: str | None) -> Iterator[str]:
    for number, passage in enumerate(text.passages, start=1):
        if number in HEADINGS:
            yield _anchored(_heading_anchor, text.name, former, number) + f"## {HEADINGS[number]}\n"
        words = "".join(map(_written, passage))
        yield _anchored(lambda name, of: f"{name}-p{of}", text.name, former, number) + words + "\n"


def _anchored(form: Callable[[str, int], str], name: str, former: str | None, number: int) -> str:
    names = (former, name) if former else (name,)
    return "".join(f"({form(each, number)})=\n" for each in names)


def _written(segment: Segment) -> str:
    match segment:
        case Citation(key):
            return f"{{cite:p}}`{key}`"
        case Link(document, passage):
            return f"[](#{name_of(document)}-p{passage})"
        case Term(name):
            return f"{{term}}`{name}`"
    return segment


def _record(text: Text) -> str:
    return _RECORD.format(
        id=text.name, title=text.title, short_title=text.short_title, issuer=text.issuer,
        kind=text.kind, date=text.date, sha256=_source(text), paragraphs=len(text.passages),
        subjects="\n".join(f"  - {subject}" for subject in text.subjects),
    )  # fmt: skip


def _source(text: Text) -> str:
    """A made-up fingerprint: these documents have no source."""
    return sha256(text.name.encode()).hexdigest()


def _attestation(text: Text) -> Attestation:
    passages = (pair for pair in standing(text) if "-p" in pair[0])
    return Attestation(
        text.name, CHECKER, _source(text),
        tuple(
            AttestedPassage(anchor, fingerprint(said), number, _source(text))
            for number, (anchor, said) in enumerate(passages, start=1)
        ),
    )  # fmt: skip


def _pages(corpus: Corpus) -> Iterator[tuple[str, str]]:
    terms = "\n".join(f"{term}\n  {corpus.definition(term)}\n" for term in corpus.terms)
    yield "index.md", _INDEX
    yield "documents/index.md", "# Documents\n\n```{catalogue}\n```\n"
    yield "chronology.md", "# Chronology\n\n" + "\n".join(_events(corpus))
    yield "glossary.md", f"# Glossary\n\n```{{glossary}}\n{terms}```\n"
    yield "references.md", "# References\n\n```{bibliography}\n:all:\n```\n"
    yield "permanence.md", "# Permanence\n\n```{ledger}\n```\n"


def _events(corpus: Corpus) -> Iterator[str]:
    """An event for every twentieth document."""
    for number in range(0, corpus.size, 20):
        text = corpus.document(number)
        yield f":::{{event}} {text.date}\n:passages: {text.name}-p1\n{text.title}.\n:::\n"


if __name__ == "__main__":
    write_archive(Path(sys.argv[1]), Corpus(int(sys.argv[2])))
