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
from archive.site.know.ledger import LEDGER

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


class Attachments:
    """Finds the attachments of each document."""

    def __init__(self, root: Path, config: Config, view: View) -> None:
        self._root = root
        self._view = view
        encoding = config.bibtex_encoding
        self._works = BibEntries(
            Path(root, name).read_text(encoding=encoding) for name in config.bibtex_bibfiles
        )
        self._ledger = _lines(root / LEDGER)
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
        yield Attachment(
            f"{document.id}.md",
            _read(self._root / document.path),
            "source",
            "text/markdown",
            "The text in MyST Markdown, from which this was printed",
        )
        if works := self._works.among(key for block in document.blocks for key in block.cites):
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
        """The ledger's lines for the anchors that are or were in a document, or moved into it."""
        named = {history.anchor for history in self._view.histories(document.id)}
        here = named | (document.anchors & self._histories.keys())
        came = {old for anchor in here for old in self._moved_to.get(anchor, ())}
        numbers = {event.line for anchor in here | came for event in self._histories[anchor].events}
        return "".join(self._ledger[number - 1] for number in sorted(numbers))


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def _lines(path: Path) -> list[str]:
    return _read(path).splitlines(keepends=True) if path.is_file() else []


_HEAD = re.compile(r"@\s*(?P<type>\w+)\s*[{(]\s*(?P<key>[^\s,(){}\"=]*)")
_PARENT = re.compile(r"\b(?:crossref|xdata)\s*=\s*[{\"]\s*([^}\"]*?)\s*[}\"]", re.IGNORECASE)
_CLOSING = {"{": "}", "(": ")"}
_UNCITED = frozenset({"comment", "preamble"})


class BibEntries:
    """Entries of BibTeX files by key, as they were written, and the strings they may use."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._entries: dict[str, str] = {}
        self._strings: list[str] = []
        for text in texts:
            for kind, key, entry in _entries(text):
                if kind == "string":
                    self._strings.append(entry)
                elif kind not in _UNCITED:
                    self._entries.setdefault(key, entry)
        self._order = {key: place for place, key in enumerate(self._entries)}

    def among(self, keys: Iterable[str]) -> str:
        """The entries with these keys and the entries these inherit from, in the files' order."""
        wanted: set[str] = set()
        waiting = [*keys]
        while waiting:
            key = waiting.pop()
            if key in self._entries and key not in wanted:
                wanted.add(key)
                waiting += [each.strip() for parents in _PARENT.findall(self._entries[key])
                            for each in parents.split(",")]  # fmt: skip
        found = [self._entries[key] for key in sorted(wanted, key=self._order.__getitem__)]
        return "\n".join(f"{entry}\n" for entry in ([*self._strings, *found] if found else []))


def _entries(text: str) -> Iterator[tuple[str, str, str]]:
    """Each entry: its type in lower case, its key and its whole text.

    Text between entries is skipped.  Escaped braces count as braces, as they do in BibTeX.
    """
    place = 0
    while head := _HEAD.search(text, place):
        opening = next(mark for mark in text[head.start() :] if mark in _CLOSING)
        place = _end(text, text.index(opening, head.start()), _CLOSING[opening])
        yield head["type"].lower(), head["key"], text[head.start() : place]


def _end(text: str, opening: int, closing: str) -> int:
    depth = 0
    for place in range(opening + 1, len(text)):
        mark = text[place]
        if mark == closing and depth == 0:
            return place + 1
        depth += (mark == "{") - (mark == "}")
    return len(text)
