"""``bag``: Pack the site, its source and the list of its packages as a BagIt bag."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from archive.commands.failures import reports
from archive.commands.git import git
from archive.commands.settings import read_settings
from archive.model.settings import Settings
from archive.preservation.bag import Packed, make_bag, pack, payload
from archive.preservation.manifest import MINISIGN_SIGNATURE, NAME, SSH_SIGNATURE
from archive.preservation.site import digests, files


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("site", type=Path, help="the folder of the built and sealed site")
    parser.add_argument("--release", type=Path, help="a folder with the list of packages")
    parser.add_argument("--out", type=Path, required=True, help="the folder for the bag")
    parser.epilog = (
        "The bag is dated SOURCE_DATE_EPOCH, else as the last commit; the same commit gives the "
        "same bytes. Exit codes: 0 the bag was made, 1 it was not."
    )


@reports("The bag was not made")
def run(arguments: Namespace, root: Path) -> int:
    moment = int(os.environ.get("SOURCE_DATE_EPOCH") or git(root, "log", "-1", "--format=%ct"))
    packed, tar = _make(arguments, root, moment)
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
    info = _info(settings, git(root, "describe", "--always", "--dirty", "--abbrev=40").strip())
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
    """The files that git tracks and that are in the folder."""
    listed = git(root, "ls-files", "-z").split("\0")
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
