"""Accidents with git: what is published stays published, and every accident has a way out.

Each accident is a sequence of git commands, edits and publications in a clone, with what has to be
told at its end.  Its way out follows, and ends with nothing left to tell.
"""

from __future__ import annotations

import json
import subprocess
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from archive.commands.ledger import compare
from archive.commands.publish import Documents, publish
from archive.model.ledger import load
from archive.model.passage import fingerprint
from archive.model.permanence import Standing, Tombstone, check
from archive.model.proof import PIN
from archive.model.settings import Settings
from archive.site.know.ledger import LEDGER
from tests.conftest import ROOT, git

SETTINGS = Settings.of({"project": "Any archive", "html_baseurl": "https://any.example/"})
EVERYTHING = {"p1": "One.", "p2": "Two.", "p3": "Three.", "p4": "Mine.", "p5": "Yours."}
TODAY = datetime.now(UTC).date().isoformat()


@dataclass
class Clone:
    """A checkout whose only document is a file of anchors and words, a pair a line."""

    path: Path

    def git(self, *words: str) -> str:
        return git(self.path, *words)

    def write(self, **words: str | None) -> None:
        """Change passages: words, None to take one away, an anchor after ``=`` for a tombstone."""
        passages = {**self.passages, **words}
        kept = {name: text for name, text in passages.items() if text is not None}
        (self.path / "document").write_text(json.dumps(kept, indent=1), "utf-8")

    @property
    def passages(self) -> dict[str, str]:
        path = self.path / "document"
        try:
            return json.loads(path.read_text("utf-8")) if path.exists() else {}
        except ValueError:  # with the marks of a conflict
            return {}

    def _documents(self) -> Documents:
        standing, gone = [], []
        for line, (name, text) in enumerate(self.passages.items(), start=1):
            old, _, new = name.rpartition("_")
            if text.startswith("="):
                gone.append(Tombstone(f"d-{name}", text[1:] or None, "document", line))
            else:
                former = (f"d-{old}",) if old else ()
                standing.append(Standing(f"d-{new}", fingerprint(text), "document", line, former))
        return Documents(standing, gone, [], SETTINGS)

    def publish(self, **asked: object) -> int:
        """Publish, and commit what was appended."""
        none = {"dry_run": False, "swapped": False, "day": "", "correct": None, "join": ""}
        try:
            code = publish(self.path, self._documents(), Namespace(**{**none, **asked}))
        except (ValueError, OSError) as error:
            print(error)
            return 2
        if code == 0:
            self.commit("Publish")
        return code

    def commit(self, message: str) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD").strip()

    def told(self, base: str = "") -> set[str]:
        """The rules of all problems that ``check`` tells."""
        ledger, problems = load(self.ledger, LEDGER)
        facts = self._documents()
        problems += check(ledger, facts.standings, facts.tombstones, LEDGER)
        problems += compare(self.path, ledger, base).problems
        return {problem.rule for problem in problems}

    @property
    def ledger(self) -> bytes:
        path = self.path / LEDGER
        return path.read_bytes() if path.exists() else b""

    def lines(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.ledger.splitlines()]


@dataclass
class Setting:
    """The hosted repository, and two clones of it."""

    folder: Path
    origin: Path
    mine: Clone
    yours: Clone


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    origin = tmp_path / "origin.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(origin)], check=True)
    mine = Clone(tmp_path / "mine")
    subprocess.run(["git", "clone", "-q", str(origin), str(mine.path)], check=True)
    mine.git("checkout", "-qb", "main")
    (mine.path / ".gitattributes").write_bytes((ROOT / ".gitattributes").read_bytes())
    mine.write(p1="One.", p2="Two.", p3="Three.")
    assert mine.publish(day="2026-11-22") == 0
    mine.git("push", "-q", "-u", "origin", "main")
    yours = Clone(tmp_path / "yours")
    subprocess.run(["git", "clone", "-q", str(origin), str(yours.path)], check=True)
    return Setting(tmp_path, origin, mine, yours)


def you_publish(at: Setting, **words: str) -> None:
    """The other one publishes, and pushes."""
    at.yours.git("pull", "-q")
    at.yours.write(**(words or {"p5": "Yours."}))
    assert at.yours.publish() == 0
    at.yours.git("push", "-q")


def i_publish(at: Setting, **words: str) -> None:
    at.mine.write(**(words or {"p4": "Mine."}))
    assert at.mine.publish() == 0


def fetched(at: Setting) -> None:
    at.mine.git("fetch", "-q")


def take_theirs(at: Setting) -> None:
    """The way out that messages name."""
    at.mine.git("checkout", "origin/main", "--", LEDGER, PIN)
    assert at.mine.publish() == 0


