"""After any fault the next make is right, and says so at most.

Faults are kills, full disks, lost rights, another make, a wrong clock, damage to what a build left,
and a source that is saved while a build runs.  ``make prove WHAT=faults`` does hundreds of them at
random moments; this is its short form, with a table of each kind.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from itertools import cycle

import pytest

from archive.__main__ import COMMANDS, main
from archive.commands.workspace import special_files
from archive.preservation.site import Kept
from archive.site.beside import built
from benchmarks.faults import (
    DAMAGES,
    PAGE,
    Archive,
    Done,
    fill_disks,
    kept,
    kill_builds,
    recover,
    reference,
    small_disk,
)
from tests import forks
from tests.conftest import ROOT, command, contents, copy_root, edit, environment, git, once
from tests.settings import CONF

LONG = os.environ.get("ARCHIVE_LONG") == "1"

# Root may do everything; without its capabilities it is held to permissions like anybody.
HELD = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []

pytestmark = pytest.mark.skipif(
    not (ROOT / ".venv" / ".build").exists(), reason="make installs what the builds need"
)


class Forked(Archive):
    """An archive whose commands run in forks, where a test needs no group of processes."""

    def run(self, command, wait=None, **options):
        words = {
            " ".join(self.make): ["build", "--work", "_build", "--jobs", "2"],
            " ".join(self.publish): ["publish"],
        }.get(" ".join(command))
        if words is None or options:
            return super().run(command, wait, **options)
        done = forks.run(["archive", *words], self.folder, environment(), wait=int(wait or 0))
        return Done(done.returncode, done.stdout + done.stderr)


@pytest.fixture(scope="session")
def wanted(tmp_path_factory):
    return once(tmp_path_factory, "wanted", lambda folder: reference(folder, Forked))


@pytest.fixture
def archive(tmp_path, wanted):
    """An archive as it is published, which make builds."""
    return wanted.copy(tmp_path / "archive")


@pytest.fixture
def copied(tmp_path, wanted):
    """An archive as it is built."""
    return wanted.copy(tmp_path / "archive", built=True)


def test_killed_builds_and_the_ones_after_them(archive, wanted):
    count = kill_builds(archive, random.Random(2), wanted, 1)  # long after make began
    assert count["kills"] == 1
    assert count["sites equal"] > 0


def test_builds_without_room_and_the_ones_after_them(tmp_path, wanted):
    count = fill_disks(tmp_path / "disk", random.Random(1), wanted, 1)
    assert count["disk full"] >= 1


@pytest.mark.skipif(bool(HELD) and not shutil.which("setpriv"), reason="setpriv is missing")
def test_a_folder_that_may_not_be_written_is_told(archive):
    (archive.folder / "_build").mkdir(exist_ok=True)
    (archive.folder / "_build").chmod(0o555)
    done = archive.run([*HELD, *archive.make])
    (archive.folder / "_build").chmod(0o755)
    assert done.code != 0
    assert "[no-permission] To mend:" in done.output
    assert "Traceback" not in done.output


def test_a_disk_that_is_for_reading_alone_is_told(tmp_path, wanted):
    with small_disk(tmp_path / "disk") as mounted:
        if not mounted:
            pytest.skip("only root may mount a disk")
        archive = wanted.copy(tmp_path / "disk" / "archive")
        subprocess.run(["mount", "-o", "remount,ro", str(tmp_path / "disk")], check=True)
        done = archive.run(archive.make)
        ledger = archive.run([*archive.publish])
    assert done.code != 0
    assert "[read-only] To mend: mount it for writing" in done.output
    assert "Traceback" not in done.output + ledger.output


def test_two_builds_at_once_take_turns(archive, wanted):
    ledger = archive.ledger
    both = [archive.start(archive.make) for _ in range(2)]
    outputs = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    recover(archive, 0, wanted, ledger)


def test_files_older_than_the_site_are_built_where_they_say_something_else(copied, wanted):
    ledger = copied.ledger
    copied.say(1)
    os.utime(copied.folder / PAGE, (1_000_000_000, 1_000_000_000))  # the clock was set back
    recover(copied, 1, wanted, ledger)


def test_a_seal_without_room_says_what_to_do(tmp_path):
    (tmp_path / "conf.py").write_text(CONF, "utf-8")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("<p>", "utf-8")
    command = [sys.executable, "-m", "archive", "seal", "site", "--work", "work"]
    done = Archive(tmp_path).run(
        command, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))
    )
    assert done.code == 1
    assert "The manifest was not written: A file may not become so large here" in done.output
    assert "[file-too-large] To mend:" in done.output


# --- What a build left, and something else damaged


@pytest.fixture
def left(tmp_path):
    """A site and node trees as a build leaves them, without the build."""
    mine = Kept(tmp_path, tmp_path / "html")
    for name in (
        "html/index.html", "html/a.pdf", "html/pagefind/0/x", "html/search-index/names.js",
        "doctrees/a.doctree",
    ):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"<p>What a builder wrote.")
    mine.begin()
    mine.record(whole=True)
    assert mine.mend() == []
    return mine


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


@pytest.mark.parametrize("what", DAMAGES)
@pytest.mark.parametrize("name", ["html/index.html", "html/a.pdf", "doctrees/a.doctree"])
def test_what_was_damaged_is_told_once_and_removed(left, name, what):
    work = left.site.parent
    DAMAGES[what](work / name)
    (told,) = left.mend()
    assert name.partition("/")[0] in told
    assert not (work / name).exists()
    whole = what in {"a link", "a pipe"}  # then nothing in the folder is known
    assert (left.site / "a.pdf").exists() == (name == "doctrees/a.doctree" or (
        name == "html/index.html" and not whole
    ))  # fmt: skip
    assert left.trees.exists() == (name == "html/a.pdf" and not whole)


def test_a_file_that_no_build_wrote_is_removed_and_nothing_else(left):
    (left.site / "evil.js").write_text("alert(1)")
    (told,) = left.mend()
    assert "evil.js (extra); removed" in told
    assert names(left.site) == ["a.pdf", "index.html", "search-index/names.js"]
    assert left.trees.is_dir()


def test_a_share_of_the_search_index_is_made_anew_as_a_whole(left):
    (left.site / "pagefind" / "0" / "x").unlink()
    (left.site / "search-index" / "names.js").unlink()
    assert left.mend()
    assert not (left.site / "pagefind").exists()
    assert left.trees.is_dir()


def test_after_a_build_that_did_not_end_nothing_of_its_trees_counts(left):
    left.begin()
    left.record(whole=False)
    (told,) = left.mend()
    assert "did not finish" in told
    assert not left.trees.exists()
    assert names(left.site) == ["a.pdf", "index.html", "search-index/names.js"]


def test_an_account_that_is_damaged_vouches_for_nothing(left):
    left.account.write_bytes(left.account.read_bytes()[:-1])
    assert left.mend()
    assert not left.site.exists()


def test_a_copy_of_all_of_it_is_taken_as_it_is(left, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(tmp_path, copy, ignore=lambda *_: ["copy"])
    assert Kept(copy, copy / "html").mend() == []


def of_each_kind(archive):
    """A file of each kind that a build keeps or publishes, by its kind."""
    return {
        path.suffix + path.parent.name[:2] + path.name[:2] * (not path.suffix): path
        for path in kept(archive)
    }


@pytest.mark.parametrize("what", [*DAMAGES] if LONG else [""])
def test_a_site_and_caches_that_were_damaged_are_made_anew(copied, wanted, what):
    """One file of each kind at once, each in another way; in the long form each alone, too."""
    ledger = copied.ledger
    kinds = of_each_kind(copied)
    assert len(kinds) > 20
    for group in [kinds.values()] + [[each] for each in kinds.values()] * LONG:
        for path, other in zip(group, cycle(DAMAGES), strict=False):
            if path.is_file():
                DAMAGES[what or other](path)
        recover(copied, 0, wanted, ledger)


def test_a_lost_site_is_not_called_built(copied, wanted):
    shutil.rmtree(copied.folder / "_build" / "html")
    recover(copied, 0, wanted, copied.ledger)


# --- A source that is saved while a build runs

# The moments of a build, in their order.
STAGES = [
    "config-inited", "builder-inited", "env-get-outdated", "env-before-read-docs", "env-purge-doc",
    "source-read", "doctree-read", "env-updated", "html-page-context", "build-finished",
]  # fmt: skip

# Puts a file in its place at a moment of the build, as an editor does: once.
SAVES = """
def setup(app):
    import os
    def save(fresh, name):
        if os.path.exists(fresh):
            os.replace(fresh, name)
        return []
    for each in os.environ.get("SAVES", "").split():
        stage, fresh, name = each.split(",")
        app.connect(stage, lambda *_, fresh=fresh, name=name: save(fresh, name))
