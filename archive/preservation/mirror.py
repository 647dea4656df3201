"""Checks a mirror over HTTP, one file after the other: nothing that it answers is trusted.

Each file is fetched once, and those bytes are checked.  How far a check came is kept in a file, so
that a check that was broken off can go on.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import time
from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TextIO
from xml.etree import ElementTree as ET

from archive.preservation import CannotCheckError, Check, Figures, Finding, Unchecked, manifest
from archive.preservation.expected import AtHand, Expected, expect, lost
from archive.preservation.fetching import Answer, Client, EndlessError, UnreachableError
from archive.preservation.folder import Progress
from archive.preservation.pages import as_file, read_page
from archive.preservation.proof import order, wants
from archive.preservation.site import SETTINGS, UNPUBLISHED

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_UNKNOWN_SIZE = 64 << 20  # bytes of a file whose size nobody vouches for
_SPARE = 64 << 10  # bytes: an altered file may be longer, and is then told as altered
_MOST_LINKS = 1_000  # files that are linked and not named, and are looked for
_GIVE_UP = 5  # unreachable files in a row
# What a check may take: so many seconds, and more for each file and for each byte.
_SECONDS, _EACH, _SLOWEST = 600, 2, 50_000

# What a browser runs, or shows with what it runs.
_ACTIVE = frozenset({"text/html", "application/xhtml+xml", "image/svg+xml", "text/xml"})


@dataclass(frozen=True, slots=True)
class Sample:
    """A second look: a mirror that knows this program could give it alone the true bytes."""

    browser: Client  # which asks as a browser does
    count: int  # files


def check_mirror(
    client: Client,
    at_hand: AtHand,
    work: Path,
    progress: Progress,
    sample: Sample | None = None,
) -> Check:
    """Hold every file of the manifest, and all it says, against what is served.

    ``work`` is the folder of the progress file.  Raises CannotCheckError where the check cannot go
    on; the same call then continues where it stopped.
    """
    expected = yield from expect(lambda path, most: _whole(client, path, most), at_hand)
    if expected is None:
        return Figures(0, 0)
    notes = ProgressFile(work, client.base, expected.manifest)
    check = _MirrorCheck(client, expected, notes)
    finished = False
    try:
        yield from check.all(progress)
        if sample is not None:
            yield from check.sample(sample.browser, sample.count)
        finished = True
    finally:
        notes.close(finished=finished)
    yield from expected.without_a_page()
    figures = expected.figures
    return replace(
        figures,
        unchecked=(*figures.unchecked, *check.unchecked),
        said=(*figures.said, *check.said()),
    )


def _whole(client: Client, path: str, most: int) -> bytes | None:
    """A manifest, ledger or signature; None where it is missing.  Raises CannotCheckError."""
    address = client.base + path
    try:
        answer = client.get(path, most)
    except (UnreachableError, EndlessError) as error:
        raise CannotCheckError(f"{address} cannot be reached: {error}") from error
    if answer.status in _REDIRECTS:
        place = client.place(path, answer.location)
        raise CannotCheckError(f"{address} leads to {place}: check that address")
    if answer.status in _GONE:
        return None
    if answer.status != 200:
        raise CannotCheckError(f"{address} answers with {answer.status}")
    return answer.body


@dataclass(slots=True)
class _MirrorCheck:
    """One check of one mirror."""

    client: Client
    expected: Expected
    notes: ProgressFile
    unreachable: int = 0  # in a row
    unchecked: list[Unchecked] = field(default_factory=list)
    lacking: dict[str, int] = field(default_factory=dict)  # answers without a header
    ends: float = 0.0  # when the check has taken too long

    def all(self, progress: Progress) -> Iterator[Finding]:
        paths = sorted(self.expected.digests, key=order)
        self.ends = time.monotonic() + self._most_seconds()
        for done, path in enumerate(paths):
            progress(path, done, len(paths))
            if path in self.expected.taken:
                yield from self.expected.judge(path, self.expected.taken[path], None)
            elif path in self.notes.sound:
                self.expected.proof.remember(path, self.notes.sound[path])
            else:
                found = self._file(path)
                yield from found
                if not found:
                    self.notes.add_sound(path, dict(self.expected.proof.kept(path)))
        yield from self._links()

    def _most_seconds(self) -> float:
        sizes = self.expected.sizes
        total = sum(sizes.get(path, 1 << 20) for path in self.expected.digests)
        return _SECONDS + len(self.expected.digests) * _EACH + total / _SLOWEST

    def _most(self, path: str) -> int:
        size = self.expected.sizes.get(path)
        return _UNKNOWN_SIZE if size is None else 2 * size + _SPARE

    def _file(self, path: str) -> list[Finding]:
        """What is wrong with one file."""
        if time.monotonic() > self.ends:
            raise CannotCheckError(
                "the mirror takes longer than so many files of such sizes may take. "
                "The same command goes on where it stopped"
            )
        try:
            answer = self.client.get(path, self._most(path))
        except EndlessError as error:
            return [_endless(path, error)]
        except UnreachableError as error:
            return [self._unreachable(path, str(error))]
        found = list(self._answer(path, answer))
        if not any(finding.rule == "file-unreachable" for finding in found):
            self.unreachable = 0
        return found

    def _answer(self, path: str, answer: Answer) -> Iterator[Finding]:
        if answer.status == 200:
            sha256 = hashlib.sha256(answer.body).hexdigest()
            yield from self.expected.judge(path, sha256, answer.body if wants(path) else None)
            yield from self._headers(path, answer)
            self._note_links(path, answer.body)
        elif answer.status in _REDIRECTS:
            yield from self._redirect(path, self.client.place(path, answer.location))
        elif answer.status in _GONE:
            if path not in SETTINGS:  # static hosts read these, and do not serve them
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

    # What a browser would make of it

    def _headers(self, path: str, answer: Answer) -> Iterator[Finding]:
        """Whether a browser takes a file for what it is."""
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        page = path.endswith(".html")
        if page != (kind == "text/html") or (kind in _ACTIVE and not _may_run(path)):
            message = f"it is served as {kind or 'nothing that is known'}"
            mend = "let the server say what each file is: _headers and nginx's settings have it"
            yield Finding(path, "header-wrong", message, mend)
        wanted = {"x-content-type-options": "nosniff"}
        if page:
            wanted["content-security-policy"] = "default-src 'none'"
        for name, value in wanted.items():
            if value not in answer.headers.get(name, ""):
                self.lacking[name] = self.lacking.get(name, 0) + 1

    def said(self) -> Iterator[str]:
        for name, count in sorted(self.lacking.items()):
            yield f"{count} answers came without the header {name} that the archive asks hosts for."
        if self.client.waited:
            yield f"The mirror made the check wait {self.client.waited:.0f} s."

    def sample(self, browser: Client, count: int) -> Iterator[Finding]:
        """Ask for some files as a browser does.  Which, nobody can foresee."""
        there = [path for path in self.expected.digests if path not in SETTINGS]
        pages = [path for path in there if path in self.expected.anchors]
        chance = random.SystemRandom()
        chosen = chance.sample(pages, min(count // 2, len(pages)))
        others = [path for path in there if path not in chosen]
        chosen += chance.sample(others, min(count - len(chosen), len(others)))
        for path in chosen:
            try:
                answer = browser.get(path, self._most(path))
            except (UnreachableError, EndlessError) as error:
                self.unchecked.append(Unchecked(f"what {path} is to a browser", str(error)))
                continue
            sha256 = hashlib.sha256(answer.body).hexdigest()
            if answer.status != 200 or sha256 != self.expected.digests[path]:
                message = "a browser is given something else"
                yield Finding(path, "file-differs", message, "do not trust this mirror")

    # Files that are linked and not named

    def _note_links(self, path: str, data: bytes) -> None:
        if not path.endswith((".html", ".xml")):
            return
        for link in _linked(path, data, self.expected.digests):
            own = {*SETTINGS, *UNPUBLISHED, manifest.NAME}
            if link not in self.expected.digests and link not in own:
                if len(self.notes.links) >= _MOST_LINKS:
                    why = f"more than {_MOST_LINKS} lead to files that the manifest does not name"
                    self.unchecked[:] = {*self.unchecked, Unchecked("some links", why)}
                    return
                self.notes.add_link(link)

    def _links(self) -> Iterator[Finding]:
        """Each file that is served and linked, though the manifest does not name it."""
        for path in sorted(self.notes.links):
            try:
                if self.client.get(path, 0, "HEAD").status == 200:
                    yield manifest.extra(path)  # dead links are not a matter of the manifest
            except EndlessError as error:
                yield _endless(path, error)
            except UnreachableError as error:
                yield self._unreachable(path, str(error))


def _may_run(path: str) -> bool:
    return path.endswith((".html", ".svg", ".xml"))


def _endless(path: str, error: EndlessError) -> Finding:
    mend = "do not trust this mirror; take another"
    return Finding(path, "file-endless", f"its answer does not end where it should: {error}", mend)


# Links

_SITEMAP = re.compile(r"sitemap(-[0-9]+)?\.xml")
_LOCATION = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def _linked(path: str, data: bytes, known: Container[str]) -> Iterator[str]:
    if path.endswith(".html"):
        yield from map(as_file, sorted(read_page(data, path).links))
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
    used again only for the same mirror and manifest.  A page's row has what its blocks say.
    """

    def __init__(self, folder: Path, base: str, manifest: bytes) -> None:
        """Read what there is.  Raises OSError where the file cannot be written."""
        self._path = folder / f"{hashlib.sha256(base.encode()).hexdigest()[:16]}.jsonl"
        head = {"base": base, "manifest": hashlib.sha256(manifest).hexdigest()}
        rows = [head, *self._rows(head)]
        self.sound = {row["sound"]: row.get("said", {}) for row in rows if "sound" in row}
        self.links = {row["link"] for row in rows if "link" in row}
        folder.mkdir(parents=True, exist_ok=True)
        self._file: TextIO = self._path.open("w", encoding="utf-8")
        for row in rows:
            self._write(row)

    def _rows(self, head: dict[str, Any]) -> list[dict[str, Any]]:
        """The rows after the head; none if the file is of another mirror or manifest."""
        lines = self._path.read_text("utf-8").split("\n") if self._path.is_file() else []
        rows = [row for line in lines if (row := _row(line))]
        return rows[1:] if rows[:1] == [head] else []

    def add_sound(self, path: str, said: dict[str, str]) -> None:
        self.sound[path] = said
        self._write({"sound": path, "said": said} if said else {"sound": path})

    def add_link(self, path: str) -> None:
        if path not in self.links:
            self.links.add(path)
            self._write({"link": path})

    def _write(self, row: dict[str, Any]) -> None:
        self._file.write(json.dumps(row) + "\n")
        self._file.flush()

    def close(self, *, finished: bool) -> None:
        """Keep the file for the next time, or remove it if the check is complete."""
        self._file.close()
        if finished:
            self._path.unlink(missing_ok=True)


def _row(line: str) -> dict[str, Any] | None:
    """The object of a line; None for half a line, which a kill leaves."""
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) else None
