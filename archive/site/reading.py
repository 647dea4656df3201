"""A builder that only reads: the documents, their checks, and no page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx.builders import Builder

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


class ReadingBuilder(Builder):
    """Reads what changed and runs the checks, which stand at ``env-updated``."""

    name = "read"
    format = "read"
    allow_parallel = True

    def get_outdated_docs(self) -> Iterator[str]:
        return iter(())

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        return f"{docname}.html"

    def write_documents(self, docnames: Set[str]) -> None:
        """Nothing is written."""


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_builder(ReadingBuilder)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
