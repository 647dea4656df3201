"""Of every file a plain text is made that reads back as its passages, headings and notes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from archive.fidelity.source import read_source
from archive.importing import Block, Finding, Form, Note, Run, Text, importer
from archive.importing.importer import Archive
from archive.importing.outline import tidied
from archive.importing.source_text import source_text
from archive.model.record import parse_record
from tests.settings import SETTINGS

# LibreOffice, which takes seconds for a file, reads one here; all of them under ``make prove``.
LATER = set() if os.environ.get("ARCHIVE_LONG") else {".pages", ".wpd"}
INPUTS = sorted(
    path for path in (Path(__file__).parent / "in").iterdir() if path.suffix not in LATER
)


def imported(data, name):
    return importer.imported(importer.read(data, name), data, "d", None, Archive("", "", SETTINGS))


def recorded(found):
    record, problems = parse_record(found.document, "documents/d.md", "d", SETTINGS)
    assert problems == []
    return record


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_the_text_that_the_record_pins_reads_back_as_the_passages(path):
    found = imported(path.read_bytes(), path.name)
    record = recorded(found)
    source, _ = read_source(found.source.data, "")
    assert found.source.differing == 0
    assert len(source.paragraphs) == record.source.paragraphs
    assert record.source.sha256 == found.source.sha256
    again = imported(found.source.data, "d.txt")
    assert again.source == type(again.source)(found.source.data, None)
    assert recorded(again).source.paragraphs == record.source.paragraphs


def text(*blocks, notes=()):
    return tidied(Text(tuple(blocks), tuple(Note(id_, (Run(words),)) for id_, words in notes)))


def heading(*runs):
    return Block(Form.HEADING, runs, level=2)


def paragraph(*runs):
    return Block(Form.PARAGRAPH, runs)


def test_a_plain_text_without_headings_is_its_own():
    data = b"One.[^1]\n\nTwo.\n\n[^1]: Oil.\n"
    found = imported(data, "a.txt").source
    assert (found.data, found.file_sha256) == (data, None)


def test_marks_of_a_heading_go_to_the_passage_below():
    found = text(heading(Run("Oil"), Run(note="*")), paragraph(Run("One.")), notes=[("*", "N.")])
    assert source_text(b"", found).data.decode() == "## Oil\n\n[^1]One.\n\n[^1]: N.\n"
    assert [each.finding for each in found.remarks] == [Finding.DECIDED]


def test_lines_without_words_go_and_their_marks_stay_where_they_stood():
    found = text(
        paragraph(Run("* * *")), paragraph(Run("One.")), paragraph(Run("—"), Run(note="1")),
        paragraph(Run("Two.")), notes=[("1", "N.")],
    )  # fmt: skip
    assert source_text(b"", found).data.decode() == "One.[^1]\n\nTwo.\n\n[^1]: N.\n"
    assert [each.words for each in found.remarks] == ["* * *", "—"]


def test_what_cannot_be_written_so_that_it_reads_back_is_told():
    found = text(
        paragraph(Run("One.")), paragraph(Run("The sign [^1] is "), Run(note="1"), Run("no mark.")),
        notes=[("1", "N.")],
    )  # fmt: skip
    assert source_text(b"", found).differing == 2
