"""Builds of one commit under different conditions, which must give the same bytes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from archive.commands import argument, command
from archive.commands.failures import in_words
from archive.git import git
from archive.preservation.site import Contents, contents, unlike

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
def run(arguments: Namespace, root: Path) -> int:
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
