"""Reads the ledger: the history of each anchor, and the commit that published each event."""

from __future__ import annotations

import hashlib
import json
import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.environment import BuildEnvironment

from archive.citation.style import FORMS, Form
from archive.files import Git, read_pickle, write_pickle
from archive.model import Problem, wordings
from archive.model.dates import ArchiveDate
from archive.model.ledger import History, Ledger, State, entries, load, load_more, without_collector
from archive.model.permanence import Description, Standing, Tombstone
from archive.model.proof import Proved, label, members, origin, serialise, shortened
from archive.model.seal import canonical, cited, digest, digest_of, record_fields
from archive.model.verifying import DatedEvent, last_change, told
from archive.model.wordings import WORDINGS, Wordings
from archive.model.words import N_, Words
from archive.site.know.domain import ArchiveDomain, archive_domain
from archive.site.know.facts import Block, Document
from archive.upstream.domains import entries_of

if TYPE_CHECKING:
    from pybtex.database import Entry
    from sphinx.application import Sphinx

    from archive.site.know.view import View


LEDGER = "ledger.jsonl"
_KEPT = "ledger.pickle"
_PART = 20  # the kept ledger is written again once more than 1/20 of its bytes were appended
DigestOfWork = Callable[[str], str]  # of a key; empty for a key of no work


def take_ledger(app: Sphinx) -> None:
    """Load the ledger into the domain; an archive without one has published nothing."""
    domain = archive_domain(app.env)
    path = Path(app.srcdir) / LEDGER
    domain.ledger, problems = _read_on(app, path)
    domain.wordings, unsound = checked_wordings(path.with_name(WORDINGS))
    domain.ledger_problems = (*problems, *unsound)
    domain.ledger_starts = None
    domain.published = _by_document(domain.ledger)
    if any(len(history.events) > 1 for history in domain.ledger.histories.values()):
        domain.ledger_commits = publishing_commits(path)


def read_ledger(path: Path) -> tuple[Ledger, tuple[Problem, ...]]:
    """Read the ledger at ``path`` as ``load``; return its histories and its problems."""
    ledger, found = load(_bytes(path), LEDGER)
    return ledger, tuple(found)


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _read_on(app: Sphinx, path: Path) -> tuple[Ledger, tuple[Problem, ...]]:
    """Read the lines behind those of the kept ledger; all lines if the file begins otherwise.

    A sound ledger is kept with the size and the SHA-256 of its bytes.  Writing it takes longer than
    reading a few lines, so it is written again only after many were appended.
    """
    data, engine, file = _bytes(path), app.config.archive_code_digest, Path(app.doctreedir, _KEPT)
    with without_collector():
        size, known, kept = read_pickle(file, engine) or (0, "", None)
    if kept is not None and hashlib.sha256(data[:size]).hexdigest() == known:
        ledger = load_more(kept, data, size, LEDGER)
        if ledger is not None and len(data) - size <= size // _PART:
            return ledger, ()
    ledger, found = load(data, LEDGER)
    if not found:
        write_pickle(file, (len(data), hashlib.sha256(data).hexdigest(), ledger), engine)
    return ledger, tuple(found)


def checked_wordings(path: Path) -> tuple[Wordings, tuple[Problem, ...]]:
    """Read the earlier wordings at ``path``, and the problems of the file itself."""
    kept, found = wordings.parse(path.read_bytes() if path.is_file() else b"", path.name)
    return kept, tuple(found)


def ledger_lines(env: BuildEnvironment, numbers: Iterable[int]) -> dict[int, str]:
    """Return lines of the ledger by number, without their ends, as they stand in the file.

    Where each line begins is kept, and not the lines: they are as large as all that is known.
    """
    domain, path = archive_domain(env), Path(env.srcdir, LEDGER)
    found: dict[int, str] = {}
    with path.open("rb") as file:
        if domain.ledger_starts is None:
            domain.ledger_starts = array("Q", accumulate(map(len, file), initial=0))
        for number in numbers:
            file.seek(domain.ledger_starts[number - 1])
            found[number] = entries(file.readline())[0].decode("utf-8", "replace")
    return found


def proof(view: View, document: Document, stands: Mapping[str, str] | None = None) -> str:
    """Return the proof that the ledger has each passage (``archive.model.proof``).

    ``stands`` has the canonical JSON of the part of each block; without it the proof has no data
    of seals.
    """
    placed = [(block, place) for block in document.blocks if (place := view.place(block))]
    last = [view.last_line(block.anchor) for block, _place in placed]
    lines = ledger_lines(view.env, last) if last else {}
    proved = [
        Proved(block.anchor, block.fingerprint, place, lines[number], block.parts)
        for (block, place), number in zip(placed, last, strict=True)
    ]
    blocks = {each.anchor for each in proved}
    sealed = _sealed(view, document, stands, blocks) if stands is not None else None
    return serialise(document.id, origin(view.settings, LEDGER), proved, sealed)


