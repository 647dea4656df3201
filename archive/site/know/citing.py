"""How documents and passages are cited: references made from the domain's facts."""

from __future__ import annotations

from archive.citation.reference import Passage, Reference, refer
from archive.model.passage import Anchor
from archive.site.know.facts import Block, Document


def document_reference(document: Document, base: str) -> Reference | None:
    """How a document is cited; None while its record has problems."""
    return refer(document.record, base) if document.record else None


def block_reference(document: Document, block: Block, base: str) -> Reference | None:
    """How an anchored block is cited; None while its record or its anchor has problems."""
    record, anchor = document.record, Anchor.parse(block.anchor)
    if record is None or anchor.document != record.id:
        return None
    return refer(record, base, Passage(anchor, block.fingerprint))
