"""Says of a failure what happened and what to do; a traceback goes into a file, never to a user."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pybtex.exceptions import PybtexError
from sphinx.errors import SphinxError, SphinxParallelError

from archive.commands.system import Failure, number_and_words, system_failure
from archive.files import write

ACCOUNT = "failure.txt"

_NUMBERED = re.compile(r"\[Errno (\d+)\] (.*)", re.DOTALL)


def failure(error: BaseException, work: Path, page: str = "") -> Failure:
    """What a failure comes to.

    ``work`` is the folder that takes the account of a failure which is the engine's own, with its
    traceback; ``page`` is the page that was being read.
    """
    for each in _causes(error):
        found = _of_the_system(each) or _of_its_kind(each, page)
        if found is not None:
            return found
    return _defect(error, work, page)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The failure and those behind it, from the first cause on."""
    behind: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in behind:
        behind.append(each)
        each = getattr(each, "orig_exc", None) or each.__cause__ or each.__context__
    return reversed(behind)


def _of_the_system(error: BaseException) -> Failure | None:
    if isinstance(error, SphinxParallelError):  # of another process, which sent its words
        told = _NUMBERED.search(str(error.message))
        if told is not None:
            return system_failure(int(told[1]), told[2].strip())
        if "MemoryError" in str(error.message):
            return system_failure(*number_and_words(MemoryError()))
    return system_failure(*number_and_words(error))


def _of_its_kind(error: BaseException, page: str) -> Failure | None:
    told = str(getattr(error, "message", error))
    if isinstance(error, RecursionError) or "RecursionError" in told:
        return Failure(
            "nested-too-deep", f"{page or 'A page'}: something is nested too deeply to be read",
            "write it with fewer levels",
        )  # fmt: skip
    if isinstance(error, PybtexError):
        place = f"{Path(error.filename).name}: " if error.filename else ""
        return Failure(
            "reference-syntax", f"{place}{error}",
            "close the brace or the quotation mark that the entry on that line, or the one above "
            "it, leaves open, and put commas between fields",
        )  # fmt: skip
    if isinstance(error, SphinxError) and not isinstance(error, SphinxParallelError):
        if getattr(error, "orig_exc", None) is None and error.__cause__ is None:
            return Failure("cannot-build", f"{error.category}: {error}", "correct what it names")
        return None
    if isinstance(error, KeyboardInterrupt):
        return Failure("interrupted", "Interrupted", "run the command again")
    return None


def _defect(error: BaseException, work: Path, page: str) -> Failure:
    account = work / ACCOUNT
    lines = traceback.format_exception(error)
    if isinstance(error, SphinxParallelError):
        lines.append(str(error.traceback))
    kept = ""
    with suppress(OSError):
        write(account, "".join(lines).encode("utf-8", "backslashreplace"))
        kept = f" with {account}, which tells how it came to this"
    where = f"{page}: " if page else ""
    words = str(error).splitlines() or [""]
    return Failure(
        "engine-defect", f"{where}The engine failed: {type(error).__name__}: {words[0]}",
        f"undo what you changed last, and report it{kept}",
    )  # fmt: skip
