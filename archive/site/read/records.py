"""Reads a document's record before its text, its card, and what became of quotations it follows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from archive.citation.metadata import Line, brief, card
from archive.fidelity.attestation import Attestation, AttestedOrigin
from archive.fidelity.quotations import Quotation, find_quotations
from archive.model import Problem
from archive.model.frontmatter import unfinished
from archive.model.passage import normalise
from archive.model.record import Record, parse_record
from archive.model.relations import Relation, origins
from archive.model.showing import SUBJECTS
from archive.model.words import words
from archive.site import held_in_part, record_card
from archive.site.know.domain import archive_domain, document_being_read
from archive.site.know.facts import DOCUMENTS, Document, Traced, is_document
from archive.site.read.anchors import anchored, said_text
from archive.site.read.sources import read_attestation

# --- Reads a document's record before its text, and inserts the record card below the title.

# ASCII punctuation, which Markdown escapes with a backslash (CommonMark, 2.4).
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_ESCAPED = r"\\\g<0>"


def read_record(app: Sphinx, docname: str, source: list[str]) -> None:
    """Parse a document's record from its source, and store it or its problems."""
    if not is_document(docname):
        return
    path = app.env.doc2path(docname, base=False).as_posix()
    domain = archive_domain(app.env)
    record, problems = parse_record(source[0], path, PurePosixPath(docname).name, domain.settings)
    problems += _misplaced(docname, path)
    domain.documents[docname] = Document(
        docname, path, record,
        problems=tuple(problems), unwritten=tuple(unfinished(source[0], path)),
    )  # fmt: skip
    if record is not None:
        source[0] = _with_title_alone(source[0], record.title)


def _misplaced(docname: str, path: str) -> list[Problem]:
    """A document has one address for good, which a folder within documents/ would change."""
    name = PurePosixPath(docname).name
    if docname == f"{DOCUMENTS}/{name}":
        return []
    return [Problem(
        path, 1, "document-folder",
        f"The document is in a folder, so its address {DOCUMENTS}/{name}.html has no page.",
        f"move the file to {DOCUMENTS}/{name}.md.",
    )]  # fmt: skip


def _with_title_alone(text: str, title: str) -> str:
    """Replace the front matter by a heading, the title, escaped, on as many lines as before.

    MyST makes a heading of the title and needs nothing else; it would parse the record twice more.
    """
    front, _fence, body = text.partition("\n---")
    heading = _PUNCTUATION.sub(_ESCAPED, title).replace("\n", " ")
    return f"# {heading}" + "\n" * (front.count("\n") + 1) + body


def leave_toctrees(app: Sphinx, doctree: nodes.document) -> None:
    """Mark documents as orphans: readers reach them through the catalogue, not a toctree.

    Pages that introduce a subject are reached through records.
    """
    docname = app.env.current_document.docname
    if is_document(docname) or docname.startswith(f"{SUBJECTS}/"):
        app.env.metadata[docname]["orphan"] = "true"


class RecordCard(SphinxTransform):
    """Inserts the record card below a document's title."""

    default_priority = 830

    def apply(self, **kwargs: object) -> None:
        document = document_being_read(self.env)
        section = next(self.document.findall(nodes.section), None)
        if document is not None and document.record is not None and section is not None:
            _ = words(document.record.language)
            card = record_card(
                "", field_list(document.record), brief=brief(document.record), name=_("Record")
            )
            section[1:1] = [*_notice(document.record), card]  # after the title


def _notice(record: Record) -> list[nodes.Node]:
    """Return what readers must know before they read: that parts of the original are missing."""
    said = record.extent.told(words(record.language)) if record.extent else ""
    return [held_in_part("", said)] if said else []


def field_list(record: Record) -> nodes.field_list:
    """Return a record as the crosswalk's card; fields with the same label share an item."""
    fields = nodes.field_list(classes=["record-fields"])
    fields += [field(label, map(_paragraph, lines)) for label, lines in card(record).items()]
    return fields


