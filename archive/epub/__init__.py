"""The archive as one EPUB, by Sphinx's own builder: the same pages, the same anchors.

``conf.py`` beside this says what it has of the archive's settings, and is used as
``sphinx -b epub -c archive/epub``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from archive.epub.links import lead_to_the_web
from archive.epub.packing import repack
from archive.epub.spine import add_documents

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def repeat_bytes(app: Sphinx, exception: Exception | None) -> None:
    """Pack the finished EPUB so that the same files give the same bytes."""
    if exception is None and app.builder.name == "epub":
        repack(Path(app.outdir, f"{app.config.epub_basename}.epub"))


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("source-read", add_documents, priority=400)
    app.connect("doctree-resolved", lead_to_the_web)
    app.connect("build-finished", repeat_bytes)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
