"""Records, references, ledgers and files that are wrong are each told with place, rule and mend."""

from __future__ import annotations

import os

import pytest
from pybtex.database.input.bibtex import Parser

from archive.citation.bibfile import check_text, check_works, entry_lines, parse
from archive.citation.biblatex import read
from archive.model.ledger import load
from archive.model.record import parse_record
from archive.site.read.forbidden import unreadable
from tests.hostile.cases import BIBS, FILES, HEAD, LEDGERS, LINKS, RECORD
from tests.settings import SETTINGS


def told(problems, path, rule):
    assert any(problem.rule.startswith(rule) for problem in problems), problems
    for problem in problems:
        assert problem.path == path
        assert problem.line >= 0
        assert problem.message
        assert problem.mend


@pytest.mark.parametrize("name", RECORD)
def test_a_wrong_record_is_told(name):
    line, rule = RECORD[name]
    key = line.partition(":")[0] if not line.startswith("#") else "title"
    lines = HEAD.format(id="x").split("\n")
    at = next(number for number, each in enumerate(lines) if each.startswith(f"{key}:"))
    lines[at] = line
    record, problems = parse_record("\n".join(lines), "documents/x.md", "x", SETTINGS)
    assert record is None
    told(problems, "documents/x.md", rule)
    assert all(problem.line for problem in problems)


@pytest.mark.parametrize("name", BIBS)
def test_a_wrong_reference_is_told(name):
    data, rule = BIBS[name]
    fatal, problems = check_text(data, "references.bib")
    found = [*fatal, *problems]
    if not fatal:
        text = data.decode()
        found += parse([("references.bib", text)])[1]
        if not found:
            reading = read(Parser().parse_string(text).entries)
            found += check_works(reading, entry_lines(text), "references.bib")
    told(found, "references.bib", rule)


@pytest.mark.parametrize("name", LEDGERS)
def test_a_wrong_ledger_is_told(name):
    data, rule = LEDGERS[name]
    _, problems = load(data, "ledger.jsonl")
    told(problems, "ledger.jsonl", rule)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_is_told(name, tmp_path):
    data, rule = FILES[name]
    path = tmp_path / f"{name}.md"
    path.write_bytes(data)
    told(list(unreadable(path, tmp_path)), f"{name}.md", rule)


def test_a_pipe_is_told_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    told(list(unreadable(tmp_path / "pipe.md", tmp_path)), "pipe.md", "file-special")


@pytest.mark.parametrize("name", LINKS)
def test_a_link_out_of_the_archive_is_not_followed(name, tmp_path):
    root = tmp_path / "archive"
    (root / "documents").mkdir(parents=True)
    (tmp_path / "outside.md").write_text("Secret.", "utf-8")
    path = root / "documents" / f"{name}.md"
    path.symlink_to(LINKS[name])
    told(list(unreadable(path, root)), f"documents/{name}.md", "file-outside")
