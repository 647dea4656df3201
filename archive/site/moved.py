"""Keeps moved anchors answering where they were cited: in the inventory, at the old address."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

from archive.model.dates import ArchiveDate
from archive.model.ledger import History, State
from archive.site.domain import archive_domain
from archive.site.generated import EVENT, GeneratedPage
from archive.site.records import FOLDER

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata


def name_moved(app: Sphinx, env: BuildEnvironment) -> None:
    """Enter moved anchors that no document carries any longer as labels of their new place."""
    labels = env.domains.standard_domain.labels
    anonymous = env.domains.standard_domain.anonlabels
    domain = archive_domain(env)
    for document_id in domain.published:
        for history in domain.gone(document_id):
            place = _present_place(env, history.anchor)
            if history.anchor not in labels and place is not None:
                labels[history.anchor] = place
                anonymous[history.anchor] = place[:2]


def _present_place(env: BuildEnvironment, anchor: str) -> tuple[str, str, str] | None:
    """The docname, present anchor and spoken name of where a published anchor answers now."""
    final = archive_domain(env).ledger.resolve(anchor).final
    return env.domains.standard_domain.labels.get(final)


class MovedAnchors(SphinxPostTransform):
    """Lists at the end of a document the anchors that moved from it to another one."""

    default_priority = 7

    def run(self, **kwargs: object) -> None:
        domain = archive_domain(self.env)
        document = domain.documents.get(self.env.docname)
        if document is None:
            return
        moved = list(domain.gone(document.id))
        section = next(self.document.findall(nodes.section), None)
        if moved and section is not None:
            section += nodes.rubric("", "Moved from here")
            rows = (self._row(history) for history in moved)
            section += nodes.bullet_list("", *rows, classes=["moved-anchors"])

    def _row(self, history: History) -> nodes.list_item:
        words = nodes.paragraph("", "", nodes.literal("", history.anchor), nodes.Text(" moved"))
        if history.state is State.MOVED:
            words += nodes.Text(f" on {ArchiveDate(history.events[-1].date).spoken}")
        place = _present_place(self.env, history.anchor)
        if place is not None:
            docname, anchor, spoken = place
            words += nodes.Text(" to ")
            words += make_refnode(
                self.env._app.builder, self.env.docname, docname, anchor, nodes.inline("", spoken)
            )
        words += nodes.Text(".")
        return nodes.list_item("", words, ids=[history.anchor])


def redirect_pages(app: Sphinx) -> Iterator[GeneratedPage]:
    """A page at the address of each document that is gone, with every old anchor's new address."""
    domain = archive_domain(app.env)
    present = {document.id for document in domain.documents.values()}
    for document_id in sorted(domain.published):
        if document_id not in present:
            pagename = f"{FOLDER}/{document_id}"
            histories = domain.gone(document_id)
            rows = [row for history in histories if (row := _redirect(app, pagename, history))]
            context = {"title": "Moved", "moved_id": document_id, "rows": rows}
            yield GeneratedPage(
                pagename, "moved.html", context, partial(dict, context), listed=False
            )


def pages_in_a_book(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The same pages in an EPUB, which has no other pages without a source."""
    if app.builder.name == "epub":
        for page in redirect_pages(app):
            yield page.name, page.context(), page.template


def _redirect(app: Sphinx, pagename: str, history: History) -> dict[str, str] | None:
    place = _present_place(app.env, history.anchor)
    if place is None:
        return None  # the check of permanence has told that it is lost
    docname, anchor, spoken = place
    address = f"{app.builder.get_relative_uri(pagename, docname)}#{anchor}"
    return {"anchor": history.anchor, "address": address, "spoken": spoken}


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("env-updated", name_moved, priority=890)
    app.setup_extension("archive.site.generated")
    app.connect(EVENT, redirect_pages)
    app.connect("html-collect-pages", pages_in_a_book)
    app.add_post_transform(MovedAnchors)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
