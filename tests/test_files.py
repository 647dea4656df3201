"""A file is written whole or not at all, and in one way."""

from __future__ import annotations

import ast
import os
import stat
from contextlib import suppress

import pytest

from archive.files import draft_of, is_draft, replacing, write, write_if_changed
from tests.conftest import ROOT

# What may open a file for writing by itself: a log, whose last line may be half.
LOGS = {"commands/workspace.py", "preservation/mirror.py"}
IN_A_FOLDER_OF_ITS_OWN = {"importing/readers/converted.py"}


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_with_its_folders(tmp_path):
    write(tmp_path / "a" / "b.txt", "Ä\n", durable=True)
    assert (tmp_path / "a" / "b.txt").read_bytes() == "Ä\n".encode()
    assert names(tmp_path / "a") == ["b.txt"]


def test_a_failure_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    write(tmp_path / "a", b"old")
    with suppress(ZeroDivisionError), replacing(tmp_path / "a") as draft:
        draft.write_bytes(b"half of the ne")
        assert (tmp_path / "a").read_bytes() == b"old"
        raise ZeroDivisionError
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_a_file_keeps_its_permissions_and_a_link_stays_one(tmp_path):
    write(tmp_path / "a", b"old")
    (tmp_path / "a").chmod(0o640)
    (tmp_path / "link").symlink_to("a")
    write(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "a").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_another_name_of_the_old_file_keeps_what_it_says(tmp_path):
    write(tmp_path / "a", b"old")
    os.link(tmp_path / "a", tmp_path / "other")
    write(tmp_path / "a", b"new")
    assert (tmp_path / "other").read_bytes() == b"old"


def test_a_file_that_says_the_same_is_not_touched(tmp_path):
    assert write_if_changed(tmp_path / "a", "same")
    before = (tmp_path / "a").stat()
    assert not write_if_changed(tmp_path / "a", b"same")
    assert (tmp_path / "a").stat() == before
    assert write_if_changed(tmp_path / "a", "other")


def test_what_a_killed_process_left_is_replaced(tmp_path):
    draft = draft_of(tmp_path / "a")
    draft.write_bytes(b"half")
    assert is_draft(str(draft))
    assert not is_draft(str(tmp_path / "a"))
    write(tmp_path / "a", b"2")
    assert names(tmp_path) == ["a"]


def writes(tree):
    """The calls of a module that write a file, except to a draft or a buffer."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        modes = [each.value for each in given if isinstance(each, ast.Constant)]
        opens = name in {"open", "fdopen", "ZipFile"} and any(
            isinstance(mode, str) and set(mode) & set("wax+") for mode in modes
        )
        names = {each.id for each in (getattr(call.func, "value", None), *given)
                 if isinstance(each, ast.Name)}  # fmt: skip
        if (opens or name in {"write_text", "write_bytes"}) and not names & {"draft", "buffer"}:
            yield call.lineno


def test_nothing_else_of_the_engine_writes_a_file():
    found = {
        path.relative_to(ROOT / "archive").as_posix()
        for path in (ROOT / "archive").rglob("*.py")
        if list(writes(ast.parse(path.read_bytes())))
    }
    assert found == LOGS | IN_A_FOLDER_OF_ITS_OWN


@pytest.mark.parametrize(
    "code",
    [
        'p.write_text("x")',
        "p.write_bytes(b)",
        'p.open("w")',
        'ZipFile(p, "w")',
        'open(p, mode="ab")',
        'p.open("r+")',
    ],
)
def test_each_way_of_writing_would_be_found(code):
    assert list(writes(ast.parse(code)))
