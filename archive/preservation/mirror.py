"""Checks a mirror over HTTP, one file after the other, in bounded memory.

How far a check came is kept in a file, so that a check that was broken off can go on.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from xml.etree import ElementTree as ET

import urllib3

from archive.files import write
from archive.preservation import manifest
from archive.preservation.expected import AtHand, Expected, expect, lost
from archive.preservation.fetching import Client, UnreachableError
from archive.preservation.finding import CannotCheckError, Check, Figures, Finding
from archive.preservation.folder import Progress
from archive.preservation.pages import Page, as_file, read_page
from archive.preservation.signature import Checked, Signers, check
from archive.preservation.site import BLOCK, UNSERVED

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LARGEST_PAGE = 64 << 20  # bytes: a larger page is hashed, but its ids and links are not read
_LARGEST_LIST = 512 << 20  # bytes: of manifest and ledger
_GIVE_UP = 5  # unreachable files in a row


def check_mirror(client: Client, at_hand: AtHand, work: Path, progress: Progress) -> Check:
    """Hold every file of the manifest, and every anchor of the ledger, against what is served.

    ``work`` is the folder of the progress file.  Raises CannotCheckError where the check cannot go
    on; the same call then continues where it stopped.
    """
    expected = yield from expect(lambda path: _whole(client, path), at_hand)
    if expected is None:
        return Figures(0, 0)
    notes = ProgressFile(work, client.base, expected.manifest)
    finished = False
    try:
        yield from _MirrorCheck(client, expected, notes).all(progress)
        finished = True
    finally:
        notes.close(finished=finished)
    yield from expected.without_a_page()
    return expected.figures


def check_signatures(client: Client, signers: Signers, work: Path) -> Checked:
    """Check the signatures beside a mirror's manifest.  Raises CannotCheckError."""
    for name in (manifest.NAME, manifest.SSH_SIGNATURE, manifest.MINISIGN_SIGNATURE):
        (work / name).unlink(missing_ok=True)
        data = _whole(client, name)
        if data is not None:
            write(work / name, data)
    return check(work, signers) if (work / manifest.NAME).is_file() else Checked()


def _whole(client: Client, path: str) -> bytes | None:
    """A manifest, ledger or signature; None where it is missing.  Raises CannotCheckError."""
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


@dataclass(slots=True)
class _MirrorCheck:
    """One check of one mirror."""

    client: Client
    expected: Expected
    notes: ProgressFile
    unreachable: int = 0  # in a row

    def all(self, progress: Progress) -> Iterator[Finding]:
        paths = sorted(self.expected.digests)
        for done, path in enumerate(paths):
            progress(path, done, len(paths))
            if path not in self.notes.sound:
                found = self._file(path)
                yield from found
                if not found:
                    self.notes.add_sound(path)
        yield from self._links()

    def _file(self, path: str) -> list[Finding]:
        """What is wrong with one file.  An answer that breaks off is asked for once more."""
        why = ""
        for _ in range(2):
            try:
                with self.client.get(path) as answer:
                    found = list(self._answer(path, answer))
            except UnreachableError as error:
                why = str(error)
                continue
            if not any(finding.rule == "file-unreachable" for finding in found):
                self.unreachable = 0
            return found
        return [self._unreachable(path, why)]

    def _answer(self, path: str, answer: urllib3.BaseHTTPResponse) -> Iterator[Finding]:
        if answer.status == 200:
            sha256, data = _read(answer, keep=path.endswith((".html", ".xml")))
            page = read_page(data, path) if path.endswith(".html") else None
            yield from self.expected.judge(path, sha256, page)
            self._note_links(_linked(path, data, page, self.expected.digests))
        elif answer.status in _REDIRECTS:
            yield from self._redirect(
                path, self.client.place(path, answer.headers.get("Location", ""))
            )
        elif answer.status in {404, 410}:
            yield manifest.missing(path)
            yield from self._without_page(path, f"the page answers with {answer.status}")
        else:
            yield self._unreachable(path, f"it answers with {answer.status}")

    def _redirect(self, path: str, place: str) -> Iterator[Finding]:
        if place == self.expected.successor(path):
            return
        message, mend = f"the address leads to {place}", "serve the file itself at its address"
        yield Finding(path, "file-moved", message, mend)
        yield from self._without_page(path, f"the page leads to {place}")

    def _without_page(self, path: str, why: str) -> Iterator[Finding]:
        """Each anchor of a page that is not there."""
        for anchor in self.expected.anchors.get(path, ()):
            yield lost(path, anchor, why)

    def _unreachable(self, path: str, why: str) -> Finding:
        """Tell of a file that could not be fetched; raise CannotCheckError after too many."""
        self.unreachable += 1
        if self.unreachable >= _GIVE_UP:
            raise CannotCheckError(
                f"{_GIVE_UP} files in a row could not be fetched, the last since {why}. "
                "The same command goes on where it stopped"
            )
        return Finding(
            path, "file-unreachable", f"it could not be fetched: {why}", "try again later"
        )

    def _note_links(self, links: Iterator[str]) -> None:
        for path in links:
            if path not in self.expected.digests and path not in {*UNSERVED, manifest.NAME}:
                self.notes.add_link(path)

    def _links(self) -> Iterator[Finding]:
        """Each file that is served and linked, though the manifest does not name it."""
        for path in sorted(self.notes.links):
            try:
                with self.client.get(path, "HEAD") as answer:
                    if answer.status == 200:  # dead links are not a matter of the manifest
                        yield manifest.extra(path)
            except UnreachableError as error:
                yield self._unreachable(path, str(error))


