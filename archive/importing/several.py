"""A folder or a ZIP archive of files: one draft each, and one summary of all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from archive.importing import RefusedError, container, importer
from archive.importing.placing import DOUBTED, File, Places, Received, Wishes, place, write

MOST = 500  # files
_IGNORED = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})
_LONGEST = 40  # characters of an id that come from a file’s name


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of all files; the exit code is the gravest of theirs."""

    told: str
    code: int


def place_all(places: Places, named: Path, data: bytes | None, wishes: Wishes) -> Outcome:
    """Import each file of a folder, or of the ZIP archive ``data``.

    The document ids begin with that of ``places``.  A file that is refused stops no other.  Raises
    RefusedError where there is none, or there are too many.
    """
    rows: list[str] = []
    codes: list[int] = []
    taken: set[str] = set()
    for path, content in _files(named, data):
        name, id_ = _shown(path), _id(places.id, path, taken)
        try:
            found = place(Places(places.root, id_, places.settings),
                          Received(content(), PurePosixPath(name).name), wishes)  # fmt: skip
        except RefusedError as refused:
            rows.append(f"- {name}: nothing was written. {refused.message} [{refused.rule}] "
                        f"To mend: {refused.mend}")  # fmt: skip
            codes.append(1)
            continue
        first = found.told.partition("\n")[0].removeprefix("- words: ")
        what = "to be confirmed" if found.code == DOUBTED else f"documents/{id_}.md"
        rows.append(f"- {name}: {first if first.startswith(what) else f'{what}. {first}'}")
        codes.append(found.code)
    if not rows:
        raise RefusedError("import-empty", "It holds no file.", "name one with files in it.")
    summary = places.work("summary.txt")
    text = "\n".join([f"# Import of {len(rows)} files as {places.id}", "", *rows, ""])
    write([File(summary.with_name(".gitignore"), b"*\n", replace=True),
           File(summary, text.encode(), replace=True)])  # fmt: skip
    told = "\n".join([*rows, f"This summary is in {places.shown(summary)}."])
    return Outcome(told, max(codes, key=lambda code: (code == 1, code)))


def _files(named: Path, data: bytes | None) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The names of the files in their order, each with what reads it."""
    if data is not None:
        yield from container.members(data, MOST, importer.MAX_FILE)
        return
    found = sorted(each for each in named.rglob("*") if each.is_file() and not each.is_symlink())
    shown = [each for each in found if not _ignored(each.relative_to(named).parts)]
    if len(shown) > MOST:
        raise RefusedError(
            "import-too-much", f"The folder holds {len(shown):,} files; at most {MOST} are read.",
            "import its parts one after the other.",
        )  # fmt: skip
    for each in shown:
        yield each.relative_to(named).as_posix(), partial(importer.load, each)


def _shown(name: str) -> str:
    """A file’s name for one line of a terminal: no controls, no bytes that are no letters."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in name)


def _ignored(parts: tuple[str, ...]) -> bool:
    return any(part.startswith(".") or part in _IGNORED for part in parts)


def _id(base: str, name: str, taken: set[str]) -> str:
    """A document id from a file’s name, that no other file of this import has."""
    stem = unicodedata.normalize("NFKD", PurePosixPath(name).stem.lower())
    words = re.sub(r"[^a-z0-9]+", "-", stem.encode("ascii", "ignore").decode()).strip("-")
    first = f"{base}-{words[:_LONGEST].strip('-')}" if words else base
    made, again = first, 1
    while made in taken:
        again += 1
        made = f"{first}-{again}"
    taken.add(made)
    return made
