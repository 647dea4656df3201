"""Commands that compare documents and citations with the ledger, and the ledger with its past."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from archive.commands import argument, command
from archive.commands.published import compare
from archive.commands.wordings import words_of
from archive.commands.workspace import read_archive, reading
from archive.model.ledger import short
from archive.model.passage import Anchor
from archive.model.verifying import Status, answer
from archive.model.wordings import RECOVER, WORDINGS, read_wordings, superseded
from archive.site.check import unpublished, unsealed_among, unwritten
from archive.site.know.facts import DOCUMENTS
from archive.site.know.ledger import LEDGER, read_ledger
from archive.site.read.sources import states, unattested

_STATUSES = ", ".join(f"{each.value} {each.name.lower().replace('_', ' ')}" for each in Status)


@command(
    argument("--release", action="store_true",
             help="count what is unwritten, unattested or unpublished as an error"),
    argument("--base", default="", help="a commit that was published, besides the main branch"),
    argument("--live", default="", help="the address of the hosted archive"),
    epilog="Exit codes: 0 no problem, 1 problems were found.",
    failed="Nothing was checked",
)  # fmt: skip
def check(arguments: Namespace, root: Path) -> int:
    """Check the documents against the ledger, and the ledger against what was published."""
    domain, is_sound = read_archive(root)
    compared = compare(root, domain.ledger, arguments.base, live=arguments.live)
    waiting = unpublished(domain)
    to_attest = sorted(unattested(domain, states(domain)))
    unfinished = [*unwritten(domain), *to_attest, *waiting] if arguments.release else []
    for problem in (*compared.problems, *unfinished):
        print(problem, file=sys.stderr)
    for problem in () if arguments.release else to_attest:
        print(f"notice: {problem}")
    if lacking := len(superseded(domain.ledger)) if not domain.wordings.is_there else 0:
        print(f"notice: {lacking} earlier wordings are not kept yet; run {RECOVER}")
    documents = domain.documents.values()
    print(
        f"{len(documents)} documents, {sum(len(each.anchors) for each in documents)} anchors; "
        f"{len(domain.ledger)} published, {len(waiting)} changes to publish "
        f"({len(unsealed_among(waiting))} first seals), {len(to_attest)} to attest. "
        f"{compared}"
    )
    return 0 if is_sound and not compared.problems and not unfinished else 1


@command(
    argument("anchor", help="for example ala-assange-resolution-w3"),
    argument("--sha256", help="the fingerprint cited, or its first 8 digits or more"),
    argument("--date", help="the day of the citation, written like 2026-11-22"),
    epilog=f"Exit codes: {_STATUSES}; 1 the ledger is broken; 2 wrong arguments.",
)
def verify_citation(arguments: Namespace, root: Path) -> int:
    """Say whether a cited passage was revised, moved or withdrawn since, and what it said.

    The words are those of the day, or of the fingerprint, that is given.
    """
    ledger, problems = read_ledger(root / LEDGER)
    if problems:
        print(*problems, sep="\n", file=sys.stderr)
        return 1
    try:
        found = answer(ledger, arguments.anchor, arguments.sha256, arguments.date)
    except ValueError as error:
        print(f"{error}.", file=sys.stderr)
        return 2
    print(f"{found.status.name.lower().replace('_', ' ')}: {found.message}")
    if found.stood is not None:
        words = _words(root, found.stood, found.final or "")
        print(f"The words {short(found.stood)}: {words}" if words else NOT_KEPT)
    return found.code


NOT_KEPT = f"The words that stood there are not kept; {RECOVER} searches git for them."


def _words(root: Path, sha256: str, anchor: str) -> str:
    """The words of a fingerprint, kept or as the page of its anchor has them; empty of none."""
    kept = read_wordings(root / WORDINGS)
    if sha256 in kept:
        return kept[sha256]
    page = f"{DOCUMENTS}/{Anchor.parse(anchor).document}"
    with reading(root, quiet=True) as (app, _warnings):
        return words_of(app, {page} & app.env.found_docs).get(sha256, "")
