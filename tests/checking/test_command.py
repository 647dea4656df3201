"""``check-text``: what it tells people and programs, what it reads, and how it ends."""

from __future__ import annotations

import json
import re
import shutil
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import jsonschema
import pytest
import yaml

from archive.commands.check_text import run
from tests.conftest import ROOT

SITE = Path(__file__).parent / "site"
SCHEMA = json.loads((ROOT / "archive/data/schemas/check-1.schema.json").read_text("utf-8"))

ARTICLE = """\
# Lamps

It is said that “silence is no excuse”[^1], and that no lamp is put out in the dark.

[^1]: Lamp Charter, art. 4.
"""


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(SITE, tmp_path / "copy")
    (tmp_path / "article.md").write_text(ARTICLE, "utf-8")
    return tmp_path


@dataclass
class Done:
    """What a command said, and how it ended."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def told(folder, capsys):
    """Runs the command in the folder, within this process."""

    def run_here(*words):
        parser = ArgumentParser()
        for add in run.arguments:
            add(parser)
        capsys.readouterr()
        code = run(parser.parse_args(["--site", "copy", *words]), folder)
        return Done(code, *capsys.readouterr())

    return run_here


def test_people_are_told_place_state_difference_and_where_to_look(folder, told):
    done = told("article.md")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "article.md:3: Misquoted: “silence is no excuse”",
        "    Lamp Charter, art. 4 (lamp-charter-a4)",
        "    “excuse” → “reason”",
        "    https://lamps.example/documents/lamp-charter.html#lamp-charter-a4",
        "Archive of the Lamps, 2026-02-01: 1 stand, 1 misquoted",
    ]
    (folder / "article.md").write_text(ARTICLE.replace("excuse", "reason"), "utf-8")
    assert told("article.md").returncode == 0


def test_programs_are_told_the_same_by_its_schema(told):
    done = told("article.md", "--json", "--date", "2026-11-22")
    said = json.loads(done.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(said)
    (text,) = said["texts"]
    states = [(each["kind"], each["state"]) for each in text["findings"]]
    assert states == [("quotation", "misquoted"), ("citation", "stands")]
    assert said["date"] == "2026-11-22"


def test_a_word_document_is_read_with_its_footnotes(folder, told):
    document = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body><w:p><w:r><w:t>It is said that “silence is no excuse”</w:t></w:r><w:r>"
        '<w:footnoteReference w:id="2"/></w:r><w:r><w:t>.</w:t></w:r></w:p></w:body></w:document>'
    )
    notes = (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:footnote w:id="2"><w:p><w:r><w:t>Lamp Charter, art. 4.</w:t></w:r></w:p></w:footnote>'
        "</w:footnotes>"
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{kind}.document.main+xml"/>'
        f'<Override PartName="/word/footnotes.xml" ContentType="{kind}.footnotes+xml"/></Types>'
    )
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    )
    relation = '<Relationship Id="r1" Type="{}/{}" Target="{}"/></Relationships>'
    with ZipFile(folder / "brief.docx", "w") as packed:
        packed.writestr("[Content_Types].xml", types)
        packed.writestr(
            "_rels/.rels",
            relations + relation.format(office, "officeDocument", "word/document.xml"),
        )
        packed.writestr("word/document.xml", document)
        packed.writestr("word/footnotes.xml", notes)
        packed.writestr(
            "word/_rels/document.xml.rels",
            relations + relation.format(office, "footnotes", "footnotes.xml"),
        )
    done = told("brief.docx")
    assert "brief.docx:1: Misquoted: “silence is no excuse”" in done.stdout, done.stderr
    assert "lamp-charter-a4" in done.stdout


def test_a_report_speaks_another_language(told):
    assert "article.md:3: Mal cité" in told("article.md", "--language", "fr").stdout


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["article.md", "--date", "yesterday"], "is no day"),
        (["nowhere.md"], "[check-file]"),
        (["article.md", "--site", "nowhere"], "no index"),
        (["latin.txt"], "[check-encoding]"),
    ],
)
def test_wrong_arguments_end_with_2_and_one_line(folder, told, words, why):
    (folder / "latin.txt").write_bytes(b"caf\xe9 \x80")
    done = told(*words)
    assert done.returncode == 2
    assert why in done.stderr
    assert done.stdout == ""


def test_the_hook_and_the_action_run_the_command():
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert hook["entry"] == "python -m archive check-text"
    folder = ROOT / ".github/actions/check-text"
    action = yaml.safe_load((folder / "action.yml").read_text("utf-8"))
    used, run_here = action["runs"]["steps"]
    assert re.search(r"@[0-9a-f]{40}$", used["uses"])
    given = {
        name for value in run_here["env"].values() for name in re.findall(r"inputs\.(\w+)", value)
    }
    assert given == action["inputs"].keys()
    script = (folder / "run.sh").read_text("utf-8")
    assert set(run_here["env"]) <= set(re.findall(r"\$\{?(\w+)", script))
    assert "archive check-text" in script
