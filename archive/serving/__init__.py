"""``make serve``: shows the archive on this machine, builds it at each edit, and tells problems."""

from __future__ import annotations

import ast
import logging
import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from sphinx.util.logging import NAMESPACE, SafeEncodingWriter, WarningStreamHandler

# --- ``make serve``: shows the archive on this machine, and builds it in memory at each edit.


# --- Collects the warnings and errors of a build, each with its file and line, for the pages.

_MEND = "The site stays as it was. [build-failed] To mend: correct this, and save."


class Diagnostic(NamedTuple):
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


class WarningCollector(WarningStreamHandler):
    """Collects what Sphinx logs as warning or error, while it is entered as a context manager.

    It derives from Sphinx's own handler because Sphinx holds warnings back from others until a page
    is read.  Sphinx's first handler has added the place to each record by then.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(SafeEncodingWriter(StringIO()))
        self.setLevel(logging.WARNING)
        self._root = root
        self.found: list[Diagnostic] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a warning; of several that are the same, one."""
        path, line = _place(str(getattr(record, "location", None) or ""))
        text = logging.LogRecord.getMessage(record)
        found = Diagnostic(_within(self._root, path), line, text)
        if found not in self.found:
            self.found.append(found)

    def __enter__(self) -> WarningCollector:
        self.found = []
        logging.getLogger(NAMESPACE).addHandler(self)
        return self

    def __exit__(self, *_failure: object) -> None:
        logging.getLogger(NAMESPACE).removeHandler(self)


def _place(location: str) -> tuple[str, int]:
    """The file and line of ``path:line``, ``path:`` or ``path``."""
    path, colon, line = location.rpartition(":")
    if not colon:
        return location, 0
    return path, int(line) if line.isdecimal() else 0


def _within(root: Path, path: str) -> str:
    return "" if not path or path.startswith("<") else os.path.relpath(root / path, root)


def of_error(error: BaseException, root: Path) -> Diagnostic:
    """The diagnostic of an exception, at the place that it or one of its causes names."""
    for each in _causes(error):
        if isinstance(each, UnicodeDecodeError):
            before = each.object.count(b"\n", 0, each.start)
            return Diagnostic("", before + 1, _with_mend("The file is not in UTF-8"))
        path, line = getattr(each, "filename", None), getattr(each, "lineno", None)
        if path and isinstance(line, int):
            wrong = getattr(each, "msg", None) or each
            return Diagnostic(_within(root, str(path)), line, _with_mend(wrong))
    return Diagnostic("", 0, _with_mend(str(error) or type(error).__name__))


def _with_mend(message: object) -> str:
    return f"{str(message).strip().rstrip('.')}. {_MEND}"


def _causes(error: BaseException | None) -> list[BaseException]:
    """The error and those behind it, the first cause last."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = getattr(error, "orig_exc", None) or error.__cause__ or error.__context__
    return found


def syntax_errors(root: Path, path: Path) -> Iterator[Diagnostic]:
    """The syntax error of a Python file, relative to ``root``, if it has one."""
    if path.suffix == ".py" and (root / path).is_file():
        try:
            ast.parse((root / path).read_bytes(), filename=str(path))
        except (SyntaxError, ValueError) as error:
            yield of_error(error, root)
