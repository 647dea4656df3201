"""Links to references that can still be followed when the web has changed (Robust Links 1.0).

The link of a reference keeps its address in ``data-originalurl`` and the day it was as cited in
``data-versiondate``; beside it stands a link to look for an archived copy of that day.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from archive.citation.style import version_date
from archive.site.works import works_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

# The Memento TimeGate of the Internet Archive (RFC 7089); an asterisk lists all copies.
_ARCHIVE = "https://web.archive.org/web"


class robust_link(nodes.Inline, nodes.TextElement):
    """A link of a reference.  Attributes: ``refuri``; ``version_date``, ISO 8601 or None."""


class RobustLinks(SphinxPostTransform):
    """For pages alone: print shows the address itself."""

    default_priority = 11
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        for entry in self.document.findall(nodes.citation):
            work = works_of(self.env).with_id(entry["ids"][0])
            day = version_date(work.entry) if work is not None else None
            self._make_robust(entry.findall(nodes.reference), day)

    def _make_robust(self, links: Iterable[nodes.reference], day: str | None) -> None:
        for link in list(links):
            if not link.get("internal") and link.get("refuri", "").startswith("http"):
                robust = robust_link(
                    "", "", *link.children, refuri=link["refuri"], version_date=day
                )
                link.parent.replace(link, robust)


def visit_robust_link(self: HTML5Translator, node: robust_link) -> None:
    address = escape(node["refuri"], quote=True)
    day = f' data-versiondate="{node["version_date"]}"' if node["version_date"] else ""
    self.body.append(
        f'<a class="reference external" href="{address}" data-originalurl="{address}"{day}>'
    )


def depart_robust_link(self: HTML5Translator, node: robust_link) -> None:
    day = (node["version_date"] or "*").replace("-", "")
    copy = escape(f"{_ARCHIVE}/{day}/{node['refuri']}", quote=True)
    self.body.append(f'</a> (<a class="archived-copy" href="{copy}">archived copy</a>)')


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_node(robust_link, html=(visit_robust_link, depart_robust_link))
    app.add_post_transform(RobustLinks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
