"""Finds what a text refers to: addresses, anchors, fingerprints and citations (section 5)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from archive.checking.words import TITLE, numbers_of_title, plain
from archive.model.passage import is_document_id
from archive.search import UNSPACED

if TYPE_CHECKING:
    from archive.checking.reading import Block, Link  # which loads lxml

ADDRESS, ANCHOR, FINGERPRINT, CITATION = "address", "anchor", "fingerprint", "citation"


@dataclass(frozen=True, slots=True)
class Reference:
    """What a text refers to, at a place of a block."""

    at: int
    end: int
    found: str
    kind: str
    anchor: str = ""  # or a document’s id
    is_document: bool = False
    fragment: str = ""  # the words of a text fragment, begin and end joined by "…"
    page: bool = False  # it names a page of a PDF
    sha256: str = ""  # the digits of a fingerprint beside it
    is_ours: bool = True  # by its host, if it is an address
    unclear: str = ""  # why it is
    is_repeated: bool = False  # it is no finding, and still says what stands beside it


# --- Addresses

_FOLDER = re.compile(r"documents(?:/|%2F)|archive\.pdf(?:#|%23)", re.IGNORECASE)
_DELIMITER = frozenset(' <>"“”„«»‹›‘’|{}^`「」『』…')
_TRAILING = ".,;:!?)]}'*_\\"
_MOST = 2_000  # characters of an address
_PATH = re.compile(r"documents/([^/?#.]+)(\.[A-Za-z0-9.]+)?(?:\?[^#]*)?(?:#(.*))?$", re.DOTALL)
_COMBINED = re.compile(r"archive\.pdf#(.*)$", re.DOTALL)
_JOINED = re.compile(r"(?<=[-/#=&]) ")


def joined(block: Block) -> tuple[str, list[int]]:
    """A block's text without the line breaks within addresses, and the place of each character."""
    breaks = block.breaks
    taken = {
        match.start() for match in _JOINED.finditer(block.text)
        if match.start() in breaks and block.text[match.start() - 2 : match.start() - 1] != " "
    } if breaks else ()  # fmt: skip
    if not taken:
        return block.text, list(range(len(block.text) + 1))
    places = [at for at in range(len(block.text)) if at not in taken]
    return "".join(block.text[at] for at in places), [*places, len(block.text)]


def addresses(text: str, base: str) -> Iterator[Reference]:
    """The addresses of the archive's kind in a text, in order."""
    after = 0
    for match in _FOLDER.finditer(text):
        if match.start() < after:
            continue
        begin, end = match.start(), match.end()
        while begin > after and match.start() - begin < _MOST and text[begin - 1] not in _DELIMITER:
            begin -= 1
        begin = _scheme(text, begin, match.start())
        while end < len(text) and end - begin < _MOST and text[end] not in _DELIMITER:
            end += 1
        found = text[begin:end].rstrip(_TRAILING)
        after = max(begin + len(found), match.end())
        if (reference := address(found, base)) is not None:
            yield replace(reference, at=begin, end=begin + len(found))


def _scheme(text: str, begin: int, at: int) -> int:
    """Where an address begins: at its scheme, or behind brackets and marks before it."""
    for scheme in ("https:", "http:", "file:", "https%3A", "http%3A"):
        if (place := text.find(scheme, begin, at)) >= 0:
            return place
    while begin < at and text[begin] in "([*_'=":
        begin += 1
    return begin


def address(found: str, base: str) -> Reference | None:
    """What an address refers to; None for one that is of no document."""
    if re.match(r"[a-z]{1,9}%3A", found, re.IGNORECASE):
        found = unquote(found)
    path = found.replace("\\", "")
    if match := _PATH.search(path):
        id_, fragment = unquote(match[1]), match[3] or ""
        if not is_document_id(id_) or id_ == "index":
            return None
        is_ours = bool(base) and path.startswith(base)
        return _aimed(Reference(0, 0, found, ADDRESS, id_, True, is_ours=is_ours), fragment)
    if match := _COMBINED.search(path):
        named = _aimed(Reference(0, 0, found, ADDRESS, is_ours=False), match[1])
        return named if named.anchor else None
    return None


