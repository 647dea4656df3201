"""What the page templates are given: its record, its neighbours, its other forms."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from archive.citation.forms import BIBTEX, CSL, LINKSET, MYST, PDF, RIS
from archive.site.catalogue import FOLDER, is_split
from archive.site.domain import Document, archive_domain
from archive.site.languages import attributes

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata


EPUB = "archive.epub"


class OtherForm(NamedTuple):
    """A file that holds what a document's page holds, or describes it."""

    address: str  # relative to the page
    name: str
    media_type: str
    what: str  # whom it serves
    saved: bool  # rather than shown


# The files beside each document's page, for readers first and for machines last.
_BESIDE = (
    (PDF, "to print and to deposit: PDF/A, the same anchors as named destinations", False),
    (MYST, "the text as it is written, in Markdown", True),
    (BIBTEX, "for LaTeX and reference managers", True),
    (RIS, "for Zotero, EndNote and library systems", True),
    (CSL, "for citation processors", True),
    (LINKSET, "where everything about the document is, for machines", True),
)


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
    context["tongue"] = attributes(document.record.language, app.config.language)
    context["collection"] = _collection(app, pagename)
    context["pdf"] = f"{document.id}.pdf"
    context["made"] = f"{document.id}.made.html"
    context["other_forms"] = other_forms(document, in_a_book=not is_split(app.env))


def other_forms(document: Document, *, in_a_book: bool) -> list[OtherForm]:
    """The other forms of a document, addressed from its page; very many make no book."""
    beside = [
        OtherForm(f"{document.id}.{form.suffix}", form.label, form.media_type, what, saved)
        for form, what, saved in _BESIDE
    ]
    up = "../" * document.docname.count("/")
    book = OtherForm(
        f"{up}{EPUB}", "EPUB", "application/epub+zip", "the whole archive as a book", saved=True
    )
    return [*beside[:1], *([book] if in_a_book else []), *beside[1:]]


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
    return {
        "link": app.builder.get_relative_uri(pagename, document.docname),
        "title": escape(document.title),
        "tongue": attributes(document.language, app.config.language),
    }


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("env-updated", order_documents, priority=880)
    app.connect("html-page-context", complete_context)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
