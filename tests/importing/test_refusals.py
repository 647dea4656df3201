"""Files that are unsafe, unsound or not what they say: each a clear error, and nothing written."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import zipfile
from argparse import Namespace
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest

from archive import importing
from archive.commands import import_document
from archive.importing import RefusedError, apart, container, importer, pandoc
from archive.importing.importer import Archive
from archive.importing.readers import converted, web
from tests.conftest import environment
from tests.importing.conftest import ASKED
from tests.settings import SETTINGS

IN = Path(__file__).parent / "in"
WORD = (IN / "footnotes-and-endnotes.docx").read_bytes()
ODT = (IN / "notes.odt").read_bytes()
PDF = (IN / "statement.pdf").read_bytes()


def rezipped(data, change, *, compression=zipfile.ZIP_DEFLATED):
    """The parts of a ZIP, changed, as a new one."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, part in change(parts).items():
            archive.writestr(name, part)
    return buffer.getvalue()


def with_part(name, part):
    return rezipped(WORD, lambda parts: {**parts, name: part})


def replaced(name, old, new, data=WORD):
    return rezipped(data, lambda parts: {**parts, name: parts[name].replace(old, new)})


def encrypted_entry():
    data = bytearray(WORD)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    return bytes(data)


def overlapping():
    """Two entries of the directory that share the bytes of one part."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("[Content_Types].xml", "word/document.xml"):
            archive.writestr(name, b"<a/>" * 500)
        twice = [*archive.filelist, *(archive.filelist * 2)]
        archive.filelist[:] = twice
    return buffer.getvalue()


def nameless():
    """A part whose name is no letter long."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a", b"")
    data = bytearray(buffer.getvalue())
    at = data.index(b"PK\x01\x02")
    data[at + 28], data[at + 30] = 0, 1  # its letter becomes an extra field
    return bytes(data)


def large():
    """A part that says it unpacks to more than is read."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<a/>")
        archive.writestr("word/document.xml", random.Random(1).randbytes(400_000))
        archive.filelist[-1].file_size = container.MAX_TOTAL + 1
    return buffer.getvalue()


def compound(stream):
    """The beginning of a compound file with one stream in its directory."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + stream.encode("utf-16-le")


DOCTYPE = b'<!DOCTYPE w [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><w:document '

