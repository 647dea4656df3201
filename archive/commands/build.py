"""Builds of the site, which make only what has changed.

A digest of all inputs is kept with the outputs that were made from them.
"""

from __future__ import annotations

import gc
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from archive.commands import DEFECT, Notices, Stage, argument, command, failure
from archive.commands.workspace import (
    INPUTS,
    TRIES,
    Stamps,
    current_outputs,
    digest,
    is_read,
    locked,
    record_outputs,
    saved_since,
    special_files,
    stamps,
)
from archive.files import Git, remove
from archive.model import MENDS
from archive.preservation.site import Kept, is_sealed

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from archive.commands.outputs import Outputs

PAGES, SEALED = "pages", "sealed"
OUTPUTS = (PAGES, "search", "pdf", "epub")
BOOK_DOCUMENTS = 200  # a larger archive has an EPUB only where it is asked for

_STOPPED = 2


@command(
    argument("outputs", nargs="*", metavar="output",
             help=f"{', '.join(OUTPUTS)}; default: all of them, sealed by a manifest"),
    argument("--read", action="store_true", help="of a volume: write its facts and no page"),
    argument("--source", type=Path, default=Path(), help="of a volume: its folder"),
    argument("--work", type=Path, default=Path("_build"),
             help="the folder for the site and all else that is built"),
    argument("--jobs", default="auto", help="how many processes, or auto"),
    argument("--quiet", action="store_true", help="print only what is wrong"),
    argument("--talk", action="store_true", help="print what Sphinx prints, too"),
    epilog="Exit codes: 0 built, 1 problems in the sources, 2 the build stopped.",
)  # fmt: skip
def run(arguments: Namespace, root: Path) -> int:
    """Build the site, or what has changed of it.

    Sphinx reads and writes the pages.  PDFs, EPUB and search index are made from what it has read,
    and a manifest seals the site.
    """
    unknown = sorted(set(arguments.outputs) - set(OUTPUTS))
    if unknown:
        print(f"There is no output “{unknown[0]}”. To mend: name one of {', '.join(OUTPUTS)}.",
              file=sys.stderr)  # fmt: skip
        return 2
    source, work = root / arguments.source, root / arguments.work
    if is_read(source, work):
        print(f"Nothing was built. Pages in {arguments.work} would be read as pages of the "
              "archive. To mend: name a folder in _build, or one outside the archive.",
              file=sys.stderr)  # fmt: skip
        return 2
    gc.disable()  # until what was known is loaded, see ``archive.upstream.application``
    try:
        with locked(work):
            return _Build(source, work, arguments).run()
    except (Exception, KeyboardInterrupt) as error:
        print(f"Nothing was built. {failure(error, work).text}", file=sys.stderr)
        return 2
    finally:
        gc.enable()


