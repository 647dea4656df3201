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
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from itertools import islice, pairwise, zip_longest
from pathlib import Path
from typing import Any

import pikepdf
from lxml import etree

from archive.checking.index import row_of, script_of
from archive.citation import bibtex
from archive.citation.companion import HISTORY, Version
from archive.citation.metadata import COMPANION, LINKSET, PASSAGES, TEXT
from archive.citation.reference import Reference
from archive.citation.works_export import CITED
from archive.data.whole import BETWEEN, FULL_TEXT, PACKAGE, full_text_head, package, schemas
from archive.data.whole import PASSAGES as ALL_PASSAGES
from archive.model.passage import normalise
from archive.model.proof import NOTE, PIN, Checkpoint, origin
from archive.model.record import parse_record
from archive.model.seal import canonical, record_fields
from archive.model.settings import Settings
from archive.model.showing import as_printed
from archive.model.tree import TILES, tiles
from archive.model.wordings import WORDINGS
from archive.preservation import BoundError, Finding, Unchecked, beside, bounded, check_packing
from archive.preservation.beside import PAGE as BESIDE
from archive.preservation.beside import allowed_beside, first_of, unlike_page
from archive.preservation.data import (
    Dumps,
    Given,
    UnprovedError,
    passages_again,
    text_again,
    unlike,
)
from archive.preservation.drawn import allowed, allowed_of_notice, publication, shown_by
from archive.preservation.known import Known, Links
from archive.preservation.ledger import Fates, cited_in, is_anchor_of, page_of
from archive.preservation.manifest import uncovered
from archive.preservation.pages import PASSAGES as CHECKED_WITH
from archive.preservation.pages import (
    Element,
    Scripts,
    foreign,
    ids_of,
    is_script,
    parse_html,
)
from archive.preservation.printed import Printed, Text, read_print
from archive.preservation.sealed import (
    FOLLOWING,
    THEME,
    Sealed,
    Tie,
    miscited,
    same,
    texts_of_parts,
)
from archive.preservation.shown import Judge, Page, frame, head, relations
from archive.preservation.site import LEDGER
from archive.preservation.words import (
    Said,
    Words,
    in_text,
    plain_target,
    squeezed,
    texts_of_source,
    words_of_page,
    words_of_source,
)

_ANEW = "copy it anew from the archive or another mirror"
_PACKED = 1 << 30  # bytes that an EPUB or a PDF may unpack to
_LARGEST = 64 << 20  # bytes of a page, a MyST copy or a record
# The PDF of all documents; beside volumes, an index of them.
_INDEX, _FIRST_VOLUME = "archive.pdf", "archive-1.pdf"
_BOOK_HEAD = f"META-INF/{PIN}"
_HEADS = frozenset({PIN, NOTE})
_TILES, _PROOF = f"{TILES}/", ".proof.json"
_HISTORY = f".{HISTORY}.html"
_TOLD = 20  # scripts of one page
_RECORDS = (".bib", ".json", ".ris")
_DRAWN = (".html", ".svg", ".xhtml", ".xml")
_PLAIN, _DATA = f".{TEXT.suffix}", f".{PASSAGES.suffix}"
# The files that have an entry of each document.
_ENTRIES: Mapping[str, Callable[[Iterable[Reference]], str]] = {
    "archive.bib": lambda all_: "\n".join(bibtex.bibliography([each]) for each in all_),
    "archive.bibtex.bib": bibtex.classic,
}
_OF_ALL = frozenset({ALL_PASSAGES, FULL_TEXT})


def order(path: str) -> tuple[int, str]:
    """Sort key by which files are checked: proofs before, print and history after the pages."""
    first, last = (_PROOF, WORDINGS), (".pdf", ".epub", _HISTORY, BESIDE, PACKAGE)
    return 0 if path.endswith(first) else 2 if path.endswith(last) else 1, path


def wants(path: str) -> bool:
    """Whether a file's bytes are read, besides being hashed."""
    name = path.lower()
    read = name.endswith((*_RECORDS, *_DRAWN, ".md", ".pdf", ".epub", _PLAIN))
    known = path in _HEADS | _OF_ALL or path == WORDINGS or path.startswith(_TILES)
    return read or known or is_script(name)


