"""The attestation of a document: a record of its last check against the source.

The sources are not in the repository, so a build cannot repeat the check.  ``make verify-sources``
writes what it compared into ``documents/<document id>.attestation.json``, and every build reports
the passages that changed since.  The file holds fingerprints, numbers and offsets, and no word of
the source.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from archive.fidelity.check import Examination
from archive.fidelity.quotations import Span
from archive.model.fingerprint import fingerprint
from archive.model.passage import Anchor
from archive.model.permanence import Standing
from archive.model.problem import Problem
from archive.model.record import Record

# Raise it whenever a rule becomes stricter: older attestations then have to be renewed.
CHECKER = 1

SUFFIX = ".attestation.json"

# The rules that a build checks without the sources, by their stable codes.
RULES = {
    "attestation-form": "an attestation is JSON of its own form",
    "attestation-missing": "each passage of a document is attested",
    "attestation-stale": "a passage says what it said when it was attested",
    "attestation-source": "the source attested is the one that the record pins",
    "attestation-checker": "what is attested was verified by the rules that are in force",
}

MEND = "run make verify-sources SOURCES=dir, and commit the attestation with the document"


@dataclass(frozen=True, slots=True)
class AttestedQuotation:
    """A quotation, by its places in the normalised texts of passage and paragraph."""

    passage: Span
    paragraph: tuple[Span, ...]  # one for each part between ellipses


@dataclass(frozen=True, slots=True)
class AttestedEndnote:
    """An endnote of the paragraph and the key of the entry cited for it.

    ``reference`` is None where an editor's note explains that nothing is cited.
    """

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
    """What was verified of one document.  Field names are the keys of the JSON, with hyphens."""

    document: str
    checker: int
    source_sha256: str
    passages: tuple[AttestedPassage, ...]  # in the order of the source


def attest(examination: Examination) -> Attestation:
    """The attestation of a document whose check found no problem.

    Raises ValueError where the check found one.
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
    """The attestation as JSON, one line for each passage; equal facts give equal bytes."""
    fields = asdict(attestation, dict_factory=_hyphenated)
    lines = ",\n".join("  " + json.dumps(each) for each in fields.pop("passages"))
    head = "".join(f" {json.dumps(key)}: {json.dumps(value)},\n" for key, value in fields.items())
    return f'{{\n{head} "passages": [\n{lines}\n ]\n}}\n'


def _hyphenated(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name.replace("_", "-"): value for name, value in fields}


def parse(text: str, path: str) -> tuple[Attestation | None, list[Problem]]:
    """Read an attestation strictly: exactly its keys, each once, each value of its form.

    Returns None and a problem that names ``path`` where the text is anything else.
    """
    try:
        value = json.loads(text, object_pairs_hook=_unique_keys, parse_constant=_no_constant)
        return _ATTESTATION(value), []
    except (_FormError, ValueError, RecursionError) as error:
        message = f"The attestation cannot be read: {error}"
        return None, [Problem(path, 0, "attestation-form", message, MEND)]


class _FormError(Exception):
    """The JSON is not that of an attestation."""


_Item = TypeVar("_Item")
_Reader = Callable[[object], _Item]  # turns a JSON value into a field; raises _FormError


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _FormError("a key stands twice")
    return found


def _no_constant(constant: str) -> object:
    raise _FormError(f"{constant} is no number")


def _object(kind: Callable[..., _Item], **readers: _Reader[Any]) -> _Reader[_Item]:
    """A reader of JSON objects that have exactly the fields of the dataclass ``kind``."""
    keys = {name.replace("_", "-"): name for name in readers}

    def read(value: object) -> _Item:
        if not isinstance(value, dict) or value.keys() != keys.keys():
            raise _FormError(f"an object does not have exactly the keys {', '.join(keys)}")
        return kind(**{name: readers[name](value[key]) for key, name in keys.items()})

    return read


def _list(item: _Reader[_Item], least: int = 0) -> _Reader[tuple[_Item, ...]]:
    """A reader of JSON lists of ``least`` items or more."""

    def read(value: object) -> tuple[_Item, ...]:
        if not isinstance(value, list) or len(value) < least:
            raise _FormError(f"{value!r} is not a list of {least} or more")
        return tuple(map(item, value))

    return read


