"""Whatever the text: no crash, and every word is in the work file, the entries or the report.

The short form runs with the suite; ``ARCHIVE_LONG=1`` runs both for five minutes, and gives each
reader damaged files for ten.
"""

from __future__ import annotations

import io
import os
import random
import re
import shutil
import tempfile
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pybtex.database import parse_string

from archive.commands.import_document import place_all
from archive.fidelity.source import read_source
from archive.importing import (
    Note,
    RefusedError,
    Run,
    Text,
    bibliography,
    citing,
    importer,
    missing,
    readers,
    source_text,
    words,
)
from archive.importing.importer import Archive
from archive.importing.notes import entries
from archive.importing.placing import Places, Wishes
from archive.importing.readers import read_plain
from archive.model.record import parse_record
from tests.settings import SETTINGS

LONG = os.environ.get("ARCHIVE_LONG") == "1"
SECONDS = int(os.environ.get("FUZZ_SECONDS", "300"))  # of each test; of damaged files twice
COMMON = {"deadline": None, "suppress_health_check": list(HealthCheck), "derandomize": not LONG}
TEXTS, NOTES = (500, 1_000) if LONG else (40, 100)  # examples of one round

PIECES = st.sampled_from(
    [
        "[endnoteRef:1]", "[1: ", "]", "[^1]", "[^1]: ", "[1]", "¹", "Notes", "1. ", "Whereas ",
        "RESOLVED, ", "Dear ", "Sincerely,", "Article 1", "Section 2", "Plaintiff", "COURT", "“",
        "”", '"', "'", "\n", "\n\n", "https://a.example/b", "www.c.example", "doi:10.1/x",
        "Ibid.", "supra note 1", "v.", "3 U.S. 4 (1999)", "(London: Press, 1999)",
        "3 March 2020", "accessed 2020-01-02", "Ada Wick", ", ", ". ", "; ", "Lantern", "> ",
        "## ", "\n\n# A\n\n", "% SHA-256 ", "=== ", "{", "}", "\\", "$", "%", "&", "_", "---\n",
        "\t", "\r\n", "\x1b", "\xad", "\u200b", "\ufb01", "İ", "ß", "é", "é", "١", "½", "²",
        "\u65e5\u672c", "\u202e", "\ufeff", "\x1c", "\x85", "\u2028",
    ]
)  # fmt: skip
TEXT = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=40).map("".join)
ARCHIVE = Archive(
    "@online{a, title = {{Lantern at Sea}}}", "```{glossary}\nLantern\n  L.\n```\n", SETTINGS
)


def imported(data):
    return importer.imported(read_plain(data), data, "d", None, ARCHIVE)


# Words that a parsed entry does not repeat: signals, labels, and a date's, which it has as EDTF.
FORMAL = re.compile(
    r"a|accessed|accord|also|an|and|at|available|but|by|checked|cf|cited|consulted|doi|dx|e|eds?|"
    r"edited|from|g|generally|https?|in|last|link|no|number|on|online|org|pages?|pg|pp?|quoted|"
    r"retrieved|see|source|the|to|url|via|viewed|visited|vol|volume|web|"
    r"\d{1,2}(?:st|nd|rd|th)?|of|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
)


def at_length(check):
    """Run a check once; in the long form, with new examples until its time is over."""
    end = time.monotonic() + SECONDS * LONG
    check()
    while time.monotonic() < end:
        check()


@settings(max_examples=TEXTS, **COMMON)
@given(TEXT)
@example("[1: ---\n[^1]: Plaintiff\x1b0")
def check_text(text):
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:  # lone surrogates, which no file in UTF-8 holds
        return
    try:
        done = imported(data)
    except RefusedError:
        return
    assert missing(text.removeprefix("\ufeff"), done.work, done.bibtex, done.report) == []
    assert "stand nowhere else" not in done.report
    record, problems = parse_record(done.document, "documents/d.md", "d", SETTINGS)
    assert problems == []
    assert record is not None
    parse_string(done.bibtex, "bibtex")
    source, _ = read_source(done.source.data, "")
    if not done.source.differing:
        assert source is not None
        assert len(source.paragraphs) == record.source.paragraphs
    held = source_text.read_passages(done.work)
    assert held is not None
    assert len(held.passages) >= record.source.paragraphs


@settings(max_examples=NOTES, **COMMON)
@given(TEXT)
def check_note(text):
    note = Note("1", (Run(text),))
    made = entries(note)
    for entry in made:
        assert entry.get("title") or entry.doubts
    found = citing.references(Text((), (note,)), bibliography.read("", "references.bib"), "d")
    parsed = parse_string(found.bibtex, "bibtex").entries
    assert set(parsed) == {key for key, _ in found.added}
    held = {word for entry in made for word in words(entry.words)}
    if any(entry.doubts for entry in made):
        return  # the editor is told to look at the note, which the work file has
    assert {word for word in words(note.text) if not FORMAL.fullmatch(word)} <= held