# The accidents: each returns what has to be told, and its way out.

Way = Callable[[Setting], None]
Outcome = tuple[set[str], Way]


def nothing(at: Setting) -> None:
    pass


def union_of_two_publications(at: Setting) -> Outcome:
    i_publish(at)
    you_publish(at)
    fetched(at)
    base, theirs = at.mine.ledger, at.yours.ledger
    common = at.mine.ledger.splitlines(True)[:3]
    rest = [
        line for line in (*base.splitlines(True), *theirs.splitlines(True)) if line not in common
    ]
    at.mine.git("merge", "-q", "-s", "ours", "--no-edit", "origin/main")
    at.mine.write(p5="Yours.")
    (at.mine.path / LEDGER).write_bytes(b"".join([*common, *rest]))
    at.mine.commit("Merge")
    return {"ledger-bound", "ledger-prefix"}, take_theirs


def a_publication_lost_by_merging_ours(at: Setting) -> Outcome:
    i_publish(at)
    you_publish(at)
    fetched(at)
    at.mine.git("merge", "-q", "-s", "ours", "--no-edit", "origin/main")

    def way(at: Setting) -> None:
        at.mine.write(p5="Yours.")
        take_theirs(at)

    return {"ledger-lost"}, way


def a_publication_lost_by_merging_ours_and_pushed(at: Setting) -> Outcome:
    told, _ = a_publication_lost_by_merging_ours(at)
    at.mine.git("push", "-q")

    def way(at: Setting) -> None:
        theirs = at.mine.git("rev-parse", "HEAD^2").strip()
        at.mine.write(p5="Yours.")
        assert at.mine.publish(join=theirs) == 0

    return told, way


def a_conflict_resolved_by_keeping_ours(at: Setting) -> Outcome:
    i_publish(at)
    you_publish(at)
    fetched(at)
    with pytest.raises(subprocess.CalledProcessError):
        at.mine.git("merge", "-q", "--no-edit", "origin/main")
    at.mine.git("checkout", "--ours", "--", ".")
    at.mine.write(**EVERYTHING)
    at.mine.commit("Merge")
    return {"ledger-lost"}, take_theirs


def a_conflict_resolved_by_keeping_theirs(at: Setting) -> Outcome:
    i_publish(at)
    you_publish(at)
    fetched(at)
    with pytest.raises(subprocess.CalledProcessError):
        at.mine.git("merge", "-q", "--no-edit", "origin/main")
    at.mine.git("checkout", "--theirs", "--", ".")
    at.mine.write(**EVERYTHING)
    at.mine.commit("Merge")
    return {"ledger-lost"}, take_theirs


def a_publish_commit_reverted(at: Setting) -> Outcome:
    i_publish(at)
    at.mine.git("push", "-q")
    at.mine.git("revert", "--no-edit", "HEAD")
    return {"ledger-lost"}, lambda at: at.mine.git("revert", "--no-edit", "HEAD") and None


def a_publish_commit_reverted_before_it_was_pushed(at: Setting) -> Outcome:
    i_publish(at)
    at.mine.git("revert", "--no-edit", "HEAD")
    return {"ledger-lost"}, lambda at: at.mine.git("revert", "--no-edit", "HEAD") and None


def a_revert_pushed_and_reverted(at: Setting) -> Outcome:
    i_publish(at)
    at.mine.git("push", "-q")
    for _ in range(2):
        at.mine.git("revert", "--no-edit", "HEAD")
        at.mine.git("push", "-q")
    return set(), nothing


def a_freed_number_given_to_other_words(at: Setting) -> Outcome:
    i_publish(at)
    at.mine.git("revert", "--no-edit", "HEAD")
    at.mine.write(p4="Other words.")
    assert at.mine.publish() == 1
    at.mine.commit("Other words")

    def way(at: Setting) -> None:
        at.mine.git("checkout", "HEAD~2", "--", LEDGER, PIN)
        at.mine.write(p4="Mine.", p5="Other words.")
        assert at.mine.publish() == 0

    return {"ledger-lost"}, way


def an_old_ledger_and_an_edited_passage(at: Setting) -> Outcome:
    i_publish(at)
    at.mine.git("checkout", "HEAD~1", "--", LEDGER, PIN)
    at.mine.write(p4="Edited.")
    assert at.mine.publish() == 1
    at.mine.commit("Old ledger")

    def way(at: Setting) -> None:
        at.mine.git("checkout", "HEAD~1", "--", LEDGER, PIN)
        assert at.mine.publish() == 0

    return {"ledger-lost"}, way


