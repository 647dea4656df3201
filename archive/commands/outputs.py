"""Makes PDFs, EPUB and search index in processes of their own, beside the pages of a build."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst
from sphinx.errors import SphinxParallelError

from archive.checking.index import KEPT_IN as CHECKED
from archive.checking.index import update as update_checked
from archive.commands import Stage
from archive.commands.release import update_index
from archive.epub import NAME as BOOK
from archive.epub import PACKAGE, access, book_settings, repack
from archive.model.proof import PIN
from archive.model.words import N_, direction, words
from archive.pdf.builder import PdfBuilder
from archive.pdf.code import string
from archive.pdf.fonts import PACKAGES
from archive.search.index import FOLDER as TEXTS
from archive.site.beside import head_of
from archive.site.know.domain import archive_domain, catalogue_page
from archive.site.know.facts import is_document
from archive.site.know.ledger import LEDGER
from archive.site.know.view import view_of
from archive.site.read.search_entries import SHELF
from archive.site.show.ledger import redirect_pages
from archive.site.show.made import made_name, made_of
from archive.site.show.pages import attributes
from archive.upstream.application import at_stages, is_sound
from archive.upstream.domains import works_of
from archive.upstream.outputs import Beside, Book, Passages, make, make_epub

if TYPE_CHECKING:
    from sphinx.application import Sphinx

Task = Callable[[], bool]  # returns whether the output was made


class Outputs:
    """The outputs of a build that are no pages.

    Where Sphinx may use several processes, each begins as soon as what it is made of is there:
    node trees, facts and search entries once all pages are read, and the data beside documents once
    all pages are written.  Otherwise all are made after the pages.
    """

    def __init__(self, app: Sphinx, work: Path, wanted: set[str]) -> None:
        tasks: dict[str, Task] = {
            "pdf": partial(_make_pdfs, app),
            "epub": partial(_make_epub, app, work),
            "search": partial(_make_index, app),
        }
        self._app = app
        self._of_what_was_read = [tasks[name] for name in tasks if name in wanted]
        self._of_pages: list[Task] = []
        if "search" in wanted:
            self._of_pages = [partial(_make_check_index, app)]
        self._beside = Beside()
        if app.parallel > 1:
            at_stages(
                app,
                when_read=partial(self._begin, self._of_what_was_read),
                when_written=partial(self._begin, self._of_pages),
            )

    def finish(self) -> bool:
        """Return whether all outputs were made, once they are.

        Problems are logged through Sphinx.  Raises SphinxParallelError where a process fails
        otherwise.
        """
        self._begin(self._of_what_was_read)
        self._begin(self._of_pages)
        return self._beside.finish()

    def wait(self) -> None:
        """Wait after a failure, so that nothing writes when the build has ended."""
        with suppress(SphinxParallelError):
            self._beside.finish()

    def _begin(self, tasks: list[Task]) -> None:
        """Begin tasks that did not begin yet, unless pages have problems."""
        if is_sound(self._app):
            begun, tasks[:] = tasks[:], []
            for task in begun:
                self._beside.begin(task)


def _make_pdfs(app: Sphinx) -> bool:
    with Stage("PDFs") as stage:
        builder = PdfBuilder(app, app.env)
        make(app, builder)
        stage.result = f"{builder.printed} printed"
    return app.statuscode == 0


def _make_index(app: Sphinx) -> bool:
    with Stage("Search") as stage:
        site = Path(app.outdir)
        done = update_index(Path(app.doctreedir, SHELF), site / "pagefind", site / TEXTS)
        stage.result = done or ""
    return done is not None


def _make_check_index(app: Sphinx) -> bool:
    kept = Path(app.doctreedir, CHECKED)
    update_checked(Path(app.outdir), kept, app.config.project, app.config.html_baseurl)
    return True


def _make_epub(app: Sphinx, work: Path) -> bool:
    with Stage("EPUB"):
        make_epub(app, work / "epub", book_settings(app.config), book_of(app))
        view = view_of(app.env)
        has_ledger = view.whole_ledger() is not None
        more = {PIN: head_of(view).encode("utf-8")} if has_ledger else {}
        repack(work / "epub" / BOOK, Path(app.outdir, BOOK), more)
    return True


# --- What the EPUB has beyond the node trees of pages: chapters, contexts, lists and the cover.


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
