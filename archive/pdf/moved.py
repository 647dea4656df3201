"""Keeps moved anchors and the PDFs of gone documents answering at their old addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docutils import nodes

from archive.model.ledger import State
from archive.pdf import code
from archive.pdf.edition import Aliases, Edition, Settings, block
from archive.pdf.language import words_of
from archive.pdf.pages import draw_nodes, subject_of
from archive.site.know.facts import DOCUMENTS

if TYPE_CHECKING:
    from archive.pdf.pen import Addresses
    from archive.site.know.view import Label, View


@dataclass(frozen=True, slots=True)
class GoneDocument:
    """A document id that the ledger knows and no document has any longer."""

    id: str
    places: Mapping[str, Label]  # where each of its anchors is now

    @property
    def docname(self) -> str:
        return f"{DOCUMENTS}/{self.id}"

    @property
    def path(self) -> str:
        """The path of its PDF."""
        return f"{self.docname}.pdf"

    @property
    def heir(self) -> str | None:
        """The docname of the document that has all its anchors now; None if there are several."""
        docnames = {docname for docname, _id, _spoken in self.places.values()}
        return docnames.pop() if len(docnames) == 1 else None


def gone_documents(view: View) -> Iterator[GoneDocument]:
    """The documents that are gone and whose anchors are elsewhere now."""
    for document_id in sorted(view.published()):
        if view.stands(f"{DOCUMENTS}/{document_id}"):
            continue
        places = {
            history.anchor: place
            for history in view.gone(document_id)
            if (place := view.present_place(history.anchor)) is not None
        }
        if places:  # if none is left, the check of permanence has reported it
            yield GoneDocument(document_id, places)


def moved_anchors(view: View) -> Aliases:
    """Each anchor that moved, with the label in print of its present place."""
    places = {
        history.anchor: place
        for histories in view.published().values()
        for history in histories
        if history.state is State.MOVED
        and (place := view.present_place(history.anchor)) is not None
    }
    return tuple(sorted((anchor, f"{place[0]}#{place[1]}") for anchor, place in places.items()))


def leading_to(aliases: Aliases, docnames: set[str]) -> Aliases:
    """The aliases that lead to one of the pages."""
    return tuple((name, label) for name, label in aliases if label.partition("#")[0] in docnames)


def notice(gone: GoneDocument, addresses: Addresses, settings: Settings) -> Edition:
    """A PDF that tells where each anchor is, for anchors that are in several documents now."""
    words = words_of(settings.language)
    rows = (_row(anchor, place, words.moved_to) for anchor, place in sorted(gone.places.items()))
    section = nodes.section("", nodes.title("", words.moved), ids=[gone.id])
    section += nodes.paragraph("", "", nodes.literal("", gone.id))
    section += nodes.bullet_list("", *rows)
    subject = subject_of(gone.docname, f"{gone.docname}.md", addresses, settings.language, {})
    imprint = code.call("imprint", code.string(settings.archive))
    return Edition(
        path=gone.path,
        title=f"{words.moved}: {gone.id}",
        author=settings.editors,
        subjects=(),
        language=settings.language,
        address=f"{settings.base}{gone.docname}.html",
        settings=settings,
        body=block(imprint, draw_nodes([section], subject)),
    )


def _row(anchor: str, place: Label, moved_to: str) -> nodes.list_item:
    docname, id_, spoken = place
    link = nodes.reference("", spoken, refuri=f"{docname}.html#{id_}")
    words = nodes.paragraph("", "", nodes.literal("", anchor), nodes.Text(f" {moved_to} "), link)
    return nodes.list_item("", words, ids=[anchor])
