"""The attestation: what was verified with the source at hand, for builds that do not have it.

One file for each document, ``documents/<document id>.attestation.json``.  It holds fingerprints,
numbers and offsets, and no word of the source.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from archive.fidelity.check import Examination
from archive.fidelity.quotations import Span
from archive.model.fingerprint import fingerprint
from archive.model.passage import Anchor
from archive.model.permanence import Standing
from archive.model.problem import Problem
from archive.model.record import Record

# Goes up whenever a rule of the check becomes stricter: what was attested before is verified anew.
CHECKER = 1

SUFFIX = ".attestation.json"

# Every rule that a build without sources checks, by its stable code.
RULES = {
    "attestation-form": "an attestation is JSON of its own form",
    "attestation-missing": "each passage of a document is attested",
    "attestation-stale": "a passage says what it said when it was attested",
    "attestation-source": "the source attested is the one that the record pins",
    "attestation-checker": "what is attested was verified by the rules that are in force",
}

MEND = "run make verify-sources SOURCES=dir, and commit the attestation with the document"

_Item = TypeVar("_Item")

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class AttestedQuotation:
    """A quotation, by its places in the normalised texts of passage and paragraph."""

    passage: Span
    paragraph: tuple[Span, ...]  # one for each part between ellipses


@dataclass(frozen=True, slots=True)
class AttestedEndnote:
    """An endnote of the paragraph, and the entry cited for it; None: none, and a note says so."""

    number: int
    reference: str | None


@dataclass(frozen=True, slots=True)
class AttestedPassage:
    """A passage as it was verified."""

    anchor: str
    fingerprint: str
    paragraph: int  # counted from 1
    paragraph_sha256: str  # the fingerprint of the paragraph's text
    quotations: tuple[AttestedQuotation, ...] = ()
    endnotes: tuple[AttestedEndnote, ...] = ()


@dataclass(frozen=True, slots=True)
class Attestation:
    """What was verified of one document."""

    document: str
    checker: int
    source_sha256: str
    passages: tuple[AttestedPassage, ...]  # in the order of the source


def attest(examination: Examination) -> Attestation:
    """What a check without problems vouches for.

    Raises ValueError where the check found a problem.
    """
    if examination.problems or examination.source is None:
        raise ValueError("only a document that is faithful to its source can be attested")
    record = examination.holding.record
    passages = tuple(
        AttestedPassage(
            anchor=each.pair.passage.anchor,
            fingerprint=fingerprint(each.pair.passage.text),
            paragraph=each.pair.paragraph.number,
            paragraph_sha256=fingerprint(each.pair.paragraph.text),
            quotations=tuple(
                AttestedQuotation(found.quotation.span, found.spans) for found in each.verified
            ),
            endnotes=tuple(
                AttestedEndnote(matched.endnote.number, matched.key)
                for matched in examination.endnotes
                if matched.anchor == each.pair.passage.anchor
            ),
        )
        for each in examination.comparisons
    )
    return Attestation(record.id, CHECKER, record.source.sha256, passages)


def serialise(attestation: Attestation) -> str:
    """The attestation as JSON: the same for the same facts, one line for each passage."""
    head = {
        "document": attestation.document,
        "checker": attestation.checker,
        "source-sha256": attestation.source_sha256,
    }
    lines = ",\n".join("  " + _line(_passage_json(each)) for each in attestation.passages)
    fields = "".join(f" {_line(key)}: {_line(value)},\n" for key, value in head.items())
    return f'{{\n{fields} "passages": [\n{lines}\n ]\n}}\n'


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=True)


def _passage_json(passage: AttestedPassage) -> dict[str, object]:
    return {
        "anchor": passage.anchor,
        "fingerprint": passage.fingerprint,
        "paragraph": passage.paragraph,
        "paragraph-sha256": passage.paragraph_sha256,
        "quotations": [
            {"passage": list(each.passage), "paragraph": [list(span) for span in each.paragraph]}
            for each in passage.quotations
        ],
        "endnotes": [
            {"number": each.number, "reference": each.reference} for each in passage.endnotes
        ],
    }


class _FormError(Exception):
    """The JSON is not that of an attestation."""


def parse(text: str, path: str) -> tuple[Attestation | None, list[Problem]]:
    """Read an attestation strictly: exactly its keys, each once, each of its form."""
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
        return _attestation(value), []
    except (_FormError, ValueError, RecursionError) as error:
        message = f"The attestation cannot be read: {error}"
        return None, [Problem(path, 0, "attestation-form", message, MEND)]


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _FormError("a key stands twice")
    return found


def _refuse(constant: str) -> object:
    raise _FormError(f"{constant} is no number")


def _attestation(value: object) -> Attestation:
    fields = _keys(value, "document", "checker", "source-sha256", "passages")
    return Attestation(
        document=_text(fields["document"]),
        checker=_count(fields["checker"], least=1),
        source_sha256=_sha256(fields["source-sha256"]),
        passages=_each(fields["passages"], _passage),
    )


def _passage(value: object) -> AttestedPassage:
    fields = _keys(
        value, "anchor", "fingerprint", "paragraph", "paragraph-sha256", "quotations", "endnotes"
    )
    anchor = _text(fields["anchor"])
    if not Anchor.parse(anchor).is_passage:
        raise _FormError(f"{anchor} names no passage")
    return AttestedPassage(
        anchor=anchor,
        fingerprint=_sha256(fields["fingerprint"]),
        paragraph=_count(fields["paragraph"], least=1),
        paragraph_sha256=_sha256(fields["paragraph-sha256"]),
        quotations=_each(fields["quotations"], _quotation),
        endnotes=_each(fields["endnotes"], _endnote),
    )


def _quotation(value: object) -> AttestedQuotation:
    fields = _keys(value, "passage", "paragraph")
    spans = _each(fields["paragraph"], _span)
    if not spans:
        raise _FormError("a quotation has no place in its paragraph")
    return AttestedQuotation(_span(fields["passage"]), spans)


def _endnote(value: object) -> AttestedEndnote:
    fields = _keys(value, "number", "reference")
    reference = fields["reference"]
    return AttestedEndnote(
        _count(fields["number"]), None if reference is None else _text(reference)
    )


def _span(value: object) -> Span:
    numbers = _each(value, _count)
    if len(numbers) != 2:
        raise _FormError(f"{value!r} is not an offset and a length")
    return Span(*numbers)


def _keys(value: object, *keys: str) -> dict[str, object]:
    if not isinstance(value, dict) or value.keys() != set(keys):
        raise _FormError(f"an object does not have exactly the keys {', '.join(keys)}")
    return value


def _each(value: object, read: Callable[[object], _Item]) -> tuple[_Item, ...]:
    if not isinstance(value, list):
        raise _FormError(f"{value!r} is not a list")
    return tuple(read(item) for item in value)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise _FormError(f"{value!r} is not a text")
    return value


def _sha256(value: object) -> str:
    if not isinstance(value, str) or not _SHA256.fullmatch(value):
        raise _FormError(f"{value!r} is not a SHA-256")
    return value


def _count(value: object, least: int = 0) -> int:
    if type(value) is not int or value < least:
        raise _FormError(f"{value!r} is not a whole number from {least}")
    return value


def stale(
    attestation: Attestation | None, record: Record, standings: Sequence[Standing]
) -> Iterator[Problem]:
    """What a document says that its attestation does not vouch for.

    ``standings`` are the document's anchored blocks; those that are no passages are passed over.
    """
    passages = sorted(
        (each for each in standings if Anchor.parse(each.anchor).is_passage),
        key=lambda each: each.line,
    )
    path = passages[0].path if passages else f"documents/{record.id}.md"
    if attestation is None:
        message = f"{record.id} has no attestation: nobody vouches for its quotations"
        yield Problem(path, 0, "attestation-missing", message, MEND)
        return
    yield from _outdated(attestation, record, path)
    attested = {each.anchor: each for each in attestation.passages}
    for passage in passages:
        yield from _unattested(passage, attested.get(passage.anchor))
    yield from _rearranged(attestation, passages, path)


def _outdated(attestation: Attestation, record: Record, path: str) -> Iterator[Problem]:
    if attestation.document != record.id:
        message = f"The attestation of {record.id} is that of {attestation.document}"
        yield Problem(path, 0, "attestation-source", message, MEND)
    elif attestation.source_sha256 != record.source.sha256:
        message = (
            f"The attestation is of the source {attestation.source_sha256[:12]}…, "
            f"but the record pins {record.source.sha256[:12]}…"
        )
        yield Problem(path, 0, "attestation-source", message, MEND)
    if attestation.checker != CHECKER:
        message = f"The attestation was made by checker {attestation.checker}; this is {CHECKER}"
        yield Problem(path, 0, "attestation-checker", message, MEND)


def _unattested(passage: Standing, attested: AttestedPassage | None) -> Iterator[Problem]:
    if attested is None:
        rule, message = "attestation-missing", f"{passage.anchor} is not attested"
    elif attested.fingerprint != passage.sha256:
        rule, message = "attestation-stale", f"{passage.anchor} was changed after it was attested"
    else:
        return
    yield Problem(passage.path, passage.line, rule, message, MEND)


def _rearranged(
    attestation: Attestation, passages: Sequence[Standing], path: str
) -> Iterator[Problem]:
    """The passages attested still stand, and in the same order."""
    standing = {each.anchor: each.line for each in passages}
    for each in attestation.passages:
        if each.anchor not in standing:
            message = f"{each.anchor} is attested, but stands no more"
            yield Problem(path, 0, "attestation-stale", message, MEND)
    lines = [standing[each.anchor] for each in attestation.passages if each.anchor in standing]
    if lines != sorted(lines):
        message = "The passages do not stand in the order in which they were attested"
        yield Problem(path, 0, "attestation-stale", message, MEND)
