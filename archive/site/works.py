"""The works that the archive cites, as sphinxcontrib-bibtex has them formatted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from docutils import nodes
from sphinxcontrib.bibtex.transforms import BibliographyTransform, node_text_transform

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment
    from sphinxcontrib.bibtex.domain import Citation


class Works:
    """Looks up formatted works; complete from ``env-updated`` on."""

    def __init__(self, env: BuildEnvironment) -> None:
        self._works: list[Citation] = list(env.get_domain("cite").citations)  # type: ignore[attr-defined]

    def all(self) -> list[Citation]:
        """Every work, in the order of the bibliography."""
        return self._works

    @property
    def keys_by_id(self) -> dict[str, str]:
        """The key of each entry of the bibliography, by the id it has on its page."""
        return {work.citation_id: work.key for work in self._works}

    @property
    def docnames(self) -> set[str]:
        """The pages that hold a bibliography."""
        return {work.bibliography_key.docname for work in self._works}

    def among(self, keys: set[str]) -> Iterator[Citation]:
        """The works with these keys, in the order of the bibliography, each once."""
        wanted = set(keys)
        for work in self._works:
            if work.key in wanted:
                wanted.discard(work.key)
                yield work


def worded(work: Citation) -> nodes.paragraph:
    """A work as the bibliography words it, made anew: the stored nodes are never touched."""
    paragraph: nodes.paragraph = BibliographyTransform.backend.paragraph(work.formatted_entry)
    node_text_transform(paragraph)
    return paragraph
