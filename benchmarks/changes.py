"""Edits of an archive, each with the ledger lines that make it a correct archive again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from archive.fidelity.attestation import SUFFIX
from archive.model.fingerprint import fingerprint
from archive.model.ledger import Event, Kind
from benchmarks.archives import append, published, standing, write_document
from benchmarks.corpus import Corpus, bibliography, entry

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
        Event(DAY, Kind.REVISE, anchor, sha256=fingerprint(dict(standing(revised))[anchor]))
    ])  # fmt: skip


def add(folder: Path, corpus: Corpus) -> None:
    """Add a document, and publish it."""
    text = corpus.document(corpus.size)
    write_document(folder, text)
    append(folder, (replace(event, date=DAY) for event in published(text)))


def rename(folder: Path, corpus: Corpus) -> None:
    """Rename a document, and publish that its anchors moved."""
    text = corpus.document(corpus.size // 3)
    renamed = replace(text, number=corpus.size + 1)
    write_document(folder, renamed, former=text.name)
    old = folder / "documents" / f"{text.name}.md"
    old.unlink()
    old.with_suffix(SUFFIX).unlink()
    pairs = zip(standing(text), standing(renamed), strict=True)
    append(folder, (
        *(replace(event, date=DAY) for event in published(renamed)),
        *(Event(DAY, Kind.MOVE, was, target=now) for (was, _), (now, _) in pairs),
    ))  # fmt: skip


def cite_anew(folder: Path, corpus: Corpus) -> None:
    """Correct the title of a work that documents cite."""
    work = corpus.work(corpus.work_count // 2)
    path = folder / "references.bib"
    before = bibliography(corpus)
    after = before.replace(entry(work), entry(replace(work, title=f"{work.title}, corrected")))
    path.write_text(after, "utf-8")


# In the order in which they are measured, each after a build of what was before.
CHANGES: dict[str, Change] = {
    "no change": nothing,
    "edit": edit,
    "add": add,
    "rename": rename,
    ".bib edit": cite_anew,
}
