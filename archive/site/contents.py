"""The contents of each page, packed.

Sphinx keeps them as node trees, of all pages and at all times: a third of what an archive takes in
memory, and half of what is loaded and saved at every build.  Here each is bytes until asked for.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata


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


def pack(app: Sphinx) -> None:
    """Before any page is read."""
    if not isinstance(app.env.tocs, Trees):
        app.env.tocs = Trees(app.env.tocs)  # type: ignore[assignment]


def unpack_numbered(app: Sphinx, env: BuildEnvironment) -> None:
    """Sphinx writes the numbers of sections into the trees, where a toctree asks for numbers."""
    if env.numbered_toctrees:
        env.tocs = dict(env.tocs)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("builder-inited", pack)
    app.connect("env-updated", unpack_numbered)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
