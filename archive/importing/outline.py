"""Of which kind a text is: by forms that its kind alone has.  What was seen is told.

The outline: which block is a heading, which a passage, and under which anchor.

A text made ready for its outline: every block has words, every note mark stands in a passage.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from archive.importing.text import Block, Finding, Form, Remark, Run, Text
from archive.model.passage import Anchor

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
    """A kind, one of archive.model.record.KINDS, and what tells it."""

    kind: str
    why: str


def is_caption(text: str) -> bool:
    """``IN THE COUNTY COURT``: whose court it is, and no title."""
    return re.match(r"(?:IN THE )?[A-Z ]*COURT\b", text) is not None


def kind_of(blocks: Sequence[Block], title: str = "") -> Seen:
    """The kind of a text; a statement where no form of another is seen."""
    for rule in (_resolution, _letter, _court, _declaration, _report):
        seen = rule(blocks, title)
        if seen is not None:
            return seen
    return Seen("statement", "no form of another kind was seen")


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


_MAX_HEADING = 12  # words; a longer line that stands alone is a paragraph
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


@dataclass(frozen=True, slots=True)
class Part:
    """A block in its place."""

    block: Block
    letter: str  # of its anchor
    written: int | None = None  # the number the source itself gives it
    role: str = ""  # in a letter: "the salutation"


@dataclass(frozen=True, slots=True)
class Placed:
    """A block under its anchor."""

    anchor: Anchor
    block: Block
    role: str = ""


def outline(blocks: Sequence[Block], kind: str, document: str) -> tuple[Placed, ...]:
    """Every block with its anchor, in the order of the source."""
    found = [_part(block, kind) for block in blocks]
    found = _article_texts(found)
    if kind in {"filing", "ruling", "report"}:
        found = _numbered(found)
    if kind == "letter":
        found = _letter_roles(found)
    return tuple(_placed(found, document))


def is_heading(block: Block) -> bool:
    """Whether a block heads what follows: by its layout, or a short line all in capitals,
    or a line that only numbers an article or a section.
    """
    if block.form is Form.HEADING:
        return len(block.text.split()) <= 3 * _MAX_HEADING and not _is_clause(block)
    if block.form is not Form.PARAGRAPH or block.notes or len(block.text.split()) > _MAX_HEADING:
        return False
    text = block.text
    match = ARTICLE.match(text) or SECTION.match(text)
    if match and not re.search(r"[.;,]$", text[match.end() :].strip()) and len(text.split()) <= 8:
        return True
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 3 and text.upper() == text and not text.endswith((".", ";", ","))


def _is_clause(block: Block) -> bool:
    return bool(WHEREAS.match(block.text) or RESOLVED.match(block.text))


def _part(block: Block, kind: str) -> Part:
    if is_heading(block):
        return Part(block, "s")
    if kind == "resolution":
        if WHEREAS.match(block.text):
            return Part(block, "w")
        if RESOLVED.match(block.text):
            return Part(block, "r")
    article = ARTICLE.match(block.text)
    if article and kind == "declaration":
        return Part(block, "a", _number(article["number"]))
    return Part(block, "i" if block.form is Form.ITEM and block.label else "p")


def _number(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    values = [_ROMAN.get(c, 0) for c in text.upper()]
    return sum(-v if v < w else v for v, w in zip(values, [*values[1:], 0])) or None


def _article_texts(parts: Sequence[Part]) -> list[Part]:
    """The first paragraph below a heading “Article 3” is article 3."""
    done: list[Part] = []
    for before, part in zip((None, *parts), parts):
        match = ARTICLE.match(before.block.text) if before and before.letter == "s" else None
        if match and part.letter in "pi":
            part = replace(part, letter="a", written=_number(match["number"]))  # noqa: PLW2901
        done.append(part)
    return done


def _numbered(parts: Sequence[Part]) -> list[Part]:
    """Numbered paragraphs keep the numbers by which courts and lawyers cite them."""
    done: list[Part] = []
    last = 0
    for part in parts:
        match = NUMBERED.match(part.block.text) if part.letter in "pi" else None
        number = int(match["number"]) if match else 0
        if number > last:
            last = number
            done.append(replace(part, letter="p", written=number))
        else:
            done.append(part)
    return done


def _letter_roles(parts: Sequence[Part]) -> list[Part]:
    from archive.importing.dates import whole_date  # noqa: PLC0415

    salutation = next((n for n, part in enumerate(parts) if is_salutation(part.block)), -1)
    closing = next(
        (n for n, part in enumerate(parts) if n > salutation and CLOSING.match(part.block.text)),
        len(parts),
    )
    done: list[Part] = []
    for number, part in enumerate(parts):
        role = ""
        if number < salutation and part.letter != "s":
            role = "the date" if whole_date(part.block.text) else "the addressee or the letterhead"
        elif number == salutation:
            role = "the salutation"
        elif number == closing:
            role = "the closing"
        elif number > closing and part.letter != "s":
            role = "a signatory"
        done.append(replace(part, role=role))
    return done


def _placed(parts: Sequence[Part], document: str) -> Iterator[Placed]:
    """Give the numbers: those the source writes where they are sound, else by position."""
    keep = {letter for letter in "ap" if _sound([p.written for p in parts if p.letter == letter])}
    taken = {(p.letter, p.written) for p in parts if p.letter in keep and p.written}
    next_free = {
        letter: max((n or 0 for each, n in taken if each == letter), default=0) + 1
        for letter in "aiprsw"
    }
    for part in parts:
        if part.letter in keep and part.written:
            number = part.written
        else:
            number = next_free[part.letter]
            next_free[part.letter] += 1
        yield Placed(Anchor(document, part.letter, number), part.block, part.role)


def _sound(numbers: Sequence[int | None]) -> bool:
    written = [number for number in numbers if number]
    return len(set(written)) == len(written) and all(number < 100_000 for number in written)


def tidied(text: Text) -> Text:
    """The text without blocks that no passage can render; what went is told."""
    tidy = _Tidy()
    for block in text.blocks:
        tidy.take(block)
    tidy.end()
    return replace(text, blocks=tuple(tidy.blocks), remarks=(*text.remarks, *tidy.remarks))


@dataclass(slots=True)
class _Tidy:
    """What stands, and the marks that wait for the next passage."""

    blocks: list[Block] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    waiting: list[Run] = field(default_factory=list)

    def take(self, block: Block) -> None:
        marks = [run for run in block.runs if run.note or run.works]
        if not any(map(str.isalnum, block.text)):
            self._wordless(block, marks)
        elif is_heading(block):
            self._heading(block, marks)
        else:
            self.blocks.append(replace(block, runs=(*self.waiting, *block.runs)))
            self.waiting = []

    def _wordless(self, block: Block, marks: list[Run]) -> None:
        """A row of stars goes; marks on a line of their own belong to what stands above."""
        self.remarks.append(Remark(Finding.LOST, "A line without words.", block.text))
        if self.blocks and not is_heading(self.blocks[-1]):
            self._append(marks)
        else:
            self.waiting += marks

    def _heading(self, block: Block, marks: list[Run]) -> None:
        if marks:
            what = "The note mark of a heading was moved to the passage below it."
            self.remarks.append(Remark(Finding.DECIDED, what))
            self.waiting += marks
            block = replace(block, runs=tuple(run for run in block.runs if run not in marks))
        self.blocks.append(block)

    def end(self) -> None:
        """Leave out headings at the end, below which nothing stands: the notes did."""
        while len(self.blocks) > 1 and is_heading(self.blocks[-1]):
            gone = self.blocks.pop()
            self.remarks.append(Remark(Finding.LOST, "A heading with nothing below it.", gone.text))
        if self.blocks:
            self._append(self.waiting)

    def _append(self, marks: Iterable[Run]) -> None:
        last = self.blocks[-1]
        self.blocks[-1] = replace(last, runs=(*last.runs, *marks))
