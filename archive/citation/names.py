"""Names of agents as each form writes them: persons inverted or as spoken, bodies whole.

The rules of the styles: Chicago Manual of Style, 18th edition; Publication Manual of the APA, 7th
edition; MLA Handbook, 9th edition; The Bluebook, 21st edition; OSCOLA, 4th edition.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from archive.citation import undivided
from archive.model.agents import Agent, Person

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
