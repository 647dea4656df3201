"""Guesses at the record: title, issuer, date and language, each with where it comes from.

The draft's record marks every guess as one, and a release refuses it until an editor confirms it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.citation.text import one_line
from archive.importing.dates import dates, whole_date
from archive.importing.outline import RESOLVED, is_heading, is_salutation
from archive.importing.text import Block, Form, Text
from archive.model.draft import GUESSED

UNKNOWN_DATE = "XXXX"
_SPEAKS = re.compile(
    r"\bthat (?:the )?(?P<name>[^\W\d_a-z][\w’'& -]+?)(?: \([A-Z]+\))?,? "
    r"(?:on behalf|hereby|calls?|urges?|condemns?|demands?|affirms?|reaffirms?|supports?|"
    r"opposes?|requests?|encourages?)\b"
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_COURT = re.compile(r"(?:IN THE )?[A-Z ]*COURT\b")


@dataclass(frozen=True, slots=True)
class Guess:
    """A value of the record, and where it comes from or why it is unknown."""

    value: str
    origin: str

    @property
    def note(self) -> str:
        """The sentence of the record that marks the value as a guess."""
        return f"{GUESSED} {self.origin}; to confirm."


@dataclass(frozen=True, slots=True)
class Guesses:
    """The values of a record; None where nothing is known."""

    title: Guess
    short_title: str
    issuer: Guess
    date: Guess  # EDTF
    language: str  # BCP 47
    address: str | None
    publisher: str | None

    @property
    def source_title(self) -> str | None:
        """The title that the source itself has; supplied ones stand in square brackets."""
        return None if self.title.value.startswith("[") else self.title.value


def guesses(
    text: Text, heading: Block | None, blocks: Sequence[Block], kind: str, document: str
) -> Guesses:
    """Guess the record of a text; ``heading`` is its title, ``blocks`` what follows the title."""
    properties = text.properties
    language = (properties.language or "").split(",")[0]
    return Guesses(
        title=_title(text, heading, blocks, kind),
        short_title=document.replace("-", " ").capitalize(),
        issuer=_issuer(text, blocks, kind),
        date=_date(text, blocks),
        language=language if _LANGUAGE.fullmatch(language) else "en",
        address=properties.address,
        publisher=one_line(properties.publisher) if properties.publisher else None,
    )


def is_letterhead(block: Block) -> bool:
    """Whether the first line of a letter, in capitals and not laid out as a heading, names who
    wrote it.
    """
    return is_heading(block) and block.form is not Form.HEADING


def title_block(text: Text) -> Block | None:
    """The first block, where it is the title of the text and so no section; else None."""
    first = text.blocks[0] if text.blocks else None
    if first is None or not is_heading(first) or _COURT.match(first.text):
        return None
    said = text.properties.title
    if said and one_line(said).casefold() == one_line(first.text).casefold():
        return first
    others = [block for block in text.blocks[1:] if is_heading(block)]
    return None if said and others and others[0].level <= first.level else first


def _title(text: Text, heading: Block | None, blocks: Sequence[Block], kind: str) -> Guess:
    if heading is not None:
        return Guess(one_line(heading.text), "from the first heading")
    if text.properties.title:
        return Guess(one_line(text.properties.title), "from what the file says of itself")
    if kind == "letter" and (name := _addressee(blocks)):
        return Guess(f"[Letter to {name}]", "from the salutation")
    return Guess(f"[Untitled {kind}]", "because the source was seen to have no title")


def _addressee(blocks: Sequence[Block]) -> str:
    salutation = next(filter(is_salutation, blocks), None)
    match = salutation and re.match(
        r"(?:Dear|Honou?rable)\s+(.{2,80}?)[,:]?$", salutation.text
    )  # fmt: skip
    return one_line(match[1]) if match else ""


def _issuer(text: Text, blocks: Sequence[Block], kind: str) -> Guess:
    if kind == "letter" and blocks and is_letterhead(blocks[0]):
        return Guess(one_line(blocks[0].text).title(), "from the letterhead")
    for block in blocks:
        match = _SPEAKS.search(block.text) if RESOLVED.match(block.text) else None
        if match and len(match["name"].split()) <= 10:
            return Guess(match["name"], "from the resolved clause")
    said = text.properties.publisher or text.properties.author
    if said:
        return Guess(one_line(said), "from what the file says of itself")
    return Guess("Unknown", "because the source was not seen to name it")


def _date(text: Text, blocks: Sequence[Block]) -> Guess:
    for date, origin in _dated(text, blocks):
        return Guess(f"{date}?", origin)
    made = text.properties.made
    told = f"; the file was made on {made}" if made and whole_date(made) else ""
    return Guess(UNKNOWN_DATE, f"because the source was not seen to state a date{told}")


def _dated(text: Text, blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    for block in (*blocks[:8], *blocks[-3:]):
        for line in block.text.split("\n"):
            if found := whole_date(line):
                yield found, "from a date on a line of its own"
    for dated in dates(text.properties.date or ""):
        yield dated.edtf, "from what the file says of itself"
