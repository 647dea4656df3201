"""Writing several files, all or none.

Each is written whole beside its place, forced to disk, and renamed over it (rename(2) is atomic).
The last one decides: until it stands, a second import does everything again and comes to the same.

Where the files of an import go, and what happens where a document stands already.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from archive.importing import importer, source_text
from archive.importing.importer import Archive, Imported
from archive.importing.refusal import RefusedError
from archive.importing.source_text import fingerprint
from archive.model.record import parse_record


@dataclass(frozen=True, slots=True)
class File:
    """A file to write."""

    path: Path
    data: bytes
    before: bytes | None = None  # what it must hold now; None: it must not be there
    replace: bool = False  # whatever it holds


def write(files: Sequence[File]) -> None:
    """Write the files in order.  Raises OSError, and then every file is what it was.

    Raises FileExistsError where a file is there that must not be, or changed meanwhile.
    """
    beside: list[tuple[File, Path]] = []
    done: list[tuple[File, bytes | None]] = []
    try:
        for file in files:
            beside.append((file, _beside(file)))  # noqa: PERF401 - those made before a failure
        for file, temporary in beside:
            old = _held(file.path)
            if not file.replace and old != file.before:
                raise FileExistsError(
                    17, "it changed meanwhile; run the command again", str(file.path)
                )
            _put(file, temporary, old)
            done.append((file, old))
    except BaseException:
        for file, old in reversed(done):
            _restore(file.path, old)
        raise
    finally:
        for _, temporary in beside:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _beside(file: File) -> Path:
    file.path.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.path.with_name(f".{file.path.name}.{os.getpid()}.new")
    try:
        with temporary.open("xb") as stream:
            stream.write(file.data)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    return temporary


def _held(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _put(file: File, temporary: Path, old: bytes | None) -> None:
    if file.before is None and not file.replace:
        os.link(temporary, file.path)  # fails where something stands: nothing is overwritten
    else:
        if old is not None:
            temporary.chmod(file.path.stat().st_mode & 0o777)
        temporary.replace(file.path)


def _restore(path: Path, old: bytes | None) -> None:
    with suppress(OSError):
        if old is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(old)


REVISED = 3  # exit code


@dataclass(frozen=True, slots=True)
class Places:
    """The files of one document below the archive's root."""

    root: Path
    id: str

    @property
    def document(self) -> Path:
        return self.root / "documents" / f"{self.id}.md"

    @property
    def bibliography(self) -> Path:
        return self.root / "references.bib"

    @property
    def glossary(self) -> Path:
        return self.root / "glossary.md"

    @property
    def folder(self) -> Path:
        """The work folder: no page of the site, and git ignores it."""
        return self.root / "work"

    @property
    def source(self) -> Path:
        """The source text, by the name that ``make verify-sources SOURCES=work`` looks for."""
        return self.folder / f"{self.id}.txt"

    @property
    def revised(self) -> Path:
        return self.folder / f"{self.id}.revised.txt"

    @property
    def work(self) -> Path:
        """The source's paragraphs by anchor."""
        return self.folder / f"{self.id}.passages.txt"

    @property
    def report(self) -> Path:
        return self.folder / f"{self.id}.report.txt"

    @property
    def changes(self) -> Path:
        return self.folder / f"{self.id}.changes.txt"

    def shown(self, path: Path) -> str:
        """A path as the editor types it."""
        return path.relative_to(self.root).as_posix()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the editor is told, and the command's exit code."""

    told: str
    code: int = 0


def place(
    places: Places, file: Path, kind: str | None, *, against: Path | None = None,
    keep_images: bool = False,
) -> Outcome:  # fmt: skip
    """Import ``file``.  Raises RefusedError or OSError, and then nothing was written."""
    data = importer.load(file)
    if places.document.exists():
        return _again(places, _Given(file, data), kind, against)
    before = _bytes(places.bibliography)
    archive = Archive(_decoded(before, places.bibliography), _text(places.glossary))
    found = importer.imported(importer.read(data, file.name), data, places.id, kind, archive)
    _spare_corrections(places, found, data)
    images = importer.images(data, file.name) if keep_images else ()
    write([*_aside(places, found, images), *_main(places, found, before)])
    return Outcome(_told(places, found))


@dataclass(frozen=True, slots=True)
class _Given:
    """A file to import and its bytes."""

    path: Path
    data: bytes

    def imported(self, places: Places, kind: str) -> Imported:
        """What its import comes to in the archive as it stands."""
        archive = Archive(_text(places.bibliography), _text(places.glossary))
        text = importer.read(self.data, self.path.name)
        return importer.imported(text, self.data, places.id, kind, archive)


def _main(places: Places, found: Imported, before: bytes) -> list[File]:
    """The bibliography and, last, the document: once it stands, the import is done."""
    files = [File(places.document, found.document.encode())]
    if found.bibtex:
        held = before if before.endswith(b"\n") or not before else before + b"\n"
        added = held + (b"\n" if held else b"") + found.bibtex.encode()
        expected = before if places.bibliography.exists() else None
        files.insert(0, File(places.bibliography, added, before=expected))
    return files


def _aside(places: Places, found: Imported, images: Sequence[bytes]) -> list[File]:
    """The work folder's files, which an import may write anew."""
    files = [
        *_source_files(places, found),
        File(places.report, found.report.encode(), replace=True),
    ]
    for image in images:
        suffix = {b"\x89P": "png", b"\xff\xd8": "jpg"}.get(image[:2], "gif")
        name = f"{hashlib.sha256(image).hexdigest()[:16]}.{suffix}"
        files.append(File(places.folder / f"{places.id}.media" / name, image, replace=True))
    return files


