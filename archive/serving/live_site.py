"""Watches the sources, and builds the site at each change in one process."""

from __future__ import annotations

import gc
import logging
import os
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import StringIO
from os import cpu_count
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from sphinx.util.console import strip_colors
from sphinxcontrib.bibtex import builder_inited_cite
from watchfiles import watch

from archive.checking.index import KEPT_IN
from archive.checking.index import update as update_checked
from archive.files import write
from archive.preservation.site import Kept
from archive.search.index import FOLDER as TEXTS
from archive.search.index import write_texts
from archive.serving import Diagnostic, WarningCollector, of_error
from archive.site.beside import ArchiveHTMLBuilder
from archive.site.check import check_parsed, check_syntax
from archive.site.know.domain import ArchiveDomain, archive_domain
from archive.site.know.facts import is_document
from archive.site.know.ledger import take_ledger
from archive.site.know.outputs import account_of
from archive.site.read.search_entries import shelf_of
from archive.upstream.application import opened

if TYPE_CHECKING:
    from sphinx.application import Sphinx


# --- Builds the site at each change in one process, which keeps Sphinx's environment in memory.
#
# sphinx-autobuild starts Sphinx again for each change; loading the environment from its file then
# takes longer the larger the archive is.

FOLDER = Path("_build", "serve")
_AT_ONCE = 20  # changed pages, at most, that are shown before the whole site is built


class LiveSite:
    """The site of the archive at ``root``, kept below ``_build/serve``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._work = root / FOLDER
        self.site = self._work / "html"
        self._kept = Kept(self._work, self.site)
        self._is_whole = True  # whether no build was broken off
        self._collector = WarningCollector(root)
        self._app: Sphinx  # exists where ``is_open``
        self.is_open = False  # whether the settings could be read; without them nothing is built
        self._of_settings: list[Diagnostic] = []  # about conf.py and references.bib
        self._failed = False  # whether the last build failed, so that the next writes every page
        self._unreadable: set[str] = set()  # pages that could not be read when they were saved
        self.diagnostics: tuple[Diagnostic, ...] = ()
        self.seconds = 0.0  # duration of the last build

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Load the settings, and the environment that an earlier run left."""
        for told in self._kept.mend():
            print(told, flush=True)
        self._kept.begin()
        warnings = StringIO()
        with ExitStack() as stack:
            try:
                self._app = stack.enter_context(opened(
                    self.root, self.site, self._kept.trees, "html", warnings=warnings,
                    jobs=cpu_count() or 1,
                ))  # fmt: skip
                self.is_open = True
            except Exception as error:
                self.diagnostics = (self._diagnose(error),)
            lines = strip_colors(warnings.getvalue()).splitlines()
            self._of_settings = [
                Diagnostic("", 0, each.removeprefix("WARNING: ")) for each in lines
            ]
            try:
                yield
            finally:
                self.keep()

    @property
    def domain(self) -> ArchiveDomain | None:
        """What the last build read; None where there was none, or it failed."""
        return archive_domain(self._app.env) if self.is_open and not self._failed else None

    def keep(self) -> None:
        """Keep what was built for the next run."""
        self._kept.record(whole=self._is_whole)

    def show(self, changes: Changes) -> bool:
        """Write the pages that changed, and nothing that depends on them; return whether it did."""
        shown = [docname for docname in sorted(changes.pages) if self._can_show(docname)]
        if self._failed or not 0 < len(shown) <= _AT_ONCE:
            return False
        with self._collector:
            for docname in shown:
                self._show(docname)
        paths = {f"{docname}.md" for docname in shown}
        others = (each for each in self.diagnostics if each.path not in paths)
        self._report(*others, *self._collector.found)
        return True

    def _can_show(self, docname: str) -> bool:
        """Whether a page can be written by itself: a new document needs a build."""
        if not self.is_open:
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
            self._collector.found.append(self._diagnose(error, docname))
        domain = archive_domain(builder.env)
        document = domain.documents.get(docname)
        problems = (*(document.problems if document else ()), *domain.faults.get(docname, ()))
        self._collector.found += [Diagnostic(each.path, each.line, each.text) for each in problems]

    def build(self) -> None:
        """Build the site: every page that an edit affects, all checks, all files beside pages.

        It does nothing while a page cannot be read at all.
        """
        if any(self._builder.env.doc2path(name).is_file() for name in self._unreadable):
            return
        begin = time.perf_counter()
        self._work.mkdir(parents=True, exist_ok=True)
        self._is_whole = False
        with self._collector:
            self._take_references()
            self._build()
        self._report(*self._of_settings, *self._collector.found)
        self._mark_for_reading()
        self._is_whole = True
        self.seconds = time.perf_counter() - begin
        _exempt_from_collection()

    def _build(self) -> None:
        builder = self._builder
        builder.images.clear()
        try:
            take_ledger(self._app)
            if self._failed:
                account_of(builder.env).forget()
            self._app.build(force_all=self._failed)
            shelf, config = shelf_of(self._app), self._app.config
            write_texts([shelf], self.site / TEXTS, shares=0)
            kept = shelf.folder.with_name(KEPT_IN)
            update_checked(self.site, kept, config.project, config.html_baseurl)
            self._failed = False
        except Exception as error:
            self._failed = True
            self._collector.found.append(self._diagnose(error, builder.env.docname))
        self._app.parallel = 1  # a process with threads must not fork

    def _take_references(self) -> None:
        """Read references.bib again if it changed, and keep its diagnostics until it changes."""
        domain = self._builder.env.get_domain("cite")
        before = domain.data["bibdata"]
        try:
            check_syntax(self._app)
            builder_inited_cite(self._app)
            check_parsed(self._app)
        except Exception as error:
            self._of_settings = [of_error(error, self.root)]
        else:
            if domain.data["bibdata"] is not before:
                self._of_settings, self._collector.found = self._collector.found, []

    def _mark_for_reading(self) -> None:
        """Have the next build read pages with problems again, so that it reports them again."""
        env = self._builder.env
        for path in {each.path for each in self.diagnostics}:
            docname = env.path2doc(self.root / path) if path else None
            if docname in env.found_docs:
                (self._work / "doctrees" / f"{docname}.doctree").unlink(missing_ok=True)

    def _report(self, *diagnostics: Diagnostic) -> None:
        self.diagnostics = tuple(sorted(set(diagnostics)))

    def _diagnose(self, error: Exception, docname: str = "") -> Diagnostic:
        """The diagnostic of an error; the traceback goes to ``error.log``."""
        write(self._work / "error.log", "".join(traceback.format_exception(error)))
        found = of_error(error, self.root)
        return found if found.path or not docname else found._replace(path=f"{docname}.md")

    @property
    def _builder(self) -> ArchiveHTMLBuilder:
        builder = self._app.builder
        assert isinstance(builder, ArchiveHTMLBuilder)
        return builder


