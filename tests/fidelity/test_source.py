"""A source is read whole: paragraphs, endnotes, and an account of everything else."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.fidelity.source import Mark, Source, read_source
from archive.fidelity.words import WORD

PATH = "letter.txt"


def read(text: str) -> Source:
    source, problems = read_source(text.encode(), PATH)
    assert problems == []
    assert source is not None
    return source


def texts(text: str) -> list[str]:
    return [paragraph.text for paragraph in read(text).paragraphs]


def endnotes(source: Source) -> list[tuple[int, str, int, int]]:
    return [(each.number, each.text, each.line, each.paragraph) for each in source.endnotes]


@pytest.mark.parametrize(
    "data",
    [
        b"One\ntwo.\n\nThree.\n",
        b"One\r\ntwo.\r\n\r\nThree.",
        b"One\rtwo.\r\rThree.\r",
        b"\xef\xbb\xbfOne\ntwo.\n\nThree.",
        b"\n\n  One\n\ttwo.  \n \t \n\n\n \xc2\xa0Three.\n\n",
    ],
)
def test_line_ends_byte_order_mark_and_white_space_do_not_matter(data):
    source, problems = read_source(data, PATH)
    assert problems == []
    assert [paragraph.text for paragraph in source.paragraphs] == ["One two.", "Three."]
    assert [paragraph.number for paragraph in source.paragraphs] == [1, 2]


def test_a_paragraph_knows_the_line_of_the_file_on_which_it_begins():
    source = read("\nOne.[endnoteRef:1] [1: A note\n\nof two parts.]\n\nTwo.\n")
    assert [paragraph.line for paragraph in source.paragraphs] == [2, 6]


@pytest.mark.parametrize(
    ("data", "line", "told"),
    [
        ("Ein Café.".encode("cp1252"), 1, "byte 8 is 0xe9"),
        ("One.\n\nCafé.".encode("latin-1"), 3, "byte 10 is 0xe9"),
        ("One.".encode("utf-16"), 1, "UTF-16"),
        ("One.".encode("utf-16-be"), 1, "U+0000"),
        (b"One.\n\xff", 2, "byte 6 is 0xff"),
        ("One.\n\ufdd0".encode(), 2, "U+FDD0"),
        (b"\xed\xa0\x80", 1, "byte 1 is 0xed"),
    ],
)
def test_another_encoding_is_told_with_its_place(data, line, told):
    source, (problem,) = read_source(data, PATH)
    assert source is None
    assert (problem.rule, problem.path, problem.line) == ("source-encoding", PATH, line)
    assert told in problem.message
    assert "UTF-8" in problem.mend


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\xef\xbb\xbf", b"* * *\n\n---\n"])
def test_a_source_without_words_is_told(data):
    source, (problem,) = read_source(data, PATH)
    assert source is None
    assert problem.rule == "source-empty"


def test_a_line_of_stars_is_no_paragraph_but_is_accounted_for():
    source = read("One.\n\n* * *\n\nTwo.")
    assert [each.text for each in source.paragraphs] == ["One.", "Two."]
    assert [(each.text, each.line) for each in source.remainder] == [("* * *", 3)]


def test_endnotes_as_a_word_converter_writes_them():
    source = read(
        'First words,[endnoteRef:1] and more; [1:  A [first] note, "quoted". https://a.example] \n'
        "\n\nSecond words.[footnoteRef:2]\n\n[2: Another\nnote.]\n"
    )
    assert [each.text for each in source.paragraphs] == [
        "First words, and more;", "Second words."
    ]  # fmt: skip
    assert [each.marks for each in source.paragraphs] == [(Mark(1, 12),), (Mark(2, 13),)]
    assert endnotes(source) == [
        (1, 'A [first] note, "quoted". https://a.example', 1, 1),
        (2, "Another note.", 6, 2),
    ]
    assert [each.text for each in source.remainder] == [
        "[endnoteRef:1]", "[1:", "]", "[footnoteRef:2]", "[2:", "]",
    ]  # fmt: skip


def test_brackets_that_are_no_endnotes_stay():
    assert texts("Verse [1: 5] and [t]he rest [sic].") == ["Verse [1: 5] and [t]he rest [sic]."]
    assert texts("So.[endnoteRef:1] [1: a] Verse [2: 5] stays.") == ["So. Verse [2: 5] stays."]


def test_endnotes_as_markdown_has_them():
    source = read(
        "One[^1] and two.[^12]\n\n[^1]: The first\ncontinued [here].\n\n    Its second part.\n"
        "[^12]: The twelfth.\n\nThree[^7].\n"
    )
    assert [each.text for each in source.paragraphs] == ["One and two.", "Three[^7]."]
    assert source.paragraphs[0].marks == (Mark(1, 3), Mark(12, 12))
    assert endnotes(source) == [
        (1, "The first continued [here]. Its second part.", 3, 1),
        (12, "The twelfth.", 7, 1),
    ]


@pytest.mark.parametrize("heading", ["Notes", "## Endnotes", "FOOTNOTES:"])
@pytest.mark.parametrize(
    "notes",
    ["1. The first\nnote.\n2. The second.", "¹ The first\nnote.\n\n²The second.",
     "[1] The first\nnote.\n[2] The second.", "1 The first note.\n\n2 The second."],
)  # fmt: skip
def test_endnotes_in_a_closing_section(heading, notes):
    source = read(f"One¹ and two.²\n\nThree, see [2].\n\n{heading}\n\n{notes}\n\nThe end.\n")
    assert [each.text for each in source.paragraphs] == [
        "One and two.", "Three, see .", "The end."
    ]  # fmt: skip
    assert [each.text for each in source.endnotes] == ["The first note.", "The second."]
    assert [each.paragraph for each in source.endnotes] == [1, 1]
    assert source.paragraphs[1].marks == (Mark(2, 11),)
    assert heading in [each.text for each in source.remainder]


def test_numbers_above_the_line_without_a_section_of_notes_stay():
    assert texts("A room of 20 m² and 10⁻³ of it.") == ["A room of 20 m² and 10⁻³ of it."]


def test_a_list_headed_notes_that_nothing_marks_stays():
    assert texts("One.\n\nNotes\n\n1. Bring bread.\n\n2. Bring salt.") == [
        "One.", "Notes", "1. Bring bread.", "2. Bring salt.",
    ]  # fmt: skip


def test_a_number_at_the_head_of_a_wrapped_line_begins_no_endnote():
    source = read("One¹ and two.²\n\nNotes\n\n1. The report of\n2021 on it.\n2. The second.\n")
    assert [each.text for each in source.endnotes] == ["The report of 2021 on it.", "The second."]


def test_a_mark_within_an_endnote_marks_no_paragraph():
    data = b"One[^2] and two.[endnoteRef:3] [3: c]\n\n[^2]: b[endnoteRef:1]\n"
    source, problems = read_source(data, PATH)
    assert source.paragraphs[0].marks == (Mark(2, 3), Mark(3, 12))
    assert [each.text for each in source.endnotes] == ["b", "c"]
    assert [each.text for each in source.remainder].count("[endnoteRef:1]") == 1
    assert problems == []


def test_a_mark_on_a_line_of_its_own_belongs_to_the_paragraph_above():
    source = read("One.\n\n[endnoteRef:1] [1: Note.]\n\nTwo.")
    assert [each.text for each in source.paragraphs] == ["One.", "Two."]
    assert endnotes(source) == [(1, "Note.", 3, 1)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("One.[endnoteRef:1]", "marked in the source, but its text was not found"),
        ("One.[endnoteRef:1] [1: never closed", "its text was not found"),
        ("One.[endnoteRef:1] [2: wrong number]", "its text was not found"),
        ("One.¹\n\nNotes\n\n1. Note.\n2. Not marked.", "Endnote 2 has no mark"),
        ("A[^1] b[endnoteRef:1] [1: x]\n\n[^1]: y", "Endnote 1 stands twice"),
    ],
)
def test_marks_and_endnotes_answer_each_other(text, told):
    source, problems = read_source(text.encode(), PATH)
    assert source is not None
    assert any(told in problem.message for problem in problems)
    assert {problem.rule for problem in problems} == {"source-endnote"}


# --- Nothing of a source is silently lost


def test_a_heading_is_no_paragraph_and_its_marks_belong_to_the_paragraph_below():
    source = read("# Oil[^1]\n\nOne.\n\n## The *second*\n\n#Two.\n\n# not\nalone\n\n[^1]: N.\n")
    assert [(each.text, each.line, each.paragraph, each.level) for each in source.headings] == [
        ("Oil", 1, 1, 1), ("The *second*", 5, 2, 2),
    ]  # fmt: skip
    assert [each.text for each in source.paragraphs] == ["One.", "#Two.", "# not alone"]
    assert source.paragraphs[0].marks == (Mark(1, 0),)
    assert endnotes(source) == [(1, "N.", 12, 1)]


def test_the_marks_of_a_last_heading_belong_to_the_paragraph_above():
    source = read("One.\n\n# End[^1]\n\n[^1]: N.\n")
    assert source.paragraphs[0].marks == (Mark(1, 4),)


_PIECES = st.sampled_from(
    ["word", "Sentence one.", "¹", "²", "[endnoteRef:1]", "[endnoteRef:2]", "[1:  a note]", "[2:",
     "]", "[", "[^1]", "[^1]:", "\n[^2]: text", "\n\n", "\n", "\r\n", " ", "\t", "\nNotes\n",
     "\nEndnotes:\n", "\n1. one\n", "\n2. two\n", "\n3 three", "***", "\u2029", "\u200b", "é",
     "e\u0301", "“q”", "[1]", "[t]he", "\x0c", "\n\n# A", "## B", "#"]
)  # fmt: skip


def account(source: Source) -> list[str]:
    return [
        *(each.text for each in source.paragraphs),
        *(each.text for each in source.endnotes),
        *(each.text for each in source.remainder),
        *("#" * each.level + each.text for each in source.headings),
    ]


def characters(text: str) -> Counter[str]:
    return Counter("".join(text.split()))


@given(st.lists(st.one_of(_PIECES, st.text(max_size=6)), max_size=30).map("".join))
def test_every_character_is_in_a_part_of_the_source(text):
    data = text.encode("utf-8", "ignore")
    source, problems = read_source(data, PATH)
    if source is None:
        assert problems
        return
    decoded = data.decode("utf-8-sig")
    assert characters("".join(account(source))) == characters(decoded)
    assert [each.number for each in source.paragraphs] == [
        *range(1, len(source.paragraphs) + 1)
    ]  # fmt: skip
    for paragraph in source.paragraphs:
        assert paragraph.text == " ".join(paragraph.text.split())
        assert all(0 <= mark.offset <= len(paragraph.text) for mark in paragraph.marks)
    for endnote in source.endnotes:
        assert 0 <= endnote.paragraph <= len(source.paragraphs)


_WORDS = st.lists(st.from_regex(r"[a-z]{1,6}", fullmatch=True), min_size=1, max_size=8)


@given(st.lists(st.tuples(_WORDS, _WORDS), min_size=1, max_size=6), st.integers(0, 2))
def test_every_word_is_in_a_paragraph_an_endnote_or_the_remainder(parts, style):
    bodies, notes = [], []
    for number, (said, noted) in enumerate(parts, start=1):
        mark = ("[endnoteRef:{}]", "[^{}]", "[{}]")[style].format(number)
        note = ("[{}: {}]", "[^{}]: {}", "{}. {}")[style].format(number, " ".join(noted))
        bodies.append(" ".join(said) + mark + (f" {note}" if style == 0 else ""))
        notes += [note] if style else []
    tail = (["Notes"] if style == 2 else []) + notes
    text = "\n\n".join(bodies) + "\n\n" + "\n".join(tail)
    source = read(text)
    assert [each.text for each in source.paragraphs] == [" ".join(said) for said, _ in parts]
    assert [each.text for each in source.endnotes] == [" ".join(noted) for _, noted in parts]
    found = Counter(word for each in account(source) for word in WORD.findall(each))
    assert found == Counter(WORD.findall(text))
