"""The references by which documents and passages are cited, made from the domain's facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from archive.citation.reference import Passage, Reference, refer
from archive.model.passage import Anchor
from archive.site.domain import Block, Document, archive_domain

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment


def document_reference(document: Document, base: str) -> Reference | None:
    """How a document is cited; None while its record has problems."""
    record = document.record
    return refer(record, base, author_address=record.issuer_address) if record else None


def block_reference(document: Document, block: Block, base: str) -> Reference | None:
    """How an anchored block is cited; None while the record has problems."""
    record = document.record
    if record is None:
        return None
    passage = Passage(Anchor.parse(block.anchor), block.fingerprint)
    return refer(record, base, passage, author_address=record.issuer_address)


def all_references(env: BuildEnvironment, base: str) -> Iterator[Reference]:
    """The documents' references in the order of the catalogue."""
    for _document, record in archive_domain(env).recorded():
        yield refer(record, base, author_address=record.issuer_address)
