"""What the file of earlier wordings promises: whatever is not what it was is told, by its line."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from archive.model.ledger import Event, Kind, Ledger, fold
from archive.model.passage import fingerprint, normalise
from archive.model.publishing import keep
from archive.model.wordings import WORDINGS, check, lines_of, lost, parse, read_wordings, superseded

FIRST, SECOND, THIRD, OTHER = "The first words.", "The second words.", "The third.", "Others."
DAY = "2026-11-22"


def said(anchor: str, *texts: str) -> list[Event]:
    kinds = [Kind.PUBLISH, *[Kind.REVISE] * (len(texts) - 1)]
    pairs = zip(kinds, texts, strict=True)
    return [Event(DAY, kind, anchor, sha256=fingerprint(text)) for kind, text in pairs]


def ledger(*events: Event) -> Ledger:
    folded, problems = fold(events, "")
    assert not problems
    return folded


REVISED_TWICE = ledger(*said("seed-p1", FIRST, SECOND, THIRD))


def kept(*texts: str) -> dict[str, str | None]:
    return {fingerprint(text): normalise(text) for text in texts}


def rules(data: bytes, of: Ledger = REVISED_TWICE) -> list[str]:
    found, problems = parse(data, WORDINGS)
    return [each.rule for each in (*problems, *check(found, of, WORDINGS, "l"))]


@pytest.mark.parametrize(
    ("events", "texts"),
    [
        (said("seed-p1", FIRST), []),
        (said("seed-p1", FIRST, SECOND, THIRD), [FIRST, SECOND]),
        (said("seed-p1", FIRST, SECOND, FIRST), [SECOND]),
        ([*said("seed-p1", FIRST, SECOND), Event(DAY, Kind.WITHDRAW, "seed-p1")], [FIRST]),
        ([*said("seed-p1", FIRST), *said("seed-p2", FIRST),
          Event(DAY, Kind.MOVE, "seed-p1", target="seed-p2")], []),
        ([*said("seed-p1", FIRST), *said("seed-p2", SECOND),
          Event(DAY, Kind.MOVE, "seed-p1", target="seed-p2")], [FIRST]),
    ],
    ids=["once", "twice", "back again", "withdrawn", "moved", "moved and reworded"],
)  # fmt: skip
def test_words_that_a_passage_says_no_more_are_superseded(
    events: list[Event], texts: list[str]
) -> None:
    assert list(superseded(ledger(*events))) == [fingerprint(each) for each in texts]


def test_a_sound_file_has_no_problem_and_gives_its_words(tmp_path: Path) -> None:
    path = tmp_path / WORDINGS
    keep(path, kept(FIRST))
    keep(path, kept(FIRST, SECOND))  # what is kept stands once
    assert rules(path.read_bytes()) == []
    assert path.read_bytes().count(b"\n") == 2
    assert read_wordings(path) == kept(FIRST, SECOND)
    assert read_wordings(tmp_path / "none") == {}


BOTH = lines_of(kept(FIRST, SECOND))
NOT_FOUND = {fingerprint(SECOND): None}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (BOTH.replace(b"The first", b"The worst"), ["wording-altered", "wording-missing"]),
        (lines_of(kept(FIRST)), ["wording-missing"]),
        (lines_of(kept(FIRST) | NOT_FOUND), []),
        (lines_of(kept(FIRST) | NOT_FOUND) + BOTH, []),  # as git merges two branches
        (BOTH + lines_of(kept(OTHER)), ["wording-unknown"]),
        (BOTH.removesuffix(b"\n"), ["wording-line-end"]),
        (BOTH + b"\n", ["wording-form"]),
        (BOTH + b"[1]\n", ["wording-form"]),
        (BOTH + b'{"sha256": "aa", "text": null}\n', ["wording-form"]),
        (BOTH + b'{"sha256": "%s", "text": "\\ud800"}\n' % (b"a" * 64), ["wording-form"]),
        (BOTH + b"<<<<<<< ours\xff\n", ["wording-form"]),
    ],
)
def test_what_was_edited_lost_or_added_is_told(data: bytes, expected: list[str]) -> None:
    assert rules(data) == expected


def test_a_problem_names_its_line_and_its_mend() -> None:
    (problem,) = parse(BOTH.replace(b"The second", b"The other"), WORDINGS)[1]
    assert (problem.path, problem.line) == (WORDINGS, 2)
    assert "--recover" in problem.mend


def test_an_archive_that_has_kept_no_wordings_yet_is_told_nothing() -> None:
    found, _problems = parse(b"", WORDINGS)
    assert not list(check(found, REVISED_TWICE, WORDINGS, "l"))


def test_what_an_earlier_version_had_is_told_as_lost_even_where_it_is_noted_as_not_found() -> None:
    now, _problems = parse(lines_of(kept(FIRST) | NOT_FOUND), WORDINGS)
    (problem,) = lost(now, REVISED_TWICE, [("origin/main", BOTH), ("a tag", BOTH)])
    assert problem.rule == "wording-lost"
    assert "seed-p1" in problem.message
    assert "origin/main" in problem.message
    assert not list(lost(parse(BOTH, "")[0], REVISED_TWICE, [("origin/main", BOTH)]))


def test_git_merges_two_branches_by_keeping_the_lines_of_both(tmp_path: Path) -> None:
    (tmp_path / ".gitattributes").write_text(f"{WORDINGS} -text merge=union\n", "utf-8")

    def git(*words: str) -> None:
        who = "-c", "user.name=Test", "-c", "user.email=test@example.org"
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)

    def commit(*texts: str) -> None:
        keep(tmp_path / WORDINGS, kept(*texts))
        git("add", ".")
        git("commit", "-m", "Wordings")

    git("init", "-b", "main")
    commit(FIRST)
    git("checkout", "-b", "other")
    commit(SECOND)
    git("checkout", "main")
    commit(THIRD)
    git("merge", "other")
    assert read_wordings(tmp_path / WORDINGS) == kept(FIRST, SECOND, THIRD)
