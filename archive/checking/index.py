"""Writes what a check reads of an archive: the index of words, and each document as a script.

It is made from the data beside the documents of a built site, and from the site's ledger.  What was
counted of a document is kept, so that only what changed is counted again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import eq, sub
from os.path import commonprefix
from pathlib import Path
from typing import Any

from archive.checking.references import names
from archive.checking.words import chosen, number_of_print, numbers, numbers_of_title, words
from archive.files import read_pickle, write_if_changed, write_pickle

FOLDER = "check-index"
OVERVIEW = "overview"
DATA, SCRIPT = ".passages.json", ".passages.js"
FORMAT = 1
KEPT = "words of passages 4"  # the form of what is kept between builds
KEPT_IN = "checked-words"  # a file beside the node trees, which is removed with them

MOST_FILES = 500
_ENTRIES = 2_000  # in one file, on average
MOST_DOCUMENTS = 32  # under one number
# The window for archives of up to so many words.
_WINDOWS = ((400_000, 1), (1_600_000, 3))
_WIDEST = 10

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Counted:
    """What the index takes from one document."""

    digest: bytes  # of its data
    head: tuple[str, str, str, tuple[str, ...]]  # short title, language, year, issuers
    title: int  # the number of its title; 0 of one word
    publisher: str
    day: str  # the last in its histories
    words: int
    runs: tuple[tuple[int, ...], ...]  # the numbers of each wording, in order
    prints: frozenset[int]  # the numbers of its fingerprints


def update(site: Path, kept: Path, name: str, base: str) -> str:
    """Bring the index of a site up to date; say in words what was done.

    ``kept`` is a file that is made anew where it is missing.  Raises OSError.
    """
    known_before: tuple[str, dict[str, Counted]] | None = read_pickle(kept, KEPT)
    earlier, before = known_before or ("", {})
    found: dict[str, Counted] = {}
    changed = 0
    for path in sorted((site / "documents").glob(f"*{DATA}")):
        data = path.read_bytes()
        id_, digest = path.name.removesuffix(DATA), hashlib.sha256(data).digest()
        script = path.with_name(f"{id_}{SCRIPT}")
        known = before.get(id_)
        if known is None or known.digest != digest or not script.is_file():
            content = json.loads(data)
            row = row_of(content)
            write_if_changed(script, script_of(row))
            known = _count(digest, row, content["document"])
            changed += 1
        found[id_] = known
    for path in (site / "documents").glob(f"*{SCRIPT}"):
        if path.name.removesuffix(SCRIPT) not in found:
            path.unlink()
    gone = _gone(site / "ledger.jsonl", found)
    state = _state(found, gone, name, base)
    if state != earlier or not _is_whole(site / FOLDER):
        _write(site / FOLDER, files(found, gone, name, base))
        write_pickle(kept, (state, found), KEPT)
    return f"{len(found)} documents to check texts with, {changed} counted anew"


def _state(
    found: Mapping[str, Counted], gone: Mapping[str, Sequence[str]], name: str, base: str
) -> str:
    """A digest of all that the index is made of, this code included."""
    said = [name, base, dict(gone), [(id_, each.digest.hex()) for id_, each in found.items()]]
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return hashlib.sha256(json.dumps(said).encode("utf-8") + code).hexdigest()


def _is_whole(folder: Path) -> bool:
    """Whether the index has all its files."""
    try:
        text = (folder / f"{OVERVIEW}.js").read_text("utf-8")
    except OSError:
        return False
    count = re.search(r'"files":(\d+)', text)
    return count is not None and len([*folder.glob("words-*.js")]) == int(count[1])


def _write(folder: Path, made: Mapping[str, str]) -> None:
    for name, text in made.items():
        write_if_changed(folder / f"{name}.js", text)
    for path in folder.glob("*"):
        if path.stem not in made:
            path.unlink()


def handed_over(name: str, content: object) -> str:
    """A script that hands over one JSON value."""
    said = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    said = said.replace("</", "<\\/")  # ends no script, wherever it is pasted
    return f'checkData("{name}", {said});\n'


# --- A document


def script_of(row: Row, *, is_packed: bool = True) -> str:
    """The script that hands over a document; mirrors of earlier versions have it unpacked."""
    return handed_over(f"documents/{row['id']}", packed(row) if is_packed else row)


def packed(row: Row) -> Row:
    """A row in three quarters of its bytes: passages and events as lists, by ``_PACKED``.

    Anchors are without the document's id, names without what all begin with, ``short``, and the
    fingerprint of words that the history has last is left out.
    """
    own, passages = f"{row['id']}-", row["passages"]
    short = commonprefix([each["name"] for each in passages])  # noqa: RUF071 - of no paths

    def label(anchor: str) -> str:
        rest = anchor.removeprefix(own)
        return anchor if "-" in rest else rest

    def passage(each: Row) -> list[Any]:
        last = next((e["sha256"] for e in reversed(each.get("history", ())) if "sha256" in e), "")
        said = {
            **each, "anchor": label(each["anchor"]), "name": each["name"].removeprefix(short),
            "history": [_listed(event, _EVENT) for event in each.get("history", ())],
            "within": [label(anchor) for anchor in each.get("within", ())],
            "sha256": each["sha256"] if each["sha256"] != last else "",
        }  # fmt: skip
        return _listed(said, _PACKED)

    return {**row, "short": short, "passages": [passage(each) for each in passages]}


def unpacked(row: Row) -> Row:
    """A row as it was before ``packed``; one that is not packed as it is."""
    if "short" not in row:
        return row
    own, short = f"{row['id']}-", row["short"]

    def whole(label: str) -> str:
        return label if "-" in label else f"{own}{label}"

    def passage(values: list[Any]) -> Row:
        found = _named(_PACKED, values)
        events = [_named(_EVENT, each) for each in found.pop("history", ())]
        last = next((each["sha256"] for each in reversed(events) if "sha256" in each), "")
        given = {
            "sha256": last, **found, "anchor": whole(found["anchor"]),
            "name": f"{short}{found.get('name', '')}",
        }  # fmt: skip
        if "within" in found:
            given["within"] = list(map(whole, found["within"]))
        return given | {"history": events} if events else given

    whole_row = {name: value for name, value in row.items() if name != "short"}
    return {**whole_row, "passages": list(map(passage, row["passages"]))}


def _named(names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    return {name: value for name, value in zip(names, values, strict=False) if value}


def _listed(given: Mapping[str, Any], names: Sequence[str]) -> list[Any]:
    """The values of some names, without those at the end that there are none of."""
    values = [given.get(name) or "" for name in names]
    while values and not values[-1]:
        values.pop()
    return values


_PACKED = ("anchor", "name", "text", "history", "within", "sha256", "locator", "former")
_EVENT = ("date", "event", "sha256", "text", "target")
_KINDS = frozenset({"publish", "revise", "move", "withdraw"})  # seals change no words
_GONE = ("anchor", "state", "date", "target")
_PASSAGE = ("anchor", "name", "locator", "text", "sha256", "within", "former")


def row_of(data: Mapping[str, Any]) -> Row:
    """What a check needs of a document's data (section 1)."""
    document = data["document"]
    passages, gone = data["passages"], data.get("gone", ())
    found = {name: document[name] for name in ("id", "title", "language")}
    found["passages"] = [_held(each, _PASSAGE) for each in passages]
    if gone:
        found["gone"] = [
            _held({**each, "target": each.get("now") or each.get("target")}, _GONE) for each in gone
        ]
    return found


