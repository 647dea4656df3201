"""The references that a document cites, for the end of its own PDF."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from docutils import nodes
from sphinxcontrib.bibtex.transforms import BibliographyTransform, node_text_transform

from archive.model.passage import Anchor as PassageAnchor
from archive.pdf import code
from archive.pdf.pages import Page, Piece, draw_nodes
from archive.site.know.facts import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.environment import BuildEnvironment
    from sphinxcontrib.bibtex.domain import Citation

    from archive.pdf.pen import Subject


class CitedWorks:
    """What the archive's documents cite, looked up by document."""

    def __init__(self, env: BuildEnvironment) -> None:
        domain = env.get_domain("cite")
        self._works: list[Citation] = list(domain.citations)  # type: ignore[attr-defined]
        self._keys: dict[str, set[str]] = defaultdict(set)
        for reference in domain.citation_refs:  # type: ignore[attr-defined]
            self._keys[reference.docname].update(target.key for target in reference.targets)

    @property
    def docnames(self) -> set[str]:
        """The pages that hold a bibliography."""
        return {work.bibliography_key.docname for work in self._works}

    def of(self, docname: str) -> Iterator[Citation]:
        """The works that a page cites, in the order of the bibliography, each once."""
        wanted = set(self._keys.get(docname, ()))
        for work in self._works:
            if work.key in wanted:
                wanted.discard(work.key)
                yield work


def draw_references(document: Document, works: list[Citation], subject: Subject) -> Page:
    """The list of works that a document cites, each with the passages that cite it.

    The anchors are those of the bibliography's own page, as a citation links to them.
    """
    entries = [draw_nodes([_entry(work)], subject) for work in works]
    shown = [
        code.array([entry.code, _cited_in(document, work, subject)])
        for entry, work in zip(entries, works, strict=True)
    ]
    words = subject.words
    listed = code.call(
        "references", code.string(words.references), code.string(words.cited_in), code.array(shown)
    )
    anchors = tuple(anchor for entry in entries for anchor in entry.anchors)
    faults = tuple(fault for entry in entries for fault in entry.faults)
    return Page(subject.docname, (Piece(listed, anchors),), {}, faults)


def _entry(work: Citation) -> nodes.citation:
    entry = nodes.citation("", ids=[work.citation_id])
    entry += nodes.label("", work.formatted_entry.label)
    entry += BibliographyTransform.backend.paragraph(work.formatted_entry)
    node_text_transform(entry)
    return entry


def _cited_in(document: Document, work: Citation, subject: Subject) -> str:
    links = [
        code.call(
            "archive-link",
            code.string("mark"),
            code.string(subject.addresses.label(document.docname, block.anchor)),
            code.string(subject.addresses.page(document.docname, block.anchor)),
            code.string(PassageAnchor.parse(block.anchor).label),
        )
        for block in document.blocks
        if work.key in block.cites
    ]
    return code.array(links)
