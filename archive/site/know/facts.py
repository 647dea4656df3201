"""The facts that are read from documents, as frozen dataclasses, and the parts of their lists.

Each part of a list has a page of its own, so that no page grows with the archive.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from sys import intern
from typing import Any, Generic, NamedTuple, TypeVar

from archive.citation.reference import Passage, Reference, refer
from archive.model import Fact, Problem
from archive.model.dates import ArchiveDate
from archive.model.passage import BESIDE, Anchor, fingerprint, way_of
from archive.model.permanence import Tombstone
from archive.model.record import Record
from archive.model.relations import Relation
from archive.model.seal import Outline, with_works
from archive.model.settings import Settings
from archive.model.showing import page_of
from archive.model.states import Attested
from archive.model.tree import LogPlace
from archive.model.words import N_, Words

DOCUMENTS = "documents"
CATALOGUE = f"{DOCUMENTS}/index"


_NO_WORDS = fingerprint("")


def digest_of(value: object) -> str:
    """Return the SHA-256 of the ``repr`` of a value, in hexadecimal digits."""
    return hashlib.sha256(repr(value).encode()).hexdigest()


def is_document(docname: str) -> bool:
    """Whether the page ``docname`` is an archived document."""
    return docname.startswith(f"{DOCUMENTS}/") and docname != CATALOGUE


def anchor_of(text: str) -> Anchor | None:
    """Parse an anchor; None if the text is not one."""
    try:
        return Anchor.parse(text)
    except ValueError:
        return None


class Label(NamedTuple):
    """A name that an author gave to a block, and that is no anchor of the page's document."""

    name: str
    path: str
    line: int


class Mention(NamedTuple):
    """A reference of a page to a label, a glossary term or a work."""

    kind: str  # "label", "term" or "reference"
    target: str  # the label, the term as written, or the citation key

    @property
    def document(self) -> str | None:
        """The id of the document that a label belongs to; None for everything else."""
        anchor = anchor_of(self.target) if self.kind == "label" else None
        return anchor.document if anchor is not None else None


@dataclass(frozen=True, slots=True)
class Block(Fact):
    """An anchored block of a document: a passage, a section or an editor's note."""

    anchor: str
    former: tuple[str, ...]  # earlier anchors, which moved to this block
    spoken: str  # "ALA resolution, whereas 3"
    label: str  # in the margin: "W3", or the document's own number
    locator: str  # the document's own number, behind that of its annex; else empty
    parent: str | None  # the anchor of the passage that it is a part of
    parts: tuple[str, ...]  # the anchors of those that it consists of, without their parts
    line: int  # counted from 1
    fingerprint: str  # of its normalised text; of a section, of its heading
    is_passage: bool  # it renders a paragraph of the source, see ``Anchor.is_passage``
    heading: str  # of a section, what links to it show; empty for all else
    mentions: tuple[Mention, ...]  # references, labels and terms, in order of first mention
    stands: bytes  # digest of all that stands with its words, see ``archive.model.seal``
    works: tuple[str, ...]  # the keys of the works cited there, also by footnotes

    def __reduce__(self) -> tuple[Any, tuple[object, ...]]:
        _kind, values = Fact.__reduce__(self)
        return _block, values

    @property
    def is_frame(self) -> bool:
        """Whether it has no words of its own, and only holds the passages that it consists of.

        A group of signatories is none: its names are the paragraph that it renders.
        """
        return self.is_wordless and any(Anchor.parse(each).is_passage for each in self.parts)

    @property
    def is_wordless(self) -> bool:
        """Whether all that it says is said by the blocks that it consists of."""
        return bool(self.parts) and self.fingerprint == _NO_WORDS

    def seal(self, work: Callable[[str], str]) -> str:
        """Return its seal; ``work`` gives the digest of a work."""
        return with_works(self.stands.hex(), self.works, work)

    def targets(self, document: str) -> Iterator[tuple[str, str]]:
        """Yield its works by key, terms in lower case and other documents than its own by id."""
        for mention in self.mentions:
            if mention.kind == "term":
                yield "term", mention.target.lower()
            elif mention.kind == "reference":
                yield "reference", mention.target
            elif mention.document not in (None, document):
                yield "document", mention.document

    @property
    def cites(self) -> tuple[str, ...]:
        """The keys of the works it cites."""
        return tuple(mention.target for mention in self.mentions if mention.kind == "reference")