def _held(given: Mapping[str, Any], names: Iterable[str]) -> Row:
    found = {name: value for name in names if (value := given.get(name))}
    events = [
        {name: value for name in _EVENT if (value := event.get(name))}
        for event in given.get("history", ()) if event["event"] in _KINDS
    ]  # fmt: skip
    return found | {"history": events} if events else found


def wordings_of(row: Row) -> Iterator[tuple[str, str]]:
    """The fingerprint and the text of each wording of a document that is kept."""
    for each in row.get("passages", ()):
        yield each["sha256"], each.get("text", "")
    for each in (*row.get("passages", ()), *row.get("gone", ())):
        for event in each.get("history", ()):
            if "text" in event:
                yield event["sha256"], event["text"]


def _count(digest: bytes, row: Row, document: Mapping[str, Any]) -> Counted:
    texts = dict(wordings_of(row)).values()
    said = [words(text) for text in texts]
    held = (*row.get("passages", ()), *row.get("gone", ()))
    events = [event for each in held for event in each.get("history", ())]
    prints = {each["sha256"] for each in (*held, *events) if "sha256" in each}
    cite = document["cite"]
    title = names(document["title"])
    year = re.search(r"\d{4}", json.dumps(cite.get("issued", {})))
    return Counted(
        digest,
        (document["short_title"], document["language"], year[0] if year else "", _issuers(cite)),
        [0, *numbers_of_title(title)][-1],
        str(cite.get("publisher", "")),
        max((event["date"] for event in events), default=""),
        sum(map(len, said)),
        tuple(tuple(numbers(each)) for each in said if len(each) > 3),
        frozenset(map(number_of_print, prints)),
    )


