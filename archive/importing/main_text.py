"""Finds the main text of a web page, by the votes of three methods on each piece of it.

A piece is a run of words between the borders of two block elements.  readability-lxml votes by the
elements that it keeps, trafilatura by the text that it extracts, and our own method by what an
element says of itself: that it is navigation, a form, hidden, or has a class such as ``share``.
Two votes take a piece.  Where the two libraries differ much, the page is in doubt.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from archive.importing import signs

# Elements that begin a line of their own, as browsers lay them out (HTML 15.3).
_BLOCKS = frozenset(re.split(" ",
    "address article aside blockquote body button caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu "
    "nav ol option p pre section summary table tbody td tfoot th thead tr ul",
))  # fmt: skip
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_FURNITURE_TAGS = frozenset(
    ["nav", "form", "button", "dialog", "footer", "menu", "aside", "select"]
)
_FURNITURE = re.compile(
    r"(?<![a-z])(?:comments?|disqus|respond|related|share|sharing|shares|social|newsletter|"
    r"subscri\w+|promo\w*|sidebar|widget|recommend\w*|popular|trending|teasers?|cookies?|consent|"
    r"gdpr|breadcrumbs?|tags|ads?|advert\w*|sponsor\w*|footer|menu|nav|navbar|navigation|popup|"
    r"modal|login|pag(?:er|ination)|read-?more|sign-?up|donat\w+|petition|banner|toolbar|"
    r"byline|author-?(?:bio|box)|screen-reader-text|sr-only|visually-hidden|skip-link|"
    r"print-?only|outbrain|taboola|copyright|colophon)(?![a-z])"
)
_ROLES = frozenset(
    ["navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alert", "menu"]
)
_SENTENCE = re.compile(r"[.!?:;…。！？।۔؟]\W*$")  # how a sentence ends
_SHARE = 0.3  # of the agreed words, from which on an element is no furniture whatever its name
_ALIKE = 3  # elements beside each other, from which on they may be teasers
_LINKED = 0.6  # of a piece's words, from which on it counts as a list of links
DOUBT = 0.4  # of the words of the longer text, below which the libraries' agreement is in doubt


@dataclass(eq=False, slots=True)
class Piece:
    """A run of words between the borders of two block elements."""

    element: Any  # the block element that holds it
    places: list[tuple[Any, str]] = field(default_factory=list)  # where its words stand in the tree
    linked: int = 0  # how many of its characters are links
    links: list[Any] = field(default_factory=list)  # the ``a`` elements that begin in it
    text: str = ""  # as written, on one line
    words: list[str] = field(default_factory=list)

    @property
    def now(self) -> str:
        """Its words that still stand in the tree; those of a note do not."""
        root = self.element.getroottree().getroot()
        return _said(place for place in self.places if _stands(place[0], root))

    def read(self) -> Piece:
        """The piece with its words read from the tree."""
        self.text = _said(self.places)
        self.words = signs(self.text)
        return self

    def drop(self) -> None:
        """Take its words out of the tree."""
        for element, name in self.places:
            setattr(element, name, None)


def _said(places: Iterable[tuple[Any, str]]) -> str:
    parts = (
        (" " if element.tag == "br" else "") + (getattr(element, name) or "")
        for element, name in places
    )
    return " ".join("".join(parts).split())


def _stands(element: Any, root: Any) -> bool:
    top = element
    while (parent := top.getparent()) is not None:
        top = parent
    return top is root


def pieces(body: Any, iterwalk: Callable[..., Any]) -> list[Piece]:
    """The pieces of a page that have words, in order; ``iterwalk`` is that of lxml."""
    found = [Piece(body)]
    links = 0
    for event, element in iterwalk(body, events=("start", "end", "comment")):
        start = event == "start"
        if isinstance(element.tag, str):
            if element.tag in _BLOCKS:
                found.append(Piece(element if start else element.getparent()))
            links += (1 if start else -1) * (element.tag == "a")
            if start and element.tag == "a":
                found[-1].links.append(element)
        name = "text" if start else "tail"
        text = getattr(element, name) if start or element is not body else ""
        if text or (element.tag == "br" and not start):
            found[-1].places.append((element, name))
            found[-1].linked += len((text or "").strip()) if links else 0
    return [each for each in found if each.read().words]


# --- The vote of a method that gives text


def covered(page: Sequence[Sequence[str]], found: Sequence[str], length: int = 4) -> list[float]:
    """The share of each piece's words that ``found``, a text taken from the page, has in order.

    Runs of ``length`` words that stand equally often in both are paired, and the longest chain of
    pairs that keep their order is extended to both sides (as in patience diff).
    """
    flat = [word for piece in page for word in piece]
    inside = bytearray(len(flat))
    taken = bytearray(len(found))
    chain = _chain(_pairs(flat, found, length))
    for here, there in chain:
        inside[here : here + length] = taken[there : there + length] = b"\1" * length
    for here, there in chain:
        for step, at in ((1, (here + length, there + length)), (-1, (here - 1, there - 1))):
            one, other = at
            while (
                0 <= one < len(flat) and 0 <= other < len(found)
                and not inside[one] and not taken[other] and flat[one] == found[other]
            ):  # fmt: skip
                inside[one] = taken[other] = 1
                one, other = one + step, other + step
    return list(_shares(page, inside))


def _shares(page: Sequence[Sequence[str]], inside: bytearray) -> Iterator[float]:
    start = 0
    for piece in page:
        yield sum(inside[start : start + len(piece)]) / max(1, len(piece))
        start += len(piece)


def _pairs(one: Sequence[str], other: Sequence[str], length: int) -> list[tuple[int, int]]:
    here, there = _runs(one, length), _runs(other, length)
    return sorted(
        pair for run, places in here.items() if len(places) == len(there.get(run, ()))
        for pair in zip(places, there[run])
    )  # fmt: skip


def _runs(said: Sequence[str], length: int) -> dict[tuple[str, ...], list[int]]:
    found: dict[tuple[str, ...], list[int]] = {}
    for place in range(len(said) - length + 1):
        found.setdefault(tuple(said[place : place + length]), []).append(place)
    return found


def _chain(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs whose second numbers rise, too."""
    tails: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, there) in enumerate(pairs):
        place = bisect_left(tails, there)
        tails[place : place + 1] = [there]
        last[place : place + 1] = [number]
        before.append(last[place - 1] if place else -1)
    chain = []
    number = last[-1] if last else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


