"""Builds EPUB and PDFs in the run that built the pages, from the same node trees.

Replaces: the builder of a running application, its settings, and the post-transforms of the theme;
uses ``BuildEnvironment._builder_cls`` and the registry's lists.  Replaces how ``Epub3Builder``
finds the order of reading, and its templates of the package document and the contents.
Why: Sphinx gives an application one builder, so each output would load the environment again.  In
five processes, a build without changes took 2.9 CPU seconds.  Sphinx's package document has no
accessibility metadata, no properties of formulas, and settings of one seller's reading system.
Constraint: each output is made in a forked process, so nothing has to be restored.  Where the
system cannot fork, outputs are made one after another, and the application must build nothing more.
Upstream: sphinx-doc/sphinx#10096 (several builders in one run) was closed in favour of #5618; none
reported yet for the EPUB's order of reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.builders.epub3 import Epub3Builder
from sphinx.util.build_phase import BuildPhase
from sphinx.util.parallel import SerialTasks, parallel_available

from archive.files import remove, write
from archive.upstream.builder import Translating
from archive.upstream.processes import Workers
from archive.upstream.transforms import Plan, made_for, resolve

_THEME = "furo"  # its post-transforms put tables and formulas into scrolling containers
COVER = "cover.png"
_MOST_TASKS = 8  # at a time


class Beside:
    """Tasks that run in processes of their own while this one goes on."""

    def __init__(self) -> None:
        self._processes = Workers(_MOST_TASKS)
        self._done: list[bool] = []

    def begin(self, task: Callable[[], bool]) -> None:
        """Begin a task; where the system cannot fork, run it now."""
        if parallel_available:
            self._processes.add_task(task, None, lambda _nothing, done: self._done.append(done))
        else:
            self._done.append(task())

    def finish(self) -> bool:
        """Wait for all tasks; return whether all succeeded.

        Raises SphinxParallelError if a task raised.
        """
        self._processes.join()
        return all(self._done)


def make(app: Sphinx, builder: Builder) -> None:
    """Let ``builder`` write all pages of the environment, without reading any."""
    app.builder, app.env._builder_cls = builder, type(builder)
    builder.init()
    builder.finish_tasks = SerialTasks()
    builder.phase = BuildPhase.RESOLVING
    builder.parallel_ok = False
    builder.write(None, [], "all")
    builder.finish()
    builder.finish_tasks.join()


# Address and name of a document, with the address and label of each of its passages.
Passages = tuple[str, str, tuple[tuple[str, str], ...]]


class Book(NamedTuple):
    """What the EPUB needs beyond the environment."""

    catalogue: str  # docname of the page that is the parent of all documents
    documents: tuple[str, ...]  # docnames in the order of reading
    # Of pages without source: name, context and template, asked for when the book is written.
    pages: Callable[[], Iterable[tuple[str, dict[str, Any], str]]]
    on_the_web: Mapping[str, str]  # web addresses, by file name, of files that the book lacks
    context: Callable[[str], dict[str, Any]]  # what templates are given for a page
    metadata: Callable[[Iterable[str]], dict[str, Any]]  # of the package, given all pages' HTML
    landmarks: tuple[tuple[str, str, str], ...]  # type (EPUB 3.3, 7.4.3), address and name
    passages: tuple[Passages, ...]
    cover: bytes  # PNG
    templates: Path  # of the package document and the contents


def make_epub(app: Sphinx, folder: Path, settings: Mapping[str, Any], book: Book) -> None:
    """Empty ``folder`` and write the EPUB into it."""
    for name, value in settings.items():
        setattr(app.config, name, value)
    registry = app.registry
    registry.css_files.clear()
    registry.post_transforms[:] = [
        transform for transform in registry.post_transforms if transform.__module__ != _THEME
    ]
    remove(folder)
    folder.mkdir(parents=True)
    site, app.outdir = app.outdir, folder
    try:
        builder = ArchiveEpubBuilder(app, app.env)
        builder.book = book
        make(app, builder)
    finally:
        app.outdir = site


class ArchiveEpubBuilder(Translating, Epub3Builder):
    """Sphinx's EPUB builder, with all documents in the order of reading.

    Sphinx takes that order from toctrees, and no toctree lists the documents.  EPUB 3.3, 5.7
    requires every page that is linked to be in it.
    """

    book: Book

    def prepare_writing(self, docnames: Set[str]) -> None:
        documents = list(self.book.documents)
        self._toctree = addnodes.toctree(
            "", parent=self.book.catalogue, entries=[(None, name) for name in documents],
            includefiles=documents, maxdepth=-1, caption=None, glob=True, hidden=True,
            includehidden=False, numbered=0, titlesonly=False,
        )  # fmt: skip
        others = self.env.toctree_includes.get(self.book.catalogue, ())
        self.env.toctree_includes[self.book.catalogue] = [*others, *documents]
        toc = self.env.tocs[self.book.catalogue]  # a copy, see PickledTrees
        item = next(toc.findall(nodes.list_item))
        item += nodes.bullet_list("", self._toctree.deepcopy())
        self.env.tocs[self.book.catalogue] = toc
        super().prepare_writing(docnames)
        self._plan = Plan(made_for(self, self._registry.get_post_transforms()))

    def write_documents(self, docnames: Set[str]) -> None:
        for docname in sorted(docnames):
            doctree = self.env.get_doctree(docname)
            if docname == self.book.catalogue:
                section = next(doctree.findall(nodes.section))
                section += nodes.compound("", self._toctree, classes=["toctree-wrapper"])
            self.phase = BuildPhase.RESOLVING
            resolve(doctree, docname, self, self._plan)
            self._link_to_web(doctree)
            self.phase = BuildPhase.WRITING
            self.write_doc_serialized(docname, doctree)
            self.write_doc(docname, doctree)

    def update_page_context(
        self, pagename: str, templatename: str, ctx: dict[str, Any], event_arg: object
    ) -> None:
        ctx |= self.book.context(pagename)

    def handle_finish(self) -> None:
        write(Path(self.outdir) / COVER, self.book.cover)
        super().handle_finish()

    def build_content(self) -> None:
        with self._own_templates():
            super().build_content()

    def build_navigation_doc(self) -> None:
        with self._own_templates():
            super().build_navigation_doc()

    @contextmanager
    def _own_templates(self) -> Iterator[None]:
        sphinx, self.template_dir = self.template_dir, type(self.template_dir)(self.book.templates)
        yield
        self.template_dir = sphinx

    def content_metadata(self) -> dict[str, Any]:
        pages = {path: path.read_text("utf-8") for path in sorted(self.outdir.rglob("*.xhtml"))}
        properties = {COVER: "cover-image"}
        for path, text in pages.items():
            if "<math " in text:  # EPUB 3.3, D.4
                properties[path.relative_to(self.outdir).as_posix()] = "mathml"
        more = self.book.metadata(pages.values())
        return {**super().content_metadata(), "properties": properties, **more}

    def navigation_doc_metadata(self, navlist: list[Any]) -> dict[str, Any]:
        passages = [
            (escape(address), escape(name), [tuple(map(escape, each)) for each in labels])
            for address, name, labels in self.book.passages
        ]
        return {
            **super().navigation_doc_metadata(navlist),
            "landmarks": [tuple(map(escape, each)) for each in self.book.landmarks],
            "passages": passages,
        }

    def gen_pages_from_extensions(self) -> None:
        """Write only the pages of the book, and none that extensions add to the site."""
        for page in self.book.pages():
            self.handle_page(*page)

    def _link_to_web(self, doctree: nodes.document) -> None:
        """Replace links to files whose type EPUB does not allow by their web addresses."""
        for link in doctree.findall(nodes.reference):
            address = link.get("refuri", "")
            name = address.rpartition("/")[2]
            if name in self.book.on_the_web and "://" not in address:
                link["refuri"] = self.book.on_the_web[name]
