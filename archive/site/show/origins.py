"""Shows where the words of quotations are from: at each quotation, and on the companion page."""

from __future__ import annotations

from html import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.nodes import make_refnode
from sphinx.writers.html5 import HTML5Translator

from archive.model.passage import normalise
from archive.model.verifying import origin_told
from archive.model.words import N_, Words, words
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
    return f'<a class="{classes}" href="{address}" title="{title}">'


class origin_link(nodes.Inline, nodes.Element):
    """The link behind a quotation; in print a mark.  It has no text: what it says is its title.

    Attributes: ``href``, ``title`` and ``result``.
    """

    html = around(_link, "</a>")


class Origins(DocumentTransform):
    """Adds to quotations the links to where their words are from; in print the words lead there."""

    default_priority = 8  # before links are resolved

    def complete(self, document: Document, section: nodes.section) -> None:
        found = view_of(self.env).followed(document.docname)
        for place in list(self.document.findall(quotation)) if found else ():
            said = normalise(place.astext().strip(OPENING + CLOSING))
            own = [
                each for each in found
                if each.traced.anchor == place["anchor"] and normalise(each.traced.words) == said
            ]  # fmt: skip
            at = place.parent.index(place) + 1
            place.parent[at:at] = [self._behind(each, document.language) for each in own]
            if own and builder_of(self.env).format != "html":
                self._lead(place, own[0])

    def _behind(self, followed: Followed, language: str | None) -> origin_link:
        page = followed.tie.docname
        address = builder_of(self.env).get_relative_uri(self.env.docname, page)
        title = origin_told(followed.result, followed.tie.name, words(language))
        href, result = _address(address, followed), followed.result
        return origin_link("", href=href, title=title, result=result)

    def _lead(self, place: quotation, followed: Followed) -> None:
        tie = followed.tie
        for text in [each for each in place.children if isinstance(each, nodes.Text)]:
            link = make_refnode(
                builder_of(self.env), self.env.docname, tie.docname, tie.id, text.copy()
            )
            link["classes"].append(ORIGIN)
            place.replace(text, link)


def origins_of(app: Sphinx, document: Document, page: str) -> list[dict[str, str]]:
    """Return what became of the quotations of a document, for the template of ``page``.

    ``told`` is HTML.
    """
    labels = {block.anchor: block.label for block in document.blocks}
    return [
        {
            "anchor": each.traced.anchor, "label": labels[each.traced.anchor],
            "words": each.traced.words,
            "told": _told(each, _linked(app, each, page), words(document.language)),
        }
        for each in view_of(app.env).followed(document.docname)
    ]  # fmt: skip


def _linked(app: Sphinx, followed: Followed, page: str) -> str:
    address = _address(app.builder.get_relative_uri(page, followed.tie.docname), followed)
    return f'<a href="{escape(address)}">{escape(followed.tie.name)}</a>'


def _address(page: str, followed: Followed) -> str:
    return f"{page}#{followed.tie.id}" if followed.tie.id else page


_TOLD = {
    "exact": N_("word for word in {work} (paragraph {number} of its source)."),
    "differing": N_("otherwise in {work} (paragraph {number} of its source): {how}."),
    "not-found": N_("not found in what is held of {work}."),
    "not-held": N_("ascribed to {work}, which the archive does not hold."),
    "": N_("ascribed to {work}; not compared with its source yet."),
}


def _told(followed: Followed, work: str, _: Words) -> str:
    """Return what became of a quotation, as HTML; ``work`` is the link to what it is from."""
    traced = followed.traced
    how = ", ".join(_differing(*each, _) for each in traced.differences)
    return escape(_(_TOLD[followed.result])).format(
        work=work, number=traced.paragraph, how=escape(how or _("only the marks differ"))
    )


def _differing(here: str, there: str, _: Words) -> str:
    if not here:
        return _("“{there}” stands there as well").format(there=there)
    if not there:
        return _("“{here}” is not there").format(here=here)
    return _("“{there}” for “{here}”").format(here=here, there=there)
