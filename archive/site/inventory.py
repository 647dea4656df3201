"""The inventory that other Sphinx projects link by, written where what it lists has changed.

Packing a hundred thousand names takes longer than building the page that was edited.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from archive.site.domain import archive_domain

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata


def note(app: Sphinx, env: BuildEnvironment) -> None:
    """Tell whether anything that the inventory lists has changed since it was last written."""
    if app.builder.name != "html":
        return
    domain = archive_domain(env)
    digest = hashlib.sha256(f"{app.config.project}\n{app.config.version}\n".encode())
    for each in env.domains.sorted():
        digest.update(repr((each.name, sorted(each.get_objects()))).encode())
    domain.inventory_is_stale = domain.data["inventory"] != digest.hexdigest()
    domain.data["inventory"] = digest.hexdigest()


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("env-updated", note, priority=915)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
