"""What the court asks of a text that a tool prints of a reference."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive.citation.reference import Original, Reference
from archive.model.agents import Agent
from archive.model.dates import MONTHS, ArchiveDate

RULES = {
    "date-lost": "says nothing of a date that is known",
    "date-certain": "says no word of what is not known of the date",
    "date-invented": "gives a year, a month or a day that the record has not",
    "date-doubled": "says the date twice, or runs it into another word",
    "date-letter": "runs the letter that tells two dates apart into a word",
    "mark": "does not say whose words these are",
    "locator": "does not say which passage it is",
    "locator-label": "calls the passage a page",
    "body": "divides the name of a body, or loses it",
    "person": "loses or turns round the name of a person",
    "title": "loses the title",
    "url": "loses the address, or the anchor in it",
}

# How a text may say what is not known of a date; {0} is a year, {1} that of an interval's end.
_TO_YEAR = r"(?:\d+ )?(?:[a-z]+\.? )?{0}"  # “8 Feb. 2021”
_OPEN_END = (
    rf"(?:not before|no earlier than|after|since|from) {_TO_YEAR}"
    r"|{0}\W{{0,3}}or later|{0} ?[–-](?! ?\d)|{0}(?:-\d\d)*/"
)
_OPEN_START = (
    rf"(?:not after|no later than|before|until|by) {_TO_YEAR}"
    r"|{0}\W{{0,3}}or earlier|[–/] ?{0}"
)
_BETWEEN = r"(?:between|from) .*{0} (?:and|to) .*{1}|{0}(?:-\d\d)*(?: ?[–/-] ?).{{0,20}}{1}"
_QUALIFIED = (
    rf"(?:\bca?\b\.?|circa|about|around|approximately|perhaps|possibly|probably) ?{_TO_YEAR}"
    r"|{0}(?:-\d\d)*\W{{0,3}}(?:approx|uncertain|or so)|{0}(?:-\d\d)*[?~%]"
)
_DECADE = r"{0}0s\b|{0}x|{0}0 ?(?:and|to|[–/-]) ?{0}9"
_CENTURY = r"{0}th century|{2} century|{1}xx|{1}00 ?(?:and|to|[–/-]) ?{1}99"
_CENTURIES = {"19": ("20", "19", "twentieth"), "20": ("21", "20", "twenty-first")}
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_MONTH = re.compile(
    r"\b(?:" + "|".join(f"{name[:3]}(?:t|{name[3:]})?" for name in map(str.lower, MONTHS)) + r")\b"
)
_PAGE = re.compile(r"\b(?:pp?|pages?|pgs?|pg|preprint|vol|no|art(?=\.? preprint))[. ]*$")


def plain(text: str) -> str:
    """A text as rules compare it: typographic marks and cases do not count."""
    text = text.translate(str.maketrans("\u00a0\u202f’‘“”\u2011", "  ''\"\"-"))
    return " ".join(text.split()).casefold()


@dataclass(frozen=True)
class Claim:
    """What a record says, and each text that is to say it as well."""

    key: str
    title: str
    agents: tuple[Agent, ...]  # whom it cites as authors
    date: ArchiveDate
    address: str
    mark: str = ""  # what says whose words these are
    locator: str = ""
    others: tuple[str, ...] = ()  # what else it says, in which years are no date


def rendering(reference: Reference) -> Claim:
    """What the record of a document or a passage says."""
    record, credit = reference.record, reference.settings.credit
    return Claim(
        reference.key, record.title, record.cited, record.date, reference.address,
        credit.partition(" by ")[0], reference.locator.text if reference.locator else "",
        (reference.publisher, credit),
    )  # fmt: skip


def original(reference: Reference) -> Claim:
    """What the record of a document's original says."""
    given = Original(reference)
    others = (*given.courts, *given.numbers, given.publisher or "")
    return Claim(
        given.key, given.title, given.authors, given.date, given.address or "", others=others
    )


def faults(claim: Claim, text: str, words: str = "") -> frozenset[str]:
    """The rules that a text breaks; ``words`` is the date as the record gives it to the tool."""
    said = plain(text)
    return frozenset(
        [
            *(_name(claim.agents[0], said) if claim.agents else []),
            *_place(plain(claim.locator).replace(".", ""), said.replace(".", "")),
            *dates(claim.date, _rest(claim, said), words),
            *([] if plain(claim.mark) in said else ["mark"]),
            *([] if plain(claim.title).strip("[]") in said else ["title"]),
            *([] if claim.address in text else ["url"]),
        ]
    )


