"""The passages of a document as data, ``<id>.passages.json``: its form, number 1.

One JSON object, each passage on a line of its own, in the order of the document; the schema,
``passages-1.schema.json``, says what each member means.  What a passage has not is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from archive.citation import csl
from archive.citation.metadata import PASSAGES_SCHEMA
from archive.citation.reference import Reference
from archive.data import Around, citations, html, pieces
from archive.data import Piece as TextPiece
from archive.model.ledger import History, Kind, State
from archive.model.passage import FIGURE, FOOTNOTE, NOTE, SECTION, SIGNATORY, Anchor
from archive.model.relations import origins
from archive.model.seal import Part

FORMAT = 1

# What an anchor's letter says that it names; all others are passages, which render the source.
_KINDS = {
    NOTE: "note", SECTION: "heading", FOOTNOTE: "footnote", SIGNATORY: "signatory",
    FIGURE: "figure",
}  # fmt: skip

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


NOTHING: Part = ["part", {}]  # of a block that says nothing


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage, heading or note, as far as its document tells of it."""

    anchor: str
    locator: str  # the source's own number, behind that of its annex; else empty
    name: str
    text: str  # what its fingerprint is of
    part: Part
    parent: str | None  # the anchor of what it is a part of
    former: tuple[str, ...]
    quotations: tuple[str, ...]
    history: History | None


@dataclass(frozen=True, slots=True)
class Gone:
    """An anchor named after a document that moved or was withdrawn."""

    history: History
    now: str  # the anchor that answers for it; itself where it was withdrawn


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a document's data is made from."""

    reference: Reference
    pieces: Sequence[Piece]
    order: Sequence[str | Part]  # what stands in the document, ``passage`` for each of the pieces
    gone: Sequence[Gone]
    works: Sequence[str]  # CSL-JSON, each as a line
    around: Around
    wordings: Mapping[str, str]  # superseded texts that are kept, by fingerprint
    keys: Sequence[str]  # of all works that are cited, by footnotes and between passages too
    _walked: dict[str, tuple[TextPiece, ...]] = field(default_factory=dict)

    def walked(self, block: Piece) -> tuple[TextPiece, ...]:
        """Return the pieces of a block, of which HTML and text are made."""
        if block.anchor not in self._walked:
            part = block.part
            held = part[2:] if part[0] == "footnote" else [part]
            self._walked[block.anchor] = tuple(pieces(held, self.around, block.text))
        return self._walked[block.anchor]


def serialise(contents: Contents) -> str:
    """Return the file."""
    reference, record = contents.reference, contents.reference.record
    document = {
        "id": record.id, "title": record.title, "short_title": record.short_title,
        "address": reference.page, "language": record.language, "licence": reference.licence,
        "cite": csl.item(reference),
    }  # fmt: skip
    return (
        f'{{\n"$schema":{encode(reference.settings.base + PASSAGES_SCHEMA)},\n"format":{FORMAT},\n'
        f'"document":{encode(document)},\n'
        f'"passages":{_lines(map(encode, _passages(contents)))},\n'
        f'"gone":{_lines(encode(_gone(each, contents.wordings)) for each in contents.gone)},\n'
        f'"works":{_lines(contents.works)}\n}}\n'
    )


def _lines(values: Iterable[str]) -> str:
    said = ",\n".join(values)
    return f"[\n{said}\n]" if said else "[]"


def _passages(contents: Contents) -> Iterator[dict[str, Any]]:
    headings: list[tuple[int, str]] = []
    parents = {each.anchor: each.parent for each in contents.pieces}
    for each in contents.pieces:
        if each.part[0] == "heading":
            level = int(each.part[1]["level"])
            headings = [above for above in headings if above[0] < level]
        within = [anchor for _level, anchor in headings]
        within += reversed(list(_above(each.anchor, parents)))
        yield _passage(each, within, contents)
        if each.part[0] == "heading":
            headings.append((level, each.anchor))


