"""What a glyph says that stood for something else first, and where what is drawn is found."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pikepdf
import pytest

from archive.model.glyphs import Font
from archive.preservation.drawn import Allowed, Shown
from archive.preservation.printed import (
    TURNING,
    Printed,
    Run,
    Text,
    _may_stand_for,
    _of_one,
    _Pen,
    _Way,
    _whole,
)
from archive.preservation.words import Said


@pytest.mark.parametrize(
    ("glyph", "actual", "said", "divides"),
    [("-", None, "-", False), ("-", "\u00ad", "", True), ("\u00ad", None, "", True),
     ("\u00ad", "-", "-", False), (")", None, ")", False), (")", "(", "(", False),
     ("«", "»", "»", False), ("(", "(", ")", False), ("a", "(", "a", False)],
)  # fmt: skip
def test_what_a_glyph_says(glyph, actual, said, divides):
    font = pikepdf.Dictionary(F=pikepdf.Dictionary(Type=pikepdf.Name.Font))
    pen = _Pen(font, {font.F.objgen: Font({1: glyph}, {})})
    pen.choose(["/F", 10])
    pen.mark(["/Span", pikepdf.Dictionary({"/ActualText": actual} if actual else {})])
    assert pen.text([pikepdf.String(b"\0\1")]) == said
    assert pen.role()[2] is divides


@pytest.mark.parametrize(("drawn", "whole"), [
    (["bien", "-", "fondé"], ["bien-fondé"]),
    (["le bien", "-", "|être"], ["le bien-", "être"]),
    (["le", " – ", "bien"], ["le", " – ", "bien"]),
])  # fmt: skip
def test_a_word_is_whole_whose_hyphen_is_drawn_by_itself(drawn, whole):
    """In a font whose hyphen divided a word first; ``|`` begins a line."""
    runs, x, y = [], 0.0, 90.0
    for text in drawn:
        x, y = (0.0, y - 12) if text.startswith("|") else (x, y)
        runs.append(Run(0, x, y, 9, text.strip("|"), 5.0 * len(text)))
        x += 5.0 * len(text)
    assert [run.text for run in _whole(runs)] == whole


@pytest.mark.parametrize(("fonts_own", "width"), [({}, 1000), ({"DW": 0}, 0), ({"DW": 500}, 500)])
def test_a_glyph_without_a_width_has_that_of_its_font(fonts_own, width):
    with pikepdf.new() as pdf:
        descendant = pikepdf.Dictionary(W=[2, [300]], **fonts_own)
        font = pikepdf.Dictionary(BaseFont=pikepdf.Name.A, DescendantFonts=[descendant])
        font.ToUnicode = pdf.make_stream(b"")
        found = Font.of(font)
    assert found.width([pikepdf.String(b"\0\1"), pikepdf.String(b"\0\2"), -10]) == width + 310


@pytest.mark.parametrize(("says", "drawn"), [
    ("Took 14.29 s by 29", ["29", "Took", "14.29 s", "by"]),
    ("From a.example/b to a.example/b/c.", ["a.example/b", "From", "to", "a.example/b/c."]),
    ("Not (t - u) != t.", ["Not (t - u) !", "= t."]),
    ("See a.example/b/c, then a.example/b/", ["a.example/b/", "See", "a.example/b/c,", "then"]),
    ("To a.example now 5 a.example .", ["5", "a.example", ".", "To", "a.example", "now"]),
])  # fmt: skip
def test_a_piece_is_found_though_others_could_stand_in_its_place(says, drawn):
    known = Allowed(Shown([says]), Shown([]), frozenset(), frozenset(), Counter(), None)
    runs = [Run(0, 9 * at, 9 * at, 9, text) for at, text in enumerate(drawn)]
    assert list(known.strange(runs)) == []
    assert list(known.strange([*runs, Run(0, 99, 99, 9, "other")])) == ["other"]


def test_a_word_goes_on_behind_the_notes_and_the_foot_of_a_page():
    known = Allowed(Shown(["A word, possible. A note."]), Shown([]), frozenset(), frozenset("1"),
                    Counter(), None)  # fmt: skip
    runs = [
        Run(0, 0, 90, 9, "A word, possi"), Run(0, 50, 90, 9, "", divides=True),
        Run(0, 0, 9, 8, "A note."), Run(0, 0, 1, 8, "1", is_artifact=True),
        Run(1, 0, 90, 9, "ble."),
    ]  # fmt: skip
    assert list(known.strange(runs)) == []
    assert list(known.strange([*runs[:1], *runs[2:]])) != []


# What a line from right to left says, as it is drawn: the place and width of each run.
_NAME = [(60, 30, "مجلة"), (20, 40, "Times"), (9, 11, "2019")]


@pytest.mark.parametrize(("says", "drawn"), [
    ("7 · مجلة", [(90, 5, "1"), (88, 2, "."), (40, 5, "7"), (37, 3, " ·"), (10, 27, "مجلة")]),
    ("مجلة Times 2019", _NAME),
    ("إلى Times (النص)", [(70, 20, "إلى"), (9, 30, "Times"), (39, 3, "("), (45, 25, "النص"),
                          (42, 3, ")")]),
    ("Times، art. 3", [(20, 40, "Times"), (60, 4, "،"), (64, 20, "art. 3")]),
    ("מגזין, (Times", [(60, 3, "("), (63, 3, " ,"), (66, 24, "מגזין"), (20, 40, "Times")]),
])  # fmt: skip
def test_a_line_from_right_to_left_is_read_as_it_is_written(says, drawn):
    known = Allowed(Shown([says]), Shown([]), frozenset({"1."}), frozenset(), Counter(), None)
    runs = [Run(0, x, 50, 9, text, width) for x, width, text in drawn]
    assert list(known.strange([*_whole(runs)])) == []
    for at, run in enumerate(runs):
        changed = "5" if run.text.strip().isdigit() else "غيره"
        assert list(known.strange([*_whole([*runs[:at], replace(run, text=changed),
                                            *runs[at + 1 :]])])), run.text  # fmt: skip


def test_what_stands_left_of_short_lines_is_no_label_where_lines_begin_at_the_right():
    runs = (
        Run(0, 480, 90, 10.5, "مجلة", 20), Run(0, 540, 90, 8.5, "P1", 9),
        Run(0, 180, 70, 9, "Times", 30),
        Run(0, 133, 9, 8.5, "a.example", 40, is_artifact=True),
    )  # fmt: skip
    text = Text(Printed(runs, {}, {}, frozenset(), frozenset(), 1))
    assert text.has("مجلة Times")
    assert not text.has("P1")


def test_a_sign_behind_the_texts_of_an_outline_is_no_letter():
    pen = _Pen({}, {})
    pen._font = Font({1: ")\u202c"}, {1: 500.0})
    for actual, said in ((None, ")"), (")", ")"), ("(", "(")):
        pen._tags = [("/Span", actual)]
        assert pen.text([pikepdf.String(b"\0\1")]).translate(TURNING) == said


@pytest.mark.parametrize(
    ("places", "is_whole"), [((9, 9), True), ((9,), False), ((9, 30), False)]
)  # fmt: skip
def test_marks_of_a_letter_are_drawn_at_their_heights(places, is_whole):
    """Tav has qamats, which says the letter that it stood on first, and then dagesh."""
    pen = _Pen({}, {})
    pen._font = Font({1: "ה\u05b8", 2: "ת\u05bc"}, {})
    try:
        for code, x in enumerate(places, start=1):
            pen.mark(["/Span", pikepdf.Dictionary({"/ActualText": "ת\u05b8\u05bc"})])
            pen.begin([1, 0, 0, 1, x, 50])
            assert pen.text([pikepdf.String(bytes([0, code]))]) == "ת\u05b8\u05bc"
            pen.unmark([])
        pen.end()
    except ValueError:
        assert not is_whole
    else:
        assert is_whole


@pytest.mark.parametrize(
    ("actual", "glyph", "may"),
    [("मों", "ता", True), ("मी", "ता", False), ("ไม่", "ตา", False), ("คำ", "ตา", True)],
)
def test_a_vowel_may_be_drawn_with_the_glyph_of_another_one_in_it(actual, glyph, may):
    assert _may_stand_for(actual, [glyph]) is may


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        ([(_Way.DRAWN, "» ,"), (_Way.SAID, "דעה")], "דעה, »"),  # none is marked as reversed
        ([(_Way.MARKED, " ½,"), (_Way.MARKED, " /")], " / ½,"),  # but for no letter
        ([(_Way.SAID, "מכתב"), (_Way.DRAWN, " "), (_Way.SAID, "על")], "על מכתב"),
        ([(_Way.DRAWN, "Othe"), (_Way.SAID, "r")], "Other"),
    ],
)
def test_what_is_drawn_in_parts_is_one_text(drawn, said):
    runs = [Run(0, 9 + 30 * at, 50, 9, text, 30) for at, (_, text) in enumerate(drawn)]
    ways = (way for way, _ in drawn)
    assert [run.text for run in _of_one([*zip(ways, runs, strict=True)])] == [said]


def test_numbers_of_a_text_from_right_to_left_keep_their_order():
    runs = [Run(0, x, 50, 9, text, 10) for x, text in ((9, "1"), (19, "9"), (29, "דעה"))]
    told = _of_one([(_Way.SAID, run) for run in runs])
    assert [run.text for run in told] == ["1", "9", "דעה"]


@pytest.mark.parametrize(
    ("says", "drawn"),
    [
        ("विचार, है।", ["विचार", ",", "है", "।"]),
        ("(68–84).", ["(", "68–84", ")."]),  # drawn by itself where it was turned round first
        ("एक\u200fविचार", ["एकविचार"]),
    ],
)
def test_signs_of_another_font_than_their_word_are_drawn_by_themselves(says, drawn):
    known = Allowed(Shown([says]), Shown([]), frozenset(), frozenset(), Counter(), None)
    runs = [Run(0, 10 * at, 50, 9, text, 10) for at, text in enumerate(drawn)]
    assert list(known.strange(runs)) == []
    assert list(known.strange([*runs, replace(runs[0], text=f"{drawn[0]}x", y=9)])) != []


@pytest.mark.parametrize(
    "runs",
    [
        [(80.4, 8.5, "ความเห็น"), (118, 8.5, " 3"), (133, 10.5, "ทุกคน")],  # in two fonts
        [(542, 8.5, "ความเห็น 3"), (480, 10.5, "ทุกคน")],
    ],
)
def test_a_label_is_known_on_either_side_whatever_it_says(runs):
    drawn = tuple(Run(0, x, 50, size, text, 4.7 * len(text)) for x, size, text in runs)
    print_ = Printed(drawn, {"a-p1": (0, 60.0)}, {}, frozenset(), frozenset(), 1)
    assert not Text(print_).says("a-p1", Said("ทุกคน", label="ความเห็น 3"))
    assert Text(print_).says("a-p1", Said("ทุกคน", label="ความเห็น 4"))


def test_a_page_that_says_the_same_again_and_again_is_found_in_print():
    chance = random.Random(0)
    words = [chance.choice(["ทุกคนมีสิทธิ", "เสรีภาพสื่อ", "การแสดงออก"]) for _ in range(120)]
    text = "".join(words)
    cuts = sorted(chance.sample(range(1, len(text)), 40))
    parts = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    known = Allowed(Shown([text]), Shown([]), frozenset(), frozenset(), Counter(), None)
    runs = [Run(0, 9, 900 - 9 * at, 9, part, 90) for at, part in enumerate(parts)]
    assert list(known.strange(runs)) == []
    assert list(known.strange([*runs, replace(runs[0], y=9)])) != []  # printed twice


def test_the_space_at_the_end_of_a_line_from_right_to_left_is_in_no_word():
    """It is drawn first, at the left, in the place of the word there."""
    drawn = ((60, 40, "דעה «"), (20, 2, " "), (20, 40, "UN"))
    runs = [Run(0, x, 50, 10.5, text, width) for x, width, text in drawn]
    places = {"a-p1": (0, 60.0)}
    print_ = Printed(tuple(runs), places, {}, frozenset(), frozenset(), 1)
    assert not Text(print_).says("a-p1", Said("דעה «UN"))
    assert Text(print_).says("a-p1", Said("דעה « UN"))


def test_the_number_of_a_page_may_stand_on_the_next_one():
    """Behind foot and head, as all of a link may that ends its page."""
    known = Allowed(Shown(["حق (Sink)."]), Shown([]), frozenset(), frozenset(), Counter(), None)
    head = Run(1, 9, 790, 9, "حق", 20, is_artifact=True)
    drawn = [(0, 80, 20, "حق"), (0, 76, 4, " ("), (0, 50, 26, "Sink"), (0, 46, 4, ", "), None,
             (1, 90, 9, "ص"), (1, 80, 9, "33"), (1, 76, 4, ").")]  # fmt: skip
    runs = [head if each is None else Run(each[0], each[1], 50, 9, each[3], each[2])
            for each in drawn]  # fmt: skip
    assert list(known.strange(runs)) == []
    runs[-1] = replace(runs[-1], text=")؟")
    assert list(known.strange(runs)) != []
