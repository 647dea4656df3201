"""The signed checkpoint of a ledger (C2SP signed-note), which clients of transparency logs read.

minisign's signatures of the older kind are Ed25519 signatures of the file itself (RFC 8032), so
that one of them can stand in a note: a line with the name of the log, and in base64 the first four
bytes of a hash of the key, and the signature.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from archive.files import write
from archive.model.checkpoint import NOTE
from archive.preservation.finding import CannotCheckError
from archive.preservation.signature import public_key_of_minisign, sign_with_minisign

_ED25519 = b"\1"
_OLDER = b"Ed"  # how minisign marks keys, and signatures of the file itself
_LENGTHS = {"public key": 2 + 8 + 32, "signature": 2 + 8 + 64}


def sign_checkpoint(head: Path, key: Path) -> tuple[Path, str]:
    """Write the signed checkpoint beside a head; return it and the key by which it is checked.

    Raises CannotCheckError with the reason of minisign.
    """
    body = head.read_text("utf-8")
    name = body.partition("\n")[0]
    public = _bytes(public_key_of_minisign(key), "public key")
    signed = sign_with_minisign(head, key, "-l")  # the older kind
    signature = _bytes(signed.read_text("utf-8"), "signature")
    hashed = hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]
    line = f"\n— {name} {base64.b64encode(hashed + signature).decode()}\n"
    note = head.with_name(NOTE)
    write(note, body + line)
    return note, f"{name}+{hashed.hex()}+{base64.b64encode(_ED25519 + public).decode()}"


def _bytes(text: str, what: str) -> bytes:
    """The key or signature in a file of minisign, without its mark and its number."""
    data = base64.b64decode(text.splitlines()[1])
    if len(data) != _LENGTHS[what] or not data.startswith(_OLDER):
        raise CannotCheckError(f"minisign wrote a {what} of another kind")
    return data[10:]
