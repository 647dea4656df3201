"""Agents: the persons and bodies of a document, each with what it did (compare ISAAR(CPF) 5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from archive.model import Fact, KeywordFact
from archive.model import crosswalk as read
from archive.model.crosswalk import Reader, RuleBrokenError, row
from archive.model.frontmatter import Entry

# What an agent did, as a record has it, with the label that the card has for several of them.
ROLES: Mapping[str, str] = {
    "author": "Authors",
    "issuer": "Issuers",
    "court": "Courts",
    "judge": "Judges",
    "party": "Parties",
    "applicant": "Applicants",
    "appellant": "Appellants",
    "claimant": "Claimants",
    "petitioner": "Petitioners",
    "plaintiff": "Plaintiffs",
    "prosecutor": "Prosecutors",
    "defendant": "Defendants",
    "respondent": "Respondents",
    "intervener": "Interveners",
    "counsel": "Counsel",
    "addressee": "Addressees",
    "signatory": "Signatories",
    "speaker": "Speakers",
    "witness": "Witnesses",
    "editor": "Editors",
    "translator": "Translators",
}

# The hosts of authority files, with the path that an identifier has there.
_AUTHORITIES = {
    "www.wikidata.org": r"/(?:wiki|entity)/Q[1-9][0-9]*",
    "viaf.org": r"/viaf/[1-9][0-9]*/?",
    "id.loc.gov": r"/authorities/(?:names|subjects)/[a-z]+[0-9]+",
    "isni.org": r"/isni/[0-9]{15}[0-9X]/?",
    "orcid.org": r"/(?:[0-9]{4}-){3}[0-9]{3}[0-9X]",
}

_NOT_CITED = "head xmp bibtex ris csl chicago apa mla bluebook oscola catalogue search"
# Where those who are cited stand.
_AS_AUTHOR = {
    "card": "the role",
    "head": "citation_author DC.contributor",
    "json_ld": "isBasedOn.author", "xmp": "dc:contributor",
    "bibtex": "author", "ris": "AU", "csl": "author",
    "chicago": "author", "apa": "author", "mla": "author", "bluebook": "author",
    "oscola": "author",
    "catalogue": "issuer", "search": "issuer",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person(Fact):
    """The name of a person in its parts."""

    family: str
    given: str = ""
    suffix: str = ""  # "Jr."

    @property
    def natural(self) -> str:
        """``Martin Luther King Jr.``"""
        return " ".join(filter(None, (self.given, self.family, self.suffix)))

    @property
    def inverted(self) -> str:
        """``King, Martin Luther, Jr.``, which is also the form of a record."""
        return ", ".join(filter(None, (self.family, self.given, self.suffix)))


def _person(reader: Reader, entry: Entry) -> Person:
    said = read.text(reader, entry)
    parts = [part.strip() for part in said.split(",")]
    if len(parts) > 3 or not all(parts):
        raise RuleBrokenError(
            "record-person", f"“{said}” is not the name of a person.",
            "write Family, Given, or Family, Given, Jr.; a body is written as body:.",
        )  # fmt: skip
    return Person(*parts)


def _roles(reader: Reader, entry: Entry) -> tuple[str, ...]:
    """Read one role, or a list of them."""
    items = entry.value if isinstance(entry.value, tuple) else (entry,)
    one = read.one_of(tuple(ROLES), "agent-role")
    found = tuple(str(one(reader, item)) for item in items)
    if not found:
        raise RuleBrokenError("record-value-empty", "it is empty.", "write what the agent did.")
    return tuple(dict.fromkeys(found))


def _authority(reader: Reader, entry: Entry) -> str:
    said = read.text(reader, entry)
    parts = urlsplit(said)
    path = _AUTHORITIES.get(parts.netloc)
    plain = parts.scheme == "https" and not parts.query and not parts.fragment
    if path is None or not plain or not re.fullmatch(path, parts.path):
        raise RuleBrokenError(
            "agent-authority", f"“{said}” is no entry of an authority file.",
            "write the https address of the agent at www.wikidata.org, viaf.org, id.loc.gov, "
            "isni.org or orcid.org, or leave it out.",
        )  # fmt: skip
    return said


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent(KeywordFact):
    """A person or a body, in the order of the record."""

    body: str | None = row(
        read.text,
        default=None,
        words="; ".join,
        is_name=True,
        coded=_AS_AUTHOR,
    )
    person: Person | None = row(  # noqa: RUF009 - a declaration
        _person,
        default=None,
        words=lambda people: "; ".join(each.natural for each in people),
        coded=_AS_AUTHOR,
    )
    role: tuple[str, ...] = row(
        _roles,
        words=lambda roles: "; ".join(role for each in roles for role in each),
        coded={"card": "the label", "json_ld": "isBasedOn.contributor"},
        absent={_NOT_CITED: "who is cited at all is cited as author"},
    )
    authority: str | None = row(  # an entry of an authority file
        _authority,
        default=None,
        words=" ".join,
        drawn="link",
        coded={"card": "the name", "json_ld": "isBasedOn.author.sameAs"},
        absent={_NOT_CITED: "a citation has names alone"},
    )

    @property
    def name(self) -> str:
        """The name as one says it."""
        return self.person.natural if self.person else self.body or ""


_FORM = "write for each agent - body: Name, or - person: Family, Given, and below it role:."


def read_agents(reader: Reader, entry: Entry) -> tuple[Agent, ...]:
    """Read the list of agents."""
    if not isinstance(entry.value, tuple) or not entry.value:
        raise RuleBrokenError("record-value-form", "it is not a list.", _FORM)
    return tuple(agent for item in entry.value if (agent := _agent(reader, item)) is not None)


def _agent(reader: Reader, item: Entry) -> Agent | None:
    """Read one agent; None where it has problems, which withhold the record."""
    if not isinstance(item.value, dict):
        reader.report(item.line, ("record-value-form", "agents: an agent is no group.", _FORM))
        return None
    before = len(reader.problems)
    values = reader.read(item.value, Agent, where="an agent", line=item.line)
    if ("body" in item.value) == ("person" in item.value):
        what = "both a body and a person" if "body" in item.value else "neither a body nor a person"
        reader.report(item.line, ("agent-name", f"agents: an agent is {what}.", _FORM))
    return Agent(**values) if len(reader.problems) == before else None


def by_role(agents: tuple[Agent, ...]) -> Iterator[tuple[str, tuple[Agent, ...]]]:
    """Yield each role that somebody has, worded for the card, with its agents in their order."""
    named = dict.fromkeys(role for agent in agents for role in agent.role)
    for role in named:
        found = tuple(agent for agent in agents if role in agent.role)
        yield ROLES[role] if len(found) > 1 else role.capitalize(), found
