"""The states of a passage and of its document: what every command agrees on.

    draft ── verified ──> attested ── published ──> published ──> revised, moved, withdrawn

Two facts decide.  The ledger says which words were published under an anchor, and where anchors
moved.  An attestation says which words were verified to render which paragraph of a source.  It
vouches for words, not for anchors: words that did not change stay attested wherever they stand in
their document, and in another document where moves lead to them.

Whoever changes words without holding the source does nothing wrong: the passage waits until the
holder of the source attests it again.  ``waiting`` tells this, which a build accepts and a release
refuses.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from sys import intern
from typing import Any

from archive.model import Fact, Problem
from archive.model.ledger import Ledger
from archive.model.ledger import State as Published
from archive.model.passage import Anchor
from archive.model.permanence import Standing, Tombstone

# What a document waits for, by stable codes.
RULES = {
    "attestation-missing": "each passage of a document is attested",
    "attestation-stale": "a passage says what it said when it was attested",
    "attestation-origin": "a quotation that leads to its origin was compared with its source",
    "attestation-source": "the source attested is the one that the record pins",
}

MEND = (
    "whoever holds the source runs make verify-sources SOURCES=dir and commits the attestation "
    "with the document.  If you do not hold it, propose the change as it is: make, make check and "
    "make publish accept it, and only a release waits"
)


class State(StrEnum):
    """What a passage is."""

    DRAFT = "draft"  # neither attested nor published
    ATTESTED = "attested"  # not published
    PUBLISHED = "published"  # and says what was published
    REVISED = "revised"  # says something else than was published last
    MOVED = "moved"  # its words stand under another anchor
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Attested(Fact):
    """Words that were verified to render a paragraph of a source."""

    anchor: str  # under which they stood
    sha256: str  # their fingerprint
    paragraph: int  # counted from 1
    source: str  # SHA-256 of the source

    def __reduce__(self) -> tuple[Any, tuple[object, ...]]:
        _kind, values = Fact.__reduce__(self)
        return _attested, values


def _attested(anchor: str, sha256: str, paragraph: int, source: str) -> Attested:
    """Return it as it is read back, with the anchor and the fingerprint that a block has."""
    return Attested(intern(anchor), intern(sha256), paragraph, source)


@dataclass(frozen=True, slots=True)
class Held:
    """A document as it stands."""

    id: str
    path: str
    source: str  # SHA-256 of the source that the record pins
    paragraphs: int  # of the source, as the record says
    passages: Sequence[Standing]  # in their order
    tombstones: Sequence[Tombstone]  # of passages
    attested: Sequence[Attested] = ()  # what the file beside it attests
    parts: frozenset[str] = frozenset()  # passages that may have no paragraph of their own

    @property
    def is_as_attested(self) -> bool:
        """Whether it says in each place what was attested."""
        said = [each.sha256 for each in self.passages]
        return (
            said == [each.sha256 for each in self.attested]
            and bool(said)
            and self.attested[0].source == self.source
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A passage that may render a paragraph of a document's source."""

    anchor: str  # where it stands, or stood
    names: tuple[str, ...]  # every anchor that leads here, its own first
    state: State
    paragraph: int | None  # attested
    is_own: bool  # it is not withdrawn, and stands in no document of another source


