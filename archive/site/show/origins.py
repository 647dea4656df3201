"""Shows where the words of quotations are from: at each quotation, and on the companion page."""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.nodes import make_refnode
from sphinx.writers.html5 import HTML5Translator

from archive.model.fingerprint import normalise
from archive.model.telling import origin_told
from archive.site.know.facts import Document
from archive.site.know.relations import Followed
from archive.site.know.view import view_of
from archive.site.nodes import around, quotation
from archive.site.read.anchors import CLOSING, OPENING
from archive.site.show.generated import DocumentTransform
from archive.upstream.access import builder_of

ORIGIN = "origin"  # class of links from the words of a quotation to where they are from


def _link(_self: HTML5Translator, node: nodes.Element) -> str:
    title, address = escape(node["title"], quote=True), escape(node["href"], quote=True)
    classes = f"{ORIGIN} {node['result']}".strip()
    return f'<a class="{classes}" href="{address}" title="{title}" aria-label="{title}">'


class origin_link(nodes.Inline, nodes.Element):
    """The link behind a quotation.  It has no text: what it says is its title.

    Attributes: ``href``, ``title`` and ``result``.
    """

    html = around(_link, "</a>")


class Origins(DocumentTransform):
    """Adds to quotations the links to where their words are from; in print the words lead there."""

    default_priority = 8  # before links are resolved

    def complete(self, document: Document, section: nodes.section) -> None:
        found = view_of(self.env).followed(document.docname)
        for place in list(self.document.findall(quotation)) if found else ():
            words = normalise(place.astext().strip(OPENING + CLOSING))
            own = [
                each for each in found
                if each.traced.anchor == place["anchor"] and normalise(each.traced.words) == words
            ]  # fmt: skip
            if builder_of(self.env).format == "html":
                at = place.parent.index(place) + 1
                place.parent[at:at] = [self._behind(each) for each in own]
            elif own:
                self._lead(place, own[0])

    def _behind(self, followed: Followed) -> origin_link:
        tie = followed.tie
        address = builder_of(self.env).get_relative_uri(self.env.docname, tie.docname)
        title = origin_told(followed.result, tie.name)
        place = f"#{tie.id}" if tie.id else ""
        return origin_link("", href=f"{address}{place}", title=title, result=followed.result)

    def _lead(self, place: quotation, followed: Followed) -> None:
        tie = followed.tie
        for text in [each for each in place.children if isinstance(each, nodes.Text)]:
            link = make_refnode(
                builder_of(self.env), self.env.docname, tie.docname, tie.id, text.copy()
            )
            link["classes"].append(ORIGIN)
            place.replace(text, link)


def origins_of(app: Sphinx, document: Document, page: str) -> list[dict[str, Any]]:
    """Return what became of the quotations of a document, for the template of ``page``."""
    labels = {block.anchor: block.label for block in document.blocks}
    return [
        {
            "anchor": each.traced.anchor, "label": labels[each.traced.anchor],
            "words": each.traced.words, "before": _BEFORE[each.result], "name": each.tie.name,
            "after": _after(each),
            "address": app.builder.get_relative_uri(page, each.tie.docname)
            + (f"#{each.tie.id}" if each.tie.id else ""),
        }
        for each in view_of(app.env).followed(document.docname)
    ]  # fmt: skip


# What stands before the name of the passage or the work that the words are from.
_BEFORE = {
    "exact": "word for word in",
    "differing": "otherwise in",
    "not-found": "not found in what is held of",
    "not-held": "ascribed to",
    "": "ascribed to",
}


def _after(followed: Followed) -> str:
    """Return what stands behind that name."""
    if followed.result == "not-held":
        return ", which the archive does not hold"
    if not followed.result:
        return "; not compared with its source yet"
    if followed.result == "not-found":
        return ""
    place = f" (paragraph {followed.traced.paragraph} of its source)"
    if followed.result == "exact":
        return place
    differences = ", ".join(_differing(*each) for each in followed.traced.differences)
    return f"{place}: {differences or 'only the marks differ'}"


def _differing(here: str, there: str) -> str:
    if not here:
        return f"“{there}” stands there as well"
    return f"“{there}” for “{here}”" if there else f"“{here}” is not there"
