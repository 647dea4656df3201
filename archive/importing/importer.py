"""The import from end to end, as a function of bytes: file in, files to write out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archive.importing import bibliography, citing, container, readers
from archive.importing.draft import Draft, document_text, report_text
from archive.importing.glossary import Glossary, candidates
from archive.importing.guesses import guesses, is_letterhead, title_block
from archive.importing.outline import Seen, kind_of, outline, tidied
from archive.importing.readers import format_of
from archive.importing.refusal import RefusedError
from archive.importing.source_text import SourceText, WorkFile, left, passages_text, source_text
from archive.importing.text import Finding, Remark, Text, missing

MAX_FILE = 64 * 2**20  # bytes
MAX_TEXT = 16 * 2**20  # of a file that is nothing but text


@dataclass(frozen=True, slots=True)
class Archive:
    """What the import has to know of the archive."""

    bibliography: str  # the text of references.bib
    glossary: str  # the text of glossary.md


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import comes to; nothing is written yet."""

    source: SourceText
    document: str  # the text of documents/<id>.md
    work: str  # of the work file
    report: str
    bibtex: str  # entries to add, or nothing


def load(path: Path) -> bytes:
    """The bytes of the file to import.  Raises RefusedError where it is none or too large."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise RefusedError("import-file", "It is not a file.", "name the file with the text.")
        if size > MAX_FILE:
            raise _too_large(size)
        with path.open("rb") as stream:
            data = stream.read(MAX_FILE + 1)
    except OSError as error:
        raise RefusedError(
            "import-file", f"It cannot be read: {error.strerror}.", "check its name and rights."
        ) from error
    if len(data) > MAX_FILE:
        raise _too_large(len(data))
    return data


def _too_large(size: int, limit: int = MAX_FILE) -> RefusedError:
    return RefusedError(
        "import-size", f"The file has {size // 2**20:,} MiB; at most {limit // 2**20} are read.",
        "leave out its pictures, split it, or save it as plain text.",
    )  # fmt: skip


def read(data: bytes, name: str) -> Text:
    """The text of a file, by its content and its name."""
    form = format_of(name, data)
    if form in {"txt", "md", "html"} and len(data) > MAX_TEXT:
        raise _too_large(len(data), MAX_TEXT)
    text = readers.read(data, form)
    if not text.blocks:
        raise RefusedError(
            "import-empty", "The file has no paragraph.", "give the file with its text."
        )
    return text


def imported(
    text: Text, data: bytes, document: str, kind: str | None, archive: Archive
) -> Imported:
    """Turn a text, read from ``data``, into source text, draft, entries, work file and report.

    ``kind`` overrides the one that is seen.
    """
    text = tidied(text)
    source = source_text(data, text)
    heading = title_block(text) if len(text.blocks) > 1 else None
    title = heading.text if heading is not None else text.properties.title or ""
    seen = kind_of(text.blocks[1:] if heading is not None else text.blocks, title)
    if heading is not None and (kind or seen.kind) == "letter" and is_letterhead(heading):
        heading, title = None, text.properties.title or ""
    blocks = text.blocks[1:] if heading is not None else text.blocks
    existing = bibliography.read(archive.bibliography, "references.bib")
    draft = Draft(
        document, kind or seen.kind, source,
        guesses(text, heading, blocks, kind or seen.kind, document),
        outline(blocks, kind or seen.kind, document),
        citing.references(text, existing, document),
        Glossary.read(archive.glossary),
    )  # fmt: skip
    if not draft.passages:
        raise RefusedError(
            "import-empty", "The file has headings and no paragraph.", "give the whole text."
        )
    work, told = _accounted(text, draft, seen, title, chosen=kind is not None)
    bibtex = draft.references.bibtex
    return Imported(source, document_text(draft), work, told, bibtex)


def images(data: bytes, name: str) -> tuple[bytes, ...]:
    """The pictures in a file that was read."""
    return container.images(data) if format_of(name, data) in {"docx", "odt"} else ()


def _accounted(
    text: Text, draft: Draft, seen: Seen, title: str, *, chosen: bool
) -> tuple[str, str]:
    """Work file and report; words of the file that no part of them has are told at the end."""
    beside = tuple(remark for remark in text.remarks if remark.words)
    work = passages_text(
        WorkFile(draft.document, draft.source.sha256, title, draft.placed, text.notes, beside)
    )
    remarks = [*_of_notes(text), *text.remarks, *draft.references.remarks, *_of(draft.source)]
    names = candidates((each.block.text for each in draft.passages), draft.glossary)
    told = report_text(draft, seen, chosen, names, remarks)
    lost = missing("\n".join(text.raw), work, draft.references.bibtex, told)
    if not lost:
        return work, told
    what = f"{len(lost)} words stand nowhere else: the work file ends with them."
    remark = Remark(Finding.FLAG, what, " ".join(lost))
    told = report_text(draft, seen, chosen, names, [*remarks, remark])
    return work + left([remark]), told


def _of(source: SourceText) -> list[Remark]:
    if not source.differing:
        return []
    return [Remark(
        Finding.FLAG, f"Paragraph {source.differing} of the source text, or the endnote with that "
        "place after the paragraphs, does not read back as it was imported: compare them.",
    )]  # fmt: skip


def _of_notes(text: Text) -> list[Remark]:
    marked = {note for block in text.blocks for note in block.notes}
    unmarked = [note.id for note in text.notes if note.id not in marked]
    found = [Remark(Finding.FOUND, f"{len(text.notes)} notes.")] if text.notes else []
    return found + [
        Remark(Finding.FLAG, f"Endnote {id_} is marked in no passage.") for id_ in unmarked
    ]
