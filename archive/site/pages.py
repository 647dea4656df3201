"""What the page templates are given: its record, its neighbours, its PDF."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from archive.site.catalogue import FOLDER, is_split
from archive.site.domain import Document, archive_domain

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata


def order_documents(app: Sphinx, env: BuildEnvironment) -> None:
    """Have the domain know each document's neighbours before a page asks for them."""
    archive_domain(env).order()


def complete_context(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Complete a document page's template context; other pages keep theirs."""
    domain = archive_domain(app.env)
    document = domain.documents.get(pagename)
    if document is None or document.record is None:
        return
    previous, following = domain.neighbours[pagename]
    context["prev"] = _related(app, pagename, previous)
    context["next"] = _related(app, pagename, following)
    context["record"] = document.record
    context["collection"] = _collection(app, pagename)
    context["pdf"] = f"{document.id}.pdf"
    context["made"] = f"{document.id}.made.html"


def _collection(app: Sphinx, pagename: str) -> dict[str, str] | None:
    """The page of a document's collection; None where one page lists all documents."""
    if not is_split(app.env):
        return None
    part = archive_domain(app.env).collection_of[pagename]
    return {
        "link": app.builder.get_relative_uri(pagename, f"{FOLDER}/{part.slug}"),
        "title": part.label,
    }


def _related(app: Sphinx, pagename: str, document: Document | None) -> dict[str, str] | None:
    if document is None:
        return None
    link = app.builder.get_relative_uri(pagename, document.docname)
    return {"link": link, "title": escape(document.title)}  # of HTML, as Sphinx has titles


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("env-updated", order_documents, priority=880)
    app.connect("html-page-context", complete_context)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
