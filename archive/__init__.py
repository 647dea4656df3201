"""The engine of the archive, and the Sphinx extension of the same name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the features with Sphinx, which loads this as the extension ``archive``."""
    from archive.features import register  # noqa: PLC0415 - commands import no Sphinx through this

    register(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
