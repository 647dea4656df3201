"""What git knows of a checkout, read by its command."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property
from pathlib import Path


def git(folder: Path, *arguments: str, given: str = "") -> str:
    """What git prints in ``folder``; ``given`` is its standard input.

    Bytes that are not UTF-8 are kept (PEP 383).  Raises ValueError with git's own message where it
    fails, and where there is none.
    """
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            input=given.encode("utf-8", "surrogateescape"), capture_output=True, check=False,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise ValueError("git is not installed. To mend: install it") from error
    if done.returncode:
        message = done.stderr.decode("utf-8", "replace").strip().rstrip(".")
        mend = ". To mend: work in a clone of the repository, which has its history"
        lost = "not a git repository" in message
        raise ValueError(f"git {arguments[0]} failed in {folder}: {message}{mend if lost else ''}")
    return done.stdout.decode("utf-8", "surrogateescape")


class Git:
    """A folder of a checkout.  Without git, or outside a checkout, nothing is found."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def says(self, *arguments: str) -> str:
        """What a git command prints; nothing where it fails."""
        with suppress(ValueError, OSError):
            return git(self.folder, *arguments)
        return ""

    @cached_property
    def is_there(self) -> bool:
        return bool(self.commit("HEAD"))

    @cached_property
    def is_shallow(self) -> bool:
        return self.says("rev-parse", "--is-shallow-repository").strip() == "true"

    def commit(self, name: str) -> str:
        """The id of the commit with a name; nothing where there is none."""
        return self.says("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").strip()

    def tags(self, most: int) -> list[str]:
        """The newest tags."""
        form = ("--format=%(refname:short)", f"--count={most}", "--sort=-creatordate")
        return self.says("for-each-ref", *form, "refs/tags").split()

    def changed(self, *paths: str) -> list[str]:
        """The commits of the history that changed one of the files, merges included."""
        listed = self.says("log", "--full-history", "-m", "--format=%H", "HEAD", "--", *paths)
        return list(dict.fromkeys(listed.split()))

    def files(self, names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
        """The bytes of each file that is there, by commit and path relative to the folder."""
        asked = list(names)
        if not asked:
            return {}
        lines = "".join(f"{commit}:./{path}\n" for commit, path in asked).encode()
        done = subprocess.run(
            ["git", "-C", str(self.folder), "cat-file", "--batch"],
            input=lines, capture_output=True, check=True,
        )  # fmt: skip
        found, rest = {}, done.stdout
        for name in asked:
            head, _, rest = rest.partition(b"\n")
            if not head.endswith(b" missing"):
                size = int(head.rpartition(b" ")[2])
                found[name], rest = rest[:size], rest[size + 1 :]
        return found
