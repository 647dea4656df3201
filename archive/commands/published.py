"""What was published before, and whether the ledger continues it.

The pinned head, the main branch, the tags, the history in git and the hosted archive are asked.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from archive.files import Git
from archive.model import Problem
from archive.model.ledger import Event, Ledger, entries, read, short
from archive.model.proof import PIN, Checkpoint
from archive.model.tree import Head, Tree
from archive.model.wordings import WORDINGS, Wordings, lost
from archive.preservation import CannotCheckError, harmless
from archive.preservation.fetching import Client, EndlessError, UnreachableError
from archive.site.know.ledger import LEDGER, checked_wordings

# A version that was published has to be the beginning of the ledger.  Where two versions were
# published that do not continue each other, a ``join`` event names the head of the one that the
# ledger does not continue, and the events of that one are in the ledger.  A version that stood in
# the repository's history only, on a branch that was merged, may stand in another order, but none
# of its events may be lost.


@dataclass(frozen=True, slots=True)
class Version:
    """The ledger as it was elsewhere or before."""

    name: str  # "origin/main", "the tag 2026.11", "the live site"
    head: Head
    data: bytes | None  # None where only the head is known
    is_published: bool
    restore: str  # the command that brings it back

    @classmethod
    def of(cls, name: str, data: bytes, *, is_published: bool, restore: str) -> Version:
        return cls(name, Tree(entries(data)).head(), data, is_published, restore)


def begins_with(ledger: Ledger, head: Head) -> bool:
    """Whether a head is that of the ledger's own first lines."""
    return head.size <= ledger.tree.size and ledger.tree.head(head.size) == head


def broken(ledger: Ledger, version: Version, path: str) -> Iterator[Problem]:
    """What is wrong with the ledger at ``path`` beside another version of it."""
    head = version.head
    if begins_with(ledger, head) or head in ledger.joined:
        return
    lost = missing(ledger, read(version.data or b"", version.name)[0])
    if lost:
        message = f"{len(lost)} events of {version.name} are lost, that of {lost[0].anchor} first"
        yield Problem(path, 0, "ledger-lost", message, _mend(version))
    elif version.is_published:
        message = (
            f"it does not begin with the {head.size} lines of {version.name}, whose tree head is "
            f"{short(head.root)}: lines were inserted, moved, edited or removed"
        )
        yield Problem(path, 0, "ledger-prefix", message, _mend(version))


def _mend(version: Version) -> str:
    return (
        f"run `{version.restore}`, and then `make publish`, which appends what is not in it. Where "
        "others hold both versions already, run `make publish JOIN=` with the commit of the other"
    )


def missing(ledger: Ledger, events: Iterable[Event]) -> list[Event]:
    """The events that the ledger has not, on whichever day."""
    known = {_key(event) for history in ledger.values() for event in history.events}
    known |= {_key(event) for past in ledger.documents.values() for event in past}
    return [event for event in events if event.anchor and _key(event) not in known]


def _key(event: Event) -> tuple[object, ...]:
    return event.kind, event.anchor, event.sha256, event.target, event.seal


# What was published before: the pinned head, the main branch, the tags, and the history in git.

_MAIN = ("@{upstream}", "origin/HEAD", "origin/main", "origin/master")
_TAGS = 50  # the newest
_LARGEST = 512 << 20  # bytes of a ledger


@dataclass(slots=True)
class Compared:
    """What comparing a ledger with everything published before gave."""

    problems: list[Problem] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)  # what it was compared with
    notices: list[str] = field(default_factory=list)  # what could not be compared

    def __str__(self) -> str:
        beside = f"Compared with {', '.join(self.beside)}." if self.beside else ""
        first = "Nothing that was published before is at hand to compare with."
        return " ".join([beside or first, *self.notices])


