"""What is recognised in a text: its kind, headings and passages, their anchors, and the record.

The kind is recognised by forms that no other kind has, such as whereas clauses.  It decides which
letter an anchor has (``w3`` for a whereas clause) and whether paragraphs keep the numbers that the
source gives them.  The draft's record marks every value as a guess, and a release refuses it until
an editor confirms it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat

from archive.citation import one_line
from archive.importing import Block, Finding, Form, Remark, Run, Text, language_of
from archive.importing.structures import (
    Structure,
    below_signatures,
    dates,
    in_figures,
    signed,
    speakers,
    structures,
    whole_date,
)
from archive.model.frontmatter import GUESSED
from archive.model.passage import Anchor
from archive.model.settings import Settings

# As English, French, Spanish, Portuguese, Italian and German resolutions begin their clauses.
WHEREAS = re.compile(
    r"[\s\"“«(]*(?:whereas|attendus?(?: que)?|considérant|considerando|considerato|por cuanto|"
    r"visto che|in (?:der )?erwägung)\b",
    re.IGNORECASE,
)
RESOLVED = re.compile(
    r"[\s\"“«(]*(?:(?:now,? )?therefore,? )?(?:let it |be it )?(?:further(?:more)? )?(?:resolved|"
    r"(?:il est (?:en outre )?|qu[’']il soit )?résolu|(?:se )?resuelve|resolve[mu]?|delibera|"
    r"beschließt)\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(
    r"(?:Article|Art\.|Principle)\s+(?P<number>\d{1,3}|[IVXLC]{1,7})\b[.:]?", re.IGNORECASE
)
_SECTION = re.compile(
    r"(?:Section|Sec\.|§|Part|Chapter)\s*(?P<number>\d[\d.]*|[IVXLC]{1,7})\b", re.IGNORECASE
)
_NUMBERED = re.compile(r"[\[(]?(?P<number>\d{1,4})[.)\]]+\s+\S")
_SALUTATION = re.compile(
    r"(?:Dear|To whom it may concern|Your Excellency|Honou?rable|Mr\.? President)\b.{0,120}[,:]?$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:(?:Yours|Very|Most) )?(?:Yours )?(?:Sincerely|Respectfully|Faithfully|Truly|"
    r"(?:Kind|Best|Warm) regards|Regards|Cordially)\b.{0,60}$",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"\b(?:Plaintiffs?|Defendants?|Petitioners?|Respondents?|Appell(?:ant|ee)s?)\b|"
    r"\b(?:IN THE )?[A-Z ]*COURT\b|\bCase No|\bCivil Action\b"
)
_RULING = re.compile(r"\b(?:OPINION|ORDER|JUDGMENT|RULING|it is (?:hereby )?ordered)\b")
_CHARGE = re.compile(r"count\s+(?:\d{1,3}|[ivxlc]{1,6}|one|two|three)\b", re.IGNORECASE)
_LEAST_NUMBERED = 3
_MAX_HEADING = 12  # words; a longer line that stands alone is a paragraph
_MAX_NUMBER = 100_000
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def is_heading(block: Block) -> bool:
    """Whether a block is a heading.

    It is one by its layout, as a short line all in capitals, or as a line that only numbers an
    article or a section.  A clause of a resolution is none, whatever its layout.
    """
    text, count = block.text, len(block.text.split())
    if block.form is Form.HEADING:
        return count <= 3 * _MAX_HEADING and not (WHEREAS.match(text) or RESOLVED.match(text))
    if block.form is not Form.PARAGRAPH or block.notes or count > _MAX_HEADING:
        return False
    match = _ARTICLE.match(text) or _SECTION.match(text)
    if match and not re.search(r"[.;,:]$", text[match.end() :].strip()) and count <= 8:
        return True
    capitals = sum(map(str.isupper, text))  # which many scripts do not have
    return capitals > 3 and text.upper() == text and not text.endswith((".", ";", ","))


def tidied(text: Text) -> Text:
    """The text without blocks that no passage can render; remarks tell what was left out.

    Note marks that would be lost with a block, or that stand in a heading, move to the nearest
    passage.
    """
    blocks: list[Block] = []
    remarks: list[Remark] = []
    waiting: list[Run] = []  # marks for the next passage
    for block in text.blocks:
        marks = [run for run in block.runs if run.note or run.works]
        if not any(map(str.isalnum, block.text)):  # a row of stars, or marks on a line of their own
            remarks.append(Remark(Finding.LOST, "A line without words.", block.text))
            if blocks and not is_heading(blocks[-1]):
                blocks[-1] = replace(blocks[-1], runs=(*blocks[-1].runs, *marks))
            else:
                waiting += marks
        elif not is_heading(block):
            blocks.append(replace(block, runs=(*waiting, *block.runs)))
            waiting = []
        else:
            if marks:
                what = "The note mark of a heading was moved to the passage below it."
                remarks.append(Remark(Finding.DECIDED, what))
            waiting += marks
            runs = tuple(run for run in block.runs if run not in marks)
            blocks.append(replace(block, runs=runs))
    while len(blocks) > 1 and is_heading(blocks[-1]):  # what stood below it were notes
        gone = blocks.pop()
        remarks.append(Remark(Finding.LOST, "A heading with nothing below it.", gone.text))
    if blocks:
        blocks[-1] = replace(blocks[-1], runs=(*blocks[-1].runs, *waiting))
    return replace(text, blocks=tuple(blocks), remarks=(*text.remarks, *remarks))


# --- The kind

_NONE = "no form of another kind was seen"


@dataclass(frozen=True, slots=True)
class Seen:
    """A kind, one of the archive's own, and why it was chosen, for the report."""

    kind: str
    why: str


