"""Checks that each endnote is cited at its passage, by an entry with the same title and address.

An editor's note of the document may explain why not:

- the address, or the title, differs: the note cites the same entry, mentions the endnote by its
  number (``endnote 1``; ``endnotes 2, 3 and 5``), and has the word address or link, or title;
- nothing is cited: the note has the words ``endnote 4 is not cited``, or ``endnotes 4 and 6 are
  not cited``.

A footnote with an anchor, such as ``[^ruling-f12]``, renders the endnote of its number, 12.  The
entry is then cited in the footnote; one that cites no such entry has every name, date and number of
the endnote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.fidelity.completeness import UNSURE, lacking
from archive.fidelity.holding import Holding, NoteText, Pair, PassageText, Work
from archive.fidelity.quotations import find_quotations
from archive.fidelity.source import Endnote, Source
from archive.fidelity.words import bare_words, shown
from archive.model import Problem
from archive.model.passage import FOOTNOTE, Anchor, normalise

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
