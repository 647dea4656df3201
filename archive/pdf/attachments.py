"""The files inside a document's PDF (ISO 19005-3, 6.8): its source, its works, its ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archive.citation.works_export import biblatex
from archive.model.ledger import State
from archive.pdf import code
from archive.site.know.ledger import LEDGER, proof
from archive.site.show.bibliography import cited_works

if TYPE_CHECKING:
    from archive.site.know.facts import Document
    from archive.site.know.view import View


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside a PDF."""

    name: str
    text: str
    relationship: str  # to the PDF: source, data or supplement
    media_type: str
    description: str

    @property
    def code(self) -> str:
        """The Typst call that attaches it."""
        return code.call(
            "pdf.attach",
            code.string(f"/{self.name}"),  # the slash keeps Typst from adding its own folder
            f"bytes({code.string(self.text)})",
            relationship=code.string(self.relationship),
            mime_type=code.string(self.media_type),
            description=code.string(self.description),
        )


_SOURCE = ("source", "text/markdown", "The text in MyST Markdown, from which this was printed")
_WORKS = ("data", "application/x-bibtex", "The works that the text cites, in BibLaTeX")
_LEDGER = (
    "supplement", "application/jsonl",
    "What the ledger says of the text’s anchors, one event a line",
)  # fmt: skip

_PROOF = (
    "supplement", "application/json",
    "Proof that the ledger has each passage: its line, the tree head there, and the way to it",
)  # fmt: skip


class Attachments:
    """Finds the attachments of each document."""

    def __init__(self, root: Path, view: View) -> None:
        self._root = root
        self._view = view
        ledger = root / LEDGER
        self._ledger = _read(ledger).splitlines(keepends=True) if ledger.is_file() else []
        self._histories = {
            history.anchor: history
            for histories in view.published().values()
            for history in histories
        }
        self._moved_to: defaultdict[str, list[str]] = defaultdict(list)  # by final anchor
        for anchor, history in self._histories.items():
            if history.state is State.MOVED:
                self._moved_to[view.final(anchor)].append(anchor)

    def of(self, document: Document) -> Iterator[Attachment]:
        """The document's source, the works it cites and the ledger's events for its anchors."""
        yield Attachment(f"{document.id}.md", _read(self._root / document.path), *_SOURCE)
        if works := cited_works(self._view, document):
            yield Attachment(f"{document.id}.bib", biblatex(works), *_WORKS)
        if lines := self._ledger_lines(document):
            yield Attachment(f"{document.id}.ledger.jsonl", lines, *_LEDGER)
            yield Attachment(f"{document.id}.proof.json", proof(self._view, document), *_PROOF)

    def _ledger_lines(self, document: Document) -> str:
        """The ledger's lines for the anchors that are or were in a document, or moved into it."""
        named = {history.anchor for history in self._view.histories(document.id)}
        here = named | (document.anchors & self._histories.keys())
        came = {old for anchor in here for old in self._moved_to.get(anchor, ())}
        numbers = {event.line for anchor in here | came for event in self._histories[anchor].events}
        return "".join(self._ledger[number - 1] for number in sorted(numbers))


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")  # with its line ends