def _exempt_from_collection() -> None:
    """Exempt what stays in memory from garbage collection, which would visit all of it."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


# --- Watches the sources: which files changed, and which pages of the site these are.

# What every page depends on.  A running process has loaded it and cannot load it again.
_ENGINE = frozenset({"archive", "_templates", "_static", "conf.py", "requirements"})

_NOT_OF_THE_SITE = frozenset({"_build", "__pycache__", "benchmarks", "node_modules", "tests"})

# Endings of the temporary files of editors; vim tests whether it may write with a file 4913.
_TEMPORARY = ("~", ".swp", ".swx", ".tmp", ".pyc", "4913")

_STEP = 20  # milliseconds without a change after which changes are passed on
_AT_MOST = 200  # milliseconds for which changes are collected


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed in the archive's folder."""

    pages: frozenset[str] = frozenset()  # docnames of pages whose source changed
    engine: frozenset[Path] = frozenset()  # what needs a restart
    others: frozenset[Path] = frozenset()  # all other sources of the site

    def __bool__(self) -> bool:
        return bool(self.pages or self.engine or self.others)

    def __or__(self, later: Changes) -> Changes:
        return Changes(
            self.pages | later.pages, self.engine | later.engine, self.others | later.others
        )


def changes_of(root: Path, paths: Iterable[Path]) -> Changes:
    """Sort changed paths below ``root``."""
    pages, engine, others = set(), set(), set()
    for path in paths:
        relative = path.relative_to(root)
        if not is_watched(relative):
            continue
        if relative.parts[0] in _ENGINE:
            engine.add(relative)
        elif relative.suffix == ".md":
            pages.add(relative.with_suffix("").as_posix())
        else:
            others.add(relative)
    return Changes(frozenset(pages), frozenset(engine), frozenset(others))


def is_watched(relative: Path) -> bool:
    """Whether the site may depend on this path, relative to the archive's root."""
    return (
        bool(relative.parts)
        and not any(part.startswith(".") or part in _NOT_OF_THE_SITE for part in relative.parts)
        and not relative.name.endswith(_TEMPORARY)
    )


def folders(root: Path) -> Iterator[Path]:
    """The folders whose files are watched, ``root`` first; links to folders are followed."""
    for folder, inside, _files in os.walk(root, followlinks=True):
        here = Path(folder)
        yield here
        inside[:] = sorted(name for name in inside if is_watched((here / name).relative_to(root)))


class Watch:
    """The changes below ``root``, from now on."""

    def __init__(self, root: Path) -> None:
        self._root = root
        logging.getLogger("watchfiles").setLevel(logging.WARNING)
        self._found: SimpleQueue[Changes] = SimpleQueue()
        Thread(target=self._run, daemon=True).start()

    def next(self, seconds: float | None) -> Changes:
        """Wait for changes, without end if ``seconds`` is None.  Empty if none come in time."""
        try:
            found = self._found.get(timeout=seconds)
        except Empty:
            return Changes()
        while not self._found.empty():
            found |= self._found.get()
        return found

    def _run(self) -> None:
        while True:
            self._watch(list(folders(self._root)))

    def _watch(self, known: list[Path]) -> None:
        """Pass on changes in these folders until a new folder appears."""
        for found in watch(
            *known, watch_filter=self._concerns, recursive=False, step=_STEP, debounce=_AT_MOST,
            raise_interrupt=False, ignore_permission_denied=True,
        ):  # fmt: skip
            paths = [Path(path) for _kind, path in found]
            self._found.put(changes_of(self._root, paths))
            if any(path.is_dir() and path not in known for path in paths):
                return

    def _concerns(self, _kind: object, path: str) -> bool:
        return is_watched(Path(path).relative_to(self._root))