def field(label: str, body: Iterable[nodes.Node]) -> nodes.field:
    """Return an item of the card."""
    return nodes.field("", nodes.field_name("", label), nodes.field_body("", *body))


def _paragraph(line: Line) -> nodes.paragraph:
    words, drawn, address = line
    match drawn:
        case "note":
            return nodes.paragraph("", words, classes=["record-note"])
        case "link":
            return nodes.paragraph("", "", nodes.reference("", words, refuri=address))
        case "code" | "fingerprint":  # the last word
            before, space, last = words.rpartition(" ")
            classes = ["record-fingerprint"] if drawn == "fingerprint" else []
            return nodes.paragraph("", before + space, nodes.literal("", last), classes=classes)
    return nodes.paragraph("", words)


# --- Reads what became of the quotations that a record follows to their origin.


def follow_quotations(app: Sphinx, doctree: nodes.document) -> None:
    """Store what is attested of the quotations that the record of the document being read follows.

    Report those that no passage has.
    """
    document = document_being_read(app.env)
    if document is None or not _quoting(document):
        return
    domain, said = archive_domain(app.env), _quoted(document, doctree)
    attestation, _problems = read_attestation(Path(app.srcdir), document)
    domain.vouching[document.docname] = replace(
        domain.vouching[document.docname], traced=tuple(_all_traced(document, said, attestation))
    )
    domain.add_faults(document.docname, _unquoted(document, said))


Quoted = Mapping[str, Sequence[Quotation]]  # the quotations of passages, by anchor


def _quoting(document: Document) -> list[Relation]:
    relations = document.record.relations if document.record is not None else ()
    return [each for each in relations if each.passage and each.kind == "quotes"]


def _quoted(document: Document, doctree: nodes.document) -> Quoted:
    """Return the quotations of the passages that are followed."""
    wanted = {each.anchor(document.id) for each in _quoting(document)}
    return {
        str(anchor): find_quotations(said_text(node)).quotations
        for node, anchor in anchored(doctree)
        if wanted.intersection(node["ids"])
    }


def _all_traced(
    document: Document, quoted: Quoted, attestation: Attestation | None
) -> Iterator[Traced]:
    """Yield what is attested of each quotation, for each passage or work that it leads to."""
    relations = _quoting(document)
    known = {
        (passage.fingerprint, origin.quotation, origin.target): origin
        for passage in (attestation.passages if attestation is not None else ())
        for origin in passage.origins
    }
    for block in document.blocks:
        names = (block.anchor, *block.former)
        labels = dict.fromkeys(
            each.passage for each in relations if each.anchor(document.id) in names
        )
        for quotation in quoted.get(block.anchor, ()):
            for relation in (
                r for label in labels for r in origins(relations, label, quotation.text)
            ):
                found = known.get((block.fingerprint, quotation.span, relation.target))
                yield _traced(block.anchor, quotation.text, relation, found)


def _traced(anchor: str, words: str, relation: Relation, found: AttestedOrigin | None) -> Traced:
    if found is None:
        return Traced(anchor, words, relation)
    return Traced(
        anchor, words, relation, found.result, found.source_sha256, found.paragraph,
        found.differences,
    )  # fmt: skip


def _unquoted(document: Document, quoted: Quoted) -> Iterator[Problem]:
    """Yield a problem for each line that names a quotation which its passage does not have."""
    by_anchor = {
        name: quoted[block.anchor]
        for block in document.blocks if block.anchor in quoted
        for name in (block.anchor, *block.former)
    }  # fmt: skip
    for relation in _quoting(document):
        there = by_anchor.get(relation.anchor(document.id))
        said = [normalise(each.text) for each in there or ()]
        if there is not None and not (
            normalise(relation.words) in said if relation.words else said
        ):
            words = f"does not quote “{relation.words}”" if relation.words else "quotes nothing"
            yield Problem(
                document.path, relation.line, "relation-quotation",
                f"The passage {relation.passage} {words}.",
                "write the words between quotation marks as the passage has them, or remove the "
                "line.",
            )  # fmt: skip
