"""What is written as data and plain text, and the pages that tell of it and that check texts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache, partial
from typing import Any, NamedTuple

from sphinx.application import Sphinx
from sphinxcontrib.bibtex.domain import Citation

from archive.citation.metadata import TEXT, brief
from archive.citation.reference import Reference
from archive.citation.style import formatted, label
from archive.citation.works import Work, csl
from archive.citation.works_export import to_take
from archive.data import Around, Named, passages, whole
from archive.data.passages import NOTHING, Contents, Gone, Piece, is_anchor
from archive.data.whole import Entry
from archive.fidelity.languages import quotation_marks
from archive.fidelity.quotations import find_quotations
from archive.model.ledger import State
from archive.model.passage import normalise
from archive.model.seal import cited
from archive.model.words import direction, named, spoken_in, words
from archive.site.know.facts import Block, Document
from archive.site.know.outputs import GeneratedPage
from archive.site.know.view import View, view_of
from archive.site.show.bibliography import ALL_WORKS
from archive.site.show.listings import COLLECTIONS
from archive.upstream.domains import reading_of

# --- Gathers what is written as data and plain text, and makes the page that tells of it.


class _Lead(NamedTuple):
    name: str
    address: str


class Read(NamedTuple):
    """What was read of the blocks of a page, by anchor."""

    stands: Mapping[str, str]  # canonical JSON of the part of its seal
    said: Mapping[str, str]  # its words, as they are written


def contents_of(view: View, document: Document, reference: Reference, read: Read) -> Contents:
    """Return what the data of a document is made from."""
    pieces, gone = tuple(_pieces(view, document, read)), tuple(_gone(view, document))
    order = json.loads(document.outline.order) if document.outline is not None else []
    known, keys = reading_of(view.env).works, cited([*order, *(each.part for each in pieces)])
    works = [_told(known[work.entry.key]).csl for work in view.works_among(keys)]
    around, wordings = _around(view), view.wordings(document.id)
    return Contents(reference, pieces, order, gone, works, around, wordings, keys)


class _Told(NamedTuple):
    """What data and text say of a work."""

    label: str
    entry: str  # in the bibliography
    csl: str  # JSON


@lru_cache(maxsize=1024)  # several documents cite a work
def _told(work: Work) -> _Told:
    entry = normalise(str(formatted(work)))
    return _Told(normalise(label(work)), entry, passages.encode(csl(work)))


def _pieces(view: View, document: Document, read: Read) -> Iterator[Piece]:
    former = view.former(document.id)
    for block in document.blocks:
        said = read.said[block.anchor]
        part = json.loads(read.stands[block.anchor]) or NOTHING
        yield Piece(
            block.anchor, block.locator, document.name(block), normalise(said),
            part, block.parent, former.get(block.anchor, ()),
            _quotations(said, block, document), view.history(block.anchor),
        )  # fmt: skip


def _quotations(said: str, block: Block, document: Document) -> tuple[str, ...]:
    language = document.language or "en"
    if block.heading or not any(mark in said for mark in quotation_marks(language)):
        return ()
    found = find_quotations(said, language).quotations
    return tuple(normalise(each.text) for each in found)


def _gone(view: View, document: Document) -> Iterator[Gone]:
    for history in view.histories(document.id):
        if history.state is not State.LIVE:
            yield Gone(history, view.final(history.anchor))


def _around(view: View) -> Around:
    @cache
    def named(target: str) -> Named | None:
        final = view.final(target) if is_anchor(target) else target
        place = view.label(final)
        if place is None:
            return None
        page, id_, name = place
        address = f"{view.settings.base}{page}.html"
        if is_anchor(target):
            return _Lead(normalise(name), f"{address}#{id_}")
        is_document = view.own(page) is not None and page.rpartition("/")[2] == target
        return _Lead(normalise(name), address) if is_document else None

    works = reading_of(view.env).works

    def labelled(key: str) -> str:
        view.note("work", key)
        return _told(works[key]).label if key in works else key

    def entry(key: str) -> str:
        view.note("work", key)
        return _told(works[key]).entry if key in works else ""

    return Around(named, labelled, entry)


def works_as_data(view: View) -> str:
    """Return all works cited, one a line."""
    return whole.works(_works(view))


def _works(view: View) -> Iterator[dict[str, Any]]:
    known, cited, base = reading_of(view.env).works, view.all_cited(), view.settings.base
    found: dict[str, Citation] = {}
    for work in view.works():
        found.setdefault(work.entry.key, work)
    for key, work in found.items():
        row = {
            "key": key,
            "label": work.formatted_entry.label,
            "text": str(work.formatted_entry.text).strip(),
            "address": f"{base}{view.page_of(work)}.html#{work.citation_id}",
            "csl": csl(known[key]),
        }
        anchors = [place.block.anchor for place in cited.get(key, ())]
        yield row | ({"cited_by": anchors} if anchors else {})


def llms(view: View) -> str:
    """Return ``llms.txt``: of a large archive with the pages that list its documents."""
    if view.is_split():
        _ = words(view.env.config.language)
        pages = [
            Entry(part.title(_), f"{COLLECTIONS}/{part.slug}.html", f"{len(part.items)} documents")
            for part in view.collections()
        ]
        return whole.llms(view.settings, pages)
    documents = [
        Entry(record.title, f"{document.docname}.{TEXT.suffix}", brief(record))
        for document, record in view.recorded()
    ]
    return whole.llms(view.settings, documents)


def data_page(app: Sphinx) -> Iterator[GeneratedPage]:
    """Yield the page on all data, unless the archive has one of its own."""
    if whole.PAGE not in app.env.found_docs:
        yield GeneratedPage(whole.PAGE, "data.html", partial(_data, view_of(app.env)))


def _data(view: View) -> dict[str, Any]:
    settings, _ = view.settings, words(view.env.config.language)
    return {
        "title": _("Data"),
        "names": whole,
        "works": [address for _name, address in to_take(ALL_WORKS)],
        "schemas": list(whole.schemas(settings.base)),
        "has_ledger": view.whole_ledger() is not None,
        "base": settings.base,
        "licence": settings.licence,
        "example": next((document.id for document, _record in view.recorded()), ""),
        "work": min(view.all_cited(), default="some-work"),
    }


# --- The page that checks a reader's own text against the archive, ``check.html``.
#
# Nothing of the text leaves the reader's machine: scripts read it, and load files of the archive
# alone.  For each language that documents have and a catalogue knows there is a page, such as
# ``check.fr.html``; documents in that language lead there.

CHECK = "check"  # the name of the page, and the beginning of those in other languages


def check_page(language: str | None, own: str) -> str:
    """Return the name of the page that speaks a language, in an archive with its ``own``."""
    spoken = spoken_in(language, own)
    return CHECK if spoken == own else f"{CHECK}.{spoken}"


def language_of(pagename: str, own: str) -> str | None:
    """Return the language of a page of this kind; None for any other page."""
    name, _dot, language = pagename.partition(".")
    return (language or own) if name == CHECK else None


def check_pages(app: Sphinx) -> Iterator[GeneratedPage]:
    """Yield the page in each language, that of the archive first."""
    own = app.config.language
    for language in _languages(app):
        name = check_page(language, own)
        context = partial(_context, app, language)
        yield GeneratedPage(name, "check.html", context, listed=name == CHECK)


def _languages(app: Sphinx) -> list[str]:
    own = app.config.language
    found = {check_page(each, own): each for each in view_of(app.env).languages()}
    return [own, *(language for name, language in sorted(found.items()) if name != CHECK)]


def _context(app: Sphinx, language: str) -> dict[str, Any]:
    own, _ = app.config.language, words(language)
    return {
        "title": _("Check my text"),
        "base": app.config.html_baseurl,
        "tongues": [
            (check_page(each, own), each, direction(each), named(each, each))
            for each in _languages(app) if each != language
        ],
    }  # fmt: skip
