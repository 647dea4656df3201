"""``make anchors`` gives every form of block its own anchor, or writes nothing."""

from __future__ import annotations

import os
import random
from argparse import Namespace
from pathlib import Path

import pytest

from archive.commands import anchors
from archive.commands.workspace import read_archive
from archive.model.passage import Anchor
from tests.conftest import contents
from tests.hostile.cases import HEAD
from tests.importing.make_inputs import PNG

LONG = os.environ.get("ARCHIVE_LONG") == "1"

# Each form of a block, by its name.
FORMS = {
    "paragraph": "A paragraph\nof two lines.",
    "attributes": "{.quiet}\nA paragraph with a class.",
    "two attributes": "{.quiet}\n{.small}\n- An item with classes.",
    "list": "- One item\n- another item",
    "numbers": "1. First\n2. second\n\n   with a paragraph",
    "nested list": "- One\n  - within it\n    - deeper\n\n    A paragraph deep down\n- two",
    "quotation": "> A block quotation\nthat goes on\n>\n> > with one in it",
    "quotation of a list": "> - One\n> - two",
    "definitions": "Term\n: Its definition.\n\nAnother\n: Its definition,\n\n  in two paragraphs.",
    "fields": ":Field: what it says\n:Other: more",
    "table": "| Keyword | Note |\n|---|---|\n| one | `a` |\n| two | b |",
    "list-table": ":::{list-table} Its caption\n:header-rows: 1\n\n* - one\n  - two\n* - three\n"
    "  - four\n:::",
    "list-table of fences": "```{list-table} Its caption\n* - one\n  - two\n* - three\n  - 4\n```",
    "list-table without caption": ":::{list-table}\n* - one\n  - - a list\n    - in it\n:::",
    "csv-table": ":::{csv-table} Its caption\n:header: a, b\n\n1, 2\n3, 4\n:::",
    "table with caption": ":::{table} Its caption\n:align: left\n\n| a |\n|---|\n| 1 |\n:::",
    "figure": ":::{figure} dot.png\n:alt: A dot\n\nIts caption, *emphasised*.\n\nA legend.\n:::",
    "figure of fences": "```{figure} dot.png\n---\nalt: A dot\nwidth: 10px\n---\nIts caption.\n```",
    "image": "![A dot](dot.png)",
    "image by directive": ":::{image} dot.png\n:alt: A dot\n:::",
    "code": "```text\nan exhibit\n\n(x-p1)=\n- no list\n```",
    "code with caption": "```{code-block} text\n:caption: Its caption\n\nan exhibit\n```",
    "indented code": "    indented\n\n    code",
    "admonition": ":::{admonition} A title\n:class: quiet\n\nA paragraph.\n\n- a list\n:::",
    "nested directives": "::::{admonition} Outer\n\n:::{admonition} Inner\nWords.\n:::\n::::",
    "note": "```{note}\nWords.\n```",
    "epigraph": ":::{epigraph}\nWords\n\n-- Somebody\n:::",
    "line-block": "Line one of a verse\\\nline two of it",
    "quoted role": "{abbr}`X (expanded)` begins it.",
    "setext": "A heading underlined\n--------------------\n\nIts paragraph.",
    "heading": "## A heading\n\nIts paragraph.",
    "heading of quotation": "> ## No heading of the document\n>\n> Words.",
    "escaped": "\\# no heading\n\\- no list",
    "rule around": "***\n\nBetween rules.\n\n***",
    "comment": "% a comment\n\nBelow a comment.",
    "comment above": "% a comment\nDirectly below it.",
    "footnote": "With a note.[^1]\n\n[^1]: The note,\n    of two lines.",
    "loose after": "Words\n- a list without a blank line\n- above it\n> and a quotation\n***\nmore",
    "math": "$$a < b$$",
    "definitions of terms": "Term one\nTerm two\n: Two terms.",
    "container": ":::{container} quiet\nWords.\n\nMore words.\n:::",
    "topic": ":::{topic} A title\nWords.\n:::",
    "parsed-literal": "```{parsed-literal}\n*emphasised* words\n```",
    "compound": ":::{compound}\nWords.\n\n- a list\n:::",
    "hlist": ":::{hlist}\n- one\n- two\n:::",
    "task list": "- [ ] open\n- [x] done",
    "html comment": "<!-- a comment -->\n\nBelow it.",
    "continued list": "* one\n\n* two, loose\n\n      code in it",
}  # fmt: skip

# What an anchor above cannot name: it stands in the file, and two blocks come of one.
MIXED = {
    "eval-rst": "```{eval-rst}\nOne.\n\nTwo.\n```",
}


@pytest.fixture
def archive(small_archive) -> Path:
    root = small_archive("small")
    (root / "documents" / "dot.png").write_bytes(PNG)
    return root


def write(root: Path, name: str, body: str) -> None:
    text = HEAD.format(id=name).removesuffix(f"({name}-p1)=\n") + body
    (root / "documents" / f"{name}.md").write_text(text, "utf-8")


