"""Checks that documents are faithful to their sources.  Imports no Sphinx, docutils or BibTeX."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from archive.fidelity.completeness import (
    UNSURE,
    Matched,
    added,
    incomplete,
    match_endnotes,
    misdeclared,
)
from archive.fidelity.holding import Holding, disordered, miscounted, pair
from archive.fidelity.quotations import Comparison, compare, copied, inexact
from archive.fidelity.source import Source, read_source
from archive.model import Problem

# --- Checks whether a document is faithful to its source, by all rules of this package.

# The rules that need the source, by their stable codes.
RULES = {
    "source-sha256": "the source has the SHA-256 that the record pins",
    "source-encoding": "a source is UTF-8",
    "source-empty": "a source has at least one paragraph",
    "source-endnote": "each endnote of a source has one mark or more, each mark one endnote",
    "paragraph-count": "each paragraph of the source has one passage, each passage a paragraph",
    "passage-order": "the passages stand in the order of the paragraphs they render",
    "quotation-unbalanced": "each quotation mark has its counterpart",
    "quotation-not-in-source": "a quotation stands word for word in its passage's paragraph",
    "quotation-too-long": "no more than 25 words in a row are quoted",
    "copied-run": "outside quotations, names and titles no eight words in a row are the source's",
    "repeated-words": "a passage that repeats another has eight words of its source in a row",
    "endnote-incomplete": "a footnote that renders an endnote has what it names, or its entry",
    "endnote-uncited": "an endnote is cited at the passage whose paragraph marks it",
    "endnote-title-differs": "the entry cited has the endnote's title, or a note says why not",
    "endnote-address-differs": "the entry cited has the endnote's address, or a note says why not",
    "name-missing": "each proper name of a paragraph is in its passage, or declared left out",
    "name-unsure": "it is told where a name may stand in its passage with another ending",
    "number-missing": "each number of a paragraph is in its passage, or declared left out",
    "number-added": "each number of a passage stands in the source; small ones in words may count",
    "date-missing": "each date of a paragraph is in its passage, or declared left out",
    "left-out-unknown": "what is declared left out stands in the paragraph of a passage",
    "left-out-too-long": "a record has no run of the source that a passage may not have",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """The size of the comparison, for the report."""

    paragraphs: int
    passages: int
    quotations: int  # found in the passages
    exact: int  # of these, found word for word in their paragraphs
    longest_run: int  # words shared in a row outside quotations, names and titles
    longest_run_words: str  # the run itself, as the archive has it
    endnotes: int
    matched: int  # cited by an entry that agrees in title and address
    explained: int  # explained by an editor's note instead

    def __str__(self) -> str:
        return (
            f"{self.paragraphs} paragraphs, {self.passages} passages; "
            f"{self.exact} of {self.quotations} quotations exact; "
            f"longest shared run outside quotations {self.longest_run} words; "
            f"{self.matched} of {self.endnotes} endnotes matched"
            + (f", {self.explained} explained" if self.explained else "")
        )


@dataclass(frozen=True, slots=True)
class Examination:
    """The result of the check."""

    holding: Holding
    problems: tuple[Problem, ...]
    source: Source | None = None  # None where it could not be read or is not the one pinned
    comparisons: tuple[Comparison, ...] = ()
    endnotes: tuple[Matched, ...] = ()
    figures: Figures | None = None
    unsure: tuple[Problem, ...] = ()  # what only a reader of the language can tell


def examine(holding: Holding) -> Examination:
    """Compare a document with its source.

    Nothing is compared where the source is not the one that the record pins.
    """
    source, problems = _read(holding)
    if source is None:
        return Examination(holding, tuple(problems))
    paired = pair(holding, source)
    pairs = [each for each in paired if not each.passage.withdrawn]
    comparisons = tuple(compare(each, holding.record.language) for each in pairs)
    endnotes, unmatched = match_endnotes(holding, source, pairs)
    longest, runs = copied(holding, comparisons, source)
    problems += [
        *miscounted(holding, source, paired), *disordered(pairs, source), *inexact(comparisons),
        *runs, *unmatched, *incomplete(holding, source, pairs), *added(holding, source),
        *misdeclared(holding, paired),
    ]  # fmt: skip
    unsure = sorted(each for each in problems if each.rule == UNSURE)
    problems = [each for each in problems if each.rule != UNSURE]
    figures = Figures(
        paragraphs=len(source.paragraphs),
        passages=sum(not passage.withdrawn for passage in holding.passages),
        quotations=sum(len(each.quoted.quotations) for each in comparisons),
        exact=sum(len(each.verified) for each in comparisons),
        longest_run=longest.counted,
        longest_run_words=" ".join(longest.words),
        endnotes=len(source.endnotes),
        matched=sum(not each.explained for each in endnotes),
        explained=sum(each.explained for each in endnotes),
    )
    return Examination(
        holding,
        tuple(sorted(problems)),
        source,
        comparisons,
        tuple(endnotes),
        figures,
        tuple(unsure),
    )


def _read(holding: Holding) -> tuple[Source | None, list[Problem]]:
    found, pinned = hashlib.sha256(holding.source).hexdigest(), holding.record.source.sha256
    if found != pinned:
        return None, [Problem(
            holding.path, 0, "source-sha256",
            f"The SHA-256 of {holding.source_path} is {found}, but the record pins {pinned}",
            "give the file that the document was made from; if the source itself was corrected, "
            "compare every passage with it anew and pin its SHA-256 in the record",
        )]  # fmt: skip
    source, problems = read_source(holding.source, holding.source_path)
    return source and source.held(holding.record), problems
