"""Anchors name passages for good: one form, one spoken name, one label."""

import pytest

from archive.model.passage import Anchor


def test_an_anchor_is_document_letter_and_number():
    anchor = Anchor.parse("isle-seed-resolution-w3")
    assert anchor == Anchor("isle-seed-resolution", "w", 3)
    assert str(anchor) == "isle-seed-resolution-w3"


def test_it_has_a_label_for_the_margin():
    assert Anchor.parse("isle-seed-resolution-w3").label == "W3"


@pytest.mark.parametrize("letter", "anpswz")
def test_every_letter_reads_back(letter):
    assert str(Anchor.parse(f"doc-{letter}12")) == f"doc-{letter}12"


def test_sections_and_notes_are_not_passages():
    assert not Anchor.parse("doc-s1").is_passage
    assert not Anchor.parse("doc-n1").is_passage
    assert Anchor.parse("doc-r1").is_passage


@pytest.mark.parametrize(
    "text",
    ["", "w3", "doc-w", "doc-w0", "doc-w03", "Doc-w3", "doc_w3", "doc-w3 ", "-w3",
     "doc--w3", "doc-w3\n", "1doc-w1", "doc-ｗ3"],
)  # fmt: skip
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match="not of the form"):
        Anchor.parse(text)
