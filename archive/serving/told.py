"""Collects the warnings and errors of a build, each with its place, to show them on the pages."""

from __future__ import annotations

import ast
import logging
import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sphinx.util.logging import NAMESPACE, SafeEncodingWriter, WarningStreamHandler

if TYPE_CHECKING:
    from types import TracebackType


_STAYS = "The site stays as it was. [build-failed] To mend: correct this, and save."


class Told(NamedTuple):
    """A warning or an error."""

    path: str  # relative to the archive's root; empty if it is about no file
    line: int  # counted from 1; 0 stands for the whole file
    text: str  # what is wrong, the rule, and how to mend it

    @property
    def place(self) -> str:
        """Path and line, as editors and compilers write them."""
        return ":".join(str(part) for part in (self.path, self.line) if part)

    def __str__(self) -> str:
        return f"{self.place}: {self.text}" if self.path else self.text


class Collector(WarningStreamHandler):
    """Context manager that collects Sphinx's warnings.

    It is one of Sphinx's handlers, so that Sphinx buffers warnings for it, too.  Sphinx's first
    handler has added the place to each record by then.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(SafeEncodingWriter(StringIO()))
        self.setLevel(logging.WARNING)
        self._root = root
        self.told: list[Told] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a warning, the same one once."""
        path, line = _place(str(getattr(record, "location", None) or ""))
        text = logging.LogRecord.getMessage(record)
        told = Told(_within(self._root, path), line, text)
        if told not in self.told:
            self.told.append(told)

    def __enter__(self) -> Collector:
        self.told = []
        logging.getLogger(NAMESPACE).addHandler(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        logging.getLogger(NAMESPACE).removeHandler(self)


def _place(location: str) -> tuple[str, int]:
    """The file and line of ``path:line``, ``path:`` or ``path``."""
    path, colon, line = location.rpartition(":")
    if not colon:
        return location, 0
    return path, int(line) if line.isdecimal() else 0


def _within(root: Path, path: str) -> str:
    if not path or path.startswith("<"):
        return ""
    return os.path.relpath(root / path, root)


def of_error(error: BaseException, root: Path) -> Told:
    """The error of an exception, with the place that it or one of its causes names."""
    for each in _causes(error):
        if isinstance(each, UnicodeDecodeError):
            before = each.object.count(b"\n", 0, each.start)
            return Told("", before + 1, _and_stays("The file is not in UTF-8"))
        path, line = getattr(each, "filename", None), getattr(each, "lineno", None)
        if path and isinstance(line, int):
            wrong = getattr(each, "msg", None) or each
            return Told(_within(root, str(path)), line, _and_stays(wrong))
    return Told("", 0, _and_stays(str(error) or type(error).__name__))


def _and_stays(message: object) -> str:
    return f"{str(message).strip().rstrip('.')}. {_STAYS}"


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = getattr(error, "orig_exc", None) or error.__cause__ or error.__context__
    return found


def syntax_errors(root: Path, path: Path) -> Iterator[Told]:
    """The syntax error of a Python file, relative to ``root``, if it has one."""
    if path.suffix == ".py" and (root / path).is_file():
        try:
            ast.parse((root / path).read_bytes(), filename=str(path))
        except (SyntaxError, ValueError) as error:
            yield of_error(error, root)
