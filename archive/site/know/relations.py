"""Who names what, and how documents and passages are cited: worked out from the facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from archive.citation.reference import Passage, Reference, refer
from archive.model.passage import Anchor
from archive.model.settings import Settings
from archive.site.know.domain import ArchiveDomain, archive_domain
from archive.site.know.facts import Backlinks, Block, Document, Place

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


def collect_backlinks(app: Sphinx, env: BuildEnvironment) -> None:
    """Work out all backlinks, once all documents are read."""
    domain = archive_domain(env)
    domain.backlinks = backlinks(domain)


def backlinks(domain: ArchiveDomain) -> Backlinks:
    """The backlinks of everything that documents name."""
    found: dict[str, defaultdict[str, list[Place]]] = {
        kind: defaultdict(list) for kind in ("reference", "term", "label")
    }
    for document, _record in domain.recorded():
        for block in document.blocks:
            for kind, name in dict.fromkeys(_named(block, document)):
                found[kind][name].append(Place(document, block))
    return Backlinks(*(
        {name: tuple(places) for name, places in found[kind].items()}
        for kind in ("reference", "term", "label")
    ))  # fmt: skip


def _named(block: Block, document: Document) -> Iterator[tuple[str, str]]:
    """What a block names: references by key, terms in lower case, other documents by id."""
    for mention in block.mentions:
        if mention.kind == "term":
            yield "term", mention.target.lower()
        elif mention.kind == "reference":
            yield "reference", mention.target
        elif (named := _document_of(mention.target)) and named != document.id:
            yield "label", named


def _document_of(label: str) -> str | None:
    try:
        return Anchor.parse(label).document
    except ValueError:
        return None


def document_reference(document: Document, settings: Settings) -> Reference | None:
    """How a document is cited; None while its record has problems."""
    return refer(document.record, settings) if document.record else None


def block_reference(document: Document, block: Block, settings: Settings) -> Reference | None:
    """How an anchored block is cited; None while its record or its anchor has problems."""
    record, anchor = document.record, Anchor.parse(block.anchor)
    if record is None or anchor.document != record.id:
        return None
    return refer(record, settings, Passage(anchor, block.fingerprint))
