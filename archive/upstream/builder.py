"""The builder of the pages: Sphinx's own, at the same cost for a page in an archive of any size.

Sphinx forks a process for every few pages and has each send back all that is known of all pages;
it resolves all pages in one process; and it keeps the node trees of all of them until the end.
Here each process takes its share of the pages from beginning to end, and forgets each when it is
done.  What is written is the same.
"""

from __future__ import annotations

import gc
import logging
import pickle
import posixpath
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from sphinx.builders import Builder
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.build_phase import BuildPhase
from sphinx.util.docutils import LoggingReporter
from sphinx.util.parallel import ParallelTasks

from archive.upstream.labels import forget_labels
from archive.upstream.search_index import SearchIndex

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from docutils import nodes
    from sphinx.writers.html5 import HTML5Translator

    from archive.upstream.search_index import Fed


# Sphinx notes every event it emits, for those who ask with -vv; a process that works for another
# one would keep all these notes until it ends.
SPHINX = "sphinx"

_VERBOSE = 2

# To send what is known of so many pages takes as long as to read one.
_WORTH = 20


class ScalableHTMLBuilder(StandaloneHTMLBuilder):
    """Writes pages, each in one process from its node tree to its file."""

    indexer: SearchIndex | None

    def init(self) -> None:
        super().init()
        if self._app.verbosity < _VERBOSE:
            logging.getLogger(SPHINX).setLevel(logging.INFO)

    def _read_serial(self, docnames: list[str]) -> None:
        for docname in docnames:
            self._clear(docname)
            self.read_doc(docname, _cache=False)

    def _read_parallel(self, docnames: list[str], nproc: int) -> None:
        """Have each process read an equal share; what it found is merged when it is done.

        A process sends all that it knows of the archive, which costs more than reading a few pages.
        """
        if len(docnames) < max(2 * nproc, len(self.env.all_docs) // _WORTH):
            self._read_serial(docnames)
            return
        for docname in docnames:
            self._clear(docname)

        def read(share: list[str]) -> bytes:
            self.env._app = self._app
            for docname in share:
                self.read_doc(docname, _cache=False)
            return pickle.dumps(self.env, pickle.HIGHEST_PROTOCOL)

        def merge(share: list[str], found: bytes) -> None:
            self.env.merge_info_from(share, pickle.loads(found), self._app)
            gc.collect()  # what it brought besides holds itself, and would stay to the end

        _in_processes(read, merge, docnames, nproc)

    def _clear(self, docname: str) -> None:
        self.events.emit("env-purge-doc", self.env, docname)
        self.env.clear_doc(docname)

    def prepare_writing(self, docnames: Set[str]) -> None:
        self._in_toctrees = {page for pages in self.env.toctree_includes.values() for page in pages}
        self._sidebars: dict[tuple[object, ...], str] = {}
        self._tags: dict[tuple[object, ...], str] = {}
        if hasattr(self, "_orig_js_files"):  # what the last page of an earlier build had added
            self._css_files[:], self._js_files[:] = self._orig_css_files, self._orig_js_files
        super().prepare_writing(docnames)

    def write_documents(self, docnames: Set[str]) -> None:
        """Write pages, in several processes where several are allowed."""
        first, *others = sorted(docnames)
        self.write_page(first)  # which compiles the templates, for all
        if not self.parallel_ok or len(others) < 2 * self._app.parallel:
            for docname in others:
                self.write_page(docname)
            return

        def write(share: list[str]) -> tuple[dict[str, str], Fed | None, object]:
            self.images.clear()
            self.indexer = self._new_indexer() if self.indexer is not None else None
            for docname in share:
                self.write_page(docname)
            fed = self.indexer.fed() if self.indexer is not None else None
            return self.images, fed, self.written(share)

        def merge(share: list[str], made: tuple[dict[str, str], Fed | None, object]) -> None:
            images, fed, written = made
            self.images.update(images)
            if self.indexer is not None and fed is not None:
                self.indexer.take(fed)
            self.take_written(written)

        _in_processes(write, merge, others, self._app.parallel)

    def written(self, docnames: list[str]) -> object:
        """What this process knows of pages it wrote, for the one that puts all together."""
        return None

    def take_written(self, written: object) -> None:
        """Take over what another process knows of the pages it wrote."""

    def show(self, docname: str) -> None:
        """Read one page and write it, with what was known of all others after the last build.

        That costs the same in an archive of any size.  The node tree is not kept, so that the
        next build takes the page for changed and does all that an edit asks for.
        """
        self.indexer = None
        self.images.clear()
        forget_labels(self.env)
        self.phase = BuildPhase.READING
        try:
            self._clear(docname)
            self.read_doc(docname, _cache=False)
            self.write_page(docname)
            self.copy_image_files()
        finally:
            (self.doctreedir / f"{docname}.doctree").unlink(missing_ok=True)

    def write_page(self, docname: str) -> None:
        """Resolve a page's node tree and write its file."""
        self.phase = BuildPhase.RESOLVING
        doctree = self.env.get_and_resolve_doctree(
            docname, self, tags=self.tags, doctree=self._load(docname)
        )
        self.phase = BuildPhase.WRITING
        self.write_doc_serialized(docname, doctree)
        self.write_doc(docname, doctree)

    def body_of(self, name: str, doctree: nodes.document) -> str:
        """The HTML of a node tree as the page ``name`` shows it."""
        doctree.settings = self.docsettings
        self.current_docname = name
        self.secnumbers, self.fignumbers = {}, {}
        visitor: HTML5Translator = self.create_translator(doctree, self)  # type: ignore[assignment]
        doctree.walkabout(visitor)
        return "".join(visitor.fragment)

    def update_page_context(
        self, pagename: str, templatename: str, ctx: dict[str, Any], event_arg: object
    ) -> None:
        """Have the digests of style sheets and scripts computed once for each folder of pages."""
        for kind in ("css_tag", "js_tag"):
            ctx[kind] = partial(self._tag, (kind, ctx["content_root"]), ctx[kind])

    def _tag(self, kind: tuple[str, str], make: Callable[[Any], str], asset: object) -> str:
        if (kind, asset) not in self._tags:
            self._tags[kind, asset] = make(asset)
        return self._tags[kind, asset]

    def _load(self, docname: str) -> nodes.document:
        """The node tree of a page as it was read, without keeping a copy."""
        with (self.doctreedir / f"{docname}.doctree").open("rb") as file:
            doctree: nodes.document = pickle.load(file)
        doctree.settings.env = self.env
        doctree.reporter = LoggingReporter(str(self.env.doc2path(docname)))
        return doctree

    def _get_local_toctree(self, docname: str, collapse: bool = True, **kwargs: Any) -> str:
        """The sidebar's tree; of pages in no toctree, it is the same for all in one folder."""
        if docname in self._in_toctrees:
            return super()._get_local_toctree(docname, collapse, **kwargs)
        key = (posixpath.dirname(docname), collapse, *sorted(kwargs.items()))
        if key not in self._sidebars:
            self._sidebars[key] = super()._get_local_toctree(docname, collapse, **kwargs)
        return self._sidebars[key]

    def load_indexer(self, docnames: Set[str]) -> None:
        self.indexer = self._new_indexer()
        super().load_indexer(docnames)

    def indexes_words(self) -> bool:
        """Whether Sphinx's own search index has every word, and not those of headings alone."""
        return True

    def _new_indexer(self) -> SearchIndex:
        config = self.config
        return SearchIndex(
            self.env,
            config.html_search_language or config.language,
            config.html_search_options,
            config.html_search_scorer,
            has_words=self.indexes_words(),
        )


def _in_processes(work: Any, merge: Any, docnames: Sequence[str], processes: int) -> None:
    """Have processes do work, each on an equal share of the pages, and merge what they give."""
    tasks = ParallelTasks(processes)
    for number in range(min(processes, len(docnames))):
        tasks.add_task(work, list(docnames[number::processes]), merge)
    tasks.join()


class ReadingBuilder(Builder):
    """Reads what changed and runs the checks, which stand at ``env-updated``."""

    name = "read"
    format = "read"
    allow_parallel = True

    def get_outdated_docs(self) -> Iterator[str]:
        return iter(())

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        return f"{docname}.html"

    def write_documents(self, docnames: Set[str]) -> None:
        """Nothing is written."""
