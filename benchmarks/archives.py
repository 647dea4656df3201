"""Writes a corpus as an archive of this engine, which make can build.

Ledger and attestations are correct, so that every check of a build runs and finds nothing.
``python -m benchmarks.archives FOLDER DOCUMENTS`` writes one.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from archive.fidelity.attestation import CHECKER, SUFFIX, Attestation, AttestedPassage
from archive.fidelity.attestation import serialise as serialise_attestation
from archive.model.fingerprint import fingerprint
from archive.model.ledger import Event, Kind, serialise
from benchmarks.corpus import Citation, Corpus, Link, Segment, Term, Text, bibliography, name_of

ROOT = Path(__file__).parent.parent
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
    ledger: list[Event] = []
    for text in corpus.documents():
        write_document(folder, text)
        ledger.extend(history(text))
    append(folder, ledger)
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
    """Append events to the archive's ledger."""
    with (folder / "ledger.jsonl").open("a", encoding="utf-8") as ledger:
        ledger.writelines(f"{serialise(event)}\n" for event in events)


def history(text: Text) -> Iterator[Event]:
    """The events of a published document; one in ten was revised since."""
    for event in published(text):
        if text.number % 10 == 0 and event.anchor == f"{text.name}-p1":
            yield replace(event, sha256=fingerprint("As it was first worded."))
            yield replace(event, date=REVISED, kind=Kind.REVISE)
        else:
            yield event


def published(text: Text) -> Iterator[Event]:
    """The events that publish a document."""
    for anchor, said in standing(text):
        yield Event(DAY, Kind.PUBLISH, anchor, sha256=fingerprint(said))


def standing(text: Text) -> Iterator[tuple[str, str]]:
    """Each anchor of a document and the text of its block, in order."""
    for number, passage in enumerate(text.passages, start=1):
        if number in HEADINGS:
            yield _heading_anchor(text.name, number), HEADINGS[number]
        yield f"{text.name}-p{number}", "".join(map(_said, passage))


def _heading_anchor(name: str, passage: int) -> str:
    return f"{name}-s{[*HEADINGS].index(passage) + 1}"


def _said(segment: Segment) -> str:
    """What a segment adds to the fingerprinted text: citation marks and spoken names nothing."""
    if isinstance(segment, Term):
        return segment.name
    return segment if isinstance(segment, str) else ""


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
