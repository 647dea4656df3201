"""Edits of an archive, each with the ledger lines that make it a correct archive again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from archive.fidelity.attestation import SUFFIX
from archive.model.ledger import Event, Kind
from archive.model.passage import fingerprint
from benchmarks.archives import append, published, said, standing, write_document, written
from benchmarks.corpus import Citation, Corpus, bibliography, entry
from benchmarks.seals import Seals

DAY = "2026-02-01"  # after all that the ledger has
REWORDED = "It was reworded."

Change = Callable[[Path, Corpus], None]


def nothing(folder: Path, corpus: Corpus) -> None:
    """Change nothing: what it costs to find that nothing changed."""


def edit(folder: Path, corpus: Corpus) -> None:
    """Reword a passage, and publish the revision."""
    reword(folder, corpus, corpus.size // 2)


def reword(folder: Path, corpus: Corpus, number: int) -> None:
    """Add REWORDED to the fifth passage of a document, and publish the revision."""
    text = corpus.document(number)
    passages = list(text.passages)
    passages[4] = (*passages[4], f" {REWORDED}")
    revised = replace(text, passages=tuple(passages))
    anchor = f"{text.name}-p5"
    write_document(folder, revised)
    append(folder, [
        Event(DAY, Kind.REVISE, anchor, sha256=fingerprint(said(passages[4])),
              seal=Seals(corpus).passage(passages[4]))
    ])  # fmt: skip


def add(folder: Path, corpus: Corpus) -> None:
    """Add a document, and publish it."""
    text = corpus.document(corpus.size)
    write_document(folder, text)
    append(folder, published(text, Seals(corpus), DAY))


def rename(folder: Path, corpus: Corpus) -> None:
    """Rename a document, and publish that its anchors moved."""
    text = corpus.document(corpus.size // 3)
    renamed = replace(text, number=corpus.size + 1)
    write_document(folder, renamed, former=text.name)
    old = folder / "documents" / f"{text.name}.md"
    old.unlink()
    old.with_suffix(SUFFIX).unlink()
    pairs = zip(standing(text), standing(renamed), strict=True)
    *worded, described = published(renamed, Seals(corpus), DAY)
    moves = (Event(DAY, Kind.MOVE, was, target=now) for (was, _), (now, _) in pairs)
    append(folder, (*worded, *moves, described))


def cite_anew(folder: Path, corpus: Corpus) -> None:
    """Correct the title of a work that documents cite, and publish that they were amended."""
    work = corpus.work(corpus.work_count // 2)
    corrected = replace(work, title=f"{work.title}, corrected")
    path = folder / "references.bib"
    path.write_text(bibliography(corpus).replace(entry(work), entry(corrected)), "utf-8")
    seals = Seals(corpus, {work.key: corrected})
    append(folder, [
        Event(DAY, Kind.AMEND, anchor, seal=seals.passage(segments))
        for anchor, segments in written(folder) if Citation(work.key) in segments
    ])  # fmt: skip


# In the order in which they are measured, each after a build of what was before.
CHANGES: dict[str, Change] = {
    "no change": nothing,
    "edit": edit,
    "add": add,
    "rename": rename,
    ".bib edit": cite_anew,
}