def _block(anchor: str, *values: Any) -> Block:
    """Return a block as it is read back, with its anchor and fingerprint as the ledger has them."""
    former, spoken, label, locator, parent, parts, line, fingerprint, *others = values
    return Block(
        intern(anchor), former, spoken, intern(label), locator, parent, parts, line,
        intern(fingerprint), *others,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gap(Fact):
    """A block of a document that still needs an anchor."""

    line: int  # the first line of the block, counted from 1
    letter: str | None  # s for a heading, n for a note; None for that of the passages around it
    fingerprint: str  # as of a block


class Digests(NamedTuple):
    """Digests of what other pages show of a document, taken once, when it is read."""

    listed: str = ""  # of its record and the number of its blocks, which lists show
    named: str = ""  # of its anchors and the works that it cites
    blocks: str = ""  # of the anchors and fingerprints of its blocks


_NONE = Digests()


@dataclass(frozen=True, slots=True)
class Document(Fact):
    """Everything that is read from one document."""

    docname: str
    path: str  # relative to the archive's root
    record: Record | None  # None if it has problems
    outline: Outline | None = None  # what stands besides the blocks; None without a record
    blocks: tuple[Block, ...] = ()
    tombstones: tuple[Tombstone, ...] = ()
    gaps: tuple[Gap, ...] = ()
    problems: tuple[Problem, ...] = ()
    unwritten: tuple[Problem, ...] = ()  # what an import left for the editor to write or confirm
    digests: Digests = _NONE

    @property
    def id(self) -> str:
        """The document id, which is the file's name."""
        return self.docname.rpartition("/")[2]

    def digested(self) -> Document:
        """Return it with its digests."""
        works = sorted({key for block in self.blocks for key in block.cites})
        blocks = [
            (each.anchor, each.fingerprint, each.former, each.is_wordless) for each in self.blocks
        ]
        listed, named = (self.docname, self.record, self.counts), (sorted(self.anchors), works)
        return replace(self, digests=Digests(*map(digest_of, (listed, named, blocks))))

    @property
    def title(self) -> str:
        """The record's title; the id if the record has problems."""
        return self.record.title if self.record else self.id

    @property
    def language(self) -> str | None:
        """The BCP 47 tag of its language; None if the record has problems."""
        return self.record.language if self.record else None

    @property
    def short_title(self) -> str:
        """The beginning of its passages' spoken names; the id if the record has problems."""
        return self.record.short_title if self.record else self.id

    @property
    def passages(self) -> tuple[Block, ...]:
        """The blocks that render the source, in order."""
        return tuple(block for block in self.blocks if block.is_passage)

    @property
    def counts(self) -> dict[str, int]:
        """How many passages it has, under an empty name, and of each letter beside them."""
        letters = Counter(block.anchor.rpartition("-")[2][0] for block in self.blocks)
        beside = {letter: letters[letter] for letter in sorted(BESIDE) if letter in letters}
        return {"": len(self.passages), **beside}

    @property
    def rendering(self) -> tuple[Block, ...]:
        """The passages with words of their own; others only hold the parts they consist of."""
        return tuple(block for block in self.passages if not block.is_frame)

    def parent(self, block: Block) -> Block | None:
        """The passage that a block is a part of; None if it stands by itself."""
        if block.parent is None:
            return None
        return next((each for each in self.blocks if each.anchor == block.parent), None)

    def is_shared(self, block: Block) -> bool:
        """Whether a passage may stand in the same paragraph of the source as its parent."""
        above = self.parent(block)
        return above is not None and above.is_passage and not above.is_frame

    def way(self, block: Block) -> str:
        """What tells a block from all others: ``Annex I, [3]``, or ``[3] › P5`` for a part."""
        above, name = self.parent(block), block.locator or block.label
        return way_of(name, self.way(above), above.locator) if above is not None else name

    def name(self, block: Block) -> str:
        """The spoken name of a block, with the way to it where the name does not say it."""
        way = self.way(block)
        return f"{block.spoken} ({way})" if " › " in way else block.spoken

    @property
    def anchors(self) -> frozenset[str]:
        """Every anchor in it: of blocks, their former ones, and tombstones."""
        standing = {anchor for block in self.blocks for anchor in (block.anchor, *block.former)}
        return frozenset(standing | {place.anchor for place in self.tombstones})

    def reference(self, settings: Settings) -> Reference | None:
        """Return the bibliographic reference to it; None if its record has problems."""
        return refer(self.record, settings) if self.record else None

    def block_reference(
        self, block: Block, settings: Settings, place: LogPlace | None = None, day: str = ""
    ) -> Reference | None:
        """Return the reference to a block of it; None if its record or the anchor has problems.

        ``place`` is that of the block's last event in the ledger, ``day`` that of its words.
        """
        record, anchor = self.record, Anchor.parse(block.anchor)
        if record is None or anchor.document != record.id:
            return None
        passage = Passage(anchor, block.fingerprint, place, block.locator, block.parts, day)
        return refer(record, settings, passage)


@dataclass(frozen=True, slots=True)
class Traced(Fact):
    """A quotation that a record follows to its origin, with what is attested of it."""

    anchor: str  # of the passage that quotes
    words: str
    relation: Relation
    result: str = ""  # a ``fidelity.origins.Result``; empty where the sources were not compared
    source: str | None = None  # SHA-256 of the held work's source
    paragraph: int | None = None  # of that source
    differences: tuple[tuple[str, str], ...] = ()  # words of the quotation, and those there


@dataclass(frozen=True, slots=True)
class Vouching(Fact):
    """The attestation beside a document."""

    stamp: tuple[int, ...] | None  # of the file; None without one
    problems: tuple[Problem, ...] = ()  # of the file
    attested: tuple[Attested, ...] = ()
    checker: int | None = None  # the version of the rules; None where there is no attestation
    traced: tuple[Traced, ...] = ()


@dataclass(frozen=True, slots=True)
class Event(Fact):
    """A dated event of the chronology."""

    date: ArchiveDate
    line: int  # counted from 1
    anchors: tuple[str, ...]  # of the passages that state it
    id: str  # unique in its page


@dataclass(frozen=True, slots=True)
class Place:
    """An anchored block and its document."""

    document: Document
    block: Block

    @property
    def order(self) -> tuple[tuple[str, str], str, int]:
        """Sort key: the order of the catalogue, then that of the document."""
        record = self.document.record
        date = record.date.sort_key if record is not None else ("", "")
        return date, self.document.id, self.block.line


# The places that refer to something, in the order of the catalogue: by kind, and then by the key of
# a "reference", the lower-case "term" or the id of a "document".
Backlinks = Mapping[str, Mapping[str, tuple[Place, ...]]]
ENTRIES = 200  # the most entries of a list on one page, unless conf.py sets another number
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Part(Generic[Item]):
    """The entries of a list that share a label, or some of them."""

    slug: str  # the name of its page: "2021", or "2021.2" for the second part
    label: str  # "2021"
    number: int  # counted from 1 among the parts with this label
    of: int  # the number of parts with this label
    items: tuple[Item, ...]

    def name(self, _: Words) -> str:
        """The label; in the words of a language where it is the engine's own."""
        return _(self.label) if self.label in _OWN_LABELS else self.label

    def title(self, _: Words) -> str:
        """The name, with the number of the part if there are several."""
        said = _("{name}, part {number} of {all}")
        values = {"name": self.name(_), "number": self.number, "all": self.of}
        return self.name(_) if self.of == 1 else said.format(**values)


_OWN_LABELS = frozenset({N_("Undated"), N_("Other"), N_("No longer at their address")})


def parts(
    items: Iterable[Item], label_of: Callable[[Item], str], size: int
) -> tuple[Part[Item], ...]:
    """Split a list by label into parts of at most ``size`` entries.

    Labels come in the order of their first entry; entries keep their order.
    """
    labelled: dict[str, tuple[str, list[Item]]] = {}
    for item in items:
        label = label_of(item)
        labelled.setdefault(slug(label), (label, []))[1].append(item)
    return tuple(part for name, each in labelled.items() for part in _split(name, *each, size))


def _split(name: str, label: str, items: list[Item], size: int) -> Iterable[Part[Item]]:
    runs = [tuple(items[start : start + size]) for start in range(0, len(items), size)]
    for number, run in enumerate(runs, start=1):
        yield Part(name if number == 1 else f"{name}.{number}", label, number, len(runs), run)


def by_subject(
    held: Iterable[tuple[Document, Record]], size: int
) -> dict[str, tuple[Part[tuple[Document, Record]], ...]]:
    """Return the documents of each subject in parts, which are named as their pages are."""
    found: dict[str, tuple[str, list[tuple[Document, Record]]]] = {}
    for document, record in held:
        pages = {page_of(subject): subject for subject in reversed(record.subjects)}
        for page, subject in pages.items():
            found.setdefault(page, (subject, []))[1].append((document, record))
    return {page: tuple(_split(page, *each, size)) for page, each in sorted(found.items())}


def slug(label: str) -> str:
    """Return a label as part of an address: lower-case ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "other"


def initial(text: str) -> str:
    """Return the letter that lists a text; “0–9” for digits, “Other” for other scripts."""
    first = next((letter for letter in unicodedata.normalize("NFKD", text) if letter.isalnum()), "")
    if first.isdigit():
        return "0–9"
    return first.upper() if first.isascii() and first else "Other"
