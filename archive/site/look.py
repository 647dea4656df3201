"""Has every page written again when what all pages look like has changed.

Sphinx compares the times of templates, and nothing of style sheets, scripts and the theme, whose
digests stand in every page.  Their fingerprint is therefore a setting of the pages.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata

_LOCK = Path(__file__).parents[2] / "requirements.txt"  # which versions of Sphinx and the theme


def set_fingerprint(app: Sphinx, config: Config) -> None:
    """Set ``archive_look`` to the SHA-256 of templates, static files and locked packages."""
    found = hashlib.sha256()
    for path in sorted(_files(Path(app.confdir), config)):
        found.update(path.read_bytes() + b"\0")
    config.archive_look = found.hexdigest()


def _files(folder: Path, config: Config) -> Iterator[Path]:
    for name in (*config.templates_path, *config.html_static_path):
        yield from (path for path in (folder / name).rglob("*") if path.is_file())
    if _LOCK.is_file():
        yield _LOCK


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_config_value("archive_look", "", "html", str)
    app.connect("config-inited", set_fingerprint)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
