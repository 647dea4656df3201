"""The kinds of documents that the field holds, each with what other vocabularies call its original.

A record names its kind; ``archive_kinds`` in ``conf.py`` says which of them an archive holds, and
in what one differs there.  Citations of the archive's own rendering call every document a report
(``archive.citation.reference`` says why).  The types here are those of the original: CSL 1.0.2,
The biblatex Package 2.1, RIS 2011 and schema.org.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any

from archive.model import Fact
from archive.model.agents import ROLES

# Who is cited as the author: of most kinds, of what a court decides, and of what a side brings.
AUTHORS = ("author", "issuer")
_OF_A_COURT = ("author", "court", "issuer")
_OF_A_SIDE = ("author", "issuer", "prosecutor")


@dataclass(frozen=True, slots=True, repr=False)
class Kind(Fact):
    """What a document is.  Its text form is its name, as a record has it."""

    name: str  # in lower case: "open letter"
    label: str = ""  # as pages show it: "Open letter"
    csl: str = "document"
    biblatex: str = "misc"
    ris: str = "RPRT"  # of GEN Zotero makes an article in a journal
    schema: str = "CreativeWork"
    letters: str = "p"  # usual letters of its passages' anchors; notes and headings need no mention
    locator: str = ""  # how such documents number their passages, by an example: "[57]"
    must: tuple[str, ...] = ()  # keys or roles that a record must have; "docket or court" takes one
    cited: tuple[str, ...] = AUTHORS  # the roles of those whom citations name as authors

    def __post_init__(self) -> None:
        if not self.label:
            object.__setattr__(self, "label", self.name[:1].upper() + self.name[1:])

    def __reduce__(self) -> tuple[Any, tuple[object, ...]]:
        _kind, values = Fact.__reduce__(self)
        return _known, values

    def __str__(self) -> str:
        return self.name

    __repr__ = __str__

    @property
    def is_case(self) -> bool:
        """Whether a court decides it, or it is brought to a court."""
        return self.csl == "legal_case"

    @property
    def is_law(self) -> bool:
        """Whether lawyers cite it by its own name: a case, an act, a treaty."""
        return self.csl in {"legal_case", "legislation", "treaty"}

    def cites(self, roles: Iterable[str]) -> bool:
        """Whether citations name an agent with these roles as an author."""
        return not {*self.cited}.isdisjoint(roles)

    def lacking(self, held: Iterable[str]) -> tuple[str, ...]:
        """Return what a record must have and has not, given its keys and the roles of its agents.

        Bluebook 10.1 and OSCOLA 2.1 need court and date of every decision, also of one that has
        neither a neutral citation nor a docket number.
        """
        there = set(held)
        return tuple(each for each in self.must if there.isdisjoint(each.split(" or ")))


@cache
def _known(*values: Any) -> Kind:
    """Return a kind as it is read back: one for all documents."""
    return Kind(*values)


_ALL = (
    Kind("constitution", csl="legislation", biblatex="legislation", ris="STAT",
         schema="Legislation", letters="aip", locator="art. 5(1)"),
    Kind("statute", csl="legislation", biblatex="legislation", ris="STAT",
         schema="Legislation", letters="pai", locator="§ 793(d)(1)"),
    # Of RIS's LEGAL Zotero makes a case, of BibLaTeX's @legal nothing.
    Kind("treaty", csl="treaty", biblatex="legislation", ris="STAT",
         schema="Legislation", letters="aip", locator="art. 19(3)(b)"),
    Kind("declaration", letters="pa", locator="art. 7"),
    Kind("resolution", letters="wrp", locator="para. 4"),
    Kind("judgment", csl="legal_case", biblatex="jurisdiction", ris="CASE",
         letters="pf", locator="[57]", must=("court", "decided"), cited=_OF_A_COURT),
    Kind("order", csl="legal_case", biblatex="jurisdiction", ris="CASE",
         letters="pi", locator="[3]", cited=_OF_A_COURT),  # of a court or an executive
    Kind("ruling", csl="legal_case", biblatex="jurisdiction", ris="CASE",
         letters="p", locator="[57]", cited=_OF_A_COURT),
    Kind("indictment", csl="legal_case", biblatex="jurisdiction", ris="CASE",
         letters="pi", locator="count 3", must=("court or docket",), cited=_OF_A_SIDE),
    Kind("filing", csl="legal_case", biblatex="jurisdiction", ris="CASE",
         letters="pf", locator="¶ 12", cited=_OF_A_SIDE),
    Kind("opinion", csl="report", biblatex="report", ris="RPRT", schema="Report",
         letters="p", locator="para. 92", cited=_OF_A_COURT),
    Kind("letter", csl="personal_communication", biblatex="letter", ris="PCOMM", letters="p"),
    Kind("open letter", letters="pg"),
    Kind("statement", letters="p"),
    # Of CSL's article Zotero makes a preprint.
    Kind("press release", biblatex="online", letters="p"),
    Kind("policy", csl="report", biblatex="report", ris="RPRT", letters="pi", locator="4.2"),
    Kind("report", csl="report", biblatex="report", ris="RPRT", schema="Report",
         letters="ptxf", locator="para. 31"),
    # Of CSL's hearing and RIS's HEAR Zotero knows no author.
    Kind("testimony", letters="p", locator="Q14", must=("witness or author",),
         cited=("author", "issuer", "witness")),
    Kind("transcript", letters="p", locator="12:04", cited=_OF_A_COURT),
    Kind("leaflet", csl="pamphlet", biblatex="booklet", ris="PAMP", letters="p"),
)  # fmt: skip

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}

_LISTS = frozenset({"cited", "must"})
_TEXTS = frozenset(each.name for each in fields(Kind)) - {"name"} - _LISTS
_FORM = "write a list of kinds, such as [“letter”, “ruling”], or a mapping to what differs"


def kinds_of(given: object) -> dict[str, Kind]:
    """The kinds of an archive by name, from ``archive_kinds``.

    It is a list of names, or a mapping of names to what differs from the table above, such as
    ``{"letter": {}, "poster": {"csl": "graphic", "ris": "ART"}}``.  A name that the table lacks
    makes a kind of its own.  Raises ValueError where it has another form.
    """
    if isinstance(given, Mapping):
        return {_name(name): _differing(_name(name), own) for name, own in _some(given).items()}
    if not isinstance(given, (list, tuple)):
        raise ValueError(f"archive_kinds: {_FORM}")
    return {_name(name): _differing(_name(name), {}) for name in _some(given)}


def differences(kinds: Mapping[str, Kind]) -> dict[str, dict[str, Any]]:
    """The value of ``archive_kinds`` that gives these kinds."""
    return {
        name: {
            key: list(value) if key in _LISTS else value
            for key in sorted(_TEXTS | _LISTS)
            if (value := getattr(kind, key)) != getattr(KINDS.get(name, Kind(name)), key)
        }
        for name, kind in kinds.items()
    }


def _some(given: Any) -> Any:
    if not given:
        raise ValueError(f"archive_kinds: {_FORM}")
    return given


def _name(given: object) -> str:
    if not is_text(given):
        raise ValueError(f"archive_kinds: {_FORM}")
    return str(given)


def _differing(name: str, own: object) -> Kind:
    kind = KINDS.get(name, Kind(name))
    if not isinstance(own, Mapping):
        raise ValueError(f"archive_kinds: {name}: write what differs as a mapping, or {{}}")
    for key, value in own.items():
        if key not in _TEXTS | _LISTS:
            known = ", ".join(sorted(_TEXTS | _LISTS))
            raise ValueError(f"archive_kinds: {name}: “{key}” is unknown; known are {known}")
        many = isinstance(value, (list, tuple)) and all(map(is_text, value))
        if not (many if key in _LISTS else is_text(value)):
            what = "a list of texts" if key in _LISTS else "a text"
            raise ValueError(f"archive_kinds: {name}: {key} is not {what}")
    unknown = next((each for each in own.get("cited", ()) if each not in ROLES), None)
    if unknown is not None:
        raise ValueError(f"archive_kinds: {name}: cited: “{unknown}” is no role of an agent")
    lists = {key: tuple(own[key]) for key in _LISTS & own.keys()}
    return replace(kind, **{**own, **lists})


def is_text(value: object) -> bool:
    """Whether a setting is a text that says something."""
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()
