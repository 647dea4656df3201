"""Lowers the cost of garbage collection and of Sphinx's tables of contents in a large archive.

Replaces: the dictionary ``env.tocs`` by one that keeps its node trees pickled; uses
``BuildEnvironment._pickled_doctree_cache``.
Why: in an edit at 10,000 documents, searching the whole environment for reference cycles took 10 of
27 CPU seconds, and the tables of contents took a third of the memory.
Upstream: none reported yet for ``env.tocs``; python/cpython#124567 has the cost of the garbage
collector for Sphinx.
"""

from __future__ import annotations

import gc
import pickle
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

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