def give(root: Path, document: str | None = None) -> int:
    return anchors.run(Namespace(document=document), root)


def said(root: Path) -> dict[str, list[tuple[int, str, str]]]:
    """What each block says that has or lacks an anchor, by document, in its order."""
    domain, _ = read_archive(root, quiet=True)
    return {
        each.id: [
            *((block.line, block.anchor, block.fingerprint) for block in each.blocks),
            *((gap.line, "", gap.fingerprint) for gap in each.gaps),
        ]
        for each in domain.documents.values()
    }


def bodies() -> dict[str, str]:
    """Every form alone, and mixtures of them, some with anchors, some ending in CRLF."""
    found = {f"form-{at}": text + "\n" for at, text in enumerate(FORMS.values())}
    chance = random.Random(15)
    plain = [text for name, text in FORMS.items() if name != "footnote"]
    for at in range(40 if LONG else 8):
        parts = [
            f"(mixed-{at}-p{90 + number})=\n{part}" if chance.random() < 0.2 else part
            for number, part in enumerate(chance.sample(plain, 6))
            if not part.startswith(("%", "***", "<!--", "#", "A heading"))
        ]
        found[f"mixed-{at}"] = "\n\n".join(parts) + chance.choice(("\n", "\n\n", ""))
    return found


def words(blocks: list[tuple[int, str, str]]) -> list[str]:
    return sorted(fingerprint for _, _, fingerprint in blocks)


def test_every_form_of_block_gets_its_own_anchor_and_nothing_else_changes(archive, capsys):
    for name, body in bodies().items():
        write(archive, name, body)
    before, files = said(archive), contents(archive / "documents")
    assert give(archive) == 0
    after = said(archive)
    for name, blocks in after.items():
        assert all(anchor for _, anchor, _ in blocks), name
        assert words(blocks) == words(before[name]), name
        old = files[f"{name}.md"].splitlines()
        new = (archive / "documents" / f"{name}.md").read_bytes().splitlines()
        added = [line for line in new if line not in old]
        assert [line for line in new if line not in added] == old
        assert len(added) == sum(not anchor for _, anchor, _ in before[name])
        assert all(Anchor.parse(line.decode()[1:-2]) for line in added)
    capsys.readouterr()
    assert give(archive) == 0
    assert capsys.readouterr() == ("Every block has its anchor.\n", "")


@pytest.mark.parametrize(("name", "body"), MIXED.items(), ids=MIXED)
def test_a_block_that_no_line_above_can_name_is_told_and_nothing_is_written(
    archive, capsys, name, body
):
    write(archive, "mixed", f"Before.\n\n{body}\n\nAfter.\n")
    before = contents(archive / "documents")
    assert give(archive, "mixed") == 1
    told = capsys.readouterr().err
    assert "documents/mixed.md:" in told
    assert "[anchor-place]" in told
    assert "nothing was written" in told
    assert contents(archive / "documents") == before
    assert give(archive, "alpha") == 0


def test_the_ends_of_lines_are_kept(archive):
    body = "One.\n\n" + FORMS["list-table"] + "\n"
    path = archive / "documents" / "lines.md"
    write(archive, "lines", body)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    before = path.read_bytes().splitlines(keepends=True)
    assert give(archive, "lines") == 0
    after = path.read_bytes().splitlines(keepends=True)
    assert [line for line in after if not line.startswith(b"(lines-")] == before
    assert after.index(b"(lines-t1)=\r\n") + 1 == after.index(b":::{list-table} Its caption\r\n")


@pytest.mark.parametrize("name", ["list-table", "figure", "code with caption", "paragraph"])
def test_the_anchor_is_the_id_of_a_block_with_a_caption_too(archive, name):
    write(archive, "held", f"(held-p1)=\n{FORMS[name]}\n")
    domain, _ = read_archive(archive, quiet=True)
    document = domain.documents["documents/held"]
    assert [block.anchor for block in document.blocks] == ["held-p1"]


def test_figures_tables_and_signatories_get_letters_of_their_own(archive):
    body = (
        "(signed-p1)=\nWords.\n\n:::{figure} dot.png\n:alt: A dot\n\nA dot.\n:::\n\n"
        ":::{table} Oil\n| a | b |\n|---|---|\n| 1 | 2 |\n:::\n\n"
        "::::{signatories} Unions\n- Union of Keepers,\n  Lisbon\n- (signed-g9)=\n  Pilots\n"
        "- Lamplighters\n::::\n"
    )
    write(archive, "signed", body)
    assert give(archive, "signed") == 0
    text = (archive / "documents" / "signed.md").read_text("utf-8")
    assert "(signed-x1)=\n:::{figure} dot.png\n" in text
    assert "(signed-t1)=\n:::{table} Oil\n" in text
    assert "- (signed-g10)=\n  Union of Keepers,\n  Lisbon\n- (signed-g9)=\n  Pilots\n" in text
    assert "- (signed-g11)=\n  Lamplighters\n" in text
