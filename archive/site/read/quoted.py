"""Reads what became of the quotations that a record follows to their origin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from archive.fidelity.attestation import Attestation, AttestedOrigin
from archive.fidelity.quotations import Quotation, find_quotations
from archive.model import Problem
from archive.model.passage import normalise
from archive.model.relations import Relation, origins
from archive.site.know.domain import archive_domain, document_being_read
from archive.site.know.facts import Document, Traced
from archive.site.read.anchors import anchored, said_text
from archive.site.read.sources import read_attestation


def follow_quotations(app: Sphinx, doctree: nodes.document) -> None:
    """Store what is attested of the quotations that the record of the document being read follows.

    Report those that no passage has.
    """
    document = document_being_read(app.env)
    if document is None or not _quoting(document):
        return
    domain, said = archive_domain(app.env), _quoted(document, doctree)
    attestation, _problems = read_attestation(Path(app.srcdir), document)
    domain.vouching[document.docname] = replace(
        domain.vouching[document.docname], traced=tuple(_all_traced(document, said, attestation))
    )
    domain.add_faults(document.docname, _unquoted(document, said))


Quoted = Mapping[str, Sequence[Quotation]]  # the quotations of passages, by anchor


def _quoting(document: Document) -> list[Relation]:
    relations = document.record.relations if document.record is not None else ()
    return [each for each in relations if each.passage and each.kind == "quotes"]


def _quoted(document: Document, doctree: nodes.document) -> Quoted:
    """Return the quotations of the passages that are followed."""
    wanted = {each.anchor(document.id) for each in _quoting(document)}
    return {
        str(anchor): find_quotations(said_text(node)).quotations
        for node, anchor in anchored(doctree)
        if wanted.intersection(node["ids"])
    }


def _all_traced(
    document: Document, quoted: Quoted, attestation: Attestation | None
) -> Iterator[Traced]:
    """Yield what is attested of each quotation, for each passage or work that it leads to."""
    relations = _quoting(document)
    known = {
        (passage.fingerprint, origin.quotation, origin.target): origin
        for passage in (attestation.passages if attestation is not None else ())
        for origin in passage.origins
    }
    for block in document.blocks:
        names = (block.anchor, *block.former)
        labels = dict.fromkeys(
            each.passage for each in relations if each.anchor(document.id) in names
        )
        for quotation in quoted.get(block.anchor, ()):
            for relation in (
                r for label in labels for r in origins(relations, label, quotation.text)
            ):
                found = known.get((block.fingerprint, quotation.span, relation.target))
                yield _traced(block.anchor, quotation.text, relation, found)


def _traced(anchor: str, words: str, relation: Relation, found: AttestedOrigin | None) -> Traced:
    if found is None:
        return Traced(anchor, words, relation)
    return Traced(
        anchor, words, relation, found.result, found.source_sha256, found.paragraph,
        found.differences,
    )  # fmt: skip


def _unquoted(document: Document, quoted: Quoted) -> Iterator[Problem]:
    """Yield a problem for each line that names a quotation which its passage does not have."""
    by_anchor = {
        name: quoted[block.anchor]
        for block in document.blocks if block.anchor in quoted
        for name in (block.anchor, *block.former)
    }  # fmt: skip
    for relation in _quoting(document):
        there = by_anchor.get(relation.anchor(document.id))
        said = [normalise(each.text) for each in there or ()]
        if there is not None and not (
            normalise(relation.words) in said if relation.words else said
        ):
            words = f"does not quote “{relation.words}”" if relation.words else "quotes nothing"
            yield Problem(
                document.path, relation.line, "relation-quotation",
                f"The passage {relation.passage} {words}.",
                "write the words between quotation marks as the passage has them, or remove the "
                "line.",
            )  # fmt: skip