# --- Our own vote, and the choice


@dataclass(frozen=True, slots=True)
class Choice:
    """Which pieces of a page are its main text."""

    pieces: tuple[Piece, ...]
    taken: tuple[bool, ...]  # of each piece
    kept: tuple[bool, ...]  # by readability-lxml
    extracted: tuple[bool, ...]  # by trafilatura
    own: tuple[bool, ...]  # no furniture and no list of links

    def count(self, of: Sequence[bool]) -> int:
        """How many words the pieces have that ``of`` marks."""
        return sum(len(piece.words) for piece, one in zip(self.pieces, of) if one)

    def marked(self, of: Sequence[bool]) -> list[Piece]:
        """The pieces that ``of`` marks."""
        return [piece for piece, one in zip(self.pieces, of) if one]

    @property
    def agreement(self) -> float:
        """The share of the words of the longer of both methods' texts that the other has, too."""
        both = [one and other for one, other in zip(self.kept, self.extracted)]
        longer = max(self.count(self.kept), self.count(self.extracted))
        return self.count(both) / longer if longer else 0.0


def choose(found: Sequence[Piece], kept: set[Any], extracted: str) -> Choice:
    """The main text; ``kept`` are the elements that one method keeps, ``extracted`` is a text."""
    by_kept = [piece.element in kept for piece in found]
    shares = covered([piece.words for piece in found], signs(extracted))
    by_text = [share > 0.5 for share in shares]
    own = _own(found, [one or other for one, other in zip(by_kept, by_text)])
    votes = [
        (one and other) or (ours and (other or (one and bool(_SENTENCE.search(piece.text)))))
        for piece, one, other, ours in zip(found, by_kept, by_text, own)
    ]
    taken = _headings(found, _wholes(found, votes))
    if not any(taken):  # a page so short that no method finds anything
        taken = own if any(own) else [True] * len(found)
    return Choice(tuple(found), tuple(taken), tuple(by_kept), tuple(by_text), tuple(own))


def _own(found: Sequence[Piece], likely: Sequence[bool]) -> list[bool]:
    """Whether each piece is in no furniture and no list of links."""
    furniture = _furniture(found, likely)
    return [
        furniture.isdisjoint(_around(piece)) and piece.linked < _LINKED * len(piece.text)
        for piece in found
    ]


def around(element: Any) -> tuple[Any, ...]:
    """An element and all elements around it, the nearest first."""
    return element, *element.iterancestors()


def _around(piece: Piece) -> tuple[Any, ...]:
    return around(piece.element)


def _furniture(found: Sequence[Piece], likely: Sequence[bool]) -> set[Any]:
    """The elements that say that they are furniture, and hold few of the ``likely`` words."""
    total = sum(len(piece.words) for piece, one in zip(found, likely) if one)
    held: dict[Any, int] = {}
    for piece, one in zip(found, likely):
        for each in _around(piece):
            held[each] = held.get(each, 0) + one * len(piece.words)
    furniture = {*filter(_named_furniture, held), *_teasers(held)}
    return {each for each in furniture if held[each] <= _SHARE * total}


