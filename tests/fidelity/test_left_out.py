"""The record's ``left-out``: what a passage leaves out of its paragraph, read strictly."""

from __future__ import annotations

import pytest

from archive.model.record import LeftOut, parse_record
from tests.fidelity.synthetic import DOCUMENT, PATH, RECORD
from tests.settings import SETTINGS


def read(more: str):
    return parse_record(RECORD.format(sha256="0" * 64, more=more), PATH, DOCUMENT, SETTINGS)


def test_a_record_without_it_leaves_nothing_out():
    record, problems = read("")
    assert problems == []
    assert record.left_out == ()


def test_each_entry_is_a_passage_with_its_words():
    record, problems = read('left-out:\n  - p5: in May 2016\n  - w12: "Note: a … b"\n')
    assert problems == []
    assert record.left_out == (LeftOut("p5", "in May 2016", 18), LeftOut("w12", "Note: a … b", 19))


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        ("left-out: in May 2016\n", "record-value-form"),
        ("left-out: []\n", "record-value-form"),
        ("left-out:\n  p5: in May\n", "record-value-form"),
        ("left-out:\n  - in May 2016\n", "record-value-form"),
        ("left-out:\n  - {p5: in May, p6: in June}\n", "record-value-form"),
        ("left-out:\n  - p5: [in May]\n", "record-value-form"),
        ("left-out:\n  - p5:\n", "record-value-empty"),
        ("left-out:\n  - P5: in May\n", "record-left-out"),
        ("left-out:\n  - n1: in May\n", "record-left-out"),
        ("left-out:\n  - s1: in May\n", "record-left-out"),
        ("left-out:\n  - p05: in May\n", "record-left-out"),
        ("left-out:\n  - five: in May\n", "record-left-out"),
        ("left-out:\n  - p5: in May\n    p5: in June\n", "record-key-repeated"),
    ],
)
def test_another_form_is_told(lines, rule):
    record, problems = read(lines)
    assert record is None
    assert rule in [problem.rule for problem in problems]
    assert all(problem.mend for problem in problems)
