"""Keeps the PDF of a document that is gone answering: at its old address, with its old anchors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docutils import nodes

from archive.model.ledger import State
from archive.pdf import code
from archive.pdf.edition import Aliases, Edition, Settings
from archive.pdf.pages import draw_nodes, subject_of
from archive.pdf.words import words_of
from archive.site.know.facts import DOCUMENTS

if TYPE_CHECKING:
    from archive.pdf.addresses import Addresses
    from archive.site.know.domain import ArchiveDomain

# The docname, id and spoken name of each label, as Sphinx's standard domain has them.
Labels = Mapping[str, tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Gone:
    """A document id at whose address no document is any longer."""

    id: str
    places: Mapping[str, tuple[str, str, str]]  # of each of its anchors: docname, id, spoken name

    @property
    def docname(self) -> str:
        return f"{DOCUMENTS}/{self.id}"

    @property
    def path(self) -> str:
        """Of its PDF."""
        return f"{self.docname}.pdf"

    @property
    def heir(self) -> str | None:
        """The one document that holds all its anchors now; None where there are several."""
        docnames = {docname for docname, _id, _spoken in self.places.values()}
        return docnames.pop() if len(docnames) == 1 else None


def gone_documents(domain: ArchiveDomain, labels: Labels) -> Iterator[Gone]:
    """The document ids of the ledger that no document has."""
    present = {document.id for document in domain.documents.values()}
    for document_id in sorted(domain.published.keys() - present):
        places = {
            history.anchor: place
            for history in domain.gone(document_id)
            if (place := labels.get(domain.ledger.resolve(history.anchor).final)) is not None
        }
        if places:  # where none is left, the check of permanence has told it
            yield Gone(document_id, places)


def aliases(domain: ArchiveDomain, labels: Labels) -> Aliases:
    """Each anchor that moved, with the label in print of where it is now."""
    found = []
    for history in domain.ledger.histories.values():
        if history.state is State.MOVED:
            place = labels.get(domain.ledger.resolve(history.anchor).final)
            if place is not None:
                found.append((history.anchor, f"{place[0]}#{place[1]}"))
    return tuple(sorted(found))


def among(known: Aliases, docnames: set[str]) -> Aliases:
    """Those that lead to one of the pages."""
    return tuple((name, label) for name, label in known if label.partition("#")[0] in docnames)


def notice(gone: Gone, addresses: Addresses, settings: Settings) -> Edition:
    """A PDF that tells of each anchor where it is, where they are in several documents now."""
    words = words_of(settings.language)
    rows = (_row(anchor, place, words.moved_to) for anchor, place in sorted(gone.places.items()))
    section = nodes.section("", nodes.title("", words.moved), ids=[gone.id])
    section += nodes.paragraph("", "", nodes.literal("", gone.id))
    section += nodes.bullet_list("", *rows)
    subject = subject_of(gone.docname, f"{gone.docname}.md", addresses, settings.language, {})
    page = draw_nodes([section], subject)
    return Edition(
        path=gone.path,
        title=f"{words.moved}: {gone.id}",
        author=settings.editors,
        subjects=(),
        language=settings.language,
        address=f"{settings.base}{gone.docname}.html",
        settings=settings,
        pages=(page,),
        body=code.block([code.call("imprint", code.string(settings.archive)), page.code]),
    )


def _row(anchor: str, place: tuple[str, str, str], moved_to: str) -> nodes.list_item:
    docname, id_, spoken = place
    link = nodes.reference("", spoken, refuri=f"{docname}.html#{id_}")
    words = nodes.paragraph("", "", nodes.literal("", anchor), nodes.Text(f" {moved_to} "), link)
    return nodes.list_item("", words, ids=[anchor])
