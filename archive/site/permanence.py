"""Holds the documents against the ledger, at every build."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util import logging

from archive.model.ledger import History, Kind, Ledger, load
from archive.model.passage import Anchor
from archive.model.permanence import check
from archive.model.problem import Problem
from archive.model.publishing import pending
from archive.model.standing import Standing, Tombstone
from archive.site.commits import publishing_commits
from archive.site.domain import ArchiveDomain, Document, archive_domain

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

LEDGER = "ledger.jsonl"

# Any day serves to see whether something is pending; publishing puts its own.
_SOME_DAY = "9999-12-31"

_log = logging.getLogger(__name__)


def take_ledger(app: Sphinx) -> None:
    """Give the domain the folded ledger; an archive without one has published nothing."""
    domain = archive_domain(app.env)
    path = Path(app.srcdir) / LEDGER
    domain.ledger, domain.ledger_problems = read_ledger(path)
    domain.published = by_document(domain.ledger)
    if any(len(history.events) > 1 for history in domain.ledger.histories.values()):
        domain.ledger_commits = publishing_commits(path)


def read_ledger(path: Path) -> tuple[Ledger, tuple[Problem, ...]]:
    """Read and fold the ledger at ``path``, with all its problems."""
    ledger, found = load(path.read_bytes() if path.is_file() else b"", LEDGER)
    return ledger, tuple(found)


def by_document(ledger: Ledger) -> dict[str, tuple[History, ...]]:
    """The ledger's histories by the id of the document they are named after."""
    found: defaultdict[str, list[History]] = defaultdict(list)
    for history in ledger.histories.values():
        found[Anchor.parse(history.anchor).document].append(history)
    return {document_id: tuple(histories) for document_id, histories in found.items()}


def problems(domain: ArchiveDomain) -> Iterator[Problem]:
    """Every promise that is not kept."""
    if not domain.has_whole_ledger:
        return
    yield from domain.ledger_problems
    yield from check(domain.ledger, standings(domain), tombstones(domain), LEDGER)


def standings(domain: ArchiveDomain) -> list[Standing]:
    """The anchored blocks of all documents, by path and line."""
    return [each for document in _documents(domain) for each in standings_of(document)]


def standings_of(document: Document) -> list[Standing]:
    """The anchored blocks of one document, by line."""
    return [
        Standing(block.anchor, block.fingerprint, document.path, block.line, block.former)
        for block in document.blocks
    ]


def tombstones(domain: ArchiveDomain) -> list[Tombstone]:
    """The places of withdrawn passages in all documents."""
    return [place for document in _documents(domain) for place in document.tombstones]


def _documents(domain: ArchiveDomain) -> list[Document]:
    return sorted(domain.documents.values(), key=lambda document: document.path)


def unpublished(domain: ArchiveDomain) -> list[Problem]:
    """Each new passage, move and withdrawal that the ledger does not know yet."""
    standing, gone = standings(domain), tombstones(domain)
    waiting = [
        event
        for event in pending(domain.ledger, standing, gone, _SOME_DAY)
        if event.kind is not Kind.REVISE
    ]
    if not waiting:
        return []
    places: dict[str, Standing | Tombstone] = {each.anchor: each for each in gone}
    for each in standing:
        places |= dict.fromkeys((each.anchor, *each.former), each)
    return [
        Problem(
            places[event.anchor].path, places[event.anchor].line, "anchor-unpublished",
            f"The {event.kind} of {event.anchor} is not in the ledger yet.",
            "run make publish, and commit the ledger.",
        )
        for event in waiting
    ]  # fmt: skip


def tell_unpublished(app: Sphinx, env: BuildEnvironment) -> None:
    """Tell what is not published: a notice in a build, an error in a release."""
    domain = archive_domain(env)
    waiting = unpublished(domain) if domain.has_whole_ledger else []
    if app.config.archive_release:
        for problem in waiting:
            _log.error(problem.text, location=f"{problem.path}:{max(problem.line, 1)}")
    elif waiting:
        _log.info(
            "notice: %d anchors are not published yet, %s first; make publish does it",
            len(waiting), waiting[0].message,
        )  # fmt: skip


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_config_value("archive_release", False, "", bool)
    app.connect("builder-inited", take_ledger)
    app.connect("env-updated", tell_unpublished, priority=960)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
