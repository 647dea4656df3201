"""Each file of ``in/`` comes to what ``golden/`` holds: draft, entries, work file, report.

After a meant change: ``ARCHIVE_GOLDEN=write python -m pytest tests/importing/test_golden.py``,
and read the difference.  ``ARCHIVE_LONG=1`` has LibreOffice read files, too.
"""

from __future__ import annotations

import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import pytest
from pybtex.database import parse_string

from archive.importing import importer, missing
from archive.importing.importer import Archive
from archive.model.record import parse_record
from tests.settings import SETTINGS

HERE = Path(__file__).parent
# Formats by what reads them, where that may be missing; LibreOffice takes seconds for a file.
NEEDED = {
    ".msg": find_spec("oxmsg"),
    **dict.fromkeys(
        (".doc", ".wpd", ".pages"), os.environ.get("ARCHIVE_LONG") and which("soffice")
    ),
}
INPUTS = sorted(each for each in (HERE / "in").iterdir() if NEEDED.get(each.suffix, True))
GLOSSARY = (
    "```{glossary}\nLantern League\nLL\n  Those who bring lamps.\n\noil\n  What burns.\n```\n"
)
EXISTING = """@online{oil-march,
  author = {{Oil Union}},
  title  = {{Oil in March}},
  url    = {http://www.oil.example/march/},
}
"""


@cache
def come_to(path: Path):
    data = path.read_bytes()
    text = importer.read(data, path.name)
    id_ = path.name.replace(".", "-")
    archive = Archive(EXISTING, GLOSSARY, SETTINGS)
    return text, importer.imported(text, data, id_, None, archive)


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_a_file_comes_to_its_golden_draft(path):
    _, found = come_to(path)
    same = found.source.file_sha256 is None
    source = "the file itself" if same else found.source.data.decode()
    parts = (found.document, found.bibtex, source, found.work, found.report)
    names = ("document", "references.bib", "source text", "work file", "report")
    said = "".join(f"=== {name}\n{part}\n" for name, part in zip(names, parts, strict=True))
    golden = HERE / "golden" / f"{path.name}.txt"
    if os.environ.get("ARCHIVE_GOLDEN") == "write":
        golden.write_text(said, "utf-8", newline="\n")
    assert said == golden.read_text("utf-8")


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_no_word_of_a_file_is_lost(path):
    text, found = come_to(path)
    assert text.raw
    assert missing("\n".join(text.raw), found.work, found.bibtex, found.report) == []
    if path.suffix != ".md":  # whose markup pandoc does not hand on
        assert "stand nowhere else" not in found.report


@pytest.mark.parametrize(("suffix", "words"), [("docx", "10 of 14"), ("odt", "8 of 11")])
def test_what_was_deleted_is_left_out_and_what_was_inserted_is_in_the_text(suffix, words):
    _, found = come_to(HERE / "in" / f"tracked-changes.{suffix}")
    assert f"- words: {words} are in the text" in found.account
    assert "- left out, 1: Cleo deleted" in found.account
    assert "inserted" not in found.account


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_the_record_of_a_draft_is_sound_and_its_entries_can_be_read(path):
    _, found = come_to(path)
    id_ = path.name.replace(".", "-")
    record, problems = parse_record(found.document, f"documents/{id_}.md", id_, SETTINGS)
    assert problems == []
    assert record is not None
    entries = parse_string(found.bibtex, "bibtex").entries
    for key in entries:
        assert f"@{entries[key].type}{{{key}," in found.bibtex


def test_there_are_files_of_every_format():
    formats = {path.suffix for path in (HERE / "in").iterdir()}
    assert len(INPUTS) >= 25
    assert formats == {
        ".docx", ".odt", ".html", ".txt", ".md", ".pdf", ".rtf", ".epub", ".eml", ".mhtml",
        ".msg", ".doc", ".wpd", ".pages",
    }  # fmt: skip
