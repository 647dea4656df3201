"""Checks a mirror over HTTP, one file after the other, in bounded memory."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import urllib3

from archive.files import write
from archive.preservation import manifest
from archive.preservation.expected import Expected, expected, lost
from archive.preservation.fetching import Client, UnreachableError
from archive.preservation.finding import CannotCheckError, Check, Figures, Finding
from archive.preservation.folder import AtHand, Progress, wanted_ledger, wanted_manifest
from archive.preservation.hashing import BLOCK
from archive.preservation.pages import Page, as_file, read_page
from archive.preservation.progress_file import ProgressFile
from archive.preservation.signature import Checked, Signers, check
from archive.preservation.site import LEDGER, UNSERVED

_SITEMAP = re.compile(r"sitemap(-[0-9]+)?\.xml")
_LOCATION = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LARGEST_PAGE = 64 << 20  # bytes: a larger one is hashed, and not read as a page
_LARGEST_LIST = 512 << 20  # bytes: of manifest and ledger
_GIVE_UP = 5  # unreachable files in a row


@dataclass(slots=True)
class _Round:
    """One check of one mirror, and how it stands."""

    client: Client
    hope: Expected
    notes: ProgressFile
    unreachable: int = 0  # in a row


def check_mirror(client: Client, at_hand: AtHand, work: Path, progress: Progress) -> Check:
    """Hold every file of the manifest, and every anchor of the ledger, against what is served.

    ``work`` is a folder where it is kept how far the check came.  Raises CannotCheckError where it
    cannot go on; the same call then goes on where it stopped.
    """
    served = _whole(client, manifest.NAME)
    wanted, problems = wanted_manifest(served, at_hand)
    yield from problems
    if wanted is None:
        return Figures(0, 0)
    fates, problems = wanted_ledger(_whole(client, LEDGER), at_hand)
    yield from problems
    hope = expected(wanted.digests, fates)
    notes = ProgressFile(work, client.base, at_hand.manifest or served or b"")
    finished = False
    try:
        yield from _check_all(_Round(client, hope, notes), progress)
        finished = True
    finally:
        notes.close(finished=finished)
    yield from hope.without_a_page()
    return Figures(len(wanted.digests), len(fates.final))


def _whole(client: Client, path: str) -> bytes | None:
    """A list as a whole; None where there is none.  Raises CannotCheckError."""
    try:
        with client.get(path) as answer:
            if answer.status in _REDIRECTS:
                place = client.place(path, answer.headers.get("Location", ""))
                raise CannotCheckError(f"{client.base}{path} leads to {place}: check that address")
            if answer.status in {404, 410}:
                return None
            if answer.status != 200:
                raise CannotCheckError(f"{client.base}{path} answers with {answer.status}")
            data = answer.read(_LARGEST_LIST + 1, decode_content=True)
    except UnreachableError as error:
        raise CannotCheckError(f"{client.base}{path} cannot be reached: {error}") from error
    if len(data) > _LARGEST_LIST:
        raise CannotCheckError(f"{client.base}{path} is larger than {_LARGEST_LIST >> 20} MB")
    return data


def _check_all(round_: _Round, progress: Progress) -> Iterator[Finding]:
    paths = sorted(round_.hope.digests)
    for done, path in enumerate(paths):
        progress(path, done, len(paths))
        if path not in round_.notes.sound:
            found = _check_file(round_, path)
            yield from found
            if not found:
                round_.notes.add_sound(path)
    yield from _check_links(round_)


def _check_file(round_: _Round, path: str) -> list[Finding]:
    """What is wrong with one file.  An answer that breaks off is asked for once more."""
    why = ""
    for _ in range(2):
        try:
            with round_.client.get(path) as answer:
                found = list(_judge(round_, path, answer))
        except UnreachableError as error:
            why = str(error)
            continue
        if not any(finding.rule == "file-unreachable" for finding in found):
            round_.unreachable = 0
        return found
    return [_unreachable(round_, path, why)]


def _judge(round_: _Round, path: str, answer: urllib3.BaseHTTPResponse) -> Iterator[Finding]:
    if answer.status == 200:
        sha256, data = _read(answer, keep=path.endswith((".html", ".xml")))
        page = read_page(data, path) if path.endswith(".html") else None
        yield from round_.hope.judge(path, sha256, page)
        _note_links(round_, _linked(path, data, page, round_.hope.digests))
    elif answer.status in _REDIRECTS:
        place = round_.client.place(path, answer.headers.get("Location", ""))
        yield from _redirected(round_, path, place)
    elif answer.status in {404, 410}:
        yield manifest.missing(path)
        yield from _silent(round_, path, f"the page answers with {answer.status}")
    else:
        yield _unreachable(round_, path, f"it answers with {answer.status}")


def _read(answer: urllib3.BaseHTTPResponse, *, keep: bool) -> tuple[str, bytes]:
    """The digest of an answer's bytes; and the bytes where they are to be kept and not too many."""
    sha256, kept = hashlib.sha256(), bytearray()
    for block in answer.stream(BLOCK, decode_content=True):
        sha256.update(block)
        if keep and len(kept) <= _LARGEST_PAGE:
            kept += block
    return sha256.hexdigest(), bytes(kept) if len(kept) <= _LARGEST_PAGE else b""