# A seal of the ledger, the keys of its works, and what computes it.
_Seal = tuple[str | None, Sequence[str], Callable[[DigestOfWork], str]]


def _sealed(
    view: View, document: Document, stands: Mapping[str, str], blocks: Set[str]
) -> dict[str, str] | None:
    """Return what the seals of a document and of its published blocks are of."""
    outline = document.outline
    if document.record is None or outline is None:
        return None
    live = _published(document, view.history)
    order, between = outline.published(live), outline.works
    described = view.described(document.id)
    seals: list[_Seal] = [
        (described[-1].seal if described else None, between, partial(outline.seal, live=live))
    ]
    texts: dict[str, str] = {}
    for block in document.blocks:
        if block.anchor in blocks and (history := view.history(block.anchor)) is not None:
            seals.append((history.seal, block.works, block.seal))
            texts[label(block.anchor)] = shortened(document.id, stands[block.anchor])
    return {
        "archive": view.settings_said,
        "record": canonical(record_fields(document.record)),
        "order": shortened(document.id, order),
        **({"cites": canonical(between)} if between != cited(json.loads(order)) else {}),
        **_works(view, seals),
        "stands": members(texts),
    }  # fmt: skip


def _works(view: View, seals: Iterable[_Seal]) -> dict[str, str]:
    """Return the works that seals are of, in the form of now, and in the earlier ones of seals."""
    forms = {number: partial(_digest_of_work, view, number) for number in FORMS}
    found: dict[int, set[str]] = {number: set() for number in forms}
    newest = next(iter(forms))
    for published, keys, seal in seals:
        found[newest].update(keys)
        if keys and published is not None:
            number = next((each for each in forms if seal(forms[each]) == published), newest)
            found[number].update(keys)
    return {
        "works" if number == newest else f"works-{number}": _works_said(view, number, keys)
        for number, keys in found.items() if keys or number == newest
    }  # fmt: skip


def _works_said(view: View, number: int, keys: Iterable[str]) -> str:
    """Return works by key in one of the forms that seals have, as canonical JSON."""
    known = (key for key, _entry in view.entries(sorted(keys)))
    each = (f"{canonical(key)}:{_work_said(view, number, key)}" for key in known)
    return f"{{{','.join(each)}}}"


def _work_said(view: View, number: int, key: str) -> str:
    """Return a work in one of the forms that seals have, as canonical JSON; empty without it."""
    if (said := view.works_said.get((number, key))) is None:
        entries = entries_of(view.env)
        said = canonical(FORMS[number](entries[key], entries)) if key in entries else ""
        view.works_said[number, key] = said
    return said


def _digest_of_work(view: View, number: int, key: str) -> str:
    said = _work_said(view, number, key)
    return digest_of(said).hex() if said else ""


def _by_document(ledger: Ledger) -> dict[str, tuple[History, ...]]:
    """Group histories by the id of the document that the anchor is named after."""
    found: defaultdict[str, list[History]] = defaultdict(list)
    for history in ledger.histories.values():
        found[history.anchor.rpartition("-")[0]].append(history)
    return {document_id: tuple(histories) for document_id, histories in found.items()}


def standings(domain: ArchiveDomain) -> list[Standing]:
    """Return the anchored blocks of all documents with their seals, by path and line."""
    works = digests_of_works(domain)
    cited = tuple(domain.stamps.get(name) for name in domain.env.config.bibtex_bibfiles)
    return [
        each
        for document in _documents(domain)
        for each in standings_of(document, works, _seals_of(document, domain, cited, works[0]))
    ]


def _seals_of(
    document: Document, domain: ArchiveDomain, cited: object, work: DigestOfWork
) -> Mapping[str, str]:
    """Return the seals of the blocks that cite works, kept until those or the document change."""
    known = domain.seals.get(document.docname)
    if known is None or known[0] != cited:
        seals = {block.anchor: block.seal(work) for block in document.blocks if block.works}
        known = domain.seals[document.docname] = cited, seals
    return known[1]


def standings_of(
    document: Document, works: Sequence[DigestOfWork] = (), seals: Mapping[str, str] | None = None
) -> list[Standing]:
    """Return the anchored blocks of one document, by line; with seals if they are known."""
    return [
        Standing(
            block.anchor, block.fingerprint, document.path, block.line, block.former,
            None if seals is None else seals.get(block.anchor) or block.stands.hex(),
            partial(_seals, block.seal, works[1:]) if block.works else tuple,
        )
        for block in document.blocks
    ]  # fmt: skip


