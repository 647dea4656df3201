"""The structure that a source has: its own numbers, parts within parts, speakers, dates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby, pairwise

from archive.importing import Block, Form, Run
from archive.model.dates import MONTHS
from archive.model.kinds import Kind
from archive.model.passage import Anchor, is_locator

# --- The structure that a source has: its own numbers, parts within parts, speakers, signatories.
#
# Numbers become locators in the form that is usual of the kind (``archive.model.kinds``): ``[57]``,
# ``art. 19``, ``count 3``.  Paragraphs that an article numbers have its number, too: ``art.
# 19(2)``. A clause (a), (1) or (i) below a numbered one becomes a part of it.

_ARTICLE = re.compile(r"(?:article|art\.?|artículo|artigo|artikel)\s+(\d{1,3}|[ivxlc]{1,7})\b",
                      re.IGNORECASE)  # fmt: skip
_SECTION = re.compile(r"(?:section|sec\.|§)\s*(\d{1,5}[a-z]?)\b\.?", re.IGNORECASE)
_COUNT = re.compile(r"count\s+(\d{1,3}|[ivxlc]{1,6}|one|two|three|four|five|six|seven|eight|nine|"
                    r"ten|eleven|twelve)\b", re.IGNORECASE)  # fmt: skip
_SPELLED = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_NUMBER = re.compile(r"(?:\[(\d{1,4})\]|(\d{1,4})[.)]?)\s+\S")
_DECIMAL = re.compile(r"(\d{1,3}(?:\.\d{1,3})+)\.?\s+\S")
_QUESTION = re.compile(r"(Q\.?\s?\d{1,4})[.:]?\s")
_TIME = re.compile(r"[\[(]?(\d{1,2}:\d{2}(?::\d{2})?)[\])]?\s")
_PART = re.compile(r"\(([a-z]{1,4}|[A-Z]|\d{1,2})\)\s*")
_ANNEX = re.compile(
    r"((?:annex|appendix|schedule|protocol)(?:\s+(?:[a-z]|\d{1,3}|[ivxlc]{1,6})\b)?)",
    re.IGNORECASE,
)
_NAME = r"(?:[A-ZÀ-Þ(][\w.’')-]*|of|the|de|von)"
_SPEAKER = re.compile(
    r"(?P<short>[QA])[.:]\s+(?=\S)|"
    rf"(?P<name>(?!\(){_NAME}(?:\s+{_NAME}){{0,5}}):\s+(?=\S)"
)
_SIGNATURES = re.compile(
    r"(?:list of )?(?:signator(?:y|ies)|signed(?: by)?|the undersigned|signataires|firmantes|"
    r"unterzeichne[rt]\w*)\b",
    re.IGNORECASE,
)
_LONGEST_NAME = 15  # words, with office and place
_TEMPLATE = re.compile(r"(\D*?)\d+(?:\.\d+)*(\])?")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_IN_ARTICLES = frozenset(["constitution", "treaty", "declaration"])
_FEWEST = 2  # numbers that follow each other, from which on they are the source's own
_TURNS = 4  # from which on names before a colon are speakers


@dataclass(frozen=True, slots=True)
class Structure:
    """What is known of a passage besides its words."""

    locator: str = ""
    within: str = ""  # the letter and number of the passage that it is a part of: “p4”
    speaker: str = ""
    anew: bool = False  # of a heading below which numbers start anew
    names: tuple[str, ...] = ()  # of signatories, each as written


_Block = tuple[Anchor, Block]


def structures(placed: Sequence[_Block], kind: Kind) -> list[Structure]:
    """The structure of each block, in order."""
    speaking = speakers([block for _, block in placed])
    found = [
        Structure(speaker=speaker, names=tuple(block.text.split("\n")) if block.signed else ())
        for speaker, (_, block) in zip(speaking, placed)
    ]
    for number, locator in _numbered(placed, kind):
        found[number] = replace(found[number], locator=locator)
    for number, (locator, within) in _parts(placed, found):
        found[number] = replace(found[number], locator=locator, within=within)
    for number, name in _annexes(placed):
        found[number] = replace(found[number], locator=name, anew=True)
    return _told_apart(placed, found)


def speakers(blocks: Sequence[Block]) -> list[str]:
    """Who speaks each block: a name and a colon before it, where several speak in turn."""
    matches = [_SPEAKER.match(block.text) if block.form is not Form.HEADING else None
               for block in blocks]  # fmt: skip
    names = [match["short"] or match["name"] if match else "" for match in matches]
    counts = Counter(filter(None, names))
    again = {name for name, count in counts.items() if count > 1}
    turns = sum(counts[name] for name in again)
    if turns < _TURNS or len(again) < 2:
        return [""] * len(blocks)
    known = again | {name for name in counts if len(name.split()) <= 4}
    return [name if name in known else "" for name in names]


def signed(blocks: Sequence[Block], signs: Sequence[bool]) -> list[Block]:
    """The blocks; ``signs`` tells which name signatories, and of three or more one is made."""
    done: list[Block] = []
    for is_name, group in groupby(zip(signs, blocks), key=lambda pair: pair[0]):
        held = [block for _, block in group]
        names = [line for block in held for line in block.text.split("\n")]
        if is_name and len(names) > _FEWEST and not any(block.notes for block in held):
            runs = Run("\n".join(names))
            done.append(Block(Form.PARAGRAPH, (runs,), signed=True))
        else:
            done += held
    return done


def below_signatures(blocks: Sequence[Block]) -> list[bool]:
    """Which blocks are short lines below a heading that announces signatories."""
    below, found = False, []
    for block in blocks:
        short = len(block.text.split()) <= _LONGEST_NAME and not re.search(r"[.;:]$", block.text)
        if _SIGNATURES.match(block.text) and len(block.text.split()) <= _LONGEST_NAME:
            below = True
            found.append(False)
            continue
        below = below and short and block.form is not Form.HEADING
        found.append(below)
    return found


# --- Numbers


def _numbered(placed: Sequence[_Block], kind: Kind) -> Iterator[tuple[int, str]]:
    """The blocks that the source numbers, with their locators."""
    if not kind.locator:
        return
    in_articles = dict(_in_articles(placed)) if kind.name in _IN_ARTICLES else {}
    announced = ""  # by the heading above
    given: list[tuple[int, str, int]] = []  # block, locator, number
    for place, (anchor, block) in enumerate(placed):
        named = in_articles.get(place) or _named(block.text, kind)
        if not anchor.is_passage:
            announced = named or ""
            continue
        number = _own_number(block)
        if (named or announced) and not _DECIMAL.match(block.text):
            yield place, named or announced
            announced = ""
        elif match := _first(block.text, _DECIMAL, _QUESTION, _TIME):
            yield place, re.sub(r"^Q\.?\s?", "Q", match)
            announced = ""
        elif number and kind.name not in _IN_ARTICLES:
            given.append((place, _formed(kind.locator, number), number))
    if len(given) >= _FEWEST and any(b[2] == a[2] + 1 for a, b in pairwise(given)):
        yield from ((place, locator) for place, locator, _ in given)


def _in_articles(placed: Sequence[_Block]) -> Iterator[tuple[int, str]]:
    """The blocks that have a mark of their own right below an article, with their locators."""
    article = _Article()
    for place, (anchor, block) in enumerate(placed):
        named = _ARTICLE.match(block.text)
        if named or not anchor.is_passage:
            locator = f"art. {_figures(named[1])}" if named else ""
            article = _Article(locator, "." if anchor.is_passage else "")
        elif mark := article.mark_of(block, _own_number(block)):
            yield place, f"{article.locator}({mark})"


@dataclass(slots=True)
class _Article:
    """The article in which blocks stand, and what stands right below it."""

    locator: str = ""  # empty outside of articles
    last: str = ""  # the last mark (a) or (1) right below it; “.” after a number or plain words

    def mark_of(self, block: Block, number: int) -> str:
        """The mark of a block right below the article; empty if it has none, or is within another.

        Marks such as (a) stand there where the first block has one; else they are within a block.
        """
        match = _PART.match(block.text)
        if not self.locator:
            return ""
        if _DECIMAL.match(block.text):
            match = None
        if number:
            self.last = "."
            return str(number)
        if match and match[1] in (_after(self.last) if self.last else ("a", "1")):
            self.last = match[1]
            return self.last
        self.last = self.last or "."
        return ""


def _after(mark: str) -> tuple[str, ...]:
    """The mark that follows one, if it is known: (b) after (a), (10) after (9)."""
    if mark.isdigit():
        return (str(int(mark) + 1),)
    return (chr(ord(mark) + 1),) if mark.isalpha() and mark != "z" else ()


def _first(text: str, *patterns: re.Pattern[str]) -> str:
    """What the first of the patterns that fits finds at the beginning of a text."""
    return next((match[1] for each in patterns if (match := each.match(text))), "")


def _own_number(block: Block) -> int:
    match = _NUMBER.match(block.text)
    bare = match is not None and match[2] and not re.match(r"\d+[.)]", block.text)
    if match is None or (bare and block.label != match[2]):  # a bare number begins many sentences
        return 0
    return int(match[1] or match[2])


def _formed(example: str, number: int) -> str:
    """A number in the form of an example: 12 as ``[57]`` is ``[12]``."""
    match = _TEMPLATE.match(example)
    return f"{match[1]}{number}{match[2] or ''}" if match else str(number)


def _named(text: str, kind: Kind) -> str:
    """The locator of a block that names itself: an article, a section, a count."""
    forms = (
        (_ARTICLE, "art. {}", kind.name in _IN_ARTICLES),
        (_SECTION, "§ {}", kind.name == "statute"),
        (_COUNT, "count {}", kind.name == "indictment"),
    )
    for pattern, form, is_usual in forms:
        if is_usual and (match := pattern.match(text)):
            return form.format(_figures(match[1]))
    return ""


def _figures(number: str) -> str:
    """A number in figures, whatever way it is written."""
    said = number.lower()
    if said in _SPELLED:
        return str(_SPELLED[said])
    if not set(said) <= set(_ROMAN):
        return number
    values = [_ROMAN[letter] for letter in said]
    return str(sum(-v if v < w else v for v, w in zip(values, [*values[1:], 0])))


# --- Parts within parts


@dataclass(frozen=True, slots=True)
class _Open:
    """A passage whose parts may follow."""

    anchor: Anchor
    locator: str
    form: str  # of its own mark: “a”, “1”, “A”, “i”; nothing of the outermost
    mark: str


def _parts(
    placed: Sequence[_Block], found: Sequence[Structure]
) -> Iterator[tuple[int, tuple[str, str]]]:
    """The blocks that are parts of one above them, with their locators."""
    around: list[_Open] = []
    for place, (anchor, block) in enumerate(placed):
        if not anchor.is_passage:
            around = []
            continue
        match = _PART.match(block.text)
        if found[place].locator or not match or not around:
            locator = found[place].locator
            around = [_Open(anchor, locator, "", "")] if locator else []
            continue
        form = _form(match[1], around)
        same = next((n for n, each in enumerate(around) if each.form == form), len(around))
        above = around[same - 1]
        locator = f"{above.locator}({match[1]})"
        if not is_locator(locator):
            around = []
            continue
        yield place, (locator, f"{above.anchor.letter}{above.anchor.number}")
        around = [*around[:same], _Open(anchor, locator, form, match[1])]


def _form(mark: str, around: Sequence[_Open]) -> str:
    """The form of a mark.  ``(i)`` is a letter after ``(h)``, and a Roman number else."""
    if mark.isdigit():
        return "1"
    if mark.isupper():
        return "A"
    last = next((each for each in reversed(around) if each.form == "a"), None)
    follows = last is not None and len(mark) == 1 and ord(mark) == ord(last.mark[-1]) + 1
    roman = set(mark) <= set(_ROMAN) and not follows
    return "i" if roman else "a"


# --- Numbers that start anew


def _annexes(placed: Sequence[_Block]) -> Iterator[tuple[int, str]]:
    for place, (anchor, block) in enumerate(placed):
        match = _ANNEX.match(block.text)
        if not anchor.is_passage and match:
            yield place, match[1][:1].upper() + match[1][1:]


def _told_apart(placed: Sequence[_Block], found: Sequence[Structure]) -> list[Structure]:
    """The structures; a locator that stood before, since numbers started, is given up."""
    told: list[Structure] = []
    seen: set[str] = set()
    gone: set[str] = set()  # passages whose locator was given up
    names: set[str] = set()
    for (anchor, _), each in zip(placed, found):
        one = each
        if each.anew:
            one = each if each.locator not in names else Structure()
            names.add(each.locator)
            seen, gone = (set(), set()) if one.anew else (seen, gone)
        elif each.locator and (each.locator in seen or each.within in gone):
            one = Structure(speaker=each.speaker)
            gone.add(f"{anchor.letter}{anchor.number}")
        elif each.locator:
            seen.add(each.locator)
        told.append(one)
    return told


# --- Finds dates in English text and gives them as EDTF (ISO 8601-2).

_DAY_NUMBER = {month[:3].lower(): number for number, month in enumerate(MONTHS, 1)}
_MONTH = "(?P<month>" + "|".join(
    rf"{month}|{month[:3]}\.?" if month != "September" else r"September|Sept?\.?"
    for month in MONTHS
) + ")"  # fmt: skip
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>1[4-9]\d\d|20\d\d)"

# Longer forms come before those that they contain.
_FORMS = tuple(
    re.compile(rf"(?<![\w/-]){form}(?![\w/-])")
    for form in (
        r"(?P<year>1[4-9]\d\d|20\d\d)-(?P<month>0[1-9]|1[0-2])-(?P<day>[0-3]\d)(?:T[\d:.Z+-]+)?",
        rf"{_DAY}(?: of)? {_MONTH},? {_YEAR}",
        rf"{_MONTH} {_DAY},? {_YEAR}",
        rf"{_MONTH},? {_YEAR}",
    )
)
_YEAR_ALONE = re.compile(rf"(?<![\w/.-]){_YEAR}(?![\w/-])")


@dataclass(frozen=True, slots=True)
class Dated:
    """A date and its place in a text."""

    edtf: str
    start: int
    end: int


def dates(text: str, *, years: bool = False) -> Iterator[Dated]:
    """The days and months in ``text``, in order; with ``years``, also years alone."""
    taken: list[Dated] = []
    for form in (*_FORMS, *((_YEAR_ALONE,) if years else ())):
        for match in form.finditer(text):
            if any(match.start() < each.end and each.start < match.end() for each in taken):
                continue
            edtf = _edtf(match.groupdict())
            if edtf is not None:
                taken.append(Dated(edtf, *match.span()))
    yield from sorted(taken, key=lambda each: each.start)


def whole_date(text: str) -> str | None:
    """The date as EDTF where ``text`` is a date and nothing else, the day of the week aside."""
    stripped = re.sub(r"^(?:Dated:? )?(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?", "",
                      text.strip().rstrip("."))  # fmt: skip
    found = list(dates(stripped))
    if len(found) == 1 and (found[0].start, found[0].end) == (0, len(stripped)):
        return found[0].edtf
    return None


# Days in figures alone; a point stands behind the day, a slash behind either.
_FIGURES = re.compile(
    r"(?<![\w/.-])(?P<one>\d{1,2})(?P<mark>[/.-])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})"
    r"(?![\w/-]|\.\d)"
)


def in_figures(text: str) -> Iterator[tuple[str, list[str]]]:
    """The days in figures in a text, ``04/05/21``, each with what it may be, as EDTF.

    A year of two figures is one of this century or of the last.
    """
    for match in _FIGURES.finditer(text):
        one, two, year = match["one"], match["two"], match["year"]
        years = [year] if len(year) == 4 else [f"20{year}", f"19{year}"]
        orders = [(two, one)] if match["mark"] == "." else [(two, one), (one, two)]
        days = (f"{each}-{int(m):02}-{int(d):02}" for each in years for m, d in orders)
        found = [each for each in dict.fromkeys(days) if is_day(each)]
        if found:
            yield match[0], found


def _edtf(parts: dict[str, str | None]) -> str | None:
    month = parts.get("month")
    if month and not month.isdigit():
        month = f"{_DAY_NUMBER[month[:3].lower()]:02}"
    day = parts.get("day")
    text = "-".join(filter(None, (parts["year"], month, f"{int(day):02}" if day else None)))
    return text if is_day(text) else None


def is_day(text: str) -> bool:
    """Whether the calendar has ``text``: ``2021``, ``2021-02`` or ``2021-02-08``."""
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])  # a year or month is made a day
    except ValueError:
        return False
    return True
