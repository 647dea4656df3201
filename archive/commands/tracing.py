"""Follows what passages quote and repeat to the sources of the passages that said it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from archive.fidelity.attestation import AttestedOrigin, AttestedPassage, Origins
from archive.fidelity.check import Examination
from archive.fidelity.holding import Holding, Pair, pair
from archive.fidelity.origins import trace
from archive.fidelity.quotations import Comparison, Quotation
from archive.fidelity.shared import shared_runs
from archive.fidelity.source import Paragraph, Source, read_source
from archive.model.fingerprint import fingerprint
from archive.model.problem import Problem
from archive.model.relations import Relation, origins
from archive.site.know.domain import ArchiveDomain
from archive.site.know.facts import Document
from archive.site.know.relations import owner
from archive.site.read.sources import read_attestation

Hold = Callable[[Document], Holding]  # Raises OSError where the source is not at hand.


class Followed(NamedTuple):
    """What became of the quotations and repetitions of a document."""

    origins: Origins
    problems: Sequence[Problem] = ()
    lacking: Sequence[str] = ()  # ids of the documents whose sources are not at hand

    def __str__(self) -> str:
        results = [each.result for found in self.origins.values() for each in found]
        counts = (f"{results.count(each)} {each}" for each in dict.fromkeys(sorted(results)))
        told = f"; {len(results)} origins of quotations: {', '.join(counts)}" if results else ""
        lacking = f"; the source of {', '.join(self.lacking)} is not at hand"
        return told + (lacking if self.lacking else "")


class _Said(NamedTuple):
    """A document that is quoted or repeated, with its source."""

    source: Source
    sha256: str
    pairs: Sequence[Pair]

    def paragraphs(self, target: str) -> Sequence[Paragraph]:
        """The paragraph that a passage renders; all of them for a document."""
        own = [
            each.paragraph for each in self.pairs
            if target in (each.passage.anchor, *each.passage.former)
        ]  # fmt: skip
        return own or self.source.paragraphs


class Tracer:
    """Follows quotations and repetitions.  Each source is read once."""

    def __init__(self, domain: ArchiveDomain, hold: Hold) -> None:
        self._domain = domain
        self._hold = hold
        self._said = cache(self._read)

    def follow(self, document: Document, examination: Examination) -> Followed:
        """Follow what the record of a document says that its passages quote and repeat."""
        record = document.record
        relations = [each for each in record.relations if each.passage] if record else []
        if not relations:
            return Followed({})
        owners = {each.target: owner(self._domain, each.target) for each in relations}
        others = dict.fromkeys(each for each in owners.values() if each is not None)
        known = self._known(document)
        found: dict[str, tuple[AttestedOrigin, ...]] = {}
        problems: list[Problem] = []
        for comparison in examination.comparisons:
            passage = comparison.pair.passage
            own = [each for each in relations if _is_of(each, document, comparison)]
            found[passage.anchor] = tuple(self._quoted(comparison, own, known))
            problems += self._unshared(comparison, own)
        lacking = sorted(each.id for each in others if self._said(each) is None)
        return Followed({a: each for a, each in found.items() if each}, problems, lacking)

    def _quoted(
        self,
        comparison: Comparison,
        relations: Sequence[Relation],
        known: Sequence[AttestedPassage],
    ) -> Iterator[AttestedOrigin]:
        labels = dict.fromkeys(each.passage for each in relations)
        for quotation in comparison.quoted.quotations:
            for label in labels:
                for relation in origins(relations, label, quotation.text):
                    traced = self._origin(quotation, relation.target)
                    yield from traced or _as_before(comparison, quotation, relation.target, known)

    def _origin(self, quotation: Quotation, target: str) -> tuple[AttestedOrigin, ...]:
        """Follow one quotation; empty where the source of what it leads to is not at hand."""
        document = owner(self._domain, target)
        if document is None:
            return (AttestedOrigin(quotation.span, target, None, None),)
        said = self._said(document)
        if said is None:
            return ()
        found = trace(quotation.text, said.paragraphs(target))
        return (
            AttestedOrigin(
                quotation.span, target, said.sha256,
                found.paragraph, found.places, found.differences,
            ),
        )  # fmt: skip

    def _unshared(self, comparison: Comparison, relations: Sequence[Relation]) -> Iterator[Problem]:
        """Passages that are said to repeat another one, and share no run of words with it."""
        passage, paragraph = comparison.pair.passage, comparison.pair.paragraph
        for relation in relations:
            document = owner(self._domain, relation.target)
            said = self._said(document) if document is not None else None
            if relation.kind != "repeats" or said is None:
                continue
            if not shared_runs([paragraph], said.paragraphs(relation.target)):
                yield Problem(
                    passage.path, relation.line, "repeated-words",
                    f"The source of {passage.anchor} has no eight words in a row in common with "
                    f"that of {relation.target}",
                    "remove the line, or name the passage that is repeated: verify-sources "
                    "--shared tells which",
                )  # fmt: skip

    def _read(self, document: Document) -> _Said | None:
        try:
            holding = self._hold(document)
        except OSError:
            return None
        sha256 = hashlib.sha256(holding.source).hexdigest()
        source, _problems = read_source(holding.source, holding.source_path)
        if source is None or sha256 != holding.record.source.sha256:
            return None
        return _Said(source, sha256, pair(holding, source))

    def _known(self, document: Document) -> Sequence[AttestedPassage]:
        root = Path(self._domain.env.srcdir)
        attestation, _problems = read_attestation(root, document)
        return attestation.passages if attestation is not None else ()


def _is_of(relation: Relation, document: Document, comparison: Comparison) -> bool:
    passage = comparison.pair.passage
    return relation.anchor(document.id) in (passage.anchor, *passage.former)


def _as_before(
    comparison: Comparison, quotation: Quotation, target: str, known: Sequence[AttestedPassage]
) -> Iterator[AttestedOrigin]:
    """What was attested before of words that did not change."""
    words = fingerprint(comparison.pair.passage.text)
    for passage in known:
        if passage.fingerprint == words:
            for origin in passage.origins:
                if (origin.quotation, origin.target) == (quotation.span, target):
                    yield origin
