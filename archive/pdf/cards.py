"""Picture cards: what other sites show beside a link to a document (OpenGraph, ``og:image``).

1,200 by 630 pixels, in sixteen shades between two colours.  Typst sets the words of a card, many in
one run; Pillow puts them on the ground that all have.  Words alone are set, as to draw and to pack
each pixel of a card would cost more than to set its words.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from archive.citation.metadata import CARD, CARD_OF_ARCHIVE, CARD_SIZE, picture
from archive.pdf import code, from_the_right
from archive.pdf.edition import in_fonts
from archive.pdf.fonts import letters
from archive.site.know.facts import DOCUMENTS

if TYPE_CHECKING:
    from archive.model.record import Record
    from archive.pdf.edition import Settings

TEMPLATE = "cards.typ"

# In pixels; a point of Typst is one.
WIDTH, HEIGHT = CARD_SIZE
_MARGIN, _FRAME, _STROKE = 90, 34, 3
_LINE = WIDTH - 2 * _MARGIN
_FOOT = 92  # from the lower edge to the middle of the archive's name
_TOP = 60
_HIGHEST = HEIGHT - _TOP - _FOOT - 30

# Typst sets ``paper`` on ``ground``; of each pixel the green alone tells how much of which it is.
_GROUND, _PAPER = (0x7C, 0x25, 0x29), (0xFF, 0xFD, 0xF8)
_SHADES = 8  # of four bits
_PALE = 5  # the shade of the frame
_PALETTE = [
    round(low + (high - low) * shade / (_SHADES - 1))
    for shade in range(_SHADES) for low, high in zip(_GROUND, _PAPER, strict=True)
]  # fmt: skip
_SHADE_OF = [
    round(max(0, green - _GROUND[1]) / (_PAPER[1] - _GROUND[1]) * (_SHADES - 1))
    for green in range(256)
]  # fmt: skip

_SIDES, _NOWHERE = ("left", "right"), ""
_PACKED = 1  # as zlib counts: more takes longer, and saves a sixth
_BATCH = 100


@dataclass(frozen=True)
class Card:
    """What a card says, and where it lies."""

    path: str  # below the output folder
    language: str
    title: str
    whose: str
    what: str
    settings: Settings = field(repr=False)

    @property
    def said(self) -> tuple[str, ...]:
        return self.language, self.title, self.whose, self.what

    @cached_property
    def letters(self) -> frozenset[str]:
        """The characters on it that not every font has."""
        return frozenset().union(*map(letters, (*self.said, self.settings.archive)))

    @property
    def fontless(self) -> frozenset[str]:
        return self.letters & self.settings.fontless

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that decides about the picture: equal digests stand for equal bytes."""
        settings = self.settings
        said = (self, settings.archive, settings.language, settings.made_by, sorted(self.fontless))
        return hashlib.sha256(repr(said).encode()).hexdigest()


def card_of(record: Record, settings: Settings) -> Card:
    """The card of a document, in its language."""
    path = f"{DOCUMENTS}/{record.id}.{CARD.suffix}"
    return Card(path, record.language, *picture(record), settings)


def card_of_archive(description: str, settings: Settings) -> Card:
    """The card of the archive itself."""
    return Card(CARD_OF_ARCHIVE, settings.language, settings.archive, description, "", settings)


def batches(cards: Sequence[Card]) -> Iterator[Sequence[Card]]:
    """What one process draws, as Typst keeps in memory what it has set."""
    return (cards[start : start + _BATCH] for start in range(0, len(cards), _BATCH))


def source(cards: Sequence[Card]) -> str:
    """The words of cards in Typst, one a page, behind the archive's name at the left and right."""
    settings, found = cards[0].settings, frozenset().union(*(card.letters for card in cards))
    fontless = "".join(sorted(found & settings.fontless))
    width, archive = f"{_LINE}pt", (code.string(settings.language), code.string(settings.archive))
    pages = [
        *(code.call("name", width, archive[0], code.string(side), archive[1]) for side in _SIDES),
        *(code.call("card", width, *map(code.string, each.said)) for each in cards),
    ]  # fmt: skip
    return "\n".join((
        f'#import "/{TEMPLATE}": *', "#show: typography", *in_fonts(found, fontless),
        *(f"#{page}" for page in pages),
    ))  # fmt: skip


def pictures(cards: Sequence[Card], pages: Sequence[bytes]) -> Iterator[bytes]:
    """The cards as PNG, from the pages that Typst made of their source."""
    names, texts = pages[: len(_SIDES)], pages[len(_SIDES) :]
    grounds = {side: _ground(_shades(name)) for side, name in zip(_SIDES, names, strict=True)}
    grounds[_NOWHERE] = _ground(None)
    for card, page in zip(cards, texts, strict=True):
        drawn = grounds[_side(card)].copy()
        text = _shades(page)
        drawn.paste(text, (_MARGIN, _TOP + (_HIGHEST - text.height) // 2))
        drawn.putpalette(_PALETTE)
        file = io.BytesIO()
        drawn.save(file, "png", bits=4, compress_level=_PACKED)
        yield file.getvalue()


def _side(card: Card) -> str:
    """Where the archive's name stands on a card."""
    if card.path == CARD_OF_ARCHIVE:  # of which it is the title
        return _NOWHERE
    return "right" if from_the_right(card.language) else "left"


def _ground(name: Image.Image | None) -> Image.Image:
    """What all cards have whose lines begin at one side: the frame, and the archive's name."""
    ground = Image.new("L", CARD_SIZE)
    inside = WIDTH - _FRAME - 1, HEIGHT - _FRAME - 1
    ImageDraw.Draw(ground).rectangle((_FRAME, _FRAME, *inside), outline=_PALE, width=_STROKE)
    if name is not None:
        ground.paste(name, (_MARGIN, HEIGHT - _FOOT - name.height // 2))
    return ground


def _shades(page: bytes) -> Image.Image:
    """What Typst drew in the shades of a card, as much as one has room for."""
    with Image.open(io.BytesIO(page)) as drawn:
        green = drawn.getchannel("G").point(_SHADE_OF)
    return green.crop((0, 0, green.width, min(green.height, _HIGHEST)))
