"""Receives the bytes of an import, and writes what is made of them into the archive."""

from __future__ import annotations

import json
import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from archive.files import write as write_whole
from archive.importing import RefusedError, importer
from archive.importing.importer import Archive, Imported
from archive.importing.outline import Told
from archive.importing.source_text import changes_text, differences, fingerprint, read_passages
from archive.model.record import parse_record
from archive.model.settings import Settings

# Where the bytes of an import come from: a file, standard input, or an address.
#
# An address is fetched only where the editor asks for it, once, and what was received is kept with
# its time and its SHA-256.

SECONDS = 60  # between two parts of an answer
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_ANY_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Received:
    """The bytes to import."""

    data: bytes
    name: str = ""  # of the file; nothing where the content alone tells the format
    address: str = ""  # that answered
    capture: str = ""  # what is known of the answer, as JSON


def receive(named: str, *, fetch: bool = False) -> Received:
    """The bytes that ``named`` stands for: a path, ``-`` for standard input, or an address.

    Raises RefusedError where they cannot be had.
    """
    if named == "-":
        return Received(importer.within(sys.stdin.buffer.read(importer.MAX_FILE + 1)))
    if _ANY_ADDRESS.match(named):
        return _fetched(named, fetch=fetch)
    path = Path(named).expanduser()  # which no shell does after ``FILE=``
    return Received(importer.load(path), path.name)