def _value(passes: Callable[[Any], object], told: str) -> _Reader[Any]:
    """A reader of JSON values that pass a test; of others, ``told`` says what is wrong."""

    def read(value: object) -> object:
        if not passes(value):
            raise _FormError(f"{value!r} {told}")
        return value

    return read


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


_TEXT = _value(_is_text, "is not a text")
_REFERENCE = _value(lambda value: value is None or _is_text(value), "is not a text")
_SHA256 = _value(lambda v: _is_text(v) and re.fullmatch(r"[0-9a-f]{64}", v), "is not a SHA-256")
_ANCHOR = _value(lambda v: _is_text(v) and Anchor.parse(v).is_passage, "names no passage")
_FROM_0 = _value(lambda v: type(v) is int and v >= 0, "is not a whole number from 0")
_FROM_1 = _value(lambda v: type(v) is int and v >= 1, "is not a whole number from 1")


def _span(value: object) -> Span:
    numbers = _list(_FROM_0)(value)
    if len(numbers) != 2:
        raise _FormError(f"{value!r} is not an offset and a length")
    return Span(*numbers)


_QUOTATION = _object(AttestedQuotation, passage=_span, paragraph=_list(_span, least=1))
_ENDNOTE = _object(AttestedEndnote, number=_FROM_0, reference=_REFERENCE)
_PASSAGE = _object(
    AttestedPassage, anchor=_ANCHOR, fingerprint=_SHA256, paragraph=_FROM_1,
    paragraph_sha256=_SHA256, quotations=_list(_QUOTATION), endnotes=_list(_ENDNOTE),
)  # fmt: skip
_ATTESTATION = _object(
    Attestation, document=_TEXT, checker=_FROM_1, source_sha256=_SHA256, passages=_list(_PASSAGE)
)


def stale(
    attestation: Attestation | None, record: Record, standings: Sequence[Standing]
) -> Iterator[Problem]:
    """Whatever a document says that its attestation does not cover.

    ``standings`` are the document's anchored blocks; those that are no passages are ignored.
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
    for rule, message in _outdated(attestation, record):
        yield Problem(path, 0, rule, message, MEND)
    attested = {each.anchor: each.fingerprint for each in attestation.passages}
    for passage in passages:
        if passage.anchor not in attested:
            rule, message = "attestation-missing", f"{passage.anchor} is not attested"
        elif attested[passage.anchor] != passage.sha256:
            rule = "attestation-stale"
            message = f"{passage.anchor} was changed after it was attested"
        else:
            continue
        yield Problem(passage.path, passage.line, rule, message, MEND)
    for message in _rearranged(attestation, passages):
        yield Problem(path, 0, "attestation-stale", message, MEND)


def _outdated(attestation: Attestation, record: Record) -> Iterator[tuple[str, str]]:
    """Rule and message where the attestation is of another document, source or checker."""
    attested, pinned = attestation.source_sha256, record.source.sha256
    if attestation.document != record.id:
        message = f"The attestation of {record.id} is that of {attestation.document}"
        yield "attestation-source", message
    elif attested != pinned:
        message = f"The attestation is of the source {attested[:12]}…, but the record pins "
        yield "attestation-source", f"{message}{pinned[:12]}…"
    if attestation.checker != CHECKER:
        message = f"The attestation was made by checker {attestation.checker}; this is {CHECKER}"
        yield "attestation-checker", message


def _rearranged(attestation: Attestation, passages: Sequence[Standing]) -> Iterator[str]:
    """Messages where attested passages are gone or stand in another order."""
    lines = {each.anchor: each.line for each in passages}
    for each in attestation.passages:
        if each.anchor not in lines:
            yield f"{each.anchor} is attested, but stands no more"
    order = [lines[each.anchor] for each in attestation.passages if each.anchor in lines]
    if order != sorted(order):
        yield "The passages do not stand in the order in which they were attested"
