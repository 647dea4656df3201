"""What the court hears: each EDTF form with each shape of agents; kinds and locators in turn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from itertools import cycle
from typing import Any

from archive.citation import csl
from archive.citation.reference import Original, Passage, Reference, refer
from archive.model.agents import Agent, Person
from archive.model.dates import ArchiveDate
from archive.model.kinds import KINDS
from archive.model.passage import Anchor, fingerprint
from archive.model.record import Record, Source
from tests.court.rules import Claim, original, rendering
from tests.settings import SETTINGS

# Each form of EDTF that a record may have.
DATES = (
    "2021-02-08", "2021-02", "2021", "2021-12/..", "2021-02-08/..", "../2021-12", "2019/2021",
    "2020-11/2021-02", "2021~", "2021-02-08?", "2021%", "202X", "19XX", "190X", "XXXX",
)  # fmt: skip


def _shapes(own: str) -> dict[str, tuple[str | Person, ...]]:
    """Names of each shape, of which a part is one's own.

    Styles shorten what is repeated, and tell apart what is alike.
    """
    author, second = Person(f"Oyela{own.lower()}", "Adaeze"), Person("Lindqvist", "Tomas")
    return {
        "body": (f"Library Association of {own}",),
        "body-comma": (f"Reporters of {own}, Inc.",),
        "body-and": (f"Committee of Writers and Printers of {own}",),
        "person": (author,),
        "suffix": (Person(author.family, "Ruth Ann", "Jr."),),
        "particle": (Person(f"van der {own}", "Anna"),),
        "two": (author, second),
        "mixed": (f"Library Association of {own}", second),
        "many": (author, second, Person("Marchetti", "Pia"), Person("Dubois", "Luc")),
    }


SHAPES = tuple(_shapes("Isle"))
_SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]

# Titles, one of them supplied by the archive, as brackets say.
_TITLES = {
    "resolution": "Resolution on the Sealed Drawers", "judgment": "Crown v Ferryman",
    "statute": "Papers Act", "treaty": "Covenant on Correspondence",
    "letter": "[Letter on the harbour gazette]", "report": "Where the Presses Stopped",
    "testimony": "Evidence on Broken Seals",
}  # fmt: skip

# The whole document, or a passage by the archive's own word for it or by its document's number.
_PLACES = (("", ""), ("w3", ""), ("p12", "[57]"), ("p7", "art. 19(3)(b)"), ("p2", "§ 793(d)(1)"))


@dataclass(frozen=True)
class Case:
    """A reference, or the original of one, and what it was made of."""

    edtf: str
    shape: str
    kind: str
    reference: Reference
    of_original: bool = False

    @property
    def claim(self) -> Claim:
        return (original if self.of_original else rendering)(self.reference)

    @property
    def item(self) -> dict[str, Any]:
        """The item of CSL."""
        if self.of_original:
            return csl.original(Original(self.reference))
        return csl.item(self.reference)

    def __str__(self) -> str:
        where = self.claim.locator or ("original" if self.of_original else "whole")
        return f"{self.edtf} × {self.shape} × {self.kind} × {where}"


def _agents(shape: str, own: str, kind: str) -> tuple[Agent, ...]:
    body = "court" if kind == "judgment" else "author"
    return tuple(
        Agent(person=each, role=("author",))
        if isinstance(each, Person)
        else Agent(body=each, role=(body,))
        for each in _shapes(own)[shape]
    )


_parsed = cache(ArchiveDate.parse)  # which takes its time


def _record(number: int, edtf: str, shape: str, kind: str, own: str = "") -> Record:
    """A record; ``own`` is the part of its names that it has for itself."""
    own = own or f"{_SYLLABLES[number % 70]}{_SYLLABLES[number // 70 + 20]}m".title()
    source = Source(
        publisher="Gazette of the Isle",
        title=None,
        paragraphs=9,
        sha256="0" * 64,
        address=f"https://gazette.example/{number}",
    )
    return Record(
        id=f"{shape}-{number}", title=_TITLES[kind], short_title=_TITLES[kind].strip("[]"),
        issuer=None, agents=_agents(shape, own, kind), kind=KINDS[kind], date=_parsed(edtf),
        status="issued", subjects=("Printing",), rights="As published", language="en",
        source=source,
    )  # fmt: skip


def _case(record: Record, shape: str, place: str, locator: str) -> Case:
    passage = None
    if place:
        anchor = Anchor.parse(f"{record.id}-{place}")
        passage = Passage(anchor, fingerprint("words"), locator=locator)
    return Case(record.date.edtf, shape, record.kind.name, refer(record, SETTINGS, passage))


def every() -> list[Case]:
    """Each date with each shape.  Kinds and places take turns, so that all of them meet."""
    kinds, places = cycle(_TITLES), cycle(_PLACES)
    pairs = [(edtf, shape) for edtf in DATES for shape in SHAPES]
    return [
        _case(_record(number, edtf, shape, next(kinds)), shape, *next(places))
        for number, (edtf, shape) in enumerate(pairs)
    ] + twins()


def short() -> list[Case]:
    """Each date with two shapes, and each shape with three dates or four."""
    pairs = {
        (edtf, SHAPES[(2 * place + more) % len(SHAPES)])
        for place, edtf in enumerate(DATES) for more in (0, 1)
    }  # fmt: skip
    return [case for case in every() if case.shape == TWIN or (case.edtf, case.shape) in pairs]


TWIN = "twin"


def twins() -> list[Case]:
    """Two documents of one body and date, which styles tell apart by a letter at the date."""
    numbers = enumerate(("2021-12/..", "2021-12/..", "2021~", "2021~", "202X", "202X"), 900)
    return [
        _case(_record(number, edtf, "body", "resolution", f"the {edtf[:4]}"), TWIN, "", "")
        for number, edtf in numbers
    ]


def originals(heard: Iterable[Case]) -> list[Case]:
    """The originals of whole documents, which have records of their own."""
    return [replace(case, of_original=True) for case in heard if case.reference.locator is None]


def others() -> list[Case]:
    """Documents for their originals' sake, with names that no other has: see ``_shapes``."""
    pairs = [(edtf, shape) for edtf in DATES for shape in SHAPES][::4]
    return [
        _case(_record(number, edtf, shape, kind), shape, "", "")
        for number, ((edtf, shape), kind) in enumerate(zip(pairs, cycle(_TITLES)), 400)
    ]


# --- Controls: plain items with nothing of ours in them.  What a style does to them is its own.


def controls(kind: str, offset: int) -> list[tuple[Case, dict[str, Any]]]:
    """Items of a type of CSL, whose title, names, dates and address a style prints, or does not.

    ``offset`` gives those of another type other names.
    """
    made = []
    for number, (shape, edtf, words) in enumerate(
        [("body", "2021-02-08", ""), ("suffix", "2021-02-08", ""), ("particle", "2021-02-08", ""),
         ("person", "2021~", "about 2021"), ("many", "2021~", "about 2021")]
    ):  # fmt: skip
        record = _record(140 + 5 * offset + number, edtf, shape, "resolution")
        case = _case(record, shape, "", "")
        issued = {"literal": words} if words else {"date-parts": [[2021, 2, 8]]}
        plain = {
            "id": f"control-{kind}-{number}", "type": kind, "genre": "Study",
            "title": record.title, "title-short": record.title, "author": case.item["author"],
            "issued": issued, "publisher": case.reference.publisher,
            "URL": case.reference.address,
        }  # fmt: skip
        made.append((case, plain))
    return made
