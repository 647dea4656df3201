"""The archive's engine, which is also the Sphinx extension ``archive``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

OLDEST_SPHINX = (9, 0, 4)  # pyproject.toml has the whole range


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register all features.  Raises ExtensionError if Sphinx is older than ``OLDEST_SPHINX``."""
    import sphinx  # noqa: PLC0415 - ``import archive`` loads no Sphinx
    from sphinx.errors import ExtensionError  # noqa: PLC0415

    if sphinx.version_info[:3] < OLDEST_SPHINX:  # refused before an import of the engine fails
        needed = ".".join(map(str, OLDEST_SPHINX))
        raise ExtensionError(
            f"The archive needs Sphinx {needed} or newer, and this is Sphinx "
            f"{sphinx.__version__}; make installs the one that requirements/build.txt lists."
        )
    from archive.features import register  # noqa: PLC0415

    register(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
