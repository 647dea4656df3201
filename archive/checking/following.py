"""Says what became of what a text refers to (sections 5 and 7)."""

from __future__ import annotations

from dataclasses import replace

from archive.checking.copy import Copy, Document
from archive.checking.finding import Finding, State
from archive.checking.references import FINGERPRINT, Reference, anchor_of
from archive.checking.words import number_of_print


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
