"""Writes what the search page reads: the texts of all entries, in files of limited size.

The files are scripts that hand over one JSON value, because a page that is opened from a disk can
load scripts and nothing else.  In a small archive a search reads all texts; in a large one on a
server, Pagefind tells which entries to read.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from archive.files import write_if_changed
from archive.search import BUCKETS, DOCUMENT, Entry, Shelf, bucket_of

FOLDER = "search-index"
OVERVIEW = "overview"

# Bytes of all texts up to which a reader loads them all, and no Pagefind: packed they weigh about
# as much as its program and what it loads for a first query.
MOST_READ = 400_000
_CHUNK = 100_000  # bytes of a file of texts, on average

# The fingerprints in one file, at most; their first digits tell the file.
_MOST_PRINTS = 1_000

_WORD = re.compile(r"[^\W\d_]{3,}")


def write_texts(shelves: Sequence[Shelf], folder: Path, shares: int) -> int:
    """Write the files for the search page, and remove others; return the number of entries.

    ``shares`` is the number of shares of the index that Pagefind made, 0 if it made none.
    """
    buckets = [
        [Entry.parse(path.read_text("utf-8")) for path in _in_order(files)]
        for files in zip(*(shelf.buckets() for shelf in shelves), strict=True)
    ]
    entries = [entry for bucket in buckets for entry in bucket]
    rows = [[_json(_row(each)) for each in bucket] for bucket in buckets]
    size = sum(len(row.encode("utf-8")) for bucket in rows for row in bucket)
    chunks = 1
    while chunks < BUCKETS and size > chunks * _CHUNK:
        chunks *= 2
    made = {
        f"texts-{chunk}": f"[{','.join(row for bucket in rows[chunk::chunks] for row in bucket)}]"
        for chunk in range(chunks)
    }
    anchors = [shelf.anchors() for shelf in shelves]
    prints, digits = _prints(each.prints for each in anchors)
    moved = {old: new for each in anchors for old, new in sorted(each.moved.items())}
    made |= prints
    made["names"] = _json({"documents": list(_names(entries, chunks)), "moved": moved})
    if shares:
        made["words"] = _json(_words(entries))
    made[OVERVIEW] = _json({
        "texts": chunks, "shares": shares, "digits": digits, "filters": _filters(entries),
        "alike": [[each.title, *each.also] for each in entries if each.also],
    })  # fmt: skip
    for name, text in made.items():
        data = text.replace("</", "<\\/")  # ends no script, wherever it is pasted
        write_if_changed(folder / f"{name}.js", f'searchData("{name}", {data});\n')
    for path in folder.glob("*"):
        if path.stem not in made:
            path.unlink()
    return len(entries)


def size_of(shelf: Shelf) -> int:
    """About how many bytes the texts of a shelf take."""
    return sum(path.stat().st_size for bucket in shelf.buckets() for path in bucket)


def _in_order(files: Iterable[list[Path]]) -> list[Path]:
    """The files of one bucket in several shelves, in the order that one shelf would give them."""
    return sorted((path for each in files for path in each), key=lambda path: path.parts[-2:])


def _row(entry: Entry) -> list[object]:
    places = [[place.anchor, place.name, place.words] for place in entry.places]
    facets: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in entry.facets:
        facets[name].append(value)
    return [entry.page, entry.title, entry.about, facets, places]


def _names(entries: Iterable[Entry], chunks: int) -> Iterator[list[object]]:
    """What a citation can name of each document, and which file has its text."""
    for entry in entries:
        if ("type", DOCUMENT) in entry.facets:
            labels = [each.anchor.rpartition("-")[2] for each in entry.places[1:]]
            names = [entry.places[0].anchor, entry.name, entry.title, entry.about.split(" · ")[0]]
            yield [*names, bucket_of(entry.page.removesuffix(".html")) % chunks, " ".join(labels)]


def _prints(anchors: Iterable[dict[str, list[str]]]) -> tuple[dict[str, str], int]:
    """The files with the anchors of each fingerprint, and how many digits their names have."""
    all_prints: defaultdict[str, set[str]] = defaultdict(set)
    for each in anchors:
        for sha256, named in each.items():
            all_prints[sha256].update(named)
    digits = 0
    while len(all_prints) > _MOST_PRINTS * 16**digits:
        digits += 1
    files: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    for sha256 in sorted(all_prints):
        files[sha256[:digits]][sha256] = sorted(all_prints[sha256])
    return {f"prints-{begin}": _json(found) for begin, found in files.items()}, digits


def _words(entries: Iterable[Entry]) -> str:
    """All words, from the most to the least frequent; spellings are proposed from them."""
    counted: Counter[str] = Counter()
    for entry in entries:
        for place in entry.places:
            counted.update(map(str.lower, _WORD.findall(place.words)))
    return " ".join(sorted(counted, key=lambda word: (-counted[word], word)))


def _filters(entries: Iterable[Entry]) -> dict[str, Counter[str]]:
    """How many entries have each value of each filter."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for entry in entries:
        for name, value in entry.facets:
            counts[name][value] += 1
    return counts


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
