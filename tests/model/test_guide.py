"""What CONTRIBUTING says of records is what the engine takes: its examples, its table of kinds."""

import re
from pathlib import Path

import pytest

from archive.model.agents import ROLES
from archive.model.crosswalk import own_rows
from archive.model.kinds import KINDS
from archive.model.record import Record, parse_record
from archive.model.relations import BONDS
from tests.settings import SETTINGS

GUIDE = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text("utf-8")
SECTION = GUIDE.partition("## The record, key by key\n")[2].partition("\n## ")[0]
EXAMPLES = re.findall(r"```yaml\n(.*?)```", SECTION, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.partition("\n")[0])
def test_an_example_can_be_copied(example):
    id_ = re.match(r"id: (.*)", example)[1]
    record, problems = parse_record(f"---\n{example}---\n", f"{id_}.md", id_, SETTINGS)
    assert problems == []
    assert record.cited


def test_there_is_an_example_of_each_that_is_asked_for_most():
    kinds = re.findall(r"^kind: (.*)$", "".join(EXAMPLES), re.MULTILINE)
    assert kinds == ["judgment", "statute", "open letter", "open letter"]
    assert "translation-of: reporters-open-letter\n" in EXAMPLES[-1]


def test_every_key_role_and_relation_is_told():
    keys = SECTION.partition("\n\n**")[0]
    assert [row.key for row in own_rows(Record) if f"`{row.key}`" not in keys] == []
    assert [each for each in (*ROLES, *BONDS) if each not in SECTION] == []


def test_the_table_of_kinds_is_that_of_the_engine():
    rows = re.findall(r"^\| (.*?) \| (`[a-z]`.*?) \| (.*?) \| (.*?) \|$", SECTION, re.MULTILINE)
    assert rows == [
        (kind.name, ", ".join(f"`{letter}`" for letter in kind.letters), kind.locator or "–",
         ", ".join(kind.must) or "–")
        for kind in KINDS.values()
    ]  # fmt: skip