def compare(
    root: Path, ledger: Ledger, base: str = "", joining: str = "", live: str = ""
) -> Compared:
    """Compare a checkout's ledger with what was published before.

    ``base`` names a commit that was published, ``joining`` one whose ledger is about to be joined,
    ``live`` the address of the hosted archive.  Raises ValueError where there is no such commit,
    and where the hosted ledger cannot be read.
    """
    found, git = Compared(), Git(root)
    for name in (base, joining):
        if name.strip("0") and not git.commit(name):
            raise ValueError(
                f"there is no commit {name} in this clone, as after a history was rewritten by "
                f"force. To mend: git fetch origin {name}"
            )
    _compare_pin(root, ledger, found)
    kept, _unsound = checked_wordings(root / WORDINGS)
    if live:
        _compare_live(live, ledger, kept, found)
    if not git.is_there:
        found.notices.append("Without git, the history is not compared.")
        return found
    if git.is_shallow:
        found.notices.append("The clone is shallow: the rest of its history is not compared.")
    names = dict(_published(git, base))
    history = [commit for commit in git.changed(LEDGER, PIN) if commit not in names]
    found.beside += [*names.values(), *([f"the history ({len(history)})"] if history else [])]
    for commit in history:
        names[commit] = f"the commit {commit[:12]}"
    names.pop(git.commit(joining) if joining else "", None)
    for version in _differing(git, names, set(history), ledger):
        found.problems += broken(ledger, version, LEDGER)
    found.problems += lost(kept, ledger, _wordings(git, names))
    return found


def _wordings(git: Git, names: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """The earlier wordings as each version of them has them, with its name."""
    history = {commit: f"the commit {commit[:12]}" for commit in git.changed(WORDINGS)}
    named = {**history, **names}
    files = git.files((commit, WORDINGS) for commit in named)
    return ((named[commit], data) for (commit, _path), data in files.items())


def _compare_pin(root: Path, ledger: Ledger, found: Compared) -> None:
    try:
        head = Checkpoint.parse((root / PIN).read_text("utf-8")).head
    except FileNotFoundError:
        found.notices.append(f"There is no {PIN} yet; make publish writes it.")
    except ValueError as error:
        mend = f"run `git checkout origin/main -- {PIN}`, or delete it and run `make publish`"
        found.problems.append(Problem(PIN, 1, "ledger-head", str(error), mend))
    else:
        restore = f"git checkout origin/main -- {LEDGER} {PIN}"
        version = Version(PIN, head, None, is_published=True, restore=restore)
        found.problems += broken(ledger, version, LEDGER)
        found.beside.append(PIN)


def _compare_live(address: str, ledger: Ledger, kept: Wordings, found: Compared) -> None:
    data = _live(address, LEDGER)
    if data is None:
        found.notices.append(f"{address} has no {LEDGER} yet.")
        return
    restore = f"curl -o {LEDGER} {address.rstrip('/')}/{LEDGER}"
    version = Version.of(address, data, is_published=True, restore=restore)
    found.problems += broken(ledger, version, LEDGER)
    found.problems += lost(kept, ledger, [(address, _live(address, WORDINGS) or b"")])
    found.beside.append(address)


def _live(address: str, name: str) -> bytes | None:
    """A file of the hosted archive; None where it has none.  Raises ValueError."""
    try:
        with closing(Client(address, rate=0)) as client:
            answer = client.get(name, _LARGEST)
    except (CannotCheckError, UnreachableError, EndlessError) as error:
        raise ValueError(f"{address} cannot be compared with: {harmless(str(error))}") from error
    if answer.status not in (200, 404, 410):
        raise ValueError(f"{address} cannot be compared with: it answers with {answer.status}")
    return answer.body if answer.status == 200 else None


def _published(git: Git, base: str) -> Iterator[tuple[str, str]]:
    """The commits that others may hold, each with its name; the last name given counts."""
    tags = [(f"refs/tags/{tag}", f"the tag {tag}") for tag in git.tags(_TAGS)]
    for name, words in (*tags, *((name, name) for name in (*_MAIN, base) if name)):
        if commit := git.commit(name):
            yield commit, words


def _differing(
    git: Git, names: dict[str, str], unpublished: set[str], ledger: Ledger
) -> Iterator[Version]:
    """The versions that the ledger does not begin with."""
    pins = git.files((commit, PIN) for commit in unpublished)
    for commit, name in names.items():
        if begins_with(ledger, _head(pins.get((commit, PIN), b""))):
            continue
        data = git.files([(commit, LEDGER)]).get((commit, LEDGER))
        if data is not None:
            yield Version.of(
                name, data, is_published=commit not in unpublished,
                restore=f"git checkout {commit[:12]} -- {LEDGER}",
            )  # fmt: skip


def _head(pin: bytes) -> Head:
    """The head that a pin names; of none, one that no ledger begins with."""
    try:
        return Checkpoint.parse(pin.decode("utf-8", "replace")).head
    except ValueError:
        return Head(sys.maxsize, "")
