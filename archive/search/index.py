"""Keeps the index in step with the entries, and indexes no more than what changed.

Pagefind cannot add to an index that it wrote.  An archive is therefore indexed in shares, of which
a change concerns one; a reader's browser searches all of them as one.  Each share costs a reader
some 25 KB more for the first query, so that there are few.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from archive.files import write
from archive.search.entry import Entry
from archive.search.pagefind import index
from archive.search.settling import PROGRAM, count_filters, settle
from archive.search.shelf import TRAYS, Shelf

# Entries, up to which one share holds all: Pagefind takes 0.4 MB for each while it indexes.
MOST_ALONE = 300
MOST_IN_A_SHARE = 2_000  # entries on average, beyond

OVERVIEW = "archive.json"  # what the search page reads first
COUNTS = "filters.json"  # of a share: how many entries have each value of each filter


@dataclass(frozen=True, slots=True)
class Indexed:
    """What an index holds, and how much of it was made anew."""

    entries: int
    shares: int
    made: int  # shares


def keep_in_step(shelf: Shelf, folder: Path, program: Path) -> Indexed:
    """Bring the index at ``folder`` in step with the shelf.

    Each share is put in its place when it is whole, and the overview is written last; a run that
    was interrupted is made good by the next.  Raises PagefindError.
    """
    shares = divide(shelf.trays())
    before = _digests(folder)
    wanted = [_digest(share) for share in shares]
    stale = [
        number
        for number, digest in enumerate(wanted)
        if before.get(number) != digest or not (folder / str(number)).is_dir()
    ]
    for number in stale:
        _make(shares[number], folder / str(number), program, with_program=number == 0)
    folder.mkdir(parents=True, exist_ok=True)
    _remove_others(folder, len(shares))
    _write_overview(folder, wanted)
    return Indexed(sum(map(len, shares)), len(shares), len(stale))


def join(folders: Iterable[Path], target: Path) -> None:
    """Put the shares of several indexes together as one, linked and not copied.

    ``target`` is a folder that does not exist yet; it is not made where there is no index.
    """
    digests: list[str] = []
    for folder in folders:
        for number, digest in _digests(folder).items():
            spare = shutil.ignore_patterns(*PROGRAM) if digests else None
            place = target / str(len(digests))
            shutil.copytree(folder / str(number), place, copy_function=os.link, ignore=spare)
            digests.append(digest)
    if digests:
        _write_overview(target, digests)


def divide(trays: list[list[Path]]) -> list[list[Path]]:
    """The files of each share: so many whole trays, so that shares stay apart by page."""
    count, number = sum(map(len, trays)), 1
    if count > MOST_ALONE:
        number = 2
    while number < TRAYS and count > number * MOST_IN_A_SHARE:
        number *= 2
    shares = [[path for tray in trays[share::number] for path in tray] for share in range(number)]
    return [share for share in shares if share]


def _digest(share: list[Path]) -> str:
    """SHA-256 of all that the share's index depends on, this code included."""
    found = hashlib.sha256(_engine())
    for path in share:
        found.update(f"{path.parent.name}/{path.name}\0".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _engine() -> bytes:
    """The code of this package; its Pagefind is pinned, and its version part of each index."""
    return b"\0".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))


def _make(share: list[Path], place: Path, program: Path, *, with_program: bool) -> None:
    files = index(program, (Entry.parse(path.read_text("utf-8")) for path in share))
    kept = settle(files)
    if with_program:
        kept |= {name: files[name] for name in PROGRAM}
    kept[COUNTS] = _json(count_filters(kept))
    new = place.with_name(f"{place.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    for name, data in kept.items():
        write(new / name, data)
    shutil.rmtree(place, ignore_errors=True)
    new.rename(place)


def _remove_others(folder: Path, shares: int) -> None:
    kept = {OVERVIEW, *map(str, range(shares))}
    for path in folder.iterdir():
        if path.name not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _digests(folder: Path) -> dict[int, str]:
    """The digest of what each share was made from; none where there is no sound overview."""
    try:
        return dict(enumerate(json.loads((folder / OVERVIEW).read_text("utf-8"))["shares"]))
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _write_overview(folder: Path, digests: list[str]) -> None:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for number in range(len(digests)):
        found = json.loads((folder / str(number) / COUNTS).read_bytes())
        for name, values in found.items():
            counts[name].update(values)
    overview = {"shares": digests, "filters": counts}
    write(folder / OVERVIEW, _json(overview))


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8")
