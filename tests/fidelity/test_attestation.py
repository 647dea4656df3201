"""An attestation vouches for a document as it was verified, and for nothing else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.fidelity import examine
from archive.fidelity.attestation import (
    CHECKER,
    RULES,
    Attestation,
    AttestedEndnote,
    AttestedPassage,
    AttestedQuotation,
    attest,
    parse,
    serialise,
)  # fmt: skip
from archive.fidelity.quotations import Span
from archive.fidelity.words import WORD
from archive.model.passage import normalise
from tests.fidelity.synthetic import DOCUMENT, SOURCE, holding, with_text

FILE = f"documents/{DOCUMENT}.attestation.json"


@pytest.fixture
def attestation():
    return attest(examine(holding()))


def test_it_has_the_places_of_every_quotation(attestation):
    held = holding()
    assert attestation.checker == CHECKER
    assert attestation.source_sha256 == held.record.source.sha256
    paragraphs = examine(held).source.paragraphs
    assert [passage.paragraph for passage in attestation.passages] == [1, 2, 3, 4]
    found = [
        (
            normalise(said.text)[each.passage.start : each.passage.end],
            [normalise(there.text)[span.start : span.end] for span in each.paragraph],
        )
        for said, there, passage in zip(held.passages, paragraphs, attestation.passages)
        for each in passage.quotations
    ]
    assert found == [
        (
            "puts every archive under the thumb of a minister,",
            ["puts every archive under the thumb of a minister"],
        ),
        ("reading rooms", ["reading rooms"]),
        (
            "[N]o editor can print what nobody is allowed to see",
            ["No editor can print what nobody is allowed to see"],
        ),
        ("the names of all … who sealed a file", ["the names of all", "who sealed a file"]),
    ]
    assert [passage.endnotes for passage in attestation.passages] == [
        (AttestedEndnote(1, "quill-letter"),), (AttestedEndnote(2, "nlb-warning"),), (), (),
    ]  # fmt: skip


def test_an_unfaithful_document_is_not_attested():
    with pytest.raises(ValueError, match="faithful"):
        attest(examine(with_text(holding(), 0, "Nothing.")))


def test_it_holds_no_word_of_the_source(attestation):
    text = serialise(attestation)
    own = {"document", "checker", "source", "sha256", "passages", "anchor", "fingerprint", "null",
           "paragraph", "quotations", "passage", "endnotes", "number", "reference"}  # fmt: skip
    own |= {word for key in (DOCUMENT, "quill-letter", "nlb-warning") for word in key.split("-")}
    said = {word for word in WORD.findall(text) if word.isalpha()} - own
    assert said.isdisjoint(word for word in WORD.findall(SOURCE) if len(word) > 1)


def test_it_is_written_the_same_every_time_and_read_back_whole(attestation):
    text = serialise(attestation)
    assert text == serialise(attest(examine(holding())))
    assert parse(text, FILE) == (attestation, [])
    assert serialise(parse(text, FILE)[0]) == text
    assert len(text.splitlines()) == 11


_COUNT = st.integers(0, 10**6)
_SHA = st.text("0123456789abcdef", min_size=64, max_size=64)
_SPAN = st.builds(Span, _COUNT, _COUNT)
_QUOTATION = st.builds(AttestedQuotation, _SPAN, st.lists(_SPAN, min_size=1, max_size=3).map(tuple))
_ENDNOTE = st.builds(AttestedEndnote, _COUNT, st.none() | st.text(min_size=1))
_PASSAGE = st.builds(
    AttestedPassage, st.integers(1, 99).map("a-letter-p{}".format), _SHA, st.integers(1), _SHA,
    st.lists(_QUOTATION, max_size=3).map(tuple), st.lists(_ENDNOTE, max_size=2).map(tuple),
)  # fmt: skip


@given(st.builds(
    Attestation, st.text(min_size=1), st.integers(1), _SHA,
    st.lists(_PASSAGE, unique_by=lambda passage: passage.anchor).map(tuple),
))  # fmt: skip
def test_every_attestation_is_read_back_as_it_was(attestation):
    assert parse(serialise(attestation), FILE) == (attestation, [])


def change(*path_and_value):
    """A function that puts a value into the JSON of an attestation."""
    *path, last, value = path_and_value

    def changed(attestation) -> str:
        whole = json.loads(serialise(attestation))
        place = whole
        for key in path:
            place = place[key]
        place[last] = value
        return json.dumps(whole)

    return changed


@pytest.mark.parametrize(
    "broken",
    [
        lambda _: "",
        lambda _: "[]",
        lambda _: "{}",
        lambda _: "[" * 100_000,
        lambda _: '{"checker": ' + "9" * 5000 + "}",
        lambda it: serialise(it) + "x",
        lambda it: serialise(it).replace('"checker": 1', '"checker": 1, "checker": 1'),
        lambda it: serialise(it).replace('"checker": 1', '"checker": NaN'),
        change("words", "some"),
        change("checker", True),
        change("checker", 0),
        change("checker", "1"),
        change("document", ""),
        change("source-sha256", "ABC"),
        change("passages", {}),
        change("passages", 0, "anchor", "no anchor"),
        change("passages", 0, "anchor", f"{DOCUMENT}-n1"),
        change("passages", 1, "anchor", f"{DOCUMENT}-p1"),
        change("passages", 0, "paragraph", 0),
        change("passages", 0, "paragraph", 1.0),
        change("passages", 0, "fingerprint", "0" * 63),
        change("passages", 0, "quotations", 0, "passage", [1]),
        change("passages", 0, "quotations", 0, "passage", [1, -1]),
        change("passages", 0, "quotations", 0, "paragraph", []),
        change("passages", 0, "endnotes", 0, "number", None),
        change("passages", 0, "endnotes", 0, "reference", 1),
    ],
)
def test_another_form_is_told(attestation, broken):
    found, (problem,) = parse(broken(attestation), FILE)
    assert found is None
    assert (problem.rule, problem.path) == ("attestation-form", FILE)
    assert "make verify-sources" in problem.mend


def test_it_says_which_words_render_which_paragraph_of_which_source(attestation):
    held = holding()
    assert [each.anchor for each in attestation.attested] == [p.anchor for p in held.passages]
    assert [each.paragraph for each in attestation.attested] == [1, 2, 3, 4]
    assert {each.source for each in attestation.attested} == {held.record.source.sha256}


def test_every_rule_is_in_the_table():
    assert RULES.keys() == {"attestation-form"}
