"""Quotations stand word for word in the paragraph that their passage renders, and are short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.fidelity.pairing import Pair
from archive.fidelity.quotations import Quotation, Quoted, Span, Text, find_quotations
from archive.fidelity.words import bare_words, shown, tidy
from archive.model.problem import Problem

LONGEST_QUOTATION = 25  # words


@dataclass(frozen=True, slots=True)
class Verified:
    """A quotation and where its words stand in the normalised text of the paragraph."""

    quotation: Quotation
    spans: tuple[Span, ...]  # one for each part between ellipses


@dataclass(frozen=True, slots=True)
class Comparison:
    """A passage with its paragraph, and what it quotes of it."""

    pair: Pair
    quoted: Quoted
    verified: tuple[Verified, ...]


def compare(pairs: Sequence[Pair]) -> tuple[Comparison, ...]:
    """Look for every quotation in the paragraph of its passage."""
    return tuple(_compare(pair) for pair in pairs)


def _compare(pair: Pair) -> Comparison:
    quoted = find_quotations(pair.passage.text)
    text = Text(pair.paragraph.text) if quoted.quotations else None
    found = ((each, text.find(each.text)) for each in quoted.quotations if text is not None)
    return Comparison(pair, quoted, tuple(Verified(each, spans) for each, spans in found if spans))


def inexact(comparisons: Sequence[Comparison]) -> Iterator[Problem]:
    """Quotations that are not exact, not short or not closed."""
    for comparison in comparisons:
        yield from _unbalanced(comparison)
        verified = {each.quotation for each in comparison.verified}
        for quotation in comparison.quoted.quotations:
            if quotation not in verified:
                yield _not_in_source(quotation, comparison, comparisons)
            count = len(bare_words(quotation.text))
            if count > LONGEST_QUOTATION:
                yield too_long(comparison, count, quotation.text)


def _unbalanced(comparison: Comparison) -> Iterator[Problem]:
    passage = comparison.pair.passage
    text = tidy(passage.text)
    for place in comparison.quoted.unbalanced:
        yield Problem(
            passage.path, passage.line, "quotation-unbalanced",
            f"{passage.anchor} has a quotation mark {text[place]} without its counterpart, at "
            f"“{shown(text[place + 1 :] or text[:place], 6)}”",
            "open every quotation with “ and close it with ”, within it with ‘ and ’",
        )  # fmt: skip


def _not_in_source(
    quotation: Quotation, comparison: Comparison, comparisons: Sequence[Comparison]
) -> Problem:
    passage, paragraph = comparison.pair.passage, comparison.pair.paragraph
    others = (each.pair.paragraph for each in comparisons if each is not comparison)
    found = next((each for each in others if Text(each.text).find(quotation.text)), None)
    elsewhere = f"; it stands in paragraph {found.number}" if found is not None else ""
    return Problem(
        passage.path, passage.line, "quotation-not-in-source",
        f"{passage.anchor} quotes “{quotation.text}”, which does not stand word for word in "
        f"paragraph {paragraph.number} of the source, on its line {paragraph.line}{elsewhere}",
        "quote the words of the paragraph, with … for what is left out and [brackets] around what "
        "is altered, or take the quotation marks away",
    )  # fmt: skip


def too_long(comparison: Comparison, count: int, text: str) -> Problem:
    """More words of the source in a row than the archive may quote."""
    passage = comparison.pair.passage
    return Problem(
        passage.path, passage.line, "quotation-too-long",
        f"{passage.anchor} quotes {count} words in a row: “{shown(text)}”",
        f"quote at most {LONGEST_QUOTATION} words, and say the rest in the archive's own",
    )  # fmt: skip