def _aimed(whole: Reference, fragment: str) -> Reference:
    """The reference to what follows the # of an address."""
    fragment, _, directive = fragment.partition(":~:")
    name = unquote(fragment).strip()
    if name.startswith("page="):
        return replace(whole, page=True)
    name = re.sub(r"[&,].*", "", name.removeprefix("nameddest="), flags=re.DOTALL)
    if text := re.match(r"text=([^&]+)", directive):
        whole = replace(whole, fragment=_fragment(text[1]))
    return replace(whole, anchor=name, is_document=False) if anchor_of(name) else whole


def _fragment(directive: str) -> str:
    """The words of a text directive: [prefix-,]start[,end][,-suffix]."""
    parts = directive.split(",")
    said = [each for each in parts if not each.endswith("-") and not each.startswith("-")]
    return " … ".join(plain(unquote(each)) for each in said[:2])


# --- Anchors and fingerprints

_TOKEN = re.compile(r"[A-Za-z0-9-]+")
_ANCHOR = re.compile(r"([a-z][a-z0-9-]*)-[a-z][1-9][0-9]{0,8}")
_PRINT = re.compile(r"[0-9a-f]{12,64}")
_OF_TREE = ("tree head ", "ledger head ")


def anchor_of(text: str) -> str:
    """The document of an anchor; empty for what is none."""
    match = _ANCHOR.fullmatch(text)
    return match[1] if match and is_document_id(match[1]) else ""


def anchors(text: str) -> Iterator[Reference]:
    """What could be an anchor or a fingerprint, by its form."""
    for match in _TOKEN.finditer(text):
        said = match[0].strip("-")
        at = match.start() + match[0].index(said)
        place = at, at + len(said), said
        if "-" in said and anchor_of(said):
            yield Reference(*place, ANCHOR, said)
        elif len(said) >= 12 and _PRINT.fullmatch(said) and _is_print(said, text, at):
            yield Reference(*place, FINGERPRINT, sha256=said)


def _is_print(said: str, text: str, at: int) -> bool:
    if text[max(at - 12, 0) : at].endswith(_OF_TREE):
        return False
    return len(said) == 64 or (any(map(str.isdigit, said)) and not said.isdigit())


# --- Citations in words

