"""One proof from the ledger to the words that readers see.

Each form of a document is read as its file is checked: the page, the MyST copy, the PDF with what
is attached to it, and the EPUB.  What each block says there must have the fingerprint that the
ledger has for its anchor.  So a copy whose manifest was made anew is convicted by its ledger.

Print has no fingerprint of its own, as it breaks lines: it is held against the words of the page,
once these have the fingerprint.  Therefore PDFs are checked after all pages (``order``).
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import islice

import pikepdf
from lxml import etree

from archive.model import tiles
from archive.model.checkpoint import NOTE, PIN, Checkpoint
from archive.preservation.bounds import BoundError, bounded, check_packing
from archive.preservation.citation import cited_in
from archive.preservation.finding import Finding, Unchecked
from archive.preservation.ledger import Fates, is_anchor_of, page_of
from archive.preservation.pages import Element, page_of_tree, parse_html
from archive.preservation.printed import Text, is_read_backwards, read_print
from archive.preservation.scripts import Scripts, foreign, is_script
from archive.preservation.words import Said, Words, in_text, words_of_page, words_of_source

_ANEW = "copy it anew from the archive or another mirror"
_PACKED = 1 << 30  # bytes that an EPUB or a PDF may unpack to
_LARGEST = 64 << 20  # bytes of a page, a MyST copy or a record
# The PDF of all documents; beside volumes, an index of them.
_INDEX, _FIRST_VOLUME = "archive.pdf", "archive-1.pdf"
_BOOK_HEAD = f"META-INF/{PIN}"
_HEADS = frozenset({PIN, NOTE})
_TILES, _PROOF = f"{tiles.FOLDER}/", ".proof.json"
_TOLD = 20  # scripts of one page
_RECORDS = (".bib", ".json", ".ris")
_DRAWN = (".html", ".svg", ".xhtml", ".xml")


def order(path: str) -> tuple[bool, str]:
    """Sort key by which files are checked: PDFs and EPUB after the pages."""
    return path.endswith((".pdf", ".epub")), path


def wants(path: str) -> bool:
    """Whether a file's bytes are read, besides being hashed."""
    name = path.lower()
    read = name.endswith((*_RECORDS, *_DRAWN, ".md", ".pdf", ".epub"))
    return read or is_script(name) or path in _HEADS or path.startswith(_TILES)


