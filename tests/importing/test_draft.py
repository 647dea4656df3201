"""A draft builds at once in the archive; what is not rewritten is found by the check."""

from __future__ import annotations

import re
from argparse import Namespace
from pathlib import Path

import pytest

from archive.commands import import_document
from archive.importing import Block, Form, Properties, Run, Text, importer, words
from archive.importing.importer import Archive
from archive.importing.outline import Told
from archive.model.frontmatter import unfinished
from archive.model.kinds import KINDS
from archive.model.record import parse_record
from tests.conftest import ROOTS, SOURCES, build, built, command, copy_root
from tests.importing.conftest import ASKED
from tests.settings import SETTINGS

IN = Path(__file__).parent / "in"
FILES = {
    "oil": "resolution.txt",
    "lamps": "footnotes-and-endnotes.docx",
    "letter": "letter.docx",
    "lists": "headings-and-lists.md",
    "escapes": "escapes.txt",
    "cited": "zotero.docx",
    "noted": "carets.txt",
}


def run(root, path, id_):
    arguments = Namespace(file=path, id=id_, **ASKED)
    assert import_document.run(arguments, root) == 0


SIGNED = """Dear Mayor,

We ask for oil.

Sincerely,

Ada Wick, Lantern League

Ben Brand, Readers’ Union

Cleo Tarn
"""


def test_drafts_of_all_forms_build_without_a_warning(small_archive, tmp_path):
    root = small_archive("small")
    (root / "glossary.md").write_text(
        "---\norphan: true\n---\n(glossary)=\n# Glossary\n\n"
        "```{glossary}\noil\n  What burns.\n```\n",
        "utf-8",
    )
    for id_, name in FILES.items():
        run(root, IN / name, id_)
    (tmp_path / "signed.txt").write_text(SIGNED, "utf-8")
    run(root, tmp_path / "signed.txt", "signed")
    pages = built(root, SOURCES="")
    built(root, builder="pdf", SOURCES="")
    inventory = pages.inventory()
    assert {f"oil-{each}" for each in ("w1", "w2", "w3", "r1", "r2")} <= set(inventory)
    page = pages.page("documents/oil.html")
    markers = page.select("p.to-rewrite")
    assert [each["id"] for each in markers] == [f"oil-{e}" for e in ("w1", "w2", "w3", "r1", "r2")]
    assert len(page.select("a.bibtex-citation")) >= 2
    told = command(root, "verify-sources", "--sources", "work")
    assert "signed: 4 paragraphs, 4 passages" in told.stdout
    assert "signed-p4" not in told.stderr  # its names stand in the list


@pytest.mark.parametrize(
    "name",
    [
        "resolution.txt",
        "filing.txt",
        "page-with-furniture.html",
        "headings-and-lists.md",
        "letter.docx",
        "statement.pdf",
    ],
)
def test_no_eight_words_of_the_source_are_in_a_draft(name):
    text = importer.read((IN / name).read_bytes(), name)
    found = importer.imported(text, b"", "d", None, Archive("", "", SETTINGS))
    body = words(found.document.split("---\n", 2)[2])
    runs = {tuple(body[at : at + 8]) for at in range(len(body))}
    for block in text.blocks:
        source = words(block.text)
        for at in range(len(source) - 7):
            assert tuple(source[at : at + 8]) not in runs


def test_what_waits_to_be_written_is_found_with_its_line():
    text = importer.read((IN / "resolution.txt").read_bytes(), "resolution.txt")
    document = importer.imported(text, b"", "d", None, Archive("", "", SETTINGS)).document
    problems = list(unfinished(document, "documents/d.md"))
    lines = document.splitlines()
    passages = [each for each in problems if each.rule == "draft-passage"]
    assert len(passages) == 5
    assert all("to-rewrite" in lines[each.line - 1] for each in passages)
    assert {each.message.partition(":")[0] for each in problems if each.rule == "draft-record"} == {
        "title-note", "issuer-note", "date-note", "subjects", "status-note",
    }  # fmt: skip


def test_a_long_heading_waits_to_be_shortened():
    name = "headings-and-lists.md"
    text = importer.read((IN / name).read_bytes(), name)
    document = importer.imported(text, b"", "d", None, Archive("", "", SETTINGS)).document
    marked = document.count("{.to-rewrite}")
    assert "## [Section 2]" in document
    found = [
        each for each in unfinished(document, "documents/d.md") if each.rule == "draft-passage"
    ]
    assert len(found) == marked == text_passages(text) + 1


def text_passages(text):
    return sum(1 for block in text.blocks if block.form is not Form.HEADING)


DOCUMENTS = {"keepers-seed-statement": (5, 0), "isle-seed-resolution": (8, 5)}
WHOLE = ROOTS / "test-archive"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_finished_document_has_nothing_to_write(document):
    text = (WHOLE / "documents" / f"{document}.md").read_text("utf-8")
    assert list(unfinished(text, document)) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_source_of_a_finished_document_imports_whole(document):
    path = SOURCES / f"{document}.txt"
    text = importer.read(path.read_bytes(), path.name)
    held = (WHOLE / "documents" / f"{document}.md").read_text("utf-8")
    existing = (WHOLE / "references.bib").read_text("utf-8")
    passages, endnotes = DOCUMENTS[document]
    data = path.read_bytes()
    new = importer.imported(text, data, document, None, Archive("", "", SETTINGS))
    assert f"sha256: {new.source.sha256}" in held
    assert new.bibtex.count("@online{") == endnotes
    found = re.compile(rf"^\({document}-[pwr][0-9]+\)=$", re.MULTILINE).findall
    assert found(new.document) == found(held)
    assert len(found(held)) == passages
    again = importer.imported(text, data, document, None, Archive(existing, "", SETTINGS))
    assert again.bibtex == ""


