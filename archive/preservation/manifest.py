"""The manifest of a site: one line for each file, its SHA-256, two spaces and its path.

The format is that of BagIt's payload manifests (RFC 8493, 2.1.3) and of ``sha256sum``, so that
``sha256sum -c manifest-sha256.txt`` checks a copy without our code.  Lines are sorted by
the bytes of their paths.

Neither format has room for sizes.  ``sizes.txt``, which the manifest names, has them, so that a
checker knows before it fetches a file how much of it there can be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from archive.preservation import Finding

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
