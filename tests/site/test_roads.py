"""Every road of CONTRIBUTING, walked with the commands that it names, with and without the source.

Whoever holds the source ends with an archive that can be released.  Whoever does not ends with one
that builds and is published; where words changed, a release waits for the holder, and for nothing
else.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.commands import anchors, import_document, ledger, publish, verify_sources
from archive.commands.workspace import read_archive
from archive.site.read.sources import states
from tests.conftest import build, edit, once

PARAGRAPHS = (
    "All papers of the harbour belong in rooms where any reader may open them.",
    "Whoever closes such a room has to say in public why readers must stay outside.",
    "A paper that was printed once should never be locked away by a later order.",
    "We therefore ask that the rooms be opened again before the winter begins.",
)
PASSAGES = (
    "It holds that open rooms are the place for what the harbour has on paper.",
    "It wants public reasons from those who shut readers out.",
    "It rejects later orders that lock up what had been in print.",
    "It ends with a plea for open doors ahead of winter.",
)
OTHER = ("Ships bring letters for the mayor.", "No letter may be opened on the way.")
OTHER_PASSAGES = (
    "It says that the mayor has mail by ship.",
    "It forbids opening mail underway.",
)

LETTER, NOTE = "documents/harbour-letter.md", "documents/mail-note.md"
ATTESTED = "documents/harbour-letter.attestation.json"


# MyST resolves links by what Sphinx 11 is to drop.
pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")


class Walker:
    """An archive, and somebody who runs the commands in it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def run(self, run: Callable[..., int], *words: str) -> int:
        parser = ArgumentParser()
        for each in run.arguments:
            each(parser)
        return run(parser.parse_args(words), self.root)

    def bring_in(self, name: str, paragraphs: tuple[str, ...], passages: tuple[str, ...]) -> None:
        """Import a text, write its passages, confirm its record."""
        received = self.root / "received.txt"
        received.write_text("\n\n".join(paragraphs) + "\n", "utf-8")
        assert self.run(import_document.run, "--file", str(received), "--id", name) == 0
        path = self.root / "documents" / f"{name}.md"
        head = "\n".join(
            line
            for line in path.read_text("utf-8").partition("\n---\n")[0].splitlines()
            if "-note:" not in line
        ).replace("To assign", "Papers")
        written = (f"({name}-p{at}):=\n{text}\n" for at, text in enumerate(passages, start=1))
        body = "\n".join(written).replace("):=", ")=")
        path.write_text(f"{head}\n---\n\n{body}", "utf-8")

    def edit(self, name: str, *changes: tuple[str, str]) -> None:
        edit(self.root, name, *changes)

    def verify(self) -> int:
        return self.run(verify_sources.run, "--sources", str(self.root / "work"))

    def publish(self) -> int:
        return self.run(publish.run)

    def check(self, *words: str) -> int:
        return self.run(ledger.check, *words)

    def waiting(self) -> list[str]:
        domain, _ = read_archive(self.root, quiet=True)
        return [problem.rule for problem in states(domain).waiting()]


@pytest.fixture(scope="session")
def published(tmp_path_factory) -> Path:
    """An archive of two documents that were imported, written, verified and published."""

    def make(folder: Path) -> Path:
        root = folder / "archive"
        (root / "documents").mkdir(parents=True)
        small = Path(__file__).parent.parent / "roots" / "test-small"
        for name in ("conf.py", "references.md", "documents/index.md"):
            shutil.copy(small / name, root / name)
        (root / "references.bib").write_text("", "utf-8")
        index = "# Roads\n\n```{toctree}\ndocuments/index\nreferences\n```\n"
        (root / "index.md").write_text(index, "utf-8")
        walker = Walker(root)
        walker.bring_in("harbour-letter", PARAGRAPHS, PASSAGES)
        walker.bring_in("mail-note", OTHER, OTHER_PASSAGES)
        assert walker.check() == 0
        assert walker.verify() == 0
        assert walker.publish() == 0
        assert walker.check("--release") == 0
        return root

    return once(tmp_path_factory, "roads", make)


@pytest.fixture
def walker(published, tmp_path) -> Walker:
    return Walker(Path(shutil.copytree(published, tmp_path / "archive")))


# --- The roads


def reword(at: Walker) -> None:
    at.edit(LETTER, ("what the harbour has on paper", "whatever papers the harbour has"))