def _spare_corrections(places: Places, found: Imported, data: bytes) -> None:
    """A source text that an editor corrected is not written over."""
    if _bytes(places.source) not in {b"", found.source.data, data}:
        path = places.shown(places.source)
        raise RefusedError(
            "import-work", f"{path} holds another text than this import would write there.",
            f"if it is this file’s text corrected, import that (FILE={path}); else move it away.",
        )  # fmt: skip


def _source_files(places: Places, found: Imported) -> list[File]:
    return [
        File(places.folder / ".gitignore", b"*\n", replace=True),
        File(places.source, found.source.data, replace=True),
        File(places.work, found.work.encode(), replace=True),
    ]


def _again(places: Places, given: _Given, kind: str | None, against: Path | None) -> Outcome:
    """A document stands: it is never overwritten."""
    path = places.shown(places.document)
    record, _ = parse_record(places.document.read_text("utf-8"), path, places.id)
    if record is None:
        raise RefusedError(
            "import-exists", f"{path} is there, and its record cannot be read.",
            "mend the record, or choose another ID.",
        )  # fmt: skip
    pinned = record.source.sha256
    if fingerprint(given.data) in {pinned, record.source.file_sha256} and _at_hand(places, pinned):
        return Outcome(f"{path} is the import of this very file. Nothing was changed.")
    found = given.imported(places, kind or record.kind)
    if found.source.sha256 == pinned:
        _spare_corrections(places, found, given.data)
        return _same(places, found)
    if fingerprint(given.data) == record.source.file_sha256:
        raise RefusedError(
            "import-reread",
            f"{path} renders this very file, but its source text was corrected since, or is read "
            "otherwise today.",
            f"look for the text with the SHA-256 {pinned[:12]}…, or import the file under another "
            "ID and compare.",
        )
    return _revised(places, found, kind or record.kind, against)


def _at_hand(places: Places, sha256: str) -> bool:
    """Whether the work folder has the source with this SHA-256."""
    held = source_text.read_passages(_text(places.work))
    return (
        held is not None
        and held.sha256 == sha256
        and fingerprint(_bytes(places.source)) == sha256
    )  # fmt: skip


def _same(places: Places, found: Imported) -> Outcome:
    """The same source again: only lost files of the work folder are written anew."""
    path = places.shown(places.document)
    if _at_hand(places, found.source.sha256):
        return Outcome(f"{path} is the import of a file with this very text. Nothing was changed.")
    write(_source_files(places, found))
    return Outcome(
        f"{path} is the import of this text and was not changed. "
        f"Written anew: {places.shown(places.source)}, {places.shown(places.work)}."
    )


def _revised(places: Places, new: Imported, kind: str, against: Path | None) -> Outcome:
    """Another source for a document that stands: tell what changed, change nothing."""
    if against is not None:
        old = source_text.read_passages(
            _Given(against, importer.load(against)).imported(places, kind).work
        )
    else:
        old = source_text.read_passages(_text(places.work))
    if old is None:
        raise RefusedError(
            "import-revised",
            f"{places.shown(places.document)} renders another source than this file, "
            "and what that one said is not at hand.",
            "name the earlier file with AGAINST=, or choose another ID for a new document.",
        )
    now = source_text.read_passages(new.work)
    assert now is not None  # just written
    found = source_text.differences(old, now)
    text = source_text.changes_text(places.id, new.source.sha256, found)
    write([
        File(places.changes, text.encode(), replace=True),
        File(places.revised, new.source.data, replace=True),
    ])  # fmt: skip
    return Outcome(_told_changes(places, new, found), REVISED)


def _told_changes(places: Places, new: Imported, found: Sequence[source_text.Difference]) -> str:
    listed = "\n".join(f"  {each.what}: {each.change}" for each in found) or "  no passage"
    pins = [f"sha256: {new.source.sha256}"]
    if new.source.file_sha256:
        pins.append(f"file-sha256: {new.source.file_sha256}")
    return "\n".join([
        f"{places.shown(places.document)} renders an earlier version of this file, and was not "
        "changed. To look at again:",
        listed,
        f"The words are in {places.shown(places.changes)}, the revised text is "
        f"{places.shown(places.revised)}.",
        "When the passages say what the source now says, pin it in the record below source:",
        *(f"  {pin}" for pin in pins),
    ])  # fmt: skip


def _told(places: Places, found: Imported) -> str:
    summary = found.report.partition("\n## ")[0].partition("\n")[2].strip()
    flagged = found.report.partition("\n## To check\n")[2].partition("\n## ")[0].strip()
    lines = [
        f"Written: {places.shown(places.document)}",
        *([f"         {places.shown(places.bibliography)} (added to)"] if found.bibtex else []),
        f"         {places.shown(places.source)} (the source text, which the record pins)",
        f"         {places.shown(places.work)} (the same beside the anchors)",
        f"         {places.shown(places.report)} (what was found, guessed and left out)",
    ]
    after = (
        "Next: write each passage in the archive’s own words, with "
        f"{places.shown(places.work)} beside you; make tells how many are left."
    )
    told = [summary, *(["To check:", flagged] if flagged else []), *lines, after]
    return "\n".join(told)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _text(path: Path) -> str:
    return _decoded(_bytes(path), path)


def _decoded(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedError(
            "import-archive", f"{path.name} is not UTF-8.", "save it as UTF-8."
        ) from error
