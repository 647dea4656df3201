"""What a copy says that passages said on earlier days, held against the ledger.

``wordings.jsonl`` has words by their fingerprint, and a history page shows those of its document
(``archive.citation.companion``).  Each word has the fingerprint that a line of the ledger has, and
what a page says besides follows from the ledger and the record.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from archive.citation.companion import Past, section
from archive.model.ledger import Event, History, Kind, State
from archive.model.tree import LogPlace
from archive.preservation.ledger import Fates, once
from archive.preservation.pages import Element
from archive.preservation.sealed import Sealed, Sections, events_of, template

_WORDINGS = Sections("wordings", "histories", "what is told of earlier words of {}")
_STATES = {Kind.MOVE: State.MOVED, Kind.WITHDRAW: State.WITHDRAWN}


def read(data: bytes, fates: Fates) -> tuple[dict[str, str], list[str]]:
    """The words by fingerprint, and what is wrong with the file beside the ledger."""
    rows: dict[str, str | None] = {}
    wrong: list[str] = []
    known = {each for worded in fates.worded.values() for _, each in worded}
    lines = data.split(b"\n")
    if lines.pop():
        wrong.append("it ends in the middle of a line: it was cut off")
    for number, line in enumerate(lines, start=1):
        digest, text = _wording(line)
        if digest not in known:
            wrong.append(f"line {number} is no wording of a fingerprint that the ledger has")
        elif rows.get(digest) is None:
            rows[digest] = text
    lacking = (
        f"it lacks the words {digest[:12]}… that {anchor} said before"
        for anchor in fates.final for digest in superseded(anchor, fates) if digest not in rows
    )  # fmt: skip
    return {digest: text for digest, text in rows.items() if text is not None}, [*wrong, *lacking]


def kept(anchors: Iterable[str], texts: Mapping[str, str], fates: Fates) -> dict[str, str]:
    """The superseded words of anchors that are among the texts, by fingerprint."""
    found = (digest for anchor in anchors for digest in superseded(anchor, fates))
    return {digest: texts[digest] for digest in found if digest in texts}


def _wording(line: bytes) -> tuple[str, str | None]:
    """The fingerprint and the words of a line; an empty fingerprint where it is not sound."""
    try:
        row = json.loads(line, object_pairs_hook=once)
        digest, text = row.pop("sha256"), row.pop("text")
        if not row and (text is None or sha256(text.encode()).hexdigest() == digest):
            return str(digest), text
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    return "", None


def superseded(anchor: str, fates: Fates) -> Iterator[str]:
    """The fingerprints of an anchor that the one which answers for it today has not."""
    last = fates.worded[fates.final[anchor]][-1][1] if fates.final[anchor] in fates.worded else ""
    yield from (each for _, each in fates.worded.get(anchor, ()) if each != last)


def reworded(document: str, fates: Fates) -> list[str]:
    """The anchors named after a document that said other words before."""
    named = fates.by_page().get(f"documents/{document}.html", ())
    return [anchor for anchor in named if next(superseded(anchor, fates), None)]


def differing(  # noqa: PLR0913, PLR0917 - each argument names what a page is held against
    page: bytes,
    tree: Element,
    sealed: Sealed,
    fates: Fates,
    folders: tuple[Path, ...],
    texts: Mapping[str, str],
) -> Iterator[str]:
    """What a history page tells otherwise than it follows from ledger, record and words."""
    document = sealed.record.id

    def place(event: Event) -> LogPlace:
        return LogPlace(event.line, fates.tree.head(event.line).root, ())

    past = Past(document, sealed.record, sealed.settings, texts, place)
    render = template(folders, "wordings.html").render
    wanted = {
        anchor: render(section(
            _history(anchor, fates), _history(fates.final[anchor], fates),
            sealed.standing[anchor].where if anchor in sealed.standing else "", past,
        ))
        for anchor in _in_order(sealed.standing, reworded(document, fates))
    }  # fmt: skip
    yield from _WORDINGS.unlike(page.decode("utf-8", "replace"), tree, wanted)


def _in_order(standing: Iterable[str], anchors: Iterable[str]) -> list[str]:
    """Anchors in the order in which they stand, then those that do not."""
    left = dict.fromkeys(anchors)
    stand = [anchor for anchor in standing if anchor in left]
    return list(dict.fromkeys([*stand, *left]))


def _history(anchor: str, fates: Fates) -> History:
    events = tuple(events_of(anchor, fates))
    last = events[-1]
    digest = next((each.sha256 for each in reversed(events) if each.sha256), "")
    return History(anchor, _STATES.get(last.kind, State.LIVE), digest, None, last.target, events)
