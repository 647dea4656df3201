"""Sets the archive's bibliography style for sphinxcontrib-bibtex."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pybtex.plugin import register_plugin

from archive.citation.style import ArchiveStyle

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

STYLE = "archive"


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("sphinxcontrib.bibtex")
    register_plugin("pybtex.style.formatting", STYLE, ArchiveStyle)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