# Kinds whose paragraphs courts and lawyers cite by the number that the source gives them.
_NUMBERING = frozenset(["filing", "ruling", "judgment", "order", "indictment", "opinion", "report"])
_IN_ARTICLES = frozenset(["declaration", "treaty", "constitution"])
LETTERS = frozenset(["letter", "open letter"])


def kind_of(blocks: Sequence[Block], kinds: Collection[str], title: str = "") -> Seen:
    """The kind of a text, one of ``kinds``: the first of them where it has the form of none."""
    seen = (each for each in _kinds(blocks, title) if each.kind in kinds)
    return next(seen, Seen(next(iter(kinds)), _NONE))


def _kinds(blocks: Sequence[Block], title: str) -> Iterator[Seen]:
    """The kinds whose form the text has, the most certain first."""
    whereas, resolved = _count(blocks, WHEREAS.match), _count(blocks, RESOLVED.match)
    if whereas and resolved:
        yield Seen("resolution", f"{whereas} whereas clauses and {resolved} resolved clauses")
    if any(map(is_salutation, blocks[:15])):
        closing = " and a closing" if _count(blocks, _CLOSING.match) else ""
        yield Seen("letter", f"a salutation{closing}")
    yield from _charges(blocks, title)
    yield from _court(blocks)
    if (turns := sum(map(bool, speakers(blocks)))) * 2 > len(blocks):
        yield Seen("transcript", f"{turns} turns of speakers")
    yield from _others(blocks, title)


def _others(blocks: Sequence[Block], title: str) -> Iterator[Seen]:
    """The kinds that a title or numbers tell, and the one of no form."""
    if (articles := _count(blocks, _ARTICLE.match)) >= 2:
        yield Seen("declaration", f"{articles} numbered articles")
    if re.search(r"\b(?:declaration|convention|charter|principles)\b", title, re.IGNORECASE):
        yield Seen("declaration", "its title says so")
    if re.search(r"\breport\b", title, re.IGNORECASE):
        yield Seen("report", "its title says so")
    headings = sum(block.form is Form.HEADING for block in blocks)
    sections = _count(blocks, _SECTION.match)
    if headings >= 5 or sections >= 3:
        yield Seen("report", f"{headings} headings and {sections} numbered sections")
    yield Seen("statement", _NONE)


def _count(blocks: Sequence[Block], test: Callable[[str], object]) -> int:
    return sum(1 for block in blocks if test(block.text))


def is_salutation(block: Block) -> bool:
    """Whether a block is ``Dear …,`` on a line of its own."""
    text = block.text
    return "\n" not in text and len(text.split()) <= 14 and bool(_SALUTATION.match(text))


