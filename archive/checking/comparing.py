"""Says what became of what a text refers to and quotes (sections 5 to 7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from archive.checking.copy import Copy, Document, Stream, Wording
from archive.checking.matching import Budget, Near, broken_joined, nearest, place_of
from archive.checking.quoting import Item, Pattern
from archive.checking.references import FINGERPRINT, Reference, anchor_of
from archive.checking.telling import QUOTATION, Finding, State
from archive.checking.words import RUN, WORD, number_of_print, numbers


class Following:
    """What became of anchors and documents of a copy by a day; today for an empty one."""

    def __init__(self, copy: Copy, day: str) -> None:
        self._copy, self._day = copy, day

    def follow(self, reference: Reference) -> Finding | None:
        base = Finding(reference.found, reference.kind, State.UNCLEAR, anchor=reference.anchor)
        if reference.unclear:
            return replace(base, note=reference.unclear)
        if reference.kind == FINGERPRINT:
            return self._lone_print(base, reference.sha256)
        if reference.is_document:
            return self._whole(base, reference)
        found = self.standing(base, reference.anchor)
        if found.state is not State.STANDS:
            return found
        if reference.page:
            return replace(found, state=State.UNCLEAR, note="page")
        return self._printed(found, reference.sha256) if reference.sha256 else found

    def _whole(self, base: Finding, reference: Reference) -> Finding:
        """What became of a document."""
        id_ = reference.anchor
        if id_ in self._copy.renamed:
            dates = [row[1] for anchor, row in self._copy.gone.items() if anchor_of(anchor) == id_]
            since = f"since: {min(dates, default='')}"
            if self._day and min(dates, default="") > self._day:
                return replace(base, state=State.STANDS, note=since)
            return replace(base, state=State.MOVED, target=self._copy.renamed[id_], note=since)
        if id_ not in self._copy.numbers:
            return replace(base, note="unknown")
        if reference.page:
            return replace(base, note="page")
        return replace(base, state=State.STANDS)

    def standing(self, base: Finding, anchor: str) -> Finding:
        """What became of an anchor by the day."""
        if anchor in self._copy.gone:
            state, date, target = self._copy.gone[anchor]
            return self._left(base, state, date, target, "")
        if anchor_of(anchor) not in self._copy.numbers:
            return replace(base, note="unknown")
        document = self._copy.document(anchor_of(anchor))
        return replace(base, note="unread") if document is None else self._of(base, document)

    def _of(self, base: Finding, document: Document) -> Finding:
        anchor = base.anchor
        if anchor in document.by_anchor:
            return self._live(base, document, anchor)
        if anchor in document.gone:
            row = document.gone[anchor]
            first = next((span[1] for span in document.of(anchor)), "")
            return self._left(base, row["state"], row["date"], row.get("target", ""), first)
        if anchor in document.former:
            return replace(base, state=State.MOVED, target=document.former[anchor])
        return replace(base, note="unknown")

    def _left(self, base: Finding, state: str, date: str, target: str, first: str) -> Finding:
        if first and self._day and first > self._day:
            return replace(base, note=f"later: {first}")
        note = f"since: {date}"
        if self._day and date > self._day:
            return replace(base, state=State.STANDS, note=note)
        return replace(base, state=State(state), target=target, note=note)

    def _live(self, base: Finding, document: Document, anchor: str) -> Finding:
        spans = document.of(anchor)
        held = document.by_anchor[anchor]
        if not spans:
            return replace(base, state=State.STANDS, sha256=held["sha256"], note="draft")
        if self._day and spans[0][1] > self._day:
            return replace(base, note=f"later: {spans[0][1]}")
        sha256, _since, until = next(
            each for each in reversed(spans) if not self._day or each[1] <= self._day
        )
        note = f"since: {until}" if until else ""
        return replace(base, state=State.STANDS, sha256=sha256, note=note)

    def _printed(self, found: Finding, digits: str) -> Finding:
        """What became of the words that a fingerprint beside an anchor is of."""
        if found.sha256.startswith(digits):
            return found
        document = self._copy.document(anchor_of(found.anchor))
        for sha256, since, until in document.of(found.anchor) if document is not None else ():
            if sha256.startswith(digits):
                if self._day and since > self._day:
                    return replace(found, state=State.UNCLEAR, note=f"later: {since}")
                return replace(found, state=State.REWORDED, sha256=sha256, note=f"until: {until}")
        return replace(found, state=State.UNCLEAR, sha256="", note="fingerprint")

    def _lone_print(self, base: Finding, digits: str) -> Finding | None:
        for number in self._copy.documents_of(number_of_print(digits)):
            document = self._copy.document(self._copy.rows[number][0])
            for anchor in (*document.by_anchor, *document.gone) if document is not None else ():
                current = document.by_anchor.get(anchor, {}).get("sha256", "") if document else ""
                spans = document.of(anchor) if document is not None else []
                if any(each[0].startswith(digits) for each in spans) or current.startswith(digits):
                    found = self.standing(replace(base, anchor=anchor, found=digits), anchor)
                    is_live = found.state is State.STANDS
                    return self._printed(found, digits) if is_live else found
        return None


# Says what became of the words of a quotation (sections 6 and 7).

_CELLS = 20_000_000  # of all alignments in one text
_COMPARED = 20_000  # documents that quotations of one text are compared with
_EXACT, _NEAR = 12, 6  # documents that one quotation is compared with
_RUNS = 200  # of one quotation that are looked up
_FEW = 3  # documents that one run leads to
_PIECE = 20  # runs of a long quotation of which one is looked up
_LEAST_EQUAL = 0.75  # of the words of a quotation that is near


@dataclass(frozen=True, slots=True)
class Home:
    """The passage or document that a quotation is said to be from."""

    document: Document | None = None
    anchor: str = ""  # that answers for it now; empty for the document as a whole
    standing: Finding | None = None  # what became of the anchor that was cited
    is_next: bool = False  # whether the quotation stands next to its reference


class Comparing:
    """Compares quotations with the wordings of a copy, by a day."""

    def __init__(self, copy: Copy, day: str, following: Following) -> None:
        self._copy, self._day, self._following = copy, day, following
        self._budget = Budget(_CELLS)
        self._compared = 0

    def home(self, anchor: str, document: str, *, is_next: bool) -> Home:
        """The passage that a reference leads to; ``anchor`` is empty for a whole document."""
        if not anchor:
            id_ = self._copy.renamed.get(document, document)
            known = self._copy.document(id_) if id_ in self._copy.numbers else None
            return Home(known, is_next=is_next)
        standing = self._following.standing(
            Finding("", QUOTATION, State.UNCLEAR, anchor=anchor), anchor
        )
        final = standing.target or anchor
        id_ = anchor_of(final)
        known = self._copy.document(id_) if id_ in self._copy.numbers else None
        return Home(known, final, standing, is_next)

    def compare(self, read: Sequence[Pattern], found: str, home: Home) -> Finding:
        """What became of the words of a quotation, of which ``read`` are the ways to read it."""
        base = Finding(found, QUOTATION, State.OUTSIDE)
        if self._compared > _COMPARED or self._budget.left <= 0:
            return replace(base, state=State.UNCLEAR, note="much")
        found_out = (
            self._exact(base, read, self._own(home), home)
            or self._near(base, read[-1], self._own(home), home)
            or self._exact(base, read, self._first(read, home), home)
            or self._exact(base, read, self._others(read, home, _EXACT), home)
            or self._near(base, read[-1], self._others(read[-1:], home, _NEAR), home)
        )
        return found_out or self._absent(base, home, read[-1])

    def _absent(self, base: Finding, home: Home, pattern: Pattern) -> Finding:
        """What is said of words that are nowhere."""
        is_short = len(pattern.words) < RUN
        standing = home.standing
        if standing is None or not home.is_next:
            return replace(base, note="short" if is_short else "")
        if standing.state is State.WITHDRAWN:
            return replace(standing, found=base.found)
        if standing.state is State.UNCLEAR:
            return replace(base, note="short" if is_short else "")
        absent = replace(base, state=State.MISQUOTED, anchor=home.anchor, note="absent")
        return self._few(absent, home, pattern) if is_short else absent

    def _few(self, absent: Finding, home: Home, pattern: Pattern) -> Finding:
        """Few words that the passage beside them does not have, with those that could be meant.

        Two equal words prove no misquotation: a citer sets words of their own in marks, too.
        """
        stream = home.document.stream(self._day) if home.document is not None else None
        span = stream.span(home.anchor) if stream is not None else None
        near = nearest(pattern, stream, self._budget, span) if stream and span else None
        is_near = near is not None and len(pattern.words) <= 2 * near.equal
        differences = near.differences if near is not None and is_near else ()
        return replace(absent, state=State.UNCLEAR, differences=differences)

    # --- Exactly

    def exact(self, read: Sequence[Pattern], found: str, home: Home) -> Finding | None:
        """The wording that has the words of a quotation; None where none has."""
        base = Finding(found, QUOTATION, State.OUTSIDE)
        own = self._exact(base, read, self._own(home), home)
        return (
            own
            or self._exact(base, read, self._first(read, home), home)
            or self._exact(base, read, self._others(read, home, _EXACT), home)
        )

    def _own(self, home: Home) -> list[Document]:
        return [home.document] if home.document is not None else []

    def _first(self, read: Sequence[Pattern], home: Home) -> list[Document]:
        """The documents that have the least run of a quotation, where they are few."""
        looked_up = _looked_up(read, self._copy.window)
        if self._copy.window == 1 or not looked_up or len(read[-1].words) < RUN:
            return []
        numbered = self._copy.documents_of(min(looked_up))
        found = [self._copy.document(self._copy.rows[number][0]) for number in numbered[: _FEW + 1]]
        return [each for each in found if each] if len(numbered) <= _FEW else []

    def _others(self, read: Sequence[Pattern], home: Home, most: int) -> list[Document]:
        """The other documents than its own that may have the words of a quotation."""
        if len(read[-1].words) < RUN:
            return []
        found = self._candidates(read, most)
        return [each for each in found if each is not home.document]

    def _exact(
        self, base: Finding, read: Sequence[Pattern], documents: Sequence[Document], home: Home
    ) -> Finding | None:
        is_short = len(read[-1].words) < RUN
        for document in documents:
            own = home.anchor if document is home.document else ""
            if hit := self._in_day(base, read, document, own, only=is_short):
                return self._elsewhere(hit, home, document)
        for document in documents:
            own = home.anchor if document is home.document else ""
            if hit := self._in_others(base, read, document, own if is_short else ""):
                return hit
        return None

    def _elsewhere(self, hit: Finding, home: Home, document: Document) -> Finding:
        """Note that words stand in another passage than is cited."""
        if home.document is None or not home.is_next or home.anchor in {"", hit.anchor}:
            return hit
        related = document.within(hit.anchor) | {hit.anchor}
        is_part = home.anchor in related or hit.anchor in document.within(home.anchor)
        return hit if is_part else replace(hit, note="elsewhere")

    def _in_day(
        self, base: Finding, read: Sequence[Pattern], document: Document, own: str, *, only: bool
    ) -> Finding | None:
        """The place in what a document says on the day; with ``only``, in one passage if any."""
        self._compared += 1
        stream = document.stream(self._day)
        for pattern in read:
            span = stream.span(own) if own else None
            place = place_of(pattern, stream, *span) if span else None
            if place is None and not (only and own):
                place = place_of(pattern, stream)
            if place is not None:
                return self._stands(base, pattern, stream, place)
        return None

    def _stands(self, base: Finding, pattern: Pattern, stream: Stream, place: int) -> Finding:
        wording = stream.wording(place)
        item, token = pattern.items[0], stream.tokens[place]
        said = item.token.said
        is_case = not pattern.has_brackets and said[:1] != token.said[:1]
        notes = (
            (wording.until and bool(self._day), f"since: {wording.until}"),
            (not wording.since, "draft"),
            (pattern.has_gaps, "ellipsis"),
            (pattern.has_brackets, "brackets"),
            (is_case, "case"),
        )
        note = next((note for holds, note in notes if holds), "")
        return replace(
            base, state=State.STANDS, anchor=wording.anchor, sha256=wording.sha256, note=note
        )

    def _in_others(
        self, base: Finding, read: Sequence[Pattern], document: Document, own: str
    ) -> Finding | None:
        """The wording of another day that has the words; of one passage if it is given."""
        for stream in document.others(self._day):
            wording = stream.wordings[0]
            if own and wording.anchor != own:
                continue
            for pattern in read:
                if place_of(pattern, stream) is not None:
                    return self._reworded(base, pattern, document, wording)
        return None

    def _reworded(
        self, base: Finding, pattern: Pattern, document: Document, wording: Wording
    ) -> Finding:
        found = replace(base, anchor=wording.anchor, sha256=wording.sha256)
        if self._day and wording.since > self._day:
            return replace(found, state=State.UNCLEAR, note=f"later: {wording.since}")
        stream = document.stream(self._day)
        span = stream.span(wording.anchor)
        near = nearest(pattern, stream, self._budget, span) if span else None
        differences = near.differences if near is not None else ()
        return replace(
            found, state=State.REWORDED, note=f"until: {wording.until}", differences=differences
        )

    # --- Nearest

    def _near(
        self, base: Finding, pattern: Pattern, documents: Sequence[Document], home: Home
    ) -> Finding | None:
        """The nearest wording of some documents, if it is near enough."""
        words = len(pattern.words)
        least = RUN - 1 if home.anchor and home.is_next else RUN
        if words < RUN - 1:
            return None
        found = [
            near for near in self._nearest(pattern, documents, home)
            if near.equal >= least and near.equal >= _LEAST_EQUAL * words
        ]  # fmt: skip
        return self._misquoted(base, min(found, key=lambda near: near.cost)) if found else None

    def _nearest(
        self, pattern: Pattern, documents: Sequence[Document], home: Home
    ) -> Iterator[Near]:
        streams: list[tuple[Stream, tuple[int, int] | None]] = []
        for document in documents:
            self._compared += 1
            stream = document.stream(self._day)
            if document is home.document and home.anchor and (span := stream.span(home.anchor)):
                streams.append((stream, span))
            streams.append((stream, None))
        streams += [(each, None) for document in documents for each in document.others(self._day)]
        for stream, span in streams:
            near = nearest(pattern, stream, self._budget, span)
            if near is not None:
                yield near

    def _misquoted(self, base: Finding, near: Near) -> Finding:
        wording = near.wording
        note = "punctuation" if near.only_marks else ""
        if wording.until and (not self._day or wording.until <= self._day):
            note = f"until: {wording.until}"
        elif self._day and wording.since > self._day:
            note = f"later: {wording.since}"
        return replace(
            base, state=State.MISQUOTED, anchor=wording.anchor, sha256=wording.sha256,
            differences=near.differences, note=note,
        )  # fmt: skip

    # --- Which documents may have the words

    def _candidates(self, read: Sequence[Pattern], most: int) -> list[Document]:
        """The documents that have most of the runs of words of a quotation."""
        counted: Counter[int] = Counter()
        for number in _looked_up(read, self._copy.window):
            counted.update(self._copy.documents_of(number))
        ranked = sorted(counted, key=lambda number: (-counted[number], number))[:most]
        found = (self._copy.document(self._copy.rows[number][0]) for number in ranked)
        return [document for document in found if document is not None]


def _looked_up(read: Sequence[Pattern], window: int) -> list[int]:
    """The numbers of runs that are looked up: all, or the least of each piece of a quotation."""
    found: dict[int, None] = {}
    for pattern in read:
        joined = broken_joined(pattern, None)
        for items in [joined] if joined is pattern.items else [pattern.items, joined]:
            runs = [number for said in _runs(items) for number in numbers(said)]
            found |= dict.fromkeys(runs if window == 1 else _least(runs))
    return [*found][:_RUNS]


def _least(runs: Sequence[int]) -> Iterator[int]:
    pieces = max(2, min(len(runs) // _PIECE, 8))
    for piece in range(pieces):
        part = runs[len(runs) * piece // pieces : len(runs) * (piece + 1) // pieces]
        if part:
            yield min(part)


def _runs(items: Sequence[Item]) -> Iterator[list[str]]:
    """The words that stand one after another, without a gap or brackets between."""
    said: list[str] = []
    for item in items:
        if item.gap or item.wild:
            if len(said) >= RUN:
                yield said
            said = []
        if item.token.kind == WORD:
            said.append(item.token.said)
    yield said
