"""Checks that nothing of a paragraph is lost: its passage has every name, date and number of it.

The record may declare what the passage leaves out on purpose (``left-out``).  A number that no part
of the source has is told as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from archive.fidelity.holding import Holding, Pair, PassageText
from archive.fidelity.languages import (
    capitals_are_names,
    english_figures,
    find_dates,
    has_cases,
)
from archive.fidelity.quotations import FORBIDDEN_RUN, Text
from archive.fidelity.source import Paragraph, Source
from archive.fidelity.words import WORD, Named, Names, bare_words
from archive.model import Problem
from archive.model.passage import normalise
from archive.model.record import LeftOut
from archive.model.words import primary

LONGEST_LEFT_OUT = FORBIDDEN_RUN - 1  # words in a row of the source that a record may hold

UNSURE = "name-unsure"  # the rule of a name that may be there in another form

# Mentions of endnotes in a passage, which are no numbers of its paragraph.
_ENDNOTE = re.compile(
    r"\b(?:end|foot)notes?\s+\d+(?:(?:,\s*|\s+and\s+|\s*[–-]\s*)\d+)*", re.IGNORECASE
)


def incomplete(holding: Holding, source: Source, pairs: Sequence[Pair]) -> Iterator[Problem]:
    """Names, dates and numbers of a paragraph that its passage lacks."""
    language = holding.record.language
    facts = {paragraph.number: _Facts(paragraph.text, language) for paragraph in source.paragraphs}
    known = frozenset().union(*(each.named.capitalised for each in facts.values()))
    for pair in map(_whole, _by_paragraph(pairs)):
        wanted, labels = facts[pair.paragraph.number], pair.passage.labels
        if left_out := [each for each in holding.record.left_out if each.passage in labels]:
            wanted = _Facts(_remaining(pair.paragraph, left_out), language)
        yield from _missing(wanted, pair.passage, known, holding.names)


def added(holding: Holding, source: Source) -> Iterator[Problem]:
    """Numbers of passages that stand nowhere in the source.

    A number in words up to twelve may count what the source lists, and 19th stand for nineteenth.
    """
    language = holding.record.language
    parts = source.paragraphs, source.headings, source.endnotes, source.remainder
    texts = [each.text for part in parts for each in part]
    known = frozenset().union(*(_values(text, language) for text in texts))
    for passage in holding.passages:
        found = {} if passage.withdrawn else _values(passage.text, language)
        for value, words in found.items():
            counts = words.isalpha() and isinstance(value, Fraction) and value <= _COUNTED
            is_spelt = _is_spelt(Number(value, "", "th"), " ".join(texts))
            if value not in known and not counts and not is_spelt:
                yield Problem(
                    passage.path, passage.line, "number-added",
                    f"{passage.anchor} has the number “{words}”, which the source has nowhere",
                    "write what the source says, or put what the archive adds into a note",
                )  # fmt: skip


def _values(text: str, language: str) -> dict[Fraction | str, str]:
    """The values of all numbers of a text, those of dates too, each with its words."""
    text = english_figures(_ENDNOTE.sub(",", normalise(text)), language)
    spelt = find_numbers(text, spelt=primary(language) == "en")
    found = {number.value: words for number, words in spelt.items()}
    for figures in _ANY_FIGURES.findall(text):
        found.setdefault(Fraction(figures.replace(",", "")), figures)
    return found


def _by_paragraph(pairs: Sequence[Pair]) -> list[list[Pair]]:
    found: dict[int, list[Pair]] = {}
    for each in pairs:
        found.setdefault(each.paragraph.number, []).append(each)
    return list(found.values())


def _whole(pairs: Sequence[Pair]) -> Pair:
    """A paragraph with all passages that render it, a passage and its parts, as one.

    The number that a paragraph begins with is the locator of its passage.
    """
    first = pairs[0].passage
    text = " ".join(f"{each.passage.locator} {each.passage.text}".lstrip() for each in pairs)
    parts = (name for each in pairs[1:] for name in (each.passage.anchor, *each.passage.former))
    return Pair(replace(first, text=text, former=(*first.former, *parts)), pairs[0].paragraph)


class _Facts:
    """The names, dates and numbers of a text."""

    def __init__(self, text: str, language: str = "en") -> None:
        self.language = language
        text = english_figures(normalise(text), language)
        self.dates, undated = find_dates(text, language)
        self.numbers = find_numbers(undated, spelt=primary(language) == "en")
        self.named = Named(undated)


def _remaining(paragraph: Paragraph, left_out: Iterable[LeftOut]) -> str:
    """The paragraph's text without what the record declares left out."""
    whole = Text(paragraph.text)
    text = whole.text
    for each in left_out:
        spans = whole.find(each.words)
        if spans:
            start, end = spans[0].start, spans[-1].end
            text = text[:start] + ";" * (end - start) + text[end:]
    return text


