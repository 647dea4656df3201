"""An archive that an earlier engine sealed, in form 1 of what seals have of works.

``roots/test-sealed`` was published before works were read into one model: its seals cover neither
editors nor what a work inherits.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from pybtex.database import parse_string

from archive.citation.style import FORMS
from archive.preservation import ledger
from archive.preservation.pages import shipped_scripts
from archive.preservation.proof import Proof
from tests.conftest import ROOT, ROOTS, built, command, copy_root, edit, once, publish

DATA = "documents/alpha.proof.json"
NEW = """(alpha-p4)=
Another cites the whole {cite:p}`whole`.

(alpha-n1)="""


def test_the_first_form_is_what_it_was():
    """What the earlier engine gave, of the same file."""
    entries = parse_string((ROOTS / "test-sealed/references.bib").read_text("utf-8"), "bibtex")
    assert FORMS[1](entries.entries["one"], entries.entries) == {
        "author": "John Smith and {First Institute}", "pages": "3--9", "title": "One",
        "type": "inbook",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "is_told"),
    [("", "", False), ("{One}", "{Two}", True), ("John", "Joan", True), ("Ann", "Anna", False)],
)
def test_an_amendment_is_told_by_what_the_form_has(tmp_path, old, new, is_told):
    source = copy_root("sealed", tmp_path / "archive")
    edit(source, "references.bib", (old, new))
    done = command(source, "check")
    told = {rule for rule in ("seal-altered", "record-altered") if rule in done.stderr}
    assert told == ({"seal-altered", "record-altered"} if is_told else set())
    assert "0 changes to publish" in done.stdout


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, str]]:
    """The ledger and the data of the document: as it was, and with a passage published since."""

    def make(source: Path) -> dict[str, tuple[bytes, str]]:
        copy_root("sealed", source)
        found = {"as it was": _copy(source)}
        edit(source, "documents/alpha.md", ("(alpha-n1)=", NEW), ("phs: 3", "phs: 4"))
        publish(source, "--day", "2026-11-28")
        return found | {"since": _copy(source)}

    return once(tmp_path_factory, "earlier-seals", make)


def _copy(source: Path) -> tuple[bytes, str]:
    site = built(source).site
    return (site / "ledger.jsonl").read_bytes(), (site / DATA).read_text("utf-8")


def read(copy: tuple[bytes, str], old: str = "", new: str = "") -> tuple[set[str], str]:
    """The rules that changed data breaks, and what of it is not checked."""
    lines, text = copy
    assert old in text
    proof = Proof(ledger.read(lines), {}, shipped_scripts(ROOT))
    found = {each.rule for each in proof.read(DATA, text.replace(old, new, 1).encode())}
    return found, "; ".join(each.what for each in proof.unchecked)


def test_a_copy_is_sound_and_what_its_seals_do_not_cover_is_said(copies):
    found, unchecked = read(copies["as it was"])
    assert found == set()
    assert "author, bookauthor, booktitle, date, edition, editor, journal," in unchecked
    assert read(copies["as it was"], "Ann Jones", "Joan") == (set(), unchecked)
    assert read(copies["since"]) == (set(), "")  # the document was described anew


@pytest.mark.parametrize("copy", ["as it was", "since"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"title":"One","type":"inbook","url', '"title":"Two","type":"inbook","url'),
        ('"title":"One","type":"inbook"}}', '"title":"Two","type":"inbook"}}'),
        ('"author":"John Smith Jr. and', '"author":"Joan Smith Jr. and'),
        ('"works-1"', '"works-2"'), ('"works-1"', '"works-x"'),
    ],
)  # fmt: skip
def test_damage_in_either_form_is_told(copies, copy, old, new):
    assert read(copies[copy], old, new)[0]


def test_what_was_sealed_since_is_held_whole(copies):
    for old, new in (("Ann Jones", "Joan"), ('"author":"Ada Whole"', '"author":"Ada Half"')):
        assert read(copies["since"], old, new)[0] == {"seal-differs"}
