"""Renders templates without Jinja's sandbox and without looking whether their files changed.

Replaces: the environment of ``BuiltinTemplateLoader``, and the context of ``handle_page``.
Why: the sandbox asks at each attribute whether a template may see it, half of the time that a page
takes; templates here are the engine's, its theme's and the archive's own, which has ``conf.py``
to run any code.  And Sphinx writes out the whole context of a page, its text included, for a
message that it logs only with ``-vv``.
Upstream: upstream/sphinx-event-repr.patch for the message; Sphinx has used the sandbox since 1.0.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemBytecodeCache
from sphinx.jinja2glue import BuiltinTemplateLoader

if TYPE_CHECKING:
    from sphinx.builders import Builder
    from sphinx.theming import Theme


_COMPILED = "templates"  # a folder beside the node trees: an edit compiles none
_SHARED = "ARCHIVE_COMPILED"  # names a folder for all archives, where hundreds are built, in tests


class Templates(BuiltinTemplateLoader):
    """Sphinx's loader of templates; those that change are read by the next build."""

    def init(
        self, builder: Builder, theme: Theme | None = None, dirs: list[str] | None = None
    ) -> None:
        super().init(builder, theme, dirs)
        known = self.environment
        compiled = Path(os.environ.get(_SHARED) or Path(builder.doctreedir, _COMPILED))
        compiled.mkdir(parents=True, exist_ok=True)
        free: Any = Environment(
            loader=self, extensions=list(known.extensions), auto_reload=False,
            bytecode_cache=FileSystemBytecodeCache(str(compiled)),
        )  # fmt: skip
        free.filters.update(known.filters)
        free.globals.update(known.globals)
        self.environment = free

    def begin(self) -> None:
        """Forget the templates of the last build."""
        if self.environment.cache is not None:
            self.environment.cache.clear()


class Context(dict[str, Any]):
    """What a template is given, with a short ``repr``."""

    def __repr__(self) -> str:
        return "<context of a page>"

    def copy(self) -> Context:
        return Context(self)