def _fetched(address: str, *, fetch: bool) -> Received:
    if not _ADDRESS.fullmatch(address):
        raise RefusedError(
            "import-address", "It is no address of a page (https:// or http://).",
            "name a file, or the address of a page.",
        )  # fmt: skip
    if not fetch:
        raise RefusedError(
            "import-address", "It is an address, and nothing is fetched unasked.",
            "say FETCH=1 to fetch it, or save the page from a browser and name that file.",
        )  # fmt: skip
    request = urllib.request.Request(address, headers={"User-Agent": "anchored-archive"})
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            data = importer.within(answer.read(importer.MAX_FILE + 1))
            final, kind = str(answer.geturl()), str(answer.headers.get("Content-Type", ""))
    except (OSError, ValueError) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise RefusedError(
            "import-address", f"It cannot be fetched: {reason}.",
            "look at it in a browser, save the page there, and name that file.",
        ) from error  # fmt: skip
    capture = {
        "asked": address, "answered": final, "type": kind, "bytes": len(data),
        "sha256": fingerprint(data), "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }  # fmt: skip
    return Received(data, "", final, json.dumps(capture, indent=2, ensure_ascii=False) + "\n")


# Writes the files of an import into the archive, all of them or none.
#
# A new document gets its draft, its new references and the files of the work folder.  A document
# that exists is never overwritten: importing its file again changes nothing, and importing a
# revised source only reports what the revision changes.

# Exit codes: the document renders an earlier version of the file; something is to be confirmed.
REVISED, DOUBTED = 3, 4


@dataclass(frozen=True, slots=True)
class Places:
    """The paths of one document's files below the archive's root."""

    root: Path
    id: str  # the document id
    settings: Settings

    @property
    def document(self) -> Path:
        return self.root / "documents" / f"{self.id}.md"

    @property
    def bibliography(self) -> Path:
        return self.root / "references.bib"

    @property
    def source(self) -> Path:
        """The source text, under the name that ``make verify-sources SOURCES=work`` looks for."""
        return self.work("txt")

    @property
    def passages(self) -> Path:
        """The paragraphs of the source beside the anchors."""
        return self.work("passages.txt")

    @property
    def look(self) -> Path:
        """The page that shows what was taken, left out and made notes."""
        return self.work("look.html")

    def work(self, extension: str) -> Path:
        """A file of the work folder, which git ignores and no build reads."""
        return self.root / "work" / f"{self.id}.{extension}"

    def shown(self, path: Path) -> str:
        """A path as the editor types it."""
        return path.relative_to(self.root).as_posix()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The message for the editor and the command's exit code."""

    told: str
    code: int = 0


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the editor asks for besides."""

    against: Path | None = None  # the file imported first, where the work folder is lost
    keep_images: bool = False
    main: str = ""  # a CSS selector: the element of a page that holds the text
    recognise: str | None = None  # have pages that are pictures read, in these languages
    accept: bool = False  # write a draft whatever is in doubt
    told: Told = field(default_factory=Told)  # overrides what the text suggests


def place(places: Places, received: Received, wishes: Wishes) -> Outcome:
    """Import what was received.

    A revised source is compared with the one that was imported first.  Raises RefusedError or
    OSError; then nothing was written.
    """
    data = received.data
    _clear_leftovers(places)
    if places.document.exists():
        return _again(places, received, wishes)
    before = _held(places.bibliography)
    found = _imported(places, received, wishes, before)
    _spare_corrections(places, found, data)
    if found.doubts and not wishes.accept:
        write(_looked(places, found))
        return _in_doubt(places, found)
    images = importer.images(data, received.name) if wishes.keep_images else ()
    write([*_captured(places, received), *_files(places, found, images, before)])
    return Outcome(_told(places, found))


def _in_doubt(places: Places, found: Imported) -> Outcome:
    """Tell what has to be confirmed; nothing but the report was written."""
    report, page = places.shown(places.work("report.txt")), places.shown(places.look)
    return Outcome("\n".join([
        found.account.rstrip(),
        "No draft was written, because what is “to confirm” above may mean that words are lost.",
        f"See {page} (what was taken, left out and made notes) and {report}.",
        "Then name the element with MAIN=, mend the file, or say ACCEPT=1.",
    ]), DOUBTED)  # fmt: skip


def _captured(places: Places, received: Received) -> Iterator[File]:
    """What an address answered, kept as it came."""
    if received.capture:
        yield File(places.work("capture"), received.data, replace=True)
        yield File(places.work("capture.json"), received.capture.encode(), replace=True)


def _imported(
    places: Places, received: Received, wishes: Wishes, bibliography: bytes | None
) -> Imported:
    """The import of a file into the archive as it stands."""
    held = _decoded(bibliography, places.bibliography)
    archive = Archive(held, _text(places.root / "glossary.md"), places.settings)
    text = importer.read(received.data, received.name, wishes.main, wishes.recognise)
    if received.address and not text.properties.address:
        properties = replace(text.properties, address=received.address)
        text = replace(text, properties=properties)
    return importer.imported(text, received.data, places.id, wishes.told, archive)


def _files(
    places: Places, found: Imported, images: Sequence[bytes], before: bytes | None
) -> Iterator[File]:
    """The work folder, the bibliography and, last, the document, which completes the import."""
    yield from _source_files(places, found)
    yield from _looked(places, found)
    for image in images:
        suffix = {b"\x89P": "png", b"\xff\xd8": "jpg"}.get(image[:2], "gif")
        name = f"{fingerprint(image)[:16]}.{suffix}"
        yield File(places.work("media") / name, image, replace=True)
    if found.bibtex:
        gap = b"" if not before else b"\n" if before.endswith(b"\n") else b"\n\n"
        added = (before or b"") + gap + found.bibtex.encode()
        yield File(places.bibliography, added, before=before)
    yield File(places.document, found.document.encode())


def _looked(places: Places, found: Imported) -> list[File]:
    """What the editor looks at before anything else."""
    return [
        File(places.source.with_name(".gitignore"), b"*\n", replace=True),
        File(places.work("report.txt"), found.whole_report.encode(), replace=True),
        File(places.look, found.look.encode(), replace=True),
    ]


def _source_files(places: Places, found: Imported) -> list[File]:
    return [
        File(places.source.with_name(".gitignore"), b"*\n", replace=True),
        File(places.source, found.source.data, replace=True),
        File(places.passages, found.work.encode(), replace=True),
    ]


def _spare_corrections(places: Places, found: Imported, data: bytes) -> None:
    """Refuse to overwrite a source text that an editor corrected."""
    if _held(places.source) not in {None, b"", found.source.data, data}:
        path = places.shown(places.source)
        raise RefusedError(
            "import-work", f"{path} holds another text than this import would write there.",
            f"if it is this file’s text corrected, import that (FILE={path}); else move it away.",
        )  # fmt: skip


def _again(places: Places, received: Received, wishes: Wishes) -> Outcome:
    """Import for a document that exists: compare, and never overwrite it."""
    data = received.data
    path = places.shown(places.document)
    record, _ = parse_record(places.document.read_text("utf-8"), path, places.id, places.settings)
    if record is None:
        raise RefusedError(
            "import-exists", f"{path} exists, and its record cannot be read.",
            "mend the record, or choose another ID.",
        )  # fmt: skip
    pinned = record.source.sha256
    if fingerprint(data) in {pinned, record.source.file_sha256} and _at_hand(places, pinned):
        return Outcome(f"{path} was imported from this very file. Nothing was changed.")
    told = replace(wishes.told, kind=wishes.told.kind or str(record.kind))
    wishes = replace(wishes, told=told)
    before, against = _held(places.bibliography), wishes.against
    found = _imported(places, received, wishes, before)
    if found.source.sha256 == pinned:
        _spare_corrections(places, found, data)
        if _at_hand(places, pinned):
            return Outcome(f"{path} was imported from a file with this text. Nothing was changed.")
        write(_source_files(places, found))
        return Outcome(
            f"{path} was imported from this text and was not changed. "
            f"Restored: {places.shown(places.source)}, {places.shown(places.passages)}."
        )
    if fingerprint(data) == record.source.file_sha256:
        raise RefusedError(
            "import-reread",
            f"{path} renders this very file, but its source text was corrected since, or is read "
            "differently today.",
            f"look for the text with the SHA-256 {pinned[:12]}…, or import the file under another "
            "ID and compare.",
        )
    earlier = _text(places.passages)
    if against is not None:
        first = Received(importer.load(against), against.name)
        earlier = _imported(places, first, wishes, before).work
    return _revised(places, earlier, found)


def _at_hand(places: Places, sha256: str) -> bool:
    """Whether the work folder holds the source text with this SHA-256 and its passages."""
    held = read_passages(_text(places.passages))
    same = held is not None and held.sha256 == sha256
    return same and fingerprint(_held(places.source) or b"") == sha256


def _revised(places: Places, earlier: str, found: Imported) -> Outcome:
    """Report what a revised source changes; ``earlier`` is the passages file of the first import.

    The document itself stays as it is.
    """
    old, new = read_passages(earlier), read_passages(found.work)
    if old is None or new is None:
        raise RefusedError(
            "import-revised",
            f"{places.shown(places.document)} renders another source than this file, "
            "and the text of that source is not at hand.",
            "name the earlier file with AGAINST=, or choose another ID for a new document.",
        )
    changed = differences(old, new)
    changes, revised = places.work("changes.txt"), places.work("revised.txt")
    text = changes_text(places.id, found.source.sha256, changed).encode()
    write([File(changes, text, replace=True), File(revised, found.source.data, replace=True)])
    file_sha256 = found.source.file_sha256
    return Outcome("\n".join([
        f"{places.shown(places.document)} renders an earlier version of this file. It was not",
        "changed. Passages and endnotes to revise:",
        *([f"  {each.what}: {each.change}" for each in changed] or ["  none"]),
        f"The old and the new words are in {places.shown(changes)}, the whole",
        f"revised text is in {places.shown(revised)}.",
        "When the passages say what the source now says, pin it in the record below source:",
        f"  sha256: {found.source.sha256}",
        *([f"  file-sha256: {file_sha256}"] if file_sha256 else []),
    ]), REVISED)  # fmt: skip


def _told(places: Places, found: Imported) -> str:
    """The summary and the checks of the report, the files written, and what to do next."""
    summary = found.whole_report.partition("\n## ")[0].partition("\n")[2].strip()
    flagged = found.report.partition("\n## To check\n")[2].partition("\n## ")[0].strip()
    passages, report = places.shown(places.passages), places.shown(places.work("report.txt"))
    return "\n".join([
        summary,
        *(["To check:", flagged] if flagged else []),
        f"Written: {places.shown(places.document)}",
        *([f"         {places.shown(places.bibliography)} (added to)"] if found.bibtex else []),
        f"         {places.shown(places.source)} (the source text, which the record pins)",
        f"         {passages} (its paragraphs beside the anchors)",
        f"         {report} (what was found, guessed and left out)",
        f"         {places.shown(places.look)} (what was taken, in three tints; LOOK=1 opens it)",
        "Next: write each passage in the archive’s own words: make serve, then open "
        f"/_serve/table/{places.id}, which shows source and passage side by side; or edit the file "
        f"with {passages} beside you. make tells how many are left.",
    ])  # fmt: skip


def _text(path: Path) -> str:
    return _decoded(_held(path), path)


def _decoded(data: bytes | None, path: Path) -> str:
    try:
        return (data or b"").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedError(
            "import-archive", f"{path.name} is not UTF-8.", "save it as UTF-8."
        ) from error


# --- Several files, all or none

_BESIDE = re.compile(r"\..+\.(?P<process>[0-9]+)\.new")


def _clear_leftovers(places: Places) -> None:
    """Remove what imports that were killed left: temporary files with words of sources."""
    for folder in (places.document.parent, places.source.parent, places.root):
        for path in folder.glob(".*.new"):
            named = _BESIDE.fullmatch(path.name)
            if named and not _runs(int(named["process"])):
                path.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


@dataclass(frozen=True, slots=True)
class File:
    """A file to write."""

    path: Path
    data: bytes
    before: bytes | None = None  # what it has to hold now; None: it must not exist
    replace: bool = False  # write it whatever it holds now


def write(files: Sequence[File]) -> None:
    """Write the files in order.  Raises OSError; then every file is what it was.

    Each file is written beside its place, forced to disk and renamed (rename(2) is atomic).  After
    a kill, importing again gives the same files, because the document comes last.  Raises
    FileExistsError for a file that must not exist or that changed meanwhile.
    """
    beside = {each.path.with_name(f".{each.path.name}.{os.getpid()}.new"): each for each in files}
    done: list[tuple[Path, bytes | None]] = []
    try:
        for temporary, file in beside.items():
            write_whole(temporary, file.data, durable=True)
        for temporary, file in beside.items():
            old = _held(file.path)
            if not file.replace and old != file.before:
                message = "it changed meanwhile; run the command again"
                raise FileExistsError(17, message, str(file.path))
            _put(file, temporary, old)
            done.append((file.path, old))
    except BaseException:
        for path, old in reversed(done):
            with suppress(OSError):
                path.unlink(missing_ok=True) if old is None else write_whole(path, old)
        raise
    finally:
        for temporary in beside:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _held(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _put(file: File, temporary: Path, old: bytes | None) -> None:
    if file.before is None and not file.replace:
        os.link(temporary, file.path)  # fails where a file exists: nothing is overwritten
    else:
        if old is not None:
            temporary.chmod(file.path.stat().st_mode & 0o777)
        temporary.replace(file.path)
