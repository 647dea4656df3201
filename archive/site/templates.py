"""Renders the templates without Jinja's sandbox: all of them are the archive's and its theme's own.

The sandbox asks at every step whether a template may do what it does, which takes half the time.
Set as ``template_bridge``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment
from sphinx.jinja2glue import BuiltinTemplateLoader

if TYPE_CHECKING:
    from sphinx.builders import Builder
    from sphinx.theming import Theme


class Templates(BuiltinTemplateLoader):
    """Sphinx's own loader; a template that changes is read at the next build."""

    def init(
        self, builder: Builder, theme: Theme | None = None, dirs: list[str] | None = None
    ) -> None:
        super().init(builder, theme, dirs)
        known = self.environment
        self.environment = Environment(  # type: ignore[assignment]
            loader=self, extensions=list(known.extensions), auto_reload=False
        )
        self.environment.filters.update(known.filters)
        self.environment.globals.update(known.globals)
