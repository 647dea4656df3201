"""Reports all problems of the archive at every build, also those of pages that were not read again.

What is unpublished, unwritten or unattested is an error in a release, and a notice in other builds.
BibTeX files are checked before and after sphinxcontrib-bibtex parses them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

from archive.citation.bibfile import check_entries, check_text, check_values, entry_lines
from archive.fidelity.attestation import CHECKER
from archive.fidelity.source import Sources
from archive.model.ledger import Kind
from archive.model.permanence import Standing, Tombstone, check
from archive.model.problem import Problem
from archive.model.publishing import pending
from archive.site.know.domain import ArchiveDomain, archive_domain
from archive.site.know.facts import anchor_of
from archive.site.know.ledger import LEDGER, standings, tombstones
from archive.site.read.forbidden import UnreadableError
from archive.site.read.sources import note_stamp, states, take_source
from archive.upstream.domains import forget_bibliography


def check_syntax(app: Sphinx) -> None:
    """Check the files before they are parsed.  Raises UnreadableError if one has a syntax error."""
    fatal: list[Problem] = []
    found: list[Problem] = []
    note_bibliography(app)
    for name, path in _files(app):
        errors, others = check_text(path.read_bytes(), name)
        fatal += errors
        found += others
    _keep(app, found, fatal)


def check_parsed(app: Sphinx) -> None:
    """Check the parsed entries.  Raises UnreadableError if a value cannot be shown."""
    entries = app.env.get_domain("cite").bibdata.data.entries  # type: ignore[attr-defined]
    fatal: list[Problem] = []
    found = list(archive_domain(app.env).reference_problems)
    for name, path in _files(app):
        lines = list(entry_lines(path.read_text("utf-8-sig")))
        found += check_entries(entries, lines, name)
        fatal += check_values(entries, lines, name)
    _keep(app, found, fatal)
    keep_bibliography(app)


def note_bibliography(app: Sphinx) -> None:
    """Have the BibTeX files parsed again where one is not as it was before it was parsed."""
    domain = archive_domain(app.env)
    for name, path in _files(app):
        note_stamp(app.env, path)
        if domain.stamps.get(name) != (domain.noted[path],):
            forget_bibliography(app.env)


def keep_bibliography(app: Sphinx) -> None:
    """Keep the stamps that the BibTeX files had before they were parsed."""
    domain = archive_domain(app.env)
    domain.stamps.update(
        (name, (domain.noted[path],)) for name, path in _files(app) if path in domain.noted
    )


def _files(app: Sphinx) -> Iterator[tuple[str, Path]]:
    paths = ((name, Path(app.srcdir, name)) for name in app.config.bibtex_bibfiles)
    return ((name, path) for name, path in paths if path.is_file())


def _keep(app: Sphinx, found: list[Problem], fatal: list[Problem]) -> None:
    """Store problems to be reported after reading; raise those that make parsing impossible."""
    if fatal:
        raise UnreadableError(sorted([*fatal, *found]))
    archive_domain(app.env).reference_problems = tuple(found)


_log = logging.getLogger(__name__)

# A date for events that are computed only to see whether there are any.
_ANY_DATE = "9999-12-31"


def report_problems(app: Sphinx, env: BuildEnvironment) -> None:
    """Log problems as errors, which fail a build that makes warnings errors."""
    domain, is_release = archive_domain(env), app.config.archive_release
    _log_errors(sorted((*problems_of_pages(domain), *_problems_of_ledger(domain))))
    if app.config.archive_sources:
        _log_errors(_source_problems(domain, app.config.archive_sources))
    _report_unattested(domain, is_release=is_release)
    _report_unwritten(domain, is_release=is_release)
    _report_unpublished(domain, is_release=is_release)


def _log_errors(problems: Iterable[Problem]) -> None:
    for problem in problems:
        _log.error(problem.text, location=f"{problem.path}:{max(problem.line, 1)}")


def problems_of_pages(domain: ArchiveDomain) -> Iterator[Problem]:
    """Yield what a build refuses, whatever the ledger says."""
    for document in domain.documents.values():
        yield from document.problems
    for faults in domain.faults.values():
        yield from faults
    yield from domain.reference_problems
    for vouching in domain.vouching.values():
        yield from vouching.problems
    yield from _misanchored(domain)
    yield from _mislabelled(domain)
    if domain.checks_ledger:
        yield from states(domain).miscounted()


def _problems_of_ledger(domain: ArchiveDomain) -> Iterator[Problem]:
    if domain.checks_ledger:
        yield from domain.ledger_problems
        yield from check(domain.ledger, standings(domain), tombstones(domain), LEDGER)


def _misanchored(domain: ArchiveDomain) -> Iterator[Problem]:
    """An anchor begins with the id of its document; its letter has a word in the settings."""
    letters = domain.settings.letters
    known = ", ".join(f"{each} ({word})" for each, word in letters.items())
    for document in domain.documents.values():
        for block in document.blocks:
            name, _hyphen, label = block.anchor.rpartition("-")
            letter = label[0]
            if name != document.id:
                yield Problem(
                    document.path, block.line, "anchor-misnamed",
                    f"The anchor “{block.anchor}” names another document.",
                    f"begin it with the id of this one: {document.id}-{letter}….",
                )  # fmt: skip
            if letter not in letters:
                yield Problem(
                    document.path, block.line, "anchor-letter",
                    f"The letter {letter} of the anchor “{block.anchor}” stands for nothing.",
                    f"write one of {known}, or set a word for it in conf.py: archive_letters.",
                )  # fmt: skip


def _mislabelled(domain: ArchiveDomain) -> Iterator[Problem]:
    """A label is on one page, and no page takes the anchor or the id of a document as a label."""
    first: dict[str, str] = {}
    for label in (label for _docname, labels in sorted(domain.labels.items()) for label in labels):
        taken = _owner(domain, label.name) or first.setdefault(label.name, label.path)
        if taken != label.path:
            yield Problem(
                label.path, label.line, "label-repeated",
                f"The label “{label.name}” is in {taken}, too: links to it would lead to either.",
                "give this block another label.",
            )  # fmt: skip


def _owner(domain: ArchiveDomain, name: str) -> str | None:
    """The file to which an anchor or the id of a document belongs, also one no longer there."""
    anchor = anchor_of(name)
    document_id = anchor.document if anchor is not None else name
    document = domain.documents.get(f"documents/{document_id}")
    if document is not None and (name == document_id or name in document.anchors):
        return document.path
    published = domain.published.get(document_id, ())
    return LEDGER if any(history.anchor == name for history in published) else None


def _source_problems(domain: ArchiveDomain, folder: str) -> Iterator[Problem]:
    """Yield a problem for each source that is missing or differs from the record."""
    try:
        sources = Sources(Path(folder))
    except OSError as error:
        raise ExtensionError(f"the folder of the sources cannot be read: {error}") from error
    for document in domain.documents.values():
        yield from take_source(document, sources)[1]


def unattested(domain: ArchiveDomain) -> list[Problem]:
    """Return what waits for whoever holds a source."""
    return sorted(states(domain).waiting())


def _report_unattested(domain: ArchiveDomain, *, is_release: bool) -> None:
    found = unattested(domain) if domain.checks_ledger else []
    if is_release:
        _log_errors(found)
    elif found:
        _log.info(
            "notice: %d passages or documents wait to be attested, %s first; %s",
            len(found), found[0].message, found[0].mend,
        )  # fmt: skip
    older = sum(each.checker not in (None, CHECKER) for each in domain.vouching.values())
    if older:
        _log.info(
            "notice: %d documents were attested by other rules than version %d. They stay "
            "attested; whoever holds the sources may run make verify-sources again",
            older, CHECKER,
        )  # fmt: skip


def unwritten(domain: ArchiveDomain) -> Iterator[Problem]:
    """Yield the passages that are not written and the values that are not confirmed."""
    for document in sorted(domain.documents.values(), key=lambda document: document.path):
        yield from document.unwritten


def _report_unwritten(domain: ArchiveDomain, *, is_release: bool) -> None:
    found = list(unwritten(domain))
    if is_release:
        _log_errors(found)
    elif found:
        paths = sorted({problem.path for problem in found})
        _log.info(
            "notice: %d passages and values are to be written or confirmed, in %s",
            len(found), ", ".join(paths[:3]) + (" and others" if len(paths) > 3 else ""),
        )  # fmt: skip


def unpublished(domain: ArchiveDomain) -> list[Problem]:
    """Return the new passages, moves and withdrawals that are not in the ledger."""
    standing, gone = standings(domain), tombstones(domain)
    waiting = [
        event
        for event in pending(domain.ledger, standing, gone, _ANY_DATE)
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


def _report_unpublished(domain: ArchiveDomain, *, is_release: bool) -> None:
    waiting = unpublished(domain) if domain.checks_ledger else []
    if is_release:
        _log_errors(waiting)
    elif waiting:
        _log.info(
            "notice: %d anchors are not published yet, %s first; make publish does it",
            len(waiting), waiting[0].message,
        )  # fmt: skip