def move_within(at: Walker) -> None:
    at.edit(LETTER, ("(harbour-letter-p2)=", "(harbour-letter-p2)=\n(harbour-letter-p7)="))


def take(at: Walker, label: str, text: str) -> None:
    at.edit(LETTER, (f"({label})=\n{text}\n", ""))


def move_to_another(at: Walker) -> None:
    take(at, "harbour-letter-p3", PASSAGES[2])
    path = at.root / NOTE
    moved = f"\n(harbour-letter-p3)=\n(mail-note-p3)=\n{PASSAGES[2]}\n"
    path.write_text(path.read_text("utf-8") + moved, "utf-8")


def rename(at: Walker, *, attestation: bool = False) -> None:
    path = at.root / LETTER
    text = path.read_text("utf-8").replace("id: harbour-letter", "id: harbour-plea")
    text = re.sub(r"\(harbour-letter-(p\d+)\)=(?=\n[^(])", r"\g<0>\n(harbour-plea-\1)=", text)
    (at.root / "documents" / "harbour-plea.md").write_text(text, "utf-8")
    path.unlink()
    if (at.root / "work" / "harbour-letter.txt").exists():
        (at.root / "work" / "harbour-letter.txt").rename(at.root / "work" / "harbour-plea.txt")
    if attestation:
        (at.root / ATTESTED).rename(at.root / ATTESTED.replace("letter", "plea"))


def rename_with_attestation(at: Walker) -> None:
    rename(at, attestation=True)


def split(at: Walker) -> None:
    """The last two passages become a document of their own, of the same source."""
    text = (at.root / LETTER).read_text("utf-8")
    head = text.partition("\n---\n")[0].replace("id: harbour-letter", "id: harbour-plea")
    parts = []
    for number in (3, 4):
        take(at, f"harbour-letter-p{number}", PASSAGES[number - 1])
        anchor = f"(harbour-letter-p{number})=\n(harbour-plea-p{number - 2})="
        parts.append(f"{anchor}\n{PASSAGES[number - 1]}\n")
    body = "\n".join(parts)
    (at.root / "documents" / "harbour-plea.md").write_text(f"{head}\n---\n\n{body}", "utf-8")


def withdraw(at: Walker) -> None:
    notice = "(harbour-letter-p2)=\n:::{withdrawn}\nIt was said to be wrong.\n:::\n"
    at.edit(LETTER, (f"(harbour-letter-p2)=\n{PASSAGES[1]}\n", notice))


def withdraw_for_another(at: Walker) -> None:
    notice = "(harbour-letter-p2)=\n:::{withdrawn}\n:successor: harbour-letter-p1\nWhy.\n:::\n"
    at.edit(LETTER, (f"(harbour-letter-p2)=\n{PASSAGES[1]}\n", notice))


def leave_out(at: Walker) -> None:
    at.edit(LETTER, ("rights:", "left-out:\n  - p3: a later order\nrights:"))


def withdraw_and_leave_out(at: Walker) -> None:
    withdraw(at)
    at.edit(LETTER, ("rights:", "left-out:\n  - p2: Whoever … outside\nrights:"))


def leave_out_and_move(at: Walker) -> None:
    leave_out(at)
    at.edit(LETTER, ("(harbour-letter-p3)=", "(harbour-letter-p3)=\n(harbour-letter-p7)="))


def add_what_was_withdrawn(at: Walker) -> None:
    withdraw(at)
    assert at.publish() == 0
    anew = "\n\nIt asks that reasons be given in public whenever readers are shut out.\n"
    at.edit(LETTER, (":::\n", f":::{anew}"))
    assert at.run(anchors.run) == 0


def split_a_passage(at: Walker) -> None:
    """A passage is written anew as two.  Whoever holds the source finds that they are one."""
    at.edit(LETTER, (PASSAGES[2], "It rejects later orders.\n\nThey lock up what was in print."))
    assert at.run(anchors.run, "harbour-letter") == 0


def typography(at: Walker) -> None:
    at.edit(LETTER, ("It wants public reasons", "It  wants public\nreasons"))


KEPT = (move_within, move_to_another, rename, rename_with_attestation, split, withdraw,
        withdraw_for_another, leave_out, withdraw_and_leave_out, leave_out_and_move,
        typography)  # fmt: skip
CHANGED = (reword, add_what_was_withdrawn)


@pytest.mark.parametrize("road", [*KEPT, *CHANGED], ids=lambda road: road.__name__)
def test_whoever_holds_the_source_ends_with_what_can_be_released(walker, road):
    road(walker)
    assert walker.verify() == 0
    assert walker.publish() == 0
    assert walker.check("--release") == 0


