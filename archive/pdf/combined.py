"""The PDF of the whole archive: cover, contents, all documents, all other pages.

Typst holds a PDF in memory while it makes it, so that one of everything has an end.  Past a set
size there are volumes instead, and ``archive.pdf`` is the index of where each document is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from archive.model.dates import MONTHS
from archive.pdf import code
from archive.pdf.edition import Aliases, Edition, Settings
from archive.pdf.pages import Anchor, Page, Piece
from archive.pdf.words import words_of

if TYPE_CHECKING:
    from archive.pdf.attachments import Attachment

COMBINED = "archive.pdf"  # the path of the PDF of all
_INDEX = "archive-index#"  # begins the labels of the index in print

_Thing = TypeVar("_Thing")


@dataclass(frozen=True, slots=True)
class Part:
    """A page of the combined edition, and what is said of it elsewhere."""

    page: Page
    title: str
    short_title: str  # for its running head
    language: str
    date: str = ""  # in words
    subjects: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def code(self) -> str:
        return code.block(
            [
                "pagebreak(weak: true)",
                code.call("part", code.string(self.short_title)),
                code.call("spoken-in", code.string(self.language), self.page.code),
            ]
        )

    @property
    def name(self) -> str:
        """The first anchor in it; empty where it has none."""
        return next((anchor.name for anchor in self.page.anchors if anchor.name), "")

    def shares(self, limit: int) -> Iterator[Part]:
        """The part itself, or, where it alone is more than the limit, the shares it comes to."""
        if self.page.weight <= limit:
            yield self
            return
        attachments = self.attachments
        for pieces in _bundles(self.page.pieces, limit, lambda piece: len(piece.code)):
            page = replace(self.page, pieces=tuple(pieces))
            yield replace(self, page=page, attachments=attachments)
            attachments = ()


@dataclass(frozen=True, slots=True)
class Volume:
    """Some parts of an archive that is too large for one PDF."""

    number: int  # from 1
    parts: tuple[Part, ...]

    @property
    def path(self) -> str:
        return f"archive-{self.number}.pdf"


def bind(parts: Iterable[Part], limit: int) -> tuple[Volume, ...]:
    """Volumes of at most ``limit`` characters of code, as long as no single block has more."""
    shares = [share for part in parts for share in part.shares(limit)]
    bundles = _bundles(shares, limit, lambda part: part.page.weight)
    return tuple(Volume(number, tuple(bundle)) for number, bundle in enumerate(bundles, 1))


def _bundles(
    things: Iterable[_Thing], limit: int, weigh: Callable[[_Thing], int]
) -> Iterator[list[_Thing]]:
    """The things in their order, in lists that each weigh no more than the limit."""
    bundle: list[_Thing] = []
    weight = 0
    for thing in things:
        if bundle and weight + weigh(thing) > limit:
            yield bundle
            bundle, weight = [], 0
        bundle.append(thing)
        weight += weigh(thing)
    if bundle:
        yield bundle


def names_of(volume: Volume) -> Mapping[str, str]:
    """The first anchor of each part of a volume, by docname."""
    return {part.page.docname: part.name for part in volume.parts if part.name}


def combined_edition(
    introduction: Page, parts: Sequence[Part], aliases: Aliases, settings: Settings
) -> Edition:
    """Everything in one PDF."""
    words = words_of(settings.language)
    contents = code.call("contents", code.string(words.contents))
    body = [_cover(introduction, settings), contents, *(part.code for part in parts)]
    return replace(
        _edition(COMBINED, settings.archive, parts, settings),
        pages=(introduction, *(part.page for part in parts)),
        body=code.block(body),
        aliases=aliases,
    )


def volume_edition(volume: Volume, aliases: Aliases, settings: Settings) -> Edition:
    """One of the volumes that together are everything."""
    words = words_of(settings.language)
    number = f"{words.volume} {volume.number}"
    head = code.call("volume-head", code.string(settings.archive), code.string(number))
    contents = code.call("contents", code.string(words.contents))
    edition = _edition(volume.path, f"{settings.archive}, {number}", volume.parts, settings)
    body = [head, contents, *(part.code for part in volume.parts)]
    return replace(edition, body=code.block(body), aliases=aliases)


def index_edition(
    introduction: Page,
    volumes: Sequence[Volume],
    starts: Mapping[str, Mapping[str, int]],
    moved: Aliases,
    settings: Settings,
) -> Edition:
    """Where each document is.  Every anchor of the archive leads to its document's line.

    An anchor that moved leads to the line of where it is now.
    ``starts`` has the page on which an anchor of a volume stands, by the volume's path.
    """
    words = words_of(settings.language)
    rows: dict[str, str] = {}
    names: dict[str, str] = {}
    for volume in volumes:
        for part in volume.parts:
            label = f"{_INDEX}{part.page.docname}"
            names |= {anchor.name: label for anchor in part.page.anchors if anchor.name}
            page = starts.get(volume.path, {}).get(part.name)
            rows.setdefault(label, _row(label, volume, part, page, settings))
    names |= {name: f"{_INDEX}{label.partition('#')[0]}" for name, label in moved}
    lines = Page(_INDEX, tuple(Piece(row, (Anchor(label, ""),)) for label, row in rows.items()), {})
    listed = code.call(
        "volume-index",
        code.value((words.contents, words.document, words.date, words.volume, words.page_long)),
        code.array(rows.values()),
    )
    parts = [part for volume in volumes for part in volume.parts]
    return replace(
        _edition(COMBINED, settings.archive, parts, settings),
        pages=(introduction, lines),
        body=code.block([_cover(introduction, settings), listed]),
        attachments=(),
        aliases=tuple(sorted(names.items())),
    )


def _row(label: str, volume: Volume, part: Part, page: int | None, settings: Settings) -> str:
    """A line of the index: anchor, title, date, address, volume and page."""
    address = f"{settings.base}{volume.path}" + (f"#nameddest={part.name}" if part.name else "")
    return code.array(
        [
            code.call("anchor", code.string(label)),
            code.string(part.title),
            code.string(part.date),
            code.string(address),
            code.string(str(volume.number)),
            code.string("" if page is None else str(page)),
        ]
    )


def _edition(path: str, title: str, parts: Sequence[Part], settings: Settings) -> Edition:
    subjects = (subject for part in parts for subject in part.subjects)
    return Edition(
        path=path,
        title=title,
        author=settings.editors,
        subjects=tuple(dict.fromkeys(subjects)),
        language=settings.language,
        address=f"{settings.base}{path}",
        settings=settings,
        pages=tuple(part.page for part in parts),
        body="",
        is_large=True,
        attachments=tuple(file for part in parts for file in part.attachments),
    )


def _cover(introduction: Page, settings: Settings) -> str:
    return code.call(
        "cover",
        code.string(settings.archive),
        code.string(settings.editors),
        code.string(settings.base),
        introduction.code,
        code.string(_day(settings.timestamp)),
    )


def _day(timestamp: int) -> str:
    """The day in words, the same in every time zone and locale."""
    day = datetime.fromtimestamp(timestamp, UTC)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
