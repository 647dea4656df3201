"""The files that travel inside a PDF (ISO 19005-3, 6.8): its source, its works, its ledger."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archive.model.ledger import State
from archive.pdf import code
from archive.pdf.bib import BibEntries
from archive.site.know.ledger import LEDGER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.environment import BuildEnvironment

    from archive.model.ledger import Ledger
    from archive.site.know.domain import ArchiveDomain
    from archive.site.know.facts import Document


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file, and what it is to the PDF that carries it."""

    name: str
    text: str
    relationship: str  # source, data or supplement
    media_type: str
    description: str

    @property
    def code(self) -> str:
        """The call that attaches it."""
        return code.call(
            "pdf.attach",
            code.string(f"/{self.name}"),  # the slash keeps Typst from adding its own folder
            f"bytes({code.string(self.text)})",
            relationship=code.string(self.relationship),
            mime_type=code.string(self.media_type),
            description=code.string(self.description),
        )


class Companions:
    """Finds the files that belong to each document."""

    def __init__(self, env: BuildEnvironment, domain: ArchiveDomain) -> None:
        self._root = Path(env.srcdir)
        self._domain = domain
        bibdata = env.get_domain("cite").bibdata  # type: ignore[attr-defined]
        self._works = BibEntries(
            path.read_text(encoding=bibdata.encoding) for path in bibdata.bibfiles
        )
        self._ledger = _lines(self._root / LEDGER)
        self._moved_here = _by_final_anchor(domain.ledger)

    def of(self, document: Document) -> tuple[Attachment, ...]:
        """The document's own text, the works it cites, what the ledger says of its anchors."""
        return tuple(self._of(document))

    def _of(self, document: Document) -> Iterator[Attachment]:
        yield Attachment(
            f"{document.id}.md",
            _read(self._root / document.path),
            "source",
            "text/markdown",
            "The text in MyST Markdown, from which this was printed",
        )
        cited = {key for block in document.blocks for key in block.cites}
        if works := self._works.among(cited):
            yield Attachment(
                f"{document.id}.bib",
                works,
                "data",
                "application/x-bibtex",
                "The works that the text cites, in BibTeX",
            )
        if lines := self._ledger_lines(document):
            yield Attachment(
                f"{document.id}.ledger.jsonl",
                lines,
                "supplement",
                "application/jsonl",
                "What the ledger says of the text’s anchors, one event a line",
            )

    def _ledger_lines(self, document: Document) -> str:
        """The lines as they stand in the ledger: of anchors that stand in it, or did once.

        Those that moved into it from elsewhere are among them.
        """
        histories = self._domain.ledger.histories
        named = {history.anchor for history in self._domain.published.get(document.id, ())}
        here = named | (document.anchors & histories.keys())
        came = {old for anchor in here for old in self._moved_here.get(anchor, ())}
        numbers = {event.line for anchor in here | came for event in histories[anchor].events}
        return "".join(self._ledger[number - 1] for number in sorted(numbers))


def _by_final_anchor(ledger: Ledger) -> dict[str, list[str]]:
    """The anchors that moved, by the anchor that answers for them now."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for anchor, history in ledger.histories.items():
        if history.state is State.MOVED:
            found[ledger.resolve(anchor).final].append(anchor)
    return dict(found)


def joined(attachments: Iterable[Attachment]) -> str:
    """The code that attaches all of them."""
    return code.block(attachment.code for attachment in attachments)


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def _lines(path: Path) -> list[str]:
    return _read(path).splitlines(keepends=True) if path.is_file() else []
