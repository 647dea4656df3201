"""Runs Sphinx in this process, without ``sphinx-build``.

Uses privately: ``Sphinx._warncount``.
Replaces: the list of extensions that Sphinx loads by itself, without its builder ``linkcheck``; and
the import of two modules, which waits until they are used.
Why: the commands build several outputs from one application, and fail on a warning; Sphinx keeps
the number of warnings to itself.  ``linkcheck`` and MyST load requests, 200 modules, and Beautiful
Soup loads the grammar of selectors, which nothing here uses: together 0.1 of the 1.3 CPU seconds
that an edit of a small archive takes.
Upstream: none reported yet.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoints, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, TextIO

import pybtex.plugin
import pygments.plugin
import sphinx.theming
import sphinxcontrib.bibtex.plugin
from sphinx import application
from sphinx.application import Sphinx
from sphinx.util.console import color_terminal, nocolor
from sphinx.util.docutils import docutils_namespace, patch_docutils

_LINKCHECK = "sphinx.builders.linkcheck"
_LATE = ("sphinx.util.requests", "soupsieve")  # loaded by MyST, and by furo's Beautiful Soup


@contextmanager
def opened(  # noqa: PLR0913 - as Sphinx itself
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
    """Yield a Sphinx application with its settings and the environment of an earlier build.

    ``status`` and ``warnings`` take Sphinx's messages.  With ``strict``, a warning fails the build.
    ``settings`` override those of ``conf.py``.  Raises what Sphinx raises.
    """
    # Its lists belong to one application, and extensions add to them.
    sys.modules.pop("archive.defaults", None)
    if not color_terminal():
        nocolor()
    # a11y_pygments, which furo uses, has the root logger tell what libraries do when imported.
    logging.getLogger("pikepdf").setLevel(logging.WARNING)
    # Sphinx makes a record of each of 800 things that it registers, and shows none of them.
    logging.disable(logging.DEBUG)
    for name in _LATE:
        sys.modules.setdefault(name, _Late(name))
    application.builtin_extensions = tuple(
        each for each in application.builtin_extensions if each != _LINKCHECK
    )
    with patch_docutils(str(source)), docutils_namespace():
        yield Sphinx(
            srcdir=source, confdir=source, outdir=site, doctreedir=doctrees, buildername=builder,
            confoverrides=settings, status=status, warning=warnings, warningiserror=strict,
            parallel=jobs,
        )  # fmt: skip


class _Late(ModuleType):
    """Stands for a module until something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def read_as(app: Sphinx, docname: str, text: str, doctrees: Path) -> None:
    """Read a page as if its file held another text; its node tree goes to another folder.

    The environment changes in memory alone.  Raises what Sphinx raises.
    """

    def give(_app: Sphinx, _docname: str, source: list[str]) -> None:
        source[0] = text

    app.doctreedir = app.builder.doctreedir = doctrees  # also of search entries
    listener = app.events.connect("source-read", give, 0)
    try:
        app.env.clear_doc(docname)
        app.builder.read_doc(docname)
    finally:
        app.events.disconnect(listener)


def at_stages(
    app: Sphinx, *, when_read: Callable[[], None], when_written: Callable[[], None]
) -> None:
    """Have one function called when all pages are read, the other when all are written.

    The latter is called before the files beside the pages are written, and not after an error.
    """

    def written(_app: Sphinx, error: Exception | None) -> None:
        if error is None:
            when_written()

    app.events.connect("write-started", lambda _app, _builder: when_read(), 500)
    app.events.connect("build-finished", written, 400)


def is_sound(app: Sphinx) -> bool:
    """Whether the build logged neither an error nor a warning."""
    return app.statuscode == 0 and app._warncount == 0


def page_at_work(app: Sphinx) -> str:
    """Return the source path of the page being read or written; empty between pages."""
    try:
        docname = app.env.current_document.docname
        return app.env.doc2path(docname, base=False).as_posix() if docname else ""
    except (AttributeError, KeyError):
        return ""


# --- Reads once a process which plugins the installed packages name.
#
# Replaces: ``entry_points`` in ``sphinx.theming``, ``pybtex.plugin`` and
# ``sphinxcontrib.bibtex.plugin``, and ``iter_entry_points`` of ``pygments.plugin``.
# Why: each of them reads the metadata of all installed packages, which takes 7 ms, and a build or a
# check asks eight times: for two themes, a style of code and the styles of citations.  Together
# with the engine's digest and dates, which are also found once, a build of a small archive in a
#   fork
# takes 3 to 16 % less CPU time.
# Upstream: none reported yet.


@cache
def installed() -> Any:
    """All plugins of the packages that are installed; of another type in Python 3.11."""
    return entry_points()


def _chosen(**wanted: Any) -> EntryPoints:
    found: EntryPoints = installed().select(**wanted)
    return found


def read_once() -> None:
    """Have every look for a plugin answered from what was read first."""
    for module in (sphinx.theming, pybtex.plugin, sphinxcontrib.bibtex.plugin):
        vars(module)["entry_points"] = _chosen
    vars(pygments.plugin)["iter_entry_points"] = lambda group: _chosen(group=group)
