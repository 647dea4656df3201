"""What every page shows of the pages that the sidebar lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment


def sidebar(env: BuildEnvironment) -> list[object]:
    """The trees of pages, in their order and with their titles, in a form to compare."""
    return [
        (docname, [(each, env.titles[each].astext()) for each in listed if each in env.titles])
        for docname, listed in sorted(env.toctree_includes.items())
    ]