def _charges(blocks: Sequence[Block], title: str) -> Iterator[Seen]:
    head = " ".join([title, *(block.text for block in blocks[:15])])
    counts = _count(blocks, _CHARGE.match)
    if counts and re.search(r"\b(?:indictment|grand jury)\b", head, re.IGNORECASE):
        yield Seen("indictment", f"{counts} counts")


def _court(blocks: Sequence[Block]) -> Iterator[Seen]:
    head = " ".join(block.text for block in blocks[:12])
    last = numbers = 0
    for block in blocks:
        match = _NUMBERED.match(block.text) if block.form is not Form.HEADING else None
        if match and (not numbers or int(match["number"]) > last):
            last, numbers = int(match["number"]), numbers + 1
    signs = {match.lower() for match in _CAPTION.findall(head)}
    if len(signs) >= 2 and numbers >= _LEAST_NUMBERED:
        kind = "ruling" if _RULING.search(head) else "filing"
        yield Seen(kind, f"a caption of court and {numbers} numbered paragraphs")


# --- The anchors


@dataclass(frozen=True, slots=True)
class Placed:
    """A block with its anchor."""

    anchor: Anchor
    block: Block
    role: str = ""  # in a letter, for example "the salutation"
    structure: Structure = field(default_factory=Structure)


# What letters stand for here.  An archive may have other letters for these words, or none.
_WORDS = {"a": "article", "r": "resolved", "w": "whereas"}


def outline(
    blocks: Sequence[Block], kind: str, document: str, settings: Settings
) -> tuple[Placed, ...]:
    """Every block with its anchor, in the order of the source; ``document`` is the id."""
    own = {letter: settings.letter(word) for letter, word in _WORDS.items()}
    lettered = [(own.get(each, each), number) for each, number in _letters(blocks, kind)]
    roles = _roles(blocks) if kind in LETTERS else repeat("")
    anchored = [
        (Anchor(document, letter, number), block)
        for block, (letter, _), number in zip(blocks, lettered, _numbers(lettered))
    ]
    found = structures(anchored, settings.kinds[kind])
    return tuple(
        Placed(anchor, block, role, structure)
        for (anchor, block), role, structure in zip(anchored, roles, found)
    )


def _letters(blocks: Sequence[Block], kind: str) -> Iterator[tuple[str, int | None]]:
    """The letter of each block's anchor, and the number that the source itself gives it."""
    announced: re.Match[str] | None = None  # “Article 3”, by the heading above
    last = 0
    for block in blocks:
        letter, number = _letter(block, kind)
        # Of an article with numbered paragraphs none is the article.
        if announced and letter in "pi" and not _NUMBERED.match(block.text):
            letter, number = "a", _number(announced["number"])
        announced = _ARTICLE.match(block.text) if letter == "s" else None
        if kind in _NUMBERING and letter in "pi":
            match = _NUMBERED.match(block.text)
            if match and int(match["number"]) > last:
                letter, number = "p", int(match["number"])
                last = number
        yield letter, number


def _letter(block: Block, kind: str) -> tuple[str, int | None]:
    article = _ARTICLE.match(block.text) if kind in _IN_ARTICLES else None
    if is_heading(block):
        return "s", None
    if article:
        return "a", _number(article["number"])
    if kind == "resolution" and WHEREAS.match(block.text):
        return "w", None
    if kind == "resolution" and RESOLVED.match(block.text):
        return "r", None
    return "i" if block.form is Form.ITEM and block.label else "p", None


def _number(text: str) -> int | None:
    """A number in figures or in Roman numerals."""
    if text.isdigit():
        return int(text)
    values = [_ROMAN.get(c, 0) for c in text.upper()]
    return sum(-v if v < w else v for v, w in zip(values, [*values[1:], 0])) or None


def _numbers(lettered: Sequence[tuple[str, int | None]]) -> Iterator[int]:
    """The number of each block: the source's own where these are unique, else by position."""
    letters = {letter for letter, _number in lettered}
    free = {}  # the next number of each letter
    kept = set()
    for letter in letters:
        written = [number for each, number in lettered if each == letter and number]
        if len(set(written)) == len(written) and max(written, default=0) < _MAX_NUMBER:
            kept.add(letter)
        free[letter] = max(written, default=0) + 1 if letter in kept else 1
    for letter, number in lettered:
        if number and letter in kept:
            yield number
        else:
            yield free[letter]
            free[letter] += 1


