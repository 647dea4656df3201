"""A page for each document, “How this was made”: what its passages rest on, for anyone to check."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.model.ledger import Kind, short
from archive.model.passage import Anchor
from archive.site.attestations import read_attestation
from archive.site.domain import Document, archive_domain
from archive.site.history import history_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

    from archive.fidelity.attestation import AttestedPassage


def made_name(docname: str) -> str:
    """The page that tells how a document was made; it shares the document's stem."""
    return f"{docname}.made"


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """One page for each document that has a record."""
    for document, record in archive_domain(app.env).recorded():
        attestation, _problems = read_attestation(Path(app.srcdir), document)
        attested = {each.anchor: each for each in attestation.passages} if attestation else {}
        context = {
            "title": f"How this was made: {document.short_title}",
            "made_of": document.short_title,
            "made_record": record,
            "checker": attestation.checker if attestation else None,
            "passages": list(_passages(document, attested)),
            "notes": [block for block in document.blocks if _letter(block.anchor) == "n"],
            "revisions": list(_revisions(app, document)),
            "page": app.builder.get_relative_uri(made_name(document.docname), document.docname),
            "references": app.builder.get_relative_uri(made_name(document.docname), "references"),
            "short": short,
        }
        yield made_name(document.docname), context, "made.html"


def _passages(
    document: Document, attested: dict[str, AttestedPassage]
) -> Iterator[dict[str, object]]:
    for block in document.passages:
        passage = attested.get(block.anchor)
        yield {
            "anchor": block.anchor,
            "label": Anchor.parse(block.anchor).label,
            "fingerprint": block.fingerprint,
            "cites": block.cites,
            "paragraph": passage.paragraph if passage else None,
            "paragraph_sha256": passage.paragraph_sha256 if passage else None,
            "quotations": passage.quotations if passage else (),
            "endnotes": passage.endnotes if passage else (),
        }


def _letter(anchor: str) -> str:
    return Anchor.parse(anchor).letter


def _revisions(app: Sphinx, document: Document) -> Iterator[tuple[str, str]]:
    """The label of each block that was revised, and what the ledger tells of it."""
    domain = archive_domain(app.env)
    for block in document.blocks:
        history = domain.ledger.histories.get(block.anchor)
        if history is not None and any(event.kind is Kind.REVISE for event in history.events):
            for told in history_of(block, domain):
                yield Anchor.parse(block.anchor).label, told.what


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("html-collect-pages", pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