def _issuers(cite: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of all authors, and what APA names them by in a text, if that is another."""
    authors = cite.get("author", ())
    full = [*filter(None, map(_name, authors))]
    short = [str(each.get("literal") or _name(each, "given")) for each in authors]
    in_text = f"{short[0]} et al." if len(short) > 2 else " & ".join(short)
    return (*dict.fromkeys(filter(None, [*full, in_text])),)


def _name(author: Mapping[str, str], without: str = "") -> str:
    named = ("given", "non-dropping-particle", "family")
    parts = (author.get(part) for part in named if part != without)
    return author.get("literal") or " ".join(filter(None, parts))


# --- The archive


def files(
    found: Mapping[str, Counted], gone: Mapping[str, Sequence[str]], name: str, base: str
) -> dict[str, str]:
    """The files of the index, by their names."""
    window = window_of(sum(each.words for each in found.values()))
    entries = [
        number << 16 | place
        for place, id_ in enumerate(sorted(found))
        for number in _numbers(found[id_], window)
    ]
    count = min(max(-(-len(entries) // _ENTRIES), 1), MOST_FILES)
    issuers: dict[str, int] = {}
    documents = []
    for id_ in sorted(found):
        short, language, year, who = found[id_].head
        named = [issuers.setdefault(each, len(issuers)) for each in who]
        documents.append([id_, short, language, year, *named])
    overview = {
        "format": FORMAT, "name": name, "base": base,
        "day": max((each.day for each in found.values()), default=""),
        "window": window, "files": count, "issuers": [*issuers], "documents": documents,
        "gone": dict(gone), "renamed": _renamed(found, gone),
        "titles": [found[id_].title for id_ in sorted(found)],
        "publisher": next((each.publisher for each in found.values() if each.publisher), name),
    }  # fmt: skip
    made = {OVERVIEW: handed_over(OVERVIEW, overview)}
    for number, flat in enumerate(_shards(entries, count)):
        made[f"words-{number}"] = f'checkData("words-{number}", [{flat}]);\n'
    return made


def window_of(count: int) -> int:
    """How many neighbours give one number to the index of an archive of so many words."""
    return next((window for most, window in _WINDOWS if count <= most), _WIDEST)


def _numbers(counted: Counted, window: int) -> set[int]:
    return set(counted.prints).union(*(chosen(each, window) for each in counted.runs))


def _shards(entries: list[int], count: int) -> Iterator[str]:
    """The files of words, each as the inside of a JSON list; an entry is number and document."""
    shards: list[list[int]] = [[] for _ in range(count)]
    for entry in entries:
        shards[(entry >> 16) % count].append(entry)
    for each in shards:
        each.sort()
        values = [(entry >> 16) // count for entry in each]
        places = [entry & 0xFFFF for entry in each]
        values, places = _bounded(values, places)
        flat = [0] * (2 * len(values))
        flat[::2] = map(sub, values, [0, *values])
        flat[1::2] = places
        yield ",".join(map(str, flat))


def _bounded(values: list[int], places: list[int]) -> tuple[list[int], list[int]]:
    """The values and documents without those beyond the most that one value may have."""
    far = values[MOST_DOCUMENTS:]
    if not any(map(eq, values, far)):
        return values, places
    kept = [
        at for at, value in enumerate(values)
        if at < MOST_DOCUMENTS or values[at - MOST_DOCUMENTS] != value
    ]  # fmt: skip
    return [values[at] for at in kept], [places[at] for at in kept]


def _gone(ledger: Path, found: Mapping[str, Counted]) -> dict[str, list[str]]:
    """What became of the anchors whose document is not in the archive."""
    if not ledger.is_file():
        return {}
    moved: dict[str, list[str]] = {}
    for line in ledger.read_bytes().splitlines():
        if b'"move"' in line or b'"withdraw"' in line:
            event = json.loads(line)
            state = {"move": "moved", "withdraw": "withdrawn"}.get(event["event"])
            if state is not None:
                moved[event["anchor"]] = [state, event["date"], event.get("target", "")]
    return {
        anchor: [state, date, _final(target, moved)]
        for anchor, (state, date, target) in sorted(moved.items())
        if anchor.rpartition("-")[0] not in found
    }


def _final(target: str, moved: Mapping[str, Sequence[str]]) -> str:
    seen = set[str]()
    while target in moved and moved[target][0] == "moved" and target not in seen:
        seen.add(target)
        target = moved[target][2]
    return target


def _renamed(found: Mapping[str, Counted], gone: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Where most anchors of each document went that is not in the archive any more."""
    ways: dict[str, dict[str, int]] = {}
    for anchor, (state, _date, target) in gone.items():
        if state == "moved":
            counts = ways.setdefault(anchor.rpartition("-")[0], {})
            to = target.rpartition("-")[0]
            counts[to] = counts.get(to, 0) + 1
    return {
        id_: min(counts, key=lambda to: (-counts[to], to)) for id_, counts in sorted(ways.items())
    }
