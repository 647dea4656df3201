"""A faithful document passes; whatever is done to it is caught, under the code of its rule."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest

from archive.fidelity import RULES, examine
from archive.fidelity.completeness import find_numbers
from archive.fidelity.holding import Holding, NoteText, Work, pair
from archive.fidelity.words import tidy
from archive.model.states import State
from tests.conftest import SOURCES, copy_root
from tests.fidelity.mutations import missed, mutations, rules
from tests.fidelity.synthetic import (
    DOCUMENT,
    PATH,
    SOURCE,
    holding,
    holdings,
    with_cites,
    with_text,
)


def test_a_faithful_document_has_no_problem_and_these_figures():
    figures = examine(holding()).figures
    assert rules(holding()) == []
    assert str(figures) == (
        "4 paragraphs, 4 passages; 4 of 4 quotations exact; longest shared run outside quotations "
        "4 words; 2 of 2 endnotes matched"
    )


ALL = list(mutations(holding()))


def test_there_are_mutations_of_every_kind():
    kinds = Counter(rule for rule, _, _ in ALL)
    assert kinds.keys() == {
        "paragraph-count", "passage-order", "quotation-not-in-source", "number-missing",
        "date-missing", "name-missing", "number-added", "copied-run", "endnote-uncited",
        "source-sha256",
    }  # fmt: skip
    assert all(kinds.values())


@pytest.mark.parametrize(("rule", "done", "held"), ALL, ids=[done for _, done, _ in ALL])
def test_a_mutation_is_caught_with_its_rule(rule, done, held):
    assert rule in rules(held), done


def test_every_problem_says_where_it_is_and_how_to_mend_it():
    for rule, done, held in ALL:
        for problem in examine(held).problems:
            assert problem.path == PATH
            assert problem.rule in RULES
            assert problem.mend, (rule, done)
            assert problem.line or problem.rule in {"source-sha256", "paragraph-count"}, problem


# --- The documents of a whole archive


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict[str, Holding]:
    return holdings(copy_root("archive", tmp_path_factory.mktemp("whole") / "archive"), SOURCES)


@pytest.mark.parametrize("document", ["isle-seed-resolution", "keepers-seed-statement"])
def test_every_mutation_of_a_document_of_an_archive_is_caught_with_its_rule(whole, document):
    held = whole[document]
    assert examine(held).problems == ()
    all_ = list(mutations(held))
    assert len(all_) > 100
    assert missed(all_) == []


# --- Rules that no mutation above breaks


def test_an_endnote_whose_entry_has_another_title_or_address_is_told():
    held = holding()
    title = replace(held.works["quill-letter"], title="A letter")
    assert rules(replace(held, works=held.works | {"quill-letter": title})) == [
        "endnote-title-differs"
    ]
    address = replace(held.works["quill-letter"], url="https://elsewhere.example/")
    assert rules(replace(held, works=held.works | {"quill-letter": address})) == [
        "endnote-address-differs"
    ]
    other = Work("quill-letter", "Another", "https://elsewhere.example/")
    assert rules(replace(held, works=held.works | {"quill-letter": other})) == ["endnote-uncited"]


@pytest.mark.parametrize(
    ("note", "work", "found"),
    [
        ("Council. Letter on the Law, 2016.", Work("k", "Letter on the Law", None), []),
        ("Council. Letter on the Law, 2016.", Work("k", "Letter on the Law", "https://a.b"), []),
        ("Council. Letter on the Law.", Work("k", "Letter", "https://a.b"), []),
        ("Council, “Letter on the Law”.", Work("k", "Letter", None), ["endnote-uncited"]),
        ("Council, Letter.", Work("k", "Another", "https://a.b"), ["endnote-uncited"]),
        ("See (https://a.b/c/).", Work("k", "C", "https://a.b/c"), ["endnote-title-differs"]),
        ("C. https://a.b/c_(d).", Work("k", "C", "https://a.b/c_(d)"), []),
        ("See https://a.b/c, seen 2020.", Work("k", "a.b/c", "https://a.b/c"), []),
        ("C. https://a.b/c", Work("k", "C", None), ["endnote-address-differs"]),
        ("C. https://a.b/c", Work("k", "C", "http://a.b/c"), ["endnote-address-differs"]),
    ],
)
def test_title_and_address_are_those_of_the_endnote(note, work, found):
    held = holding(re.sub(r"\[1:.*?\]", lambda _: f"[1: {note}]", SOURCE, flags=re.DOTALL))
    held = with_cites(replace(held, works=held.works | {"k": work}), {0: ("nlb-warning", "k")})
    assert rules(held) == found


@pytest.mark.parametrize(
    ("text", "cites", "explained"),
    [
        ("The link of endnote 1 leads elsewhere.", ("quill-letter",), True),
        ("The addresses in endnotes 2 and 1 are dead.", ("nlb-warning", "quill-letter"), True),
        ("The addresses in endnotes 0–3 are dead.", ("quill-letter",), True),
        ("The link of endnote 2 leads elsewhere.", ("quill-letter",), False),
        ("The link of endnote 1 leads elsewhere.", ("nlb-warning",), False),
        ("Endnote 1 names the letter.", ("quill-letter",), False),
        ("The title in endnote 1 is shorter.", ("quill-letter",), False),
    ],
)
def test_an_editor_s_note_explains_an_address_by_key_number_and_word(text, cites, explained):
    held = holding()
    note = NoteText(f"{DOCUMENT}-n2", text, PATH, 50, cites)
    work = replace(held.works["quill-letter"], url="https://elsewhere.example/")
    held = replace(held, works=held.works | {"quill-letter": work}, notes=(*held.notes, note))
    assert rules(held) == ([] if explained else ["endnote-address-differs"])
    assert explained == (examine(held).figures.explained == 1)


@pytest.mark.parametrize(
    ("text", "explained"),
    [
        ("Endnote 1 is not cited, since nobody found it.", True),
        ("Endnotes 1 and 4 are not cited.", True),
        ("Endnote 2 is not cited.", False),
        ("Endnote 1 is cited elsewhere.", False),
    ],
)
def test_an_editor_s_note_says_that_an_endnote_is_not_cited(text, explained):
    held = with_cites(holding(), {0: ()})
    held = replace(held, notes=(*held.notes, NoteText(f"{DOCUMENT}-n2", text, PATH, 50)))
    assert rules(held) == ([] if explained else ["endnote-uncited"])


@pytest.mark.parametrize(
    ("text", "cites", "found"),
    [
        ("The letter, as the entry has it.", ("quill-letter",), []),
        ("Nothing of it.", (), ["endnote-incomplete"]),
    ],
)
def test_a_footnote_with_an_anchor_renders_the_endnote_of_its_number(text, cites, found):
    held = with_cites(holding(), {0: ()})
    note = NoteText(f"{DOCUMENT}-f1", text, PATH, 50, cites)
    assert sorted(set(rules(replace(held, notes=(*held.notes, note))))) == found


def test_a_misplaced_endnote_is_found_where_it_went():
    held = with_cites(holding(), {0: (), 3: ("quill-letter",)})
    (problem,) = examine(held).problems
    assert "quill-letter agrees with it, and is cited at harbour-press-letter-p4" in problem.message


def test_no_quotation_is_longer_than_twenty_five_words():
    paragraph = " ".join(f"word{number}" for number in range(26))
    held = holding(SOURCE.replace("Reporters depend", f"{paragraph}. Reporters depend"))
    text = held.passages[2].text
    assert rules(with_text(held, 2, f"{text} “{paragraph}”")) == ["quotation-too-long"]
    short = paragraph.removesuffix(" word25")
    assert rules(with_text(held, 2, f"{text} “{short}”")) == []


def test_quotations_in_a_row_do_not_hold_more_than_one_may():
    words = [f"word{number}" for number in range(30)]
    held = holding(SOURCE.replace("Reporters depend", f"{' '.join(words)}. Reporters depend"))
    row = f"“{' '.join(words[:15])}” “{' '.join(words[15:])}”"
    assert rules(with_text(held, 2, f"{held.passages[2].text} {row}")) == ["quotation-too-long"]


@pytest.mark.parametrize("words", ["“an open one", "a closed one”", 'a "straight one', "“a ‘b c”"])
def test_a_quotation_mark_without_its_counterpart_is_told(words):
    held = holding()
    assert "quotation-unbalanced" in rules(with_text(held, 2, f"{held.passages[2].text} {words}"))


def test_a_quotation_from_another_paragraph_is_found_there():
    held = holding()
    text = f"{held.passages[3].text} “smaller papers will stop”"
    (problem,) = examine(with_text(held, 3, text)).problems
    assert problem.rule == "quotation-not-in-source"
    assert "it stands in paragraph 3" in problem.message


def test_a_run_of_eight_words_is_copied_and_one_of_seven_is_not():
    held = holding()
    seven = "depend on those rooms because court papers"
    text = held.passages[2].text
    assert rules(with_text(held, 2, f"{text} They {seven}.")) == []
    assert rules(with_text(held, 2, f"{text} They {seven}, harbour.")) == ["copied-run"]


def test_names_and_titles_do_not_count_and_do_not_part_a_run():
    held = holding()
    text = held.passages[3].text
    seven = "For these reasons Marta Quill calls on President Olsen"
    assert rules(with_text(held, 3, f"{text} {seven}.")) == []
    assert rules(with_text(held, 3, f"{text} {seven} to.")) == ["copied-run"]


def test_what_is_copied_into_a_note_or_from_an_endnote_is_told():
    held = holding()
    sentence = "No editor can print what nobody is allowed to see"
    note = NoteText(f"{DOCUMENT}-n2", sentence, PATH, 50)
    (problem,) = examine(replace(held, notes=(note,))).problems
    assert (problem.rule, problem.line) == ("copied-run", 50)
    quoted = NoteText(f"{DOCUMENT}-n2", f"“{sentence}”", PATH, 50)
    assert rules(replace(held, notes=(quoted,))) == []


def test_what_an_endnote_says_is_copied_no_more_than_a_paragraph():
    noted = "which the minister never answered though she was asked for it twice"
    held = holding(SOURCE.replace('"Letter on the', f'{noted}. "Letter on the'))
    assert rules(held) == []
    assert rules(with_text(held, 2, f"{held.passages[2].text} It {noted}.")) == ["copied-run"]


def test_an_endnote_that_a_passage_mentions_is_no_number_of_its_paragraph():
    held = holding()
    text = held.passages[1].text.replace("7 “", "several “")
    assert rules(with_text(held, 1, f"{text} See endnotes 1, 2 and 7.")) == ["number-missing"]
    assert rules(with_text(held, 1, f"{text} See room 7.")) == []


@pytest.mark.parametrize(("said", "told"), [
    ("the two", []), ("the 19th", []), ("the thirteen", ["number-added"]),
    ("the 93", ["number-added"]), ("dozens", ["number-added"]),
])  # fmt: skip
def test_a_number_of_a_passage_is_in_its_source(said, told):
    """Small ones in words may count, and an ordinal may stand in words in the source."""
    held = holding(SOURCE.replace('"Letter on the', 'in the nineteenth year. "Letter on the'))
    assert rules(with_text(held, 1, f"{held.passages[1].text} So {said} say.")) == told


def test_the_number_of_paragraphs_is_that_of_the_record():
    held = holding()
    pinned = replace(held.record.source, paragraphs=5)
    assert rules(replace(held, record=replace(held.record, source=pinned))) == ["paragraph-count"]


def test_a_passage_too_many_is_the_one_that_renders_nothing():
    held = holding()
    more = replace(held.passages[0], anchor=f"{DOCUMENT}-p5", text="The weather was fine.")
    passages = (*held.passages[:2], more, *held.passages[2:])
    problems = examine(replace(held, passages=passages)).problems
    assert [problem.rule for problem in problems] == ["paragraph-count"]
    assert "harbour-press-letter-p5 renders no paragraph" in problems[0].message


def test_a_withdrawn_passage_keeps_the_place_of_its_paragraph():
    held = holding()
    place = replace(held.passages[2], text="", cites=(), state=State.WITHDRAWN, is_own=False)
    passages = (*held.passages[:2], place, held.passages[3])
    assert rules(replace(held, passages=passages)) == []
    # and where another passage took its place, it keeps none
    after = replace(held.passages[2], anchor=f"{DOCUMENT}-p5")
    assert rules(replace(held, passages=(*passages[:3], after, passages[3]))) == []


def test_passages_that_are_like_nothing_are_paired_by_their_places():
    held = holding()
    bare = tuple(replace(passage, text="") for passage in held.passages)
    gone = replace(bare[1], state=State.WITHDRAWN, is_own=False)
    for passages, numbers in (
        (bare, [1, 2, 3, 4]),
        ((bare[0], gone, *bare[2:]), [1, 3, 4]),
        ((gone, *bare), [1, 2, 3, 4]),
    ):
        pairs = pair(replace(held, passages=passages), examine(held).source)
        live = [each.paragraph.number for each in pairs if not each.passage.withdrawn]
        assert live == numbers


# --- What the record declares left out


def left_out(*lines: str) -> str:
    return "left-out:\n" + "".join(f"  - {line}\n" for line in lines)


def silent(held: Holding) -> Holding:
    """The passage without the name, the number and the date of its paragraph."""
    return with_text(
        held, 1, "Norland’s parliament, it recalls, passed the law in a vote, although it had been "
        "warned of what this meant for “reading rooms”.",
    )  # fmt: skip


def test_what_is_declared_left_out_is_not_missing():
    assert rules(silent(holding())) == [
        "date-missing", "name-missing", "name-missing",
        "number-missing", "number-missing", "number-missing",
    ]  # fmt: skip
    lines = left_out("p2: in May 2016", "p2: 61 to 12", "p2: the National … seven")
    assert rules(silent(holding(more=lines))) == []


def test_a_declaration_covers_its_words_and_no_others():
    assert rules(silent(holding(more=left_out("p2: in May 2016", "p2: 61")))) == [
        "name-missing", "name-missing", "number-missing", "number-missing",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("p9: in May 2016", "left-out-unknown"),
        ("w2: in May 2016", "left-out-unknown"),
        ("p1: in May 2016", "left-out-unknown"),
        ("p2: in May 2017", "left-out-unknown"),
        ("p3: the minutes of local councils can be read nowhere else", "left-out-too-long"),
    ],
)
def test_a_declaration_names_words_of_the_paragraph_and_few(line, rule):
    held = holding(more=left_out("p1: founded", line))
    (problem,) = examine(held).problems
    assert (problem.rule, problem.line) == (rule, 19)


# --- The source itself


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "source-empty"),
        (b"\xef\xbb\xbf \n \n", "source-empty"),
        (SOURCE.encode("utf-16"), "source-encoding"),
        (SOURCE.encode("cp1252"), "source-encoding"),
        (SOURCE.replace("[2:", "[3:").encode(), "source-endnote"),
    ],
)
def test_a_source_that_cannot_be_read_is_told_alone(data, rule):
    from tests.fidelity.synthetic import record

    held = replace(holding(), record=record(data), source=data)
    found = set(rules(held))
    assert rule in found
    assert rule == "source-endnote" or found == {rule}


def test_no_word_of_a_passage_is_lost_to_its_normalisation():
    for passage in holding().passages:
        assert tidy(passage.text) == passage.text


def test_a_heading_is_held_against_the_headings_of_the_source_too():
    said = "Why every room of this harbour town stays shut"
    held = holding(SOURCE.replace("\n\n", f"\n\n# {said}\n\n", 1))
    assert rules(held) == []
    notes = (replace(held.notes[0], text=said), *held.notes[1:])
    assert rules(replace(held, notes=notes)) == ["copied-run"]


@pytest.mark.parametrize(("source", "said"), [
    ("within 60 days", "in no more than 60 days"), ("in 60 days", "in at most sixty days"),
    ("in no more than 60 days", "within 60 days"), ("within no more than 60 days", "in 60 days"),
])  # fmt: skip
def test_a_time_limit_is_the_same_in_other_words(source, said):
    assert find_numbers(f"It answers {source}.").keys() == find_numbers(f"Due {said}.").keys()


def test_a_bound_that_is_no_time_limit_counts():
    for more in ("up to 20 years", "at least 20 years", "no more than 20 years"):
        assert find_numbers(more).keys() != find_numbers("20 years").keys()
