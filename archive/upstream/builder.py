"""The HTML builder and its templates, with a cost per page that does not grow with the archive.

Replaces: ``Builder._read_serial``, ``_read_parallel``, ``write_documents``, ``load_indexer``,
``copy_static_files``, ``copy_theme_static_files`` and ``_get_local_toctree`` of
``StandaloneHTMLBuilder``; uses ``_app`` and the lists of style sheets and scripts.  The bytes of
pages are the same.
Why: Sphinx starts a process for every few pages, and each returns the whole pickled environment; it
resolves all pages in one process; it keeps all node trees (0.16 MB a document) until the end; and
it renders the sidebar for each page (0.5 ms for each page that the sidebar lists).  Here each
process reads one share of the pages, takes pages from node tree to file while there are any, and
drops each when it is done.
Without this file and the others of this package that save time, a cold build of 3,000 documents
takes 145 CPU seconds, with them 104.
Upstream: sphinx-doc/sphinx#10967 (size of the shares), #11448 and pull request #11746 (resolving in
parallel), #14277 (large projects).
"""

from __future__ import annotations

import gc
import logging
import os
import pickle
import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Set
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.utils import new_document
from jinja2 import Environment, FileSystemBytecodeCache
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.jinja2glue import BuiltinTemplateLoader
from sphinx.registry import SphinxComponentRegistry
from sphinx.util.build_phase import BuildPhase
from sphinx.util.docutils import LoggingReporter
from sphinx.util.fileutil import copy_asset
from sphinx.writers.html5 import HTML5Translator

from archive.upstream.application import release
from archive.upstream.domains import drop_label_index
from archive.upstream.processes import Portions, Workers
from archive.upstream.theme import OwnWords
from archive.upstream.transforms import PageReader, Plan, made_for, resolve
from archive.upstream.trees import FastWalk, LightLinks

if TYPE_CHECKING:
    from sphinx.theming import Theme

# The verbosity (-vv) from which Sphinx shows a log record for each event.
_EVENTS_SHOWN = 2

# Pickling the environment to a worker costs about as much as reading one page for each this many
# pages of the archive.
_PAGES_PER_PICKLE = 20


class Translating(Builder):
    """A builder that makes the class of its translators once, with the visitors of all nodes.

    Sphinx gives each translator those of extensions anew, as methods of its own.
    """

    _visiting: type[nodes.NodeVisitor] | None = None

    def create_translator(self, *arguments: Any) -> nodes.NodeVisitor:
        if self._visiting is None:
            self._visiting = _translator(self._registry, self)
        return self._visiting(*arguments)


