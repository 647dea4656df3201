"""The attestation of a document: a record of its last check against the source.

The sources are not in the repository, so a build cannot repeat the check.  ``make verify-sources``
writes what it compared into ``documents/<document id>.attestation.json``, and
``archive.model.states`` tells the passages that changed since.  The file holds fingerprints,
numbers and offsets, and no word of the source but those in which the origin of a quotation differs.

An attestation without origins is of form 1, and does not name its form.  Form 2 has origins.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from archive.fidelity import Difference, Result
from archive.fidelity.quotations import Span
from archive.model import Problem
from archive.model.passage import Anchor, fingerprint
from archive.model.states import Attested

if TYPE_CHECKING:
    from archive.fidelity import Examination  # builds read attestations and make none

# Raise it whenever a rule becomes stricter.  Older attestations stay what they are: a build asks
# for new ones in a notice.
CHECKER = 1

FORM = 2  # of attestations with origins

SUFFIX = ".attestation.json"

# The rule of the file itself; ``archive.model.states`` has those of what it attests.
RULES = {
    "attestation-form": "an attestation is JSON of its own form",
}

_MEND = "run make verify-sources SOURCES=dir, and commit the attestation with the document"


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
class AttestedOrigin:
    """A quotation that was followed to the work that its words are from."""

    quotation: Span  # in the normalised text of the passage
    target: str  # an anchor or the id of a document; the key of a work that is not held
    source_sha256: str | None  # of the held work's source; None where it is not held
    paragraph: int | None  # of that source, counted from 1; None where the words were not found
    places: tuple[Span, ...] = ()  # in that paragraph, where they are exact
    differences: tuple[Difference, ...] = ()

    @property
    def result(self) -> Result:
        """What became of it."""
        if self.source_sha256 is None:
            return Result.NOT_HELD
        if self.paragraph is None:
            return Result.NOT_FOUND
        return Result.EXACT if self.places else Result.DIFFERING


@dataclass(frozen=True, slots=True)
class AttestedPassage:
    """A passage as it was verified."""

    anchor: str
    fingerprint: str
    paragraph: int  # counted from 1
    paragraph_sha256: str  # the fingerprint of the paragraph's text
    quotations: tuple[AttestedQuotation, ...] = ()
    endnotes: tuple[AttestedEndnote, ...] = ()
    origins: tuple[AttestedOrigin, ...] = ()


@dataclass(frozen=True, slots=True)
class Attestation:
    """What was verified of one document.  Field names are the keys of the JSON, with hyphens."""

    document: str
    checker: int
    source_sha256: str
    passages: tuple[AttestedPassage, ...]  # in the order of the source

    @property
    def attested(self) -> tuple[Attested, ...]:
        """The words that were verified."""
        return tuple(
            Attested(each.anchor, each.fingerprint, each.paragraph, self.source_sha256)
            for each in self.passages
        )


Origins = Mapping[str, Sequence[AttestedOrigin]]  # of the quotations of each passage, by anchor


def attest(examination: Examination, origins: Origins = MappingProxyType({})) -> Attestation:
    """The attestation of a document whose check found no problem.

    Where a source was split into several documents, each attests its own passages.
    Raises ValueError where the check found one.
    """
    if examination.problems or examination.source is None:
        raise ValueError("only a document that is faithful to its source can be attested")
    holding = examination.holding
    record = holding.record
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
            origins=tuple(origins.get(each.pair.passage.anchor, ())),
        )
        for each in examination.comparisons
        if each.pair.passage.path == holding.path or not each.pair.passage.is_own
    )
    return Attestation(record.id, CHECKER, record.source.sha256, passages)


def serialise(attestation: Attestation) -> str:
    """The attestation as JSON, one line for each passage; equal facts give equal bytes."""
    fields = asdict(attestation, dict_factory=_hyphenated)
    passages = fields.pop("passages")
    if any(each["origins"] for each in passages):
        fields = {"form": FORM, **fields}
    else:
        passages = [{k: v for k, v in each.items() if k != "origins"} for each in passages]
    lines = ",\n".join("  " + json.dumps(each, ensure_ascii=False) for each in passages)
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
        form = value.pop("form", 1) if isinstance(value, dict) else 1
        if type(form) is not int or form not in _FORMS:
            raise _FormError(f"{form!r} is no form of attestations that this engine knows")
        return _FORMS[form](value), []
    except (_FormError, ValueError, RecursionError) as error:
        message = f"The attestation cannot be read: {error}"
        return None, [Problem(path, 0, "attestation-form", message, _MEND)]


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
    return isinstance(value, str) and value != "" and not _SURROGATE(value)


_SURROGATE = re.compile("[\ud800-\udfff]").search  # of bytes that are not UTF-8, or escaped alone
_TEXT = _value(_is_text, "is not a text")
_WORDS = _value(lambda value: value == "" or _is_text(value), "is not a text")
_SHA256 = _value(lambda v: _is_text(v) and re.fullmatch(r"[0-9a-f]{64}", v), "is not a SHA-256")
_ANCHOR = _value(lambda v: _is_text(v) and Anchor.parse(v).is_passage, "names no passage")
_FROM_0 = _value(lambda v: type(v) is int and v >= 0, "is not a whole number from 0")
_FROM_1 = _value(lambda v: type(v) is int and v >= 1, "is not a whole number from 1")


def _or_none(reader: _Reader[_Item]) -> _Reader[_Item | None]:
    return lambda value: None if value is None else reader(value)


def _difference(value: object) -> Difference:
    words = _list(_WORDS, least=2)(value)
    if len(words) != 2:
        raise _FormError(f"{value!r} is not words and those in their place")
    return words[0], words[1]


def _span(value: object) -> Span:
    numbers = _list(_FROM_0)(value)
    if len(numbers) != 2:
        raise _FormError(f"{value!r} is not an offset and a length")
    return Span(*numbers)


_QUOTATION = _object(AttestedQuotation, passage=_span, paragraph=_list(_span, least=1))
_ENDNOTE = _object(AttestedEndnote, number=_FROM_0, reference=_or_none(_TEXT))
_ORIGIN = _object(
    AttestedOrigin, quotation=_span, target=_TEXT, source_sha256=_or_none(_SHA256),
    paragraph=_or_none(_FROM_1), places=_list(_span), differences=_list(_difference),
)  # fmt: skip


def _attestation(**more: _Reader[Any]) -> _Reader[Attestation]:
    """A reader of attestations; ``more`` reads what passages have in a later form."""
    read_passages = _list(_object(
        AttestedPassage, anchor=_ANCHOR, fingerprint=_SHA256, paragraph=_FROM_1,
        paragraph_sha256=_SHA256, quotations=_list(_QUOTATION), endnotes=_list(_ENDNOTE), **more,
    ))  # fmt: skip

    def passages(value: object) -> tuple[AttestedPassage, ...]:
        found = read_passages(value)
        anchors = [each.anchor for each in found]
        if twice := next((each for each in anchors if anchors.count(each) > 1), None):
            raise _FormError(f"{twice} is attested twice")
        return found

    return _object(
        Attestation, document=_TEXT, checker=_FROM_1, source_sha256=_SHA256, passages=passages
    )


_FORMS = {1: _attestation(), FORM: _attestation(origins=_list(_ORIGIN))}
