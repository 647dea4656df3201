"""What the theme's pages lack: names for their landmarks, ids that stand once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx


_log = logging.getLogger(__name__)

# The beginning of a tag, and what is added to it.
_NAMES = (
    ('<aside class="sidebar-drawer"', ' aria-label="The archive"'),
    ('<div class="sidebar-tree"', ' role="navigation" aria-label="Pages of the archive"'),
    ('<aside class="toc-drawer', ' aria-label="This page"'),
)  # fmt: skip

_OUTLINE = ('<div class="toc-tree"', ' role="navigation" aria-label="Outline of this page"')


def named(frame: str, *, has_outline: bool) -> str:
    """The frame of a page with its landmarks named; logs an error where one is not found."""
    for beginning, names in (*_NAMES, *([_OUTLINE] if has_outline else [])):
        before, found, after = frame.partition(beginning)
        if not found:
            _log.error(
                "The theme’s pages have no %s…>. To mend: say in archive/site/landmarks.py what "
                "stands in its place.", beginning,
            )  # fmt: skip
        tag, _space, _attributes = beginning.partition(" ")
        frame = f"{before}{tag}{names}{beginning.removeprefix(tag)}{after}" if found else frame
    return frame


def name_landmarks(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Give the templates the function that names landmarks."""
    context["named_landmarks"] = named


class SingleIds(SphinxPostTransform):
    """Takes the ids from the containers that furo puts around tables and formulas.

    Furo gives them all attributes of what is in them, and an id stands once in a page.
    """

    default_priority = 510  # after furo's own, at 500
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        for container in self.document.findall(nodes.container):
            inside = container.children
            if len(inside) == 1 and isinstance(inside[0], (nodes.table, nodes.math_block)):
                container["ids"] = []
