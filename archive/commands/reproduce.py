"""``reproduce``: build the site again elsewhere and otherwise, and compare every byte."""

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

from archive.commands.system import in_words
from archive.preservation.site import Contents, contents, unlike

_SAME, _DIFFERENT, _IMPOSSIBLE = 0, 1, 2
_SITE = Path("_build/html")
_EPUB = "archive.epub"
# What is locked for the environment in use: a clone's lists are newer files, and need no install.
_INSTALLED = ("requirements/build.txt", "requirements/math.txt")
_NOBODY = 65534
_MINORS = range(11, 20)  # of Python 3, the supported ones and those to come

# What make gives its children about itself, and what each place sets for itself.
_NOT_INHERITED = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "LC_ALL", "JOBS", "HOME"}


@dataclass(frozen=True, slots=True)
class Place:
    """How one build differs from another."""

    name: str  # of its folder
    jobs: str
    language: str
    timezone: str
    umask: int
    backwards: bool = False  # files are written in the reverse order of their names
    other_user: bool = False
    python: str = ""  # an interpreter for an environment of its own; "" for the one in use


_FIRST = Place("first", "1", "C", "Pacific/Kiritimati", 0o022)
_SECOND = Place(
    "a/longer path/second", "4", "tr_TR.UTF-8", "America/St_Johns", 0o077,
    backwards=True, other_user=True,
)  # fmt: skip


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--against", type=Path, help="a built site to compare with, built once")
    parser.add_argument(
        "--python",
        action="append",
        default=[],
        help="build with it, too; without it and --against, with every supported Python at hand",
    )
    parser.epilog = "Exit codes: 0 the same bytes, 1 some differ, 2 it could not be tried."


def run(arguments: Namespace, root: Path) -> int:
    """Return 0 where all builds are the same, 1 where not, 2 where they could not be made."""
    if _git(root, "status", "--porcelain"):
        print("Commit your changes first: what is built again is the commit.", file=sys.stderr)
        return _IMPOSSIBLE
    work = Path(tempfile.mkdtemp(prefix="reproduce-"))
    work.chmod(0o755)
    try:
        differences = _compare(dict(_builds(arguments, root, work)))
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"The site could not be built again: {in_words(error)}", file=sys.stderr)
        shutil.rmtree(work)
        return _IMPOSSIBLE
    if differences:
        print(f"The builds are kept in {work}; diffoscope tells what differs.", file=sys.stderr)
        return _DIFFERENT
    shutil.rmtree(work)
    return _SAME


def _compare(builds: dict[str, Contents]) -> bool:
    """Tell what differs, else how much is the same; return whether anything differs."""
    told = list(unlike(builds))
    for sentence in told:
        print(sentence)
    size = next(iter(builds.values()))
    if not told:
        print(f"{len(builds)} builds, {len(size.digests)} files, {size.size} bytes: all the same.")
    return bool(told)


def _builds(arguments: Namespace, root: Path, work: Path) -> Iterator[tuple[str, Contents]]:
    if arguments.against is not None:
        yield str(arguments.against), contents(root / arguments.against)
    places = [_SECOND] if arguments.against is not None else [_FIRST, _SECOND]
    pythons = arguments.python or ([] if arguments.against else _pythons())
    places += [
        Place(f"python-{number}", "2", "C", "UTC", 0o022, other_user=True, python=python)
        for number, python in enumerate(pythons, start=1)
    ]
    has_epub = arguments.against is None or (root / arguments.against / _EPUB).exists()
    goals = ["all", "epub"] if has_epub else ["all"]
    for place in places:
        yield place.name, _build(place, root, work, goals)


def _pythons() -> list[str]:
    """The first Python of each supported version, on PATH or of pyenv, that can make a venv."""
    found: dict[int, str] = {}
    for minor in _MINORS:
        kept = sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python3"))
        for python in (f"python3.{minor}", *map(str, kept)):
            words = [
                python,
                "-c",
                f"import ensurepip, venv, sys; assert sys.version_info[1] == {minor}",
            ]
            with suppress(OSError):
                if subprocess.run(words, check=False, capture_output=True).returncode == 0:
                    found.setdefault(minor, python)
    return list(found.values())


def _build(place: Place, root: Path, work: Path, goals: list[str]) -> Contents:
    """Clone the commit to a place and make the goals there.

    Raises ValueError where make fails, OSError and CalledProcessError where it cannot be run.
    """
    folder = work / place.name
    folder.mkdir(parents=True)
    _clone(root, folder, backwards=place.backwards)
    own = f"VENV={folder / '.venv'}" if place.python else f"VENV={root / '.venv'}"
    words = ["make", *goals, own, f"JOBS={place.jobs}"]
    if place.python:
        words.append(f"PYTHON={place.python}")
    else:
        words += [word for name in _INSTALLED for word in ("-o", name)]
    python = shutil.which(place.python or str(root / ".venv" / "bin" / "python"))
    user = _NOBODY if place.other_user and _may_run(python, _NOBODY) else None
    print(f"{place.name}: {_told(place, user)}", flush=True)
    if user is not None:
        subprocess.run(["chown", "-R", f"{user}:{user}", str(folder)], check=True)
    done = subprocess.run(
        words, cwd=folder, env=_environment(place, folder), umask=place.umask, user=user,
        group=user, extra_groups=None if user is None else [], check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise ValueError(f"make failed in {folder}:\n{done.stdout}{done.stderr}")
    return contents(folder / _SITE)


def _told(place: Place, user: int | None) -> str:
    who = "another user" if user is not None else "the same user"
    order = "backwards" if place.backwards else "in order"
    return (
        f"{place.python or 'the same Python'}, -j{place.jobs}, {place.language}, "
        f"{place.timezone}, umask {place.umask:03o}, files written {order}, {who}"
    )


def _clone(root: Path, folder: Path, *, backwards: bool) -> None:
    """Clone, and write the files one by one in order, which some file systems list them in."""
    subprocess.run(["git", "clone", "-q", "--no-checkout", str(root), str(folder)], check=True)
    _git(folder, "read-tree", "HEAD")
    names = sorted(_git(folder, "ls-files", "-z").rstrip("\0").split("\0"), reverse=backwards)
    subprocess.run(
        ["git", "-C", str(folder), "checkout-index", "-z", "--stdin"],
        input="\0".join(names) + "\0", text=True, check=True,
    )  # fmt: skip


def _may_run(python: str | None, user: int) -> bool:
    """Whether a Python can be run by another user, which only root can try."""
    if os.geteuid() != 0 or python is None:
        return False
    try:
        done = subprocess.run([python, "-c", ""], user=user, group=user, check=False, cwd="/")
    except OSError:
        return False
    return done.returncode == 0


def _environment(place: Place, folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    own = {"LANG": place.language, "TZ": place.timezone, "HOME": str(folder)}
    return {**kept, **own, "PYTHONHASHSEED": str(len(place.name))}


def _git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True
    ).stdout
