"""Finds the pages to read again: changed files, a changed engine.

Sphinx reads a page again where its file is younger than the last reading.  A file that was put
back, unpacked or copied is older, and after a clock was set back every edit is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import archive
from archive.site.know.domain import archive_domain

if TYPE_CHECKING:
    from collections.abc import Set

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

_LOCK = Path(__file__).parents[3] / "requirements.txt"  # which versions of Sphinx and the theme


def stamp(env: BuildEnvironment, docname: str) -> tuple[object, ...]:
    """Time and size of each file that a page is made from."""
    others = sorted(str(path) for path in env.dependencies.get(docname, ()))
    files = [Path(env.doc2path(docname)), *(Path(env.srcdir, other) for other in others)]
    return tuple(map(mark, files))


def mark(path: Path) -> tuple[int, int] | None:
    """What tells a file from the one that was there before; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def keep_stamp(app: Sphinx, doctree: nodes.document) -> None:
    """Keep a page's stamp as it is read."""
    docname = app.env.current_document.docname
    archive_domain(app.env).stamps[docname] = stamp(app.env, docname)


def outdated_pages(
    app: Sphinx, env: BuildEnvironment, added: Set[str], others: Set[str], removed: Set[str]
) -> list[str]:
    """The pages whose files have another stamp."""
    stamps = archive_domain(env).stamps
    known = env.found_docs - added - others
    return [docname for docname in sorted(known) if stamps.get(docname) != stamp(env, docname)]


def set_engine_fingerprint(app: Sphinx, config: Config) -> None:
    """Set ``archive_engine`` to the SHA-256 of the engine's source files.

    A changed setting of this kind makes Sphinx read every page again.
    """
    config.archive_engine = engine_fingerprint(Path(archive.__file__).parent)


def engine_fingerprint(folder: Path) -> str:
    """SHA-256 of all files below ``folder`` that are code or templates, and of their paths."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".py", ".typ"}:
            found.update(path.relative_to(folder).as_posix().encode() + b"\0")
            found.update(path.read_bytes() + b"\0")
    return found.hexdigest()


def set_look_fingerprint(app: Sphinx, config: Config) -> None:
    """Set ``archive_look`` to the SHA-256 of templates, static files and locked packages.

    Their digests stand in every page; a changed setting of this kind has all pages written again.
    """
    found = hashlib.sha256()
    for path in sorted(_files(Path(app.confdir), config)):
        found.update(path.read_bytes() + b"\0")
    config.archive_look = found.hexdigest()


def _files(folder: Path, config: Config) -> Iterator[Path]:
    for name in (*config.templates_path, *config.html_static_path):
        yield from (path for path in (folder / name).rglob("*") if path.is_file())
    if _LOCK.is_file():
        yield _LOCK
