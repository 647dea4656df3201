"""Has every page read again whose file is another one than was read.

Sphinx reads a page again where its file is younger than the last reading.  A file that was put
back, unpacked or copied is older, and after a clock was set back every edit is.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from archive.site.domain import archive_domain

if TYPE_CHECKING:
    from collections.abc import Set

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata


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


def keep(app: Sphinx, doctree: nodes.document) -> None:
    """Keep a page's stamp as it is read."""
    docname = app.env.current_document.docname
    archive_domain(app.env).stamps[docname] = stamp(app.env, docname)


def changed(
    app: Sphinx, env: BuildEnvironment, added: Set[str], others: Set[str], removed: Set[str]
) -> list[str]:
    """The pages whose files have another stamp."""
    stamps = archive_domain(env).stamps
    known = env.found_docs - added - others
    return [docname for docname in sorted(known) if stamps.get(docname) != stamp(env, docname)]


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("doctree-read", keep, priority=950)
    app.connect("env-get-outdated", changed)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