def _read(answer: urllib3.BaseHTTPResponse, *, keep: bool) -> tuple[str, bytes]:
    """The digest of an answer's bytes; and the bytes, if they are wanted and not too many."""
    sha256, kept = hashlib.sha256(), bytearray()
    for block in answer.stream(BLOCK, decode_content=True):
        sha256.update(block)
        if keep and len(kept) <= _LARGEST_PAGE:
            kept += block
    return sha256.hexdigest(), bytes(kept) if len(kept) <= _LARGEST_PAGE else b""


# Links

_SITEMAP = re.compile(r"sitemap(-[0-9]+)?\.xml")
_LOCATION = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def _linked(path: str, data: bytes, page: Page | None, known: Container[str]) -> Iterator[str]:
    if page is not None:
        yield from map(as_file, page.links)
    elif _SITEMAP.fullmatch(path):
        yield from sitemap_paths(data, known)


def sitemap_paths(data: bytes, known: Container[str]) -> list[str]:
    """The paths of a sitemap's addresses, relative to the address of the site.

    The sitemap does not name that address.  It is the shortest prefix of an address that leaves the
    path of a known file; without one, there are no paths.
    """
    try:
        addresses = [place.text or "" for place in ET.fromstring(data).iter(_LOCATION)]
    except ET.ParseError:
        return []
    prefixes = (
        address[: at + 1] for address in addresses for at, letter in enumerate(address)
        if letter == "/"
    )  # fmt: skip
    base = next((prefix for prefix in prefixes if _is_base(prefix, addresses, known)), None)
    return [address.removeprefix(base) for address in addresses] if base else []


def _is_base(base: str, addresses: list[str], known: Container[str]) -> bool:
    return any(address.startswith(base) and address[len(base) :] in known for address in addresses)


# Progress


class ProgressFile:
    """Which files were found sound, and which links were found.

    One JSON object a line: the mirror and its manifest, then each path as it is found.  The file is
    used again only for the same mirror and the same manifest.
    """

    def __init__(self, folder: Path, base: str, manifest: bytes) -> None:
        """Read what there is.  Raises OSError where the file cannot be written."""
        self._path = folder / f"{hashlib.sha256(base.encode()).hexdigest()[:16]}.jsonl"
        head = {"base": base, "manifest": hashlib.sha256(manifest).hexdigest()}
        rows = [head, *self._rows(head)]
        self.sound = {row["sound"] for row in rows if "sound" in row}
        self.links = {row["link"] for row in rows if "link" in row}
        folder.mkdir(parents=True, exist_ok=True)
        self._file: TextIO = self._path.open("w", encoding="utf-8")
        for row in rows:
            self._write(row)

    def _rows(self, head: dict[str, str]) -> list[dict[str, str]]:
        """The rows after the head; none if the file is of another mirror or manifest."""
        lines = self._path.read_text("utf-8").split("\n") if self._path.is_file() else []
        rows = [row for line in lines if (row := _row(line))]
        return rows[1:] if rows[:1] == [head] else []

    def add_sound(self, path: str) -> None:
        self.sound.add(path)
        self._write({"sound": path})

    def add_link(self, path: str) -> None:
        if path not in self.links:
            self.links.add(path)
            self._write({"link": path})

    def _write(self, row: dict[str, str]) -> None:
        self._file.write(json.dumps(row) + "\n")
        self._file.flush()

    def close(self, *, finished: bool) -> None:
        """Keep the file for the next time, or remove it if the check is complete."""
        self._file.close()
        if finished:
            self._path.unlink(missing_ok=True)


def _row(line: str) -> dict[str, str] | None:
    """The object of a line; None for half a line, which a kill leaves."""
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) else None