def an_old_ledger_without_its_pin(at: Setting) -> Outcome:
    i_publish(at)
    at.mine.git("checkout", "HEAD~1", "--", LEDGER)
    at.mine.commit("Old ledger")
    return {
        "ledger-lost",
        "ledger-prefix",
    }, lambda at: at.mine.git("checkout", "HEAD~1", "--", LEDGER) and None


def a_ledger_emptied(at: Setting) -> Outcome:
    (at.mine.path / LEDGER).write_bytes(b"")
    assert at.mine.publish() == 1
    return {"ledger-lost", "ledger-prefix"}, take_theirs


def a_ledger_deleted(at: Setting) -> Outcome:
    (at.mine.path / LEDGER).unlink()
    assert at.mine.publish() == 1
    return {"ledger-lost", "ledger-prefix"}, take_theirs


def a_ledger_deleted_with_its_pin(at: Setting) -> Outcome:
    (at.mine.path / LEDGER).unlink()
    (at.mine.path / PIN).unlink()
    assert at.mine.publish() == 1
    return {"ledger-lost"}, take_theirs


def a_ledger_emptied_where_git_is_gone(at: Setting) -> Outcome:
    (at.mine.path / ".git").rename(at.folder / "git")
    data = at.mine.ledger
    (at.mine.path / LEDGER).write_bytes(b"")
    assert at.mine.publish() == 1

    def way(at: Setting) -> None:
        (at.mine.path / LEDGER).write_bytes(data)

    return {"ledger-prefix"}, way


def a_line_edited_by_hand(at: Setting) -> Outcome:
    changed = at.mine.ledger.replace(fingerprint("Two.").encode(), b"0" * 64)
    (at.mine.path / LEDGER).write_bytes(changed)
    return {"ledger-bound", "ledger-lost", "ledger-prefix", "anchor-altered"}, take_theirs


def two_lines_exchanged_by_hand(at: Setting) -> Outcome:
    first, second, *rest = at.mine.ledger.splitlines(True)
    (at.mine.path / LEDGER).write_bytes(b"".join([second, first, *rest]))
    return {"ledger-bound", "ledger-prefix"}, take_theirs


def a_line_removed_by_hand(at: Setting) -> Outcome:
    lines = at.mine.ledger.splitlines(True)
    (at.mine.path / LEDGER).write_bytes(b"".join([*lines[:1], *lines[2:]]))
    return {"ledger-bound", "ledger-lost", "ledger-prefix"}, take_theirs


def the_last_line_removed_by_hand(at: Setting) -> Outcome:
    (at.mine.path / LEDGER).write_bytes(b"".join(at.mine.ledger.splitlines(True)[:-1]))
    return {"ledger-lost", "ledger-prefix"}, take_theirs


def a_line_inserted_by_hand(at: Setting) -> Outcome:
    line = json.dumps(
        {"date": TODAY, "event": "publish", "anchor": "d-p9", "sha256": "0" * 64}
    ).encode()
    lines = at.mine.ledger.splitlines(True)
    (at.mine.path / LEDGER).write_bytes(b"".join([lines[0], line + b"\n", *lines[1:]]))
    return {"anchor-lost", "ledger-bound", "ledger-prefix"}, take_theirs


def a_history_rewritten_and_forced(at: Setting) -> Outcome:
    before = at.mine.git("rev-parse", "HEAD").strip()
    at.mine.git("checkout", "-q", "--orphan", "new")
    for name in (LEDGER, PIN):
        (at.mine.path / name).unlink()
    at.mine.write(p2="Two, as it always was.")
    assert at.mine.publish() in (0, 1)
    at.mine.commit("Anew")
    at.mine.git("branch", "-M", "main")
    at.mine.git("push", "-q", "--force", "-u", "origin", "main")
    assert "ledger-lost" in at.mine.told(base=before)

    def way(at: Setting) -> None:
        at.mine.git("reset", "-q", "--hard", before)
        at.mine.git("push", "-q", "--force")

    return set() if at.mine.told() == set() else at.mine.told(), way


def a_rebase_of_my_publication(at: Setting) -> Outcome:
    i_publish(at)
    you_publish(at)
    fetched(at)
    with pytest.raises(subprocess.CalledProcessError):
        at.mine.git("rebase", "-q", "origin/main")
    at.mine.git("checkout", "origin/main", "--", LEDGER, PIN)
    at.mine.write(**EVERYTHING)
    at.mine.git("add", "-A")
    at.mine.git("-c", "core.editor=true", "rebase", "--continue")
    assert at.mine.publish() == 0
    return set(), nothing


