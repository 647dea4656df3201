"""Reads each document's record before its text, and shows it as a card below the title."""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.transforms import SphinxTransform

from archive.model.draft import unfinished
from archive.model.record import STATUSES, Record, parse_record
from archive.site.know.domain import archive_domain
from archive.site.know.facts import Document, is_document
from archive.site.nodes import record_card

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx


# A title is plain text, of which MyST makes a heading in Markdown (CommonMark, 2.4).
_MARKED = re.compile(r"[!-/:-@\[-`{-~]")

_ESCAPED = r"\\\g<0>"


def read_record(app: Sphinx, docname: str, source: list[str]) -> None:
    """Keep the record of a document, or its problems, as the document is read."""
    if not is_document(docname):
        return
    path = Path(app.env.doc2path(docname)).relative_to(app.srcdir).as_posix()
    domain = archive_domain(app.env)
    record, problems = parse_record(source[0], path, PurePosixPath(docname).name, domain.settings)
    domain.documents[docname] = Document(
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
    """The record as a field list."""
    fields = nodes.field_list(classes=["record-fields"])
    for name, body in _fields(record):
        fields += nodes.field(
            "",
            nodes.field_name("", name),
            nodes.field_body("", *(p for p in body if p is not None)),
        )
    return fields


def _fields(record: Record) -> Iterator[tuple[str, list[nodes.paragraph | None]]]:
    source = record.source
    if record.title_note:
        yield "Title", [_note(record.title_note)]
    yield "Issuer", [_text(record.issuer), _note(record.issuer_note)]
    yield "Kind", [_text(record.kind.capitalize())]
    yield "Date", [_text(_capitalised(record.date.spoken)), _note(record.date_note)]
    yield "Status", [_text(STATUSES[record.status]), _note(record.status_note)]
    yield "Subjects", [_text("; ".join(record.subjects))]
    yield (
        "Source",
        [
            _text(source.publisher or "Publisher and place of publication unknown"),
            _text(f"“{source.title}”") if source.title else None,
            _link(source.address) if source.address else None,
            _note(f"{source.paragraphs} paragraph{'' if source.paragraphs == 1 else 's'}"),
            _fingerprint("SHA-256", source.sha256),
            _fingerprint("taken from a file with SHA-256", source.file_sha256),
        ],
    )
    yield "Rights", [_text(record.rights)]
    yield "Document id", [_code(record.id)]


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _text(text: str) -> nodes.paragraph:
    return nodes.paragraph("", text)


def _note(text: str | None) -> nodes.paragraph | None:
    return nodes.paragraph("", text, classes=["record-note"]) if text else None


def _code(text: str) -> nodes.paragraph:
    return nodes.paragraph("", "", nodes.literal("", text))


def _fingerprint(what: str, sha256: str | None) -> nodes.paragraph | None:
    if sha256 is None:
        return None
    return nodes.paragraph(
        "", f"{what} ", nodes.literal("", sha256), classes=["record-fingerprint"]
    )


def _link(address: str) -> nodes.paragraph:
    shown = address.partition("://")[2]
    return nodes.paragraph("", "", nodes.reference("", shown, refuri=address))