# --- From a file to a release

REWRITTEN = {
    "p1": "The Lantern League wants each place where people read to be lit, and is grateful to "
    "whoever helps {cite:p}`wick-lamps-dusk-2021`.",
    "p2": "Without light they shut early {cite:p}`brand-closed-room-2003`; its own rooms, the "
    "Lantern League tells readers, can be seen.",
}
CONFIRMED = {"status: unestablished": "status: issued", "  - To assign": "  - Lamps"}


def rewrite(path):
    """What an editor does with a draft."""
    lines = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("**To rewrite"):
            anchor = next(each for each in reversed(lines) if each.startswith("("))
            lines.append(REWRITTEN[anchor.strip("()=").rpartition("-")[2]])
        elif "Guessed at import" not in line and line != "{.to-rewrite}":
            lines.append(CONFIRMED.get(line, line))
    path.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """An archive whose one document was imported from Word; its draft, and what came of it."""
    root = tmp_path_factory.mktemp("finished") / "archive"
    copy_root("small", root)
    for path in ("documents/alpha.md", "documents/beta.md"):
        (root / path).unlink()
    (root / "references.bib").write_text("", "utf-8")
    (root / "index.md").write_text(
        "# Small\n\n```{toctree}\ndocuments/index\nreferences\n```\n", "utf-8"
    )
    run(root, IN / "footnotes-and-endnotes.docx", "lamps")
    return root


def test_a_draft_is_refused_by_a_release_and_rewritten_becomes_one(finished):
    document = finished / "documents" / "lamps.md"
    lines = document.read_text("utf-8").splitlines()
    place = 1 + next(n for n, line in enumerate(lines) if line == "{.to-rewrite}")

    refused = build(finished, SOURCES="", RELEASE="1")
    assert refused.code != 0
    assert f"documents/lamps.md:{place}: ERROR: This passage is not written yet" in refused.output
    assert "date: nobody has confirmed it yet" in refused.output.replace("-note", "")
    unpublished = command(finished, "publish")
    assert unpublished.returncode == 1
    assert f"documents/lamps.md:{place}: This passage is not written yet" in unpublished.stderr
    assert (finished / "ledger.jsonl").read_text("utf-8").count("lamps") == 0

    rewrite(document)
    written = document.read_text("utf-8")
    unfaithful = written.replace(" {cite:p}`brand-closed-room-2003`", "")
    document.write_text(unfaithful, "utf-8")
    unpublished = command(finished, "publish")
    assert unpublished.returncode == 1
    assert "[endnote-uncited]" in unpublished.stderr
    document.write_text(written, "utf-8")
    verified = command(finished, "verify-sources", "--sources", "work")
    assert verified.returncode == 0, verified.stderr
    assert "2 paragraphs, 2 passages" in verified.stdout
    assert "2 of 2 endnotes matched" in verified.stdout
    published = command(finished, "publish")
    assert published.returncode == 0, published.stderr
    released = built(finished, SOURCES="", RELEASE="1")
    assert not released.page("documents/lamps.html").select(".to-rewrite")


def test_headings_keep_their_ranks_and_none_is_skipped():
    levels = [1, 1, 2, 4, 4, 3, 1]
    text = Text(tuple(
        block for n, level in enumerate(levels) for block in (
            Block(Form.HEADING, (Run(f"Part {n}"),), level=level),
            Block(Form.PARAGRAPH, (Run("It is dark."),)),
        )
    ), properties=Properties(title="On oil"))  # fmt: skip
    found = importer.imported(text, b"", "d", None, Archive("", "", SETTINGS))
    signs = [line.partition(" ")[0] for line in found.document.splitlines() if line[:2] == "##"]
    assert signs == ["##", "##", "###", "####", "####", "####", "##"]


def test_what_the_editor_says_of_a_file_is_not_to_be_confirmed():
    text = importer.read("人人有权享有主张和发表意见的自由。\n".encode(), "letter.txt")
    told = Told("letter", "On lamps", "Guild of Lamps", "2019")
    found = importer.imported(text, b"", "d", told, Archive("", "", SETTINGS)).document
    assert {"title: On lamps", "issuer: Guild of Lamps", "date: 2019"} <= {*found.splitlines()}
    assert not re.search("^(title|issuer|date)-note:", found, re.MULTILINE)
    assert " 16 signs." in found


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_of_any_kind_has_what_its_record_must_have(kind):
    text = importer.read((IN / "filing.txt").read_bytes(), "filing.txt")
    found = importer.imported(text, b"", "d", Told(kind), Archive("", "", SETTINGS))
    record, problems = parse_record(found.document, "d.md", "d", SETTINGS)
    assert problems == []
    assert record.kind == KINDS[kind]
    open_ = {each.line for each in unfinished(found.document, "d.md")}
    lines = found.document.splitlines()
    assert {at for at, line in enumerate(lines, 1) if line.endswith("To assign")} <= open_