@dataclass(slots=True)
class Proof:
    """Holds the files of one copy against its ledger, one after the other."""

    fates: Fates
    digests: Mapping[str, str]  # of the manifest
    scripts: Scripts
    blocks: int = 0  # whose words were compared
    unchecked: list[Unchecked] = field(default_factory=list)
    # The pages whose words have their fingerprints, by the id of the document.
    pages: dict[str, Words] = field(default_factory=dict)
    _by_page: Mapping[str, list[str]] = field(init=False)
    _anchors: Mapping[str, list[str]] = field(init=False)  # of each document, that stand
    _attached: dict[str, str] = field(default_factory=dict)  # digests of works cited
    _tiles: dict[str, bytes] | None = None  # digests by path

    def __post_init__(self) -> None:
        standing: dict[str, list[str]] = {}
        for anchor in self.fates.words:
            standing.setdefault(document_of(anchor), []).append(anchor)
        self._anchors = standing
        self._by_page = self.fates.by_page()

    def read(self, path: str, data: bytes) -> Iterator[Finding]:
        """What is wrong with what a file says."""
        if len(data) > _LARGEST and not path.endswith((".pdf", ".epub")):
            yield _unreadable(path, f"it is larger than {_LARGEST >> 20} MB")
            return
        try:
            with bounded():
                found = list(self._read(path, data))
        except BoundError as error:
            yield Finding(path, "file-endless", str(error), _ANEW)
        except (ValueError, KeyError, IndexError, AttributeError, TypeError, ArithmeticError,
                RecursionError, OSError, NotImplementedError, RuntimeError,
                zipfile.BadZipFile, pikepdf.PdfError, etree.Error) as error:  # fmt: skip
            yield _unreadable(path, f"it cannot be read: {error}")
        else:
            yield from found

    def _read(self, path: str, data: bytes) -> Iterator[Finding]:
        read = next((read for ending, read in self._readers.items() if path.endswith(ending)), None)
        if is_script(path):
            if not self.scripts.knows(path, data):
                yield _foreign(path, "the engine does not know this script")
        elif path in _HEADS:
            yield from self._checkpoint(path, data)
        elif path.startswith(_TILES):
            yield from self._tile(path, data)
        elif path.endswith(_PROOF):
            yield from self._proofs(path, data)
        elif read is not None:
            yield from read(path, data)
        if path.endswith((*_RECORDS, ".html")):
            yield from self._records(path, data)

    @property
    def _readers(self) -> Mapping[str | tuple[str, ...], Callable[[str, bytes], Iterator[Finding]]]:
        return {
            _DRAWN: self._page, ".md": self._source, ".pdf": self._print, ".epub": self._book,
        }  # fmt: skip

    # Pages and MyST copies

    def _page(self, path: str, data: bytes) -> Iterator[Finding]:
        tree = parse_html(data) if path.endswith(".html") else _parse_xml(data)
        if tree is not None:
            for message in islice(foreign(tree, path, self.scripts), _TOLD):
                yield _foreign(path, message)
        document = document_at(path, ".html")
        if document is None:
            return
        ids = page_of_tree(tree, path).ids if tree is not None else frozenset()
        yield from self._answering(path, ids)
        words = _own(words_of_page(tree), path) if tree is not None else Words({})
        for anchor in words.repeated:
            message = f"{anchor} stands more than once"
            yield Finding(path, "anchor-repeated", message, _ANEW)
        yield from self._held(path, document, words)
        standing = self.fates.words
        self.pages[document] = Words({
            anchor: said for anchor, said in words.said.items()
            if anchor in standing and said.sha256 == standing[anchor][0]
        })  # fmt: skip

    def _answering(self, path: str, ids: frozenset[str]) -> Iterator[Finding]:
        """Each anchor that moved away or was withdrawn still answers, and none is unknown."""
        for anchor in self._by_page.get(path, ()):
            if anchor not in ids and anchor not in self.fates.words:
                yield _lost(path, anchor)
        own = (name for name in ids if is_anchor_of(name, path))
        unknown = sorted(name for name in own if name not in self.fates.final)
        if unknown:
            message = f"{len(unknown)} anchors are not in the ledger, {unknown[0]} first"
            mend = "the ledger was cut, or the passages were never published: make publish"
            yield Finding(path, "ledger-lacks", message, mend)

    def _source(self, path: str, data: bytes) -> Iterator[Finding]:
        document = document_at(path, ".md")
        if document is not None and document in self._anchors:
            page = f"documents/{document}.html"
            words = _own(words_of_source(data.decode("utf-8")), page)
            yield from self._held(path, document, words)
            yield from self._in_order(path, document, words)
            yield from self._labelled(path, document, words)

    def _held(self, path: str, document: str, words: Words) -> Iterator[Finding]:
        """Hold what one form of a document says against the ledger."""
        for anchor in self._anchors.get(document, ()):
            line = self.fates.words[anchor][1]
            said = words.said.get(anchor)
            if said is None:
                yield _lost(path, anchor)
            elif anchor in words.withdrawn:
                message = f"{anchor} is shown as withdrawn, which line {line} of the ledger denies"
                yield Finding(path, "words-differ", message, _ANEW)
            elif said.unread:
                self._note(f"{anchor} in {path}", f"it has {said.unread}, which only a build reads")
            else:
                yield from self._same(path, anchor, said)
        for anchor in words.said:
            if anchor in self.fates.withdrawn and anchor not in words.withdrawn:
                message = f"{anchor} was withdrawn, and stands here as if it were not"
                yield Finding(path, "words-differ", message, _ANEW)

    def _same(self, path: str, anchor: str, said: Said) -> Iterator[Finding]:
        """Hold what one block says against its fingerprint."""
        wanted, line = self.fates.words[anchor]
        if said.sha256 != wanted:
            yield _differs(path, anchor, line, said.sha256, wanted)
        if said.hidden:
            yield Finding(path, "words-hidden", f"{anchor} is hidden from readers", _ANEW)
        self.blocks += 1

    def _in_order(self, path: str, document: str, words: Words) -> Iterator[Finding]:
        page = self.pages.get(document)
        pair = _standing(words, self.fates).out_of_order(page) if page else None
        if pair is not None:
            message = f"{pair[0]} stands before {pair[1]}, and not so in the page"
            yield Finding(path, "order-differs", message, _ANEW)

    def _labelled(self, path: str, document: str, words: Words) -> Iterator[Finding]:
        page = self.pages.get(document, Words({}))
        for anchor, said in words.said.items():
            shown = page.said[anchor].label if anchor in page.said else ""
            written = said.label or anchor.rpartition("-")[2].upper()
            if shown and shown != written:
                message = f"{anchor} is {written} here, and {shown} in the page"
                yield Finding(path, "label-differs", message, _ANEW)

    # Print

    def _print(self, path: str, data: bytes) -> Iterator[Finding]:
        check_packing(data, _PACKED)
        printed = read_print(data)
        text = Text(printed)
        alone = document_at(path, ".pdf")
        named = {document_of(name) for name in printed.places}
        documents = [alone] if alone is not None else sorted(named & self._anchors.keys())
        if path == _INDEX and _FIRST_VOLUME in self.digests and text.is_index(self.fates.words):
            return  # it says in which volume each document is
        for document in documents:
            page = self.pages.get(document, Words({}))
            yield from self._printed(path, document, page, text)
        for name, attached in printed.attachments.items():
            yield from self._attachment(path, name, attached)

    def _printed(self, path: str, document: str, page: Words, text: Text) -> Iterator[Finding]:
        for anchor in self._anchors.get(document, ()):
            said = page.said.get(anchor)
            if said is None:
                why = "its page has not the words that it was published with"
                self._note(f"{anchor} in {path}", why)
                continue
            if is_read_backwards(said):
                self._note(f"{anchor} in {path}", "it is written from right to left")
                continue
            why = text.says(anchor, said)
            if why:
                yield Finding(path, "words-differ", f"{anchor}: {why}", _ANEW)
            self.blocks += 1
        pair = text.out_of_order(list(in_text(page.said)))
        if pair is not None:
            message = f"{pair[1]} is printed before {pair[0]}, and not so in the page"
            yield Finding(path, "order-differs", message, _ANEW)

    def _attachment(self, path: str, name: str, data: bytes) -> Iterator[Finding]:
        document, _, kind = name.partition(".")
        digest = sha256(data).hexdigest()
        if kind == "ledger.jsonl":
            sound = self._has_lines(document, data.split(b"\n"))
        elif kind in {"md", "proof.json"}:
            sound = self.digests.get(f"documents/{name}") == digest
        else:
            sound = kind == "bib" and self._attached.setdefault(name, digest) == digest
        if not sound:
            message = f"{name}, which is attached to it, is not what the copy has"
            yield Finding(path, "attachment-differs", message, _ANEW)

    def _has_lines(self, document: str, lines: list[bytes]) -> bool:
        """Whether lines are lines of the ledger, with the last of each anchor of a document."""
        numbers = {self.fates.words[anchor][1] for anchor in self._anchors.get(document, ())}
        wanted = {self.fates.lines[number - 1] for number in numbers}
        return lines.pop() == b"" and wanted <= set(lines) <= set(self.fates.lines)

    # The EPUB

    def _book(self, path: str, data: bytes) -> Iterator[Finding]:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            infos = book.infolist()
            if sum(info.file_size for info in infos) > _PACKED or len(infos) > 1_000_000:
                raise BoundError("it unpacks to more than a book can have")
            inside: set[str] = set()
            for info in infos:
                if info.filename == _BOOK_HEAD:
                    yield from self._checkpoint(f"{path}/{_BOOK_HEAD}", book.read(info))
                elif info.filename.endswith(_DRAWN) or is_script(info.filename):
                    if info.filename in inside:
                        yield _unreadable(path, f"{info.filename} stands in it twice")
                    inside.add(info.filename)
                    with book.open(info) as file:
                        content = file.read(_LARGEST + 1)
                    yield from self._chapter(path, info.filename, content)
        for document in self._anchors.keys() - self._documents_in(inside):
            self._note(f"{document} in {path}", "the book has no such document")

    def _documents_in(self, names: set[str]) -> set[str]:
        return {each for name in names if (each := document_at(name, ".xhtml")) is not None}

    def _chapter(self, path: str, name: str, data: bytes) -> Iterator[Finding]:
        place = f"{path}/{name}"
        if is_script(name):
            yield _foreign(place, "a book has no scripts")
            return
        tree = _parse_xml(data)
        for message in islice(foreign(tree, name, Scripts()), _TOLD):
            yield _foreign(place, message)
        document = document_at(name, ".xhtml")
        if document is not None:
            words = _own(words_of_page(tree), f"documents/{document}.html")
            yield from self._held(place, document, words)
            yield from self._in_order(place, document, words)

    # Heads and records

    def _checkpoint(self, path: str, data: bytes) -> Iterator[Finding]:
        head = Checkpoint.parse(data.decode("utf-8")).head
        own = self.fates.tree.head()
        if head != own:
            message = f"it is of {head.size} lines with the head {head.root[:12]}…, and the ledger"
            message += f" has {own.size} with {own.root[:12]}…"
            yield Finding(path, "head-differs", message, _ANEW)

    def _tile(self, path: str, data: bytes) -> Iterator[Finding]:
        if self._tiles is None:
            made = tiles.tiles(self.fates.tree, self.fates.lines)
            self._tiles = {name: sha256(content).digest() for name, content in made}
        if self._tiles.get(path) != sha256(data).digest():
            yield Finding(path, "head-differs", "it is no tile of this ledger's tree", _ANEW)

    def _proofs(self, path: str, data: bytes) -> Iterator[Finding]:
        """Hold each proof that a passage is in the ledger against the ledger itself."""
        document = document_at(path.removesuffix(_PROOF) + ".html", ".html") or ""
        proved = set()
        for each in json.loads(data)["passages"]:
            anchor, line = each["anchor"], int(each["line"])
            proved.add(anchor)
            if not 0 < line <= self.fates.tree.size or not self._is_proved(each, anchor, line):
                message = f"the proof of {anchor} is not the ledger's"
                yield Finding(path, "head-differs", message, _ANEW)
        for anchor in self._anchors.get(document, ()):
            if anchor not in proved:
                yield Finding(path, "head-differs", f"{anchor} has no proof", _ANEW)

    def _is_proved(self, proof: Mapping[str, object], anchor: str, line: int) -> bool:
        tree = self.fates.tree
        path = [each.hex() for each in tree.inclusion(line - 1, line)]
        event = self.fates.event(line)
        return (
            event.get("anchor") == anchor
            and proof["sha256"] == self.fates.sha256_at(anchor, line)
            and proof["entry"] == self.fates.lines[line - 1].decode("utf-8")
            and (proof["root"], proof["path"]) == (tree.root(line).hex(), path)
        )

    def _records(self, path: str, data: bytes) -> Iterator[Finding]:
        """Hold each tree head and fingerprint that a record names against the ledger."""
        for cited in cited_in(data.decode("utf-8", "replace")):
            yield from replace(cited, anchor=None).differences(path, self.fates)

    def lacking(self) -> Iterator[Unchecked]:
        """The forms that no file of the copy has, so that nobody need miss them."""
        for ending, form in ((".md", "MyST copy"), (".pdf", "PDF")):
            without = [
                each for each in self._anchors if f"documents/{each}{ending}" not in self.digests
            ]
            if without:
                why = f"{len(without)} documents have none here, {without[0]} first"
                yield Unchecked(f"the {form}", why)
        if self._anchors and not any(path.endswith(".epub") for path in self.digests):
            yield Unchecked("the EPUB", "the copy has none")

    def kept(self, path: str) -> Mapping[str, str]:
        """What of a page PDFs are held against later: the text of each block, and its label."""
        document = document_at(path, ".html")
        page = self.pages.get(document) if document is not None else None
        said = page.said.items() if page else ()
        return {anchor: f"{each.label}\n{each.text}" for anchor, each in said}

    def remember(self, path: str, texts: Mapping[str, str]) -> None:
        """Take back what ``kept`` gave in an earlier run."""
        document = document_at(path, ".html")
        if document is not None and texts:
            parted = {name: text.partition("\n") for name, text in texts.items()}
            self.pages[document] = Words({
                name: Said(text, label=label) for name, (label, _, text) in parted.items()
            })  # fmt: skip

    def _note(self, what: str, why: str) -> None:
        self.unchecked.append(Unchecked(what, why))


