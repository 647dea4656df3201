"""Updates the search index, indexing only what changed.

Pagefind cannot add to an existing index.  A large archive is therefore indexed in shares, so that a
change affects one share only; the browser searches all of them together.  Each share adds about
25 KB to a reader's first query, so there are few.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from archive.files import write
from archive.search.entry import BUCKETS, Entry, Shelf
from archive.search.pagefind import PROGRAM, index, settle

# Up to so many entries there is one share: Pagefind takes 0.4 MB for each while it indexes.
MOST_ALONE = 300
MOST_IN_A_SHARE = 1_300  # entries on average in larger archives: less than 500 MB
# How many shares there are: each step is a new index of all, so there are few.
_NUMBERS = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, BUCKETS)

OVERVIEW = "archive.json"  # the digest of each share


@dataclass(frozen=True, slots=True)
class Indexed:
    """What an index holds, and how much of it was made."""

    entries: int
    shares: int
    made: int  # shares


def keep_in_step(shelf: Shelf, folder: Path, program: Path) -> Indexed:
    """Update the index at ``folder`` to the entries on the shelf.

    Each share is put in place when it is complete, and the overview is written last, so that the
    next run completes an interrupted one.  Raises PagefindError.
    """
    shares = divide(shelf.buckets())
    before = _digests(folder)
    wanted = [_digest(share) for share in shares]
    made = 0
    for number, (share, digest) in enumerate(zip(shares, wanted, strict=True)):
        place = folder / str(number)
        if before.get(number) != digest or not place.is_dir():
            _make(share, place, program, with_program=number == 0)
            made += 1
    folder.mkdir(parents=True, exist_ok=True)
    kept = {OVERVIEW, *map(str, range(len(shares)))}
    for path in folder.iterdir():
        if path.name not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    _write_overview(folder, wanted)
    return Indexed(sum(map(len, shares)), len(shares), made)


def join(folders: Iterable[Path], target: Path) -> int:
    """Join the shares of several indexes at ``target``, by hard links; return how many there are.

    ``target`` must not exist yet; without any index it is not made.
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
    return len(digests)


def divide(buckets: list[list[Path]]) -> list[list[Path]]:
    """The files of each share, which consists of whole buckets: a page is in one share."""
    count, number = sum(map(len, buckets)), 1
    if count > MOST_ALONE:
        number = next((each for each in _NUMBERS if count <= each * MOST_IN_A_SHARE), BUCKETS)
    shares = [
        [path for bucket in buckets[share::number] for path in bucket] for share in range(number)
    ]
    return [share for share in shares if share]


def _digest(share: list[Path]) -> str:
    """SHA-256 of all that the index of a share depends on, this code included."""
    # The code of this package.  Pagefind is pinned, and each index holds its version.
    code = (path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    found = hashlib.sha256(b"\0".join(code))
    for path in share:
        found.update(f"{path.parent.name}/{path.name}\0".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _make(share: list[Path], place: Path, program: Path, *, with_program: bool) -> None:
    files = index(program, [Entry.parse(path.read_text("utf-8")) for path in share])
    kept = settle(files)
    if with_program:
        kept |= {name: files[name] for name in PROGRAM}
    new = place.with_name(f"{place.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    for name, data in kept.items():
        write(new / name, data)
    shutil.rmtree(place, ignore_errors=True)
    new.rename(place)


def _digests(folder: Path) -> dict[int, str]:
    """The digest of each share by number; none if the overview is missing or broken."""
    try:
        return dict(enumerate(json.loads((folder / OVERVIEW).read_text("utf-8"))["shares"]))
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _write_overview(folder: Path, digests: list[str]) -> None:
    write(folder / OVERVIEW, json.dumps({"shares": digests}) + "\n")
