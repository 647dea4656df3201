"""``build``: build the site, in one process that loads once what is known of the archive.

Sphinx reads the pages and writes them.  PDFs, EPUB and search index then follow from the same node
trees, beside each other, and the manifest seals the site.  Nothing is done where nothing changed.

What was left half-way is never built upon: a mark stands from the beginning of a build to its good
end, and a build that finds one reads everything anew.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any, TextIO

from archive.commands import state
from archive.commands.seal import seal_site
from archive.commands.telling import Notices, Stage
from archive.commands.turn import turn
from archive.preservation.sealing import is_sealed

if TYPE_CHECKING:
    from sphinx.application import Sphinx

UNFINISHED = ".unfinished"
HASHES = ".hashes"
PAGES, SEALED = "pages", "sealed"
OUTPUTS = (PAGES, "search", "pdf", "epub")
BOOK_DOCUMENTS = 200  # more make no book unless it is asked for


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "outputs", nargs="*", metavar="output",
        help=f"{', '.join(OUTPUTS)}; all of them, sealed by a manifest, where none is named",
    )  # fmt: skip
    parser.add_argument("--read", action="store_true", help="of a volume: read, write no page")
    parser.add_argument("--source", type=Path, default=Path(), help="of a volume: its folder")
    parser.add_argument("--work", type=Path, default=Path("_build"), help="what is kept")
    parser.add_argument("--jobs", default="auto", help="how many processes, or auto")
    parser.add_argument("--quiet", action="store_true", help="tell only what is wrong")
    parser.add_argument("--talk", action="store_true", help="show what Sphinx says, too")


def run(arguments: Namespace, root: Path) -> int:
    """Return 0 where everything was built, 1 where something is wrong, 2 where nothing was done."""
    unknown = sorted(set(arguments.outputs) - set(OUTPUTS))
    if unknown:
        print(f"There is no output “{unknown[0]}”; there are {', '.join(OUTPUTS)}.",
              file=sys.stderr)  # fmt: skip
        return 2
    work = root / arguments.work
    try:
        with turn(work):
            return _Build(root / arguments.source, work, arguments).run()
    except (Exception, KeyboardInterrupt) as error:
        from archive.commands.failures import failure  # noqa: PLC0415 - where it is needed

        print(f"Nothing was built. {failure(error, work)}", file=sys.stderr)
        return 2


class _Build:
    """One run of the command."""

    def __init__(self, source: Path, work: Path, arguments: Namespace) -> None:
        self._source = source
        self._work = work
        self._site = work / ("read" if arguments.read else "html")
        self._doctrees = work / "doctrees"
        self._arguments = arguments

    def run(self) -> int:
        wanted = self._wanted()
        if self._arguments.source != Path():  # a volume, which shows of others what no file tells
            return self._marked(wanted)
        now = state.digest(self._source)
        made = state.made(self._work, now)
        if made >= wanted and (SEALED not in wanted or is_sealed(self._site, self._hashes)):
            self._say("Nothing has changed since the last build.")
            return 0
        state.remember(self._work, now, ())
        code = self._marked(wanted)
        if code == 0:
            state.remember(self._work, now, wanted | (made - {SEALED}))
        return code

    @property
    def _hashes(self) -> Path:
        return self._work / HASHES

    def _wanted(self) -> set[str]:
        if self._arguments.outputs:
            return {PAGES, *self._arguments.outputs}
        documents = sum(1 for _each in (self._source / "documents").glob("*.md"))
        book = {"epub"} if documents <= BOOK_DOCUMENTS + 1 else set()  # one is the catalogue
        return {PAGES, "search", "pdf", SEALED} | book

    def _marked(self, wanted: set[str]) -> int:
        mark = self._work / UNFINISHED
        if mark.exists():
            self._say("The last build did not end well; reading everything anew.")
            rmtree(self._doctrees, ignore_errors=True)
            # Sphinx fails over half a one.
            (self._site / ".buildinfo").unlink(missing_ok=True)
        mark.touch()
        code = self._in_words(wanted)
        if code == 0:
            mark.unlink()
        return code

    def _in_words(self, wanted: set[str]) -> int:
        """Build as ``sphinx-build -W --keep-going`` does, and tell failures in words."""
        from sphinx.cmd.build import jobs_argument  # noqa: PLC0415 - not where nothing changed

        from archive.commands.failures import failure  # noqa: PLC0415
        from archive.upstream.application import opened, page_at_work  # noqa: PLC0415

        # A release is checked when all is known.
        reads = self._arguments.read
        settings: dict[str, Any] = {"archive_release": False} if reads else {}
        app = None
        try:
            with opened(
                self._source, self._site, self._doctrees, "read" if reads else "html",
                status=self._status(), jobs=jobs_argument(self._arguments.jobs), strict=True,
                **settings,
            ) as app:  # fmt: skip
                return self._make(app, wanted)
        except (Exception, KeyboardInterrupt) as error:
            page = page_at_work(app) if app is not None else ""
            told = failure(error, self._work, page)
            print(f"The build stopped. {told}", file=sys.stderr)
            return 2

    def _status(self) -> TextIO | None:
        if self._arguments.talk:
            return sys.stdout
        return None if self._arguments.quiet else Notices()

    def _make(self, app: Sphinx, wanted: set[str]) -> int:
        with Stage("Pages", quiet=self._arguments.quiet) as stage:
            app.build()
            stage.tell(f"{len(app.env.found_docs):,} from sources")
        if self._arguments.read or app.statuscode:
            return app.statuscode
        from archive.commands.outputs import make_outputs  # noqa: PLC0415 - needs Sphinx

        if not make_outputs(app, self._work, wanted):
            return 1
        if SEALED in wanted:
            if "epub" not in wanted:  # one older than the pages is of another edition
                (self._site / "archive.epub").unlink(missing_ok=True)
            with Stage("Manifest") as stage:
                stage.tell(seal_site(self._site, self._work))
        return 0

    def _say(self, what: str) -> None:
        if not self._arguments.quiet:
            print(what, flush=True)