class States:
    """The states of all passages of an archive."""

    def __init__(
        self, ledger: Ledger, documents: Iterable[Held], others: Iterable[Attested] = ()
    ) -> None:
        """``others`` were attested beside documents that stand no more, as after a rename."""
        self._ledger = ledger
        self._documents = {each.id: each for each in documents}
        self._others = others
        self._found: dict[str, list[Attested | None]] = {}

    @cached_property
    def _earlier(self) -> Mapping[str, list[str]]:
        """The anchors that moved, by the anchor to which their moves lead."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for anchor, history in self._ledger.histories.items():
            if history.state is Published.MOVED:
                found[self._ledger.resolve(anchor).final].append(anchor)
        return found

    def names(self, standing: Standing) -> tuple[str, ...]:
        """Every anchor that leads to a passage, its own first."""
        own = (standing.anchor, *standing.former)
        return tuple(
            dict.fromkeys((*own, *(old for each in own for old in self._earlier.get(each, ()))))
        )

    @cached_property
    def _home(self) -> Mapping[str, tuple[Held, Standing]]:
        """The document and the passage to which each anchor leads."""
        return {
            name: (document, standing)
            for document in self._documents.values()
            for standing in document.passages
            for name in self.names(standing)
        }

    @cached_property
    def _withdrawn(self) -> frozenset[str]:
        left = (place.anchor for each in self._documents.values() for place in each.tombstones)
        gone = (
            anchor
            for anchor, history in self._ledger.histories.items()
            if history.state is Published.WITHDRAWN
        )
        return frozenset((*left, *gone))

    @cached_property
    def _attested(self) -> Mapping[str, list[Attested]]:
        """What is attested of sources that are pinned, by anchor."""
        pinned = {each.source for each in self._documents.values()}
        found: defaultdict[str, list[Attested]] = defaultdict(list)
        beside = (row for each in self._documents.values() for row in each.attested)
        for row in (*beside, *self._others):
            if row.source in pinned:
                found[row.anchor].append(row)
        return found

    def _named(self, standing: Standing) -> list[Attested]:
        """What is attested under any name of a passage, whatever its words were."""
        return [row for name in self.names(standing) for row in self._attested.get(name, ())]

    def _vouched(self, document: Held) -> list[Attested | None]:
        """What vouches for each passage of a document; None where nothing does."""
        if document.id not in self._found:
            self._found[document.id] = self._match(document)
        return self._found[document.id]

    def _match(self, document: Held) -> list[Attested | None]:
        beside: defaultdict[str, list[Attested]] = defaultdict(list)
        for known in document.attested:
            if known.source == document.source:
                beside[known.sha256].append(known)
        found: list[Attested | None] = []
        for each in document.passages:
            same_words = (named for named in self._named(each) if named.sha256 == each.sha256)
            row = next(same_words, None)
            if same := beside[each.sha256]:
                row = row if row in same else same[0]
                same.remove(row)
            found.append(row)
        return found

    def state(self, anchor: str) -> State:
        """What the passage of an anchor is.  Raises KeyError for an anchor that nothing has."""
        if anchor in self._withdrawn:
            return State.WITHDRAWN
        document, standing = self._home[anchor]
        if anchor != standing.anchor:
            return State.MOVED
        history = self._ledger.histories.get(anchor)
        if history is not None:
            same = history.sha256 == standing.sha256
            return State.PUBLISHED if same else State.REVISED
        vouched = dict(zip(document.passages, self._vouched(document)))
        return State.ATTESTED if vouched[standing] else State.DRAFT

    # What waits for whoever holds the source

    def waiting(self) -> Iterator[Problem]:
        """Whatever documents say that no attestation covers."""
        for document in self._documents.values():
            if not document.is_as_attested:
                yield from self._waiting(document)

    def _waiting(self, document: Held) -> Iterator[Problem]:
        vouched = self._vouched(document)
        attested = next((row.source for row in document.attested), document.source)
        if attested != document.source:
            message = f"The attestation is of the source {attested[:12]}…, but the record pins "
            message += f"{document.source[:12]}…"
            yield Problem(document.path, 0, "attestation-source", message, MEND)
            return
        if not document.attested and not any(vouched):
            message = f"{document.id} has no attestation: nobody vouches for its quotations"
            yield Problem(document.path, 0, "attestation-missing", message, MEND)
            return
        for passage, row in zip(document.passages, vouched):
            if row is None:
                yield self._unvouched(passage)
        for message in self._rearranged(document, vouched):
            yield Problem(document.path, 0, "attestation-stale", message, MEND)

    def _unvouched(self, passage: Standing) -> Problem:
        if self._named(passage):
            rule = "attestation-stale"
            message = f"{passage.anchor} was changed after it was attested"
        else:
            rule, message = "attestation-missing", f"{passage.anchor} is not attested"
        return Problem(passage.path, passage.line, rule, message, MEND)

    def _rearranged(self, document: Held, vouched: Sequence[Attested | None]) -> Iterator[str]:
        here = {row for row in vouched if row is not None}
        for row in document.attested:
            known = row in here or row.anchor in self._home or row.anchor in self._withdrawn
            if not known:
                yield f"{row.anchor} is attested, but stands no more"
        order = [row.paragraph for row in vouched if row and row.source == document.source]
        if order != sorted(order):
            yield "The passages do not stand in the order in which they were attested"

    # Which passages render the paragraphs of a source

    def miscounted(self) -> Iterator[Problem]:
        """Documents whose record says another number of paragraphs than they can render.

        A withdrawn passage may have left its paragraph behind, one that moved to another document
        may have taken it along, and one that waits to be attested may render none.
        """
        for document in self._documents.values():
            found, wanted = len(document.passages), document.paragraphs
            if found != wanted and not self._may_render(document, wanted):
                yield Problem(
                    document.path, 0, "passages-miscounted",
                    f"The document has {found} passages, its source {wanted} paragraphs.",
                    "render each paragraph as one passage, or correct source.paragraphs.",
                )  # fmt: skip

    def _may_render(self, document: Held, wanted: int) -> bool:
        places = self.places(document.id)
        least = sum(each.is_own and each.anchor not in document.parts for each in places)
        if document.attested:
            parts = self._parts(document)
            least -= sum(
                row is None and not self._named(passage)
                for part in parts
                for passage, row in zip(part.passages, self._vouched(part))
            )
        return least <= wanted <= len(places)

    def _origins(self, standing: Standing, here: Held) -> Iterator[Held]:
        """The other documents that stand from which a passage moved here."""
        for name in self.names(standing):
            other = self._document(name)
            if other is not None and other is not here:
                yield other

    def _document(self, anchor: str) -> Held | None:
        """The document that an anchor is named after, or that was renamed from it."""
        id_ = Anchor.parse(anchor).document
        return self._documents.get(id_) or self._renamed.get(id_)

    @cached_property
    def _renamed(self) -> Mapping[str, Held]:
        """The document to which more than half of its passages came, by the id it had before."""
        found: dict[str, Held] = {}
        for document in self._documents.values():
            names = (_ids(self.names(each)) for each in document.passages)
            counts = Counter(id_ for ids in names for id_ in ids)
            for id_, count in counts.items():
                if id_ not in self._documents and 2 * count > len(document.passages):
                    found[id_] = document
        return found

    @cached_property
    def _linked(self) -> Mapping[str, set[str]]:
        """By id, the documents that share passages by moves, both ways."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for document in self._documents.values():
            for standing in document.passages:
                for other in self._origins(standing, document):
                    found[document.id].add(other.id)
                    found[other.id].add(document.id)
        return found

    def _parts(self, document: Held) -> list[Held]:
        """The documents into which the one of a source was split, by moves; first itself."""
        parts = [document]
        for part in parts:
            for id_ in sorted(self._linked.get(part.id, ())):
                other = self._documents[id_]
                if other.source == document.source and other not in parts:
                    parts.append(other)
        return parts

    def places(self, document: str) -> list[Place]:
        """The passages that may render the paragraphs of a document's source, in its order.

        Raises KeyError for a document without a record.
        """
        parts = self._parts(self._documents[document])
        ids = {each.id for each in parts}
        rows = [
            *(place for part in parts for place in self._standing(part, ids)),
            *(place for part in parts for place in self._left(part, ids)),
        ]
        return [place for _, place in sorted(rows, key=lambda row: row[0])]

    def _standing(self, part: Held, ids: set[str]) -> Iterator[tuple[tuple[int, int, str], Place]]:
        """The passages of a document and its tombstones, each with its rank."""
        vouched = dict(zip(part.passages, self._vouched(part)))
        facts: list[Standing | Tombstone] = [*part.passages, *part.tombstones]
        rank = 0
        for fact in sorted(facts, key=lambda each: each.line):
            if isinstance(fact, Tombstone):
                place = Place(fact.anchor, (fact.anchor,), State.WITHDRAWN, None, is_own=False)
            else:
                row = vouched[fact]
                own = row is not None and row.source == part.source
                guest = any(other.id not in ids for other in self._origins(fact, part))
                paragraph = row.paragraph if row is not None and own else None
                place = Place(
                    fact.anchor, self.names(fact), self.state(fact.anchor), paragraph,
                    is_own=own or not guest,
                )  # fmt: skip
                rank = place.paragraph or rank
            yield (rank, fact.line, part.id), place

    def _left(self, part: Held, ids: set[str]) -> Iterator[tuple[tuple[int, int, str], Place]]:
        """The passages that moved from a document to one of another source."""
        for id_ in sorted(self._linked.get(part.id, set()) - ids):
            for standing in self._documents[id_].passages:
                names = [name for name in self.names(standing) if self._document(name) is part]
                if names:
                    rows = (row for row in self._named(standing) if row.source == part.source)
                    known = next((row.paragraph for row in rows), None)
                    number = known or Anchor.parse(names[0]).number
                    place = Place(
                        standing.anchor, self.names(standing), State.MOVED, known, is_own=False
                    )
                    yield (number, -1, part.id), place


def _ids(anchors: Iterable[str]) -> set[str]:
    return {Anchor.parse(anchor).document for anchor in anchors}
