"""``witness``: have the head of the ledger confirmed by witnesses, or dated by OpenTimestamps."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
from argparse import Namespace
from pathlib import Path

from archive.commands import argument, command
from archive.files import write
from archive.model.checkpoint import NOTE, PIN, Checkpoint
from archive.model.ledger import entries
from archive.model.tree import Tree
from archive.preservation.site import LEDGER

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
def run(arguments: Namespace, root: Path) -> int:
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
