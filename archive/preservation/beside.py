"""What stands beside a document, held against the ledger: its versions, its past, its proof."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from archive.citation.companion import ALIGNED, BESIDE, VERSION, Past, Version, aligned, section
from archive.model import seal
from archive.model.ledger import Event, History, Kind, State
from archive.model.passage import Anchor, fingerprint
from archive.model.tree import LogPlace
from archive.model.wordings import Key
from archive.model.wordings import aligned as aligned_rows
from archive.model.wordings import key as key_of
from archive.model.words import languages, named, words
from archive.preservation.drawn import MARKS, Allowed, Piece, Shown, texts_in, texts_of
from archive.preservation.ledger import Fates, once
from archive.preservation.pages import Element
from archive.preservation.sealed import EARLIER, Sealed, Sections, events_of, template
from archive.preservation.words import classes_of, is_hidden, squeezed, words_beside

# --- What the page and the PDF with the versions of one text may say, by the passages of all.

ENDING = f".{BESIDE.removesuffix('.html')}.pdf"
PAGE = f".{BESIDE}"
MOST = 12  # versions that a page shows (``archive.site.show.versions``)
_LACKING = "No passage of this version stands at this place."
_TITLE = "Versions side by side: {document}"


def first_of(path: str) -> str | None:
    """The id of the first version, by the path of the PDF; None of another file."""
    name = path.removeprefix("documents/").removesuffix(ENDING)
    return name if path == f"documents/{name}{ENDING}" else None


def allowed_beside(
    path: str,
    pages: Sequence[str],
    versions: Sequence[Version],
    sealed: Sequence[Sealed],
    total: int,
) -> Allowed:
    """What the PDF may say, by what the pages of all versions show."""
    settings = sealed[0].settings
    own = [settings.name, *_added(versions, sealed)]
    address = f"{settings.base.partition('://')[2]}{path.removesuffix('.pdf')}.html"
    texts, formulas = texts_of(pages)
    heads = frozenset(map(squeezed, (*own, address)))
    return Allowed(Shown(texts), Shown(own), MARKS, heads, formulas, total)


def unlike_page(
    tree: Element, pages: Sequence[str], versions: Sequence[Version], sealed: Sequence[Sealed],
    fates: Fates,
) -> Iterator[str]:  # fmt: skip
    """What the page shows otherwise than the pages of all versions, which ``pages`` are, do.

    Each passage has its words, and stands beside those that answer it in other versions.  Where
    links lead is not looked at.
    """
    article = next((each for each in tree.iter("{*}article")), tree)
    if any(map(is_hidden, article.iter())):
        yield "something in it is hidden"
    shown, own = Shown(texts_of(pages)[0]), frozenset(map(squeezed, _on_page(versions, sealed)))
    labels = (each.get("aria-label", "") for each in article.iter("{*}div"))
    for text in (*labels, *texts_in(article)):
        said = squeezed(text)
        if said and said not in own and shown.find(Piece(said, False, False)) < 0:
            yield f"it shows “{text.strip()}”, and none of its versions does"
    yield from _unlike_rows(article, _ordered(sealed)[:MOST], fates)


def _unlike_rows(article: Element, sealed: Sequence[Sealed], fates: Fates) -> Iterator[str]:
    """The passages that stand elsewhere than beside those that answer them, or say other words."""
    wanted = aligned_rows([[*_passages(one, fates)] for one in sealed])
    rows = [each for each in article.iter("{*}div") if each.get("role") == "group"]
    for row, passages in zip_longest(rows, wanted):
        cells = [each for each in row if "version" in classes_of(each)] if row is not None else []
        there = [each.get("id") for each in cells]
        expected = [each and each.anchor for each in passages or ()]
        if there != expected:
            yield f"{_named(there)} stands where {_named(expected)} follows"
            return
        names = next(each.names for each in passages or () if each is not None)
        for one, cell, passage in zip(sealed, cells, passages or (), strict=True):
            if passage is not None:
                yield from _unlike_cell(cell, one, passage, names, fates)


def _named(anchors: Iterable[str | None]) -> str:
    return " beside ".join(filter(None, anchors)) or "nothing"


class _Passage(NamedTuple):
    anchor: str
    names: frozenset[str]  # that it may have, without the name of its document


def _passages(sealed: Sealed, fates: Fates) -> Iterator[tuple[Key, _Passage]]:
    """The passages of a version by what aligns them, but for those that only have parts."""
    for each in sealed.standing.values():
        anchor = Anchor.parse(each.anchor)
        is_passage = anchor.is_passage and each.part[0] != "heading"
        if is_passage and fates.words.get(each.anchor, _FRAME)[0] != _FRAME[0]:
            short = sealed.record.short_title
            spoken = each.spoken.removeprefix(short).strip(" ,،，")
            names = frozenset(filter(None, (each.where, spoken)))
            yield key_of(anchor, each.where), _Passage(each.anchor, names)


_FRAME = (fingerprint(""), 0)  # what a passage says that only has parts


def _unlike_cell(
    cell: Element, sealed: Sealed, passage: _Passage, names: Iterable[str], fates: Fates
) -> Iterator[str]:
    """What a passage says or is called there otherwise, and where its links lead instead."""
    if fingerprint(words_beside(cell)) != fates.words[passage.anchor][0]:
        yield f"{passage.anchor} does not say there what the ledger has"
    spoken_in = [words(each) for each in ("en", *languages())]
    allowed = {aligned(name, sealed.record.language, say) for name in names for say in spoken_in}
    document, anchor = sealed.record.id, passage.anchor
    leads = [f"{document}.html#{anchor}", f"{document}.made.html#{anchor}"]
    links = list(cell[0].iter("{*}a"))
    name = " ".join("".join(links[0].itertext()).split()) if links else ""
    if [each.get("href") for each in links] != leads or name not in allowed:
        yield f"{anchor} is called “{name}” there, or leads elsewhere"


def _on_page(versions: Sequence[Version], sealed: Sequence[Sealed]) -> Iterator[str]:
    """What the page says besides the passages."""
    yield from (",", ".", "·", "PDF", *(each.own_name for each in versions))
    yield from (f". {one.settings.publisher}," for one in sealed)
    added = {*_added(versions, sealed)}
    added |= {name for one in sealed for each in one.standing.values() for name in (
        each.where, f"{one.record.short_title}, {each.where}", each.spoken) if name
    }  # fmt: skip
    for each in ("en", *languages()):
        say = words(each)
        yield from map(say, (_LACKING, "Cite", "Versions to show", "Aligned citations"))
        for version in versions:
            name = say(VERSION).format(language=named(version.language, each))
            yield name
            yield from (say(ALIGNED).format(passage=said, version=name) for said in added)
    yield from (*added, *(each.anchor for one in sealed for each in one.standing.values()))


def _added(versions: Sequence[Version], sealed: Sequence[Sealed]) -> Iterator[str]:
    """What is printed besides the passages: how they are cited, and what has no counterpart.

    The language of the archive, which no ledger tells, is any that it has words of.
    """
    short = {each.record.id: each.record.short_title for each in sealed}
    spoken_in = ("en", *languages())
    for each in spoken_in:
        yield words(each)(_TITLE).format(document=short[versions[0].id])
    by_id = {each.id: each for each in versions}
    ordered = [by_id[each.record.id] for each in _ordered(sealed)]
    for key in dict.fromkeys(key for each in ordered for key in each.passages):
        owner = next(each for each in ordered if key in each.passages)
        spoken = owner.passages[key][1]
        yield spoken.removeprefix(short[owner.id]).strip(" ,،，")
        yield from (aligned(spoken, each.language, words(owner.language)) for each in ordered)
        lacking = [each.language for each in ordered if key not in each.passages]
        for language in spoken_in if lacking else ():
            say = words(language)
            told = (say(VERSION).format(language=named(each, say.language)) for each in lacking)
            yield f"{' · '.join(told)}: {say(_LACKING)}"


def _ordered(sealed: Sequence[Sealed]) -> list[Sealed]:
    """The versions with those last that are held in part."""
    first, *others = sealed
    return [first, *sorted(others, key=lambda each: each.record.extent is not None)]


# --- What a copy says that passages said on earlier days, held against the ledger.
#
# ``wordings.jsonl`` has words by their fingerprint, and a history page shows those of its document
# (``archive.citation.companion``).  Each word has the fingerprint that a line of the ledger has,
# and what a page says besides follows from the ledger and the record.

_WORDINGS = Sections("wordings", "histories", "what is told of earlier words of {}")
_STATES = {Kind.MOVE: State.MOVED, Kind.WITHDRAW: State.WITHDRAWN}


def read_past(data: bytes, fates: Fates) -> tuple[dict[str, str], list[str]]:
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


# --- Reads the proof beside a document that the ledger has each of its passages, and holds it.
#
# ``archive.model.proof`` describes both forms.  This reader shares no code with the one that wrote
# it: it writes out what the second form has in short, and compares all of it with the ledger.

_FIRST = frozenset({"log", "passages", "sealed"})
_SECOND = _FIRST | {"format", "document", "parts", "runs", "hashes", "entries"}
_RUN = frozenset({"line", "date", "event", "labels", "path"})

_SEALED = frozenset({"archive", "record", "order", "cites", "works", "stands", *EARLIER})


@dataclass(frozen=True, slots=True)
class Entry:
    """What a proof says of one passage."""

    anchor: str
    sha256: str
    line: int
    entry: str | None  # the line; None where it follows from the event
    event: Mapping[str, str]  # its date and kind; empty where the line itself is there
    path: tuple[str, ...] | None  # None where it follows from the line before
    root: str | None = None  # which the second form leaves out: it follows from line and path


@dataclass(frozen=True, slots=True)
class Given:
    """A proof as it was read."""

    document: str | None  # which the first form does not name
    log: str
    entries: tuple[Entry, ...]
    parts: Mapping[str, list[str]]
    sealed: Any  # as the first form has it; None without
    faults: tuple[str, ...] = field(default=())


def read_proof(data: bytes) -> Given:
    """Read a proof.  Raises ValueError, KeyError and TypeError where it is none."""
    given = json.loads(data, object_pairs_hook=once)
    number = given.get("format", 1)
    if number == 1 and type(number) is int:
        return _first(given)
    if number == 2 and type(number) is int:
        return _second(given)
    raise ValueError(f"it has the format {number}, which this engine does not know")


def _first(given: Mapping[str, Any]) -> Given:
    entries = [
        Entry(
            each["anchor"], each["sha256"], int(each["line"]), each["entry"], {},
            tuple(each["path"]), each["root"],
        )
        for each in given["passages"]
    ]  # fmt: skip
    parts = {each["anchor"]: each["parts"] for each in given["passages"] if "parts" in each}
    faults = ["it says more than a proof"] if given.keys() - _FIRST else []
    return Given(
        None, given.get("log", ""), tuple(entries), parts, given.get("sealed"), tuple(faults)
    )


def _second(given: Mapping[str, Any]) -> Given:
    document, passages, hashes = given["document"], given["passages"], given["hashes"]
    written = given.get("entries", {})
    entries: list[Entry] = []
    used: list[int] = []
    for run in given["runs"]:
        event = {"date": run["date"], "event": run["event"]}
        for at, label in enumerate(run["labels"]):
            path = None if at else tuple(hashes[index] for index in run["path"])
            entries.append(Entry(
                f"{document}-{label}", passages[label], run["line"] + at, written.get(label), event,
                path,
            ))  # fmt: skip
        used += run["path"]
    lines = [each.line for each in entries]
    anchors = {each.anchor for each in entries}
    is_plain = (
        given.keys() <= _SECOND and all(run.keys() == _RUN for run in given["runs"])
        and lines == sorted(set(lines)) and len(anchors) == len(entries) == len(passages)
        and written.keys() <= passages.keys() and list(dict.fromkeys(used)) == [*range(len(hashes))]
    )  # fmt: skip
    faults = () if is_plain else ("it is not written as a proof is",)
    parts = {
        f"{document}-{label}": [f"{document}-{each}" for each in of_it]
        for label, of_it in given.get("parts", {}).items()
    }
    sealed = _written_out(given["sealed"], document) if "sealed" in given else None
    return Given(document, given["log"], tuple(entries), parts, sealed, faults)


def _written_out(sealed: Mapping[str, Any], document: str) -> dict[str, Any]:
    """The data of seals as the first form has it."""

    def parts(held: Sequence[Any]) -> list[Any]:
        return [each if isinstance(each, str) else part(each) for each in held]

    def part(each: Sequence[Any]) -> list[Any]:
        if len(each) == 1:
            return [seal.PASSAGE, {"anchor": f"{document}-{each[0]}"}]
        return [each[0], each[1], *parts(each[2:])]

    if unknown := sealed.keys() - _SEALED:
        raise ValueError(f"its data of seals has {min(unknown)}")
    order = parts(sealed["order"])
    stands = {f"{document}-{label}": part(each) for label, each in sealed["stands"].items()}
    return {
        **sealed, "order": order, "stands": stands, "cites": sealed.get("cites", seal.cited(order))
    }  # fmt: skip


def wrong(given: Given, document: str, anchors: Sequence[str], fates: Fates) -> Iterator[str]:
    """What a proof says otherwise than the ledger does of the anchors that stand."""
    yield from given.faults
    if given.document not in (None, document):
        yield f"it is of {given.document}"
    proved = {each.anchor for each in given.entries}
    yield from (f"{anchor} has no proof" for anchor in anchors if anchor not in proved)
    for each in given.entries:
        if not 0 < each.line <= fates.tree.size or not _is_proved(each, fates):
            yield f"the proof of {each.anchor} is not the ledger's"


def _is_proved(each: Entry, fates: Fates) -> bool:
    line, event = fates.lines[each.line - 1].decode("utf-8"), fates.event(each.line)
    path = [known.hex() for known in fates.tree.inclusion(each.line - 1, each.line)]
    return (
        event.get("anchor") == each.anchor
        and each.sha256 == fates.sha256_at(each.anchor, each.line)
        and each.event.items() <= event.items()
        and (each.entry == line if each.entry is not None else _follows(each, event, line))
        and (each.path is None or list(each.path) == path)
        and (each.root is None or each.root == fates.tree.root(each.line).hex())
    )


def _follows(each: Entry, event: Mapping[str, str], line: str) -> bool:
    """Whether a line can be written from what the proof has of it."""
    words = {"sha256": each.sha256} if event["event"] in ("publish", "revise") else {}
    made = {
        "date": event["date"], "event": event["event"], "anchor": each.anchor, **words,
        "seal": event.get("seal"), "after": event.get("after"),
    }  # fmt: skip
    return json.dumps(made, ensure_ascii=False) == line