def _above(anchor: str, parents: Mapping[str, str | None]) -> Iterator[str]:
    seen = {anchor}
    while (above := parents.get(anchor)) is not None and above not in seen:
        yield above
        seen.add(above)
        anchor = above


def _passage(each: Piece, within: Sequence[str], contents: Contents) -> dict[str, Any]:
    record = contents.reference.record
    marked, notes = html(contents.walked(each), contents.around)
    works, targets, terms = cited(each.part)
    leads = [
        {"anchor" if is_anchor(target) else "document": target}
        for target in targets if is_anchor(target) or contents.around.named(target) is not None
    ]  # fmt: skip
    found = {
        "anchor": each.anchor,
        "document": record.id,
        "address": f"{contents.reference.page}#{each.anchor}",
        "kind": _KINDS.get(Anchor.parse(each.anchor).letter, "passage"),
        "locator": each.locator,
        "name": each.name,
        "language": record.language,
        "text": each.text,
        "sha256": sha256(each.text.encode("utf-8")).hexdigest(),
        "html": marked,
        "notes": notes,
        "within": within,
        "quotations": [_quotation(words, each, contents) for words in each.quotations],
        "cites": [*({"work": key} for key in works), *leads],
        "terms": terms,
        "former": each.former,
        "history": list(events(each.history, contents.wordings)),
    }
    return {name: value for name, value in found.items() if value or name in _ALWAYS}


_ALWAYS = frozenset({"text", "html", "history"})


def _quotation(words: str, each: Piece, contents: Contents) -> dict[str, Any]:
    record = contents.reference.record
    own = (name.rpartition("-") for name in (each.anchor, *each.former))
    labels = [label for document, _hyphen, label in own if document == record.id]
    found = [each.target for label in labels for each in origins(record.relations, label, words)]
    return {"words": words, **({"origins": found} if found else {})}


def cited(part: Part) -> tuple[list[str], list[str], list[str]]:
    """Return the keys of the works, the labels and the terms that a part names."""
    works: dict[str, None] = {}
    leads: dict[str, None] = {}
    terms: dict[str, None] = {}
    waiting: list[Any] = [part]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            continue
        role, facts, *content = each
        waiting += reversed(content)
        target = facts.get("target", "")
        if role == "citation":
            works |= dict.fromkeys(key for _before, key, _after in citations(target))
        elif role == "link" and facts.get("kind") == "term":
            terms[target] = None
        elif role == "link" and target and ":" not in target and "kind" not in facts:
            leads[target] = None
    return list(works), list(leads), list(terms)


def is_anchor(target: str) -> bool:
    """Whether a text has the form of an anchor."""
    try:
        Anchor.parse(target)
    except ValueError:
        return False
    return True


def events(history: History | None, wordings: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield what happened to an anchor, oldest first; ``text`` is that of a superseded wording."""
    own = history.events if history is not None else ()
    amendments = history.amendments if history is not None else ()
    is_live = history is not None and history.state is State.LIVE
    standing = history.sha256 if history is not None and is_live else None
    for event in own:
        is_first_seal = event.kind is Kind.AMEND and event not in amendments
        found = {"date": event.date, "event": "seal" if is_first_seal else event.kind.value}
        if event.sha256 is not None:
            found["sha256"] = event.sha256
            if event.sha256 != standing and event.sha256 in wordings:
                found["text"] = wordings[event.sha256]
        if event.target is not None:
            found["target"] = event.target
        yield found


def _gone(gone: Gone, wordings: Mapping[str, str]) -> dict[str, Any]:
    history = gone.history
    found: dict[str, Any] = {
        "anchor": history.anchor, "state": history.state.value, "date": history.events[-1].date,
    }  # fmt: skip
    if history.target is not None:
        found["target"] = history.target
    if history.state is State.MOVED:
        found["now"] = gone.now
    return found | {"history": list(events(history, wordings))}
