"""Every proper name, date and number of a paragraph is in its passage, or is declared left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from archive.fidelity.dates import find_dates
from archive.fidelity.holding import Holding, PassageText
from archive.fidelity.names import Named, Names
from archive.fidelity.numbers import find_numbers
from archive.fidelity.pairing import Pair
from archive.fidelity.quotations import Text
from archive.fidelity.source import Paragraph, Source
from archive.fidelity.words import WORD, bare_words
from archive.model.fingerprint import normalise
from archive.model.problem import Problem
from archive.model.record import LeftOut

# Words of a source that stand in a record are no longer than a run that a passage may share.
LONGEST_LEFT_OUT = 7

_DECLARE = "say it in the passage, or declare it in the record: left-out: - {label}: {words}"

# An endnote that a passage mentions is no number of its paragraph.
_ENDNOTE = re.compile(
    r"\b(?:end|foot)notes?\s+\d+(?:(?:,\s*|\s+and\s+|\s*[–-]\s*)\d+)*", re.IGNORECASE
)


def incomplete(holding: Holding, source: Source, pairs: Sequence[Pair]) -> Iterator[Problem]:
    """What a paragraph names, dates or counts, and its passage does not."""
    facts = {paragraph.number: _Facts(paragraph.text) for paragraph in source.paragraphs}
    known = frozenset().union(*(each.named.capitalised for each in facts.values()))
    left_out: dict[str, list[LeftOut]] = {}
    for each in holding.record.left_out:
        left_out.setdefault(each.passage, []).append(each)
    for pair in pairs:
        wanted = facts[pair.paragraph.number]
        if pair.passage.label in left_out:
            wanted = _Facts(_remaining(pair.paragraph, left_out[pair.passage.label]))
        yield from _missing(wanted, pair.passage, known, holding.names)


class _Facts:
    """What a text names, dates and counts."""

    def __init__(self, text: str) -> None:
        self.dates, undated = find_dates(normalise(text))
        self.numbers = find_numbers(undated)
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
    said = _ENDNOTE.sub(",", normalise(passage.text))
    said_dates, _ = find_dates(said)
    for date, words in wanted.dates.items():
        if date not in said_dates:
            yield _absent(passage, "date", words, words)
    said_numbers = find_numbers(said)
    for number, words in wanted.numbers.items():
        if number not in said_numbers:
            yield _absent(passage, "number", words, words)
    for name, lacking in wanted.named.missing_in(Named(said), known, given):
        yield _absent(passage, "name", name, " ".join(lacking))


def _absent(passage: PassageText, kind: str, words: str, lacking: str) -> Problem:
    told = f"“{words}”" if words == lacking else f"“{words}”: it lacks “{lacking}”"
    return Problem(
        passage.path, passage.line, f"{kind}-missing",
        f"{passage.anchor} does not say the {kind} that its paragraph has, {told}",
        _DECLARE.format(label=passage.label, words=words),
    )  # fmt: skip


def misdeclared(holding: Holding, pairs: Sequence[Pair]) -> Iterator[Problem]:
    """What a record declares left out stands in the paragraph of the passage it names."""
    paragraphs = {pair.passage.label: pair.paragraph for pair in pairs}
    for each in holding.record.left_out:
        paragraph = paragraphs.get(each.passage)
        if paragraph is None:
            message = f"The record leaves words out of {each.passage}, which is no passage"
            mend = f"name one of: {', '.join(paragraphs)}"
        elif Text(paragraph.text).find(each.words) is None:
            message = (
                f"The record says that {each.passage} leaves out “{each.words}”, which does not "
                f"stand in paragraph {paragraph.number} of the source"
            )
            mend = "write the words as the paragraph has them, or remove the line"
        else:
            yield from _too_long(holding.path, each)
            continue
        yield Problem(holding.path, each.line, "left-out-unknown", message, mend)


def _too_long(path: str, each: LeftOut) -> Iterator[Problem]:
    """A record holds no run of the source that a passage may not hold."""
    longest = max(len(bare_words(part)) for part in re.split(r"…|\.\.\.", each.words))
    if longest > LONGEST_LEFT_OUT:
        words = WORD.findall(each.words)
        yield Problem(
            path, each.line, "left-out-too-long",
            f"The record gives {longest} words in a row as left out of {each.passage}",
            f"write the first words and the last: {' '.join(words[:2])} … {' '.join(words[-2:])}",
        )  # fmt: skip
