"""Commands that complete a built site for release, and prove that it can be built again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from archive.checking.index import KEPT_IN as CHECKED
from archive.checking.index import update as update_checked
from archive.commands import argument, command, in_words
from archive.commands.workspace import locked, read_settings
from archive.files import git, remove
from archive.model.proof import PIN
from archive.model.settings import Settings
from archive.preservation import CannotCheckError
from archive.preservation.manifest import (
    MINISIGN_SIGNATURE,
    NAME,
    SSH_SIGNATURE,
    sign_checkpoint,
    sign_with_minisign,
    sign_with_ssh,
)
from archive.preservation.sealing import seal as seal_files
from archive.preservation.site import (
    ACCOUNT,
    Contents,
    Packed,
    contents,
    digests,
    files,
    make_bag,
    pack,
    payload,
    unlike,
)
from archive.search import Shelf
from archive.search.index import (
    MOST_READ,
    PagefindError,
    executable,
    keep_in_step,
    size_of,
    write_texts,
)

# --- Commands that complete a built site for release: search index, manifest, signature, bag.


@command(
    argument("--shelf", type=Path, required=True,
             help="the folder of the search entries of a build"),
    argument("--index", type=Path, required=True, help="the folder of Pagefind’s index"),
    argument("--texts", type=Path, help="the folder of the texts; without it Pagefind’s index "
             "alone is made, for a volume"),
    epilog="Exit codes: 0 up to date, or there is no Pagefind here; 1 it failed.",
)  # fmt: skip
def search_index(arguments: Namespace, root: Path) -> int:
    """Bring what the search page reads up to date with a build's search entries."""
    settings = read_settings(root)
    with locked(arguments.shelf.parents[1]):
        done = update_index(arguments.shelf, arguments.index, arguments.texts)
        if done is None:
            return 1
        if arguments.texts is not None:
            kept = arguments.shelf.with_name(CHECKED)
            update_checked(arguments.texts.parent, kept, settings.name, settings.base)
    print(done)
    return 0


def update_index(shelf: Path, index: Path, texts: Path | None) -> str | None:
    """Bring what the search page reads up to date; say in words what was done, None on failure.

    A small archive has no Pagefind index, and one on a platform without Pagefind has none; an index
    that was made earlier or elsewhere is removed.
    """
    entries, program, shares, said = Shelf(shelf), executable(), 0, "all texts are read"
    if texts is not None and size_of(entries) <= MOST_READ:
        program = None
    elif program is None:
        said = "no Pagefind for this platform: all texts are read"
    if program is None:
        shutil.rmtree(index, ignore_errors=True)
    else:
        try:
            done = keep_in_step(entries, index, program)
        except PagefindError as error:
            print(
                f"{index}: [search-index] The search index could not be made: {error}. "
                "To mend: run make again; if it fails again, make distclean and then make.",
                file=sys.stderr,
            )
            return None
        shares, said = done.shares, f"{done.made} of {done.shares} shares made anew"
    if texts is not None:
        said = f"{write_texts([entries], texts, shares)} entries, {said}"
    return said


@command(
    argument("site", type=Path, help="the folder of the built site"),
    argument("--work", type=Path, required=True,
             help="the folder that keeps the hashes of the last run"),
    epilog="Exit codes: 0 the site is sealed, 1 it is not.",
    failed="The manifest was not written",
)  # fmt: skip
def seal(arguments: Namespace, root: Path) -> int:
    """Write the manifest of a built site, and the settings its host needs."""
    work = root / arguments.work
    with locked(work):
        print(seal_site(root / arguments.site, work, read_settings(root)))
    return 0


def seal_site(site: Path, work: Path, settings: Settings) -> str:
    """Write a site's manifest, its data package, and the settings of hosts; say what was done.

    Raises OSError, and ValueError where the site has what cannot be published.
    """
    from archive.site.show.pages import own_scripts  # noqa: PLC0415 - loads Sphinx

    hosting = work / "hosting"
    if hosting.exists() and not all(path.is_file() for path in hosting.glob("*")):
        remove(hosting)
    done = seal_files(site, hosting, work / ACCOUNT, own_scripts(), settings)
    for what in done.left_out:
        print(f"notice: _headers has no room for {what}.")
    return f"{len(done.reading.hashed)} files, {done.reading.files_read} read"


def _add_key(parser: ArgumentParser) -> None:
    keys = parser.add_mutually_exclusive_group(required=True)
    keys.add_argument(
        "--key", type=Path, help="an SSH key; the public one where an agent holds the private one"
    )
    keys.add_argument("--minisign-key", type=Path, help="a minisign secret key")


