"""What the card of a record says, which every form draws below the title of a document."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Any, NamedTuple

from archive.model.agents import Agent, by_role
from archive.model.crosswalk import Drawn, rows
from archive.model.record import STATUSES, Record
from archive.model.words import Words, words

RELATED_BEFORE = "Source"  # the item before which relations stand


class Line(NamedTuple):
    """A line of an item."""

    words: str
    drawn: Drawn
    address: str = ""  # that the words lead to


def card(record: Record) -> dict[str, list[Line]]:
    """Return the lines of each item by its label, in the order of the crosswalk.

    What was decided on the day that it bears has that day once, as the one of the decision.
    """
    _ = words(record.language)
    items: dict[str, list[Line]] = {}
    same_day = record.decided == record.date
    for label, line in _lines(record, _):
        if same_day and label == _DECIDED:
            continue
        shown = _DECIDED if same_day and label == _DATE else label
        items.setdefault(_(shown), []).append(line)
    return items


def brief(record: Record) -> str:
    """Return the line that stands for the card until a reader opens it: whose, what, when."""
    items, labels = card(record), map(words(record.language), _BRIEF)
    said = (items[label][0].words for label in labels if label in items)
    return " · ".join(["; ".join(agent.name for agent in record.cited), *said])


def picture(record: Record) -> tuple[str, str, str]:
    """Return what the picture card of a document says: its title, whose it is, what and when.

    That it was rejected, or that nobody knows what became of it, is said as in a citation.
    """
    _ = words(record.language)
    listed, names = _("{one}, {other}"), [agent.name for agent in record.cited]
    whose = reduce(lambda one, other: listed.format(one=one, other=other), names[:_NAMED] or [""])
    more = " …" if len(names) > _NAMED else ""
    what = [_(record.kind.label), record.date.said(_)]
    if record.status in _UNLIKE_ISSUED:
        what.append(_(STATUSES[record.status]))
    return record.title, f"{whose}{more}", " · ".join(what)


_NAMED = 3  # on a picture
_UNLIKE_ISSUED = frozenset({"rejected", "unestablished"})
_BRIEF = ("Kind", "Date", "Status")
_DATE, _DECIDED = "Date", "Decided"
_AGENTS = "agents.body"  # the first row of agents


def _lines(record: Record, _: Words) -> Iterator[tuple[str, Line]]:
    kind: Any = type(record)
    for row in rows(kind):
        if row.name == _AGENTS:
            for role, agents in by_role(record.agents):
                yield from ((role, _agent(each)) for each in agents)
        said = row.told(row.value(record), _) if "card" in row.written else ""
        if said and row.drawn == "link":
            yield row.written["card"], Line(said.partition("://")[2], row.drawn, said)
        elif said:
            yield row.written["card"], Line(said, row.drawn)


def _agent(agent: Agent) -> Line:
    """Return the name of an agent, which leads to its entry in an authority file."""
    return Line(agent.name, "link" if agent.authority else "text", agent.authority or "")