def with_signatories(blocks: Sequence[Block], kind: str) -> list[Block]:
    """The blocks; three signatories or more that follow each other are one."""
    roles = _roles(blocks) if kind in LETTERS else repeat("")
    named = (
        role == "a signatory" and len(block.text.split()) <= _MAX_HEADING
        and not block.text.endswith(".") for role, block in zip(roles, blocks)
    )  # fmt: skip
    return signed(blocks, [a or b for a, b in zip(named, below_signatures(blocks))])


def _roles(blocks: Sequence[Block]) -> Iterator[str]:
    """What each block of a letter is; empty for its text and its headings."""
    salutation = next((n for n, block in enumerate(blocks) if is_salutation(block)), -1)
    after = range(salutation + 1, len(blocks))
    closing = next((n for n in after if _CLOSING.match(blocks[n].text)), len(blocks))
    named = {salutation: "the salutation", closing: "the closing"}
    for number, block in enumerate(blocks):
        if number in named:
            yield named[number]
        elif is_heading(block) or salutation < number < closing:
            yield ""
        elif number > closing:
            yield "a signatory"
        else:
            yield "the date" if whole_date(block.text) else "the addressee or the letterhead"


UNKNOWN, UNKNOWN_DATE = "Unknown", "XXXX"
_SPEAKS = re.compile(
    r"\bthat (?:the )?(?P<name>[^\W\d_a-z][\w’'& -]+?)(?: \([A-Z]+\))?,? "
    r"(?:on behalf|hereby|calls?|urges?|condemns?|demands?|affirms?|reaffirms?|supports?|"
    r"opposes?|requests?|encourages?)\b"
)
# How instruments begin to say where and when they were made.
_DONE = re.compile(
    r"(?:adopted|agreed|approved|concluded|delivered|done|given|issued|made|opened for signature|"
    r"passed|proclaimed|published|signed)\b",
    re.IGNORECASE,
)
_LONGEST_DONE = 25  # words
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_COURT = re.compile(r"(?:IN THE )?[A-Z ]*COURT\b")
_ADDRESSEE = re.compile(r"(?:Dear|Honou?rable)\s+(.{2,80}?)[,:]?$")


@dataclass(frozen=True, slots=True)
class Guess:
    """A value of the record, and where it comes from or why it is unknown."""

    value: str
    origin: str  # empty where the editor said it, who has not to confirm it

    @property
    def note(self) -> str:
        """The sentence of the record that marks the value as a guess; empty where it is none."""
        return self.origin and f"{GUESSED} {self.origin}; to confirm."

    def __str__(self) -> str:
        return f"{self.value} ({f'guessed {self.origin}' if self.origin else 'as you said'})"


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


@dataclass(frozen=True, slots=True)
class Told:
    """What the editor says of a file, which overrides what it suggests itself."""

    kind: str = ""
    title: str = ""
    issuer: str = ""
    date: str = ""  # EDTF

    def over(self, guessed: Guesses) -> Guesses:
        """The guesses, with what was told in their place."""
        told = {"title": self.title, "issuer": self.issuer, "date": self.date}
        known = {name: Guess(one_line(value), "") for name, value in told.items()
                 if value.strip()}  # fmt: skip
        return replace(guessed, **known)  # type: ignore[arg-type]


def guesses(
    text: Text, heading: Block | None, blocks: Sequence[Block], kind: str, document: str
) -> Guesses:
    """Guess the record of a text; ``heading`` is its title, ``blocks`` what follows the title."""
    properties = text.properties
    return Guesses(
        title=_title(text, heading, blocks, kind),
        short_title=document.replace("-", " ").capitalize(),
        issuer=_issuer(text, blocks, kind),
        date=_date(text, blocks),
        language=stated(text) or language_of(" ".join(block.text for block in blocks)) or "en",
        address=properties.address,
        publisher=one_line(properties.publisher) if properties.publisher else None,
    )


