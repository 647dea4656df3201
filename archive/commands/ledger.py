"""Commands that compare with the ledger: documents, citations, its past, and witnesses."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

from archive.commands import argument, command
from archive.commands.published import compare
from archive.commands.wordings import words_of
from archive.commands.workspace import read_archive, reading
from archive.files import write
from archive.model.checkpoint import NOTE, PIN, Checkpoint
from archive.model.ledger import entries, short
from archive.model.passage import Anchor
from archive.model.tree import Tree
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


# --- ``witness``: have the head of the ledger confirmed by witnesses, or dated by OpenTimestamps.

# A line of a signed note, after the form of C2SP signed-note.
_SIGNATURE = re.compile(r"— [^\s+]+ (?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}[A-Za-z0-9+/=]=)?")


@command(
    argument("site", type=Path, help="the folder of the built and signed site"),
    argument("--since", type=int, metavar="SIZE",
             help="print the request to a witness that has seen so many lines (C2SP tlog-witness)"),
    argument("--add", type=Path, metavar="FILE", help="add the signatures that a witness gave"),
    argument("--stamp", action="store_true", help="have the head dated by OpenTimestamps (ots)"),
    epilog="Exit codes: 0 done, 1 not done.",
    failed="Nothing was witnessed",
)  # fmt: skip
def witness(arguments: Namespace, root: Path) -> int:
    """Let others confirm the head of the ledger."""
    site = root / arguments.site
    note = _signed(site)
    if arguments.since is not None:
        print(request(note, (site / LEDGER).read_bytes(), arguments.since), end="")
    if arguments.add is not None:
        added = with_signatures(note, arguments.add.read_text("utf-8"))
        write(site / NOTE, added)
        print(f"{arguments.site / NOTE} has {added.count(chr(10) + '— ')} signatures.")
    if arguments.stamp:
        return _stamp(site / PIN)
    return 0


def _signed(site: Path) -> str:
    path = site / NOTE
    if not path.is_file():
        raise ValueError(f"{path} is missing. To mend: make sign MINISIGN=secret.key")
    return path.read_text("utf-8")


def request(note: str, ledger: bytes, old: int) -> str:
    """The body of a request to a witness, ``add-checkpoint``: proof that the log only grew.

    Raises ValueError where the note is not of the ledger, or has fewer lines than ``old``.
    """
    tree, head = Tree(entries(ledger)), Checkpoint.parse(note).head
    if tree.head() != head:
        raise ValueError("the checkpoint is of another ledger. To mend: make sign it anew")
    proof = (base64.b64encode(each).decode() + "\n" for each in tree.consistency(old, tree.size))
    return f"old {old}\n{''.join(proof)}\n{note}"


def with_signatures(note: str, given: str) -> str:
    """A note with the signatures of witnesses, each once.  Raises ValueError where one is none."""
    body, _, known = note.partition("\n\n")
    lines = [*known.splitlines(), *(line for line in given.splitlines() if line.startswith("— "))]
    wrong = [each for each in lines if not _SIGNATURE.fullmatch(each) or not each.isprintable()]
    if wrong or len(lines) == len(known.splitlines()):
        raise ValueError(
            "the file has no signature line, — name base64. To mend: save the answer of the witness"
        )
    return f"{body}\n\n" + "".join(f"{line}\n" for line in dict.fromkeys(lines))


def _stamp(head: Path) -> int:
    """Stamp the head where the client of OpenTimestamps is here; else say what to stamp."""
    program = shutil.which("ots")
    if program is None:
        print(
            f"Stamp {head} where the client of OpenTimestamps is, `ots stamp {head.name}`, and put "
            f"{head.name}.ots beside it."
        )
        return 0
    return subprocess.run([program, "stamp", str(head)], check=False).returncode
