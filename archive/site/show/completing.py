"""Completes the node tree of a page before translation.

Notes the references that Sphinx and MyST resolve themselves, and replaces placeholders by the parts
that need the facts of the whole archive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from docutils import nodes
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform

from archive.model import verifying
from archive.model.showing import marks
from archive.model.words import N_, words
from archive.site import item_mark, not_held, passage_label, placeholder
from archive.site.know.facts import Document
from archive.site.know.view import view_of
from archive.site.read import SIGNS
from archive.site.read.anchors import mentioned
from archive.site.show import DocumentTransform
from archive.site.show.drawings import archive_map, chronology_timeline
from archive.site.show.ledger import ledger
from archive.site.show.listings import catalogue, holdings, subject, subjects
from archive.upstream import builder_of
from archive.upstream.theme import mark

_NOTED = {"label": "label", "term": "term", "reference": "work"}  # kinds of facts by mentions


class NoteReferences(SphinxPostTransform):
    """Notes the labels, pages, terms and works that a page links to."""

    default_priority = 3  # before MyST resolves references, at 9, and Sphinx, at 10

    def run(self, **kwargs: object) -> None:
        view = view_of(self.env)
        for mention in mentioned(self.document):
            view.note(_NOTED[mention.kind], mention.target)


def _signs(env: BuildEnvironment, _docname: str) -> list[nodes.Node]:
    """Return the legend; that of pages has another one for paper, which a browser prints."""
    name, _ = builder_of(env).name, words(env.config.language)
    if name != "html":
        return [nodes.paragraph("", _(SIGNS.get(name, SIGNS["pdf"])))]
    said = (("on-screen", SIGNS[name]), ("on-paper", SIGNS["paper"]))
    return [nodes.paragraph("", _(text), classes=[where]) for where, text in said]


_NOBODY = N_(
    "This copy of the archive was made without an address for reports. Write to whoever hosts the "
    "site, or gave you the file: the short name of a passage is the same in every copy and leads "
    "them to the place."
)


def _contact(env: BuildEnvironment, _docname: str) -> list[nodes.Node]:
    """Return a sentence on where errors are reported."""
    address, _ = view_of(env).contact, words(env.config.language)
    if not address:
        return [nodes.paragraph("", _(_NOBODY))]
    link = nodes.reference("", address.removeprefix("mailto:"), refuri=address)
    said = (
        _("Write to {address}.") if address.startswith("mailto:") else _("Report it at {address}.")
    )
    before, after = said.split("{address}")
    return [nodes.paragraph("", "", nodes.Text(before), link, nodes.Text(after))]


# The functions that make the part of each directive, for the page with a docname.
PARTS: Mapping[str, Callable[[BuildEnvironment, str], list[nodes.Node]]] = {
    "archive-map": archive_map,
    "catalogue": catalogue,
    "contact": _contact,
    "holdings": holdings,
    "ledger": ledger,
    "signs": _signs,
    "subject": subject,
    "subjects": subjects,
    "timeline": chronology_timeline,
}


class FillPlaceholders(SphinxPostTransform):
    """Replaces each placeholder by its part; all facts are complete by now."""

    default_priority = 5
    needs = (placeholder,)

    def run(self, **kwargs: object) -> None:
        for place in list(self.document.findall(placeholder)):
            place.replace_self(PARTS[place["of"]](self.env, self.env.docname))


class SphinxWords(SphinxPostTransform):
    """Has what Sphinx says of itself said in the language of the page."""

    default_priority = 4

    def run(self, **kwargs: object) -> None:
        document = view_of(self.env).own(self.env.docname)
        own: str = self.config.language or "en"
        language = (document.language if document is not None else None) or own
        if language != own or not words(own).is_english:
            mark(self.document, language)


class NotHeldMarks(DocumentTransform):
    """Says what is not held between two passages in the language of the document."""

    default_priority = 7

    def complete(self, document: Document, section: nodes.section) -> None:
        for place in self.document.findall(not_held):
            said = verifying.not_held(place["what"], words(document.language))
            place.children = [nodes.Text(said)]


class ItemMarks(SphinxPostTransform):
    """Writes the marks of enumerations that the source shows otherwise than browsers can."""

    default_priority = 7
    needs = (nodes.enumerated_list,)
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        for enumeration in self.document.findall(nodes.enumerated_list):
            if "marks" in enumeration:
                enumeration["classes"].append("marked")
                first, kind = enumeration.get("start", 1), enumeration["enumtype"]
                for item, mark in zip(
                    enumeration.children, marks(enumeration["marks"], kind, first)
                ):
                    assert isinstance(item, nodes.list_item)
                    text = next(item.findall(nodes.paragraph), item)
                    behind_label = bool(text.children) and isinstance(text[0], passage_label)
                    text.insert(int(behind_label), item_mark("", mark))
