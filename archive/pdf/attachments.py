"""The files inside a document's PDF (ISO 19005-3, 6.8): its source, its works, its ledger."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archive.model.ledger import State
from archive.pdf import code
from archive.site.know.ledger import LEDGER, proof

if TYPE_CHECKING:
    from sphinx.config import Config

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
_WORKS = ("data", "application/x-bibtex", "The works that the text cites, in BibTeX")
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

    def __init__(self, root: Path, config: Config, view: View) -> None:
        self._root = root
        self._view = view
        encoding = config.bibtex_encoding
        self._works = BibEntries(
            Path(root, name).read_text(encoding=encoding) for name in config.bibtex_bibfiles
        )
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
        if works := self._works.among(key for block in document.blocks for key in block.cites):
            yield Attachment(f"{document.id}.bib", works, *_WORKS)
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


_HEAD = re.compile(r"@\s*(?P<type>\w+)\s*(?P<opening>[{(])\s*(?P<key>[^\s,(){}\"=]*)")
_PARENT = re.compile(r"\b(?:crossref|xdata)\s*=\s*[{\"]\s*([^}\"]*?)\s*[}\"]", re.IGNORECASE)
_CLOSING = {"{": "}", "(": ")"}
_UNCITED = frozenset({"comment", "preamble"})


class BibEntries:
    """Entries of BibTeX files by key, as they were written, and the strings they may use."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._entries: dict[str, tuple[int, str]] = {}  # place and text
        self._strings: list[str] = []
        for kind, key, entry in (found for text in texts for found in _entries(text)):
            if kind == "string":
                self._strings.append(entry)
            elif kind not in _UNCITED:
                self._entries.setdefault(key, (len(self._entries), entry))

    def among(self, keys: Iterable[str]) -> str:
        """The entries with these keys and the entries these inherit from, in the files' order."""
        wanted: set[tuple[int, str]] = set()
        waiting = [*keys]
        while waiting:
            found = self._entries.get(waiting.pop())
            if found and found not in wanted:
                wanted.add(found)
                waiting += [each.strip() for parents in _PARENT.findall(found[1])
                            for each in parents.split(",")]  # fmt: skip
        entries = [entry for _place, entry in sorted(wanted)]
        return "\n".join(f"{entry}\n" for entry in ([*self._strings, *entries] if entries else []))


def _entries(text: str) -> Iterator[tuple[str, str, str]]:
    """Each entry: its type in lower case, its key and its whole text.

    Text between entries is skipped.  Escaped braces count as braces, as they do in BibTeX.
    """
    place = 0
    while head := _HEAD.search(text, place):
        place = _end(text, head.end("opening"), _CLOSING[head["opening"]])
        yield head["type"].lower(), head["key"], text[head.start() : place]


def _end(text: str, start: int, closing: str) -> int:
    depth = 0
    for place in range(start, len(text)):
        mark = text[place]
        if mark == closing and depth == 0:
            return place + 1
        depth += (mark == "{") - (mark == "}")
    return len(text)