def an_ordinary_merge(at: Setting) -> Outcome:
    at.mine.write(p4="Mine, not published yet.")
    at.mine.commit("Draft")
    you_publish(at, p1="One, revised.")
    fetched(at)
    at.mine.git("merge", "-q", "--no-edit", "-X", "ours", "origin/main")
    assert at.mine.publish() == 0
    return set(), nothing


def a_pull_and_a_push_after_both_published(at: Setting) -> Outcome:
    """Whoever holds the older ledger of the main branch is not told of a rewritten history."""
    held = at.yours.ledger
    i_publish(at)
    you_publish(at)
    held = at.yours.ledger
    fetched(at)
    with pytest.raises(subprocess.CalledProcessError):
        at.mine.git("merge", "-q", "--no-edit", "origin/main")
    at.mine.write(**EVERYTHING)
    take_theirs(at)
    assert at.mine.ledger.startswith(held)
    at.mine.git("push", "-q")
    return set(), nothing


def the_same_number_given_twice(at: Setting) -> Outcome:
    i_publish(at, p4="Mine.")
    you_publish(at, p4="Yours.")
    fetched(at)
    at.mine.git("merge", "-q", "-s", "ours", "--no-edit", "origin/main")

    def way(at: Setting) -> None:
        mine = at.mine.git("rev-parse", "HEAD^1").strip()
        at.mine.git("checkout", "origin/main", "--", LEDGER, PIN)
        at.mine.write(p4="Yours.", p5="Mine.")
        assert at.mine.publish(join=mine) == 0

    return {"ledger-lost"}, way


def a_tag_whose_ledger_is_not_continued(at: Setting) -> Outcome:
    i_publish(at)
    at.mine.git("tag", "2026.11")
    at.mine.git("reset", "-q", "--hard", "HEAD~1")
    return {"ledger-lost"}, lambda at: at.mine.git("reset", "-q", "--hard", "2026.11") and None


def two_passages_swapped(at: Setting) -> Outcome:
    at.mine.write(p1="Two.", p2="One.")
    assert at.mine.publish() == 1

    def way(at: Setting) -> None:
        assert at.mine.publish(swapped=True) == 0

    return {"anchor-swapped"}, way


def a_clock_at_2099(at: Setting) -> Outcome:
    at.mine.write(p4="Mine.")
    assert at.mine.publish(day="2099-01-01") == 0  # the day was named, as whoever insists can do
    at.mine.write(p4="Mine, revised.")
    assert at.mine.publish() == 2

    def way(at: Setting) -> None:
        line = len(at.mine.lines())
        assert at.mine.publish(correct=line, day=TODAY) == 0
        assert at.mine.publish() == 0
        assert at.mine.lines()[-1]["date"] == TODAY

    return {"anchor-altered"}, way


def a_clock_at_1970(at: Setting) -> Outcome:
    at.mine.write(p1="One, revised.")
    assert at.mine.publish(day="1970-01-01") == 2

    def way(at: Setting) -> None:
        assert at.mine.publish() == 0

    return {"anchor-altered"}, way


def a_shallow_clone(at: Setting) -> Outcome:
    i_publish(at)
    at.mine.git("push", "-q")
    shallow = at.folder / "shallow"
    words = ["git", "clone", "-q", "--depth=1", f"file://{at.origin}", str(shallow)]
    subprocess.run(words, check=True)
    ledger, _ = load((shallow / LEDGER).read_bytes(), LEDGER)
    assert "shallow" in str(compare(shallow, ledger))
    at.mine.path = shallow
    (shallow / LEDGER).write_bytes(b"")
    return {"ledger-lost", "ledger-prefix"}, take_theirs


def a_first_use(at: Setting) -> Outcome:
    new = Clone(at.folder / "new")
    new.path.mkdir()
    new.git("init", "-q", "-b", "main")
    assert "Nothing that was published before" in str(compare(new.path, load(b"", LEDGER)[0]))
    new.write(p1="One.")
    assert new.publish() == 0
    at.mine = new
    return set(), nothing


def a_damaged_pin(at: Setting) -> Outcome:
    (at.mine.path / PIN).write_text("damaged", "utf-8")
    return {"ledger-head"}, take_theirs


def a_pin_of_another_ledger(at: Setting) -> Outcome:
    pin = (at.mine.path / PIN).read_text("utf-8").splitlines(keepends=True)
    pin[2] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    (at.mine.path / PIN).write_text("".join(pin), "utf-8")
    return {"ledger-prefix"}, take_theirs


