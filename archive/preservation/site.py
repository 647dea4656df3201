"""The files of a built site: listed, hashed, compared, known byte by byte, packed as a bag."""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import compress
from os import utime
from pathlib import Path
from typing import Any, NamedTuple

from archive.citation.metadata import CARD
from archive.files import is_settled, read_pickle, remove, replacing, write, write_pickle
from archive.model.proof import SIGNED
from archive.preservation.manifest import (
    MINISIGN_SIGNATURE,
    NAME,
    SSH_SIGNATURE,
    check_path,
    serialise,
)
from archive.preservation.pages import inline

# --- The files of a built site: listed, hashed, compared between builds, and known byte by byte.

# --- The files of a built site: listed, hashed, and compared between builds.
#
# Hashing reads a file again only when its size or times changed.  What was found is kept in an
# account outside the site, by which the next build knows every byte that something else wrote.  A
# file that was written within the last tick of its file system's clock is read again: it could
# change once more within it.

LEDGER = "ledger.jsonl"
PAGES = (".html", ".htm", ".xhtml")  # what a browser may run code in

SIZES = "sizes.txt"  # the bytes of each file, in the form of wc(1)

# What static hosts read and do not serve: a copy in a folder has them, a mirror need not.
HEADERS, REDIRECTS = "_headers", "_redirects"
SETTINGS = frozenset({HEADERS, REDIRECTS})

# At the root of a built site but not published: Sphinx's own note.
UNPUBLISHED = frozenset({".buildinfo", ".buildinfo.bak"})

# Files that cannot be in the manifest, because they depend on it.
_ABOUT_THE_MANIFEST = frozenset({NAME, SSH_SIGNATURE, MINISIGN_SIGNATURE})

_NOT_PUBLISHED = UNPUBLISHED | _ABOUT_THE_MANIFEST | SIGNED

BLOCK = 1 << 20  # bytes read at once
_FORMAT = "hashes 7"  # an account of another form is none
_FEW = 100  # files are read again sooner than an account is written


# Listing


class File(NamedTuple):
    """What the file system knows of a file without reading it."""

    path: str  # relative to the site's root, with slashes
    size: int  # bytes
    modified: int  # nanoseconds since 1970, of the bytes
    changed: int  # nanoseconds since 1970, of the bytes, the name or the permissions


def files(root: Path) -> Iterator[File]:
    """Every file that a site publishes, in no order, without the manifest and its signatures.

    Raises OSError where a folder cannot be read, ValueError for anything but files and folders.
    """
    return (file for file in tree(root) if file.path not in _NOT_PUBLISHED)


def tree(root: Path) -> Iterator[File]:
    """Every file below a folder.  Raises as ``files`` does."""
    return (
        File(path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns) for path, stat in _walk(root)
    )


def _walk(root: Path) -> Iterator[tuple[str, os.stat_result]]:
    """The path of every file below a folder, and what the file system knows of it."""
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(f"{root}/{folder}") as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False):
                    yield f"{folder}{entry.name}", entry.stat(follow_symlinks=False)
                elif entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{folder}{entry.name}/")
                else:
                    path = root / folder / entry.name
                    raise ValueError(f"{path} is neither a file nor a folder: remove it")


# Hashing


class Hashed(NamedTuple):
    """A file with what reading it gave; begins as ``File``."""

    path: str
    size: int
    modified: int
    changed: int
    sha256: str
    inline: frozenset[str]  # the code that stands in it, if it is a page


@dataclass(frozen=True, slots=True)
class Reading:
    """All files of a site by path, and how much had to be read for it."""

    hashed: Mapping[str, Hashed]
    files_read: int = 0

    @property
    def digests(self) -> dict[str, str]:
        return {path: each.sha256 for path, each in self.hashed.items()}


def read_site(root: Path, cache: Path) -> Reading:
    """Hash every file of a site that changed since the cache was written; update the cache.

    Raises OSError where a file cannot be read, ValueError for anything but files and folders.
    """
    rows, files_read = _update(root, cache)
    return Reading({row[0]: Hashed(*row) for row in sorted(zip(*rows))}, files_read)


def record_site(root: Path, cache: Path) -> None:
    """As ``read_site``, for whom the cache alone is of use."""
    _update(root, cache)


def foreign(root: Path, cache: Path) -> dict[str, str] | None:
    """The files that something else than a build wrote since ``read_site``, and what it did.

    Each is “altered”, “missing” or “extra”, by its path.  None where the cache is lost or damaged,
    so that nobody knows.  Raises as ``read_site`` does.
    """
    started = time.time_ns()
    known = _load(cache)
    if known is None:
        return None
    odd, missing = _differing(root, known) if root.is_dir() else ([], known[0])
    told = dict.fromkeys(missing, "missing")
    before = _digests_of({file.path for file in odd}, known)
    told |= {file.path: "extra" for file in odd if file.path not in before}
    read = [_read(root, file) for file in odd if file.path in before]
    told |= {each.path: "altered" for each in read if each.sha256 != before[each.path]}
    if len(read) > _FEW and not told:
        _keep(cache, _replaced(known, read, (), started))
    return told