def document_of(anchor: str) -> str:
    """The id of the document at whose page an anchor was published; empty if it is none."""
    return document_at(page_of(anchor), ".html") or ""


_AT = re.compile(r"documents/([a-z0-9-]+)(\.[a-z]+)")


def document_at(path: str, ending: str) -> str | None:
    """The id of the document that a path is a form of."""
    found = _AT.fullmatch(path)
    return found[1] if found and found[2] == ending else None


def _own(words: Words, page: str) -> Words:
    """Without anchors of other documents, which a page lists where they moved away."""
    said = {name: said for name, said in words.said.items() if is_anchor_of(name, page)}
    return Words(said, words.withdrawn, words.repeated)


def _standing(words: Words, fates: Fates) -> Words:
    return Words({name: said for name, said in words.said.items() if name in fates.words})


def _parse_xml(data: bytes) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    )
    return etree.fromstring(data, parser)


def _differs(path: str, anchor: str, line: int, found: str, wanted: str) -> Finding:
    message = (
        f"{anchor} does not say what line {line} of the ledger has: its words have the "
        f"SHA-256 {found[:12]}… and not {wanted[:12]}…"
    )
    return Finding(path, "words-differ", message, _ANEW)


def _lost(path: str, anchor: str) -> Finding:
    return Finding(path, "anchor-lost", f"{anchor} does not answer: it is not in it", _ANEW)


def _unreadable(path: str, why: str) -> Finding:
    return Finding(path, "words-unreadable", why, _ANEW)


def _foreign(path: str, message: str) -> Finding:
    mend = "take the copy anew, or check it with the engine that it was built with"
    return Finding(path, "script-foreign", message, mend)
