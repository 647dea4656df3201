"""``publish``: bring the ledger up to date with the documents, and pin its head."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from sphinx.application import Sphinx

from archive.commands import argument, command
from archive.commands.ledger import compare, find, missed, missing, remember, words_of
from archive.commands.verify_sources import Holdings, examined
from archive.commands.workspace import reading, warnings_of
from archive.fidelity.source import Sources
from archive.files import Git, write_if_changed
from archive.model import Problem, permanence
from archive.model.ledger import Event, Kind, Ledger, entries, fold, is_day, load, read, short
from archive.model.passage import Anchor
from archive.model.proof import PIN, checkpoint
from archive.model.publishing import append, bound, following, keep, pending
from archive.model.settings import Settings
from archive.model.tree import Tree
from archive.model.wordings import WORDINGS, Superseded, superseded
from archive.serving import WarningCollector
from archive.site.check import problems_of_pages, unwritten
from archive.site.know.domain import ArchiveDomain, archive_domain
from archive.site.know.facts import DOCUMENTS
from archive.site.know.ledger import (
    LEDGER,
    checked_wordings,
    descriptions,
    standings,
    tombstones,
)
from archive.site.read.sources import states, unattested

# The problems that publishing itself mends: by a revision, and by one that was asked for.
_MENDED = frozenset({"anchor-altered", "seal-altered", "record-altered"})
_MEANT = "anchor-swapped"

WORK = "work"  # the folder where imports keep the sources

# A clock that is this far ahead of everything published and committed is taken for wrong.
_LONGEST_PAUSE = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Documents:
    """What stands in the documents of a checkout."""

    standings: Sequence[permanence.Standing]
    tombstones: Sequence[permanence.Tombstone]
    problems: Sequence[Problem]  # of the documents themselves
    settings: Settings
    described: Callable[[Ledger], Sequence[permanence.Description]] = lambda _ledger: ()
    # The words that stand in documents, of their ids, and those of earlier days; by fingerprint.
    words: Callable[[Set[str]], Mapping[str, str]] = lambda _ids: {}
    earlier: Callable[[Mapping[str, Superseded]], Mapping[str, str]] = lambda _wanted: {}


@command(
    argument("--dry-run", action="store_true", help="show the changes, append nothing"),
    argument("--swapped", action="store_true", help="swapped words are meant"),
    argument("--day", default="", help="the day, where the clock is wrong"),
    argument("--correct", type=int, help="a line of the ledger whose day was --day"),
    argument("--join", default="", help="a commit whose ledger was published as well"),
    epilog="Exit codes: 0 the ledger is up to date, 1 nothing was published.",
    failed="Nothing was published",
)
def run(arguments: Namespace, root: Path) -> int:
    """Append to the ledger every change of the documents that is not in it yet."""
    with reading(root, quiet=True) as (app, warnings):
        domain = archive_domain(app.env)
        changed = _changed(domain)
        unresolved = [*_unresolved(app, domain, root, changed), *_unfaithful(domain, root, changed)]
        known = states(domain)
        waiting = len(list(unattested(domain, known)))
        own = [*warnings, *unresolved, *problems_of_pages(domain, known), *unwritten(domain)]
        found = Documents(
            standings(domain), tombstones(domain), own, domain.settings,
            partial(descriptions, domain), partial(_words, app), partial(find, app, root),
        )  # fmt: skip
        code = publish(root, found, arguments)
    if code == 0 and waiting:
        print(
            f"notice: {waiting} passages or documents wait to be attested; make check tells them."
        )
    return code


def _changed(domain: ArchiveDomain) -> set[str]:
    """The ids of the documents that have something to publish."""
    events = pending(domain.ledger, standings(domain), tombstones(domain), date.max.isoformat())
    return {Anchor.parse(event.anchor).document for event in events}


def _words(app: Sphinx, ids: Set[str]) -> dict[str, str]:
    names = (f"{DOCUMENTS}/{id_}" for id_ in sorted(ids))
    return words_of(app, (name for name in names if name in app.env.found_docs))


def _unfaithful(domain: ArchiveDomain, root: Path, changed: Set[str]) -> list[Problem]:
    """What verifying would tell of the documents to publish whose source is in the work folder."""
    with suppress(OSError):
        sources = Sources(root / WORK)
        documents = [
            each for each in domain.documents.values()
            if each.id in changed and each.record is not None and sources.holds(each.record)
        ]  # fmt: skip
        done = examined(documents, Holdings(domain, sources))
        return [problem for each in done for problem in each.problems]
    return []


def _unresolved(app: Sphinx, domain: ArchiveDomain, root: Path, changed: Set[str]) -> list[Problem]:
    """What a build tells when it writes the documents to publish, and the pages that link to them.

    Reading leaves links, terms and citations unresolved.
    """
    pages = [
        name
        for name, mentions in sorted(domain.mentions.items())
        if name.rpartition("/")[2] in changed or any(each.document in changed for each in mentions)
    ]
    with WarningCollector(root) as told:
        for name in pages:
            app.env.get_and_resolve_doctree(name, app.builder, tags=app.tags)
    return warnings_of(told)


def publish(root: Path, documents: Documents, arguments: Namespace) -> int:
    """Append what is not in the ledger yet, and pin its head; return the exit code.

    Raises OSError where nothing can be appended, ValueError where what is asked for cannot be done.
    """
    path = root / LEDGER
    before = path.read_bytes() if path.is_file() else b""
    ledger, unreadable = load(before, LEDGER)
    asked, ledger = _asked(arguments, root, ledger, before)
    today = _today(root, ledger, "" if arguments.correct is not None else arguments.day)
    facts = documents.standings, documents.tombstones
    passages = pending(ledger, *facts, today)
    described = documents.described(following(ledger, passages))
    events = (*asked, *pending(ledger, *facts, today, described))
    after, unsound = load(before + bound(events, before), LEDGER)
    mended = _MENDED | ({_MEANT} if arguments.swapped else set())
    _kept, unsound_words = checked_wordings(root / WORDINGS)
    obstacles = {
        *unreadable,
        *unsound_words,
        *_broken(ledger, after, facts, mended),
        *documents.problems,
        *unsound,
        *compare(root, after, joining=arguments.join).problems,
    }
    if obstacles:
        print("Nothing was published. First mend:", *sorted(obstacles), sep="\n", file=sys.stderr)
        return 1
    _show(events)
    if not arguments.dry_run:
        remember(root, _worded(events, documents))
        _keep_superseded(root, after, documents)
        append(path, events, after=before)
        _pin(root, after, documents.settings, told=bool(events))
    return 0


def _broken(
    before: Ledger,
    after: Ledger,
    facts: tuple[Sequence[permanence.Standing], Sequence[permanence.Tombstone]],
    mended: Set[str],
) -> list[Problem]:
    """What the documents break of the ledger as it is, or would still break of the next one."""
    told = [each for each in permanence.check(before, *facts, LEDGER) if each.rule not in mended]
    return told or list(permanence.check(after, *facts, LEDGER))


def _worded(events: Sequence[Event], documents: Documents) -> dict[str, str]:
    """The words that events publish, by fingerprint."""
    worded = [each for each in events if each.sha256 is not None]
    said = documents.words({Anchor.parse(each.anchor).document for each in worded})
    return {sha256: said[sha256] for each in worded if (sha256 := each.sha256 or "") in said}


def _keep_superseded(root: Path, after: Ledger, documents: Documents) -> None:
    """Keep the words that no passage says once the ledger is ``after``; tell what is not found."""
    path = root / WORDINGS
    kept, _problems = checked_wordings(path)
    wanted = {sha256: was for sha256, was in superseded(after).items() if sha256 not in kept}
    found = documents.earlier(wanted)
    keep(path, {sha256: found.get(sha256) for sha256 in wanted})
    if wanted:
        print(f"{WORDINGS} has {len(found)} more earlier wordings.")
    for told in missed({each: was for each, was in wanted.items() if each not in found}):
        print(told)


def _pin(root: Path, ledger: Ledger, settings: Settings, *, told: bool) -> None:
    pinned = write_if_changed(root / PIN, str(checkpoint(ledger, settings, LEDGER)))
    if told or pinned:
        more = f", {PIN} and {WORDINGS}" if (root / WORDINGS).exists() else f" and {PIN}"
        print(f"{LEDGER} has {ledger.tree.size} lines. Commit it{more} with the documents.")


def _today(root: Path, ledger: Ledger, given: str) -> str:
    """The day to write.  Raises ValueError where the clock cannot be right."""
    if given:
        if not is_day(given):
            raise ValueError(f"{given!r} is not a day of the calendar, written like 2026-11-22")
        return given
    today = datetime.now(UTC).date()
    committed = Git(root).says("log", "-1", "--format=%cs").strip()
    known = [date.fromisoformat(day) for day in (ledger.last_day, committed) if day]
    mend = "set the clock, or name the day: make publish DAY=2026-11-22"
    if known and today < max(known) - timedelta(days=1):
        raise ValueError(
            f"the clock says {today}, but the last event or commit is of {max(known)}. To mend: "
            f"{mend}; a line of the ledger with a wrong day is corrected with CORRECT=line DAY=day"
        )
    if known and today > max(known) + _LONGEST_PAUSE:
        raise ValueError(
            f"the clock says {today}, and the last event or commit is of {max(known)}. To mend: "
            f"{mend}"
        )
    return today.isoformat()


# What is asked for besides the changes of the documents


def _asked(
    arguments: Namespace, root: Path, ledger: Ledger, before: bytes
) -> tuple[tuple[Event, ...], Ledger]:
    """The corrections and the events of another line of publication; the ledger with them."""
    found: list[Event] = []
    today = datetime.now(UTC).date().isoformat()
    if arguments.correct is not None:
        if not is_day(arguments.day):
            raise ValueError("say on which day the line was written: DAY=2026-11-22")
        found.append(Event(today, Kind.CORRECT, "", corrects=(arguments.correct, arguments.day)))
    if arguments.join:
        found += _joined(root, ledger, arguments.join, today)
    if not found:
        return (), ledger
    after, problems = fold((*read(before, LEDGER)[0], *found), LEDGER)
    if problems:
        raise ValueError(str(problems[0]))
    return tuple(found), replace(after, tree=ledger.tree)


def _joined(root: Path, ledger: Ledger, commit: str, today: str) -> list[Event]:
    """What another version published, as far as the ledger can take it, and the note of its head.

    An anchor that both published with other words stays what it is here, which is told.
    """
    git = Git(root)
    found_at = git.commit(commit)
    data = git.files([(found_at, LEDGER)]).get((found_at, LEDGER)) if found_at else None
    if data is None:
        raise ValueError(
            f"there is no commit {commit} with a {LEDGER} in this clone. To mend: git fetch "
            "origin, then name the commit whose ledger others published: make publish JOIN=commit"
        )
    past = tuple(each for history in ledger.values() for each in history.events)
    others = missing(ledger, read(data, LEDGER)[0])
    found = [replace(event, line=-number) for number, event in enumerate(others, start=1)]
    while refused := {
        problem.line for problem in fold((*past, *found), LEDGER)[1] if problem.line < 0
    }:
        for event in (each for each in found if each.line in refused):
            print(f"notice: the {event.kind} of {event.anchor} stands in both, and stays as it is")
        found = [each for each in found if each.line not in refused]
    found = [replace(event, line=0) for event in found]
    return [*found, Event(today, Kind.JOIN, "", joins=Tree(entries(data)).head())]


def _show(events: Sequence[Event]) -> None:
    if not events:
        print("Everything is published; nothing to append.")
    for kind, heading in (
        (Kind.PUBLISH, "New"), (Kind.REVISE, "Revised"),
        (Kind.AMEND, "Amended"), (Kind.MOVE, "Moved"), (Kind.WITHDRAW, "Withdrawn"),
        (Kind.DESCRIBE, "Described"), (Kind.CORRECT, "Corrected"), (Kind.JOIN, "Joined"),
    ):  # fmt: skip
        of_kind = [event for event in events if event.kind is kind]
        if of_kind:
            print(f"{heading} ({len(of_kind)}):")
        for event in of_kind:
            print(f"  {event.anchor}{_detail(event)}")


def _detail(event: Event) -> str:
    words = f"  {short(event.sha256)}" if event.sha256 else ""
    if event.corrects:
        words = f"line {event.corrects[0]} was written on {event.corrects[1]}"
    if event.joins:
        words = f"the {event.joins.size} lines with the tree head {short(event.joins.root)}"
    return words + (f"  → {event.target}" if event.target else "")
