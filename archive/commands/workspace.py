"""The folder of an archive as commands use it: its lock, its git history, settings and facts."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from archive.commands.failures import failure
from archive.commands.state import TRIES, saved_since, special_files, stamps
from archive.files import lock, remove
from archive.model.settings import Settings
from archive.preservation.kept import Kept

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from archive.site.know.domain import ArchiveDomain


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of ``folder``, once no other command holds it.

    The operating system releases the lock when this process and the processes it started end,
    however they end, so a killed build leaves none.  Raises OSError where the folder or the lock
    file cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / ".lock").is_file():  # a folder, a pipe
        remove(folder / ".lock")
    with (folder / ".lock").open("a+b") as file:
        if lock(file.fileno(), wait=False) is False:
            file.seek(0)
            holder = file.read().decode("ascii", "replace").strip() or "unknown"
            print(
                f"Another command is writing to {folder} (process {holder}); waiting until it ends."
                " To mend, if it hangs: end that process.",
                file=sys.stderr, flush=True,
            )  # fmt: skip
            lock(file.fileno())
        with suppress(OSError):  # on a full disk the holder stays unnamed
            file.truncate(0)
            file.write(str(os.getpid()).encode())
            file.flush()
        yield


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


def read_settings(root: Path) -> Settings:
    """The settings in the ``conf.py`` of an archive, which is run for them, without Sphinx.

    Raises OSError where there is none, and ValueError where it cannot be run or a setting is not
    sound.
    """
    path = root / "conf.py"
    if not path.is_file():
        raise FileNotFoundError(f"There is no archive here: {path} is missing")
    try:
        return Settings.of(runpy.run_path(str(path)))
    except Exception as error:  # whatever the archive's own code raises
        raise ValueError(f"conf.py: {error or type(error).__name__}") from error


def read_archive(root: Path, *, quiet: bool = False) -> tuple[ArchiveDomain, bool]:
    """Read all pages of the archive at ``root``, and write none.

    Returns its facts, and whether reading gave no warning.  Prints problems on standard error
    unless ``quiet``.  Raises SystemExit, with a message, where nothing can be read.
    """
    from archive.site.know.domain import archive_domain  # noqa: PLC0415 - imports Sphinx
    from archive.upstream.application import is_sound  # noqa: PLC0415

    with reading(root, quiet=quiet) as app:
        return archive_domain(app.env), is_sound(app)


@contextmanager
def reading(root: Path, *, quiet: bool = False) -> Iterator[Sphinx]:
    """Yield Sphinx with all pages of the archive read, as ``read_archive`` does.

    Sphinx's environment is kept in ``_build/read``, apart from that of the builds, so that the next
    build still finds what changed.
    """
    work = root / "_build" / "read"
    if problems := sorted(special_files(root)):
        words = ["The archive cannot be read. First mend:", *map(str, problems)]
        raise SystemExit("\n".join(words))
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(work))
            app = _read(root, work, None if quiet else sys.stderr, stack)
        except Exception as error:
            raise SystemExit(f"The archive cannot be read. {failure(error, work).text}") from error
        yield app


def _read(root: Path, work: Path, warnings: TextIO | None, stack: ExitStack) -> Sphinx:
    """Read until no source is saved meanwhile: no ledger may have words that no source has."""
    from archive.upstream.application import opened  # noqa: PLC0415 - imports Sphinx

    kept = Kept(work, work / "out")
    for _ in range(TRIES):
        before = stamps(root)
        for told in kept.mend():
            print(told, file=sys.stderr)
        kept.begin()
        with ExitStack() as attempt:
            app = attempt.enter_context(
                opened(root, kept.site, kept.trees, "read", warnings=warnings)
            )
            app.build()
            kept.record(whole=True)
            if not (saved := saved_since(root, before)):
                stack.push(attempt.pop_all())
                return app
        kept.forget(saved, root)
    raise SystemExit("The sources are being saved. To mend: run it again when no program does so.")
