"""Reads each document's record before its text, and shows it as a card below the title."""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.transforms import SphinxTransform

from archive.model.crosswalk import Drawn, written
from archive.model.draft import unfinished
from archive.model.record import Record, parse_record
from archive.site.know.domain import archive_domain
from archive.site.know.facts import Document, is_document
from archive.site.nodes import record_card

if TYPE_CHECKING:
    from sphinx.application import Sphinx


# A title is plain text, of which MyST makes a heading in Markdown (CommonMark, 2.4).
_MARKED = re.compile(r"[!-/:-@\[-`{-~]")

_ESCAPED = r"\\\g<0>"


def read_record(app: Sphinx, docname: str, source: list[str]) -> None:
    """Keep the record of a document, or its problems, as the document is read."""
    if not is_document(docname):
        return
    path = Path(app.env.doc2path(docname)).relative_to(app.srcdir).as_posix()
    record, problems = parse_record(source[0], path, PurePosixPath(docname).name)
    archive_domain(app.env).documents[docname] = Document(
        docname, path, record,
        problems=tuple(problems), unwritten=tuple(unfinished(source[0], path)),
    )  # fmt: skip
    if record is not None:
        source[0] = with_title_alone(source[0], record.title)


def with_title_alone(text: str, title: str) -> str:
    """A document whose front matter has the title alone, on as many lines as before.

    The record was read by now; MyST, which would read it twice more, wants no more of it.
    """
    front, fence, body = text.partition("\n---")
    kept = f"---\ntitle: {json.dumps(_MARKED.sub(_ESCAPED, title))}"
    return kept + "\n" * (front.count("\n") - 1) + fence + body


def leave_toctrees(app: Sphinx, doctree: nodes.document) -> None:
    """Tell Sphinx that documents are reached through the catalogue, not through a toctree."""
    docname = app.env.current_document.docname
    if is_document(docname):
        app.env.metadata[docname]["orphan"] = "true"


class RecordCard(SphinxTransform):
    """Puts the record's card below the document's title."""

    default_priority = 830

    def apply(self, **kwargs: object) -> None:
        document = archive_domain(self.env).documents.get(self.env.current_document.docname)
        section = next(self.document.findall(nodes.section), None)
        if document is None or document.record is None or section is None:
            return
        card = record_card("", field_list(document.record))
        section.insert(1, card)  # after the title


def field_list(record: Record) -> nodes.field_list:
    """The record as a field list, as its rows say; fields with the same label share an item."""
    card: dict[str, list[nodes.paragraph]] = {}
    for label, row, value in written(record, "card"):
        card.setdefault(label, []).append(_paragraph(row.words(value), row.drawn))
    fields = nodes.field_list(classes=["record-fields"])
    for label, body in card.items():
        fields += nodes.field("", nodes.field_name("", label), nodes.field_body("", *body))
    return fields


def _paragraph(words: str, drawn: Drawn) -> nodes.paragraph:
    match drawn:
        case "note":
            return nodes.paragraph("", words, classes=["record-note"])
        case "link":
            shown = nodes.reference("", words.partition("://")[2], refuri=words)
            return nodes.paragraph("", "", shown)
        case "code" | "fingerprint":  # the last word
            before, space, last = words.rpartition(" ")
            classes = ["record-fingerprint"] if drawn == "fingerprint" else []
            return nodes.paragraph("", before + space, nodes.literal("", last), classes=classes)
    return nodes.paragraph("", words)
