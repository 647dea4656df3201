"""The numbers that Word generates for paragraphs (ISO 29500-1, 17.9), as it shows them.

A paragraph is numbered by its own properties or by those of its style.  Numbers are counted for
each abstract numbering, and a number of one level begins all lower levels anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from archive.importing.container import parse_xml

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_MOST = 30_000  # no list is longer, and no number in letters or numerals is made of a higher one


def value(element: Any, *path: str) -> str | None:
    """The ``w:val`` of the element at a path of names below another; None where there is none."""
    for name in path:
        element = element.find(f"{W}{name}") if element is not None else None
    return element.get(f"{W}val") if element is not None else None


def number_of(text: str | None, default: int) -> int:
    """A number in figures; ``default`` where it is none."""
    return int(text) if text and re.fullmatch(r"\d{1,6}", text) else default


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a numbering is written."""

    start: int
    form: str  # w:numFmt
    text: str  # w:lvlText, such as “Article %1.”
    legal: bool  # all its numbers are written in figures
    restart: int  # the level whose numbers begin it anew, counted from 1; 0: none


@dataclass(slots=True)
class _Count:
    """The numbers of an abstract numbering so far, by level."""

    levels: Mapping[int, _Level]
    now: dict[int, int] = field(default_factory=dict)


class Numbers:
    """Gives the label of one paragraph after the other."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._styles = _styles(parts.get("word/styles.xml", b""))
        part = parts.get("word/numbering.xml", b"")
        root = parse_xml(part, "word/numbering.xml") if part else None
        found = root.iter(f"{W}abstractNum") if root is not None else ()
        self._abstract = {each.get(f"{W}abstractNumId"): each for each in found}
        found = root.iter(f"{W}num") if root is not None else ()
        self._nums = {each.get(f"{W}numId"): each for each in found}
        self._counts: dict[str, _Count] = {}  # by the abstract numbering
        self._begun: set[str] = set()  # the numberings that were met

    def label(self, paragraph: Any) -> str:
        """The number of the next paragraph as Word shows it; nothing of one with a bullet."""
        num, level = self._numbering(paragraph)
        key = self._abstract_of(num)
        if key is None or not 0 <= level <= 8:
            return ""
        count = self._counts.setdefault(key, _Count(_levels(self._abstract[key])))
        self._override(num, count)
        return _next(count, level)

    def _numbering(self, paragraph: Any) -> tuple[str, int]:
        """The numbering and the level of a paragraph; nothing where it is not numbered."""
        properties = paragraph.find(f"{W}pPr")
        style = value(properties, "pStyle") or self._styles["", ""][0]
        own = value(properties, "numPr", "numId")
        numbered, level, holder = self._by_style(style)
        num = numbered if own is None else own
        told = value(properties, "numPr", "ilvl")
        if told is not None or own is not None:
            return num, number_of(told, 0)
        return num, level if level is not None else self._linked(num, holder)

    def _by_style(self, style: str) -> tuple[str, int | None, str]:
        """The numbering and level that a style has or inherits, and the style that has it."""
        seen = set()
        while style and style not in seen:
            seen.add(style)
            based, num, level = (*self._styles.get((style, "p"), ("", "", "")), "")[:3]
            if num:
                return num, number_of(level, 0) if level else None, style
            style = based
        return "", 0, ""

    def _linked(self, num: str, style: str) -> int:
        """The level that names the style as its own (w:pStyle)."""
        key = self._abstract_of(num)
        for level in self._abstract[key].iter(f"{W}lvl") if key is not None else ():
            if value(level, "pStyle") == style:
                return number_of(level.get(f"{W}ilvl"), 0)
        return 0

    def _abstract_of(self, num: str) -> str | None:
        """The abstract numbering of a numbering, by way of a style of lists (w:numStyleLink)."""
        key = value(self._nums.get(num), "abstractNumId")
        link = value(self._abstract.get(key), "numStyleLink")
        if link:
            linked = (k for k, each in self._abstract.items() if value(each, "styleLink") == link)
            key = next(linked, key)
        return key if key in self._abstract else None

    def _override(self, num: str, count: _Count) -> None:
        """Where a numbering is met for the first time, begin the levels that it begins anew."""
        if num in self._begun:
            return
        self._begun.add(num)
        changed = dict(count.levels)
        for each in self._nums[num].iter(f"{W}lvlOverride"):
            level = number_of(each.get(f"{W}ilvl"), 0)
            inside = each.find(f"{W}lvl")
            if inside is not None:
                changed[level] = _level(inside, level)
            start = value(each, "startOverride")
            if start is not None:
                count.now[level] = number_of(start, 1) - 1
        count.levels = changed


def _styles(part: bytes) -> dict[tuple[str, str], tuple[str, ...]]:
    """Of each style its base, numbering and level; and the paragraphs’ usual one by no name."""
    found: dict[tuple[str, str], tuple[str, ...]] = {("", ""): ("",)}
    for each in parse_xml(part, "word/styles.xml").iter(f"{W}style") if part else ():
        name = each.get(f"{W}styleId", "")
        if each.get(f"{W}type") != "paragraph":
            continue
        if each.get(f"{W}default") in {"1", "true", "on"}:
            found["", ""] = (name,)
        found[name, "p"] = (
            value(each, "basedOn") or "", value(each, "pPr", "numPr", "numId") or "",
            value(each, "pPr", "numPr", "ilvl") or "",
        )  # fmt: skip
    return found


def _levels(abstract: Any) -> dict[int, _Level]:
    found = {number_of(each.get(f"{W}ilvl"), 0): each for each in abstract.findall(f"{W}lvl")}
    return {number: _level(each, number) for number, each in found.items()}


def _level(element: Any, number: int) -> _Level:
    legal = element.find(f"{W}isLgl")
    return _Level(
        number_of(value(element, "start"), 0), value(element, "numFmt") or "decimal",
        value(element, "lvlText") or "", legal is not None and legal.get(f"{W}val") != "0",
        number_of(value(element, "lvlRestart"), number),
    )  # fmt: skip


def _next(count: _Count, number: int) -> str:
    """Count the next paragraph of a level, and write its label."""
    level = count.levels.get(number)
    if level is None:
        return ""
    count.now[number] = count.now.get(number, level.start - 1) + 1
    for lower in [each for each in count.now if each > number]:
        rule = count.levels[lower].restart if lower in count.levels else 0
        if rule and number < rule:
            del count.now[lower]
    if level.form in {"bullet", "none"} and "%" not in level.text:
        return "" if level.form == "bullet" else level.text.strip()

    def written(match: re.Match[str]) -> str:
        which = int(match[1]) - 1
        above = count.levels.get(which, level)
        form = "decimal" if level.legal else above.form
        return figures(count.now.get(which, above.start), form)

    return re.sub(r"%([1-9])", written, level.text).strip()


def figures(number: int, form: str) -> str:
    """A number in one of the forms of 17.18.59, as far as they are numbers or Latin letters."""
    if form == "none":
        return ""
    if form == "decimalZero":
        return f"{number:02}"
    if form == "ordinal":
        last = (
            "th" if number // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        )
        return f"{number}{last}"
    text = ""
    if form.endswith("Letter") and 0 < number <= _MOST:
        again, letter = divmod(number - 1, 26)
        text = chr(ord("a") + letter) * min(again + 1, 9)
    elif form.endswith("Roman") and 0 < number <= _MOST:
        left = number
        for worth, letters in _ROMAN:
            times, left = divmod(left, worth)
            text += letters * times
    return (text.upper() if form.startswith("upper") else text) or str(number)
