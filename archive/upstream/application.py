"""Runs Sphinx without ``sphinx-build``: one application, opened, built, and asked what it told."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from sphinx.application import Sphinx
from sphinx.util.console import color_terminal, nocolor
from sphinx.util.docutils import docutils_namespace, patch_docutils


@contextmanager
def opened(
    source: Path,
    site: Path,
    doctrees: Path,
    builder: str,
    *,
    status: TextIO | None = None,
    warnings: TextIO | None = sys.stderr,
    jobs: int = 1,
    strict: bool = False,
    **settings: Any,
) -> Iterator[Sphinx]:
    """Open an archive: read its settings, and what an earlier build knew of it.

    ``status`` takes what Sphinx says, ``warnings`` what is wrong; ``strict`` makes a warning a
    failed build.  ``settings`` replace those of ``conf.py``.  Raises what Sphinx raises.
    """
    if not color_terminal():
        nocolor()
    with patch_docutils(str(source)), docutils_namespace():
        yield Sphinx(
            srcdir=source, confdir=source, outdir=site, doctreedir=doctrees, buildername=builder,
            confoverrides=settings, status=status, warning=warnings, warningiserror=strict,
            parallel=jobs,
        )  # fmt: skip


def is_sound(app: Sphinx) -> bool:
    """Whether neither an error nor a warning was told."""
    return app.statuscode == 0 and app._warncount == 0


def page_at_work(app: Sphinx) -> str:
    """The file of the page that was being read or written; empty where there is none."""
    try:
        docname = app.env.current_document.docname
        return app.env.doc2path(docname, base=False).as_posix() if docname else ""
    except (AttributeError, KeyError):
        return ""
