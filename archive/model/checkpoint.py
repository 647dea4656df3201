"""Checkpoints: a tree head as a text that can be signed (C2SP tlog-checkpoint and signed-note).

    press-freedom-archive.example/ledger.jsonl
    31
    mh5qA0TLyPzvFSJ6xYPPnNY1dBmOkzdKjPyE9bSOWqo=
    Press Freedom Archive
    2026-11-22

These lines are the origin, the size of the tree, its root in base64, the name of the archive and
the day of the latest event.  Signatures follow after a blank line, one a line.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from archive.model.ledger import Ledger
from archive.model.settings import Settings
from archive.model.tree import Head

# The head last published, at the top of a checkout.
PIN = "ledger.head"

# In a site, the head as it is signed: a note for clients of transparency logs, and signatures.
NOTE = "checkpoint"
SIGNED = frozenset({NOTE, f"{PIN}.sig", f"{PIN}.minisig", f"{PIN}.ots"})

# The last digit of a root has no bits to spare, so that every root is written in one way.
_FORM = re.compile(
    r"(?P<origin>\S+)\n(?P<size>0|[1-9][0-9]{0,15})\n"
    r"(?P<root>[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)\n(?P<more>(?:.+\n)*)"
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint without its signatures."""

    origin: str  # which log it is of: an address without its scheme
    head: Head
    more: tuple[str, ...] = ()  # the extension lines

    def __str__(self) -> str:
        root = base64.b64encode(bytes.fromhex(self.head.root)).decode()
        lines = (self.origin, str(self.head.size), root, *self.more)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read a checkpoint, signed or not.  Raises ValueError where it is none."""
        body, _, _signatures = text.partition("\n\n")
        found = _FORM.fullmatch(body.rstrip("\n") + "\n")
        if found is None or not body.replace("\n", "").isprintable():
            raise ValueError("it is no checkpoint: origin, size and root, a line each")
        head = Head(int(found["size"]), base64.b64decode(found["root"]).hex())
        return cls(found["origin"], head, tuple(found["more"].splitlines()))


def checkpoint(ledger: Ledger, settings: Settings, log: str) -> Checkpoint:
    """The checkpoint of a whole ledger; ``log`` is its file name."""
    more = [line for line in (settings.name, ledger.last_day) if line]
    return Checkpoint(origin(settings, log), ledger.tree.head(), tuple(more))


def origin(settings: Settings, log: str) -> str:
    """The name of a log: its address without the scheme; the archive's name where it has none."""
    address = urlsplit(settings.base)
    return f"{address.netloc}{address.path}{log}" if address.netloc else settings.short_name
