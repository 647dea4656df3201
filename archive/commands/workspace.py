"""The folder of an archive as commands use it: its lock, its git history, settings and facts."""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from archive.commands.failures import failure
from archive.commands.state import TRIES, saved_since, special_files, stamps
from archive.files import lock, remove
from archive.model import MENDS, Problem
from archive.model.settings import Settings

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from archive.serving.diagnostics import WarningCollector
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

    with reading(root, quiet=quiet) as (app, _warnings):
        return archive_domain(app.env), is_sound(app)


@contextmanager
def reading(root: Path, *, quiet: bool = False) -> Iterator[tuple[Sphinx, list[Problem]]]:
    """Yield Sphinx with all pages of the archive read, as ``read_archive`` does, and its warnings.

    Sphinx's environment is kept in ``_build/read``, apart from that of the builds, so that the next
    build still finds what changed.  It is dropped after a warning, which Sphinx gives only when it
    reads the page.
    """
    work = root / "_build" / "read"
    if problems := sorted(special_files(root)):
        words = ["The archive cannot be read. First mend:", *map(str, problems)]
        raise SystemExit("\n".join(words))
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(work))
            app, warnings = _read(root, work, None if quiet else sys.stderr, stack)
        except Exception as error:
            raise SystemExit(f"The archive cannot be read. {failure(error, work).text}") from error
        yield app, warnings


def _read(
    root: Path, work: Path, talk: TextIO | None, stack: ExitStack
) -> tuple[Sphinx, list[Problem]]:
    """Read until no source is saved meanwhile: no ledger may have words that no source has."""
    from archive.preservation.kept import Kept  # noqa: PLC0415 - imports lxml
    from archive.serving.diagnostics import WarningCollector  # noqa: PLC0415 - imports Sphinx
    from archive.upstream.application import opened  # noqa: PLC0415

    kept = Kept(work, work / "out")
    for _ in range(TRIES):
        before = stamps(root)
        for told in kept.mend():
            print(told, file=sys.stderr)
        kept.begin()
        with ExitStack() as attempt:
            app = attempt.enter_context(opened(root, kept.site, kept.trees, "read", warnings=talk))
            with WarningCollector(root) as told_by_sphinx:
                app.build()
            warnings = warnings_of(told_by_sphinx)
            if warnings:
                (kept.trees / "environment.pickle").unlink(missing_ok=True)
            kept.record(whole=True)
            if not (saved := saved_since(root, before)):
                stack.push(attempt.pop_all())
                return app, warnings
        kept.forget(saved, root)
    raise SystemExit("The sources are being saved. To mend: run it again when no program does so.")


def warnings_of(told: WarningCollector) -> list[Problem]:
    """What Sphinx warned of, besides the problems that the archive itself tells."""
    return [
        Problem(each.path or "conf.py", each.line, "warning", each.text, "correct what it names")
        for each in told.found
        if MENDS not in each.text
    ]