def stated(text: Text) -> str:
    """The language that the file states, as BCP 47; nothing where it states none."""
    language = (text.properties.language or "").split(",")[0]
    return language if _LANGUAGE.fullmatch(language) else ""


def is_letterhead(block: Block) -> bool:
    """Whether a letter's first line, in capitals but no heading by layout, names its writer."""
    return is_heading(block) and block.form is not Form.HEADING


def title_block(text: Text) -> Block | None:
    """The first block, where it is the title of the text and so no section; else None."""
    first = text.blocks[0] if text.blocks else None
    numbered = first is not None and (_ARTICLE.match(first.text) or _SECTION.match(first.text))
    if first is None or not is_heading(first) or _COURT.match(first.text) or numbered:
        return None
    said = text.properties.title
    if said and one_line(said).casefold() == one_line(first.text).casefold():
        return first
    others = [block for block in text.blocks[1:] if is_heading(block)]
    return None if said and others and others[0].level <= first.level else first


# What programs write as a title: the name of a file, or that there is none.
_NO_TITLE = re.compile(
    r"Microsoft (?:Word|PowerPoint|Excel) - .*|untitled(?: document)?[ _-]?\d*|"
    r"(?:document|dokument|scan|img|image|new)[ _-]?\d*|"
    r"\S+\.(?:docx?|odt|pdf|rtf|txt|wpd|indd|pages)|"
    r"[a-z\d]+(?:-[a-z\d]+){2,}|\S*(?:_|\d{3})\S*",
    re.IGNORECASE,
)


def _title(text: Text, heading: Block | None, blocks: Sequence[Block], kind: str) -> Guess:
    if heading is not None:
        return Guess(one_line(heading.text), "from the first heading")
    said = one_line(text.properties.title or "")
    if said and not _NO_TITLE.fullmatch(said):
        return Guess(said, "from what the file says of itself")
    salutation = next(filter(is_salutation, blocks), None) if kind in LETTERS else None
    if salutation and (match := _ADDRESSEE.match(salutation.text)):
        return Guess(f"[Letter to {one_line(match[1])}]", "from the salutation")
    return Guess(f"[Untitled {kind}]", "because the source was seen to have no title")


def _issuer(text: Text, blocks: Sequence[Block], kind: str) -> Guess:
    if kind in LETTERS and blocks and is_letterhead(blocks[0]):
        return Guess(one_line(blocks[0].text).title(), "from the letterhead")
    for block in blocks:
        match = _SPEAKS.search(block.text) if RESOLVED.match(block.text) else None
        if match and len(match["name"].split()) <= 10:
            return Guess(match["name"], "from the resolved clause")
    said = text.properties.publisher or text.properties.author
    if said:
        return Guess(one_line(said), "from what the file says of itself")
    return Guess(UNKNOWN, "because the source was not seen to name it")


def _date(text: Text, blocks: Sequence[Block]) -> Guess:
    lines = [line for block in (*blocks[:8], *blocks[-3:]) for line in block.text.split("\n")]
    if found := next(filter(None, map(whole_date, lines)), None):
        return Guess(f"{found}?", "from a date on a line of its own")
    for line in lines:
        done, days = _DONE.match(line), list(dates(line))
        if done and len(days) == 1 and len(line.split()) <= _LONGEST_DONE:
            return Guess(f"{days[0].edtf}?", f"from a line that begins “{done[0]}”")
    if dated := next(dates(text.properties.date or ""), None):
        return Guess(f"{dated.edtf}?", "from what the file says of itself")
    for said, meant in (each for block in (*text.blocks[:8], *text.blocks[-3:])
                        for each in in_figures(block.text)):  # fmt: skip
        if len(meant) == 1:
            return Guess(f"{meant[0]}?", f"from “{said}”")
        why = f"because “{said}” may be {' or '.join(meant)}; DATE= says which"
        return Guess(UNKNOWN_DATE, why)
    made = text.properties.made
    told = f"; the file was made on {made}" if made and whole_date(made) else ""
    return Guess(UNKNOWN_DATE, f"because the source was not seen to state a date{told}")