_PART = re.compile(rf"[{UNSPACED}]|(?:(?![{UNSPACED}])[^\W\d_])+|\d+|[¶§]")
SAME = {
    "article": "art", "paragraph": "para", "par": "para", "¶": "para", "section": "sec",
    "§": "sec", "exhibit": "ex", "artículo": "art", "статья": "art", "ст": "art", "مادة": "art",
    "المادة": "art", "párrafo": "para", "paragraphe": "para", "пункт": "para", "п": "para",
    "الفقرة": "para",
}  # fmt: skip
LOCATORS = frozenset({*SAME.values(), "whereas", "resolved", "recital", "clause", "item", "第"})
_FILLERS = frozenset(
    (
        "of",
        "the",
        "in",
        "at",
        "see",
        "to",
        "cl",
        "de",
        "la",
        "du",
        "des",
        "l",
        "d",
        "der",
        "das",
        "die",
    )
)
_LONGEST = 12  # parts of a locator
_WORDS = 4  # parts before a year
_NEAR = 16  # parts between a title and a locator behind it
_FAR = 24  # parts between the name of the archive and a locator behind it
# What styles say in English for the letters of anchors, whatever the language of a document is.
_LETTERS = {
    "a": ("art",), "f": ("footnote",), "g": ("signatory",), "i": ("item",),
    "n": ("editor", "s", "note"), "p": ("para",), "r": ("resolved",), "s": ("sec",),
    "t": ("table",), "w": ("whereas",), "x": ("figure",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A word or number of a name or a locator."""

    said: str
    at: int
    end: int


def parts(text: str) -> list[Part]:
    """The words and numbers of a text, as locators compare them."""
    return [Part(_same(match[0]), match.start(), match.end()) for match in _PART.finditer(text)]


@lru_cache(maxsize=50_000)
def _same(said: str) -> str:
    lower = unicodedata.normalize("NFKC", said).lower()
    if lower.isdecimal():
        lower = "".join(str(unicodedata.decimal(digit)) for digit in lower)
    return SAME.get(lower, lower)


def names(text: str) -> tuple[str, ...]:
    """The parts of a name."""
    return tuple(part.said for part in parts(text))


@dataclass(frozen=True, slots=True)
class Named:
    """A document that a text names, at some of its parts."""

    documents: tuple[int, ...]
    at: int
    end: int  # of a full title not before it is compared
    is_full: bool = False  # it may be the full title, by its first parts


@dataclass(frozen=True, slots=True)
class Around:
    """What may be the locator of a name, before or after it."""

    after: tuple[Part, ...]
    before: tuple[Part, ...]


def around(named: Named, found: Sequence[Part]) -> Around:
    """What stands before and after a name in a text."""
    end = named.end
    before = found[max(named.at - _LONGEST, 0) : named.at]
    return Around(_skip(found[end : end + _LONGEST]), (*before,))


class Titles:
    """The titles and the issuers of all documents."""

    def __init__(
        self, documents: Sequence[Sequence[object]], issuers: Sequence[str], full: Sequence[int]
    ) -> None:
        self._titles: dict[tuple[str, ...], list[int]] = {}
        lengths: dict[str, set[int]] = {}
        self._by_issuer: dict[int, list[int]] = {}
        self._documents = documents
        for number, (_id, short, _language, _year, *who) in enumerate(documents):
            if title := names(str(short)):
                self._titles.setdefault(title, []).append(number)
                lengths.setdefault(title[0], set()).add(len(title))
            for each in who:
                self._by_issuer.setdefault(int(str(each)), []).append(number)
        self._issuers = {names(name): number for number, name in enumerate(issuers)}
        self._full: dict[int, list[int]] = {}
        for number, of_title in enumerate(full):
            self._full.setdefault(of_title, []).append(number)
        self._lengths = {first: sorted(each, reverse=True) for first, each in lengths.items()}

    def named(self, found: Sequence[Part]) -> Iterator[Named]:
        """The documents that a text may name by their full titles, or names by their short ones."""
        at = 0
        while at < len(found):
            said = [each.said for each in found[at : at + TITLE]]
            possible = reversed(numbers_of_title(said))
            full = [number for each in possible for number in self._full.get(each, ())]
            if full:
                yield Named(tuple(full), at, at, is_full=True)
            length, documents = self._longest(found, at)
            if length:
                yield Named(tuple(documents), at, at + length)
            at += length or 1

    def _longest(self, found: Sequence[Part], at: int) -> tuple[int, list[int]]:
        for size in self._lengths.get(found[at].said, ()):
            title = tuple(each.said for each in found[at : at + size])
            if (documents := self._titles.get(title)) is not None:
                return size, documents
        return 0, []

    def issued(self, said: Sequence[str]) -> tuple[list[int], int]:
        """The documents of “issuer, year” at the begin of a text, and the place behind it."""
        for size in range(min(len(said) - 1, 16), 0, -1):
            if (issuer := self._issuers.get(tuple(said[:size]))) is not None:
                of_it = self._by_issuer.get(issuer, ())
                year, end = _year(said, size)
                return [n for n in of_it if self._documents[n][3] == year], end
        return [], 0


def _skip(found: Sequence[Part]) -> tuple[Part, ...]:
    at = 0
    while at < len(found) and found[at].said in _FILLERS:
        at += 1
    return (*found[at:],)


def tails(passages: Sequence[Mapping[str, object]], short: str) -> dict[tuple[str, ...], str]:
    """The anchors of a document by what follows its short title in their names, and by labels."""
    title, found = names(short), dict[tuple[str, ...], str]()
    for each in passages:
        anchor = str(each["anchor"])
        said = names(str(each.get("name", "")))
        if said[: len(title)] == title and len(said) > len(title):
            found.setdefault(said[len(title) :], anchor)
        if locator := names(str(each.get("locator", ""))):
            found.setdefault(locator, anchor)
        label = anchor.rpartition("-")[2]
        found.setdefault((label[0], label[1:]), anchor)
    for each in passages:
        label = str(each["anchor"]).rpartition("-")[2]
        if label[0] in _LETTERS:
            found.setdefault((*_LETTERS[label[0]], label[1:]), str(each["anchor"]))
    return found


def behind(
    found: Sequence[Part], publisher: Sequence[str], located: Mapping[tuple[str, ...], str]
) -> tuple[str, Part] | None:
    """The anchor that a locator in the rest of a citation names, and where that locator ends.

    Bluebook and OSCOLA have it behind the name of the archive, and others behind a date.
    """
    end = name_in(found, publisher)
    hit = _behind(found[end : end + _FAR], located) if end else None
    return hit or _behind(found[:_NEAR], located, LOCATORS)


def _behind(
    found: Sequence[Part], located: Mapping[tuple[str, ...], str], leading: Set[str] | None = None
) -> tuple[str, Part] | None:
    said = [part for part in found if part.said != "cl"]
    for begin in range(len(said)):
        if leading is not None and said[begin].said not in leading:
            continue
        for size in range(min(_LONGEST, len(said) - begin), 1, -1):
            key = tuple(part.said for part in said[begin : begin + size])
            if (anchor := located.get(key)) is not None:
                return anchor, said[begin + size - 1]
    return None


def _year(said: Sequence[str], at: int) -> tuple[str, int]:
    """The year of “not before 2021”, “between 2020 and 2021” or “n.d.”, and the place behind it."""
    if tuple(said[at : at + 2]) == ("n", "d"):
        return "", at + 2
    for place in range(at, min(at + _WORDS, len(said))):
        if len(said[place]) == 4 and said[place].isdigit():
            return said[place], place + 1
    return "none", at


def name_in(found: Sequence[Part], name: Sequence[str]) -> int:
    """The place behind the first that has a name; 0 without any."""
    said, size = tuple(part.said for part in found), len(name)
    places = range(len(said) - size + 1) if size else ()
    return next((at + size for at in places if said[at : at + size] == tuple(name)), 0)


def after(named: Around, found: Mapping[tuple[str, ...], str]) -> tuple[str, int] | None:
    """The anchor that the locator behind a title names, and how many parts that locator has."""
    said = tuple(part.said for part in named.after)
    for size in range(len(said), 0, -1):
        if (anchor := found.get(said[:size])) is not None:
            return anchor, size
    return None


def before(named: Around, found: Mapping[tuple[str, ...], str]) -> tuple[str, Part] | None:
    """The anchor that the locator before a title names, and where that locator begins."""
    said = [*named.before]
    if not said or said[-1].said not in _FILLERS:
        return None
    while said and said[-1].said in _FILLERS:
        said.pop()
    for begin in range(len(said)):
        if (anchor := found.get(tuple(part.said for part in said[begin:]))) is not None:
            return anchor, said[begin]
    return None


def is_locator(found: Sequence[Part]) -> bool:
    """Whether a text goes on with a locator by its form: a word for one, and a number."""
    return len(found) > 1 and found[0].said in LOCATORS and found[1].said[:1].isdigit()


def linked(link: Link, base: str) -> Reference | None:
    """What a link refers to."""
    reference = address(link.address.strip()[:_MOST], base)
    return replace(reference, at=link.at, end=link.end) if reference is not None else None