def _missing(
    wanted: _Facts, passage: PassageText, known: frozenset[str], given: Names
) -> Iterator[Problem]:
    said = f"{passage.text} {passage.listed}".rstrip()
    for kind, words, absent in _lacking(wanted, said, known, given):
        yield _absent(passage, kind, words, absent)


def lacking(
    wanted: str, said: str, given: Names, language: str = "en"
) -> Iterator[tuple[str, str, str]]:
    """Yield the facts of a text that another text lacks: kind, words, and the words that lack."""
    facts = _Facts(wanted, language)
    return _lacking(facts, said, frozenset(facts.named.capitalised), given)


def _lacking(
    wanted: _Facts, said: str, known: frozenset[str], given: Names
) -> Iterator[tuple[str, str, str]]:
    language, is_english = wanted.language, primary(wanted.language) == "en"
    said = english_figures(_ENDNOTE.sub(",", normalise(said)), language)
    for kind, found, here in (
        ("date", wanted.dates, find_dates(said, language)[0]),
        ("number", wanted.numbers, find_numbers(said, spelt=is_english)),
    ):
        for fact, words in found.items():
            if fact not in here and not (is_english and _is_spelt(fact, said)):
                yield kind, words, words
    there = Named(said)
    for name, absent in wanted.named.missing_in(there, known, given):
        may_differ = has_cases(language) and all(map(there.may_have, absent))
        is_sure = not may_differ and (capitals_are_names(language) or given.has(name))
        yield "name" if is_sure else UNSURE, name, " ".join(absent)


def _absent(passage: PassageText, kind: str, words: str, lacking: str) -> Problem:
    if kind == UNSURE:
        return Problem(
            passage.path, passage.line, UNSURE,
            f"{passage.anchor} may not have the name “{words}” of its paragraph: it may stand "
            "there with another ending, or be no name",
            "see whether the passage has it",
        )  # fmt: skip
    part = "" if words == lacking else f": “{lacking}” is missing"
    return Problem(
        passage.path, passage.line, f"{kind}-missing",
        f"{passage.anchor} does not have the {kind} “{words}” of its paragraph{part}",
        "say it in the passage, or declare it in the record: left-out: - "
        f"{passage.labels[0]}: {words}",
    )  # fmt: skip


def misdeclared(holding: Holding, pairs: Sequence[Pair]) -> Iterator[Problem]:
    """Declarations of what was left out that fit no paragraph, or hold too much of the source."""
    paragraphs = {label: each.paragraph for each in pairs for label in each.passage.labels}
    for each in holding.record.left_out:
        paragraph = paragraphs.get(each.passage)
        longest = max(len(bare_words(part)) for part in re.split(r"…|\.\.\.", each.words))
        rule = "left-out-unknown"
        if paragraph is None:
            message = f"The record leaves words out of {each.passage}, which is no passage"
            mend = f"name one of: {', '.join(paragraphs)}"
        elif Text(paragraph.text).find(each.words) is None:
            message = (
                f"The record says that {each.passage} leaves out “{each.words}”, which does not "
                f"stand in paragraph {paragraph.number} of the source"
            )
            mend = "write the words as the paragraph has them, or remove the line"
        elif longest > LONGEST_LEFT_OUT:
            rule, words = "left-out-too-long", WORD.findall(each.words)
            message = f"The record gives {longest} words in a row as left out of {each.passage}"
            ends = f"{' '.join(words[:2])} … {' '.join(words[-2:])}"
            mend = f"write the first words and the last: {ends}"
        else:
            continue
        yield Problem(holding.path, each.line, rule, message, mend)


# --- Numbers

_BOUNDS = {
    "least": ("at least", "no fewer than", "not fewer than", "no less than", "not less than",
              "a minimum of"),
    "most": ("at most", "up to", "no more than", "not more than", "a maximum of"),
    "more": ("more than", "over", "above", "in excess of", "upward of", "upwards of",
             "greater than", "exceeding"),
    "fewer": ("fewer than", "less than", "under", "below"),
    "about": ("about", "around", "approximately", "roughly", "some", "circa"),
    "nearly": ("nearly", "almost", "close to"),
}  # fmt: skip
_BOUND = {phrase: bound for bound, phrases in _BOUNDS.items() for phrase in phrases}
_BOUND_AFTER = {"or more": "least", "or fewer": "most", "or less": "most"}

