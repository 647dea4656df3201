"""Makes PDFs, EPUB and search index, in processes beside each other, from the pages of a build."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from archive.commands import Stage
from archive.commands.book import book_of
from archive.commands.release import update_index
from archive.epub import NAME as BOOK
from archive.epub import book_settings, repack
from archive.model.checkpoint import PIN
from archive.pdf.builder import PdfBuilder
from archive.search.texts import FOLDER as TEXTS
from archive.site.read.search_entries import SHELF
from archive.upstream.outputs import make, make_beside, make_epub

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def make_outputs(app: Sphinx, work: Path, wanted: set[str]) -> bool:
    """Make the outputs that are wanted; return whether all were made.

    Problems are logged through Sphinx.  Raises SphinxParallelError where a process fails otherwise.
    """
    tasks: dict[str, Callable[[], bool]] = {
        "pdf": partial(_make_pdfs, app),
        "epub": partial(_make_epub, app, work),
        "search": partial(_make_index, app),
    }
    return all(make_beside([tasks[name] for name in tasks if name in wanted]))


def _make_pdfs(app: Sphinx) -> bool:
    with Stage("PDFs") as stage:
        builder = PdfBuilder(app, app.env)
        make(app, builder)
        stage.result = f"{builder.printed} printed"
    return app.statuscode == 0


def _make_index(app: Sphinx) -> bool:
    with Stage("Search") as stage:
        site = Path(app.outdir)
        done = update_index(
            Path(app.doctreedir, SHELF), site / "pagefind", site / TEXTS,
            app.config.project, app.config.html_baseurl,
        )  # fmt: skip
        stage.result = done or ""
    return done is not None


def _make_epub(app: Sphinx, work: Path) -> bool:
    with Stage("EPUB"):
        make_epub(app, work / "epub", book_settings(app.config), book_of(app))
        head = Path(app.outdir, PIN)
        more = {PIN: head.read_bytes()} if head.is_file() else {}
        repack(work / "epub" / BOOK, Path(app.outdir, BOOK), more)
    return True
