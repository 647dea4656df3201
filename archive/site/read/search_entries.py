"""Stores the search entries of each page when the page is read.

Entries are the passages of a document, the terms of the glossary, the events of the chronology and
the sections of all other pages.  Generated parts, citations, records and, in the reading-room
edition, paragraphs of the source are added after reading, so the index does not hold them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from archive.model.crosswalk import in_order, written
from archive.model.dates import ArchiveDate
from archive.model.record import STATUSES, Record
from archive.model.relations import VERSIONS
from archive.model.settings import Settings
from archive.model.showing import SUBJECTS
from archive.model.words import N_, words
from archive.search import CHRONOLOGY, DOCUMENT, GLOSSARY, PAGE, SUBJECT, Entry, Place, Shelf
from archive.site.know.domain import archive_domain, document_being_read
from archive.site.know.facts import Document
from archive.site.read.anchors import anchored, heading_text, said_text

GAP = "…"  # stands for a link whose text Sphinx adds after reading
_BEFORE_A_MARK = re.compile(r" (?=[,.;:])")
SHELF = "search-entries"  # a folder beside the node trees, which is removed with them


def keep_entries(app: Sphinx, doctree: nodes.document) -> None:
    docname, document = app.env.current_document.docname, document_being_read(app.env)
    page = f"{docname}.html"
    if document is None:
        _ = words(app.config.language)
        terms, events = _terms(doctree, page, _(GLOSSARY)), _events(doctree, page, _(CHRONOLOGY))
        entries = [*_sections(doctree, page), *terms, *events]
    else:
        entries = list(_document(doctree, page, document, archive_domain(app.env).settings))
    shelf_of(app).put(docname, entries)


def drop_entries(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    shelf_of(app).drop(docname)


def shelf_of(app: Sphinx) -> Shelf:
    """The search entries of a build."""
    return Shelf(Path(app.doctreedir) / SHELF)


def _document(
    doctree: nodes.document, page: str, document: Document, settings: Settings
) -> Iterator[Entry]:
    record = document.record
    if record is None:
        return
    names, _ = (
        {block.anchor: document.name(block) for block in document.blocks},
        words(record.language),
    )
    places = tuple(
        Place(
            str(anchor),
            names.get(str(anchor))
            or settings.spoken(
                anchor, record.short_title, node.get("where", ""), record.language
            ),
            " ".join(filter(None, (node.get("locator"), _text(_said(node))))),
        )
        for node, anchor in anchored(doctree)
    )  # fmt: skip
    said = [
        "; ".join(agent.name for agent in record.cited), _(record.kind.label), record.date.said(_),
        record.neutral_citation, record.docket,
    ]  # fmt: skip
    about = " · ".join(filter(None, said))
    # What the record alone says; the id of the document is that of its title.
    card = Place(record.id, record.short_title, " · ".join(_said_by(record)))
    yield Entry(page, record.title, about, facets(record), (card, *places))


# What a reader asks for who does not know the archive's word for it.
_ASKED = {"unestablished": N_("whether it was adopted or rejected is not known")}


def _said_by(record: Record) -> Iterator[str]:
    yield from (agent.name for agent in record.agents)
    yield from filter(None, (record.neutral_citation, record.docket))
    _ = words(record.language)
    status = (_(STATUSES[record.status]), _(_ASKED.get(record.status, "")), record.status_note)
    yield ": ".join(filter(None, status))
    yield from record.subjects


def _said(node: nodes.Element) -> nodes.Node:
    return node[0] if isinstance(node, nodes.section) else node


def facets(record: Record) -> tuple[tuple[str, str], ...]:
    """Return the search filters of a document, as pairs of name and value."""
    coded = [
        *(("issuer", agent.name) for agent in record.cited),
        ("type", DOCUMENT),
        ("collection", record.collection_name),
        ("year", record.date.year or "unknown"),
    ]
    filters = [(name, str(value)) for name, _row, value in written(record, "search")]
    versions = [("version", each.target) for each in record.relations if each.kind in VERSIONS]
    order = "type collection kind issuer year language"
    return tuple(in_order([*coded, *filters, *versions], order))


def _sections(doctree: nodes.document, page: str) -> Iterator[Entry]:
    """Yield one entry for a page, with a place for each section."""
    places = [
        Place(section["ids"][0], heading_text(section[0]), _section_text(section))
        for section in doctree.findall(nodes.section)
        if section["ids"] and isinstance(section[0], nodes.title)
    ]
    if places:
        kind = SUBJECT if page.startswith(f"{SUBJECTS}/") else PAGE
        yield Entry(page, places[0].name, "", (("type", kind),), tuple(places))


def _terms(doctree: nodes.document, page: str, about: str) -> Iterator[Entry]:
    for glossary in doctree.findall(addnodes.glossary):
        for item in glossary.findall(nodes.definition_list_item):
            terms = [each for each in item.findall(nodes.term) if each["ids"]]
            if terms:
                title, *also = [term.astext() for term in terms]
                said = f"{', '.join((title, *also))}. {_text(item.children[-1])}"
                place = Place(terms[0]["ids"][0], "", said)
                yield Entry(page, title, about, (("type", GLOSSARY),), (place,), tuple(also))


def _events(doctree: nodes.document, page: str, about: str) -> Iterator[Entry]:
    for shown in doctree.findall(nodes.definition_list):
        if "edtf" not in shown:
            continue
        item = shown.children[0]
        assert isinstance(item, nodes.definition_list_item)
        date = ArchiveDate.parse(shown["edtf"])
        facets = (("type", CHRONOLOGY), ("year", date.year or "unknown"))
        place = Place(shown["ids"][0], "", _text(shown))
        yield Entry(page, item[0].astext(), about, facets, (place,))


def _section_text(section: nodes.section) -> str:
    """Return a section's text without subsections, glossary terms and events."""
    own = (_text(child) for child in section.children if not _has_own_entry(child))
    return " ".join(filter(None, own))


def _has_own_entry(node: nodes.Node) -> bool:
    if isinstance(node, (nodes.section, addnodes.glossary)):
        return True
    return isinstance(node, nodes.definition_list) and "edtf" in node


def _text(node: nodes.Node) -> str:
    if isinstance(node, nodes.Element) and "stated-in" in node.get("classes", ()):
        return ""
    if isinstance(node, (nodes.definition_list, nodes.definition_list_item, nodes.definition)):
        return " ".join(filter(None, map(_text, node.children)))
    said = " ".join(said_text(node, GAP).replace(f" ({GAP})", "").split())
    return _BEFORE_A_MARK.sub("", said)  # where a citation stood
