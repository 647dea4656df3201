"""Further outputs of one Sphinx run: the EPUB and the PDFs, from the node trees of the pages.

Sphinx gives an application one builder.  Here a second one takes its place once the pages are
written, with its own settings and without the listeners and transforms of the pages' theme.  Each
output is made in a process of its own where the system can fork, so that nothing has to be put
back; elsewhere they are made one after another, and the application builds nothing afterwards.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.builders.epub3 import Epub3Builder
from sphinx.util.build_phase import BuildPhase
from sphinx.util.parallel import ParallelTasks, SerialTasks, parallel_available

if TYPE_CHECKING:
    from collections.abc import Set

    from sphinx.application import Sphinx
    from sphinx.builders import Builder

_THEME = "furo"  # whose post-transforms wrap tables and formulas for narrow screens


def make_beside(tasks: Sequence[Callable[[], bool]]) -> list[bool]:
    """Run tasks beside each other; return what each returned, in any order.

    Raises SphinxParallelError where one fails by a defect.
    """
    if not parallel_available or len(tasks) < 2:
        return [task() for task in tasks]
    done: list[bool] = []
    processes = ParallelTasks(len(tasks))
    for task in tasks:
        processes.add_task(task, None, lambda _argument, result: done.append(result))
    processes.join()
    return done


def make(app: Sphinx, builder: Builder) -> None:
    """Have ``builder`` write all pages that are known, without reading any."""
    app.builder, app.env._builder_cls = builder, type(builder)
    builder.init()
    builder.finish_tasks = SerialTasks()
    builder.phase = BuildPhase.RESOLVING
    builder.parallel_ok = False
    builder.write(None, [], "all")
    builder.finish()
    builder.finish_tasks.join()


class Book(NamedTuple):
    """What the EPUB has besides the pages that are read."""

    catalogue: str  # the page below which the documents stand
    documents: tuple[str, ...]  # in the book's order
    # Of no source: name, context and template of each, asked for when the book is written.
    pages: Callable[[], Iterable[tuple[str, dict[str, Any], str]]]
    on_the_web: Mapping[str, str]  # addresses of files that the book lacks, by their names


def make_epub(app: Sphinx, folder: Path, settings: Mapping[str, Any], book: Book) -> None:
    """Write the book below ``folder``, which is emptied first."""
    for name, value in settings.items():
        setattr(app.config, name, value)
    registry = app.registry
    registry.css_files.clear()
    registry.post_transforms[:] = [
        transform for transform in registry.post_transforms if transform.__module__ != _THEME
    ]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    site, app.outdir = app.outdir, folder
    try:
        builder = ArchiveEpubBuilder(app, app.env)
        builder.book = book
        make(app, builder)
    finally:
        app.outdir = site


class ArchiveEpubBuilder(Epub3Builder):
    """Sphinx's EPUB, with the documents in its order of reading.

    On the web they are reached through the catalogue.  A book has one order of reading, which
    Sphinx takes from toctrees, and EPUB demands that what is linked to is in it (EPUB 3.3, 5.7).
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
        contents = self.env.tocs[self.book.catalogue]  # a copy: what is done to it is not kept
        item = next(contents.findall(nodes.list_item))
        item += nodes.bullet_list("", self._toctree.deepcopy())
        self.env.tocs[self.book.catalogue] = contents
        super().prepare_writing(docnames)

    def write_documents(self, docnames: Set[str]) -> None:
        for docname in sorted(docnames):
            doctree = self.env.get_doctree(docname)
            if docname == self.book.catalogue:
                section = next(doctree.findall(nodes.section))
                section += nodes.compound("", self._toctree, classes=["toctree-wrapper"])
            self.phase = BuildPhase.RESOLVING
            resolved = self.env.get_and_resolve_doctree(
                docname, self, doctree=doctree, tags=self.tags
            )
            self._lead_to_the_web(resolved)
            self.phase = BuildPhase.WRITING
            self.write_doc_serialized(docname, resolved)
            self.write_doc(docname, resolved)

    def gen_pages_from_extensions(self) -> None:
        """The book has none of the pages that extensions add to the web."""
        for page in self.book.pages():
            self.handle_page(*page)

    def _lead_to_the_web(self, doctree: nodes.document) -> None:
        """Lead to the web where a file is meant that EPUB takes none of its kind of."""
        for link in doctree.findall(nodes.reference):
            address = link.get("refuri", "")
            name = address.rpartition("/")[2]
            if name in self.book.on_the_web and "://" not in address:
                link["refuri"] = self.book.on_the_web[name]
