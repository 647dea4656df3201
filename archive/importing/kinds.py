"""Of which kind a text is: by forms that its kind alone has.  What was seen is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from archive.importing.text import Block, Form

WHEREAS = re.compile(r"[\s\"“(]*whereas\b", re.IGNORECASE)
RESOLVED = re.compile(
    r"[\s\"“(]*(?:(?:now,? )?therefore,? )?(?:let it |be it )?(?:further(?:more)? )?resolved\b",
    re.IGNORECASE,
)
ARTICLE = re.compile(
    r"(?:Article|Art\.|Principle)\s+(?P<number>\d{1,3}|[IVXLC]{1,7})\b[.:]?", re.IGNORECASE
)
SECTION = re.compile(
    r"(?:Section|Sec\.|§|Part|Chapter)\s*(?P<number>\d[\d.]*|[IVXLC]{1,7})\b", re.IGNORECASE
)
NUMBERED = re.compile(r"[\[(]?(?P<number>\d{1,4})[.)\]]+\s+\S")
SALUTATION = re.compile(
    r"(?:Dear|To whom it may concern|Your Excellency|Honou?rable|Mr\.? President)\b.{0,120}[,:]?$",
    re.IGNORECASE,
)
CLOSING = re.compile(
    r"(?:(?:Yours|Very|Most) )?(?:Yours )?(?:Sincerely|Respectfully|Faithfully|Truly|"
    r"(?:Kind|Best|Warm) regards|Regards|Cordially)\b.{0,60}$",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"\b(?:Plaintiffs?|Defendants?|Petitioners?|Respondents?|Appell(?:ant|ee)s?)\b|"
    r"\b(?:IN THE )?[A-Z ]*COURT\b|\bCase No|\bCivil Action\b"
)
_RULING = re.compile(r"\b(?:OPINION|ORDER|JUDGMENT|RULING|it is (?:hereby )?ordered)\b")
_LEAST_NUMBERED = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """A kind, one of the archive's own, and what tells it."""

    kind: str
    why: str


def is_caption(text: str) -> bool:
    """``IN THE COUNTY COURT``: whose court it is, and no title."""
    return re.match(r"(?:IN THE )?[A-Z ]*COURT\b", text) is not None


def kind_of(blocks: Sequence[Block], kinds: Sequence[str], title: str = "") -> Seen:
    """The kind of a text, among the archive's kinds.

    Where no form of one of them is seen it is a statement, or the first of the kinds.
    """
    for rule in (_resolution, _letter, _court, _declaration, _report):
        seen = rule(blocks, title)
        if seen is not None and seen.kind in kinds:
            return seen
    fallback = "statement" if "statement" in kinds else kinds[0]
    return Seen(fallback, "no form of another kind was seen")


def count(blocks: Sequence[Block], test: Callable[[str], object]) -> int:
    """How many blocks pass."""
    return sum(1 for block in blocks if test(block.text))


def _resolution(blocks: Sequence[Block], _title: str) -> Seen | None:
    whereas, resolved = count(blocks, WHEREAS.match), count(blocks, RESOLVED.match)
    if whereas and resolved:
        return Seen("resolution", f"{whereas} whereas clauses and {resolved} resolved clauses")
    return None


def _letter(blocks: Sequence[Block], _title: str) -> Seen | None:
    salutation = next((each.text for each in blocks[:15] if is_salutation(each)), None)
    closing = any(CLOSING.match(block.text) for block in blocks)
    if salutation is None:
        return None
    return Seen("letter", "a salutation" + (" and a closing" if closing else ""))


def is_salutation(block: Block) -> bool:
    """``Dear …,`` on a line of its own."""
    return "\n" not in block.text and len(block.text.split()) <= 14 and bool(
        SALUTATION.match(block.text)
    )  # fmt: skip


def numbered(blocks: Sequence[Block]) -> list[int]:
    """The numbers of numbered paragraphs, where they go up."""
    found: list[int] = []
    for block in blocks:
        match = NUMBERED.match(block.text) if block.form is not Form.HEADING else None
        if match and (not found or int(match["number"]) > found[-1]):
            found.append(int(match["number"]))
    return found


def _court(blocks: Sequence[Block], _title: str) -> Seen | None:
    head = " ".join(block.text for block in blocks[:12])
    signs = {match.lower() for match in _CAPTION.findall(head)}
    numbers = len(numbered(blocks))
    if len(signs) < 2 or numbers < _LEAST_NUMBERED:
        return None
    kind = "ruling" if _RULING.search(head) else "filing"
    return Seen(kind, f"a caption of court and {numbers} numbered paragraphs")


def _declaration(blocks: Sequence[Block], title: str) -> Seen | None:
    articles = count(blocks, ARTICLE.match)
    if articles >= 2:
        return Seen("declaration", f"{articles} numbered articles")
    if re.search(r"\b(?:declaration|convention|charter|principles)\b", title, re.IGNORECASE):
        return Seen("declaration", "its title says so")
    return None


def _report(blocks: Sequence[Block], title: str) -> Seen | None:
    headings = sum(1 for block in blocks if block.form is Form.HEADING)
    sections = count(blocks, SECTION.match)
    if re.search(r"\breport\b", title, re.IGNORECASE):
        return Seen("report", "its title says so")
    if headings >= 5 or sections >= 3:
        return Seen("report", f"{headings} headings and {sections} numbered sections")
    return None
