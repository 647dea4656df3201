"""Reports all problems of the archive at every build, also those of pages that were not read again.

What is unpublished, unwritten or unattested is an error in a release, and a notice in other builds.
BibTeX files are checked before and after sphinxcontrib-bibtex parses them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

from archive.citation import bibfile
from archive.fidelity.attestation import CHECKER
from archive.fidelity.source import Sources
from archive.model import Problem, wordings
from archive.model.ledger import Event, Kind, Ledger
from archive.model.permanence import Beside, Description, Standing, Tombstone, check
from archive.model.publishing import pending
from archive.model.relations import unrelated
from archive.model.seal import (
    Outline,
    Part,
    canonical,
    cited,
    digest,
    earlier,
    earlier_fields,
    record_fields,
    with_works,
)
from archive.model.showing import SUBJECTS
from archive.model.states import States
from archive.model.wordings import WORDINGS
from archive.site.know.domain import ArchiveDomain, archive_domain
from archive.site.know.facts import DOCUMENTS, anchor_of
from archive.site.know.ledger import (
    LEDGER,
    descriptions,
    digests_of_works,
    standings,
    tombstones,
)
from archive.site.know.relations import ends, owner
from archive.site.read.anchors import anchored
from archive.site.read.forbidden import UnreadableError
from archive.site.read.sealing import Sealing
from archive.site.read.sources import note_stamp, states, take_source, unattested
from archive.upstream.domains import entries_of, forget_bibliography, keep_parsed, reading_of


def check_syntax(app: Sphinx) -> None:
    """Check the files before they are parsed.  Raises UnreadableError if one has a syntax error."""
    fatal: list[Problem] = []
    found: list[Problem] = []
    changed = note_bibliography(app)
    for name, path in _files(app):
        errors, others = bibfile.check_text(path.read_bytes(), name)
        fatal += errors
        found += others
    if changed and not fatal:
        files = {path: path.lstat().st_mtime for _name, path in _files(app)}
        data, fatal = bibfile.parse(
            (name, path.read_text("utf-8-sig")) for name, path in _files(app)
        )
        if not fatal:
            keep_parsed(app.env, data, files)
    _keep(app, found, fatal)


def check_parsed(app: Sphinx) -> None:
    """Check the parsed entries, and keep what is wrong with them to be reported after reading."""
    found = list(archive_domain(app.env).reference_problems)
    for name, path in _files(app):
        lines = bibfile.entry_lines(path.read_text("utf-8-sig"))
        found += bibfile.check_works(reading_of(app.env), lines, name)
    _keep(app, found, [])
    keep_bibliography(app)


def note_bibliography(app: Sphinx) -> bool:
    """Have the BibTeX files parsed again where one is not as it was before it was parsed."""
    domain, changed = archive_domain(app.env), False
    for name, path in _files(app):
        note_stamp(app.env, path)
        if domain.stamps.get(name) != (domain.noted[path],):
            forget_bibliography(app.env)
            changed = True
    return changed


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

_MOST_TRIED = 1_000  # works that a changed citation may have named
_MOST_EXPLAINED = 20  # changes, since each is searched for

# A date for events that are computed only to see whether there are any.
_ANY_DATE = "9999-12-31"


class Facts(NamedTuple):
    """What is held against the ledger."""

    standings: Sequence[Standing]
    tombstones: Sequence[Tombstone]
    descriptions: Sequence[Description]

    @classmethod
    def of(cls, domain: ArchiveDomain) -> Facts:
        """Take the facts of all documents."""
        return cls(standings(domain), tombstones(domain), descriptions(domain, domain.ledger))


def report_problems(app: Sphinx, env: BuildEnvironment) -> None:
    """Log problems as errors, which fail a build that makes warnings errors."""
    domain, is_release = archive_domain(env), app.config.archive_release
    facts, known = Facts.of(domain) if domain.checks_ledger else None, states(domain)
    _log_errors(sorted((*problems_of_pages(domain, known), *_problems_of_ledger(domain, facts))))
    if app.config.archive_sources:
        _log_errors(_source_problems(domain, app.config.archive_sources))
    _report_unattested(domain, known, is_release=is_release)
    _report_unwritten(domain, is_release=is_release)
    if facts is not None:
        _report_unpublished(domain, facts, is_release=is_release)


def _log_errors(problems: Iterable[Problem]) -> None:
    for problem in problems:
        _log.error(problem.text, location=f"{problem.path}:{max(problem.line, 1)}")


def problems_of_pages(domain: ArchiveDomain, known: States) -> Iterator[Problem]:
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
    yield from _unrelated(domain)
    yield from _unintroduced(domain)
    if domain.checks_ledger:
        yield from known.miscounted()


def _problems_of_ledger(domain: ArchiveDomain, facts: Facts | None) -> Iterator[Problem]:
    if facts is not None:
        yield from domain.ledger_problems
        explain = partial(change, domain, iter(range(_MOST_EXPLAINED)))
        beside = Beside(facts.descriptions, explain)
        yield from check(domain.ledger, facts.standings, facts.tombstones, LEDGER, beside)
        yield from wordings.check(domain.wordings, domain.ledger, WORDINGS, LEDGER)


def change(domain: ArchiveDomain, turns: Iterator[int], name: str, sealed: str) -> str:
    """Say how what stands at an anchor or in a document differs from what was sealed.

    Empty where it is not one of the changes that can be tried, or no more ``turns`` are left.
    """
    if next(turns, None) is None:
        return ""
    works, keys = digests_of_works(domain), list(entries_of(domain.env))[:_MOST_TRIED]
    document = domain.documents.get(f"{DOCUMENTS}/{name}")
    if document is None:
        tried = (
            (words, _seal(held, work))
            for words, held in _earlier_blocks(domain, name, keys) for work in works
        )  # fmt: skip
    elif (outline := document.outline) is not None and document.record is not None:
        fields = record_fields(document.record)
        tried = (
            (words, was.seal(work))
            for words, was in _earlier_outlines(outline, fields, keys) for work in works
        )  # fmt: skip
    else:
        return ""
    return next((f": {words}" for words, seal in tried if seal == sealed), "")


def _earlier_outlines(
    outline: Outline, fields: dict[str, Any], keys: list[str]
) -> Iterator[tuple[str, Outline]]:
    for words, was in earlier_fields(fields):
        yield words, replace(outline, record=digest(was))
    for words, parts in earlier(json.loads(outline.order), keys):
        yield words, replace(outline, order=canonical(parts), works=cited(parts))


def _seal(held: list[str | Part], work: Callable[[str], str]) -> str:
    return with_works(digest(held[0] if held else None), cited(held), work)


def _earlier_blocks(
    domain: ArchiveDomain, name: str, keys: list[str]
) -> Iterator[tuple[str, list[str | Part]]]:
    for document in domain.documents.values():
        if any(block.anchor == name for block in document.blocks):
            doctree = domain.env.get_doctree(document.docname)
            found = list(anchored(doctree))
            sealing = Sealing(doctree, domain.env, document.docname, found)
            for node, anchor in found:
                if str(anchor) == name and (part := sealing.part(node)) is not None:
                    yield from earlier([part], keys)


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


def _unrelated(domain: ArchiveDomain) -> Iterator[Problem]:
    """Relations lead somewhere; a volume does not know all documents and leaves that to others."""
    found = ends(domain) if domain.checks_ledger else {}
    targets = {each.target for end in found.values() for each in end.relations}
    owners = ((target, owner(domain, target)) for target in sorted(targets))
    documents = {target: each.id for target, each in owners if each is not None}
    yield from unrelated(found, documents, entries_of(domain.env))


def _unintroduced(domain: ArchiveDomain) -> Iterator[Problem]:
    """A page among those of subjects introduces one that a document has."""
    for page in sorted(domain.env.found_docs) if domain.checks_ledger else ():
        if page.startswith(f"{SUBJECTS}/") and page not in domain.subjects:
            yield Problem(
                domain.env.doc2path(page, base=False).as_posix(), 1, "subject-unknown",
                "No document has the subject that this page introduces by its name.",
                "name the file as the page that the subject leads to in the card of a document.",
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


def _report_unattested(domain: ArchiveDomain, known: States, *, is_release: bool) -> None:
    found = sorted(unattested(domain, known)) if domain.checks_ledger else []
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


# The rule of what was published before there were seals.
_UNSEALED = "anchor-unsealed"
_SEALING = frozenset({Kind.AMEND, Kind.DESCRIBE})


def unpublished(domain: ArchiveDomain) -> list[Problem]:
    """Return the new passages, moves, withdrawals and first seals that are not in the ledger."""
    facts = Facts.of(domain)
    return _as_problems(_pending(domain, facts), facts)


def _pending(domain: ArchiveDomain, facts: Facts) -> list[Event]:
    described = facts.descriptions
    due = pending(domain.ledger, facts.standings, facts.tombstones, _ANY_DATE, described)
    return [event for event in due if _is_new(event, domain.ledger)]


def _as_problems(waiting: list[Event], facts: Facts) -> list[Problem]:
    if not waiting:
        return []
    places = {each.document: (each.path, 1) for each in facts.descriptions}
    places |= {each.anchor: (each.path, each.line) for each in facts.tombstones}
    for each in facts.standings:
        places |= dict.fromkeys((each.anchor, *each.former), (each.path, each.line))
    return [_waiting(event, *places[event.anchor]) for event in waiting]


def _is_new(event: Event, ledger: Ledger) -> bool:
    """Whether a pending event changes nothing published, which ``check`` would report."""
    if event.kind is Kind.AMEND:
        return ledger.histories[event.anchor].seal is None
    if event.kind is Kind.DESCRIBE:
        return event.anchor not in ledger.documents
    return event.kind is not Kind.REVISE


def _waiting(event: Event, path: str, line: int) -> Problem:
    rule, message = "anchor-unpublished", f"The {event.kind} of {event.anchor} is not in the ledger"
    if event.kind in _SEALING:
        rule, message = _UNSEALED, f"The ledger has no seal of {event.anchor}"
    mend = "run make publish, and commit the ledger."
    return Problem(path, line, rule, f"{message} yet.", mend)


def _report_unpublished(domain: ArchiveDomain, facts: Facts, *, is_release: bool) -> None:
    waiting = _pending(domain, facts)
    if is_release:
        _log_errors(_as_problems(waiting, facts))
        return
    anchors = [event for event in waiting if event.kind not in _SEALING]
    if anchors:
        _log.info(
            "notice: %d anchors are not published yet, %s first; make publish does it",
            len(anchors), _as_problems(anchors[:1], facts)[0].message,
        )  # fmt: skip
    if unsealed := len(waiting) - len(anchors):
        _log.info(
            "notice: %d passages and documents are not sealed yet; make publish does it", unsealed
        )


def unsealed_among(waiting: Iterable[Problem]) -> list[Problem]:
    """Return the problems of what was published before there were seals."""
    return [each for each in waiting if each.rule == _UNSEALED]
