"""Runs Sphinx in this process, with the memory and the plugins that a large archive allows.

Uses privately: ``Sphinx._warncount``.
Replaces: the list of extensions that Sphinx loads by itself, without its builder ``linkcheck``; and
the import of two modules, which waits until they are used.
Why: the commands build several outputs from one application, and fail on a warning; Sphinx keeps
the number of warnings to itself.  ``linkcheck`` and MyST load requests, 200 modules, and Beautiful
Soup loads the grammar of selectors, which nothing here uses: together 0.1 of the 1.3 CPU seconds
that an edit of a small archive takes.
Upstream: none reported yet.
"""

from __future__ import annotations

import gc
import logging
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoints, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, TextIO

import pybtex.plugin
import pygments.plugin
import sphinx.theming
import sphinxcontrib.bibtex.plugin
from docutils import nodes
from sphinx import application
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util.console import color_terminal, nocolor
from sphinx.util.docutils import docutils_namespace, patch_docutils

_LINKCHECK = "sphinx.builders.linkcheck"
_LATE = ("sphinx.util.requests", "soupsieve")  # loaded by MyST, and by furo's Beautiful Soup


@contextmanager
def opened(  # noqa: PLR0913 - as Sphinx itself
    source: Path,
    site: Path,
    doctrees: Path,
    builder: str,
    *,
    status: TextIO | None = None,
    warnings: TextIO | None = sys.stderr,
    jobs: int = 1,
    strict: bool = False,
    **settings: Any,
) -> Iterator[Sphinx]:
    """Yield a Sphinx application with its settings and the environment of an earlier build.

    ``status`` and ``warnings`` take Sphinx's messages.  With ``strict``, a warning fails the build.
    ``settings`` override those of ``conf.py``.  Raises what Sphinx raises.
    """
    # Its lists belong to one application, and extensions add to them.
    sys.modules.pop("archive.defaults", None)
    if not color_terminal():
        nocolor()
    # a11y_pygments, which furo uses, has the root logger tell what libraries do when imported.
    logging.getLogger("pikepdf").setLevel(logging.WARNING)
    # Sphinx makes a record of each of 800 things that it registers, and shows none of them.
    logging.disable(logging.DEBUG)
    for name in _LATE:
        sys.modules.setdefault(name, _Late(name))
    application.builtin_extensions = tuple(
        each for each in application.builtin_extensions if each != _LINKCHECK
    )
    with patch_docutils(str(source)), docutils_namespace():
        yield Sphinx(
            srcdir=source, confdir=source, outdir=site, doctreedir=doctrees, buildername=builder,
            confoverrides=settings, status=status, warning=warnings, warningiserror=strict,
            parallel=jobs,
        )  # fmt: skip


