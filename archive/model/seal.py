"""Seals: the SHA-256 of what readers see beside the words of a passage, and of a document.

The fingerprint of a passage covers its words alone (``fingerprint``).  Its seal covers what stands
with them, as a form of its own, which names no software and stays as it is:

- A *text* is a string, normalised as for a fingerprint; of code and formulas in NFC,
  without line feeds at its ends.
- A *part* is an array: its role, an object of its facts (strings, none of them empty), and what it
  holds, texts and parts.  Texts side by side are one.  Left out are empty texts, and parts without
  facts and content unless they are a rule, a break, a footnote, a paragraph, an item or a cell.
- *Canonical JSON* is JSON in UTF-8 without white space, the keys of objects in the order of code
  points, no character escaped that need not be.  A *digest* is the SHA-256 (FIPS 180-4) of
  canonical JSON, as 64 lower-case hexadecimal digits.

The roles, with their facts:

| role | what it is |
|---|---|
| paragraph, heading (level), title, rubric, rule, quotation, attribution, lines, line | blocks |
| list (numbers, start, marks), item, term, classifier, description, fields, name | lists |
| table, head, row, cell (columns, rows), figure, caption, legend | tables and figures |
| code (language), formula | verbatim |
| notice (kind), withdrawn (anchor, successor), part (kind) | boxes, and all that is not listed |
| image (sha256, text, width, height, scale) | bytes of each file, alternative text, size |
| link (target, kind), download (sha256) | address, label, page or term; bytes of the file |
| citation (target, form) | the keys with the words around them, as written; p or t |
| footnote | what the note at the foot of the page says, at the place of its mark |
| signatories (text) | a group of signatories, by its heading |
| emphasis, strong, literal, sub, sup, struck, span, abbreviation (text) | marks in the text |
| redacted, speaker | the extent of what the source hides; who speaks in a transcript |
| break | the end of a line within a paragraph |
| passage (anchor) | the place of a passage that has an anchor, and so a seal, of its own |
| generated (kind) | the place of a list that the archive makes |

The part of a passage, and of a heading, may have the facts ``locator``, the source's own number;
``within``, the label of the passage that it is a part of; and ``numbering``.
Each part may have the fact ``class``, names joined by spaces in the order of code points, as the
editor gave them: they can strike words through, hide them or say their language.

A *work* is an object of what readers see of an entry of the bibliography, in a numbered form
(``citation.style.FORMS``); seals of earlier forms still hold.
The seal of a passage is the digest of its part.  The seal of a document is the digest of an object:
``record`` is the digest of the record's fields, by their keys and without the number of
paragraphs, where a list of groups is an array of objects; ``order`` is an array of the parts
that stand in the document, in order, ``passage`` for all that has a seal of its own.
Where works are cited, also by footnotes, the seal is instead the digest of an object: ``stands`` is
the digest described above, ``works`` an object of the digest of each work by its key.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.model import Fact
from archive.model.agents import Agent, Person
from archive.model.crosswalk import own_rows
from archive.model.dates import ArchiveDate
from archive.model.passage import normalise
from archive.model.record import STATUSES, LeftOut

Part = list[Any]  # role, facts, texts and parts

STANDS = "stands"  # the attribute of a node tree that has canonical JSON by anchor
SAID = "said"  # the one that has the words of each block by anchor, as they are written
PASSAGE = "passage"
WITHDRAWN = "withdrawn"
_BARE = frozenset(
    {"break", "rule", "footnote", "paragraph", "cell", "item"}
)  # stand also when empty


_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical(value: object) -> str:
    """Return canonical JSON."""
    return _canonical(value)


def digest(value: object) -> str:
    """Return the digest of a value that JSON can hold."""
    return _sha256(canonical(value))


def digest_of(said: str) -> bytes:
    """Return the 32 bytes of the digest of what is canonical JSON already."""
    return hashlib.sha256(said.encode("utf-8")).digest()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def part(role: str, facts: Mapping[str, str], content: Sequence[str | Part] = ()) -> Part | None:
    """Make a part; None if it would say nothing.  Raw texts in ``content`` are normalised."""
    given = {name: _nfc(value) for name, value in facts.items() if value}
    held = texts(content, verbatim=role in ("code", "formula"))
    return [role, given, *held] if given or held or role in _BARE else None


def texts(content: Sequence[str | Part], *, verbatim: bool = False) -> list[str | Part]:
    """Join texts that stand side by side, and normalise them."""
    clean = _verbatim if verbatim else normalise
    found: list[str | Part] = []
    waiting = ""
    for each in (*content, []):
        if isinstance(each, str):
            waiting += each
            continue
        found += [text] if (text := clean(waiting)) else []
        found += [each] if each else []
        waiting = ""
    return found


def _verbatim(text: str) -> str:
    return _nfc(text).strip("\n")


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def with_works(stands: str, works: Sequence[str], work: Callable[[str], str]) -> str:
    """Return a seal: the digest of what stands, joined by those of the works that it cites."""
    if not works:
        return stands
    return digest({"stands": stands, "works": {key: work(key) for key in works}})


@dataclass(frozen=True, slots=True)
class Outline(Fact):
    """What stands in a document besides what the seals of its passages cover."""

    record: str  # digest
    order: str  # canonical JSON
    works: tuple[str, ...]  # cited between the passages

    def seal(self, work: Callable[[str], str], live: Mapping[str, str | None] | None = None) -> str:
        """Return the seal of the document; ``work`` gives the digest of a work."""
        return with_works(stands(self.published(live), self.record), self.works, work)

    def published(self, live: Mapping[str, str | None] | None = None) -> str:
        """Return the order as it is sealed.

        ``live`` gives the anchor under which each passage that stands in it is published; a passage
        without one is not published yet.  Without ``live`` each is published under its own.
        """
        if live is None:
            return self.order
        if f'"{WITHDRAWN}"' not in self.order and all(old == new for old, new in live.items()):
            return self.order
        return canonical(list(_published(json.loads(self.order), live)))


def stands(order: str, record: str) -> str:
    """Return the digest of what stands in a document: its order, and the digest of its record."""
    return _sha256(f'{{"order":{order},"record":"{record}"}}')


def _published(
    held: Sequence[str | Part], published: Mapping[str, str | None]
) -> Iterator[str | Part]:
    """Yield texts and parts, without passages that are not published.

    A passage is named by its live anchor, and so is one whose withdrawal is not published.
    """
    for each in held:
        if isinstance(each, str):
            yield each
            continue
        role, facts, *content = each
        live = published.get(facts.get("anchor", "")) if role in (PASSAGE, WITHDRAWN) else None
        if live is not None:
            yield [PASSAGE, {"anchor": live}]
        elif role != PASSAGE:
            yield [role, facts, *_published(content, published)]


def earlier(
    held: Sequence[str | Part], works: Sequence[str]
) -> Iterator[tuple[str, list[str | Part]]]:
    """Yield what could have been there before, each with the change in words.

    One part or one fact was not there, or one citation named another of the ``works``.  A seal
    does not tell what it was made of; an earlier content that has it tells what changed.
    """
    for index, each in enumerate(held):
        if isinstance(each, str):
            continue
        role, facts, *content = each
        before, after = held[:index], held[index + 1 :]
        if role != PASSAGE:
            for gap in ("", " "):
                yield f"a {role} was added{_quoted(each)}", texts([*before, gap, *after])
        for words, changed in _earlier_facts(role, facts, works):
            yield words, [*before, [role, changed, *content], *after]
        for words, inner in earlier(content, works):
            yield words, [*before, [role, facts, *inner], *after]


def _earlier_facts(
    role: str, facts: Mapping[str, str], works: Sequence[str]
) -> Iterator[tuple[str, dict[str, str]]]:
    for name, value in facts.items():
        rest = {key: other for key, other in facts.items() if key != name}
        yield f"the {name} of a {role} was added: “{value}”", rest
    for former in _earlier_locators(facts.get("locator", "")):
        words = f"the locator was “{former}”, and is “{facts['locator']}”"
        yield words, {**facts, "locator": former}
    if role == "citation":
        for key in works:
            yield f"a citation of {facts.get('target')} was one of {key}", {**facts, "target": key}


_NUMBER = re.compile(r"[0-9]+")
_MOST_NUMBERS = 500  # that a locator may have had in place of one of its own
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _earlier_locators(locator: str) -> Iterator[str]:
    """Yield what a corrected locator may have been: another number, or another letter, in it."""
    for match in _NUMBER.finditer(locator):
        for number in range(_MOST_NUMBERS):
            if str(number) != match[0]:
                yield f"{locator[: match.start()]}{number}{locator[match.end() :]}"
    for match in re.finditer(r"\(([a-z])\)", locator):
        for letter in _LETTERS.replace(match[1], ""):
            yield f"{locator[: match.start(1)]}{letter}{locator[match.end(1) :]}"


def earlier_fields(fields: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what could have been the fields of a record, each with the change in words."""
    for name, value in fields.items():
        rest = {key: other for key, other in fields.items() if key != name}
        yield f"{name} was added: “{value}”", rest
    for status in STATUSES:
        yield f"the status was “{status}”", {**fields, "status": status}


