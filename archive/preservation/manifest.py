"""The manifest of a site, and its signature."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from archive.files import write
from archive.model.proof import NOTE
from archive.preservation import CannotCheckError, Finding

# --- The manifest of a site: one line for each file, its SHA-256, two spaces and its path.
#
# The format is that of BagIt's payload manifests (RFC 8493, 2.1.3) and of ``sha256sum``, so that
# ``sha256sum -c manifest-sha256.txt`` checks a copy without our code.  Lines are sorted by the
# bytes of their paths.
#
# Neither format has room for sizes.  ``sizes.txt``, which the manifest names, has them, so that a
# checker knows before it fetches a file how much of it there can be.

NAME = "manifest-sha256.txt"

# Signatures of the manifest, each beside it.
SSH_SIGNATURE = f"{NAME}.sig"
MINISIGN_SIGNATURE = f"{NAME}.minisig"

_SIZE = re.compile(r"[0-9]{1,15}", re.ASCII)
_LINE = re.compile(r"(?P<digest>[0-9a-fA-F]+) [ *](?P<path>.+)")

# BagIt percent-encodes these characters and sha256sum escapes them: no file name may have them.
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f\\%]")

_MEND = "take the manifest from another copy, or build the site anew"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The digest of each file, by its path."""

    digests: Mapping[str, str]  # hexadecimal, lower case
    problems: tuple[Finding, ...] = ()


def serialise(digests: Mapping[str, str]) -> bytes:
    """The manifest as a file.  Raises ValueError for a path that no manifest can hold."""
    for path in digests:
        check_path(path)
    lines = (f"{digests[path]}  {path}\n" for path in sorted(digests, key=str.encode))
    return "".join(lines).encode("utf-8")


def serialise_sizes(sizes: Mapping[str, int]) -> str:
    """The size of each file in bytes: a line each, as wc(1) writes them."""
    return "".join(f"{sizes[path]} {path}\n" for path in sorted(sizes, key=str.encode))


def parse_sizes(data: bytes) -> dict[str, int]:
    """Read sizes; a line that is none is left out, so that its file has no known size."""
    lines = (line.partition(" ") for line in data.decode("utf-8", "replace").split("\n"))
    return {path: int(size) for size, _, path in lines if _SIZE.fullmatch(size)}


def check_path(path: str) -> None:
    """Raise ValueError unless ``path`` is relative, stays in the site and can be written down."""
    if _UNWRITABLE.search(path):
        raise ValueError(f"{path!r}: a name has a control character, a backslash or a per cent")
    pure = PurePosixPath(path)
    if pure.is_absolute() or str(pure) != path or ".." in pure.parts or path == ".":
        raise ValueError(f"{path!r} is no path within the site")


def parse(data: bytes, name: str = NAME, digits: int = 64) -> Manifest:
    """Read a manifest whose digests have ``digits`` digits, with all its problems."""
    digests: dict[str, str] = {}
    problems: list[Finding] = []
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return Manifest({}, (_broken(name, "the manifest is not UTF-8"),))
    if lines.pop():
        problems.append(_broken(name, "the last line is not whole"))
    for number, line in enumerate(lines, start=1):
        match = _LINE.fullmatch(line)
        wrong = _wrong(match, digits) if match else "the line is no digest and path"
        if match is None or wrong:
            problems.append(_broken(name, f"line {number}: {wrong}"))
        elif match["path"] in digests:
            problems.append(_broken(name, f"line {number}: {match['path']} stands twice"))
        else:
            digests[match["path"]] = match["digest"].lower()
    return Manifest(digests, tuple(problems))


def _wrong(match: re.Match[str], digits: int) -> str:
    if len(match["digest"]) != digits:
        return f"the digest has not {digits} digits"
    try:
        check_path(match["path"])
    except ValueError as error:
        return str(error)
    return ""


def _broken(name: str, message: str) -> Finding:
    return Finding(name, "manifest-broken", message, _MEND)


def differences(wanted: Mapping[str, str], found: Mapping[str, str]) -> Iterator[Finding]:
    """What is missing, altered and extra among ``found``, by path."""
    for path in sorted(wanted.keys() | found.keys()):
        if path not in found:
            yield missing(path)
        elif path not in wanted:
            yield extra(path)
        elif wanted[path] != found[path]:
            yield altered(path, wanted[path], found[path])


def missing(path: str) -> Finding:
    message = "the file is not there"
    return Finding(path, "file-missing", message, "copy it anew from the archive or another mirror")


def extra(path: str) -> Finding:
    message = "the manifest does not name this file"
    return Finding(path, "file-extra", message, "remove it, or find out who put it there")


def altered(path: str, wanted: str, found: str) -> Finding:
    message = f"its SHA-256 is {found[:12]}… and not {wanted[:12]}…"
    return Finding(path, "file-altered", message, "copy it anew from the archive or another mirror")


# --- What no line of the ledger covers: files that only a signature or a manifest vouches for.
#
# README ("Check a copy") lists them.  Every other kind of file is held against the ledger.

# A page with the words of a document, or of its passages.
_DOCUMENT = r"documents/(?!index\.)[a-z0-9-]+(\.made|\.history|\.versions)?\.html"

UNCOVERED = {
    "style sheets": r"_static/.*\.(css|map|txt)",
    "picture cards": r".*\.card\.png|_static/.*\.(png|svg|ico)",
    "fonts": r"_static/.*\.(woff2?|ttf)",
    "pages that are no documents": rf"(?!{_DOCUMENT}$).*\.html",
    "feeds": r".*\.(atom|feed\.json|opml)|atom\.xml",
    "the indices that are searched and that texts are checked with":
        r"(search-index|check-index|pagefind)/.*|searchindex\.js",
    "lists and data of works cited": r"works\..*|documents/[^/]*\.references\.\w+",
    "what hosts and programs are told":
        r"_headers|_redirects|sizes\.txt|robots\.txt|sitemap[\w-]*\.xml|opensearch\.xml|llms\.txt|"
        r"objects\.inv|\.buildinfo|\.well-known/.*",
}  # fmt: skip
_KINDS = {what: re.compile(pattern) for what, pattern in UNCOVERED.items()}


def uncovered(paths: Iterable[str]) -> list[str]:
    """The kinds of files among some that no line of the ledger covers."""
    there = list(paths)
    return [what for what, kind in _KINDS.items() if any(map(kind.fullmatch, there))]


# --- Signing a manifest and checking its signature, with ssh-keygen (SSHSIG) or minisign.
#
# Nothing here computes a signature; both tools have to be installed.  The checker names who may
# sign: a list of signers in ssh's format (ssh-keygen(1), ALLOWED SIGNERS), or minisign's public
# key.

_MEND_SIGNED = "do not trust this copy; ask the archive, or take another"


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
    return Checked((), (Finding(NAME, "signature-missing", message, _MEND_SIGNED),))


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
    return Checked((), (Finding(name, "signature-bad", message, _MEND_SIGNED),))


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
