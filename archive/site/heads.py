"""What machines read in the head of a document's page: typed links, metadata, JSON-LD."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archive.citation import schema_org
from archive.citation.links import links
from archive.citation.metadata import metadata
from archive.model.record import Record
from archive.site.domain import archive_domain
from archive.site.references import block_reference, document_reference

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def complete_head(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Give the template a document's links, metadata and JSON-LD."""
    document = archive_domain(app.env).documents.get(pagename)
    base = app.config.html_baseurl
    reference = document_reference(document, base) if document else None
    if document is None or document.record is None or reference is None:
        return
    description = describe(document.record)
    passages = (block_reference(document, block, base) for block in document.passages)
    context["head_links"] = links(reference)
    context["head_metadata"] = metadata(reference, description)
    context["json_ld"] = schema_org.serialise(
        schema_org.report(reference, [passage for passage in passages if passage is not None])
    )
    context["description"] = description


def describe(record: Record) -> str:
    """One sentence for search engines and link previews."""
    return (
        f"{record.title}: {record.kind} of {record.issuer}, {record.date.spoken}, "
        "passage by passage, with permanent anchors."
    )


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("html-page-context", complete_head)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
