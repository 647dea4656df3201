"""The import from end to end, as functions of bytes; ``archive.importing.placing`` writes files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from archive.importing import RefusedError, bibliography, citing, container
from archive.importing.account import account, account_text, doubts, languages, look_page
from archive.importing.draft import Draft, Glossary, document_text, report_text
from archive.importing.outline import (
    LETTERS,
    Seen,
    Told,
    guesses,
    is_letterhead,
    kind_of,
    outline,
    tidied,
    title_block,
    with_signatories,
)
from archive.importing.readers import READERS, format_of
from archive.importing.source_text import (
    SourceText,
    note_numbers,
    passages_text,
    remarked,
    source_text,
)
from archive.importing.text import Finding, Remark, Text, missing
from archive.model.settings import Settings

MAX_FILE = 64 * 2**20  # bytes
MAX_TEXT = 16 * 2**20  # bytes of plain text, Markdown or HTML
MAX_BLOCKS = 50_000  # paragraphs, of which each takes its time


@dataclass(frozen=True, slots=True)
class Archive:
    """The files of the archive that an import draws on."""

    bibliography: str  # the text of references.bib
    glossary: str  # the text of glossary.md
    settings: Settings


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of an import; nothing is written yet."""

    source: SourceText
    document: str  # the text of documents/<id>.md
    work: str  # the text of work/<id>.passages.txt
    report: str  # the text of work/<id>.report.txt, but for the account
    bibtex: str  # new entries for references.bib, or nothing
    account: str  # the first lines of the report
    look: str  # the text of work/<id>.look.html
    doubts: tuple[str, ...]  # what has to be confirmed before a draft is written

    @property
    def whole_report(self) -> str:
        """The report with the account below its title."""
        title, _, rest = self.report.partition("\n\n")
        return f"{title}\n\n{self.account}{rest}"


def load(path: Path) -> bytes:
    """The bytes of the file to import.

    Raises RefusedError where it is no file, cannot be read, or is larger than MAX_FILE; a file
    that is too large is not opened.
    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise RefusedError("import-file", "It is not a file.", "name the file with the text.")
        _refuse_above(MAX_FILE, size)
        with path.open("rb") as stream:
            data = stream.read(MAX_FILE + 1)
    except OSError as error:
        raise RefusedError(
            "import-file", f"It cannot be read: {error.strerror}.", "check its name and rights."
        ) from error
    return within(data)


def within(data: bytes) -> bytes:
    """The bytes.  Raises RefusedError where they are more than MAX_FILE."""
    _refuse_above(MAX_FILE, len(data))
    return data


def _refuse_above(limit: int, size: int) -> None:
    if size > limit:
        raise RefusedError(
            "import-size",
            f"The file has {size // 2**20:,} MiB; at most {limit // 2**20} are read.",
            "leave out its pictures, split it, or save it as plain text.",
        )


def read(data: bytes, name: str, main: str = "", recognise: str | None = None) -> Text:
    """The text of a file.  Raises RefusedError where it is unsafe, unsound or without text.

    The format is recognised by the content, and the extension of ``name`` has to agree.  ``main``,
    a CSS selector, names the element of a web page that holds the text.  ``recognise`` has pages of
    a PDF that are pictures read, in the languages that it names.
    """
    form = format_of(name, data)
    if form in {"txt", "md", "html", "rtf"}:
        _refuse_above(MAX_TEXT, len(data))
    if main and form not in {"html", "eml"}:
        raise RefusedError("import-main", "MAIN= is for web pages.", "leave it out.")
    given = [main] if main else [recognise] if recognise is not None and form == "pdf" else []
    text = READERS[form](data, *given)
    if not text.blocks:
        raise _empty("The file has no paragraph.")
    if len(text.blocks) > MAX_BLOCKS:
        raise RefusedError(
            "import-too-much",
            f"The file has {len(text.blocks):,} paragraphs; at most {MAX_BLOCKS:,} are read.",
            "split it into documents of their own.",
        )
    return text


def _empty(message: str) -> RefusedError:
    return RefusedError("import-empty", message, "give the file with its whole text.")


def images(data: bytes, name: str) -> tuple[bytes, ...]:
    """The pictures in a file that was read."""
    return container.images(data) if format_of(name, data) in {"docx", "odt"} else ()


def imported(
    text: Text, data: bytes, document: str, told: Told | None, archive: Archive
) -> Imported:
    """Import a text that was read from ``data`` as the document with the id ``document``.

    ``told`` overrides what the text suggests.  Raises RefusedError where no passage is found or the
    bibliography cannot be read.
    """
    told = told or Told()
    text = tidied(text)
    heading = title_block(text) if len(text.blocks) > 1 else None
    blocks = text.blocks[1:] if heading is not None else text.blocks
    title = heading.text if heading is not None else text.properties.title or ""
    seen = kind_of(blocks, archive.settings.kinds, title)
    seen = Seen(told.kind, "as you said") if told.kind else replace(
        seen, why=f"{seen.why}; KIND= says otherwise"
    )  # fmt: skip
    if heading is not None and seen.kind in LETTERS and is_letterhead(heading):
        heading, title, blocks = None, text.properties.title or "", text.blocks
    signed = with_signatories(blocks, seen.kind)
    text = replace(text, blocks=(*text.blocks[: len(text.blocks) - len(blocks)], *signed))
    blocks = tuple(signed)
    existing = bibliography.read(archive.bibliography, "references.bib")
    source = source_text(data, text)
    draft = Draft(
        document, seen, source,
        told.over(guesses(text, heading, blocks, seen.kind, document)),
        outline(blocks, seen.kind, document, archive.settings),
        citing.references(text, existing, document),
        Glossary.read(archive.glossary),
        archive.settings, note_numbers(text, source), {each.id: each.text for each in text.notes},
    )  # fmt: skip
    if not draft.passages:
        raise _empty("The file has headings and no paragraph.")
    work, report, lost = _accounted(text, draft, title)
    first = account_text(account(text, lost), text) + languages(draft, text)
    return Imported(
        draft.source, document_text(draft), work, report, draft.references.bibtex, first,
        look_page(document, first, text), tuple(each.what for each in doubts(text.remarks)),
    )  # fmt: skip


def _accounted(text: Text, draft: Draft, title: str) -> tuple[str, str, list[str]]:
    """The passages file and the report, which name every word of the file that is in no other.

    Those words come third.
    """
    work = passages_text(draft.document, title, draft.source, draft.placed, text)
    remarks = [*_notes(text), *text.remarks, *draft.references.remarks]
    if place := draft.source.differing:
        remarks.append(Remark(
            Finding.FLAG, f"Paragraph {place} of the source text, or the endnote with that place "
            "after the paragraphs, does not read back as it was imported: compare them.",
        ))  # fmt: skip
    report = report_text(draft, remarks)
    lost = missing("\n".join(text.raw), work, draft.references.bibtex, report)
    if not lost:
        return work, report, lost
    what = f"{len(lost)} words stand nowhere else: the work file ends with them."
    remark = Remark(Finding.FLAG, what, " ".join(lost))
    return work + remarked(remark), report_text(draft, [*remarks, remark]), lost


def _notes(text: Text) -> Iterator[Remark]:
    if text.notes:
        yield Remark(Finding.FOUND, f"{len(text.notes)} notes.")
    marked = {note for block in text.blocks for note in block.notes}
    for note in text.notes:
        if note.id not in marked:
            yield Remark(Finding.FLAG, f"Endnote {note.id} is marked in no passage.")