@command(
    argument("site", type=Path, help="the folder of the built site"),
    _add_key,
    epilog="Exit codes: 0 the manifest is signed, 1 it is not.",
    failed="Nothing was signed",
    errors=(CannotCheckError, OSError, ValueError),
)
def sign(arguments: Namespace, root: Path) -> int:
    """Sign the manifest of a built site, and the head of its ledger."""
    manifest = root / arguments.site / NAME
    if not manifest.is_file():
        raise CannotCheckError(f"{manifest} is missing; run make first")
    head = manifest.with_name(PIN)
    if arguments.key is not None:
        purpose = read_settings(root).short_name
        made = [sign_with_ssh(each, arguments.key, purpose) for each in (manifest, head)]
    else:
        made = [sign_with_minisign(manifest, arguments.minisign_key)]
        note, checked_by = sign_checkpoint(head, arguments.minisign_key)
        made.append(note)
        print(f"Clients of transparency logs check {note.name} with the key {checked_by}")
    print(f"The signatures are {', '.join(str(arguments.site / each.name) for each in made)}.")
    return 0


@command(
    argument("site", type=Path, help="the folder of the built and sealed site"),
    argument("--release", type=Path, help="a folder with the list of packages"),
    argument("--out", type=Path, required=True, help="the folder for the bag"),
    epilog="The bag is dated SOURCE_DATE_EPOCH, else as the last commit; the same commit gives the "
    "same bytes. Exit codes: 0 the bag was made, 1 it was not.",
    failed="The bag was not made",
)
def bag(arguments: Namespace, root: Path) -> int:
    """Pack the site, its source and the list of its packages as a BagIt bag."""
    moment = int(os.environ.get("SOURCE_DATE_EPOCH") or git(root, "log", "-1", "--format=%ct"))
    packed, tar = _make_bag(arguments, root, moment)
    print(f"The bag has {packed.files} files, {packed.size / 1e6:.1f} MB:")
    print(f"  folder  {arguments.out / packed.folder.name}")
    print(f"  tar     {arguments.out / tar.name}, SHA-256 {digests(tar)['sha256']}")
    return 0


def _make_bag(arguments: Namespace, root: Path, moment: int) -> tuple[Packed, Path]:
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
    seals = (NAME, SSH_SIGNATURE, MINISIGN_SIGNATURE)
    yield from (name for name in seals if (site / name).exists())


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


# --- Builds of one commit under different conditions, which must give the same bytes.

_SAME, _DIFFERENT, _IMPOSSIBLE = 0, 1, 2
_SITE = Path("_build/html")
_EPUB = "archive.epub"
# Locked lists whose packages are installed.  In a clone these files are newer than the marks of
# the installation: make gets them as old files (-o), so that it installs nothing.
_INSTALLED = tuple(
    f"requirements/{name}.txt" for name in ("build", "math", "scripts", "cjk", "sorting")
)
_NOBODY = 65534
_MINORS = range(11, 20)  # of Python 3, the supported ones and those to come

# Variables of the make that runs this, and those that each build sets itself.
_NOT_INHERITED = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "LC_ALL", "JOBS", "HOME"}


@dataclass(frozen=True, slots=True)
class Variant:
    """The conditions of one build, none of which may change a byte."""

    name: str  # of its folder
    jobs: str
    language: str
    timezone: str
    umask: int
    backwards: bool = False  # files are written in the reverse order of their names
    other_user: bool = False
    python: str = ""  # an interpreter for an environment of its own; "" for the one in use

    def conditions(self, user: int | None) -> str:
        """The conditions in words; ``user`` is the id of the other user, if there is one."""
        order = "backwards" if self.backwards else "in order"
        return (
            f"{self.python or 'the same Python'}, -j{self.jobs}, {self.language}, {self.timezone}, "
            f"umask {self.umask:03o}, files written {order}, "
            f"{'the same user' if user is None else 'another user'}"
        )

    def environment(self, folder: Path) -> dict[str, str]:
        """The environment variables of a build in ``folder``."""
        kept = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
        own = {"LANG": self.language, "TZ": self.timezone, "HOME": str(folder)}
        return {**kept, **own, "PYTHONHASHSEED": str(len(self.name))}


_FIRST = Variant("first", "1", "C", "Pacific/Kiritimati", 0o022)
_SECOND = Variant(
    "a/longer path/second", "4", "tr_TR.UTF-8", "America/St_Johns", 0o077,
    backwards=True, other_user=True,
)  # fmt: skip


