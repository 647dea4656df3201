"""Builds the site again and again in one process, whose memory holds what was read.

sphinx-autobuild starts Sphinx anew at each change, which reads the whole environment from its
file: that takes longer the larger the archive is.
"""

from __future__ import annotations

import gc
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from os import cpu_count
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

from sphinx.application import Sphinx
from sphinx.util.console import strip_colors
from sphinx.util.docutils import docutils_namespace, patch_docutils
from sphinxcontrib.bibtex import builder_inited_cite

from archive.serving.told import Collector, Told, of_error
from archive.site.builder import ArchiveHTMLBuilder
from archive.site.know.domain import archive_domain
from archive.site.know.facts import is_document
from archive.site.know.ledger import take_ledger
from archive.site.know.outputs import account_of

if TYPE_CHECKING:
    from archive.serving.changes import Changes

FOLDER = Path("_build", "serve")
_AT_ONCE = 20  # pages changed together that are shown before the site is built


class Workshop:
    """The site of the archive at ``root``, kept below ``_build/serve``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._work = root / FOLDER
        self.site = self._work / "html"
        self._mark = self._work / ".unfinished"
        self._collector = Collector(root)
        self._app: Sphinx | None = None
        self._settings: list[Told] = []  # of conf.py and the references, told when they are read
        self._whole = False  # whether the last build ended half-way
        self._unreadable: set[str] = set()  # pages that could not be read when they were saved
        self.told: tuple[Told, ...] = ()
        self.seconds = 0.0  # that the last build took

    @property
    def is_open(self) -> bool:
        """Whether the archive's settings could be read, without which nothing can be built."""
        return self._app is not None

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Read the settings, and what an earlier server read."""
        if self._mark.exists():
            rmtree(self._work / "doctrees", ignore_errors=True)
        with patch_docutils(str(self.root)), docutils_namespace():
            self._open()
            yield

    def _open(self) -> None:
        said = StringIO()
        try:
            self._app = Sphinx(
                srcdir=self.root, confdir=self.root, outdir=self.site,
                doctreedir=self._work / "doctrees", buildername="html", parallel=cpu_count() or 1,
                status=None, warning=said,
            )  # fmt: skip
        except Exception as error:
            self.told = (self._failed(error),)
        lines = strip_colors(said.getvalue()).splitlines()
        self._settings = [Told("", 0, line.removeprefix("WARNING: ")) for line in lines]

    def show(self, changes: Changes) -> bool:
        """Write the pages that were changed, and nothing else; return whether there are any."""
        shown = [docname for docname in sorted(changes.pages) if self._can_show(docname)]
        if self._whole or not 0 < len(shown) <= _AT_ONCE:
            return False
        with self._collector:
            for docname in shown:
                self._show(docname)
        paths = {f"{docname}.md" for docname in shown}
        self._tell(*(told for told in self.told if told.path not in paths), *self._collector.told)
        return True

    def _can_show(self, docname: str) -> bool:
        """Whether a page has its place in the site: a new document gets it in a build."""
        if self._app is None:
            return False
        env = self._app.env
        known = docname in env.found_docs and env.doc2path(docname).is_file()
        return known and (not is_document(docname) or docname in archive_domain(env).neighbours)

    def _show(self, docname: str) -> None:
        builder = self._builder
        self._unreadable.discard(docname)
        try:
            builder.show(docname)
        except Exception as error:
            self._unreadable.add(docname)
            self._collector.told.append(self._failed(error, docname))
        domain = archive_domain(builder.env)
        document = domain.documents.get(docname)
        problems = (*(document.problems if document else ()), *domain.faults.get(docname, ()))
        self._collector.told += [Told(each.path, each.line, each.text) for each in problems]

    def build(self) -> None:
        """Build the site: all pages that an edit concerns, all checks, all files beside pages.

        While there is a page that cannot be read at all, the site stays as it is.
        """
        if any(self._builder.env.doc2path(name).is_file() for name in self._unreadable):
            return
        begin = time.perf_counter()
        self._work.mkdir(parents=True, exist_ok=True)
        self._mark.touch()
        with self._collector:
            self._take_references()
            self._build()
        self._tell(*self._settings, *self._collector.told)
        self._read_again()
        self._mark.unlink()
        self.seconds = time.perf_counter() - begin
        _tidy()

    def _build(self) -> None:
        builder = self._builder
        builder.images.clear()
        try:
            take_ledger(builder._app)
            if self._whole:
                self._forget_what_was_shown()
            builder._app.build(force_all=self._whole)
            self._whole = False
        except Exception as error:
            self._whole = True
            self._collector.told.append(self._failed(error, builder.env.docname))
        builder._app.parallel = 1  # forking is for a process without threads

    def _forget_what_was_shown(self) -> None:
        account_of(self._builder.env).forget()

    def _take_references(self) -> None:
        """Read the references where they were changed; what is wrong with them stays told."""
        domain = self._builder.env.get_domain("cite")
        before = domain.data["bibdata"]
        try:
            builder_inited_cite(self._builder._app)
        except Exception as error:
            self._settings = [of_error(error, self.root)]
        else:
            if domain.data["bibdata"] is not before:
                self._settings, self._collector.told = self._collector.told, []

    def _read_again(self) -> None:
        """Have the next build read again what was complained of, so that it is told again."""
        env = self._builder.env
        for path in {told.path for told in self.told}:
            docname = env.path2doc(self.root / path) if path else None
            if docname in env.found_docs:
                tree = self._work / "doctrees" / f"{docname}.doctree"
                tree.unlink(missing_ok=True)

    def _tell(self, *told: Told) -> None:
        self.told = tuple(sorted(set(told)))

    def _failed(self, error: Exception, docname: str = "") -> Told:
        """What an exception tells the editor; where it arose is kept for who mends the engine."""
        self._work.mkdir(parents=True, exist_ok=True)
        (self._work / "error.log").write_text("".join(traceback.format_exception(error)), "utf-8")
        told = of_error(error, self.root)
        return told if told.path or not docname else told._replace(path=f"{docname}.md")

    @property
    def _builder(self) -> ArchiveHTMLBuilder:
        assert self._app is not None
        assert isinstance(self._app.builder, ArchiveHTMLBuilder)
        return self._app.builder


def _tidy() -> None:
    """Keep Python from looking for cycles among what stays in memory, at every edit again."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
