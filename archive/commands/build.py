"""``build``: build the pages, the PDFs or the EPUB, or read a volume.

What was left half-way is never built upon: a mark stands from the beginning of a build to its good
end, and a build that finds one reads everything anew.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from shutil import rmtree

from sphinx.application import Sphinx
from sphinx.cmd.build import jobs_argument
from sphinx.util.console import color_terminal, nocolor
from sphinx.util.docutils import docutils_namespace, patch_docutils

from archive.commands.failures import failure
from archive.commands.turn import turn

UNFINISHED = ".unfinished"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("builder", choices=("html", "pdf", "epub", "read"))
    parser.add_argument("out", type=Path, help="the folder that takes what is built")
    parser.add_argument("--source", type=Path, help="of a volume: the folder of its source")
    parser.add_argument("--work", type=Path, required=True, help="the folder of what was read")
    parser.add_argument("--doctrees", default="doctrees", help="its folder of page trees")
    parser.add_argument("--configuration", type=Path, help="the folder of conf.py")
    parser.add_argument("--quiet", action="store_true", help="tell only what is wrong")
    parser.add_argument("--jobs", type=jobs_argument, default=1, help="processes, or auto")


def run(arguments: Namespace, root: Path) -> int:
    """Return 0 where everything was built and nothing is wrong, else what Sphinx returns."""
    try:
        with turn(arguments.work):
            return _build_marked(arguments, root)
    except (Exception, KeyboardInterrupt) as error:
        print(f"Nothing was built. {failure(error, arguments.work)}", file=sys.stderr)
        return 2


def _build_marked(arguments: Namespace, root: Path) -> int:
    doctrees = arguments.work / arguments.doctrees
    if arguments.builder == "pdf":  # which only reads what the pages left, and puts files whole
        return _build(arguments, root, doctrees)
    mark = doctrees.with_name(f"{UNFINISHED}-{doctrees.name}")
    if mark.exists():
        print("The last build did not end well; reading everything anew.", flush=True)
        rmtree(doctrees, ignore_errors=True)
        (root / arguments.out / ".buildinfo").unlink(
            missing_ok=True
        )  # Sphinx fails over half a one
    mark.touch()
    code = _build(arguments, root, doctrees)
    if code == 0:
        mark.unlink()
    return code


def _build(arguments: Namespace, root: Path, doctrees: Path) -> int:
    """Build as ``sphinx-build -W --keep-going`` does, and tell failures in words."""
    source = root / (arguments.source or ".")
    configuration = root / (arguments.configuration or source)
    # A release is checked when all is known.
    settings = {"archive_release": False} if arguments.builder == "read" else {}
    if not color_terminal():
        nocolor()
    app = None
    try:
        with patch_docutils(str(configuration)), docutils_namespace():
            app = Sphinx(
                srcdir=source, confdir=configuration, outdir=root / arguments.out,
                doctreedir=root / doctrees, buildername=arguments.builder,
                confoverrides=settings, status=None if arguments.quiet else sys.stdout,
                warningiserror=True, parallel=arguments.jobs,
            )  # fmt: skip
            app.build()
            return app.statuscode
    except (Exception, KeyboardInterrupt) as error:
        page = _page(app) if app is not None else ""
        print(f"\nThe build stopped. {failure(error, arguments.work, page)}", file=sys.stderr)
        return 2


def _page(app: Sphinx) -> str:
    """The file of the page that was being read or written."""
    try:
        docname = app.env.current_document.docname
        return app.env.doc2path(docname, base=False).as_posix() if docname else ""
    except (AttributeError, KeyError):
        return ""
