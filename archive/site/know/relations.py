"""What follows from facts of several documents: their relations, and the events of feeds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from archive.model.ledger import Event, History, Kind, Ledger
from archive.model.passage import names_passage
from archive.model.record import Record
from archive.model.relations import (
    BONDS,
    SAME_VERSION,
    VERSION,
    VERSIONS,
    Direction,
    End,
    Relation,
)
from archive.model.relations import versions as grouped
from archive.model.showing import page_of
from archive.site.know.facts import Document, Traced
from archive.upstream.domains import works_of

if TYPE_CHECKING:
    from archive.site.know.domain import ArchiveDomain


# --- The relations of documents, as the pages at both of their ends show them.

# By the id of a document or the key of a work: the documents that are related to it.
Related = Mapping[str, tuple[tuple[Document, Relation], ...]]


class Tie(NamedTuple):
    """What stands at the other end of a relation."""

    kind: str  # a key of ``BONDS``
    direction: Direction
    docname: str
    id: str  # of a passage or an entry; empty for a document
    name: str  # the title of a document, the spoken name of a passage, the label of a work
    language: str | None = None  # of a document
    at: str = ""  # the passage of this document that is related
    at_id: str = ""  # its anchor


class Followed(NamedTuple):
    """A quotation that a record follows, and where its words are from."""

    traced: Traced
    result: str  # empty where the sources were not compared as they are pinned now
    tie: Tie


def related(domain: ArchiveDomain) -> Related:
    """Return the relations of all documents by what they lead to."""
    found: defaultdict[str, list[tuple[Document, Relation]]] = defaultdict(list)
    for document, relations in _relating(domain):
        for relation in relations:
            other = owner(domain, relation.target)
            key = other.id if other is not None else relation.target
            found[key].append((document, relation))
    return {key: tuple(each) for key, each in found.items()}


def versions(domain: ArchiveDomain) -> Mapping[str, tuple[Document, ...]]:
    """Return the versions of one text by the id of each, those that have a record."""
    documents = {each.id: each for each in domain.documents.values()}
    pairs = [
        (document.id, other.id)
        for document, relations in _relating(domain)
        for relation in relations
        if relation.kind in VERSIONS
        and (other := owner(domain, relation.target)) is not None and other.record is not None
    ]  # fmt: skip
    return {id_: tuple(documents[each] for each in group) for id_, group in grouped(pairs).items()}


def siblings(domain: ArchiveDomain, document: Document) -> Iterator[Tie]:
    """Yield all versions of a document's text, itself too, as heads and linksets have them."""
    said = {each.docname for each in ties(domain, document) if each.kind in VERSIONS}
    said.add(document.docname)
    for each in domain.versions.get(document.id, ()):
        direction = SAME_VERSION if each.docname in said else VERSION
        yield Tie("versions", direction, each.docname, "", each.title, each.language)


def _relating(domain: ArchiveDomain) -> Iterator[tuple[Document, tuple[Relation, ...]]]:
    """Yield the documents that are related to something, by id: few of many, so they alone sort."""
    relating = [
        (document.id, document, document.record.relations)
        for document in domain.documents.values()
        if document.record is not None and document.record.relations
    ]
    for _id, document, relations in sorted(relating, key=lambda each: each[0]):
        yield document, relations


def owner(domain: ArchiveDomain, target: str) -> Document | None:
    """Return the document that an id or an anchor names; None for a work, and for nothing."""
    label = domain.env.domains.standard_domain.labels.get(target)
    return domain.documents.get(label[0]) if label is not None else None


def ties(domain: ArchiveDomain, document: Document) -> Iterator[Tie]:
    """Yield what a document is related to, then what is related to it."""
    for relation in document.record.relations if document.record is not None else ():
        tie = _there(domain, document, relation)
        if tie is not None:
            yield tie
    yield from ties_back(domain, document.id)


def _there(domain: ArchiveDomain, document: Document, relation: Relation) -> Tie | None:
    there, target = BONDS[relation.kind].there, relation.target
    labels = domain.env.domains.standard_domain.labels
    _docname, at_id, at = labels.get(relation.anchor(document.id), ("", "", ""))
    other = owner(domain, target)
    if other is not None:
        docname, id_, name = labels[target]
        language = other.language if target == other.id else None
        id_ = "" if target == other.id else id_
        return Tie(relation.kind, there, docname, id_, name, language, at, at_id)
    works = works_of(domain.env)
    for work in works.among({target}):
        label = work.formatted_entry.label
        page = works.page_of(work)
        return Tie(relation.kind, there, page, work.citation_id, label, None, at, at_id)
    return None


def _spoken(domain: ArchiveDomain, anchor: str) -> str:
    """Return what links to an anchor show; empty for none."""
    label = domain.env.domains.standard_domain.labels.get(anchor)
    return label[2] if label is not None else ""


def ties_back(domain: ArchiveDomain, name: str) -> Iterator[Tie]:
    """Yield what is related to a document or to a work."""
    labels = domain.env.domains.standard_domain.labels
    for other, relation in domain.related.get(name, ()):
        _docname, at_id, at = labels[relation.target] if relation.target != name else ("", "", "")
        back, anchor = BONDS[relation.kind].back, relation.anchor(other.id)
        spoken = _spoken(domain, anchor)
        yield Tie(
            relation.kind, back, other.docname, anchor if spoken else "", spoken or other.title,
            None if spoken else other.language, at, at_id,
        )  # fmt: skip


def followed(domain: ArchiveDomain, document: Document) -> Iterator[Followed]:
    """Yield what became of the quotations of a document."""
    vouching = domain.vouching.get(document.docname)
    for traced in vouching.traced if vouching is not None else ():
        tie = _there(domain, document, traced.relation)
        if tie is not None:
            other = owner(domain, traced.relation.target)
            held = other.record if other is not None else None
            is_same = traced.source == (held.source.sha256 if held is not None else None)
            yield Followed(traced, traced.result if is_same else "", tie)


def ends(domain: ArchiveDomain) -> Mapping[str, End]:
    """Return the documents that are related to something, by id, for the checks."""
    return {
        document.id: End(
            document.id,
            document.path,
            relations,
            frozenset(
                anchor for block in document.passages for anchor in (block.anchor, *block.former)
            ),
        )
        for document, relations in _relating(domain)
    }


# --- Which feeds the site has, and the last events of each: of the archive, a subject, issuer or
# kind.
#
# All are found in one pass over the events, newest first.  Each has a bounded number of them, so
# that a feed does not grow with the archive.  What happened at once to many passages of a document
# is told once: else a document of sixty articles would push out all others.

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
