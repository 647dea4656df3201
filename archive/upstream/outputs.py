"""Further outputs of one Sphinx run: the EPUB and the PDFs, from the node trees of the pages.

Sphinx gives an application one builder.  Here a second one takes its place once the pages are
written, with its own settings and without the listeners and transforms of the pages' theme.  Each
output is made in a process of its own where the system can fork, so that nothing has to be put
back; elsewhere they are made one after another, and the application builds nothing afterwards.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.builders.epub3 import Epub3Builder
from sphinx.util.build_phase import BuildPhase
from sphinx.util.parallel import ParallelTasks, SerialTasks, parallel_available

from archive.site.know.facts import CATALOGUE
from archive.site.know.ledger import LEDGER

if TYPE_CHECKING:
    from collections.abc import Set

    from sphinx.application import Sphinx
    from sphinx.builders import Builder

    from archive.site.show.generated import GeneratedPage

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


def make_epub(
    app: Sphinx,
    folder: Path,
    settings: dict[str, Any],
    pages: Callable[[], Iterable[GeneratedPage]],
) -> None:
    """Write the book below ``folder``; ``pages`` gives those that have no source."""
    for name, value in settings.items():
        setattr(app.config, name, value)
    registry = app.registry
    registry.post_transforms[:] = [
        transform for transform in registry.post_transforms if transform.__module__ != _THEME
    ]
    registry.css_files.clear()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    site, app.outdir = app.outdir, folder
    try:
        builder = ArchiveEpubBuilder(app, app.env)
        builder.pages = pages
        make(app, builder)
    finally:
        app.outdir = site


class ArchiveEpubBuilder(Epub3Builder):
    """Sphinx's EPUB, with the documents in its order of reading.

    On the web they are reached through the catalogue.  A book has one order of reading, which
    Sphinx takes from toctrees, and EPUB demands that what is linked to is in it (EPUB 3.3, 5.7).
    """

    pages: Callable[[], Iterable[GeneratedPage]]

    def prepare_writing(self, docnames: Set[str]) -> None:
        self._list_documents()
        super().prepare_writing(docnames)

    def _list_documents(self) -> None:
        """Put a toctree of all documents into the contents of the catalogue."""
        folder = CATALOGUE.rpartition("/")[0]
        documents = sorted(
            name for name in self.env.found_docs
            if name.rpartition("/")[0] == folder and name != CATALOGUE
        )  # fmt: skip
        tree = addnodes.toctree(
            "", parent=CATALOGUE, entries=[(None, name) for name in documents],
            includefiles=documents, maxdepth=-1, caption=None, glob=True, hidden=True,
            includehidden=False, numbered=0, titlesonly=False,
        )  # fmt: skip
        self._toctree = tree
        self.env.toctree_includes[CATALOGUE] = documents
        contents = self.env.tocs[CATALOGUE]
        for item in contents.findall(nodes.list_item):
            item += nodes.bullet_list("", tree.deepcopy())
            break
        self.env.tocs[CATALOGUE] = contents

    def write_documents(self, docnames: Set[str]) -> None:
        for docname in sorted(docnames):
            doctree = self.env.get_doctree(docname)
            if docname == CATALOGUE:
                section = next(doctree.findall(nodes.section))
                section += nodes.compound("", self._toctree, classes=["toctree-wrapper"])
            self.phase = BuildPhase.RESOLVING
            resolved = self.env.get_and_resolve_doctree(
                docname, self, doctree=doctree, tags=self.tags
            )
            _lead_to_the_web(resolved, self.config.html_baseurl)
            self.phase = BuildPhase.WRITING
            self.write_doc_serialized(docname, resolved)
            self.write_doc(docname, resolved)

    def gen_pages_from_extensions(self) -> None:
        """The book has none of the pages that extensions add to the web."""
        for page in self.pages():
            self.handle_page(page.name, page.context(), page.template)


def _lead_to_the_web(doctree: nodes.document, base: str) -> None:
    """Lead to the ledger on the web: EPUB takes no files of its kind."""
    for link in doctree.findall(nodes.reference):
        address = link.get("refuri", "")
        if address.rpartition("/")[2] == LEDGER and "://" not in address:
            link["refuri"] = f"{base}{LEDGER}"
