"""What a passage said on earlier days: one section of a document's history page.

The history of a document (``<id>.history.html``) has a section for each anchor that said other
words before, named by the anchor: its wordings with their days, what each revision changed, and the
citation as it read then.  What a section says is made here, for the page and for whoever verifies
a copy of it; ``wordings.html`` renders it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.citation.formatted import formatted
from archive.citation.reference import Passage, Reference, refer
from archive.model.comparing import Change, changes
from archive.model.dates import ArchiveDate
from archive.model.ledger import Event, History, State
from archive.model.passage import SECTION, Anchor
from archive.model.record import Record
from archive.model.settings import Settings
from archive.model.telling import happened
from archive.model.tree import LogPlace
from archive.model.words import N_, Words, words

HISTORY = "history"  # behind the id of a document, in the name of the page

_NOT_KEPT = N_("The words of this time are not kept.")
_WITHDRAWN = N_("These words were withdrawn with the passage.")
_MOVED = N_("These words moved with the passage.")
_UNTIL = N_("{event}, until {date}")


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a document and of the words that it said."""

    document: str  # its id
    record: Record | None  # None of a document that is gone, of which nothing is cited
    settings: Settings
    texts: Mapping[str, str]  # words by fingerprint, those of today and those that are kept
    place: Callable[[Event], LogPlace]  # where an event stands in the ledger

    @property
    def language(self) -> str | None:
        return self.record.language if self.record is not None else None

    def name(self, anchor: str, where: str) -> str:
        """The spoken name of an anchor; ``where`` is the document's own number of it."""
        if self.record is None:
            return anchor
        title = self.record.short_title
        return self.settings.spoken(Anchor.parse(anchor), title, where, self.language)


@dataclass(frozen=True, slots=True)
class Wording:
    """What an anchor said for a time."""

    when: str  # "Published 22 November 2026, until 27 November 2026"
    sha256: str
    text: str | None
    note: str  # why the words are not shown
    changes: Sequence[Change]  # from the words before; none where one of both is not kept
    stands: bool  # whether it says this today
    reference: Reference | None  # as it was cited then

    @property
    def citation(self) -> Sequence[Any]:
        """The runs of the Chicago note."""
        return formatted(self.reference)[0].runs if self.reference is not None else ()


def section(history: History, final: History, where: str, past: Past) -> dict[str, Any]:
    """Return the context of ``wordings.html``; ``final`` is of the anchor that answers today."""
    _ = words(past.language)
    anchor = history.anchor
    target = Anchor.parse(history.target).document if history.target else ""
    gone = history.events[-1] if history.state is not State.LIVE else None
    return {
        "_": _,
        "anchor": anchor,
        "name": past.name(anchor, where),
        "document": past.document,
        "language": past.language,
        "wordings": list(_wordings(history, final, where, past, _)),
        "fate": happened(gone, _) if gone is not None else "",
        "target": history.target,
        "target_document": target,
        # Styles have their own words, which are English.
        "style_tongue": "" if _.is_english else ' lang="en" dir="ltr"',
    }


def _wordings(history: History, final: History, where: str, past: Past, _: Words) -> list[Wording]:
    worded = [event for event in history.events if event.sha256 is not None]
    is_live = history.state is State.LIVE
    ends = [*(event.date for event in worded[1:]), "" if is_live else history.events[-1].date]
    found, before = list[Wording](), None
    for event, end in zip(worded, ends, strict=True):
        sha256, is_last = event.sha256 or "", event is worded[-1]
        note = _note(sha256, history, final, _) if is_last else ""
        text = past.texts.get(sha256) if not note else None
        found.append(Wording(
            when=_when(event, end, _),
            sha256=sha256,
            text=text,
            note=note or (_(_NOT_KEPT) if text is None else ""),
            changes=changes(before, text) if before is not None and text is not None else (),
            stands=is_last and is_live,
            reference=_cited(history.anchor, event, where, past),
        ))  # fmt: skip
        before = text
    return found


def _note(sha256: str, history: History, final: History, _: Words) -> str:
    """Why the last words of an anchor are not shown, where it is gone with them."""
    if history.state is State.LIVE or sha256 != final.sha256:
        return ""
    return _(_WITHDRAWN if final.state is State.WITHDRAWN else _MOVED)


def _when(event: Event, end: str, _: Words) -> str:
    said = happened(event, _)
    return _(_UNTIL).format(event=said, date=ArchiveDate(end).said(_)) if end else said


def _cited(anchor: str, event: Event, where: str, past: Past) -> Reference | None:
    """The reference to an anchor as its words were published by an event."""
    named = Anchor.parse(anchor)
    if past.record is None or named.letter == SECTION:
        return None
    passage = Passage(named, event.sha256 or "", past.place(event), where, (), event.date)
    return refer(past.record, past.settings, passage)