def a_publication_cherry_picked_twice(at: Setting) -> Outcome:
    i_publish(at)
    lines = at.mine.ledger.splitlines(True)
    (at.mine.path / LEDGER).write_bytes(b"".join([*lines, lines[-1]]))
    return {
        "ledger-bound",
        "ledger-published-twice",
    }, lambda at: at.mine.git("checkout", "HEAD", "--", LEDGER) and None


def line_ends_of_another_system(at: Setting) -> Outcome:
    at.mine.git("config", "core.autocrlf", "true")
    for name in (LEDGER, PIN):
        (at.mine.path / name).unlink()
    at.mine.git("checkout", "--", ".")
    return set(), nothing


def a_branch_deleted_that_published(at: Setting) -> Outcome:
    """A branch that nobody merged published for itself alone."""
    at.mine.git("checkout", "-qb", "side")
    i_publish(at)
    at.mine.git("checkout", "-q", "main")
    at.mine.git("branch", "-qD", "side")
    i_publish(at, p4="Other words for a number that nobody ever saw.")
    return set(), nothing


def a_stash_of_a_publication(at: Setting) -> Outcome:
    at.mine.write(p4="Mine.")
    at.mine.git("add", "-A")
    at.mine.git("stash", "-q")
    you_publish(at)
    at.mine.git("pull", "-q")
    with pytest.raises(subprocess.CalledProcessError):
        at.mine.git("stash", "pop", "-q")
    at.mine.git("checkout", "HEAD", "--", ".")
    at.mine.write(p4="Mine.")
    assert at.mine.publish() == 0
    return set(), nothing


ACCIDENTS = [
    union_of_two_publications, a_publication_lost_by_merging_ours,
    a_publication_lost_by_merging_ours_and_pushed, a_conflict_resolved_by_keeping_ours,
    a_conflict_resolved_by_keeping_theirs, a_publish_commit_reverted,
    a_publish_commit_reverted_before_it_was_pushed, a_revert_pushed_and_reverted,
    a_freed_number_given_to_other_words, an_old_ledger_and_an_edited_passage,
    an_old_ledger_without_its_pin, a_ledger_emptied, a_ledger_deleted,
    a_ledger_deleted_with_its_pin, a_ledger_emptied_where_git_is_gone, a_line_edited_by_hand,
    two_lines_exchanged_by_hand, a_line_removed_by_hand, the_last_line_removed_by_hand,
    a_line_inserted_by_hand, a_history_rewritten_and_forced, a_rebase_of_my_publication,
    an_ordinary_merge, a_pull_and_a_push_after_both_published, the_same_number_given_twice,
    a_tag_whose_ledger_is_not_continued, two_passages_swapped, a_clock_at_2099, a_clock_at_1970,
    a_shallow_clone, a_first_use, a_damaged_pin, a_pin_of_another_ledger,
    a_publication_cherry_picked_twice, line_ends_of_another_system,
    a_branch_deleted_that_published, a_stash_of_a_publication,
]  # fmt: skip


@pytest.mark.parametrize("accident", ACCIDENTS, ids=lambda accident: accident.__name__)
def test_an_accident_is_told_and_has_a_way_out(
    setting: Setting, accident: Callable[[Setting], Outcome]
) -> None:
    told, way = accident(setting)
    assert setting.mine.told() == told
    way(setting)
    assert setting.mine.told() == set()


@pytest.fixture
def served() -> Iterator[Callable[[int, bytes], str]]:
    """Starts a host that gives one answer, and returns its address."""
    with ExitStack() as running:

        def start(status: int, body: bytes) -> str:
            class Handler(BaseHTTPRequestHandler):
                def do_GET(self) -> None:
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

                def log_message(self, *words: object) -> None:
                    pass

            server = running.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
            running.callback(server.shutdown)
            Thread(target=server.serve_forever, daemon=True).start()
            return f"http://127.0.0.1:{server.server_port}/"

        yield start


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (200, "same", set()),
        (200, "shorter", set()),
        (200, "other", {"ledger-lost"}),
        (404, "", set()),
        (403, "", None),
    ],
)
def test_the_hosted_ledger_is_compared_too(
    setting: Setting, served: Callable[..., str], status: int, body: str, told: set[str] | None
) -> None:
    ledger = setting.mine.ledger
    other = ledger.replace(fingerprint("Two.").encode(), b"0" * 64)
    answers = {"same": ledger, "shorter": ledger.splitlines(True)[0], "other": other, "": b""}
    address = served(status, answers[body])
    read, _ = load(ledger, LEDGER)
    if told is None:
        with pytest.raises(ValueError, match="cannot be compared"):
            compare(setting.mine.path, read, live=address)
    else:
        found = compare(setting.mine.path, read, live=address)
        assert {problem.rule for problem in found.problems} == told
        assert address in str(found)