class _Late(ModuleType):
    """Stands for a module until something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def read_as(app: Sphinx, docname: str, text: str, doctrees: Path) -> None:
    """Read a page as if its file held another text; its node tree goes to another folder.

    The environment changes in memory alone.  Raises what Sphinx raises.
    """

    def give(_app: Sphinx, _docname: str, source: list[str]) -> None:
        source[0] = text

    app.doctreedir = app.builder.doctreedir = doctrees  # also of search entries
    listener = app.events.connect("source-read", give, 0)
    try:
        app.env.clear_doc(docname)
        app.builder.read_doc(docname)
    finally:
        app.events.disconnect(listener)


def at_stages(
    app: Sphinx, *, when_read: Callable[[], None], when_written: Callable[[], None]
) -> None:
    """Have one function called when all pages are read, the other when all are written.

    The latter is called before the files beside the pages are written, and not after an error.
    """

    def written(_app: Sphinx, error: Exception | None) -> None:
        if error is None:
            when_written()

    app.events.connect("write-started", lambda _app, _builder: when_read(), 500)
    app.events.connect("build-finished", written, 400)


def is_sound(app: Sphinx) -> bool:
    """Whether the build logged neither an error nor a warning."""
    return app.statuscode == 0 and app._warncount == 0


def page_at_work(app: Sphinx) -> str:
    """Return the source path of the page being read or written; empty between pages."""
    try:
        docname = app.env.current_document.docname
        return app.env.doc2path(docname, base=False).as_posix() if docname else ""
    except (AttributeError, KeyError):
        return ""


# --- Reads once a process which plugins the installed packages name.
#
# Replaces: ``entry_points`` in ``sphinx.theming``, ``pybtex.plugin`` and
# ``sphinxcontrib.bibtex.plugin``, and ``iter_entry_points`` of ``pygments.plugin``.
# Why: each of them reads the metadata of all installed packages, which takes 7 ms, and a build or a
# check asks eight times: for two themes, a style of code and the styles of citations.  Together
# with the engine's digest and dates, which are also found once, a build of a small archive in a
# fork takes 3 to 16 % less CPU time.
# Upstream: none reported yet.


@cache
def installed() -> Any:
    """All plugins of the packages that are installed; of another type in Python 3.11."""
    return entry_points()


@cache
def _of(group: str) -> EntryPoints:
    found: EntryPoints = installed().select(group=group)
    return found


def _chosen(group: str, **wanted: Any) -> EntryPoints:
    return _of(group).select(**wanted)


def read_once() -> None:
    """Have every look for a plugin answered from what was read first."""
    for module in (sphinx.theming, pybtex.plugin, sphinxcontrib.bibtex.plugin):
        vars(module)["entry_points"] = _chosen
    vars(pygments.plugin)["iter_entry_points"] = _of


# --- Lowers the cost of garbage collection and of Sphinx's tables of contents in a large archive.
#
# Replaces: the dictionary ``env.tocs`` by one that keeps its node trees pickled; uses
# ``BuildEnvironment._pickled_doctree_cache``.
# Why: in an edit at 10,000 documents, searching the whole environment for reference cycles took 10
# of 27 CPU seconds, and the tables of contents took a third of the memory.
# Upstream: none reported yet for ``env.tocs``; python/cpython#124567 has the cost of the garbage
# collector for Sphinx.

# New objects between two runs of the collector.  The tree of one page has thousands.
_NEW_OBJECTS = 100_000


def collect_seldom(app: Sphinx, config: Config) -> None:
    """Raise the threshold of the garbage collector before the environment is loaded."""
    gc.set_threshold(_NEW_OBJECTS)


def freeze(app: Sphinx, env: BuildEnvironment | None = None) -> None:
    """Exempt all present objects from collection: they live until the build ends."""
    if gc.isenabled():
        gc.collect(0)
    gc.freeze()
    gc.enable()


def pause(app: Sphinx, env: BuildEnvironment) -> None:
    """Collect nothing until the next ``freeze``: what is made meanwhile stays."""
    freeze(app)
    gc.disable()


def release(doctree: nodes.document) -> None:
    """Free a node tree that nobody needs any more, without the garbage collector.

    Nodes refer to their parents and to the document, so that only the collector would find them,
    among all others of the last pages.  Each keeps its place in the source, which a node without
    one has from its parent: warnings that wait to be told ask for it.
    """
    waiting: list[nodes.Node] = [doctree]
    while waiting:
        node = waiting.pop()
        for child in node.children:
            if child.line is None and child.source is None:
                child.source, child.line = node.source, node.line
            waiting.append(child)
        node.parent = None
    doctree.__dict__.clear()


@contextmanager
def tree_of(env: BuildEnvironment, docname: str) -> Iterator[nodes.document]:
    """Read the node tree of a page, and free it afterwards; Sphinx would keep its pickle, too."""
    doctree = env.get_doctree(docname)
    env._pickled_doctree_cache.pop(docname, None)
    yield doctree
    release(doctree)


class PickledTrees(MutableMapping[str, nodes.bullet_list]):
    """Node trees by docname, kept pickled.  Each look-up returns a new copy of the tree."""

    def __init__(self, trees: Mapping[str, nodes.bullet_list]) -> None:
        self._pickles: dict[str, bytes] = {}
        self.update(trees)

    def __setitem__(self, docname: str, tree: nodes.bullet_list) -> None:
        self._pickles[docname] = pickle.dumps(tree, pickle.HIGHEST_PROTOCOL)

    def __getitem__(self, docname: str) -> nodes.bullet_list:
        tree: nodes.bullet_list = pickle.loads(self._pickles[docname])
        return tree

    def __delitem__(self, docname: str) -> None:
        del self._pickles[docname]

    def __iter__(self) -> Iterator[str]:
        return iter(self._pickles)

    def __len__(self) -> int:
        return len(self._pickles)


def pickle_tocs(app: Sphinx) -> None:
    """Pickle the tables of contents before any page is read."""
    if not isinstance(app.env.tocs, PickledTrees):
        app.env.tocs = PickledTrees(app.env.tocs)  # type: ignore[assignment]


def unpickle_numbered_tocs(app: Sphinx, env: BuildEnvironment) -> None:
    """Keep the trees themselves where Sphinx writes section numbers into them in place."""
    if env.numbered_toctrees:
        env.tocs = dict(env.tocs)
