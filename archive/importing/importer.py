"""The import from end to end, and its account of every word of the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from archive.importing import (
    LONG,
    Finding,
    RefusedError,
    Remark,
    Text,
    bibliography,
    citing,
    container,
    language_of,
    missing,
    signs,
    words,
)
from archive.importing.draft import Draft, Glossary, document_text, report_text
from archive.importing.outline import (
    LETTERS,
    Seen,
    Told,
    guesses,
    is_heading,
    is_letterhead,
    kind_of,
    outline,
    stated,
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
from archive.model.settings import Settings

# The account of a file's words: how many are in the text, which were left out, and where.
#
# Every word of the file is in a passage, a heading or a note, or was left out for a reason that a
# remark gives with the words and their place.  What is in none of these is unread.

_SHOWN = 12  # words of it
_OUT = (Finding.LOST, Finding.COMMENT, Finding.CHANGE)


@dataclass(frozen=True, slots=True)
class Account:
    """How many words of a file went where."""

    passages: int
    headings: int
    notes: int
    out: tuple[tuple[Remark, int], ...]  # what was left out, with its size
    unread: int

    @property
    def taken(self) -> int:
        return self.passages + self.headings + self.notes

    @property
    def left(self) -> int:
        return sum(count for _, count in self.out)


def account(text: Text, unread: Iterable[str]) -> Account:
    """The account of a text; ``unread`` are words of the file that stand nowhere else."""
    headings = [block.text for block in text.blocks if is_heading(block)]
    passages = [block.text for block in text.blocks if not is_heading(block)]
    out = ((remark, _size(remark.words)) for remark in text.remarks if remark.finding in _OUT)
    return Account(
        _size(*passages), _size(*headings),
        _size(*(note.text for note in text.notes)),
        tuple((remark, count) for remark, count in out if count), _size(*unread),
    )  # fmt: skip


def _size(*texts: str) -> int:
    return sum(len(signs(text)) for text in texts)


def account_text(found: Account, text: Text) -> str:
    """The first lines of the report and of what the terminal says."""
    return "\n".join(_lines(found, text)) + "\n"


def _lines(found: Account, text: Text) -> Iterator[str]:
    total = found.taken + found.left + found.unread
    yield (
        f"- words: {found.taken:,} of {total:,} are in the text ({found.passages:,} in passages, "
        f"{found.headings:,} in headings, {found.notes:,} in notes); {found.left:,} were left out; "
        f"{found.unread:,} unread"
    )
    why = Counter[str]()
    for remark, count in found.out:
        why[remark.what.rstrip(".")] += count
    yield from (f"  - left out, {count:,}: {what}" for what, count in why.most_common(12))
    if len(why) > 12:
        yield f"  - left out for {len(why) - 12} more reasons, which the report tells"
    long = [(remark, count) for remark, count in found.out if count > LONG]
    if long:
        yield f"- left out in one piece of more than {LONG} words: {len(long)}"
    for remark, count in long:
        place = f"{remark.place}: " if remark.place else ""
        yield f"  - {place}{count:,} words, “{beginning(remark.words)} …”"
    if text.candidates:
        yield "- what else may be the main text, by the element that holds it"
        yield from (f"  - {each}" for each in text.candidates)
    for remark in doubts(text.remarks):
        yield f"- to confirm: {remark.what}"


def languages(draft: Draft, text: Text) -> str:
    """Whether the language was guessed, and the passages that seem to have another."""
    main = draft.guesses.language
    guessed = "" if stated(text) else f"- language: {main}, guessed; to confirm\n"
    others: dict[str, list[str]] = {}
    for each in draft.passages:
        found = language_of(each.block.text)
        if found and found != main.partition("-")[0]:
            others.setdefault(found, []).append(each.anchor.label)
    told = "; ".join(f"{name} in {', '.join(labels)}" for name, labels in others.items())
    return guessed + (f"- passages in another language: {told}\n" if told else "")


def beginning(said: str) -> str:
    """The first words of a text, on one line."""
    return " ".join(said.split()[:_SHOWN])[:160]


def doubts(remarks: Iterable[Remark]) -> list[Remark]:
    """What has to be confirmed before a draft is written."""
    return [remark for remark in remarks if remark.finding is Finding.DOUBT]


# --- The page to look at

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>What was taken of {name}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
:root {{ color-scheme: light dark }}
body {{ max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 sans-serif;
  color: light-dark(#1c1c1c, #e4e4e4); background: light-dark(#fff, #161616) }}
h1 {{ font-size: 1.6rem; line-height: 1.25; overflow-wrap: anywhere }}
.key {{ display: flex; flex-wrap: wrap; gap: .3rem .6rem }}
p {{ margin: .3rem 0; padding: .35rem .8rem; border-left: .25rem solid; white-space: pre-line;
  overflow-wrap: anywhere }}
[dir=rtl] {{ border-left: 0; border-right: .25rem solid }}
.taken, .head {{ background: light-dark(#e8f3e8, #14291a); border-color: #2e7d32 }}
.head {{ font-weight: bold }}
.note {{ background: light-dark(#e6eefa, #13233c); border-color: #4c86d8 }}
.left {{ background: light-dark(#fbe9e7, #3a1a17); border-color: #c9463c }}
small {{ display: block; color: light-dark(#555, #aaa); font-weight: normal }}
ul {{ margin: .4rem 0; padding-left: 1.2rem; font-size: .9rem; overflow-wrap: anywhere }}
</style></head><body>
<h1>What was taken of {name}</h1>
<div class="key"><p class="taken">Taken: passages and headings</p>
<p class="note">Turned into notes</p><p class="left">Left out, and why</p></div>
{account}
<hr>
{rows}
</body></html>
"""


def look_page(name: str, told: str, text: Text) -> str:
    """A page that shows the words of a file in three tints: taken, left out, made notes.

    What was left out stands where it stood, as far as the reader knows the place.
    """
    rows = [_row(kind, said, small) for kind, said, small in _parts(text)]
    return _PAGE.format(name=escape(name), account=_list(told), rows="\n".join(rows))


def _list(told: str) -> str:
    """The lines of the account as a list with lists in it."""
    rows: list[str] = []
    depth = -1
    for line in told.splitlines():
        said = line.lstrip()
        here = (len(line) - len(said)) // 2
        rows += ["<ul>"] * (here - depth) + ["</ul>"] * (depth - here)
        rows.append(f"<li>{escape(said.removeprefix('- '))}</li>")
        depth = here
    return "\n".join(rows + ["</ul>"] * (depth + 1))


def _row(kind: str, said: str, small: str) -> str:
    told = f"<small>{escape(small)}</small>" if small else ""
    return f'<p class="{kind}" dir="auto">{told}{escape(said)}</p>'


def _parts(text: Text) -> Iterator[tuple[str, str, str]]:
    out = [each for each in text.remarks if each.finding in _OUT and each.words]
    waiting = [each for each in out if each.after is not None]
    rest = [each for each in out if each.after is None]
    while waiting and not waiting[0].after:
        yield _left(waiting.pop(0))
    for block in text.blocks:
        yield "head" if is_heading(block) else "taken", block.text, ""
        said = " ".join(words(block.text))
        while waiting and (waiting[0].after or "") in said:
            yield _left(waiting.pop(0))
    yield from (("note", note.text, f"note {note.id}") for note in text.notes)
    yield from map(_left, [*waiting, *rest])


def _left(remark: Remark) -> tuple[str, str, str]:
    return "left", remark.words, ", ".join(filter(None, (remark.what.rstrip("."), remark.place)))


# The import from end to end, as functions of bytes; ``archive.importing.placing`` writes files.

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