def _seals(seal: Callable[[DigestOfWork], str], works: Sequence[DigestOfWork]) -> list[str]:
    return [seal(work) for work in works]


def digests_of_works(domain: ArchiveDomain) -> list[DigestOfWork]:
    """Return what gives the digest of a work, for each of the forms that seals have of works."""
    return [partial(_work, form, entries_of(domain.env), {}) for form in FORMS.values()]


def _work(form: Form, entries: Mapping[str, Entry], known: dict[str, str], key: str) -> str:
    if key not in known:
        known[key] = digest(form(entries[key], entries)) if key in entries else ""
    return known[key]


def descriptions(domain: ArchiveDomain, ledger: Ledger) -> list[Description]:
    """Return the seals of the documents that have published passages, by path.

    Passages and withdrawals that ``ledger`` does not have are left out.
    """
    works = digests_of_works(domain)
    found: list[Description] = []
    for document in _documents(domain):
        published = _published(document, ledger.histories.get)
        stands = any(published[each.anchor] for each in document.blocks)
        if stands and (outline := document.outline) is not None:
            seal = partial(outline.seal, live=published)
            earlier = partial(_seals, seal, works[1:]) if outline.works else tuple
            found.append(Description(document.id, seal(works[0]), document.path, earlier))
    return found


def _published(
    document: Document, history: Callable[[str], History | None]
) -> dict[str, str | None]:
    """Return for each block and tombstone the anchor under which it is published and live."""
    blocks = {each.anchor: _live(history, each.anchor, *each.former) for each in document.blocks}
    return {each.anchor: _live(history, each.anchor) for each in document.tombstones} | blocks


def _live(history: Callable[[str], History | None], *anchors: str) -> str | None:
    """Return the first of the anchors that is published and neither moved nor withdrawn."""
    histories = filter(None, map(history, anchors))
    return next((each.anchor for each in histories if each.state is State.LIVE), None)


def tombstones(domain: ArchiveDomain) -> list[Tombstone]:
    """Return the tombstones of all documents, by path and line."""
    return [place for document in _documents(domain) for place in document.tombstones]


def _documents(domain: ArchiveDomain) -> list[Document]:
    return sorted(domain.documents.values(), key=lambda document: document.path)


# A range of lines that one commit added, in the incremental format of git-blame.
_LINES = re.compile(r"^(?P<commit>[0-9a-f]{40}) \d+ (?P<first>\d+) (?P<count>\d+)$", re.MULTILINE)
_UNCOMMITTED = "0" * 40


def publishing_commits(ledger: Path) -> dict[int, str]:
    """Return the commit that added each line of the ledger, by line number counted from 1.

    Empty without git, outside a checkout, and in a shallow clone.
    """
    git = Git(ledger.parent)
    if git.is_shallow:
        return {}
    blame = git.says("blame", "--incremental", "--", ledger.name)
    found: dict[int, str] = {}
    for run in _LINES.finditer(blame):
        if run["commit"] != _UNCOMMITTED:
            first, count = int(run["first"]), int(run["count"])
            found |= dict.fromkeys(range(first, first + count), run["commit"])
    return found


CHANGED = N_("Record, order of passages or what stands between them changed.")
CHANGED_ON = N_("Record, order of passages or what stands between them changed {date}")


def history_of(block: Block, view: View, _: Words) -> list[DatedEvent]:
    """Return the events of a block and the moves of its former anchors, oldest first."""
    moves = [history.events[-1] for old in block.former if (history := view.history(old))]
    return told(view.history(block.anchor), moves, view.commit, _)


_STATES = {
    State.LIVE: N_("Live"),
    State.MOVED: N_("Moved {date}"),
    State.WITHDRAWN: N_("Withdrawn {date}"),
}


def state_of(history: History, _: Words) -> str:
    """Return the state of an anchor: ``Live``, ``Revised 3 January 2027``, ``Moved …``."""
    if history.state is State.LIVE and (changed := last_change(history, _)):
        return changed
    return _(_STATES[history.state]).format(date=ArchiveDate(history.events[-1].date).said(_))


def withdrawal_day(view: View, anchor: str, _: Words) -> str | None:
    """Return the date of a withdrawal in words; None before it is published."""
    history = view.history(anchor)
    if history is None or history.state is not State.WITHDRAWN:
        return None
    return ArchiveDate(history.events[-1].date).said(_)