def _name(agent: Agent, said: str) -> Iterator[str]:
    """The first agent's; of others styles say “et al.”."""
    if agent.person is None:
        if plain(agent.name).replace(".", "") not in said.replace(".", ""):
            yield "body"
        return
    family, given = plain(agent.person.family), plain(agent.person.given)
    turned = re.search(rf"{given}[, ]+{family[0]}\b", said)
    lost = agent.person.suffix and plain(agent.person.suffix).strip(".") not in said
    # “van der Velde, Anna”, or where a style puts its prefix last, “Velde, Anna van der”.
    whole = all(re.search(rf"(?<!\w){part}(?!\w)", said) for part in family.split())
    if not whole or turned or lost:
        yield "person"


def _place(where: str, said: str) -> Iterator[str]:
    if where not in said:
        yield "locator"
    elif where and any(
        _PAGE.search(said[: found.start()]) for found in re.finditer(re.escape(where), said)
    ):
        yield "locator-label"


def _rest(claim: Claim, said: str) -> str:
    """The text without all that is no date."""
    taken = [claim.address, claim.title.strip("[]"), claim.locator, *claim.others]
    for agent in claim.agents:
        taken += [agent.name, *([agent.person.family, agent.person.given] if agent.person else [])]
    for each in sorted(map(plain, taken), key=len, reverse=True):
        said = said.replace(each, " ") if each else said
    return said


def dates(date: ArchiveDate, rest: str, words: str = "") -> Iterator[str]:
    """What is wrong with the date in a text that has nothing else."""
    told, years = _YEAR.findall(rest), _YEAR.findall(date.edtf)
    months = {int(found) for found in re.findall(r"\d{4}-(\d\d)", date.edtf)}
    if {_month(found) for found in _MONTH.findall(rest)} - months:
        yield "date-invented"
    if date.edtf == "XXXX":
        yield from ["date-invented"] if told else []
        return
    hedges = list(_hedges(date.edtf))
    if not (set(years) & set(told) if years else re.search(hedges[0], rest)):
        yield "date-lost"
    elif not all(re.search(hedge, rest) for hedge in hedges):
        yield "date-certain"
    words = plain(words or date.spoken)
    if _is_doubled(rest, words, years, is_exact=not hedges):
        yield "date-doubled"
    if hedges and re.search(rf"{re.escape(words)}(?<=[a-z)])[a-z]\b", rest):
        yield "date-letter"


def is_exact(edtf: str) -> bool:
    """Whether a date is one known year, month or day."""
    return not re.search(r"[X/?~%]", edtf)


def _month(name: str) -> int:
    return next(place for place, each in enumerate(MONTHS, 1) if each.lower()[:3] == name[:3])


def _is_doubled(rest: str, words: str, years: list[str], *, is_exact: bool) -> bool:
    if re.search(r"[a-z)?~%]{2}(?:1[5-9]|20)\d\d|\d{5}", rest):
        return True
    if is_exact or words not in rest:
        return False
    left = rest.replace(words, " ")
    return any(year in left for year in years) or bool(_MONTH.search(left))


def _hedges(edtf: str) -> Iterator[str]:
    """What a text has to say of a date that is not exact, as patterns."""
    start, _, end = edtf.partition("/")
    for each in filter(_YEAR_OR_MORE.match, (start, end)):
        if "XX" in each:
            yield _CENTURY.format(*_CENTURIES[each[:2]])
        elif "X" in each:
            yield _DECADE.format(each[:3])
        elif each[-1] in "?~%":
            yield _QUALIFIED.format(each[:4])
    # A year in doubt is no more certain than one that may be another.
    if end == "..":
        yield f"{_OPEN_END}|{_QUALIFIED}".format(start[:4])
    elif start == "..":
        yield f"{_OPEN_START}|{_QUALIFIED}".format(end[:4])
    elif end:
        yield _BETWEEN.format(start[:4], end[:4])


_YEAR_OR_MORE = re.compile(r"[0-9X]{4}")
