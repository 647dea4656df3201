"""A BagIt bag (RFC 8493) of the site, its source and its metadata, for a library to keep.

Written without bagit-python of the Library of Congress, which writes BagIt 0.97 only.  The same
files and the same date give the same bytes: names are sorted, permissions and times are fixed.
"""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from os import utime
from pathlib import Path

from archive.files import replacing, write
from archive.preservation.manifest import check_path, serialise
from archive.preservation.site import digests, tree

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