@dataclass(slots=True)
class Proof:
    """Holds the files of one copy against its ledger, one after the other."""

    fates: Fates
    digests: Mapping[str, str]  # of the manifest
    scripts: Scripts
    templates: tuple[Path, ...] = (THEME,)  # folders in which that of citations is looked for
    sizes: Mapping[str, int] = field(default_factory=dict)  # bytes; empty without proof
    blocks: int = 0  # whose words were compared
    unchecked: list[Unchecked] = field(default_factory=list)
    # The pages whose words have their fingerprints, by the id of the document.
    pages: dict[str, Words] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)  # earlier words by fingerprint
    _by_page: Mapping[str, list[str]] = field(init=False)
    _anchors: Mapping[str, list[str]] = field(init=False)  # of each document, that stand
    _tiles: dict[str, bytes] | None = None  # digests by path
    # What the page of each document shows, and what is proved of it, packed, as there may be ten
    # thousand; and the last one.
    _shown: dict[str, bytes] = field(default_factory=dict)
    _sealed: dict[str, bytes] = field(default_factory=dict)
    _last: tuple[str, Sealed] | None = None
    # The scripts that texts are checked with, until the data comes that each is a part of.
    _checked_with: dict[str, bytes] = field(default_factory=dict)
    _known: Known = field(init=False)  # what proved documents tell of one another
    # What stands around the text of the first page, and of the first chapter.
    _frames: dict[tuple[str, str], tuple[str, list[tuple[str, ...]]]] = field(default_factory=dict)
    _archive: Mapping[str, Any] | None = None  # the settings that all documents have
    _dumps: Dumps = field(default_factory=Dumps)

    def __post_init__(self) -> None:
        standing: dict[str, list[str]] = {}
        for anchor in self.fates.words:
            standing.setdefault(document_of(anchor), []).append(anchor)
        self._anchors = standing
        self._by_page = self.fates.by_page()
        documents = frozenset(map(document_of, self.fates.final))
        self._known = Known(self.fates, documents, self.digests)

    def read(self, path: str, data: bytes) -> Iterator[Finding]:
        """What is wrong with what a file says."""
        grows = path in _OF_ALL or path.endswith((".pdf", ".epub"))
        if len(data) > _LARGEST and not grows:
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
            yield from self._script(path, data)
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
        yield from self._follows(path, data)

    @property
    def _readers(self) -> Mapping[str | tuple[str, ...], Callable[[str, bytes], Iterator[Finding]]]:
        return {
            _DRAWN: self._page, ".md": self._source, ".pdf": self._print, ".epub": self._book,
            _DATA: self._data, _PLAIN: self._plain, ALL_PASSAGES: self._dump,
            ".schema.json": self._schema, PACKAGE: self._package,
            WORDINGS: self._wordings,
        }  # fmt: skip

    # Pages and MyST copies

    def _page(self, path: str, data: bytes) -> Iterator[Finding]:
        document = document_at(path, ".html")
        tree = parse_html(data) if path.endswith(".html") else _parse_xml(data)
        if tree is not None:
            for message in islice(foreign(tree, path, self.scripts), _TOLD):
                yield _foreign(path, message)
        if document is not None:
            yield from self._document(path, document, tree)
        sealed = self._proved(document_at(path, f".{COMPANION.suffix}"))
        if sealed is not None and tree is not None:
            versions = self._known.group(sealed.record.id)
            wrong = miscited(data, tree, sealed, self.fates, self.templates, versions)
            yield from (_record(path, message) for message in islice(wrong, _TOLD))
            history = f"documents/{sealed.record.id}{_HISTORY}"
            if history not in self.digests and beside.reworded(sealed.record.id, self.fates):
                yield _misworded(history, "the page of its earlier words is not there")
        if path.endswith(_HISTORY) and tree is not None:
            yield from self._history(path, data, tree)
        if path.endswith(BESIDE) and tree is not None:
            yield from self._side_by_side(path, tree)

    def _wordings(self, path: str, data: bytes) -> Iterator[Finding]:
        self.texts, wrong = beside.read_past(data, self.fates)
        yield from (_misworded(path, message) for message in wrong[:_TOLD])

    def _history(self, path: str, data: bytes, tree: Element) -> Iterator[Finding]:
        """Hold what passages said on earlier days against the ledger."""
        document = document_at(path, _HISTORY)
        sealed = self._proved(document)
        if sealed is None or WORDINGS not in self.digests:
            why = "no seal of the copy covers it" if sealed is None else "the copy keeps no words"
            self._note(f"what {path} says", why)
            return
        said = self.pages.get(sealed.record.id, Words({})).said.values()
        texts = {**self.texts, **{each.sha256: normalise(each.words) for each in said}}
        wrong = beside.differing(data, tree, sealed, self.fates, self.templates, texts)
        yield from (_misworded(path, message) for message in islice(wrong, _TOLD))

    def _document(self, path: str, document: str, tree: Element | None) -> Iterator[Finding]:
        ids = ids_of(tree) if tree is not None else frozenset()
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
        sealed = self._proved(document)
        if sealed is not None and tree is not None:
            self._shown[document] = zlib.compress(shown_by(tree).encode())
            page, base = Page(tree, path, self.digests.get, say=sealed.say), sealed.settings.base
            ties = self._ties(path, document, sealed, lambda: page.links(page.record(), base))
            yield from (_record(path, message) for message in head(tree, sealed))
            found = relations(tree, sealed, self.fates, ties)
            yield from self._unless_doubted(path, (_record(path, each) for each in found))
            yield from self._around(path, tree, sealed)
            yield from self._shows(path, sealed, page, ties)

    def _ties(self, path: str, document: str, sealed: Sealed, links: Links) -> list[Tie]:
        """What a document is related to, as a form shows it that has these links."""
        unproved = self._known.unproved(document)
        if unproved:
            self._note(f"the names of {unproved} in {path}", "no seal of the copy covers them")
        return list(dict.fromkeys(self._known.ties(document, sealed.settings.base, links)))

    def _unless_doubted(self, path: str, findings: Iterator[Finding]) -> Iterator[Finding]:
        """Findings that hold if every document is proved: one that is not may be related to it."""
        found = list(findings)
        if found and not self._sealed.keys() >= self._anchors.keys():
            self._note(f"relations in {path}", "not all documents that may declare some are proved")
        else:
            yield from found

    def _around(self, path: str, tree: Element, sealed: Sealed) -> Iterator[Finding]:
        """Hold what stands around a document against that of the first one, and against names."""
        versions = self._known.group(sealed.record.id)
        found, wrong = frame(tree, sealed, self._known.names, versions)
        kind = path.rpartition(".")[2], sealed.record.language  # whose words are around it
        first, known = self._frames.setdefault(kind, (path, found))
        if found != known:
            pairs = zip_longest(found, known, fillvalue=())
            other = next(one or two for one, two in pairs if one != two)
            message = f"around its text stands {' '.join(other)}, and not so in {first}"
            yield Finding(path, "shown-differs", message, _ANEW)
        for text in wrong:
            yield Finding(path, "shown-differs", f"around its text stands “{text}”", _ANEW)

    def _shows(self, path: str, sealed: Sealed, page: Page, ties: list[Tie]) -> Iterator[Finding]:
        """Hold what a form shows against what is proved."""
        if sealed.is_conditional():
            why = "it has what stands in some forms only, or a list that the archive makes"
            self._note(f"what {path} shows besides its passages", why)
            return
        judge = Judge(sealed, self.fates, self._known, page, ties)
        anchors = self._anchors.get(sealed.record.id, ())
        for message in islice(judge.all(anchors), _TOLD):
            yield Finding(path, "shown-differs", message, _ANEW)
        card = (Finding(path, "shown-differs", message, _ANEW) for message in judge.card())
        yield from self._unless_doubted(path, card)

    def _answering(self, path: str, ids: frozenset[str]) -> Iterator[Finding]:
        """Each anchor that moved away or was withdrawn still answers, and none is unknown."""
        for anchor in self._by_page.get(path, ()):
            if anchor not in ids and anchor not in self.fates.words:
                yield _lost(path, anchor)
        yield from self._unknown(path, (name for name in ids if is_anchor_of(name, path)))

    def _unknown(self, path: str, anchors: Iterable[str]) -> Iterator[Finding]:
        """Tell of anchors that the ledger does not have."""
        unknown = sorted(name for name in anchors if name not in self.fates.final)
        if unknown:
            message = f"{len(unknown)} anchors are not in the ledger, {unknown[0]} first"
            mend = "the ledger was cut, or the passages were never published: make publish"
            yield Finding(path, "ledger-lacks", message, mend)

    def _script(self, path: str, data: bytes) -> Iterator[Finding]:
        """Hold a script to be the engine's; what texts are checked with is held with its data."""
        document = document_at(path, CHECKED_WITH)
        if not self.scripts.knows(path, data):
            yield _foreign(path, "the engine does not know this script")
        elif document is not None and f"documents/{document}{_DATA}" in self.digests:
            self._checked_with[document] = data
        elif document is not None:
            self._note(path, "the data that it is a part of is not in the copy")

    def _source(self, path: str, data: bytes) -> Iterator[Finding]:
        document = document_at(path, ".md")
        if document is not None and document in self._anchors:
            page = f"documents/{document}.html"
            words = _own(words_of_source(data.decode("utf-8")), page)
            yield from self._held(path, document, words)
            yield from self._in_order(path, document, words)
            yield from self._labelled(path, document, words)
            sealed = self._proved(document)
            if sealed is not None:
                record, _ = parse_record(data.decode("utf-8"), path, document, sealed.settings)
                if record is None or record_fields(record) != sealed.fields:
                    yield _record(path, "its front matter is not the record")
                yield from self._texts(path, data.decode("utf-8"), sealed)

    def _texts(self, path: str, source: str, sealed: Sealed) -> Iterator[Finding]:
        """Hold all that a MyST copy says, and where it leads, against what is sealed."""
        texts = texts_of_source(source)
        if texts.unread:
            self._note(f"what {path} says besides its passages", f"it has {texts.unread}")
            return
        said, targets = texts_of_parts([*sealed.order, *sealed.stands.values()])
        leads = {plain_target(each) for each in targets} - {""}
        for wanted, shown, what in (
            (set(map(squeezed, said)), texts.said, "the text"),
            (leads, texts.targets, "a link or a citation of"),
        ):
            for extra in sorted(shown - wanted)[:_TOLD]:
                message = f"it has {what} “{extra[:60]}”, which is not sealed"
                yield Finding(path, "shown-differs", message, _ANEW)
            for lost in sorted(wanted - shown)[:_TOLD]:
                yield Finding(path, "shown-differs", f"it lacks {what} “{lost[:60]}”", _ANEW)

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

    # Data and plain text

    def _data(self, path: str, data: bytes) -> Iterator[Finding]:
        document = document_at(path, _DATA)
        if document is None:
            return
        given = Given.read(data)
        named = self._by_page.get(f"documents/{document}.html", ())
        if WORDINGS in self.digests:
            given = replace(given, wordings=beside.kept(named, self.texts, self.fates))
        self._dumps.take(path, data)
        if (script := self._checked_with.pop(document, None)) is not None:
            row = row_of(json.loads(data))
            forms = (script_of(row, is_packed=each) for each in (True, False))
            if script.decode("utf-8") not in forms:
                message = "it is not the part of the document’s data that texts are checked with"
                yield Finding(
                    f"documents/{document}{CHECKED_WITH}", "shown-differs", message, _ANEW
                )
        for anchor in self._anchors.get(document, ()):
            yield from self._says(path, anchor, given.said.get(anchor))
        for anchor in given.said.keys() & self.fates.final.keys() - self.fates.words.keys():
            message = f"{anchor} moved or was withdrawn, and stands here as if it had not"
            yield Finding(path, "words-differ", message, _ANEW)
        yield from self._unknown(path, given.said)
        yield from self._again(path, document, data, partial(passages_again, given, named))

    def _says(self, path: str, anchor: str, said: str | None) -> Iterator[Finding]:
        """Hold a text that is normalised already against its fingerprint."""
        wanted, line = self.fates.words[anchor]
        own = sha256(said.encode("utf-8")).hexdigest() if said is not None else ""
        if not own:
            yield _lost(path, anchor)
        elif own != wanted:
            yield _differs(path, anchor, line, own, wanted)
        self.blocks += 1

    def _plain(self, path: str, data: bytes) -> Iterator[Finding]:
        document = document_at(path, _PLAIN)
        if document is not None:
            self._dumps.take(path, data)
            page = self.pages.get(document, Words({}))
            said = {anchor: each.words for anchor, each in page.said.items()}
            yield from self._again(path, document, data, partial(text_again, said))
        elif path == FULL_TEXT:
            known, own = self._archive, data.partition(BETWEEN)[0].decode("utf-8")
            wanted = full_text_head(Settings.of(known)) if known is not None else own
            for message in islice(self._dumps.full_text(data, wanted), _TOLD):
                yield Finding(path, "shown-differs", message, _ANEW)

    def _again(
        self, path: str, document: str, data: bytes, make: Callable[[Sealed, Fates, Known], str]
    ) -> Iterator[Finding]:
        """Hold a file against what is made again from what is proved of a document."""
        sealed = self._proved(document)
        if sealed is None:
            self._note(f"what {path} says besides its passages", "no seal of the copy covers it")
            return
        try:
            wanted = make(sealed, self.fates, self._known)
        except UnprovedError as unproved:
            self._note(f"what {path} says", f"what {unproved} says or is called is not proved")
            return
        if message := unlike(data.decode("utf-8"), wanted):
            yield Finding(path, "shown-differs", message, _ANEW)

    def _dump(self, path: str, data: bytes) -> Iterator[Finding]:
        for message in islice(self._dumps.passages(data), _TOLD):
            yield Finding(path, "shown-differs", message, _ANEW)

    def _schema(self, path: str, data: bytes) -> Iterator[Finding]:
        base = (self._archive or {}).get("html_baseurl")
        wanted = schemas(base).get(path) if base is not None else None
        if wanted is not None and data.decode("utf-8") != wanted:
            yield _record(path, "it is not the schema that this engine writes")

    def _package(self, path: str, data: bytes) -> Iterator[Finding]:
        """Hold the data package against manifest and settings, where the copy proves these."""
        if self._archive is not None and self.sizes:
            wanted = package(Settings.of(self._archive), self.digests, self.sizes)
            if data.decode("utf-8") != wanted:
                yield _record(path, "it is not the description that follows of the data here")

    # Print

    def _print(self, path: str, data: bytes) -> Iterator[Finding]:
        check_packing(data, _PACKED)
        printed = read_print(data)
        text = Text(printed)
        first = first_of(path)
        if first is not None:
            yield from self._beside(path, first, printed, text)
            return
        alone = document_at(path, ".pdf")
        named = {document_of(name) for name in printed.places}
        documents = [alone] if alone is not None else sorted(named & self._anchors.keys())
        if path == _INDEX and _FIRST_VOLUME in self.digests and text.is_index(self.fates.words):
            return  # it says in which volume each document is
        chapters = self._chapters(printed) if alone is None else {}
        if alone is not None and alone not in self._anchors:
            yield from self._moved(path, alone, printed)
        for document in documents:
            page = self.pages.get(document, Words({}))
            yield from self._printed(path, document, page, text)
            if alone is not None or document in chapters:
                yield from self._drawn(path, document, printed, *chapters.get(document, ()))
        sealed = self._proved(alone)
        if sealed is not None:
            yield from self._printed_besides(path, sealed, printed, text)
        for name, attached in printed.attachments.items():
            yield from self._attachment(path, name, attached)

    def _versions(
        self, path: str, first: str
    ) -> tuple[list[Version], list[Sealed], list[str]]:  # fmt: skip
        """The versions of a text, what is proved of each, and what their pages show.

        None where not all is proved; no pages where not all can be compared with.
        """
        versions = self._known.group(first)
        sealed = [proved for each in versions if (proved := self._proved(each.id)) is not None]
        if not versions or len(sealed) < len(versions):
            self._note(f"what {path} says", "no seal of the copy covers all its versions")
            return [], [], []
        shown = [zlib.decompress(self._shown[each.id]).decode() for each in versions
                 if each.id in self._shown]  # fmt: skip
        if len(shown) < len(versions) or any(each.is_conditional() for each in sealed):
            self._note(f"what {path} shows besides its passages", "not all its versions are proved")
            shown = []
        return versions, sealed, shown

    def _side_by_side(self, path: str, tree: Element) -> Iterator[Finding]:
        """Hold the page that has the versions of a text side by side against their pages."""
        versions, sealed, shown = self._versions(
            path, path.removeprefix("documents/").removesuffix(BESIDE)
        )
        if shown:
            wrong = unlike_page(tree, shown, versions, sealed, self.fates)
            for message in islice(wrong, _TOLD):
                yield Finding(path, "shown-differs", message, _ANEW)

    def _beside(self, path: str, first: str, printed: Printed, text: Text) -> Iterator[Finding]:
        """Hold the versions of a text that are printed together against their pages."""
        versions, sealed, shown = self._versions(path, first)
        for anchor in (anchor for each in versions for anchor, _ in each.passages.values()):
            said = self.pages.get(document_of(anchor), Words({})).said.get(anchor)
            if said is not None and (why := text.says(anchor, said)):
                yield Finding(path, "words-differ", f"{anchor}: {why}", _ANEW)
            self.blocks += 1
        if not shown:
            return
        known = allowed_beside(path, shown, versions, sealed, printed.pages)
        for strange in islice(known.strange(printed.runs), _TOLD):
            message = f"“{strange[:60]}” is printed, and in none of its versions"
            yield Finding(path, "shown-differs", message, _ANEW)

    def _printed(self, path: str, document: str, page: Words, text: Text) -> Iterator[Finding]:
        for anchor in self._anchors.get(document, ()):
            said = page.said.get(anchor)
            if said is None:
                why = "its page has not the words that it was published with"
                self._note(f"{anchor} in {path}", why)
                continue
            why = text.says(anchor, said)
            if why:
                yield Finding(path, "words-differ", f"{anchor}: {why}", _ANEW)
            self.blocks += 1
        pair = text.out_of_order(list(in_text(page.said)))
        if pair is not None:
            message = f"{pair[1]} is printed before {pair[0]}, and not so in the page"
            yield Finding(path, "order-differs", message, _ANEW)

    def _drawn(
        self, path: str, document: str, printed: Printed, first: int = 0, last: int | None = None
    ) -> Iterator[Finding]:
        """Hold all text on the pages of a document, counted from 0, against its page in the site.

        Without a last page all of the PDF is its own.
        """
        sealed = self._proved(document)
        if sealed is None or document not in self._shown or sealed.is_conditional():
            return
        shown = zlib.decompress(self._shown[document]).decode()
        known = allowed(shown, sealed, self.fates, printed.pages if last is None else None)
        runs = printed.runs if last is None else printed.on(first, last)
        for text in islice(known.strange(runs), _TOLD):
            message = f"“{text[:60]}” is printed, and not in {document}.html"
            yield Finding(path, "shown-differs", message, _ANEW)

    def _chapters(self, printed: Printed) -> Mapping[str, tuple[int, int]]:
        """The first and last page of each document in a PDF of many.

        Each begins on a page of its own.  Where the last one ends no destination tells: its pages
        go as far as its own destinations.
        """
        pages: dict[str, list[int]] = {}
        for name, (page, _) in printed.places.items():
            document = document_of(self.fates.final.get(name, name))
            if name in self._anchors:  # the document itself, whose record may fill its first page
                document = name
            if document:
                pages.setdefault(document, []).append(page)
        firsts = sorted(map(min, pages.values()))
        following = dict(pairwise(firsts))
        return {
            document: (min(own), following.get(min(own), max(own) + 1) - 1)
            for document, own in pages.items()
        }

    def _moved(self, path: str, document: str, printed: Printed) -> Iterator[Finding]:
        """Hold the PDF of a document that moved: that of its heir, or a notice."""
        moved = {
            anchor: final for anchor, final in self.fates.final.items()
            if anchor != final and document_of(anchor) == document
        }  # fmt: skip
        heirs = {document_of(final) for final in moved.values()}
        if len(heirs) == 1:
            if self.digests.get(path) != self.digests.get(f"documents/{heirs.pop()}.pdf"):
                yield Finding(path, "shown-differs", "it is not the PDF of where it moved", _ANEW)
            return
        some = next((sealed for each in heirs if (sealed := self._proved(each))), None)
        if some is None:
            self._note(f"what {path} says", "no seal of the copy covers it")
            return
        names = [*moved, *filter(None, map(self._known.shown, moved.values()))]
        known = allowed_of_notice(document, some, names, printed.pages)
        for text in islice(known.strange(printed.runs), _TOLD):
            yield Finding(path, "shown-differs", f"“{text[:60]}” is printed in it", _ANEW)

    def _printed_besides(
        self, path: str, sealed: Sealed, printed: Printed, text: Text
    ) -> Iterator[Finding]:
        """Hold what a PDF has besides its passages: metadata, links, and the text of notes."""
        if printed.described != sealed.described():
            for each in sorted(printed.described ^ sealed.described())[:_TOLD]:
                yield _record(path, f"its metadata and the record differ in “{each}”")
        for address in sorted(printed.addresses - sealed.addresses()):
            if not address.startswith(sealed.settings.base):
                yield Finding(path, "shown-differs", f"a link leads to {address}", _ANEW)
        ties = self._ties(path, sealed.record.id, sealed, lambda: iter(()))
        for said in (sealed.record.title, *publication(sealed, self.fates), *sealed.besides(ties)):
            if not text.has(as_printed(said)):
                yield Finding(path, "shown-differs", f"“{said[:60]}” is not printed", _ANEW)

    def _attachment(self, path: str, name: str, data: bytes) -> Iterator[Finding]:
        document, _, kind = name.partition(".")
        digest = sha256(data).hexdigest()
        if kind == "ledger.jsonl":
            sound = self._has_lines(document, data.split(b"\n"))
        elif kind in ("md", "bib"):
            own = name if kind == "md" else f"{document}.{CITED}.bib"
            sound = self.digests.get(f"documents/{own}") == digest
        elif kind == "proof.json":
            sound = not list(self._proofs(f"documents/{name}", data, whole=False))
        else:
            sound = False
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
                    yield from self._chapter(path, info.filename, content, book)
        for document in self._anchors.keys() - self._documents_in(inside):
            self._note(f"{document} in {path}", "the book has no such document")

    def _documents_in(self, names: set[str]) -> set[str]:
        return {each for name in names if (each := document_at(name, ".xhtml")) is not None}

    def _chapter(
        self, path: str, name: str, data: bytes, book: zipfile.ZipFile
    ) -> Iterator[Finding]:
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

            there = book.NameToInfo

            def digest(name: str) -> str | None:
                name = name if name in there else f"{name.removesuffix('.html')}.xhtml"
                return sha256(book.read(name)).hexdigest() if name in there else None

            sealed = self._proved(document)
            title = next((str(each.text) for each in tree.iter("{*}title")), "")
            if sealed is not None and normalise(title) != normalise(sealed.record.title):
                yield _record(place, f"its title is “{title}”")
            if sealed is not None:
                yield from self._around(place, tree, sealed)
                page, base = (
                    Page(tree, f"documents/{document}.html", digest, is_book=True, say=sealed.say),
                    sealed.settings.base,
                )
                ties = self._ties(place, document, sealed, lambda: page.links(page.record(), base))
                yield from self._shows(place, sealed, page, ties)

    # Heads and records

    def _checkpoint(self, path: str, data: bytes) -> Iterator[Finding]:
        found, own = Checkpoint.parse(data.decode("utf-8")), self.fates.tree.head()
        head = found.head
        if head != own:
            message = f"it is of {head.size} lines with the head {head.root[:12]}…, and the ledger"
            message += f" has {own.size} with {own.root[:12]}…"
            yield Finding(path, "head-differs", message, _ANEW)
        elif self._archive is not None:
            settings = Settings.of(self._archive)
            more = tuple(filter(None, (settings.name, self.fates.newest_day())))
            if (found.origin, found.more) != (origin(settings, LEDGER), more):
                yield _record(path, "it names another log, archive or day than the ledger's")

    def _tile(self, path: str, data: bytes) -> Iterator[Finding]:
        if self._tiles is None:
            made = tiles(self.fates.tree, self.fates.lines)
            self._tiles = {name: sha256(content).digest() for name, content in made}
        if self._tiles.get(path) != sha256(data).digest():
            yield Finding(path, "head-differs", "it is no tile of this ledger's tree", _ANEW)

    def _proofs(self, path: str, data: bytes, *, whole: bool = True) -> Iterator[Finding]:
        """Hold the proof that each passage is in the ledger against the ledger itself.

        In a PDF it is without the data of seals, and so not ``whole``.
        """
        document = document_at(path.removesuffix(_PROOF) + ".html", ".html") or ""
        given = beside.read_proof(data)
        if whole:
            yield from self._seals(path, document, given.sealed)
        elif given.sealed is not None:
            yield Finding(path, "head-differs", "it says more than a proof", _ANEW)
        sealed = self._proved(document)
        if sealed is not None and given.log != origin(sealed.settings, LEDGER):
            yield _record(path, "its log is another archive's")
        anchors = self._anchors.get(document, [])
        for message in beside.wrong(given, document, anchors, self.fates):
            yield Finding(path, "head-differs", message, _ANEW)
        if sealed is not None and given.parts != dict(sealed.parts):
            yield Finding(path, "seal-differs", "it names other parts of passages", _ANEW)

    def _seals(self, path: str, document: str, data: object) -> Iterator[Finding]:
        """Hold the data of seals against the ledger, and keep what is proved."""
        anchors = self._anchors.get(document, [])
        if not any(name in self.fates.seals for name in (document, *anchors)):
            return  # it was published before there were seals
        if data is None:
            yield Finding(path, "seal-differs", "it has no data of the seals", _ANEW)
            return
        text = canonical(data)
        sealed = Sealed.parse(text)
        wrong = list(sealed.wrong(document, anchors, self.fates))
        for message in wrong[:_TOLD]:
            yield Finding(path, "seal-differs", message, _ANEW)
        if not wrong:
            if fields := sealed.unsealed(self.fates):
                why = "seals of an earlier form do not cover them"
                self._note(f"what {path} has of works under {fields}", why)
            yield from self._keep(path, document, text, sealed)

    def _keep(self, path: str, document: str, text: str, sealed: Sealed) -> Iterator[Finding]:
        self._archive = self._archive or sealed.archive
        if sealed.archive != self._archive:
            message = "it names another archive than the documents before it"
            yield Finding(path, "record-differs", message, _ANEW)
        self._sealed[document] = zlib.compress(text.encode())
        self._known.add(sealed)

    def _proved(self, document: str | None) -> Sealed | None:
        """What is proved of a document; None of what was never sealed, or not as it stands."""
        if document is None or document not in self._sealed:
            return None
        if self._last is None or self._last[0] != document:
            text = zlib.decompress(self._sealed[document]).decode()
            self._last = document, Sealed.parse(text)
        return self._last[1]

    def _follows(self, path: str, data: bytes) -> Iterator[Finding]:
        """Hold the files that follow from records against these."""
        name, _, suffix = path.removeprefix("documents/").partition(".")
        wanted: str | None = None
        if path in _ENTRIES and self._sealed.keys() >= self._anchors.keys():
            wanted = _ENTRIES[path](each.reference for each in self._in_order_of_time())
        elif path.startswith("documents/") and suffix in FOLLOWING:
            sealed, text = self._proved(name), data.decode("utf-8")
            if sealed is not None and suffix == LINKSET.suffix:
                addresses = re.findall(r'"href": ?"([^"]*)"', text)
                ties = self._ties(path, name, sealed, lambda: ((each, "") for each in addresses))
                wanted = sealed.form(suffix, [each.related for each in ties])
            elif sealed is not None:
                wanted = sealed.form(suffix)
        if wanted is not None and not same(data.decode("utf-8"), wanted):
            found = iter([_record(path, "it is not what the record gives")])
            yield from self._unless_doubted(path, found) if suffix == LINKSET.suffix else found

    def _in_order_of_time(self) -> list[Sealed]:
        found = [proved for each in self._sealed if (proved := self._proved(each)) is not None]
        return sorted(found, key=lambda each: (each.record.date.sort_key, each.record.id))

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

    def said(self) -> Iterator[str]:
        """What no file of a copy can be held against, as no line of the ledger has it."""
        if self._archive is not None:
            name, base = (self._archive.get(key, "") for key in ("project", "html_baseurl"))
            kinds = ", ".join(uncovered(self.digests))
            yield (
                f"No line of the ledger covers {kinds}, and what the archive calls itself: "
                f"here {name}, {base}."
            )

    def kept(self, path: str) -> Mapping[str, str]:
        """What other files are held against: words and label of each block, or what is sealed."""
        if path == WORDINGS:
            return self.texts
        if path.endswith(_PROOF):
            packed = self._sealed.get(path.removeprefix("documents/").removesuffix(_PROOF))
            return {"": b64encode(packed).decode()} if packed else {}
        if dumped := self._dumps.kept(path):
            return dumped
        document = document_at(path, ".html")
        page = self.pages.get(document) if document is not None else None
        said = page.said.items() if page else ()
        shown = {"": b64encode(self._shown[document]).decode()} if document in self._shown else {}
        return {anchor: f"{each.label}\n{each.text}" for anchor, each in said} | shown

    def remember(self, path: str, texts: Mapping[str, str]) -> None:
        """Take back what ``kept`` gave in an earlier run."""
        if path == WORDINGS:
            self.texts = texts
            return
        if path.endswith(_PROOF) and "" in texts:
            name = path.removeprefix("documents/").removesuffix(_PROOF)
            text = zlib.decompress(b64decode(texts[""])).decode()
            list(self._keep(path, name, text, Sealed.parse(text)))
            return
        self._dumps.remember(path, texts)
        document = document_at(path, ".html")
        if document is not None and texts:
            if "" in texts:
                self._shown[document] = b64decode(texts[""])
            parted = {name: text.partition("\n") for name, text in texts.items() if name}
            self.pages[document] = Words({
                name: Said(text, label=label) for name, (label, _, text) in parted.items()
            })  # fmt: skip

    def _note(self, what: str, why: str) -> None:
        self.unchecked.append(Unchecked(what, why))


def document_of(anchor: str) -> str:
    """The id of the document at whose page an anchor was published; empty if it is none."""
    return document_at(page_of(anchor), ".html") or ""


_AT = re.compile(r"documents/([a-z0-9-]+)(\.[a-z.]+)")


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


def _record(path: str, message: str) -> Finding:
    mend = "copy it anew, or check it with the engine that it was built with"
    return Finding(path, "record-differs", message, mend)


def _misworded(path: str, message: str) -> Finding:
    return Finding(path, "wording-differs", message, _ANEW)


def _foreign(path: str, message: str) -> Finding:
    mend = "take the copy anew, or check it with the engine that it was built with"
    return Finding(path, "script-foreign", message, mend)
