"""What a check finds, and how it is told (section 7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from archive.checking.copy import Copy
from archive.checking.references import anchor_of
from archive.model.words import N_, words


class State(StrEnum):
    """What became of what a text cites, or whether its words are right."""

    STANDS = "stands"
    REWORDED = "reworded"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"
    MISQUOTED = "misquoted"
    OUTSIDE = "outside"
    UNCLEAR = "unclear"


# What a reader has to do something about.
WRONG = frozenset({State.REWORDED, State.MOVED, State.WITHDRAWN, State.MISQUOTED})

QUOTATION = "quotation"


@dataclass(frozen=True, slots=True)
class Finding:
    """One anchor, address, fingerprint, citation or quotation of a text."""

    found: str
    kind: str
    state: State
    line: int = 1
    anchor: str = ""
    target: str = ""
    sha256: str = ""
    differences: tuple[tuple[str, str], ...] = ()
    note: str = ""

    def data(self) -> dict[str, Any]:
        """The finding as JSON has it; without what is empty."""
        named = {name: getattr(self, name) for name in self.__slots__}
        said = named | {"state": self.state.value, "differences": [*map(list, self.differences)]}
        return {name: value for name, value in said.items() if value}


# --- Tells what a check found, for people: place, quotation, state, and what to do.

SCHEMA = "schema/check-1.schema.json"  # in a site
_SHOWN = 90  # characters of what was found

# The words of the page that checks a text (``check.js``).
STATES = {
    State.STANDS: N_("Stands"),
    State.MISQUOTED: N_("Misquoted"),
    State.WITHDRAWN: N_("Withdrawn"),
    State.REWORDED: N_("Reworded since"),
    State.MOVED: N_("Moved"),
    State.UNCLEAR: N_("Unclear"),
    State.OUTSIDE: N_("Not in the archive"),
}
_COUNTED = {
    State.STANDS: N_("{count} stand"),
    State.MISQUOTED: N_("{count} misquoted"),
    State.WITHDRAWN: N_("{count} withdrawn"),
    State.REWORDED: N_("{count} reworded since"),
    State.MOVED: N_("{count} moved"),
    State.UNCLEAR: N_("{count} unclear"),
    State.OUTSIDE: N_("{count} not in the archive"),
}
NOTES = {
    "stands ellipsis": N_("With words left out, as is marked."),
    "stands brackets": N_("With a change in brackets, as is marked."),
    "stands case": N_("But for a capital letter."),
    "stands elsewhere": N_(
        "The words stand here, and not in the passage that is cited beside them."
    ),
    "stands draft": N_("It is not published yet."),
    "stands since": N_("So it was on that day; it changed on {date}."),
    "reworded until": N_("It said so until {date}."),
    "reworded": N_("It has other words now."),
    "moved since": N_("Moved on {date}, to:"),
    "moved": N_("Moved to:"),
    "withdrawn since": N_("Withdrawn on {date}."),
    "misquoted punctuation": N_("Only punctuation differs."),
    "misquoted until": N_("Compared with an earlier wording, which stood until {date}."),
    "misquoted later": N_("It was published only later, on {date}."),
    "misquoted absent": N_(
        "The passage that is cited beside it has nothing like it, nor has any other."
    ),
    "outside short": N_("These are too few words to look them up."),
    "outside": N_("No passage has these words, or words like them."),
    "unclear unknown": N_("The archive has no such passage or document."),
    "unclear later": N_("It was published only later, on {date}."),
    "unclear page": N_("Numbers of pages change. Cite the passage."),
    "unclear several": N_("It can mean several passages."),
    "unclear absent": N_("The passage that is cited beside it does not have these words."),
    "unclear fingerprint": N_("The passage never had the words of this fingerprint."),
    "unclear unread": N_("The file of the document could not be loaded."),
    "unclear much": N_("The text has more than is checked."),
}


def explained(finding: Finding, language: str = "en") -> str:
    """Why a finding has its state, in words; empty where nothing has to be said."""
    code, _, value = finding.note.partition(": ")
    said = NOTES.get(f"{finding.state} {code}".strip(), "")
    return words(language)(said).format(date=value) if said else ""


def report(
    name: str, findings: Sequence[Finding], copy: Copy, language: str = "en", *, whole: bool = False
) -> Iterator[str]:
    """The lines of a report on one file; with ``whole``, also on what stands or is of others."""
    quiet = frozenset() if whole else frozenset({State.STANDS, State.OUTSIDE})
    for finding in findings:
        elsewhere = finding.note == "elsewhere"
        if finding.state not in quiet or elsewhere:
            yield from _told(name, finding, copy, language)


def _told(name: str, finding: Finding, copy: Copy, language: str) -> Iterator[str]:
    _ = words(language)
    shown = finding.found if len(finding.found) <= _SHOWN else f"{finding.found[:_SHOWN]}…"
    quoted = f"“{shown}”" if finding.kind == "quotation" else shown
    yield f"{name}:{finding.line}: {_(STATES[finding.state])}: {quoted}"
    if finding.anchor and finding.anchor != finding.found:
        yield f"    {_name(finding.anchor, copy)}"
    if why := explained(finding, language):
        yield f"    {why}"
    if finding.target:
        yield f"    {_name(finding.target, copy)}"
    for said, stands in finding.differences:
        yield f"    “{said}” → “{stands}”"
    if finding.state in WRONG and (led := finding.target or finding.anchor):
        yield f"    {address(led, copy)}"


def _name(anchor: str, copy: Copy) -> str:
    document = copy.document(anchor_of(anchor) or anchor)
    held = document.by_anchor.get(anchor, {}) if document is not None else {}
    return f"{held['name']} ({anchor})" if held.get("name") else anchor


def address(anchor: str, copy: Copy) -> str:
    """Where a passage or a document is read; relative to the site where that has no address."""
    id_ = anchor_of(anchor)
    return f"{copy.base}documents/{id_ or anchor}.html{f'#{anchor}' if id_ else ''}"


def summary(findings: Iterable[Finding], language: str = "en") -> str:
    """How many findings have each state, in one line."""
    _, counts = words(language), Counter(finding.state for finding in findings)
    told = [_(_COUNTED[state]).format(count=counts[state]) for state in STATES if counts[state]]
    return ", ".join(told) or _("Nothing of this archive was found in the text.")


def data(checked: Sequence[tuple[str, Sequence[Finding]]], copy: Copy, day: str) -> dict[str, Any]:
    """The result as JSON has it (``SCHEMA``)."""
    return {
        "$schema": f"{copy.base}{SCHEMA}", "format": 1,
        "archive": {"name": copy.name, "address": copy.base, "day": copy.day},
        "date": day or None,
        "texts": [
            {"name": name, "findings": [_row(each, copy) for each in findings]}
            for name, findings in checked
        ],
    }  # fmt: skip


def _row(finding: Finding, copy: Copy) -> dict[str, Any]:
    row = finding.data()
    if led := finding.target or finding.anchor:
        row["address"] = address(led, copy)
    if why := explained(finding):
        row["explanation"] = why
    return row
