"""Has everything read again when the engine itself has changed.

Sphinx keeps what it read between builds and knows nothing of the code that read it.  The engine's
own fingerprint is therefore a setting; a changed setting of this kind makes Sphinx read anew.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import archive

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata


def set_fingerprint(app: Sphinx, config: Config) -> None:
    """Set ``archive_engine`` to the SHA-256 of the engine's source files."""
    config.archive_engine = engine_fingerprint(Path(archive.__file__).parent)


def engine_fingerprint(folder: Path) -> str:
    """SHA-256 of all files below ``folder`` that are code or templates, and of their paths."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".py", ".typ"}:
            found.update(path.relative_to(folder).as_posix().encode() + b"\0")
            found.update(path.read_bytes() + b"\0")
    return found.hexdigest()


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_config_value("archive_engine", "", "env", str)
    app.connect("config-inited", set_fingerprint)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
