"""Signing a manifest and checking its signature, with ssh-keygen (SSHSIG) or minisign.

Nothing here computes a signature; both tools have to be installed.  The checker names who may
sign: a list of signers in ssh's format (ssh-keygen(1), ALLOWED SIGNERS), or minisign's public key.
"""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from archive.files import write
from archive.model.proof import NOTE
from archive.preservation import CannotCheckError, Finding
from archive.preservation.manifest import MINISIGN_SIGNATURE, NAME, SSH_SIGNATURE

_MEND = "do not trust this copy; ask the archive, or take another"


@dataclass(frozen=True, slots=True)
class Signers:
    """Whom the checker trusts; None where nobody was named."""

    ssh: Path | None = None  # an ALLOWED SIGNERS file
    minisign: Path | None = None  # a public key
    # What an SSH signature must be made for, so that none made for something else will do
    # (SSHSIG): the archive's short name.
    namespace: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking the signatures of a manifest gave."""

    said: tuple[str, ...] = ()  # sentences for the reader
    findings: tuple[Finding, ...] = ()


def sign_with_ssh(file: Path, key: Path, namespace: str) -> Path:
    """Sign a file with an SSH key, public where an agent has the private one.

    ``namespace`` names the purpose of the signature: the short name of the archive.  Returns the
    signature's path.  Raises CannotCheckError with ssh-keygen's reason.
    """
    target = file.with_name(f"{file.name}.sig")
    target.unlink(missing_ok=True)
    done = _run("ssh-keygen", "-Y", "sign", "-f", str(key), "-n", namespace, str(file))
    if done.returncode:
        raise CannotCheckError(f"ssh-keygen did not sign: {_said(done)}")
    return target


def sign_with_minisign(file: Path, key: Path, *options: str) -> Path:
    """Sign a file with a minisign key.  Returns and raises as ``sign_with_ssh`` does."""
    target = file.with_name(f"{file.name}.minisig")
    words = ("-s", str(key), "-m", str(file), "-x", str(target), "-t", file.name)
    done = _run("minisign", "-S", *options, *words)
    if done.returncode:
        raise CannotCheckError(f"minisign did not sign: {_said(done)}")
    return target


def public_key_of_minisign(key: Path) -> str:
    """The public key that belongs to a secret one.  Raises as ``sign_with_ssh`` does."""
    with TemporaryDirectory(prefix="archive-sign-") as folder:
        target = Path(folder, "key.pub")
        done = _run("minisign", "-R", "-s", str(key), "-p", str(target))
        if done.returncode:
            raise CannotCheckError(f"minisign did not name the public key: {_said(done)}")
        return target.read_text("utf-8")


def check(manifest: bytes, signatures: Mapping[str, bytes], signers: Signers) -> Checked:
    """Check the signatures of a manifest, given by the names of their files.

    The tools read copies of these very bytes.  Raises CannotCheckError where a tool is missing.
    """
    with TemporaryDirectory(prefix="archive-verify-") as name:
        folder = Path(name)
        for path, data in {**signatures, NAME: manifest}.items():
            write(folder / path, data)
        return _checked(folder, signers)


def _checked(folder: Path, signers: Signers) -> Checked:
    found: list[Checked] = []
    for name, checked, wanted in (
        (SSH_SIGNATURE, _check_ssh(folder, signers), signers.ssh),
        (MINISIGN_SIGNATURE, _check_minisign(folder, signers.minisign), signers.minisign),
    ):
        if checked is not None:
            found.append(checked)
        elif wanted is not None:
            found.append(_unsigned(name))
    said = tuple(sentence for each in found for sentence in each.said)
    findings = tuple(finding for each in found for finding in each.findings)
    return Checked(said if found else ("The manifest is not signed.",), findings)


def _unsigned(name: str) -> Checked:
    message = f"there is no {name}, though signers were named"
    return Checked((), (Finding(NAME, "signature-missing", message, _MEND),))


def _check_ssh(folder: Path, signers: Signers) -> Checked | None:
    """What an SSH signature says; None where there is none."""
    manifest, signature, allowed = folder / NAME, folder / SSH_SIGNATURE, signers.ssh
    if not signature.is_file():
        return None
    if signers.namespace is None:
        raise CannotCheckError("say what the signature is made for: --namespace SHORT-NAME")
    common = ("-n", signers.namespace, "-s", str(signature))
    if allowed is None:
        done = _run("ssh-keygen", "-Y", "check-novalidate", *common, given=manifest)
        if done.returncode:
            return _bad(SSH_SIGNATURE, done)
        return Checked(
            (f"{_said(done)}. Whose key that is, a list of signers tells: SIGNERS=file.",)
        )
    named = _run("ssh-keygen", "-Y", "find-principals", "-s", str(signature), "-f", str(allowed))
    if named.returncode or not named.stdout.strip():
        return _bad(SSH_SIGNATURE, named)
    who = named.stdout.splitlines()[0]
    words = ("-Y", "verify", "-f", str(allowed), "-I", who, *common)
    done = _run("ssh-keygen", *words, given=manifest)
    return _bad(SSH_SIGNATURE, done) if done.returncode else Checked((f"{_said(done)}.",))


def _check_minisign(folder: Path, key: Path | None) -> Checked | None:
    """What a minisign signature says; None where there is none."""
    manifest, signature = folder / NAME, folder / MINISIGN_SIGNATURE
    if not signature.is_file():
        return None
    if key is None:
        return Checked(("There is a minisign signature; MINISIGN=file names the key to check it.",))
    done = _run("minisign", "-V", "-p", str(key), "-m", str(manifest), "-x", str(signature))
    return _bad(MINISIGN_SIGNATURE, done) if done.returncode else Checked((f"{_said(done)}.",))


def _bad(name: str, done: subprocess.CompletedProcess[str]) -> Checked:
    message = f"the signature does not hold: {_said(done)}"
    return Checked((), (Finding(name, "signature-bad", message, _MEND),))


def _said(done: subprocess.CompletedProcess[str]) -> str:
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines[0].rstrip(".") if lines else f"{done.args[0]} gave no reason"


def _run(tool: str, *words: str, given: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a tool, with a file as its input.  A tool asks for a passphrase on the terminal."""
    try:
        with (given or Path(os.devnull)).open("rb") as file:
            return subprocess.run(
                [tool, *words], stdin=file, capture_output=True, text=True, check=False
            )
    except FileNotFoundError as error:
        message = f"{tool} is not installed (Debian: apt install openssh-client minisign)"
        raise CannotCheckError(message) from error


# --- The signed checkpoint of a ledger (C2SP signed-note), which clients of transparency logs read.
#
# minisign's signatures of the older kind are Ed25519 signatures of the file itself (RFC 8032), so
# that one of them can stand in a note: a line with the name of the log, and in base64 the first
# four bytes of a hash of the key, and the signature.

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
