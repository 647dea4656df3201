"""The PDF of the versions of one text: passage by passage, one version below the other.

Paper is too narrow for six columns.  Each row of the page with the versions side by side is a
section here; each passage stands below how it is cited aligned, which leads to it on the web.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes

from archive.citation.companion import BESIDE, VERSION, aligned
from archive.model.words import Words, words
from archive.model.words import named as named_in
from archive.pdf import code
from archive.pdf.edition import Edition, Settings, block
from archive.pdf.pages import Addresses, Page, Pen, Piece, Subject, page_uri
from archive.site.know.facts import Document
from archive.site.show.versions import Row, Trees, content, plain, rows, trees

if TYPE_CHECKING:
    from archive.site.know.facts import Block

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
        drawn += _row(versions, row, short, spoken, say)
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


def _row(
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