# --- Damaged files of every format, in the long form alone

IN = Path(__file__).parent / "in"
FORMATS = tuple(form for form in sorted({path.suffix[1:] for path in IN.iterdir()})
                if form not in {"txt", "md"})  # fmt: skip


def samples(form: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted(IN.glob(f"*.{form}"))]


def packs() -> list[bytes]:
    """ZIP archives of several forms: nested folders, odd names, ways of packing, one in another."""
    letter = (IN / "letterhead.txt").read_bytes()
    flat = {"a.txt": b"It is dark.\n\nNobody reads.", "b.md": b"# Oil\n\nIt came in March."}
    deep = {
        "of/": b"",
        "of/lamps/and/oil/one.txt": letter,
        "of/lamps/two.eml": (IN / "mayor.eml").read_bytes(),
        "of/__MACOSX/._one.txt": b"\0",
        "of/.hidden": b"",
    }
    odd = {
        "Re: lamps?.txt": letter,
        "\u706f/\u05e0\u05e8.txt": letter,
        "a\\b\n\x1b[31m.txt": letter,
        f"{'long ' * 50}.txt": letter,
        ".txt": letter,
        "no extension": letter,
        "CON.txt": b"a",
    }
    files = {path.name: path.read_bytes() for path in (IN / "letter.docx", IN / "dusk.mhtml")}
    again = {**files, "inner.zip": packed(flat), "empty.txt": b""}
    ways = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    return [*(packed(flat, way) for way in ways), packed(deep), packed(odd), packed(again),
            b"#!/bin/sh\n" + packed(flat)]  # fmt: skip


def packed(files: dict[str, bytes], way: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", way) as archive:
        archive.comment = b"of oil"
        for name, data in files.items():
            archive.writestr(name, data)
    return held.getvalue()


def damaged(chance: random.Random, data: bytes) -> bytes:
    """Bytes with some changed, left out, doubled or put in; within a ZIP, those of a part."""
    if data.startswith(b"PK") and chance.random() < 0.8:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        name = chance.choice(list(parts))
        part = damaged(chance, parts.pop(name))
        if chance.random() < 0.2:
            name = (
                damaged(chance, name.encode()).decode("utf-8", "replace").replace("\0", "") or "a"
            )
        return packed({**parts, name: part})
    made = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        at, length = chance.randrange(len(made) + 1), chance.choice([1, 1, 2, 8, 100])
        made[at : at + chance.choice([0, length])] = chance.choice([
            chance.randbytes(length), bytes(made[at : at + length]) * 3, b"", b"<", b"\xff",
            b"9" * 9, b"<w:p>" * 50, b"((" * 99, b"{\\b " * 99, b"<div>" * 400,
        ])  # fmt: skip
    return bytes(made)


@pytest.mark.skipif(not LONG, reason="make prove WHAT=fuzz")
@pytest.mark.parametrize("form", FORMATS)
def test_no_damaged_file_crashes_a_reader(form):
    if form in {"doc", "wpd", "pages"} and shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    files = samples(form)
    assert files
    chance = random.Random(time.time_ns())
    end = time.monotonic() + SECONDS * 2
    while time.monotonic() < end:
        seed = chance.getrandbits(64)
        data = damaged(random.Random(seed), chance.choice(files))
        try:
            text = importer.read(data, f"file.{form}")
            importer.imported(text, data, "d", None, ARCHIVE)
        except RefusedError:
            continue
        except Exception:
            Path(tempfile.gettempdir(), f"crash-{seed}.{form}").write_bytes(data)
            raise


@pytest.mark.skipif(not LONG, reason="make prove WHAT=fuzz")
def test_no_damaged_archive_of_files_crashes_the_import(tmp_path):
    (tmp_path / "references.bib").write_text("")
    chance = random.Random(time.time_ns())
    files = packs()
    end = time.monotonic() + SECONDS * 2
    while time.monotonic() < end:
        seed = chance.getrandbits(64)
        data = damaged(random.Random(seed), chance.choice(files))
        for folder in ("documents", "work"):
            shutil.rmtree(tmp_path / folder, ignore_errors=True)
            (tmp_path / folder).mkdir()
        try:
            if readers.is_archive(data):
                told = place_all(
                    Places(tmp_path, "d", SETTINGS), Path("a.zip"), data, Wishes()
                ).told
                assert all(map(str.isprintable, told.split("\n")))
        except RefusedError:
            written = list((tmp_path / "documents").iterdir())
            assert written == []
        except Exception:
            Path(tempfile.gettempdir(), f"crash-{seed}.zip").write_bytes(data)
            raise


def test_no_text_crashes_the_reader_or_loses_a_word():
    at_length(check_text)


def test_no_note_crashes_the_parser_or_loses_a_word():
    at_length(check_note)
