"""Finds the pages to read again because their files or the engine's code changed.

Sphinx reads a page again when its file is newer than the last reading (sphinx-doc/sphinx#11556).
That misses a file restored from a backup, and every edit after the clock was set back.  Here a page
is read again when modification time or size differ from those before it was read, so that an edit
during a build is never taken for read.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator, Set
from os import PathLike
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

import archive
from archive.site.know.domain import archive_domain

_THEME = Path(archive.__file__).parent / "theme"
# Of the archive: which versions of Sphinx and of the theme, or of the engine that names them.
_LOCKS = ("requirements/build.txt", "requirements.txt")


def file_stamp(path: str | PathLike[str]) -> tuple[int, int] | None:
    """Return the modification time (ns) and the size (bytes) of a file; None without a file."""
    try:
        status = os.stat(path)  # noqa: PTH116 - a Path for each page costs more than the answer
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _files(env: BuildEnvironment, docname: str) -> tuple[Path, ...]:
    """Return a page's source and the files it depends on."""
    others = sorted(str(path) for path in env.dependencies.get(docname, ()))
    return (env.doc2path(docname), *map(env.srcdir.joinpath, others))


def _stamps(env: BuildEnvironment, docname: str) -> tuple[object, ...]:
    return tuple(map(file_stamp, _files(env, docname)))


def note_stamp(env: BuildEnvironment, path: str | PathLike[str]) -> None:
    """Note the stamp of a file that is about to be read."""
    archive_domain(env).noted[os.fspath(path)] = file_stamp(path)


def note_page(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Note the stamp of a page's source before it is read."""
    note_stamp(env, env.doc2path(docname))


def keep_stamps(app: Sphinx, doctree: nodes.document) -> None:
    """Store the stamps that a page's files had before they were read."""
    docname = app.env.current_document.docname
    domain = archive_domain(app.env)
    domain.stamps[docname] = tuple(
        domain.noted.get(os.fspath(path), stamp)
        for path, stamp in zip(_files(app.env, docname), _stamps(app.env, docname), strict=True)
    )


def changed_pages(
    app: Sphinx, env: BuildEnvironment, added: Set[str], changed: Set[str], removed: Set[str]
) -> list[str]:
    """Return the pages whose files have other stamps than when they were read."""
    stamps = archive_domain(env).stamps
    known = env.found_docs - added - changed
    return [docname for docname in sorted(known) if stamps.get(docname) != _stamps(env, docname)]


def set_code_digest(app: Sphinx, config: Config) -> None:
    """Set ``archive_code_digest`` to the SHA-256 of the engine's code and Typst templates.

    Sphinx reads every page again when this setting changes.
    """
    folder = Path(archive.__file__).parent
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".py", ".typ"}:
            found.update(path.relative_to(folder).as_posix().encode() + b"\0")
            found.update(path.read_bytes() + b"\0")
    config.archive_code_digest = found.hexdigest()


def set_theme_digest(app: Sphinx, config: Config) -> None:
    """Set ``archive_theme_digest`` to the SHA-256 of templates, static files and locked packages.

    Every page shows them; Sphinx writes all pages again when this setting changes.
    """
    found = hashlib.sha256(sys.version.encode())  # a lock holds other versions for another Python
    for path in sorted(_theme_files(Path(app.confdir), config)):
        found.update(path.read_bytes() + b"\0")
    config.archive_theme_digest = found.hexdigest()


def _theme_files(folder: Path, config: Config) -> Iterator[Path]:
    own = (folder / name for name in (*config.templates_path, *config.html_static_path))
    for place in (_THEME, *own):
        yield from (path for path in place.rglob("*") if path.is_file())
    yield from (lock for name in _LOCKS if (lock := folder / name).is_file())