def _redirected(round_: _Round, path: str, place: str) -> Iterator[Finding]:
    if place == round_.hope.successor(path):
        return
    message, mend = f"the address leads to {place}", "serve the file itself at its address"
    yield Finding(path, "file-moved", message, mend)
    yield from _silent(round_, path, f"the page leads to {place}")


def _silent(round_: _Round, path: str, why: str) -> Iterator[Finding]:
    """Each anchor of a page that is not there."""
    for anchor in round_.hope.anchors.get(path, ()):
        yield lost(path, anchor, why)


def _unreachable(round_: _Round, path: str, why: str) -> Finding:
    """Tell it; raise CannotCheckError where one file after the other cannot be fetched."""
    round_.unreachable += 1
    if round_.unreachable >= _GIVE_UP:
        raise CannotCheckError(
            f"{_GIVE_UP} files in a row could not be fetched, the last since {why}. "
            "The same command goes on where it stopped"
        )
    return Finding(path, "file-unreachable", f"it could not be fetched: {why}", "try again later")


# What is linked and not in the manifest


def _linked(path: str, data: bytes, page: Page | None, known: Container[str]) -> Iterator[str]:
    if page is not None:
        yield from map(as_file, page.links)
    elif _SITEMAP.fullmatch(path):
        yield from sitemap_paths(data, known)


def sitemap_paths(data: bytes, known: Container[str]) -> list[str]:
    """The paths of a sitemap's addresses below the address of the site.

    That is what stands before the path of the first file that is known.
    """
    try:
        addresses = [place.text or "" for place in ET.fromstring(data).iter(_LOCATION)]
    except ET.ParseError:
        return []
    bases = (base for address in addresses for base in _folders(address))
    base = next((base for base in bases if _is_base(base, addresses, known)), None)
    return [address.removeprefix(base) for address in addresses] if base else []


def _folders(address: str) -> Iterator[str]:
    """Each beginning of an address that ends in a slash, the shortest first."""
    return (address[: at + 1] for at, letter in enumerate(address) if letter == "/")


def _is_base(base: str, addresses: list[str], known: Container[str]) -> bool:
    return any(address.startswith(base) and address[len(base) :] in known for address in addresses)


def _note_links(round_: _Round, links: Iterator[str]) -> None:
    known: Mapping[str, str] = round_.hope.digests
    own = UNSERVED | {manifest.NAME}
    for path in links:
        if path not in known and path not in own:
            round_.notes.add_link(path)


def _check_links(round_: _Round) -> Iterator[Finding]:
    """Tell what is served though the manifest does not name it; a dead link is not told."""
    for path in sorted(round_.notes.links):
        try:
            with round_.client.get(path, "HEAD") as answer:
                if answer.status == 200:
                    yield manifest.extra(path)
        except UnreachableError as error:
            yield _unreachable(round_, path, str(error))


# Signatures


def check_signatures(client: Client, signers: Signers, work: Path) -> Checked:
    """Check the signatures beside a mirror's manifest.  Raises CannotCheckError."""
    names = (manifest.NAME, manifest.SSH_SIGNATURE, manifest.MINISIGN_SIGNATURE)
    for name in names:
        (work / name).unlink(missing_ok=True)
        data = _whole(client, name)
        if data is not None:
            write(work / name, data)
    return check(work, signers) if (work / manifest.NAME).is_file() else Checked()
