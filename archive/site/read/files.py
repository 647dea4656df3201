"""Checks the files of pages before they are read: place, size, encoding, nesting, characters.

A file that cannot be read stops the build before anything is written; the error lists all such
files.  Other findings are reported with the problems of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError

from archive.model.characters import decoded, unseen_characters
from archive.model.problem import Problem
from archive.site.know.domain import archive_domain, path_being_read

LARGEST = 4 * 2**20  # bytes of a page; a printed book of 1,000 pages has about 2 million letters

_BUILT = "_build"

_DEEPEST = 60  # quotation and list markers at the beginning of a line, or colons of a fence

_OPENING = re.compile(rf"^[ \t]*(?:(?:>|[-*+]|\d+[.)])[ \t]*){{{_DEEPEST},}}\S?")

_FENCE = re.compile(rf"^[ \t]*(?::{{{_DEEPEST},}}|`{{{_DEEPEST},}})")

_INDENTED = re.compile(rf"^[ \t]{{{4 * _DEEPEST},}}\S")


class UnreadableError(SphinxError):
    """Files that cannot be read.  Raised before the build writes anything."""

    category = "Unreadable"

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


def check_files(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Raise UnreadableError if a file that is about to be read cannot be."""
    found = [
        problem for docname in sorted(docnames)
        for problem in unreadable(Path(env.doc2path(docname)), Path(app.srcdir))
    ]  # fmt: skip
    if found:
        raise UnreadableError(found)


def is_inside(path: Path, root: Path) -> bool:
    """Whether a file, with all symbolic links resolved, is in the archive and was not built."""
    found, root = path.resolve(), root.resolve()
    return found.is_relative_to(root) and not found.is_relative_to(root / _BUILT)


def unreadable(path: Path, root: Path) -> Iterator[Problem]:
    """Yield the problems that keep a file from being a page of the archive at ``root``."""
    name = path.relative_to(root).as_posix()
    if not is_inside(path, root):
        yield Problem(
            name, 0, "file-outside", "It is a symbolic link to a file outside the archive.",
            "put the file itself in its place.",
        )  # fmt: skip
        return
    try:
        size = path.stat().st_size
        if size > LARGEST:
            yield Problem(
                name, 0, "file-too-large",
                f"It has {size:,} bytes; {LARGEST:,} are the most that a page may have.",
                "divide it into several documents.",
            )  # fmt: skip
            return
        text, problems = decoded(path.read_bytes(), name)
    except OSError as error:
        yield Problem(
            name, 0, "file-unreadable", f"It cannot be read: {error.strerror}.",
            "give yourself the right to read it.",
        )  # fmt: skip
        return
    yield from problems
    yield from too_deep(text or "", name)


def too_deep(text: str, path: str) -> Iterator[Problem]:
    """Yield the first line that nests quotations, lists or directives too deep to be rendered."""
    for number, line in enumerate(text.splitlines(), start=1):
        if any(rule.match(line) for rule in (_OPENING, _FENCE, _INDENTED)):
            yield Problem(
                path, number, "nested-too-deep",
                f"Lists, quotations or directives are nested more than {_DEEPEST} deep.",
                "write it with fewer levels.",
            )  # fmt: skip
            return


def check_characters(app: Sphinx, docname: str, source: list[str]) -> None:
    """Report invisible characters in the source of the page being read."""
    faults = unseen_characters(source[0], path_being_read(app.env))
    archive_domain(app.env).add_faults(docname, faults)
