"""Plain text and Markdown.

Plain text is read as the archive reads every source, so that both count the same paragraphs.
Markdown is read by pandoc, unless its notes are written as in plain text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from archive.fidelity.source import Heading, Paragraph, Source, read_source
from archive.importing import pandoc
from archive.importing.refusal import RefusedError
from archive.importing.text import Block, Finding, Form, Note, Remark, Run, Text


def read(data: bytes) -> Text:
    """The paragraphs and endnotes of a text in UTF-8."""
    source, problems = read_source(data, "")
    if source is None:
        problem = problems[0]
        mend = problem.mend.partition(", then pin")[0]
        raise RefusedError(f"import-{problem.rule}", problem.message, mend)
    text = text_of(source)
    flags = tuple(Remark(Finding.FLAG, f"Line {each.line}: {each.message}.") for each in problems)
    raw = data.decode("utf-8-sig")
    return replace(text, remarks=(*text.remarks, *flags), raw=(raw,))


def text_of(source: Source) -> Text:
    """The text of a source that ``archive.fidelity.source`` read."""
    left = " ".join(each.text for each in source.remainder)
    remark = Remark(Finding.LOST, "Note marks, and signs that are no text.", left)
    return Text(
        tuple(_blocks(source)), tuple(_notes(source)), remarks=(remark,) if left else ()
    )  # fmt: skip


def _blocks(source: Source) -> Iterator[Block]:
    """Headings and paragraphs in their order."""
    headings = list(source.headings)
    for paragraph in source.paragraphs:
        while headings and headings[0].paragraph <= paragraph.number:
            yield _heading(headings.pop(0))
        yield Block(Form.PARAGRAPH, tuple(_runs(paragraph)))
    yield from map(_heading, headings)


def _heading(heading: Heading) -> Block:
    return Block(Form.HEADING, (Run(heading.text),), level=heading.level)


def _runs(paragraph: Paragraph) -> Iterator[Run]:
    """The words of a paragraph with its note marks in place."""
    here = 0
    for mark in paragraph.marks:
        if mark.offset > here:
            yield Run(paragraph.text[here : mark.offset])
        yield Run(note=str(mark.number))
        here = mark.offset
    yield Run(paragraph.text[here:])


def _notes(source: Source) -> Iterator[Note]:
    """The endnotes; a number that stands twice is told apart."""
    seen: Counter[int] = Counter()
    for note in source.endnotes:
        again = f" (again {seen[note.number]})" if seen[note.number] else ""
        seen[note.number] += 1
        yield Note(f"{note.number}{again}", (Run(note.text),))


# Pandoc's Markdown without extensions that would change words or run TeX.
_FORM = (
    "markdown-smart-citations-raw_tex-latex_macros-tex_math_dollars+autolink_bare_uris+footnotes"
)
_OTHER_NOTES = re.compile(r"\[(?:end|foot)noteRef:|^#*[ \t]*(?:end|foot)?notes[ \t]*:?[ \t]*$",
                          re.IGNORECASE | re.MULTILINE)  # fmt: skip


def read_markdown(data: bytes) -> Text:
    """The text of a Markdown file in UTF-8."""
    as_plain = read(data)  # raises for other encodings and an empty text
    raw = as_plain.raw[0]
    source, _ = read_source(data, "")
    if _OTHER_NOTES.search(raw) and source is not None and source.endnotes:
        return as_plain
    text = pandoc.text(raw.encode(), _FORM)
    return replace(text, raw=(raw,)) if text.blocks else as_plain
