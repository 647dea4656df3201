"""Names of agents and dates, as each citation form writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from archive.citation import undivided
from archive.model.agents import Agent, Person
from archive.model.dates import ArchiveDate, span_of_years

# --- Names of agents as each form writes them: persons inverted or as spoken, bodies whole.
#
# The rules of the styles: Chicago Manual of Style, 18th edition; Publication Manual of the APA, 7th
# edition; MLA Handbook, 9th edition; The Bluebook, 21st edition; OSCOLA, 4th edition.

_APA_MOST = 20  # 9.8: of more, the first nineteen and the last are named


def chicago(agents: Sequence[Agent]) -> str:
    """14.76: two joined by "and"; of three and more the first with "et al.", since the 18th."""
    names = [each.name for each in agents]
    return " and ".join(names) if len(names) < 3 else f"{names[0]} et al."


def listed(names: Sequence[str], conjunction: str) -> str:
    """``A``, ``A and B``, ``A, B, and C``."""
    if len(names) < 3:
        return f" {conjunction} ".join(names)
    return f"{', '.join(names[:-1])}, {conjunction} {names[-1]}"


def apa(agents: Sequence[Agent]) -> str:
    """9.8: all up to twenty, "&" before the last; 9.11: bodies in full."""
    names = [_apa_name(each) for each in agents]
    if len(names) > _APA_MOST:
        return f"{', '.join(names[: _APA_MOST - 1])}, . . . {names[-1]}"
    if len(names) == 2 and agents[0].person is None:
        return " & ".join(names)  # a comma stands only behind initials
    return ", & ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _apa_name(agent: Agent) -> str:
    """9.8: the family name, then initials and suffix."""
    person = agent.person
    if person is None:
        return agent.name
    return ", ".join(filter(None, (person.family, _initials(person.given), person.suffix)))


def _initials(given: str) -> str:
    """``Jean-Paul Maria`` becomes ``J.-P. M.``."""
    return " ".join(
        "-".join(f"{part[0]}." for part in name.split("-") if part) for name in given.split()
    )


def apa_in_text(agents: Sequence[Agent]) -> str:
    """8.17: one or two by family name, of three and more the first with "et al."."""
    names = [each.person.family if each.person else each.name for each in agents]
    return " & ".join(names) if len(names) < 3 else f"{names[0]} et al."


def mla(agents: Sequence[Agent]) -> str:
    """5.5 to 5.8: the first inverted; of three and more "et al."."""
    first = inverted(agents[0])
    if len(agents) > 2:
        return f"{first}, et al."
    comma = "," if agents[0].person else ""
    return f"{comma} and ".join([first, *(each.name for each in agents[1:])])


def oscola(agents: Sequence[Agent]) -> str:
    """3.1.1: up to three, "and" before the last, of more the first "and others"."""
    if len(agents) > 3:
        return f"{agents[0].name} and others"
    names = [each.name for each in agents]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def bluebook(agents: Sequence[Agent]) -> str:
    """15.1: two joined by "&", of three and more the first with "et al."."""
    names = [each.name for each in agents]
    return " & ".join(names) if len(names) < 3 else f"{names[0]} et al."


def csl(agent: Agent) -> dict[str, str]:
    """A name variable of CSL: a body is literal, which no processor divides."""
    if agent.person is None:
        return {"literal": agent.name}
    return _parts(agent.person, "family", "given", "suffix")


def json_ld(agent: Agent) -> dict[str, Any]:
    """A Person or an Organization of schema.org."""
    person = agent.person
    kind = {"@type": "Person" if person else "Organization", "name": agent.name}
    parts = _parts(person, "familyName", "givenName", "honorificSuffix") if person else {}
    return kind | parts | ({"sameAs": agent.authority} if agent.authority else {})


def _parts(person: Person, family: str, given: str, suffix: str) -> dict[str, str]:
    said = {family: person.family, given: person.given, suffix: person.suffix}
    return {name: value for name, value in said.items() if value}


def bibtex(agents: Sequence[Agent], escape: Callable[[str], str]) -> str:
    """The value of a name field (BibTeXing, 4): ``{Body} and Family, Jr., Given``.

    Double braces around a body keep it whole; so do those around a part of a person's name that
    BibTeX would divide.
    """
    return " and ".join(_bibtex_name(each, escape) for each in agents)


def _bibtex_name(agent: Agent, escape: Callable[[str], str]) -> str:
    person = agent.person
    if person is None:
        return f"{{{escape(agent.name)}}}"
    parts = (person.family, person.suffix, person.given)
    divided = re.compile(r"(?i)\band\b")
    return ", ".join(
        f"{{{escape(part)}}}" if divided.search(part) else escape(part) for part in parts if part
    )


def at_commas(agent: Agent) -> str:
    """The name for RIS, which divides names at commas.

    A body ends in a comma: managers divide it there, and the first name that follows is empty.
    """
    if agent.person is None:
        return f"{undivided(agent.name)},"
    person = agent.person
    given = ", ".join(undivided(part) for part in (person.given, person.suffix) if part)
    return f"{undivided(person.family)}, {given}".rstrip(" ")


def highwire(agent: Agent) -> str:
    """The name for Highwire, of which Zotero drops what follows a second comma.

    A single name with two words on both sides of its comma it takes for two people, unless there is
    a semicolon.
    """
    person = agent.person
    if person is None:
        return at_commas(agent)
    family = undivided(" ".join(filter(None, (person.family, person.suffix))))
    given = undivided(person.given)
    return f"{family}, {given}".rstrip(" ") + (";" if " " in family and " " in given else "")


def whole(given: Iterable[str]) -> str:
    """A sentence with the names that formats cannot have whole, which divide them at commas."""
    names = [f"“{name}”" for name in given if undivided(name) != name]
    return f"Written in full, the name is {listed(names, 'and')}." if names else ""


def inverted(agent: Agent) -> str:
    """``Family, Given`` of a person, the name of a body."""
    return agent.person.inverted if agent.person else agent.name


# --- Splits EDTF dates into year, month and day, for citation forms to write in their own way.

_MOMENT = re.compile(r"([0-9X]{4})(?:-(\d{2}))?(?:-(\d{2}))?([?~%]?)")
_UNKNOWN = ("", "..", "XXXX")


@dataclass(frozen=True, slots=True)
class Moment:
    """One end of a date in EDTF, level 1 (ISO 8601-2:2019)."""

    year: str  # four digits, or a decade or century such as 202X, 20XX
    month: int | None = None
    day: int | None = None
    qualifier: str = ""  # ? uncertain, ~ approximate, % both

    @property
    def decade(self) -> str:
        """The year as one writes it: ``2021``, ``2020s``, ``twentieth century``."""
        return self.year if self.year.isdigit() else span_of_years(self.year)

    @property
    def parts(self) -> tuple[int, ...]:
        """Year, month and day as numbers, as far as known."""
        known = (int(self.year), self.month, self.day) if self.year.isdigit() else ()
        return tuple(part for part in known if part is not None)

    @property
    def first(self) -> str:
        """The year, or the first of a decade or century."""
        return self.year.replace("X", "0")

    @property
    def last(self) -> str:
        """The year, or the last of a decade or century."""
        return self.year.replace("X", "9")

    @property
    def slashed(self) -> str:
        """``2021/02/08``, as much of it as is known of a year in four digits."""
        year, *rest = self.parts
        return "/".join([f"{year:04}", *(f"{part:02}" for part in rest)])


def moments(date: ArchiveDate) -> tuple[Moment | None, ...]:
    """One moment for a date, two for an interval; None for an end that is unknown."""
    return tuple(_moment(end) for end in date.edtf.split("/"))


def exact(date: ArchiveDate) -> Moment | None:
    """The moment of a date that is one known year, month or day; None for any other date."""
    match moments(date):
        case (Moment(qualifier="") as only,) if only.parts:
            return only
    return None


def by_years(date: ArchiveDate) -> str:
    """The date by its years, in EDTF without X: ``2021/..`` of ``2021-12/..``.

    ``2020/2029`` of a decade; ``XXXX`` where nothing is known.
    """
    if not is_known(date):
        return "XXXX"
    ends = moments(date)
    start, end = ends[0], ends[-1]
    first = f"{start.first}{start.qualifier}" if start else ".."
    last = f"{end.last}{end.qualifier}" if end else ".."
    return max(first, last, key=len) if first[:4] == last[:4] else f"{first}/{last}"


def in_years(date: ArchiveDate) -> str:
    """A date that is not exact in words, by its years: ``not before 2021`` for ``2021-12/..``.

    These are the words of files for reference managers.  Zotero reads a month or a day out of any
    text that has one (``strToDate``), and would cite “8 February 2021 or later” as 8 February 2021;
    what stands before a year alone it keeps.  The year is last, because styles put letters behind
    the words to tell two works of a year apart: ``not before 2021b``.  It has four digits, because
    Zotero makes “0000 the” of words in RIS that have no year.
    """
    match by_years(date).split("/"):
        case ["XXXX"]:
            return "n.d."
        case [start, ".."]:
            return f"not before {_doubted(start)}"
        case ["..", end]:
            return f"not after {_doubted(end)}"
        case ends:
            return f"{'between ' * (len(ends) - 1)}{' and '.join(map(_doubted, ends))}"


_DOUBTS = {"": "", "?": "perhaps ", "~": "approximately ", "%": "perhaps approximately "}


def _doubted(year: str) -> str:
    return f"{_DOUBTS[year[4:]]}{year[:4]}"


_END = r"((?:perhaps )?(?:approximately )?)(\d{4})"
_FORMS = {
    re.compile(form.replace("2021", _END, 1).replace("2022", _END)): edtf
    for form, edtf in {
        "2021": "{}", "between 2021 and 2022": "{}/{}", "not before 2021": "{}/..",
        "not after 2021": "../{}",
    }.items()
}  # fmt: skip


def of_years(words: str) -> ArchiveDate | None:
    """The date that ``in_years`` says in these words, by its years; None of other words."""
    signs = {said: sign for sign, said in _DOUBTS.items()}
    for form, edtf in _FORMS.items():
        if found := form.fullmatch(words):
            said = found.groups()
            ends = (year + signs[doubt] for doubt, year in zip(said[::2], said[1::2], strict=True))
            return ArchiveDate.parse(edtf.format(*ends))
    return None


def closed(date: ArchiveDate) -> str | None:
    """What is known at both ends as an interval in EDTF without X, which all tools read.

    ``2019/2021``; ``2020/2029`` of a decade, ``1900/1999`` of a century.  None of any other date.
    """
    ends = date.edtf.split("/")
    if exact(date) or not {*ends}.isdisjoint(_UNKNOWN) or re.search(r"[?~%]", date.edtf):
        return None
    return f"{ends[0].replace('X', '0')}/{ends[-1].replace('X', '9')}"


def is_known(date: ArchiveDate) -> bool:
    """Whether anything is known of it."""
    return any(moment is not None for moment in moments(date))


def worded(
    date: ArchiveDate, write: Callable[[Moment], str], undated: str, *, comma: str = ""
) -> str:
    """The date in words; ``comma`` stands between a full date and "or later"."""
    match moments(date):
        case (Moment() as only,):
            return write(only)
        case (Moment() as start, None):
            return f"{write(start)}{comma if start.day else ''} or later"
        case (None, Moment() as end):
            return f"{write(end)}{comma if end.day else ''} or earlier"
        case (Moment() as start, Moment() as end):
            return f"between {write(start)} and {write(end)}"
    return undated


@lru_cache(maxsize=1024)
def _moment(text: str) -> Moment | None:
    match = _MOMENT.fullmatch(text)
    if match is None or match[1] in _UNKNOWN:
        return None
    year, month, day, qualifier = match.groups()
    return Moment(year, int(month) if month else None, int(day) if day else None, qualifier)
