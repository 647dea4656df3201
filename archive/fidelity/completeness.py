"""Checks that nothing of a paragraph is lost: its passage has every name, date and number of it.

The record may declare what the passage leaves out on purpose (``left-out``).  A number that no part
of the source has is told as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from archive.fidelity.holding import Holding, NoteText, Pair, PassageText, Work
from archive.fidelity.languages import (
    capitals_are_names,
    english_figures,
    find_dates,
    has_cases,
)
from archive.fidelity.quotations import FORBIDDEN_RUN, Text, find_quotations
from archive.fidelity.source import Endnote, Paragraph, Source
from archive.fidelity.words import WORD, Named, Names, bare_words, shown
from archive.model import Problem
from archive.model.passage import FOOTNOTE, Anchor, normalise
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


# --- Checks that each endnote is cited at its passage, by an entry with the same title and address.
#
# An editor's note of the document may explain why not:
#
# - the address, or the title, differs: the note cites the same entry, mentions the endnote by its
#   number (``endnote 1``; ``endnotes 2, 3 and 5``), and has the word address or link, or title;
# - nothing is cited: the note has the words ``endnote 4 is not cited``, or ``endnotes 4 and 6 are
#   not cited``.
#
# A footnote with an anchor, such as ``[^ruling-f12]``, renders the endnote of its number, 12.  The
# entry is then cited in the footnote; one that cites no such entry has every name, date and number
# of the endnote.

_LIST = r"\d{1,6}(?:(?:,\s+and\s+|,\s*|\s+and\s+|\s*[–-]\s*)\d{1,6})*"
_MENTION = re.compile(rf"\b(?:end|foot)notes?\s+({_LIST})", re.IGNORECASE)
_NOT_CITED = re.compile(
    rf"\b(?:end|foot)notes?\s+({_LIST})\s+(?:is|are)\s+not\s+cited\b", re.IGNORECASE
)
_URL = re.compile(r"https?://[^\s<>\"“”]+")
_EXPLAINS = {
    "endnote-address-differs": re.compile(r"\b(?:address(?:es)?|links?|URLs?)\b", re.IGNORECASE),
    "endnote-title-differs": re.compile(r"\btitles?\b", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Matched:
    """An endnote, its passage, and the entry that is cited for it."""

    endnote: Endnote
    anchor: str
    key: str | None  # None where an editor's note says so, or a footnote says what it says
    explained: bool = False  # whether an editor's note explains a difference


def match_endnotes(
    holding: Holding, source: Source, pairs: Sequence[Pair]
) -> tuple[list[Matched], list[Problem]]:
    """The endnotes that are cited or explained, and a problem for each of the others."""
    passages: dict[int, list[PassageText]] = {}
    for pair in pairs:
        passages.setdefault(pair.paragraph.number, []).append(pair.passage)
    found = [
        each for endnote in source.endnotes
        if endnote.paragraph in passages  # a paragraph without passage is a problem of its own
        for each in _match_any(endnote, passages[endnote.paragraph], holding)
    ]  # fmt: skip
    matched = [each for each in found if isinstance(each, Matched)]
    return matched, [each for each in found if isinstance(each, Problem)]


def _match_any(
    endnote: Endnote, passages: Sequence[PassageText], holding: Holding
) -> Sequence[Matched | Problem]:
    """What the passage that cites the endnote comes to, of those that render its paragraph."""
    tried = [list(_match(endnote, passage, holding)) for passage in passages]
    return next((found for found in tried if isinstance(found[0], Matched)), tried[0])


def _match(endnote: Endnote, passage: PassageText, holding: Holding) -> Iterator[Matched | Problem]:
    footnote = _rendering(endnote, holding)
    best = _best(endnote, footnote.cites if footnote else passage.cites, holding)
    if best is None and footnote is not None:
        problems = list(_incomplete(endnote, footnote, holding))
        yield from problems
        if not problems:
            yield Matched(endnote, passage.anchor, None)
    elif best is not None:
        work, differing = best
        unexplained = [rule for rule in differing if not _explained(rule, endnote, work, holding)]
        for rule in unexplained:
            yield _differs(rule, endnote, passage, differing[rule])
        if not unexplained:
            yield Matched(endnote, passage.anchor, work.key, explained=bool(differing))
    elif any(endnote.number in _numbers(_NOT_CITED, note) for note in holding.notes):
        yield Matched(endnote, passage.anchor, None, explained=True)
    else:
        yield _uncited(endnote, passage, holding)


def _rendering(endnote: Endnote, holding: Holding) -> NoteText | None:
    """Return the footnote of the document that has the number of an endnote as its own."""
    anchor = str(Anchor(holding.record.id, FOOTNOTE, endnote.number))
    return next((note for note in holding.notes if note.anchor == anchor), None)


def _incomplete(endnote: Endnote, footnote: NoteText, holding: Holding) -> Iterator[Problem]:
    for kind, words, _absent in lacking(
        endnote.text, footnote.text, holding.names, holding.record.language
    ):
        if kind == UNSURE:
            continue
        yield Problem(
            footnote.path, footnote.line, "endnote-incomplete",
            f"{footnote.anchor} does not have the {kind} “{words}” of endnote {endnote.number}, on "
            f"line {endnote.line} of the source",
            "say it in the footnote, or cite there the entry that the endnote names",
        )  # fmt: skip


def _best(
    endnote: Endnote, keys: Sequence[str], holding: Holding
) -> tuple[Work, dict[str, str]] | None:
    """The cited entry that agrees most with the endnote, and its differences by rule.

    None if no entry has the endnote's title or its address.
    """
    cited = [holding.works[key] for key in keys if key in holding.works]
    language = holding.record.language
    compared = [(work, dict(_differences(endnote, work, language))) for work in cited]
    given = {"endnote-title-differs", *(["endnote-address-differs"] if _addresses(endnote) else [])}
    alike = [each for each in compared if not given <= each[1].keys()]
    return min(alike, key=lambda each: len(each[1]), default=None)


def _differences(endnote: Endnote, work: Work, language: str) -> Iterator[tuple[str, str]]:
    """Each rule that is broken; a closing slash is no difference, nor no address in the endnote."""
    if not _same_title(endnote, work, language):
        yield "endnote-title-differs", f"the title of {work.key} is “{work.title}”"
    given = _addresses(endnote)
    if given and (work.url is None or _plain(work.url) not in given):
        yield "endnote-address-differs", f"the address of {work.key} is {work.url or 'not given'}"


def _same_title(endnote: Endnote, work: Work, language: str) -> bool:
    """Whether the endnote quotes the title, or contains it where it quotes nothing.

    The address that a note names instead of a title is one, without its scheme.
    """
    title = bare_words(work.title)
    if work.url and work.title == work.url.partition("://")[2]:
        return _plain(work.url) in _addresses(endnote)
    quoted = find_quotations(endnote.text, language).quotations
    if quoted:
        return any(bare_words(each.text) == title for each in quoted)
    words = bare_words(_URL.sub(" ", endnote.text))
    starts = range(len(words) - len(title) + 1)
    return bool(title) and any(words[at : at + len(title)] == title for at in starts)


def _addresses(endnote: Endnote) -> set[str]:
    return {_plain(match[0]) for match in _URL.finditer(endnote.text)}


def _plain(url: str) -> str:
    url = url.rstrip(".,;:!?'’*")
    if url.endswith(")") and "(" not in url:
        url = url.rstrip(").,;")
    return url.rstrip("/")


def _explained(rule: str, endnote: Endnote, work: Work, holding: Holding) -> bool:
    return any(
        work.key in note.cites
        and endnote.number in _numbers(_MENTION, note)
        and _EXPLAINS[rule].search(note.text)
        for note in holding.notes
    )


def _numbers(pattern: re.Pattern[str], note: NoteText) -> set[int]:
    """The numbers of the endnotes that a note mentions; ``2–4`` are three of them."""
    found: set[int] = set()
    for match in pattern.finditer(normalise(note.text)):
        for part in re.split(r",\s+and\s+|,\s*|\s+and\s+", match[1]):
            ends = [int(number) for number in re.findall(r"\d+", part)]
            found.update(range(ends[0], min(ends[-1], ends[0] + 1000) + 1))
    return found


def _uncited(endnote: Endnote, passage: PassageText, holding: Holding) -> Problem:
    others = (
        f"; {key} agrees with it, and is cited at {other.anchor}"
        for other in holding.passages
        for key in other.cites
        if other.anchor != passage.anchor
        and key in holding.works
        and not dict(_differences(endnote, holding.works[key], holding.record.language))
    )
    cites = f"cites {', '.join(passage.cites)}" if passage.cites else "cites nothing"
    return Problem(
        passage.path, passage.line, "endnote-uncited",
        f"{passage.anchor} {cites} and not its endnote {endnote.number}, on line "
        f"{endnote.line} of the source: “{shown(endnote.text)}”{next(others, '')}",
        "cite at the passage the entry that has the endnote's title and address, or say in an "
        f"editor's note that endnote {endnote.number} is not cited, and why",
    )  # fmt: skip


def _differs(rule: str, endnote: Endnote, passage: PassageText, difference: str) -> Problem:
    what = "address" if rule == "endnote-address-differs" else "title"
    return Problem(
        passage.path, passage.line, rule,
        f"{passage.anchor}: {difference}, but endnote {endnote.number}, on line {endnote.line} of "
        f"the source, has “{shown(endnote.text, 40)}”",
        f"give the {what} in references.bib as the endnote gives it, or say why not in an editor's "
        f"note that cites the entry, mentions endnote {endnote.number} and has the word {what}",
    )  # fmt: skip
