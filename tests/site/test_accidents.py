"""The same accidents on a whole archive, killed publishers, merges, and any order of edits."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.model.ledger import fold, read
from tests.conftest import (
    ROOTS,
    build,
    command,
    edit,
    environment,
    git,
    publish,
    unanswered,
)

LONG = os.environ.get("ARCHIVE_LONG") == "1"
RESOLUTION = "documents/isle-seed-resolution.md"
STATEMENT = "documents/keepers-seed-statement.md"


def passage(source, name, anchor):
    """The lines of a passage with its anchor, as they stand in the file."""
    text = (source / name).read_text("utf-8")
    return re.search(rf"^\({anchor}\)=\n.+\n\n", text, re.MULTILINE)[0]


def rename_a_heading(source):
    edit(source, RESOLUTION, ("## The whereas clauses", "## Whereas"))


def delete_a_passage(source):
    edit(source, STATEMENT, (passage(source, STATEMENT, "keepers-seed-statement-p3"), ""))


def swap_two_passages(source):
    text = (source / STATEMENT).read_text("utf-8")
    for old, new in (("p2", "INTERIM"), ("p3", "p2"), ("INTERIM", "p3")):
        text = text.replace(f"(keepers-seed-statement-{old})=", f"(keepers-seed-statement-{new})=")
    (source / STATEMENT).write_text(text, "utf-8")


def edit_a_word(source):
    edit(source, RESOLUTION, ("The first clause says", "The first clause said"))


def add_a_passage_in_the_middle(source):
    edit(
        source, STATEMENT, ("(keepers-seed-statement-p3)=", "New.\n\n(keepers-seed-statement-p3)=")
    )


def rename_the_file(source):
    (source / RESOLUTION).rename(source / "documents/seed-resolution.md")


def split_the_document(source):
    lost = passage(source, STATEMENT, "keepers-seed-statement-p4")
    edit(source, STATEMENT, (lost, ""))
    edit(source, RESOLUTION, ("(isle-seed-resolution-w1)=", lost + "(isle-seed-resolution-w1)="))


def duplicate_an_anchor(source):
    edit(source, STATEMENT, ("(keepers-seed-statement-p2)=", "(keepers-seed-statement-p1)="))


def edit_the_ledger_by_hand(source):
    edit(source, "ledger.jsonl", ('"sha256": "', '"sha256": "f'))


@pytest.mark.parametrize(
    "accident",
    [
        rename_a_heading, delete_a_passage, swap_two_passages, edit_a_word,
        add_a_passage_in_the_middle, rename_the_file, split_the_document, duplicate_an_anchor,
        edit_the_ledger_by_hand,
    ],
)  # fmt: skip
def test_a_check_tells_of_an_accident_in_a_whole_archive_and_renders_nothing(
    archive_copy, accident
):
    accident(archive_copy)
    done = command(archive_copy, "check")
    assert done.returncode == 1, done.stderr
    assert "To mend:" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (archive_copy / "_build" / "html").exists()


def test_a_check_of_an_archive_without_an_accident_tells_nothing(archive_copy):
    assert command(archive_copy, "check").returncode == 0


@pytest.mark.parametrize("turn", range(100 if LONG else 2))
def test_a_killed_publisher_leaves_the_old_ledger_or_the_new_one(small_archive, turn):
    source = small_archive("small")
    before = (source / "ledger.jsonl").read_bytes()
    process = subprocess.Popen(
        [sys.executable, "-m", "archive", "publish"], cwd=source,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=environment(),
    )  # fmt: skip
    with suppress(subprocess.TimeoutExpired):
        process.wait(random.Random(turn).uniform(0.0, 2.0))
    process.kill()
    process.wait()
    after = (source / "ledger.jsonl").read_bytes()
    if after != before:
        events, problems = read(after, "ledger.jsonl")
        assert problems == []
        assert len(events) == 8  # of six anchors and two documents
    publish(source)
    if LONG:
        assert build(source).code == 0


def test_a_check_compares_with_the_history(small_archive):
    source = small_archive("small")
    publish(source)
    git(source, "init", "-q")
    git(source, "add", "ledger.jsonl", "ledger.head")
    git(source, "commit", "-qm", "first")
    done = command(source, "check")
    assert done.returncode == 0, done.stderr
    assert "Compared with ledger.head, the history (1)." in done.stdout
    (source / "ledger.jsonl").write_bytes(b"")
    edit(source, "documents/alpha.md", ("The third.", "The third, in other words."))
    for words in (["check"], ["check", "--release"], ["publish"]):
        done = command(source, *words)
        assert done.returncode == 1
        assert "ledger-prefix" in done.stderr


# --- Any order of edits


PASSAGE = "(alpha-p{0})=\nPassage {0}.\n\n"
HEAD = (ROOTS / "test-small/documents/alpha.md").read_text("utf-8").partition("\n(")[0]


class Draft:
    """Two documents as lists of blocks, and what an editor may do to them."""

    def __init__(self):
        self.blocks = {"alpha": [["alpha-p1"], ["alpha-p2"], ["alpha-p3"]], "beta": [["beta-p1"]]}
        self.words = {"alpha-p1": "One.", "alpha-p2": "Two.", "alpha-p3": "Three.", "beta-p1": "B."}
        self.withdrawn = set()

    def free(self, document):
        used = [a for rows in self.blocks.values() for row in rows for a in row]
        numbers = [int(a.rpartition("-p")[2]) for a in used if a.startswith(f"{document}-p")]
        return f"{document}-p{max(numbers, default=0) + 1}"

    def text(self, document):
        rows = self.blocks[document]
        count = sum(row[-1] not in self.withdrawn for row in rows)
        head = HEAD.replace("alpha", document).replace("paragraphs: 3", f"paragraphs: {count}")
        return head + "\n" + "".join(self._block(row) for row in rows)

    def _block(self, row):
        anchors = "".join(f"({anchor})=\n" for anchor in row)
        said = ":::{withdrawn}\n:::" if row[-1] in self.withdrawn else self.words[row[-1]]
        return f"{anchors}{said}\n\n"


def act(draft, action, document, index):
    rows = draft.blocks[document]
    row = rows[index % len(rows)] if rows else None
    if action == "add":
        new = draft.free(document)
        draft.words[new] = f"Words of {new}."
        rows.insert(index % (len(rows) + 1), [new])
    elif row is None or row[-1] in draft.withdrawn:
        return
    elif action == "edit":
        draft.words[row[-1]] += " More."
    elif action == "withdraw" and len(row) == 1:
        draft.withdrawn.add(row[0])
    elif action == "move":
        other = "beta" if document == "alpha" else "alpha"
        new = draft.free(other)
        draft.words[new] = draft.words[row[-1]]
        rows.remove(row)
        draft.blocks[other].append([*row, new])
    elif action == "lose":
        rows.remove(row)
    elif action == "swap":
        swap(draft.words, row[-1], rows[(index + 1) % len(rows)][-1])


def swap(words, one, other):
    if one in words and other in words:
        words[one], words[other] = words[other], words[one]


ACTIONS = st.tuples(
    st.sampled_from(["add", "edit", "withdraw", "move", "move", "lose", "swap", "publish"]),
    st.sampled_from(["alpha", "beta"]),
    st.integers(0, 5),
)


@settings(
    max_examples=150 if LONG else 4, deadline=None, derandomize=not LONG,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(actions=st.lists(ACTIONS, min_size=2, max_size=8))
def test_every_anchor_ever_published_answers_or_the_build_failed(tmp_path_factory, actions):
    source = tmp_path_factory.mktemp("any")
    root = ROOTS / "test-small"
    (source / "documents").mkdir()
    (source / "conf.py").write_bytes((root / "conf.py").read_bytes())
    (source / "references.bib").write_bytes((root / "references.bib").read_bytes())
    (source / "ledger.jsonl").write_bytes(b"")
    (source / "index.md").write_text("# Any\n\n```{toctree}\ndocuments/index\n```\n", "utf-8")
    (source / "documents/index.md").write_text("# Documents\n\n```{catalogue}\n```\n", "utf-8")
    draft = Draft()

    def write():
        for document in draft.blocks:
            (source / f"documents/{document}.md").write_text(draft.text(document), "utf-8")

    write()
    publish(source)
    for action, document, index in actions:
        act(draft, action, document, index)
        if action == "publish":
            write()
            command(source, "publish")
    write()
    done = build(source)
    events, _ = read((source / "ledger.jsonl").read_bytes(), "ledger.jsonl")
    _, problems = fold(events, "ledger.jsonl")
    assert problems == []
    assert "Traceback" not in done.output
    if done.code == 0:
        assert unanswered(source, done.site) == []
