"""Gathers what a document's data and its plain text are made from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from archive.citation.reference import Reference
from archive.citation.style import formatted, label
from archive.citation.works import csl
from archive.data.parts import Around, Named
from archive.data.passages import Contents, Gone, Piece, is_anchor
from archive.fidelity.quotations import find_quotations
from archive.model.fingerprint import normalise
from archive.model.ledger import State
from archive.site.know.facts import Block, Document
from archive.site.know.view import View
from archive.site.show.bibliography import cited_works
from archive.upstream.domains import reading_of


class Read(NamedTuple):
    """What was read of the blocks of a page, by anchor."""

    stands: Mapping[str, str]  # canonical JSON of the part of its seal
    said: Mapping[str, str]  # its words, as they are written


def contents_of(view: View, document: Document, reference: Reference, read: Read) -> Contents:
    """Return what the data of a document is made from."""
    works = [csl(work) for work in cited_works(view, document)]
    pieces, gone = tuple(_pieces(view, document, read)), tuple(_gone(view, document))
    order = json.loads(document.outline.order) if document.outline is not None else []
    return Contents(reference, pieces, order, gone, works, _around(view), {})


def _pieces(view: View, document: Document, read: Read) -> Iterator[Piece]:
    for block in document.blocks:
        said = read.said[block.anchor]
        yield Piece(
            block.anchor, block.locator, document.name(block), normalise(said),
            json.loads(read.stands[block.anchor]), block.parent, block.former,
            _quotations(said, block, document), view.history(block.anchor),
        )  # fmt: skip


def _quotations(said: str, block: Block, document: Document) -> tuple[str, ...]:
    if block.heading:
        return ()
    found = find_quotations(said, document.language or "en").quotations
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
            return Named(normalise(name), f"{address}#{id_}")
        is_document = view.own(page) is not None and page.rpartition("/")[2] == target
        return Named(normalise(name), address) if is_document else None

    works = reading_of(view.env).works

    def labelled(key: str) -> str:
        view.note("work", key)
        return normalise(label(works[key])) if key in works else key

    def entry(key: str) -> str:
        view.note("work", key)
        return normalise(str(formatted(works[key]))) if key in works else ""

    return Around(named, labelled, entry)
