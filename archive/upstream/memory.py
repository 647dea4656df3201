"""Keeps Python's garbage collector and Sphinx's tables of contents small in a large archive."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment


# Objects made before Python looks for cycles among them; a page's tree alone has thousands.
_YOUNG = 100_000


def look_seldom(app: Sphinx, config: Config) -> None:
    """Before the environment is loaded."""
    gc.set_threshold(_YOUNG)


def freeze(app: Sphinx, env: BuildEnvironment | None = None) -> None:
    """Take what there is for what stays: after loading, and again after reading."""
    gc.collect(0)
    gc.freeze()


class Trees(MutableMapping[str, nodes.bullet_list]):
    """Node trees by docname; what is done to a tree that was got is not kept."""

    def __init__(self, trees: Mapping[str, nodes.bullet_list]) -> None:
        self._packed: dict[str, bytes] = {}
        self.update(trees)

    def __setitem__(self, docname: str, tree: nodes.bullet_list) -> None:
        self._packed[docname] = pickle.dumps(tree, pickle.HIGHEST_PROTOCOL)

    def __getitem__(self, docname: str) -> nodes.bullet_list:
        tree: nodes.bullet_list = pickle.loads(self._packed[docname])
        return tree

    def __delitem__(self, docname: str) -> None:
        del self._packed[docname]

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


def pack_contents(app: Sphinx) -> None:
    """Before any page is read."""
    if not isinstance(app.env.tocs, Trees):
        app.env.tocs = Trees(app.env.tocs)  # type: ignore[assignment]


def unpack_numbered(app: Sphinx, env: BuildEnvironment) -> None:
    """Sphinx writes the numbers of sections into the trees, where a toctree asks for numbers."""
    if env.numbered_toctrees:
        env.tocs = dict(env.tocs)
