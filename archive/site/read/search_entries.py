"""Keeps what each page says for the search index, as the page is read.

A document's passages, the entries of the glossary, the events of the chronology and the sections of
all other pages.  What a page shows of others, how it is cited, its record and, in the reading-room
edition, the paragraphs of its source are added later and are not searched.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

from archive.model.crosswalk import in_order, written
from archive.model.dates import ArchiveDate
from archive.search.entry import CHRONOLOGY, DOCUMENT, GLOSSARY, PAGE, Entry, Place, Shelf
from archive.site.know.domain import archive_domain
from archive.site.know.facts import Document
from archive.site.read.anchors import anchored, said_text

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from archive.model.record import Record


GAP = "…"

SHELF = "searched"  # below the folder of the node trees, with which it comes and goes


def keep_entries(app: Sphinx, doctree: nodes.document) -> None:
    """Put the entries of a page that was read on the shelf."""
    docname = app.env.current_document.docname
    document = archive_domain(app.env).documents.get(docname)
    page = f"{docname}.html"
    if document is None:
        entries = [*_sections(doctree, page), *_terms(doctree, page), *_events(doctree, page)]
    else:
        entries = list(_document(doctree, page, document))
    _shelf(app).put(docname, entries)


def drop_entries(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Take the entries of a page from the shelf."""
    _shelf(app).drop(docname)


def _shelf(app: Sphinx) -> Shelf:
    return Shelf(Path(app.doctreedir) / SHELF)


def _document(doctree: nodes.document, page: str, document: Document) -> Iterator[Entry]:
    record = document.record
    if record is None:
        return
    places = tuple(
        Place(str(anchor), anchor.spoken(record.short_title), _said(_speaking(node)))
        for node, anchor in anchored(doctree)
    )
    about = " · ".join((record.issuer, record.kind.capitalize(), record.date.spoken))
    yield Entry(page, record.title, about, facets(record), places)


def facets(record: Record) -> tuple[tuple[str, str], ...]:
    """What one can filter documents by."""
    coded = [
        ("type", DOCUMENT),
        ("collection", record.collection_name),
        ("year", record.date.year or "unknown"),
    ]
    filters = [(name, value) for name, _row, value in written(record, "search")]
    return tuple(in_order(coded + filters, "type collection kind issuer year language"))


def _sections(doctree: nodes.document, page: str) -> Iterator[Entry]:
    """A page as one entry, each of its sections a place."""
    places = [
        Place(section["ids"][0], section[0].astext(), _words(section))
        for section in doctree.findall(nodes.section)
        if section["ids"] and isinstance(section[0], nodes.title)
    ]
    if places:
        yield Entry(page, places[0].name, "", (("type", PAGE),), tuple(places))


def _terms(doctree: nodes.document, page: str) -> Iterator[Entry]:
    for glossary in doctree.findall(addnodes.glossary):
        for item in glossary.findall(nodes.definition_list_item):
            term = next((each for each in item.findall(nodes.term) if each["ids"]), None)
            if term is not None:
                title = term.astext()
                said = f"{title}. {_said(item.children[-1])}"
                place = Place(term["ids"][0], "", said)
                yield Entry(page, title, GLOSSARY, (("type", GLOSSARY),), (place,))


def _events(doctree: nodes.document, page: str) -> Iterator[Entry]:
    for shown in doctree.findall(nodes.definition_list):
        if "edtf" not in shown:
            continue
        item = shown.children[0]
        assert isinstance(item, nodes.definition_list_item)
        date = ArchiveDate.parse(shown["edtf"])
        facets = (("type", CHRONOLOGY), ("year", date.year or "unknown"))
        place = Place(shown["ids"][0], "", _said(shown))
        yield Entry(page, item[0].astext(), CHRONOLOGY, facets, (place,))


def _speaking(block: nodes.Element) -> nodes.Node:
    """What speaks for a block of a document: the block itself; a section's heading."""
    return block[0] if isinstance(block, nodes.section) else block


def _words(section: nodes.section) -> str:
    """What a section says that no smaller section, entry of a glossary or event says."""
    return " ".join(
        filter(None, (_said(child) for child in section.children if not _stands_alone(child)))
    )


def _stands_alone(node: nodes.Node) -> bool:
    if isinstance(node, (nodes.section, addnodes.glossary)):
        return True
    return isinstance(node, nodes.definition_list) and "edtf" in node


def _said(node: nodes.Node) -> str:
    if isinstance(node, nodes.Element) and "stated-in" in node.get("classes", ()):
        return ""
    if isinstance(node, (nodes.definition_list, nodes.definition_list_item, nodes.definition)):
        return " ".join(filter(None, map(_said, node.children)))
    return " ".join(said_text(_worded(node)).replace(f" ({GAP})", "").split())


def _worded(node: nodes.Node) -> nodes.Node:
    """The same, with words for each link that is written without any.

    Within the page it has the name of the passage by now; elsewhere a gap stands for it.
    """
    if not any(map(_is_wordless, node.findall(nodes.Element))):
        return node
    worded = node.deepcopy()
    for link in [each for each in worded.findall(nodes.Element) if _is_wordless(each)]:
        link.parent.replace(link, nodes.Text(link.astext() or GAP))
    return worded


def _is_wordless(node: nodes.Node) -> bool:
    if isinstance(node, addnodes.pending_xref):
        return node.get("refdomain") != "cite" and not node.astext()
    return isinstance(node, nodes.reference) and bool(node.get("wordless"))