@pytest.mark.parametrize("road", KEPT, ids=lambda road: road.__name__)
def test_whoever_changes_no_words_needs_no_source(walker, road):
    shutil.rmtree(walker.root / "work")
    road(walker)
    assert walker.publish() == 0
    assert walker.check("--release") == 0


@pytest.mark.parametrize("road", [*CHANGED, split_a_passage], ids=lambda road: road.__name__)
def test_whoever_changes_words_without_the_source_leaves_only_its_attestation_open(
    walker, road, capsys
):
    (walker.root / "work").rename(walker.root / "elsewhere")
    road(walker)
    assert walker.publish() == 0
    assert walker.check() == 0
    capsys.readouterr()
    assert walker.check("--release") == 1
    told = capsys.readouterr().err
    assert set(walker.waiting()) <= {"attestation-stale", "attestation-missing"}
    assert walker.waiting()
    assert "[attestation-" in told
    assert "If you do not hold it" in told
    (walker.root / "elsewhere").rename(walker.root / "work")
    if road is split_a_passage:
        assert walker.verify() == 1  # the passages are more than the paragraphs
        assert "renders no paragraph of the source" in capsys.readouterr().err
    else:
        assert walker.verify() == 0
        assert walker.check("--release") == 0


def test_the_source_itself_grows(walker):
    source = walker.root / "work" / "harbour-letter.txt"
    source.write_text(source.read_text("utf-8") + "\nThe keys are with us.\n", "utf-8")
    pinned = hashlib.sha256(source.read_bytes()).hexdigest()
    text = (walker.root / LETTER).read_text("utf-8")
    old = text.partition("  sha256: ")[2][:64]
    walker.edit(LETTER, (old, pinned), ("paragraphs: 4", "paragraphs: 5"))
    path = walker.root / LETTER
    path.write_text(path.read_text("utf-8") + "\nIt names the holders of the keys.\n", "utf-8")
    assert walker.run(anchors.run, "harbour-letter") == 0
    assert walker.verify() == 0
    assert walker.publish() == 0
    assert walker.check("--release") == 0


def test_the_roads_one_after_another_end_in_a_release_that_builds(walker):
    for road in (move_within, move_to_another, leave_out, reword, rename):
        road(walker)
        assert walker.publish() == 0, road
        assert walker.check() == 0, road
    assert walker.verify() == 0
    assert walker.check("--release") == 0
    done = build(walker.root, RELEASE="1")
    assert done.code == 0, done.output


@pytest.mark.parametrize(
    "change",
    [
        ("(harbour-letter-p2)=", "(harbour-letter-p2)=\n(mail-note-p9)="),
        ("paragraphs: 4", "paragraphs: 9"),
        ("It wants", "![x](nothing.gif) It wants"),
        ("It wants", "<b>It</b> wants"),
        ("It wants", "{nosuch}`It` wants"),
        ("It wants", "As [](#nosuch-p1) says, it wants"),
        ("It wants", "{term}`Nobody` wants"),
        ("It wants", "It {cite:p}`nokey` asks for"),
    ],
)
def test_publishing_refuses_what_the_next_build_would_refuse(walker, capsys, change):
    before = (walker.root / "ledger.jsonl").read_bytes()
    text = (walker.root / LETTER).read_text("utf-8")
    walker.edit(LETTER, change)
    for _again in range(2):
        assert walker.publish() == 1
        assert f"{LETTER}" in capsys.readouterr().err
        assert (walker.root / "ledger.jsonl").read_bytes() == before
    (walker.root / LETTER).write_text(text, "utf-8")
    assert walker.publish() == 0


def test_a_link_to_what_is_no_more_is_refused_wherever_it_stands(walker, capsys):
    walker.edit(NOTE, ("It says", "As [](#harbour-letter-p4) has it, it says"))
    assert walker.publish() == 0
    more = "\n\n(harbour-letter-p8)=\nAnd see [](#mail-note-p7).\n"
    path = walker.root / LETTER
    path.write_text(path.read_text("utf-8") + more, "utf-8")
    assert walker.publish() == 1
    assert "mail-note-p7" in capsys.readouterr().err


def test_what_other_rules_verified_stays_attested(walker):
    walker.edit(ATTESTED, ('"checker": 1', '"checker": 2'))
    assert walker.check("--release") == 0
