"""What the EPUB has beyond the node trees of pages: chapters, contexts, lists and the cover."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

import typst

from archive.epub import PACKAGE, access
from archive.model.language import direction
from archive.model.words import N_, words
from archive.pdf.code import string
from archive.pdf.fonts import PACKAGES
from archive.site.know.domain import archive_domain, catalogue_page
from archive.site.know.facts import is_document
from archive.site.know.ledger import LEDGER
from archive.site.know.view import view_of
from archive.site.show.ledger import redirect_pages
from archive.site.show.made import made_name, made_of
from archive.site.show.pages import attributes
from archive.upstream.domains import works_of
from archive.upstream.outputs import Book, Passages

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def book_of(app: Sphinx) -> Book:
    """What the EPUB of an archive is made of, once its pages are read."""
    works_of(app.env).gather()  # the book has no pages without a source
    config = app.config
    return Book(
        catalogue=catalogue_page(app.env),
        documents=tuple(_documents(app)),
        pages=partial(_pages, app),
        on_the_web={LEDGER: f"{config.html_baseurl}{LEDGER}"},
        context=partial(_context, app),
        metadata=partial(_metadata, app),
        landmarks=tuple(_landmarks(app)),
        passages=tuple(_passages(app)),
        cover=cover(
            config.project, config.archive_description, config.archive_publisher or config.author
        ),
        templates=PACKAGE,
    )


def _documents(app: Sphinx) -> Iterator[str]:
    """The documents in the order of the catalogue; those without a record last."""
    recorded = [document.docname for document, _record in view_of(app.env).recorded()]
    yield from recorded
    yield from sorted({*filter(is_document, app.env.found_docs)} - {*recorded})


def _pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The chapters without a source: documents that moved, and how each document was made."""
    for page in redirect_pages(app):
        yield page.name, page.context(), page.template
    for document, _record in view_of(app.env).recorded():
        made = made_of(app, document)
        if made is not None:
            yield made_name(document.docname), made, "made.html"


def _context(app: Sphinx, pagename: str) -> dict[str, Any]:
    """The template variables of a chapter."""
    document = view_of(app.env).own(pagename.removesuffix(".made"))
    if document is None or document.record is None:
        return {}
    web = f"{app.config.html_baseurl}{document.docname}"
    tongue = attributes(document.record.language, app.config.language)
    in_xml = tongue.partition(" dir=")[0].replace(" lang=", " xml:lang=")
    said = words(document.record.language)
    return {
        "record": document.record if pagename == document.docname else None,
        "tongue": f"{tongue}{in_xml}",
        "spoken_tongue": "" if said.is_english else f"{tongue}{in_xml}",
        "_": said,
        "made": f"{made_name(document.id)}.xhtml",
        "web": f"{web}.html",
        "web_made": f"{made_name(web)}.html",
    }


def _metadata(app: Sphinx, pages: Iterable[str]) -> dict[str, Any]:
    described = {
        name: list(map(escape, values))
        for name, values in access(pages, words(app.config.language)(_SUMMARY)).items()
    }
    turns = direction(app.config.language)
    return {"access": described, "base": escape(app.config.html_baseurl), "turns": turns}


_SUMMARY = N_(
    "All text can be read by eye, ear or hand, at any size. Headings, lists and the list of "
    "passages lead through it; quotations keep their marks in the text. Every image has a "
    "description, every formula is MathML with its LaTeX as alternative text."
)


def _landmarks(app: Sphinx) -> Iterator[tuple[str, str, str]]:
    """The types, addresses and names of the parts of the book."""
    env = app.env
    found = [("bodymatter", catalogue_page(env))]
    found += [("bibliography", name) for name in sorted(works_of(env).docnames)]
    found += [("glossary", name) for name in sorted({place[0] for place in _terms(app)})]
    for type_, name in found:
        yield type_, f"{name}.xhtml", env.titles[name].astext()


def _terms(app: Sphinx) -> Iterator[tuple[str, str]]:
    yield from app.env.domains.standard_domain.data["terms"].values()


def _passages(app: Sphinx) -> Iterator[Passages]:
    """The documents, each with the address and the label of its passages and notes."""
    for document, _record in archive_domain(app.env).recorded():
        address = f"{document.docname}.xhtml"
        labels = tuple(
            (f"{address}#{block.anchor}", block.label)
            for block in document.blocks if not block.heading
        )  # fmt: skip
        if labels:
            yield address, document.short_title, labels


# --- The cover of the EPUB: the archive's name on its colour, drawn by Typst, the same everywhere.

# 1,000 by 1,500 pixels, in the form and size that reading systems ask for.
_SOURCE = """\
#set page(width: 1200pt, height: 1800pt, margin: 110pt, fill: rgb("#7c2529"))
#set text(font: "Libertinus Serif", fill: rgb("#fffdf8"), hyphenate: false)
#set par(leading: 0.5em)
#let pale = rgb("#d9b8a8")
#place(dx: -40pt, dy: -40pt, rect(width: 1060pt, height: 1660pt, stroke: 3pt + pale))
#v(150pt)
#text(size: {size}pt, weight: "bold")[#{name}]
#v(60pt)
#line(length: 240pt, stroke: 6pt + pale)
#v(50pt)
#text(size: 46pt)[#{description}]
#place(bottom + left, text(size: 40pt)[#{publisher}])
"""


def cover(name: str, description: str, publisher: str) -> bytes:
    """Draw the cover; return it as PNG."""
    longest = max(map(len, name.split()), default=1)
    source = _SOURCE.format(
        size=min(150, 1_700 // longest),
        name=string(name), description=string(description), publisher=string(publisher),
    )  # fmt: skip
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True,
        font_paths=[str(package.folder) for package in PACKAGES if package.folder],
    )  # fmt: skip
    compiler = typst.Compiler(
        input=source.encode("utf-8"), font_paths=fonts, ignore_system_fonts=True
    )
    drawn = compiler.compile(format="png", ppi=60)
    assert isinstance(drawn, bytes)
    return drawn
