"""The editor’s table: a draft beside its source; it writes one passage, and loses no edit."""

from __future__ import annotations

from argparse import Namespace

import pytest

from archive.commands import import_document
from archive.model.frontmatter import MARKER
from archive.serving.table import Table, TableError, parts
from tests.importing.conftest import ASKED

SOURCE = """# On lamps

1. The League asks for oil.[^1]

2. It gives two reasons:

(a) it is dark;

3. It ends.

[^1]: What is meant is the oil that the town itself has bought since the war.
"""


@pytest.fixture
def table(archive, tmp_path_factory):
    path = tmp_path_factory.mktemp("given") / "lamps.txt"
    path.write_text(SOURCE, "utf-8")
    asked = Namespace(**{"file": path, "id": "lamps", **ASKED, "kind": "ruling"})
    assert import_document.run(asked, archive) == 0
    return Table(archive)


def row(table, anchor):
    return next(each for each in table.rows("lamps")["rows"] if each["anchor"] == anchor)


def save(table, anchor, words, was=None):
    before = row(table, anchor)["was"] if was is None else was
    table.save("lamps", {"anchor": anchor, "was": before, "words": words})


def test_a_passage_stands_beside_its_source(table):
    rows = table.rows("lamps")["rows"]
    assert [each["anchor"][6:] for each in rows] == ["p1", "p2", "p4", "p3", "f1"]
    assert rows[2]["source"] == "(a) it is dark;"
    assert rows[2]["named"] == "[2](a), part of p2"
    assert set(rows[0]["roles"]) == {"{term}`oil`", "[^lamps-f1]"}
    assert not any(each["written"] or each["words"] for each in rows[:4])
    assert list(table.drafts()) == [("lamps", 0, 5)]


def test_what_is_written_replaces_the_marker_and_keeps_the_number(table):
    path = table.root / "documents" / "lamps.md"
    before = path.read_text("utf-8")
    save(table, "lamps-p4", "The first is\r\nthe night.  \n")
    after = path.read_text("utf-8")
    assert '(lamps-p4)=\n{locator="[2](a)" within=p2}\nThe first is\nthe night.\n\n(' in after
    assert row(table, "lamps-p4")["written"]
    assert row(table, "lamps-p4")["words"] == "The first is\nthe night."
    others = [each for each in parts(before) if each.anchor != "lamps-p4"]
    same = [each for each in parts(after) if each.anchor != "lamps-p4"]
    assert [each.text for each in same] == [each.text for each in others]
    save(table, "lamps-p4", "It is night.")
    save(table, "lamps-f1", "The oil that the town bought,\nno other.")
    assert row(table, "lamps-f1")["words"] == "The oil that the town bought,\nno other."
    note = "[^lamps-f1]: The oil that the town bought,\n    no other.\n"
    assert path.read_text("utf-8").endswith(note)
    assert after.count(MARKER) == path.read_text("utf-8").count(MARKER) + 1


@pytest.mark.parametrize(("given", "status"), [
    ({"anchor": "lamps-p1", "was": "something else", "words": "Oil."}, 409),
    ({"anchor": "lamps-p9", "was": "", "words": "Oil."}, 409),
    ({"anchor": "lamps-p1", "words": "  \n"}, 422),
    ({"anchor": "lamps-p1", "words": "Oil.\n\n(lamps-p7)=\nMore."}, 422),
    ({"anchor": "lamps-p1"}, 400), ([], 400),
])  # fmt: skip
def test_what_would_lose_or_add_something_is_refused(table, given, status):
    path = table.root / "documents" / "lamps.md"
    before = path.read_bytes()
    if isinstance(given, dict):
        given = {"was": row(table, "lamps-p1")["was"], **given}
    with pytest.raises(TableError) as told:
        table.save("lamps", given)
    assert told.value.status == status
    assert path.read_bytes() == before


def test_without_its_source_no_document_is_shown(table):
    for id_ in ("../conf", "nothing", ""):
        with pytest.raises(TableError):
            table.rows(id_)
    work = table.root / "work" / "lamps.passages.txt"
    work.write_text(work.read_text("utf-8").replace("% SHA-256 ", "% SHA-256 0")[:-1], "utf-8")
    with pytest.raises(TableError):
        table.rows("lamps")
    assert list(table.drafts()) == []
