"""Backlinks, and references to documents and passages, derived from the facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from archive.citation.reference import Passage, Reference, refer
from archive.model.passage import Anchor
from archive.model.settings import Settings
from archive.site.know.domain import archive_domain
from archive.site.know.facts import Block, Document, Place


def collect_backlinks(app: Sphinx, env: BuildEnvironment) -> None:
    """Compute all backlinks once all documents are read."""
    found: dict[str, defaultdict[str, list[Place]]] = {
        kind: defaultdict(list) for kind in ("reference", "term", "document")
    }
    for document, _record in archive_domain(env).recorded():
        for block in document.blocks:
            for kind, name in dict.fromkeys(_targets(block, document)):
                found[kind][name].append(Place(document, block))
    archive_domain(env).backlinks = {
        kind: {name: tuple(places) for name, places in names.items()}
        for kind, names in found.items()
    }


def _targets(block: Block, document: Document) -> Iterator[tuple[str, str]]:
    """Yield the works of a block by key, terms in lower case and other documents by id."""
    for mention in block.mentions:
        if mention.kind == "term":
            yield "term", mention.target.lower()
        elif mention.kind == "reference":
            yield "reference", mention.target
        elif mention.document not in (None, document.id):
            yield "document", mention.document


def document_reference(document: Document, settings: Settings) -> Reference | None:
    """Return the bibliographic reference to a document; None if its record has problems."""
    return refer(document.record, settings) if document.record else None


def block_reference(document: Document, block: Block, settings: Settings) -> Reference | None:
    """Return the reference to an anchored block; None if its record or anchor has problems."""
    record, anchor = document.record, Anchor.parse(block.anchor)
    if record is None or anchor.document != record.id:
        return None
    return refer(record, settings, Passage(anchor, block.fingerprint))