class ScalableHTMLBuilder(Translating, PageReader, StandaloneHTMLBuilder):
    """Writes each page in one process, from its pickled node tree to its file."""

    def init(self) -> None:
        super().init()
        self._settings.stylesheet_path = []  # docutils would look for its own, for no page
        if self._app.verbosity < _EVENTS_SHOWN:
            # A worker keeps every log record until it ends: half of its memory.
            logging.getLogger("sphinx").setLevel(logging.INFO)

    def _read_serial(self, docnames: list[str]) -> None:
        self.begin_reading()
        for docname in docnames:
            self._clear(docname)
            self.read_doc(docname)

    def _read_parallel(self, docnames: list[str], nproc: int) -> None:
        """Give each process an equal share of the pages to read, and merge what each returns.

        A process returns its whole environment, so a few pages are read faster serially.
        """
        if len(docnames) < max(2 * nproc, len(self.env.all_docs) // _PAGES_PER_PICKLE):
            self._read_serial(docnames)
            return
        self.begin_reading()
        for docname in docnames:
            self._clear(docname)

        def read(share: list[str]) -> bytes:
            self.env._app = self._app
            for docname in share:
                self.read_doc(docname)
            return pickle.dumps(self.env, pickle.HIGHEST_PROTOCOL)

        def merge(share: list[str], pickled: bytes) -> None:
            self.env.merge_info_from(share, pickle.loads(pickled), self._app)
            gc.collect()  # the rest of the other environment, which holds reference cycles

        _run_shares(read, merge, docnames, nproc)

    def _clear(self, docname: str) -> None:
        self.events.emit("env-purge-doc", self.env, docname)
        self.env.clear_doc(docname)

    def create_template_bridge(self) -> None:
        self.templates: Templates = Templates()

    def render_partial(self, node: nodes.Node | None) -> dict[str, str]:
        """Render a title or a table of contents, in which transforms find nothing to change."""
        if node is None:
            return {"fragment": ""}
        document = self._partial
        document.children = [node]
        node.parent = document
        visitor: HTML5Translator = self.create_translator(document, self)  # type: ignore[assignment]
        document.walkabout(visitor)
        return {"fragment": "".join(visitor.fragment), "title": "".join(visitor.title)}

    def prepare_writing(self, docnames: Set[str]) -> None:
        self._in_toctrees = {page for pages in self.env.toctree_includes.values() for page in pages}
        self.templates.begin()
        self._sidebars: dict[tuple[object, ...], str] = {}
        own = (Path(self.confdir, name, "sidebar") for name in self.config.templates_path)
        self._has_own_sidebar = any(map(Path.exists, own))
        self._tags: dict[tuple[object, ...], str] = {}
        self._plan = Plan(made_for(self, self._registry.get_post_transforms()))
        if hasattr(self, "_orig_js_files"):  # drops what the last page of an earlier build added
            self._css_files[:], self._js_files[:] = self._orig_css_files, self._orig_js_files
        super().prepare_writing(docnames)
        self.docsettings.stylesheet_path = []
        self._partial = new_document("<partial node>", self._settings)
        self.globalcontext = Context(self.globalcontext)

    def write_documents(self, docnames: Set[str]) -> None:
        """Write pages, in several processes where Sphinx may use them.

        These write the pages without a source as well, which Sphinx would write one after another.
        """
        first, *others = sorted(docnames)
        self.write_page(first)  # compiles the templates, which all processes then share
        if not self.parallel_ok or len(others) < 2 * self._app.parallel:
            for docname in others:
                self.write_page(docname)
            return

        def write(pages: Portions[str]) -> tuple[dict[str, str], object]:
            self.images.clear()
            names = []
            for name in pages:
                (self.write_generated if name in generated else self.write_page)(name)
                names.append(name)
            return self.images, self.written(names)

        def merge(_pages: Portions[str], made: tuple[dict[str, str], object]) -> None:
            images, written = made
            self.images.update(images)
            self.merge_written(written)

        generated = self.stale_generated()
        pages = Portions([*others, *generated])
        tasks = Workers(self._app.parallel)
        for _ in range(self._app.parallel):
            tasks.add_task(write, pages, merge)
        tasks.join()
        pages.close()

    def stale_generated(self) -> Collection[str]:
        """Return the names of the pages without a source that have to be written."""
        return ()

    def write_generated(self, name: str) -> None:
        """Write a page of ``stale_generated``."""

    def written(self, docnames: list[str]) -> object:
        """Return what a worker recorded of the pages it wrote, for ``merge_written``."""
        return None

    def merge_written(self, written: object) -> None:
        """Take over what a worker recorded of the pages it wrote."""

    def show(self, docname: str) -> None:
        """Read and write one page alone, with the environment of the last build.

        The cost does not depend on the size of the archive.  The page's node tree is removed, so
        that the next build reads the page again and updates every page that depends on it.
        """
        self.images.clear()
        drop_label_index(self._app, self.env)
        self.begin_reading()
        self.phase = BuildPhase.READING
        try:
            self._clear(docname)
            self.read_doc(docname)
            self.write_page(docname)
            self.copy_image_files()
        finally:
            (self.doctreedir / f"{docname}.doctree").unlink(missing_ok=True)

    def write_page(self, docname: str) -> None:
        self.phase = BuildPhase.RESOLVING
        doctree = self._load(docname)
        resolve(doctree, docname, self, self._plan)
        self.phase = BuildPhase.WRITING
        self.write_doc_serialized(docname, doctree)
        self.write_doc(docname, doctree)
        release(doctree)

    def body_of(self, name: str, doctree: nodes.document) -> str:
        """Complete a node tree, free it, and return its HTML, with links relative to a page."""
        resolve(doctree, name, self, self._plan)
        doctree.settings = self.docsettings
        self.current_docname = name
        self.secnumbers, self.fignumbers = {}, {}
        visitor: HTML5Translator = self.create_translator(doctree, self)  # type: ignore[assignment]
        doctree.walkabout(visitor)
        release(doctree)
        return "".join(visitor.fragment)

    def update_page_context(
        self, pagename: str, templatename: str, ctx: dict[str, Any], event_arg: object
    ) -> None:
        """Compute the checksums of style sheets and scripts once for each folder of pages.

        A style sheet is CSS without being called so (HTML, 4.6.7.23).
        """
        for kind in ("css_tag", "js_tag"):
            ctx[kind] = partial(self._tag, (kind, ctx["content_root"]), ctx[kind])
        ctx["sidebar_once"] = self._sidebar_once

    def _sidebar_once(self, render: Callable[[], str], *shown: object) -> str:
        """Render the sidebar once for all pages that show the same; where it is the theme's own."""
        if self._has_own_sidebar:
            return render()
        if shown not in self._sidebars:
            self._sidebars[shown] = render()
        return self._sidebars[shown]

    def _tag(self, kind: tuple[str, str], make: Callable[[Any], str], asset: object) -> str:
        if (kind, asset) not in self._tags:
            tag = make(asset).replace(' type="text/css"', "")
            self._tags[kind, asset] = tag.replace(" />", ">")
        return self._tags[kind, asset]

    def _load(self, docname: str) -> nodes.document:
        """Unpickle a page's node tree, without the copy that Sphinx keeps in memory."""
        with (self.doctreedir / f"{docname}.doctree").open("rb") as file:
            doctree: nodes.document = pickle.load(file)
        doctree.settings.env = self.env
        doctree.reporter = LoggingReporter(str(self.env.doc2path(docname)))
        return doctree

    def _get_local_toctree(self, docname: str, collapse: bool = True, **kwargs: Any) -> str:
        """Render the sidebar once for each folder of pages that no toctree lists."""
        if docname in self._in_toctrees:
            return super()._get_local_toctree(docname, collapse, **kwargs)
        key = (posixpath.dirname(docname), collapse, *sorted(kwargs.items()))
        if key not in self._sidebars:
            self._sidebars[key] = super()._get_local_toctree(docname, collapse, **kwargs)
        return self._sidebars[key]

    def load_indexer(self, docnames: Set[str]) -> None:
        """Make no search index, as the archive has its own, see ``archive.search``."""
        self.indexer = None

    def copy_static_files(self) -> None:
        """Copy the static files, without those of Sphinx and of themes that no page loads."""
        self._needless = self._find_needless()
        super().copy_static_files()
        for name in self._needless:  # of an earlier build, or written by Sphinx itself
            (self._static_dir / name).unlink(missing_ok=True)

    def copy_theme_static_files(self, context: dict[str, Any]) -> None:
        for folder in reversed(self.theme.get_theme_dirs()):
            copy_asset(
                Path(folder, "static"), self._static_dir, context=context,
                renderer=self.templates,  # type: ignore[arg-type]  # as Sphinx does
                force=True, excluded=self._is_needless,
            )  # fmt: skip

    def _is_needless(self, name: str) -> bool:
        name = posixpath.normpath(name)
        return name.startswith(".") or name.removesuffix(_TEMPLATE) in self._needless

    def _find_needless(self) -> set[str]:
        """Return the files of inherited themes that nothing which pages load names."""
        own, *inherited = (Path(folder, "static") for folder in self.theme.get_theme_dirs())
        paths = {
            path.relative_to(folder).as_posix().removesuffix(_TEMPLATE): path
            for folder in reversed(inherited) for path in _files_below(folder)
        }  # fmt: skip
        given = (*self.config.templates_path, *self.config.html_static_path)
        places = [own, *(Path(self.confdir, name) for name in given)]
        waiting = [path for place in places for path in _files_below(place)]
        assets: Iterable[Any] = (*self._orig_css_files, *self._orig_js_files)
        loaded = {str(asset.filename).removeprefix("_static/") for asset in assets} - {*UNUSED}
        maps = {name for name in paths if name.endswith(".map")}  # which tools for developers read
        found = paths.keys() - maps
        while loaded or waiting:
            found -= loaded
            waiting += [paths[name] for name in loaded & paths.keys()]
            text = waiting.pop().read_text("utf-8", "replace") if waiting else ""
            loaded = {name for name in found if posixpath.basename(name) in text}
        return found | maps | {*UNUSED}


_TEMPLATE = ".jinja"  # ends the name of a file that Sphinx renders as it copies it


def _files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


# Sphinx's scripts for its search, for highlighting what was searched for and for indexes of code,
# and what these say in other languages, which fails without them.
# One of them stores the search terms in the browser.
UNUSED = (
    "doctools.js", "documentation_options.js", "language_data.js", "searchtools.js",
    "sphinx_highlight.js", "translations.js",
)  # fmt: skip


def _translator(registry: SphinxComponentRegistry, builder: Builder) -> type[nodes.NodeVisitor]:
    """Return the builder's translator with the visitors of the nodes of extensions."""
    handlers = registry.translation_handlers
    found = handlers.get(builder.name) or handlers.get(builder.format, {})
    visitors = {}
    for name, (visit, depart) in found.items():
        visitors[f"visit_{name}"] = visit
        if depart:
            visitors[f"depart_{name}"] = depart
    bases = [*([LightLinks] if builder.name == "html" else []), OwnWords, FastWalk]
    return type("Translator", (*bases, registry.get_translator_class(builder)), visitors)


def _run_shares(work: Any, merge: Any, docnames: Sequence[str], processes: int) -> None:
    """Run ``work`` on equal shares of the pages, one process a share; merge each result."""
    tasks = Workers(processes)
    for number in range(min(processes, len(docnames))):
        tasks.add_task(work, list(docnames[number::processes]), merge)
    tasks.join()


def imported_late(name: str, module: str, attribute: str) -> type[Builder]:
    """Return what makes a builder, for registration, that imports its module only then.

    An edit of a page would wait for it.
    """

    def make(_made: type[Builder], app: Sphinx, env: BuildEnvironment) -> Builder:
        builder: type[Builder] = getattr(import_module(module), attribute)
        return builder(app, env)

    return type(attribute, (Builder,), {"name": name, "__new__": make})


class ReadingBuilder(PageReader):
    """Reads changed pages and runs the checks at ``env-updated``; writes nothing."""

    name = "read"
    format = "read"
    allow_parallel = True

    def get_outdated_docs(self) -> Iterator[str]:
        return iter(())

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        return f"{docname}.html"

    def write_documents(self, docnames: Set[str]) -> None:
        pass


# --- Renders templates without Jinja's sandbox and without looking whether their files changed.
#
# Replaces: the environment of ``BuiltinTemplateLoader``, and the context of ``handle_page``.
# Why: the sandbox asks at each attribute whether a template may see it, half of the time that a
# page takes; templates here are the engine's, its theme's and the archive's own, which has
# ``conf.py`` to run any code.  And Sphinx writes out the whole context of a page, its text
# included, for a message that it logs only with ``-vv``.
# Upstream: upstream/sphinx-event-repr.patch for the message; Sphinx has used the sandbox since 1.0.

_COMPILED = "templates"  # a folder beside the node trees: an edit compiles none
_SHARED = "ARCHIVE_COMPILED"  # names a folder for all archives, where hundreds are built, in tests


class Templates(BuiltinTemplateLoader):
    """Sphinx's loader of templates; those that change are read by the next build."""

    def init(
        self, builder: Builder, theme: Theme | None = None, dirs: list[str] | None = None
    ) -> None:
        super().init(builder, theme, dirs)
        known = self.environment
        compiled = Path(os.environ.get(_SHARED) or Path(builder.doctreedir, _COMPILED))
        compiled.mkdir(parents=True, exist_ok=True)
        free: Any = Environment(
            loader=self, extensions=list(known.extensions), auto_reload=False,
            bytecode_cache=FileSystemBytecodeCache(str(compiled)),
        )  # fmt: skip
        free.filters.update(known.filters)
        free.globals.update(known.globals)
        self.environment = free

    def begin(self) -> None:
        """Forget the templates of the last build."""
        if self.environment.cache is not None:
            self.environment.cache.clear()


class Context(dict[str, Any]):
    """What a template is given, with a short ``repr``."""

    def __repr__(self) -> str:
        return "<context of a page>"

    def copy(self) -> Context:
        return Context(self)