"""

EDITS = {
    "documents/alpha.md": ("The third.", "The third, in other words."),
    "references.bib": ("title = {One}", "title = {Uno}"),
    "index.md": ("See [](#alpha-p1)", "Read [](#alpha-p1)"),
    "conf.py": ('project = "Small archive"', 'project = "Other archive"'),
    "_templates/page.html": ("said", "SAID"),
}


@pytest.fixture(scope="session")
def hooked(tmp_path_factory):
    """A small archive whose sources can be saved at any moment of a build, and what it builds."""

    def make(folder):
        source = copy_root("small", folder)
        (source / "_templates").mkdir()
        text = '{% extends "!page.html" %}{% block footer %}{{ super() }}said{% endblock %}'
        (source / "_templates" / "page.html").write_text(text)
        with (source / "conf.py").open("a") as conf:
            conf.write('templates_path = ["_templates"]\n' + SAVES)
        pages(source)
        return source

    return once(tmp_path_factory, "hooked", make)


def pages(source, **more):
    """Build the pages; return what was said."""
    done = command(source, "build", "pages", "--jobs", "1", "--quiet", **more)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def edited(hooked, tmp_path_factory):
    """What a build from nothing gives after an edit of a file."""

    @cache
    def after(name):
        source = tmp_path_factory.mktemp("edited") / "archive"
        shutil.copytree(hooked, source, ignore=shutil.ignore_patterns("_build"))
        edit(source, name, EDITS[name])
        pages(source)
        return contents(source / "_build" / "html")

    return after


def fresh(source, folder, name, *changes):
    """A changed copy of a source, of the same time, to be put in its place."""
    target = folder / f"{len(list(folder.iterdir()))}.fresh"
    shutil.copy2(source / name, target)
    status = target.stat()
    edit(folder, target.name, *changes)
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
    return target


CASES = [(stage, name, kept) for stage in STAGES for name in EDITS for kept in (True, False)]


@pytest.mark.parametrize("case", CASES if LONG else CASES[::33], ids=str)
def test_a_save_during_a_build_is_in_the_site(hooked, edited, tmp_path, case):
    stage, name, kept = case
    source, folder = tmp_path / "archive", tmp_path / "fresh"
    folder.mkdir()
    shutil.copytree(hooked, source, ignore=None if kept else shutil.ignore_patterns("_build"))
    new = fresh(source, folder, name, EDITS[name])
    with (source / "documents" / "beta.md").open("a") as page:
        page.write("\n")  # so that there is something to build
    told = pages(source, SAVES=f"{stage},{new},{name}")
    assert not new.exists(), "nothing was saved"
    assert f"{name} was saved while the archive was built; building again" in told
    found = contents(source / "_build" / "html")
    wanted = edited(name)
    other = {path for path in found.keys() | wanted if found.get(path) != wanted.get(path)}
    assert other <= {"documents/beta.md", ".buildinfo", "documents/beta.myst.md"}, other


UNDONE = [
    (*stages, name)
    for name in EDITS
    for stages in (
        ("env-purge-doc", "doctree-read"), ("env-before-read-docs", "env-updated"),
        ("env-get-outdated", "html-page-context"), ("builder-inited", "build-finished"),
    )
]  # fmt: skip


@pytest.mark.parametrize("case", UNDONE if LONG else UNDONE[::11], ids=str)
def test_a_save_that_is_undone_during_the_build_leaves_nothing(hooked, tmp_path, case):
    first, then, name = case
    source, folder = tmp_path / "archive", tmp_path / "fresh"
    folder.mkdir()
    shutil.copytree(hooked, source, ignore=shutil.ignore_patterns("_build"))
    new, old = fresh(source, folder, name, EDITS[name]), fresh(source, folder, name)
    pages(source, SAVES=f"{first},{new},{name} {then},{old},{name}")
    assert not new.exists()
    assert not old.exists()
    assert contents(source / "_build" / "html") == contents(hooked / "_build" / "html")


def test_sources_that_are_saved_in_every_build_are_not_sealed(hooked, tmp_path):
    source, folder = tmp_path / "archive", tmp_path / "fresh"
    folder.mkdir()
    shutil.copytree(hooked, source, ignore=shutil.ignore_patterns("_build"))
    with (source / "conf.py").open("a") as conf:
        conf.write("\n\nopen('index.md', 'a').write('\\n')\n")
    done = command(source, "build", "pages", "--jobs", "1")
    assert done.returncode == 2
    assert "The sources were saved during each build, so nothing is sealed. To mend:" in done.stderr


def test_what_is_published_was_not_saved_meanwhile(hooked, tmp_path):
    """The ledger must not have words that no source has."""
    source, folder = tmp_path / "archive", tmp_path / "fresh"
    folder.mkdir()
    shutil.copytree(hooked, source, ignore=shutil.ignore_patterns("_build"))
    (source / "ledger.jsonl").unlink()
    new = fresh(source, folder, "documents/alpha.md", EDITS["documents/alpha.md"])
    old = fresh(source, folder, "documents/alpha.md")
    saves = f"env-before-read-docs,{new},documents/alpha.md env-updated,{old},documents/alpha.md"
    done = command(source, "publish", SAVES=saves)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not new.exists()
    wanted = tmp_path / "wanted"
    shutil.copytree(source, wanted, ignore=shutil.ignore_patterns("_build", "ledger.*"))
    assert command(wanted, "publish").returncode == 0
    assert (source / "ledger.jsonl").read_bytes() == (wanted / "ledger.jsonl").read_bytes()


# --- What is no file


@pytest.mark.parametrize(
    "name",
    ["documents/pipe.md", "references.bib", "ledger.jsonl", "documents/alpha.attestation.json",
     "_static/a.css", "_templates/page.html", "seal.png", "conf.py"],
)  # fmt: skip
def test_a_pipe_is_refused_by_name_and_nobody_waits_for_it(tmp_path, name):
    source = copy_root("small", tmp_path / "archive")
    path = source / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    assert [problem.path for problem in special_files(source)] == [name]
    if LONG or name in {"references.bib", "conf.py"}:
        for word in ("build", "check", "publish", "anchors"):
            done = forks.run(["archive", word], source, environment(), wait=60)
            assert done.returncode == 1
            told = done.stdout + done.stderr
            assert f"{name}: It is a pipe" in told
            assert "[file-special] To mend: remove it" in told


def test_a_document_in_a_folder_is_refused_by_every_command(tmp_path):
    source = copy_root("small", tmp_path / "archive")
    assert command(source, "publish").returncode == 0
    (source / "documents" / "more").mkdir()
    (source / "documents" / "beta.md").rename(source / "documents" / "more" / "beta.md")
    for words in (["check"], ["publish"], ["build", "pages"]):
        done = command(source, *words)
        assert done.returncode == 1
        told = done.stdout + done.stderr
        assert "documents/more/beta.md:1: " in told
        assert "[document-folder] To mend: move the file to documents/beta.md" in told
        assert "did not finish" not in told


# --- Commands that are broken off, and archives without git


@pytest.mark.parametrize("word", sorted(COMMANDS))
def test_a_command_that_is_broken_off_early_says_what_to_do(word, monkeypatch, capsys):
    def interrupted(_name):
        raise KeyboardInterrupt

    monkeypatch.setattr("archive.__main__.import_module", interrupted)
    assert main([word]) == 2
    assert "Interrupted. [interrupted] To mend: run the command again" in capsys.readouterr().err


def test_a_killed_import_leaves_no_words_for_long(tmp_path):
    source = copy_root("small", tmp_path / "archive")
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    words = source / "work" / f".secret.txt.{ended.pid}.new"
    mine = source / "work" / f".other.txt.{os.getpid()}.new"
    words.parent.mkdir()
    for path in (words, mine):
        path.write_text("Words of a source.")
    (tmp_path / "letter.txt").write_text("A letter\n\nIt says something.\n")
    done = command(source, "import", "--file", str(tmp_path / "letter.txt"), "--id", "a-letter")
    assert done.returncode == 0, done.stderr
    assert not words.exists()
    assert mine.exists()  # an import that runs still writes to it


def without_git(source, *words):
    """Run a command of the engine where git finds no repository."""
    return command(source, *words, GIT_CEILING_DIRECTORIES=str(source.parent))


def test_what_needs_the_history_says_so_where_there_is_none(hooked, tmp_path):
    source = tmp_path / "archive"
    shutil.copytree(hooked, source)
    (source / "_build" / "html" / "manifest-sha256.txt").write_text("")
    bag = without_git(source, "bag", "_build/html", "--out", "_build/bag")
    again = without_git(source, "reproduce")
    for done, code, begin in ((bag, 1, "The bag was not made: "),
                              (again, 2, "The site could not be built again: ")):  # fmt: skip
        assert done.returncode == code
        assert done.stderr.startswith(begin)
        assert "not a git repository" in done.stderr
        assert "To mend: work in a clone" in done.stderr


def test_a_build_that_knows_no_commit_is_of_today():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "315532800")
        assert (datetime.now(UTC) - built()).days == 0
        patch.setenv("SOURCE_DATE_EPOCH", "1767225600")
        assert built().year == 2026


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a folder away")
def test_git_tells_the_history_of_a_folder_that_another_user_owns(tmp_path):
    git(tmp_path, "init", "-q")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "a")
    subprocess.run(["chown", "-R", "65534:65534", str(tmp_path)], check=True)
    code = (
        "from pathlib import Path; from archive.__main__ import main;"
        "from archive.files import Git;"
        "main(['check']); print(Git(Path()).is_there)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False,
        env=environment(HOME=str(tmp_path)),
    )  # fmt: skip
    assert done.stdout.endswith("True\n"), done.stderr
