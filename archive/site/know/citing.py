"""How documents and passages are cited: references made from the domain's facts."""

from __future__ import annotations

from archive.citation.reference import Passage, Reference, refer
from archive.model.passage import Anchor
from archive.model.settings import Settings
from archive.site.know.facts import Block, Document


def document_reference(document: Document, settings: Settings) -> Reference | None:
    """How a document is cited; None while its record has problems."""
    record = document.record
    return refer(record, settings, author_address=record.issuer_address) if record else None


def block_reference(document: Document, block: Block, settings: Settings) -> Reference | None:
    """How an anchored block is cited; None while its record or its anchor has problems."""
    record, anchor = document.record, Anchor.parse(block.anchor)
    if record is None or anchor.document != record.id:
        return None
    passage = Passage(anchor, block.fingerprint)
    return refer(record, settings, passage, author_address=record.issuer_address)
