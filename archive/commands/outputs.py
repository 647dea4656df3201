"""Makes PDFs, EPUB and search index beside each other, once the pages are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.commands.search_index import bring_in_step
from archive.commands.telling import Stage
from archive.epub import book_settings, repack
from archive.pdf.builder import PdfBuilder
from archive.site.know.domain import catalogue_page
from archive.site.know.facts import is_document
from archive.site.know.ledger import LEDGER
from archive.site.read.search_entries import SHELF
from archive.site.show.ledger import redirect_pages
from archive.upstream.outputs import Book, make, make_beside, make_epub

if TYPE_CHECKING:
    from sphinx.application import Sphinx

BOOK = "archive.epub"


def make_outputs(app: Sphinx, work: Path, wanted: set[str]) -> bool:
    """Make the outputs that are wanted; return whether all were made.

    What is wrong is told as Sphinx tells it.  Raises SphinxParallelError for a defect.
    """
    tasks: dict[str, Callable[[], bool]] = {
        "pdf": partial(_print, app),
        "epub": partial(_make_book, app, work),
        "search": partial(_index, app),
    }
    return all(make_beside([tasks[name] for name in tasks if name in wanted]))


def _print(app: Sphinx) -> bool:
    with Stage("PDFs") as stage:
        builder = PdfBuilder(app, app.env)
        make(app, builder)
        stage.tell(f"{builder.printed} printed")
    return app.statuscode == 0


def _index(app: Sphinx) -> bool:
    with Stage("Search") as stage:
        told = bring_in_step(Path(app.doctreedir, SHELF), Path(app.outdir, "pagefind"))
        stage.tell(told or "")
    return told is not None


def _make_book(app: Sphinx, work: Path) -> bool:
    with Stage("EPUB"):
        folder, site = work / "epub", Path(app.outdir)
        make_epub(app, folder, book_settings(app.config), _book(app))
        repack(folder / BOOK, site / BOOK)
    return True


def _book(app: Sphinx) -> Book:
    documents = sorted(name for name in app.env.found_docs if is_document(name))
    ledger = {LEDGER: f"{app.config.html_baseurl}{LEDGER}"}
    return Book(catalogue_page(app.env), tuple(documents), partial(_pages, app), ledger)


def _pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    for page in redirect_pages(app):
        yield page.name, page.context(), page.template