@command(
    argument("--against", type=Path,
             help="a built site; build once and compare with it, not twice"),
    argument("--python", action="append", default=[],
             help="also build with this Python; default, without --against: every supported one "
             "found"),
    epilog="Exit codes: 0 the same bytes, 1 some differ, 2 a build failed.",
    failed="The site could not be built again",
    code=2,
)  # fmt: skip
def reproduce(arguments: Namespace, root: Path) -> int:
    """Build the last commit in other places and ways, and compare every byte."""
    if git(root, "status", "--porcelain"):
        print("Commit your changes first: only a commit can be built again.", file=sys.stderr)
        return _IMPOSSIBLE
    work = Path(tempfile.mkdtemp(prefix="reproduce-"))
    work.chmod(0o755)
    try:
        builds = dict(_builds(arguments, root, work))
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"The site could not be built again: {in_words(error)}", file=sys.stderr)
        shutil.rmtree(work)
        return _IMPOSSIBLE
    if differences := list(unlike(builds)):
        print(*differences, sep="\n")
        print(f"The builds are kept in {work}; diffoscope shows what differs.", file=sys.stderr)
        return _DIFFERENT
    first = next(iter(builds.values()))
    print(f"{len(builds)} builds, {len(first.digests)} files, {first.size} bytes: all the same.")
    shutil.rmtree(work)
    return _SAME


def _builds(arguments: Namespace, root: Path, work: Path) -> Iterator[tuple[str, Contents]]:
    if arguments.against is not None:
        yield str(arguments.against), contents(root / arguments.against)
    variants = [_SECOND] if arguments.against is not None else [_FIRST, _SECOND]
    pythons = arguments.python or ([] if arguments.against else _pythons())
    variants += [
        Variant(f"python-{number}", "2", "C", "UTC", 0o022, other_user=True, python=python)
        for number, python in enumerate(pythons, start=1)
    ]
    has_epub = arguments.against is None or (root / arguments.against / _EPUB).exists()
    goals = ["all", "epub"] if has_epub else ["all"]
    for variant in variants:
        yield variant.name, _build(variant, root, work, goals)


def _pythons() -> list[str]:
    """One Python of each supported version, on PATH or of pyenv, that can make a venv."""
    found: dict[int, str] = {}
    for minor in _MINORS:
        kept = sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python3"))
        for python in (f"python3.{minor}", *map(str, kept)):
            code = f"import ensurepip, venv, sys; assert sys.version_info[1] == {minor}"
            with suppress(OSError):
                done = subprocess.run([python, "-c", code], check=False, capture_output=True)
                if done.returncode == 0:
                    found.setdefault(minor, python)
    return list(found.values())


def _build(variant: Variant, root: Path, work: Path, goals: list[str]) -> Contents:
    """Clone the commit into a folder of the variant's name, and make the goals there.

    Raises ValueError where make fails, OSError and CalledProcessError where it cannot be run.
    """
    folder = work / variant.name
    folder.mkdir(parents=True)
    _clone(root, folder, backwards=variant.backwards)
    own = f"VENV={folder / '.venv'}" if variant.python else f"VENV={root / '.venv'}"
    words = ["make", *goals, own, f"JOBS={variant.jobs}"]
    if variant.python:
        words.append(f"PYTHON={variant.python}")
    else:
        words += [word for name in _INSTALLED for word in ("-o", name)]
    python = shutil.which(variant.python or str(root / ".venv" / "bin" / "python"))
    user = _NOBODY if variant.other_user and _may_run(python, _NOBODY) else None
    print(f"{variant.name}: {variant.conditions(user)}", flush=True)
    if user is not None:
        subprocess.run(["chown", "-R", f"{user}:{user}", str(folder)], check=True)
    done = subprocess.run(
        words, cwd=folder, env=variant.environment(folder), umask=variant.umask, user=user,
        group=user, extra_groups=None if user is None else [], check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise ValueError(f"make failed in {folder}:\n{done.stdout}{done.stderr}")
    return contents(folder / _SITE)


def _clone(root: Path, folder: Path, *, backwards: bool) -> None:
    """Clone, and write the files one by one: some file systems list them in that order."""
    git(root, "clone", "-q", "--no-checkout", str(root), str(folder))
    git(folder, "read-tree", "HEAD")
    names = sorted(git(folder, "ls-files", "-z").rstrip("\0").split("\0"), reverse=backwards)
    git(folder, "checkout-index", "-z", "--stdin", given="\0".join(names) + "\0")


def _may_run(python: str | None, user: int) -> bool:
    """Whether a Python can be run by another user, which only root can try."""
    if os.geteuid() != 0 or python is None:
        return False
    with suppress(OSError):
        done = subprocess.run([python, "-c", ""], user=user, group=user, check=False, cwd="/")
        return done.returncode == 0
    return False