def read_again(root: Path, cache: Path, reading: Reading, paths: Collection[str]) -> Reading:
    """What ``read_site`` would give now that these files were written.  Raises OSError."""
    started = time.time_ns()
    fresh = {path: _read(root, _file(root, path)) for path in paths}
    found = dict(sorted({**reading.hashed, **fresh}.items()))
    _keep(cache, _replaced(_NONE, found.values(), (), started))
    return replace(reading, hashed=found)


def _file(root: Path, path: str) -> File:
    stat = (root / path).stat()
    return File(path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


# The account

# The columns of ``Hashed``, in no order of the rows.  An edit looks at the rows of a hundred
# thousand files and changes a few: columns are read, compared and written in a third of the time
# of rows.
_Columns = tuple[Sequence[Any], ...]
_NONE: _Columns = ((),) * len(Hashed._fields)


def _update(root: Path, cache: Path) -> tuple[_Columns, int]:
    """Bring the account up to date; return it, and how many files were read for it."""
    started = time.time_ns()
    known = _load(cache)
    rows = known or _NONE
    odd, missing = _differing(root, rows)
    read = [_read(root, file) for file in odd]
    if known is None or read or missing:
        rows = _replaced(rows, read, missing, started)
        _keep(cache, rows)
    return rows, len(read)


def _differing(root: Path, known: _Columns) -> tuple[list[File], Collection[str]]:
    """The files that are not as they are known, and the paths of those that are gone."""
    paths, sizes, modified, changed, *_rest = known
    stamps = dict(zip(paths, zip(sizes, modified, changed)))
    odd = []
    for path, stat in _walk(root):
        now = stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns
        if stamps.pop(path, None) != now and path not in _NOT_PUBLISHED:
            odd.append(File(path, *now))
    return odd, stamps.keys()


def _digests_of(paths: Collection[str], known: _Columns) -> dict[str, str]:
    """The SHA-256 of those of the files that are known, by path."""
    return {path: sha256 for path, sha256 in zip(known[0], known[4]) if path in paths}


def _replaced(
    rows: _Columns, read: Collection[Hashed], missing: Collection[str], started: int
) -> _Columns:
    """The account with some files read anew and others gone."""
    others = {*missing, *(each.path for each in read)}
    kept = [path not in others for path in rows[0]]
    shared = {each: each for each in rows[-1]}  # thousands of pages have one of a few values
    fresh = [
        (*_lasting(each, started), each.sha256, shared.setdefault(each.inline, each.inline))
        for each in read
    ]
    columns = zip(*fresh) if fresh else _NONE
    return tuple([*compress(old, kept), *new] for old, new in zip(rows, columns, strict=True))


def _lasting(each: Hashed, started: int) -> File:
    """What tells of a file; without its times where a clock could hide a change."""
    is_lasting = is_settled((each.modified, each.changed), started)
    return File(*each[:4]) if is_lasting else File(each.path, each.size, 0, 0)


def _keep(cache: Path, rows: _Columns) -> None:
    write_pickle(cache, rows, _FORMAT)


def _load(cache: Path) -> _Columns | None:
    """The columns of the account; None if it is missing or damaged."""
    columns: _Columns | None = read_pickle(cache, _FORMAT)
    return columns


def known_digests(cache: Path) -> dict[str, str]:
    """The SHA-256 of each file as it was last read, by path."""
    rows = _load(cache) or _NONE
    return dict(zip(rows[0], rows[4]))


def is_sealed(site: Path, cache: Path) -> bool:
    """Whether the manifest of a site is there, and is that of the files last read of it."""
    try:
        return (site / NAME).read_bytes() == serialise(known_digests(cache))
    except (OSError, ValueError):
        return False


def _read(root: Path, file: File) -> Hashed:
    if file.path.endswith(PAGES):
        data = (root / file.path).read_bytes()
        return Hashed(*file, hashlib.sha256(data).hexdigest(), inline(data))
    return Hashed(*file, digests(root / file.path)["sha256"], frozenset())


def digests(path: Path, algorithms: Iterable[str] = ("sha256",)) -> dict[str, str]:
    """The hexadecimal digests of a file by algorithm, read once.  Raises OSError."""
    hashes = {name: hashlib.new(name) for name in algorithms}
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            for each in hashes.values():
                each.update(block)
    return {name: each.hexdigest() for name, each in hashes.items()}


# Comparing


@dataclass(frozen=True, slots=True)
class Contents:
    """The SHA-256 of each file of a build, and the bytes of all together."""

    digests: Mapping[str, str]
    size: int


def contents(folder: Path) -> Contents:
    """Read every file below a folder but Sphinx's note on how it was built.

    Raises OSError and ValueError.
    """
    there = [file for file in tree(folder) if not file.path.startswith(".buildinfo")]
    found = {file.path: digests(folder / file.path)["sha256"] for file in there}
    return Contents(found, sum(file.size for file in there))


def unlike(builds: Mapping[str, Contents]) -> Iterator[str]:
    """A sentence for each file that differs between builds, which are given by name."""
    for path in sorted({path for each in builds.values() for path in each.digests}):
        versions: dict[str | None, list[str]] = {}
        for name, each in builds.items():
            versions.setdefault(each.digests.get(path), []).append(name)
        if len(versions) > 1:
            told = (
                f"{'missing' if digest is None else digest[:12]} in {', '.join(names)}"
                for digest, names in versions.items()
            )
            yield f"{path}: {'; '.join(told)}"


# --- What the last build left: every byte of it is known, and what anything else wrote is made
# anew.
#
# A page that was altered, a script that was added, a node tree that was cut off: each is told once,
# removed and made anew, so that none is published and none misleads the next build.

ACCOUNT = ".hashes"
_INDEX = "pagefind"  # of which each share is known only as a whole
_SEARCHED = (f"{_INDEX}/", "search-index/", "check-index/")
_SHOWN = 3  # names of files


class Kept:
    """What a build left below ``work``, which only a build may write: a site, and node trees.

    Each has an account of its files.  That of the node trees is missing while a build runs, and
    after one that failed or was killed: what it left may be incomplete.
    """

    def __init__(self, work: Path, site: Path) -> None:
        self.site, self.trees = site, work / "doctrees"
        self.account = work / f"{ACCOUNT}{'' if site.name == 'html' else f'-{site.name}'}"
        self._of_trees = work / f"{ACCOUNT}-doctrees"
        self._begun = work / f"{ACCOUNT}-begun"

    def mend(self) -> list[str]:
        """Remove what no build left as it is, so that it is made anew; say what that was.

        PDFs and picture cards are made again by themselves, and search is indexed again; for
        anything else of the site, all pages are read again.  Raises OSError.
        """
        told = []
        if found := _foreign(self.site, self.account):
            told.append(_told(self.site, found))
            for path in sorted(found):
                remove(self.site / path)
        lost = [path for path, what in found.items() if what != "extra"]
        if any(path.startswith(f"{_INDEX}/") for path in lost):
            remove(self.site / _INDEX)
        own = (".pdf", ".passages.js", f".{CARD.suffix}")
        needed = any(not (path.startswith(_SEARCHED) or path.endswith(own)) for path in lost)
        damaged = _foreign(self.trees, self._of_trees)
        if damaged:
            told.append(_told(self.trees, damaged))
        if damaged or needed:
            remove(self.trees)
        return told

    def begin(self) -> None:
        """Let the node trees count as incomplete from now on.  Raises OSError."""
        remove(self._begun)
        if self._of_trees.is_file():
            self._of_trees.replace(self._begun)

    def record(self, *, whole: bool) -> None:
        """Record what a build left; ``whole`` says whether it ended well.  Raises OSError."""
        if self.site.is_dir():
            record_site(self.site, self.account)
        if whole and self.trees.is_dir():
            record_site(self.trees, self._begun)
            remove(self._of_trees)
            self._begun.replace(self._of_trees)

    def forget(self, saved: Iterable[Path], source: Path) -> None:
        """Have the pages that were saved read again; all of them where it was anything else."""
        for path in saved:
            if path.suffix != ".md" or not path.is_file() or not path.is_relative_to(source):
                remove(self.trees)
                return
            page = path.relative_to(source).with_suffix(".doctree")
            (self.trees / page).unlink(missing_ok=True)


def _foreign(folder: Path, account: Path) -> dict[str, str]:
    """As ``foreign``; the folder itself, which has no name, where nobody knows what it was."""
    try:
        found = foreign(folder, account) if folder.is_dir() or not folder.exists() else None
    except ValueError:  # a link, a pipe
        found = None
    if found is None:
        is_empty = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
        return {} if is_empty else {"": "unfinished"}
    return found


def _told(folder: Path, found: Mapping[str, str]) -> str:
    if "" in found:
        where = os.path.relpath(folder)
        return f"The last build did not finish {where}, or it was damaged; making it anew."
    extra = all(what == "extra" for what in found.values())
    names = [f"{os.path.relpath(folder / path)} ({found[path]})" for path in sorted(found)[:_SHOWN]]
    more = f" and {len(found) - _SHOWN} others" if len(found) > _SHOWN else ""
    done = "removed" if extra else "making it anew"
    return f"Not as the last build left it: {', '.join(names)}{more}; {done}."


# --- A BagIt bag (RFC 8493) of the site, its source and its metadata, for a library to keep.
#
# Written without bagit-python of the Library of Congress, which writes BagIt 0.97 only.  The same
# files and the same date give the same bytes: names are sorted, permissions and times are fixed.

VERSION = "1.0"
ALGORITHMS = ("sha256", "sha512")
PAYLOAD = "data"

DECLARATION = f"BagIt-Version: {VERSION}\nTag-File-Character-Encoding: UTF-8\n"

_FILE, _FOLDER = 0o644, 0o755


@dataclass(frozen=True, slots=True)
class Packed:
    """A bag that was made."""

    folder: Path
    files: int  # of the payload
    size: int  # bytes of the payload


def make_bag(
    folder: Path, payload: Mapping[str, Path], info: Mapping[str, str], moment: int
) -> Packed:
    """Write a bag at ``folder``, in place of an older one.

    ``payload`` gives the file for each path below ``data/``, ``info`` the fields of
    ``bag-info.txt`` (RFC 8493, 2.2.2) that do not follow from the payload or from ``moment``, in
    seconds since 1970.  Raises OSError, and ValueError for a path that no manifest can hold; then
    the old bag is unchanged.
    """
    draft = folder.with_name(f".{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        (draft / PAYLOAD).mkdir(parents=True)
        size = _copy(draft, payload)
        _describe(draft, payload, size, info, moment)
        _settle(draft, moment)
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Packed(folder, len(payload), size)


def _copy(draft: Path, payload: Mapping[str, Path]) -> int:
    """Copy the payload with its manifests; return its bytes."""
    found: dict[str, dict[str, str]] = {}
    size = 0
    for path, source in payload.items():
        check_path(path)
        target = draft / PAYLOAD / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target, follow_symlinks=False)
        found[f"{PAYLOAD}/{path}"] = digests(target, ALGORITHMS)
        size += target.stat().st_size
    _write_manifests(draft, "manifest", found)
    return size


def _describe(
    draft: Path, payload: Mapping[str, Path], size: int, info: Mapping[str, str], moment: int
) -> None:
    """Write the tag files, and then their manifests."""
    words = {
        **info,
        "Bagging-Date": datetime.fromtimestamp(moment, UTC).date().isoformat(),
        "Bag-Size": f"{size / 1e6:.1f} MB",
        "Payload-Oxum": f"{size}.{len(payload)}",
    }
    write(draft / "bagit.txt", DECLARATION)
    lines = (f"{label}: {' '.join(value.split())}\n" for label, value in words.items())
    write(draft / "bag-info.txt", "".join(lines))
    tags = sorted(path.name for path in draft.iterdir() if path.is_file())
    _write_manifests(draft, "tagmanifest", {tag: digests(draft / tag, ALGORITHMS) for tag in tags})


def _write_manifests(draft: Path, kind: str, found: Mapping[str, Mapping[str, str]]) -> None:
    for name in ALGORITHMS:
        lines = serialise({path: each[name] for path, each in found.items()})
        write(draft / f"{kind}-{name}.txt", lines)


def _settle(draft: Path, moment: int) -> None:
    """Set the fixed permissions and times, those of a folder after those of its files."""
    for path in sorted([draft, *draft.rglob("*")], reverse=True):
        path.chmod(_FOLDER if path.is_dir() else _FILE)
        utime(path, (moment, moment))


def pack(bag: Path, target: Path, moment: int) -> None:
    """Write a bag as a tar file without compression.

    Most of its bytes are PDFs, which are compressed already, and the output of a compressor depends
    on its version.  Raises OSError.
    """
    own = partial(_anonymous, moment=moment)
    with replacing(target) as draft, tarfile.open(draft, "w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(file.path for file in tree(bag)):
            archive.add(bag / path, f"{bag.name}/{path}", filter=own)


def _anonymous(member: tarfile.TarInfo, moment: int) -> tarfile.TarInfo:
    """Remove what depends on this machine: owner, permissions, time."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode, member.mtime = _FILE, moment
    return member


def payload(parts: Mapping[str, Path], chosen: Mapping[str, Iterable[str]]) -> dict[str, Path]:
    """The files of a bag: for each part its folder, and the files chosen of it, sorted."""
    found = {
        f"{part}/{path}": folder / path for part, folder in parts.items() for path in chosen[part]
    }
    return dict(sorted(found.items()))