def _quoted(each: Part) -> str:
    """Return the first words of a part, or what it leads to, behind a colon."""
    _role, facts, *content = each
    said = next((text for text in content if isinstance(text, str)), facts.get("target", ""))
    return f": “{said[:60]}”" if said else ""


def cited(held: Sequence[str | Part]) -> tuple[str, ...]:
    """Return the keys of the works that parts cite, in the order of code points."""
    found: set[str] = set()
    waiting = [each for each in held if not isinstance(each, str)]
    while waiting:
        role, facts, *content = waiting.pop()
        if role == "citation":
            found.update(_AROUND_KEYS.sub("", facts.get("target", "")).split(","))
        waiting += [each for each in content if not isinstance(each, str)]
    return tuple(sorted(filter(None, found)))


_AROUND_KEYS = re.compile(r"\{[^{}]*\}|\s")
_COUNT = "source.paragraphs"


def record_fields(record: Any) -> dict[str, Any]:
    """Return every field of a record that is filled in, by its key.

    A field is a text, or an array of texts, or of objects of texts where it is a list of groups.
    The number of paragraphs is left out: every build holds it against the passages, and it grows
    with each passage that is added and not published yet.
    """
    found: dict[str, Any] = {}
    kind: Any = type(record)
    for row in own_rows(kind):
        value = row.value(record)
        if value in (None, ()):
            continue
        if row.group and not isinstance(value, tuple):
            found |= {f"{row.key}.{key}": each for key, each in record_fields(value).items()}
        else:
            found[row.key] = _told(value)
    found.pop(_COUNT, None)
    return found


def _told(value: object) -> Any:
    if isinstance(value, tuple):
        return [_told(each) for each in value]
    if isinstance(value, Agent):
        return record_fields(value)
    if isinstance(value, Person):
        return _nfc(value.inverted)
    if isinstance(value, ArchiveDate):
        return value.edtf
    if isinstance(value, LeftOut):
        return f"{value.passage}: {value.words}"
    return _nfc(str(value))