# By name: the file, or what makes it where that takes long, and the rule that refuses it.
REFUSED = {
    "empty.txt": (b"", "import-empty"),
    "blank.txt": (b" \n\t\n", "import-empty"),
    "latin-1.txt": ("Öl".encode("latin-1"), "import-source-encoding"),
    "utf-16.txt": ("Oil".encode("utf-16"), "import-source-encoding"),
    "nul.txt": (b"Oil\0light", "import-source-encoding"),
    "pdf-named.docx": (PDF, "import-extension"),
    "word-named.txt": (WORD, "import-extension"),
    "word-named.odt": (WORD, "import-extension"),
    "page-named.txt": (b"<!DOCTYPE html><html><p>Oil", "import-extension"),
    "no-extension": (b"Oil.", "import-format"),
    "program": (b"\x7fELF\0\0", "import-format"),
    "old.xls": (compound("Workbook"), "import-format"),
    "password.docx": (compound("EncryptedPackage"), "import-encrypted"),
    "any.xlsx": (rezipped(WORD, lambda _: {"[Content_Types].xml": b"a"}), "import-format"),
    "deep.eml": (
        b"From: " + b"(" * 5_000 + b"\nTo: a@b.example\n"
        b"Content-Type: text/plain; charset=" + b"(" * 5_000 + b"\n\nOil.", "import-unreadable",
    ),
    "nobody.eml": (b"From: a@b.example\nTo: c@d.example\nSubject: Oil\n\n", "import-empty"),
    "entities.epub": (
        rezipped(WORD, lambda _: {"mimetype": b"application/epub+zip",
                                  "a.opf": b"<!DOCTYPE a [<!ENTITY b 'c'>]>"}), "import-doctype",
    ),
    "nameless.docx": (nameless(), "import-truncated"),
    "empty.zip": (rezipped(WORD, lambda _: {}), "import-empty"),
    "cut.docx": (WORD[:-200], "import-truncated"),
    "cut-early.docx": (WORD[:40], "import-truncated"),
    "damaged.docx": (WORD.replace(b"PK\x03\x04", b"PK\x03\x05", 1), "import-truncated"),
    "broken.docx": (replaced("word/document.xml", b"</w:body>", b""), "import-truncated"),
    "unreadable.epub": (
        replaced("a.opf", b"a.xhtml", b"b.xhtml", (IN / "wicks.epub").read_bytes()),
        "import-unreadable",
    ),
    "tags.html": (b"<html><p>Oil." + b"<b>" * (web.MAX_TAGS + 1), "import-too-much"),
    "locked-entry.docx": (encrypted_entry(), "import-encrypted"),
    "entities.docx": (replaced("word/document.xml", b"<w:document ", DOCTYPE), "import-doctype"),
    "entities-utf-16.docx": (
        with_part("word/styles.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode("utf-16")),
        "import-doctype",
    ),
    "entities.odt": (
        replaced(
            "content.xml", b"<office:document-content", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a", ODT
        ),
        "import-doctype",
    ),
    "locked.odt": (
        replaced("META-INF/manifest.xml", b"/>", b"><m:encryption-data/></manifest:manifest>",
                 ODT), "import-encrypted",
    ),
    "macros.docx": (with_part("word/vbaProject.bin", b"x"), "import-macros"),
    "macros.odt": (rezipped(ODT, lambda p: {**p, "Basic/S/a.xml": b"<a/>"}), "import-macros"),
    "up.docx": (with_part("word/../../evil.xml", b"<a/>"), "import-path"),
    "absolute.docx": (with_part("/etc/evil.xml", b"<a/>"), "import-path"),
    "drive.docx": (with_part("C:\\evil.xml", b"<a/>"), "import-path"),
    "bomb.docx": (lambda: with_part("word/a.xml", b" " * (40 * 2**20)), "import-bomb"),
    "large.docx": (large(), "import-bomb"),
    "many.docx": (
        lambda: rezipped(WORD, lambda p: {**p, **{f"a/{n}.xml": b"" for n in range(5_001)}}),
        "import-bomb",
    ),
    "overlapping.docx": (overlapping(), "import-bomb"),
    "subset.html": (b'<!DOCTYPE html [<!ENTITY a "b">]><html><p>&a;', "import-doctype"),
    "encoding.html": (
        b"<html><meta charset=x-none><p>" + random.Random(1).randbytes(600), "import-encoding"
    ),
    "cut.pdf": (PDF[:-1000], "import-truncated"),
    "damaged.pdf": (b"%PDF-1.7\nnothing\n%%EOF\n", "import-truncated"),
}  # fmt: skip


def snapshot(root):
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def run(root, path, id_="oil", **options):
    return import_document.run(Namespace(**{"file": path, "id": id_, **ASKED, **options}), root)


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_is_refused_with_its_rule_and_nothing_is_written(
    name, archive, tmp_path_factory, capsys
):
    data, rule = REFUSED[name]
    data = data() if callable(data) else data
    path = tmp_path_factory.mktemp("files") / name
    path.write_bytes(data)
    before = snapshot(archive)
    assert run(archive, path) == 1
    said = capsys.readouterr().err
    assert f"[{rule}]" in said
    assert "To mend: " in said
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1
    assert snapshot(archive) == before


OLD = {
    "a.doc": compound("WordDocument"),
    "b.doc": compound("worddocument"),  # names of streams have no case
    "c.wpd": b"\xffWPC\x10\0\0\0",
    "d.pages": rezipped(WORD, lambda _: {"Index/Document.iwa": b"a"}),
    "e.pages": rezipped(WORD, lambda _: {"index.xml": b"a", "buildVersionHistory.plist": b"a"}),
}


@pytest.mark.parametrize("name", OLD)
def test_a_file_that_libreoffice_reads_names_it_where_it_is_missing(name, monkeypatch):
    monkeypatch.setattr(converted.shutil, "which", lambda _: None)
    with pytest.raises(RefusedError, match="only LibreOffice reads, and it is not installed"):
        importer.read(OLD[name], name)


@pytest.mark.parametrize("user", ["a", ""])  # without one, viewers open it all the same
def test_an_encrypted_pdf_is_refused(user, tmp_path):
    pikepdf = import_module("pikepdf")
    with pikepdf.open(io.BytesIO(PDF)) as pdf:
        pdf.save(tmp_path / "a.pdf", encryption=pikepdf.Encryption(user=user, owner="b"))
    with pytest.raises(RefusedError, match="import-encrypted"):
        importer.read((tmp_path / "a.pdf").read_bytes(), "a.pdf")


def test_a_pdf_of_pictures_is_refused(tmp_path):
    pikepdf = import_module("pikepdf")
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(tmp_path / "a.pdf")
    with pytest.raises(RefusedError, match="import-no-text"):
        importer.read((tmp_path / "a.pdf").read_bytes(), "a.pdf")


def test_a_file_of_500_megabytes_is_refused_unopened(tmp_path, monkeypatch):
    path = tmp_path / "a.docx"
    with path.open("wb") as stream:
        stream.truncate(500 * 2**20)
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("it was opened"))
    with pytest.raises(RefusedError, match="import-size"):
        importer.load(path)


def test_a_text_of_20_megabytes_is_refused():
    with pytest.raises(RefusedError, match="import-size"):
        importer.read(b"Oil. " * 4 * 2**20, "a.txt")


def test_a_text_full_of_words_marks_and_notes_is_read():
    most = 2_000 if os.environ.get("ARCHIVE_LONG") == "1" else 500
    words = b'whereas "oil" [1] (see https://oil.example/a; v. 3 March) Ada Wick, ' * 5 * most
    marks = b"".join(b"A.[^%d]\n\n" % n for n in range(most))
    notes = b"".join(b"[^%d]: https://oil.example/%d\n" % (n, n) for n in range(most))
    text = importer.read(words + b"\n\n" + marks + notes, "a.txt")
    found = importer.imported(text, b"", "d", None, Archive("", "", SETTINGS))
    assert len(text.notes) == most
    assert found.source.differing == 0


