"""Names the landmarks of a page, which the theme leaves without names (WCAG 2.2, 1.3.1 and 2.4.1).

The theme writes the frame of a page whole.  The few tags in it that need more are named here as
the theme writes them; where a new version of the theme writes them otherwise, the build says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sphinx.util import logging

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

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


def give_names(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Give the templates the function that names landmarks."""
    context["named_landmarks"] = named


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("html-page-context", give_names)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