_UNIT_WORDS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen
"""
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL = {word: value for value, word in enumerate(_UNIT_WORDS.split())}
_SMALL |= {word: 10 * value for value, word in enumerate(_TENS, start=2)}
_LARGE = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_LARGE |= {"trillion": 10**12}
_VAGUE = {"dozens", "hundreds", "thousands", "millions", "billions"}

_MEASURES = {"%": "%", "percent": "%", "per cent": "%", "dollars": "$", "pounds": "£"}
_MEASURES |= {"euros": "€", "st": "th", "nd": "th", "rd": "th", "th": "th", "s": "s"}

_WORD = "|".join(sorted({*_SMALL, *_LARGE}, key=len, reverse=True))
_SPELT = rf"(?:{_WORD})(?:(?:[\s-]+(?:and\s+)?)(?:{_WORD}))*"
_FIGURES = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_ANY_FIGURES = re.compile(rf"(?:{_FIGURES})")
_COUNTED = 12
# Every number starts with one of these, which keeps the search fast.
_STARTS = f"[0-9{''.join(sorted({word[0] for word in (*_SMALL, *_LARGE, *_VAGUE)}))}]"
_PATTERN = re.compile(
    rf"(?={_STARTS})(?<![\w.])(?<![^\W\d]-)"
    rf"(?:(?P<figures>{_FIGURES})(?:[\s-](?P<large>{'|'.join(_LARGE)})\b)?"
    rf"|(?P<spelt>{_SPELT})\b|(?P<vague>{'|'.join(_VAGUE)})\b)"
    r"(?P<measure>(?:st|nd|rd|th|s)\b|\s?%|\s(?:per\s?cent|dollars|pounds|euros)\b)?"
    rf"(?P<after>\s(?:{'|'.join(_BOUND_AFTER)})\b)?(?!\w)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?P<limit>\b(?:with)?in\s+)?"
    rf"(?:\b(?P<bound>{'|'.join(sorted(_BOUND, key=len, reverse=True))})\s+)?"
    r"(?P<money>[$£€]\s?)?$",
    re.IGNORECASE,
)
_REACH = 28  # characters before a number that may hold its bound and its currency


class Number(NamedTuple):
    """A number and its bound, as in ``more than 20``."""

    value: Fraction | str  # the word itself of a vague number such as ``dozens``
    bound: str  # a key of _BOUNDS, or nothing: exactly
    measure: str  # %, a currency, th (an ordinal), s (1990s), or nothing


_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip


def _is_spelt(fact: object, said: str) -> bool:
    """Whether a text has an ordinal of the source, such as 19th, in words: nineteenth.

    In a source these words count as none: “first” is rarely a number.
    """
    if not isinstance(fact, Number) or fact.measure != "th" or not isinstance(fact.value, Fraction):
        return False
    value = int(fact.value)
    units = {number: word for word, number in _SMALL.items()}
    one = units.get(value) or units.get(value % 10, "")
    if not 0 < value < 100 or not one:
        return False
    last = _ORDINALS.get(one) or (f"{one[:-1]}ieth" if one.endswith("y") else f"{one}th")
    tens = "" if value in units else f"{units[value - value % 10]}[ -]"
    return re.search(rf"\b{tens}{last}\b", said, re.IGNORECASE) is not None


def find_numbers(text: str, *, spelt: bool = True) -> dict[Number, str]:
    """The numbers of a text, in figures or English words, each with the words that first give it.

    ``one`` by itself does not count, because it is rarely meant as a number.  In texts of other
    languages those that are ``spelt`` are other words.
    """
    found: dict[Number, str] = {}
    for match in _PATTERN.finditer(text):
        if not spelt and not match["figures"]:
            continue
        if (match["spelt"] or "").lower() != "one":
            before = _BEFORE.search(text[max(0, match.start() - _REACH) : match.start()])
            if before is not None:
                found.setdefault(_number(before, match), (before[0] + match[0]).strip())
    return found


def _number(before: re.Match[str], match: re.Match[str]) -> Number:
    bound = _BOUND.get(" ".join((before["bound"] or "").lower().split()), "")
    bound = _BOUND_AFTER.get((match["after"] or "").strip().lower(), bound)
    if bound == "most" and before["limit"]:  # “in no more than 60 days” is “within 60 days”
        bound = ""
    measure = " ".join((match["measure"] or "").lower().split())
    measure = _MEASURES.get(measure, "")
    return Number(_value(match), bound, (before["money"] or "").strip() or measure)


def _value(match: re.Match[str]) -> Fraction | str:
    if match["vague"]:
        return match["vague"].lower()
    if match["spelt"]:
        return Fraction(_spelt(re.split(r"[\s-]+", match["spelt"].lower())))
    large = _LARGE.get((match["large"] or "").lower(), 1)
    return Fraction(match["figures"].replace(",", "")) * large


def _spelt(parts: list[str]) -> int:
    """``two hundred and fifty thousand`` is 250,000."""
    total = current = 0
    for part in parts:
        if part in _SMALL:
            current += _SMALL[part]
        elif part == "hundred":
            current = max(current, 1) * _LARGE[part]
        elif part in _LARGE:
            total += max(current, 1) * _LARGE[part]
            current = 0
    return total + current
