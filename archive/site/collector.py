"""When Python looks for cycles among objects in memory.

It looks at everything again and again, and of an archive of ten thousand documents that takes
longer than building the page that was edited.  What an archive is known by stays until the end,
so that it need be looked at no more; it also stays one memory for all processes.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

# Objects made before Python looks for cycles among them; a page's tree alone has thousands.
_YOUNG = 100_000


def look_seldom(app: Sphinx, config: Config) -> None:
    """Before the environment is loaded."""
    gc.set_threshold(_YOUNG)


def leave_alone(app: Sphinx, env: BuildEnvironment | None = None) -> None:
    """Take what there is for what stays: after loading, and again after reading."""
    gc.collect(0)
    gc.freeze()


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("config-inited", look_seldom)
    app.connect("builder-inited", leave_alone, priority=0)
    app.connect("env-updated", leave_alone, priority=999)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
