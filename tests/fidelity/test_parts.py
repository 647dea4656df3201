"""A source has a passage and its parts in one paragraph, or in several."""

from __future__ import annotations

from hashlib import sha256

import pytest

from archive.fidelity.holding import Holding, PassageText, pair
from archive.fidelity.source import read_source
from archive.model.record import parse_record
from tests.conftest import built, command, copy_root, edit
from tests.fidelity.synthetic import DOCUMENT, PATH, RECORD
from tests.settings import SETTINGS

TEXTS = ("Rights carry duties", "respect of others", "order and health", "Another clause")


@pytest.mark.parametrize(("form", "paragraphs"), [
    ("{}\n\n{}\n\n{}\n\n{}", [1, 2, 3, 4]), ("{}\n{}\n{}\n\n{}", [1, 1, 1, 2]),
    ("{}\n{}\n\n{}\n\n{}", [1, 1, 2, 3]), ("{}\n\n{}\n{}\n\n{}", [1, 2, 2, 3]),
])  # fmt: skip
def test_parts_are_paired_with_the_paragraph_that_has_them(form, paragraphs):
    passages = tuple(
        PassageText(f"x-p{n}", text, "x.md", n, parent="x-p1" if n in (2, 3) else None)
        for n, text in enumerate(TEXTS, start=1)
    )
    source = form.format(*TEXTS).encode()
    read, problems = read_source(source, "x.txt")
    assert problems == []
    assert read is not None
    record, _ = parse_record(RECORD.format(sha256="0" * 64, more=""), PATH, DOCUMENT, SETTINGS)
    assert record is not None
    holding = Holding(record, passages, source, "x.txt")
    assert [each.paragraph.number for each in pair(holding, read)] == paragraphs


SOURCE = (
    "Whoever keeps a lantern tells: (1) show it; (A) light it; (2) never drop it, 57 times.\n\n"
    "The court held it.\n\nA list.\n\nSame number.\n\nA table.\n\nAn exhibit.\n\nThree.\n"
)


@pytest.mark.parametrize(("words", "code"), [("shall not drop it 57 times", 0), ("shall not", 1)])
def test_a_document_is_held_against_a_source_that_joins_parts(tmp_path, words, code):
    source = copy_root("numbered", tmp_path / "numbered")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "lantern-act.txt").write_text(SOURCE, "utf-8")
    text = (source / "documents/lantern-act.md").read_text("utf-8")
    pinned = next(line for line in text.splitlines() if line.startswith("  sha256: "))
    counted = next(line for line in text.splitlines() if line.startswith("  paragraphs: "))
    edit(
        source, "documents/lantern-act.md", (counted, "  paragraphs: 7"),
        (pinned, f"  sha256: {sha256(SOURCE.encode()).hexdigest()}"),
        ("shall not drop it", words), ("the inner thing.", "the inner thing, a list."),
    )  # fmt: skip
    done = command(source, "verify-sources", "--sources", str(tmp_path / "sources"))
    assert (done.returncode, "number-missing" in done.stderr) == (code, bool(code)), done.stderr
    built(source, builder="dummy")
