"""The template context of pages: record, neighbours, other formats, metadata."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from babel import Locale
from babel.core import UnknownLocaleError
from sphinx.application import Sphinx

from archive.citation import schema_org
from archive.citation.links import BIBTEX, CSL, LINKSET, MYST, PDF, RIS, links
from archive.citation.metadata import Meta, describe, metadata
from archive.model.record import STATUSES
from archive.site.know.facts import Document
from archive.site.know.view import View, view_of
from archive.site.nodes import LONG as WIDE
from archive.site.nodes import SHORT
from archive.site.show.listings import COLLECTIONS
from archive.site.show.relations import in_heads


@lru_cache(maxsize=256)
def direction(language: str) -> str:
    """Return ``rtl`` or ``ltr`` for a BCP 47 tag; ``ltr`` for languages unknown to Unicode."""
    try:
        return Locale.parse(language, sep="-").text_direction
    except (UnknownLocaleError, ValueError):
        return "ltr"


def attributes(language: str | None, around: str) -> str:
    """Return the attributes ``lang`` and ``dir``; empty if the language ``around`` is the same."""
    if not language or language == around:
        return ""
    return f' lang="{escape(language, quote=True)}" dir="{direction(language)}"'


EPUB = "archive.epub"


class OtherForm(NamedTuple):
    """Another format of a document, or a description of it."""

    address: str  # relative to the page
    name: str
    media_type: str
    what: str  # its purpose
    saved: bool  # whether a browser saves rather than displays it


# The files beside each document's page; those for readers come before those for machines.
_BESIDE = (
    (PDF, "to print and to deposit: PDF/A, the same anchors as named destinations", False),
    (MYST, "the text as it is written, in Markdown", True),
    (BIBTEX, "for LaTeX and reference managers", True),
    (RIS, "for Zotero, EndNote and library systems", True),
    (CSL, "for citation processors", True),
    (LINKSET, "where everything about the document is, for machines", True),
)


def complete_context(app: Sphinx, pagename: str, context: dict[str, Any]) -> None:
    """Complete the template context of a document's page; other pages learn the catalogue's."""
    view = view_of(app.env)
    context["catalogue"] = view.catalogue_page()
    context["contact"] = app.config.archive_contact
    document = view.own(pagename)
    if document is None or document.record is None:
        return
    previous, following = view.neighbours(pagename)
    context["prev"] = _related(app, pagename, previous)
    context["next"] = _related(app, pagename, following)
    context["record"] = document.record
    context["status"] = STATUSES[document.record.status]
    context["tongue"] = attributes(document.record.language, app.config.language)
    context["collection"] = _collection(app, pagename)
    context["pdf"] = f"{document.id}.pdf"
    context["made"] = f"{document.id}.made.html"
    context["long_labels"] = any(SHORT < len(block.label) <= WIDE for block in document.blocks)
    context["other_forms"] = other_forms(document, in_a_book=not view.is_split())


def other_forms(document: Document, *, in_a_book: bool) -> list[OtherForm]:
    """Return the other formats of a document; ``in_a_book`` unless there are too many for one."""
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
    """Return the page of a document's collection; None if one page lists all documents."""
    view = view_of(app.env)
    if not view.is_split():
        return None
    part = view.collection(pagename)
    return {
        "link": app.builder.get_relative_uri(pagename, f"{COLLECTIONS}/{part.slug}"),
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


def complete_head(app: Sphinx, pagename: str, context: dict[str, Any]) -> None:
    """Add a document's links, metadata and JSON-LD to the context of its page."""
    view = view_of(app.env)
    document = view.own(pagename)
    reference = document.reference(view.settings) if document else None
    address = f"{app.config.html_baseurl}{pagename}.html"
    if document is None and pagename in app.env.found_docs:
        context["page_metadata"] = page_metadata(_title(app, pagename), address, view)
    elif document is None and "title" in context and pagename not in _NOT_SAVED:
        context["page_metadata"] = page_metadata(context["title"], address, view, dated=False)
    if document is None or document.record is None or reference is None:
        return
    description = describe(document.record)
    passages = (
        document.block_reference(block, view.settings, view.place(block))
        for block in document.passages
    )
    related = in_heads(view.ties(pagename), view.settings)
    context["head_links"] = links(reference, related)
    context["head_metadata"] = metadata(reference, description)
    context["json_ld"] = schema_org.serialise(
        schema_org.report(
            reference, [passage for passage in passages if passage is not None], related
        )
    )
    context["description"] = description


LONG = 30  # passages; a shorter document is soon looked through


def add_jump_script(app: Sphinx, pagename: str, _context: dict[str, Any]) -> None:
    """Load the script that goes to a passage by its number, on pages that need it."""
    document = view_of(app.env).own(pagename)
    if document is None:
        return
    if len(document.blocks) > LONG or any(block.locator for block in document.blocks):
        for script in ("locate.js", "jump.js"):
            app.builder.add_js_file(script, defer="defer")  # type: ignore[attr-defined]


# Pages that nobody keeps.
_NOT_SAVED = frozenset({"search", "genindex", "404"})


def page_metadata(title: str, address: str, view: View, *, dated: bool = True) -> tuple[Meta, ...]:
    """Return what reference managers read of a page without a record (Zotero: Embedded Metadata).

    Its date is that of the last event in the ledger, the only one that is certain.  Generated pages
    have none, or each event would change them all.
    """
    ledger = view.whole_ledger() if dated else None
    dates = [each.events[-1].date for each in ledger.histories.values()] if ledger else []
    named = {"DC.language": view.env.config.language, "DC.date": max(dates, default="")}
    opened = {"og:type": "website", "og:title": title, "og:site_name": view.env.config.project,
              "og:url": address}  # fmt: skip
    return (
        *(Meta("property", key, content) for key, content in opened.items()),
        *(Meta("name", key, content) for key, content in named.items() if content),
    )


def _title(app: Sphinx, pagename: str) -> str:
    title = app.env.titles.get(pagename)
    return title.astext() if title is not None else app.config.project


SEARCH = "search"  # the page that runs Pagefind, which is WebAssembly
