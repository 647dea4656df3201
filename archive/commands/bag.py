"""``bag``: pack the site, its source and what is known of it as a BagIt bag."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from archive.commands.settings import read_settings
from archive.commands.system import in_words
from archive.model.settings import Settings
from archive.preservation.bag import Packed, make_bag, pack, payload
from archive.preservation.manifest import MINISIGN_SIGNATURE, NAME, SSH_SIGNATURE
from archive.preservation.site import digests, files


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("site", type=Path, help="the folder of the built and sealed site")
    parser.add_argument("--release", type=Path, help="a folder with what is known of the release")
    parser.add_argument("--out", type=Path, required=True, help="the folder for the bag")
    parser.epilog = "SOURCE_DATE_EPOCH gives the date; the same commit gives the same bytes."


def run(arguments: Namespace, root: Path) -> int:
    """Return 0 where the bag was made, 1 where not."""
    try:
        moment = int(os.environ.get("SOURCE_DATE_EPOCH") or _git(root, "log", "-1", "--format=%ct"))
        packed, tar = _make(arguments, root, moment)
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"The bag was not made: {in_words(error)}", file=sys.stderr)
        return 1
    print(f"The bag has {packed.files} files, {packed.size / 1e6:.1f} MB:")
    print(f"  folder  {arguments.out / packed.folder.name}")
    print(f"  tar     {arguments.out / tar.name}, SHA-256 {digests(tar)['sha256']}")
    return 0


def _make(arguments: Namespace, root: Path, moment: int) -> tuple[Packed, Path]:
    parts = {"site": root / arguments.site, "source": root}
    chosen = {"site": list(_sealed(parts["site"])), "source": list(_tracked(root))}
    if arguments.release is not None and (root / arguments.release).is_dir():
        parts["release"] = root / arguments.release
        chosen["release"] = [file.path for file in files(parts["release"])]
    settings = read_settings(root)
    folder = root / arguments.out / settings.short_name
    folder.parent.mkdir(parents=True, exist_ok=True)
    info = _info(settings, _git(root, "describe", "--always", "--dirty", "--abbrev=40"))
    packed = make_bag(folder, payload(parts, chosen), info, moment)
    tar = folder.with_suffix(".tar")
    pack(folder, tar, moment)
    return packed, tar


def _sealed(site: Path) -> Iterator[str]:
    """The files of a site with its manifest, and its signatures where there are any."""
    if not (site / NAME).is_file():
        raise ValueError(f"{site} has no {NAME}: run make first")
    yield from (file.path for file in files(site))
    yield from (
        name for name in (NAME, SSH_SIGNATURE, MINISIGN_SIGNATURE) if (site / name).exists()
    )


def _tracked(root: Path) -> Iterator[str]:
    """The files that git tracks, as they are in the folder.  Raises ValueError without git."""
    listed = _git(root, "ls-files", "-z").split("\0")
    return (path for path in listed if path and (root / path).is_file())


def _info(settings: Settings, commit: str) -> dict[str, str]:
    return {
        "Source-Organization": settings.publisher,
        "External-Identifier": settings.base or commit,
        "External-Description": (
            f"{settings.description.rstrip('.')}: site/ is the site as it is published, source/ "
            "what it is built from with make, release/ the parts it was built with."
        ),
        "Internal-Sender-Identifier": commit,
        "Internal-Sender-Description": "The commit of source/; -dirty says it was edited since.",
        "Bag-Software-Agent": "python -m archive bag",
    }


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True
    ).stdout.strip()