def _teasers(elements: Iterable[Any]) -> Iterator[Any]:
    """Elements of which three or more stand beside each other and lead to other pages."""
    alike: dict[tuple[Any, str, str], list[Any]] = {}
    for each in elements:
        if each.tag in {"article", "li", "div", "section"}:
            kind = each.getparent(), each.tag, each.get("class", "")
            alike.setdefault(kind, []).append(each)
    for group in alike.values():
        if len(group) >= _ALIKE and sum(map(_leads_away, group)) * 2 > len(group):
            yield from group


def _leads_away(element: Any) -> bool:
    """Whether the one heading of an element is a link, or is within one."""
    headings = list(islice(element.iter(*_HEADINGS), 2))
    if len(headings) != 1:
        return False
    linked = "".join(word for link in headings[0].iter("a") for word in link.itertext()).split()
    within = any(each.tag == "a" for each in headings[0].iterancestors())
    return within or (bool(linked) and linked == headings[0].text_content().split())


def _named_furniture(element: Any) -> bool:
    named = f"{element.get('class', '')} {element.get('id', '')}"
    named = re.sub(r"(?<=[a-z])(?=[A-Z])|_", "-", named).lower()
    return (
        element.tag in _FURNITURE_TAGS
        or (element.get("role") or "").lower() in _ROLES
        or bool(_FURNITURE.search(named))
    )


def _wholes(found: Sequence[Piece], taken: Sequence[bool]) -> list[bool]:
    """A table or a list is taken whole or not at all, as most of its words are."""
    groups: dict[Any, list[int]] = {}
    for number, piece in enumerate(found):
        lists = (each for each in _around(piece) if each.tag in {"table", "ul", "ol", "dl"})
        whole = next(lists, None)
        if whole is not None:
            groups.setdefault(whole, []).append(number)
    result = list(taken)
    for members in groups.values():
        sizes = [len(found[number].words) for number in members]
        if max(sizes) > 40:  # a table for layout, or a list of paragraphs
            continue
        inside = sum(size for number, size in zip(members, sizes) if taken[number])
        for number in members:
            result[number] = inside * 2 > sum(sizes)
    return result


def _headings(found: Sequence[Piece], taken: Sequence[bool]) -> list[bool]:
    """A heading is taken with what follows it."""
    result = list(taken)
    for number in reversed(range(len(found))):
        if found[number].element.tag in _HEADINGS:
            after = number + 1 < len(found) and result[number + 1]
            before = number > 0 and any(taken[max(0, number - 3) : number])
            result[number] = after and (taken[number] or before)
    return result


def with_title(choice: Choice, title: str) -> list[bool]:
    """What is taken, and the heading of the first rank that has the title and stands before it."""
    result = list(choice.taken)
    first = result.index(True) if any(result) else 0
    said = " ".join(signs(title))
    for number, piece in enumerate(choice.pieces[:first]):
        if piece.element.tag == "h1" and " ".join(piece.words) == said:
            result[number] = True
    return result


def within(found: Sequence[Piece], elements: Collection[Any]) -> list[bool]:
    """Which pieces stand in one of the elements, without the furniture in it."""
    inside = [not set(elements).isdisjoint(_around(piece)) for piece in found]
    furniture = _furniture(found, inside) - {
        each for element in elements for each in around(element)
    }
    return [one and furniture.isdisjoint(_around(piece)) for piece, one in zip(found, inside)]


def home(found: Sequence[Piece]) -> Any:
    """The smallest element that holds all of the pieces; None of none."""
    shared: list[Any] | None = None
    for piece in found:
        path = _around(piece)[::-1]
        shared = list(path) if shared is None else [
            one for one, other in zip(shared, path) if one is other
        ]  # fmt: skip
    return shared[-1] if shared else None


def reasons(found: Sequence[Piece]) -> dict[Piece, str]:
    """Why a piece may not be in the text, of those that say so themselves."""
    furniture = _furniture(found, [False] * len(found))
    told: dict[Piece, str] = {}
    for piece in found:
        named = next((each for each in _around(piece) if each in furniture), None)
        if named is not None:
            told[piece] = f"Left out around the main text: {_name(named)}."
        elif piece.linked >= _LINKED * len(piece.text):
            told[piece] = "Left out around the main text: links."
    return told


def _name(element: Any) -> str:
    classes = (element.get("class") or "").split()
    return f"{element.tag}.{classes[0]}" if classes else str(element.tag)


def is_prose(piece: Piece) -> bool:
    """Whether a piece is a sentence, and no links."""
    return len(piece.words) >= 10 and piece.linked < _LINKED * len(piece.text) and bool(
        _SENTENCE.search(piece.text)
    )  # fmt: skip
