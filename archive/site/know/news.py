"""Which feeds the site has, and the last events of each: of the archive, a subject, issuer or kind.

All are found in one pass over the events, newest first.  Each has a bounded number of them, so that
a feed does not grow with the archive.  What happened at once to many passages of a document is told
once: else a document of sixty articles would push out all others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter

from archive.model.ledger import Event, History, Kind, Ledger
from archive.model.passage import names_passage
from archive.model.record import Record
from archive.model.showing import page_of
from archive.site.know.facts import Document

NEWEST = 50  # entries of a feed
WHOLE = "archive"  # the name of the feed of the whole archive
FEEDS = "feeds"  # the folder of those that have no page of their own


# How many passages of a document have an entry each, if the same happens to them on one day.
_EACH = {Kind.PUBLISH: 1, Kind.MOVE: 3, Kind.WITHDRAW: 3}


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened to a passage, to a document, or at once to many of its passages."""

    event: Event  # of many, that of the first passage
    passages: int = 1

    @property
    def document(self) -> str:
        return document_of(self.event)


@dataclass(frozen=True, slots=True)
class News:
    """A feed."""

    facet: str  # "subject", "issuer" or "kind"; empty of the whole archive
    label: str  # what it is about
    events: list[Happened] = field(default_factory=list)  # newest first


def news(ledger: Ledger, held: Iterable[tuple[Document, Record]]) -> dict[str, News]:
    """Return the feeds by their names, which are paths without a suffix."""
    found = {WHOLE: News("", "")}
    feeds: defaultdict[str, list[str]] = defaultdict(lambda: [WHOLE])  # of each document
    for document, record in held:
        for name, facet, label in _facets(record):
            found.setdefault(name, News(facet, label))
            if name not in feeds[document.id]:
                feeds[document.id].append(name)
    open_ = len(found)  # feeds that are not full
    for happened in newest(ledger.histories.values(), ledger.documents.values()):
        for name in feeds[happened.document]:
            if len(found[name].events) < NEWEST:
                found[name].events.append(happened)
                open_ -= len(found[name].events) == NEWEST
        if not open_:
            break
    return found


def _facets(record: Record) -> Iterator[tuple[str, str, str]]:
    """Yield the name of each feed that a document is in, by what, and what it is about."""
    for subject in record.subjects:
        yield page_of(subject), "subject", subject
    for agent in record.cited:
        yield _name("issuer", agent.name), "issuer", agent.name
    yield _name("kind", record.kind.name), "kind", record.kind.label


def _name(facet: str, label: str) -> str:
    return f"{FEEDS}/{facet}-{page_of(label).rpartition('/')[2]}"


def newest(
    histories: Iterable[History], described: Iterable[Sequence[Event]]
) -> Iterator[Happened]:
    """Yield what happened to passages and documents and is news, newest first.

    What the archive adds to a document, notes and headings, is none; nor is a first seal.
    """
    days: defaultdict[str, list[Event]] = defaultdict(list)
    for history in histories:
        for event in history.events:
            if event.kind is not Kind.AMEND or event in history.amendments:
                days[event.date].append(event)
    for event in chain.from_iterable(past[1:] for past in described):
        days[event.date].append(event)
    for _day, found in sorted(days.items(), reverse=True):  # feeds are full after a few days
        told = (each for each in found if each.kind is Kind.DESCRIBE or names_passage(each.anchor))
        yield from _together(sorted(told, key=_LINE, reverse=True))


_LINE = attrgetter("line")


def _together(events: Sequence[Event]) -> Iterator[Happened]:
    """Tell once, at the place of the first passage, what happened to many on one day."""
    groups = [_at_once(event) for event in events]
    count = Counter(groups)
    left = Counter(count)
    for event, group in zip(events, groups, strict=True):
        left[group] -= 1
        if count[group] <= _EACH.get(event.kind, count[group]):
            yield Happened(event)
        elif not left[group]:
            yield Happened(event, count[group])


def _at_once(event: Event) -> tuple[str, str]:
    return document_of(event), event.kind


def document_of(event: Event) -> str:
    """Return the id of the document, by the name of the anchor."""
    return event.anchor if event.kind is Kind.DESCRIBE else event.anchor.rpartition("-")[0]