class _Build:
    """One run of the command."""

    def __init__(self, source: Path, work: Path, arguments: Namespace) -> None:
        self._source = source
        self._work = work
        self._site = work / ("read" if arguments.read else "html")
        self._kept = Kept(work, self._site)
        self._arguments = arguments
        self._before: Stamps = {}  # of the sources, when this build began
        self._stopped_by: BaseException | None = None
        # After a build that found mistakes: the pages of which Sphinx warned, to be read again,
        # since it warns only as it reads them.  None where the pages were not all built.
        self._warned_of: list[Path] | None = None

    def run(self) -> int:
        """Build what is wanted and not current."""
        if problems := sorted(special_files(self._source)):
            print("Nothing was built. First mend:", *problems, sep="\n", file=sys.stderr)
            return 1
        wanted = self._wanted()
        # Both are taken before anything is read, so that no edit during this build is missed.
        self._before = stamps(self._source)
        inputs = self._digest()
        told = self._kept.mend()
        for each in told:
            print(each, flush=True)
        # Facts of other volumes are in no file of the source.
        known = not told and self._arguments.source == Path()
        current = current_outputs(self._work, inputs) if known else set()
        if current >= wanted and (
            SEALED not in wanted or is_sealed(self._site, self._kept.account)
        ):
            self._say("Nothing has changed since the last build.")
            return 0
        record_outputs(self._work, inputs, ())
        code = _STOPPED
        self._kept.begin()
        try:
            code, inputs = self._build_settled(wanted, inputs)
        finally:
            if self._warned_of is not None:
                self._kept.forget(self._warned_of, self._source)
            self._kept.record(whole=self._warned_of is not None)
        if code == 0:
            record_outputs(self._work, inputs, wanted | (current - {SEALED}))
        return code

    def _digest(self) -> str:
        return digest(self._source, self._before, self._work / INPUTS)

    def _wanted(self) -> set[str]:
        if self._arguments.outputs:
            return {PAGES, *self._arguments.outputs}
        pages = sum(1 for _each in (self._source / "documents").glob("*.md"))
        book = {"epub"} if pages <= BOOK_DOCUMENTS + 1 else set()  # one is the catalogue
        return {PAGES, "search", "pdf", SEALED} | book

    def _build_settled(self, wanted: set[str], inputs: str) -> tuple[int, str]:
        """Build until no source is saved meanwhile; return the exit code and the inputs' digest.

        A site may otherwise have old words of one page and new ones of another, or words that no
        source has any more.  It is sealed only where it has neither.
        """
        for _ in range(TRIES):
            code = self._build_or_again(wanted)
            saved = saved_since(self._source, self._before)
            if not saved or isinstance(self._stopped_by, KeyboardInterrupt):
                return code, inputs
            name = (
                saved[0].relative_to(self._source)
                if saved[0].is_relative_to(self._source)
                else saved[0]
            )
            print(f"{name} was saved while the archive was built; building again.", flush=True)
            self._kept.forget(saved, self._source)
            self._before = stamps(self._source)
            inputs = self._digest()
        print("The sources were saved during each build, so nothing is sealed. To mend: run make "
              "again when no program writes to them.", file=sys.stderr)  # fmt: skip
        return _STOPPED, inputs

    def _build_or_again(self, wanted: set[str]) -> int:
        """Build; where that fails by what an earlier build kept, once more without it."""
        typst = self._work / "typst"
        reads_kept = self._kept.trees.exists() or typst.exists()
        code = self._build(wanted)
        error = self._stopped_by
        if error is None:
            return code
        found = failure(error, self._work, self._page)
        if found.rule == DEFECT and reads_kept:
            print("What the last build kept may be damaged; making all of it anew.", flush=True)
            remove(self._kept.trees)
            remove(typst)
            return self._build_or_again(wanted)
        print(f"The build stopped. {found.text}", file=sys.stderr)
        return code

    def _build(self, wanted: set[str]) -> int:
        """Build as ``sphinx-build -W --keep-going`` does, and keep what stops the build."""
        from sphinx.cmd.build import jobs_argument  # noqa: PLC0415 - not where nothing changed

        from archive.upstream.application import opened, page_at_work  # noqa: PLC0415

        # A volume is checked for a release when the facts of all volumes are known.
        reads = self._arguments.read
        settings: dict[str, Any] = {"archive_release": False} if reads else {}
        status: TextIO | None = None if self._arguments.quiet else Notices()
        if self._arguments.talk:
            status = sys.stdout
        app = None
        self._stopped_by, self._page, self._warned_of = None, "", None
        # Sphinx fails on an incomplete one.
        remove(self._site / ".buildinfo")
        try:
            with opened(
                self._source, self._site, self._kept.trees, "read" if reads else "html",
                status=status, jobs=jobs_argument(self._arguments.jobs), strict=True,
                **settings,
            ) as app:  # fmt: skip
                return self._make(app, wanted)
        except (Exception, KeyboardInterrupt) as error:
            self._stopped_by = error
            self._page = page_at_work(app) if app is not None else ""
            return _STOPPED

    def _make(self, app: Sphinx, wanted: set[str]) -> int:
        from archive.serving import WarningCollector  # noqa: PLC0415 - imports Sphinx

        others = self._others(app, wanted - {PAGES, SEALED})
        try:
            with (
                Stage("Pages", quiet=self._arguments.quiet) as stage,
                WarningCollector(self._source) as told,
            ):
                app.build()
                stage.result = f"{len(app.env.found_docs):,} from sources"
        except BaseException:
            if others is not None:
                others.wait()
            raise
        # What the engine itself finds, with its mend, every build tells again.
        self._warned_of = [
            self._source / each.path for each in told.found if MENDS not in each.text
        ]
        made = others is None or others.finish()
        if self._arguments.read or app.statuscode:
            return app.statuscode
        if not made:
            return 1
        if SEALED in wanted and not saved_since(self._source, self._before):
            from archive.commands.release import seal_site  # noqa: PLC0415 - not for an edit
            from archive.site.know import settings_of  # noqa: PLC0415 - loads Sphinx

            if "epub" not in wanted:  # an existing one is older than the pages
                (self._site / "archive.epub").unlink(missing_ok=True)
            with Stage("Manifest") as stage:
                stage.result = seal_site(self._site, self._work, settings_of(app.config))
            if not Git(self._source).is_there:
                self._say(
                    "notice: git knows no commit here: pages name none, and dates are not "
                    "those of the same site built in a clone"
                )
        return 0

    def _others(self, app: Sphinx, wanted: set[str]) -> Outputs | None:
        """Return what makes the outputs that are no pages, if any of them is wanted."""
        if not wanted:
            return None
        from archive.commands.outputs import Outputs  # noqa: PLC0415 - imports all printing

        return Outputs(app, self._work, wanted)

    def _say(self, words: str) -> None:
        if not self._arguments.quiet:
            print(words, flush=True)
