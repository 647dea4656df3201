"""Which PDFs an archive comes to: of each document, of the versions of one text, of everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from docutils import nodes

from archive.citation.companion import BESIDE, VERSION, aligned
from archive.citation.reference import told
from archive.model.crosswalk import as_texts, written
from archive.model.dates import MONTHS
from archive.model.words import Words, words
from archive.model.words import named as named_in
from archive.pdf import code, words_of
from archive.pdf.edition import Aliases, Body, Edition, Settings, block, call
from archive.pdf.pages import (
    Addresses,
    Anchor,
    Fault,
    Page,
    Pen,
    Piece,
    Subject,
    draw_nodes,
    page_uri,
)
from archive.site.know.facts import DOCUMENTS, Document
from archive.site.show.versions import Row, Trees, content, plain, rows, trees

if TYPE_CHECKING:
    from archive.model.record import Record
    from archive.pdf.edition import Attachment
    from archive.site.know.facts import Block
    from archive.site.know.view import Label


# --- The PDF of the versions of one text: passage by passage, one version below the other.
#
# Paper is too narrow for six columns.  Each row of the page with the versions side by side is a
# section here; each passage stands below how it is cited aligned, which leads to it on the web.

Resolved = Callable[[str], tuple[nodes.document, dict[str, Path]]]
SUFFIX = BESIDE.removesuffix(".html")


@dataclass(frozen=True, slots=True)
class Beside:
    """The versions of one text, drawn."""

    first: Document
    documents: tuple[Document, ...]
    page: Page


@dataclass(frozen=True, slots=True)
class _Version:
    document: Document
    trees: Trees
    subject: Subject

    @property
    def language(self) -> str:
        return self.subject.language


def beside_name(docname: str) -> str:
    """The page of versions side by side, without its ending, by its first document."""
    return f"{docname}.{SUFFIX}"


def draw_beside(
    documents: Sequence[Document], resolved: Resolved, addresses: Addresses, language: str
) -> Page:
    """The versions of one text.  ``resolved`` gives the tree of a page, and its images by URI."""
    versions = [_version(each, resolved, addresses, language) for each in documents]
    first, say = versions[0], words(language)
    said = say("Versions side by side: {document}").format(document=documents[0].short_title)
    drawn = [_titled(said, replace(first.subject, language=language), 1)]
    held = [(each.document, each.trees) for each in versions]
    for short, spoken, row in rows(held):
        drawn += _rows_of(versions, row, short, spoken, say)
    return Page(
        beside_name(first.document.docname),
        tuple(piece for page in drawn for piece in page.pieces),
        {name: path for page in drawn for name, path in page.images.items()},
        tuple(fault for page in drawn for fault in page.faults),
    )


def _version(
    document: Document, resolved: Resolved, addresses: Addresses, language: str
) -> _Version:
    doctree, images = resolved(document.docname)
    subject = Subject(
        document.docname, f"{document.docname}.md", addresses, document.language or language, images
    )
    return _Version(document, trees(doctree, document), subject)


def _rows_of(
    versions: Sequence[_Version], row: Row, short: str, spoken: str, say: Words
) -> Iterator[Page]:
    at = next(number for number, held in enumerate(row) if held is not None)
    owner = versions[at]
    yield _titled(short, owner.subject, 2)
    for version, held in zip(versions, row, strict=True):
        if held is not None:
            name = aligned(spoken, version.language, words(owner.language))
            named = replace(version.subject, language=owner.language)
            yield _drawn(_named(version, held, name), named, is_bound=True)
            yield from (_drawn([each], version.subject, is_bound=True)
                        for each in _headings(version, held))  # fmt: skip
            yield _drawn(_passage(version, held), version.subject)
    pairs = zip(versions, row, strict=True)
    if lacking := [version.language for version, held in pairs if held is None]:
        names = (say(VERSION).format(language=named_in(each, say.language)) for each in lacking)
        said = f"{' · '.join(names)}: {say('No passage of this version stands at this place.')}"
        note = nodes.paragraph("", said, classes=["record-note"])
        yield _drawn([note], replace(owner.subject, language=say.language))


def _named(version: _Version, held: Block, name: str) -> list[nodes.Element]:
    address = version.subject.addresses.page(version.document.docname, held.anchor)
    link = nodes.reference("", name, refuri=address)
    return [nodes.paragraph("", "", link, classes=["record-note"])]


def _headings(version: _Version, held: Block) -> Iterator[nodes.Element]:
    for heading in version.trees[held.anchor][0]:
        copy = plain(heading, version.document, held.anchor)
        yield nodes.paragraph("", "", nodes.strong("", "", *copy.children))


def _passage(version: _Version, held: Block) -> list[nodes.Node]:
    copy = plain(version.trees[held.anchor][1], version.document, held.anchor)
    copy["ids"] = [held.anchor]
    return content(copy)


def _titled(said: str, subject: Subject, level: int) -> Page:
    pen = Pen(subject)
    pen.level = level - 1
    return _page(nodes.section("", nodes.title("", said)), pen)


def _drawn(held: Sequence[nodes.Node], subject: Subject, *, is_bound: bool = False) -> Page:
    return _page(nodes.container("", *held), Pen(subject), is_bound=is_bound)


def _page(node: nodes.Element, pen: Pen, *, is_bound: bool = False) -> Page:
    """A part of the page; what is bound stands on the page of what follows it."""
    drawn = pen.joined([node])
    rest = pen.flush()  # of what has no text, such as an image
    spoken = code.call("spoken-in", code.string(pen.subject.language), code.block([rest, drawn]))
    spoken = code.call("block", spoken, sticky="true", width="100%") if is_bound else spoken
    piece = Piece(spoken, tuple(pen.anchors))
    return Page(pen.subject.docname, (piece,), dict(pen.images), tuple(pen.faults))


def beside_edition(drawn: Beside, settings: Settings) -> Edition:
    """The PDF, beside that of the first version."""
    name = beside_name(drawn.first.docname)
    say = words(settings.language)
    title = say("Versions side by side: {document}").format(document=drawn.first.short_title)
    records = [each.record for each in drawn.documents if each.record is not None]
    return Edition(
        path=f"{name}.pdf",
        title=title,
        authors=(settings.editors,),
        subjects=tuple(dict.fromkeys(each for record in records for each in record.subjects)),
        language=settings.language,
        address=f"{settings.base}{page_uri(name)}",
        settings=settings,
        body=block(
            code.call("begin", code.string(title)),
            code.call("imprint", code.string(settings.archive)),
            drawn.page,
        ),
    )


# --- Which PDFs an archive comes to: each document's own, and one of everything.
#
# Typst holds a whole PDF in memory.  So beyond a set size the combined PDF is cut into volumes,
# ``archive-1.pdf`` and so on, and ``archive.pdf`` is an index of where each document is.  (The
# volumes of ``archive.volumes`` are something else: parts of an archive that are built apart.)

COMBINED = "archive.pdf"

_INDEX = "archive-index#"  # begins the labels of the index

# Characters of Typst code that come to one page of paper (measured: 4,500 to 9,000).
_CODE_OF_A_PAGE = 8_000

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Chapter:
    """A page of the archive in the combined PDF, with what contents, heads and index say of it."""

    page: Page
    title: str
    short_title: str  # for its running head
    language: str
    date: str = ""  # in words
    subjects: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    # Millimetres that it needs below the chapter before, or else it begins a sheet; 0: it does so
    # in any case, as documents do: notes at the foot of a sheet are of one document.
    room: int = 0

    @property
    def body(self) -> Body:
        title, room = code.string(self.short_title), f"{self.room}mm"
        return block(
            "" if self.room else "pagebreak(weak: true)",
            code.call("begin-below", title, room=room) if self.room else code.call("begin", title),
            call("spoken-in", code.string(self.language), self.page),
        )

    def shares(self, limit: int) -> Iterator[Chapter]:
        """The chapter itself or, if it alone exceeds the limit, the shares it is cut into."""
        if self.page.weight <= limit:
            yield self
            return
        attachments = self.attachments
        for pieces in _bundles(self.page.pieces, limit, lambda piece: len(piece.code)):
            page = replace(self.page, pieces=tuple(pieces))
            yield replace(self, page=page, attachments=attachments)
            attachments = ()


@dataclass(frozen=True, slots=True)
class DrawnDocument:
    """A document, drawn."""

    document: Document
    record: Record
    page: Page
    references: Page | None  # the works it cites, for the end of its own PDF
    attachments: tuple[Attachment, ...]
    proof: str = ""  # Typst code of its ledger line and tree head, for the end of its own PDF

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages of its own PDF."""
        return (self.page,) if self.references is None else (self.page, self.references)

    @property
    def chapter(self) -> Chapter:
        record = self.record
        return Chapter(
            self.page, record.title, record.short_title, record.language, record.date.spoken,
            record.subjects, self.attachments,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class GoneDocument:
    """A document id that the ledger knows and no document has any longer."""

    id: str
    places: Mapping[str, Label]  # where each of its anchors is now

    @property
    def docname(self) -> str:
        return f"{DOCUMENTS}/{self.id}"

    @property
    def heir(self) -> str | None:
        """The docname of the document that has all its anchors now; None if there are several."""
        docnames = {docname for docname, _id, _spoken in self.places.values()}
        return docnames.pop() if len(docnames) == 1 else None


@dataclass(frozen=True, slots=True)
class DrawnArchive:
    """The whole archive, drawn."""

    introduction: Page
    documents: tuple[DrawnDocument, ...]
    others: tuple[Chapter, ...]  # the pages that are no documents
    beside: tuple[Beside, ...]  # versions of one text
    moved: Aliases
    gone: tuple[GoneDocument, ...]

    @property
    def pages(self) -> tuple[Page, ...]:
        """All of it."""
        documents = (page for document in self.documents for page in document.pages)
        others = (chapter.page for chapter in self.others)
        return (self.introduction, *documents, *others, *(each.page for each in self.beside))

    @property
    def faults(self) -> list[Fault]:
        """Everything that cannot be printed."""
        return [fault for page in self.pages for fault in page.faults]


@dataclass(frozen=True, slots=True)
class PrintVolume:
    """Some chapters of an archive that is too large for one PDF."""

    number: int  # from 1
    chapters: tuple[Chapter, ...]

    @property
    def path(self) -> str:
        return f"archive-{self.number}.pdf"


@dataclass(frozen=True, slots=True)
class Plan:
    """The PDFs to print.  The index is not among them: it needs the pages of printed volumes."""

    editions: tuple[Edition, ...]
    copies: Mapping[str, str]  # paths of PDFs with the same bytes as another, and the other's path
    volumes: tuple[PrintVolume, ...]  # empty if one PDF holds everything


def plan(drawn: DrawnArchive, volume_pages: int, addresses: Addresses, settings: Settings) -> Plan:
    """Plan all PDFs; a volume has about ``volume_pages`` pages of paper."""
    chapters = (*(document.chapter for document in drawn.documents), *drawn.others)
    volumes = bind(chapters, volume_pages * _CODE_OF_A_PAGE)
    if len(volumes) > 1:
        together = [_volume_edition(volume, drawn.moved, settings) for volume in volumes]
    else:
        volumes = ()
        cover = _cover(drawn.introduction, settings)
        together = [_large(COMBINED, settings.archive, cover, chapters, drawn.moved, settings)]
    documents = (document_edition(each, drawn.moved, settings) for each in drawn.documents)
    notices = (_notice(gone, addresses, settings) for gone in drawn.gone if not gone.heir)
    copies = {f"{gone.docname}.pdf": f"{gone.heir}.pdf" for gone in drawn.gone if gone.heir}
    beside = (beside_edition(each, settings) for each in drawn.beside)
    return Plan((*documents, *beside, *notices, *together), copies, volumes)


def bind(chapters: Iterable[Chapter], limit: int) -> tuple[PrintVolume, ...]:
    """Volumes of at most ``limit`` characters of code; a single larger block has its own."""
    shares = (share for chapter in chapters for share in chapter.shares(limit))
    bundles = _bundles(shares, limit, lambda chapter: chapter.page.weight)
    return tuple(PrintVolume(number, tuple(bundle)) for number, bundle in enumerate(bundles, 1))


def _bundles(
    items: Iterable[_Item], limit: int, weigh: Callable[[_Item], int]
) -> Iterator[list[_Item]]:
    """The items in their order, in lists that each weigh no more than the limit."""
    bundle: list[_Item] = []
    weight = 0
    for item in items:
        if bundle and weight + weigh(item) > limit:
            yield bundle
            bundle, weight = [], 0
        bundle.append(item)
        weight += weigh(item)
    if bundle:
        yield bundle


def document_edition(drawn: DrawnDocument, moved: Aliases, settings: Settings) -> Edition:
    """A document's own PDF: its page, and the works it cites.

    Its metadata say as those of the page do whose words these are: the creator is the archive, the
    title tells what it did, and contributors are those who made the original.
    """
    document, record = drawn.document, drawn.record
    described = {"dc:contributor": tuple(agent.name for agent in record.cited)}
    for name, _row, value in written(record, "xmp"):
        described[name] = (*described.get(name, ()), *as_texts(value))
    return Edition(
        path=f"{document.docname}.pdf",
        title=told(record.title, settings.credit),
        authors=(settings.archive,),
        subjects=record.subjects,
        language=record.language,
        address=f"{settings.base}{page_uri(document.docname)}",
        settings=settings,
        body=block(
            code.call("begin", code.string(record.short_title)),
            code.call("imprint", code.string(settings.archive)),
            *drawn.pages,
            *filter(None, [drawn.proof]),
        ),
        described=tuple(described.items()),
        date=record.date.edtf,
        attachments=drawn.attachments,
        aliases=_leading_to(moved, {document.docname}),
    )


def _notice(gone: GoneDocument, addresses: Addresses, settings: Settings) -> Edition:
    """A PDF that tells where each anchor is, for anchors that are in several documents now."""
    words = words_of(settings.language)
    rows = (_moved(anchor, place, words.moved_to) for anchor, place in sorted(gone.places.items()))
    section = nodes.section("", nodes.title("", words.moved), ids=[gone.id])
    section += nodes.paragraph("", "", nodes.literal("", gone.id))
    section += nodes.bullet_list("", *rows)
    subject = Subject(gone.docname, f"{gone.docname}.md", addresses, settings.language)
    imprint = code.call("imprint", code.string(settings.archive))
    return Edition(
        path=f"{gone.docname}.pdf",
        title=f"{words.moved}: {gone.id}",
        authors=(settings.editors,),
        subjects=(),
        language=settings.language,
        address=f"{settings.base}{page_uri(gone.docname)}",
        settings=settings,
        body=block(imprint, draw_nodes([section], subject)),
    )


def _moved(anchor: str, place: Label, moved_to: str) -> nodes.list_item:
    docname, id_, spoken = place
    link = nodes.reference("", spoken, refuri=f"{docname}.html#{id_}")
    words = nodes.paragraph("", "", nodes.literal("", anchor), nodes.Text(f" {moved_to} "), link)
    return nodes.list_item("", words, ids=[anchor])


def _leading_to(aliases: Aliases, docnames: set[str]) -> Aliases:
    """The aliases that lead to one of the pages."""
    return tuple((name, label) for name, label in aliases if label.partition("#")[0] in docnames)


def _volume_edition(volume: PrintVolume, moved: Aliases, settings: Settings) -> Edition:
    """One of the volumes that together are everything."""
    number = f"{words_of(settings.language).volume} {volume.number}"
    head = call("volume-head", code.string(settings.archive), code.string(number))
    title = f"{settings.archive}, {number}"
    return _large(volume.path, title, head, volume.chapters, moved, settings)


def index_edition(
    introduction: Page,
    volumes: Sequence[PrintVolume],
    starts: Mapping[str, Mapping[str, int]],
    moved: Aliases,
    settings: Settings,
) -> Edition:
    """Where each document is.  Every anchor of the archive leads to the line of its document.

    ``starts`` has the pages, from 1, on which chapters begin: by the path of the volume and the
    first anchor of the chapter.  An anchor that moved leads to the line of its present place.
    """
    words = words_of(settings.language)
    rows: dict[str, str] = {}
    names: dict[str, str] = {}
    for volume in volumes:
        for chapter in volume.chapters:
            label = f"{_INDEX}{chapter.page.docname}"
            names |= {anchor.name: label for anchor in chapter.page.anchors if anchor.name}
            page = starts.get(volume.path, {}).get(chapter.page.name)
            rows.setdefault(label, _row(label, volume, chapter, page, settings))
    names |= {name: f"{_INDEX}{label.partition('#')[0]}" for name, label in moved}
    listed = code.call(
        "volume-index",
        code.value((words.contents, words.document, words.date, words.volume, words.page_long)),
        code.array(rows.values()),
    )
    lines = Page(_INDEX, (Piece(listed, tuple(Anchor(label, "") for label in rows)),), {})
    chapters = [chapter for volume in volumes for chapter in volume.chapters]
    cover = _cover(introduction, settings)
    return replace(
        _large(COMBINED, settings.archive, cover, chapters, moved, settings),
        body=block(cover, lines), attachments=(), aliases=tuple(sorted(names.items())),
    )  # fmt: skip


def _row(
    label: str, volume: PrintVolume, chapter: Chapter, page: int | None, settings: Settings
) -> str:
    """A line of the index: anchor, title, date, address, volume and page."""
    name = chapter.page.name
    address = f"{settings.base}{volume.path}" + (f"#nameddest={name}" if name else "")
    as_texts = (chapter.title, chapter.date, address, str(volume.number), str(page or ""))
    return code.array([code.call("anchor", code.string(label)), *map(code.string, as_texts)])


def _large(  # noqa: PLR0913, PLR0917 - an edition has as many facts
    path: str,
    title: str,
    head: Body,
    chapters: Sequence[Chapter],
    moved: Aliases,
    settings: Settings,
) -> Edition:
    """An edition of many documents: its head, the contents and the chapters."""
    contents = code.call("contents", code.string(words_of(settings.language).contents))
    return Edition(
        path=path,
        title=title,
        authors=(settings.editors,),
        subjects=tuple(dict.fromkeys(each for chapter in chapters for each in chapter.subjects)),
        language=settings.language,
        address=f"{settings.base}{path}",
        settings=settings,
        body=block(head, contents, "pagebreak()", *(chapter.body for chapter in chapters)),
        is_large=True,
        attachments=tuple(file for chapter in chapters for file in chapter.attachments),
        aliases=_leading_to(moved, {chapter.page.docname for chapter in chapters}),
    )


def _cover(introduction: Page, settings: Settings) -> Body:
    names = map(code.string, (settings.archive, settings.editors, settings.base))
    day = datetime.fromtimestamp(settings.timestamp, UTC)
    date = f"{day.day} {MONTHS[day.month - 1]} {day.year}"  # in English on every machine
    return call("cover", *names, introduction, code.string(date))
