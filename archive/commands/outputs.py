"""Makes PDFs, EPUB and search index in processes of their own, beside the pages of a build."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.errors import SphinxParallelError

from archive.checking.index import KEPT_IN as CHECKED
from archive.checking.index import update as update_checked
from archive.commands import Stage
from archive.commands.book import book_of
from archive.commands.release import update_index
from archive.epub import NAME as BOOK
from archive.epub import book_settings, repack
from archive.model.checkpoint import PIN
from archive.pdf.builder import PdfBuilder
from archive.search.texts import FOLDER as TEXTS
from archive.site.beside import head_of
from archive.site.know.view import view_of
from archive.site.read.search_entries import SHELF
from archive.upstream.application import at_stages, is_sound
from archive.upstream.outputs import Beside, make, make_epub

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