@pytest.mark.parametrize("path", ["missing.txt", "."])
def test_what_is_no_file_is_refused(path, tmp_path):
    with pytest.raises(RefusedError, match="import-file"):
        importer.load(tmp_path / path)


@pytest.mark.parametrize("id_", ["../evil", "/etc/x", "Evil", "a b", "a/b", ""])
def test_an_id_cannot_lead_out_of_the_archive(id_, archive, capsys):
    before = snapshot(archive)
    assert run(archive, IN / "statement-crlf-bom.txt", id_) == 1
    assert "[record-id]" in capsys.readouterr().err
    assert snapshot(archive) == before


def test_a_broken_bibliography_is_told_and_not_added_to(archive, capsys):
    (archive / "references.bib").write_text("@online{a, title = {b}", "utf-8")
    before = snapshot(archive)
    assert run(archive, IN / "resolution.txt") == 1
    assert "[import-bibliography]" in capsys.readouterr().err
    assert snapshot(archive) == before


def test_a_missing_library_is_named_with_its_extra(monkeypatch):
    monkeypatch.setitem(importing._DISTRIBUTIONS, "no_such_module", "no-such-library")
    with pytest.raises(RefusedError, match=r"no-such-library.*extra “import”"):
        importing.library("no_such_module")


def test_more_paragraphs_than_are_read_are_refused(monkeypatch):
    monkeypatch.setattr(importer, "MAX_BLOCKS", 2)
    with pytest.raises(RefusedError, match="has 3 paragraphs; at most 2 are read"):
        importer.read(b"a\n\nb\n\nc", "a.txt")


def test_a_program_that_reads_files_has_512_mb():
    command = apart.bounded(["/bin/sh", "-c", "ulimit -v; ulimit -t"])
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.split() == [str(apart.MEMORY // 1024), str(apart.SECONDS)]


def test_pandoc_has_bounded_time_and_memory(monkeypatch):
    monkeypatch.setattr(pandoc, "SECONDS", 0.001)
    with pytest.raises(RefusedError, match="import-too-much"):
        pandoc.text(b"a " * 100_000, "markdown")
    monkeypatch.setattr(pandoc, "SECONDS", 60)
    monkeypatch.setattr(pandoc, "HEAP", "8m")
    with pytest.raises(RefusedError, match="memory"):
        pandoc.text(b"*a* [b](c) " * 200_000, "markdown")


def test_pandoc_reads_no_other_file(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET", "utf-8")
    text = pandoc.text(f".. include:: {secret}\n\nOil.".encode(), "rst")
    assert "SECRET" not in str(text)


def test_controls_in_a_page_are_read_as_spaces():
    page = (
        b'<p>Oil.<a href="#n"><sup>1</sup></a>&#27;Here.</p><p id="n"><b>1.</b>\x1b&#1;Lamps.</p>'
    )
    text = importer.read(b"<html><body>" + page, "a.html")
    assert [block.text for block in text.blocks] == ["Oil. Here."]
    assert [note.text for note in text.notes] == ["Lamps."]


def test_a_damaged_picture_is_refused(archive, capsys):
    data = bytearray((IN / "lists-table-picture.docx").read_bytes())
    data[data.find(b"image1.png") + 20] ^= 0xFF
    path = archive / "a.docx"
    path.write_bytes(data)
    assert run(archive, path, keep_images=True) == 1
    assert "[import-truncated]" in capsys.readouterr().err
    assert not (archive / "work").exists()


def test_deep_nesting_is_refused_or_read():
    for text, form in (("> " * 1_000 + "a", "a.md"), ("<div>" * 1_000 + "a", "a.html")):
        with suppress(RefusedError):
            importer.read(text.encode(), form)


def test_nothing_is_fetched(tmp_path):
    """A page full of remote things is read where every connection is an error."""
    page = (IN / "page-with-furniture.html").as_posix()
    script = (
        "import socket\n"
        "def refuse(*a, **k): raise SystemExit('connected')\n"
        "socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse\n"
        "from pathlib import Path\n"
        "from archive.importing import importer\n"
        f"path = Path({page!r})\n"
        "importer.read(path.read_bytes(), path.name)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
    assert done.returncode == 0, done.stderr


def test_importing_the_package_loads_no_library():
    script = (
        "import sys\nimport archive.importing.importer, archive.commands.import_document\n"
        "names = ('lxml', 'pypandoc', 'pdfminer', 'sphinx', 'docutils')\n"
        "print([name for name in names if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False,
        env=environment(),
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_limits_are_those_the_documentation_names():
    assert (container.MAX_ENTRIES, container.MAX_TOTAL, importer.MAX_FILE) == (
        5_000, 96 * 2**20, 64 * 2**20,
    )  # fmt: skip
