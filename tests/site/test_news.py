"""Which events a feed has and which documents are the newest, in which order."""

from __future__ import annotations

from types import SimpleNamespace

from archive.model.ledger import Event, Kind, load, serialise
from archive.model.showing import page_of
from archive.site.know.relations import NEWEST, WHOLE, news
from archive.site.show.listings import newest_documents

LETTER = SimpleNamespace(name="letter", label="Letter")


def held(id_, *subjects):
    record = SimpleNamespace(subjects=subjects, cited=(), kind=LETTER)
    return SimpleNamespace(id=id_), record


def ledger(*events):
    found, problems = load("".join(f"{serialise(each)}\n" for each in events).encode(), "any")
    assert problems == []
    return found


def published(anchor, day="2026-01-01"):
    return Event(day, Kind.PUBLISH, anchor, sha256="0" * 64)


def test_a_document_is_once_in_the_feed_of_two_subjects_that_share_a_page():
    found = news(ledger(published("d-p1")), [held("d", "Oil lamps", "Oil Lamps")])
    assert len(found[page_of("Oil lamps")].events) == 1


def test_a_feed_is_full_with_the_newest_and_others_still_take_older_events():
    busy = [published(f"b{each}-p1", f"2026-02-{each // 2 + 1:02}") for each in range(56)]
    known = [held("old", "Lamps"), *(held(each.anchor.removesuffix("-p1"), "Oil") for each in busy)]
    found = news(ledger(published("old-p1"), *busy), known)
    assert len(busy) > len(found[WHOLE].events) == len(found[page_of("Oil")].events) == NEWEST
    assert [each.document for each in found[WHOLE].events[:2]] == ["b55", "b54"]
    assert [each.document for each in found[page_of("Lamps")].events] == ["old"]


def test_the_newest_documents_are_unpublished_or_published_last_and_stand_last_in_the_catalogue():
    days = {"a": 1, "b": 2, "c": 2, "d": None, "e": None, "f": 1, "g": 2}
    of = ledger(*(published(f"{id_}-p1", f"2026-01-0{day}") for id_, day in days.items() if day))
    view = SimpleNamespace(
        recorded=lambda: [(SimpleNamespace(id=id_), None) for id_ in days],
        histories=lambda id_: [each for anchor, each in of.items() if anchor == f"{id_}-p1"],
    )
    assert [document.id for document, _ in newest_documents(view)] == ["e", "d", "g", "c", "b"]
