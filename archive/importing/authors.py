"""Who a note names as author: persons, whose names are divided, or a body, whose name is not."""

from __future__ import annotations

import re

from archive.importing.entry import Name

# Words that only names of bodies have.
_BODIES = re.compile(
    r"\b(?:Academy|Action|Administration|Agency|Alliance|Amnesty|Association|Authority|BBC|Board|"
    r"Borders|Bureau|Bund|Cent(?:er|re)|Centers|Church|Coalition|Collective|College|Commission|"
    r"Committee|Company|Conference|Congress|Consortium|Corporation|Council|Court|Defence|Defenders|"
    r"Department|Editors|Embassy|Federation|Forum|Foundation|Fund|Government|Group|House|Inc|"
    r"Initiative|Institute|Institution|International|Journalists|League|Library|Ltd|Ministry|"
    r"Mission|Movement|National|Nations|Network|News|Observatory|Office|Organi[sz]ation|Parliament|"
    r"Partners|Party|Post|Press|Project|Publishers|Reporters|Reuters|Rights|School|Secretariat|"
    r"Senate|Service|Society|Staff|State|States|Table|Times|Trust|Union|United|University|"
    r"Watch|Without|Workers|Writers)\b"
)
_PART = r"(?:[^\W\d_a-z][\w’'-]*|[^\W\d_a-z]\.(?:-?[^\W\d_a-z]\.)*)"
_PARTICLE = r"(?:van|von|de|der|den|del|della|di|da|la|le|al|bin|ibn|ter)"
_PERSON = re.compile(rf"{_PART}(?: (?:{_PART}|{_PARTICLE})){{1,4}}")
_INVERTED = re.compile(rf"((?:{_PARTICLE} )*{_PART}(?: {_PART})?), ({_PART}(?: {_PART}){{0,2}})")
_SHORT_FIRST = re.compile(r"([A-Z][A-Z0-9]{1,9})\s*[/–—]\s*([^/]+)")
_SHORT_LAST = re.compile(r"([^()]+?)\s*(?:\(([A-Z][A-Z0-9]{1,9})\)|/\s*([A-Z][A-Z0-9]{1,9}))")


def authors(text: str) -> tuple[tuple[Name, ...], str]:
    """The authors, and the short name where the text gives one: ``RSF/Reporters …``."""
    text = text.strip().strip(",:;").strip()
    if not text:
        return (), ""
    if match := _SHORT_FIRST.fullmatch(text):
        return (Name(match[2].strip()),), match[1]
    if match := _SHORT_LAST.fullmatch(text):
        return (Name(match[1].strip()),), match[2] or match[3]
    match = _INVERTED.fullmatch(text)
    if match and is_person(f"{match[2]} {match[1]}"):
        return (Name(match[1], match[2]),), ""
    pieces = re.split(r",? (?:and|&) |, ", text)
    if all(map(is_person, pieces)):
        return tuple(map(_person, pieces)), ""
    return (Name(text),), ""


def is_person(text: str) -> bool:
    """Whether a name looks like a person's: two to five parts, no word of a body's name."""
    return _PERSON.fullmatch(text) is not None and not _BODIES.search(text)


def _person(text: str) -> Name:
    words = text.split()
    family = len(words) - 1
    while family > 1 and re.fullmatch(_PARTICLE, words[family - 1]):
        family -= 1
    return Name(" ".join(words[family:]), " ".join(words[:family]))
